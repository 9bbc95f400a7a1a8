"""Where rows of different heights stand in a list that is too long to be drawn."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from chatstate.reactive import Diffs, Insert, Move, Remove, Reset

GUESS = 2
"""Lines that a row is taken to have until it is drawn."""


class Rows:
    """The ids of rows in order, with their heights, and one place among them that is held on to.

    A row that was never drawn has the height it is guessed to have; once it is ``measured``, the place that is held
    stays where it is on the screen. Asking what stands at a line is O(log n), after a change O(n) additions of numbers.
    """

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.at, self.left = 0, 0
        """Which row is held, and how many of its lines are left below the place: what is below the row stays put."""
        self._heights: list[int] = []
        self._tops: list[int] | None = [0]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def tops(self) -> Sequence[int]:
        """The line at which each row begins; at last, where all end."""
        if self._tops is None:
            self._tops = [0, *accumulate(self._heights)]
        return self._tops

    @property
    def height(self) -> int:
        """How many lines there are."""
        return self.tops[-1]

    @property
    def line(self) -> int:
        """The line that is held."""
        return self.tops[min(self.at + 1, len(self.ids))] - self.left

    def row_at(self, line: int) -> int:
        """Which row has that line; the last, below all."""
        return min(max(bisect_right(self.tops, line) - 1, 0), max(len(self.ids) - 1, 0))

    def hold(self, line: int) -> None:
        """Hold on to that line."""
        self.at = self.row_at(line)
        self.left = self.tops[min(self.at + 1, len(self.ids))] - line

    def measured(self, at: int, height: int) -> None:
        """A row has been drawn, and has so many lines."""
        if self._heights[at] != height:
            self._heights[at] = height
            self._tops = None

    def change(self, diffs: Diffs[str]) -> None:
        """Rows came, went or moved; the one that is held stays held."""
        for diff in diffs:
            match diff:
                case Reset(items):
                    self._reset(items)
                case Insert(at, id):
                    self.ids.insert(at, id)
                    self._heights.insert(at, GUESS)
                    self.at += at <= self.at < len(self.ids) - 1
                case Remove(at):
                    del self.ids[at], self._heights[at]
                    if at == self.at:  # the next one begins there
                        self.left = self._heights[at] if at < len(self.ids) else 0
                    self.at -= at < self.at
                case Move(at, to):
                    self.ids.insert(to, self.ids.pop(at))
                    self._heights.insert(to, self._heights.pop(at))
                    if at == self.at:
                        self.at = to
                    else:
                        self.at += (to <= self.at - (at < self.at)) - (at < self.at)
                case _:
                    pass  # an id does not become another
        self._tops = None

    def _reset(self, ids: Sequence[str]) -> None:
        held = self.ids[self.at] if self.at < len(self.ids) else None
        known = dict(zip(self.ids, self._heights, strict=True))
        self.ids = list(ids)
        self._heights = [known.get(id, GUESS) for id in ids]
        if held in known and held in self.ids:
            self.at = self.ids.index(held)
        else:
            self.at, self.left = 0, 0
