"""Who has read what, and is to be told of its changes."""

from enum import Enum
from typing import Any, Protocol


class Watcher(Protocol):
    """Who read something, and is told of what is written there."""

    def wake(self, key: Any, before: Any, after: Any) -> None:
        """What was read under ``key`` has changed: a row, or where an id stands in a group."""
        ...


Watchers = dict[Any, dict[Watcher, None]]
"""By what they read, those who read it."""


class Every(Enum):
    """What can be read of a table or an index besides one key."""

    KEYS = "which there are"
    ROWS = "all, with what is in them"
