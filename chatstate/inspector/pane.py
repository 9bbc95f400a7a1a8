"""A pane: lines of words, some that stand still and below them some that scroll, drawn only where they are seen."""

from collections.abc import Iterable

import attrs
from textual.content import Content
from textual.strip import Strip
from textual.visual import Visual

from chatstate.inspector.roll import Roll
from chatstate.inspector.words import Part


@attrs.frozen
class Line:
    """A line of words; what of it does not fit goes on below, ``hang`` cells from the left."""

    words: Content
    hang: int = 0

    def folded(self, width: int) -> list[Content]:
        """The line on as many lines as it needs in so many cells."""
        first, *more = self.words.wrap(width) if self.words.plain else [self.words]
        if not more:
            return [first]
        hang = min(self.hang, width // 2)
        rest = self.words[len(first.plain) :]
        rest = rest[len(rest.plain) - len(rest.plain.lstrip()) :]
        return [first, *(each.pad_left(hang) for each in rest.wrap(width - hang))]


def line(*parts: Part, hang: int = 0) -> Line:
    """A line of parts."""
    return Line(Content.assemble(*parts), hang)


@attrs.frozen
class Page:
    """What a pane shows: a head that stands still, and a body that scrolls below it."""

    head: tuple[Line, ...] = ()
    body: tuple[Line, ...] = ()

    @property
    def plain(self) -> str:
        """All its words."""
        return "\n".join(each.words.plain for each in (*self.head, *self.body))


class Pane(Roll):
    """A page on the screen."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.page = Page()
        self._head: list[Content] = []
        self._body: list[Content] = []

    def show(self, page: Page, *, end: bool = False) -> None:
        """Show a page from its top, or with its ``end`` in sight; the same page again stays as it was scrolled."""
        same, self.page = page == self.page, page
        self._fold()
        if end or not same:
            self.roll_to(self.max_scroll_y if end else 0)
        self.refresh()

    def _fold(self) -> None:
        width = self.scrollable_content_region.width
        if width:
            self._head, self._body = _folded(self.page.head, width), _folded(self.page.body, width)
            self.roll_out(len(self._head) + len(self._body))

    def on_resize(self) -> None:
        """Fold the lines anew."""
        self._fold()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        place = y - len(self._head)
        words = self._head[y] if place < 0 else self._at(place + round(self.scroll_offset.y))
        style = self.visual_style
        drawn = Visual.to_strips(self, words, width, 1, style, pad=True) if words.plain else []
        return drawn[0] if drawn else Strip.blank(width, style.rich_style)

    def _at(self, row: int) -> Content:
        return self._body[row] if row < len(self._body) else Content()


def _folded(lines: Iterable[Line], width: int) -> list[Content]:
    return [folded for each in lines for folded in each.folded(width)]
