"""What is laid over the chat: a question, reactions to choose from, what is known of a message, the keys."""

from collections.abc import Sequence
from textwrap import wrap
from typing import ClassVar

from rich.cells import set_cell_size
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from chatstate.chat.words import EMOJI

QUIET = "$foreground 60%"


class Confirm(ModalScreen[bool]):
    """A question that is answered by y or n."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "dismiss(True)", "yes"), Binding("n,escape,q", "dismiss(False)", "no"),
    ]  # fmt: skip

    def __init__(self, question: str, about: str) -> None:
        super().__init__()
        self._question, self._about = question, about

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet"):
            yield Static(Content.assemble((self._question, "bold")))
            yield Static(Content(self._about), classes="about")
            yield Static(Content.assemble(("y", "bold $text-accent"), " yes    ", ("n", "bold $text-accent"), " no"))


class Reactions(ModalScreen[str | None]):
    """The reactions one may choose from; those I have given already are taken back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "step(-1)", show=False), Binding("right,l", "step(1)", show=False),
        Binding("enter,space", "take", "react"), Binding("escape,q", "dismiss", "cancel"),
    ]  # fmt: skip

    def __init__(self, mine: Sequence[str]) -> None:
        super().__init__()
        self._types, self._mine, self._at = list(EMOJI), set(mine), 0

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet"):
            yield Static(id="choices")
            yield Static(Content.assemble((f"1 … {len(EMOJI)}, or ← → and Enter", QUIET)))

    def on_mount(self) -> None:
        """Show them."""
        self._show()

    def _show(self) -> None:
        parts: list[tuple[str, str]] = []
        for at, type in enumerate(self._types):
            style = "bold on $accent 40%" if at == self._at else "on $primary 30%" if type in self._mine else ""
            parts += [(f" {at + 1} {EMOJI[type]} ", style), (" ", "")]
        self.query_one("#choices", Static).update(Content.assemble(*parts))

    def action_step(self, steps: int) -> None:
        """Go to the next one."""
        self._at = (self._at + steps) % len(self._types)
        self._show()

    def action_take(self) -> None:
        """Choose it."""
        self.dismiss(self._types[self._at])

    def on_key(self, event: events.Key) -> None:
        """Choose one by its number."""
        if event.key.isdigit() and 0 < int(event.key) <= len(self._types):
            event.stop()
            self.dismiss(self._types[int(event.key) - 1])


class Details(ModalScreen[None]):
    """What is known of a message."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,i,enter,space", "dismiss", "close", show=False)]

    def __init__(self, lines: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._lines = lines

    def compose(self) -> ComposeResult:
        told = [Content.assemble((set_cell_size(name, 10), QUIET), Content(text)) for name, text in self._lines]
        with VerticalScroll(classes="sheet wide"):
            yield Static(Content("\n").join(told))


KEYS = (
    ("Anywhere", (
        ("Ctrl+K", "search channels: some letters, then Enter"),
        ("Alt+↑ Alt+↓", "the channel above, below; Ctrl+N: the next with something unread"),
        ("Tab Shift+Tab", "from pane to pane"),
        ("Ctrl+P", "who is in the channel, and what is pinned"),
        ("Ctrl+T", "light or dark"),
        ("F1", "this help; ? does too, outside of the composer"),
        ("Ctrl+Q", "leave"),
    )),
    ("Writing", (
        ("Enter", "send; Shift+Enter, Alt+Enter or Ctrl+J begins a new line"),
        ("@name Tab", "mention somebody"),
        ("↑", "in an empty composer: to the messages"),
        ("PgUp  PgDn", "scroll the messages"),
        ("Esc", "cancel a reply or an edit; close the thread; back to the newest"),
    )),
    ("Messages", (
        ("↑ k  ↓ j", "choose one; PgUp, PgDn a page; Home the oldest here, End the newest"),
        ("Enter t", "open its thread"),
        ("r", "reply, quoting it"),
        ("+ 1 … 8", "react: choose, or at once; the same again takes it back"),
        ("e", "edit, if it is yours"),
        ("d", "delete, if it is yours"),
        ("u", "mark unread from here on"),
        ("p", "pin, unpin"),
        ("i", "who has read it, who reacted"),
        ("y", "copy its text"),
        ("s", "send again what could not be sent"),
    )),
    ("Channels", (
        ("↑ ↓ Enter", "choose one and open it"),
        ("m  P  h", "mute, pin, hide the marked one"),
    )),
)  # fmt: skip
"""Every key, by where one is."""

MARKS = (
    ("◌ ✓ ✓✓", "on its way; sent; delivered, and in colour: read"),
    ("# ● ○", "a channel; somebody who is here; who is not"),
    ("📌 🔇", "pinned; muted"),
)
"""What signs mean."""


NAMED = 15
"""Cells for the names of keys."""


class Help(ModalScreen[None]):
    """Every key, and what it does."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,question_mark,q,enter", "dismiss", "close", show=False),
        Binding("down,j,space", "scroll(1)", show=False), Binding("up,k", "scroll(-1)", show=False),
    ]  # fmt: skip

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="sheet wide", id="help"):
            yield Static()

    def on_resize(self) -> None:
        """Break lines where the sheet ends."""
        sheet = self.query_one("#help")
        self.call_after_refresh(lambda: self.query_one(Static).update(told(sheet.scrollable_content_region.width)))

    def action_scroll(self, lines: int) -> None:
        """Scroll a line."""
        self.query_one("#help").scroll_relative(y=lines, animate=False)


def told(width: int) -> Content:
    """Every key and sign, on lines of so many cells."""
    lines: list[Content] = []
    for heading, keys in (*KEYS, ("Signs", MARKS)):
        lines.append(Content.assemble((heading, "bold $text-accent")))
        for key, what in keys:
            first, *others = wrap(what, max(width - NAMED - 2, 20))
            lines.append(Content.assemble((f"  {set_cell_size(key, NAMED)}", "bold"), (first, QUIET)))
            lines += [Content.assemble((" " * (NAMED + 2) + other, QUIET)) for other in others]
        lines.append(Content(""))
    return Content("\n").join(lines[:-1])
