"""A log, or a part of it, for other tools."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from reactivex import abc

from chatstate.clock import NEVER, format
from chatstate.errors import Malformed
from chatstate.model import JsonObject
from chatstate.replay.difference import shown
from chatstate.replay.entries import Entry
from chatstate.replay.scene import Scene
from chatstate.replay.timeline import Timeline
from chatstate.replay.words import changes_as_json, key_in_words
from chatstate.views import MessageView, Views
from chatstate.wire import decode


def redux_devtools(
    timeline: Timeline, first: int, last: int, *, only: frozenset[str] = frozenset(), messages: int = 5
) -> JsonObject:
    """Entries ``first`` to ``last`` as Redux DevTools imports them: each an action, with the state after it.

    The state is what a screen shows: counters, and channels with their newest ``messages``. ``only`` names the channels
    that are wanted, all of them where it is empty. It is a "lifted state", as the extension itself exports and imports:
    https://github.com/zalmoxisus/redux-devtools-extension/issues/348
    """
    scene = timeline.at(first - 1)
    pictures = Pictures(scene, only, messages)
    actions: list[JsonObject] = [_performed({"type": "@@INIT"}, timeline.heard_at(first - 1))]
    states: list[JsonObject] = [{"state": pictures.now()}]
    for number in range(first, last + 1):
        entry = timeline[number]
        if only and entry.cid is not None and entry.cid not in only:
            continue
        scene.go(number)
        actions.append(_performed(_action(timeline, entry), timeline.heard_at(number)))
        error = {"error": str(entry.faults[0])} if entry.faults else {}
        states.append({"state": pictures.now(), **error})
    return {
        "monitorState": {},
        "actionsById": {str(id): action for id, action in enumerate(actions)},
        "nextActionId": len(actions),
        "stagedActionIds": list(range(len(actions))),
        "skippedActionIds": [],
        "committedState": states[0]["state"],
        "currentStateIndex": len(actions) - 1,
        "computedStates": states,
    }


def _performed(action: JsonObject, at: int) -> JsonObject:
    return {"type": "PERFORM_ACTION", "action": action, "timestamp": 0 if at == NEVER else at // 1_000_000}


def _action(timeline: Timeline, entry: Entry) -> JsonObject:
    """The frame itself: it is an object with a type, as an action is. A broken one is told by its line."""
    try:
        action = decode(timeline.frame(entry.number))
    except Malformed:
        action = {}
    return action if action.get("type") else {**action, "type": f"broken, line {entry.line}"}


class Pictures:
    """What a screen shows of a scene, made anew only where it changed: each channel by a selector of its own."""

    def __init__(self, scene: Scene, only: frozenset[str], messages: int) -> None:
        self._scene, self._only, self._messages = scene, only, messages
        self._rooms: dict[str, abc.DisposableBase] = {}
        self._channels: dict[str, JsonObject] = {}
        scene.select(self._cids).subscribe(self._come_and_go)

    def now(self) -> JsonObject:
        """The picture of this moment; what has not changed since the last is shared with it."""
        me = self._scene.me
        counters = {
            "total_unread_count": me.total_unread_count,
            "unread_channels": me.unread_channels,
            "unread_threads": me.unread_threads,
        }
        return {"me": me.id, "counters": counters, "channels": dict(sorted(self._channels.items()))}

    def _cids(self, store: Views) -> list[str]:
        return [cid for cid in store.channels if not self._only or cid in self._only]

    def _come_and_go(self, cids: list[str]) -> None:
        for cid in self._rooms.keys() - set(cids):
            self._rooms.pop(cid).dispose()
            del self._channels[cid]
        for cid in cids:
            if cid not in self._rooms:
                selector = self._scene.select(partial(_channel, cid=cid, messages=self._messages))
                self._rooms[cid] = selector.subscribe(partial(self._channels.__setitem__, cid))


def _channel(store: Views, *, cid: str, messages: int) -> JsonObject:
    channel = store.channel(cid)
    flags = {name: True for name in ("muted", "hidden", "frozen", "archived") if getattr(channel, name)}
    return {
        "name": channel.name,
        "unread": channel.unread,
        "unread_mentions": channel.unread_mentions,
        "member_count": channel.member_count,
        "watcher_count": channel.watcher_count,
        "typing": [user.id for user in channel.typing],
        **flags,
        "messages": [_message(message) for message in channel.messages[-messages:]],
    }


def _message(message: MessageView) -> JsonObject:
    user = message.user
    told: JsonObject = {"id": message.id, "user": None if user is None else user.name or user.id, "text": message.text}
    if message.deleted:
        told["deleted"] = True
    if message.pinned:
        told["pinned"] = True
    if message.reaction_counts:
        told["reactions"] = dict(message.reaction_counts)
    if message.reply_count:
        told["replies"] = message.reply_count
    return told


COLUMNS = ("number", "line", "at", "kind", "channel", "user", "text", "fault")


def table(timeline: Timeline, first: int, last: int) -> Iterator[tuple[Any, ...]]:
    """The entries as rows of a table, under ``COLUMNS``."""
    for number in range(first, last + 1):
        entry = timeline[number]
        at = None if entry.at is None else format(entry.at)
        fault = str(entry.faults[0]) if entry.faults else None
        yield number, entry.line, at, entry.kind, entry.cid, entry.user_id, entry.text, fault


def journal(timeline: Timeline, first: int, last: int) -> Iterator[JsonObject]:
    """The entries as JSON objects, each with what it changed: by table and key, the fields before and after."""
    for number, row in enumerate(table(timeline, first, last), first):
        told = {name: value for name, value in zip(COLUMNS, row, strict=True) if value is not None}
        changes = shown(timeline.changes(number)).tables
        told["changes"] = {
            name: {key_in_words(key): changes_as_json(*both) for key, both in rows.items()}
            for name, rows in changes.items()
        }
        yield told
