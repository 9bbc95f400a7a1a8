"""What those who are connected do for themselves: reading, muting, hiding, noting."""

from chatstate.clock import Timestamp
from chatstate.simulator.actions.crowd import Crowd
from chatstate.simulator.event import Events
from chatstate.simulator.rows import Channel, Draft, Message, User
from chatstate.simulator.rules import deletions, members, messages, people, reads, rooms
from chatstate.simulator.settings import reads as keeps_reads
from chatstate.simulator.words import REASONS, a_name, a_text

MUTES = (None, None, 86_400, 180, 600)
"""How many seconds mutes last."""


def _where(crowd: Crowd) -> tuple[User, Channel | None]:
    """Someone connected, and a channel they watch."""
    user = crowd.connected()
    here = [each for each in crowd.live() if user.id in each.watchers]
    return user, crowd.chance.pick(here) if here else None


def _own_room(crowd: Crowd) -> tuple[User, Channel | None]:
    """Someone connected, and a channel of theirs, watched or not, that keeps who has read how far."""
    user = crowd.connected()
    here = [crowd.world.channels[cid] for cid in user.channels]
    channel = crowd.chance.pick(here) if here else None
    return user, channel if channel is not None and keeps_reads(channel.type) else None


def read(crowd: Crowd) -> Events:
    user, channel = _own_room(crowd)
    if channel is None:
        return
    how = crowd.chance.roll()
    if how < 0.15:
        yield from reads.read_silently(crowd.world, channel, user)
    else:
        yield from reads.read(crowd.world, channel, user, twice=how < 0.3)


def read_everything(crowd: Crowd) -> Events:
    yield from reads.read_everything(crowd.world, crowd.connected())


def read_thread(crowd: Crowd) -> Events:
    user = crowd.connected()
    followed = [each for each in user.unread_threads if each in crowd.world.messages]
    if not followed:
        return
    parent = crowd.world.messages[crowd.chance.pick(followed)]
    if crowd.world.sees(user.id, parent) and parent.cid in user.channels:
        yield from reads.read_thread(crowd.world, parent, user)


def mark_unread(crowd: Crowd) -> Events:
    user, channel = _where(crowd)
    if channel is None or not keeps_reads(channel.type):
        return
    world = crowd.world
    if crowd.chance.often(0.15):
        parent = crowd.thread(channel)
        if parent is not None and world.replies(parent):
            yield from reads.mark_thread_unread(world, parent, user)
        return
    newest = [each for each in channel.messages[-25:] if world.counts(user.id, each) and world.sees(user.id, each)]
    if newest:
        yield from reads.mark_unread(world, channel, user, crowd.chance.late(newest))


def hide_or_show(crowd: Crowd) -> Events:
    user, channel = _where(crowd)
    if channel is None:
        return
    if user.id in channel.hidden:
        yield from rooms.show(crowd.world, channel, user)
    else:
        yield from rooms.hide(crowd.world, channel, user, clear=crowd.chance.often(0.3))


def mute_user(crowd: Crowd) -> Events:
    user, channel = _where(crowd)
    target = None if channel is None else crowd.other(channel)
    if target is None:
        return
    holding = [id for id, mute in user.mutes.items() if mute.holds(crowd.world.now)]
    if target.id in holding or len(holding) > 4:
        target = crowd.world.users[crowd.chance.pick(holding)]
        yield from people.unmute(crowd.world, user, target)
    else:
        yield from people.mute(crowd.world, user, target, crowd.until(*MUTES))


def mute_channel(crowd: Crowd) -> Events:
    user, channel = _where(crowd)
    if channel is None:
        return
    mute = user.channel_mutes.get(channel.cid)
    on = mute is None or not mute.holds(crowd.world.now)
    yield from rooms.mute(crowd.world, channel, user, crowd.until(*MUTES) if on else None, on=on)


def delete_for_me(crowd: Crowd) -> Events:
    user, channel = _where(crowd)
    message = None if channel is None else crowd.message(channel)
    if message is not None and message.pinned_at is None:
        yield from deletions.delete_for_me(crowd.world, message, user)


def draft(crowd: Crowd) -> Events:
    """Something begun is kept, or thrown away."""
    user, channel = _where(crowd)
    if channel is None:
        return
    known = [each for each in user.drafts.values() if each.cid == channel.cid]
    if known and crowd.chance.often(0.5):
        yield from people.discard_draft(crowd.world, user, known[0])
        return
    parent = crowd.thread(channel) if crowd.chance.often(0.3) else None
    parent_id = None if parent is None else parent.id
    kept = Draft(channel.cid, crowd.new_id(user), a_text(crowd.chance), crowd.world.tick(), parent_id)
    yield from people.save_draft(crowd.world, user, kept)


