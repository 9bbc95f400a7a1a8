"""What users may do at random, through the calls a client makes."""

from collections.abc import Awaitable, Callable
from typing import Any

from chatstate.ids import Cid
from chatstate.simulator.chance import Chance
from tests.server.visitors import Visitor

Deed = Callable[[Visitor, Chance], Awaitable[Any]]

ALLOWED = {200, 400, 403, 404}
"""What a deed may meet: the world moves on while someone makes up their mind."""


async def do_something(visitor: Visitor, chance: Chance) -> None:
    """One random deed."""
    await chance.pick(DEEDS)(visitor, chance)


async def _try(visitor: Visitor, method: str, path: str, body: Any = None, **query: Any) -> None:
    answer = await visitor.call(method, path, body, **query)
    assert answer.status_code in ALLOWED, answer.text


def _cid(visitor: Visitor, chance: Chance) -> str:
    return chance.pick(sorted(visitor.store.channels))


def _path(cid: str, rest: str = "") -> str:
    return f"/channels/{cid.replace(':', '/')}{rest}"


def _message(visitor: Visitor, chance: Chance, *, mine: bool = False) -> Any:
    messages = visitor.store.channel(_cid(visitor, chance)).messages[-15:]
    found = [each for each in messages if not mine or (each.user is not None and each.user.id == visitor.name)]
    return chance.pick(found) if found else None


async def say(visitor: Visitor, chance: Chance) -> None:
    message = {"id": chance.uuid(), "text": f"{visitor.name} says {chance.hex(6)}", "colour": chance.hex(2)}
    other = _message(visitor, chance)
    cid = _cid(visitor, chance) if other is None else other.cid
    if other is not None and chance.often(0.3):
        message["quoted_message_id"] = other.id
    if other is not None and chance.often(0.3) and other.parent_id is None:
        message |= {"parent_id": other.id, "show_in_channel": chance.often(0.3)}
    if chance.often(0.2):
        message["mentioned_users"] = ["ana", "bo"]
    if chance.often(0.05):
        message["silent"] = True
    await _try(visitor, "POST", _path(cid, "/message"), {"message": message})


async def edit(visitor: Visitor, chance: Chance) -> None:
    message = _message(visitor, chance, mine=True)
    if message is None:
        return
    if chance.often(0.5):
        await _try(visitor, "POST", f"/messages/{message.id}", {"message": {"id": message.id, "text": chance.hex(8)}})
    else:
        await _try(visitor, "PUT", f"/messages/{message.id}", {"set": {"text": chance.hex(8)}, "unset": ["colour"]})


async def delete(visitor: Visitor, chance: Chance) -> None:
    message = _message(visitor, chance, mine=True)
    if message is not None:
        how = {"hard": "true"} if chance.often(0.5) else {}
        await _try(visitor, "DELETE", f"/messages/{message.id}", **how)


async def react(visitor: Visitor, chance: Chance) -> None:
    message = _message(visitor, chance)
    if message is None:
        return
    own = [each.type for each in message.own_reactions]
    if own and chance.often(0.4):
        await _try(visitor, "DELETE", f"/messages/{message.id}/reaction/{chance.pick(own)}")
        return
    reaction = {"type": chance.pick(("like", "love", "wow")), "score": chance.between(1, 3)}
    body = {"reaction": reaction, "enforce_unique": chance.often(0.4)}
    await _try(visitor, "POST", f"/messages/{message.id}/reaction", body)


async def read(visitor: Visitor, chance: Chance) -> None:
    await _try(visitor, "POST", _path(_cid(visitor, chance), "/read"), {})


async def read_all(visitor: Visitor, chance: Chance) -> None:
    await _try(visitor, "POST", "/channels/read", {})


async def unread(visitor: Visitor, chance: Chance) -> None:
    message = _message(visitor, chance)
    if message is not None:
        await _try(visitor, "POST", _path(message.cid, "/unread"), {"message_id": message.id})


async def read_thread(visitor: Visitor, chance: Chance) -> None:
    message = _message(visitor, chance)
    if message is not None and message.reply_count:
        kind = "/read" if chance.often(0.6) else "/unread"
        await _try(visitor, "POST", _path(message.cid, kind), {"thread_id": message.id})


