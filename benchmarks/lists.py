"""One message, as a window, a timeline and a list of channels see it, from few to many."""

from collections.abc import Callable
from statistics import median
from typing import Any

import orjson

from benchmarks.growth import START, frame
from benchmarks.measure import GC_POLICY, in_turns, seconds, show, still
from chatstate import LogClock, Store, selectors
from chatstate import clock as clocks
from chatstate.clock import SECOND, Timestamp

SIZES = (100, 1_000, 10_000)
ROUNDS = 30
EACH = 20
HERE = "messaging:growth"

Frames = Callable[[int], bytes]


def run() -> None:
    """Subscribe to each list in stores of each size, and let messages arrive in turns."""
    print(f"lists: one message.new; {GC_POLICY}")
    _measure("window of 50", _with_messages, selectors.latest_messages(HERE, 50), frame)
    _measure("whole timeline", _with_messages, selectors.messages(HERE), frame)
    _measure("channel promoted", _with_channels, selectors.channel_list(), None)


def _measure(name: str, make: Callable[[int], Store], function: Any, frames: Frames | None) -> None:
    """What an event costs with the list and without it: large stores have cold caches whoever listens."""
    stores = {(size, listens): make(size) for size in SIZES for listens in (True, False)}
    told: dict[int, list[int]] = {size: [] for size in SIZES}
    took: dict[tuple[int, bool], list[float]] = {place: [] for place in stores}
    for size in SIZES:
        listed = stores[size, True].select_list(function).each(_identity)
        listed.subscribe(lambda diffs, size=size: told[size].append(len(diffs)))  # type: ignore[misc]
    with still():
        for turn in range(ROUNDS):
            for (size, listens), store in in_turns(stores, turn):
                places = [size + turn * EACH + place for place in range(EACH)]
                made = [frames(place) if frames else _promoting(size, place) for place in places]
                took[size, listens].append(seconds(_applying(store, made)) / EACH)
    costs = {place: median(times) for place, times in took.items()}
    base = costs[SIZES[0], True] / costs[SIZES[0], False]
    for size in SIZES:
        listening, alone = costs[size, True], costs[size, False]
        figure = f"{listening * 1e6:.0f} µs, {alone * 1e6:.0f} without; {max(told[size][1:])} diffs at most"
        show(f"{name}, {size:,}", figure, "± 20 %", kept=0.8 <= listening / alone / base <= 1.2)


def _applying(store: Store, made: list[bytes]) -> Callable[[], None]:
    def apply() -> None:
        for each in made:
            store.apply(each)

    return apply


def _identity(view: Any) -> Any:
    """What is told of each element: its id alone, so that the diffs are of the list and not of what stands in it."""
    return view.identity[1]


def _with_messages(size: int) -> Store:
    store = Store(me="me", clock=LogClock())
    store.apply_all(frame(number) for number in range(size))
    return store


def _with_channels(size: int) -> Store:
    store = Store(me="me", clock=LogClock())
    store.apply_all(_message(number, number) for number in range(size))
    return store


def _promoting(size: int, number: int) -> bytes:
    """A message that brings some channel from far down the list to its top."""
    return _message(number, number * 7919 % size)


def _message(number: int, channel: int) -> bytes:
    cid = f"messaging:channel-{channel}"
    at = clocks.format(Timestamp(START + number * SECOND))
    made = orjson.loads(frame(number))
    made |= {"cid": cid, "channel_id": f"channel-{channel}", "created_at": at}
    made["message"] |= {"cid": cid, "created_at": at, "updated_at": at}
    return orjson.dumps(made)
