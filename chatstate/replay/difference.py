"""What differs between two points of a log, or between two logs: rows, and fields of rows."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import attrs

from chatstate.model import Row
from chatstate.reactive.flow import Changes
from chatstate.reactive.graph import shows_same
from chatstate.views import Views

BOOKKEEPING = frozenset({"ended", "tombstones", "closed", "purges", "evicted", "aside", "authored", "reacted"})
"""The tables that nobody is shown: they guard what is shown against what comes late."""


class FieldChange(NamedTuple):
    """One field of a row before and after; the name is empty where the row is one value."""

    name: str
    before: Any
    after: Any


def difference(before: Views, after: Views) -> Changes:
    """What would turn one state into the other, without what nobody is shown. O(rows of both)."""
    tables: dict[str, dict[Any, tuple[Any, Any]]] = {}
    ours, theirs = before.state.tables, after.state.tables
    for name in dict.fromkeys((*ours, *theirs)):
        one: dict[Any, Any] = ours.get(name, {})
        other: dict[Any, Any] = theirs.get(name, {})
        for key in dict.fromkeys((*one, *other)):
            old, new = one.get(key), other.get(key)
            if old is not new and not shows_same(old, new):
                tables.setdefault(name, {})[key] = (old, new)
    return Changes(tables)


def shown(changes: Changes) -> Changes:
    """The same without the tables that keep the books."""
    return Changes({name: rows for name, rows in changes.tables.items() if name not in BOOKKEEPING})


def fields_changed(before: Any, after: Any) -> list[FieldChange]:
    """The fields that differ between two rows, marks left out; of a row that came or went, those that say something."""
    row = after if before is None else before
    if not isinstance(row, Row) or (before is not None and after is not None and type(before) is not type(after)):
        return [FieldChange("", before, after)]
    blank = type(row).BASE
    old, new = (blank if each is None else each for each in (before, after))
    changed = []
    for name in _shown_fields(type(row)):
        one, other = getattr(old, name), getattr(new, name)
        if one != other:
            changed.append(FieldChange(name, None if before is None else one, None if after is None else other))
    return changed


def _shown_fields(kind: Any) -> Iterator[str]:
    return (field.name for field in attrs.fields(kind) if not field.metadata.get("mark"))
