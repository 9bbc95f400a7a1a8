"""What is not kept: messages that are too old, too many, or only spoken of; and what is remembered of them."""

from collections.abc import Mapping
from itertools import islice

from chatstate.clock import NEVER, Timestamp
from chatstate.ids import Cid
from chatstate.model import Evicted, Message, Purge
from chatstate.settle.channels import span_of
from chatstate.settle.reactions import forget_reactions
from chatstate.settle.reads import count_unread, may_count
from chatstate.state.state import ASIDE, State

LET_GO = "replies let go"
"""The name under which ``ended`` keeps up to when a thread's replies left with their parent."""


def retain(state: State, cid: Cid) -> None:
    """Let the oldest messages of a channel go where it holds more than the store keeps; unread ones still count."""
    keep_messages = state.keep_messages
    timeline = state.timeline.of(cid)
    if keep_messages is None or len(timeline) <= keep_messages:
        return
    read = state.reads.get((cid, state.me)) if state.me is not None else None
    for floor in list(timeline[: len(timeline) - keep_messages]):
        row = state.messages[floor[-1]]
        if row.counts and (read is None or row.created_at > read.at):
            evict(state, row)
        _let_go(state, row)
        span = span_of(state, cid)
        state.spans.put(cid, span.replace(floor=floor, gaps=span.gaps - {row.id}))


def evict(state: State, row: Message) -> None:
    """Remember of an unread message that is not kept what its number needs."""
    evicted = Evicted.BASE.replace(cid=row.cid, created_at=row.created_at, user_id=row.user_id, parent_id=row.parent_id)
    state.evicted.put(row.id, evicted)


def count_unkept(state: State, row: Message, at: Timestamp) -> None:
    """A message that comes too late to be kept is unread all the same, once."""
    floor = span_of(state, row.cid).floor
    if floor is None or row.order > floor or row.id in state.evicted or row.id in state.tombstones:
        return
    purge = state.purges.get(row.user_id, Purge.BASE) if row.user_id is not None else Purge.BASE
    channel = state.channels[row.cid]
    if row.parent_id in state.tombstones or row.created_at < max(channel.cleared_at, purged_at(purge.hard, row.cid)):
        return
    if may_count(state, row, channel, at):
        count_unread(state, row.replace(counts=True), at)
        read = None if state.me is None else state.reads.get((row.cid, state.me))
        if read is None or row.created_at > read.at:
            evict(state, row)


def _let_go(state: State, row: Message) -> None:
    """Drop a message that was not deleted, only too old to be kept, with its thread."""
    state.messages.drop(row.id)
    put_aside(state, row)  # for the messages that quote it
    forget_reactions(state, row.id)
    for reply_id in list(state.replies.ids(row.id)):
        reply = state.messages[reply_id]
        if reply.thread_only:
            mark = (LET_GO, row.id)
            state.ended.put(mark, max(state.ended.get(mark, NEVER), reply.created_at))
            _let_go(state, reply)
    state.locations.drop(row.id)


def put_aside(state: State, row: Message) -> None:
    """Keep a message aside; where there are too many, the ones put there first leave, a tenth of them at once."""
    if len(state.aside) >= ASIDE:
        for oldest in list(islice(state.aside, ASIDE // 10)):
            state.aside.drop(oldest)
            forget_reactions(state, oldest)
    state.aside.put(row.id, row)


def purged_at(times: Mapping[Cid | None, Timestamp], cid: Cid) -> Timestamp:
    """Up to when all that a user wrote was deleted, in that channel or everywhere."""
    return max(times.get(cid, NEVER), times.get(None, NEVER))
