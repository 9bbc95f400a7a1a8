"""Users: content by ``updated_at``, presence and bans by the time of the event that told them."""

from typing import Any

from chatstate.clock import NEVER, Timestamp
from chatstate.errors import Malformed
from chatstate.ids import UserId
from chatstate.model import JsonObject, User
from chatstate.state.state import State


def settle_users(state: State, users: list[JsonObject], at: Timestamp) -> None:
    """Take in every user that was embedded in an event; most of them are known just so. O(1) each."""
    copies, told = state.copies, state.told
    for raw in users:
        id = raw["id"]
        if copies.get(id) == raw:
            if told[id] < at:
                told[id] = at
        else:
            try:
                settle_user(state, raw, at)
            except Malformed as error:
                raise Misplaced(error, raw) from None


class Misplaced(Malformed):
    """A malformed user, of whom it is not known yet where in the frame it was."""

    def __init__(self, error: Malformed, user: JsonObject) -> None:
        super().__init__(error.expected, error.got, error.path)
        self.user = user

    def within(self, frame: JsonObject, root: str = "$") -> Malformed:
        """The error with its path, the ``frame`` being at ``root``. O(size of the frame)."""
        waiting: list[tuple[str, Any]] = [(root, frame)]
        while waiting:
            path, value = waiting.pop()
            if value is self.user:
                return Malformed(self.expected, self.got, f"{path}.{self.path}")
            if value.__class__ is dict:
                waiting.extend((f"{path}.{key}", inner) for key, inner in value.items())
            elif value.__class__ is list:
                waiting.extend((f"{path}[{i}]", inner) for i, inner in enumerate(value))
        return self


def settle_user(state: State, raw: JsonObject, at: Timestamp) -> None:
    """Take in one copy of a user, told at ``at``."""
    id = UserId(raw["id"])
    known = state.users.get(id)
    if known is None:
        state.users.put(id, User.read(raw, state.found, at=at))
        _remember(state, raw, at)
        return
    said = User.read(raw, state.found, known, at)
    if "updated_at" in raw and said.updated_at < known.updated_at:
        return
    told = state.told.get(id, NEVER)
    advances = (said.updated_at, at) > (known.updated_at, max(known.told_at, told))
    is_newer = at > max(known.seen_at, told)
    row = _merged(known, said, at, advances, is_newer, at > max(known.banned_at, told))
    if advances and is_newer:
        _remember(state, raw, at)
    if row != known:
        state.users.put(id, row)


def _merged(known: User, said: User, at: Timestamp, advances: bool, is_newer: bool, bans: bool) -> User:
    row: Any = (said if advances else known).opened()
    row.told_at = at if advances else known.told_at
    seen = said if is_newer else known
    row.online, row.last_active, row.seen_at = seen.online, seen.last_active, at if is_newer else known.seen_at
    row.banned = said.banned if bans else known.banned
    row.banned_at = at if bans else known.banned_at
    row.ban_reason = known.ban_reason if row.banned else None
    if not row.banned:
        row.ban_expires = None
    row.left_at = known.left_at
    left = said if at > known.left_at else known
    row.deleted_at, row.deactivated_at = left.deleted_at, left.deactivated_at
    row.__class__ = User
    return row  # type: ignore[no-any-return]


COPIES = 10_000
"""How many users' last copies are kept for comparison."""


def _remember(state: State, raw: JsonObject, at: Timestamp) -> None:
    """Keep a whole copy that is now the newest: most frames repeat it, and comparing is quicker than reading."""
    if "updated_at" not in raw or "online" not in raw or "banned" not in raw:
        return
    if len(state.copies) >= COPIES:
        state.copies.clear()
    id = UserId(raw["id"])
    state.copies[id] = raw
    state.told[id] = max(at, state.told.get(id, NEVER))


def settle_presence(state: State, raw: JsonObject, at: Timestamp) -> None:
    """Take in whether a user is online, told by an event about just that, however old the copy of the user is."""
    known = state.users.get(UserId(raw["id"]))
    if known is None or "online" not in raw or at <= max(known.seen_at, state.told.get(known.id, NEVER)):
        return
    said = User.read(raw, state.found, known)
    row = known.replace(online=said.online, last_active=said.last_active or known.last_active, seen_at=at)
    change_user(state, known.id, row)


def the_user(state: State, id: UserId) -> User:
    """The user's row, made if the user was never described."""
    row = state.users.get(id)
    if row is None:
        row = User.BASE.replace(id=id)
        state.users.put(id, row)
    return row


def change_user(state: State, id: UserId, row: User) -> None:
    """Put what a reducer decided of a user, so that no remembered copy passes for it."""
    state.copies.pop(id, None)
    state.users.put(id, row)
