"""Messages, with what was replied and reacted to them, and the reminders of them."""

from typing import Any

from chatstate.simulator.payloads.people import stale_user, user_by_id
from chatstate.simulator.payloads.rooms import configured_channel
from chatstate.simulator.payloads.things import poll
from chatstate.simulator.payloads.view import Json, View, stamp
from chatstate.simulator.rows import Location, Message, Reaction, Reminder
from chatstate.simulator.words import html_of


def message(view: View, row: Message) -> Json:
    """A message, in full, with the one it quotes."""
    shown = _alone(view, row)
    if row.quoted_id is not None:
        quoted = view.world.messages.get(row.quoted_id)
        shown["quoted_message"] = None if quoted is None else _quoted(view, quoted)
    return shown


def _alone(view: View, row: Message) -> Json:
    """A message without the one it quotes. ``own_reactions`` is always empty: frames do not know whose they are."""
    member = view.world.channels[row.cid].members.get(row.user_id)
    shown: Json = {
        "id": row.id,
        "cid": row.cid,
        "text": row.text,
        "html": html_of(row.text),
        "type": row.type,
        "user": user_by_id(view, row.user_id),
        "member": {"channel_role": "channel_member" if member is None else member.channel_role},
        "attachments": row.attachments,
        "latest_reactions": [],
        "own_reactions": [],
        "reaction_counts": {},
        "reaction_scores": {},
        "reaction_groups": None,
        "reply_count": row.reply_count,
        "deleted_reply_count": row.deleted_reply_count,
        "mentioned_users": [user_by_id(view, each) for each in row.mentioned],
        "mentioned_channel": False,
        "mentioned_here": False,
        "silent": row.silent,
        "shadowed": row.shadowed and row.user_id != view.viewer,
        "pinned": row.pinned_at is not None,
        "pinned_at": None if row.pinned_at is None else stamp(row.pinned_at),
        "pinned_by": None if row.pinned_by is None else user_by_id(view, row.pinned_by),
        "pin_expires": None if row.pin_expires is None else stamp(row.pin_expires),
        "restricted_visibility": row.restricted,
        "created_at": stamp(row.created_at),
        "updated_at": stamp(row.updated_at),
        **row.custom,
    }
    if row.reactions:
        shown |= _reacted(view, row)
    if row.participants:
        shown["thread_participants"] = [user_by_id(view, each) for each in row.participants]
    return shown | _sometimes(view, row)


def _sometimes(view: View, row: Message) -> Json:
    """The fields that only some messages have."""
    shown: Json = {}
    if row.parent_id is not None:
        shown |= {"parent_id": row.parent_id, "show_in_channel": row.show_in_channel}
    if row.quoted_id is not None:
        shown["quoted_message_id"] = row.quoted_id
    if row.text_updated_at is not None:
        shown["message_text_updated_at"] = stamp(row.text_updated_at)
    if row.deleted_at is not None:
        shown["deleted_at"] = stamp(row.deleted_at)
    if row.poll_id is not None:
        found = view.world.polls.get(row.poll_id)
        shown |= {"poll_id": row.poll_id, "poll": None if found is None else poll(view, found)}
    if row.location is not None:
        shown["shared_location"] = _location(row.location, row)
    return shown


def _quoted(view: View, row: Message) -> Json:
    """A quoted message; its author may be an old copy."""
    return _alone(view, row) | {"user": stale_user(view, view.world.users[row.user_id])}


def _reacted(view: View, row: Message) -> Json:
    """Counts, scores and groups by type, and the newest reactions."""
    counts: dict[str, int] = {}
    scores: dict[str, int] = {}
    groups: dict[str, Json] = {}
    for each in row.reactions.values():
        counts[each.type] = counts.get(each.type, 0) + 1
        scores[each.type] = scores.get(each.type, 0) + each.score
        times = [other.created_at for other in row.reactions.values() if other.type == each.type]
        groups[each.type] = {
            "count": counts[each.type],
            "sum_scores": scores[each.type],
            "first_reaction_at": stamp(min(times)),
            "last_reaction_at": stamp(max(times)),
        }
    newest = sorted(row.reactions.values(), key=lambda each: each.created_at, reverse=True)[:10]
    latest = [reaction(view, each) for each in newest]
    return {"latest_reactions": latest, "reaction_counts": counts, "reaction_scores": scores, "reaction_groups": groups}


def reaction(view: View, row: Reaction) -> Json:
    return {
        "message_id": row.message_id,
        "user_id": row.user_id,
        "user": user_by_id(view, row.user_id),
        "type": row.type,
        "score": row.score,
        "created_at": stamp(row.created_at),
        "updated_at": stamp(row.updated_at),
        **row.custom,
    }


def stale_message(view: View, row: Message) -> Json:
    """A message as some cache still has it: the text of before the last edit, everything else as it is."""
    shown = message(view, row)
    if row.older is None:
        return shown
    text, updated_at = row.older
    shown.pop("message_text_updated_at", None)
    return shown | {"text": text, "html": html_of(text), "updated_at": stamp(updated_at)}


def message_deleted_for_me(view: View, row: Message) -> Json:
    shown = {**message(view, row), "type": "deleted", "deleted_for_me": True}
    return shown | {"deleted_at": stamp(view.world.now)}


def _location(row: Location, of: Message) -> Json:
    shown: Json = {
        "message_id": of.id,
        "channel_cid": of.cid,
        "user_id": of.user_id,
        "latitude": row.latitude,
        "longitude": row.longitude,
        "created_by_device_id": row.device_id,
        "created_at": stamp(row.created_at),
        "updated_at": stamp(row.updated_at),
    }
    return shown if row.end_at is None else shown | {"end_at": stamp(row.end_at)}


def thread(view: View, parent: Message) -> Json:
    """The thread under a message, in short."""
    row = parent.thread
    assert row is not None
    shown: Json = {
        "channel_cid": parent.cid,
        "parent_message_id": parent.id,
        "title": row.title,
        "created_by_user_id": parent.user_id,
        "reply_count": parent.reply_count,
        "participant_count": len(parent.participants),
        "active_participant_count": len(parent.participants),
        "created_at": stamp(row.created_at),
        "updated_at": stamp(row.updated_at),
    }
    return shown if row.last_message_at is None else shown | {"last_message_at": stamp(row.last_message_at)}


def whole_thread(view: View, parent: Message) -> Json:
    """The thread under a message, with its channel, its parent and who takes part."""
    created = stamp(parent.thread.created_at) if parent.thread is not None else stamp(parent.created_at)
    participants: list[dict[str, Any]] = [
        {
            "channel_cid": parent.cid,
            "thread_id": parent.id,
            "user_id": each,
            "user": user_by_id(view, each),
            "created_at": created,
            "last_read_at": created,
            "custom": {},
        }
        for each in parent.participants
    ]
    return {
        **thread(view, parent),
        **({} if parent.thread is None else parent.thread.custom),
        "channel": configured_channel(view, view.world.channels[parent.cid]),
        "parent_message": message(view, parent),
        "created_by": user_by_id(view, parent.user_id),
        "thread_participants": participants,
    }


def reminder(view: View, row: Reminder) -> Json:
    """A reminder with the message it is of."""
    of = view.world.messages[row.message_id]
    shown: Json = {
        "channel_cid": of.cid,
        "message_id": row.message_id,
        "user_id": row.user_id,
        "created_at": stamp(row.created_at),
        "updated_at": stamp(row.updated_at),
    }
    if row.remind_at is not None:
        shown["remind_at"] = stamp(row.remind_at)
    return shown | {"message": message(view, of)}
