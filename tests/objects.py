"""Times and the objects inside frames, shaped like the service's own: plain functions, each returning a fresh ``dict``.

``at`` is when it happened, in seconds after a fixed start; a number given for any other field that names a time is read
the same way. Keywords that a builder does not know are fields of the object.
"""

from datetime import UTC, datetime
from typing import Any

Frame = dict[str, Any]
Moment = float | str

GENERAL = "messaging:general"
RANDOM = "messaging:random"
START = int(datetime(2025, 1, 15, 8, tzinfo=UTC).timestamp())
LONG_AGO = "2024-05-01T12:30:00.25Z"
SECOND = 1_000_000_000
_ALSO_TIMES = {"last_read", "last_active", "expires", "expiration", "pin_expires", "ban_expires"}


def ns(seconds: float, nanos: int = 0) -> int:
    """Nanoseconds since 1970, so long after the start: what a view answers for ``at`` of the same."""
    return START * SECOND + round(seconds * SECOND) + nanos


def at(moment: Moment, nanos: int = 0) -> str:
    """The wire's own form of a time so long after the start. A text is one already."""
    if isinstance(moment, str):
        return moment
    whole, fraction = divmod(ns(moment, nanos), SECOND)
    digits = f".{fraction:09d}".rstrip("0") if fraction else ""
    return f"{datetime.fromtimestamp(whole, UTC):%Y-%m-%dT%H:%M:%S}{digits}Z"


_at = at


def fields(more: Frame) -> Frame:
    """``more`` with the numbers under names of times turned into times."""
    timed = {key for key, value in more.items() if type(value) in (int, float) and _is_time(key)}
    return {key: _at(value) if key in timed else value for key, value in more.items()}


def _is_time(key: str) -> bool:
    return key.endswith("_at") or key in _ALSO_TIMES


def user(id: str | Frame, **more: Any) -> Frame:
    """A full user. Who is one already stays as given."""
    if isinstance(id, dict):
        return id
    known = {"id": id, "role": "user", "name": id.capitalize(), "image": f"https://example.com/{id}.png"}
    dates = {"created_at": LONG_AGO, "updated_at": LONG_AGO, "last_active": LONG_AGO}
    return known | dates | {"banned": False, "online": False, "language": "en", "teams": []} | fields(more)


def own_user(id: str = "me", **more: Any) -> Frame:
    """What a ``me`` holds: the connected user with mutes and devices. Counters are told by ``more``."""
    lists: Frame = {"mutes": [], "channel_mutes": [], "devices": [], "blocked_user_ids": []}
    return user(id) | {"invisible": False} | lists | fields(more)


def mute(target: str, *, by: str = "me", at: Moment = 0, **more: Any) -> Frame:
    dates = {"created_at": _at(at), "updated_at": _at(at)}
    return {"user": user(by), "target": user(target)} | dates | fields(more)


def channel_mute(cid: str, *, by: str = "me", at: Moment = 0, **more: Any) -> Frame:
    dates = {"created_at": _at(at), "updated_at": _at(at)}
    return {"user": user(by), "channel": channel(cid)} | dates | fields(more)


def channel(cid: str = GENERAL, **more: Any) -> Frame:
    """A full channel."""
    kind, _, id = cid.partition(":")
    known = {"id": id, "type": kind, "cid": cid, "name": id.capitalize(), "member_count": 3}
    config = {"name": kind, "typing_events": True, "read_events": True, "skip_last_msg_update_for_system_msgs": False}
    dates = {"created_at": LONG_AGO, "updated_at": LONG_AGO, "created_by": user("ana")}
    return known | dates | {"frozen": False, "disabled": False, "config": config} | fields(more)


def member(id: str, *, at: Moment = 0, **more: Any) -> Frame:
    """A full member of some channel."""
    role = {"role": "member", "channel_role": "channel_member", "status": "member", "notifications_muted": False}
    dates = {"created_at": _at(at), "updated_at": _at(at)}
    return {"user_id": id, "user": user(id), "banned": False, "shadow_banned": False} | role | dates | fields(more)


def message(id: str | Frame, *, by: str | Frame = "bo", at: Moment = 1, cid: str = GENERAL, **more: Any) -> Frame:
    """A full message. ``mentions`` are user ids, ``quotes`` a message. What is one already stays as given."""
    if isinstance(id, dict):
        return id
    text = more.pop("text", f"text of {id}")
    known = {"id": id, "cid": cid, "text": text, "html": f"<p>{text}</p>\n", "user": user(by), "attachments": []}
    known["type"] = "reply" if more.get("parent_id") is not None else "regular"
    known["mentioned_users"] = [user(mentioned) for mentioned in more.pop("mentions", ())]
    if (quoted := more.pop("quotes", None)) is not None:
        known |= {"quoted_message_id": quoted["id"], "quoted_message": quoted}
    counts: Frame = {"reaction_counts": {}, "reaction_scores": {}, "reaction_groups": None, "reply_count": 0}
    reactions: Frame = {"latest_reactions": [], "own_reactions": [], "deleted_reply_count": 0}
    pin = {"pinned": False, "pinned_at": None, "pinned_by": None, "pin_expires": None}
    flags = {"silent": False, "shadowed": False, "restricted_visibility": []}
    dates = {"created_at": _at(at), "updated_at": _at(at)}
    return known | counts | reactions | pin | flags | dates | fields(more)


def reaction(type: str, on: str, *, by: str | Frame = "bo", at: Moment = 2, score: int = 1, **more: Any) -> Frame:
    known = {"message_id": on, "user_id": user(by)["id"], "user": user(by), "type": type, "score": score}
    return known | {"created_at": _at(at), "updated_at": _at(at)} | fields(more)


def thread(parent: str, *, cid: str = GENERAL, at: Moment = 2, **more: Any) -> Frame:
    counts = {"reply_count": 1, "participant_count": 1, "active_participant_count": 1, "thread_participants": []}
    known = {"channel_cid": cid, "parent_message_id": parent, "created_by_user_id": "bo", "title": ""}
    return known | counts | {"created_at": _at(at), "updated_at": _at(at)} | fields(more)


def poll(id: str, *, at: Moment = 1, **more: Any) -> Frame:
    """A poll with the options ``yes`` and ``no``."""
    options = [{"id": option, "text": option.capitalize()} for option in ("yes", "no")]
    known = {"id": id, "name": f"Poll {id}", "description": "", "options": options, "created_by_id": "bo"}
    rules = {"voting_visibility": "public", "enforce_unique_vote": True, "is_closed": False, "max_votes_allowed": 1}
    may = {"allow_answers": True, "allow_user_suggested_options": False}
    totals: Frame = {"vote_count": 0, "answers_count": 0, "vote_counts_by_option": {}, "latest_votes_by_option": {}}
    lists: Frame = {"own_votes": [], "latest_answers": []}
    return known | rules | may | totals | lists | {"created_at": _at(at), "updated_at": _at(at)} | fields(more)
