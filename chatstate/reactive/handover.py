"""What other threads hand over to the one that owns a store."""

from collections import deque
from collections.abc import Callable
from typing import Any

import attrs


@attrs.frozen(eq=False)
class Call:
    """Work that is to be done in the store's own thread."""

    work: Callable[[], object]


class Handover:
    """What was handed over and not taken yet, in order; who takes is woken once for all that came since."""

    def __init__(self) -> None:
        self._waiting: deque[Any] = deque()
        self._wake: Callable[[], object] | None = None
        self._woken = False

    def put(self, item: Any) -> None:
        """Hand one thing over, from any thread. Never blocks."""
        self._waiting.append(item)
        self._wake_up()

    def on_put(self, wake: Callable[[], object] | None) -> None:
        """Have ``wake`` called from now on, and at once where something waits already."""
        self._wake, self._woken = wake, False
        if self._waiting:
            self._wake_up()

    def take(self) -> list[Any]:
        """All that waits."""
        # Before anything is taken: who puts too late for this time sees it, and wakes again.
        self._woken = False
        return [self._waiting.popleft() for _ in range(len(self._waiting))]

    def _wake_up(self) -> None:
        wake = self._wake
        if wake is None or self._woken:
            return
        self._woken = True
        try:
            wake()
        except BaseException:
            self._woken = False
            raise
