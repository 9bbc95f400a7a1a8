"""What every event tells besides its own matter: its channel, its users, the counters."""

from typing import Any

from chatstate.clock import Timestamp
from chatstate.events.event import Event
from chatstate.ids import Cid
from chatstate.model import Counters, JsonObject
from chatstate.settle.channels import settle_activity, the_channel, whole
from chatstate.settle.rooms import is_over, settle_channel
from chatstate.settle.users import settle_users
from chatstate.state.state import ME, State


def perform(state: State, event: Event) -> bool:
    """Apply one event: its channel first, then its own reducer, then its users and counters.

    Answers whether it was taken: what concerns a channel that was deleted since is not.
    """
    reducer = event.REDUCER
    if reducer is None:
        return True
    raw, cid, at = event.raw, event.cid, event.created_at
    if cid is not None:
        if cid in state.closed and is_over(state, cid, at) and not (event.BEGINS and at > state.closed[cid].at):
            tell_counters(state, event, at)
            return False
        if cid not in state.channels:
            the_channel(state, cid)
        if "channel" in raw:
            channel = event.object("channel")
            if channel is not None:
                settle_channel(state, cid, channel, at, full=event.FULL_CHANNEL)
        if event.HEADCOUNT:
            count_heads(state, event, raw, cid, at)
    reducer(state, event)
    users = state.found.users
    tell_counters(state, event, at)
    if users:
        settle_users(state, users, at)
    return True


def tell_counters(state: State, event: Event, at: Timestamp) -> None:
    """Take in the unread totals, where the event carries any."""
    raw = event.raw
    if "total_unread_count" in raw or "unread_channels" in raw or "unread_threads" in raw or "me" in raw:
        settle_counters(state, raw, raw.get("me"), at)
    elif event.user_id == state.me:
        settle_counters(state, raw, raw.get("user"), at)


def count_heads(state: State, event: Event, raw: JsonObject, cid: Cid, at: Timestamp) -> None:
    """Take in the counts that an event tells of its channel."""
    watchers = raw.get("watcher_count") if event.COUNTS_WATCHERS else None
    if watchers is not None or "channel_member_count" in raw or "channel_message_count" in raw:
        members, messages = raw.get("channel_member_count"), raw.get("channel_message_count")
        settle_activity(state, cid, None, at, members, messages, watchers)


def settle_counters(state: State, raw: JsonObject, inner: Any, at: Timestamp) -> None:
    """Take in the unread totals an event carries: at its top level, else in ``inner``, which is me or my own user."""
    total, channels, threads = raw.get("total_unread_count"), raw.get("unread_channels"), raw.get("unread_threads")
    if inner.__class__ is dict:
        total = inner.get("total_unread_count") if total is None else total
        channels = inner.get("unread_channels") if channels is None else channels
        threads = inner.get("unread_threads") if threads is None else threads
    before = state.counters.get(ME)
    known = before or Counters.BASE
    row = known.opened()
    moves = False
    if total is not None and at > known.total_at:
        row.total_unread_count, row.total_at, moves = whole(total, "$.total_unread_count"), at, True
    if channels is not None and at > known.channels_at:
        row.unread_channels, row.channels_at, moves = whole(channels, "$.unread_channels"), at, True
    if threads is not None and at > known.threads_at:
        row.unread_threads, row.threads_at, moves = whole(threads, "$.unread_threads"), at, True
    if moves:
        row.__class__ = Counters
        state.counters.swap(ME, before, row)
