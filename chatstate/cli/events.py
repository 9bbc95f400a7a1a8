"""``chatstate events``: every kind of event, its fields, and what it changes."""

import argparse
import sys
from typing import Any

import orjson

from chatstate.cli.terminal import Commands, console
from chatstate.events import EVENTS, Event, fields_of

SEED_ONLY_PREFIXES = ("ai_indicator.", "draft.", "poll.", "user_group.")
EXTENSIONS = frozenset({"app.updated", "channel.kicked", "channel.max_streak_changed", "message.delivered"})


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("events", help="list every kind of event, its fields, and what it changes")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the list."""
    listed = [described(kind, cls) for kind, cls in sorted(EVENTS.items())]
    if options.json:
        sys.stdout.buffer.write(orjson.dumps(listed, option=orjson.OPT_INDENT_2) + b"\n")
        return 0
    from rich.table import Table

    table = Table(title=f"{len(listed)} kinds of events", show_lines=False)
    for heading in ("kind", "what happened", "changes", "fields"):
        table.add_column(heading)
    for each in listed:
        what = each.get("reducer") or f"nothing: {each['inert']}"
        table.add_row(each["kind"], first_sentence(EVENTS[each["kind"]]), what, str(len(each["fields"])))
    console().print(table)
    return 0


def described(kind: str, cls: type[Event]) -> dict[str, Any]:
    """One kind, as ``--json`` shows it."""
    origin = "extension" if kind in EXTENSIONS or kind.startswith(SEED_ONLY_PREFIXES) else "seed"
    told: dict[str, Any] = {"kind": kind, "origin": origin, "fields": fields_of(cls)}
    if cls.REDUCER is not None:
        told["reducer"] = cls.REDUCER.__name__
    else:
        told["inert"] = cls.INERT
    return told


def first_sentence(cls: type[Event]) -> str:
    """What a class says of itself, in short."""
    return (cls.__doc__ or "").strip().split("\n")[0].rstrip(".")
