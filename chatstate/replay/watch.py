"""When a value changed: one walk through a log, with a selector."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from chatstate.errors import Fault
from chatstate.replay.scene import Scene
from chatstate.views import Views

if TYPE_CHECKING:
    from chatstate.replay.timeline import Timeline


class Turn(NamedTuple):
    """An entry at which a value became another; 0 is what it was before the first."""

    number: int
    value: Any


class Watch:
    """The turns of what a function of the store answers, in a log that may still be read.

    The function runs again only where something changed that it had read, so a walk costs little more than the walking.
    """

    def __init__(self, timeline: "Timeline", function: Callable[[Views], Any]) -> None:
        self.function = function
        self.turns: list[Turn] = []
        self.fault: Fault | None = None
        """What the function raised first, if it did."""
        self._timeline = timeline
        self._scene = Scene(timeline)
        self._scene.faults.subscribe(self._failed)
        self._selector = self._scene.select(function).subscribe(self._turned)

    def read(self, limit: int | None = None) -> int:
        """Walk on: at most ``limit`` entries, or as far as the log has been read. Answers how many; 0 at the end."""
        scene = self._scene
        first = scene.number
        last = len(self._timeline) if limit is None else min(len(self._timeline), first + limit)
        for number in range(first + 1, last + 1):
            scene.go(number)
        return last - first

    def close(self) -> None:
        """Walk no further."""
        self._selector.dispose()

    @property
    def number(self) -> int:
        """How far it has walked."""
        return self._scene.number

    def value_at(self, number: int) -> Any:
        """What the value was at a point it has passed; None where the function had not answered yet. O(log n)."""
        at = self.turn_at(number)
        return None if at is None else self.turns[at].value

    def turn_at(self, number: int) -> int | None:
        """The index of the last turn that is not after a point; None where all are. O(log n)."""
        at = bisect_right(self.turns, number, key=lambda turn: turn.number) - 1
        return None if at < 0 else at

    def next(self, number: int, *, becomes: Any = ...) -> Turn | None:
        """The first turn after an entry, or the first to that value; None where it has none."""
        at = bisect_right(self.turns, number, key=lambda turn: turn.number)
        return next((turn for turn in self.turns[at:] if becomes is ... or turn.value == becomes), None)

    def previous(self, number: int, *, becomes: Any = ...) -> Turn | None:
        """The last turn before an entry, or the last to that value; None where it has none."""
        at = bisect_left(self.turns, number, key=lambda turn: turn.number)
        return next((turn for turn in reversed(self.turns[:at]) if becomes is ... or turn.value == becomes), None)

    def _turned(self, value: Any) -> None:
        self.turns.append(Turn(self._scene.number, value))

    def _failed(self, fault: Fault) -> None:
        self.fault = self.fault or fault
