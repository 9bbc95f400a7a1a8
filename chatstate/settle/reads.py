"""Reads, and the one unread number.

A read row says how many were unread at the time ``at``: none after a read, a told number after a mark-unread. Messages
created later add to it one by one. So a late event finds its place: what was created up to ``at`` is covered already,
and a read that is older than ``at`` is no news.
"""

from typing import Any

from chatstate.clock import NEVER, Timestamp
from chatstate.ids import Cid, MessageId, UserId
from chatstate.model import Authored, Channel, Message, Read
from chatstate.state.state import ME, State


def may_count(state: State, message: Message, channel: Channel | None, at: Timestamp) -> bool:
    """Whether a message is of a kind to be unread for me, wherever I have read to."""
    if message.user_id == state.me or message.silent or message.shadowed:
        return False
    if message.parent_id is not None and not message.show_in_channel:
        return False
    kind = message.type
    if kind == "ephemeral" or kind == "error":
        return False
    if message.restricted_visibility and state.me not in message.restricted_visibility:
        return False
    if state.mutes and (mute := state.mutes.get(message.user_id)) is not None and mute.active(at):  # type: ignore[arg-type]
        return False
    if state.channel_mutes and (mute := state.channel_mutes.get(message.cid)) is not None and mute.active(at):
        return False
    return channel is None or not counts_nothing(channel)


def counts_nothing(channel: Channel) -> bool:
    """Whether nothing is unread in a channel, because it is known to keep no account of what I have read."""
    capabilities = channel.own_capabilities
    return capabilities is not None and "read-events" not in capabilities


def identify(state: State, me: UserId) -> None:
    """Learn who the connected user is, and count what came before as it would have been. O(messages), once."""
    state.identify(me)
    for cid in state.channels:
        _count_from_the_start(state, cid, me)


def _count_from_the_start(state: State, cid: Cid, me: UserId) -> None:
    row = state.reads.get((cid, me)) or _first_read(state, cid, me)
    unread = row.unread
    for created_at, _, id in list(state.timeline.of(cid)):
        message = state.messages[id]
        if message.counts and message.user_id == me:
            state.messages.put(id, message.replace(counts=False))
        elif message.counts and created_at > row.at:
            unread += 1
    for created_at, id in list(state.evicted_in.of(cid)):
        if state.evicted[id].user_id == me or created_at <= row.at:
            state.evicted.drop(id)
        else:
            unread += 1
    if unread != row.unread:
        state.reads.put((cid, me), row.replace(unread=unread))


def count_unread(state: State, message: Message, at: Timestamp) -> None:
    """Add a message that joined to my unread number, unless it is covered already. O(1)."""
    if not message.counts or state.me is None:
        return
    key = (message.cid, state.me)
    row = state.reads.get(key)
    if row is None:
        if state.arrives(state.members, key, at):
            row = _first_read(state, message.cid, state.me)
            if message.created_at > row.at:
                row = row.replace(unread=1)
            state.reads.put(key, row)
    elif message.created_at > row.at and message.id != row.last_read_message_id:
        more = row.opened()
        more.unread += 1
        more.__class__ = Read
        state.reads.swap(key, row, more)


def _first_read(state: State, cid: Cid, user_id: UserId) -> Read:
    """A new read row: it starts where the user last wrote, or where I last read everything."""
    row = Read.BASE.replace(cid=cid, user_id=user_id)
    left = state.ended.get((state.members.name, (cid, user_id)), NEVER)
    if left > row.at:
        row = row.replace(at=left, message_at=left)  # what was written before the user left is not unread after that
    own = state.own.get(ME)
    if user_id == state.me and own is not None and own.all_read_at > row.at:
        row = row.replace(last_read=own.all_read_at, at=own.all_read_at, message_at=own.all_read_at)
    authored = state.authored.get((cid, user_id))
    if authored is not None and authored.at > row.at:
        state.authored.drop((cid, user_id))
        row = row.replace(last_read=authored.at, at=authored.at)
        row = _last_message_read(row, authored.message_id, authored.message_at)
    if user_id == state.me:
        _let_go(state, cid, row.at)
    return row


