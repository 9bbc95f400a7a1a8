"""Channels: asked for, made, changed, hidden, emptied, deleted."""

import hashlib
import re
from typing import Any

from chatstate.ids import Cid, UserId
from chatstate.server import call as read
from chatstate.server.call import Call
from chatstate.server.filters import matches, ordered
from chatstate.server.pages import page
from chatstate.server.refusal import Json, forbidden, missing, wrong
from chatstate.server.rest.drafting import system_message
from chatstate.server.tokens import ANONYMOUS
from chatstate.simulator.payloads.answers import answered_channel, channel_state
from chatstate.simulator.payloads.rooms import member
from chatstate.simulator.rows import Channel, Member, Message
from chatstate.simulator.rules import members, rooms
from chatstate.simulator.settings import CONFIGS

NAME = r"[\w-]{1,64}|!members-\w{43}"

MOST = 30
"""How many channels one query answers at most."""

OPEN = frozenset({"livestream"})
"""The types of channels that anyone may join."""

FIXED = frozenset({
    "id", "type", "cid", "created_at", "updated_at", "deleted_at", "truncated_at", "last_message_at", "created_by",
    "created_by_id", "member_count", "members", "config", "own_capabilities", "name", "image", "frozen", "cooldown",
    "disabled", "hidden", "muted", "team", "invites", "message_count", "watcher_count", "hide_messages_before",
    "blocked",
})  # fmt: skip
"""Keys of a channel that are not its custom data."""


def query(call: Call) -> Json:
    """``POST /channels``: a page of the caller's channels, in order; those hidden only if asked for."""
    conditions = call.object("filter_conditions")
    limit, offset = call.number("limit", 10, most=MOST), call.number("offset", 0, most=10_000)
    world, me = call.world, call.user.id
    mine = [world.channels[cid] for cid in call.user.channels]
    if "hidden" not in conditions:
        mine = [each for each in mine if me not in each.hidden]
    found = [each for each in mine if matches(world, each, me, conditions)]
    found = ordered(world, found, me, read.things(call.body, "sort"))[offset : offset + limit]
    asked = {"limit": call.number("message_limit", 25, most=300)}
    shown = call.number("member_limit", 100, most=100)
    for channel in found:
        _watch(call, channel)
    return {"channels": [_state(call, each, asked, list(each.members.values())[:shown]) for each in found]}


def query_one(call: Call) -> Json:
    """``POST /channels/{type}/{id}/query``: one channel, made now if it does not exist, and pages of what it holds."""
    channel = _made(call, call.cid) if call.cid not in call.world.channels else call.channel()
    return _whole(call, channel)


def query_distinct(call: Call) -> Json:
    """``POST /channels/{type}/query``: the one channel of just those members."""
    people = sorted({*_people(call, call.object("data"), "members"), call.user.id})
    name = hashlib.sha256(",".join(people).encode()).hexdigest()[:43]
    cid = Cid(f"{call.path['type']}:!members-{name}")
    channel = _made(call, cid) if cid not in call.world.channels else call.channel(cid)
    return _whole(call, channel)


def _whole(call: Call, channel: Channel) -> Json:
    asked = call.object("members")
    first, limit = read.number(asked, "offset", 0, most=10_000), read.number(asked, "limit", 100, most=300)
    _watch(call, channel)
    return _state(call, channel, call.object("messages"), list(channel.members.values())[first : first + limit])


def _watch(call: Call, channel: Channel) -> None:
    """Watch a channel if the call asks for it. Raises ``Refusal`` 400 where no connection could be told of it."""
    if read.flag(call.body, "watch"):
        if call.connection is None:
            raise wrong("watch: the connection_id names no connection of yours")
        call.town.watch(call.connection, channel)


def _state(call: Call, channel: Channel, asked: Json, people: list[Member]) -> Json:
    visible = [each for each in channel.messages if not each.thread_only and call.world.sees(call.user.id, each)]
    return channel_state(call.view, channel, page(visible, asked, default=25), people)


def _made(call: Call, cid: Cid) -> Channel:
    """A new channel; its maker is a member."""
    if cid.partition(":")[0] not in CONFIGS:
        raise missing(f"there is no channel type {cid.partition(':')[0]!r}")
    if call.user.id == ANONYMOUS:
        raise forbidden("who is anonymous makes no channels")
    if not re.fullmatch(NAME, cid.partition(":")[2]):
        raise wrong(f"{cid!r:.80}: a channel's id has up to 64 letters, digits, - and _")
    told, now = call.object("data"), call.world.now
    channel = Channel(cid, read.text(told, "name", ""), call.user.id, now, now, 0.2)
    channel.custom = {key: value for key, value in told.items() if key not in FIXED}
    for id in (call.user.id, *_people(call, told, "members")):
        channel.members.setdefault(id, Member(cid, id, now, now))
    channel.members[call.user.id].role, channel.members[call.user.id].channel_role = "owner", "channel_moderator"
    call.do(rooms.create(call.world, channel, call.user))
    return channel


