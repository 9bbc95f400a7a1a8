"""Rows, keys and values in words, for those who read what changed."""

import typing
from collections.abc import Hashable, Mapping
from functools import cache
from typing import Any

import attrs
import orjson

from chatstate.clock import NEVER, Timestamp, format
from chatstate.model import JsonObject, Row
from chatstate.replay.difference import fields_changed

NOTHING = "—"


def key_in_words(key: Any) -> str:
    """The key of a row: its parts, without those that are absent.

    >>> key_in_words(("messaging:general", None, "bo"))
    'messaging:general bo'
    """
    parts = key if isinstance(key, tuple) else (key,)
    return " ".join(str(part) for part in parts if part not in (None, ""))


def value_in_words(value: Any, *, time: bool = False) -> str:
    """A value as JSON would write it; a time as the wire does, and None as a dash."""
    if value is None or (time and value == NEVER):
        return NOTHING
    if time and isinstance(value, int):
        return format(Timestamp(value))
    return orjson.dumps(value, default=plain, option=orjson.OPT_NON_STR_KEYS).decode()


def changes_as_json(before: Any, after: Any) -> JsonObject:
    """What differs between two rows, as JSON: by field, the values before and after."""
    times = _times(_kind(before, after))
    return {
        name: [format(Timestamp(each)) if name in times and isinstance(each, int) else each for each in values]
        for name, *values in fields_changed(before, after)
    }


def changes_in_words(before: Any, after: Any) -> list[tuple[str, str, str]]:
    """What differs between two rows: the field, and its value before and after."""
    times = _times(_kind(before, after))
    return [
        (name, value_in_words(old, time=name in times), value_in_words(new, time=name in times))
        for name, old, new in fields_changed(before, after)
    ]


def _kind(before: Any, after: Any) -> Hashable:
    kind: Any = type(after if before is None else before)
    return kind  # type: ignore[no-any-return]


@cache
def _times(kind: Hashable) -> frozenset[str]:
    """The fields of a row that tell a time; of what is no row, the value itself may be one."""
    if not (isinstance(kind, type) and issubclass(kind, Row)):
        return frozenset({""} if kind is int else ())
    hints = typing.get_type_hints(kind)
    return frozenset(name for name, hint in hints.items() if hint is Timestamp or Timestamp in typing.get_args(hint))


def plain(value: Any) -> Any:
    """What JSON can write of a value that it does not know."""
    if isinstance(value, Row):
        return {name: new for name, (_, new) in changes_as_json(None, value).items()}
    if attrs.has(type(value)):
        return attrs.asdict(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    return str(value)
