"""Threads: what they are called, who has read how far."""

from chatstate.clock import Timestamp
from chatstate.errors import Malformed
from chatstate.ids import Cid, MessageId, UserId
from chatstate.model import JsonObject, Thread, ThreadRead
from chatstate.settle.channels import cid_in, was_cleared
from chatstate.state.state import State


def settle_thread(state: State, raw: JsonObject, at: Timestamp, cid: Cid | None = None) -> MessageId | None:
    """Take in a thread's payload; it never resets replies or reads. None where its parent was deleted for good."""
    id = raw.get("parent_message_id")
    if id.__class__ is not str or not id:
        raise Malformed("a string", id, "parent_message_id")
    parent_id = MessageId(str(id))
    cid = cid_in(raw, "channel_cid") or cid
    if is_over(state, parent_id, cid, at):
        return None
    known = state.threads.get(parent_id)
    said = Thread.read(raw, state.found, known)
    if known is None:
        row = said.replace(told_at=at)
    elif (said.updated_at, at) > (known.updated_at, known.told_at):
        row = said.replace(
            told_at=at,
            thread_participants=said.thread_participants or known.thread_participants,
            unseen_at=known.unseen_at,
        )
    else:
        row = known
    row = row.replace(channel_cid=cid or row.channel_cid)
    if row != known:
        state.threads.put(parent_id, row)
    return parent_id


def is_over(state: State, parent_id: MessageId, cid: Cid | None, at: Timestamp) -> bool:
    """Whether the thread of a message was gone at ``at`` or later: its parent deleted, or truncated away."""
    if parent_id in state.tombstones or not state.arrives(state.threads, parent_id, at):
        return True
    return was_cleared(state, cid, parent_id, at)


def forget_thread(state: State, parent_id: MessageId, cid: Cid | None, at: Timestamp) -> None:
    """Drop a thread whose parent went at ``at``, with its reads and draft; what was told of it before stays away."""
    if parent_id in state.threads or parent_id in state.thread_reads_of.groups:
        state.ended.put((state.threads.name, parent_id), at)
        state.threads.drop(parent_id)
        for user_id in list(state.thread_reads_of.ids(parent_id)):
            state.thread_reads.drop((parent_id, user_id))
    if cid is not None and (cid, parent_id) in state.drafts:
        state.end(state.drafts, (cid, parent_id), at)


def the_thread(state: State, parent_id: MessageId, cid: Cid | None) -> Thread:
    """The thread's row, made of its id alone if it was never described."""
    row = state.threads.get(parent_id)
    if row is None:
        row = Thread.BASE.replace(parent_message_id=parent_id, channel_cid=cid)
        state.threads.put(parent_id, row)
    return row


def read_thread(
    state: State, parent_id: MessageId, user_id: UserId, at: Timestamp, message_id: MessageId | None
) -> None:
    """A user has read a thread up to ``at``."""
    mark_thread(state, parent_id, user_id, at, unread=0, last_read=at, last_read_message_id=message_id)


def mark_thread(
    state: State,
    parent_id: MessageId,
    user_id: UserId,
    at: Timestamp,
    *,
    unread: int,
    last_read: Timestamp,
    last_read_message_id: MessageId | None,
) -> None:
    """How far a user has read a thread, as told at ``at``; the later word holds."""
    thread = state.threads.get(parent_id)
    if is_over(state, parent_id, None if thread is None else thread.channel_cid, at):
        return
    key = (parent_id, user_id)
    row = state.thread_reads.get(key) or ThreadRead.BASE.replace(parent_id=parent_id, user_id=user_id)
    if at > row.at:
        state.thread_reads.put(
            key,
            row.replace(last_read=last_read, last_read_message_id=last_read_message_id, unread=unread, at=at),
        )
