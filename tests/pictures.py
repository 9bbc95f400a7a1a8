"""Pictures of a store: everything that can be seen in it, as plain values that compare and print well."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

import attrs

from chatstate import Store
from chatstate.io.comparison import MOMENTARY
from chatstate.io.dump import dump

NAMED_BY = {"ChannelView": "cid", "MessageView": "id", "UserView": "id", "ThreadView": "id", "PollView": "id"}
"""Views of what has an identity: inside a picture they are their name, and are pictured once."""

SEEN = {
    "ChannelView": """exists cid id type name image custom unread unread_mentions first_unread last_read messages
        last_message last_message_at pinned pending threads members member_count membership watchers watcher_count
        typing reads muted hidden frozen archived pinned_at truncated_at own_capabilities config draft ai_state
        has_older has_newer""",
    "MessageView": """exists gone id cid channel user text html type created_at updated_at deleted_at deleted parent_id
        show_in_channel reply_count quoted_message_id quoted mentioned attachments reaction_counts reaction_scores
        reaction_groups reactions own_reactions pinned pinned_at poll poll_id location flagged reminder silent shadowed
        custom""",
    "UserView": """exists id name image role online last_active banned muted custom deleted_at deactivated_at""",
    "ThreadView": """exists parent channel replies title custom reply_count participants reads unread last_read typing
        draft has_unseen""",
    "PollView": "exists name options vote_counts_by_option vote_count own_votes answers is_closed",
    "ReactionView": "type score user custom",
    "MemberView": """user_id user channel_role role banned shadow_banned ban_expires invited invite_accepted_at
        invite_rejected_at pinned_at archived_at custom""",
    "ReadView": "user last_read last_read_message_id unread last_delivered_at last_delivered_message_id",
    "ThreadReadView": "user last_read unread",
    "QuotedView": "id gone user text type deleted_at",
    "MuteView": "user created_at expires",
    "VoteView": "user option_id answer_text",
    "OwnUserView": """id user total_unread_count unread_channels unread_threads mutes channel_mutes devices
        blocked_user_ids""",
    "ReminderView": "remind_at due",
    "ConnectionView": "online behind connection_id last_event_at",
    "UserGroupView": "id name members",
}

UNORDERED = {"watchers", "typing", "threads", "mutes", "channel_mutes", "own_reactions", "reactions", "own_votes"}
"""Lists whose order the contract leaves open."""


def picture(store: Store) -> dict[str, Any]:
    """Everything observable, by way of the views and of the dump; times as they are answered, integers."""
    return {
        "me": _seen(store.me, "OwnUserView"),
        "users": {id: _seen(view) for id, view in store.users.items()},
        "channels": {cid: _channel(view) for cid, view in store.channels.items()},
        "messages": {id: _seen(view) for id, view in store.messages.items()},
        "threads": {id: _seen(view) for id, view in store.threads.items()},
        "polls": {id: _seen(store.poll(id)) for id in _poll_ids(store)},
        "reminders": {id: _seen(view, "ReminderView") for id, view in store.reminders.items()},
        "user_groups": {id: _seen(view, "UserGroupView") for id, view in store.user_groups.items()},
        "connection": _seen(store.connection, "ConnectionView"),
        "dump": dump(store),
    }


def settled(pictured: Any) -> Any:
    """A picture without what only the order of arrival tells: typing, watchers, and reads of those who never read."""
    if isinstance(pictured, dict):
        return {
            key: settled(value) for key, value in pictured.items() if key not in MOMENTARY and not _never_read(value)
        }
    return [settled(value) for value in pictured] if isinstance(pictured, list) else pictured


def _never_read(value: Any) -> bool:
    """Whether it is the read of someone who never read; a channel or thread that I never read is more than that."""
    if not isinstance(value, dict) or "last_read" not in value or "exists" in value:
        return False
    return not value["last_read"] and not value.get("unread")


def _poll_ids(store: Store) -> set[str]:
    return {view.poll_id for view in store.messages.values() if view.poll_id is not None}


def _channel(view: Any) -> dict[str, Any]:
    about = {"reads_of": view.reads_of, "deliveries_of": view.deliveries_of}
    receipts = {name: {m.id: _unordered(read(m)) for m in view.messages} for name, read in about.items()}
    gaps = [m.id for m in view.messages if view.messages.has_gap_before(m.id)]
    return _seen(view) | receipts | {"gaps": gaps}


def _seen(view: Any, kind: str | None = None) -> Any:
    names = SEEN[kind or type(view).__name__].split()
    values = {name: getattr(view, name) for name in names}
    return {name: _unordered(value) if name in UNORDERED else plain(value) for name, value in values.items()}


def _unordered(value: Any) -> Any:
    return sorted((plain(element) for element in value), key=repr)


def plain(value: Any) -> Any:
    """``value`` in dicts, lists and scalars; what has an identity as its name."""
    if (name := NAMED_BY.get(type(value).__name__)) is not None:
        return getattr(value, name)
    if type(value).__name__ in SEEN:
        return _seen(value)
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, AbstractSet):
        return _unordered(value)
    if isinstance(value, Sequence):
        return [plain(inner) for inner in value]
    if attrs.has(type(value)):
        return plain(attrs.asdict(value, recurse=False))
    raise TypeError(f"a picture cannot show {value!r}")
