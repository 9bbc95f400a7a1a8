"""Receipts: how far everyone has read a channel, and how far messages have reached them."""

from collections.abc import Iterator
from typing import Any

from chatstate.clock import NEVER, Timestamp
from chatstate.ids import Cid, MessageId, UserId
from chatstate.model import Delivery, Message, Read
from chatstate.state.state import State
from chatstate.views.base import View, told, when
from chatstate.views.known import Known
from chatstate.views.user import UserView

_NEVER_READ: Read = Read.BASE
_NEVER_DELIVERED: Delivery = Delivery.BASE


class ReadView(View[tuple[Cid, UserId]]):
    """How far one user has read one channel."""

    __slots__ = ()

    @property
    def row(self) -> Read | None:
        """The read row now; None where the user was never told to have read."""
        return self._state.reads.get(self._key)

    @property
    def _told(self) -> Read:
        return told(self.row, _NEVER_READ)

    def shown(self) -> tuple[Any, ...]:
        return self.row, self._state.deliveries.get(self._key), self.user.row

    @property
    def user_id(self) -> UserId:
        """The reader's id."""
        return self._key[1]

    @property
    def user(self) -> UserView:
        """The reader."""
        return UserView(self._state, self._key[1])

    @property
    def last_read(self) -> Timestamp | None:
        """Up to when the user has read; None for never."""
        return when(self._told.last_read)

    @property
    def last_read_message_id(self) -> MessageId | None:
        """The newest message the user has read, where it was told."""
        return self._told.last_read_message_id

    @property
    def unread(self) -> int:
        """How many messages I have not read; 0 for everybody else, of whom nobody tells."""
        return self._told.unread

    @property
    def last_delivered_at(self) -> Timestamp | None:
        """Up to when messages have reached the user: what was read has arrived. None for never."""
        return when(_delivered(self._state, self._key)[0])

    @property
    def last_delivered_message_id(self) -> MessageId | None:
        """The newest message that has reached the user, where it was told."""
        return _delivered(self._state, self._key)[1]


def _delivered(state: State, key: tuple[Cid, UserId]) -> tuple[Timestamp, MessageId | None]:
    """The delivery mark of a user, never behind the read mark."""
    read = told(state.reads.get(key), _NEVER_READ)
    delivery = told(state.deliveries.get(key), _NEVER_DELIVERED)
    if read.last_read > delivery.last_delivered_at:
        return read.last_read, read.last_read_message_id
    return delivery.last_delivered_at, delivery.last_delivered_message_id


class Reads(Known[ReadView]):
    """How far each user has read a channel, by user id, in its order; of those who never read, only me. O(readers)."""

    __slots__ = ("_cid",)

    def __init__(self, state: State, cid: Cid) -> None:
        super().__init__(state)
        self._cid = cid

    def __contains__(self, id: object) -> bool:
        if not isinstance(id, str):
            return False
        row = self._state.reads.get((self._cid, UserId(id)))
        return row is not None and (row.last_read != NEVER or id == self._state.me)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _ids(self) -> Iterator[str]:
        return (id for id in self._state.reads_of.ids(self._cid) if id in self)

    def _view(self, id: str) -> ReadView:
        return ReadView(self._state, (self._cid, UserId(id)))

    def _missing(self, id: str) -> str:
        return f"{id!r} is not known to have read {self._cid}"


def readers_of(state: State, cid: Cid, message_id: MessageId) -> list[UserView]:
    """Who has read a message of the channel, without its author, by user id. O(readers of the channel)."""
    message = _message_in(state, cid, message_id)
    if message is None:
        return []
    found = []
    for user_id in state.reads_of.ids(cid):
        row = told(state.reads.get((cid, user_id)), _NEVER_READ)
        if row.last_read >= message.created_at and user_id != message.user_id:
            found.append(UserView(state, user_id))
    return found


def receivers_of(state: State, cid: Cid, message_id: MessageId) -> list[UserView]:
    """Whom a message of the channel has reached, without its author, by user id. O(readers and receivers)."""
    message = _message_in(state, cid, message_id)
    if message is None:
        return []
    ids = {*state.reads_of.ids(cid), *state.deliveries_of.ids(cid)} - {message.user_id}
    return [UserView(state, id) for id in sorted(ids) if _delivered(state, (cid, id))[0] >= message.created_at]


def _message_in(state: State, cid: Cid, id: MessageId) -> Message | None:
    """The message, if it is shown in the channel; who has read the channel has not read its threads."""
    message = state.messages.get(id)
    return message if message is not None and message.cid == cid and not message.thread_only else None
