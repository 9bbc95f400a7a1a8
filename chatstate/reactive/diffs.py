"""What happened to a list: a closed vocabulary of five words, and what they mean.

A tuple of diffs tells one flush. They are applied in order, each to the list that those before it left.
"""

from collections.abc import Hashable, Iterable, MutableSequence, Sequence
from itertools import pairwise
from typing import Any, Generic, TypeVar

import attrs

from chatstate.reactive.rising import longest_rising

T = TypeVar("T")


@attrs.frozen
class Reset(Generic[T]):
    """The list is now ``items``, whatever it was."""

    items: tuple[T, ...]


@attrs.frozen
class Insert(Generic[T]):
    """``item`` came in, and now stands at ``at``."""

    at: int
    item: T


@attrs.frozen
class Set(Generic[T]):
    """What stands at ``at`` has changed, and is ``item`` now."""

    at: int
    item: T


@attrs.frozen
class Remove:
    """What stood at ``at`` has gone."""

    at: int


@attrs.frozen
class Move:
    """What stood at ``at`` now stands at ``to``, counted once it is taken out."""

    at: int
    to: int


ListDiff = Reset[T] | Insert[T] | Set[T] | Remove | Move
"""One thing that happened to a list."""

Diffs = tuple[ListDiff[T], ...]
"""All that one flush did to a list, in order."""

L = TypeVar("L", bound=MutableSequence[Any])


def apply(diffs: Iterable[ListDiff[Any]], target: L) -> L:
    """``target``, changed in place as ``diffs`` tell. This is what the five words mean. Raises ``IndexError``.

    >>> apply([Reset(("a", "b", "c")), Move(0, 2), Remove(0), Set(1, "A"), Insert(1, "x")], [])
    ['c', 'x', 'A']
    """
    for diff in diffs:
        match diff:
            case Reset(items):
                target[:] = items
            case Insert(at, item):
                target.insert(at, item)
            case Set(at, item):
                target[at] = item
            case Remove(at):
                del target[at]
            case Move(at, to):
                target.insert(to, target.pop(at))
    return target


def merged(diffs: Diffs[T], more: Diffs[T]) -> Diffs[T]:
    """One after the other, without what a ``Reset`` makes void, and of ``Set`` upon ``Set`` the last in each place.

    O(the ``Set`` between them), which are no more than there are places.
    """
    if more and isinstance(more[0], Reset):
        return more
    first, end = len(diffs), 0
    while first and isinstance(diffs[first - 1], Set):
        first -= 1
    while end < len(more) and isinstance(more[end], Set):
        end += 1
    last: dict[int, ListDiff[T]] = {}
    for diff in (*diffs[first:], *more[:end]):
        last[diff.at] = diff  # type: ignore[union-attr]
    return (*diffs[:first], *last.values(), *more[end:])


def moves_between(before: Sequence[Hashable], after: Sequence[Hashable]) -> list[ListDiff[Any]]:
    """The fewest diffs that turn one list of distinct keys into another; an ``Insert`` holds its key.

    O(n log n), and O(n) for each key that is inserted or moved.
    """
    start, stop = _shared_ends(before, after)
    old, new = list(before[start : len(before) - stop]), list(after[start : len(after) - stop])
    places = {key: place for place, key in enumerate(new)}
    diffs: list[ListDiff[Any]] = [Remove(start + at) for at in reversed(range(len(old))) if old[at] not in places]
    kept = [key for key in old if key in places]
    if len(kept) < len(new) or any(places[one] > places[other] for one, other in pairwise(kept)):
        diffs += _placed(kept, new, places, start)
    return diffs


def _shared_ends(before: Sequence[Hashable], after: Sequence[Hashable]) -> tuple[int, int]:
    """How many keys the two share at the start, and then at the end."""
    shorter = min(len(before), len(after))
    start = 0
    while start < shorter and before[start] == after[start]:
        start += 1
    stop = 0
    while stop < shorter - start and before[-1 - stop] == after[-1 - stop]:
        stop += 1
    return start, stop


def _placed(work: list[Any], new: list[Any], places: dict[Any, int], start: int) -> list[ListDiff[Any]]:
    """Bring ``work`` into the order of ``new``: the longest rising part of it stays, the others come to it."""
    staying = {work[at] for at in longest_rising([places[key] for key in work])}
    here = set(work)
    diffs: list[ListDiff[Any]] = []
    for place, key in enumerate(new):
        if key in staying:
            continue
        # What stands right before it already stands in its place, relative to all that stays.
        to = work.index(new[place - 1]) + 1 if place else 0
        if key not in here:
            diffs.append(Insert(start + to, key))
        else:
            at = work.index(key)
            work.pop(at)
            to -= at < to
            diffs.append(Move(start + at, start + to))
        work.insert(to, key)
    return diffs
