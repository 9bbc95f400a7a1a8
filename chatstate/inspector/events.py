"""The list of events."""

from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip

from chatstate.inspector.roll import Roll
from chatstate.inspector.words import clock, fitted
from chatstate.replay.entries import Entry
from chatstate.replay.inspection import Inspection

FAMILIES = {
    "message": "message",
    "notification": "message",
    "reaction": "reaction",
    "poll": "reaction",
    "channel": "channel",
    "member": "channel",
    "typing": "quiet",
    "user": "quiet",
    "health": "quiet",
    "connection": "quiet",
}
"""How the kinds of a family are coloured."""

ROOMY = 110
"""From so many cells on, times have milliseconds, and names more room."""


FIRST_NAME = 10
"""How many cells a name may take where names have no column of their own."""


class EventList(Roll):
    """The rows of an inspection, with the place marked."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "event--row", "event--here", "event--number", "event--quiet", "event--message", "event--reaction",
        "event--channel", "event--fault", "event--name", "event--row-text",
    }  # fmt: skip

    class Chosen(Message):
        """A row was clicked."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, inspection: Inspection, *, id: str) -> None:
        super().__init__(id=id)
        self._inspection = inspection

    def show(self, *, centred: bool = False) -> None:
        """Draw what is so now, with the place in sight, or in the middle."""
        self.roll_out(len(self._inspection.rows))
        row, height, top = max(0, self._inspection.row), self.size.height, round(self.scroll_offset.y)
        # A few rows around the place are worth seeing, too; after a jump it stands in the middle.
        around = min(2, height // 4)
        if centred or not top - height < row < top + 2 * height:
            top = row - height // 2
        top = max(min(top, row - around), row + around + 1 - height)
        self.roll_to(top)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        row = round(self.scroll_offset.y) + y
        width = self.scrollable_content_region.width
        rows = self._inspection.rows
        if row >= len(rows):
            return Strip.blank(width, self._style("row"))
        here = row == self._inspection.row
        ground = self._style("here") if here else self._style("row")
        entry = self._inspection.timeline[rows[row]]
        segments = [Segment(text, ground + self._style(style)) for text, style in self._cells(entry, width)]
        return Strip(segments).adjust_cell_length(width, ground)

    def _style(self, part: str) -> Style:
        style = self.get_component_rich_style(f"event--{part}")
        return style if part in ("row", "here") else Style(color=style.color, bold=style.bold)

    def _cells(self, entry: Entry, width: int) -> list[tuple[str, str]]:
        """The cells of a row: each its text, and what it is."""
        digits = max(4, len(str(len(self._inspection.timeline))))
        roomy = width >= ROOMY
        kind = "fault" if entry.faults else FAMILIES.get((entry.kind or "").partition(".")[0], "quiet")
        channel_width, user_width = (26, 16) if roomy else (16, 11) if width >= 72 else (12, 0)
        cells = [
            (f" {entry.number:>{digits}} ", "number"),
            (clock(entry.at, millis=roomy) + " ", "number"),
            (fitted(entry.kind or "broken", 28 if roomy else 22 if width >= 72 else 17) + " ", kind),
            (fitted(self._channel(entry.cid), channel_width) + " ", "channel"),
        ]
        if user_width:
            cells.append((fitted(self._user(entry.user_id), user_width) + " ", "name"))
        elif entry.user_id:
            cells.append((fitted(self._user(entry.user_id).split()[0], FIRST_NAME).rstrip() + " ", "name"))
        text = str(entry.faults[0].problem) if entry.faults else entry.text
        rest = max(1, width - sum(cell_len(cell) for cell, _ in cells))
        return [*cells, (fitted(text, rest), "fault" if entry.faults else "number" if kind == "quiet" else "row-text")]

    def _channel(self, cid: str | None) -> str:
        return "" if cid is None else self._inspection.scene.channel(cid).name or cid.partition(":")[2]

    def _user(self, id: str | None) -> str:
        return "" if not id else self._inspection.scene.user(id).name or id

    def on_click(self, event: events.Click) -> None:
        """Go where it was clicked."""
        row = round(self.scroll_offset.y) + event.y
        if 0 <= row < len(self._inspection.rows):
            self.post_message(self.Chosen(self._inspection.rows[row]))

    def on_resize(self) -> None:
        """Keep the place in sight."""
        self.show(centred=True)
