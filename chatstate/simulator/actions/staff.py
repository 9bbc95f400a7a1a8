"""Moderation: bans, frozen channels, emptied ones, and deletions of all that someone wrote."""

from chatstate.clock import Timestamp
from chatstate.simulator.actions.crowd import Crowd
from chatstate.simulator.event import Events
from chatstate.simulator.rows import Channel, Message
from chatstate.simulator.rules import deletions, members, messages, people, reads, rooms
from chatstate.simulator.words import REASONS, a_text

BANS = (None, 86_400, 120, 900)
"""How many seconds bans last."""


def ban_in_channel(crowd: Crowd) -> Events:
    """Someone may not write in a channel: openly, or without knowing it; member or not."""
    channel = crowd.room(thawed=False)
    if channel is None:
        return
    chance, owner = crowd.chance, crowd.owner(channel)
    user = crowd.stranger(channel) if chance.often(0.1) else crowd.other(channel)
    if user is None or user.id == owner.id or user.id in channel.bans:
        return
    shadow = chance.often(0.4)
    yield from members.ban(
        crowd.world, user, owner, channel, reason=chance.pick(REASONS), expires=crowd.until(*BANS), shadow=shadow
    )


def lift_channel_ban(crowd: Crowd) -> Events:
    channel = crowd.room(thawed=False)
    if channel is not None and channel.bans:
        user = crowd.world.users[crowd.chance.pick(list(channel.bans))]
        yield from members.lift_ban(crowd.world, user, crowd.owner(channel), channel)


def ban_everywhere(crowd: Crowd) -> Events:
    channel = crowd.room(thawed=False)
    user = None if channel is None else crowd.other(channel)
    if channel is None or user is None or user.ban is not None:
        return
    yield from members.ban(
        crowd.world, user, crowd.owner(channel), None, reason=crowd.chance.pick(REASONS), expires=crowd.until(*BANS)
    )


def lift_ban(crowd: Crowd) -> Events:
    banned = [each for each in crowd.world.users.values() if each.ban is not None]
    if banned:
        yield from members.lift_ban(crowd.world, crowd.chance.pick(banned), crowd.connected(), None)


def freeze_or_thaw(crowd: Crowd) -> Events:
    frozen = [each for each in crowd.live() if each.frozen]
    if frozen and crowd.chance.often(0.6):
        yield from rooms.freeze(crowd.world, crowd.chance.pick(frozen), False)
    elif (channel := crowd.room()) is not None and len(frozen) < 3:
        yield from rooms.freeze(crowd.world, channel, True)


def truncate(crowd: Crowd) -> Events:
    """A channel's history goes: all of it, or what is older than some message."""
    chance = crowd.chance
    channel = crowd.room(thawed=False) if chance.often(0.7) else crowd.unwatched()
    if channel is None or not channel.messages:
        return
    owner = crowd.owner(channel)
    before = _clean_cut(crowd, channel) if chance.often(0.4) else None
    system = None
    dated = before is not None or chance.often(0.6)
    if dated and chance.often(0.7):
        system = Message(crowd.new_id(owner), channel.cid, owner.id, "What was said here before is gone", silent=True)
    yield from rooms.truncate(crowd.world, channel, owner, before=before, system=system, dated=dated)


def _clean_cut(crowd: Crowd, channel: Channel) -> Timestamp | None:
    """A message's time before which nothing is replied to or quoted by what comes after it."""
    cut = crowd.chance.pick(channel.messages[-30:]).created_at
    known = crowd.world.messages
    for message in channel.messages:
        for other_id in (message.parent_id, message.quoted_id):
            other = None if other_id is None else known.get(other_id)
            if other is not None and other.created_at < cut <= message.created_at:
                return None
    return cut


