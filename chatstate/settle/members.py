"""Members: they come and go, and bans outlive their rows."""

from typing import Any

from chatstate.clock import Timestamp
from chatstate.errors import Malformed
from chatstate.ids import Cid, UserId
from chatstate.model import Ban, JsonObject, Member
from chatstate.model.reading import Found, each, read_ref
from chatstate.settle.reads import forget_read
from chatstate.state.state import State


def settle_members(state: State, cid: Cid, raw: Any, at: Timestamp, key: str) -> None:
    """Take in a list of members; a malformed one is reported and left out."""

    def settle(element: Any, path: str, found: Found) -> None:
        if element.__class__ is not dict:
            raise Malformed("an object", element, path)
        try:
            settle_member(state, cid, element, at)
        except Malformed as error:
            raise error.under(path) from None

    each(raw, key, state.found, settle)


def settle_member(state: State, cid: Cid, raw: JsonObject, at: Timestamp) -> Member | None:
    """Take in one member payload: full, or an invite's with only ``user_id``. None where the member has left since."""
    user_id = member_id(state, raw)
    key = (cid, user_id)
    known = state.members.get(key)
    if not state.arrives(state.members, key, at) or (known is not None and at < known.at):
        return known
    said = Member.read(raw, state.found, known, at)
    if "created_at" in raw:  # the member as a whole, who has pinned and archived what it tells, and nothing else
        said = said.replace(**{name: None for name in ("pinned_at", "archived_at") if name not in raw})
    row = banned(said.replace(cid=cid, user_id=user_id), state.bans.get(key))
    if row != known:
        state.members.put(key, row)
    return row


def member_id(state: State, raw: JsonObject) -> UserId:
    """Whom a member payload is about; the user embedded in it is noted. Raises ``Malformed`` where it names nobody."""
    user = raw.get("user")
    if user is not None:
        return UserId(read_ref(user, "user", state.found))
    id = raw.get("user_id")
    if id.__class__ is not str or not id:
        raise Malformed("a string", id, "user_id")
    return UserId(id)


def banned(row: Member, ban: Ban | None) -> Member:
    """``row`` with the ban that was told after it, if there is one."""
    if ban is None or ban.at < row.at:
        return row
    return row.replace(
        banned=ban.banned, shadow_banned=ban.shadow_banned, ban_expires=ban.expires, ban_reason=ban.reason
    )


def ban_member(state: State, cid: Cid, user_id: UserId, ban: Ban) -> None:
    """Remember the newest word on a ban, and show it on the member's row if there is one; none is invented."""
    key = (cid, user_id)
    known = state.bans.get(key)
    if known is not None and (known.at, known.banned, known.shadow_banned) >= (ban.at, ban.banned, ban.shadow_banned):
        return
    state.bans.put(key, ban)
    member = state.members.get(key)
    if member is not None:
        state.members.put(key, banned(member, ban))


def drop_member(state: State, cid: Cid, user_id: UserId, at: Timestamp) -> None:
    """The member is gone at ``at``, and with it its read row and its typing; watching has its own events.

    Of a member who came back since, what is older than the leaving goes all the same. A leaving that is known, or older
    than one that is, is no news.
    """
    key = (cid, user_id)
    if not state.arrives(state.members, key, at):
        return
    state.end(state.members, key, at)
    forget_read(state, cid, user_id, at)
    authored = state.authored.get(key)
    if authored is not None and authored.at <= at:
        state.authored.drop(key)
    for typist, parent_id in list(state.typing_of.of(cid)):
        if typist == user_id:
            state.end(state.typing, (cid, parent_id or None, user_id), at)
