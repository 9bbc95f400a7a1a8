"""Users as anybody sees them, groups of them, and whom I muted."""

from collections.abc import Mapping
from typing import Any

from chatstate.clock import Timestamp
from chatstate.ids import UserId
from chatstate.model import Mute, User, UserGroup
from chatstate.settle.mutes import is_muted
from chatstate.views.base import View, told, when

_UNKNOWN: User = User.BASE
_UNKNOWN_GROUP: UserGroup = UserGroup.BASE
_UNKNOWN_MUTE: Mute = Mute.BASE


class UserView(View[UserId]):
    """A user, known or not yet."""

    __slots__ = ()

    @property
    def row(self) -> User | None:
        """The user's row now; None while the user is not known."""
        return self._state.users.get(self._key)

    @property
    def _told(self) -> User:
        return told(self.row, _UNKNOWN)

    def shown(self) -> tuple[Any, ...]:
        return self.row, self.banned, self.muted

    @property
    def exists(self) -> bool:
        """Whether anything was told of the user."""
        return self._key in self._state.users

    @property
    def id(self) -> UserId:
        """The user's id."""
        return self._key

    @property
    def name(self) -> str | None:
        """What the user is called."""
        return self._told.name

    @property
    def image(self) -> str | None:
        """The URL of the user's picture."""
        return self._told.image

    @property
    def role(self) -> str:
        """The user's role in the application; empty while unknown."""
        return self._told.role

    @property
    def language(self) -> str:
        """The user's language, as in ``en``; empty while unknown."""
        return self._told.language

    @property
    def teams(self) -> tuple[str, ...]:
        """The teams the user belongs to."""
        return self._told.teams

    @property
    def online(self) -> bool | None:
        """Whether the user is online; None while nobody tells."""
        return self._told.online

    @property
    def last_active(self) -> Timestamp | None:
        """When the user was last active."""
        return self._told.last_active

    @property
    def banned(self) -> bool:
        """Whether the user is banned from the whole application now; a ban that has expired is none."""
        row = self.row
        return row is not None and row.banned and self._state.holds(row.ban_expires)

    @property
    def ban_expires(self) -> Timestamp | None:
        """When the ban from the application ends, where it does."""
        return self._told.ban_expires

    @property
    def ban_reason(self) -> str | None:
        """Why the user was banned from the application, where it was said."""
        return self._told.ban_reason

    @property
    def muted(self) -> bool:
        """Whether I have muted the user now."""
        return is_muted(self._state, self._state.mutes, self._key)

    @property
    def flagged(self) -> bool:
        """Whether I have flagged the user."""
        return self._key in self._state.flags

    @property
    def custom(self) -> Mapping[str, Any]:
        """What the application keeps with the user."""
        return self._told.custom

    @property
    def created_at(self) -> Timestamp | None:
        """When the user was created."""
        return self._told.created_at

    @property
    def updated_at(self) -> Timestamp | None:
        """When the user last changed."""
        return when(self._told.updated_at)

    @property
    def deactivated_at(self) -> Timestamp | None:
        """When the user was deactivated; None who is active."""
        return self._told.deactivated_at

    @property
    def deleted_at(self) -> Timestamp | None:
        """When the user was deleted; None who is not."""
        return self._told.deleted_at


class UserGroupView(View[str]):
    """A named group of users."""

    __slots__ = ()

    @property
    def row(self) -> UserGroup | None:
        """The group's row now; None while the group is not known."""
        return self._state.user_groups.get(self._key)

    @property
    def _told(self) -> UserGroup:
        return told(self.row, _UNKNOWN_GROUP)

    @property
    def exists(self) -> bool:
        """Whether the group is known."""
        return self._key in self._state.user_groups

    @property
    def id(self) -> str:
        """The group's id."""
        return self._key

    @property
    def name(self) -> str:
        """What the group is called."""
        return self._told.name

    @property
    def description(self) -> str | None:
        """What the group is for."""
        return self._told.description

    @property
    def members(self) -> list[UserView]:
        """Who is in the group, by user id."""
        return [UserView(self._state, id) for id in self._told.member_ids]

    @property
    def custom(self) -> Mapping[str, Any]:
        """What the application keeps with the group."""
        return self._told.custom


class MuteView(View[str]):
    """A user whom I muted."""

    __slots__ = ()

    @property
    def row(self) -> Mute | None:
        """The mute's row now; None where there never was one."""
        return self._state.mutes.get(self._key)

    def shown(self) -> tuple[Any, ...]:
        return self.row, self.user.row

    @property
    def user(self) -> UserView:
        """Who is muted."""
        return UserView(self._state, UserId(self._key))

    @property
    def created_at(self) -> Timestamp | None:
        """When the user was muted, where it was told."""
        return told(self.row, _UNKNOWN_MUTE).created_at

    @property
    def expires(self) -> Timestamp | None:
        """When the mute ends by itself; None where it does not."""
        return told(self.row, _UNKNOWN_MUTE).expires