def delete_all_of(crowd: Crowd) -> Events:
    """All that someone wrote is deleted, here or everywhere."""
    channel = crowd.room(thawed=False)
    if channel is None or not channel.messages:
        return
    world, chance = crowd.world, crowd.chance
    user = world.users[chance.pick(channel.messages[-60:]).user_id]
    written = deletions.written_by(world, user)
    if user.id in world.connected or len(written) > 60:
        return
    where = channel if chance.often(0.6) or _replied_unseen(crowd, written) else None
    yield from deletions.delete_all_of(world, user, where, hard=chance.often(0.4))


def _replied_unseen(crowd: Crowd, written: list[Message]) -> bool:
    """Whether some of it are replies where someone connected does not watch: nobody would tell them the new counts."""
    channels = [crowd.world.channels[each.cid] for each in written if each.parent_id is not None]
    return any(crowd.world.absent(channel) or crowd.shunned(channel) for channel in channels)


def close_account(crowd: Crowd) -> Events:
    """Someone is gone for good, with or without what they wrote."""
    channel = crowd.room(thawed=False)
    user = None if channel is None else crowd.other(channel)
    if user is None or not crowd.may_go(user):
        return
    written = deletions.written_by(crowd.world, user)
    if len(written) > 40 or _replied_unseen(crowd, written):
        return
    if user.online:
        yield from people.go_offline(crowd.world, user)
    how = crowd.chance.roll()
    yield from deletions.delete_user(crowd.world, user, mark=how < 0.7, hard=how < 0.3)


def suspend(crowd: Crowd) -> Events:
    """Someone is deactivated for a while."""
    world = crowd.world
    channel = crowd.room(thawed=False)
    user = None if channel is None else crowd.other(channel)
    if channel is None or user is None or not crowd.may_go(user):
        return
    owner = crowd.owner(channel)
    if user.online:
        yield from people.go_offline(world, user)
    yield from people.deactivate(world, user, owner)
    crowd.later(600, lambda: people.reactivate(world, user, owner))


def whisper(crowd: Crowd) -> Events:
    """A message that only some may see; someone connected may be let in on it after they have read past it."""
    channel = crowd.reading_room()
    author = None if channel is None else crowd.other(channel)
    # Not everyone is told that its author has read the channel up to it: the author has no read row to move.
    if channel is None or author is None or author.id in channel.reads or not crowd.may_write(channel, author):
        return
    world, chance, user = crowd.world, crowd.chance, crowd.connected()
    to = [each for each in chance.some(list(channel.members), 2) if each not in world.connected]
    included = user.id in channel.members and chance.often(0.5)
    message = Message(crowd.new_id(author), channel.cid, author.id, a_text(chance, 9))
    message.restricted = (*to, user.id) if included else tuple(to)
    if not message.restricted:
        return
    yield from messages.post(world, message, show_first=False)
    if not included and user.id in channel.watchers and chance.often(0.5):
        yield from reads.read(world, channel, user)
        yield from messages.show_to(world, message, user.id)


def block_and_release(crowd: Crowd) -> Events:
    """A message is blocked at first, and let through once everyone connected has read on."""
    channel = crowd.reading_room()
    author = None if channel is None else crowd.other(channel)
    if channel is None or author is None or not crowd.may_write(channel, author):
        return
    world = crowd.world
    if world.shadow_banned(author, channel):
        return
    message = Message(crowd.new_id(author), channel.cid, author.id, a_text(crowd.chance, 9))
    yield from messages.hold(world, message, pending=False)
    for who in [each for each in world.connected if each in channel.members]:
        yield from reads.read(world, channel, world.users[who])
    yield from messages.unblock(world, message)


WEIGHTS = (
    (0.35, ban_in_channel),
    (0.2, lift_channel_ban),
    (0.12, ban_everywhere),
    (0.15, lift_ban),
    (0.3, freeze_or_thaw),
    (0.2, truncate),
    (0.15, delete_all_of),
    (0.05, close_account),
    (0.12, suspend),
    (0.25, whisper),
    (0.2, block_and_release),
)
