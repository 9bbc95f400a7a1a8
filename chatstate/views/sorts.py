"""Sorts: by which fields, each rising or falling; what has no value comes last, and ties go by id."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from chatstate.views.filters import Fields, field

V = TypeVar("V")

Sort = Sequence[tuple[str | Callable[[V], Any], int]] | Mapping[str, int]
"""Fields, or functions of a view, with 1 for rising and -1 for falling, the weightiest first."""

LAST = (2, 0)
"""Where stands what has no value, whichever the direction."""


class Falling:
    """A value that sorts the other way round."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __lt__(self, other: "Falling") -> bool:
        return bool(other.value < self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Falling) and bool(self.value == other.value)

    def __hash__(self) -> int:
        return hash(self.value)

    def __repr__(self) -> str:
        return f"Falling({self.value!r})"


def sort_key(sort: Sort[V], fields: Fields[V]) -> Callable[[V], tuple[Any, ...]]:
    """What views are sorted by. Raises ``ValueError`` for what is no sort, and a direction that is neither 1 nor -1."""
    steps = []
    for step in tuple(sort.items()) if isinstance(sort, Mapping) else sort:
        if isinstance(step, str) or len(step) != 2:
            raise ValueError(f'a sort is a list of fields with 1 or -1, like [("unread", -1)]; got {sort!r}')
        by, direction = step
        if direction not in (1, -1):
            raise ValueError(f"a sort by {by!r} goes 1 or -1, not {direction!r}")
        steps.append((field(by, fields) if isinstance(by, str) else by, direction))
    return lambda view: tuple([_place(read(view), direction) for read, direction in steps])


def _place(value: Any, direction: int) -> tuple[Any, ...]:
    """Where a value stands: numbers among numbers, texts among texts, regardless of their case."""
    if isinstance(value, int | float):
        return (0, direction * value) if value == value else LAST
    if value is None:
        return LAST
    word = value.casefold() if isinstance(value, str) else value
    return 1, type(value).__name__, word if direction == 1 else Falling(word)