def _people(call: Call, raw: Json, name: str) -> list[UserId]:
    """Users named by id, or as members with a ``user_id``. Raises ``Refusal`` 404 for one there is not."""
    listed = raw.get(name)
    if listed is None:
        return []
    if not isinstance(listed, list) or len(listed) > 100:
        raise wrong(f"{name}: expected a list of at most 100")
    ids = [read.text(each, "user_id") if isinstance(each, dict) else each for each in listed]
    return [call.other(read.text({name: id}, name)).id for id in ids]


def stop_watching(call: Call) -> Json:
    """``POST /channels/{type}/{id}/stop-watching``"""
    channel = call.channel()
    if call.connection is not None and call.connection.watches(channel.cid):
        call.town.stop_watching(call.connection, channel.cid)
    return {}


def hide(call: Call) -> Json:
    """``POST /channels/{type}/{id}/hide``"""
    channel, clear = call.channel(), read.flag(call.body, "clear_history")
    call.do(rooms.hide(call.world, channel, call.user, clear=clear))
    return {}


def show(call: Call) -> Json:
    """``POST /channels/{type}/{id}/show``"""
    channel = call.channel()
    if call.user.id in channel.hidden:
        call.do(rooms.show(call.world, channel, call.user))
    return {}


def change(call: Call) -> Json:
    """``POST /channels/{type}/{id}``: data replaced whole, members added and removed, invitations answered."""
    channel = _joined(call) or call.channel()
    for accept, name in ((True, "accept_invite"), (False, "reject_invite")):
        if read.flag(call.body, name):
            if not call.member(channel).invited:
                raise wrong(f"user {call.user.id!r} was not invited to {channel.cid}")
            call.do(members.answer_invite(call.world, channel, call.user, accept=accept))
    added = [id for id in _people(call, call.body, "add_members") if id not in channel.members]
    invited = [id for id in _people(call, call.body, "invites") if id not in channel.members]
    removed = [id for id in _people(call, call.body, "remove_members") if id in channel.members]
    if removed != [call.user.id] and (added or removed or invited or "data" in call.body):
        channel = call.led()
    for id in (*added, *invited):
        call.do(members.add(call.world, channel, call.world.users[id], invite=id in invited))
    for id in removed:
        call.do(members.remove(call.world, channel, call.world.users[id]))
    if "data" in call.body:
        told = call.object("data")
        _update(call, channel, told, {key: value for key, value in told.items() if key not in FIXED})
    elif call.body.get("message") is not None:
        _update(call, channel, {}, channel.custom)
    return _shown(call, channel)


def _joined(call: Call) -> Channel | None:
    """A channel that anyone may join, whom the caller adds themselves to; None where it is not that."""
    channel = call.world.channels.get(call.cid)
    alone = _people(call, call.body, "add_members") == [call.user.id] and call.user.id != ANONYMOUS
    if channel is None or not alone or call.user.id in channel.members or call.path["type"] not in OPEN:
        return None
    call.do(members.add(call.world, channel, call.user))
    return channel


def change_part(call: Call) -> Json:
    """``PATCH /channels/{type}/{id}``: some keys set, some unset."""
    channel, told = call.led(), call.object("set")
    without = read.texts(call.body, "unset")
    custom = {key: value for key, value in channel.custom.items() if key not in without}
    custom |= {key: value for key, value in told.items() if key not in FIXED}
    gone: Json = {"name": ""} if "name" in without else {}
    gone |= {"image": None} if "image" in without else {}
    if set(told) - {"frozen", "cooldown"} or without:
        _update(call, channel, told | gone, custom)
    else:
        _settings(call, channel, told)
    return _shown(call, channel)


def _update(call: Call, channel: Channel, told: Json, custom: dict[str, Any]) -> None:
    _settings(call, channel, told)
    name = read.text(told, "name", "") if "name" in told else channel.name
    image = told.get("image", channel.image)
    if image is not None and not isinstance(image, str):
        raise wrong(f"image: expected a string, got {image!r:.60}")
    system = system_message(call, channel)
    call.do(rooms.update(call.world, channel, call.user, name=name, custom=custom, image=image, system=system))


def _settings(call: Call, channel: Channel, told: Json) -> None:
    if "cooldown" in told:
        channel.cooldown = read.number(told, "cooldown", 0, most=120)
    if "frozen" in told and read.flag(told, "frozen") != channel.frozen:
        call.do(rooms.freeze(call.world, channel, not channel.frozen))


def _shown(call: Call, channel: Channel) -> Json:
    people = [member(call.glance, each) for each in channel.members.values()]
    return {"channel": answered_channel(call.glance, channel), "members": people}


def truncate(call: Call) -> Json:
    """``POST /channels/{type}/{id}/truncate``"""
    channel = call.led()
    before = read.time(call.body, "truncated_at")
    system: Message | None = system_message(call, channel)
    call.do(rooms.truncate(call.world, channel, call.user, before=before, system=system))
    return {"channel": answered_channel(call.glance, channel)}


def delete(call: Call) -> Json:
    """``DELETE /channels/{type}/{id}``"""
    channel = call.led()
    shown = answered_channel(call.glance, channel)
    call.do(rooms.delete(call.world, channel, call.user))
    return {"channel": shown}
