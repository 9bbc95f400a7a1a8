"""Random decisions that are the same for the same seed on every Python.

Everything is made of ``Random.random()``: the one method whose sequence for a seed Python promises never to change.
"""

from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from math import log
from random import Random
from typing import Generic, TypeVar

from chatstate.clock import SECOND

T = TypeVar("T")


class Odds(Generic[T]):
    """Outcomes with their weights, made ready to draw from."""

    def __init__(self, *weighted: tuple[float, T]) -> None:
        self.outcomes = [outcome for _, outcome in weighted]
        self.bounds = list(accumulate(weight for weight, _ in weighted))


class Chance:
    """A seeded source of decisions."""

    def __init__(self, seed: int | str) -> None:
        self.roll = Random(seed).random

    def often(self, probability: float) -> bool:
        """True in that share of the cases."""
        return self.roll() < probability

    def below(self, limit: int) -> int:
        """A whole number from 0 up to, not including, ``limit``."""
        return int(self.roll() * limit)

    def between(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return low + int(self.roll() * (high - low + 1))

    def pick(self, things: Sequence[T]) -> T:
        """One of ``things``, each as likely."""
        return things[int(self.roll() * len(things))]

    def early(self, things: Sequence[T]) -> T:
        """One of ``things``, the first ones likelier: a few people do most of the talking."""
        return things[int(self.roll() ** 2.2 * len(things))]

    def late(self, things: Sequence[T]) -> T:
        """One of ``things``, the last ones likelier."""
        return things[-1 - int(self.roll() ** 2.2 * len(things))]

    def some(self, things: Sequence[T], count: int) -> list[T]:
        """Up to ``count`` different ones, in the order they were drawn."""
        left = list(things)
        return [left.pop(int(self.roll() * len(left))) for _ in range(min(count, len(left)))]

    def draw(self, odds: Odds[T]) -> T:
        """One outcome, by its weight."""
        return odds.outcomes[bisect(odds.bounds, self.roll() * odds.bounds[-1], 0, len(odds.bounds) - 1)]

    def gap(self, rate: float) -> int:
        """Nanoseconds until the next of things that happen ``rate`` times a second, at random."""
        return int(-log(1.0 - self.roll()) / rate * 1_000_000) * 1000 + self.below(1000)

    def within(self, seconds: float) -> int:
        """Nanoseconds up to so many seconds, at least one millisecond."""
        return 1_000_000 + int(self.roll() * seconds * SECOND)

    def hex(self, digits: int) -> str:
        """So many hexadecimal digits, at most 13."""
        return f"{int(self.roll() * 16**digits):0{digits}x}"

    def uuid(self) -> str:
        """What looks like a UUID."""
        return f"{self.hex(8)}-{self.hex(4)}-4{self.hex(3)}-{self.hex(4)}-{self.hex(12)}"
