"""The scrubber: where in the log one is, and where the watched value turned."""

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from chatstate.inspector.words import clock
from chatstate.replay.inspection import ANY, Inspection

BLOCKS = "▁▂▃▄▅▆▇█"


class Scrubber(Widget, can_focus=False):
    """A line for the whole log: click or drag to go there."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "scrubber--past", "scrubber--future", "scrubber--here", "scrubber--turn", "scrubber--time",
    }  # fmt: skip

    class Moved(Message):
        """Somebody wants to be elsewhere."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, inspection: Inspection, *, id: str) -> None:
        super().__init__(id=id)
        self._inspection = inspection
        self._dragging = False

    def render_line(self, y: int) -> Strip:
        inspection = self._inspection
        width, last = self.size.width, max(1, len(inspection.timeline))
        start = f" {clock(inspection.timeline.heard_at(min(1, len(inspection.timeline))))} "
        end = f" {clock(inspection.timeline.heard_at(len(inspection.timeline)))} "
        room = max(1, width - len(start) - len(end))
        here = min(room - 1, inspection.number * room // last)
        line = self._heights(room, last) or self._marks(room, last)
        segments = [Segment(start, self._of("time"))]
        for at, (sign, part) in enumerate(line):
            if at == here:
                segments.append(Segment("●" if sign in "─◆" else sign, self._of("here")))
            else:
                segments.append(Segment(sign, self._of(part or ("past" if at < here else "future"))))
        return Strip([*segments, Segment(end, self._of("time"))])

    def _marks(self, room: int, last: int) -> list[tuple[str, str]]:
        """A line, with a mark where the watched value turned, or became the one looked for."""
        watch, wanted = self._inspection.watch, self._inspection.wanted
        turns = [] if watch is None else watch.turns
        marked = {
            min(room - 1, turn.number * room // last)
            for turn in turns
            if turn.number and (wanted is ANY or turn.value == wanted)
        }
        return [("◆", "turn") if at in marked else ("─", "") for at in range(room)]

    def _heights(self, room: int, last: int) -> list[tuple[str, str]]:
        """The watched number as it rises and falls; nothing where it is none, or a certain one is looked for."""
        watch = self._inspection.watch
        if watch is None or self._inspection.wanted is not ANY:
            return []
        values = [watch.value_at((at + 1) * last // room) for at in range(room)]
        numbers = [value for value in values if isinstance(value, int | float)]
        if len(numbers) < room or max(numbers) == min(numbers):
            return []
        low, high = min(numbers), max(numbers)
        return [(BLOCKS[round((number - low) * (len(BLOCKS) - 1) / (high - low))], "") for number in numbers]

    def _of(self, part: str) -> Style:
        return self.get_component_rich_style(f"scrubber--{part}")

    def _go(self, x: int) -> None:
        room = max(1, self.size.width - 20)
        last = len(self._inspection.timeline)
        self.post_message(self.Moved(round(min(max(0, x - 10), room) * last / room)))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Go there, and on while the button is down."""
        self._dragging = True
        self.capture_mouse()
        self._go(event.x)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Follow the hand."""
        if self._dragging:
            self._go(event.x)

    def on_mouse_up(self) -> None:
        """Let go."""
        self._dragging = False
        self.release_mouse()
