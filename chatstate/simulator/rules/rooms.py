"""Channels: made, changed, frozen, hidden, emptied, and deleted."""

from typing import Any

from chatstate.clock import Timestamp
from chatstate.simulator.event import Absent, As, Events, Parts, Watching
from chatstate.simulator.rows import Channel, Custom, Leaving, Message, Mute, User
from chatstate.simulator.rules.deletions import end_reminders, stop_typing
from chatstate.simulator.rules.members import welcome
from chatstate.simulator.world import World


def create(world: World, channel: Channel, by: User) -> Events:
    """A channel with its members begins; one that was deleted begins anew, empty."""
    channel.created_at = channel.updated_at = world.tick()
    world.channels[channel.cid] = channel
    ended = world.ended.pop(channel.cid, None)
    if ended is not None:
        channel.left = {who: why for who, why in ended.left.items() if who not in channel.members}
    for member in channel.members.values():
        member.created_at = member.updated_at = channel.created_at
        world.users[member.user_id].channels[channel.cid] = None
    yield world.event(
        "channel.created", channel, to=channel.members, channel=As(channel, "peopled"), user=by,
        channel_member_count=len(channel.members),
    )  # fmt: skip
    for user_id in [each for each in world.connected if each in channel.members]:
        yield from welcome(world, channel, world.users[user_id])


def update(
    world: World, channel: Channel, by: User, *, name: str, custom: Custom, image: str | None,
    system: Message | None = None,
) -> Events:  # fmt: skip
    """Name, image and custom data are replaced whole; a ``system`` message may tell of it."""
    channel.name, channel.custom, channel.image = name, custom, image
    channel.updated_at = world.tick()
    parts = _with_message(world, channel, system)
    yield world.event(
        "channel.updated", channel, to=channel.watchers, channel=As(channel, "configured"), user=by, **parts,
        channel_member_count=len(channel.members),
    )  # fmt: skip


def _with_message(world: World, channel: Channel, system: Message | None) -> Parts:
    """A system message inside another event joins the timeline, and nobody's unread number."""
    if system is None:
        return {}
    system.type, system.quiet = "system", True
    system.created_at = system.updated_at = world.tick()
    world.add_message(system)
    return {"message": system, "message_id": system.id}


def freeze(world: World, channel: Channel, frozen: bool) -> Events:
    channel.frozen = frozen
    yield world.event("channel.frozen" if frozen else "channel.unfrozen", channel, to=channel.watchers)


def hide(world: World, channel: Channel, user: User, *, clear: bool) -> Events:
    """A channel leaves a user's list until something happens in it; ``clear`` also lets its history go, for them."""
    if clear:
        yield from end_reminders(world, channel.messages, user)
        yield from stop_typing(world, channel, channel.messages)
    at = world.tick()
    channel.hidden[user.id] = None
    if clear:
        channel.cleared[user.id] = at
        channel.unread.pop(user.id, None)
        for message in channel.messages:
            user.unread_threads.pop(message.id, None)
    yield world.event("channel.hidden", channel, to=(user.id,), at=at, channel=channel, user=user, clear_history=clear)


def show(world: World, channel: Channel, user: User) -> Events:
    del channel.hidden[user.id]
    yield world.event("channel.visible", channel, to=(user.id,), channel=channel, user=user)


def truncate(
    world: World, channel: Channel, by: User, *, before: Timestamp | None = None, system: Message | None = None,
    dated: bool = True,
) -> Events:  # fmt: skip
    """Messages created before a time go: all of them, where no time is given.

    An event that is not ``dated`` does not tell the time: it means up to its own.
    """
    gone = [each for each in channel.messages if before is None or each.created_at < before]
    yield from end_reminders(world, gone)
    yield from stop_typing(world, channel, gone)
    channel.updated_at = world.tick()
    channel.truncated_at = channel.updated_at if before is None else before
    world.drop_messages(channel, gone)
    parts = _with_message(world, channel, system)
    at = world.tick()
    if before is None and not dated:
        channel.truncated_at = at
    channel.last_message_at = max((each.created_at for each in channel.messages if not each.thread_only), default=None)
    shown = As(channel, "configured" if dated else "undated")
    yield world.event("channel.truncated", channel, to=channel.watchers, at=at, channel=shown, user=by, **parts)
    absent = Absent(channel.members, channel.watchers)
    yield world.event(
        "notification.channel_truncated", channel, to=absent, at=at, tells=("unread",), channel=shown, **parts
    )


def delete(world: World, channel: Channel, by: User) -> Events:
    """A channel ends, for everyone."""
    yield from end_reminders(world, channel.messages)
    for user_id in [each for each in channel.muted_by if each in world.connected]:
        yield from mute(world, channel, world.users[user_id], None, on=False)
    watchers = dict(channel.watchers)
    at = channel.deleted_at = channel.updated_at = world.tick()
    world.drop_messages(channel, channel.messages)
    del world.channels[channel.cid]
    for member in channel.members:
        user = world.users[member]
        user.channels.pop(channel.cid, None)
        user.channel_mutes.pop(channel.cid, None)
        user.drafts = {key: draft for key, draft in user.drafts.items() if key[0] != channel.cid}
        channel.left[member] = Leaving("deleted", at)
    world.ended[channel.cid] = channel
    told: Parts = {"channel": As(channel, "configured"), "user": by}
    yield world.event("channel.deleted", channel, to=Watching(watchers), at=at, tells=("unread", "threads"), **told)
    absent = Absent(channel.members, watchers)
    yield world.event("notification.channel_deleted", channel, to=absent, at=at, tells=("unread",), **told)


def mute(world: World, channel: Channel, user: User, expires: Timestamp | None, *, on: bool = True) -> Events:
    """A user wants to hear nothing of a channel, or again."""
    mute = Mute(world.tick(), expires)
    _keep(user.channel_mutes, channel.cid, mute if on else None)
    _keep(channel.muted_by, user.id, mute if on else None)
    told: Parts = {"mute": As((channel, user, mute), "channel mute")} if on else {}
    yield world.event("channel.muted" if on else "channel.unmuted", channel, to=(user.id,), user=user, **told)
    yield world.event("notification.channel_mutes_updated", to=(user.id,), me=As(user, "own"))


def _keep(mutes: dict[Any, Mute], key: str, mute: Mute | None) -> None:
    mutes.pop(key, None)
    if mute is not None:
        mutes[key] = mute
