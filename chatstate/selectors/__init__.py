"""What a chat screen shows, as plain functions of a store, for ``store.select`` and ``store.select_list``.

>>> from chatstate import Store, selectors
>>> store = Store(me="ana")
>>> store.select(selectors.total_unread).value
0
>>> store.select(selectors.unread("messaging:general")).value
0

Those of the whole store are such functions themselves; those of one channel, thread, message or user make one.
"""

from chatstate.selectors.of_channel import (
    ai_state,
    cooldown,
    deliveries_of,
    draft,
    frozen,
    hidden,
    last_message,
    latest_messages,
    member_count,
    members,
    messages,
    muted,
    name,
    pinned,
    reads_of,
    typing_names,
    unread,
    unread_mentions,
    watcher_count,
    watchers,
)
from chatstate.selectors.of_message import message, own_reactions, poll, reactions
from chatstate.selectors.of_store import (
    channel_list,
    connection,
    me,
    mutes,
    reminders,
    thread_list,
    total_unread,
    unread_channels,
    unread_threads,
)
from chatstate.selectors.of_thread import thread, thread_replies, thread_typing_names, thread_unread
from chatstate.selectors.of_user import presence, user

__all__ = [
    "ai_state", "channel_list", "connection", "cooldown", "deliveries_of", "draft", "frozen", "hidden", "last_message",
    "latest_messages", "me", "member_count", "members", "message", "messages", "muted", "mutes", "name",
    "own_reactions", "pinned", "poll", "presence", "reactions", "reads_of", "reminders", "thread", "thread_list",
    "thread_replies", "thread_typing_names", "thread_unread", "total_unread", "typing_names", "unread",
    "unread_channels", "unread_mentions", "unread_threads", "user", "watcher_count", "watchers",
]  # fmt: skip
