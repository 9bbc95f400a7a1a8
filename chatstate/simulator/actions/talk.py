"""Talking: writing, replying, quoting, typing, reacting, editing, reading along."""

from typing import Any

from chatstate.ids import MessageId, UserId
from chatstate.simulator.actions.crowd import Crowd
from chatstate.simulator.event import Events
from chatstate.simulator.rows import Channel, Message, User
from chatstate.simulator.rules import deletions, members, messages, people, reactions, reads
from chatstate.simulator.settings import reads as keeps_reads
from chatstate.simulator.words import REACTIONS, a_text


def say(crowd: Crowd) -> Events:
    """Someone writes, after typing for a while or at once."""
    channel = crowd.room()
    author = None if channel is None else crowd.writer(channel)
    if channel is None or author is None:
        return
    chance = crowd.chance
    parent = crowd.message(channel) if chance.often(0.1) else None
    if parent is not None and (parent.parent_id is not None or parent.type == "system"):
        parent = None
    if chance.often(0.18):
        yield from _type_first(crowd, channel, author, None if parent is None else parent.id)
        return
    if author.id in crowd.world.connected and keeps_reads(channel.type) and chance.often(0.7):
        yield from reads.read(crowd.world, channel, author)
    yield from _write(crowd, channel, author, parent)


def _type_first(crowd: Crowd, channel: Channel, author: User, parent_id: MessageId | None) -> Events:
    world = crowd.world
    yield from people.type_in(world, channel, author, parent_id)
    what = crowd.chance.roll()

    def then() -> Events:
        parent = None if parent_id is None else world.messages.get(parent_id)
        gone = parent_id is not None and (parent is None or not messages.is_open(world, parent))
        if gone or not crowd.may_write(channel, author) or (author.id, parent_id) not in channel.typing:
            return
        if what < 0.95:
            yield from people.stop_typing_in(world, channel, author, parent_id)
        if what < 0.8:
            yield from _write(crowd, channel, author, parent)

    if what < 0.97:
        crowd.later(9, then)


def _write(crowd: Crowd, channel: Channel, author: User, parent: Message | None) -> Events:
    message = a_message(crowd, channel, author, parent)
    yield from messages.post(crowd.world, message, show_first=crowd.chance.often(0.6))
    if parent is None and crowd.chance.often(0.012) and author.id not in channel.reads and not message.narrow:
        watching = [each for each in crowd.world.connected if each in channel.watchers]
        yield messages.also_notified(crowd.world, channel, message, watching)


def a_message(crowd: Crowd, channel: Channel, author: User, parent: Message | None = None) -> Message:
    """Something to send, with what messages have now and then."""
    chance = crowd.chance
    message = Message(crowd.new_id(author), channel.cid, author.id, a_text(chance))
    if parent is not None:
        message.type, message.parent_id = "reply", parent.id
        message.show_in_channel = chance.often(0.18)
    if chance.often(0.07) and (quoted := crowd.message(channel)) is not None:
        message.quoted_id = quoted.id
    if chance.often(0.1):
        message.mentioned = _some_members(crowd, channel)
    if chance.often(0.1):
        message.attachments = [_an_image(crowd) for _ in range(chance.pick((1, 1, 1, 2, 4)))]
    message.silent = chance.often(0.02)
    message.custom = _custom(crowd, message.text)
    return message


def _some_members(crowd: Crowd, channel: Channel) -> tuple[UserId, ...]:
    chance = crowd.chance
    mentioned = chance.some(list(channel.members), chance.pick((1, 1, 2, 3)))
    if chance.often(0.3):
        mentioned += [who for who in crowd.world.connected if who in channel.members and who not in mentioned]
    return tuple(mentioned)


def _an_image(crowd: Crowd) -> dict[str, Any]:
    name, chance = f"photo-{crowd.chance.hex(6)}.jpg", crowd.chance
    width, height = chance.pick(((1600, 1200), (1080, 1920), (512, 512)))
    size = {"original_width": width, "original_height": height, "file_size": chance.between(20_000, 900_000)}
    url = f"https://img.example.net/{chance.hex(12)}/{name}?w={width}&h={height}"
    return {"type": "image", "fallback": name, "image_url": url, "mime_type": "image/jpeg", **size}


def _custom(crowd: Crowd, text: str) -> dict[str, Any]:
    """What applications put into messages."""
    chance = crowd.chance
    custom: dict[str, Any] = {}
    if chance.often(0.3):
        custom["client_tag"] = chance.hex(12)
    if chance.often(0.12):
        custom["urgency"] = chance.between(0, 5)
    if chance.often(0.08):
        system = chance.pick(("ios", "android", "web"))
        custom["device"] = {"os": system, "build": chance.between(100, 9999), "beta": None}
    if chance.often(0.06):
        custom["i18n"] = {"language": "en", "en_text": text, "fr_text": text[::-1]}
    return custom


def read_along(crowd: Crowd) -> Events:
    """Someone who is not connected here reads a channel."""
    channel = crowd.reading_room()
    reader = None if channel is None else crowd.other(channel)
    if channel is not None and reader is not None:
        if crowd.chance.often(0.08) and (parent := crowd.thread(channel)) is not None:
            yield from reads.read_thread(crowd.world, parent, reader)
        else:
            yield from reads.read(crowd.world, channel, reader, with_channel=crowd.chance.often(0.3))


