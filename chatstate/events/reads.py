"""Reads and deliveries: who has seen what, and how much I have not."""

from collections.abc import Mapping
from typing import Any

from chatstate.clock import NEVER, Timestamp
from chatstate.errors import Malformed
from chatstate.events.event import ChannelEvent, Event, event, event_base, reduces
from chatstate.ids import MessageId, UserId
from chatstate.model import Channel, Delivery, Own, Thread
from chatstate.model.reading import NOTHING
from chatstate.settle.reads import identify, mark_unread, move_read, read_channel
from chatstate.settle.threads import mark_thread, read_thread, settle_thread
from chatstate.state.state import ME, State


@event("message.read")
class MessageRead(ChannelEvent):
    """Someone has read a channel, or one of its threads."""

    last_read_message_id: MessageId | None = None
    total_unread_count: int | None = None
    unread_channels: int | None = None
    unread_count: int | None = None
    unread_messages: int | None = None
    thread: Thread | None = None


@reduces(MessageRead)
def message_read(state: State, event: MessageRead) -> None:
    user_id, at = event.need_user(), event.created_at
    thread = event.object("thread")
    if thread is None:
        message_id: MessageId | None = event.text("last_read_message_id")  # type: ignore[assignment]
        read_channel(state, event.cid, user_id, at, message_id)
        return
    state.found.at = "thread"
    parent_id = settle_thread(state, thread, at, event.cid)
    if parent_id is not None:
        read_thread(state, parent_id, user_id, at, event.last_read_message_id)


@event_base
class Counted(Event):
    """An event that tells my totals."""

    channel: Channel | None = None
    channel_custom: Mapping[str, Any] = NOTHING
    channel_member_count: int | None = None
    channel_message_count: int | None = None
    total_unread_count: int | None = None
    unread_channels: int | None = None
    unread_count: int | None = None
    unread_threads: int | None = None
    grouped_unread_channels: Mapping[str, int] = NOTHING
    last_read_message_id: MessageId | None = None
    thread_id: MessageId | None = None
    unread_thread_messages: int | None = None


@event("notification.mark_read")
class NotificationMarkRead(Counted):
    """I have read a channel, a thread, or everything, perhaps on another device."""

    thread: Thread | None = None


@reduces(NotificationMarkRead)
def notification_mark_read(state: State, event: NotificationMarkRead) -> None:
    me, at = my_id(state, event), event.created_at
    thread = event.object("thread")
    thread_id = event.thread_id
    if thread is not None:
        state.found.at = "thread"
        thread_id = settle_thread(state, thread, at, event.cid)
        state.found.at = ""
        if thread_id is None:
            return
    if thread_id is not None:
        read_thread(state, thread_id, me, at, event.last_read_message_id)
    elif event.cid is not None and event.unread_channels != 0:
        read_channel(state, event.cid, me, at, event.last_read_message_id)
    else:
        read_everything(state, event, me)


def read_everything(state: State, event: NotificationMarkRead, me: UserId) -> None:
    """Every channel of mine is read, and so is what comes late."""
    at = event.created_at
    own = state.own.get(ME, Own.BASE)
    if at > own.all_read_at:
        state.own.put(ME, own.replace(all_read_at=at))
    if event.cid is not None:
        read_channel(state, event.cid, me, at, event.last_read_message_id)
    for cid in state.channels:
        row = state.reads.get((cid, me))
        if row is not None:
            state.reads.put((cid, me), move_read(state, row, at, event.last_read_message_id))


@event("notification.mark_unread")
class NotificationMarkUnread(Counted):
    """I marked a channel or a thread unread from some message on."""

    unread_messages: int | None = None
    first_unread_message_id: MessageId | None = None
    last_read_at: Timestamp | None = None


@reduces(NotificationMarkUnread)
def notification_mark_unread(state: State, event: NotificationMarkUnread) -> None:
    me, at = my_id(state, event), event.created_at
    thread_id = event.thread_id or thread_of(state, event.first_unread_message_id)
    last_read = event.last_read_at or NEVER
    if thread_id is not None:
        told = event.unread_thread_messages
        mark_thread(
            state,
            thread_id,
            me,
            at,
            unread=event.unread_messages or 0 if told is None else told,
            last_read=last_read,
            last_read_message_id=event.last_read_message_id,
        )
        return
    if event.cid is None:
        raise Malformed("a cid like messaging:general", None, "$.cid")
    mark_unread(
        state,
        event.cid,
        at,
        unread=event.unread_messages or 0,
        last_read=last_read,
        last_read_message_id=event.last_read_message_id,
        first_unread_message_id=event.first_unread_message_id,
    )


def thread_of(state: State, id: MessageId | None) -> MessageId | None:
    """The thread a message stands in, if it is known and stands in the thread alone."""
    message = None if id is None else state.messages.get(id)
    return message.parent_id if message is not None and message.thread_only else None


def my_id(state: State, event: Event) -> UserId:
    """Who I am: as the store was told, else as the event says. Raises ``Malformed`` where neither does."""
    me = state.me or event.user_id
    if me is None:
        raise Malformed("an object", None, "$.user")
    if state.me is None:
        identify(state, me)
    return me


@event("message.delivered")
class MessageDelivered(ChannelEvent):
    """Messages have reached someone's device."""

    last_delivered_at: Timestamp | None = None
    last_delivered_message_id: MessageId | None = None


@reduces(MessageDelivered)
def message_delivered(state: State, event: MessageDelivered) -> None:
    user_id = event.need_user()
    at = event.last_delivered_at or event.created_at
    key = (event.cid, user_id)
    known = state.deliveries.get(key)
    if known is not None and at <= known.last_delivered_at:
        return
    state.deliveries.put(
        key,
        Delivery.BASE.replace(
            cid=event.cid,
            user_id=user_id,
            last_delivered_at=at,
            last_delivered_message_id=event.last_delivered_message_id,
        ),
    )


@event("user.unread_message_reminder")
class UserUnreadMessageReminder(Event):
    """A reminder that I have unread messages; only its counters are taken."""

    total_unread_count: int | None = None
    channels: Mapping[str, Any] = NOTHING


@reduces(UserUnreadMessageReminder)
def user_unread_message_reminder(state: State, event: UserUnreadMessageReminder) -> None:
    return None
