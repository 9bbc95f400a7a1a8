"""Typing, as others are told of it: it begins with a keystroke, goes on with more, and ends when none come."""

from collections.abc import Callable, Hashable

START_EVERY = 2.0
"""Seconds within which typing is told once, however many keys are struck."""

STOP_AFTER = 1.0
"""Seconds without a keystroke after which typing has stopped."""


class Keystrokes:
    """What to tell of keystrokes in several places. It has no clock: each method takes the time in seconds."""

    def __init__(self) -> None:
        self._told: dict[Hashable, float] = {}
        self._struck: dict[Hashable, float] = {}

    def strike(self, place: Hashable, now: float) -> bool:
        """A key was struck there. Answers whether to tell that typing goes on."""
        self._struck[place] = now
        if now - self._told.get(place, -START_EVERY) < START_EVERY:
            return False
        self._told[place] = now
        return True

    def rest(self, place: Hashable, now: float) -> float | None:
        """No key was struck for a while, perhaps. Answers when to ask again, None where typing has stopped now."""
        due = self._struck.get(place, now - STOP_AFTER) + STOP_AFTER
        if now < due:
            return due
        self.forget(place)
        return None

    def forget(self, place: Hashable) -> bool:
        """What was typed there was sent. Answers whether typing was told of."""
        self._struck.pop(place, None)
        return self._told.pop(place, None) is not None


class Typing:
    """Keystrokes on a loop: it calls ``tell(place, kind)`` when others are to be told."""

    def __init__(
        self, tell: Callable[[Hashable, str], object], now: Callable[[], float], later: Callable[..., object]
    ) -> None:
        self._keystrokes = Keystrokes()
        self._tell, self._now, self._later = tell, now, later
        self._waiting: set[Hashable] = set()

    def strike(self, place: Hashable) -> None:
        """A key was struck there."""
        now = self._now()
        if self._keystrokes.strike(place, now):
            self._tell(place, "typing.start")
        if place not in self._waiting:
            self._waiting.add(place)
            self._later(now + STOP_AFTER, self._rest, place)

    def sent(self, place: Hashable) -> None:
        """What was typed there was sent: that ends it for everybody."""
        self._keystrokes.forget(place)

    def _rest(self, place: Hashable) -> None:
        told = place in self._keystrokes._told
        due = self._keystrokes.rest(place, self._now())
        if due is not None:
            self._later(due, self._rest, place)
            return
        self._waiting.discard(place)
        if told:
            self._tell(place, "typing.stop")
