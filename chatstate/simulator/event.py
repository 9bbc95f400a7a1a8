"""Something that happened on the service, and who is told of it."""

from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from chatstate.clock import Timestamp
from chatstate.ids import Cid, UserId
from chatstate.simulator.rows import Message

Row = TypeVar("Row")

Parts = dict[str, Any]
"""Fields of an event, by name."""


@dataclass(slots=True, eq=False)
class Event:
    """What happened at ``at``, told to those in ``to``.

    ``parts`` are the fields of its frames; a row among them is shown as its payload, as it is at the moment the event
    is delivered. What is ``about`` a message is told only to those whom the message reaches. ``tells`` names the
    counters that each recipient is told: ``unread`` or ``threads``.
    """

    kind: str
    at: Timestamp
    to: Container[UserId]
    cid: Cid | None = None
    about: Message | None = None
    tells: tuple[str, ...] = ()
    parts: Parts = field(default_factory=dict)


Events = Iterator[Event]
"""What an action does, step by step: each event is delivered before the next step is taken."""


class Everyone:
    """All who are connected."""

    def __contains__(self, user_id: object) -> bool:
        return True


EVERYONE = Everyone()


@dataclass(slots=True)
class Acquainted:
    """All whose connection has shown them a user before, and the user."""

    user_id: UserId

    def __contains__(self, user_id: object) -> bool:
        return user_id == self.user_id


@dataclass(slots=True)
class Watching:
    """All who watch a channel, ``but`` one of them, and ``also`` one who may not."""

    watchers: Container[UserId]
    but: UserId | None = None
    also: UserId | None = None

    def __contains__(self, user_id: object) -> bool:
        return user_id == self.also or (user_id != self.but and user_id in self.watchers)  # pyright: ignore[reportOperatorIssue]


@dataclass(slots=True)
class Absent:
    """The members of a channel who do not watch it; of someone's devices, those that do not."""

    members: Container[UserId]
    watchers: Container[UserId]

    def __contains__(self, user_id: object) -> bool:
        return user_id in self.members and user_id not in self.watchers  # pyright: ignore[reportOperatorIssue]


@dataclass(slots=True, eq=False)
class As(Generic[Row]):
    """A row shown otherwise than in full: ``bare``, ``stale``, ``gone``, ..."""

    row: Row
    how: str
