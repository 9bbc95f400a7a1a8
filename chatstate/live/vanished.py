"""Messages that went without a word: here, and not in an answer that would hold them.

Some deletions are told to no channel (all that a user ever wrote), and so to no sync either. But a page of an answer
has none missing within; a message of which the service had told before it was asked, and which is not in the page where
it would stand, is no longer there.
"""

from collections.abc import Iterator
from typing import Any

from chatstate.clock import NEVER, Timestamp
from chatstate.ids import Cid, MessageId
from chatstate.live.rest import Json
from chatstate.state.state import State

PASSING = frozenset({"ephemeral", "error"})
"""Types of messages that the service never keeps."""


def vanished(state: State, entry: Json, heard: Timestamp, size: int) -> list[MessageId]:
    """The messages of a channel that its newest page, asked for after ``heard``, would hold and does not.

    ``size`` is how many it was asked to hold: one that holds fewer is all there is. O(messages there).
    """
    channel, page = entry.get("channel"), entry.get("messages")
    if not isinstance(channel, dict) or not isinstance(page, list):
        return []
    return list(_missing(state, state.timeline.of(channel.get("cid")), page, heard, size))


def vanished_replies(state: State, parent_id: MessageId, page: Any, heard: Timestamp, size: int) -> list[MessageId]:
    """The same for the replies of a thread."""
    if not isinstance(page, list):
        return []
    return list(_missing(state, state.replies.of(parent_id), page, heard, size))


def _missing(state: State, entries: Any, page: list[Any], heard: Timestamp, size: int) -> Iterator[MessageId]:
    ids = {each.get("id") for each in page if isinstance(each, dict)}
    here = [entry for entry in entries if entry[-1] in ids]
    if len(page) >= size and not here:
        return
    first = NEVER if len(page) < size else here[0][0]
    for created_at, _, id in entries:
        row = state.messages[id]
        if created_at >= first and id not in ids and row.sent_at <= heard and row.type not in PASSING:
            yield id


def doubtful_threads(state: State, cids: list[Cid]) -> list[MessageId]:
    """The messages of these channels that have fewer replies, by the service's count, than are here."""
    parents = [id for cid in cids for id in state.timeline.ids(cid) if id in state.replies.groups]
    return [id for id in parents if _living(state, id) > state.messages[id].reply_count]


def _living(state: State, parent_id: MessageId) -> int:
    return sum(1 for id in state.replies.ids(parent_id) if not state.messages[id].deleted)
