"""Tables of rows, and indexes that list their keys in groups, in order."""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Generic, NoReturn, Protocol, TypeVar

from chatstate.state.watchers import Watchers

K = TypeVar("K")
R = TypeVar("R")
K_contra = TypeVar("K_contra", contravariant=True)
R_contra = TypeVar("R_contra", contravariant=True)

Undo = tuple["Table[Any, Any]", Any, Any]
"""A table, a key, and the row that was there before (None: there was none)."""


_set = dict.__setitem__
_del = dict.__delitem__


class Table(dict[K, R], Generic[K, R]):
    """Rows by key. Read it as a dict; write it only through ``put`` and ``drop``.

    Every write is noted in a log that all tables of a state share: from it an event that fails is undone, and what
    changed is told. O(1), plus what the indexes on it cost.
    """

    __slots__ = ("indexes", "lines", "log", "moving", "name", "watchers")

    def __init__(self, name: str, log: list[Undo]) -> None:
        super().__init__()
        self.name = name
        self.log = log
        self.watchers: Watchers = {}
        """Who is told of a write: under a key, who read that row; under an ``Every``, who read more."""
        self.lines: list[Index[K, R]] = []
        """The sorted groups that follow the table."""
        self.indexes: list[Follower[K, R]] = []
        self.moving: list[Follower[K, R]] = []
        """Those of the indexes that a change of a row can concern; the others depend on keys alone."""

    def put(self, key: K, row: R) -> None:
        """Keep ``row`` under ``key``, in the place of what was there."""
        before = self.get(key)
        if before is row:
            return
        self.log.append((self, key, before))
        _set(self, key, row)
        if before is None:
            for index in self.indexes:
                index.moved(key, None, row)
        elif self.moving:
            for index in self.moving:
                index.moved(key, before, row)

    def swap(self, key: K, before: R | None, row: R) -> None:
        """As ``put``, for a caller who has just looked up what was there, in a table whose indexes go by key alone."""
        self.log.append((self, key, before))
        _set(self, key, row)
        if before is None:
            for index in self.indexes:
                index.moved(key, None, row)

    def drop(self, key: K) -> None:
        """Keep nothing under ``key``; nothing happens where nothing was."""
        before = self.get(key)
        if before is None:
            return
        self.log.append((self, key, before))
        _del(self, key)
        for index in self.indexes:
            index.moved(key, before, None)

    def restore(self, key: K, row: R | None) -> None:
        """Undo one write, without noting it."""
        now = self.get(key)
        if row is None:
            self.pop(key, None)
        else:
            _set(self, key, row)
        for index in self.indexes:
            index.moved(key, now, row)

    def __setitem__(self, key: K, row: R) -> NoReturn:
        raise TypeError(f"write {self.name} through put")

    def __delitem__(self, key: K) -> NoReturn:
        raise TypeError(f"write {self.name} through drop")

    # One table is one table, whatever is in it; taken over as they are, these two stay as quick as in C.
    __hash__ = object.__hash__  # type: ignore[assignment]
    __eq__ = object.__eq__


class Bounded(Table[K, R]):
    """A table that keeps about ``limit`` rows: the ones put first leave first, a tenth at a time. O(1) on average."""

    __slots__ = ("limit",)

    def __init__(self, name: str, log: list[Undo], limit: int) -> None:
        super().__init__(name, log)
        self.limit = limit

    def put(self, key: K, row: R) -> None:
        super().put(key, row)
        if len(self) > self.limit:
            for oldest in list(islice(self, self.limit // 10 + 1)):
                self.drop(oldest)


class Follower(Protocol[K_contra, R_contra]):
    """What follows the writes to a table."""

    def moved(self, key: K_contra, before: R_contra | None, after: R_contra | None) -> None:
        """Follow one write."""
        ...


Entry = tuple[Any, Any]
"""A group, and the sort key within it; the sort key is a tuple that ends in the row's own id."""


class Ordered(list[Any]):
    """Sort keys in order. Adding at the end is O(1); elsewhere a search in O(log n) and one move of what follows."""

    __slots__ = ()

    def add(self, entry: Any) -> None:
        """Let ``entry`` stand in its place. Nearly every message is the newest: append, don't search."""
        if entry > self[-1]:
            self.append(entry)
        else:
            insort(self, entry)

    def find(self, entry: Any) -> int:
        """Where ``entry`` stands. Raises ``ValueError`` where it does not. O(log n)."""
        at = bisect_left(self, entry)
        if at == len(self) or self[at] != entry:
            raise ValueError(f"{entry!r} is not here")
        return at

    def until(self, bound: Any) -> int:
        """How many entries stand before ``bound``. O(log n)."""
        return bisect_left(self, bound)

    def __contains__(self, entry: object) -> bool:
        at = bisect_left(self, entry)
        return at < len(self) and bool(self[at] == entry)


class Index(Generic[K, R]):
    """The rows of a table in groups, each group a sorted list. O(log n) a write, nothing where the entry stays.

    ``entry`` tells a row's group and sort key, or None for a row that is in no group.
    """

    __slots__ = ("entry", "groups", "watchers")

    def __init__(self, entry: Callable[[K, R], Entry | None]) -> None:
        self.entry = entry
        self.groups: dict[Any, Ordered] = {}
        self.watchers: Watchers = {}
        """Who is told of a change: under a group, who read it; under ``KEYS``, who read which groups there are."""

    @classmethod
    def on(cls, table: Table[K, R], entry: Callable[[K, R], Entry | None], *, by_key: bool = False) -> "Index[K, R]":
        """An index that follows a table; ``by_key`` says that the entry depends on the key alone."""
        index = cls(entry)
        table.indexes.append(index)
        table.lines.append(index)
        if not by_key:
            table.moving.append(index)
        return index

    def moved(self, key: K, before: R | None, after: R | None) -> None:
        """Follow one write."""
        old = None if before is None else self.entry(key, before)
        new = None if after is None else self.entry(key, after)
        if old == new:
            return
        if old is not None:
            self.take_out(*old)
        if new is not None:
            self.put_in(*new)

    def put_in(self, group: Any, entry: Any) -> None:
        """Let ``entry`` stand in its group. O(log n)."""
        entries = self.groups.get(group)
        if entries is None:
            self.groups[group] = Ordered((entry,))
        else:
            entries.add(entry)

    def take_out(self, group: Any, entry: Any) -> None:
        """Let ``entry`` stand in its group no longer. O(log n)."""
        entries = self.groups[group]
        del entries[entries.find(entry)]
        if not entries:
            del self.groups[group]

    def of(self, group: object) -> Ordered:
        """The sort keys of one group, in order; not to be written. O(1)."""
        return self.groups.get(group, _EMPTY)

    def ids(self, group: object) -> Iterator[Any]:
        """The ids of one group, in order: the last part of each sort key."""
        return (entry[-1] for entry in self.of(group))


_EMPTY = Ordered()
