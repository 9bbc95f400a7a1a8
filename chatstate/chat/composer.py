"""Where one writes: a text of a few lines, and above it what it replies to or changes."""

import re
from collections.abc import Callable, Iterable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static, TextArea

BEGUN = re.compile(r"(?<![\w@])@([^\s@]*)$")
"""A mention that is being typed, at the end of what stands before the cursor."""

NEW_LINE = ("shift+enter", "ctrl+j", "alt+enter")
OFFERED = 5
"""How many names are offered at most."""


class Paper(TextArea):
    """The text itself. Enter sends it; with Shift, Alt or as Ctrl+J it breaks the line."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "cancel", show=False)]

    class Written(Message):
        """It is to be sent."""

    class Up(Message):
        """Up from its first line."""

    class Paged(Message):
        """A page up, or down, which a text of a few lines has not."""

        def __init__(self, pages: int) -> None:
            super().__init__()
            self.pages = pages

    class Left(Message):
        """Escape."""

    class Struck(Message):
        """A key was struck that others may know of."""

    async def _on_key(self, event: events.Key) -> None:
        composer = self.parent
        assert isinstance(composer, Composer)
        if event.key == "enter":
            self.post_message(self.Written())
        elif event.key in NEW_LINE:
            self.insert("\n")
        elif event.key == "tab" and composer.offers:
            composer.complete()
        else:
            if event.is_printable:
                self.post_message(self.Struck())
            await super()._on_key(event)
            return
        event.stop()
        event.prevent_default()

    def action_cursor_up(self, select: bool = False) -> None:
        """Up a line, or out of the text."""
        if self.cursor_location[0] == 0 and not select and not self.text:
            self.post_message(self.Up())
        else:
            super().action_cursor_up(select)

    def action_cursor_page_up(self) -> None:
        """Have the messages scrolled."""
        self.post_message(self.Paged(-1))

    def action_cursor_page_down(self) -> None:
        """Have the messages scrolled."""
        self.post_message(self.Paged(1))

    def action_leave(self) -> None:
        """Say that Escape was pressed."""
        self.post_message(self.Left())


class Composer(Vertical):
    """What is being composed: a new message, a reply to ``quoting``, or other words for ``editing``."""

    quoting: reactive[str | None] = reactive(None)
    editing: reactive[str | None] = reactive(None)
    about: reactive[str] = reactive("")
    """What is replied to or changed, in words."""
    hint: reactive[str] = reactive("")
    """What stands where nothing is written yet."""
    offers: reactive[tuple[str, ...]] = reactive(())
    """The names that may be meant by what is being typed."""

    class Submitted(Message):
        """Something is to be sent."""

        def __init__(self, composer: "Composer", text: str) -> None:
            super().__init__()
            self.composer, self.text = composer, text

    def __init__(self, names: Callable[[], Iterable[str]], *, id: str) -> None:
        """``names`` are those that can be mentioned."""
        super().__init__(id=id)
        self._names = names

    def compose(self) -> ComposeResult:
        yield Static(classes="about")
        yield Paper(compact=True, soft_wrap=True, show_line_numbers=False, highlight_cursor_line=False)

    @property
    def paper(self) -> Paper:
        """The text."""
        return self.query_one(Paper)

    def begin(self, text: str = "", *, about: str = "", quoting: str | None = None, editing: str | None = None) -> None:
        """Compose this, in the place of what was there."""
        self.quoting, self.editing, self.about = quoting, editing, about
        self.paper.text = text
        self.paper.move_cursor(self.paper.document.end)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is being composed."""
        return not self.paper.text and self.quoting is None and self.editing is None

    def complete(self) -> None:
        """Take the first name that is offered."""
        row, column = self.paper.cursor_location
        begun = BEGUN.search(self.paper.document.get_line(row)[:column])
        if begun is not None and self.offers:
            self.paper.replace(f"@{self.offers[0]} ", (row, begun.start()), (row, column))

    def on_text_area_changed(self) -> None:
        """Offer names for a mention that is being typed."""
        row, column = self.paper.cursor_location
        begun = BEGUN.search(self.paper.document.get_line(row)[:column])
        if begun is None:
            self.offers = ()
            return
        said = begun[1].casefold()
        found = [name for name in self._names() if any(part.startswith(said) for part in name.casefold().split())]
        self.offers = tuple(sorted(found)[:OFFERED])

    def on_paper_written(self, event: Paper.Written) -> None:
        """Have it sent, if there is anything."""
        event.stop()
        text = self.paper.text.strip()
        if text:
            self.post_message(self.Submitted(self, text))

    def watch_about(self) -> None:
        """Say what it is about."""
        self._say()

    def watch_offers(self) -> None:
        """Say who may be meant."""
        self._say()

    def watch_hint(self, hint: str) -> None:
        """Say what may be written here."""
        self.paper.placeholder = hint

    def _say(self) -> None:
        line = self.query_one(".about", Static)
        if self.offers:
            first, *others = [f"@{name}  " for name in self.offers]
            line.update(Content.assemble((first, "bold $text-accent"), "".join(others), ("Tab", "$text-muted")))
        else:
            line.update(Content.assemble((self.about, "$text-accent"), ("  Esc cancels", "$text-muted")))
        line.display = bool(self.offers or self.about)
