"""``chatstate replay``: a log in, the state it leaves behind out."""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import orjson

from chatstate.cli.terminal import GC_POLICY, Commands, console, positive, without_gc
from chatstate.clock import LogClock, Timestamp, parse
from chatstate.errors import Fault, Malformed
from chatstate.events import Event
from chatstate.ids import cid_of
from chatstate.io.dump import dump
from chatstate.io.logfile import opened, read_lines, size_of
from chatstate.local import LocalEvent, of_channels
from chatstate.store import Store
from chatstate.wire import decode, read_event

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID
    from rich.table import Table

SHOWN_FAULTS = 20
STEP = 1000
"""How many lines pass between two looks at the progress bar."""


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("replay", help="apply a log of frames and show what it leaves behind")
    parser.add_argument("log", help="one frame a line; .gz is unzipped; - is standard input")
    parser.add_argument("--me", metavar="ID", help="whose socket it was; left out, the first health.check tells")
    parser.add_argument("--dump", metavar="FILE", help="write the state as JSON; - is standard output")
    parser.add_argument(
        "--until", type=moment, metavar="TIME", help="only what happened up to then, like 2025-01-15T09:00:00Z"
    )
    parser.add_argument(
        "--only", type=channel, action="append", metavar="CID", help="only this channel; may be repeated"
    )
    parser.add_argument("--keep-messages", type=positive, metavar="N", help="how many messages a channel keeps")
    parser.add_argument("--strict", action="store_true", help="stop at the first fault, with exit status 1")
    parser.set_defaults(run=run)


def moment(text: str) -> Timestamp:
    """A time, for argparse."""
    try:
        return parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def channel(text: str) -> str:
    """A cid, for argparse."""
    try:
        return cid_of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


class Tally:
    """What a replay met: events by kind, and faults, the first of them shown as they come, and the last."""

    def __init__(self, strict: bool) -> None:
        self.kinds: Counter[str] = Counter()
        self.faults = 0
        self._last: Fault | None = None
        self.strict = strict

    def count(self, event: Event) -> None:
        """One event was applied."""
        self.kinds[event.kind] += 1

    def report(self, fault: Fault) -> None:
        """Something could not be applied."""
        self.faults += 1
        if self.faults <= SHOWN_FAULTS:
            print(fault, file=sys.stderr)
        self._last = fault

    def end(self) -> None:
        """Tell of the faults that were not shown."""
        hidden = self.faults - SHOWN_FAULTS
        if hidden > 1:
            print(f"… {hidden - 1:,} more, and the last of all:", file=sys.stderr)
        if hidden > 0:
            print(self._last, file=sys.stderr)

    @property
    def stopped(self) -> bool:
        """Whether the replay must not go on."""
        return self.strict and self.faults > 0


def run(options: argparse.Namespace) -> int:
    """Replay, then show."""
    screen = console(stderr=True)
    store = Store(me=options.me, clock=LogClock(), keep_messages=options.keep_messages)
    tally = Tally(options.strict)
    store.faults.subscribe(tally.report)
    store.events.subscribe(tally.count)
    with opened(options.log) as file, without_gc():
        started = time.perf_counter()
        with progress_bar(screen, size_of(options.log)) as (bar, task):
            lines = watched(read_lines(file, tally.report), file, tally, lambda at: bar.update(task, completed=at))
            store.apply_all(chosen(lines, options.until, options.only))
            tally.end()
        seconds = time.perf_counter() - started
    if options.dump:
        write_dump(store, options.dump)
    if options.dump != "-":
        show(console(), store, tally, seconds)
    return 1 if tally.stopped else 0


def watched(lines: Iterator[bytes], file: IO[bytes], tally: Tally, moved: Callable[[int], None]) -> Iterator[bytes]:
    """The lines, until the tally stops them, with word of how far the file has been read."""
    raw = getattr(file, "fileobj", None) or file
    for number, line in enumerate(lines):
        if tally.stopped:
            return
        if number % STEP == 0 and raw.seekable():
            moved(raw.tell() if raw is not file else number and file.tell())
        yield line


