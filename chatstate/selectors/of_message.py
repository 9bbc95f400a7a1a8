"""What is selected of one message, known or not yet."""

from collections.abc import Callable

from chatstate.views import MessageView, PollView, ReactionView
from chatstate.views.entry import Views


def message(id: str) -> Callable[[Views], MessageView]:
    """The message."""
    return lambda store: store.message(id)


def reactions(id: str) -> Callable[[Views], dict[str, int]]:
    """How many reactions of each type it has, by the service's count."""
    return lambda store: dict(store.message(id).reaction_counts)


def own_reactions(id: str) -> Callable[[Views], list[ReactionView]]:
    """My reactions to it, in the order of time."""
    return lambda store: store.message(id).own_reactions


def poll(id: str) -> Callable[[Views], PollView]:
    """The poll of that id, which every message that shows it shares."""
    return lambda store: store.poll(id)
