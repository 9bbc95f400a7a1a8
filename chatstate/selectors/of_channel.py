"""What is selected of one channel, known or not yet. Each raises ``ValueError`` for a malformed cid when it is run."""

from collections.abc import Callable

from chatstate.model import AiState, Draft
from chatstate.views import MemberView, MessageView, Pins, Timeline, UserView
from chatstate.views.entry import Views


def unread(cid: str) -> Callable[[Views], int]:
    """How many messages in it I have not read."""
    return lambda store: store.channel(cid).unread


def unread_mentions(cid: str) -> Callable[[Views], int]:
    """How many unread messages that are not deleted mention me. O(unread)."""
    return lambda store: store.channel(cid).unread_mentions


def name(cid: str) -> Callable[[Views], str | None]:
    """What it is called; None where it has no name."""
    return lambda store: store.channel(cid).name


def messages(cid: str) -> Callable[[Views], Timeline]:
    """Its whole timeline, oldest first; for ``select_list``, which follows it at O(log n) a change."""
    return lambda store: store.channel(cid).messages


def latest_messages(cid: str, count: int) -> Callable[[Views], list[MessageView]]:
    """The newest ``count`` messages of its timeline, oldest first. O(count)."""
    if count < 1:
        raise ValueError(f"at least one message is asked for, not {count}")
    return lambda store: store.channel(cid).messages[-count:]


def last_message(cid: str) -> Callable[[Views], MessageView | None]:
    """The newest message of its timeline that is not deleted."""
    return lambda store: store.channel(cid).last_message


def pinned(cid: str) -> Callable[[Views], Pins]:
    """Its pinned messages, the one pinned first first. A pin leaves the list when it ends by itself."""
    return lambda store: store.channel(cid).pinned


def typing_names(cid: str) -> Callable[[Views], list[str]]:
    """Who types in it now, outside its threads, never me: names, or ids of those without one, by user id."""
    return lambda store: [user.name or user.id for user in store.channel(cid).typing]


def members(cid: str) -> Callable[[Views], list[MemberView]]:
    """Its members that are known, by user id. O(members); a list of thousands is better asked of ``members.query``."""
    return lambda store: list(store.channel(cid).members.values())


def member_count(cid: str) -> Callable[[Views], int]:
    """How many members it has, by the service's count."""
    return lambda store: store.channel(cid).member_count


def watchers(cid: str) -> Callable[[Views], list[UserView]]:
    """Who has it open, as far as it was told, by user id."""
    return lambda store: store.channel(cid).watchers


def watcher_count(cid: str) -> Callable[[Views], int]:
    """How many users have it open, by the service's count."""
    return lambda store: store.channel(cid).watcher_count


def reads_of(cid: str, message_id: str) -> Callable[[Views], list[UserView]]:
    """Who has read a message of it, without the author, by user id. O(readers of the channel)."""
    return lambda store: store.channel(cid).reads_of(message_id)


def deliveries_of(cid: str, message_id: str) -> Callable[[Views], list[UserView]]:
    """Whom a message of it has reached, without the author, by user id. O(readers and receivers)."""
    return lambda store: store.channel(cid).deliveries_of(message_id)


def muted(cid: str) -> Callable[[Views], bool]:
    """Whether I have muted it. A mute ends by itself."""
    return lambda store: store.channel(cid).muted


def hidden(cid: str) -> Callable[[Views], bool]:
    """Whether I have hidden it, and nothing has shown it since."""
    return lambda store: store.channel(cid).hidden


def frozen(cid: str) -> Callable[[Views], bool]:
    """Whether nobody may write in it."""
    return lambda store: store.channel(cid).frozen


def cooldown(cid: str) -> Callable[[Views], int]:
    """How many whole seconds I have to wait before I may write again; it counts down by itself."""
    return lambda store: store.channel(cid).cooldown_remaining


def draft(cid: str) -> Callable[[Views], Draft | None]:
    """What I began to write in it, outside its threads."""
    return lambda store: store.channel(cid).draft


def ai_state(cid: str) -> Callable[[Views], AiState | None]:
    """What an assistant is doing in it; None where none is at work."""
    return lambda store: store.channel(cid).ai_state
