"""``chatstate diff``: what differs between two points of a log, or between two logs."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import orjson

from chatstate.cli.terminal import Commands, console, without_gc
from chatstate.clock import NEVER, format
from chatstate.reactive.flow import Changes
from chatstate.replay import Scene, Timeline, difference
from chatstate.replay.difference import shown
from chatstate.replay.points import Point
from chatstate.replay.words import changes_as_json, changes_in_words, key_in_words, plain

SAME, DIFFERENT, TROUBLE = 0, 1, 2


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser(
        "diff",
        help="what differs between two points of a log, or two logs",
        description="What differs in the state at A and at B. LOG@1200 is a log after its 1200th event, LOG@-1 before "
        "its last, LOG@2025-01-15T09:00:00Z at a time, LOG at its end; in B, @1300 is of the same log as A. The exit "
        "status is 0 where nothing differs, 1 where something does, 2 where that cannot be told.",
    )
    parser.add_argument("before", metavar="A", help="LOG or LOG@POINT")
    parser.add_argument("after", metavar="B", help="LOG, LOG@POINT or @POINT")
    parser.add_argument("--me", metavar="ID", help="whose socket it was; left out, the first health.check tells")
    parser.add_argument("--table", action="append", metavar="NAME", help="only this table; may be repeated")
    parser.add_argument("--all", action="store_true", help="also the tables that only guard the others")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Compare, and tell."""
    try:
        before = Point.parse(options.before)
        after = Point.parse(options.after, default=before.log)
        with ExitStack() as files:
            paths = dict.fromkeys((before.log, after.log))
            logs = {path: files.enter_context(read(path, options.me)) for path in paths}
            scenes = [logs[point.log].at(point.within(logs[point.log])) for point in (before, after)]
    except OSError as error:
        return trouble(f"{error.strerror or error}: {error.filename or ''}".rstrip(": "))
    except ValueError as error:
        return trouble(str(error))
    changes = difference(*scenes)
    if not options.all and not options.table:
        changes = shown(changes)
    if options.table:
        changes = Changes({name: rows for name, rows in changes.tables.items() if name in options.table})
    if options.json:
        write_json(changes)
    elif changes.tables:
        names = (before.log, after.log)
        show(changes, [heading(name, scene) for name, scene in zip(names, scenes, strict=True)])
    return DIFFERENT if changes.tables else SAME


def trouble(problem: str) -> int:
    """Say why the question cannot be answered. Answers the exit status."""
    print(f"chatstate: {problem}", file=sys.stderr)
    return TROUBLE


def read(path: str, me: str | None) -> Timeline:
    """A log, read to its end. Raises ``OSError``."""
    timeline = Timeline(path, me=me)
    with without_gc():
        timeline.read()
    return timeline


def heading(log: str, scene: Scene) -> str:
    """The name of a point, with its time."""
    at = scene.state.heard_at
    return f"{log}@{scene.number}" + ("" if at == NEVER else f"  {format(at)}")


def write_json(changes: Changes) -> None:
    """The changes as one JSON object: by table and key, the fields with their values before and after."""
    told = {
        name: {key_in_words(key): changes_as_json(*both) for key, both in rows.items()}
        for name, rows in changes.tables.items()
    }
    text = orjson.dumps(told, default=plain, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS)
    sys.stdout.buffer.write(text + b"\n")


def show(changes: Changes, names: list[str]) -> None:
    """The changes, row by row, field by field."""
    screen = console()
    from rich.text import Text

    screen.print(Text(f"--- {names[0]}\n+++ {names[1]}", style="bold"))
    for words, style in lines(changes):
        screen.print(Text(words, style=style), soft_wrap=True)


def lines(changes: Changes) -> Iterator[tuple[str, str]]:
    """Each line, and its style."""
    for name, rows in changes.tables.items():
        for key, (before, after) in rows.items():
            sign, style = row_sign(before, after)
            yield f"{sign} {name} {key_in_words(key)}", style
            for field, old, new in changes_in_words(before, after):
                label = f"{field}: " if field else ""
                yield f"    {label}{told(before, after, old, new)}", ""


def row_sign(before: Any, after: Any) -> tuple[str, str]:
    """How a row that came, went or changed is marked, and in which style."""
    if before is None:
        return "+", "green"
    return ("-", "red") if after is None else ("~", "yellow")


def told(before: Any, after: Any, old: str, new: str) -> str:
    """A value that came, went, or became another."""
    if before is None:
        return new
    return old if after is None else f"{old} → {new}"
