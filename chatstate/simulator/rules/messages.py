"""Messages: sending, editing, pinning, and what holds them back."""

from collections.abc import Container

from chatstate.clock import NEVER, Timestamp
from chatstate.ids import UserId
from chatstate.simulator.event import Absent, As, Event, Events, Parts
from chatstate.simulator.rows import PRIVATE, Channel, Message, Read, Thread, User
from chatstate.simulator.settings import CONFIGS
from chatstate.simulator.world import World


def post(world: World, message: Message, *, show_first: bool = True) -> Events:
    """A new message, sent by its author. ``show_first`` tells those who had hidden the channel before it."""
    channel, author = world.channels[message.cid], world.users[message.user_id]
    message.shadowed = message.shadowed or world.shadow_banned(author, channel)
    if show_first and not message.narrow:
        yield from _show(world, channel)
    if message.created_at == NEVER:
        message.created_at = message.updated_at = world.tick()
    yield from publish(world, message)


def _show(world: World, channel: Channel) -> Events:
    for user_id in list(channel.hidden):
        del channel.hidden[user_id]
        yield world.event("channel.visible", channel, to=(user_id,), channel=channel, user=world.users[user_id])


def publish(world: World, message: Message) -> Events:
    """A message, created already, comes to everyone."""
    channel, author = world.channels[message.cid], world.users[message.user_id]
    message.unheeded = world.muters(author, channel)
    if message.parent_id is not None:
        world.messages[message.parent_id].replies.append(message.id)
    _make_room(world, channel, message)
    yield from _announce(world, channel, message, author)
    if message.parent_id is not None and not message.narrow:
        yield from thread_grew(world, world.messages[message.parent_id], message)


def _make_room(world: World, channel: Channel, message: Message) -> None:
    world.add_message(message)
    channel.typing.pop((message.user_id, message.parent_id), None)
    for user_id in [each for each in channel.hidden if not message.shadowed and world.sees(each, message)]:
        del channel.hidden[user_id]
    if message.thread_only or message.narrow:
        return
    if message.type != "system" or not CONFIGS[channel.type]["skip_last_msg_update_for_system_msgs"]:
        channel.last_message_at = message.created_at


def _announce(world: World, channel: Channel, message: Message, author: User) -> Events:
    """``message.new`` to those who watch, ``notification.message_new`` to members who do not, both at once."""
    at = world.tick()
    if not message.thread_only:
        _read_by_author(world, channel, message, at)
    told: Parts = {"message_id": message.id, "message": message, "user": author}
    counts: Parts = {"channel_member_count": len(channel.members), "channel_message_count": len(channel.messages)}
    watching: Parts = {"watcher_count": len(channel.watchers), **counts, "channel_custom": {"name": channel.name}}
    if message.parent_id is not None and (participants := world.messages[message.parent_id].participants):
        watching["thread_participants"] = [world.users[each] for each in participants]
    yield world.event(
        "message.new", channel, to=channel.watchers, at=at, about=message, tells=("unread",), **told, **watching
    )
    yield also_notified(world, channel, message, Absent(channel.members, channel.watchers), at)


def also_notified(
    world: World, channel: Channel, message: Message, to: Container[UserId], at: Timestamp | None = None
) -> Event:
    """What members who do not watch are told of a message; now and then those who do are told it as well."""
    return world.event(
        "notification.message_new", channel, to=to, at=at, about=message, tells=("unread",),
        message_id=message.id, message=message, user=world.users[message.user_id], channel=As(channel, "configured"),
        watcher_count=0, channel_member_count=len(channel.members),
    )  # fmt: skip


def _read_by_author(world: World, channel: Channel, message: Message, at: Timestamp) -> None:
    """The author's read row, where there is one, moves to the message.

    A connected author has one of their own as soon as something was unread for them.
    """
    user_id = message.user_id
    read = channel.reads.get(user_id)
    if read is None:
        if user_id not in world.connected or not world.unread(channel, user_id):
            return
        read = channel.reads[user_id] = Read(at, at)
    read.at = read.last_read = at
    read.message_id, read.marked, read.vague = message.id, (), False
    if read.shown is not None:
        # What others cannot see they are not told to have been read last.
        read.shown = (at, read.shown[1] if message.shadowed else message.id)
    channel.unread.pop(user_id, None)


