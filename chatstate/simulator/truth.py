"""What the service knows, as one user could know it: the canonical dump."""

from typing import Any

from chatstate.clock import Timestamp, format
from chatstate.ids import Cid, MessageId, UserId
from chatstate.simulator.frames import Account
from chatstate.simulator.rows import Channel, Message, Read
from chatstate.simulator.world import World

Json = dict[str, Any]


def dump(account: Account) -> Json:
    """Everything the user was told of, as it is after the last frame. O(the user's messages)."""
    world, me = account.world, account.user_id
    mine = world.users[me].channels
    return {
        "schema": 1,
        "source": "truth",
        "me": me,
        "last_event_at": format(account.last_at),
        "client": _client(account),
        "gone": _gone(account),
        "channels": {cid: _channel(account, world.channels[cid]) for cid in mine},
    }


def _client(account: Account) -> Json:
    world = account.world
    me = world.users[account.user_id]
    users = [world.users[id] for id in account.view.seen]
    return {
        "users": {each.id: {"name": each.name, "online": each.online, "banned": world.banned(each)} for each in users},
        "muted_users": sorted(id for id, mute in me.mutes.items() if mute.holds(world.now)),
        "channel_mutes": sorted(cid for cid, mute in me.channel_mutes.items() if mute.holds(world.now)),
        "reminders": sorted(me.reminders),
        **account.told,
    }


def _gone(account: Account) -> dict[Cid, str]:
    world, me = account.world, account.user_id
    left = {each.cid: each.left[me] for each in (*world.channels.values(), *world.ended.values()) if me in each.left}
    return {cid: each.why for cid, each in left.items() if each.at >= account.since}


def _channel(account: Account, channel: Channel) -> Json:
    world, me = account.world, account.user_id
    visible = [each for each in channel.messages if world.sees(me, each)]
    replies = [each for each in visible if each.parent_id is not None]
    unread = world.unread_messages(channel, me)
    mute = channel.muted_by.get(me)
    return {
        "watched": me in channel.watchers,
        "messages": [_message(world, me, each) for each in visible if not each.thread_only],
        "threads": _threads(replies),
        "replies": {each.id: _message(world, me, each) for each in replies},
        "pinned": _pinned(me, visible),
        "members": {id: _member(world, channel, id) for id in channel.members},
        "member_count": len(channel.members),
        "watchers": sorted(channel.watchers),
        "watcher_count": len(channel.watchers),
        "read": _reads(world, me, channel),
        "unread": len(unread),
        "unread_mentions": sum(me in each.mentioned and not _deleted(me, each) for each in unread),
        **_typing(account, channel),
        "frozen": channel.frozen,
        "hidden": me in channel.hidden,
        "muted": mute is not None and mute.holds(world.now),
        "name": channel.name,
    }


def _deleted(me: UserId, message: Message) -> bool:
    return message.deleted_at is not None or me in message.deleted_for


def _message(world: World, me: UserId, message: Message) -> Json:
    deleted = _deleted(me, message)
    counts: dict[str, int] = {}
    scores: dict[str, int] = {}
    for each in message.reactions.values():
        counts[each.type] = counts.get(each.type, 0) + 1
        scores[each.type] = scores.get(each.type, 0) + each.score
    shown: Json = {
        "id": message.id,
        "user_id": message.user_id,
        "text": message.text,
        "type": "deleted" if deleted else message.type,
        "deleted": deleted,
        "created_at": format(message.created_at),
        "reaction_counts": counts,
        "reaction_scores": scores,
        "own_reactions": sorted(type for user_id, type in message.reactions if user_id == me),
        "reply_count": message.reply_count,
        "pinned": message.pinned_at is not None and not deleted,
        "user_name": world.users[message.user_id].name,
    }
    if message.parent_id is not None:
        shown |= {"parent_id": message.parent_id, "show_in_channel": message.show_in_channel}
    return shown | _quote(world, me, message)


def _quote(world: World, me: UserId, message: Message) -> Json:
    if message.quoted_id is None:
        return {}
    quoted = world.messages.get(message.quoted_id)
    if quoted is None or not world.sees(me, quoted):
        return {"quoted_id": message.quoted_id, "quoted_deleted": True}
    return {"quoted_id": quoted.id, "quoted_text": quoted.text, "quoted_deleted": _deleted(me, quoted)}


def _threads(replies: list[Message]) -> dict[MessageId, list[MessageId]]:
    threads: dict[MessageId, list[MessageId]] = {}
    for reply in replies:
        if reply.parent_id is not None:
            threads.setdefault(reply.parent_id, []).append(reply.id)
    return threads


def _pinned(me: UserId, visible: list[Message]) -> list[MessageId]:
    pinned = [(each.pinned_at, each.id) for each in visible if each.pinned_at is not None and not _deleted(me, each)]
    return [id for _, id in sorted(pinned)]


def _member(world: World, channel: Channel, id: UserId) -> Json:
    member, user = channel.members[id], world.users[id]
    return {
        "role": member.role,
        "channel_role": member.channel_role,
        "banned": world.banned(user, channel),
        "shadow_banned": world.shadow_banned(user, channel),
        "name": user.name,
        "online": user.online,
    }


def _reads(world: World, me: UserId, channel: Channel) -> Json:
    """Who has read how far: my own row, and what others showed of theirs."""
    shown: dict[UserId, tuple[Timestamp, MessageId | None]] = {}
    for user_id, row in channel.reads.items():
        told = _own(row) if user_id == me else row.shown
        if told is not None:
            shown[user_id] = told
    return {
        user_id: {
            "last_read": format(last_read),
            "last_read_message_id": message_id,
            "unread_messages": len(world.unread_messages(channel, user_id)),
        }
        for user_id, (last_read, message_id) in shown.items()
    }


def _own(row: Read) -> tuple[Timestamp, MessageId | None] | None:
    """My own row, unless no frame says what I read last."""
    return None if row.vague else (row.last_read, row.message_id)


def _typing(account: Account, channel: Channel) -> Json:
    begun = account.watched.get(channel.cid, account.since)
    typing = {
        (user_id if parent_id is None else f"{user_id}@{parent_id}"): format(since)
        for (user_id, parent_id), since in account.world.typing(channel).items()
        if user_id != account.user_id and since >= begun
    }
    return {"typing": sorted(typing), "typing_since": typing}
