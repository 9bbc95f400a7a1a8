"""Channels and members, and the viewer, who has mutes of both users and channels."""

from chatstate.clock import Timestamp
from chatstate.simulator.payloads.people import mute, of_mute, user, user_by_id
from chatstate.simulator.payloads.view import Json, View, stamp
from chatstate.simulator.rows import Channel, Member, Mute, User
from chatstate.simulator.settings import CONFIGS, capabilities

ZERO = "0001-01-01T00:00:00Z"


def channel(view: View, row: Channel) -> Json:
    """A channel without its config. Never tells ``hidden``, nor anything else that is the viewer's own."""
    shown: Json = {
        "id": row.id,
        "type": row.type,
        "cid": row.cid,
        "created_at": stamp(row.created_at),
        "updated_at": stamp(row.updated_at),
        "created_by": user_by_id(view, row.created_by),
        "frozen": row.frozen,
        "disabled": False,
        "member_count": len(row.members),
        "name": row.name,
        **row.custom,
    }
    if row.image is not None:
        shown["image"] = row.image
    if row.cooldown:
        shown["cooldown"] = row.cooldown
    return shown | _dates(row, "last_message_at", "truncated_at", "deleted_at")


def _dates(row: Channel | Member, *names: str) -> Json:
    dates: dict[str, Timestamp | None] = {name: getattr(row, name) for name in names}
    return {name: stamp(at) for name, at in dates.items() if at is not None}


def configured_channel(view: View, row: Channel) -> Json:
    return {**channel(view, row), "config": CONFIGS[row.type]}


def undated_channel(view: View, row: Channel) -> Json:
    """A channel that does not say when it was truncated."""
    shown = configured_channel(view, row)
    shown.pop("truncated_at", None)
    return shown


def peopled_channel(view: View, row: Channel) -> Json:
    """A channel with its members."""
    return {**configured_channel(view, row), "members": [member(view, each) for each in row.members.values()]}


def whole_channel(view: View, row: Channel) -> Json:
    """A channel as its new member is shown it: with its members and what the member may do."""
    return {**peopled_channel(view, row), "own_capabilities": capabilities(row.type)}


def bare_channel(view: View, row: Channel) -> Json:
    return {"id": row.id, "type": row.type, "cid": row.cid, "config": {}}


def channel_mute(view: View, muting: tuple[Channel, User, Mute]) -> Json:
    row, by, since = muting
    return {"user": user(view, by), "channel": channel(view, row), **of_mute(since)}


def member(view: View, row: Member) -> Json:
    shown: Json = {"user_id": row.user_id, "user": user_by_id(view, row.user_id), "status": "member"}
    shown |= _standing(view, row) | _dates(row, "invite_accepted_at", "invite_rejected_at", "pinned_at", "archived_at")
    if row.invited:
        shown["invited"] = True
    if row.role != "member":
        shown["is_moderator"] = True
    return shown | row.custom


def _standing(view: View, row: Member) -> Json:
    ban = view.world.channels[row.cid].bans.get(row.user_id)
    if ban is not None and not ban.holds(view.world.now):
        ban = None
    shown = {
        "created_at": stamp(row.created_at),
        "updated_at": stamp(row.updated_at),
        "banned": ban is not None and not ban.shadow,
        "shadow_banned": ban is not None and ban.shadow,
        "role": row.role,
        "channel_role": row.channel_role,
        "notifications_muted": False,
    }
    if ban is not None and ban.expires is not None:
        shown["ban_expires"] = stamp(ban.expires)
    return shown


def invited_member(view: View, row: Member) -> Json:
    """A member who was invited, as others are told: by id alone."""
    return {"user_id": row.user_id, "status": "pending", "invited": True, **_standing(view, row)}


def zeroed_member(view: View, row: Member) -> Json:
    """A member who is no longer there."""
    dates = {"created_at": ZERO, "updated_at": ZERO}
    return {"user_id": row.user_id, "banned": False, "shadow_banned": False, "channel_role": "", **dates}


def own_user(view: View, row: User) -> Json:
    """The viewer, with mutes, devices and counters; anyone else as always."""
    if row.id != view.viewer:
        return user(view, row)
    now, channels = view.world.now, view.world.channels
    mutes = [mute(view, row, id, each) for id, each in row.mutes.items() if each.holds(now)]
    channel_mutes = [
        channel_mute(view, (channels[cid], row, each)) for cid, each in row.channel_mutes.items() if each.holds(now)
    ]
    device = {"id": f"device-{row.id}", "push_provider": "firebase", "user_id": row.id}
    devices = [{**device, "created_at": stamp(row.created_at)}]
    lists: Json = {"devices": devices, "mutes": mutes, "channel_mutes": channel_mutes, "blocked_user_ids": []}
    return {**user(view, row), "invisible": False, "roles": [], **lists, **view.counters(("unread", "threads"))}
