"""Channels: made, changed, hidden, emptied, gone."""

from typing import ClassVar

from chatstate.clock import SECOND, Timestamp
from chatstate.events.event import ChannelEvent, Event, event, event_base, reduces
from chatstate.events.messages import MessageEvent
from chatstate.events.reads import Counted
from chatstate.model import Member
from chatstate.model.reading import read_time
from chatstate.settle.channels import freeze, hide, show
from chatstate.settle.members import settle_member
from chatstate.settle.messages import join_message
from chatstate.settle.mutes import tell_mute
from chatstate.settle.pages import reach_start
from chatstate.settle.rooms import begin, clear_history, delete_channel, leave_list
from chatstate.state.state import State


@event("channel.created")
class ChannelCreated(ChannelEvent):
    """A channel was made."""

    FULL_CHANNEL: ClassVar[bool] = True
    BEGINS: ClassVar[bool] = True

    member_count: int | None = None


@reduces(ChannelCreated)
def channel_created(state: State, event: ChannelCreated) -> None:
    begin(state, event.cid, event.created_at)
    reach_start(state, event.cid, event.created_at)


@event("channel.updated")
class ChannelUpdated(MessageEvent):
    """A channel has other data; a system message may say so in its timeline."""

    FULL_CHANNEL: ClassVar[bool] = True


@reduces(ChannelUpdated)
def channel_updated(state: State, event: ChannelUpdated) -> None:
    join_notice(state, event)


def join_notice(state: State, event: MessageEvent) -> None:
    """The system message that comes with an event joins the timeline, without being unread."""
    raw = event.object("message")
    if raw is not None:
        state.found.at = "message"
        join_message(state, raw, event.cid, event.created_at, counted=False)
        state.found.at = ""


@event("channel.truncated")
class ChannelTruncated(MessageEvent):
    """A channel's history was cut off."""

    FULL_CHANNEL: ClassVar[bool] = True


@event("notification.channel_truncated")
class NotificationChannelTruncated(MessageEvent):
    """The history of a channel that I do not watch was cut off."""

    total_unread_count: int | None = None
    unread_channels: int | None = None
    unread_count: int | None = None
    grouped_unread_channels: dict[str, int] | None = None


DATED_BACK = 10 * SECOND
"""A truncation that is dated back by more may leave messages that never were here."""


@reduces(ChannelTruncated, NotificationChannelTruncated)
def channel_truncated(state: State, event: MessageEvent) -> None:
    channel = event.object("channel") or {}
    at = event.created_at
    told = read_time(channel.get("truncated_at"), "channel.truncated_at")
    clear_history(state, event.cid, Timestamp(at + 1) if told is None else told, at)
    if told is None or told > at - DATED_BACK:
        reach_start(state, event.cid, at)
    join_notice(state, event)


@event("channel.hidden")
class ChannelHidden(ChannelEvent):
    """I hid a channel, perhaps with what was written so far."""

    clear_history: bool = False


@reduces(ChannelHidden)
def channel_hidden(state: State, event: ChannelHidden) -> None:
    at = event.created_at
    hide(state, event.cid, at)
    if event.clear_history:
        clear_history(state, event.cid, Timestamp(at + 1), at)
        reach_start(state, event.cid, at)


@event("channel.visible")
class ChannelVisible(ChannelEvent):
    """A hidden channel shows again."""


@reduces(ChannelVisible)
def channel_visible(state: State, event: ChannelVisible) -> None:
    show(state, event.cid, event.created_at)


@event("channel.frozen")
class ChannelFrozen(ChannelEvent):
    """Nobody may write in the channel."""


@event("channel.unfrozen")
class ChannelUnfrozen(ChannelEvent):
    """The channel may be written in again."""


@reduces(ChannelFrozen, ChannelUnfrozen)
def channel_frozen(state: State, event: ChannelEvent) -> None:
    freeze(state, event.cid, event.KIND == "channel.frozen", event.created_at)


@event("channel.muted")
class ChannelMuted(ChannelEvent):
    """I muted a channel."""

    mute: dict[str, object] | None = None


@event("channel.unmuted")
class ChannelUnmuted(ChannelEvent):
    """I no longer mute a channel."""


@reduces(ChannelMuted, ChannelUnmuted)
def channel_muted(state: State, event: ChannelEvent) -> None:
    if event.user_id is not None and state.me is not None and event.user_id != state.me:
        return
    muted = event.KIND == "channel.muted"
    tell_mute(state, state.channel_mutes, event.cid, muted, event.created_at, event.object("mute"))


@event("channel.deleted")
class ChannelDeleted(ChannelEvent):
    """A channel is no more."""


@event("notification.channel_deleted")
class NotificationChannelDeleted(Counted):
    """A channel that I do not watch is no more."""

    NEEDS_CID: ClassVar[bool] = True


@reduces(ChannelDeleted, NotificationChannelDeleted)
def channel_deleted(state: State, event: ChannelEvent) -> None:
    delete_channel(state, event.cid, event.created_at)


@event("notification.removed_from_channel")
class NotificationRemovedFromChannel(ChannelEvent):
    """I was removed from a channel."""

    member: Member | None = None


@event("channel.kicked")
class ChannelKicked(ChannelEvent):
    """I was kicked out of a channel."""


@reduces(NotificationRemovedFromChannel, ChannelKicked)
def removed_from_channel(state: State, event: ChannelEvent) -> None:
    leave_list(state, event.cid, event.created_at)


@event_base
class Membership(ChannelEvent):
    """An event about my own membership of a channel."""

    BEGINS: ClassVar[bool] = True

    member: Member | None = None


@event("notification.added_to_channel")
class NotificationAddedToChannel(Membership):
    """I was added to a channel."""

    FULL_CHANNEL: ClassVar[bool] = True

    total_unread_count: int | None = None
    unread_channels: int | None = None
    unread_count: int | None = None


@event("notification.invited")
class NotificationInvited(Membership):
    """I was invited to a channel."""


@event("notification.invite_accepted")
class NotificationInviteAccepted(Membership):
    """An invitation was accepted."""


@event("notification.invite_rejected")
class NotificationInviteRejected(Membership):
    """An invitation was rejected."""


@reduces(NotificationAddedToChannel, NotificationInvited, NotificationInviteAccepted, NotificationInviteRejected)
def membership(state: State, event: Membership) -> None:
    member = event.object("member")
    begin(state, event.cid, event.created_at)
    if member is not None:
        state.found.at = "member"
        settle_member(state, event.cid, member, event.created_at)


@event("channel.max_streak_changed", inert="a streak is kept nowhere")
class ChannelMaxStreakChanged(Event):
    """A channel has a new longest streak."""
