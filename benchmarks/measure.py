"""How things are measured here: in turns, so that a machine that slows down slows both sides of a ratio."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from chatstate.simulator import Simulation

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
    """How long ``work`` takes, once."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def mixed_log(frames: int) -> list[bytes]:
    """A log of everything that happens to one busy user, the same on every run."""
    return list(Simulation(seed=7, channels=50, users=500).frames(frames))


def show(what: str, figure: str, budget: str = "", *, kept: bool | None = None) -> None:
    """One line: what, the figure, its budget, and whether it is kept."""
    verdict = "" if kept is None else ("ok" if kept else "OVER")
    print(f"  {what:<58} {figure:>16}   {budget:<14} {verdict}")
