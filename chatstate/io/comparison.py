"""Where a store's dump differs from what a service knows: two canonical dumps, compared field by field."""

from collections.abc import Collection, Iterable
from typing import Any

from chatstate.clock import SECOND, parse
from chatstate.model import JsonObject

CLIENT = (
    "users",
    "muted_users",
    "channel_mutes",
    "reminders",
    "total_unread_count",
    "unread_channels",
    "unread_threads",
)
CHANNEL = ("threads", "pinned", "members", "member_count", "watchers", "watcher_count", "unread", "unread_mentions")
FLAGS = ("typing", "frozen", "hidden", "muted", "name")
MESSAGE = (
    "id", "user_id", "text", "type", "deleted", "created_at", "reaction_counts", "reaction_scores", "own_reactions",
    "reply_count", "pinned", "user_name", "parent_id", "show_in_channel", "quoted_id", "quoted_text", "quoted_deleted",
)  # fmt: skip
PERSON = ("name", "online", "banned")
MEMBER = ("role", "channel_role", "banned", "shadow_banned", "name", "online")
TYPING_LASTS = 7 * SECOND

MOMENTARY = {"typing", "watchers", "watcher_count"}
"""What frames that lost their order cannot tell."""


def differences(truth: JsonObject, told: JsonObject, *, chaotic: bool = False) -> list[str]:
    """Where a store's dump differs from the truth, a line each; ``chaotic`` frames tell nothing of the moment."""
    without = MOMENTARY if chaotic else set()
    return difference(seen(truth, truth, without), seen(told, truth, without))


def live_differences(truth: JsonObject, told: JsonObject) -> list[str]:
    """The same for the store of a client that lives.

    Left out are the time of the newest event, because a client's own events have times too, and users of whom only one
    of both has heard: the client through a connection before, the service through an answer that was lost.
    """
    known = truth["client"]["users"].keys() & told["client"]["users"].keys()
    truth, told = (one | {"client": one["client"] | {"users": _of(known, one)}} for one in (truth, told))
    return differences(truth, told | {"last_event_at": truth["last_event_at"]})


def _of(ids: Collection[str], one: JsonObject) -> JsonObject:
    return {id: user for id, user in one["client"]["users"].items() if id in ids}


def fields(truth: JsonObject) -> int:
    """How many values are compared with a truth."""
    return _leaves(seen(truth, truth))


def difference(one: Any, other: Any, path: str = "$") -> list[str]:
    """Where two trees of dicts and values differ, a line each."""
    if isinstance(one, dict) and isinstance(other, dict):
        keys = sorted({*one, *other}, key=str)
        return [line for key in keys for line in difference(one.get(key), other.get(key), f"{path}.{key}")]
    return [] if one == other else [f"{path}: {one!r} != {other!r}"]


def _leaves(tree: Any) -> int:
    return sum(map(_leaves, tree.values())) if isinstance(tree, dict) else 1


def seen(one: JsonObject, truth: JsonObject, without: Collection[str] = ()) -> JsonObject:
    """What is compared of a dump."""
    client = {name: one["client"][name] for name in CLIENT}
    channels = {
        cid: _channel(each, truth["channels"].get(cid, {}), truth, without) for cid, each in one["channels"].items()
    }
    users = _only(PERSON, client.pop("users"))
    about = {"me": one["me"], "last_event_at": _at(one["last_event_at"]), "gone": one["gone"]}
    return about | {"client": client, "users": users, "channels": channels}


def _only(names: Iterable[str], rows: JsonObject) -> JsonObject:
    return {id: {name: row.get(name) for name in names} for id, row in rows.items()}


def _channel(one: JsonObject, known: JsonObject, truth: JsonObject, without: Collection[str]) -> JsonObject:
    shown = {name: one[name] for name in (*CHANNEL, *FLAGS) if name not in without}
    if "typing" in shown:
        shown["typing"] = _still_typing(one, truth)
    timeline = one["messages"]
    return shown | {
        "members": _only(MEMBER, one["members"]),
        "order": [message["id"] for message in timeline],
        "messages": {message["id"]: _message(message) for message in timeline},
        "replies": {id: _message(reply) for id, reply in one["replies"].items()},
        "read": _reads(one["read"], known.get("read", {}), truth["me"]),
    }


def _message(one: JsonObject) -> JsonObject:
    shown = {name: one[name] for name in MESSAGE if name in one} | {"created_at": _at(one["created_at"])}
    if shown.get("quoted_deleted"):
        shown.pop("quoted_text", None)  # what a quote of something deleted says is nobody's concern
    return shown


def _reads(rows: JsonObject, known: JsonObject, me: str) -> JsonObject:
    """How far each has read: of others nobody tells the number, of me nothing where I never read."""
    shown = {}
    for id, row in rows.items():
        if id == me and me not in known:
            continue
        told = {"last_read": _at(row["last_read"]), "last_read_message_id": row["last_read_message_id"]}
        shown[id] = told | ({"unread_messages": row["unread_messages"]} if id == me else {})
    return shown


def _still_typing(one: JsonObject, truth: JsonObject) -> list[str]:
    """Who types; of the truth, without those whose typing has expired."""
    since, now = one.get("typing_since"), _at(truth["last_event_at"])
    return [who for who in one["typing"] if since is None or now - _at(since[who]) < TYPING_LASTS]


def _at(time: str) -> int:
    return parse(time)
