"""Threads: a message, and the replies that hang on it."""

from collections.abc import Iterator, Mapping
from operator import attrgetter
from typing import Any

from chatstate import views
from chatstate.clock import NEVER, Timestamp
from chatstate.ids import Cid, MessageId, UserId
from chatstate.model import Draft, Thread, ThreadRead
from chatstate.state.state import State
from chatstate.views.base import View, told, when
from chatstate.views.filters import Fields, Filter
from chatstate.views.known import Known
from chatstate.views.message import MessageView
from chatstate.views.query import Query, query
from chatstate.views.sequences import Replies
from chatstate.views.sorts import Sort
from chatstate.views.typists import typists
from chatstate.views.user import UserView

_UNKNOWN: Thread = Thread.BASE
_NEVER_READ: ThreadRead = ThreadRead.BASE

_FIELDS: Fields["ThreadView"] = {
    "has_unread": lambda thread: thread.unread > 0 or thread.has_unseen,
    "participants": lambda thread: [user.id for user in thread.participants],
    "parent_created_at": attrgetter("parent.created_at"),
    "channel_cid": attrgetter("cid"),
    **{
        name: attrgetter(name)
        for name in ("id", "cid", "title", "unread", "reply_count", "created_at", "last_message_at")
    },
}


class ThreadView(View[MessageId]):
    """A thread, known or not yet, by the id of the message it hangs on."""

    __slots__ = ()

    @property
    def row(self) -> Thread | None:
        """The thread's own row now; None while only its replies tell of it."""
        return self._state.threads.get(self._key)

    def shown(self) -> tuple[Any, ...]:
        replies = self.replies
        newest = replies[-1].shown() if len(replies) else None
        return self.row, self.parent.shown(), len(replies), newest, self._my_read, self.draft

    @property
    def _told(self) -> Thread:
        return told(self.row, _UNKNOWN)

    @property
    def exists(self) -> bool:
        """Whether the thread was told of, or has a reply."""
        return self._key in self._state.threads or len(self.replies) > 0

    @property
    def id(self) -> MessageId:
        """The id of the message it hangs on."""
        return self._key

    @property
    def parent(self) -> MessageView:
        """The message it hangs on."""
        return MessageView(self._state, self._key)

    @property
    def cid(self) -> Cid | None:
        """The channel it is in; None while nothing tells."""
        return self._told.channel_cid or self.parent.cid or next((reply.cid for reply in self.replies), None)

    @property
    def channel(self) -> "views.ChannelView | None":
        """The channel it is in; None while nothing tells."""
        cid = self.cid
        return None if cid is None else views.ChannelView(self._state, cid)

    @property
    def replies(self) -> Replies:
        """The replies that are here, oldest first."""
        return Replies(self._state, self._key)

    @property
    def reply_count(self) -> int:
        """How many replies it has, by the service's count; while nothing tells, how many are here."""
        parent = self._state.messages.get(self._key)
        if parent is not None:
            return parent.reply_count
        told_count = self._told.reply_count
        return len(self.replies) if told_count is None else told_count

    @property
    def title(self) -> str | None:
        """What the thread is called."""
        return self._told.title

    @property
    def custom(self) -> Mapping[str, Any]:
        """What the application keeps with the thread."""
        return self._told.custom

    @property
    def participants(self) -> list[UserView]:
        """Who took part, in the service's order."""
        return [UserView(self._state, id) for id in self._participant_ids]

    @property
    def _participant_ids(self) -> tuple[UserId, ...]:
        named = self._told.thread_participants
        parent = self._state.messages.get(self._key)
        return named if named or parent is None else parent.thread_participants

    @property
    def created_at(self) -> Timestamp | None:
        """When the thread began."""
        return self._told.created_at

    @property
    def last_message_at(self) -> Timestamp | None:
        """When the newest reply that is here was written; while none is, what was told."""
        entries = self._state.replies.of(self._key)
        return entries[-1][0] if entries else self._told.last_message_at

    @property
    def reads(self) -> "ThreadReads":
        """How far each user has read the thread, by user id."""
        return ThreadReads(self._state, self._key)

    @property
    def _my_read(self) -> ThreadRead | None:
        me = self._state.me
        return None if me is None else self._state.thread_reads.get((self._key, me))

    @property
    def last_read(self) -> Timestamp | None:
        """Up to when I have read the thread; None for never."""
        return when(told(self._my_read, _NEVER_READ).last_read)

    @property
    def unread(self) -> int:
        """How many replies I have not read, in a thread of which I am told: 0 in one I take no part in. O(those)."""
        read = self._my_read
        if read is not None:
            return (read.unread or 0) + self._count_after(read.at)
        return self._count_after(NEVER) if self._is_mine else 0

    def _count_after(self, at: Timestamp) -> int:
        """How many replies of others that are not deleted were created after ``at``."""
        state, count = self._state, 0
        for created_at, _, id in reversed(state.replies.of(self._key)):
            if created_at <= at:
                break
            reply = state.messages.get(id)
            count += reply is not None and reply.user_id != state.me and reply.deleted_at is None
        return count

    @property
    def _is_mine(self) -> bool:
        """Whether I take part: I wrote what it hangs on, or a reply, or am named among its participants."""
        return self.parent.own or self._state.me in self._participant_ids or any(reply.own for reply in self.replies)

    @property
    def has_unseen(self) -> bool:
        """Whether I was told of something new in it since I last read it."""
        return self._told.unseen_at > told(self._my_read, _NEVER_READ).at

    @property
    def typing(self) -> list[UserView]:
        """Who types a reply now, by user id; never me."""
        cid = self.cid
        return [] if cid is None else typists(self._state, cid, self._key)

    @property
    def draft(self) -> Draft | None:
        """The reply I began to write."""
        cid = self.cid
        return None if cid is None else self._state.drafts.get((cid, self._key))


