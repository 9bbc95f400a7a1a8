"""The life of channels: made, renamed, joined, left, deleted."""

from chatstate.clock import Timestamp
from chatstate.ids import Cid, UserId
from chatstate.simulator.actions.crowd import Crowd
from chatstate.simulator.actions.talk import a_message
from chatstate.simulator.event import Events
from chatstate.simulator.rows import Channel, Member, Message, User
from chatstate.simulator.rules import members, messages, people, rooms
from chatstate.simulator.words import a_room_name, a_text

ROLES = (("member", "channel_member"), ("moderator", "channel_moderator"), ("member", "channel_member"))


def a_channel(crowd: Crowd, cid: Cid, people_in: list[User], weight: float) -> Channel:
    """A channel that does not exist yet, with its members."""
    chance, now = crowd.chance, crowd.world.now
    channel = Channel(cid, a_room_name(chance), people_in[0].id, now, now, weight)
    for user in people_in:
        channel.members[user.id] = Member(cid, user.id, now, now)
        if chance.often(0.1):
            channel.members[user.id].custom = {"nickname": a_text(chance, 2)}
    channel.members[people_in[0].id].role = "owner"
    channel.members[people_in[0].id].channel_role = "channel_moderator"
    channel.custom = some_custom(crowd)
    if chance.often(0.1):
        channel.image = f"https://img.example.net/rooms/{chance.hex(8)}.png"
    return channel


def some_custom(crowd: Crowd) -> dict[str, object]:
    chance = crowd.chance
    custom: dict[str, object] = {}
    if chance.often(0.6):
        custom["topic"] = a_text(chance, 5)
    if chance.often(0.4):
        custom["archived_docs"] = chance.often(0.5)
    return custom


def a_cid(crowd: Crowd) -> Cid:
    """A new channel's name: told by an application, or made from its members."""
    chance = crowd.chance
    kind = chance.pick(("messaging", "messaging", "messaging", "team", "team", "commerce", "livestream"))
    if chance.often(0.4):
        return Cid(f"{kind}:!members-{''.join(chance.hex(11) for _ in range(4))[:43]}")
    return Cid(f"{kind}:{a_room_name(chance).lower().replace(' ', '-')}-{chance.hex(4)}")


def a_party(crowd: Crowd, size: int) -> list[User]:
    """People to be members together, none of them connected."""
    ids = [id for id, user in crowd.world.users.items() if user.active and id not in crowd.world.connected]
    return [crowd.world.users[id] for id in crowd.chance.some(ids, size)]


def open_room(crowd: Crowd) -> Events:
    """A channel comes to someone connected: a new one, one that was deleted, or one that has been without them."""
    user, world, chance = crowd.connected(), crowd.world, crowd.chance
    if len(user.channels) >= crowd.wanted:
        return
    waiting = [each for each in world.channels.values() if user.id not in each.members and user.id not in each.left]
    if waiting and chance.often(0.6):
        yield from _join(crowd, chance.pick(waiting), user)
        return
    ended = [each for each in world.ended.values() if _was_deleted(each, user)]
    anew = chance.pick(ended) if ended and chance.often(0.3) else None
    cid = a_cid(crowd) if anew is None else anew.cid
    party = a_party(crowd, chance.between(3, 14))
    founding = anew is not None or chance.often(0.5)
    channel = a_channel(crowd, cid, [*party, user] if founding else party, chance.roll() * 0.5 + 0.05)
    if anew is not None:
        channel.quiet_until = Timestamp(world.now + crowd.rest)
    yield from rooms.create(world, channel, party[0])
    if not founding:
        yield from _join(crowd, channel, user)
    elif chance.often(0.8):
        yield from members.watch(world, channel, user)


def _was_deleted(channel: Channel, user: User) -> bool:
    """Whether someone was in a channel when it was deleted."""
    return user.id in channel.left and channel.left[user.id].why == "deleted"


def _join(crowd: Crowd, channel: Channel, user: User) -> Events:
    """Someone connected is added, or invited; who declines an invitation is removed again."""
    world, chance = crowd.world, crowd.chance
    invited = chance.often(0.5)
    yield from members.add(world, channel, user, invite=invited)
    if chance.often(0.8):
        yield from members.watch(world, channel, user)
    if not invited:
        return

    def reply() -> Events:
        if world.channels.get(channel.cid) is not channel or user.id not in channel.members:
            return
        accept = chance.often(0.7)
        yield from members.answer_invite(world, channel, user, accept=accept)
        if not accept:
            yield from _send_away(crowd, channel, user)

    crowd.later(120, reply)


def send_away(crowd: Crowd) -> Events:
    """Someone connected is removed from a channel, and mostly added again after a while."""
    channel = crowd.room(thawed=False)
    user = crowd.connected()
    if channel is not None and user.id in channel.members:
        yield from _send_away(crowd, channel, user)


