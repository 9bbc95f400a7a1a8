"""Members of a channel."""

from collections.abc import Iterator, Mapping
from operator import attrgetter
from typing import Any

from chatstate.clock import Timestamp
from chatstate.ids import Cid, UserId
from chatstate.model import Member
from chatstate.state.state import State
from chatstate.views.base import View, told, when
from chatstate.views.filters import Fields, Filter
from chatstate.views.known import Known
from chatstate.views.query import Query, query
from chatstate.views.sorts import Sort
from chatstate.views.user import UserView

_UNKNOWN: Member = Member.BASE

_FIELDS: Fields["MemberView"] = {
    "id": attrgetter("user_id"),
    "name": attrgetter("user.name"),
    "online": attrgetter("user.online"),
    "last_active": attrgetter("user.last_active"),
    **{
        name: attrgetter(name)
        for name in (
            "user_id", "role", "channel_role", "is_moderator", "banned", "shadow_banned", "invited",
            "notifications_muted", "created_at", "updated_at",
        )
    },
}  # fmt: skip


class MemberView(View[tuple[Cid, UserId]]):
    """Someone's membership of one channel."""

    __slots__ = ()

    @property
    def row(self) -> Member | None:
        """The member's row now; None for who is no member."""
        return self._state.members.get(self._key)

    @property
    def _told(self) -> Member:
        return told(self.row, _UNKNOWN)

    def shown(self) -> tuple[Any, ...]:
        return self.row, self.user.row, self.banned, self.shadow_banned

    @property
    def exists(self) -> bool:
        """Whether the user is a member of the channel."""
        return self._key in self._state.members

    @property
    def cid(self) -> Cid:
        """The channel."""
        return self._key[0]

    @property
    def user_id(self) -> UserId:
        """The member's user id."""
        return self._key[1]

    @property
    def user(self) -> UserView:
        """The member as a user."""
        return UserView(self._state, self._key[1])

    @property
    def role(self) -> str | None:
        """``owner``, ``moderator`` or ``member``."""
        return self._told.role

    @property
    def channel_role(self) -> str | None:
        """The role that decides what the member may do in the channel, as in ``channel_member``."""
        return self._told.channel_role

    @property
    def is_moderator(self) -> bool:
        """Whether the member moderates the channel."""
        return self._told.is_moderator

    @property
    def banned(self) -> bool:
        """Whether the member is banned from the channel now; a ban that has expired is none."""
        row = self.row
        return row is not None and row.banned and self._state.holds(row.ban_expires)

    @property
    def shadow_banned(self) -> bool:
        """Whether what the member writes reaches nobody else now; a ban that has expired is none."""
        row = self.row
        return row is not None and row.shadow_banned and self._state.holds(row.ban_expires)

    @property
    def ban_expires(self) -> Timestamp | None:
        """When the ban ends, where it does."""
        return self._told.ban_expires

    @property
    def ban_reason(self) -> str | None:
        """Why the member was banned, where it was said."""
        return self._told.ban_reason

    @property
    def invited(self) -> bool:
        """Whether the membership began with an invitation."""
        return self._told.invited

    @property
    def invite_accepted_at(self) -> Timestamp | None:
        """When the invitation was accepted."""
        return self._told.invite_accepted_at

    @property
    def invite_rejected_at(self) -> Timestamp | None:
        """When the invitation was rejected."""
        return self._told.invite_rejected_at

    @property
    def pinned_at(self) -> Timestamp | None:
        """When the member pinned the channel; None where they did not."""
        return self._told.pinned_at

    @property
    def archived_at(self) -> Timestamp | None:
        """When the member archived the channel; None where they did not."""
        return self._told.archived_at

    @property
    def notifications_muted(self) -> bool:
        """Whether the member wants no notifications from the channel."""
        return self._told.notifications_muted

    @property
    def created_at(self) -> Timestamp | None:
        """When the membership began."""
        return self._told.created_at

    @property
    def updated_at(self) -> Timestamp | None:
        """When the membership last changed."""
        return when(self._told.updated_at)

    @property
    def custom(self) -> Mapping[str, Any]:
        """What the application keeps with the membership."""
        return self._told.custom


class Members(Known[MemberView]):
    """The members of a channel that are known, by user id, in its order. O(1) each."""

    __slots__ = ("_cid",)

    def __init__(self, state: State, cid: Cid) -> None:
        super().__init__(state)
        self._cid = cid

    @property
    def identity(self) -> Cid:
        return self._cid

    def query(
        self, filter: Filter[MemberView] | None = None, sort: Sort[MemberView] = (("created_at", 1),)
    ) -> Query[MemberView]:
        """The members that a filter wants, in order; see ``Channels.query`` for how both are written.

        Fields: ``id``, ``name``, ``role``, ``channel_role``, ``is_moderator``, ``banned``, ``shadow_banned``,
        ``invited``, ``online``, ``last_active``, ``notifications_muted``, ``created_at``, ``updated_at``; any other is
        custom.
        """
        return query(self, filter, sort, _FIELDS)

    def __contains__(self, id: object) -> bool:
        return (self._cid, id) in self._state.members

    def __len__(self) -> int:
        return len(self._state.members_of.of(self._cid))

    def _ids(self) -> Iterator[UserId]:
        return self._state.members_of.ids(self._cid)

    def _view(self, id: str) -> MemberView:
        return MemberView(self._state, (self._cid, UserId(id)))

    def _missing(self, id: str) -> str:
        return f"{id!r} is no known member of {self._cid}"
