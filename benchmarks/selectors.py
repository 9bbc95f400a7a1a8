"""One event, while selectors listen: many that it does not concern, some that it does, and the same written naively."""

from collections.abc import Callable
from statistics import median

import reactivex
from reactivex import operators

from benchmarks.growth import frame
from benchmarks.measure import GC_POLICY, in_turns, seconds, show, still
from chatstate import LogClock, Store, selectors

SIZES = (0, 1_000, 10_000, 100_000)
NAIVE = (100, 1_000)
CONCERNED = 1_000
ROUNDS = 40
EACH = 100
HERE = "messaging:growth"


def run() -> None:
    """Let the same messages arrive at stores with more and fewer selectors, in turns."""
    stores = {f"{size:,} selectors elsewhere": _listened_to(size) for size in SIZES}
    print(f"selectors: one message.new; {GC_POLICY}")
    costs = _costs(stores)
    base = costs[f"{SIZES[0]:,} selectors elsewhere"]
    for size in SIZES:
        cost = costs[f"{size:,} selectors elsewhere"]
        budget = "+ 10 %" if size == 10_000 else ""
        show(
            f"{size:,} selectors elsewhere",
            f"{cost * 1e6:.2f} µs, {cost / base:.2f} of none",
            budget,
            kept=cost <= 1.1 * base if budget else None,
        )
    concerned = _costs({"": _concerned()})[""]
    show(f"{CONCERNED:,} selectors concerned", f"{concerned * 1e6:.0f} µs, {concerned * 1e6 / CONCERNED:.2f} each")
    for size in NAIVE:
        cost = _costs({"": _naive(size)}, rounds=3)[""]
        show(f"{size:,} naive ones elsewhere", f"{cost * 1e6:.0f} µs, {cost / base:.0f} of none")


def _costs(stores: dict[str, Store], rounds: int = ROUNDS) -> dict[str, float]:
    """Seconds an event, each applied by itself: the median of rounds in turns."""
    took: dict[str, list[float]] = {name: [] for name in stores}
    with still():
        for turn in range(rounds):
            frames = [frame(1_000 + turn * EACH + place) for place in range(EACH)]
            for name, store in in_turns(stores, turn):
                took[name].append(seconds(_applying(store, frames)) / EACH)
    return {name: median(times) for name, times in took.items()}


def _applying(store: Store, frames: list[bytes]) -> Callable[[], None]:
    def apply() -> None:
        for each in frames:
            store.apply(each)

    return apply


def _listened_to(size: int) -> Store:
    store = _some_messages()
    for number in range(size):
        store.select(selectors.unread(f"messaging:other-{number}")).subscribe(_nothing)
    return store


def _concerned() -> Store:
    store = _some_messages()
    for _ in range(CONCERNED):
        store.select(selectors.unread(HERE)).subscribe(_nothing)
    return store


def _naive(size: int) -> Store:
    """As it is usually written: the whole state at every event, mapped and compared by each selector."""
    store = _some_messages()
    states: reactivex.Subject[Store] = reactivex.Subject()
    for number in range(size):
        unread = selectors.unread(f"messaging:other-{number}")
        states.pipe(operators.map(unread), operators.distinct_until_changed()).subscribe(_nothing)
    store.events.subscribe(lambda _: states.on_next(store))
    return store


def _some_messages() -> Store:
    store = Store(me="me", clock=LogClock())
    store.apply_all(frame(number) for number in range(1_000))
    return store


def _nothing(value: object) -> None:
    return None
