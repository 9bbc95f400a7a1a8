"""Listening to events: which ones are wanted, and who is told of them."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from chatstate.events import Event

Kind = type[Event] | str
"""A class of events, or a kind like ``message.new``."""

Kinds = Kind | Sequence[Kind]


class Wanted:
    """Which events a listener wants. Raises ``TypeError`` for what is neither a class nor a kind, and for nothing."""

    def __init__(self, kinds: Kinds, cid: str | None) -> None:
        listed = [kinds] if isinstance(kinds, str | type) else _all(kinds)
        strays = [each for each in listed if not _is_wanted(each)]
        if strays or not listed:
            got = strays[0] if strays else kinds
            raise TypeError(f"on: expected a kind like 'message.new', a class of events, or several, got {got!r}")
        self._classes = tuple(each for each in listed if isinstance(each, type))
        self._kinds = frozenset(each for each in listed if isinstance(each, str))
        self._cid = cid

    def include(self, event: Event) -> bool:
        """Whether an event is one of these."""
        if self._cid is not None and event.cid != self._cid:
            return False
        return event.kind in self._kinds or isinstance(event, self._classes)


def _all(kinds: Any) -> list[Any]:
    try:
        return list(kinds)
    except TypeError:
        return [kinds]


def _is_wanted(each: Any) -> bool:
    return issubclass(each, Event) if isinstance(each, type) else isinstance(each, str) and each != ""


def checked(listener: Any) -> Any:
    """A listener, which must be callable. Raises ``TypeError``."""
    if not callable(listener):
        raise TypeError(f"on: expected a function that takes an event, got {listener!r}")
    return listener


class News:
    """Which events were not heard yet. The service tells some twice, and after a break those that were missed again.

    The last ``limit`` are remembered, by what tells one event from another: its kind, time, channel, user and message.
    """

    def __init__(self, limit: int = 4096) -> None:
        self._limit = limit
        self._heard: dict[Any, None] = {}

    def are_in(self, event: Event) -> bool:
        """Whether an event is news. One that tells no time cannot be known again, and always is. O(1)."""
        if event.raw.get("created_at") is None:
            return True
        message: Any = event.raw.get("message")
        id = message.get("id") if isinstance(message, dict) else event.raw.get("message_id")
        mark = (event.kind, event.created_at, event.cid, event.user_id, id)
        if mark in self._heard:
            return False
        self._heard[mark] = None
        if len(self._heard) > self._limit:
            del self._heard[next(iter(self._heard))]
        return True


class Listener:
    """One who is told of the events it wants, of each once. What it raises is reported under its name."""

    def __init__(
        self, wanted: Wanted, tell: Callable[[Any], Any], name: str, report: Callable[[str, Exception], None]
    ) -> None:
        self._wanted, self._tell, self._report = wanted, tell, report
        self._news = News()
        self.name = name

    def hear(self, event: Event) -> Any:
        """Tell of an event, if it is wanted. Answers what is to be awaited, None where nothing is."""
        if not self._wanted.include(event) or not self._news.are_in(event):
            return None
        try:
            outcome = self._tell(event)
        except Exception as error:
            self._failed(event, error)
            return None
        return self._finish(event, outcome) if inspect.isawaitable(outcome) else None

    async def _finish(self, event: Event, outcome: Any) -> None:
        try:
            await outcome
        except Exception as error:
            self._failed(event, error)

    def _failed(self, event: Event, error: Exception) -> None:
        self._report(f"{event.kind}: the listener {self.name} raised {type(error).__name__}", error)


def name_of(listener: Any) -> str:
    """What a listener is called, as ``greet`` or ``Bot.greet``."""
    name = getattr(listener, "__qualname__", None) or type(listener).__qualname__
    return str(name).rpartition("<locals>.")[2]