def _last_message_read(row: Read, message_id: MessageId | None, at: Timestamp) -> Read:
    """``row`` with the last message read as it was told at ``at``; the later word holds."""
    return row.replace(last_read_message_id=message_id, message_at=at) if at > row.message_at else row


def read_by_author(state: State, message: Message, at: Timestamp) -> None:
    """The author of a message has read the channel up to here, where there is a read row to say so."""
    user_id = message.user_id
    if user_id is None or (message.parent_id is not None and not message.show_in_channel):
        return
    key = (message.cid, user_id)
    row = state.reads.get(key)
    if row is None:
        _note_authored(state, message, at)
    elif at > row.at:
        read = row.opened()
        read.last_read = read.at = at
        read.first_unread_message_id = None
        if state.places.visible(message):
            read.last_read_message_id, read.message_at = message.id, at
        read.unread = 0
        if user_id == state.me:
            _let_go(state, message.cid, at)
            read.unread = recount(state, message.cid, at)
        read.__class__ = Read
        state.reads.swap(key, row, read)
    elif at > row.message_at and state.places.visible(message):
        state.reads.put(key, _last_message_read(row, message.id, at))


def _note_authored(state: State, message: Message, at: Timestamp) -> None:
    """Remember how far someone without a read row has written."""
    key: Any = (message.cid, message.user_id)
    known = state.authored.get(key)
    row = known or Authored.BASE
    seen = at > row.message_at and state.places.visible(message)
    if (seen or at > row.at) and state.arrives(state.members, key, at):
        new = row.opened()
        new.at = max(at, row.at)
        if seen:
            new.message_id, new.message_at = message.id, at
        new.__class__ = Authored
        state.authored.swap(key, known, new)


def read_channel(state: State, cid: Cid, user_id: UserId, at: Timestamp, message_id: MessageId | None) -> None:
    """A user has read a channel up to ``at``. A read older than the row, or than the user's leaving, is no news."""
    key = (cid, user_id)
    if not state.arrives(state.members, key, at):
        return
    row = move_read(state, state.reads.get(key) or _first_read(state, cid, user_id), at, message_id)
    if at > row.told_at:
        row = row.replace(told_at=at)
    if row is not state.reads.get(key):
        state.reads.put(key, row)


def move_read(state: State, row: Read, at: Timestamp, message_id: MessageId | None) -> Read:
    """``row`` as it is after its user read up to ``at``; the same row where that is no news."""
    row = _last_message_read(row, message_id, at)
    if at <= row.at:
        return row
    unread = 0
    if row.user_id == state.me:
        _let_go(state, row.cid, at)
        unread = recount(state, row.cid, at)
    return row.replace(last_read=at, first_unread_message_id=None, unread=unread, at=at)


def forget_read(state: State, cid: Cid, user_id: UserId, at: Timestamp) -> None:
    """Drop the read row of a user who left at ``at``, or whose channel ended, unless they were said to have read since.

    What the user wrote on coming back is remembered; what came unread for me stays so.
    """
    key = (cid, user_id)
    row = state.reads.get(key)
    if row is None or row.told_at > at:
        return
    state.reads.drop(key)
    if row.at > at:
        named = row.message_at > at
        authored = Authored.BASE.replace(
            message_id=row.last_read_message_id if named else None,
            message_at=row.message_at if named else NEVER,
            at=row.at,
        )
        state.authored.put(key, authored)
    if user_id == state.me and recount(state, cid, at):
        row = _first_read(state, cid, user_id)
        state.reads.put(key, row.replace(unread=recount(state, cid, row.at)))


def _let_go(state: State, cid: Cid, at: Timestamp) -> None:
    """Forget the evicted messages that were read now."""
    for created_at, id in list(state.evicted_in.of(cid)):
        if created_at > at:
            break
        state.evicted.drop(id)


