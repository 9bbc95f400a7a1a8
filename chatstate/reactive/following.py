"""Following a live sequence: from the moves of its ids to diffs, without a copy of what was there before."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sortedcontainers import SortedList

from chatstate.reactive.diffs import Insert, ListDiff, Move, Remove
from chatstate.reactive.node import Reading
from chatstate.views.live import Live
from chatstate.views.query import Query

if TYPE_CHECKING:
    from chatstate.reactive.graph import Graph
    from chatstate.reactive.lists import ListNode

MANY = 1000
"""From so many moves in one flush on, a list begins anew instead of telling each."""


class Feed(Reading):
    """Tells a list which ids moved in the sequence it shows."""

    __slots__ = ("_moves", "_over", "_owner", "left", "source")

    def __init__(self, graph: "Graph", owner: "ListNode[Any]", source: Live[Any]) -> None:
        super().__init__(graph)
        self._owner = owner
        self.source = source
        self._moves: dict[Any, tuple[Any, Any]] = {}
        self._over = False
        self.left: list[Any] = []
        """The ids that went, by the diffs told last."""
        self.run(self._watch)

    @staticmethod
    def can_follow(source: Live[Any]) -> bool:
        """Whether the moves of a sequence can be followed one by one."""
        return isinstance(source, Query) or source.group() is not None

    def _watch(self) -> None:
        """Read what is followed, so that it wakes."""
        if isinstance(self.source, Query):
            self.graph.recorder.notes.nodes[self.graph.kept(self.source)] = None
        else:
            len(self.source)

    def wake(self, key: Any, before: Any, after: Any) -> None:
        if key is None:
            self._over = True
        else:
            first = self._moves[key][0] if key in self._moves else before
            self._moves[key] = (first, after)
        self._owner.follow()

    def suspect(self) -> None:
        self._owner.follow()

    def entries(self) -> Sequence[Any]:
        """The sort keys now."""
        if isinstance(self.source, Query):
            return self.graph.kept(self.source).entries  # type: ignore[no-any-return]
        return self.source._entries

    def ids(self) -> list[Any]:
        """The ids now, in order. O(n)."""
        return [entry[-1] for entry in self.entries()]

    def ids_told(self) -> list[Any]:
        """The ids in the order of the diffs told last, whatever has moved since. O(n)."""
        entries = self.entries()  # which may bring moves to light
        if not self._moves:
            return self.ids()
        left = [old for old, _ in self._moves.values() if old is not None]
        return [entry[-1] for entry in sorted([*(entry for entry in entries if entry[-1] not in self._moves), *left])]

    @property
    def is_lost(self) -> bool:
        """Whether the list is to begin anew, since nobody knows what has moved."""
        return self._over

    def element(self, id: Any) -> Any:
        """The view of an id."""
        return self.source._view(id)

    def place(self, id: Any) -> int:
        """Where an id stands now. O(log n)."""
        if isinstance(self.source, Query):
            return place_in(self.entries(), self.graph.kept(self.source).standing[id])
        return place_in(self.entries(), self.source.entry_of(id))

    def diffs(self) -> list[ListDiff[Any]] | None:
        """What the moves since the last asking come to; None where the list begins anew. O(log n) each."""
        entries = self.entries()  # which may bring moves to light
        moves, self._moves = self._moves, {}
        over, self._over = self._over, False
        if over or len(moves) > MANY:
            return None
        self.left = [id for id, (old, new) in moves.items() if old is not None and new is None]
        return moved(entries, [(old, new) for old, new in moves.values() if old != new])


def place_in(entries: Sequence[Any], entry: Any) -> int:
    """Where an entry stands, or would. O(log n)."""
    if isinstance(entries, SortedList):  # bisect would ask it for one element after the other
        return int(entries.bisect_left(entry))
    return bisect_left(entries, entry)


def moved(entries: Sequence[Any], moves: list[tuple[Any, Any]]) -> list[ListDiff[Any]]:
    """The diffs that lead to ``entries``, given where each id that moved stood and stands; None is nowhere.

    The list before is not needed: where an entry stood follows from where it would stand now, less what has come, and
    what has gone added. O(log² n) a move.
    """
    leaving = SortedList(old for old, _ in moves if old is not None)
    coming = SortedList(new for _, new in moves if new is not None)
    diffs: list[ListDiff[Any]] = []

    def place(entry: Any) -> int:
        return int(place_in(entries, entry) - coming.bisect_left(entry) + leaving.bisect_left(entry))

    for old in sorted((old for old, new in moves if new is None), reverse=True):
        diffs.append(Remove(place(old)))
        leaving.remove(old)
    for old, new in moves:
        if old is None or new is None:
            continue
        at = place(old)
        leaving.remove(old)
        to = place(new)
        coming.remove(new)
        if at != to:
            diffs.append(Move(at, to))
    for new in sorted(new for old, new in moves if old is None):
        diffs.append(Insert(place(new), new[-1]))
        coming.remove(new)
    return diffs
