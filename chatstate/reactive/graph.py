"""All that is derived from one state, and the two phases in which it follows: first settle, then tell."""

from collections.abc import Callable
from typing import Any, Protocol

from chatstate.model import Row
from chatstate.reactive.deadlines import Deadlines
from chatstate.reactive.node import Node
from chatstate.reactive.ordering import QueryNode
from chatstate.reactive.recorder import Recorder
from chatstate.state.state import State
from chatstate.state.table import Index, Table
from chatstate.state.watchers import Every
from chatstate.views.query import Query

KEYS, ROWS = Every.KEYS, Every.ROWS


class Telling(Protocol):
    """A node to which somebody listens."""

    def tell(self) -> None:
        """Tell the listeners what has changed since they were told last."""
        ...


class Graph:
    """What depends on a state. Nothing is kept of it while nobody listens."""

    def __init__(self, state: State, report: Callable[[Exception, Any], None]) -> None:
        self.state = state
        self.report = report
        self.recorder = Recorder(state, self._sorted_by)
        self.wall, self.monotonic = Deadlines(), Deadlines()
        self.nodes = 0
        """How many nodes are alive."""
        self.stale: list[Node] = []
        self.changed: dict[Telling, None] = {}
        self.failed: list[tuple[Exception, Any]] = []
        self.queries: dict[Any, QueryNode] = {}
        """The queries that are kept in order, by what they ask for."""
        self.rearm: Callable[[], None] = _nothing
        """Called when less is waited for than before."""
        self.runs = 0
        """How often a function of somebody's ran, for those who count."""
        self._me = state.me

    @property
    def is_at_rest(self) -> bool:
        """Whether there is nothing to settle."""
        return not (self.stale or self.wall.count or self.monotonic.count)

    @property
    def is_stale(self) -> bool:
        """Whether a flush has something to do."""
        return bool(self.stale or self.changed or self.failed)

    def notice(self) -> None:
        """Wake those who read what an event has written, as the state's log tells. O(writes) and those."""
        state = self.state
        if state.me is not self._me:
            self._me = state.me
            self.start_over()
        moved: set[Any] = set()
        for table, key, before in state.log:
            watchers = table.watchers
            if watchers and (key in watchers or KEYS in watchers or ROWS in watchers):
                self._row_written(table, key, before)
            for line in table.lines:
                # Of several writes of one row, the first tells where it stood before the event.
                if line.watchers and (line, key) not in moved:
                    moved.add((line, key))
                    self._row_moved(line, key, before, table.get(key))
        if self.recorder.heard.watchers:
            _wake(self.recorder.heard, None, None, None, None)

    def _row_written(self, table: Table[Any, Any], key: Any, before: Any) -> None:
        after = table.get(key)
        if before is after:
            return
        _wake(table, key, key, before, after)
        _wake(table, ROWS, key, before, after)
        if before is None or after is None:
            _wake(table, KEYS, key, before, after)

    def _row_moved(self, index: Index[Any, Any], key: Any, before: Any, after: Any) -> None:
        old = None if before is None else index.entry(key, before)
        new = None if after is None else index.entry(key, after)
        if old == new:
            return
        if old is not None and new is not None and old[0] == new[0]:
            _wake(index, old[0], new[1][-1], old[1], new[1])
            return
        if old is not None:
            _wake(index, old[0], old[1][-1], old[1], None)
            if old[0] not in index.groups:
                _wake(index, KEYS, old[0], old, None)
        if new is not None:
            _wake(index, new[0], new[1][-1], None, new[1])
            if len(index.of(new[0])) == 1:
                _wake(index, KEYS, new[0], None, new)

    def start_over(self) -> None:
        """It has become known who I am: nothing that was read can be trusted."""
        for table in self.state.tables.values():
            _wake_all(table)
            for line in table.lines:
                _wake_all(line)

    def settle(self) -> None:
        """Bring all that is stale up to date, each once, after what it depends on."""
        if self.wall.count or self.monotonic.count:
            self._end_what_is_due()
        stale = self.stale
        for node in stale:  # those that become stale on the way are appended
            if node.alive:
                node.refresh()
        stale.clear()

    def tell(self) -> None:
        """Tell the listeners of all that has changed, and report what failed."""
        self.tell_failures()
        while self.changed:
            node = next(iter(self.changed))
            del self.changed[node]
            node.tell()

    def tell_failures(self) -> None:
        """Report what functions raised."""
        while self.failed:
            self.report(*self.failed.pop(0))

    def _end_what_is_due(self) -> None:
        clock = self.state.clock
        for deadlines, now in ((self.wall, clock.now), (self.monotonic, clock.monotonic)):
            if deadlines.count:
                for reading in deadlines.due(now()):
                    reading.wake(None, None, None)

    def next_end(self) -> int | None:
        """In how many nanoseconds something that was read ends by itself; None where nothing does."""
        clock = self.state.clock
        ends, elapses = self.wall.nearest(), self.monotonic.nearest()
        left = [] if ends is None else [ends - clock.now()]
        if elapses is not None:
            left.append(elapses - clock.monotonic())
        return max(0, min(left)) if left else None

    def _sorted_by(self, query: Any) -> Any:
        """The sort keys of a query, kept in order from now on by a node that the running function depends on."""
        node = self.kept(query)
        self.recorder.notes.nodes[node] = None
        return node.entries

    def kept(self, query: Query[Any]) -> QueryNode:
        """The node that keeps a query in order, made on first use."""
        node = self.queries.get(query.identity)
        if node is None:
            node = self.queries[query.identity] = QueryNode(self, query)
        node.refresh()
        return node


def _nothing() -> None:
    return None


def _wake(watched: Any, read: Any, key: Any, before: Any, after: Any) -> None:
    readers = watched.watchers.get(read)
    if readers:
        for reader in tuple(readers):
            reader.wake(key, before, after)


def _wake_all(watched: Any) -> None:
    for readers in tuple(watched.watchers.values()):
        for reader in tuple(readers):
            reader.wake(None, None, None)


def shows_same(before: Any, after: Any) -> bool:
    """Whether two rows differ in nothing that anybody is shown."""
    return bool(before.shows(after) if isinstance(before, Row) else before == after)