def _send_away(crowd: Crowd, channel: Channel, user: User) -> Events:
    world, chance = crowd.world, crowd.chance
    shape = chance.pick(("full", "zeroed", "absent"))
    yield from members.remove(world, channel, user, shape=shape, kicked=chance.often(0.4))

    def back() -> Events:
        if world.channels.get(channel.cid) is channel and user.id not in channel.members:
            channel.quiet_until = Timestamp(world.now + crowd.rest)
            yield from members.add(world, channel, user)
            yield from members.watch(world, channel, user)

    if chance.often(0.8):
        crowd.later(900, back)


def close_room(crowd: Crowd) -> Events:
    """A channel is deleted, if those who are connected have enough of them."""
    channel = crowd.room(thawed=False) if crowd.chance.often(0.7) else crowd.unwatched()
    if channel is not None and len(crowd.connected().channels) > crowd.wanted // 2:
        yield from rooms.delete(crowd.world, channel, crowd.owner(channel))


def knock(crowd: Crowd) -> Events:
    """Someone writes where someone connected does not watch; once in a while that makes them look."""
    channel = crowd.unwatched()
    author = None if channel is None else crowd.other(channel)
    if channel is None or author is None or not crowd.may_write(channel, author):
        return
    yield from messages.post(crowd.world, a_message(crowd, channel, author))
    if crowd.chance.often(0.004):
        for who in crowd.world.absent(channel):
            yield from members.watch(crowd.world, channel, crowd.world.users[who])


def redecorate(crowd: Crowd) -> Events:
    """A channel gets another name, image or custom data; a system message may tell of it."""
    channel = crowd.room(thawed=False)
    if channel is None:
        return
    chance, owner = crowd.chance, crowd.owner(channel)
    name = a_room_name(chance) if chance.often(0.7) else channel.name
    custom = {key: value for key, value in channel.custom.items() if chance.often(0.6)} | some_custom(crowd)
    image = channel.image if chance.often(0.7) else None
    system = Message(
        crowd.new_id(owner), channel.cid, owner.id, f"{owner.name} calls this {name}", silent=crowd.answered
    )
    yield from rooms.update(
        crowd.world, channel, owner, name=name, custom=custom, image=image, system=system if chance.often(0.4) else None
    )


def announce(crowd: Crowd) -> Events:
    """A system message of its own: it counts as any other."""
    channel = crowd.room()
    if channel is not None:
        owner = crowd.owner(channel)
        if crowd.may_write(channel, owner):
            message = Message(crowd.new_id(owner), channel.cid, owner.id, a_text(crowd.chance, 6), type="system")
            yield from messages.post(crowd.world, message)


def join(crowd: Crowd) -> Events:
    """Someone becomes a member; sometimes someone who is new altogether; sometimes by invitation."""
    channel = crowd.room(thawed=False)
    if channel is None or len(channel.members) > 90:
        return
    world, chance = crowd.world, crowd.chance
    user = crowd.stranger(channel)
    if user is None or chance.often(0.1):
        user = crowd.new_user(len(world.users))
        world.users[user.id] = user
    yield from members.add(world, channel, user, invite=chance.often(0.15))


def leave(crowd: Crowd) -> Events:
    channel = crowd.room(thawed=False)
    user = None if channel is None else crowd.other(channel)
    if channel is None or user is None or len(channel.members) < 5 or user.id == channel.created_by:
        return
    yield from members.remove(crowd.world, channel, user, shape=crowd.chance.pick(("full", "zeroed", "absent")))


def change_member(crowd: Crowd) -> Events:
    channel = crowd.room(thawed=False)
    user = None if channel is None else crowd.other(channel)
    if channel is None or user is None:
        return
    member, chance = channel.members[user.id], crowd.chance
    if member.invited and member.invite_accepted_at is None:
        yield from members.answer_invite(crowd.world, channel, user, accept=True)
    elif chance.often(0.5):
        yield from members.update(crowd.world, channel, user, role=chance.pick(ROLES))
    else:
        custom = {"nickname": a_text(chance, 2)} if chance.often(0.6) else {}
        yield from members.update(crowd.world, channel, user, custom=custom)


def arrive(crowd: Crowd, id: UserId) -> Events:
    """Someone who is now connected is told which channels they are in, and watches nearly all of them."""
    world = crowd.world
    user = world.users[id]
    for index, channel in enumerate([each for each in world.channels.values() if id in each.members]):
        channel.members[id].created_at = channel.members[id].updated_at = world.tick()
        user.channels[channel.cid] = None
        yield from members.welcome(world, channel, user)
        if index % 16 != 5:
            yield from members.watch(world, channel, user)


def type_idly(crowd: Crowd) -> Events:
    """Someone types and never says that they stopped."""
    channel = crowd.room()
    user = None if channel is None else crowd.other(channel)
    if channel is not None and user is not None:
        yield from people.type_in(crowd.world, channel, user, None)


WEIGHTS = (
    (0.6, open_room),
    (0.1, send_away),
    (0.12, close_room),
    (2.2, knock),
    (0.9, redecorate),
    (0.5, announce),
    (1.1, join),
    (0.6, leave),
    (1.1, change_member),
    (0.5, type_idly),
)
