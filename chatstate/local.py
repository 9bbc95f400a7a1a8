"""Events of our own: what a store is told by no frame of the service, written as frames all the same.

A client tells its store everything by events, so a log of them leaves behind the same state, whoever reads it. ::

    {"type": "local.answer", "created_at": TIME, "answer": ANSWER, "asked": BODY or null, "after": TIME or null}
    {"type": "local.told", "created_at": TIME, "event": FRAME}
    {"type": "local.vanished", "created_at": TIME, "message_id": ID}
    {"type": "local.outgoing", "created_at": TIME, "message_id": ID, "channel_cid": CID, "status": STATUS, "problem": …}

``created_at`` is the newest time that was heard of then. ``local.copy`` holds rows, not JSON: it is for a store of
another thread, not for a log.
"""

from collections.abc import Container, Mapping
from types import MappingProxyType
from typing import Any, Self

from chatstate.answers import aged, settle_answer
from chatstate.clock import Timestamp, format
from chatstate.errors import Malformed
from chatstate.events import Event, event, reduces
from chatstate.events.envelope import perform
from chatstate.events.event import event_base
from chatstate.ids import Cid, MessageId, UserId
from chatstate.model import Found, JsonObject
from chatstate.model.reading import read_time
from chatstate.model.row import Row, local, row
from chatstate.settle.messages import forget_message
from chatstate.settle.pages import asked_for
from chatstate.settle.reads import uncount
from chatstate.state.state import State
from chatstate.wire import read_event

OUTBOX = "outbox"

PENDING, FAILED, SENT = "pending", "failed", "sent"


OF_SOMEBODY = ("user", "user_id", "cid", "channel_id", "channel_type", "channel")
"""What the service tells with every event that somebody sent."""


@event_base
class LocalEvent(Event):
    """What happens here; without a time it happens now.

    Anyone in a chat can have the service tell events of any kind, also of these. It says whose and where they are: ours
    are of nobody. Raises ``Malformed`` for what comes from somebody.
    """

    @classmethod
    def of(cls, kind: str, raw: JsonObject, now: Timestamp, found: Found) -> Self:
        for key in OF_SOMEBODY:
            if key in raw:
                raise Malformed("nothing, as in every event of our own", raw[key], key)
        return super().of(kind, raw, now, found)

    @classmethod
    def untimed(cls, raw: JsonObject, now: Timestamp) -> Timestamp:
        return now


@event("local.answer")
class LocalAnswer(LocalEvent):
    """The service answered a call of its REST API."""

    answer: JsonObject | None = None
    asked: JsonObject | None = None
    """The body of the request."""
    after: Timestamp | None = None
    """The time of the newest event that was heard before it was asked."""


@reduces(LocalAnswer)
def local_answer(state: State, event: LocalAnswer) -> None:
    answer = event.need("answer")
    if "events" in answer:
        raise Malformed("an answer without events, which are lines of their own", answer, "$.answer")
    after = read_time(event.raw.get("after"), "$.after")
    state.found.at = "answer"
    settle_answer(state, answer, aged(state, after), _refused, asked_for(event.object("asked")))
    state.found.at = ""


def _refused(frame: Any, place: str) -> None:
    raise Malformed("an answer without events", frame, place)


def answered(answer: Mapping[str, Any], at: Timestamp, asked: Mapping[str, Any] | None, after: Timestamp) -> JsonObject:
    """The event that an answer came, ``after`` that time had been heard of."""
    told = {"type": "local.answer", "created_at": format(at), "after": format(after), "asked": asked}
    return {**told, "answer": answer}


@event("local.told")
class LocalTold(LocalEvent):
    """An answer told what an event tells too, and told it first."""


@reduces(LocalTold)
def local_told(state: State, event: LocalTold) -> None:
    perform(state, read_event(event.need("event"), state.heard_at, state.found))


@event("local.vanished")
class LocalVanished(LocalEvent):
    """A message is no longer there, though nobody told when it went."""

    message_id: str = ""


@reduces(LocalVanished)
def local_vanished(state: State, event: LocalVanished) -> None:
    row = state.messages.get(MessageId(event.message_id))
    if row is not None:
        uncount(state, row, event.created_at)
        forget_message(state, row, event.created_at)


@row()
class Outgoing(Row):
    """A message of mine that the service has not confirmed. By its id."""

    id: MessageId = local(MessageId(""))
    cid: Cid = local(Cid(""))
    status: str = local(PENDING)
    """``pending`` or ``failed``; once it is sent there is no row."""
    problem: str | None = local(None)
    """Why it failed."""


@event("local.outgoing")
class LocalOutgoing(LocalEvent):
    """A message of mine waits, has failed, or was sent."""

    message_id: str = ""
    channel_cid: str = ""
    status: str = PENDING
    problem: str | None = None


@reduces(LocalOutgoing)
def local_outgoing(state: State, event: LocalOutgoing) -> None:
    outbox, id = state.table(OUTBOX), MessageId(event.message_id)
    if event.status == SENT:
        outbox.drop(id)
        return
    outbox.put(
        id,
        Outgoing.BASE.replace(id=id, cid=Cid(event.channel_cid), status=event.status, problem=event.problem),
    )


@event("local.copy")
class LocalCopy(LocalEvent):
    """Another store had been told this much."""


@reduces(LocalCopy)
def local_copy(state: State, event: LocalCopy) -> None:
    tables: Any = event.raw.get("tables")
    if tables.__class__ is not MappingProxyType:  # which no JSON is decoded to
        raise Malformed("the tables of a store", tables, "$.tables")
    for name, rows in tables.items():
        table = state.table(name)
        for key, kept in rows.items():
            table.put(key, kept)
    state.buried_at = max(state.buried_at, event.raw["buried_at"])
    _advance(state.told, event.raw["told"])
    _advance(state.channel_told, event.raw["channel_told"])
    state.forget_copies()


def _advance(marks: dict[Any, Timestamp], told: Mapping[Any, Timestamp]) -> None:
    for key, at in told.items():
        marks[key] = max(at, marks.get(key, at))


def copied(state: State) -> JsonObject:
    """The event that tells another store all that is known here. O(rows), which are shared."""
    told: dict[UserId, Timestamp] = dict(state.told)
    channel_told: dict[Cid, Timestamp] = dict(state.channel_told)
    return {
        "type": "local.copy", "created_at": format(state.heard_at), "buried_at": state.buried_at, "told": told,
        "channel_told": channel_told,
        "tables": MappingProxyType({name: dict(table) for name, table in state.tables.items() if table}),
    }  # fmt: skip


def of_channels(raw: JsonObject, cids: Container[str]) -> JsonObject | None:
    """What an event of our own tells of some channels, None for nothing; what has no channel concerns them all."""
    answer: Any = raw.get("answer")
    if answer.__class__ is dict and "channel" not in answer and ("channels" in answer or "threads" in answer):
        return {**raw, "answer": {key: _kept(part, cids) for key, part in answer.items()}}
    for about in (raw, raw.get("event"), answer, answer.get("thread") if answer.__class__ is dict else None):
        if (cid := _cid_of(about)) is not None:
            return raw if cid in cids else None
    return raw


def _kept(part: Any, cids: Container[str]) -> Any:
    if part.__class__ is not list:
        return part
    return [each for each in part if (cid := _cid_of(each)) is None or cid in cids]


def _cid_of(about: Any) -> Any:
    """Which channel an event, an entry of an answer or a thread is about."""
    if about.__class__ is not dict:
        return None
    channel = about.get("channel")
    return channel.get("cid") if channel.__class__ is dict else about.get("cid") or about.get("channel_cid")
