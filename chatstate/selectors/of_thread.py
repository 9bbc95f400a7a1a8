"""What is selected of one thread, by the id of the message it hangs on."""

from collections.abc import Callable

from chatstate.views import Replies, ThreadView
from chatstate.views.entry import Views


def thread(parent_id: str) -> Callable[[Views], ThreadView]:
    """The thread, known or not yet."""
    return lambda store: store.thread(parent_id)


def thread_replies(parent_id: str) -> Callable[[Views], Replies]:
    """The replies in it that are here, oldest first; for ``select_list``, which follows them at O(log n) a change."""
    return lambda store: store.thread(parent_id).replies


def thread_unread(parent_id: str) -> Callable[[Views], int]:
    """How many replies in it I have not read. O(those)."""
    return lambda store: store.thread(parent_id).unread


def thread_typing_names(parent_id: str) -> Callable[[Views], list[str]]:
    """Who types a reply now, never me: names, or ids of those without one, by user id."""
    return lambda store: [user.name or user.id for user in store.thread(parent_id).typing]
