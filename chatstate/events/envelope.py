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
            tell_counters(state, event, raw, at)
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
    tell_counters(state, event, raw, at)
    if users:
        settle_users(state, users, at)
    return True


def count_heads(state: State, event: Event, raw: JsonObject, cid: Cid, at: Timestamp) -> None:
    """Take in the counts that an event tells of its channel."""
    watchers = raw.get("watcher_count") if event.COUNTS_WATCHERS else None
    if watchers is not None or "channel_member_count" in raw or "channel_message_count" in raw:
        members, messages = raw.get("channel_member_count"), raw.get("channel_message_count")
        settle_activity(state, cid, None, at, members, messages, watchers)


def tell_counters(state: State, event: Event, raw: JsonObject, at: Timestamp) -> None:
    """Take in the unread totals an event carries: at its top level, else in ``me``, else in my own ``user``."""
    total, channels, threads = raw.get("total_unread_count"), raw.get("unread_channels"), raw.get("unread_threads")
    inner: Any = raw.get("me") or (raw.get("user") if event.user_id == state.me else None)
    if inner.__class__ is dict:
        total = inner.get("total_unread_count") if total is None else total
        channels = inner.get("unread_channels") if channels is None else channels
        threads = inner.get("unread_threads") if threads is None else threads
    if total is None and channels is None and threads is None:
        return
    before = state.counters.get(ME)
    known = before or Counters.BASE
    row = known.opened()
    moves = False
    if whole(total, "$.total_unread_count") is not None and at > known.total_at:
        row.total_unread_count, row.total_at, moves = total, at, True
    if whole(channels, "$.unread_channels") is not None and at > known.channels_at:
        row.unread_channels, row.channels_at, moves = channels, at, True
    if whole(threads, "$.unread_threads") is not None and at > known.threads_at:
        row.unread_threads, row.threads_at, moves = threads, at, True
    if moves:
        row.__class__ = Counters
        state.counters.swap(ME, before, row)
