"""Drafts and reminders: what I keep beside messages."""

from typing import Any

from chatstate.clock import Timestamp
from chatstate.errors import Malformed
from chatstate.ids import MessageId
from chatstate.model import Draft, JsonObject, Reminder
from chatstate.settle.channels import cid_in, was_cleared
from chatstate.settle.threads import is_over
from chatstate.state.state import State


def settle_draft(state: State, raw: JsonObject, key: Any, at: Timestamp) -> None:
    """Take in a draft; the later one holds."""
    known = state.drafts.get(key)
    if not state.arrives(state.drafts, key, at) or (known is not None and at <= known.at):
        return
    if key[1] is not None and is_over(state, key[1], key[0], at):
        return
    message = raw.get("message", {})
    if message.__class__ is not dict:
        raise Malformed("an object", message, "message")
    row = Draft.read(raw, state.found).replace(channel_cid=key[0], parent_id=key[1], message=message, at=at)
    state.drafts.put(key, row)


def settle_reminder(state: State, raw: JsonObject, id: MessageId, at: Timestamp, *, due: bool | None = None) -> None:
    """Take in a reminder; the later word holds, a message that is gone has none. ``due`` is None where nothing says."""
    known = state.reminders.get(id)
    if id in state.tombstones or not state.arrives(state.reminders, id, at) or (known is not None and at <= known.at):
        return
    row = Reminder.read(raw, state.found, known)
    row = row.replace(message_id=id, channel_cid=cid_in(raw, "channel_cid") or row.channel_cid, at=at)
    if was_cleared(state, row.channel_cid, id, at):
        return
    state.reminders.put(id, row if due is None else row.replace(due=due))