async def typing(visitor: Visitor, chance: Chance) -> None:
    kind = "typing.start" if chance.often(0.6) else "typing.stop"
    await _try(visitor, "POST", _path(_cid(visitor, chance), "/event"), {"event": {"type": kind}})


async def wave(visitor: Visitor, chance: Chance) -> None:
    await _try(visitor, "POST", _path(_cid(visitor, chance), "/event"), {"event": {"type": "wave", "hands": 2}})


async def pin(visitor: Visitor, chance: Chance) -> None:
    message = _message(visitor, chance)
    if message is not None:
        await _try(visitor, "PUT", f"/messages/{message.id}", {"set": {"pinned": not message.pinned}})


async def hide(visitor: Visitor, chance: Chance) -> None:
    cid = _cid(visitor, chance)
    hidden = visitor.store.channel(cid).hidden
    await _try(visitor, "POST", _path(cid, "/show" if hidden else "/hide"), {"clear_history": chance.often(0.2)})


async def mute(visitor: Visitor, chance: Chance) -> None:
    if chance.often(0.5):
        cid = _cid(visitor, chance)
        verb = "unmute" if visitor.store.channel(cid).muted else "mute"
        await _try(visitor, "POST", f"/moderation/{verb}/channel", {"channel_cids": [cid]})
    else:
        who = chance.pick(sorted(visitor.store.users))
        muted = {each.user.id for each in visitor.store.me.mutes}
        await _try(visitor, "POST", f"/moderation/{'unmute' if who in muted else 'mute'}", {"target_ids": [who]})


async def open_room(visitor: Visitor, chance: Chance) -> None:
    if len(visitor.store.channels) < 20:
        told = {"name": chance.hex(6), "members": ["ana", "bo"] if chance.often(0.6) else [], "topic": chance.hex(3)}
        await _try(visitor, "POST", f"/channels/messaging/{chance.hex(8)}/query", {"data": told, "state": True})


async def change_room(visitor: Visitor, chance: Chance) -> None:
    cid, what = _cid(visitor, chance), chance.roll()
    other = "bo" if visitor.name == "ana" else "ana"
    if what < 0.3:
        await _try(visitor, "PATCH", _path(cid), {"set": {"name": chance.hex(6), "mood": chance.hex(3)}})
    elif what < 0.4:
        await _try(visitor, "PATCH", _path(cid), {"set": {"frozen": not visitor.store.channel(cid).frozen}})
    elif what < 0.6:
        message = {"id": chance.uuid(), "text": "called otherwise"}
        await _try(visitor, "POST", _path(cid), {"data": {"name": chance.hex(6)}, "message": message})
    elif what < 0.75 and (channel := visitor.service.town.world.channels.get(Cid(cid))) is not None:
        key = "remove_members" if other in channel.members else "add_members"
        await _try(visitor, "POST", _path(cid), {key: [other]})
    elif what < 0.9:
        await _try(visitor, "PATCH", _path(cid, "/member"), {"set": {"pinned": chance.often(0.5)}})
    elif what < 0.97:
        await _try(visitor, "POST", _path(cid, "/truncate"), {})
    else:
        await _try(visitor, "DELETE", _path(cid))


async def forget(visitor: Visitor, chance: Chance) -> None:
    message = _message(visitor, chance)
    if message is not None and not message.pinned:
        await _try(visitor, "DELETE", f"/messages/{message.id}", delete_for_me="true")


async def receive(visitor: Visitor, chance: Chance) -> None:
    message = _message(visitor, chance)
    if message is not None:
        told = [{"cid": message.cid, "id": message.id}]
        await _try(visitor, "POST", "/channels/delivered", {"latest_delivered_messages": told})


DEEDS: tuple[Deed, ...] = (
    say, say, say, say, say, say, edit, edit, delete, react, react, react, read, read, read_all, unread, read_thread,
    typing, wave, pin, hide, mute, open_room, change_room, change_room, forget, receive,
)  # fmt: skip
