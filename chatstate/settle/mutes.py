"""Mutes: what I muted, since when, and until when it held.

A message counts as unread or not by the mutes of its own moment, even if it arrives later. So a mute keeps when it was
set and lifted; a whole list tells it of everyone, the ones it does not name included.
"""

from typing import Any

from chatstate.clock import NEVER, Timestamp
from chatstate.model import JsonObject, Mute, Own
from chatstate.state.state import ME, State
from chatstate.state.table import Table

KEPT = 32
"""How many words on one mute, and how many whole lists, are remembered."""


def tell_mute(
    state: State, table: Table[str, Mute], id: str, muted: bool, at: Timestamp, raw: JsonObject | None = None
) -> None:
    """One mute was set or lifted at ``at``."""
    known = table.get(id)
    row = known or _unlisted(state, table, id, at)
    if muted and raw is not None and at >= _last(row):
        row = Mute.read(raw, state.found, row.replace(expires=None)).replace(id=id, history=row.history)
    elif muted and raw is None and at >= _last(row):
        row = row.replace(expires=None)
    row = _said(row, muted, at)
    if row != known:
        table.put(id, row)


def _said(row: Mute, muted: bool, at: Timestamp) -> Mute:
    word = (at, muted)
    if word in row.history:
        return row
    return row.replace(history=tuple(sorted((*row.history, word)))[-KEPT:])


def _last(row: Mute) -> Timestamp:
    return row.history[-1][0] if row.history else NEVER


def _unlisted(state: State, table: Table[str, Mute], id: str, at: Timestamp) -> Mute:
    """A new mute: every whole list that was told later did not name it."""
    lists = state.own.get(ME, Own.BASE).lists
    row = Mute.BASE.replace(id=id)
    for name, when in lists:
        if name == table.name and when > at:
            row = _said(row, False, when)
    return row


def tell_mutes(state: State, table: Table[str, Mute], mutes: dict[str, JsonObject], at: Timestamp) -> None:
    """The whole list of mutes at ``at``: who is not in it is not muted."""
    own = state.own.get(ME, Own.BASE)
    if (table.name, at) in own.lists:
        return
    for id in set(table) - set(mutes):
        tell_mute(state, table, id, False, at)
    for id, raw in mutes.items():
        tell_mute(state, table, id, True, at, raw)
        _since(state, table, id, at)
    lists = tuple(sorted((*own.lists, (table.name, at)), key=_when)[-2 * KEPT :])
    state.own.put(ME, state.own.get(ME, Own.BASE).replace(lists=lists))


def _since(state: State, table: Table[str, Mute], id: str, at: Timestamp) -> None:
    """A listed mute holds since it was created, where nothing else was told of it before."""
    row = table[id]
    if row.created_at is not None and row.created_at < at and row.history[0][0] == at:
        table.put(id, _said(row, True, row.created_at))


def _when(told: tuple[str, Timestamp]) -> Any:
    return told[1]


def is_muted(state: State, table: Table[str, Mute], id: str) -> bool:
    """Whether something is muted now."""
    row = table.get(id)
    if row is None or not row.history or not row.history[-1][1]:
        return False
    return state.holds(row.expires)
