"""What clients send as a message becomes a row."""

import re
from typing import Any

from chatstate.ids import MessageId, UserId
from chatstate.server import call as read
from chatstate.server.call import Call
from chatstate.server.refusal import Json, Refusal, forbidden, missing, wrong
from chatstate.simulator.rows import Channel, Message
from chatstate.simulator.settings import CONFIGS

ID = r"[\w@.:!-]{1,255}"

FIXED = frozenset({
    "id", "cid", "text", "html", "mml", "type", "command", "args", "user", "user_id", "member", "attachments",
    "latest_reactions", "own_reactions", "reaction_counts", "reaction_scores", "reaction_groups", "reply_count",
    "deleted_reply_count", "mentioned_users", "mentioned_channel", "mentioned_here", "silent", "shadowed", "pinned",
    "pinned_at", "pinned_by", "pin_expires", "restricted_visibility", "created_at", "updated_at", "deleted_at",
    "parent_id", "show_in_channel", "quoted_message_id", "quoted_message", "thread_participants", "poll", "poll_id",
    "i18n", "message_text_updated_at", "shared_location", "before_message_send_failed", "channel", "deleted_for_me",
    "status", "__html",
})  # fmt: skip
"""Keys of a message that are not its custom data: a client may send them back as it got them."""


def signed(call: Call, raw: Json, owner: UserId) -> None:
    """Raises ``Refusal`` 403 where a payload says that it is of anyone but ``owner``."""
    user = raw.get("user")
    for named in (raw.get("user_id"), user.get("id") if isinstance(user, dict) else user):
        if named is not None and named != owner:
            raise forbidden(f"user {call.user.id!r} cannot act as {named!r:.60}")


def drafted(call: Call, channel: Channel, raw: Json) -> Message:
    """A new message of the caller. Raises ``Refusal`` for one that cannot be sent."""
    signed(call, raw, call.user.id)
    id = MessageId(read.text(raw, "id", "") or call.world.chance.uuid())
    if id in call.world.messages:
        raise wrong(f"a message with ID {id} already exists")
    if not re.fullmatch(ID, id):
        raise wrong(f"message.id: expected up to 255 letters, digits and -_@.:!, got {id!r:.60}")
    message = Message(id, channel.cid, call.user.id, _text(channel, raw))
    message.attachments = read.things(raw, "attachments", most=30)
    if not message.text and not message.attachments and not (raw.keys() - FIXED):
        raise wrong("message: neither text nor attachments")
    message.mentioned = mentioned(call, raw)
    message.silent = read.flag(raw, "silent")
    message.custom = custom(raw)
    if raw.get("quoted_message_id"):
        message.quoted_id = _here(call, channel, read.text(raw, "quoted_message_id")).id
    if raw.get("parent_id"):
        parent = _here(call, channel, read.text(raw, "parent_id"))
        if parent.parent_id is not None:
            raise wrong("message.parent_id: a reply has no thread of its own")
        message.type, message.parent_id = "reply", parent.id
        message.show_in_channel = read.flag(raw, "show_in_channel")
    return message


def _text(channel: Channel, raw: Json) -> str:
    text = read.text(raw, "text", "")
    longest = CONFIGS[channel.type]["max_message_length"]
    if len(text) > longest:
        raise Refusal(400, 22, f"message.text: longer than {longest}")
    return text


def _here(call: Call, channel: Channel, id: str) -> Message:
    message = call.message(id)
    if message.cid != channel.cid:
        raise missing(f"there is no message {id!r} in {channel.cid}")
    return message


def mentioned(call: Call, raw: Json) -> tuple[UserId, ...]:
    """Who is mentioned: by id, or as users."""
    listed = raw.get("mentioned_users")
    if listed is None:
        return ()
    if not isinstance(listed, list) or len(listed) > 25:
        raise wrong("message.mentioned_users: expected a list of at most 25")
    ids = [each.get("id") if isinstance(each, dict) else each for each in listed]
    return tuple(dict.fromkeys(call.other(read.text({"mentioned_users": id}, "mentioned_users")).id for id in ids))


def custom(raw: Json) -> dict[str, Any]:
    """What of a payload is an application's own."""
    return {key: value for key, value in raw.items() if key not in FIXED}


def changes(call: Call, message: Message, raw: Json) -> dict[str, Any]:
    """What an update says anew, by the row's own names."""
    signed(call, raw, message.user_id)
    changed: dict[str, Any] = {}
    if "text" in raw:
        changed["text"] = _text(call.world.channels[message.cid], raw)
    if "attachments" in raw:
        changed["attachments"] = read.things(raw, "attachments", most=30)
    if "mentioned_users" in raw:
        changed["mentioned"] = mentioned(call, raw)
    return changed


def system_message(call: Call, channel: Channel) -> Message | None:
    """The message that tells of what is done to a channel, where the call brings one."""
    raw = call.object("message")
    if not raw:
        return None
    message = drafted(call, channel, raw)
    message.silent = True  # nobody's unread number counts it, and an answer could not say so otherwise
    return message
