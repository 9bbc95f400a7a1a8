"""Reactions: one user's reactions to one message are a fold, in the order of time, over what that user did.

A ``new`` adds a type. An ``updated`` is a new score for a type that is there, and replaces all types otherwise. A
``deleted`` takes a type away. Because the deeds are kept and folded again, the order they arrive in does not matter.
"""

from chatstate.clock import Timestamp
from chatstate.errors import Malformed
from chatstate.ids import MessageId, UserId
from chatstate.model import JsonObject, Reacted, Reaction
from chatstate.model.reading import read_ref
from chatstate.state.state import State

KEPT = 16
"""How many deeds of one user on one message are kept; older ones are folded into the first."""


def react(state: State, message_id: MessageId, raw: JsonObject, deed: str, at: Timestamp) -> None:
    """Take in one deed. O(deeds of that user on that message)."""
    reaction = read_reaction(state, message_id, raw)
    when = at if deed == "deleted" or reaction.updated_at == Reaction.BASE.updated_at else reaction.updated_at
    key = (message_id, reaction.user_id)
    deeds = state.reacted.get(key, ())
    done = Reacted.BASE.replace(at=when, deed=deed, reaction=reaction)
    if any(_same(done, other) for other in deeds) or (len(deeds) >= KEPT and when <= deeds[0].at):
        return
    deeds = _bounded(tuple(sorted((*deeds, done), key=_order)))
    state.reacted.put(key, deeds)
    _show(state, message_id, reaction.user_id, fold(deeds))


def _same(one: Reacted, other: Reacted) -> bool:
    return one.at == other.at and one.reaction.type == other.reaction.type and one.deed == other.deed


def _order(done: Reacted) -> tuple[Timestamp, bool, str]:
    return done.at, done.deed == "deleted", done.reaction.type


def _bounded(deeds: tuple[Reacted, ...]) -> tuple[Reacted, ...]:
    if len(deeds) <= KEPT:
        return deeds
    old, recent = deeds[:-KEPT], deeds[-KEPT:]
    return tuple(old[-1].replace(deed="new", reaction=each) for each in fold(old).values()) + recent


def fold(deeds: tuple[Reacted, ...]) -> dict[str, Reaction]:
    """The reactions that are left, by type, after deeds in the order of time."""
    left: dict[str, Reaction] = {}
    for done in deeds:
        kind = done.reaction.type
        if done.deed == "deleted":
            left.pop(kind, None)
        elif done.deed == "updated" and kind not in left:
            left = {kind: done.reaction}
        else:
            left[kind] = done.reaction
    return left


def _show(state: State, message_id: MessageId, user_id: UserId, left: dict[str, Reaction]) -> None:
    for _, key in list(state.reactions_to.of(message_id)):
        if key[1] == user_id and key[2] not in left:
            state.reactions.drop(key)
    for kind, reaction in left.items():
        key = (message_id, user_id, kind)
        if state.reactions.get(key) != reaction:
            state.reactions.put(key, reaction)


def read_reaction(state: State, message_id: MessageId, raw: JsonObject) -> Reaction:
    """The reaction a payload tells. Raises ``Malformed`` where it has no type or no user."""
    reaction = Reaction.read(raw, state.found)
    if not reaction.type:
        raise Malformed("a string", raw.get("type"), "type")
    user = raw.get("user")
    user_id = reaction.user_id if user is None else UserId(read_ref(user, "user", state.found))
    if not user_id:
        raise Malformed("a string", None, "user_id")
    return reaction.replace(message_id=message_id, user_id=user_id)


def forget_reactions(state: State, id: MessageId) -> None:
    """Drop all reactions to a message."""
    if id in state.reacted_to.groups:
        for _, key in list(state.reactions_to.of(id)):
            state.reactions.drop(key)
        for user_id in list(state.reacted_to.ids(id)):
            state.reacted.drop((id, user_id))
