"""Channels: what they are, what moves with every message, who is in them, who reads, types and watches."""

from collections.abc import Mapping
from typing import Any

from chatstate.clock import NEVER, Timestamp
from chatstate.ids import Cid, MessageId, UserId
from chatstate.model.reading import NOTHING
from chatstate.model.row import Row, local, mark, ref, row, stamped


@row(
    common="id type cid created_at updated_at frozen disabled",
    skipped="members member_count message_count last_message_at muted mute_expires_at membership",
)
class Channel(Row):
    """A channel, as its own payloads describe it."""

    cid: Cid = Cid("")
    id: str = ""
    type: str = ""
    name: str | None = None
    image: str | None = None
    team: str | None = None
    created_by_id: UserId | None = ref("created_by")
    created_at: Timestamp | None = None
    updated_at: Timestamp = NEVER
    deleted_at: Timestamp | None = None
    frozen: bool = False
    disabled: bool = False
    blocked: bool = False
    hidden: bool = False
    cooldown: int = 0
    config: Mapping[str, Any] = NOTHING
    own_capabilities: tuple[str, ...] | None = None
    filter_tags: tuple[str, ...] = ()
    auto_translation_enabled: bool = False
    auto_translation_language: str | None = None
    truncated_at: Timestamp | None = None
    truncated_by_id: UserId | None = ref("truncated_by")
    hide_messages_before: Timestamp | None = None
    custom: Mapping[str, Any] = NOTHING
    told_at: Timestamp = mark()
    whole_at: Timestamp = mark()
    """When a payload last told the custom data whole."""
    frozen_at: Timestamp = mark()
    hidden_at: Timestamp = local(NEVER)
    capabilities_at: Timestamp = mark()
    """When my capabilities were told."""
    cleared_at: Timestamp = local(NEVER)
    """Messages created before it are gone: the newest truncation, or the newest clearing of the history for me."""


@row()
class Activity(Row):
    """What moves with every message: kept apart, so that a message copies nine fields and not a channel."""

    last_message_at: Timestamp | None = local(None)
    last_message_told_at: Timestamp = mark()
    moved_at: Timestamp = mark()
    """The time of the message that moved ``last_message_at`` forward, since a payload told it."""
    member_count: int = local(0)
    member_count_at: Timestamp = mark()
    message_count: int | None = local(None)
    message_count_at: Timestamp = mark()
    watcher_count: int = local(0)
    watcher_count_at: Timestamp = mark()
    shown_at: Timestamp = local(NEVER)
    """When something last made the channel visible; hidden is what was hidden after that."""


@row()
class Gone(Row):
    """A channel that is no longer mine: ``deleted`` or ``removed``."""

    reason: str = local("")
    at: Timestamp = local(NEVER)


@row(
    common="user_id created_at updated_at banned shadow_banned channel_role notifications_muted",
    skipped="user",
)
class Member(Row):
    """Someone's membership of one channel. The key is ``(cid, user id)``."""

    cid: Cid = local(Cid(""))
    user_id: UserId = UserId("")
    role: str | None = None
    channel_role: str | None = None
    status: str | None = None
    is_moderator: bool = False
    invited: bool = False
    invite_accepted_at: Timestamp | None = None
    invite_rejected_at: Timestamp | None = None
    banned: bool = False
    shadow_banned: bool = False
    ban_expires: Timestamp | None = None
    ban_reason: str | None = local(None)
    ban_from_future_channels: bool = False
    future_channel_ban_expires: Timestamp | None = None
    notifications_muted: bool = False
    archived_at: Timestamp | None = None
    pinned_at: Timestamp | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp = NEVER
    deleted_at: Timestamp | None = None
    deleted_messages: tuple[str, ...] = ()
    custom: Mapping[str, Any] = NOTHING
    at: Timestamp = stamped()


@row()
class Ban(Row):
    """The newest word on whether a user is banned from a channel, kept also of those who are no members."""

    banned: bool = local(False)
    shadow_banned: bool = local(False)
    expires: Timestamp | None = local(None)
    reason: str | None = local(None)
    at: Timestamp = mark()


@row()
class Read(Row):
    """How far one user has read one channel. The key is ``(cid, user id)``.

    ``unread`` was told or came to 0 at the time ``at``, and grew since by the messages created later. The last message
    read may have been told before that: a message that nobody else sees moves its author's read, but is not named.
    """

    cid: Cid = local(Cid(""))
    user_id: UserId = local(UserId(""))
    last_read: Timestamp = local(NEVER)
    last_read_message_id: MessageId | None = local(None)
    first_unread_message_id: MessageId | None = local(None)
    unread: int = local(0)
    at: Timestamp = mark()
    message_at: Timestamp = mark()
    """When ``last_read_message_id`` was told."""
    told_at: Timestamp = mark()
    """When the user was last said to have read this channel: what makes a row. Messages of theirs only move it."""

    @property
    def since(self) -> Timestamp:
        """After when what is unread was created: a number that was told at ``at`` counts back to the last read."""
        return self.last_read if self.told_at == self.at else self.at


@row()
class Delivery(Row):
    """How far messages have reached one user's devices. The key is ``(cid, user id)``."""

    cid: Cid = local(Cid(""))
    user_id: UserId = local(UserId(""))
    last_delivered_at: Timestamp = local(NEVER)
    last_delivered_message_id: MessageId | None = local(None)


@row()
class Authored(Row):
    """The newest messages of a user who has no read row in that channel: should one come, it starts here."""

    message_id: MessageId | None = local(None)
    """The newest that I may see."""
    message_at: Timestamp = local(NEVER)
    at: Timestamp = local(NEVER)
    """The time of the newest, whoever may see it."""


@row()
class Typing(Row):
    """Someone is typing in a channel, or in the thread of ``parent_id``. The key is ``(cid, parent id, user id)``."""

    cid: Cid = local(Cid(""))
    parent_id: MessageId | None = local(None)
    user_id: UserId = local(UserId(""))
    at: Timestamp = mark()
    received: int = mark(0)
    """The clock's monotonic nanoseconds when it was heard: it ends 7 s later, whatever the service's clock says."""


@row()
class Watching(Row):
    """Someone has a channel open. The key is ``(cid, user id)``."""

    cid: Cid = local(Cid(""))
    user_id: UserId = local(UserId(""))
    at: Timestamp = mark()


@row()
class AiState(Row):
    """What an assistant is doing in a channel, and about which message."""

    state: str = local("")
    message_id: MessageId | None = local(None)
    text: str | None = local(None)
    at: Timestamp = mark()


@row()
class Span(Row):
    """What is known of a channel's history beyond the messages that are here."""

    started_at: Timestamp = local(NEVER)
    """When it was told last that nothing is older than the messages here; NEVER while that is not known."""
    ended_at: Timestamp = local(NEVER)
    """When a page last reached the newest message there was."""
    floor: tuple[Timestamp, Timestamp, MessageId] | None = local(None)
    """The newest message that retention let go: nothing at or before it comes in again."""
    newest_told: Timestamp | None = local(None)
    """When the newest message was created, as an answer said whose messages did not reach so far."""
    gaps: frozenset[MessageId] = local(frozenset())
    """Messages before which others are missing."""
