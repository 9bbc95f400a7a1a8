"""Users, and what only the connected user knows of itself."""

from collections.abc import Mapping
from typing import Any

from chatstate.clock import NEVER, Timestamp
from chatstate.ids import UserId
from chatstate.model.reading import NOTHING
from chatstate.model.row import Row, local, mark, row, stamped


@row(
    common="id role created_at updated_at banned online language teams",
    skipped="total_unread_count unread_channels unread_count unread_threads mutes channel_mutes devices "
    "latest_hidden_channels privacy_settings push_preferences total_unread_count_by_team",
)
class User(Row):
    """Someone, as everybody may see them. Presence is None while unknown."""

    id: UserId = UserId("")
    name: str | None = None
    image: str | None = None
    role: str = ""
    language: str = ""
    teams: tuple[str, ...] = ()
    teams_role: Mapping[str, Any] = NOTHING
    online: bool | None = None
    invisible: bool = False
    last_active: Timestamp | None = None
    banned: bool = False
    ban_expires: Timestamp | None = None
    ban_reason: str | None = local(None)
    created_at: Timestamp | None = None
    updated_at: Timestamp = NEVER
    deactivated_at: Timestamp | None = None
    deleted_at: Timestamp | None = None
    revoke_tokens_issued_before: Timestamp | None = None
    avg_response_time: int | None = None
    blocked_user_ids: tuple[str, ...] = ()
    custom: Mapping[str, Any] = NOTHING
    told_at: Timestamp = stamped()
    seen_at: Timestamp = stamped()
    banned_at: Timestamp = stamped()
    left_at: Timestamp = mark()


@row(common="", skipped="")
class Own(Row):
    """What only the connected user is told of itself, beyond its ``User`` row, its mutes and its counters."""

    devices: tuple[Any, ...] = ()
    latest_hidden_channels: tuple[str, ...] = ()
    privacy_settings: Mapping[str, Any] = NOTHING
    push_preferences: Mapping[str, Any] = NOTHING
    total_unread_count_by_team: Mapping[str, int] = NOTHING
    told_at: Timestamp = mark()
    all_read_at: Timestamp = mark()
    """When I last read everything at once."""
    lists: tuple[tuple[str, Timestamp], ...] = mark(())
    """When whole lists of mutes were told, by table."""


@row()
class Counters(Row):
    """The unread totals the service told last, each with the time of the event that told it."""

    total_unread_count: int = 0
    unread_channels: int = 0
    unread_threads: int = 0
    total_at: Timestamp = mark()
    channels_at: Timestamp = mark()
    threads_at: Timestamp = mark()


@row(common="created_at updated_at", skipped="user target channel")
class Mute(Row):
    """Whether I muted someone or some channel, and when I did and did not: late messages count by what held then."""

    id: str = local("")
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None
    expires: Timestamp | None = None
    history: tuple[tuple[Timestamp, bool], ...] = local(())
    """When it was muted (true) and unmuted (false), in the order of time; the last word is what holds."""

    def active(self, at: Timestamp) -> bool:
        """Whether it was muted at that time."""
        if self.expires is not None and self.expires <= at:
            return False
        return next((muted for since, muted in reversed(self.history) if since <= at), False)


@row()
class Flag(Row):
    """Something I flagged for moderation: ``id`` is a message's or a user's."""

    id: str = local("")
    reason: str | None = None
    at: Timestamp = mark()


@row(common="id name", skipped="")
class UserGroup(Row):
    """A named group of users."""

    id: str = ""
    name: str = ""
    description: str | None = None
    team_id: str | None = None
    app_pk: int | None = None
    created_by: str | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp = NEVER
    member_ids: tuple[UserId, ...] = local(())
    custom: Mapping[str, Any] = NOTHING
    told_at: Timestamp = mark()
    members_at: Timestamp = mark()
    """When the members were last listed whole."""
    moves: Mapping[UserId, tuple[Timestamp, bool]] = mark(NOTHING)
    """Who joined (true) or left (false) since, and when."""


@row()
class Connection(Row):
    """The socket, as the store last heard of it. ``online`` is None before the first word.

    ``behind`` from when it goes down until what was missed is here.
    """

    online: bool | None = None
    connection_id: str | None = None
    last_event_at: Timestamp = local(NEVER)
    behind: bool = local(False)
    at: Timestamp = mark()


@row()
class App(Row):
    """The application's settings, as ``app.updated`` tells them."""

    name: str = ""
    async_url_enrich_enabled: bool = False
    auto_translation_enabled: bool = False
    file_upload_config: Mapping[str, Any] = NOTHING
    image_upload_config: Mapping[str, Any] = NOTHING
    custom: Mapping[str, Any] = NOTHING
    at: Timestamp = mark()
