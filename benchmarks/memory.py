"""What is kept of a message, beyond its own text."""

import resource
import tracemalloc
from collections.abc import Iterable

from benchmarks.growth import frame
from benchmarks.measure import mixed_log, show
from chatstate import LogClock, Store

FRAMES = 20_000
BUDGET = 1024


def run() -> None:
    """Trace what a store allocates, and divide by the messages it keeps: plain ones, then all of a busy log."""
    print(f"memory: the second half of {FRAMES:,} frames")
    plain = _each(frame(number) for number in range(FRAMES))
    show("per plain message, beyond its text", f"{plain:,.0f} bytes", f"<= {BUDGET}", kept=plain <= BUDGET)
    mixed = _each(mixed_log(FRAMES))
    show("everything in a mixed log, per message it leaves", f"{mixed:,.0f} bytes")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    show("peak of the process so far", f"{peak:,.0f} MiB")


def _each(frames: Iterable[bytes]) -> float:
    log = list(frames)
    half = len(log) // 2
    store = Store(me="me", clock=LogClock())
    store.apply_all(log[:half])
    messages, texts = len(store.messages), _texts(store)
    tracemalloc.start()
    store.apply_all(log[half:])
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (grown - (_texts(store) - texts)) / (len(store.messages) - messages)


def _texts(store: Store) -> int:
    return sum(len(row.text.encode()) + len(row.html.encode()) for row in store.state.messages.values())
