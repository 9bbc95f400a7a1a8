"""A state that moves through a log, forwards and backwards, without applying anything anew."""

from bisect import bisect_right
from typing import TYPE_CHECKING

from chatstate.clock import NEVER, Timestamp
from chatstate.reactive.flow import Flow
from chatstate.replay.checkpoint import Checkpoint
from chatstate.state.state import State

if TYPE_CHECKING:
    from chatstate.replay.timeline import Timeline


class Scene(Flow):
    """Everything a store shows, as of event ``number`` of a log; 0 is before the first.

    ``go`` moves it. Views, selectors and lists follow, as if the events had just happened, or had not. The order in
    which tables list their keys may be another than in a fresh replay; what has an order of its own keeps it.
    """

    def __init__(self, timeline: "Timeline") -> None:
        self._timeline = timeline
        self._clock = PastClock()
        super().__init__(State(timeline.me, self._clock), None)
        self.number = 0
        """The event that happened last."""

    def go(self, number: int) -> None:
        """Show the state as of another event, then flush. Raises ``IndexError`` for one that there is not (yet).

        O(writes between the two), or O(rows) by way of a checkpoint where that is less.
        """
        self.here()
        if not 0 <= number <= len(self._timeline):
            raise IndexError(f"there is no entry {number}; there are {len(self._timeline)}")
        self._do(lambda: self._move(number))

    def _move(self, number: int) -> None:
        checkpoint = None if abs(number - self.number) <= 1 else self._shortcut(number)
        backwards = number < self.number
        if checkpoint is not None:
            self._put_back(checkpoint)
        while self.number < number:
            self._forwards(self.number + 1)
        while self.number > number:
            self._backwards(self.number)
        self.state.heard_at = self._clock.at = self._timeline.heard_at(number)
        self._written()
        if (backwards or checkpoint is not None) and self._graph.nodes:
            # What has ended by itself may not have yet.
            self._graph.start_over()

    def _shortcut(self, number: int) -> Checkpoint | None:
        """The checkpoint from where the way to an event is shortest; None where it is from here."""
        starts, checkpoints = self._timeline.writes.starts, self._timeline.checkpoints

        def walk(start: int) -> int:
            return abs(starts[start + 1] - starts[number + 1])

        after = bisect_right(checkpoints, number, key=lambda each: each.number)
        near = checkpoints[max(0, after - 1) : after + 1]
        best = min(near, key=lambda each: walk(each.number) + each.rows // 4, default=None)
        if best is None or walk(self.number) <= walk(best.number) + best.rows // 4:
            return None
        return best

    def _put_back(self, checkpoint: Checkpoint) -> None:
        tables = self.state.tables
        held = {name: dict(table) for name, table in tables.items()} if self._change_listeners else {}
        checkpoint.put_back(self.state)
        self.number = checkpoint.number
        log = self.state.log
        for name, rows in held.items():
            table = tables[name]
            changed = [key for key in rows.keys() | table.keys() if rows.get(key) is not table.get(key)]
            log.extend((table, key, rows.get(key)) for key in changed)

    def _forwards(self, number: int) -> None:
        """Let event ``number`` happen."""
        tables, log = self.state.tables, self.state.log
        for name, key, before, after in self._timeline.writes.of(number):
            table = tables.get(name) or self.state.table(name)
            table.restore(key, after)
            log.append((table, key, before))
        self.number = number

    def _backwards(self, number: int) -> None:
        """Let event ``number`` not have happened."""
        tables, log = self.state.tables, self.state.log
        for name, key, before, after in reversed(tuple(self._timeline.writes.of(number))):
            table = tables[name]
            table.restore(key, before)
            log.append((table, key, after))
        self.number = number - 1


class PastClock:
    """The time of the event that happened last, which may go back."""

    def __init__(self) -> None:
        self.at = NEVER

    def now(self) -> Timestamp:
        return self.at

    def monotonic(self) -> int:
        return self.at

    def heard(self, at: Timestamp) -> None:
        return None
