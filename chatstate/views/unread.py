"""Which messages my unread number is about."""

from collections.abc import Iterator

from chatstate.ids import Cid, MessageId
from chatstate.model import Message, Read
from chatstate.state.state import State


def my_read(state: State, cid: Cid) -> Read | None:
    """My read row in a channel."""
    return None if state.me is None else state.reads.get((cid, state.me))


def first_unread_id(state: State, cid: Cid) -> MessageId | None:
    """The oldest message I have not read: the one I was told, else the first since my last read that counts."""
    read = my_read(state, cid)
    if read is None or read.unread == 0:
        return None
    named = read.first_unread_message_id
    if named is not None and named in state.messages:
        return named
    timeline = state.timeline.of(cid)
    for place in range(timeline.until((read.since + 1,)), len(timeline)):
        message = state.messages.get(timeline[place][-1])
        if message is not None and message.counts and message.id != read.last_read_message_id:
            return message.id
    return None


def count_unread_mentions(state: State, cid: Cid) -> int:
    """How many unread messages that are not deleted mention me. O(unread)."""
    return sum(
        1 for message in _unread(state, cid) if message.deleted_at is None and state.me in message.mentioned_users
    )


def _unread(state: State, cid: Cid) -> Iterator[Message]:
    """The messages my unread number counts, as far as they are here, newest first."""
    read = my_read(state, cid)
    if read is None:
        return
    left = read.unread
    for created_at, _, id in reversed(state.timeline.of(cid)):
        if left == 0 or created_at <= read.since:
            return
        message = state.messages.get(id)
        if message is not None and message.counts and id != read.last_read_message_id:
            left -= 1
            yield message
