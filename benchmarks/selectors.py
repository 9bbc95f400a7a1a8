"""One event, while selectors listen: many that it does not concern, some that it does, and the same written naively."""

from collections.abc import Callable, Sequence
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
    print(f"selectors: one message.new; {GC_POLICY}")
    costs = elsewhere()
    base = costs[SIZES[0]]
    for size, cost in costs.items():
        budget = "+ 10 %" if size == 10_000 else ""
        show(
            f"{size:,} selectors elsewhere",
            f"{cost * 1e6:.2f} µs, {cost / base:.2f} of none",
            budget,
            kept=cost <= 1.1 * base if budget else None,
        )
    concerned = _costs({CONCERNED: _concerned()}, ROUNDS)[CONCERNED]
    show(f"{CONCERNED:,} selectors concerned", f"{concerned * 1e6:.0f} µs, {concerned * 1e6 / CONCERNED:.2f} each")
    for size, cost in naive().items():
        show(f"{size:,} naive ones elsewhere", f"{cost * 1e6:.0f} µs, {cost / base:.0f} of none")


def elsewhere(sizes: Sequence[int] = SIZES, rounds: int = ROUNDS) -> dict[int, float]:
    """Seconds an event by how many selectors listen that it does not concern."""
    return _costs({size: _listened_to(size) for size in sizes}, rounds)


def naive(sizes: Sequence[int] = NAIVE, rounds: int = 3) -> dict[int, float]:
    """The same with selectors as they are usually written."""
    return _costs({size: _naive(size) for size in sizes}, rounds)


def _costs(stores: dict[int, Store], rounds: int) -> dict[int, float]:
    """Seconds an event, each applied by itself: the median of rounds in turns."""
    took: dict[int, list[float]] = {size: [] for size in stores}
    with still():
        for turn in range(rounds):
            frames = [frame(1_000 + turn * EACH + place) for place in range(EACH)]
            for size, store in in_turns(stores, turn):
                took[size].append(seconds(_applying(store, frames)) / EACH)
    return {size: median(times) for size, times in took.items()}


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