def remind(crowd: Crowd) -> Events:
    """A reminder is set, moved, due, or dropped."""
    user, channel = _where(crowd)
    if channel is None:
        return
    world, chance = crowd.world, crowd.chance
    known = [world.messages[id] for id in user.reminders]
    known = [each for each in known if each.cid in user.channels]
    if not known or chance.often(0.5):
        message = crowd.message(channel)
        if message is not None:
            yield from people.remind(world, user, message, Timestamp(world.now + chance.within(90_000)))
        return
    message = chance.pick(known)
    what = chance.roll()
    if what < 0.4:
        moved = None if what < 0.1 else Timestamp(world.now + chance.within(9_000))
        yield from people.remind(world, user, message, moved)
    elif what < 0.7:
        yield from people.reminder_due(world, user, message)
    else:
        yield from people.drop_reminder(world, user, message)


def flag(crowd: Crowd) -> Events:
    user, channel = _where(crowd)
    message = None if channel is None else crowd.message(channel)
    if message is None or message.user_id == user.id:
        return
    reason = crowd.chance.pick(REASONS)
    if crowd.chance.often(0.5):
        yield from people.flag_message(crowd.world, user, message, reason)
    else:
        yield from people.flag_user(crowd.world, user, crowd.world.users[message.user_id], reason)


def rename(crowd: Crowd) -> Events:
    """Someone, connected or not, has a new name, picture and custom data."""
    chance, world = crowd.chance, crowd.world
    mine = chance.often(0.15)
    user = crowd.connected() if mine else world.users[chance.pick(list(world.users))]
    if not user.active:
        return
    custom = {key: value for key, value in user.custom.items() if chance.often(0.7)}
    if chance.often(0.3):
        custom["mood"] = a_text(chance, 3)
    image = f"https://img.example.net/avatars/{user.id}.png?size=256&v={chance.between(2, 99)}"
    counters = user.id in world.connected and chance.often(0.5)
    yield from people.rename(world, user, name=a_name(chance), image=image, custom=custom, counters=counters)


def for_myself_only(crowd: Crowd) -> Events:
    """The answer to a command, or an error: only its author is sent it."""
    user, channel = _where(crowd)
    if channel is not None and crowd.may_write(channel, user):
        message = Message(crowd.new_id(user), channel.cid, user.id, f"/giphy {a_text(crowd.chance, 4)}")
        message.type = "ephemeral" if crowd.chance.often(0.8) else "error"
        yield from messages.post(crowd.world, message, show_first=False)


def wait_for_approval(crowd: Crowd) -> Events:
    """A message of someone connected is pending for a while."""
    user, channel = _where(crowd)
    if channel is None or not crowd.may_write(channel, user):
        return
    message = Message(crowd.new_id(user), channel.cid, user.id, a_text(crowd.chance))
    yield from messages.hold(crowd.world, message, pending=True)

    def approve() -> Events:
        truncated = channel.truncated_at is not None and channel.truncated_at > message.created_at
        cleared = any(at > message.created_at for at in channel.cleared.values())
        if not truncated and not cleared and crowd.may_write(channel, user):
            message.held = False
            yield from messages.publish(crowd.world, message)

    if crowd.chance.often(0.85):
        crowd.later(20, approve)


def pin_room(crowd: Crowd) -> Events:
    """Someone connected pins or archives a channel for themselves."""
    user, channel = _where(crowd)
    if channel is None:
        return
    member = channel.members[user.id]
    if crowd.chance.often(0.5):
        yield from members.update(crowd.world, channel, user, pinned=member.pinned_at is None)
    else:
        yield from members.update(crowd.world, channel, user, archived=member.archived_at is None)


def be_reminded(crowd: Crowd) -> Events:
    yield from reads.unread_reminder(crowd.world, crowd.connected())


def type_myself(crowd: Crowd) -> Events:
    """Someone connected types, and hears of it like everyone else."""
    user, channel = _where(crowd)
    if channel is not None and crowd.may_write(channel, user):
        yield from people.type_in(crowd.world, channel, user, None)
        yield from people.stop_typing_in(crowd.world, channel, user, None)


WEIGHTS = (
    (7.0, read),
    (0.08, read_everything),
    (1.0, read_thread),
    (0.7, mark_unread),
    (0.7, hide_or_show),
    (0.4, mute_user),
    (0.4, mute_channel),
    (0.12, delete_for_me),
    (0.5, draft),
    (1.2, remind),
    (0.4, flag),
    (0.6, rename),
    (0.15, for_myself_only),
    (0.2, wait_for_approval),
    (0.2, pin_room),
    (0.15, be_reminded),
    (0.2, type_myself),
)
