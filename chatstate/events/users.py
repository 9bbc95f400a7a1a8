"""Users: what is known of them, and what I know of myself."""

from typing import Any, ClassVar

from chatstate.clock import Timestamp
from chatstate.errors import Malformed
from chatstate.events.event import Event, event, event_base, reduces
from chatstate.events.messages import flag
from chatstate.ids import UserId
from chatstate.model import User, UserGroup
from chatstate.model.reading import read_ref
from chatstate.settle.groups import end_group, settle_group
from chatstate.settle.messages import delete_messages_of
from chatstate.settle.mutes import tell_mute
from chatstate.settle.users import change_user, settle_presence, the_user
from chatstate.state.state import State


@event("user.presence.changed")
class UserPresenceChanged(Event):
    """Someone went online or offline."""


@event("user.updated")
class UserUpdated(Event):
    """Someone has another name, another picture, other data."""


@reduces(UserPresenceChanged)
def user_presence_changed(state: State, event: UserPresenceChanged) -> None:
    event.need_user()
    settle_presence(state, event.need("user"), event.created_at)


@reduces(UserUpdated)
def user_updated(state: State, event: UserUpdated) -> None:
    event.need_user()  # the common step takes in the user that every event carries


@event_base
class UserLeft(Event):
    """A user was deleted, deactivated or reactivated."""

    created_by: User | None = None


@event("user.deleted")
class UserDeleted(UserLeft):
    """A user is no more, perhaps with all they wrote."""

    mark_messages_deleted: bool = False
    hard_delete: bool = False
    delete_conversation_channels: bool = False
    delete_conversation: str | None = None
    delete_messages: str | None = None
    delete_user: str | None = None


@event("user.deactivated")
class UserDeactivated(UserLeft):
    """A user may not connect any more."""


@event("user.reactivated")
class UserReactivated(UserLeft):
    """A user may connect again."""


@reduces(UserDeactivated, UserReactivated)
def user_left(state: State, event: UserLeft) -> None:
    leaves(state, event, deactivated_at=event.created_at if event.KIND == "user.deactivated" else None)


def leaves(state: State, event: Event, **dates: Timestamp | None) -> None:
    """Keep the dates of a user's going, unless something later was told of it."""
    user_id, at = event.need_user(), event.created_at
    row = the_user(state, user_id)
    if at > row.left_at:
        change_user(state, user_id, row.replace(left_at=at, **dates))


@reduces(UserDeleted)
def user_deleted(state: State, event: UserDeleted) -> None:
    at = event.created_at
    leaves(state, event, deleted_at=at)
    hard = event.hard_delete or event.delete_messages == "hard"
    if hard or event.mark_messages_deleted or event.delete_messages == "soft":
        delete_messages_of(state, event.need_user(), None, at, hard=hard)


@event_base
class MuteEvent(Event):
    """I muted someone, or no longer."""

    MUTES: ClassVar[bool] = True

    target_user: User | None = None
    target_users: tuple[Any, ...] = ()


@event("user.muted")
class UserMuted(MuteEvent):
    """I muted someone."""


@event("user.unmuted")
class UserUnmuted(MuteEvent):
    """I no longer mute someone."""

    MUTES: ClassVar[bool] = False


@reduces(UserMuted, UserUnmuted)
def user_muted(state: State, event: MuteEvent) -> None:
    if event.user_id is not None and state.me is not None and event.user_id != state.me:
        return
    targets = list(event.target_users)
    if (target := event.object("target_user")) is not None:
        targets.append(target)
    if not targets:
        raise Malformed("an object", None, "$.target_user")
    for target in targets:
        id = read_ref(target, "target_user", state.found)
        tell_mute(state, state.mutes, id, event.MUTES, event.created_at)


@event("user.flagged")
class UserFlagged(Event):
    """I flagged someone."""

    target_user: User | None = None
    reason: str | None = None


@reduces(UserFlagged)
def user_flagged(state: State, event: UserFlagged) -> None:
    flag(state, read_ref(event.need("target_user"), "target_user", state.found), event)


@event_base
class GroupEvent(Event):
    """An event about a named group of users."""

    user_group: UserGroup | None = None


@event("user_group.created")
class UserGroupCreated(GroupEvent):
    """A group was made."""


@event("user_group.updated")
class UserGroupUpdated(GroupEvent):
    """A group has another name or description."""


@event("user_group.deleted")
class UserGroupDeleted(GroupEvent):
    """A group is no more."""


@event("user_group.member_added")
class UserGroupMemberAdded(GroupEvent):
    """Users joined a group."""

    members: tuple[UserId, ...] = ()


@event("user_group.member_removed")
class UserGroupMemberRemoved(GroupEvent):
    """Users left a group."""

    members: tuple[UserId, ...] = ()


@reduces(UserGroupCreated, UserGroupUpdated)
def user_group_told(state: State, event: GroupEvent) -> None:
    state.found.at = "user_group"
    settle_group(state, event.need("user_group"), event.created_at, {})


@reduces(UserGroupMemberAdded, UserGroupMemberRemoved)
def user_group_members(state: State, event: UserGroupMemberAdded | UserGroupMemberRemoved) -> None:
    joins = event.KIND == "user_group.member_added"
    state.found.at = "user_group"
    settle_group(state, event.need("user_group"), event.created_at, dict.fromkeys(event.members, joins))


@reduces(UserGroupDeleted)
def user_group_deleted(state: State, event: UserGroupDeleted) -> None:
    end_group(state, event.need("user_group"), event.created_at)