def mark_unread(
    state: State,
    cid: Cid,
    at: Timestamp,
    *,
    unread: int,
    last_read: Timestamp,
    last_read_message_id: MessageId | None,
    first_unread_message_id: MessageId | None,
) -> None:
    """I marked a channel unread at ``at``: the number is told, and may move the read back. A later word holds."""
    assert state.me is not None
    key = (cid, state.me)
    row = state.reads.get(key) or _first_read(state, cid, state.me)
    if not state.arrives(state.members, key, at):
        return
    if at <= row.at:
        if row.told_at < at and key in state.reads:
            state.reads.put(key, row.replace(told_at=at))
        return
    _let_go(state, cid, at)
    channel = state.channels.get(cid)
    if channel is not None and channel.cleared_at > at:
        unread = 0
    row = row.replace(
        last_read=last_read,
        last_read_message_id=last_read_message_id,
        first_unread_message_id=first_unread_message_id,
        unread=max(0, unread - _gone_since(state, cid, last_read, at)) + recount(state, cid, at),
        at=at,
        message_at=at,
        told_at=at,
    )
    state.reads.put(key, row)


def _gone_since(state: State, cid: Cid, last_read: Timestamp, at: Timestamp) -> int:
    """How many of the messages that a number told at ``at`` counted were deleted for good after it was told."""
    if state.buried_at <= at:
        return 0
    channel = state.channels.get(cid)
    cleared = NEVER if channel is None else channel.cleared_at
    return sum(
        1
        for stone in state.tombstones.values()
        if stone.at > at and stone.cid == cid and stone.counts and max(last_read, cleared) < stone.created_at <= at
    )


def recount(state: State, cid: Cid, after: Timestamp) -> int:
    """How many messages created after ``after`` count as unread. O(those messages)."""
    messages = state.messages
    total = 0
    for created_at, _, id in reversed(state.timeline.of(cid)):
        if created_at <= after:
            break
        total += messages[id].counts
    for created_at, _ in reversed(state.evicted_in.of(cid)):
        if created_at <= after:
            break
        total += 1
    return total


def uncount(state: State, message: Message, at: Timestamp) -> None:
    """Take a message that goes at ``at`` out of my unread number, if it is in it."""
    if not message.counts or state.me is None:
        return
    key = (message.cid, state.me)
    row = state.reads.get(key)
    if row is None or row.unread == 0 or message.id == row.last_read_message_id:
        return
    is_told = at > row.at >= message.created_at > row.since
    # A number that was told may have left it out; what came later is in it whatever was told.
    if message.created_at > row.at or (is_told and row.unread > recount(state, message.cid, row.at)):
        state.reads.put(key, row.replace(unread=row.unread - 1))


def count_cleared(state: State, cid: Cid, before: Timestamp, at: Timestamp) -> None:
    """Settle my unread number with a history that was cleared up to ``before``: nothing older is unread."""
    for created_at, id in list(state.evicted_in.of(cid)):
        if created_at < before:
            state.evicted.drop(id)
    if state.me is None:
        return
    row = state.reads.get((cid, state.me))
    if row is not None and row.unread and before > row.at:
        unread = recount(state, cid, row.at)
        if unread != row.unread:
            state.reads.put((cid, state.me), row.replace(unread=unread))


def stop_counting(state: State, cid: Cid, since: Timestamp) -> None:
    """What was created after ``since`` is not unread after all, as was told late; NEVER: nothing is. O(messages)."""
    row = None if state.me is None else state.reads.get((cid, state.me))
    counted = 0 if row is None else recount(state, cid, row.at)
    for created_at, _, id in reversed(state.timeline.of(cid)):
        if created_at <= since:
            break
        if state.messages[id].counts:
            state.messages.put(id, state.messages[id].replace(counts=False))
    for created_at, id in list(state.evicted_in.of(cid)):
        if created_at > since:
            state.evicted.drop(id)
    if row is not None:
        left = 0 if since == NEVER else row.unread - counted + recount(state, cid, row.at)
        state.reads.put((row.cid, row.user_id), row.replace(unread=left))
