"""Somebody looking at a log: where they are, what they want to see, and what they hold on to."""

import ast
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any

from chatstate.errors import Malformed
from chatstate.ids import cid_of
from chatstate.reactive.flow import Changes
from chatstate.replay.entries import Entry
from chatstate.replay.filter import Filter
from chatstate.replay.path import Path, PathError
from chatstate.replay.points import number_of
from chatstate.replay.scene import Scene
from chatstate.replay.timeline import Timeline
from chatstate.replay.watch import Turn, Watch
from chatstate.wire import decode

ANY = object()


class Inspection:
    """A log with a place in it, a filter, a watched value and a channel and message in view: all a screen shows.

    The place is a point of the log; the rows are the entries that the filter wants. While nothing else was chosen, the
    channel and the message in view are those of the entry at the place.
    """

    def __init__(self, timeline: Timeline, *, at_end: bool = False) -> None:
        """``at_end``: whether the place is the end of the log from the start, and not the first entry."""
        self.timeline = timeline
        self._from_end = at_end
        self.scene: Scene = timeline.at(0)
        self.filter = Filter()
        self.rows: Sequence[int] = range(1, len(timeline) + 1)
        self._found = array("L")
        self.watch: Watch | None = None
        self.wanted: Any = ANY
        """The value that the watched one is looked for to become; ``ANY`` for every turn."""
        self.held_cid: str | None = None
        self.held_message: str | None = None
        self._last_cid: str | None = None
        self._subject: str | None = None

    # Reading on

    def read(self, limit: int = 100) -> int:
        """Read on, in the log and for the watched value: at most ``limit`` entries each. Answers how many.

        Who stands at the end of the log stays there.
        """
        timeline = self.timeline
        before, at_end = len(timeline), self.at_end
        read = timeline.read(limit)
        if read:
            self._find(before + 1)
        if read and at_end:
            self.go(len(timeline) if before or self._from_end else 1)
        return read + (0 if self.watch is None else self.watch.read(limit))

    @property
    def at_end(self) -> bool:
        """Whether nothing that was read is later."""
        return self.number == len(self.timeline)

    # The place

    @property
    def number(self) -> int:
        """The entry that happened last; 0 before the first."""
        return self.scene.number

    @property
    def entry(self) -> Entry | None:
        """It; None before the first."""
        return self.timeline[self.number] if self.number else None

    @property
    def changes(self) -> Changes:
        """What it changed."""
        return self.timeline.changes(self.number) if self.number else Changes({})

    def go(self, number: int) -> None:
        """Stand after an entry, or at the nearest end of the log."""
        self.scene.go(min(max(0, number), len(self.timeline)))
        self._look_around()

    def go_to(self, where: str) -> None:
        """Go to a number, a negative one from the end, or a time. Raises ``ValueError``."""
        self.go(number_of(self.timeline, where.strip()))

    def move(self, steps: int) -> None:
        """Go so many rows on, or back; the rows' ends are where it ends."""
        rows = self.rows
        if not len(rows):
            return
        row = bisect_right(rows, self.number) - 1 if steps > 0 else bisect_left(rows, self.number)
        self.go(rows[min(max(0, row + steps), len(rows) - 1)])

    @property
    def row(self) -> int:
        """The row of the place: the last that is not after it; -1 where all are."""
        return bisect_right(self.rows, self.number) - 1

    # What is wanted

    def show(self, filter: Filter) -> None:
        """Have rows for what a filter wants, and go to the nearest. O(entries)."""
        self.filter = filter
        self.rows = range(1, 1)
        self._find(1)
        if len(self.rows) and (self.row < 0 or self.rows[self.row] != self.number):
            self.go(self.rows[max(0, self.row)])

    def _find(self, start: int) -> None:
        if self.filter.empty:
            self.rows = range(1, len(self.timeline) + 1)
            return
        found = self.timeline.find(self.filter, start)
        if start == 1:
            self.rows = self._found = found
        else:
            self._found.extend(found)

    # A watched value

    def watch_for(self, text: str) -> None:
        """Watch a value: ``me.total_unread_count``, or ``me.total_unread_count = 7`` to look for where it becomes 7.

        Nothing is watched for an empty text. Raises ``PathError``, and ``ValueError`` for a value that is none.
        """
        path, wanted = _becoming(text)
        if self.watch is not None and self.watch.function == path:
            self.wanted = wanted
            return
        if self.watch is not None:
            self.watch.close()
        self.watch, self.wanted = None, ANY
        if path is None:
            return
        path(self.scene)
        self.watch, self.wanted = Watch(self.timeline, path), wanted

    def turn(self, direction: int) -> Turn | None:
        """Go to the next turn of the watched value, or the previous one; None, and nowhere, where there is none."""
        if self.watch is None:
            return None
        becomes = ... if self.wanted is ANY else self.wanted
        found = self.watch.next if direction > 0 else self.watch.previous
        turn = found(self.number, becomes=becomes)
        if turn is not None:
            self.go(turn.number)
        return turn

    # What is in view

    @property
    def cid(self) -> str | None:
        """The channel in view: the one held, else the entry's, else the one before."""
        return self.held_cid or self._last_cid

    @property
    def message_id(self) -> str | None:
        """The message in view: the one held, else the one the entry is about, else the last of the channel in view."""
        if self.subject is not None or self.cid is None:
            return self.subject
        last = self.scene.channel(self.cid).last_message
        return None if last is None else last.id

    @property
    def subject(self) -> str | None:
        """The message that is held, else the one the entry is about; None where it is about none."""
        return self.held_message or self._subject

    def hold(self, what: str | None = None) -> None:
        """Keep a channel or message in view, by its cid or id, or those of now; hold nothing where something is held.

        Raises ``ValueError`` for what the log does not know at this point.
        """
        if what is None:
            held = self.held_cid is None and self.held_message is None
            self.held_cid, self.held_message = (self.cid, self.message_id) if held else (None, None)
        elif what in self.scene.messages:
            self.held_message, self.held_cid = what, self.scene.message(what).cid
        else:
            self.held_cid, self.held_message = self._channel_named(what), None

    def _channel_named(self, what: str) -> str:
        channels = self.scene.channels
        if ":" in what and cid_of(what) in channels:
            return what
        for channel in channels.values():
            if what.casefold() in (channel.name or "").casefold() or what in channel.cid:
                return channel.cid
        raise ValueError(f"nothing is called {what!r} at this point")

    def _look_around(self) -> None:
        entry = self.entry
        if entry is None:
            self._subject = None
            return
        self._last_cid = entry.cid or self._last_cid
        self._subject = message_in(self.timeline.frame(entry.number))

    def next_change(self, direction: int, *, tables: frozenset[str] = frozenset(), keys: frozenset[str]) -> bool:
        """Go to the next entry, or the previous one, that changed a row in one of the tables or under one of the keys.

        Answers whether there is one. O(writes between).
        """
        writes, last = self.timeline.writes, len(self.timeline)
        numbers = range(self.number + 1, last + 1) if direction > 0 else range(self.number - 1, 0, -1)
        for number in numbers:
            for at in range(writes.starts[number], writes.starts[number + 1]):
                if writes.tables[at] in tables or _concerns(writes.keys[at], keys):
                    self.go(number)
                    return True
        return False


def _concerns(key: Any, keys: frozenset[str]) -> bool:
    return key in keys or (key.__class__ is tuple and not keys.isdisjoint(key))


def _becoming(text: str) -> tuple[Path | None, Any]:
    """A path, and the value it is to become where one follows it."""
    if not text.strip():
        return None, ANY
    try:
        return Path(text), ANY
    except PathError:
        left, equals, right = text.rpartition("=")
        if not equals:
            raise
    path = Path(left.rstrip("= "))
    try:
        return path, ast.literal_eval(right.strip())
    except (SyntaxError, TypeError, ValueError):
        raise ValueError(f"{right.strip()!r} is no plain value") from None


def message_in(frame: bytes) -> str | None:
    """The id of the message that a frame is about, None where it is about none."""
    try:
        raw = decode(frame)
    except Malformed:
        return None
    inner = raw.get("message")
    id = inner.get("id") if isinstance(inner, dict) else raw.get("message_id")
    return id if isinstance(id, str) and id else None
