"""One more message, into a channel that holds few or many."""

from collections.abc import Sequence
from statistics import median

import orjson

from benchmarks.measure import GC_POLICY, seconds, show, still
from chatstate import LogClock, Store
from chatstate import clock as clocks
from chatstate.clock import SECOND, Timestamp

SIZES = (1_000, 10_000, 100_000)
ROUNDS = 40
EACH = 250
START = clocks.parse("2025-01-15T08:00:00Z")


def run() -> None:
    """Show what a message costs in a channel of each size."""
    print(f"growth: one message.new into a channel that holds many; {GC_POLICY}")
    took = costs()
    for size, cost in took.items():
        share = cost / took[SIZES[0]]
        show(f"at {size:,} messages", f"{cost * 1e6:.2f} µs", "± 20 %", kept=0.8 <= share <= 1.2)


def costs(sizes: Sequence[int] = SIZES, rounds: int = ROUNDS) -> dict[int, float]:
    """Seconds a message by how many are there before: channels are filled, and added to in turns; the median."""
    stores = {size: _filled(size) for size in sizes}
    took: dict[int, list[float]] = {size: [] for size in sizes}
    with still():
        for turn in range(rounds):
            for size, store in stores.items():
                frames = [frame(size + turn * EACH + i) for i in range(EACH)]
                took[size].append(seconds(lambda store=store, frames=frames: store.apply_all(frames)) / EACH)  # type: ignore[misc]
    return {size: median(times) for size, times in took.items()}


def _filled(size: int) -> Store:
    store = Store(me="me", clock=LogClock())
    store.apply_all(frame(i) for i in range(size))
    return store


def frame(number: int) -> bytes:
    """A plain message, as the service would send it."""
    at = clocks.format(Timestamp(START + number * SECOND))
    user = {
        "id": f"user-{number % 50}", "name": f"User {number % 50}", "role": "user", "online": True, "banned": False,
        "language": "en", "teams": [], "created_at": "2024-01-01T00:00:00Z", "updated_at": "2024-01-01T00:00:00Z",
    }  # fmt: skip
    message = {
        "id": f"message-{number:08}", "text": f"the message of number {number}",
        "html": f"<p>the message of number {number}</p>",
        "type": "regular", "user": user, "member": {"channel_role": "channel_member"}, "attachments": [],
        "latest_reactions": [], "own_reactions": [], "reaction_counts": {}, "reaction_scores": {},
        "reaction_groups": None, "reply_count": 0, "deleted_reply_count": 0, "cid": "messaging:growth",
        "created_at": at, "updated_at": at,
        "shadowed": False, "mentioned_users": [], "mentioned_channel": False, "mentioned_here": False, "silent": False,
        "pinned": False, "pinned_at": None, "pinned_by": None, "pin_expires": None, "restricted_visibility": [],
    }  # fmt: skip
    return orjson.dumps(
        {
            "type": "message.new", "cid": "messaging:growth", "channel_id": "growth", "channel_type": "messaging",
            "message_id": message["id"], "message": message, "user": user, "watcher_count": 3, "created_at": at,
            "total_unread_count": number, "unread_channels": 1,
        }
    )  # fmt: skip
