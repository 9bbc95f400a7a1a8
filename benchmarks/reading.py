"""What it costs to look."""

import timeit

from benchmarks.measure import mixed_log, show, still
from chatstate import LogClock, Store

FRAMES = 20_000


def run() -> None:
    """Look at the liveliest channel."""
    store = Store(me="me", clock=LogClock())
    store.apply_all(mixed_log(FRAMES))
    channel = max(store.channels.values(), key=lambda each: len(each.messages))
    looks = {
        "channel.unread": lambda: channel.unread,
        "channel.messages[-20:]": lambda: channel.messages[-20:],
        "channel.last_message.text": lambda: channel.last_message and channel.last_message.text,
        "channel.messages[-1].user.name": lambda: channel.messages[-1].user and channel.messages[-1].user.name,
    }
    print(f"reading: a channel of {len(channel.messages):,} messages")
    with still():
        for what, look in looks.items():
            cost = min(timeit.repeat(look, number=2_000, repeat=7)) / 2_000
            show(what, f"{cost * 1e6:.2f} µs", "< 50 µs", kept=cost < 50e-6)
