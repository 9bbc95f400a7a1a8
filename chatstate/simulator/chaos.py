"""A bad line: frames come twice, and late, but none is lost."""

from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from itertools import islice

from chatstate.simulator.chance import Chance

LONGEST = 2_000


def chaos(frames: Iterable[bytes], seed: int = 7, repeat: float = 0.03, delay: float = 0.03) -> Iterator[bytes]:
    """``frames`` with that share of them repeated, at once or a while later, and that share delayed.

    A delayed frame comes after 1 to 2 000 of those behind it, mostly after few. None is lost, and the first stays
    first: a connection begins with its handshake. The same seed gives the same order.
    """
    chance = Chance(f"chaos {seed}")
    waiting: list[tuple[int, int, bytes]] = []
    source = iter(frames)
    yield from islice(source, 1)
    for place, frame in enumerate(source):
        if chance.often(delay):
            heappush(waiting, (place + _a_while(chance), place, frame))
        else:
            yield frame
        if chance.often(repeat):
            heappush(waiting, (place + (0 if chance.often(0.4) else _a_while(chance)), place, frame))
        while waiting and waiting[0][0] <= place:
            yield heappop(waiting)[2]
    while waiting:
        yield heappop(waiting)[2]


def _a_while(chance: Chance) -> int:
    return 1 + int(chance.roll() ** 6 * LONGEST)
