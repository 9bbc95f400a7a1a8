"""Threads and polls: what hangs on a message and lives on its own."""

from chatstate.errors import Malformed
from chatstate.events.event import ChannelEvent, Event, event, event_base, reduces
from chatstate.ids import MessageId, PollId, UserId
from chatstate.model import Message, Poll, Thread, Vote
from chatstate.model.row import refs
from chatstate.settle.polls import delete_poll, read_vote, settle_poll, settle_vote
from chatstate.settle.threads import is_over, settle_thread, the_thread
from chatstate.state.state import State


@event("thread.updated")
class ThreadUpdated(Event):
    """A thread has another title, other custom data, other counts."""

    thread: Thread | None = None
    message: Message | None = None


@reduces(ThreadUpdated)
def thread_updated(state: State, event: ThreadUpdated) -> None:
    state.found.at = "thread"
    settle_thread(state, event.need("thread"), event.created_at, event.cid)


@event("notification.thread_message_new")
class NotificationThreadMessageNew(ChannelEvent):
    """Someone replied in a thread of mine: it has something unseen. The reply itself is not taken from it."""

    message: Message | None = None
    message_id: str | None = None
    thread: Thread | None = None
    thread_id: MessageId | None = None
    thread_participants: tuple[UserId, ...] = refs("thread_participants")
    parent_author: str | None = None
    unread_threads: int | None = None
    unread_thread_messages: int | None = None


@reduces(NotificationThreadMessageNew)
def notification_thread_message_new(state: State, event: NotificationThreadMessageNew) -> None:
    at, parent_id = event.created_at, event.thread_id
    thread, message = event.object("thread"), event.object("message")
    if thread is not None:
        state.found.at = "thread"
        parent_id = settle_thread(state, thread, at, event.cid)
    elif parent_id is None and message is not None:
        parent_id = message.get("parent_id")
    if parent_id.__class__ is not str or parent_id is None or is_over(state, parent_id, event.cid, at):
        return
    row = the_thread(state, parent_id, event.cid)
    if at > row.unseen_at:
        state.threads.put(parent_id, row.replace(unseen_at=at))


@event_base
class PollEvent(Event):
    """An event about a poll."""

    poll: Poll | None = None
    message_id: str | None = None
    activity_id: str | None = None


@event("poll.updated")
class PollUpdated(PollEvent):
    """A poll has another name, other options, other totals."""


@event("poll.closed")
class PollClosed(PollEvent):
    """A poll was closed, for good."""


@reduces(PollUpdated, PollClosed)
def poll_updated(state: State, event: PollEvent) -> None:
    state.found.at = "poll"
    settle_poll(state, event.need("poll"), event.created_at, closed=event.KIND == "poll.closed")


@event("poll.deleted")
class PollDeleted(PollEvent):
    """A poll was deleted; the messages that showed it keep its id."""


@reduces(PollDeleted)
def poll_deleted(state: State, event: PollDeleted) -> None:
    id = event.need("poll").get("id")
    if id.__class__ is not str or not id:
        raise Malformed("a string", id, "$.poll.id")
    delete_poll(state, PollId(id), event.created_at)


@event_base
class VoteEvent(PollEvent):
    """Someone voted, or answered."""

    poll_vote: Vote | None = None


@event("poll.vote_casted")
class PollVoteCasted(VoteEvent):
    """A new vote or answer."""


@event("poll.vote_changed")
class PollVoteChanged(VoteEvent):
    """A vote or answer was changed."""


@event("poll.vote_removed")
class PollVoteRemoved(VoteEvent):
    """A vote or answer was taken back."""


@reduces(PollVoteCasted, PollVoteChanged, PollVoteRemoved)
def poll_voted(state: State, event: VoteEvent) -> None:
    at = event.created_at
    state.found.at = "poll"
    if settle_poll(state, event.need("poll"), at) is None:
        return
    state.found.at = "poll_vote"
    vote = event.need("poll_vote")
    if event.KIND == "poll.vote_removed":
        state.end(state.votes, read_vote(state, vote, at).id, at)
    else:
        settle_vote(state, vote, at)
