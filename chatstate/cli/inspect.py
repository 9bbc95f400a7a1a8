"""``chatstate inspect``: the time machine on a terminal."""

import argparse
import asyncio
import gc
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chatstate.cli import account
from chatstate.cli.terminal import Commands
from chatstate.io.logfile import STDIN
from chatstate.replay import Filter, Timeline
from chatstate.replay.inspection import Inspection

if TYPE_CHECKING:
    from chatstate.inspector.app import Inspector
    from chatstate.inspector.feed import Feed

UNBOUNDED = 2**62
"""A recording that is looked at goes on in one file, however long."""


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser(
        "inspect",
        help="travel in a recorded log, or a live one: events, what each changed, and the state at any of them",
        description="Travel in a recorded log: the events, what each of them changed, and the state after it. With "
        "--user the log is recorded now, from that user's socket, and followed.",
    )
    parser.add_argument("log", nargs="?", help="one frame a line; .gz is unzipped. With --user, where to record to")
    parser.add_argument("--me", metavar="ID", help="whose socket it was; left out, the first health.check tells")
    parser.add_argument("--follow", action="store_true", help="go on as the file grows, as that of chatstate record")
    parser.add_argument(
        "--at", metavar="POINT", help="where to begin: a number, or a time; left out, at the first event"
    )
    parser.add_argument("--filter", default="", metavar="TEXT", help="what to list, as kind:message.* user:bo")
    parser.add_argument("--watch", default="", metavar="VALUE", help="what to watch, as me.total_unread_count")
    parser.add_argument("--tab", default=None, help="changes, channel, message, counters, watch or frame")
    parser.add_argument("--light", action="store_true", help="dark on light")
    parser.add_argument("--screenshot", metavar="SVG", help="draw the screen to a file, and leave")
    parser.add_argument("--size", type=size, default=(120, 36), metavar="WxH", help="of a screenshot (120x36)")
    account.add_to(parser.add_argument_group("a live connection"), required=False)
    account.add_watch_to(parser)
    parser.set_defaults(run=run)


def size(text: str) -> tuple[int, int]:
    """The columns and rows of a terminal, for argparse."""
    try:
        width, height = map(int, text.lower().split("x"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no size like 120x40") from None
    if width < 20 or height < 8:
        raise argparse.ArgumentTypeError("a screen has at least 20x8 cells")
    return width, height


def run(options: argparse.Namespace) -> int:
    """Open the log, or connect; show it, or draw it."""
    try:
        from chatstate.inspector.app import PANES
    except ImportError:
        print("chatstate: this command needs textual: pip install 'chatstate[tui]'", file=sys.stderr)
        return 2
    problem = wrong(options)
    if options.tab is not None and options.tab not in PANES:
        problem = f"there is no tab {options.tab!r}; there are {', '.join(PANES)}"
    if problem is None:
        try:
            with seldom_gc():
                return inspect(options)
        except (ImportError, ValueError) as error:
            problem = str(error)
    print(f"chatstate: {problem}", file=sys.stderr)
    return 2


def wrong(options: argparse.Namespace) -> str | None:
    """What is missing in a call, or does not go together."""
    if options.user is None:
        if options.log == STDIN and options.screenshot is None:
            return "keys come from the standard input; a log from there can only be drawn, with --screenshot"
        return "which log? Or whose socket: --user, with --api-key" if options.log is None else None
    if options.api_key is None:
        return "to connect to a service, --api-key must be given"
    if options.at is not None or options.screenshot is not None:
        return "a live connection has no place to begin at, and nothing to be drawn yet"
    if options.log is not None and Path(options.log).exists():
        return f"{options.log} is there already, and a recording is never written over"
    return None


def inspect(options: argparse.Namespace) -> int:
    """Show a log, or draw it. Raises ``OSError``, ``ValueError``, and ``ImportError`` where one cannot connect."""
    from chatstate.inspector.app import Inspector

    with ExitStack() as stack:
        path, feed = options.log, None
        if options.user is not None:
            path = options.log or str(Path(stack.enter_context(tempfile.TemporaryDirectory()), "live"))
            feed = fed(path, options)
        follow = options.follow or feed is not None
        timeline = stack.enter_context(Timeline(path, me=options.me or options.user, follow=follow))
        app = Inspector(
            begun(timeline, options, follow), follow=follow, feed=feed, light=options.light, tab=options.tab
        )
        if options.screenshot:
            asyncio.run(draw(app, options.size, Path(options.screenshot)))
        else:
            app.run()
        if feed is not None and feed.problem is not None:
            print(f"chatstate: {feed.problem}", file=sys.stderr)
            return 1
        return app.return_code or 0


def fed(path: str, options: argparse.Namespace) -> "Feed":
    """What records a socket, to a file that is there now. Raises as ``account.recorded``."""
    from chatstate.inspector.feed import Feed

    client, _ = account.recorded(options, path, largest=UNBOUNDED)
    return Feed(client, partial(account.watch, type=options.watch_type))


def begun(timeline: Timeline, options: argparse.Namespace, follow: bool) -> Inspection:
    """Somebody who stands where, and looks for what, the options say. Raises ``ValueError``.

    Only who begins at a point, or draws, has to wait until the log has been read.
    """
    inspection = Inspection(timeline, at_end=follow)
    wanted = Filter.parse(options.filter)
    if options.at is not None or options.screenshot:
        timeline.read()
        inspection.show(wanted)
        inspection.go_to(options.at or "1" if len(timeline) else "0")
    else:
        inspection.show(wanted)
    inspection.watch_for(options.watch)
    while options.screenshot and inspection.read(10_000):
        pass
    return inspection


async def draw(app: "Inspector", cells: tuple[int, int], path: Path) -> None:
    """Write the screen as an SVG."""
    async with app.run_test(size=cells) as pilot:
        await pilot.pause()
        path.write_text(app.export_screenshot(title="chatstate inspect"), encoding="utf-8")


@contextmanager
def seldom_gc() -> Iterator[None]:
    """Let the garbage collector look seldom, and never again at what it has left: a log stays until the end.

    One walk through all tables of a log of 100 000 events takes two seconds, in which the screen would stand still.
    """
    usual = gc.get_threshold()
    gc.set_threshold(50_000, 50, 50)
    gc.callbacks.append(leave_be)
    try:
        yield
    finally:
        gc.callbacks.remove(leave_be)
        gc.unfreeze()
        gc.set_threshold(*usual)


def leave_be(phase: str, info: dict[str, Any]) -> None:
    """Look no more at what has survived a whole collection."""
    if phase == "stop" and info["generation"] == 2:
        gc.freeze()
