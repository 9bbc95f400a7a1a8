"""The way in: every view of a state, by name."""

from collections.abc import Iterator, Mapping
from typing import Any

from chatstate.ids import Cid, MessageId, PollId, UserId, cid_of
from chatstate.model import App
from chatstate.settle.channels import is_mine
from chatstate.state.state import ME, State
from chatstate.views.base import name_of
from chatstate.views.channel import CHANNEL_FIELDS, ChannelView
from chatstate.views.filters import Filter
from chatstate.views.known import Known
from chatstate.views.me import ConnectionView, OwnUserView
from chatstate.views.message import MessageView
from chatstate.views.poll import PollView
from chatstate.views.query import Query, query
from chatstate.views.reminder import ReminderView
from chatstate.views.sorts import Sort
from chatstate.views.thread import Threads, ThreadView
from chatstate.views.user import UserGroupView, UserView


class Views:
    """Everything that can be looked at in a state. All of it is live: it tells what is so at the moment of asking."""

    def __init__(self, state: State) -> None:
        self.state = state

    def here(self) -> None:
        """Raise where this may not be looked at from here; a store is looked at by its own thread alone."""

    def channel(self, cid: str) -> ChannelView:
        """The channel of that cid, known or not yet. Raises ``ValueError`` unless it reads ``type:id``."""
        self.here()
        return ChannelView(self.state, cid_of(cid))

    def message(self, id: str) -> MessageView:
        """The message of that id, known or not yet. Raises ``ValueError`` for an empty id."""
        self.here()
        return MessageView(self.state, MessageId(name_of(id)))

    def user(self, id: str) -> UserView:
        """The user of that id, known or not yet. Raises ``ValueError`` for an empty id."""
        self.here()
        return UserView(self.state, UserId(name_of(id)))

    def thread(self, parent_id: str) -> ThreadView:
        """The thread that hangs on the message of that id, known or not yet. Raises ``ValueError`` for an empty id."""
        self.here()
        return ThreadView(self.state, MessageId(name_of(parent_id)))

    def poll(self, id: str) -> PollView:
        """The poll of that id, known or not yet. Raises ``ValueError`` for an empty id."""
        self.here()
        return PollView(self.state, PollId(name_of(id)))

    def table(self, name: str) -> Mapping[Any, Any]:
        """The rows of a table by key, read-only: of one that an application's own reducers write, above all."""
        self.here()
        return self.state.table(name)

    @property
    def me(self) -> OwnUserView:
        """The connected user, and what only it is told."""
        self.here()
        return OwnUserView(self.state)

    @property
    def connection(self) -> ConnectionView:
        """The socket, as the store last heard of it."""
        self.here()
        return ConnectionView(self.state)

    @property
    def app(self) -> App | None:
        """The application's settings, where they were told."""
        self.here()
        return self.state.app.get(ME)

    @property
    def channels(self) -> "Channels":
        """The channels that are known and mine, by cid."""
        self.here()
        return Channels(self.state)

    @property
    def messages(self) -> "AllMessages":
        """The messages that are known, of all channels, by id."""
        self.here()
        return AllMessages(self.state)

    @property
    def users(self) -> "Users":
        """The users that are known, by id."""
        self.here()
        return Users(self.state)

    @property
    def threads(self) -> Threads:
        """The threads that are known, of all channels, by the id of the message each hangs on."""
        self.here()
        return Threads(self.state)

    @property
    def reminders(self) -> "Reminders":
        """My reminders, by message id."""
        self.here()
        return Reminders(self.state)

    @property
    def user_groups(self) -> "UserGroups":
        """The user groups that are known, by id."""
        self.here()
        return UserGroups(self.state)


