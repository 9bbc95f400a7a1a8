"""Messages, and what hangs on them."""

from collections.abc import Mapping
from typing import Any

from chatstate.clock import NEVER, Timestamp
from chatstate.ids import Cid, MessageId, PollId, UserId
from chatstate.model.reading import NOTHING
from chatstate.model.row import Row, author, local, mark, ref, refs, role, row, stamped

DELETED = "deleted"


@row(
    common="id text html type user member attachments latest_reactions own_reactions reaction_counts reaction_scores "
    "reaction_groups reply_count deleted_reply_count cid created_at updated_at shadowed mentioned_users "
    "mentioned_channel mentioned_here silent pinned pinned_at pinned_by pin_expires restricted_visibility",
    skipped="latest_reactions own_reactions",
    along="quoted_message poll draft reminder shared_location",
)
class Message(Row):
    """A message, in a channel's timeline, in a thread, or both."""

    id: MessageId = MessageId("")
    cid: Cid = Cid("")
    user_id: UserId | None = author("user")
    type: str = "regular"
    text: str = ""
    html: str = ""
    created_at: Timestamp = NEVER
    updated_at: Timestamp = NEVER
    deleted_at: Timestamp | None = None
    deleted_for_me: bool = False
    message_text_updated_at: Timestamp | None = None
    parent_id: MessageId | None = None
    show_in_channel: bool = False
    reply_count: int = 0
    deleted_reply_count: int = 0
    thread_participants: tuple[UserId, ...] = refs("thread_participants")
    quoted_message_id: MessageId | None = None
    attachments: tuple[Any, ...] = ()
    mentioned_users: tuple[UserId, ...] = refs("mentioned_users")
    mentioned_channel: bool = False
    mentioned_here: bool = False
    mentioned_roles: tuple[str, ...] = ()
    mentioned_group_ids: tuple[str, ...] = ()
    mentioned_groups: tuple[Any, ...] = ()
    silent: bool = False
    shadowed: bool = False
    restricted_visibility: tuple[str, ...] = ()
    pinned: bool = False
    pinned_at: Timestamp | None = None
    pinned_by_id: UserId | None = ref("pinned_by")
    pin_expires: Timestamp | None = None
    reaction_counts: Mapping[str, int] = NOTHING
    reaction_scores: Mapping[str, int] = NOTHING
    reaction_groups: Mapping[str, Any] = NOTHING
    poll_id: PollId | None = None
    command: str | None = None
    mml: str | None = None
    i18n: Mapping[str, Any] = NOTHING
    image_labels: Mapping[str, Any] = NOTHING
    moderation: Mapping[str, Any] = NOTHING
    member: Mapping[str, Any] = role()
    """The author's membership as the message told it: role in the channel, and little else."""
    custom: Mapping[str, Any] = NOTHING
    counts: bool = local(False)
    """Whether it was of a kind to be unread for me when it came, wherever I had read to."""
    sent_at: Timestamp = stamped()
    """When the service told of it first: the order of messages that were created in the same nanosecond."""
    told_at: Timestamp = stamped()
    deleted_told_at: Timestamp = stamped()
    pinned_told_at: Timestamp = stamped()
    reacted_at: Timestamp = stamped()
    replied_at: Timestamp = stamped()

    @property
    def order(self) -> tuple[Timestamp, Timestamp, MessageId]:
        """What messages are sorted by."""
        return self.created_at, self.sent_at, self.id

    @property
    def people(self) -> list[UserId]:
        """Whose names it shows: its author, who pinned it, who is mentioned in it."""
        return [id for id in (self.user_id, self.pinned_by_id, *self.mentioned_users) if id is not None]

    @property
    def deleted(self) -> bool:
        """Softly deleted: still in its place, shown as deleted."""
        return self.deleted_at is not None

    @property
    def thread_only(self) -> bool:
        """A reply that is not also shown in the channel."""
        return self.parent_id is not None and not self.show_in_channel


@row()
class Tombstone(Row):
    """A message that was deleted for good: it does not come back."""

    cid: Cid | None = local(None)
    created_at: Timestamp = local(NEVER)
    at: Timestamp = local(NEVER)
    counts: bool = local(False)


@row()
class Purge(Row):
    """All that one user wrote was deleted, up to some time: what arrives late goes the same way. By the user's id.

    The times are told by channel; under None, for all of them.
    """

    soft: Mapping[Cid | None, Timestamp] = local(NOTHING)
    hard: Mapping[Cid | None, Timestamp] = local(NOTHING)


@row()
class Evicted(Row):
    """An unread message that retention let go; it still counts until it is read."""

    cid: Cid = local(Cid(""))
    created_at: Timestamp = local(NEVER)
    user_id: UserId | None = local(None)
    parent_id: MessageId | None = local(None)