class ThreadReadView(View[tuple[MessageId, UserId]]):
    """How far one user has read one thread."""

    __slots__ = ()

    @property
    def row(self) -> ThreadRead | None:
        """The read row now; None where the user was never told to have read."""
        return self._state.thread_reads.get(self._key)

    def shown(self) -> tuple[Any, ...]:
        return self.row, self.user.row

    @property
    def user(self) -> UserView:
        """The reader."""
        return UserView(self._state, self._key[1])

    @property
    def last_read(self) -> Timestamp | None:
        """Up to when the user has read; None for never."""
        return when(told(self.row, _NEVER_READ).last_read)

    @property
    def last_read_message_id(self) -> MessageId | None:
        """The newest reply the user has read, where it was told."""
        return told(self.row, _NEVER_READ).last_read_message_id

    @property
    def unread(self) -> int:
        """How many replies the user had not read when it was told; of mine, those that came since are added."""
        if self._key[1] == self._state.me:
            return ThreadView(self._state, self._key[0]).unread
        return told(self.row, _NEVER_READ).unread or 0


class ThreadReads(Known[ThreadReadView]):
    """How far each user has read a thread, by user id, in its order. O(1) each."""

    __slots__ = ("_parent_id",)

    def __init__(self, state: State, parent_id: MessageId) -> None:
        super().__init__(state)
        self._parent_id = parent_id

    def __contains__(self, id: object) -> bool:
        return (self._parent_id, id) in self._state.thread_reads

    def __len__(self) -> int:
        return len(self._state.thread_reads_of.of(self._parent_id))

    def _ids(self) -> Iterator[UserId]:
        return self._state.thread_reads_of.ids(self._parent_id)

    def _view(self, id: str) -> ThreadReadView:
        return ThreadReadView(self._state, (self._parent_id, UserId(id)))

    def _missing(self, id: str) -> str:
        return f"{id!r} is not known to have read the thread of {self._parent_id!r}"


class Threads(Known[ThreadView]):
    """The threads that were told of or have a reply here, by the id of their parent. O(1) each."""

    __slots__ = ()

    def query(
        self, filter: Filter[ThreadView] | None = None, sort: Sort[ThreadView] = (("last_message_at", -1),)
    ) -> Query[ThreadView]:
        """The threads that a filter wants, in order; see ``Channels.query`` for how both are written.

        Fields: ``id``, ``cid``, ``title``, ``unread``, ``has_unread``, ``reply_count``, ``participants``,
        ``created_at``, ``last_message_at``, ``parent_created_at``; any other is custom.
        """
        return query(self, filter, sort, _FIELDS)

    def __contains__(self, id: object) -> bool:
        return id in self._state.threads or len(self._state.replies.of(id)) > 0

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _ids(self) -> Iterator[MessageId]:
        state = self._state
        return iter(dict.fromkeys(state.threads) | dict.fromkeys(state.replies.groups))

    def _view(self, id: str) -> ThreadView:
        return ThreadView(self._state, MessageId(id))

    def _missing(self, id: str) -> str:
        return f"no thread of the message {id!r} is known"


def parents_among(state: State, ids: Iterator[MessageId]) -> Iterator[MessageId]:
    """The parents that the visible replies among these messages name, once for each reply."""
    for id in ids:
        row = state.messages.get(id)
        if row is not None and row.parent_id is not None and len(state.replies.of(row.parent_id)) > 0:
            yield row.parent_id


def threads_in(state: State, cid: Cid) -> list[ThreadView]:
    """The threads of a channel, the one with the newest reply first. O(messages in the channel)."""
    ids = set(state.threads_in.ids(cid))
    ids.update(parents_among(state, state.offstage.ids(cid)))
    ids.update(parents_among(state, state.timeline.ids(cid)))

    def newest(id: MessageId) -> tuple[Any, MessageId]:
        replies = state.replies.of(id)
        return (replies[-1][0] if replies else NEVER), id

    return [ThreadView(state, id) for id in sorted(ids, key=newest, reverse=True)]
