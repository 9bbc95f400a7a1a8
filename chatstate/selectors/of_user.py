"""What is selected of one user, known or not yet."""

from collections.abc import Callable

from chatstate.views import UserView
from chatstate.views.entry import Views


def user(id: str) -> Callable[[Views], UserView]:
    """The user."""
    return lambda store: store.user(id)


def presence(id: str) -> Callable[[Views], bool | None]:
    """Whether the user is online; None while nobody tells."""
    return lambda store: store.user(id).online
