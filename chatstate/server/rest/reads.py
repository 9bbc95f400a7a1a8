"""Reading, marking unread, typing, an application's own events, and what a user was not there to hear."""

import orjson

from chatstate.clock import SECOND
from chatstate.ids import Cid
from chatstate.server import call as read
from chatstate.server.call import Call
from chatstate.server.refusal import Json, wrong
from chatstate.simulator.event import Event
from chatstate.simulator.rows import Channel, Message
from chatstate.simulator.rules import people, polls, reads
from chatstate.simulator.settings import reads as keeps_reads

RESERVED = (
    "message.", "channel.", "user.", "member.", "reaction.", "notification.", "typing.", "health.", "connection.",
    "poll.", "thread.", "draft.", "reminder.", "app.", "user_group.",
)  # fmt: skip
"""How the service's own kinds of events begin."""

TELLS = frozenset({
    "type", "cid", "channel_type", "channel_id", "user", "user_id", "created_at", "me", "connection_id",
    "total_unread_count", "unread_channels", "unread_threads", "unread_count",
})  # fmt: skip
"""What only the service says in an event."""

MOST = 1_000
"""How many events one answer holds at most."""

THIRTY_DAYS = 30 * 86_400 * SECOND


def mark_read(call: Call) -> Json:
    """``POST /channels/{type}/{id}/read``: the channel up to now, or one thread of it."""
    channel = _keeping(call)
    if call.body.get("thread_id"):
        done = call.do(reads.read_thread(call.world, _parent(call, channel), call.user))
    else:
        if call.body.get("message_id"):
            call.message(call.text("message_id"))
        done = call.do(reads.read(call.world, channel, call.user))
    return _told(call, done)


def _told(call: Call, done: list[Event]) -> Json:
    return {"event": call.event(done[0])} if done else {}


def _keeping(call: Call) -> Channel:
    channel = call.channel()
    if not keeps_reads(channel.type):
        raise wrong(f"{channel.cid} does not keep who has read it")
    return channel


def _parent(call: Call, channel: Channel) -> Message:
    parent = call.message(call.text("thread_id"))
    if parent.cid != channel.cid or parent.thread is None:
        raise wrong(f"thread_id: {parent.id!r} has no thread in {channel.cid}")
    return parent


def mark_unread(call: Call) -> Json:
    """``POST /channels/{type}/{id}/unread``: from a message or a time on, or one thread."""
    channel, world, me = _keeping(call), call.world, call.user.id
    if call.body.get("thread_id"):
        parent = _parent(call, channel)
        if not world.replies(parent):
            raise wrong(f"thread_id: {parent.id!r} has no replies")
        return _told(call, call.do(reads.mark_thread_unread(world, parent, call.user)))
    if call.body.get("message_id"):
        first = call.message(call.text("message_id"))
        if first.cid != channel.cid:
            raise wrong(f"message_id: {first.id!r} is not in {channel.cid}")
    else:
        since = read.time(call.body, "message_timestamp")
        if since is None:
            raise wrong("expected message_id, thread_id or message_timestamp")
        later = [each for each in channel.messages if each.created_at > since and world.sees(me, each)]
        later = [each for each in later if not each.thread_only]
        if not later:
            raise wrong("message_timestamp: no message is later")
        first = later[0]
    return _told(call, call.do(reads.mark_unread(world, channel, call.user, first)))


def mark_all_read(call: Call) -> Json:
    """``POST /channels/read``: every channel, or those named in ``read_by_channel``."""
    named = call.object("read_by_channel")
    if not named:
        return _told(call, call.do(reads.read_everything(call.world, call.user)))
    for channel in [call.channel(Cid(cid)) for cid in named]:
        call.do(reads.read(call.world, channel, call.user))
    return {}


def delivered(call: Call) -> Json:
    """``POST /channels/delivered``"""
    for each in read.things(call.body, "latest_delivered_messages"):
        call.do(reads.deliver(call.world, call.channel(Cid(read.text(each, "cid"))), call.user))
    return {}


def send_event(call: Call) -> Json:
    """``POST /channels/{type}/{id}/event``: typing, or an application's own."""
    channel, raw = call.channel(), call.object("event")
    kind = read.text(raw, "type")
    parent_id = None if not raw.get("parent_id") else call.message(read.text(raw, "parent_id")).id
    if kind == "typing.start":
        call.may_write(channel)
        done = call.do(people.type_in(call.world, channel, call.user, parent_id))
    elif kind == "typing.stop":
        done = call.do(people.stop_typing_in(call.world, channel, call.user, parent_id))
    elif kind.startswith(RESERVED):
        raise wrong(f"event.type: {kind!r} is the service's own")
    else:
        own = {key: value for key, value in raw.items() if key not in TELLS}
        done = call.do(polls.custom(call.world, kind, call.user, channel, own))
    return _told(call, done)


def sync(call: Call) -> Json:
    """``POST /sync``: what happened in channels since a time, and to users; 400 where that is too much or too old."""
    cids = {Cid(each) for each in read.texts(call.body, "channel_cids")}
    since = read.time(call.body, "last_sync_at")
    if not cids or since is None:
        raise wrong("expected channel_cids and last_sync_at")
    call.town.catch_up()
    if call.world.now - since > THIRTY_DAYS:
        raise wrong("last_sync_at: more than 30 days ago")
    missed = call.town.missed(call.user.id, since)
    if missed is None:
        raise wrong("last_sync_at: too many events since then")
    gone = [cid for cid in cids if cid not in call.user.channels]
    frames = [frame for cid, frame in missed if cid is None or cid in cids]
    if len(frames) > MOST:
        raise wrong("last_sync_at: too many events since then")
    answer: Json = {"events": [orjson.loads(frame) for frame in frames]}
    return answer | {"inaccessible_cids": sorted(gone)} if read.flag(call.body, "with_inaccessible_cids") else answer
