"""Who read what: a graph from rows to the values that were made of them.

A write wakes those who read what was written; they and all that depends on them are stale then. At the flush each is
refreshed at most once, after what it depends on, and what none of them changed is left as it is.
"""

from abc import abstractmethod
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar

from chatstate.errors import CircularError

if TYPE_CHECKING:
    from chatstate.reactive.graph import Graph

T = TypeVar("T")


class Reading:
    """What has read rows and other nodes, and is woken when one of them changes."""

    __slots__ = ("__weakref__", "elapses", "ends", "graph", "nodes", "reads")

    def __init__(self, graph: "Graph") -> None:
        self.graph = graph
        self.reads: set[Any] = set()
        self.nodes: dict[Node, None] = {}
        self.ends: Any = None
        self.elapses: Any = None

    @abstractmethod
    def wake(self, key: Any, before: Any, after: Any) -> None:
        """Something that was read has changed."""

    @abstractmethod
    def suspect(self) -> None:
        """A node that was read may change, once it is refreshed."""

    def run(self, function: Callable[[], T]) -> T:
        """What ``function`` answers; from now on, what it read is what wakes. Raises what it raises."""
        recorder = self.graph.recorder
        notes = recorder.begin()
        try:
            return function()
        finally:
            recorder.end()
            self.reads = _replaced(self, self.reads, notes.reads)
            if self.nodes or notes.nodes:
                self._depend_on(notes.nodes)
            if self.ends != notes.ends:
                self.ends = self.graph.wall.moved(self, self.ends, notes.ends)
            if self.elapses != notes.elapses:
                self.elapses = self.graph.monotonic.moved(self, self.elapses, notes.elapses)

    def forget(self) -> None:
        """Be woken by nothing any more. O(what it read)."""
        self.reads = _replaced(self, self.reads, set())
        self._depend_on({})
        self.ends = self.graph.wall.moved(self, self.ends, None)
        self.elapses = self.graph.monotonic.moved(self, self.elapses, None)

    def _depend_on(self, nodes: "dict[Node, None]") -> None:
        known, self.nodes = self.nodes, nodes
        for node in nodes:
            node.dependents[self] = None
        for node in known:
            if node not in nodes:
                node.lose(self)


def _replaced(reader: Reading, before: set[Any], after: set[Any]) -> set[Any]:
    """``after``, with ``reader`` told of what is in it, and no more of what was only in ``before``."""
    if before == after:
        return before
    for read in after - before if before else after:
        watched, key = read
        watched.watchers.setdefault(key, {})[reader] = None
    for watched, key in before - after:
        readers = watched.watchers[key]
        del readers[reader]
        if not readers:
            del watched.watchers[key]
    return after


class Freshness(Enum):
    """How far a node's value can be trusted."""

    FRESH = 0
    SUSPECT = 1
    """Something that it depends on may change."""
    STALE = 2
    """Something that it depends on has changed."""
    RUNNING = 3


class Node(Reading):
    """A derived value that others can depend on. It lives while somebody listens to it or depends on it."""

    __slots__ = ("alive", "dependents", "freshness")

    def __init__(self, graph: "Graph") -> None:
        super().__init__(graph)
        self.alive = True
        self.freshness = Freshness.STALE
        self.dependents: dict[Reading, None] = {}
        graph.nodes += 1

    @abstractmethod
    def compute(self) -> bool:
        """Bring the value up to date. Answers whether it has changed."""

    @property
    def wanted(self) -> bool:
        """Whether somebody depends on it."""
        return bool(self.dependents)

    def wake(self, key: Any, before: Any, after: Any) -> None:
        if self.freshness is Freshness.FRESH:
            self._spread()
        if self.freshness is not Freshness.RUNNING:
            self.freshness = Freshness.STALE

    def suspect(self) -> None:
        if self.freshness is Freshness.FRESH:
            self.freshness = Freshness.SUSPECT
            self._spread()

    def _spread(self) -> None:
        self.graph.stale.append(self)
        for dependent in self.dependents:
            dependent.suspect()

    def refresh(self) -> None:
        """Bring the value up to date, after what it depends on. Raises ``CircularError``."""
        if self.freshness is Freshness.SUSPECT:
            self._ask_around()
        if self.freshness is Freshness.RUNNING:
            raise CircularError
        if self.freshness is Freshness.STALE:
            self.freshness = Freshness.RUNNING
            try:
                changed = self.compute()
            except BaseException:  # an interrupt: the flush goes on with it later
                self.distrust()
                self.freshness = Freshness.STALE
                raise
            self.freshness = Freshness.FRESH
            if changed:
                self.announce()

    def _ask_around(self) -> None:
        """Refresh what it depends on, until one of those has changed; if none has, it is fresh as it is."""
        for node in tuple(self.nodes):
            node.refresh()
            if self.freshness is not Freshness.SUSPECT:
                return
        self.freshness = Freshness.FRESH

    def distrust(self) -> None:
        """Take nothing that was computed so far for granted: computing was broken off."""

    @property
    def is_fresh(self) -> bool:
        """Whether nothing that it depends on has changed, nor ended by itself, since it was computed."""
        return self.freshness is Freshness.FRESH and self.graph.next_end() != 0

    def announce(self) -> None:
        """Tell those who depend on it that it has changed."""
        for dependent in tuple(self.dependents):
            dependent.wake(None, None, None)

    def lose(self, dependent: Reading) -> None:
        """One less depends on it."""
        self.dependents.pop(dependent, None)
        self.leave()

    def leave(self) -> None:
        """End, if nobody wants it any more. O(what it read)."""
        if self.alive and not self.wanted:
            self.alive = False
            self.graph.nodes -= 1
            self.forget()
            self.end()

    def end(self) -> None:
        """Put away what is kept besides what was read."""
