"""Messages: they come, change, go, and come back."""

from collections.abc import Mapping
from typing import Any, ClassVar

from chatstate.errors import Malformed
from chatstate.events.event import ChannelEvent, Event, event, event_base, reduces
from chatstate.ids import UserId
from chatstate.model import Flag, JsonObject, Message
from chatstate.model.reading import NOTHING, read_time
from chatstate.model.row import refs
from chatstate.settle.channels import move_activity
from chatstate.settle.messages import (
    COPIED,
    delete_messages_of,
    hard_delete,
    join_message,
    message_id,
    set_aside,
    soft_delete,
    undelete,
    update_message,
)
from chatstate.settle.reads import read_by_author
from chatstate.state.state import State


@event_base
class MessageEvent(ChannelEvent):
    """An event about one message. A frame of it that holds no message is malformed."""

    message: Message = Message.BASE
    message_id: str | None = None


@event_base
class Arrival(MessageEvent):
    """A message came."""

    HEADCOUNT: ClassVar[bool] = False  # taken together with what the message itself moves

    unread_count: int | None = None
    unread_channels: int | None = None
    total_unread_count: int | None = None
    grouped_unread_channels: Mapping[str, int] = NOTHING
    thread_participants: tuple[UserId, ...] = refs("thread_participants")
    parent_author: str | None = None


@event("message.new")
class MessageNew(Arrival):
    """Someone wrote, in a channel I watch."""


@event("notification.message_new")
class NotificationMessageNew(Arrival):
    """Someone wrote, in a channel I do not watch; its watcher count means nothing."""


@reduces(MessageNew, NotificationMessageNew)
def message_new(state: State, event: Arrival) -> None:
    at = event.created_at
    state.found.at = "message"
    message = join_message(state, event.need("message"), event.cid, at, counted=True)
    state.found.at = ""
    end_typing(state, message)
    read_by_author(state, message, at)
    move_activity(state, message, event.raw, at, watched=event.KIND == "message.new")


def end_typing(state: State, message: Message) -> None:
    """Who wrote no longer types, there."""
    if message.user_id is None:
        return
    key = (message.cid, message.parent_id, message.user_id)
    row = state.typing.get(key)
    if row is not None and row.at <= message.created_at:
        state.end(state.typing, key, message.created_at)


@event("message.updated")
class MessageUpdated(MessageEvent):
    """A message was edited, pinned or unpinned, replied to, or shown to others than before."""

    message_update: Mapping[str, Any] = NOTHING


@reduces(MessageUpdated)
def message_updated(state: State, event: MessageUpdated) -> None:
    raw, at = event.need("message"), event.created_at
    state.found.at = "message"
    known = state.messages.get(message_id(raw))
    if known is not None:
        update_message(state, known, raw, at)
        return
    row = set_aside(state, raw, event.cid, at, COPIED)
    if row is not None and row.restricted_visibility and state.me in row.restricted_visibility:
        join_message(state, raw, event.cid, at, counted=True)


@event("message.undeleted")
class MessageUndeleted(MessageEvent):
    """A deleted message is back."""


@event("message.unblocked")
class MessageUnblocked(MessageEvent):
    """Moderation let a message through."""


@reduces(MessageUndeleted)
def message_undeleted(state: State, event: MessageUndeleted) -> None:
    raw, at = event.need("message"), event.created_at
    state.found.at = "message"
    row = brought_up_to_date(state, raw, event)
    if row is not None:
        undelete(state, row, kind_of(raw), at)


@reduces(MessageUnblocked)
def message_unblocked(state: State, event: MessageUnblocked) -> None:
    state.found.at = "message"
    join_message(state, event.need("message"), event.cid, event.created_at, counted=False)


def kind_of(raw: JsonObject) -> str:
    """The type a message payload tells, regular where it tells none."""
    kind = raw.get("type", "regular")
    if kind.__class__ is not str:
        raise Malformed("a string", kind, "type")
    return str(kind)


def brought_up_to_date(state: State, raw: JsonObject, event: Event) -> Message | None:
    """The message's row after its payload was taken in: in its place, or aside. None where it was deleted for good."""
    known = state.messages.get(message_id(raw))
    if known is not None:
        return update_message(state, known, raw, event.created_at)
    return set_aside(state, raw, event.cid, event.created_at, COPIED)


@event("message.deleted")
class MessageDeleted(MessageEvent):
    """A message was deleted: softly, for good, or for me alone."""

    hard_delete: bool = False
    deleted_for_me: bool = False


@reduces(MessageDeleted)
def message_deleted(state: State, event: MessageDeleted) -> None:
    raw, at = event.need("message"), event.created_at
    state.found.at = "message"
    if event.hard_delete:
        hard_delete(state, message_id(raw), at, cid=event.cid, raw=raw)
        return
    row = brought_up_to_date(state, raw, event)
    if row is not None:
        deleted_at = read_time(raw.get("deleted_at"), "deleted_at", at)
        soft_delete(state, row, deleted_at, at, for_me=event.deleted_for_me or raw.get("deleted_for_me") is True)


@event("message.pending")
class MessagePending(MessageEvent):
    """A message of mine waits for approval."""

    metadata: Mapping[str, Any] = NOTHING
    method: str | None = None


@reduces(MessagePending)
def message_pending(state: State, event: MessagePending) -> None:
    raw, at = event.need("message"), event.created_at
    state.found.at = "message"
    row = Message.read(raw, state.found, at=at)
    id = message_id(raw)
    known = state.pending.get(id)
    channel = state.channels[event.cid]
    late = id in state.messages or id in state.tombstones or 0 < row.created_at < channel.cleared_at
    if not late and (known is None or at > known.told_at):
        state.pending.put(id, row.replace(cid=event.cid))


@event("message.flagged")
class MessageFlagged(Event):
    """I flagged a message."""

    message: Message = Message.BASE
    reason: str | None = None


@reduces(MessageFlagged)
def message_flagged(state: State, event: MessageFlagged) -> None:
    state.found.at = "message"
    flag(state, message_id(event.need("message")), event)


def flag(state: State, id: str, event: Any) -> None:
    """Remember that I flagged something."""
    known = state.flags.get(id)
    if known is None or event.created_at > known.at:
        state.flags.put(id, Flag.BASE.replace(id=id, reason=event.reason, at=event.created_at))


@event("user.messages.deleted")
class UserMessagesDeleted(Event):
    """All that a user wrote was deleted, in one channel or everywhere."""

    mark_messages_deleted: bool = False
    hard_delete: bool = False
    channel_custom: Mapping[str, Any] = NOTHING
    channel_member_count: int | None = None
    channel_message_count: int | None = None


@reduces(UserMessagesDeleted)
def user_messages_deleted(state: State, event: UserMessagesDeleted) -> None:
    delete_messages_of(state, event.need_user(), event.cid, event.created_at, hard=event.hard_delete)
