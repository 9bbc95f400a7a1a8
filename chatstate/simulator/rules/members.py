"""Members: added, changed, removed, invited, banned; and who watches."""

from chatstate.clock import Timestamp
from chatstate.simulator.event import Acquainted, As, Event, Events, Parts, Watching
from chatstate.simulator.rows import Ban, Channel, Custom, Leaving, Member, User
from chatstate.simulator.rules.deletions import end_reminders, stop_typing
from chatstate.simulator.world import World


def welcome(world: World, channel: Channel, user: User) -> Events:
    """A new member's own devices are told, with all that is to be known of the channel."""
    yield world.event(
        "notification.added_to_channel", channel, to=(user.id,), channel=As(channel, "whole"), user=user,
        member=channel.members[user.id], channel_member_count=len(channel.members),
    )  # fmt: skip


def add(world: World, channel: Channel, user: User, *, invite: bool = False) -> Events:
    """Someone joins; ``invite`` makes them a member who has not accepted yet."""
    at = world.tick()
    channel.members[user.id] = member = Member(channel.cid, user.id, at, at, invited=invite)
    channel.left.pop(user.id, None)
    channel.unread.pop(user.id, None)
    user.channels[channel.cid] = None
    others = Watching(channel.watchers, but=user.id)
    shown = As(member, "invite") if invite else member
    yield world.event(
        "member.added", channel, to=others, member=shown, user=user, channel_member_count=len(channel.members)
    )
    if user.id in world.connected:
        if invite:
            yield world.event(
                "notification.invited", channel, to=(user.id,), channel=As(channel, "whole"), member=member, user=user,
                channel_member_count=len(channel.members),
            )  # fmt: skip
        else:
            yield from welcome(world, channel, user)


def answer_invite(world: World, channel: Channel, user: User, *, accept: bool) -> Events:
    """The invited user says yes, or no."""
    member = channel.members[user.id]
    member.updated_at = at = world.tick()
    if accept:
        member.invite_accepted_at = at
    else:
        member.invite_rejected_at = at
    kind = "notification.invite_accepted" if accept else "notification.invite_rejected"
    told: Parts = {"member": member, "user": user, "channel_member_count": len(channel.members)}
    yield world.event(kind, channel, to=(user.id,), channel=As(channel, "configured"), **told)
    others = Watching(channel.watchers, but=user.id)
    yield world.event("member.updated", channel, to=others, at=world.now, **told)


def update(
    world: World, channel: Channel, user: User, *, role: tuple[str, str] | None = None, custom: Custom | None = None,
    pinned: bool | None = None, archived: bool | None = None,
) -> Events:  # fmt: skip
    """A member gets another role, other custom data, or has the channel pinned or archived for themselves."""
    member = channel.members[user.id]
    member.updated_at = at = world.tick()
    if role is not None:
        member.role, member.channel_role = role
    if custom is not None:
        member.custom = custom
    if pinned is not None:
        member.pinned_at = at if pinned else None
    if archived is not None:
        member.archived_at = at if archived else None
    told: Parts = {"member": member, "user": user, "channel_member_count": len(channel.members)}
    yield world.event("member.updated", channel, to=channel.watchers, **told)


def remove(world: World, channel: Channel, user: User, *, shape: str = "full", kicked: bool = False) -> Events:
    """Someone leaves, and with them their read row, their typing and, for good measure, their watching.

    ``shape`` is how the event shows the member: ``full``, ``zeroed`` dates, or ``absent``. ``kicked`` is the user's own
    device told without a channel.
    """
    if user.id in world.connected:
        yield from end_reminders(world, channel.messages, user)
    yield from stop_typing(world, channel, user_id=user.id)
    if user.id in channel.watchers:
        yield from stop_watching(world, channel, user)
    member = channel.members.pop(user.id)
    channel.reads.pop(user.id, None)
    channel.unread.pop(user.id, None)
    user.channels.pop(channel.cid, None)
    told: Parts = {} if shape == "absent" else {"member": member if shape == "full" else As(member, "zeroed")}
    told |= {"user": user, "channel_member_count": len(channel.members)}
    at = world.tick()
    channel.left[user.id] = Leaving("removed", at)
    yield world.event("member.removed", channel, to=channel.watchers, at=at, **told)
    if user.id in world.connected:
        if kicked:
            yield world.event("channel.kicked", channel, to=(user.id,), at=at)
        else:
            told = {"channel": As(channel, "bare"), "user": user, "member": As(member, "zeroed")}
            yield world.event("notification.removed_from_channel", channel, to=(user.id,), at=at, **told)


def watch(world: World, channel: Channel, user: User) -> Events:
    channel.watchers[user.id] = None
    yield _watching(world, "user.watching.start", channel, user)


def stop_watching(world: World, channel: Channel, user: User) -> Events:
    told = list(channel.watchers)
    del channel.watchers[user.id]
    event = _watching(world, "user.watching.stop", channel, user)
    event.to = told
    yield event


def _watching(world: World, kind: str, channel: Channel, user: User) -> Event:
    return world.event(kind, channel, to=channel.watchers, user=user, watcher_count=len(channel.watchers))


def ban(
    world: World, user: User, by: User, channel: Channel | None, *, reason: str, expires: Timestamp | None,
    shadow: bool = False,
) -> Events:  # fmt: skip
    """Someone may not write, in a channel or anywhere, until it expires or is lifted."""
    at = world.tick()
    row = Ban(at, by.id, reason, expires, shadow)
    if channel is None:
        user.ban = row
        user.updated_at = at
        user.version += 1
    else:
        channel.bans[user.id] = row
    user.total_bans += 1
    told: Parts = {"reason": reason, "shadow": shadow, "total_bans": user.total_bans}
    if expires is not None:
        told["expiration"] = expires
    to = Acquainted(user.id) if channel is None else channel.watchers
    yield world.event("user.banned", channel, to=to, user=user, created_by=by, **told)


def lift_ban(world: World, user: User, by: User, channel: Channel | None) -> Events:
    at = world.tick()
    if channel is None:
        user.ban = None
        user.updated_at = at
        user.version += 1
        yield world.event("user.unbanned", to=Acquainted(user.id), user=user, created_by=by)
    else:
        shadow = channel.bans.pop(user.id).shadow
        yield world.event("user.unbanned", channel, to=channel.watchers, user=user, created_by=by, shadow=shadow)
