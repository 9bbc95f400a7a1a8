"""``chatstate export``: a log, or a part of it, for other tools."""

import argparse
import csv
import io
import sys
from collections.abc import Iterator
from pathlib import Path

import orjson

from chatstate.cli.diff import read, trouble
from chatstate.cli.terminal import Commands, positive, without_gc
from chatstate.replay import Timeline
from chatstate.replay.exports import COLUMNS, journal, redux_devtools, table
from chatstate.replay.points import number_of
from chatstate.replay.words import plain

NEWEST = 200
"""How many actions are exported for Redux DevTools, unless others are asked for: each comes with a whole state."""


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("export", help="a log for other tools: Redux DevTools, CSV, JSON")
    kind = parser.add_mutually_exclusive_group(required=True)
    kind.add_argument(
        "--redux-devtools", action="store_true", help="a file that Redux DevTools imports: actions, and states"
    )
    kind.add_argument("--csv", action="store_true", help="a table of the events")
    kind.add_argument("--json", action="store_true", help="an object for each event, with what it changed, one a line")
    parser.add_argument("log", help="one frame a line; .gz is unzipped; - is standard input")
    parser.add_argument("--output", metavar="FILE", default="-", help="where to write; left out, the standard output")
    parser.add_argument("--me", metavar="ID", help="whose socket it was; left out, the first health.check tells")
    parser.add_argument("--from", dest="first", metavar="POINT", help="the first event: its number, or a time")
    parser.add_argument("--to", dest="last", metavar="POINT", help="the last event: its number, or a time")
    parser.add_argument(
        "--only", action="append", metavar="CID", help="Redux DevTools: only this channel; may be repeated"
    )
    parser.add_argument(
        "--messages", type=positive, default=5, metavar="N", help="Redux DevTools: how many messages of a channel (5)"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Read, translate, write."""
    with read(options.log, options.me) as timeline, without_gc():
        try:
            first, last = bounds(timeline, options)
        except ValueError as error:
            return trouble(str(error))
        parts = exported(timeline, first, last, options)
        if options.output == "-":
            sys.stdout.buffer.writelines(parts)
            sys.stdout.flush()
        else:
            with Path(options.output).open("wb") as file:
                file.writelines(parts)
    return 0


def bounds(timeline: Timeline, options: argparse.Namespace) -> tuple[int, int]:
    """The first and the last entry that are asked for. Raises ``ValueError``."""
    last = number_of(timeline, options.last)
    if options.first is not None:
        return max(1, number_of(timeline, options.first)), last
    return max(1, last - NEWEST + 1 if options.redux_devtools else 1), last


def exported(timeline: Timeline, first: int, last: int, options: argparse.Namespace) -> Iterator[bytes]:
    """The bytes to write, part by part."""
    if options.redux_devtools:
        only = frozenset(options.only or ())
        lifted = redux_devtools(timeline, first, last, only=only, messages=options.messages)
        yield orjson.dumps(lifted, default=plain) + b"\n"
    elif options.csv:
        for row in (COLUMNS, *table(timeline, first, last)):
            text = io.StringIO()
            csv.writer(text).writerow(row)
            yield text.getvalue().encode("utf-8", "replace")
    else:
        for entry in journal(timeline, first, last):
            yield orjson.dumps(entry, default=plain, option=orjson.OPT_NON_STR_KEYS) + b"\n"
