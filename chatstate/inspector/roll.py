"""A roll: lines that are drawn one by one where they are seen: a hundred thousand are no more work than a few."""

from textual.geometry import Size
from textual.scroll_view import ScrollView


class Roll(ScrollView, can_focus=False):
    """Something of many lines, which scrolls. It always has its scrollbar."""

    def roll_out(self, lines: int) -> None:
        """Have so many lines. Assigning ``virtual_size`` lays the screen out anew, for 50 ms on a large one."""
        size = Size(self.scrollable_content_region.width, lines)
        self.set_reactive(Roll.virtual_size, size)  # pyright: ignore[reportArgumentType]
        self.vertical_scrollbar.window_virtual_size = lines

    def roll_to(self, line: float) -> None:
        """Have that line on top, as far as there are enough below it."""
        self.scroll_to(y=max(0, line), animate=False, force=True, immediate=True)
