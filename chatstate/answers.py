"""Answers of the REST API: what was there before the socket spoke.

An answer tells no time of its own. Unless the caller knows better, it is as old as the newest time in it; so an event
that was applied already wins over it wherever it is newer.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from chatstate.clock import NEVER, Timestamp
from chatstate.errors import Malformed
from chatstate.ids import Cid, MessageId, UserId
from chatstate.model import DELETED, Delivery, JsonObject, Message, Watching
from chatstate.model.reading import read_ref, read_time
from chatstate.settle.channels import cid_in, settle_activity, the_channel, whole
from chatstate.settle.keepsakes import settle_draft
from chatstate.settle.members import settle_member, settle_members
from chatstate.settle.messages import join_message, message_id, undelete
from chatstate.settle.pages import ANYWHERE, Asked, Place, mark_gaps, place_page
from chatstate.settle.reactions import react
from chatstate.settle.reads import count_unread, mark_unread, read_channel
from chatstate.settle.retention import retain
from chatstate.settle.rooms import begin, is_over, settle_channel
from chatstate.settle.threads import mark_thread, settle_thread
from chatstate.settle.users import Misplaced, settle_users
from chatstate.state.state import State

Take = Callable[[Any, str], None]
Age = Callable[[JsonObject], Timestamp]
"""Answers when the service told a part of an answer."""


def settle_answer(state: State, raw: JsonObject, age: Age, take: Take, asked: Asked = ANYWHERE) -> None:
    """Take in one answer; ``take`` applies a frame, for the events of a sync. Raises ``Malformed`` for others.

    ``asked`` is what it was to tell of the messages of its channels.
    """
    if "events" in raw:
        _sync(raw["events"], take)
    elif "channels" in raw:
        _each(state, raw["channels"], "channels", lambda entry: _channel(state, entry, age, asked))
    elif "channel" in raw:
        _channel(state, raw, age, asked)
    elif "threads" in raw:
        _each(state, raw["threads"], "threads", lambda entry: _thread(state, entry, age))
    elif "thread" in raw:
        if raw["thread"].__class__ is not dict:
            raise Malformed("an object", raw["thread"], "thread")
        _part(state, "thread", lambda: _thread(state, raw["thread"], age))
    else:
        raise Malformed("an answer with channels, channel, threads, thread or events", raw)


def _sync(events: Any, take: Take) -> None:
    if events.__class__ is not list:
        raise Malformed("a list", events, "events")
    for i, frame in enumerate(events):
        take(frame, f"events[{i}]")


def _part(state: State, key: str, settle: Callable[[], object]) -> None:
    """``settle`` one part of an answer, under its own path; a malformed one is reported, the others go on."""
    outer = state.found.at
    state.found.at = f"{outer}.{key}" if outer and key else outer or key
    try:
        settle()
    except Malformed as error:
        state.found.faults.append(error.under(state.found.at).under("$"))
    state.found.at = outer


def _each(state: State, raw: Any, key: str, settle: Callable[[JsonObject], None]) -> None:
    """``settle`` each object of a list as a part. Raises ``Malformed`` where it is no list."""
    if raw is None:
        return
    if raw.__class__ is not list:
        raise Malformed("a list", raw, key)

    def one(element: Any) -> None:
        if element.__class__ is not dict:
            raise Malformed("an object", element)
        settle(element)

    for i, element in enumerate(raw):
        _part(state, f"{key}[{i}]", partial(one, element))


def _users(state: State, raw: JsonObject, at: Timestamp) -> None:
    """Take in every user embedded in a part of an answer; a malformed one costs only itself."""
    place = state.found.at
    users, state.found.users = state.found.users, []
    for user in users:
        try:
            settle_users(state, [user], at)
        except Misplaced as error:
            fault = error.within(raw, f"$.{place}" if place else "$")
            if str(fault) not in map(str, state.found.faults):
                state.found.faults.append(fault)


def newest_time(raw: Any) -> Timestamp:
    """The newest ``…_at`` or ``last_read`` in an answer, however deep; NEVER where there is none. O(its size)."""
    newest = NEVER
    waiting = [raw]
    while waiting:
        value = waiting.pop()
        if value.__class__ is dict:
            for key, inner in value.items():
                if inner.__class__ is str:
                    if key in _TIMES:
                        newest = max(newest, _time(inner))
                elif inner.__class__ is dict or inner.__class__ is list:
                    waiting.append(inner)
        elif value.__class__ is list:
            waiting.extend(value)
    return newest


def aged(state: State, after: Timestamp | None, at: Timestamp | None = None) -> Age:
    """How old the parts of an answer are that was given ``at``, or asked for ``after`` that had been heard of."""

    def age(part: JsonObject) -> Timestamp:
        if at is not None:
            return at
        newest = max(NEVER if after is None else after, newest_time(part))
        return max(newest, newest_absence(state, part, newest))

    return age


def newest_absence(state: State, raw: JsonObject, at: Timestamp) -> Timestamp:
    """The newest hard delete that an answer as new as ``at`` already knows of: its page lacks the message; else NEVER.

    A hard delete leaves no time in an answer, but its number of unread messages counts without it. O(tombstones), and
    nothing where none is newer than ``at``.
    """
    page = raw.get("messages")
    if state.buried_at <= at or page.__class__ is not list or not page:
        return NEVER
    shown: Any = [each for each in page if each.__class__ is dict]
    ids = {each.get("id") for each in shown}
    first = min((_time(str(each.get("created_at"))) for each in shown), default=NEVER)
    channel: Any = raw.get("channel")
    cid = channel.get("cid") if channel.__class__ is dict else None
    missing = (
        stone.at
        for id, stone in state.tombstones.items()
        if stone.cid == cid and stone.at > at and first <= stone.created_at <= at and id not in ids
    )
    return max(missing, default=NEVER)


_TIMES = frozenset(
    {"created_at", "updated_at", "deleted_at", "last_read", "last_message_at", "truncated_at", "last_read_at"}
)


def _time(text: str) -> Timestamp:
    try:
        at: Timestamp = read_time(text, "", NEVER)
    except Malformed:
        return NEVER
    return at


def _channel(state: State, raw: JsonObject, age: Age, asked: Asked) -> None:
    """One channel of a query: itself, its members, reads, messages, and what is mine in it."""
    channel: Any = raw.get("channel")
    if channel.__class__ is not dict:
        raise Malformed("an object", channel, "channel")
    at = age(raw)
    try:
        cid = cid_in(channel)
    except Malformed as error:
        raise error.under("channel") from None
    if cid is None:
        raise Malformed("a cid like messaging:general", None, "channel.cid")
    if cid in state.closed and is_over(state, cid, at) and at <= state.closed[cid].at:
        return
    begin(state, cid, at)
    settle_channel(state, cid, channel, at, full=True)
    _part(state, "", lambda: _heads(state, cid, raw, at))
    _part(state, "", lambda: _each(state, raw.get("read"), "read", lambda read: _read(state, cid, read, at)))
    _part(state, "", lambda: _each(state, raw.get("watchers"), "watchers", lambda user: _watcher(state, cid, user, at)))
    _messages(state, cid, raw, at, asked)
    if raw.get("draft").__class__ is dict:
        _part(state, "draft", lambda: settle_draft(state, raw["draft"], (cid, None), at))
    _users(state, raw, at)


def _heads(state: State, cid: Cid, raw: JsonObject, at: Timestamp) -> None:
    """Members, my own membership, and how many watch."""
    if raw.get("members") is not None:
        _part(state, "", lambda: settle_members(state, cid, raw["members"], at, "members"))
    membership = raw.get("membership")
    if membership.__class__ is dict and membership:
        _part(state, "membership", lambda: settle_member(state, cid, {"user_id": state.me, **membership}, at))
    watchers = whole(raw.get("watcher_count"), "watcher_count")
    settle_activity(state, cid, None, at, None, None, watchers)


def _messages(state: State, cid: Cid, raw: JsonObject, at: Timestamp, asked: Asked) -> None:
    mine = None if state.me is None else state.reads.get((cid, state.me))
    counted = mine is not None and mine.at >= at  # else nothing told how many of them are unread
    _part(state, "", lambda: join_page(state, cid, raw.get("messages"), "messages", at, asked, counted=counted))
    pins = raw.get("pinned_messages")
    _part(state, "", lambda: join_apart(state, cid, pins, "pinned_messages", at, counted=counted))
    pending = raw.get("pending_messages")
    _part(state, "", lambda: _each(state, pending, "pending_messages", lambda each: _pending(state, cid, each, at)))
    threads = raw.get("threads")
    _part(state, "", lambda: _each(state, threads, "threads", lambda thread: _thread(state, thread, lambda _: at)))


def _read(state: State, cid: Cid, raw: JsonObject, at: Timestamp) -> None:
    user_id = UserId(read_ref(raw.get("user"), "user", state.found))
    last_read = read_time(raw.get("last_read"), "last_read", NEVER)
    message_id = raw.get("last_read_message_id")
    if user_id == state.me:
        unread = whole(raw.get("unread_messages"), "unread_messages") or 0
        mark_unread(
            state,
            cid,
            at,
            unread=unread,
            last_read=last_read,
            last_read_message_id=message_id,
            first_unread_message_id=raw.get("first_unread_message_id"),
        )
    elif last_read > NEVER:
        read_channel(state, cid, user_id, last_read, message_id)
    delivered_at = read_time(raw.get("last_delivered_at"), "last_delivered_at", NEVER)
    known = state.deliveries.get((cid, user_id))
    if delivered_at > (NEVER if known is None else known.last_delivered_at):
        row = Delivery.BASE.replace(
            cid=cid,
            user_id=user_id,
            last_delivered_at=delivered_at,
            last_delivered_message_id=raw.get("last_delivered_message_id"),
        )
        state.deliveries.put((cid, user_id), row)


def _watcher(state: State, cid: Cid, raw: JsonObject, at: Timestamp) -> None:
    user_id = UserId(read_ref(raw, "", state.found))
    key = (cid, user_id)
    if state.arrives(state.watching, key, at) and key not in state.watching:
        state.watching.put(key, Watching.BASE.replace(cid=cid, user_id=user_id, at=at))


def _pending(state: State, cid: Cid, raw: JsonObject, at: Timestamp) -> None:
    message = raw.get("message", raw)
    if message.__class__ is not dict:
        raise Malformed("an object", message, "message")
    id = message_id(message)
    if id not in state.messages and id not in state.tombstones and id not in state.pending:
        state.pending.put(id, Message.read(message, state.found, at=at).replace(cid=cid))


def join_page(state: State, cid: Cid, raw: Any, key: str, at: Timestamp, asked: Asked, *, counted: bool) -> None:
    """Bring in a page of messages; where it does not touch what is here, the gap is marked."""
    if raw is None:
        return
    known = set(state.timeline.ids(cid))
    page = _join(state, cid, raw, key, at, counted=counted)
    place_page(state, cid, page, known, at, asked, len(raw))
    retain(state, cid)


def join_apart(state: State, cid: Cid, raw: Any, key: str, at: Timestamp, *, counted: bool) -> None:
    """Bring in messages between which others may be missing."""
    known = set(state.timeline.ids(cid)) if raw else set()
    for place in _join(state, cid, raw, key, at, counted=counted):
        mark_gaps(state, cid, [place], known, at)
    retain(state, cid)


def _join(state: State, cid: Cid, raw: Any, key: str, at: Timestamp, *, counted: bool) -> list[Place]:
    """Let each message of a list join; answers where those stand that are in the timeline now, in order."""
    joined: list[Message] = []

    def join(message: JsonObject) -> None:
        row = join_message(state, message, cid, at, counted=counted, covered=True)
        if row.id in state.messages:
            joined.append(row)
            _undeleted(state, row, message, at)
            _reactions(state, row, message, at)

    _each(state, raw, key, join)
    timeline = state.timeline.of(cid)
    return sorted(row.order for row in joined if row.order in timeline)


def _undeleted(state: State, message: Message, raw: JsonObject, at: Timestamp) -> None:
    """An answer that knows of a deletion and shows the message as it was: it was undeleted."""
    kind = raw.get("type")
    if message.deleted and raw.get("deleted_at") is None and kind.__class__ is str and kind != DELETED:
        undelete(state, message, str(kind), at)


def _reactions(state: State, message: Message, raw: JsonObject, at: Timestamp) -> None:
    """Take in the reactions a message of an answer lists; only answers tell my own."""
    _each(
        state, raw.get("latest_reactions"), "latest_reactions", lambda each: react(state, message.id, each, "new", at)
    )
    if raw.get("own_reactions") is not None:
        _each(state, raw["own_reactions"], "own_reactions", lambda each: react(state, message.id, each, "new", at))
        listed = {each.get("type") for each in raw["own_reactions"] if each.__class__ is dict}
        for _, key in list(state.reactions_to.of(message.id)):
            row = state.reactions[key]
            if key[1] == state.me and key[2] not in listed and row.updated_at <= at:
                gone = {"type": row.type, "user_id": row.user_id, "score": row.score}
                react(state, message.id, gone, "deleted", at)


def _thread(state: State, raw: JsonObject, age: Age) -> None:
    """One thread of a list: itself, its parent, its replies, its reads."""
    at = age(raw)
    cid = cid_in(raw, "channel_cid")
    if cid is not None and cid in state.closed and is_over(state, cid, at):
        return
    parent_id = settle_thread(state, raw, at, cid)
    if parent_id is None or cid is None:
        return
    channel: Any = raw.get("channel")
    if channel.__class__ is dict:
        _part(state, "", lambda: settle_channel(state, cid, channel, at))
    the_channel(state, cid)
    parent: Any = raw.get("parent_message")
    if parent.__class__ is dict:
        _part(state, "", lambda: _parent(state, cid, parent, at))
    replies = raw.get("latest_replies")
    _part(state, "", lambda: _replies(state, cid, replies, at))
    _part(
        state, "", lambda: _each(state, raw.get("read"), "read", lambda read: _thread_read(state, parent_id, read, at))
    )
    if raw.get("draft").__class__ is dict:
        _part(state, "draft", lambda: settle_draft(state, raw["draft"], (cid, parent_id), at))
    _users(state, raw, at)


def _replies(state: State, cid: Cid, raw: Any, at: Timestamp) -> None:
    """Replies may stand in the channel, too: no number is told with them, so those it does not cover yet add to it."""
    told = [each.get("id") for each in raw if each.__class__ is dict] if raw.__class__ is list else []
    new = [MessageId(id) for id in told if id.__class__ is str and id not in state.messages]
    mine = None if state.me is None else state.reads.get((cid, state.me))
    join_apart(state, cid, raw, "latest_replies", at, counted=mine is not None)
    for id in new:
        if mine is not None and id in state.messages:
            count_unread(state, state.messages[id], at)


def _parent(state: State, cid: Cid, raw: JsonObject, at: Timestamp) -> None:
    """The message a thread hangs on: a page of one."""
    known = set(state.timeline.ids(cid))
    row = join_message(state, raw, cid, at, counted=False, covered=True)
    if row.order in state.timeline.of(cid):
        mark_gaps(state, cid, [row.order], known, at)
    retain(state, cid)


def _thread_read(state: State, parent_id: MessageId, raw: JsonObject, at: Timestamp) -> None:
    last_read = read_time(raw.get("last_read"), "last_read", NEVER)
    user_id = UserId(read_ref(raw.get("user"), "user", state.found))
    mark_thread(
        state,
        parent_id,
        user_id,
        at,
        unread=whole(raw.get("unread_messages"), "unread_messages") or 0,
        last_read=last_read,
        last_read_message_id=raw.get("last_read_message_id"),
    )
