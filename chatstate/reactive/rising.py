"""The longest rising part of a list of numbers."""

from bisect import bisect_left
from collections.abc import Sequence


def longest_rising(numbers: Sequence[int]) -> list[int]:
    """The places of a longest part of distinct ``numbers`` that rises, in order. O(n log n).

    >>> longest_rising([3, 0, 1, 4, 2])
    [1, 2, 4]
    """
    tails: list[int] = []
    """The smallest number with which a rising part of each length ends."""
    ends: list[int] = []
    """The places of those."""
    before: list[int] = []
    for place, number in enumerate(numbers):
        length = bisect_left(tails, number)
        before.append(ends[length - 1] if length else -1)
        tails[length : length + 1] = [number]
        if length == len(ends):
            ends.append(place)
        else:
            ends[length] = place
    found: list[int] = []
    place = ends[-1] if ends else -1
    while place >= 0:
        found.append(place)
        place = before[place]
    return found[::-1]
