"""Rows as the JSON objects that frames carry."""

from collections.abc import Callable
from typing import Any

from chatstate.simulator import rows
from chatstate.simulator.event import As
from chatstate.simulator.payloads.messages import (
    message,
    message_deleted_for_me,
    reaction,
    reminder,
    stale_message,
    thread,
    whole_thread,
)
from chatstate.simulator.payloads.people import stale_user, user
from chatstate.simulator.payloads.rooms import (
    bare_channel,
    channel,
    channel_mute,
    configured_channel,
    invited_member,
    member,
    own_user,
    peopled_channel,
    undated_channel,
    whole_channel,
    zeroed_member,
)
from chatstate.simulator.payloads.things import draft, group, poll, vote
from chatstate.simulator.payloads.view import View

__all__ = ["View", "show"]

Shower = Callable[[View, Any], Any]

_IN_FULL: dict[type, Shower] = {
    rows.User: user,
    rows.Channel: channel,
    rows.Member: member,
    rows.Message: message,
    rows.Reaction: reaction,
    rows.Poll: poll,
    rows.Draft: draft,
    rows.Reminder: reminder,
    rows.Group: group,
}

_OTHERWISE: dict[str, Shower] = {
    "own": own_user,
    "stale user": stale_user,
    "configured": configured_channel,
    "undated": undated_channel,
    "peopled": peopled_channel,
    "whole": whole_channel,
    "bare": bare_channel,
    "channel mute": channel_mute,
    "invite": invited_member,
    "zeroed": zeroed_member,
    "stale": stale_message,
    "deleted for me": message_deleted_for_me,
    "thread": thread,
    "whole thread": whole_thread,
    "vote": vote,
}


def show(view: View, part: Any) -> Any:
    """A part of an event as JSON: a row as its payload, anything else as it is."""
    if part.__class__ is As:
        return _OTHERWISE[part.how](view, part.row)
    if part.__class__ is list:
        return [show(view, each) for each in part]
    shower = _IN_FULL.get(part.__class__)
    return part if shower is None else shower(view, part)
