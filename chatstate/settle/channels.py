"""Channels: their rows, their counts, and whether they show."""

from typing import Any

from chatstate.clock import NEVER, Timestamp
from chatstate.errors import Malformed
from chatstate.ids import Cid, MessageId, cid_of
from chatstate.model import Activity, Channel, JsonObject, Message, Span
from chatstate.model.reading import read_time
from chatstate.state.state import State

_NO_ACTIVITY = Activity.BASE


def the_channel(state: State, cid: Cid) -> Channel:
    """The channel's row, made of its name alone if it was never described. O(1)."""
    row = state.channels.get(cid)
    if row is None:
        kind, _, id = cid.partition(":")
        row = Channel.BASE.replace(cid=cid, type=kind, id=id)
        state.channels.put(cid, row)
    return row


def settle_activity(
    state: State, cid: Cid, channel: JsonObject | None, at: Timestamp, members: Any, messages: Any, watchers: Any
) -> None:
    """Take in counts, and the channel's own word on its last message, each by the newest event that tells it."""
    known = state.activity.get(cid, _NO_ACTIVITY)
    changes: dict[str, Any] = {}
    _count(changes, "member_count", members, known.member_count_at, at)
    _count(changes, "message_count", messages, known.message_count_at, at)
    _count(changes, "watcher_count", watchers, known.watcher_count_at, at)
    if channel is not None and "last_message_at" in channel and at > known.last_message_told_at:
        told = read_time(channel["last_message_at"], "last_message_at")
        moved_since = known.last_message_at is not None and known.moved_at > at
        if not moved_since or told is None or told > (known.last_message_at or NEVER):
            changes["last_message_at"] = known.last_message_at if moved_since and told is None else told
        changes["last_message_told_at"] = at
    if changes:
        row = known.replace(**changes)
        if row != known:
            state.activity.put(cid, row)


def _count(changes: dict[str, Any], name: str, value: Any, told_at: Timestamp, at: Timestamp) -> None:
    count = whole(value, f"$.{name}")
    if count is not None and at > told_at:
        changes[name] = count
        changes[f"{name}_at"] = at


def moves_last_message_at(state: State, message: Message) -> bool:
    """Whether a message counts for ``last_message_at``."""
    kind = message.type
    if kind == "regular" and message.parent_id is None:
        return not message.shadowed and not message.restricted_visibility
    if message.thread_only or message.shadowed or kind in ("ephemeral", "error") or message.restricted_visibility:
        return False
    if kind == "system":
        channel = state.channels.get(message.cid)
        return channel is None or not channel.config.get("skip_last_msg_update_for_system_msgs")
    return True


def move_activity(state: State, message: Message, raw: JsonObject, at: Timestamp, *, watched: bool) -> None:
    """What a new message moves in its channel, in one write: counts, last message, visibility."""
    cid = message.cid
    before = state.activity.get(cid)
    known = before or _NO_ACTIVITY
    row = known.opened()
    moves = False
    members = whole(raw.get("channel_member_count"), "$.channel_member_count")
    if members is not None and at > known.member_count_at:
        row.member_count, row.member_count_at, moves = members, at, True
    messages = whole(raw.get("channel_message_count"), "$.channel_message_count")
    if messages is not None and at > known.message_count_at:
        row.message_count, row.message_count_at, moves = messages, at, True
    watchers = whole(raw.get("watcher_count"), "$.watcher_count")
    if watched and watchers is not None and at > known.watcher_count_at:
        row.watcher_count, row.watcher_count_at, moves = watchers, at, True
    if at > known.shown_at and not message.shadowed:
        row.shown_at, moves = at, True
    last = known.last_message_at
    is_news = (last is None or message.created_at > last) and at > known.last_message_told_at
    if is_news and moves_last_message_at(state, message):
        row.last_message_at, row.moved_at, moves = message.created_at, at, True
    if moves:
        row.__class__ = Activity
        state.activity.swap(cid, before, row)


def whole(value: Any, key: str) -> int | None:
    """``value``, if it is a whole number, or None where nothing is told. Raises ``Malformed``."""
    if value is None or value.__class__ is int:
        return value
    raise Malformed("a whole number", value, key)


def hide(state: State, cid: Cid, at: Timestamp) -> None:
    """The channel is hidden, unless something showed it later."""
    row = the_channel(state, cid)
    if at > row.hidden_at:
        state.channels.put(cid, row.replace(hidden=True, hidden_at=at))


def show(state: State, cid: Cid, at: Timestamp) -> None:
    """The channel is visible, unless it was hidden later."""
    row = state.activity.get(cid, _NO_ACTIVITY)
    if at > row.shown_at:
        state.activity.put(cid, row.replace(shown_at=at))


def is_hidden(state: State, cid: Cid) -> bool:
    """Whether the channel was hidden after it was last shown."""
    row = state.channels.get(cid)
    if row is None or not row.hidden:
        return False
    activity = state.activity.get(cid)
    return activity is None or row.hidden_at > activity.shown_at


def freeze(state: State, cid: Cid, frozen: bool, at: Timestamp) -> None:
    """The channel is frozen or not; the later word holds, and of two at one time, frozen."""
    row = the_channel(state, cid)
    state.channel_copies.pop(cid, None)
    told_at = max(row.frozen_at, state.channel_told.get(cid, NEVER))
    if (at, frozen) > (told_at, row.frozen):
        state.channels.put(cid, row.replace(frozen=frozen, frozen_at=at))


def cid_in(raw: JsonObject | None, key: str = "cid") -> Cid | None:
    """The cid a payload names, None where it names none. Raises ``Malformed`` where it is no cid."""
    value = None if raw is None else raw.get(key)
    if value is None:
        return None
    try:
        return cid_of(value)
    except (ValueError, TypeError):
        raise Malformed("a cid like messaging:general", value, key) from None


def was_cleared(state: State, cid: Cid | None, id: MessageId, at: Timestamp) -> bool:
    """Whether a message that was spoken of at ``at`` has been truncated away since: it is not here, and was older."""
    channel = None if cid is None else state.channels.get(cid)
    return channel is not None and at <= channel.cleared_at and id not in state.messages


def span_of(state: State, cid: Cid) -> Span:
    """What is known of the channel's history beyond what is here."""
    return state.spans.get(cid) or Span.BASE


def is_mine(state: State, cid: Cid) -> bool:
    """Whether the channel is known and in my list."""
    return cid in state.channels and cid not in state.gone