def chosen(lines: Iterator[bytes], until: Timestamp | None, only: list[str] | None) -> Iterator[Any]:
    """The lines whose events are asked for; the others become blank, so that every line keeps its number."""
    if until is None and not only:
        yield from lines
        return
    channels = frozenset(only or ())
    for line in lines:
        yield part_of(line, until, channels)


def part_of(line: bytes, until: Timestamp | None, channels: frozenset[str]) -> Any:
    """What is asked for of an event, blank for nothing. A broken line is, to be reported."""
    from chatstate.model import Found

    try:
        raw = decode(line)
        event = read_event(raw, Timestamp(0), Found())
    except Malformed:
        return line
    if until is not None and event.created_at > until:
        return b""
    if not channels:
        return line
    if isinstance(event, LocalEvent):
        return of_channels(raw, channels) or b""
    return line if event.cid is None or event.cid in channels else b""


def progress_bar(screen: Any, size: int | None) -> Any:
    """A bar for the bytes of the log, as a context manager that answers the bar and its task."""
    from contextlib import contextmanager

    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    @contextmanager
    def shown() -> "Iterator[tuple[Progress, TaskID]]":
        columns = (TextColumn("replaying"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
        with Progress(*columns, console=screen, transient=True) as bar:
            yield bar, bar.add_task("replay", total=size)

    return shown()


def write_dump(store: Store, path: str) -> None:
    """Write the canonical dump of a store."""
    text = orjson.dumps(dump(store))
    if path == "-":
        sys.stdout.buffer.write(text + b"\n")
    else:
        Path(path).write_bytes(text)


def show(screen: Any, store: Store, tally: Tally, seconds: float) -> None:
    """What a replay met, and the channels it leaves behind."""
    events = sum(tally.kinds.values())
    me = store.me
    rate = f"{events / seconds:,.0f} events/s" if seconds > 0 else "at once"
    screen.print(f"[bold]{events:,}[/] events in {seconds:.2f} s: [bold]{rate}[/]; garbage collector {GC_POLICY}")
    common = ", ".join(f"{kind} {count:,}" for kind, count in tally.kinds.most_common(6))
    screen.print(f"{len(tally.kinds)} kinds: {common}{' …' if len(tally.kinds) > 6 else ''}")
    screen.print(
        f"{len(store.channels)} channels, {len(store.messages):,} messages, {len(store.users):,} users; "
        f"told unread {me.total_unread_count} in {me.unread_channels} channels, {me.unread_threads} threads; "
        f"[{'red' if tally.faults else 'green'}]{tally.faults} faults[/]"
    )
    screen.print(liveliest(store, screen.width))


NUMBERS = ("messages", "unread", "mentions", "members")
ROOM = 16
"""The fewest cells in which a message is worth being shown."""


def liveliest(store: Store, width: int) -> "Table":
    """The channels in which something was said last; each by its whole cid, which ``--only`` takes."""
    from rich.table import Table

    channels = sorted(store.channels.values(), key=lambda each: (-(each.last_message_at or 0), each.cid))[:12]
    left = width - sum(len(heading) + 2 for heading in NUMBERS) - 2
    whole = min(left, max((len(each.cid) for each in channels), default=ROOM))
    table = Table(
        title="the liveliest channels",
        title_justify="left",
        expand=left - whole > ROOM,
        box=None,
        padding=(0, 2, 0, 0),
        pad_edge=False,
    )
    table.add_column("channel", width=whole, overflow="fold")
    for heading in NUMBERS:
        table.add_column(heading, justify="right", no_wrap=True, min_width=len(heading))
    if left - whole > ROOM:
        table.add_column("last message", ratio=1, no_wrap=True)
    for each in channels:
        last = each.last_message
        text = "" if last is None else f"{last.user.name or last.user.id if last.user else '?'}: {last.text}"
        numbers = len(each.messages), each.unread, each.unread_mentions, each.member_count
        table.add_row(each.cid, *(f"{number:,}" for number in numbers), *([text] if left - whole > ROOM else []))
    return table
