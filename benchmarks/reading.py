"""What it costs to look."""

import timeit

from benchmarks.measure import mixed_log, show, still
from chatstate import LogClock, Store

FRAMES = 20_000


def run() -> None:
    """Show what each look costs."""
    print(f"reading: the liveliest channel of {FRAMES:,} mixed frames")
    for what, cost in costs(mixed_log(FRAMES)).items():
        show(what, f"{cost * 1e6:.2f} µs", "< 50 µs", kept=cost < 50e-6)


def costs(log: list[bytes]) -> dict[str, float]:
    """Seconds a look at the liveliest channel of a log, by what is looked at: the quickest of seven rounds."""
    store = Store(me="me", clock=LogClock())
    store.apply_all(log)
    channel = max(store.channels.values(), key=lambda each: len(each.messages))
    looks = {
        "channel.unread": lambda: channel.unread,
        "channel.messages[-20:]": lambda: channel.messages[-20:],
        "channel.last_message.text": lambda: channel.last_message and channel.last_message.text,
        "channel.messages[-1].user.name": lambda: channel.messages[-1].user and channel.messages[-1].user.name,
    }
    with still():
        return {what: min(timeit.repeat(look, number=2_000, repeat=7)) / 2_000 for what, look in looks.items()}