@row(common="type message_id user_id score created_at updated_at", skipped="user")
class Reaction(Row):
    """One user's reaction of one type. The key is ``(message id, user id, type)``."""

    message_id: MessageId = MessageId("")
    user_id: UserId = UserId("")
    type: str = ""
    score: int = 1
    created_at: Timestamp | None = None
    updated_at: Timestamp = NEVER
    custom: Mapping[str, Any] = NOTHING


@row()
class Reacted(Row):
    """One thing a user did to a message's reactions: ``new``, ``updated`` or ``deleted``, in the order of time."""

    at: Timestamp = local(NEVER)
    deed: str = local("")
    reaction: Reaction = local(None)


@row(
    common="channel_cid parent_message_id created_at updated_at",
    skipped="channel parent_message latest_replies read draft",
)
class Thread(Row):
    """A thread, by the id of the message it hangs on."""

    parent_message_id: MessageId = MessageId("")
    channel_cid: Cid | None = None
    title: str | None = None
    created_by_id: UserId | None = ref("created_by")
    created_by_user_id: UserId | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp = NEVER
    deleted_at: Timestamp | None = None
    last_message_at: Timestamp | None = None
    reply_count: int | None = None
    participant_count: int | None = None
    active_participant_count: int | None = None
    thread_participants: tuple[UserId, ...] = refs("thread_participants")
    custom: Mapping[str, Any] = NOTHING
    told_at: Timestamp = mark()
    unseen_at: Timestamp = local(NEVER)
    """When something last happened in it that I may not have seen."""


@row()
class ThreadRead(Row):
    """How far one user has read one thread. The key is ``(parent id, user id)``."""

    parent_id: MessageId = local(MessageId(""))
    user_id: UserId = local(UserId(""))
    last_read: Timestamp = local(NEVER)
    last_read_message_id: MessageId | None = local(None)
    unread: int | None = local(None)
    """As told; None where the service never said, and the replies that are here decide."""
    at: Timestamp = local(NEVER)


@row(
    common="id name options vote_counts_by_option vote_count", skipped="own_votes latest_answers latest_votes_by_option"
)
class Poll(Row):
    """A poll, shared by every message that shows it."""

    id: PollId = PollId("")
    name: str = ""
    description: str = ""
    options: tuple[Any, ...] = ()
    voting_visibility: str = "public"
    enforce_unique_vote: bool = False
    max_votes_allowed: int | None = None
    allow_answers: bool = False
    allow_user_suggested_options: bool = False
    is_closed: bool = False
    vote_count: int = 0
    answers_count: int = 0
    vote_counts_by_option: Mapping[str, int] = NOTHING
    created_by_id: UserId | None = None
    created_by: UserId | None = ref("created_by")
    created_at: Timestamp | None = None
    updated_at: Timestamp = NEVER
    custom: Mapping[str, Any] = NOTHING
    told_at: Timestamp = mark()
    counted_at: Timestamp = mark()


@row(common="id poll_id option_id", skipped="user")
class Vote(Row):
    """One vote, or one answer, in a poll; by its own id."""

    id: str = ""
    poll_id: PollId = PollId("")
    user_id: UserId | None = None
    option_id: str = ""
    is_answer: bool = False
    answer_text: str | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp = NEVER
    at: Timestamp = mark()


@row(common="channel_cid created_at message", skipped="message channel parent_message quoted_message")
class Draft(Row):
    """What I began to write, one per channel and one per thread. The key is ``(cid, parent id)``."""

    channel_cid: Cid | None = None
    parent_id: MessageId | None = None
    created_at: Timestamp | None = None
    message: Mapping[str, Any] = local(NOTHING)
    at: Timestamp = mark()

    @property
    def text(self) -> str:
        """What was written so far."""
        return str(self.message.get("text", ""))


@row(common="message_id created_at updated_at", skipped="user message channel")
class Reminder(Row):
    """A message I want to be reminded of, kept also when the message is not here."""

    message_id: MessageId = MessageId("")
    channel_cid: Cid | None = None
    user_id: UserId | None = None
    remind_at: Timestamp | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp = NEVER
    due: bool = local(False)
    at: Timestamp = mark()


@row(common="latitude longitude", skipped="channel message")
class Location(Row):
    """Where the author of a message is, live until ``end_at``. By the message's id."""

    message_id: MessageId = MessageId("")
    channel_cid: Cid | None = None
    user_id: UserId | None = None
    latitude: float = 0.0
    longitude: float = 0.0
    created_by_device_id: str | None = None
    end_at: Timestamp | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp = NEVER
    told_at: Timestamp = mark()
