"""The list of messages: of ten thousand, those in view are looked at and drawn, and what is in view stays put."""

from collections.abc import Callable, Iterable
from datetime import tzinfo
from itertools import islice
from typing import Any, ClassVar

from reactivex import abc
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from chatstate.bindings.textual import bind_diffs
from chatstate.chat.drawing import PARTS, PEOPLE, Around, Row, draw, stands_with
from chatstate.chat.nearby import Nearby
from chatstate.chat.rows import Rows
from chatstate.chat.said import DELETED, PRIVATE, SYSTEM, UNSENT, Said
from chatstate.chat.words import local
from chatstate.reactive import Diffs
from chatstate.store import Store

WHEEL = 3
"""Lines that a notch of the wheel scrolls."""

ROUNDS = 12
"""How often drawing may show that the view holds other rows than it was guessed to."""


class MessageList(ScrollView, can_focus=True):
    """Messages, the newest at the bottom, one of them chosen or none.

    Three selectors feed it: the ids of all, what is said by those in and around the view, and what stands above the
    first. While ``following``, it shows the newest; else it keeps what is in view where it is, whatever comes, goes or
    turns out to be of another height than guessed.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"message--{part}" for part in PARTS), *(f"message--person-{number}" for number in range(PEOPLE)),
    }  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "choose(-1)", "up", show=False),
        Binding("down,j", "choose(1)", "down", show=False),
        Binding("pageup,ctrl+u", "page(-1)", "page up", show=False),
        Binding("pagedown,ctrl+d", "page(1)", "page down", show=False),
        Binding("home,g", "edge(0)", "first", show=False),
        Binding("end,G", "edge(1)", "newest", show=False),
        Binding("enter,t", "deed('thread')", "thread"),
        Binding("r", "deed('reply')", "reply"),
        Binding("plus", "deed('react')", "react", key_display="+"),
        *(Binding(str(number), f"deed('react {number}')", show=False) for number in range(1, 9)),
        Binding("e", "deed('edit')", "edit"),
        Binding("d", "deed('delete')", "delete"),
        Binding("u", "deed('unread')", "unread"),
        Binding("p", "deed('pin')", "pin", show=False),
        Binding("i", "deed('details')", "info"),
        Binding("y", "deed('copy')", "copy", show=False),
        Binding("s", "deed('retry')", "send again"),
        Binding("escape", "leave", "back", show=False),
    ]

    chosen: reactive[str | None] = reactive(None)
    """The id of the message that keys act on."""
    fresh: reactive[str | None] = reactive(None)
    """The id of the message above which the new ones begin."""
    following: reactive[bool] = reactive(True)
    """Whether the newest is in view, and stays so."""
    above: reactive[str] = reactive("")
    """What is said above the first message."""

    class Wanting(Message):
        """Something that is missing came into view: what is older than all, or than the message of that id."""

        def __init__(self, before: str | None) -> None:
            super().__init__()
            self.before = before

    class Deed(Message):
        """A key was struck that means something for the chosen message."""

        def __init__(self, messages: "MessageList", name: str, said: Said) -> None:
            super().__init__()
            self.messages, self.name, self.said = messages, name, said

    class Left(Message):
        """Down from the newest message, or away by Escape."""

    class Followed(Message):
        """It follows the newest, or does so no longer."""

    def __init__(self, *, id: str, zone: tzinfo | None = None, in_thread: bool = False) -> None:
        super().__init__(id=id)
        self.drawn = 0
        """How many messages were drawn so far, for those who count."""
        self._zone, self._in_thread = zone, in_thread
        self._rows = Rows()
        self._store: Store | None = None
        self._nearby: Nearby | None = None
        self._bound: abc.DisposableBase | None = None
        self._settling = False

    # What is shown

    def show(self, store: Store, ids: Callable[[Store], Iterable[Any]]) -> None:
        """Show the messages that a function of the store answers, the newest in view."""
        self.clear()
        self._store = store
        self._nearby = Nearby(self, store, self._settle, in_thread=self._in_thread)
        listed = store.select_list(ids).each(lambda message: str(message.id))
        self._bound = bind_diffs(self, listed, MessageList._change)

    def clear(self) -> None:
        """Show nothing."""
        for each in (self._bound, self._nearby):
            if each is not None:
                each.dispose()
        self._bound, self._nearby, self._rows = None, None, Rows()
        self.chosen, self.fresh, self.following = None, None, True
        self._settle()

    def said(self, id: str | None) -> Said | None:
        """What a message says, if it is near the view."""
        return None if id is None or self._nearby is None else self._nearby.said.get(id)

    @property
    def ids(self) -> list[str]:
        """The ids of all messages, oldest first."""
        return self._rows.ids

    def _change(self, diffs: Diffs[str]) -> None:
        at = self._rows.ids.index(self.chosen) if self.chosen in self._rows.ids else None
        self._rows.change(diffs)
        if at is not None and self.chosen not in self._rows.ids:
            self.chosen = self._rows.ids[min(at, len(self._rows) - 1)] if self._rows.ids else None
        self._settle()

    # Where it stands

    def _settle(self) -> None:
        """Look at what is in view and around it, draw it, and scroll so that what is held stays where it is."""
        if self._settling or not self.is_attached or self.size.height == 0:
            return
        self._settling = True
        try:
            for _ in range(ROUNDS):
                top = self._top()
                first, last = self._rows.row_at(top - self._page), self._rows.row_at(top + 2 * self._page)
                if self._nearby is not None:
                    self._nearby.look_at(self._rows.ids, first, last, self._page // 2)
                self._measure(first, last)
                if self._top() == top and self._rows.row_at(top + 2 * self._page) <= last:
                    break
            self.virtual_size = Size(self._width, max(self._rows.height, 1))
            self.scroll_to(y=self._top(), animate=False, force=True, immediate=True)
            if self.show_vertical_scrollbar:  # which may be new, and know nothing yet
                self.vertical_scrollbar.position = self.scroll_y
        finally:
            self._settling = False
        self.refresh()
        self._want()

    @property
    def _page(self) -> int:
        return max(self.size.height, 1)

    @property
    def _width(self) -> int:
        return self.scrollable_content_region.width

    def _top(self) -> int:
        """The first line that is to be in view."""
        last = max(0, self._rows.height - self._page)
        return last if self.following else min(max(self._rows.line, 0), last)

    def _measure(self, first: int, last: int) -> None:
        for at in range(first, min(last + 1, len(self._rows))):
            self._rows.measured(at, len(self._row(at).lines))

    def _row(self, at: int) -> Row:
        """A message as it is drawn, anew where anything of it differs."""
        said = self.said(self._rows.ids[at])
        if said is None or self._nearby is None:
            return Row([Strip([])], 0)
        return self._nearby.drawn(said, self._around(at, said), self._draw)

    def _draw(self, said: Said, around: Around) -> Row:
        self.drawn += 1
        return draw(said, around, self._ink, self.app.console)

    def _around(self, at: int, said: Said) -> Around:
        before = self.said(self._rows.ids[at - 1]) if at else None
        begins = before is None or local(before.at, self._zone).date() != local(said.at, self._zone).date()
        fresh = said.id == self.fresh
        return Around(
            self._width, self._today, self._zone, day=begins, fresh=fresh, above=self.above if at == 0 else "",
            heads=begins or fresh or (self._in_thread and at == 1) or not stands_with(said, before),
        )  # fmt: skip

    @property
    def _today(self) -> Any:
        """The day it is, at its beginning: what is drawn stands until the day ends."""
        assert self._store is not None
        now = local(self._store.state.clock.now(), self._zone)
        return now.replace(hour=0, minute=0, second=0, microsecond=0)

    def _ink(self, part: str) -> Style:
        style = self.get_component_rich_style(f"message--{part}")
        if part in ("ground", "code", "mention-me", "reaction", "reaction-mine"):
            return style
        return Style(color=style.color, bold=style.bold, italic=style.italic, underline=style.underline)

    def _want(self) -> None:
        """Ask for what is missing where the view is."""
        if not self._rows.ids:
            return
        first = self._rows.row_at(self._top() - self._page // 2)
        if first == 0:
            self.post_message(self.Wanting(None))
        last = self._rows.row_at(self._top() + self._page)
        for id in islice(self._rows.ids, first, last + 1):
            said = self.said(id)
            if said is not None and said.gap:
                self.post_message(self.Wanting(id))

    @property
    def _room_above(self) -> int:
        """Few messages stand at the bottom, where one writes; a thread begins at the top."""
        return 0 if self._in_thread else max(0, self._page - self._rows.height)

    # Drawing

    def render_line(self, y: int) -> Strip:
        width, ground = self._width, self._ground("ground")
        line = round(self.scroll_y) + y - self._room_above
        if not 0 <= line < self._rows.height:
            return Strip.blank(width, ground)
        at = self._rows.row_at(line)
        kept = None if self._nearby is None else self._nearby.kept(self._rows.ids[at])  # what is in view is settled
        row, offset = kept or self._row(at), line - self._rows.tops[at]
        if offset >= len(row.lines):
            return Strip.blank(width, ground)
        if self._rows.ids[at] == self.chosen and offset >= row.lead:
            ground = self._ground("chosen")
        return row.lines[offset].apply_style(ground).adjust_cell_length(width, ground)

    def _ground(self, part: str) -> Style:
        style = self.get_component_rich_style(f"message--{part}")
        return Style(color=style.color, bgcolor=style.bgcolor)

    def notify_style_update(self) -> None:
        """The colours are others: draw all anew."""
        super().notify_style_update()
        if self._nearby is not None:
            self._nearby.forget_drawing()

    def on_resize(self) -> None:
        """Lines break elsewhere; what is in view stays."""
        self._settle()

    def watch_fresh(self) -> None:
        """The line of what is new stands elsewhere."""
        self._settle()

    def watch_above(self) -> None:
        """The first message has something else above it."""
        self._settle()

    def watch_chosen(self, chosen: str | None) -> None:
        """Bring the chosen message into view."""
        self.refresh()
        self.refresh_bindings()
        if chosen not in self._rows.ids:
            return
        at = self._rows.ids.index(chosen)
        for _ in range(2):  # where it has not been drawn yet, it turns out where it ends only once it is in view
            top, bottom = self._rows.tops[at], self._rows.tops[at + 1]
            if top < self._top():
                self._go(top)
            elif bottom > self._top() + self._page:
                self._go(min(bottom - self._page, top))

    def watch_following(self) -> None:
        """Say so."""
        self.post_message(self.Followed())

    # Going about

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """It was scrolled, by whomever: hold on to what is in view now."""
        super().watch_scroll_y(old_value, new_value)
        if not self._settling and round(old_value) != round(new_value):
            self._go(round(new_value))

    def _go(self, line: int) -> None:
        """Have that line at the top."""
        last = max(0, self._rows.height - self._page)
        self._rows.hold(min(max(line, 0), last))
        self.following = line >= last
        self._settle()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll by the wheel."""
        event.stop().prevent_default()
        self._go(self._top() - WHEEL)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll by the wheel."""
        event.stop().prevent_default()
        self._go(self._top() + WHEEL)

    def action_choose(self, steps: int) -> None:
        """Choose the next message, or the one before; the newest visible one at first."""
        ids = self._rows.ids
        if not ids:
            return
        if self.chosen not in ids:
            at = self._rows.row_at(self._top() + self._page - 1)
        else:
            at = ids.index(self.chosen) + steps
        if at >= len(ids):
            self.post_message(self.Left())
            return
        self.chosen = ids[max(at, 0)]

    def scroll_pages(self, pages: int) -> None:
        """Scroll so many pages, but for a line that stays in view."""
        self._go(self._top() + pages * (self._page - 1))

    def action_page(self, pages: int) -> None:
        """Scroll a page, and choose in it."""
        self.scroll_pages(pages)
        if self._rows.ids:
            self.chosen = self._rows.ids[self._rows.row_at(self._top() + (self._page - 1 if pages > 0 else 0))]

    def action_edge(self, last: int) -> None:
        """Go to the oldest message that is here, or the newest."""
        if self._rows.ids:
            self._go(self._rows.height if last else 0)
            self.chosen = self._rows.ids[-1 if last else 0]

    def action_deed(self, name: str) -> None:
        """Have something done with the chosen message."""
        said = self.said(self.chosen)
        if said is not None:
            self.post_message(self.Deed(self, name, said))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what can be done with the chosen message."""
        if action != "deed":
            return True
        said = self.said(self.chosen)
        return said is not None and can(str(parameters[0]), said, in_thread=self._in_thread)

    def action_leave(self) -> None:
        """Back to writing."""
        self.follow()
        self.post_message(self.Left())

    def follow(self) -> None:
        """Show the newest, with none chosen."""
        self.chosen = None
        self._go(self._rows.height)

    def on_click(self, event: events.Click) -> None:
        """Choose the message that was clicked."""
        line = round(self.scroll_y) + event.y - self._room_above
        if 0 <= line < self._rows.height:
            self.chosen = self._rows.ids[self._rows.row_at(line)]


def can(deed: str, said: Said, *, in_thread: bool) -> bool:
    """Whether something makes sense for a message."""
    if deed == "retry":
        return said.mark == UNSENT
    if said.kind in (SYSTEM, PRIVATE):
        return deed in ("unread", "copy", "details")
    if said.kind == DELETED:
        return deed in ("unread", "thread") and not (in_thread and deed == "unread")
    if deed in ("edit", "delete"):
        return said.own
    return not (in_thread and deed in ("thread", "unread"))
