"""``chatstate inspect``: the time machine on a terminal."""

import argparse
import asyncio
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from chatstate.cli.terminal import Commands
from chatstate.replay import Filter, Timeline
from chatstate.replay.inspection import Inspection

if TYPE_CHECKING:
    from chatstate.inspector.app import Inspector


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser(
        "inspect",
        help="travel in a recorded log: events, what each changed, and the state at any of them",
        description="Travel in a recorded log: the events, what each of them changed, and the state after it.",
    )
    parser.add_argument("log", help="one frame a line; .gz is unzipped")
    parser.add_argument("--me", metavar="ID", help="whose socket it was; left out, the first health.check tells")
    parser.add_argument("--follow", action="store_true", help="go on as the file grows, as that of a live connection")
    parser.add_argument("--at", metavar="POINT", help="where to begin: a number, or a time; left out, at the end")
    parser.add_argument("--filter", default="", metavar="TEXT", help="what to list, as kind:message.* user:bo")
    parser.add_argument("--watch", default="", metavar="VALUE", help="what to watch, as me.total_unread_count")
    parser.add_argument("--tab", default=None, help="changes, channel, message, counters, watch or frame")
    parser.add_argument("--light", action="store_true", help="dark on light")
    parser.add_argument("--screenshot", metavar="SVG", help="draw the screen to a file, and leave")
    parser.add_argument("--size", type=size, default=(120, 40), metavar="WxH", help="of a screenshot (120x40)")
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
    """Open the log, show it, or draw it."""
    try:
        from chatstate.inspector.app import PANES, Inspector
    except ImportError:
        print("chatstate: this command needs textual: pip install 'chatstate[tui]'", file=sys.stderr)
        return 2
    if options.tab is not None and options.tab not in PANES:
        print(f"chatstate: there is no tab {options.tab!r}; there are {', '.join(PANES)}", file=sys.stderr)
        return 2
    try:
        with Timeline(options.log, me=options.me, follow=options.follow) as timeline, seldom_gc():
            inspection = begun(timeline, options)
            app = Inspector(inspection, follow=options.follow, light=options.light, tab=options.tab)
            if options.screenshot:
                asyncio.run(draw(app, options.size, Path(options.screenshot)))
            else:
                app.run()
            return app.return_code or 0
    except ValueError as error:
        print(f"chatstate: {error}", file=sys.stderr)
        return 2


def begun(timeline: Timeline, options: argparse.Namespace) -> Inspection:
    """Somebody who stands where, and looks for what, the options say. Raises ``ValueError``.

    Only who begins at a point, or draws, has to wait until the log has been read.
    """
    inspection = Inspection(timeline)
    wanted = Filter.parse(options.filter)
    if options.at is not None or options.screenshot:
        timeline.read()
        inspection.show(wanted)
        inspection.go_to(options.at or str(len(timeline)))
    else:
        inspection.show(wanted)
    inspection.follow(options.watch)
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
    """Let the garbage collector look seldom: it would walk the growing tables again and again."""
    usual = gc.get_threshold()
    gc.set_threshold(50_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