def deliver(crowd: Crowd) -> Events:
    """The device of someone who has read before receives the newest message."""
    channel = crowd.reading_room()
    user = None if channel is None else crowd.other(channel)
    if channel is not None and user is not None:
        read = channel.reads.get(user.id)
        if read is not None and read.shown is not None:
            yield from reads.deliver(crowd.world, channel, user)


def react(crowd: Crowd) -> Events:
    """Someone reacts: with one more type, or with one instead of all before."""
    channel = crowd.room(thawed=False)
    user = None if channel is None else crowd.member(channel)
    message = None if channel is None else crowd.any_message(channel)
    if channel is None or user is None or message is None:
        return
    chance, type = crowd.chance, crowd.chance.early(REACTIONS)
    if (user.id, type) in message.reactions:
        return
    custom = {"emoji": "U+1F44D"} if chance.often(0.15) else None
    yield from reactions.react(
        crowd.world, message, user, type, score=_a_score(crowd), unique=chance.often(0.3), custom=custom,
        stale=chance.often(0.4),
    )  # fmt: skip


def _a_score(crowd: Crowd) -> int:
    return 1 if crowd.chance.often(0.85) else crowd.chance.between(-2, 9)


def react_again(crowd: Crowd) -> Events:
    """Someone who has reacted changes the score, or the type, or takes it back."""
    channel = crowd.room(thawed=False)
    if channel is None:
        return
    world, chance = crowd.world, crowd.chance
    reacted = [each for each in channel.messages[-60:] if each.reactions and messages.is_open(world, each)]
    if not reacted:
        return
    message = chance.late(reacted)
    user_id, type = chance.pick(list(message.reactions))
    user = world.users[user_id]
    what = chance.roll()
    if what < 0.6:
        yield from reactions.unreact(world, message, user, type)
    elif what < 0.85:
        yield from reactions.react(world, message, user, type, score=_a_score(crowd), stale=chance.often(0.4))
    else:
        others = [each for each in REACTIONS if (user_id, each) not in message.reactions]
        if others:
            yield from reactions.react(world, message, user, chance.pick(others), unique=True)


def edit(crowd: Crowd) -> Events:
    channel = crowd.room()
    message = None if channel is None else crowd.any_message(channel)
    if message is not None and message.type != "system" and crowd.world.users[message.user_id].active:
        yield from messages.edit(crowd.world, message, a_text(crowd.chance))


def pin_or_unpin(crowd: Crowd) -> Events:
    channel = crowd.room()
    if channel is None:
        return
    world, owner = crowd.world, crowd.owner(channel)
    if channel.pinned and crowd.chance.often(0.4):
        pinned = world.messages[crowd.chance.pick(list(channel.pinned))]
        if messages.is_open(world, pinned):
            yield from messages.unpin(world, pinned, owner)
    elif (message := crowd.message(channel)) is not None and message.pinned_at is None and message.type != "system":
        yield from messages.pin(world, message, owner)


def delete(crowd: Crowd) -> Events:
    """Someone deletes a message, softly or for good."""
    channel = crowd.room(thawed=False)
    message = None if channel is None else crowd.any_message(channel)
    if message is None:
        return
    by, signed = crowd.world.users[message.user_id], not crowd.chance.often(0.15)
    if crowd.chance.often(0.4):
        yield from deletions.delete_for_good(crowd.world, message, by, signed=signed)
    else:
        yield from deletions.delete(crowd.world, message, by, signed=signed)


def undelete(crowd: Crowd) -> Events:
    channel = crowd.room()
    if channel is None:
        return
    found = [each for each in channel.messages[-150:] if each.deleted_at is not None and not each.narrow]
    message = crowd.chance.late(found) if found else None
    world = crowd.world
    members_here = [who for who in world.connected if who in channel.members]
    if message is not None and not message.deleted_for and all(world.sees(who, message) for who in members_here):
        yield from deletions.undelete(world, message, crowd.owner(channel))


def come_and_go(crowd: Crowd) -> Events:
    """Someone goes online or offline."""
    user = crowd.world.users[crowd.chance.pick(list(crowd.world.users))]
    if not user.active or not crowd.may_go(user):
        return
    yield from people.go_offline(crowd.world, user) if user.online else people.go_online(crowd.world, user)


def look_in(crowd: Crowd) -> Events:
    """Someone opens a channel, or closes it."""
    channel = crowd.room(thawed=False)
    user = None if channel is None else crowd.other(channel)
    if channel is None or user is None:
        return
    if user.id in channel.watchers:
        if crowd.chance.often(0.3):
            yield from members.stop_watching(crowd.world, channel, user)
    elif user.online:
        yield from members.watch(crowd.world, channel, user)


WEIGHTS = (
    (145.0, say),
    (26.0, read_along),
    (1.5, deliver),
    (15.0, react),
    (6.0, react_again),
    (5.0, edit),
    (2.0, pin_or_unpin),
    (2.6, delete),
    (0.5, undelete),
    (5.0, come_and_go),
    (5.0, look_in),
)
