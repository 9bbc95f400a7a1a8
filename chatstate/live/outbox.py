"""What of mine the service has not confirmed, as the store was told of it."""

from chatstate.ids import MessageId
from chatstate.local import FAILED, OUTBOX, PENDING, SENT, Outgoing
from chatstate.store import Store


def outgoing(store: Store, id: str) -> Outgoing | None:
    """A message of mine that is not confirmed, None for any other. O(1)."""
    found: Outgoing | None = store.state.table(OUTBOX).get(MessageId(id))
    return found


def outgoing_in(store: Store, cid: str) -> list[Outgoing]:
    """The messages of mine in a channel that are not confirmed, in the order they were sent. O(all of them)."""
    return [row for row in store.state.table(OUTBOX).values() if row.cid == cid]


__all__ = ["FAILED", "OUTBOX", "PENDING", "SENT", "Outgoing", "outgoing", "outgoing_in"]
