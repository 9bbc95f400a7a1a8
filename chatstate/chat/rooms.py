"""The list of channels: the newest first, those that I pinned before all others."""

from collections.abc import Callable, Iterable
from datetime import tzinfo
from typing import ClassVar

import attrs
from reactivex import abc
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from chatstate.bindings.textual import bind_diffs
from chatstate.chat.words import first_name, fitted, line, local, moment, name_of, title_of, typing
from chatstate.clock import Timestamp
from chatstate.reactive import Diffs, apply
from chatstate.store import Store
from chatstate.views import ChannelView

ORDER = (("pinned_at", -1), ("last_updated", -1))


@attrs.frozen
class Room:
    """A channel as the list shows it."""

    cid: str
    title: str
    unread: int = 0
    mentions: int = 0
    muted: bool = False
    pinned: bool = False
    online: bool | None = None
    """Of a channel of two, whether the other one is there."""
    direct: bool = False
    preview: str = ""
    at: Timestamp | None = None
    typing: str = ""


def room_of(store: Store) -> Callable[[ChannelView], Room]:
    """What makes of a channel what the list shows of it."""
    me = store.me.id

    def room(channel: ChannelView) -> Room:
        direct = channel.member_count == 2
        other = next((each.user for each in channel.members.values() if each.user_id != me), None) if direct else None
        return Room(
            channel.cid, title_of(channel, me), channel.unread, channel.unread_mentions if channel.unread else 0,
            channel.muted, channel.pinned_at is not None, None if other is None else bool(other.online), direct,
            _preview(channel), channel.last_message_at, typing([first_name(user) for user in channel.typing]),
        )  # fmt: skip

    return room


def _preview(channel: ChannelView) -> str:
    """What was said last, by whom."""
    last = channel.last_message
    if last is None:
        return ""
    words = line(last.text) or ("sent something" if last.attachments or last.poll_id else "")
    return words if last.type == "system" else f"{'You' if last.own else first_name(last.user)}: {words}"


def rooms(words: str) -> Callable[[Store], Iterable[ChannelView]]:
    """My channels that these words are found in: at the start of a word of their names, or of a member's of few."""
    wanted = words.casefold().split()
    if not wanted:
        return lambda store: store.channels.query({"joined": True, "hidden": False, "archived": False}, ORDER)

    def wants(channel: ChannelView) -> bool:
        return channel.membership is not None and all(_starts(channel, word) for word in wanted)

    return lambda store: store.channels.query(wants, ORDER)


def _starts(channel: ChannelView, word: str) -> bool:
    names = [channel.name or channel.id]
    if channel.member_count <= 8:
        names += [name_of(each.user) for each in channel.members.values()]
    return any(part.startswith(word) for name in names for part in name.casefold().split())


