"""What is laid over the screen: a question, and the keys."""

from collections.abc import Callable, Iterable, Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.suggester import SuggestFromList
from textual.widgets import Input, Label, Static

from chatstate.inspector.pane import Line, line
from chatstate.inspector.words import MUTED


class Prompt(ModalScreen[None]):
    """A question at the foot of the screen. It stays until the answer makes sense, or Escape."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "cancel", show=False)]

    def __init__(
        self, question: str, answer: Callable[[str], None], *, given: str = "", suggestions: Iterable[str] = ()
    ) -> None:
        """``answer`` takes the text, and raises ``ValueError`` for one that makes no sense."""
        super().__init__()
        self._question, self._answer, self._given = question, answer, given
        self._suggester = SuggestFromList(suggestions, case_sensitive=False)

    def compose(self) -> ComposeResult:
        with Vertical(id="prompt"):
            yield Label(self._question, id="question")
            yield Input(self._given, suggester=self._suggester, select_on_focus=True, id="answer")
            yield Label("", id="problem")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the answer, or say what is wrong with it."""
        try:
            self._answer(event.value)
        except ValueError as error:
            self.query_one("#problem", Label).update(Content(str(error)))
            return
        self.dismiss()


KEYS = (
    ("Going about", (
        ("↓ j   ↑ k", "the next event, the previous one (of those the filter wants)"),
        ("PgDn  PgUp", "a page of them"),
        ("→     ←", "a hundredth of the log"),
        ("Home  End", "before the first event, the last one; who stands at the end follows a log that grows"),
        ("g", "go to an event by its number (-1 is the last but one), or to a time: 2025-01-15T09:00:00Z"),
        ("mouse", "click an event, click or drag the scrubber"),
    )),
    ("Finding", (
        ("/", "filter: kind:message.* channel:general user:bo is:fault some words, or /a regular expression/"),
        ("w", 'watch a value: channel("messaging:general").unread, me.total_unread_count = 7, len(messages)'),
        ("n     N", "where the watched value changes next, changed last (or becomes the one looked for)"),
        ("c     C", "the next, the previous change of what the tab shows: channel, message, counters"),
    )),
    ("Looking", (
        ("1 … 6", "changes, channel, message, counters, watch, frame; Tab goes from one to the next"),
        ("o", "look at a channel by name or cid, or a message by id, and hold it"),
        ("h", "hold what is in view while the events go on; again to let go"),
        ("Ctrl+D Ctrl+U", "scroll what the tab shows"),
        ("t", "light or dark"),
        ("q", "leave"),
    )),
)  # fmt: skip
"""Every key, by what one wants to do."""


WIDEST = 104
"""How many cells the keys may take."""


class Help(ModalScreen[None]):
    """Every key, and what it does."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,enter,space", "dismiss", "close", show=False)
    ]

    def compose(self) -> ComposeResult:
        width = min(WIDEST, self.app.size.width * 9 // 10) - 7  # its border, its padding, its scrollbar
        lines = [folded for each in _told() for folded in each.folded(width)]
        with VerticalScroll(id="help"):
            yield Static(Content("\n").join(lines))


def _told() -> Iterator[Line]:
    for number, (heading, keys) in enumerate(KEYS):
        if number:
            yield line()
        yield line((heading, "bold $text-primary"))
        for key, what in keys:
            yield line((f"  {key:<14}", "bold"), (what, MUTED), hang=16)
