"""What is selected of the store as a whole."""

from collections.abc import Callable

from chatstate.views import ChannelView, ConnectionView, MuteView, OwnUserView, ReminderView, ThreadView
from chatstate.views.entry import Views
from chatstate.views.filters import Filter
from chatstate.views.query import Query
from chatstate.views.sorts import Sort


def total_unread(store: Views) -> int:
    """How many messages I have not read in all, as the service counts."""
    return store.me.total_unread_count


def unread_channels(store: Views) -> int:
    """In how many channels something is unread, as the service counts."""
    return store.me.unread_channels


def unread_threads(store: Views) -> int:
    """In how many threads something is unread, as the service counts."""
    return store.me.unread_threads


def connection(store: Views) -> ConnectionView:
    """The connection: whether it is up, and what the service calls it."""
    return store.connection


def me(store: Views) -> OwnUserView:
    """Myself, and what only I am told."""
    return store.me


def mutes(store: Views) -> list[MuteView]:
    """The users whom I have muted now. A mute leaves the list when it ends by itself."""
    return store.me.mutes


def reminders(store: Views) -> list[ReminderView]:
    """My reminders, the one due first first; those without a time come last. O(reminders)."""
    return sorted(store.reminders.values(), key=lambda each: (each.remind_at is None, each.remind_at, each.message_id))


def channel_list(
    filter: Filter[ChannelView] | None = None, sort: Sort[ChannelView] = (("last_message_at", -1),)
) -> Callable[[Views], Query[ChannelView]]:
    """The channels that a filter wants, in order; see ``Channels.query``."""
    return lambda store: store.channels.query(filter, sort)


def thread_list(
    filter: Filter[ThreadView] | None = None, sort: Sort[ThreadView] = (("last_message_at", -1),)
) -> Callable[[Views], Query[ThreadView]]:
    """The threads that a filter wants, in order; see ``Threads.query``."""
    return lambda store: store.threads.query(filter, sort)
