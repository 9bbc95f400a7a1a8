"""Users, as others see them."""

from chatstate.ids import UserId
from chatstate.simulator.payloads.view import Json, View, stamp
from chatstate.simulator.rows import Mute, User


def user(view: View, row: User) -> Json:
    """A user, in full. The same object while nothing changes, so it is not to be written to."""
    key = (row.version, view.world.banned(row))
    known = view.users.get(row.id)
    if known is not None and known[0] == key:
        return known[1]
    view.seen[row.id] = None
    shown = _described(row, key[1])
    view.users[row.id] = (key, shown)
    return shown


def user_by_id(view: View, id: UserId) -> Json:
    return user(view, view.world.users[id])


def _described(row: User, banned: bool) -> Json:
    shown: Json = {
        "id": row.id,
        "role": row.role,
        "created_at": stamp(row.created_at),
        "updated_at": stamp(row.updated_at),
        "last_active": stamp(row.last_active),
        "banned": banned,
        "online": row.online,
        "language": row.language,
        "teams": [],
        "name": row.name,
        "image": row.image,
        **row.custom,
    }
    if banned and row.ban is not None and row.ban.expires is not None:
        shown["ban_expires"] = stamp(row.ban.expires)
    if row.deactivated_at is not None:
        shown["deactivated_at"] = stamp(row.deactivated_at)
    if row.deleted_at is not None:
        shown["deleted_at"] = stamp(row.deleted_at)
    return shown


def stale_user(view: View, row: User) -> Json:
    """A user as some cache still has them: the name of before, and the ``updated_at`` of before."""
    shown = user(view, row)
    if row.older is None or row.id not in view.renamed:
        return shown
    name, image, updated_at = row.older
    return {**shown, "name": name, "image": image, "updated_at": stamp(updated_at)}


def mute(view: View, row: User, target: UserId, muting: Mute) -> Json:
    return {"user": user(view, row), "target": user_by_id(view, target), **of_mute(muting)}


def of_mute(muting: Mute) -> Json:
    shown = {"created_at": stamp(muting.created_at), "updated_at": stamp(muting.created_at)}
    return shown if muting.expires is None else shown | {"expires": stamp(muting.expires)}
