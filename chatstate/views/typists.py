"""Who is typing now."""

from chatstate.clock import SECOND
from chatstate.ids import Cid, MessageId
from chatstate.state.state import State
from chatstate.views.user import UserView

LASTS = 7 * SECOND
"""How long typing lasts after it was received, unless something ends it earlier."""


def typists(state: State, cid: Cid, parent_id: MessageId | None = None) -> list[UserView]:
    """Who types in a channel, or in the thread of ``parent_id``, by user id; never me. O(those who do)."""
    found = []
    for (user_id,) in state.typing_in.of((cid, parent_id)):
        if user_id == state.me:
            continue
        row = state.typing.get((cid, parent_id, user_id))
        if row is not None and state.fresh(row.received, LASTS):
            found.append(UserView(state, user_id))
    return found
