"""The command line: ``chatstate chat | inspect | replay | diff | export | events | simulate | serve | record``."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import metadata

from chatstate.cli import chat, demo, diff, events, export, inspect, record, replay, serve, simulate


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Answers the exit status: 0, 1 where something is wrong with the input, 2 for a wrong call."""
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except BrokenPipeError:  # whoever read our output has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        print(f"chatstate: {error.strerror or error}: {error.filename or ''}".rstrip(": "), file=sys.stderr)
        return 1


def parser() -> argparse.ArgumentParser:
    """The grammar of the command line."""
    whole = argparse.ArgumentParser(prog="chatstate", description="A chat's event stream, turned into state.")
    whole.add_argument("--version", action="version", version=version())
    commands = whole.add_subparsers(required=True, metavar="COMMAND")
    for module in (demo, replay, record, simulate, serve, chat, inspect, diff, export, events):
        module.add_to(commands)
    return whole


def version() -> str:
    """The package with its version, which a source tree that was not installed cannot tell."""
    try:
        return f"chatstate {metadata.version('chatstate')}"
    except metadata.PackageNotFoundError:
        return "chatstate, not installed"
