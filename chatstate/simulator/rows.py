"""What the simulated service keeps: plain rows that its rules change in place."""

from dataclasses import dataclass, field
from typing import Any

from chatstate.clock import NEVER, Timestamp
from chatstate.ids import Cid, MessageId, PollId, UserId

Custom = dict[str, Any]
PRIVATE = ("ephemeral", "error")
"""Types of messages that nobody but their author is sent."""


@dataclass(slots=True, eq=False)
class Mute:
    """Someone does not want to hear of someone, or of a channel, for a while or for good."""

    created_at: Timestamp
    expires: Timestamp | None = None

    def holds(self, now: Timestamp) -> bool:
        return self.expires is None or self.expires > now


@dataclass(slots=True, eq=False)
class Ban:
    """Someone may not write, in one channel or anywhere; a shadow ban lets them believe they may."""

    created_at: Timestamp
    by: UserId
    reason: str
    expires: Timestamp | None = None
    shadow: bool = False

    def holds(self, now: Timestamp) -> bool:
        return self.expires is None or self.expires > now


@dataclass(slots=True, eq=False)
class User:
    id: UserId
    name: str
    image: str
    created_at: Timestamp
    updated_at: Timestamp
    last_active: Timestamp
    role: str = "user"
    language: str = "en"
    online: bool = False
    custom: Custom = field(default_factory=dict)
    deactivated_at: Timestamp | None = None
    deleted_at: Timestamp | None = None
    ban: Ban | None = None
    total_bans: int = 0
    older: tuple[str, str, Timestamp] | None = None
    """Name, image and ``updated_at`` before the last update: what a stale copy still says."""
    version: int = 0
    """Grows with every change of what others see of the user."""
    channels: dict[Cid, None] = field(default_factory=dict)
    mutes: dict[UserId, Mute] = field(default_factory=dict)
    muted_by: dict[UserId, Mute] = field(default_factory=dict)
    channel_mutes: dict[Cid, Mute] = field(default_factory=dict)
    unread_threads: dict[MessageId, int] = field(default_factory=dict)
    reminders: dict[MessageId, "Reminder"] = field(default_factory=dict)
    drafts: dict[tuple[Cid, MessageId | None], "Draft"] = field(default_factory=dict)

    @property
    def active(self) -> bool:
        return self.deleted_at is None and self.deactivated_at is None


@dataclass(slots=True, eq=False)
class Member:
    cid: Cid
    user_id: UserId
    created_at: Timestamp
    updated_at: Timestamp
    role: str = "member"
    channel_role: str = "channel_member"
    invited: bool = False
    invite_accepted_at: Timestamp | None = None
    invite_rejected_at: Timestamp | None = None
    pinned_at: Timestamp | None = None
    archived_at: Timestamp | None = None
    custom: Custom = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Read:
    """How far a user has read a channel.

    ``at`` is when that was last said; ``marked`` are the messages that were marked unread then. ``shown`` is what
    others were told of it, nothing if the user never read: then only the user's own devices know of the row. A
    ``vague`` row was moved by an event that does not say what was read last.
    """

    at: Timestamp
    last_read: Timestamp
    message_id: MessageId | None = None
    marked: tuple[MessageId, ...] = ()
    shown: tuple[Timestamp, MessageId | None] | None = None
    vague: bool = False


@dataclass(slots=True, eq=False)
class Leaving:
    """Why someone is no longer in a channel, ``removed`` or ``deleted``, and since when."""

    why: str
    at: Timestamp


