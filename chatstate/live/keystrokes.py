"""Typing, as others are told of it: it begins with a keystroke, goes on with more, and ends when none come."""

from collections.abc import Callable, Hashable
from typing import Protocol

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

    def is_told(self, place: Hashable) -> bool:
        """Whether others know that somebody types there."""
        return place in self._told

    def forget(self, place: Hashable) -> bool:
        """What was typed there was sent. Answers whether typing was told of."""
        self._struck.pop(place, None)
        return self._told.pop(place, None) is not None


class Timer(Protocol):
    """What can be called off."""

    def cancel(self) -> object: ...


class Typing:
    """Keystrokes on a loop: it calls ``tell(place, kind)`` when others are to be told."""

    def __init__(
        self, tell: Callable[[Hashable, str], object], now: Callable[[], float], later: Callable[..., Timer]
    ) -> None:
        self._keystrokes = Keystrokes()
        self._tell, self._now, self._later = tell, now, later
        self._waiting: dict[Hashable, Timer] = {}

    def strike(self, place: Hashable) -> None:
        """A key was struck there."""
        now = self._now()
        if self._keystrokes.strike(place, now):
            self._tell(place, "typing.start")
        if place not in self._waiting:
            self._wait(place, now + STOP_AFTER)

    def sent(self, place: Hashable) -> None:
        """What was typed there was sent: that ends it for everybody."""
        self._keystrokes.forget(place)

    def close(self) -> None:
        """Tell of nothing any more."""
        for timer in self._waiting.values():
            timer.cancel()
        self._waiting.clear()

    def _wait(self, place: Hashable, until: float) -> None:
        self._waiting[place] = self._later(until, self._rest, place)

    def _rest(self, place: Hashable) -> None:
        told = self._keystrokes.is_told(place)
        due = self._keystrokes.rest(place, self._now())
        if due is not None:
            self._wait(place, due)
            return
        del self._waiting[place]
        if told:
            self._tell(place, "typing.stop")
