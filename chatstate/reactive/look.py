"""What a value looks like on a screen: the value itself, or of a live view, the rows that it shows.

A view is the same view whatever is in it, so two moments of it are told apart by their looks.
"""

from typing import Any

from chatstate.model import Row
from chatstate.views.base import View
from chatstate.views.known import Known
from chatstate.views.live import Live

_PLAIN = {int, str, float, bool, bytes, type(None)}


def look(value: Any) -> Any:
    """What ``value`` looks like now, views in it included, also those in lists and dicts. O(what it holds)."""
    kind = value.__class__
    if kind in _PLAIN:
        return value
    if isinstance(value, View):
        return (value, *value.shown())
    if isinstance(value, Known):
        return tuple([look(each) for each in value.values()])
    if kind in (list, tuple) or isinstance(value, Live):
        return tuple([look(each) for each in value])
    if kind is dict:
        return {key: look(each) for key, each in value.items()}
    if kind in (set, frozenset):
        return frozenset(value)
    return value


def same(one: Any, other: Any) -> bool:
    """Whether two looks are alike: identical, rows that differ in nothing but marks, or equal and of one type."""
    if one is other:
        return True
    if one.__class__ is not other.__class__:
        return False
    if isinstance(one, Row):
        return bool(one.shows(other))
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(each, other[key]) for key, each in one.items())
    try:
        return bool(one == other)
    except Exception:  # whatever an application's own type throws, the value may have changed
        return False
