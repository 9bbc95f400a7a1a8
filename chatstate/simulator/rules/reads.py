"""Reads: how far someone has read a channel or a thread, and the numbers that follow."""

from chatstate.clock import Timestamp
from chatstate.ids import UserId
from chatstate.simulator.event import As, Events, Parts, Watching
from chatstate.simulator.rows import Channel, Message, Read, User
from chatstate.simulator.world import World


def read(world: World, channel: Channel, user: User, *, twice: bool = False, with_channel: bool = False) -> Events:
    """A user has read a channel: others who watch are told, and so are the user's own devices.

    ``twice`` tells the user's devices by both kinds of event, one after the other; the later one holds.
    """
    last = _last_seen(world, channel, user.id)
    parts: Parts = {} if last is None else {"last_read_message_id": last.id}
    if with_channel:
        parts["channel"] = channel
    if twice:
        _move(channel, user.id, world.tick(), last)
        yield world.event("message.read", channel, to=(user.id,), at=world.now, user=user, **parts)
    at = world.tick()
    _move(channel, user.id, at, last)
    # A mark_read that tells no unread channel means all channels: then the plain event has to do.
    numbered = user.id in world.connected and world.totals(user.id)[1] > 0
    to = _told_of_read(channel, user.id, own=not numbered)
    yield world.event("message.read", channel, to=to, at=at, user=user, **parts)
    if numbered:
        told: Parts = {"user": user, **parts, "channel": As(channel, "configured")}
        yield world.event("notification.mark_read", channel, to=(user.id,), at=at, tells=("unread", "threads"), **told)


def _last_seen(world: World, channel: Channel, user_id: UserId) -> Message | None:
    """The newest message of the channel's own timeline that a user can see."""
    for message in reversed(channel.messages):
        if not message.thread_only and message.deleted_at is None and world.sees(user_id, message):
            return message
    return None


def _move(channel: Channel, user_id: UserId, at: Timestamp, last: Message | None) -> None:
    last_id = None if last is None else last.id
    channel.reads[user_id] = Read(at, at, last_id, shown=(at, last_id))
    channel.unread.pop(user_id, None)


def _move_unseen(channel: Channel, user_id: UserId, row: Read) -> None:
    """Move a read row, of which others are told nothing."""
    known = channel.reads.get(user_id)
    row.shown = None if known is None else known.shown
    channel.reads[user_id] = row
    channel.unread.pop(user_id, None)


def read_silently(world: World, channel: Channel, user: User) -> Events:
    """A user's own device says only ``message.read``, without numbers."""
    last = _last_seen(world, channel, user.id)
    at = world.tick()
    _move(channel, user.id, at, last)
    parts: Parts = {} if last is None else {"last_read_message_id": last.id}
    to = _told_of_read(channel, user.id, own=True)
    yield world.event("message.read", channel, to=to, at=at, user=user, **parts)


def _told_of_read(channel: Channel, reader: UserId, *, own: bool) -> Watching:
    """Who is told by ``message.read``: those who watch, and the reader's own devices if nothing else tells them."""
    return Watching(channel.watchers, also=reader) if own else Watching(channel.watchers, but=reader)


def read_everything(world: World, user: User) -> Events:
    """All channels of a user are read at once; where nothing was ever read or unread there is nothing to move."""
    at = world.tick()
    for cid in user.channels:
        channel = world.channels[cid]
        if user.id in channel.reads or world.unread(channel, user.id):
            _move_unseen(channel, user.id, Read(at, at, vague=True))
    user.unread_threads.clear()
    yield world.event("notification.mark_read", to=(user.id,), at=at, tells=("unread", "threads"), user=user)


def mark_unread(world: World, channel: Channel, user: User, first: Message) -> Events:
    """A user wants to have a channel unread from ``first`` on."""
    before = None
    for message in channel.messages:
        if message is first:
            break
        if not message.thread_only and world.sees(user.id, message):
            before = message
    last_read = Timestamp(first.created_at - 1_000_000) if before is None else before.created_at
    at = world.tick()
    marked = tuple(
        each.id
        for each in channel.messages
        if each.created_at > last_read and world.counts(user.id, each) and world.sees(user.id, each)
    )
    _move_unseen(channel, user.id, Read(at, last_read, None if before is None else before.id, marked))
    told: Parts = {"user": user, "channel": channel, "first_unread_message_id": first.id, "last_read_at": last_read}
    told |= {"unread_messages": len(marked)} | ({} if before is None else {"last_read_message_id": before.id})
    yield world.event("notification.mark_unread", channel, to=(user.id,), at=at, tells=("unread", "threads"), **told)


def read_thread(world: World, parent: Message, user: User) -> Events:
    """A user has read a thread; the channel stays as unread as it was."""
    channel = world.channels[parent.cid]
    user.unread_threads.pop(parent.id, None)
    replies = world.replies(parent)
    told: Parts = {"user": user, "thread": As(parent, "thread")}
    at = world.tick()
    others = _told_of_read(channel, user.id, own=False)
    last: Parts = {"last_read_message_id": replies[-1].id} if replies else {}
    yield world.event("message.read", channel, to=others, at=at, about=parent, **told, **last)
    if user.id in world.connected:
        yield world.event(
            "notification.mark_read", channel, to=(user.id,), at=at, about=parent, tells=("unread", "threads"), **told,
            thread_id=parent.id, unread_thread_messages=0,
        )  # fmt: skip


def mark_thread_unread(world: World, parent: Message, user: User) -> Events:
    """A user wants to have a thread unread, from its last reply on."""
    channel = world.channels[parent.cid]
    reply = world.replies(parent)[-1]
    user.unread_threads[parent.id] = 1
    yield world.event(
        "notification.mark_unread", channel, to=(user.id,), about=parent, tells=("unread", "threads"), user=user,
        thread_id=parent.id, first_unread_message_id=reply.id, unread_messages=1, unread_thread_messages=1,
        last_read_at=parent.created_at,
    )  # fmt: skip


def deliver(world: World, channel: Channel, user: User) -> Events:
    """A user's device has received a channel's newest message."""
    last = _last_seen(world, channel, user.id)
    if last is None:
        return
    at = world.tick()
    yield world.event(
        "message.delivered", channel, to=channel.watchers, at=at, user=user, last_delivered_at=at,
        last_delivered_message_id=last.id,
    )  # fmt: skip


def unread_reminder(world: World, user: User) -> Events:
    """A user who has not looked for long is told what waits, channel by channel."""
    waiting = {
        cid: {"unread_messages": number, "name": world.channels[cid].name}
        for cid in user.channels
        if (number := world.unread(world.channels[cid], user.id))
    }
    yield world.event("user.unread_message_reminder", to=(user.id,), tells=("unread",), user=user, channels=waiting)
