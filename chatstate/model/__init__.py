"""What is: the rows, one frozen class for each thing the store keeps."""

from chatstate.model.channel import (
    Activity,
    AiState,
    Authored,
    Ban,
    Channel,
    Delivery,
    Gone,
    Member,
    Read,
    Span,
    Typing,
    Watching,
)
from chatstate.model.message import (
    DELETED,
    Draft,
    Evicted,
    Location,
    Message,
    Poll,
    Purge,
    Reacted,
    Reaction,
    Reminder,
    Thread,
    ThreadRead,
    Tombstone,
    Vote,
)
from chatstate.model.reading import Found, JsonObject
from chatstate.model.row import Row
from chatstate.model.user import App, Connection, Counters, Flag, Mute, Own, User, UserGroup

__all__ = [
    "DELETED", "Activity", "AiState", "App", "Authored", "Ban", "Channel", "Connection", "Counters",
    "Delivery", "Draft", "Evicted", "Flag", "Found", "Gone", "JsonObject", "Location", "Member", "Message", "Mute",
    "Own", "Poll", "Purge", "Reacted", "Reaction", "Read", "Reminder", "Row", "Span", "Thread", "ThreadRead",
    "Tombstone", "Typing", "User", "UserGroup", "Vote", "Watching",
]  # fmt: skip
