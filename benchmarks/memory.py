"""What is kept of a message, beyond its own text."""

import resource
import tracemalloc

from benchmarks.measure import mixed_log, show
from chatstate import LogClock, Store

FRAMES = 20_000
BUDGET = 1024


def run() -> None:
    """Trace what a store allocates while it takes in a log, and divide by the messages it keeps."""
    log = mixed_log(FRAMES)
    half = len(log) // 2
    store = Store(me="me", clock=LogClock())
    store.apply_all(log[:half])
    messages = len(store.messages)
    texts = _texts(store)
    tracemalloc.start()
    store.apply_all(log[half:])
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    each = (grown - (_texts(store) - texts)) / (len(store.messages) - messages)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory: the second half of {FRAMES:,} frames, everything they leave behind counted to their messages")
    show("per stored message, beyond its text", f"{each:,.0f} bytes", f"<= {BUDGET}", kept=each <= BUDGET)
    show("peak of the process, the log included", f"{peak:,.0f} MiB")


def _texts(store: Store) -> int:
    return sum(len(row.text.encode()) + len(row.html.encode()) for row in store.state.messages.values())
