"""What the demo shows. All of it is told by selectors: values, and diffs of lists that are applied as they come."""

import zlib
from collections import deque
from collections.abc import Callable
from typing import Any

import attrs
from reactivex import abc
from rich.console import Console, ConsoleOptions, RenderResult
from rich.layout import Layout
from rich.panel import Panel
from rich.text import Text

from chatstate import selectors
from chatstate.clock import NEVER, to_datetime
from chatstate.live.outbox import outgoing
from chatstate.reactive.diffs import Diffs, Insert, Move, Remove, Reset, Set, apply
from chatstate.store import Store
from chatstate.views import ChannelView, MessageView

COLOURS = ("cyan", "magenta", "green", "yellow", "blue", "bright_cyan", "bright_magenta", "bright_green")
LATEST = 50


@attrs.frozen
class Room:
    """A channel in the list."""

    cid: str
    name: str
    unread: int
    muted: bool
    who: str
    last: str


@attrs.frozen
class Line:
    """A message."""

    at: str
    who: str
    text: str
    reactions: str
    mark: str
    quiet: bool


class Screen:
    """Follows a store by selectors, and draws what they told."""

    def __init__(self, store: Store, title: str) -> None:
        self._store = store
        self.title = title
        self.rooms: list[Room] = []
        self.lines: list[Line] = []
        self.open: str | None = None
        """The channel whose messages are shown."""
        self.values = self.diffs = 0
        """How many values and diffs were told."""
        self.left = 0.0
        """How many seconds the show goes on."""
        self._shown: dict[str, Any] = {}
        self._told: deque[Text] = deque(maxlen=40)
        self._of_room: list[abc.DisposableBase] = []
        self._of_all = [
            self._value("online", lambda s: s.connection.online is True),
            self._value("unread", selectors.total_unread),
            self._value("unread channels", selectors.unread_channels),
            store.select_list(selectors.channel_list()).each(_room).subscribe(self._list("channels", self.rooms)),
        ]

    def look_at(self, cid: str) -> None:
        """Show the messages of a channel, and no longer those of another."""
        for subscription in self._of_room:
            subscription.dispose()
        self.open = cid
        store = self._store

        def line(message: MessageView) -> Line:
            return _line(store, message)

        latest = store.select_list(selectors.latest_messages(cid, LATEST)).each(line)
        self._of_room = [
            self._value("name", selectors.name(cid)),
            self._value("typing", selectors.typing_names(cid)),
            self._value("watchers", selectors.watcher_count(cid)),
            latest.subscribe(self._list("messages", self.lines)),
        ]

    def close(self) -> None:
        """Follow nothing any more."""
        for subscription in (*self._of_all, *self._of_room):
            subscription.dispose()

    def say(self, text: str, style: str = "bold red") -> None:
        """Note something that no selector tells."""
        self._told.append(Text(text, style))

    def _value(self, name: str, look: Callable[[Any], Any]) -> abc.DisposableBase:
        def told(value: Any) -> None:
            self.values += 1
            self._shown[name] = value
            if value not in ([], None):
                shown = ", ".join(value) if isinstance(value, list) else str(value)
                self._told.append(Text.assemble((f"{name:<16}", "dim"), shown))

        return self._store.select(look).subscribe(told)

    def _list(self, name: str, target: list[Any]) -> Callable[[Diffs[Any]], None]:
        def told(diffs: Diffs[Any]) -> None:
            self.diffs += len(diffs)
            apply(diffs, target)
            self._told.extend(Text.assemble((f"{name:<16}", "dim"), *_words(diff)) for diff in diffs[-3:])

        return told

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        height, width = max(12, console.height - 1), options.max_width
        told = 6 if height < 30 else 12
        body, left = height - 1 - told, max(26, min(56, width * 2 // 5))
        whole, both = Layout(), Layout(size=body)
        both.split_row(
            Layout(self._list_of_rooms(body - 2, left - 4), size=left),
            Layout(self._messages(body - 2, width - left - 4)),
        )
        whole.split_column(Layout(self._head(), size=1), both, Layout(self._news(told - 2), size=told))
        yield from console.render(whole, options.update(height=height))

    def _head(self) -> Text:
        online = self._shown.get("online")
        text = Text(f" {self.title} ", "bold", no_wrap=True, overflow="ellipsis")
        text.append("● online  " if online else "● offline ", "bold green" if online else "bold red")
        text.append(f" {self._shown.get('unread', 0)} unread in {self._shown.get('unread channels', 0)} channels ")
        return text.append(f" {self.left:.0f} s left", "dim")

    def _list_of_rooms(self, height: int, width: int) -> Panel:
        rows = []
        for room in self.rooms[:height]:
            style = "reverse" if room.cid == self.open else "dim" if room.muted else "bold" if room.unread else ""
            unread = (f"{room.unread or '':>3} ", "dim" if room.muted else "bold green")
            said = ("  ", ""), (room.who, _colour(room.who)), (f" {room.last}", "dim")
            rows.append(_fitted(Text.assemble(unread, (room.name, style), *said), width))
        return _panel(_lines(rows), height, f"{len(self.rooms)} channels")

    def _messages(self, height: int, width: int) -> Panel:
        rows = []
        for line in self.lines[-height:]:
            end = Text.assemble((line.reactions and f" {line.reactions}", "dim"), (line.mark, "yellow"))
            said = Text.assemble((f"{line.at} ", "dim"), (line.who, _colour(line.who)), " ")
            said.append(line.text, "dim italic" if line.quiet else "")
            rows.append(_fitted(said, width - end.cell_len).append_text(end))
        typing = self._shown.get("typing")
        foot = f"{', '.join(typing)} typing …" if typing else f"{self._shown.get('watchers', 0)} watching"
        return _panel(_lines(rows), height, self._shown.get("name") or self.open or "", foot)

    def _news(self, height: int) -> Panel:
        title = f"selectors told {self.values:,} values and {self.diffs:,} diffs of lists"
        return _panel(_lines(list(self._told)[-height:]), height, title)


def _panel(inside: Text, height: int, title: str, foot: str = "") -> Panel:
    return Panel(
        inside, title=Text(title), title_align="left", subtitle=Text(foot) if foot else None, subtitle_align="left",
        border_style="dim", height=height + 2,
    )  # fmt: skip


def _lines(rows: list[Text]) -> Text:
    return Text("\n", no_wrap=True, overflow="ellipsis").join(rows)


def _fitted(text: Text, width: int) -> Text:
    text.truncate(max(width, 1), overflow="ellipsis", pad=True)
    return text


def _room(channel: ChannelView) -> Room:
    last = channel.last_message
    who = "" if last is None or last.user is None else last.user.name or last.user.id
    text = "" if last is None else " ".join(last.text.split())
    return Room(channel.cid, channel.name or channel.id, channel.unread, channel.muted, who, text)


def _line(store: Store, message: MessageView) -> Line:
    unsent = outgoing(store, message.id)
    who = "" if message.user is None else message.user.name or message.user.id
    reactions = " ".join(f"{kind} {count}" for kind, count in sorted(message.reaction_counts.items()))
    text = "deleted" if message.deleted else " ".join(message.text.split()) or "…"
    mark = "" if unsent is None else f" {unsent.status}"
    at = to_datetime(message.created_at or NEVER).astimezone()
    return Line(
        f"{at:%H:%M:%S}", who, text, reactions, mark,
        message.deleted or message.type == "system",
    )  # fmt: skip


def _words(diff: Any) -> list[tuple[str, str]]:
    """A diff in words, with styles."""
    match diff:
        case Reset(items):
            return [("Reset ", "bold"), (f"{len(items)} elements", "")]
        case Insert(at, item):
            return [("Insert ", "bold green"), (f"at {at}: ", ""), (_gist(item), "dim")]
        case Set(at, item):
            return [("Set ", "bold yellow"), (f"{at}: ", ""), (_gist(item), "dim")]
        case Remove(at):
            return [("Remove ", "bold red"), (f"{at}", "")]
        case Move(at, to):
            return [("Move ", "bold cyan"), (f"{at} → {to}", "")]
    return []


def _gist(item: Room | Line) -> str:
    if isinstance(item, Room):
        return f"{item.name}, {item.unread} unread, {item.who}: {item.last}"
    return f"{item.who}: {item.text}{f' [{item.reactions}]' if item.reactions else ''}{item.mark}"


def _colour(name: str) -> str:
    return COLOURS[zlib.crc32(name.encode()) % len(COLOURS)]
