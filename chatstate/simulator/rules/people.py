"""Users: online and off, renamed, muted, deactivated, typing; what only their own devices know."""

from chatstate.clock import Timestamp
from chatstate.ids import MessageId
from chatstate.simulator.event import EVERYONE, Acquainted, As, Events, Parts
from chatstate.simulator.rows import Channel, Custom, Draft, Group, Message, Mute, Reminder, User
from chatstate.simulator.rules.deletions import forget_reminder, stop_typing, typing_parts
from chatstate.simulator.rules.members import stop_watching
from chatstate.simulator.world import World


def go_online(world: World, user: User) -> Events:
    user.online, user.last_active = True, world.tick()
    user.version += 1
    yield world.event("user.presence.changed", to=Acquainted(user.id), user=user)


def go_offline(world: World, user: User) -> Events:
    """Whoever goes offline stops typing and watching first."""
    for cid in list(user.channels):
        channel = world.channels[cid]
        yield from stop_typing(world, channel, user_id=user.id)
        if user.id in channel.watchers:
            yield from stop_watching(world, channel, user)
    user.online, user.last_active = False, world.tick()
    user.version += 1
    yield world.event("user.presence.changed", to=Acquainted(user.id), user=user)


def rename(world: World, user: User, *, name: str, image: str, custom: Custom, counters: bool = False) -> Events:
    """Name, image and custom data are replaced whole. ``counters``: the user's own devices are told those as well."""
    user.older = (user.name, user.image, user.updated_at)
    user.name, user.image, user.custom = name, image, custom
    user.updated_at = world.tick()
    user.version += 1
    own = counters and user.id in world.connected
    yield world.event("user.updated", to=Acquainted(user.id), user=As(user, "own") if own else user)


def deactivate(world: World, user: User, by: User) -> Events:
    user.deactivated_at = user.updated_at = world.tick()
    user.version += 1
    yield world.event("user.deactivated", to=Acquainted(user.id), user=user, created_by=by)


def reactivate(world: World, user: User, by: User) -> Events:
    user.deactivated_at = None
    user.updated_at = world.tick()
    user.version += 1
    yield world.event("user.reactivated", to=Acquainted(user.id), user=user, created_by=by)


def mute(world: World, user: User, target: User, expires: Timestamp | None) -> Events:
    user.mutes[target.id] = target.muted_by[user.id] = Mute(world.tick(), expires)
    yield world.event("user.muted", to=(user.id,), user=user, target_user=target)
    yield world.event("notification.mutes_updated", to=(user.id,), me=As(user, "own"))


def unmute(world: World, user: User, target: User) -> Events:
    del user.mutes[target.id]
    del target.muted_by[user.id]
    yield world.event("user.unmuted", to=(user.id,), user=user, target_user=target)
    yield world.event("notification.mutes_updated", to=(user.id,), me=As(user, "own"))


def type_in(world: World, channel: Channel, user: User, parent_id: MessageId | None) -> Events:
    at = world.tick()
    channel.typing[user.id, parent_id] = at
    parts = typing_parts(world, user.id, parent_id)
    yield world.event("typing.start", channel, to=channel.watchers, at=at, **parts)


def stop_typing_in(world: World, channel: Channel, user: User, parent_id: MessageId | None) -> Events:
    channel.typing.pop((user.id, parent_id), None)
    yield world.event("typing.stop", channel, to=channel.watchers, **typing_parts(world, user.id, parent_id))


def save_draft(world: World, user: User, draft: Draft) -> Events:
    user.drafts[draft.cid, draft.parent_id] = draft
    yield world.event("draft.updated", world.channels[draft.cid], to=(user.id,), **_of_draft(draft))


def discard_draft(world: World, user: User, draft: Draft) -> Events:
    user.drafts.pop((draft.cid, draft.parent_id), None)
    yield world.event("draft.deleted", world.channels[draft.cid], to=(user.id,), **_of_draft(draft))


def _of_draft(draft: Draft) -> Parts:
    return {"draft": draft} if draft.parent_id is None else {"draft": draft, "parent_id": draft.parent_id}


def remind(world: World, user: User, message: Message, remind_at: Timestamp | None) -> Events:
    """A reminder is set, or moved if there is one."""
    at = world.tick()
    known = user.reminders.get(message.id)
    kind = "reminder.created" if known is None else "reminder.updated"
    if known is None:
        known = user.reminders[message.id] = Reminder(message.id, user.id, at, at)
    known.updated_at, known.remind_at = at, remind_at
    yield world.event(
        kind, world.channels[message.cid], to=(user.id,), message_id=message.id, user_id=user.id, reminder=known
    )


def reminder_due(world: World, user: User, message: Message) -> Events:
    yield world.event(
        "notification.reminder_due", world.channels[message.cid], to=(user.id,), message_id=message.id, user_id=user.id,
        reminder=user.reminders[message.id],
    )  # fmt: skip


def drop_reminder(world: World, user: User, message: Message) -> Events:
    yield forget_reminder(world, user, message)


def flag_message(world: World, user: User, message: Message, reason: str) -> Events:
    channel = world.channels[message.cid]
    parts: Parts = {"message_id": message.id, "message": message, "user": user, "reason": reason}
    yield world.event("message.flagged", channel, to=(user.id,), about=message, **parts)


def flag_user(world: World, user: User, target: User, reason: str) -> Events:
    yield world.event("user.flagged", to=(user.id,), user=user, target_user=target, reason=reason)


def form_group(world: World, group: Group, by: User) -> Events:
    world.groups[group.id] = group
    group.created_at = group.updated_at = world.tick()
    group.members = dict.fromkeys(group.members, group.created_at)
    yield world.event("user_group.created", to=EVERYONE, user=by, user_group=group)


def change_group(world: World, group: Group, by: User, *, name: str) -> Events:
    group.name, group.updated_at = name, world.tick()
    yield world.event("user_group.updated", to=EVERYONE, user=by, user_group=group)


def regroup(world: World, group: Group, by: User, member: User) -> Events:
    """Someone joins the group, or leaves it if they were in it."""
    group.updated_at = at = world.tick()
    joins = member.id not in group.members
    if joins:
        group.members[member.id] = at
    else:
        del group.members[member.id]
    kind = "user_group.member_added" if joins else "user_group.member_removed"
    yield world.event(kind, to=EVERYONE, user=by, user_group=group, members=[member.id])


def disband(world: World, group: Group, by: User) -> Events:
    del world.groups[group.id]
    yield world.event("user_group.deleted", to=EVERYONE, user=by, user_group=group)
