"""What a simulated service knows beside what a store shows: two canonical dumps, compared field by field."""

import gzip
import json
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from chatstate import LogClock, Store
from chatstate.clock import SECOND, parse
from chatstate.io.dump import dump
from tests.pictures import MOMENTARY, difference

Json = dict[str, Any]

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


def differences(truth: Json, told: Json, *, chaotic: bool = False) -> list[str]:
    """Where a store's dump differs from the truth, a line each; ``chaotic`` frames tell nothing of the moment."""
    without = MOMENTARY if chaotic else set()
    return difference(_seen(truth, truth, without), _seen(told, truth, without))


def _seen(one: Json, truth: Json, without: Collection[str]) -> Json:
    """What is compared of a dump."""
    client = {name: one["client"][name] for name in CLIENT}
    channels = {
        cid: _channel(each, truth["channels"].get(cid, {}), truth, without) for cid, each in one["channels"].items()
    }
    users = _only(PERSON, client.pop("users"))
    about = {"me": one["me"], "last_event_at": _at(one["last_event_at"]), "gone": one["gone"]}
    return about | {"client": client, "users": users, "channels": channels}


def _only(names: Iterable[str], rows: Json) -> Json:
    return {id: {name: row.get(name) for name in names} for id, row in rows.items()}


def _channel(one: Json, known: Json, truth: Json, without: Collection[str]) -> Json:
    seen = {name: one[name] for name in (*CHANNEL, *FLAGS) if name not in without}
    if "typing" in seen:
        seen["typing"] = _still_typing(one, truth)
    timeline = one["messages"]
    return seen | {
        "members": _only(MEMBER, one["members"]),
        "order": [message["id"] for message in timeline],
        "messages": {message["id"]: _message(message) for message in timeline},
        "replies": {id: _message(reply) for id, reply in one["replies"].items()},
        "read": _reads(one["read"], known.get("read", {}), truth["me"]),
    }


def _message(one: Json) -> Json:
    seen = {name: one[name] for name in MESSAGE if name in one} | {"created_at": _at(one["created_at"])}
    if seen.get("quoted_deleted"):
        seen.pop("quoted_text", None)  # what a quote of something deleted says is nobody's concern
    return seen


def _reads(rows: Json, known: Json, me: str) -> Json:
    """How far each has read: of others nobody tells the number, of me nothing where I never read."""
    seen = {}
    for id, row in rows.items():
        if id == me and me not in known:
            continue
        told = {"last_read": _at(row["last_read"]), "last_read_message_id": row["last_read_message_id"]}
        seen[id] = told | ({"unread_messages": row["unread_messages"]} if id == me else {})
    return seen


def _still_typing(one: Json, truth: Json) -> list[str]:
    """Who types; of the truth, without those whose typing has expired."""
    since, now = one.get("typing_since"), _at(truth["last_event_at"])
    return [who for who in one["typing"] if since is None or now - _at(since[who]) < TYPING_LASTS]


def _at(time: str) -> int:
    return parse(time)


def replayed(frames: Iterable[bytes], me: str = "me") -> tuple[Json, list[str]]:
    """What a store shows after these frames, and the faults they cost."""
    store, faults = Store(me=me, clock=LogClock()), []
    store.faults.subscribe(lambda fault: faults.append(str(fault)))
    store.apply_all(frames)
    return dump(store), faults


def found_logs() -> Path | None:
    """Where logs of another simulator are, in a folder beside the repository; None where they are not."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "logs"
    return folder if (folder / "truth.json.gz").exists() else None


def unzipped(path: Path) -> Json:
    with gzip.open(path) as file:
        told: Json = json.load(file)
    return told
