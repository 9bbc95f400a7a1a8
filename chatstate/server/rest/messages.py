"""Messages: sent, changed, deleted, asked for; and the reactions to them."""

from chatstate.clock import SECOND
from chatstate.server import call as read
from chatstate.server.call import Call
from chatstate.server.pages import page
from chatstate.server.refusal import Json, Refusal, forbidden, missing, wrong
from chatstate.server.rest.drafting import changes, custom, drafted
from chatstate.simulator.payloads.answers import answered_message
from chatstate.simulator.payloads.messages import reaction
from chatstate.simulator.rows import Channel, Message
from chatstate.simulator.rules import deletions, messages, reactions


def _answer(call: Call, message: Message) -> Json:
    return {"message": answered_message(call.glance, message)}


def send(call: Call) -> Json:
    """``POST /channels/{type}/{id}/message``"""
    channel, raw = call.channel(), call.object("message")
    message = drafted(call, channel, raw)
    call.may_write(channel)
    _cooled(call, channel)
    call.do(messages.post(call.world, message))
    if read.flag(raw, "pinned"):
        call.do(messages.pin(call.world, message, call.user, read.time(raw, "pin_expires")))
    return _answer(call, message)


def _cooled(call: Call, channel: Channel) -> None:
    """Raises ``Refusal`` where a slow channel wants the caller to wait."""
    if not channel.cooldown or call.leads(channel):
        return
    call.town.catch_up()
    last = next((each for each in reversed(channel.messages) if each.user_id == call.user.id), None)
    if last is not None and call.world.now - last.created_at < channel.cooldown * SECOND:
        raise Refusal(403, 60, f"{channel.cid} is slow: one message in {channel.cooldown} s")


def get(call: Call) -> Json:
    """``GET /messages/{id}``"""
    return _answer(call, call.message())


def replies(call: Call) -> Json:
    """``GET /messages/{id}/replies``"""
    parent, me = call.message(), call.user.id
    found = [call.world.messages[id] for id in parent.replies if id in call.world.messages]
    asked: Json = {key: value for key, value in call.query.items() if key != "limit"}
    asked["limit"] = call.asked("limit", 30, most=300)
    shown = page([each for each in found if call.world.sees(me, each)], asked, default=30)
    return {"messages": [answered_message(call.glance, each) for each in shown]}


def update(call: Call) -> Json:
    """``POST /messages/{id}``: the message as a whole."""
    message, raw = _changeable(call), call.object("message")
    changed = changes(call, message, raw) | {"custom": custom(raw)}
    call.do(messages.change(call.world, message, call.user, changed))
    if "pinned" in raw:
        _pin(call, message, raw)
    return _answer(call, message)


def update_part(call: Call) -> Json:
    """``PUT /messages/{id}``: some keys set, some unset. A pin alone is anyone's who may pin."""
    told, unset = call.object("set"), read.texts(call.body, "unset")
    content = {key: value for key, value in told.items() if key not in ("pinned", "pin_expires", "pinned_at")}
    message = _changeable(call) if content or unset else call.message()
    if content or unset:
        kept = {key: value for key, value in message.custom.items() if key not in unset}
        changed = changes(call, message, content) | {"custom": kept | custom(content)}
        for name, empty in (("text", ""), ("attachments", [])):
            if name in unset:
                changed[name] = empty
        call.do(messages.change(call.world, message, call.user, changed))
    if "pinned" in told:
        _pin(call, message, told)
    return _answer(call, message)


def _changeable(call: Call) -> Message:
    message = call.own_message()
    if message.deleted_at is not None:
        raise wrong(f"message {message.id!r} is deleted")
    return message


def _pin(call: Call, message: Message, raw: Json) -> None:
    wanted = read.flag(raw, "pinned")
    if wanted and message.deleted_at is not None:
        raise wrong(f"message {message.id!r} is deleted")
    if wanted and message.pinned_at is None:
        call.do(messages.pin(call.world, message, call.user, read.time(raw, "pin_expires")))
    elif not wanted and message.pinned_at is not None:
        call.do(messages.unpin(call.world, message, call.user))


def delete(call: Call) -> Json:
    """``DELETE /messages/{id}``: softly, for good with ``hard``, for the caller alone with ``delete_for_me``."""
    if call.query.get("delete_for_me") == "true":
        message = call.message()
        call.do(deletions.delete_for_me(call.world, message, call.user))
        return _answer(call, message)
    message = call.own_message()
    hard = call.query.get("hard") == "true"
    if hard:
        channel = call.world.channels[message.cid]
        call.do(deletions.delete_for_good(call.world, message, call.user))
        assert channel.cid in call.world.channels
    elif message.deleted_at is None:
        call.do(deletions.delete(call.world, message, call.user))
    return _answer(call, message)


def react(call: Call) -> Json:
    """``POST /messages/{id}/reaction``"""
    message, raw = call.message(), call.object("reaction")
    if raw.get("user_id") not in (None, call.user.id):
        raise forbidden(f"user {call.user.id!r} cannot act as {raw['user_id']!r:.60}")
    if message.deleted_at is not None:
        raise wrong(f"message {message.id!r} is deleted")
    type = read.text(raw, "type")
    score = raw.get("score", 1)
    if not isinstance(score, int) or isinstance(score, bool) or abs(score) > 10_000 or len(type) > 30:
        raise wrong(f"reaction: expected a short type and a whole score, got {type!r:.40} and {score!r:.20}")
    known = {"type", "score", "user_id", "user", "message_id", "created_at", "updated_at"}
    own = {key: value for key, value in raw.items() if key not in known}
    unique = read.flag(call.body, "enforce_unique")
    call.do(reactions.react(call.world, message, call.user, type, score=score, unique=unique, custom=own))
    return _answer(call, message) | {"reaction": reaction(call.glance, message.reactions[call.user.id, type])}


def unreact(call: Call) -> Json:
    """``DELETE /messages/{id}/reaction/{type}``"""
    message = call.message()
    row = message.reactions.get((call.user.id, call.path["reaction"]))
    if row is None:
        raise missing(f"user {call.user.id!r} has no reaction {call.path['reaction']!r} on {message.id!r}")
    call.do(reactions.unreact(call.world, message, call.user, row.type))
    return _answer(call, message) | {"reaction": reaction(call.glance, row)}
