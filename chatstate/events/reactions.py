"""Reactions: counts as the message in the event tells them, each reaction a row of its own."""

from typing import Any, ClassVar

from chatstate.events.event import event, event_base, reduces
from chatstate.events.messages import MessageEvent
from chatstate.ids import UserId
from chatstate.model import JsonObject, Reaction
from chatstate.model.row import refs
from chatstate.settle.messages import REACTIONS, message_id, set_aside, update_message
from chatstate.settle.reactions import react
from chatstate.state.state import State

ONLY_REACTIONS = frozenset({REACTIONS})


@event_base
class ReactionEvent(MessageEvent):
    """Someone reacted to a message. The message in it may be old; its counts are not."""

    DEED: ClassVar[str] = "new"

    reaction: Reaction | None = None
    thread_participants: tuple[UserId, ...] = refs("thread_participants")


@event("reaction.new")
class ReactionNew(ReactionEvent):
    """A reaction was added."""


@event("reaction.updated")
class ReactionUpdated(ReactionEvent):
    """A reaction has a new score, or replaced all others of its user."""

    DEED: ClassVar[str] = "updated"


@event("reaction.deleted")
class ReactionDeleted(ReactionEvent):
    """A reaction was taken back."""

    DEED: ClassVar[str] = "deleted"


@reduces(ReactionNew, ReactionUpdated, ReactionDeleted)
def reaction(state: State, event: ReactionEvent) -> None:
    raw, at = event.need("message"), event.created_at
    id = message_id(raw)
    if id in state.tombstones:
        return
    state.found.at = "message"
    counted = only_standing(raw)
    known = state.messages.get(id)
    if known is not None:
        update_message(state, known, counted, at, ONLY_REACTIONS)
    elif set_aside(state, counted, event.cid, at, ONLY_REACTIONS) is None:
        return
    state.found.at = "reaction"
    react(state, id, event.need("reaction"), event.DEED, at)


def only_standing(raw: JsonObject) -> JsonObject:
    """The payload without the types whose count is 0; a score may be anything."""
    counts: Any = raw.get("reaction_counts")
    if counts.__class__ is not dict or all(counts.values()):
        return raw
    gone = {kind for kind, count in counts.items() if not count}
    cut = {
        key: {kind: value for kind, value in raw[key].items() if kind not in gone}
        for key in ("reaction_counts", "reaction_scores", "reaction_groups")
        if raw.get(key).__class__ is dict
    }
    return {**raw, **cut}
