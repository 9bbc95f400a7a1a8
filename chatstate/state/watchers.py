"""Who has read what, and is to be told of its changes."""

from typing import Any, Protocol


class Watcher(Protocol):
    """Who read something, and is told of what is written there."""

    def wake(self, key: Any, before: Any, after: Any) -> None:
        """What was read under ``key`` has changed: a row, or where an id stands in a group."""
        ...


Watchers = dict[Any, dict[Watcher, None]]
"""By what they read, those who read it."""


class Every:
    """What can be read of a table or an index besides one key. Not an ``Enum``: its members hash in Python."""

    __slots__ = ("_means",)

    KEYS: "Every"
    ROWS: "Every"

    def __init__(self, means: str) -> None:
        self._means = means

    def __repr__(self) -> str:
        return f"<{self._means}>"


Every.KEYS = Every("which there are")
Every.ROWS = Every("all, with what is in them")
