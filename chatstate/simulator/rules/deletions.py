"""Deletions: softly, for good, for oneself; of one message, of all that someone wrote, of a history."""

from collections.abc import Iterable

from chatstate.clock import Timestamp
from chatstate.ids import UserId
from chatstate.simulator.event import Acquainted, As, Event, Events, Parts
from chatstate.simulator.rows import Channel, Message, User
from chatstate.simulator.rules.messages import parent_changed, take_down
from chatstate.simulator.world import World


def delete(world: World, message: Message, by: User, *, signed: bool = True) -> Events:
    """The message stays in its place, as deleted. ``signed``: the event says who did it."""
    yield from end_reminders(world, [message])
    _mark_deleted(world, message, world.tick())
    channel = world.channels[message.cid]
    yield world.event(
        "message.deleted", channel, to=channel.watchers, about=message, message_id=message.id, message=message,
        hard_delete=False, **_signature(by, signed),
    )  # fmt: skip
    yield from _parents_changed(world, [message], by)


def delete_for_good(world: World, message: Message, by: User, *, signed: bool = True) -> Events:
    """The message goes, and its thread with it."""
    channel = world.channels[message.cid]
    yield from stop_typing(world, channel, [message])
    thread = [world.messages[id] for id in message.replies if id in world.messages]
    yield from end_reminders(world, thread)
    _mark_deleted(world, message, world.tick())
    world.drop_messages(channel, [message, *thread])
    yield world.event(
        "message.deleted", channel, to=channel.watchers, about=message, message_id=message.id, message=message,
        hard_delete=True, **_signature(by, signed),
    )  # fmt: skip
    yield from _parents_changed(world, [message], by)


def _signature(by: User, signed: bool) -> Parts:
    return {"user": by} if signed else {}


def delete_for_me(world: World, message: Message, user: User) -> Events:
    """The message is deleted for one user alone, and stays so for them."""
    yield from end_reminders(world, [message], user)
    message.deleted_for[user.id] = None
    channel = world.channels[message.cid]
    yield world.event(
        "message.deleted", channel, to=(user.id,), about=message, message_id=message.id,
        message=As(message, "deleted for me"), hard_delete=False, deleted_for_me=True, user=user,
    )  # fmt: skip


def undelete(world: World, message: Message, by: User) -> Events:
    """A message that was deleted softly is as it was."""
    message.type, message.deleted_at = message.undeleted_type, None
    message.updated_at = world.tick()
    channel = world.channels[message.cid]
    yield world.event(
        "message.undeleted", channel, to=channel.watchers, about=message, message_id=message.id, message=message
    )
    yield from _parents_changed(world, [message], by)


def delete_all_of(world: World, user: User, channel: Channel | None, *, hard: bool) -> Events:
    """All that a user wrote, in one channel or everywhere."""
    gone = written_by(world, user, channel)
    yield from _before(world, gone)
    at = world.tick()
    for message in gone if hard else [each for each in gone if each.deleted_at is None]:
        _mark_deleted(world, message, at)
    if hard:
        _drop(world, gone)
    yield world.event(
        "user.messages.deleted", channel, to=Acquainted(user.id) if channel is None else channel.watchers, at=at,
        user=user, hard_delete=hard,
    )  # fmt: skip
    yield from _parents_changed(world, gone, user)


def delete_user(world: World, user: User, *, mark: bool, hard: bool) -> Events:
    """The account goes; ``mark`` deletes what it wrote softly, ``hard`` for good."""
    gone = written_by(world, user) if mark or hard else []
    yield from _before(world, gone)
    user.deleted_at = user.updated_at = at = world.tick()
    user.version += 1
    for message in gone if hard else [each for each in gone if each.deleted_at is None]:
        _mark_deleted(world, message, at)
    if hard:
        _drop(world, gone)
    yield world.event(
        "user.deleted", to=Acquainted(user.id), at=at, user=user, mark_messages_deleted=mark, hard_delete=hard,
        delete_conversation_channels=False, delete_user="hard" if hard else "soft",
        delete_messages="hard" if hard else "soft" if mark else "", delete_conversation="",
    )  # fmt: skip
    yield from _parents_changed(world, gone, user)


def written_by(world: World, user: User, channel: Channel | None = None) -> list[Message]:
    """What a user wrote that is still there. O(all messages there)."""
    messages = world.messages.values() if channel is None else channel.messages
    return [each for each in messages if each.user_id == user.id]


def _before(world: World, gone: list[Message]) -> Events:
    """What ends before messages go without being named one by one."""
    yield from end_reminders(world, gone)
    for cid in dict.fromkeys(each.cid for each in gone):
        yield from stop_typing(world, world.channels[cid], [each for each in gone if each.cid == cid])


def _mark_deleted(world: World, message: Message, at: Timestamp) -> None:
    if message.type != "deleted":
        message.undeleted_type = message.type
    take_down(world, message)
    message.type, message.deleted_at, message.updated_at = "deleted", at, at


def _drop(world: World, gone: list[Message]) -> None:
    for cid in dict.fromkeys(each.cid for each in gone):
        here = [each for each in gone if each.cid == cid]
        threads = [world.messages[id] for each in here for id in each.replies if id in world.messages]
        world.drop_messages(world.channels[cid], [*here, *threads])


def _parents_changed(world: World, gone: Iterable[Message], by: User) -> Events:
    """The parents of replies that went are counted again."""
    for parent_id in dict.fromkeys(each.parent_id for each in gone if not each.narrow):
        parent = None if parent_id is None else world.messages.get(parent_id)
        if parent is not None:
            yield parent_changed(world, parent, by)


def end_reminders(world: World, gone: Iterable[Message], user: User | None = None) -> Events:
    """Reminders of messages that go are taken back one by one, before the messages go."""
    ids = {message.id for message in gone}
    for user_id in world.connected if user is None else (user.id,):
        reminders = world.users[user_id].reminders
        for message_id in [each for each in reminders if each in ids]:
            yield forget_reminder(world, world.users[user_id], world.messages[message_id])


def forget_reminder(world: World, user: User, message: Message) -> Event:
    reminder = user.reminders.pop(message.id)
    channel = world.channels[message.cid]
    return world.event(
        "reminder.deleted", channel, to=(user.id,), message_id=message.id, user_id=user.id, reminder=reminder
    )


def stop_typing(
    world: World, channel: Channel, threads: Iterable[Message] = (), user_id: UserId | None = None
) -> Events:
    """Typing ends in threads that go, or of a user who leaves."""
    ids = {message.id for message in threads}
    for key in [each for each in channel.typing if each[0] == user_id or each[1] in ids]:
        del channel.typing[key]
        yield world.event("typing.stop", channel, to=channel.watchers, **typing_parts(world, *key))


def typing_parts(world: World, user_id: UserId, parent_id: str | None) -> Parts:
    return {"user": world.users[user_id]} | ({} if parent_id is None else {"parent_id": parent_id})
