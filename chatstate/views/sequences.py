"""Sequences of messages: live, read-only, and copying nothing."""

from collections.abc import Iterator, Sequence
from typing import Any, Generic, TypeVar, overload

from chatstate.ids import Cid, MessageId
from chatstate.model import Message
from chatstate.state.state import State
from chatstate.state.table import Ordered
from chatstate.views.base import lasts
from chatstate.views.message import MessageView

G = TypeVar("G", bound=str)


class Messages(Sequence[MessageView], Generic[G]):
    """Messages in their order, oldest first. Length, index, membership and a slice are O(log n) and what they answer.

    It always tells what is there now; who iterates while events are applied takes a slice first.
    """

    __slots__ = ("_group", "_state")

    def __init__(self, state: State, group: G) -> None:
        self._state = state
        self._group = group

    @property
    def _entries(self) -> Ordered:
        """The sort keys, in order; each ends in the id."""
        raise NotImplementedError

    def _entry(self, message: Message) -> tuple[Any, ...]:
        return message.order

    def __len__(self) -> int:
        return len(self._entries)

    @overload
    def __getitem__(self, at: int) -> MessageView: ...

    @overload
    def __getitem__(self, at: slice) -> list[MessageView]: ...

    def __getitem__(self, at: int | slice) -> MessageView | list[MessageView]:
        if isinstance(at, slice):
            return [MessageView(self._state, id) for *_, id in self._entries[at]]
        return MessageView(self._state, self._entries[at][-1])

    def __iter__(self) -> Iterator[MessageView]:
        return (MessageView(self._state, entry[-1]) for entry in self._entries)

    def __reversed__(self) -> Iterator[MessageView]:
        return (MessageView(self._state, id) for *_, id in reversed(self._entries))

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
        row = self._state.messages.get(MessageId(id)) if isinstance(id, str) else None
        return None if row is None else self._entry(row)

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
    def _entries(self) -> Ordered:
        return self._state.timeline.of(self._group)

    def has_gap_before(self, message: MessageView | str) -> bool:
        """Whether messages may be missing right before this one: two answers did not touch there. O(1)."""
        span = self._state.spans.get(self._group)
        id = message.id if isinstance(message, MessageView) else message
        return span is not None and id in span.gaps


class Replies(Messages[MessageId]):
    """The replies in a thread."""

    __slots__ = ()

    @property
    def _entries(self) -> Ordered:
        return self._state.replies.of(self._group)


class Pins(Messages[Cid]):
    """The pinned messages of a channel, the one pinned first first; pins that have expired are left out. O(pins)."""

    __slots__ = ()

    @property
    def _entries(self) -> Ordered:
        return Ordered(entry for entry in self._state.pins.of(self._group) if self._is_pinned(entry[1]))

    def _is_pinned(self, id: MessageId) -> bool:
        row = self._state.messages.get(id)
        return row is not None and lasts(self._state, row.pin_expires)

    def _entry(self, message: Message) -> tuple[Any, ...]:
        return message.pinned_at or message.created_at, message.id
