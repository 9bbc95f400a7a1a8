"""The screen of the time machine: it shows an inspection, and keeps nothing of its own."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Footer, Static, TabbedContent, TabPane

from chatstate.inspector import panes
from chatstate.inspector.events import EventList
from chatstate.inspector.feed import Feed
from chatstate.inspector.pane import Page, Pane
from chatstate.inspector.prompts import Help, Prompt
from chatstate.inspector.scrubber import Scrubber
from chatstate.inspector.words import MUTED, Part, moment, value
from chatstate.replay.filter import Filter
from chatstate.replay.inspection import ANY, Inspection

PANES: dict[str, Callable[[Inspection], Page]] = {
    "changes": panes.changes,
    "channel": panes.channel,
    "message": panes.message,
    "counters": panes.counters,
    "watch": panes.watched,
    "frame": panes.frame,
}

SPELL = 0.03
"""For how many seconds the log is read before keys get their turn."""

BUSY, IDLE = 1 / 100, 1 / 5
"""After how many seconds a log is read on: while it is being read, and once it has been, while it may grow."""

SEEN = 1 / 8
"""How many seconds pass between two pictures of a log that is being read: drawing takes longer than reading on."""


class Inspector(App[None]):
    """``chatstate inspect``."""

    TITLE = "chatstate inspect"
    CSS_PATH = "inspector.tcss"
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012 (the base class has it like this)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "next", show=False),
        Binding("up,k", "move(-1)", "previous", show=False),
        Binding("pagedown", "page(1)", "page", show=False),
        Binding("pageup", "page(-1)", "page back", show=False),
        Binding("right", "scrub(1)", "scrub", show=False),
        Binding("left", "scrub(-1)", "scrub back", show=False),
        Binding("home", "end(0)", "first", show=False),
        Binding("end,G", "end(1)", "last", show=False),
        Binding("g,colon", "ask('go')", "go to"),
        Binding("slash", "ask('filter')", "filter", key_display="/"),
        Binding("w", "ask('watch')", "watch"),
        Binding("n", "turn(1)", "turn"),
        Binding("N", "turn(-1)", "turn back", show=False),
        Binding("c", "change(1)", "change"),
        Binding("C", "change(-1)", "change back", show=False),
        Binding("o", "ask('look')", "look at"),
        Binding("h", "hold", "hold", show=False),
        *(Binding(str(at), f"tab('{name}')", name, show=False) for at, name in enumerate(PANES, 1)),
        Binding("tab", "next_tab(1)", "next tab", show=False, priority=True),
        Binding("shift+tab", "next_tab(-1)", "previous tab", show=False, priority=True),
        Binding("ctrl+d", "scroll(1)", "scroll", show=False),
        Binding("ctrl+u", "scroll(-1)", "scroll back", show=False),
        Binding("t", "shade", "light or dark", show=False),
        Binding("question_mark", "help", "help", key_display="?"),
        Binding("q", "quit", "quit"),
    ]

    def __init__(
        self,
        inspection: Inspection,
        *,
        follow: bool = False,
        feed: Feed | None = None,
        light: bool = False,
        tab: str | None = None,
    ) -> None:
        """``follow`` a log that may grow; ``feed`` is what makes it grow, for as long as the screen is there."""
        super().__init__()
        self.inspection = inspection
        self._follow, self._feed, self._first_tab = follow, feed, tab
        self._feeding: asyncio.Task[None] | None = None
        self._reading: Timer | None = None
        self._seen, self._shown_at = True, -SEEN
        self.theme = "textual-light" if light else "textual-dark"

    def compose(self) -> ComposeResult:
        yield Static(id="head")
        with Horizontal(id="body"):
            yield EventList(self.inspection, id="events")
            with Vertical(id="state"):
                with TabbedContent(initial=self._first_tab or "channel", id="tabs"):
                    for name in PANES:
                        with TabPane(name.capitalize(), id=name):
                            yield Pane(id=f"{name}-pane")
                yield Pane(id="below")
        yield Scrubber(self.inspection, id="scrubber")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Begin to read, and show what has been read."""
        self.query_one("Tabs").can_focus = False
        if self._feed is not None:
            self._feeding = asyncio.create_task(self._feed.run())
        self.read_on()
        self.show()

    async def on_unmount(self) -> None:
        """Read no more, and disconnect."""
        self._read_again(None)
        if self._feeding is not None:
            self._feeding.cancel()
            with suppress(asyncio.CancelledError):
                await self._feeding

    # Reading

    def read_on(self) -> None:
        """Read for a little while, and show it now and then; where the log has ended, look less often, or no more."""
        if not self.is_running:
            return
        now = perf_counter()
        read = 0
        while (more := self.inspection.read()) and perf_counter() < now + SPELL:
            read += more
        if read or more:
            self._seen = False
            self._read_again(BUSY)
        else:
            self._read_again(IDLE if self._follow else None)
            self._show_head()  # the connection may be another
        if not self._seen and (not read or now >= self._shown_at + SEEN):
            self.show()

    def _read_again(self, interval: float | None) -> None:
        if self._reading is not None:
            self._reading.stop()
        self._reading = None if interval is None else self.set_timer(interval, self.read_on)

    # Showing

    def show(self) -> None:
        """Draw what is so now."""
        if not self.is_running:
            return
        self._seen, self._shown_at = True, perf_counter()
        self._show_head()
        self.query_one(EventList).show()
        self.query_one(Scrubber).refresh()
        self._show_pane(self._tab)
        if self.query_one("#below").display:
            self.query_one("#below", Pane).show(panes.changes(self.inspection))

    def _show_head(self) -> None:
        self.query_one("#head", Static).update(self._head(), layout=False)

    @property
    def _tab(self) -> str:
        return self.query_one("#tabs", TabbedContent).active or "changes"

    def _show_pane(self, name: str) -> None:
        self.query_one("#state").set_class(name == "changes", "-changes")
        # The newest messages, and the one in view, are the last.
        self.query_one(f"#{name}-pane", Pane).show(PANES[name](self.inspection), end=name == "channel")

    def _head(self) -> Content:
        inspection = self.inspection
        timeline, entry = inspection.timeline, inspection.entry
        parts: list[Part] = [
            (f" {Path(timeline.path).name} ", "bold $text-primary"),
            (f" {inspection.number:,}", "bold"),
            (f" of {len(timeline):,}", MUTED),
            f"  {moment(timeline.heard_at(inspection.number)) if entry else 'before the first event'}",
        ]
        if not inspection.filter.empty:
            parts.append((f"  / {inspection.filter} ({len(inspection.rows):,})", "$text-warning"))
        if inspection.watch is not None:
            now = value(inspection.watch.value_at(inspection.number))
            wanted = "" if inspection.wanted is ANY else f", sought {value(inspection.wanted)}"
            parts.append((f"  ◆ {getattr(inspection.watch.function, 'text', '')} is {now}{wanted}", "$text-accent"))
        return Content.assemble(*parts, "  ", self._source())

    def _source(self) -> Part:
        """Where the log comes from, and whether more of it does."""
        feed = self._feed
        if feed is not None and feed.problem is not None:
            return f"✗ {feed.problem}", "bold $text-error"
        if feed is not None and not feed.online:
            return "… connecting" if feed.online is None else "… connecting again", "$text-warning"
        if self._follow and self.inspection.at_end:
            return "● live" if feed is not None else "● following", "$text-success"
        return "… reading" if self._reading is not None and not self._follow else "", "$text-success"

    def on_tabbed_content_tab_activated(self) -> None:
        """Fill the tab that has come to the front."""
        self._show_pane(self._tab)

    def on_resize(self) -> None:
        """Draw again once the layout has followed; where the changes stand below, they need no tab."""
        self.call_after_refresh(self.show)

    # Going about

    def action_move(self, steps: int) -> None:
        """Go some rows on, or back."""
        self.inspection.move(steps)
        self.show()

    def action_page(self, pages: int) -> None:
        """Go a screenful on, or back."""
        self.action_move(pages * max(1, self.query_one(EventList).size.height - 1))

    def action_scrub(self, steps: int) -> None:
        """Go a hundredth of the log on, or back."""
        self._go(self.inspection.number + steps * max(1, len(self.inspection.timeline) // 100))

    def action_end(self, last: int) -> None:
        """Go before the first event, or to the last."""
        self._go(len(self.inspection.timeline) if last else 0)

    def on_event_list_chosen(self, chosen: EventList.Chosen) -> None:
        """Go to the event that was clicked."""
        self._go(chosen.number)

    def on_scrubber_moved(self, moved: Scrubber.Moved) -> None:
        """Go where the scrubber was moved to."""
        self._go(moved.number)

    def _go(self, number: int) -> None:
        self.inspection.go(number)
        self.show()

    def action_turn(self, direction: int) -> None:
        """Go to where the watched value turns."""
        if self.inspection.watch is None:
            self.action_ask("watch")
        elif self.inspection.turn(direction) is None:
            self.notify("It does not turn again." if direction > 0 else "It did not turn before.", timeout=2)
        self.show()

    def action_change(self, direction: int) -> None:
        """Go to the next change of what the tab shows."""
        inspection, tables, keys = self.inspection, frozenset[str](), frozenset[str]()
        if self._tab == "counters":
            tables = frozenset({"counters", "connection", "own"})
        elif self._tab == "message":
            keys = frozenset(filter(None, (inspection.message_id,)))
        else:
            keys = frozenset(filter(None, (inspection.cid,)))
        if not inspection.next_change(direction, tables=tables, keys=keys):
            self.notify("It does not change again." if direction > 0 else "It did not change before.", timeout=2)
        self.show()

    # Asking

    def action_ask(self, what: str) -> None:
        """Ask where to go, what to list, what to watch, or what to look at."""
        inspection = self.inspection
        if what == "go":
            self._prompt("Go to: a number, or a time like 2025-01-15T09:00:00Z", inspection.go_to)
        elif what == "filter":
            question = "Show only: kind:message.*  channel:general  user:bo  is:fault  words  /regular expression/"
            kinds = [f"kind:{kind}" for kind in inspection.timeline.kinds()]
            self._prompt(question, self._filter, given=str(inspection.filter), suggestions=kinds)
        elif what == "watch":
            self._prompt(
                "Watch: a value, or a value = what it is to become", inspection.watch_for, given=self._suggested()
            )
        elif what == "look":
            names = [channel.name or channel.cid for channel in inspection.scene.channels.values()]
            self._prompt("Look at: a channel by name or cid, a message by id", self._look, suggestions=names)

    def _prompt(
        self, question: str, answer: Callable[[str], None], *, given: str = "", suggestions: list[str] | None = None
    ) -> None:
        prompt = Prompt(question, answer, given=given, suggestions=suggestions or [])
        self.push_screen(prompt, lambda _: self._answered())

    def _answered(self) -> None:
        self.read_on()
        self.show()

    def _filter(self, text: str) -> None:
        self.inspection.show(Filter.parse(text))

    def _look(self, text: str) -> None:
        self.inspection.hold(text.strip())
        self.action_tab("channel" if self.inspection.held_message is None else "message")

    def _suggested(self) -> str:
        """What one may want to watch, from where one looks."""
        inspection = self.inspection
        if inspection.watch is not None:
            return getattr(inspection.watch.function, "text", "")
        if self._tab == "message" and inspection.message_id is not None:
            return f'message("{inspection.message_id}").text'
        if self._tab != "counters" and inspection.cid is not None:
            return f'channel("{inspection.cid}").unread'
        return "me.total_unread_count"

    # Looking

    def action_tab(self, name: str) -> None:
        """Bring a tab to the front."""
        self.query_one("#tabs", TabbedContent).active = name
        self.show()

    def action_next_tab(self, steps: int) -> None:
        """Bring the next tab to the front, or the one before."""
        names = list(PANES)
        self.action_tab(names[(names.index(self._tab) + steps) % len(names)])

    def action_hold(self) -> None:
        """Keep what is in view, or let it go."""
        self.inspection.hold()
        self.show()

    def action_scroll(self, pages: int) -> None:
        """Scroll what the tab shows."""
        pane = self.query_one(f"#{self._tab}-pane", Pane)
        pane.scroll_relative(y=pages * max(1, pane.size.height // 2), animate=False)

    def action_shade(self) -> None:
        """Light, or dark."""
        self.theme = "textual-dark" if self.theme == "textual-light" else "textual-light"
        self.show()

    def action_help(self) -> None:
        """Show every key."""
        self.push_screen(Help())
