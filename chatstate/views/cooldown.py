"""Slow mode: how long I wait between two messages."""

from chatstate.clock import SECOND
from chatstate.ids import Cid
from chatstate.state.state import State


def cooldown_left(state: State, cid: Cid) -> int:
    """How many whole seconds, rounded up, I have to wait before I may write in a channel. O(messages within it)."""
    channel = state.channels.get(cid)
    if channel is None or channel.cooldown <= 0 or state.me is None:
        return 0
    if channel.own_capabilities is not None and "skip-slow-mode" in channel.own_capabilities:
        return 0
    wait = channel.cooldown * SECOND
    for created_at, _, id in reversed(state.timeline.of(cid)):
        if not state.holds(created_at + wait):
            break
        message = state.messages.get(id)
        if message is not None and message.user_id == state.me:
            # The service's clock may run ahead of this one's: nobody waits longer than the whole cooldown.
            return min(channel.cooldown, state.seconds_until(created_at + wait))
    return 0
