"""The events of our own, by which a store is told what no frame tells; and the table of what is not sent yet."""

from chatstate.events import Event, event, reduces
from chatstate.events.envelope import perform
from chatstate.ids import Cid, MessageId
from chatstate.model.row import Row, local, row
from chatstate.settle.messages import forget_message
from chatstate.settle.reads import uncount
from chatstate.state.state import State
from chatstate.store import Store
from chatstate.wire import read_event

OUTBOX = "outbox"

PENDING, FAILED, SENT = "pending", "failed", "sent"


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
class LocalOutgoing(Event):
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


@event("local.answer")
class LocalAnswer(Event):
    """An answer told what an event tells too, and told it first."""


@reduces(LocalAnswer)
def local_answer(state: State, event: LocalAnswer) -> None:
    perform(state, read_event(event.need("event"), state.heard_at, state.found))


@event("local.vanished")
class LocalVanished(Event):
    """A message is no longer there, though nobody told when it went."""

    message_id: str = ""


@reduces(LocalVanished)
def local_vanished(state: State, event: LocalVanished) -> None:
    row = state.messages.get(MessageId(event.message_id))
    if row is not None:
        uncount(state, row, event.created_at)
        forget_message(state, row, event.created_at)


def outgoing(store: Store, id: str) -> Outgoing | None:
    """A message of mine that is not confirmed, None for any other. O(1)."""
    found: Outgoing | None = store.state.table(OUTBOX).get(MessageId(id))
    return found


def outgoing_in(store: Store, cid: str) -> list[Outgoing]:
    """The messages of mine in a channel that are not confirmed, in the order they were sent. O(all of them)."""
    return [row for row in store.state.table(OUTBOX).values() if row.cid == cid]