def thread_grew(world: World, parent: Message, reply: Message) -> Events:
    """A thread has a new reply: its parent says so to everyone, and its followers are told."""
    channel, author = world.channels[parent.cid], world.users[reply.user_id]
    yield parent_changed(world, parent, author)
    thread = parent.thread
    if thread is None:
        thread = parent.thread = Thread(reply.created_at, reply.created_at)
        thread.followers[parent.user_id] = None
    thread.last_message_at = reply.created_at
    for user_id in (reply.user_id, *reply.mentioned):
        thread.followers[user_id] = None
    told = [each for each in thread.followers if each in world.connected and each in channel.members]
    for user_id in told:
        unread = world.users[user_id].unread_threads
        if user_id == reply.user_id or not world.sees(user_id, parent):
            continue
        unread[parent.id] = unread.get(parent.id, 0) + 1
        yield world.event(
            "notification.thread_message_new", channel, to=(user_id,), about=reply, tells=("threads",),
            message_id=reply.id, thread_id=parent.id, message=reply, channel=As(channel, "configured"),
            watcher_count=len(channel.watchers), unread_thread_messages=unread[parent.id],
        )  # fmt: skip


def parent_changed(world: World, parent: Message, user: User) -> Event:
    """A message's replies were counted again. Its own content, and ``updated_at``, stay."""
    replies = world.replies(parent)
    parent.reply_count = sum(1 for each in replies if each.deleted_at is None)
    parent.deleted_reply_count = len(replies) - parent.reply_count
    parent.participants = tuple(dict.fromkeys(each.user_id for each in replies if each.deleted_at is None))
    return updated(world, parent, user)


def updated(world: World, message: Message, user: User) -> Event:
    """``message.updated``, as the message is now."""
    channel = world.channels[message.cid]
    told: Parts = {"message_id": message.id, "message": message, "user": user}
    return world.event("message.updated", channel, to=channel.watchers, about=message, **told)


def edit(world: World, message: Message, text: str) -> Events:
    """The author writes something else instead."""
    message.older = (message.text, message.updated_at)
    message.text = text
    message.updated_at = message.text_updated_at = world.tick()
    yield updated(world, message, world.users[message.user_id])


def change(world: World, message: Message, by: User, changed: Parts) -> Events:
    """Whoever may changes what a message says: its ``text``, ``attachments``, ``mentioned`` or ``custom``."""
    if "text" in changed and changed["text"] != message.text:
        message.older = (message.text, message.updated_at)
        message.text_updated_at = world.tick()
    for name, value in changed.items():
        setattr(message, name, value)
    message.updated_at = world.tick()
    yield updated(world, message, by)


def pin(world: World, message: Message, by: User, expires: Timestamp | None = None) -> Events:
    message.pinned_at = message.updated_at = world.tick()
    message.pinned_by, message.pin_expires = by.id, expires
    world.channels[message.cid].pinned[message.id] = None
    yield updated(world, message, by)


def unpin(world: World, message: Message, by: User) -> Events:
    take_down(world, message)
    message.updated_at = world.tick()
    yield updated(world, message, by)


def take_down(world: World, message: Message) -> None:
    """The message is pinned no longer."""
    message.pinned_at = message.pinned_by = message.pin_expires = None
    world.channels[message.cid].pinned.pop(message.id, None)


def show_to(world: World, message: Message, user_id: UserId) -> Events:
    """A message that only some may see may now be seen by one more, who has read past it."""
    message.restricted = (*message.restricted, user_id)
    message.updated_at = world.tick()
    world.channels[message.cid].unread.clear()
    yield updated(world, message, world.users[message.user_id])


def hold(world: World, message: Message, *, pending: bool) -> Events:
    """A message is not sent yet: it waits for approval, of which its author is told, or is blocked."""
    channel = world.channels[message.cid]
    message.created_at = message.updated_at = world.tick()
    message.held, message.quiet = True, not pending
    if pending:
        yield world.event(
            "message.pending", channel, to=(message.user_id,), message=message, user=world.users[message.user_id],
            metadata={"queue": "review"}, method="create",
        )  # fmt: skip


def unblock(world: World, message: Message) -> Events:
    """A blocked message comes after all, in its place in the history; nobody is told that it is new."""
    channel = world.channels[message.cid]
    message.held = False
    world.add_message(message)
    yield world.event(
        "message.unblocked", channel, to=channel.watchers, about=message, message_id=message.id, message=message,
        user=world.users[message.user_id],
    )  # fmt: skip


def is_open(world: World, message: Message) -> bool:
    """Whether people can do something with a message: it is there, and all members who are connected see it."""
    if message.deleted_at is not None or message.type in PRIVATE or message.deleted_for:
        return False
    if message.id not in world.messages:
        return False
    members = world.channels[message.cid].members
    return all(world.sees(each, message) for each in world.connected if each in members)
