"""User groups: what they are called by ``updated_at``, who is in them by the newest word on each user.

A whole list settles everyone up to its time. Words on single users that are newer are kept and laid over the list, so
that it does not matter whether the list or the words come first.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from chatstate.clock import NEVER, Timestamp
from chatstate.errors import Malformed
from chatstate.ids import UserId
from chatstate.model import JsonObject, UserGroup
from chatstate.state.state import State

Word = tuple[Timestamp, bool]
"""When a user joined (true) or left (false)."""


def settle_group(state: State, raw: JsonObject, at: Timestamp, named: Mapping[UserId, bool]) -> None:
    """Take in a group's payload, and who joined (true) or left (false) at ``at``."""
    id = group_id(raw)
    if not state.arrives(state.user_groups, id, at):
        return
    known = state.user_groups.get(id)
    said = UserGroup.read(raw, state.found, known)
    if known is None or (said.updated_at, at) > (known.updated_at, known.told_at):
        row = said.replace(told_at=at)
    else:
        row = known
    listed: Any = raw.get("members")
    if listed.__class__ is list:
        row = _listed(row, {UserId(each["user_id"]) for each in listed if _names_user(each)}, at)
    for user_id, joins in named.items():
        row = _moved(row, user_id, (at, joins))
    if row != known:
        state.user_groups.put(id, row)


def end_group(state: State, raw: JsonObject, at: Timestamp) -> None:
    """The group was no more at ``at``; of one that was made again since, nobody is left who was in it before."""
    id = group_id(raw)
    if not state.arrives(state.user_groups, id, at):
        return
    state.ended.put((state.user_groups.name, id), at)
    known = state.user_groups.get(id)
    if known is None:
        return
    if max(known.told_at, known.members_at, *(when for when, _ in known.moves.values())) <= at:
        state.user_groups.drop(id)
    elif at > known.members_at:
        state.user_groups.put(id, _listed(known, (), at))


def group_id(raw: JsonObject) -> str:
    """The id in a group's payload. Raises ``Malformed`` where there is none."""
    id = raw.get("id")
    if id.__class__ is not str or not id:
        raise Malformed("a string", id, "$.user_group.id")
    return str(id)


def _listed(row: UserGroup, ids: Iterable[UserId], at: Timestamp) -> UserGroup:
    """``row`` after a whole list that was told at ``at``; what was told later of single users holds."""
    if at <= row.members_at:
        return row
    later = {user_id: word for user_id, word in row.moves.items() if word[0] > at}
    present = {*ids, *later} - {user_id for user_id, (_, joins) in later.items() if not joins}
    return row.replace(member_ids=tuple(sorted(present)), members_at=at, moves=later)


def _moved(row: UserGroup, user_id: UserId, word: Word) -> UserGroup:
    """``row`` after a word on one user; the later word holds."""
    at, joins = word
    if at <= row.members_at or word <= row.moves.get(user_id, (NEVER, False)):
        return row
    present = {*row.member_ids, user_id} if joins else {*row.member_ids} - {user_id}
    return row.replace(member_ids=tuple(sorted(present)), moves={**row.moves, user_id: word})


def _names_user(each: object) -> bool:
    return isinstance(each, Mapping) and isinstance(each.get("user_id"), str)