@dataclass(slots=True, eq=False)
class Reaction:
    message_id: MessageId
    user_id: UserId
    type: str
    score: int
    created_at: Timestamp
    updated_at: Timestamp
    custom: Custom = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Message:
    id: MessageId
    cid: Cid
    user_id: UserId
    text: str
    type: str = "regular"
    created_at: Timestamp = NEVER
    updated_at: Timestamp = NEVER
    deleted_at: Timestamp | None = None
    undeleted_type: str = "regular"
    text_updated_at: Timestamp | None = None
    older: tuple[str, Timestamp] | None = None
    """Text and ``updated_at`` before the last edit: what a stale copy still says."""
    parent_id: MessageId | None = None
    show_in_channel: bool = False
    quoted_id: MessageId | None = None
    mentioned: tuple[UserId, ...] = ()
    attachments: list[Custom] = field(default_factory=list)
    silent: bool = False
    shadowed: bool = False
    held: bool = False
    """Not sent to anyone: pending, or blocked."""
    quiet: bool = False
    """Nobody's unread number counts it: it did not come as a new message of its own."""
    restricted: tuple[UserId, ...] = ()
    unheeded: tuple[UserId, ...] = ()
    """Who had muted the author or the channel when it was sent."""
    deleted_for: dict[UserId, None] = field(default_factory=dict)
    pinned_at: Timestamp | None = None
    pinned_by: UserId | None = None
    pin_expires: Timestamp | None = None
    reactions: dict[tuple[UserId, str], Reaction] = field(default_factory=dict)
    replies: list[MessageId] = field(default_factory=list)
    reply_count: int = 0
    deleted_reply_count: int = 0
    participants: tuple[UserId, ...] = ()
    thread: "Thread | None" = None
    poll_id: PollId | None = None
    location: "Location | None" = None
    custom: Custom = field(default_factory=dict)

    @property
    def thread_only(self) -> bool:
        return self.parent_id is not None and not self.show_in_channel

    @property
    def narrow(self) -> bool:
        """Whether it is not for everyone in the channel."""
        return self.held or self.shadowed or bool(self.restricted) or self.type in PRIVATE


@dataclass(slots=True, eq=False)
class Thread:
    """What hangs on a message that has replies."""

    created_at: Timestamp
    updated_at: Timestamp
    title: str = ""
    custom: Custom = field(default_factory=dict)
    followers: dict[UserId, None] = field(default_factory=dict)
    last_message_at: Timestamp | None = None


@dataclass(slots=True, eq=False)
class Channel:
    cid: Cid
    name: str
    created_by: UserId
    created_at: Timestamp
    updated_at: Timestamp
    weight: float = 1.0
    image: str | None = None
    custom: Custom = field(default_factory=dict)
    frozen: bool = False
    cooldown: int = 0
    truncated_at: Timestamp | None = None
    deleted_at: Timestamp | None = None
    last_message_at: Timestamp | None = None
    members: dict[UserId, Member] = field(default_factory=dict)
    watchers: dict[UserId, None] = field(default_factory=dict)
    typing: dict[tuple[UserId, MessageId | None], Timestamp] = field(default_factory=dict)
    reads: dict[UserId, Read] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    """All of them, replies too, by ``(created_at, id)``."""
    pinned: dict[MessageId, None] = field(default_factory=dict)
    hidden: dict[UserId, None] = field(default_factory=dict)
    cleared: dict[UserId, Timestamp] = field(default_factory=dict)
    """For whom the history begins only then."""
    bans: dict[UserId, Ban] = field(default_factory=dict)
    muted_by: dict[UserId, Mute] = field(default_factory=dict)
    left: dict[UserId, Leaving] = field(default_factory=dict)
    """Who was a member and is no longer."""
    ai_message_id: MessageId | None = None
    quiet_until: Timestamp = NEVER
    unread: dict[UserId, int] = field(default_factory=dict)
    """Unread numbers that were worked out since the last change."""

    @property
    def type(self) -> str:
        return self.cid.partition(":")[0]

    @property
    def id(self) -> str:
        return self.cid.partition(":")[2]


@dataclass(slots=True, eq=False)
class Vote:
    id: str
    user_id: UserId
    created_at: Timestamp
    updated_at: Timestamp
    option_id: str = ""
    answer: str | None = None


@dataclass(slots=True, eq=False)
class Poll:
    id: PollId
    name: str
    created_by: UserId
    message_id: MessageId
    created_at: Timestamp
    updated_at: Timestamp
    options: dict[str, str]
    description: str = ""
    unique: bool = True
    anonymous: bool = False
    closed: bool = False
    votes: dict[str, Vote] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Draft:
    cid: Cid
    id: str
    text: str
    created_at: Timestamp
    parent_id: MessageId | None = None
    quoted_id: MessageId | None = None


@dataclass(slots=True, eq=False)
class Reminder:
    message_id: MessageId
    user_id: UserId
    created_at: Timestamp
    updated_at: Timestamp
    remind_at: Timestamp | None = None


@dataclass(slots=True, eq=False)
class Location:
    """Where the author of a message is; a live one moves."""

    message_id: MessageId
    latitude: float
    longitude: float
    device_id: str
    created_at: Timestamp
    updated_at: Timestamp
    end_at: Timestamp | None = None


@dataclass(slots=True, eq=False)
class Group:
    """Users under one name, to be mentioned together."""

    id: str
    name: str
    created_by: UserId
    created_at: Timestamp
    updated_at: Timestamp
    members: dict[UserId, Timestamp] = field(default_factory=dict)
