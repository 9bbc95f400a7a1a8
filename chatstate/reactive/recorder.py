"""What a function reads of the state, noted while it runs.

Views look at a state's tables and indexes, and nowhere else. While a selector's function runs, the state is of another
class, whose tables note every read; so a view need not know who looks, and a read outside a selector costs what it
always did.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from chatstate.clock import SECOND, Timestamp
from chatstate.ids import UserId
from chatstate.state.state import ME, Sorted, State
from chatstate.state.table import Index, Ordered, Table
from chatstate.state.watchers import Every, Watchers

Read = tuple["Watched", Any]
"""Something with watchers, and what was read of it: a key, a group, or an ``Every``."""


class Watched:
    """What has readers: a table, an index, or ``HEARD``."""

    __slots__ = ("watchers",)

    def __init__(self) -> None:
        self.watchers: Watchers = {}


class Notes:
    """What one run of a function read: rows and groups, other nodes, and when something it saw ends by itself."""

    __slots__ = ("elapses", "ends", "nodes", "reads")

    def __init__(self) -> None:
        self.reads: set[Any] = set()
        self.nodes: dict[Any, None] = {}
        self.ends: Timestamp | None = None
        """The nearest end by the wall's clock."""
        self.elapses: int | None = None
        """The nearest end by the monotonic clock."""


class Recorder:
    """Notes what is read of a state, for one function at a time; functions may nest."""

    def __init__(self, state: State, sorted_by: Any) -> None:
        self.state = state
        self.sorted_by = sorted_by
        """Answers the node that keeps a query in order."""
        self.notes = self.idle = Notes()
        self.running: list[Notes] = []
        self.heard = Watched()
        """Read by who asks for the time of the newest event."""
        self.seen: dict[str, Any] = {}
        for name in State.__slots__:
            kept = getattr(state, name)
            if isinstance(kept, Table):
                self.seen[name] = SeenTable(self, kept)
            elif isinstance(kept, Index):
                self.seen[name] = SeenIndex(self, kept)
        self.watching = _watching_class(tuple(self.seen))
        state.reader = self

    def begin(self) -> Notes:
        """Note what is read from now on, apart from what was noted until now."""
        notes = Notes()
        if not self.running:
            self.state.__class__ = self.watching
        self.running.append(notes)
        self.notes = notes
        return notes

    def end(self) -> None:
        """Go on noting for the function outside, if there is one."""
        self.running.pop()
        if self.running:
            self.notes = self.running[-1]
        else:
            self.notes = self.idle
            self.state.__class__ = State

    def table(self, name: str, kept: Table[Any, Any]) -> "SeenTable":
        """A table that notes who reads it, of an application's own."""
        seen = self.seen.get(f"table {name}")
        if seen is None:
            seen = self.seen[f"table {name}"] = SeenTable(self, kept)
        return seen


class SeenTable(Mapping[Any, Any]):
    """A table whose reads are noted."""

    __slots__ = ("_recorder", "_table", "name")

    def __init__(self, recorder: Recorder, table: Table[Any, Any]) -> None:
        self._recorder = recorder
        self._table = table
        self.name = table.name

    def get(self, key: Any, default: Any = None) -> Any:
        """The row under ``key``."""
        self._recorder.notes.reads.add((self._table, key))
        return self._table.get(key, default)

    def __getitem__(self, key: Any) -> Any:
        self._recorder.notes.reads.add((self._table, key))
        return self._table[key]

    def __contains__(self, key: object) -> bool:
        self._recorder.notes.reads.add((self._table, key))
        return key in self._table

    def __iter__(self) -> Iterator[Any]:
        self._recorder.notes.reads.add((self._table, Every.KEYS))
        return iter(self._table)

    def __len__(self) -> int:
        self._recorder.notes.reads.add((self._table, Every.KEYS))
        return len(self._table)

    def values(self) -> Any:
        """All rows."""
        self._recorder.notes.reads.add((self._table, Every.ROWS))
        return self._table.values()

    def items(self) -> Any:
        """All keys with their rows."""
        self._recorder.notes.reads.add((self._table, Every.ROWS))
        return self._table.items()


class SeenIndex:
    """An index whose reads are noted."""

    __slots__ = ("_index", "_recorder")

    def __init__(self, recorder: Recorder, index: Index[Any, Any]) -> None:
        self._recorder = recorder
        self._index = index

    @property
    def groups(self) -> dict[Any, Ordered]:
        """Which groups there are."""
        self._recorder.notes.reads.add((self._index, Every.KEYS))
        return self._index.groups

    def of(self, group: Any) -> Ordered:
        """The sort keys of one group."""
        self._recorder.notes.reads.add((self._index, group))
        return self._index.of(group)

    def ids(self, group: Any) -> Iterator[Any]:
        """The ids of one group."""
        self._recorder.notes.reads.add((self._index, group))
        return self._index.ids(group)


@cache
def _watching_class(names: tuple[str, ...]) -> type[State]:
    """The class a state is of while it is watched: the same, but what goes by these names notes its readers."""
    body: dict[str, Any] = {name: _seen(name) for name in names}
    return type("WatchedState", (_Watching,), {"__slots__": (), **body})


def _seen(name: str) -> property:
    return property(lambda state: state.reader.seen[name])


_HEARD_AT: Any = vars(State)["heard_at"]
_ME: Any = vars(State)["me"]


class _Watching(State):
    """How a watched state tells what else its reader depends on: who I am, the time, other nodes, an application's own
    tables."""

    __slots__ = ()

    @property
    def me(self) -> UserId | None:  # type: ignore[override]
        self.reader.seen["identity"].get(ME)
        me: UserId | None = _ME.__get__(self)
        return me

    @property
    def heard_at(self) -> Timestamp:  # type: ignore[override]
        self.reader.notes.reads.add((self.reader.heard, None))
        return Timestamp(_HEARD_AT.__get__(self))

    def holds(self, until: Timestamp | None) -> bool:
        holds = State.holds(self, until)
        if until is not None and holds:
            notes = self.reader.notes
            notes.ends = until if notes.ends is None else min(notes.ends, until)
        return holds

    def fresh(self, received: int, span: int) -> bool:
        fresh = State.fresh(self, received, span)
        if fresh:
            notes, at = self.reader.notes, received + span
            notes.elapses = at if notes.elapses is None else min(notes.elapses, at)
        return fresh

    def seconds_until(self, until: Timestamp) -> int:
        left = State.seconds_until(self, until)
        if left:
            # It changes a second sooner than what is left now, and then each second.
            self.holds(Timestamp(until - (left - 1) * SECOND))
        return left

    def in_order(self, query: Sorted) -> Sequence[Any]:
        entries: Sequence[Any] = self.reader.sorted_by(query)
        return entries

    def table(self, name: str) -> Any:
        return self.reader.table(name, State.table(self, name))


__all__ = ["Notes", "Recorder", "Watched"]