class Channels(Known[ChannelView]):
    """The channels that are known and mine, by cid. Asking for a malformed cid is a ``ValueError``. O(1) each."""

    __slots__ = ()

    def query(
        self, filter: Filter[ChannelView] | None = None, sort: Sort[ChannelView] = (("last_message_at", -1),)
    ) -> Query[ChannelView]:
        """The channels that a filter wants, in order: a live sequence.

        A filter is a predicate, or conditions by field in the service's own language, as in
        ``{"type": "messaging", "members": {"$in": ["ana"]}, "name": {"$prefix": "gen"}}``; hidden channels are left out
        unless it is a predicate, or names ``hidden``. A sort is a list of fields, or functions of a channel, each with
        1 or -1: ``[("pinned_at", -1), ("last_message_at", -1)]``; what has no value comes last, ties go by cid.

        Fields: ``type``, ``id``, ``cid``, ``team``, ``name``, ``member`` or ``members``, ``member_count``, ``joined``,
        ``archived``, ``pinned``, ``pinned_at``, ``hidden``, ``muted``, ``frozen``, ``disabled``, ``unread``,
        ``has_unread``, ``unread_mentions``, ``created_by_id``, ``created_at``, ``updated_at``, ``last_message_at``,
        ``last_updated``; any other is custom. Raises ``ValueError`` for an operator or a direction there is not.
        """
        if filter is None or (isinstance(filter, Mapping) and not _names(filter, "hidden")):
            filter = {**(filter or {}), "hidden": False}
        return query(self, filter, sort, CHANNEL_FIELDS)

    def candidates(self) -> Iterator[Cid]:
        return iter(self._state.channels)

    def __getitem__(self, cid: str) -> ChannelView:
        return super().__getitem__(cid_of(cid))

    def __contains__(self, cid: object) -> bool:
        return isinstance(cid, str) and is_mine(self._state, Cid(cid))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _ids(self) -> Iterator[Cid]:
        state = self._state
        return (cid for cid in state.channels if cid not in state.gone)

    def _view(self, id: str) -> ChannelView:
        return ChannelView(self._state, Cid(id))

    def _missing(self, id: str) -> str:
        return f"the channel {id!r} is not known"


def _names(filter: Any, field: str) -> bool:
    """Whether a filter says something about a field."""
    if isinstance(filter, Mapping):
        return field in filter or any(_names(each, field) for each in filter.values())
    return isinstance(filter, list | tuple) and any(_names(each, field) for each in filter)


class AllMessages(Known[MessageView]):
    """The messages that are known, of all channels, by id. O(1) each."""

    __slots__ = ()

    def __contains__(self, id: object) -> bool:
        return id in self._state.messages

    def __len__(self) -> int:
        return len(self._state.messages)

    def _ids(self) -> Iterator[MessageId]:
        return iter(self._state.messages)

    def _view(self, id: str) -> MessageView:
        return MessageView(self._state, MessageId(id))

    def _missing(self, id: str) -> str:
        return f"the message {id!r} is not known"


class Users(Known[UserView]):
    """The users that are known, by id. O(1) each."""

    __slots__ = ()

    def __contains__(self, id: object) -> bool:
        return id in self._state.users

    def __len__(self) -> int:
        return len(self._state.users)

    def _ids(self) -> Iterator[UserId]:
        return iter(self._state.users)

    def _view(self, id: str) -> UserView:
        return UserView(self._state, UserId(id))

    def _missing(self, id: str) -> str:
        return f"the user {id!r} is not known"


class Reminders(Known[ReminderView]):
    """My reminders, by message id. O(1) each."""

    __slots__ = ()

    def __contains__(self, id: object) -> bool:
        return id in self._state.reminders

    def __len__(self) -> int:
        return len(self._state.reminders)

    def _ids(self) -> Iterator[MessageId]:
        return iter(self._state.reminders)

    def _view(self, id: str) -> ReminderView:
        return ReminderView(self._state, MessageId(id))

    def _missing(self, id: str) -> str:
        return f"no reminder of the message {id!r} is known"


class UserGroups(Known[UserGroupView]):
    """The user groups that are known, by id. O(1) each."""

    __slots__ = ()

    def __contains__(self, id: object) -> bool:
        return id in self._state.user_groups

    def __len__(self) -> int:
        return len(self._state.user_groups)

    def _ids(self) -> Iterator[str]:
        return iter(self._state.user_groups)

    def _view(self, id: str) -> UserGroupView:
        return UserGroupView(self._state, id)

    def _missing(self, id: str) -> str:
        return f"the user group {id!r} is not known"
