"""Sequences of messages: live, read-only, and copying nothing."""

from typing import Any, Generic, TypeVar

from chatstate.ids import Cid, MessageId
from chatstate.model import Message
from chatstate.state.state import State
from chatstate.state.table import Index, Ordered
from chatstate.views.live import Live
from chatstate.views.message import MessageView

G = TypeVar("G", bound=str)


class Messages(Live[MessageView], Generic[G]):
    """Messages in their order, oldest first; asking where one stands is O(log n)."""

    __slots__ = ("_group",)

    def __init__(self, state: State, group: G) -> None:
        super().__init__(state)
        self._group = group

    @property
    def _index(self) -> Index[MessageId, Message]:
        raise NotImplementedError

    @property
    def _entries(self) -> Ordered:
        return self._index.of(self._group)

    def _view(self, id: MessageId) -> MessageView:
        return MessageView(self._state, id)

    def _entry(self, message: Message) -> tuple[Any, ...]:
        return message.order

    def entry_of(self, id: MessageId) -> tuple[Any, ...] | None:
        row = self._state.messages.get(id)
        return None if row is None else self._entry(row)

    def group(self) -> tuple[Index[MessageId, Message], G] | None:
        return self._index, self._group

    def __contains__(self, message: object) -> bool:
        entry = self._entry_of(message)
        return entry is not None and entry in self._entries

    def index(self, message: object, start: int = 0, stop: int | None = None) -> int:
        """The place of a message, given as a view or by its id. Raises ``ValueError`` where it has none. O(log n)."""
        entry = self._entry_of(message)
        if entry is None:
            raise ValueError(f"{message!r} is not in {self!r}")
        entries = self._entries
        place = entries.find(entry)
        if place not in range(*slice(start, stop).indices(len(entries))):
            raise ValueError(f"{message!r} is not in that part of {self!r}")
        return place

    def count(self, message: object) -> int:
        """1 for a message that is in it, else 0. O(log n)."""
        return int(message in self)

    def has_gap_before(self, message: MessageView | str) -> bool:
        """Whether messages may be missing right before this one. O(1)."""
        return False

    def _entry_of(self, message: object) -> tuple[Any, ...] | None:
        id = message.id if isinstance(message, MessageView) else message
        return self.entry_of(MessageId(id)) if isinstance(id, str) else None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Messages):
            return NotImplemented
        return type(self) is type(other) and self._group == other._group and bool(self._state == other._state)

    def __hash__(self) -> int:
        return hash((self._state, self._group))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._group}: {len(self)}>"


class Timeline(Messages[Cid]):
    """The messages of a channel, without the replies that stand in threads alone."""

    __slots__ = ()

    @property
    def _index(self) -> Index[MessageId, Message]:
        return self._state.timeline

    def has_gap_before(self, message: MessageView | str) -> bool:
        """Whether messages may be missing right before this one: two answers did not touch there. O(1)."""
        span = self._state.spans.get(self._group)
        id = message.id if isinstance(message, MessageView) else message
        return span is not None and id in span.gaps


class Replies(Messages[MessageId]):
    """The replies in a thread."""

    __slots__ = ()

    @property
    def _index(self) -> Index[MessageId, Message]:
        return self._state.replies


class Pins(Messages[Cid]):
    """The pinned messages of a channel, the one pinned first first; pins that have expired are left out. O(pins)."""

    __slots__ = ()

    @property
    def _entries(self) -> Ordered:
        return Ordered(entry for entry in self._state.pins.of(self._group) if self._is_pinned(entry[1]))

    def group(self) -> None:
        return None  # a pin ends by itself, which no index tells

    def _is_pinned(self, id: MessageId) -> bool:
        row = self._state.messages.get(id)
        return row is not None and self._state.holds(row.pin_expires)

    def _entry(self, message: Message) -> tuple[Any, ...]:
        return message.pinned_at or message.created_at, message.id
