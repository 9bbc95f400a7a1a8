"""How things are measured here: in turns, so that a machine that slows down slows both sides of a ratio."""

import gc
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from chatstate.simulator import Simulation

K = TypeVar("K")
T = TypeVar("T")

GC_POLICY = "gc: frozen before, off while measured"


@contextmanager
def still() -> Iterator[None]:
    """Keep the garbage collector out of the measurement."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def seconds(work: Callable[[], object]) -> float:
    """How long ``work`` keeps a processor busy, once: what else the machine does counts for less than by the wall."""
    started = time.process_time()
    work()
    return time.process_time() - started


def in_turns(things: Mapping[K, T], turn: int) -> list[tuple[K, T]]:
    """Forwards and backwards in turns, so that none always finds the caches as the same other left them."""
    pairs = list(things.items())
    return pairs[::-1] if turn % 2 else pairs


def mixed_log(frames: int) -> list[bytes]:
    """A log of everything that happens to one busy user, the same on every run."""
    return list(Simulation(seed=7, channels=50, users=500).frames(frames))


def show(what: str, figure: str, budget: str = "", *, kept: bool | None = None) -> None:
    """One line: what, the figure, its budget, and whether it is kept."""
    verdict = "" if kept is None else ("ok" if kept else "OVER")
    print(f"  {what:<58} {figure:>16}   {budget:<14} {verdict}")
