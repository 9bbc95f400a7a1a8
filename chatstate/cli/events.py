"""``chatstate events``: every kind of event, its fields, and what it changes."""

import argparse
import sys
from typing import Any

import orjson

from chatstate.cli.terminal import Commands, console
from chatstate.events import EVENTS, Event, fields_of
from chatstate.local import LocalEvent

SEED_ONLY_PREFIXES = ("ai_indicator.", "draft.", "poll.", "user_group.")
EXTENSIONS = frozenset({"app.updated", "channel.kicked", "channel.max_streak_changed", "message.delivered"})


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("events", help="list every kind of event, its fields, and what it changes")
    parser.add_argument("kinds", nargs="*", metavar="KIND", help="of these alone, with every field")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the list, or all about some kinds. Answers 2 for a kind that nobody declared."""
    unknown = [kind for kind in options.kinds if kind not in EVENTS]
    if unknown:
        print(f"chatstate: no event is called {', '.join(unknown)}; chatstate events lists them", file=sys.stderr)
        return 2
    kinds = sorted(options.kinds or (kind for kind, cls in EVENTS.items() if not issubclass(cls, LocalEvent)))
    if options.json:
        listed = [described(kind, EVENTS[kind]) for kind in kinds]
        sys.stdout.buffer.write(orjson.dumps(listed, option=orjson.OPT_INDENT_2) + b"\n")
    elif options.kinds:
        for kind in kinds:
            show(kind, EVENTS[kind])
    else:
        overview(kinds)
    return 0


def overview(kinds: list[str]) -> None:
    """Write a line or two about each kind."""
    screen = console()
    from rich.table import Table

    caption = "chatstate events KIND … tells the fields; the classes are in chatstate.events"
    table = Table(title=f"{len(kinds)} kinds of events", caption=caption)
    table.add_column("kind", no_wrap=True)
    table.add_column("what happened")
    for kind in kinds:
        cls = EVENTS[kind]
        nothing = "" if cls.INERT is None else f" [dim](changes nothing: {cls.INERT})[/]"
        table.add_row(kind, first_sentence(cls) + nothing)
    screen.print(table)


def show(kind: str, cls: type[Event]) -> None:
    """Write all about one kind."""
    screen = console()
    from rich.table import Table

    changes = f"changes nothing: {cls.INERT}" if cls.REDUCER is None else f"applied by {cls.REDUCER.__name__}"
    table = Table(title=f"{kind}: {first_sentence(cls)}", caption=f"{cls.__module__}.{cls.__name__}, {changes}")
    table.add_column("field", no_wrap=True)
    table.add_column("type")
    for name, type_name in fields_of(cls).items():
        table.add_row(name, type_name)
    screen.print(table)


def described(kind: str, cls: type[Event]) -> dict[str, Any]:
    """One kind, as ``--json`` shows it."""
    told: dict[str, Any] = {"kind": kind, "origin": origin(kind, cls), "fields": fields_of(cls)}
    if cls.REDUCER is not None:
        told["reducer"] = cls.REDUCER.__name__
    else:
        told["inert"] = cls.INERT
    return told


def origin(kind: str, cls: type[Event]) -> str:
    """Who tells it: the protocol's ``seed``, its later ``extension``, or a ``local`` client its log."""
    if issubclass(cls, LocalEvent):
        return "local"
    return "extension" if kind in EXTENSIONS or kind.startswith(SEED_ONLY_PREFIXES) else "seed"


def first_sentence(cls: type[Event]) -> str:
    """What a class says of itself, in short."""
    return (cls.__doc__ or "").strip().split("\n")[0].rstrip(".")
