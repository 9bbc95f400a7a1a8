"""How much one user may ask for."""

from collections.abc import Callable
from dataclasses import dataclass

from chatstate.clock import SECOND
from chatstate.server.refusal import too_fast


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, rates per second and user: ``burst`` at once, ``calls`` or ``frames`` sustained."""

    body: int = 1 << 18
    frame: int = 1 << 16
    calls: float = 200.0
    burst: int = 600
    frames: float = 20.0
    connections: int = 500
    depth: int = 32
    """How deep the objects and lists of a body may lie in one another."""
    waiting: int = 20_000
    """Frames kept for a connection that reads too slowly, before it is given up."""


class Bucket:
    """Lets ``burst`` things through at once, and ``rate`` a second for long. ``monotonic`` in nanoseconds."""

    def __init__(self, monotonic: Callable[[], int], rate: float, burst: int) -> None:
        self._monotonic = monotonic
        self._rate = rate
        self._burst = float(burst)
        self._left = float(burst)
        self._at = monotonic()

    def take(self) -> None:
        """Let one thing through. Raises ``Refusal`` 429 with the seconds to wait."""
        now = self._monotonic()
        self._left = min(self._burst, self._left + (now - self._at) / SECOND * self._rate)
        self._at = now
        if self._left < 1:
            raise too_fast((1 - self._left) / self._rate)
        self._left -= 1
