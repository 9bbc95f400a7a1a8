"""Reactions: one user may have several types on a message, or one that replaces the others."""

from chatstate.simulator.event import As, Events, Parts
from chatstate.simulator.rows import Custom, Message, Reaction, User
from chatstate.simulator.world import World


def react(
    world: World, message: Message, user: User, type: str, *, score: int = 1, unique: bool = False,
    custom: Custom | None = None, stale: bool = False,
) -> Events:  # fmt: skip
    """A user reacts. A type that is there gets a new score; a ``unique`` new one replaces the user's others.

    ``stale``: the event carries the message's text of before its last edit.
    """
    mine = [key for key in message.reactions if key[0] == user.id]
    known = message.reactions.get((user.id, type))
    at = world.tick()
    kind = "reaction.new"
    if known is not None:
        kind, known.score, known.updated_at = "reaction.updated", score, at
        reaction = known
    else:
        if unique and mine:
            kind = "reaction.updated"
            for key in mine:
                del message.reactions[key]
        reaction = Reaction(message.id, user.id, type, score, at, at, custom or {})
        message.reactions[user.id, type] = reaction
    yield from _tell(world, kind, message, reaction, user, stale)


def unreact(world: World, message: Message, user: User, type: str) -> Events:
    reaction = message.reactions.pop((user.id, type))
    yield from _tell(world, "reaction.deleted", message, reaction, user, False)


def _tell(world: World, kind: str, message: Message, reaction: Reaction, user: User, stale: bool) -> Events:
    channel = world.channels[message.cid]
    told: Parts = {"message_id": message.id, "message": message, "reaction": reaction, "user": user}
    if stale and message.older is not None:
        told["message"] = As(message, "stale")
    yield world.event(kind, channel, to=channel.watchers, about=message, **told)
