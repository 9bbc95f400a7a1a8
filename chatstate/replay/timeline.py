"""A recorded log, read once, and the way to every point of it."""

from array import array
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any, Self

import attrs

from chatstate.clock import LogClock, Timestamp
from chatstate.errors import Fault
from chatstate.events import Event
from chatstate.ids import UserId
from chatstate.reactive.flow import Changes
from chatstate.reactive.graph import shows_same
from chatstate.replay.checkpoint import Checkpoint
from chatstate.replay.entries import Entries, Entry
from chatstate.replay.filter import Filter
from chatstate.replay.frames import Frames
from chatstate.replay.scene import Scene
from chatstate.replay.writes import Write, Writes
from chatstate.store import Store

SPACING = 8192


class Timeline:
    """The events of a log, what each of them wrote, and checkpoints between them.

    It is read by ``read``, piece by piece where a screen waits; what has been read can be looked at meanwhile. Entries
    are counted from 1; point n is after entry n, point 0 before the first. A checkpoint is taken when as many rows were
    written as the last one holds, so that all of them together hold no more than twice what was written.
    """

    def __init__(self, path: str, *, me: str | None = None, follow: bool = False, spacing: int = SPACING) -> None:
        """Open a log, ``.gz`` unzipped, ``-`` standard input; ``me`` is whose socket it was, else the log tells.

        ``follow`` leaves a last line alone until it is whole; ``spacing`` is the fewest writes between two checkpoints.
        Raises ``OSError``, and ``ValueError`` for what cannot be followed.
        """
        self.path = path
        self.me = None if me is None else UserId(me)
        """Whose socket it was, as the caller said; None where the log tells."""
        self.frames = Frames(path, follow=follow)
        self.writes = Writes()
        self.checkpoints: list[Checkpoint] = []
        self._entries = Entries()
        self._heard: list[Timestamp] = []
        self._store = Recorded(self.writes, me)
        self._store.faults.subscribe(self._note_fault)
        self._store.events.subscribe(self._note_event)
        self._faults: list[Fault] = []
        self._event: Event | None = None
        self._line = 0
        self._due = self._spacing = spacing
        """The number of writes at which a checkpoint is due."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self.frames.close()

    def read(self, limit: int | None = None) -> int:
        """Take in more of the log: at most ``limit`` entries, or all that is there. Answers how many; 0 at its end."""
        before = len(self)
        lines = self.frames.more(self._note_fault)
        while limit is None or len(self) - before < limit:
            offset = self.frames.offset
            line = next(lines, None)
            if line is None:
                break
            self._line += 1
            if not line.isspace():
                self._take(line, offset)
        if self._faults:
            # The log itself cannot be read further: that has a place, too.
            self._line += 1
            self._add(self.frames.offset)
        return len(self) - before

    def _take(self, line: bytes, offset: int) -> None:
        self._store.apply(line)
        self._add(offset)

    def _add(self, offset: int) -> None:
        faults = tuple(attrs.evolve(fault, line=self._line) for fault in self._faults)
        self._entries.add(self._line, offset, self._event, faults)
        self._store.note()
        state = self._store.state
        self._heard.append(state.heard_at)
        self._faults, self._event = [], None
        written = len(self.writes.keys)
        if written >= self._due:
            checkpoint = Checkpoint.of(state, len(self))
            self.checkpoints.append(checkpoint)
            self._due = written + max(self._spacing, checkpoint.rows)

    def _note_fault(self, fault: Fault) -> None:
        self._faults.append(fault)

    def _note_event(self, event: Event) -> None:
        self._event = event

    def __len__(self) -> int:
        """How many entries have been read."""
        return len(self._entries)

    def __getitem__(self, number: int) -> Entry:
        """An entry by its number. Raises ``IndexError``. O(1)."""
        return self._entries[number]

    def __iter__(self) -> Iterator[Entry]:
        return (self[number] for number in range(1, len(self) + 1))

    def frame(self, number: int) -> bytes:
        """The bytes of an entry, as they stand in the log. Raises ``IndexError``."""
        return self.frames.at(self[number].offset)

    def faults(self) -> list[int]:
        """The entries with which something was wrong, in order."""
        return list(self._entries.faults)

    def changes(self, number: int) -> Changes:
        """What an entry changed, without what nobody is shown. Raises ``IndexError``. O(writes)."""
        tables: dict[str, dict[Any, tuple[Any, Any]]] = {}
        for name, key, before, after in self.written(number):
            if not shows_same(before, after):
                tables.setdefault(name, {})[key] = (before, after)
        return Changes(tables)

    def written(self, number: int) -> Iterator[Write]:
        """Every row that an entry wrote, marks and all. Raises ``IndexError``."""
        if not 0 < number <= len(self):
            raise IndexError(f"there is no entry {number}; there are {len(self)}")
        return self.writes.of(number)

    def at(self, number: int) -> Scene:
        """The state as of an entry, which can be moved to others. Raises ``IndexError``. O(rows)."""
        scene = Scene(self)
        scene.go(number)
        return scene

    def at_time(self, at: Timestamp) -> int:
        """The last point at which nothing later than ``at`` had been heard. O(log n)."""
        return bisect_right(self._heard, at)

    def heard_at(self, number: int) -> Timestamp:
        """The time of the newest event at a point: what the clock of a replay says then."""
        return self._heard[number - 1] if number else self._store.never

    def kinds(self) -> list[str]:
        """The kinds of the entries that were read, in order."""
        return sorted(kind for kind in self._entries.kind_names.texts if kind is not None)

    def find(self, filter: Filter, start: int = 1) -> "array[int]":
        """The entries that a filter wants, from entry ``start`` on, in order. O(entries)."""
        return filter.apply(self._entries, start)

    @property
    def size(self) -> int:
        """How many bytes of the log have been read."""
        return self.frames.offset


class Recorded(Store):
    """A store that notes what every frame wrote."""

    def __init__(self, writes: Writes, me: str | None) -> None:
        super().__init__(me=me, clock=LogClock())
        self.never = self.state.heard_at
        self._writes = writes
        self._noted = False

    def _written(self) -> None:
        self._writes.add(self.state.log)
        self._noted = True
        super()._written()

    def note(self) -> None:
        """The frame is done with: one that was refused has written nothing."""
        if not self._noted:
            self._writes.add(())
        self._noted = False
