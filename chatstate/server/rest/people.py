"""Members, threads, and whom or what a user does not want to hear of."""

from typing import Any

import orjson

from chatstate.clock import SECOND, Timestamp
from chatstate.ids import Cid
from chatstate.server import call as read
from chatstate.server.call import Call
from chatstate.server.refusal import Json, forbidden, missing, wrong
from chatstate.simulator.payloads.answers import thread_state
from chatstate.simulator.payloads.people import mute as shown_mute
from chatstate.simulator.payloads.rooms import channel_mute, member, own_user
from chatstate.simulator.rows import Member, Message
from chatstate.simulator.rules import members, people, rooms

FIXED = frozenset({
    "pinned", "archived", "pinned_at", "archived_at", "ban_expires", "invited", "invite_accepted_at",
    "invite_rejected_at", "is_moderator", "deleted_at",
})  # fmt: skip
"""Keys of a member that are not its custom data, beside those every member has."""


def change_membership(call: Call) -> Json:
    """``PATCH /channels/{type}/{id}/member``: what a member keeps of a channel: pinned, archived, custom data."""
    channel = call.channel()
    if call.path.get("user", call.user.id) != call.user.id:
        raise forbidden(f"user {call.user.id!r} cannot act as {call.path['user']!r:.60}")
    told, unset = call.object("set"), read.texts(call.body, "unset")
    wanted = {name: None if name not in told else read.flag(told, name) for name in ("pinned", "archived")}
    wanted |= {name: False for name in wanted if name in unset}
    row = call.member(channel)
    fixed = FIXED | set(member(call.glance, row).keys() - row.custom.keys())
    own = {key: value for key, value in row.custom.items() if key not in unset}
    own |= {key: value for key, value in told.items() if key not in fixed}
    call.do(
        members.update(call.world, channel, call.user, custom=own, pinned=wanted["pinned"], archived=wanted["archived"])
    )
    return {"channel_member": member(call.glance, row)}


def query_members(call: Call) -> Json:
    """``GET /members``: a page of a channel's members."""
    try:
        asked: Any = orjson.loads(call.query.get("payload", ""))
    except orjson.JSONDecodeError:
        raise wrong("payload: expected JSON") from None
    if not isinstance(asked, dict):
        raise wrong("payload: expected an object")
    channel = call.channel(Cid(f"{read.text(asked, 'type')}:{read.text(asked, 'id')}"))
    conditions = read.thing(asked, "filter_conditions")
    found = [each for each in channel.members.values() if _fits(call, each, conditions)]
    first, limit = read.number(asked, "offset", 0, most=10_000), read.number(asked, "limit", 100, most=100)
    return {"members": [member(call.glance, each) for each in found[first : first + limit]]}


def _fits(call: Call, row: Member, conditions: Json) -> bool:
    user = call.world.users[row.user_id]
    known = {"id": user.id, "user_id": user.id, "name": user.name, "channel_role": row.channel_role}
    for name, wanted in conditions.items():
        if name not in known:
            raise wrong(f"filter_conditions: cannot ask for {name!r:.60}")
        value = known[name]
        tests = wanted if isinstance(wanted, dict) else {"$eq": wanted}
        for operator, operand in tests.items():
            if operator == "$in" and isinstance(operand, list):
                fits = value in operand
            elif operator in ("$eq", "$autocomplete", "$q"):
                fits = value == operand if operator == "$eq" else str(operand).lower() in value.lower()
            else:
                raise wrong(f"filter_conditions.{name}: cannot tell {operator!r:.60}")
            if not fits:
                return False
    return True


def query_threads(call: Call) -> Json:
    """``POST /threads``: the threads the caller takes part in, the last active first."""
    world, me = call.world, call.user.id
    limit, first = call.number("limit", 10, most=25), _place(call)
    mine = [
        each
        for cid in call.user.channels
        for each in world.channels[cid].messages
        if each.thread is not None and me in each.thread.followers and each.reply_count and world.sees(me, each)
    ]
    mine.sort(key=lambda each: ((each.thread and each.thread.last_message_at) or 0, each.id), reverse=True)
    page = mine[first : first + limit]
    if read.flag(call.body, "watch") and call.connection is not None:
        for cid in dict.fromkeys(each.cid for each in page):
            call.town.watch(call.connection, world.channels[cid])
    replies, people_in = call.number("reply_limit", 2, most=300), call.number("participant_limit", 100, most=100)
    answer: Json = {"threads": [_thread(call, each, replies, people_in) for each in page]}
    return answer | {"next": str(first + limit)} if len(mine) > first + limit else answer


def _place(call: Call) -> int:
    told = call.text("next", "0") or "0"
    if not told.isdigit():
        raise wrong(f"next: no such page: {told!r:.60}")
    return int(told)


def get_thread(call: Call) -> Json:
    """``GET /threads/{id}``"""
    parent = call.message()
    if parent.thread is None:
        raise missing(f"message {parent.id!r} has no thread")
    replies, people_in = call.asked("reply_limit", 2, most=300), call.asked("participant_limit", 100, most=100)
    return {"thread": _thread(call, parent, replies, people_in)}


def _thread(call: Call, parent: Message, limit: int, participants: int) -> Json:
    world = call.world
    found = [world.messages[id] for id in parent.replies if id in world.messages]
    seen = [each for each in found if world.sees(call.user.id, each)]
    return thread_state(call.view, parent, seen[-limit:] if limit else [], participants=participants)


def mute(call: Call) -> Json:
    """``POST /moderation/mute``"""
    expires = _until(call, "timeout", 60 * SECOND)
    targets = [call.other(id) for id in read.texts(call.body, "target_ids")]
    for target in targets:
        if target.id == call.user.id:
            raise wrong("target_ids: nobody can mute themselves")
        call.do(people.mute(call.world, call.user, target, expires))
    shown = [shown_mute(call.glance, call.user, each.id, call.user.mutes[each.id]) for each in targets]
    return {"mutes": shown, "own_user": own_user(call.glance, call.user)} | ({"mute": shown[0]} if shown else {})


def unmute(call: Call) -> Json:
    """``POST /moderation/unmute``"""
    for target in [call.other(id) for id in read.texts(call.body, "target_ids")]:
        if target.id in call.user.mutes:
            call.do(people.unmute(call.world, call.user, target))
    return {}


def mute_channel(call: Call) -> Json:
    """``POST /moderation/mute/channel``"""
    expires = _until(call, "expiration", 1_000_000)
    channels = [call.channel(Cid(each)) for each in read.texts(call.body, "channel_cids")]
    for channel in channels:
        call.do(rooms.mute(call.world, channel, call.user, expires))
    shown = [channel_mute(call.glance, (each, call.user, call.user.channel_mutes[each.cid])) for each in channels]
    answer: Json = {"channel_mutes": shown, "own_user": own_user(call.glance, call.user)}
    return answer | ({"channel_mute": shown[0]} if shown else {})


def unmute_channel(call: Call) -> Json:
    """``POST /moderation/unmute/channel``"""
    for channel in [call.channel(Cid(each)) for each in read.texts(call.body, "channel_cids")]:
        if channel.cid in call.user.channel_mutes:
            call.do(rooms.mute(call.world, channel, call.user, None, on=False))
    return {}


def _until(call: Call, name: str, unit: int) -> Timestamp | None:
    lasts = call.number(name, 0, most=10**12)
    call.town.catch_up()
    return Timestamp(call.world.now + lasts * unit) if lasts else None
