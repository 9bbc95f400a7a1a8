"""What the commands share on the terminal."""

import argparse
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

Commands = Any  # argparse does not name the type of what add_subparsers answers

GC_POLICY = "off while events are applied"
"""The garbage collector's policy: what the store drops is freed by reference counts alone."""


def console(*, stderr: bool = False) -> "Console":
    """A rich console. Leaves with a word where rich is not installed."""
    try:
        from rich.console import Console
    except ImportError:
        print("chatstate: this command needs rich: pip install 'chatstate[cli]'", file=sys.stderr)
        raise SystemExit(2) from None
    return Console(stderr=stderr)


@contextmanager
def without_gc() -> Iterator[None]:
    """Keep the garbage collector still: it would walk the growing tables again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def positive(text: str) -> int:
    """A whole number of at least 1, for argparse."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1; got {number}")
    return number


def not_negative(text: str) -> float:
    """A number that is not negative, for argparse."""
    number = float(text)
    if not 0 <= number <= 100_000:
        raise argparse.ArgumentTypeError(f"must be from 0 to 100000; got {text}")
    return number


def above_zero(text: str) -> float:
    """A number above zero, for argparse."""
    number = float(text)
    if not 0 < number <= 100_000:
        raise argparse.ArgumentTypeError(f"must be above 0, at most 100000; got {text}")
    return number
