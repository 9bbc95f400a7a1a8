"""The service's REST calls, as values: one function each, named after what it does."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from chatstate.clock import Timestamp, format
from chatstate.live.rest import Call, path

Filter = Mapping[str, Any]
Sort = Sequence[tuple[str, int]]

LARGEST_PAGE = 30
"""Channels that one query answers at most."""

MESSAGES = 30
"""Messages of each channel that a query asks for, unless told otherwise."""

LARGEST_THREAD = 300
"""Replies that one call answers at most."""

LARGEST_HISTORY = 300
"""Messages of one channel that one call answers at most."""

SYNCED_AT_ONCE = 100
"""Channels that one sync takes at most."""


def channel_path(cid: str, *more: str) -> str:
    """The path of a channel's calls."""
    kind, _, id = cid.partition(":")
    return path("channels", kind, id, *more)


def query_channels(
    conditions: Filter, sort: Sort, *, limit: int, offset: int = 0, messages: int = MESSAGES, watch: bool = True
) -> Call:
    """A page of the channels that meet a filter, with their state."""
    body = {"filter_conditions": dict(conditions), "sort": _sorted(sort), "limit": limit, "offset": offset}
    state = {"state": True, "watch": watch, "presence": watch, "message_limit": messages, "member_limit": 100}
    return Call("POST", "/channels", body | state, again=True)


def query_channel(cid: str, *, messages: Mapping[str, Any] | None = None, watch: bool = False) -> Call:
    """One channel's state, with a page of its messages."""
    body: dict[str, Any] = {"state": True, "watch": watch, "presence": watch}
    if messages is not None:
        body["messages"] = dict(messages)
    return Call("POST", channel_path(cid, "query"), body, again=True)


def create_channel(type: str, id: str | None, data: Mapping[str, Any], *, watch: bool = False) -> Call:
    """A channel by that id, made if there is none; without one, that of just those members."""
    body = {"data": dict(data), "state": True, "watch": watch, "presence": watch}
    where = path("channels", type, "query") if id is None else path("channels", type, id, "query")
    return Call("POST", where, body, again=True)


def change_members(cid: str, *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> Call:
    """Add members to a channel, or remove some."""
    body = {"add_members": list(add)} if add else {"remove_members": list(remove)}
    return Call("POST", channel_path(cid), body, again=True)


def stop_watching(cid: str) -> Call:
    """Be told no longer of what happens in a channel."""
    return Call("POST", channel_path(cid, "stop-watching"), {}, again=True)


def sync(cids: Iterable[str], since: Timestamp) -> Call:
    """What happened in channels since a time."""
    body = {"channel_cids": list(cids), "last_sync_at": format(since), "with_inaccessible_cids": True}
    return Call("POST", "/sync", body, again=True)


def send_message(cid: str, message: Mapping[str, Any], *, skip_push: bool = False) -> Call:
    """Send a message; its own id keeps a repetition from doubling it."""
    body = {"message": dict(message)} | ({"skip_push": True} if skip_push else {})
    return Call("POST", channel_path(cid, "message"), body, again=True)


def get_message(id: str) -> Call:
    """One message."""
    return Call("GET", path("messages", id), again=True)


def update_message(id: str, *, set: Mapping[str, Any], unset: Sequence[str] = ()) -> Call:
    """Change parts of a message."""
    return Call("PUT", path("messages", id), {"set": dict(set), "unset": list(unset)}, again=True)


def delete_message(id: str, *, hard: bool = False) -> Call:
    """Delete a message, for good if ``hard``."""
    return Call("DELETE", path("messages", id), query={"hard": "true"} if hard else {}, again=True)


def react(id: str, reaction: Mapping[str, Any], *, unique: bool = False) -> Call:
    """React to a message, in the place of what was reacted before if ``unique``."""
    body = {"reaction": dict(reaction), "enforce_unique": unique}
    return Call("POST", path("messages", id, "reaction"), body, again=True)


def unreact(id: str, type: str) -> Call:
    """Take a reaction back."""
    return Call("DELETE", path("messages", id, "reaction", type), again=True)


def replies(id: str, asked: Mapping[str, Any]) -> Call:
    """A page of a thread's replies."""
    return Call("GET", path("messages", id, "replies"), query={k: str(v) for k, v in asked.items()}, again=True)


def mark_read(cid: str, *, thread: str | None = None) -> Call:
    """A channel is read, or one of its threads."""
    return Call("POST", channel_path(cid, "read"), {} if thread is None else {"thread_id": thread}, again=True)


def mark_all_read() -> Call:
    """Every channel is read."""
    return Call("POST", "/channels/read", {}, again=True)


def mark_unread(cid: str, *, message: str | None = None, thread: str | None = None) -> Call:
    """A channel is unread from a message on, or a thread is."""
    body = {"message_id": message} if thread is None else {"thread_id": thread}
    return Call("POST", channel_path(cid, "unread"), body, again=True)


def send_event(cid: str, event: Mapping[str, Any]) -> Call:
    """Tell those who watch a channel of an event: typing, or an application's own."""
    return Call("POST", channel_path(cid, "event"), {"event": dict(event)})


def hide(cid: str, *, clear_history: bool = False) -> Call:
    """Hide a channel until something happens in it."""
    return Call("POST", channel_path(cid, "hide"), {"clear_history": clear_history}, again=True)


def show(cid: str) -> Call:
    """Show a hidden channel."""
    return Call("POST", channel_path(cid, "show"), {}, again=True)


def query_threads(*, limit: int, next: str | None = None) -> Call:
    """A page of my threads."""
    body = {"limit": limit, "reply_limit": 10, "participant_limit": 100, "watch": True}
    return Call("POST", "/threads", body | ({} if next is None else {"next": next}), again=True)


def query_members(cid: str, conditions: Filter, *, limit: int, offset: int = 0) -> Call:
    """A page of a channel's members."""
    kind, _, id = cid.partition(":")
    asked = {"type": kind, "id": id, "filter_conditions": dict(conditions), "limit": limit, "offset": offset}
    return Call("GET", "/members", query={"payload": orjson.dumps(asked).decode()}, again=True)


def _sorted(sort: Sort) -> list[dict[str, Any]]:
    return [{"field": field, "direction": direction} for field, direction in sort]
