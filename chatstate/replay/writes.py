"""What each event of a log wrote, to be done again and taken back."""

from array import array
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from chatstate.state.table import Undo


class Write(NamedTuple):
    """One row before and after an event; None is no row."""

    table: str
    key: Any
    before: Any
    after: Any


class Writes:
    """The writes of every event, one a table and key, in columns. Rows are shared with the tables, not copied."""

    def __init__(self) -> None:
        self.starts = array("Q", (0, 0))
        """Where the writes of event n begin; where those of the last end comes last."""
        self.tables: list[str] = []
        self.keys: list[Any] = []
        self.before: list[Any] = []
        self.after: list[Any] = []

    def __len__(self) -> int:
        """How many events there are."""
        return len(self.starts) - 2

    def add(self, log: Iterable[Undo]) -> None:
        """Note what an event wrote, given the state's log of it. O(writes)."""
        first: dict[tuple[Any, Any], Any] = {}
        for table, key, before in log:
            first.setdefault((table, key), before)
        for (table, key), before in first.items():
            after = table.get(key)
            if before is not after:
                self.tables.append(table.name)
                self.keys.append(key)
                self.before.append(before)
                self.after.append(after)
        self.starts.append(len(self.keys))

    def of(self, number: int) -> Iterator[Write]:
        """What event ``number`` wrote, in order."""
        for at in range(self.starts[number], self.starts[number + 1]):
            yield Write(self.tables[at], self.keys[at], self.before[at], self.after[at])
