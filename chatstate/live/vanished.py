"""What went without a word: here, and not in an answer that would hold it.

Some deletions are told to no channel (all that a user ever wrote), and so to no sync either; and what happened long ago
is told by none. But a page of an answer has none missing within; a message of which the service had told before it was
asked, and which is not in the page where it would stand, is no longer there.
"""

from typing import Any

from chatstate.clock import Timestamp
from chatstate.ids import Cid, MessageId, UserId
from chatstate.state.state import State
from chatstate.state.table import Ordered

PASSING = frozenset({"ephemeral", "error"})
"""Types of messages that the service never keeps."""


def vanished(
    state: State, entries: Ordered, page: Any, heard: Timestamp, size: int, until: Timestamp | None = None
) -> list[MessageId]:
    """The messages among ``entries`` that a page, asked for after ``heard``, would hold and does not.

    ``entries`` are of a timeline or a thread. ``size`` is how many messages the page was asked to hold: one that holds
    fewer goes back to the first. It goes on to the newest, or to ``until``. O(page log n), and what is within.
    """
    if not isinstance(page, list):
        return []
    ids = {each["id"] for each in page if isinstance(each, dict) and isinstance(each.get("id"), str)}
    start, end = 0, len(entries) if until is None else entries.until((until + 1,))
    if len(page) >= size:
        known = [state.messages[id].order for id in ids if id in state.messages]
        here = [order for order in known if order in entries]
        if not here:
            return []
        start = entries.until((min(here)[0],))
    return [id for _, _, id in entries[start:end] if id not in ids and _would_be_told(state, id, heard)]


def _would_be_told(state: State, id: MessageId, heard: Timestamp) -> bool:
    row = state.messages[id]
    return row.sent_at <= heard and row.type not in PASSING


def strangers(state: State, cid: Cid, listed: Any) -> list[UserId]:
    """The members of a channel who are here and not in a list of them."""
    told = {_user_of(each) for each in listed if isinstance(each, dict)} if isinstance(listed, list) else set()
    return [id for id in state.members_of.ids(cid) if id not in told]


def _user_of(member: Any) -> Any:
    user = member.get("user")
    id = user.get("id") if isinstance(user, dict) else member.get("user_id")
    return id if isinstance(id, str) else None


def threads_in(state: State, cid: Cid) -> list[MessageId]:
    """The messages of a channel, here or not, that have replies here. O(threads)."""
    groups = state.replies.groups
    return [parent_id for parent_id, group in groups.items() if state.messages[group[0][-1]].cid == cid]


def doubtful_threads(state: State, cid: Cid) -> list[MessageId]:
    """Those of them that have fewer replies, by the service's count, than are here."""
    return [id for id in state.timeline.ids(cid) if id in state.replies.groups and _has_too_many(state, id)]


def _has_too_many(state: State, parent_id: MessageId) -> bool:
    living = sum(1 for id in state.replies.ids(parent_id) if not state.messages[id].deleted)
    return living > state.messages[parent_id].reply_count
