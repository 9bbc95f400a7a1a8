"""Filters: the service's own language of queries, or any predicate.

A filter names fields and what they should be: ``{"type": "messaging", "unread": {"$gt": 0}, "member": "bo"}``.
A field that a kind does not have is looked for among its custom data; ``custom.`` before it says so.
"""

from collections.abc import Callable, Mapping, Set
from typing import Any, TypeVar

from chatstate import clock
from chatstate.views.known import Known

V = TypeVar("V")

Fields = Mapping[str, Callable[[V], Any]]
"""What a kind can be filtered and sorted by, and how it is read."""

Filter = Mapping[str, Any] | Callable[[V], bool]
"""Conditions by field, all of which must hold, or a predicate."""

Test = Callable[[Any], bool]


def matcher(filter: Filter[V] | None, fields: Fields[V]) -> Callable[[V], bool]:
    """What a filter wants. Raises ``ValueError`` for an operator that there is not."""
    if filter is None:
        return _anything
    if not isinstance(filter, Mapping):
        return filter
    tests = [_condition(name, wanted, fields) for name, wanted in filter.items()]
    return lambda view: all(test(view) for test in tests)


def field(name: str, fields: Fields[V]) -> Callable[[V], Any]:
    """How a field is read: one the kind has, else one of its custom data."""
    known = fields.get(name)
    if known is not None:
        return known
    key = name.removeprefix("custom.")
    return lambda view: view.custom.get(key)  # type: ignore[attr-defined]


def _anything(view: object) -> bool:
    return True


def _condition(name: str, wanted: Any, fields: Fields[V]) -> Callable[[V], bool]:
    if name in _JOINTS:
        joint, parts = _JOINTS[name], [matcher(part, fields) for part in wanted]
        return lambda view: joint(part(view) for part in parts)
    if name.startswith("$"):
        raise ValueError(f"a filter has no {name}; there are {', '.join(_JOINTS)}")
    read = field(name, fields)
    if isinstance(wanted, Mapping) and any(str(key).startswith("$") for key in wanted):
        tests = [_test(name, operator, value) for operator, value in wanted.items()]
    else:
        tests = [_test(name, "$eq", wanted)]
    return lambda view: _passes(read(view), tests)


def _passes(value: Any, tests: list[Test]) -> bool:
    return all(test(value) for test in tests)


_JOINTS: dict[str, Callable[[Any], bool]] = {
    "$and": all,
    "$or": any,
    "$nor": lambda outcomes: not any(outcomes),
}


def _test(name: str, operator: str, wanted: Any) -> Test:
    make = _OPERATORS.get(operator)
    if make is None:
        raise ValueError(f"a filter of {name!r} has no {operator}; there are {', '.join(_OPERATORS)}")
    if name.endswith(("_at", "_active")):
        wanted = [_time(each) for each in wanted] if isinstance(wanted, list | tuple) else _time(wanted)
    return make(wanted)


def _time(value: Any) -> Any:
    """Dates may be written as the service writes them. Raises ``ValueError``."""
    return clock.parse(value) if isinstance(value, str) else value


def _holds(value: Any, wanted: Any) -> bool:
    """Whether a field is, or holds, what is wanted; several things are together what they are in any order."""
    if isinstance(value, list | tuple | Set | Known):
        if isinstance(wanted, list | tuple | Set):
            return len(value) == len(wanted) and all(each in value for each in wanted)
        return wanted in value
    return bool(value == wanted)


def _compared(compare: Callable[[Any, Any], bool]) -> Callable[[Any], Test]:
    def make(wanted: Any) -> Test:
        def test(value: Any) -> bool:
            try:
                return value is not None and compare(value, wanted)
            except TypeError:  # a number is neither more nor less than a text
                return False

        return test

    return make


def _starts(value: Any, wanted: Any) -> bool:
    return isinstance(value, str) and value.casefold().startswith(str(wanted).casefold())


def _any_word_starts(value: Any, wanted: Any) -> bool:
    return _starts(value, wanted) or (isinstance(value, str) and any(_starts(word, wanted) for word in value.split()))


_OPERATORS: dict[str, Callable[[Any], Test]] = {
    "$eq": lambda wanted: lambda value: _holds(value, wanted),
    "$ne": lambda wanted: lambda value: not _holds(value, wanted),
    "$in": lambda wanted: lambda value: any(_holds(value, each) for each in wanted),
    "$nin": lambda wanted: lambda value: not any(_holds(value, each) for each in wanted),
    "$gt": _compared(lambda value, wanted: bool(value > wanted)),
    "$gte": _compared(lambda value, wanted: bool(value >= wanted)),
    "$lt": _compared(lambda value, wanted: bool(value < wanted)),
    "$lte": _compared(lambda value, wanted: bool(value <= wanted)),
    "$exists": lambda wanted: lambda value: (value is not None) == bool(wanted),
    "$contains": lambda wanted: lambda value: value is not None and _holds(value, wanted),
    "$autocomplete": lambda wanted: lambda value: _any_word_starts(value, wanted),
    "$prefix": lambda wanted: lambda value: _starts(value, wanted),
}
