"""Queries that are kept in order while somebody asks for them."""

from typing import TYPE_CHECKING, Any

from sortedcontainers import SortedList

from chatstate.reactive.node import Node, Reading
from chatstate.views.query import Query

if TYPE_CHECKING:
    from chatstate.reactive.graph import Graph


class Candidate(Reading):
    """One thing that may be in a query: it is asked again when something changes of what was looked at for it."""

    __slots__ = ("id", "query")

    def __init__(self, graph: "Graph", query: "QueryNode", id: Any) -> None:
        super().__init__(graph)
        self.query = query
        self.id = id

    def wake(self, key: Any, before: Any, after: Any) -> None:
        self.query.ask_again(self.id)

    def suspect(self) -> None:
        self.query.ask_again(self.id)


class QueryNode(Node):
    """What a query wants, in order. One change costs O(log n), beginning O(n log n)."""

    __slots__ = ("_asked_again", "_candidates", "_left", "_moves", "_over", "entries", "query", "standing")

    def __init__(self, graph: "Graph", query: Query[Any]) -> None:
        super().__init__(graph)
        self.query = query
        self.entries: SortedList = SortedList()
        """The sort keys, in order, each ending in an id."""
        self.standing: dict[Any, Any] = {}
        """The sort key of each id."""
        self._candidates: dict[Any, Candidate] = {}
        self._asked_again: dict[Any, None] = {}
        self._left: set[Any] = set()
        self._moves: list[tuple[Any, Any, Any]] = []
        self._over = True

    def wake(self, key: Any, before: Any, after: Any) -> None:
        """A candidate came or went."""
        if key is None:
            self._over = True
        else:
            self._asked_again[key] = None
            (self._left.add if after is None else self._left.discard)(key)
        super().wake(key, before, after)

    def ask_again(self, id: Any) -> None:
        """Something has changed of what was looked at for a candidate."""
        self._asked_again[id] = None
        super().wake(id, None, None)

    def distrust(self) -> None:
        self._over = True

    def compute(self) -> bool:
        self._moves = []
        if self._over:
            self._begin()
            return True
        asked, self._asked_again = self._asked_again, {}
        for id in asked:
            self._place(id)
        return bool(self._moves)

    def announce(self) -> None:
        for dependent in tuple(self.dependents):
            if not self._moves:
                dependent.wake(None, None, None)
            for move in self._moves:
                dependent.wake(*move)

    def _begin(self) -> None:
        self._over = False
        self._asked_again, self._left = {}, set()
        known = dict.fromkeys(self.run(lambda: list(self.query.candidates())))
        for id in [id for id in self._candidates if id not in known]:
            self._candidates.pop(id).forget()
        entries = {id: self._entry_of(id) for id in known}
        self.standing = {id: entry for id, entry in entries.items() if entry is not None}
        self.entries = SortedList(self.standing.values())

    def _place(self, id: Any) -> None:
        before, after = self.standing.get(id), self._entry_of(id)
        if id in self._left:
            self._left.discard(id)
            self._candidates.pop(id).forget()
        if before == after:
            return
        if before is not None:
            self.entries.remove(before)
            del self.standing[id]
        if after is not None:
            self.entries.add(after)
            self.standing[id] = after
        self._moves.append((id, before, after))

    def _entry_of(self, id: Any) -> Any:
        """Where a candidate stands; None where it is not wanted, or where asking raises, which is reported."""
        candidate = self._candidates.get(id)
        if candidate is None:
            candidate = self._candidates[id] = Candidate(self.graph, self, id)
        self.graph.runs += 1
        try:
            return candidate.run(lambda: self.query.entry_of(id))
        except Exception as error:
            self.graph.failed.append((error, self.query))
            return None

    def end(self) -> None:
        for candidate in self._candidates.values():
            candidate.forget()
        self.graph.queries.pop(self.query.identity, None)
