"""A list that is told anew, told as what differs from the one before: rows stay, with their focus and selection."""

from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

from chatstate.reactive import Diffs, Insert, ListDiff, Move, Remove, Reset, Set, apply
from chatstate.reactive.diffs import moves_between
from chatstate.reactive.look import look, same

T = TypeVar("T")


class Kept(Generic[T]):
    """What a widget shows, by keys: a ``Reset`` to items of which it shows some becomes the fewest other diffs.

    Where it shows none of them, or several by one key, a ``Reset`` stays one. O(n log n) a ``Reset``, and O(n) for each
    item that is inserted or moved.
    """

    def __init__(self, key: Callable[[T], Hashable]) -> None:
        self._key = key
        self._shown: list[tuple[Hashable, Any]] = []
        """The keys of what is shown, each with what it looks like."""

    def told(self, diffs: Diffs[T]) -> Diffs[T]:
        """The same, for a widget that shows what was told before."""
        told: list[ListDiff[T]] = []
        for diff in diffs:
            told += self._differences(diff.items) if isinstance(diff, Reset) else (diff,)
            apply((self._noted(diff),), self._shown)
        return tuple(told)

    def forget(self) -> None:
        """Nobody knows any more what the widget shows."""
        self._shown.clear()

    def _note(self, item: T) -> tuple[Hashable, Any]:
        # A view is the same object when what it shows has changed.
        return self._key(item), look(item)

    def _noted(self, diff: ListDiff[T]) -> ListDiff[tuple[Hashable, Any]]:
        match diff:
            case Reset(items):
                return Reset(tuple(map(self._note, items)))
            case Insert(at, item):
                return Insert(at, self._note(item))
            case Set(at, item):
                return Set(at, self._note(item))
            case Remove() | Move():
                return diff

    def _differences(self, items: tuple[T, ...]) -> list[ListDiff[T]]:
        before, after = dict(self._shown), dict(map(self._note, items))
        if before.keys().isdisjoint(after) or len(before) < len(self._shown) or len(after) < len(items):
            return [Reset(items)]
        item_of = dict(zip(after, items, strict=True))
        moves = moves_between(list(before), list(after))
        diffs: list[ListDiff[T]] = [Insert(d.at, item_of[d.item]) if isinstance(d, Insert) else d for d in moves]
        changed = (at for at, key in enumerate(after) if key in before and not same(before[key], after[key]))
        return diffs + [Set(at, items[at]) for at in changed]
