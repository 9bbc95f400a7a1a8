"""Polls, live locations, assistants, thread titles, user groups, and what applications send themselves."""

from chatstate.clock import SECOND, Timestamp
from chatstate.ids import PollId
from chatstate.simulator.actions.crowd import Crowd
from chatstate.simulator.event import Events
from chatstate.simulator.rows import Group, Location, Message, Poll
from chatstate.simulator.rules import messages, people, polls
from chatstate.simulator.words import PLACES, TITLES, a_text

CUSTOM_KINDS = ("custom", "whiteboard.stroke", "order_shipped", "call.rang", "dice-rolled")


def ask(crowd: Crowd) -> Events:
    """Someone asks all in a channel, with a poll."""
    channel = crowd.room()
    author = None if channel is None else crowd.writer(channel)
    if channel is None or author is None or crowd.world.shadow_banned(author, channel):
        return
    world, chance = crowd.world, crowd.chance
    message = Message(crowd.new_id(author), channel.cid, author.id, "")
    options = {chance.uuid(): a_text(chance, 3) for _ in range(chance.between(2, 5))}
    id, now = PollId(chance.uuid()), world.tick()
    poll = Poll(id, f"{a_text(chance, 5)}?", author.id, message.id, now, now, options)
    poll.unique, poll.anonymous = chance.often(0.6), chance.often(0.2)
    world.polls[id] = poll
    message.poll_id = id
    yield from messages.post(world, message)


def answer_poll(crowd: Crowd) -> Events:
    """Something happens to a poll: mostly a vote."""
    poll = _poll(crowd)
    if poll is None:
        return
    world, chance = crowd.world, crowd.chance
    channel = world.channels[world.messages[poll.message_id].cid]
    user = crowd.connected() if chance.often(0.2) else crowd.other(channel)
    what = chance.roll()
    if user is None or user.id not in channel.members:
        return
    if what < 0.6:
        yield from polls.vote(world, poll, user, chance.pick(list(poll.options)), chance.uuid())
    elif what < 0.72:
        yield from polls.answer(world, poll, user, a_text(chance, 6), chance.uuid())
    elif what < 0.85:
        if poll.votes:
            yield from polls.take_back(world, poll, chance.pick(list(poll.votes.values())))
    elif what < 0.92:
        yield from polls.change(world, poll, a_text(chance, 8))
    elif what < 0.97:
        yield from polls.close(world, poll)
    else:
        yield from polls.delete(world, poll)


def _poll(crowd: Crowd) -> Poll | None:
    """An open poll where something can happen."""
    world = crowd.world
    polls_here = list(world.polls.values())[-30:]
    poll = crowd.chance.late(polls_here) if polls_here else None
    if poll is None or poll.closed or poll.message_id not in world.messages:
        return None
    message = world.messages[poll.message_id]
    channel = world.channels[message.cid]
    return poll if channel in crowd.live() and messages.is_open(world, message) else None


def share_location(crowd: Crowd) -> Events:
    """Someone shows where they are; a live location moves a few times."""
    channel = crowd.room()
    author = None if channel is None else crowd.writer(channel)
    if channel is None or author is None or crowd.world.shadow_banned(author, channel):
        return
    world, chance = crowd.world, crowd.chance
    message = Message(crowd.new_id(author), channel.cid, author.id, "")
    now = world.tick()
    end_at = Timestamp(now + 900 * SECOND) if chance.often(0.7) else None
    place = (48 + chance.roll(), 11 + chance.roll())
    message.location = Location(message.id, *place, f"device-{author.id}", now, now, end_at)
    yield from messages.post(world, message)

    def move() -> Events:
        if message.location is not None and messages.is_open(world, message) and crowd.may_write(channel, author):
            yield from polls.move_location(world, message, place[0] + chance.roll() / 100, place[1])

    for _ in range(0 if end_at is None else chance.between(1, 4)):
        crowd.later(120, move)


def think(crowd: Crowd) -> Events:
    """An assistant thinks about a message for a while."""
    channel = crowd.room()
    message = None if channel is None else crowd.message(channel)
    if channel is None or message is None:
        return
    world, chance = crowd.world, crowd.chance
    if channel.ai_message_id is not None:
        yield from polls.ai_done(world, channel, stopped=chance.often(0.4))
        return
    for state in ("AI_STATE_THINKING", "AI_STATE_GENERATING"):
        yield from polls.ai_state(world, channel, message, state)


def name_thread(crowd: Crowd) -> Events:
    channel = crowd.room()
    parent = None if channel is None else crowd.thread(channel)
    by = None if channel is None else crowd.member(channel)
    if parent is not None and by is not None:
        yield from polls.title(crowd.world, parent, by, crowd.chance.pick(TITLES))


def group_up(crowd: Crowd) -> Events:
    """A user group is formed, changed, or disbanded."""
    world, chance, by = crowd.world, crowd.chance, crowd.connected()
    ids = list(world.users)
    if not world.groups or chance.often(0.2):
        members = dict.fromkeys(chance.some(ids, 4), world.now)
        group = Group(chance.uuid(), f"{chance.pick(PLACES)} group", by.id, world.now, world.now, members)
        yield from people.form_group(world, group, by)
        return
    group = chance.pick(list(world.groups.values()))
    what = chance.roll()
    if what < 0.6:
        among = list(group.members) if group.members and chance.often(0.4) else ids
        yield from people.regroup(world, group, by, world.users[chance.pick(among)])
    elif what < 0.8:
        yield from people.change_group(world, group, by, name=f"{chance.pick(PLACES)} people")
    else:
        yield from people.disband(world, group, by)


def something_else(crowd: Crowd) -> Events:
    """An application's own event."""
    channel = crowd.room(thawed=False)
    user = None if channel is None else crowd.member(channel)
    if user is None:
        return
    chance = crowd.chance
    payload = {"detail": {"points": [1, 2.5, None, {"deep": [chance.below(100)]}]}, "remark": a_text(chance, 9)}
    where = None if chance.often(0.12) else channel
    yield from polls.custom(crowd.world, chance.pick(CUSTOM_KINDS), user, where, payload)


def run_the_app(crowd: Crowd) -> Events:
    """The application's settings change, or a channel has a streak."""
    channel = crowd.room(thawed=False)
    if channel is not None and crowd.chance.often(0.5):
        yield from polls.streak(crowd.world, channel, crowd.chance.between(2, 90))
        return
    lists = ("allowed_file_extensions", "allowed_mime_types", "blocked_file_extensions", "blocked_mime_types")
    upload: dict[str, object] = {name: [] for name in lists}
    upload["size_limit"] = crowd.chance.between(1, 9) * 10_000_000
    app = {"name": "harbour", "auto_translation_enabled": False}
    yield from polls.app_updated(crowd.world, app | {"file_upload_config": upload, "image_upload_config": upload})


WEIGHTS = (
    (0.4, ask),
    (2.4, answer_poll),
    (0.2, share_location),
    (0.5, think),
    (0.8, name_thread),
    (0.35, group_up),
    (1.2, something_else),
    (0.15, run_the_app),
)
