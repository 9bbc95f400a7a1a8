"""When what was read ends by itself."""

from typing import Any

from sortedcontainers import SortedList

from chatstate.state.watchers import Watcher


class Deadlines:
    """Who is to be woken when, by one clock, in nanoseconds. O(log n) each."""

    __slots__ = ("_entries", "_serial", "_serials", "count")

    def __init__(self) -> None:
        self._entries: SortedList = SortedList()
        self._serials: dict[Watcher, int] = {}
        self._serial = 0
        self.count = 0
        """How many are to be woken."""

    def moved(self, watcher: Watcher, before: int | None, after: int | None) -> int | None:
        """Wake ``watcher`` at ``after``, and no more at ``before``; None is never. Answers ``after``."""
        if before == after:
            return after
        if before is not None:
            self._entries.discard((before, self._serials.pop(watcher), watcher))
        if after is not None:
            self._serial += 1
            self._serials[watcher] = self._serial
            self._entries.add((after, self._serial, watcher))
        self.count = len(self._entries)
        return after

    def nearest(self) -> int | None:
        """When the next is to be woken; None where none is."""
        return self._entries[0][0] if self._entries else None

    def due(self, now: int) -> list[Any]:
        """Who is to be woken by ``now``. They stay listed until they read the time again. O(those)."""
        found = []
        for at, _, watcher in self._entries:
            if at > now:
                break
            found.append(watcher)
        return found