class RoomList(ScrollView, can_focus=True):
    """Channels, one of which is open, and one marked."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "room--ground", "room--open", "room--marked", "room--title", "room--unread", "room--quiet", "room--online",
        "room--offline", "room--badge", "room--mention", "room--muted", "room--typing", "room--edge",
    }  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "mark(-1)", "up", show=False),
        Binding("down,j", "mark(1)", "down", show=False),
        Binding("home", "mark(-1_000_000)", "first", show=False),
        Binding("end", "mark(1_000_000)", "last", show=False),
        Binding("enter,space", "choose", "open"),
        Binding("m", "deed('mute')", "mute"),
        Binding("P", "deed('pin')", "pin", key_display="P"),
        Binding("h", "deed('hide')", "hide"),
    ]

    opened: reactive[str | None] = reactive(None)
    """The cid of the channel that is open."""
    marked: reactive[str | None] = reactive(None)
    """The cid of the channel that a key would open."""
    lines: reactive[int] = reactive(1)
    """How many lines each channel has: a second one tells what was said last, a third is empty."""

    class Chosen(Message):
        """A channel is to be opened."""

        def __init__(self, cid: str) -> None:
            super().__init__()
            self.cid = cid

    class Deed(Message):
        """Something is to be done with a channel."""

        def __init__(self, name: str, cid: str) -> None:
            super().__init__()
            self.name, self.cid = name, cid

    class Ended(Message):
        """The last channel came into view."""

    class Listed(Message):
        """The list has changed."""

    def __init__(self, *, id: str, zone: tzinfo | None = None) -> None:
        super().__init__(id=id)
        self.rooms: list[Room] = []
        self._zone = zone
        self._store: Store | None = None
        self._bound: abc.DisposableBase | None = None

    def show(self, store: Store, words: str = "") -> None:
        """List the channels that these words are found in."""
        if self._bound is not None:
            self._bound.dispose()
        self._store = store
        self._bound = bind_diffs(self, store.select_list(rooms(words)).each(room_of(store)), RoomList._change)

    def _change(self, diffs: Diffs[Room]) -> None:
        apply(diffs, self.rooms)
        self._measure()
        self.post_message(self.Listed())

    def neighbour(self, steps: int, *, unread: bool = False) -> str | None:
        """The channel so many places from the open one, or the nearest that way with something unread in it."""
        cids = [room.cid for room in self.rooms]
        at = cids.index(self.opened) if self.opened in cids else -1
        if not unread:
            return cids[min(max(at + steps, 0), len(cids) - 1)] if cids else None
        later = self.rooms[at + 1 :] + self.rooms[: at + 1]
        return next((room.cid for room in later if room.unread and not room.muted), None)

    def action_mark(self, steps: int) -> None:
        """Mark the next channel, or the one before."""
        cids = [room.cid for room in self.rooms]
        if not cids:
            return
        here = self.marked if self.marked in cids else self.opened
        at = cids.index(here) + steps if here in cids else 0
        self.marked = cids[min(max(at, 0), len(cids) - 1)]

    def action_choose(self) -> None:
        """Open the channel that is marked."""
        if self.marked is not None:
            self.post_message(self.Chosen(self.marked))

    def action_deed(self, name: str) -> None:
        """Have something done with the channel that is marked."""
        if self.marked is not None:
            self.post_message(self.Deed(name, self.marked))

    def on_click(self, event: events.Click) -> None:
        """Open the channel that was clicked."""
        at = (round(self.scroll_y) + event.y) // self.lines
        if 0 <= at < len(self.rooms):
            self.post_message(self.Chosen(self.rooms[at].cid))

    def on_focus(self) -> None:
        """Begin at the open channel."""
        self.marked = self.opened

    def on_blur(self) -> None:
        """Nothing is marked while keys go elsewhere."""
        self.marked = None

    # Drawing

    def _measure(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, len(self.rooms) * self.lines)
        self.refresh()

    def watch_lines(self) -> None:
        """Lines are more, or fewer."""
        self._measure()

    def watch_opened(self, cid: str | None) -> None:
        """Another channel is open."""
        self._reveal(cid)

    def watch_marked(self, cid: str | None) -> None:
        """Another channel is marked."""
        self._reveal(cid)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Say when the end is in view."""
        super().watch_scroll_y(old_value, new_value)
        if new_value >= self.max_scroll_y:
            self.post_message(self.Ended())

    def _reveal(self, cid: str | None) -> None:
        self.refresh()
        at = next((at for at, room in enumerate(self.rooms) if room.cid == cid), None)
        if at is None:
            return
        top, height = at * self.lines, self.size.height
        if not self.scroll_y <= top <= self.scroll_y + height - self.lines:
            self.scroll_to(y=max(0, top - height // 2), animate=False, immediate=True)

    def render_line(self, y: int) -> Strip:
        at, line = divmod(round(self.scroll_y) + y, self.lines)
        width, ground = self.scrollable_content_region.width, self._style("ground")
        if not 0 <= at < len(self.rooms) or line == 2:
            return Strip.blank(width, ground)
        room = self.rooms[at]
        if room.cid == self.marked:
            ground = self._style("marked")
        elif room.cid == self.opened:
            ground = self._style("open")
        edge = Segment("▎" if room.cid == self.opened else " ", self._ink("edge"))
        parts = self._title(room, width - 2) if line == 0 else self._below(room, width - 2)
        strip = Strip([edge, *parts]).apply_style(ground)
        return strip.adjust_cell_length(width, ground)

    def _style(self, part: str) -> Style:
        return self.get_component_rich_style(f"room--{part}")

    def _ink(self, part: str) -> Style:
        style = self._style(part)
        return Style(color=style.color, bold=style.bold, italic=style.italic)

    def _title(self, room: Room, width: int) -> list[Segment]:
        """The first line: who is there, what it is called, and what is unread or when something was said."""
        sign = ("●" if room.online else "○") if room.direct else "#"
        there = "online" if room.online else "offline" if room.direct else "quiet"
        marks = (" 📌" if room.pinned else "") + (" 🔇" if room.muted else "")
        right = [] if self.lines > 1 else self._badge(room)
        if self.lines > 1 and room.at is not None and self._store is not None:
            now = local(self._store.state.clock.now(), self._zone)
            right = [Segment(f" {moment(local(room.at, self._zone), now)} ", self._ink("quiet"))]
        room_left = width - 2 - cell_len(marks) - sum(part.cell_length for part in right)
        title = self._ink("muted" if room.muted else "unread" if room.unread else "title")
        name = fitted(room.title, room_left)
        gap = len(name) - len(name.rstrip())
        return [
            Segment(f"{sign} ", self._ink(there)), Segment(name.rstrip(), title), Segment(marks, title),
            Segment(" " * gap), *right,
        ]  # fmt: skip

    def _below(self, room: Room, width: int) -> list[Segment]:
        """The second line: who is typing, or what was said last."""
        right = self._badge(room)
        words, part = (room.typing, "typing") if room.typing else (room.preview, "quiet")
        left = width - 2 - sum(part.cell_length for part in right)
        return [Segment("  "), Segment(fitted(words, left), self._ink(part)), *right]

    def _badge(self, room: Room) -> list[Segment]:
        if not room.unread:
            return [Segment(" ")]
        count = f"{room.unread}" if room.unread < 100 else "99+"
        style = self._style("mention" if room.mentions else "muted" if room.muted else "badge")
        if room.muted and not room.mentions:
            return [Segment(f" {count} ", self._ink("muted"))]
        return [Segment(" "), Segment(f" {'@' if room.mentions else ''}{count} ", style), Segment(" ")]


def unread_rooms(store: Store) -> int:
    """In how many channels that I have not muted something is unread."""
    return sum(1 for channel in store.channels.values() if channel.unread and not channel.muted)
