"""Channels."""

from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from chatstate.clock import Timestamp
from chatstate.ids import Cid, MessageId
from chatstate.model import Activity, AiState, Channel, Draft
from chatstate.settle.channels import is_hidden, is_mine
from chatstate.settle.mutes import is_muted
from chatstate.settle.pages import has_newer, has_older
from chatstate.views.base import View, told, when
from chatstate.views.cooldown import cooldown_left
from chatstate.views.filters import Fields
from chatstate.views.member import Members, MemberView
from chatstate.views.message import MessageView
from chatstate.views.receipts import Reads, readers_of, receivers_of
from chatstate.views.sequences import Pins, Timeline
from chatstate.views.thread import ThreadView, threads_in
from chatstate.views.typists import typists
from chatstate.views.unread import count_unread_mentions, first_unread_id, my_read
from chatstate.views.user import UserView

_UNKNOWN: Channel = Channel.BASE
_QUIET: Activity = Activity.BASE


class ChannelView(View[Cid]):
    """A channel, known or not yet: a screen can bind to it before anything is told of it."""

    __slots__ = ()

    @property
    def row(self) -> Channel | None:
        """The channel's row now; None while it is not known, and once it is deleted."""
        return self._state.channels.get(self._key)

    def shown(self) -> tuple[Any, ...]:
        """What a list of channels shows of it, its last message included; who types or watches is left to who asks."""
        state, key, last = self._state, self._key, self.last_message
        mine = (my_read(state, key), self.membership and self.membership.row, self.muted, self.hidden, self.exists)
        return self.row, self._activity, *mine, self.draft, None if last is None else (last, *last.shown())

    @property
    def _told(self) -> Channel:
        return told(self.row, _UNKNOWN)

    @property
    def _activity(self) -> Activity:
        return told(self._state.activity.get(self._key), _QUIET)

    @property
    def exists(self) -> bool:
        """Whether the channel is known and mine: neither deleted, nor one that I was removed from."""
        return is_mine(self._state, self._key)

    @property
    def cid(self) -> Cid:
        """The channel's full name, ``type:id``."""
        return self._key

    @property
    def id(self) -> str:
        """The part of the cid that tells it from others of its type."""
        return self._key.partition(":")[2]

    @property
    def type(self) -> str:
        """The part of the cid that says what kind of channel it is, as in ``messaging``."""
        return self._key.partition(":")[0]

    @property
    def name(self) -> str | None:
        """What the channel is called; None where it has no name."""
        return self._told.name

    @property
    def image(self) -> str | None:
        """The URL of its picture."""
        return self._told.image

    @property
    def team(self) -> str | None:
        """The team it belongs to."""
        return self._told.team

    @property
    def custom(self) -> Mapping[str, Any]:
        """What the application keeps with the channel."""
        return self._told.custom

    @property
    def config(self) -> Mapping[str, Any]:
        """The settings of its type, as they came."""
        return self._told.config

    @property
    def own_capabilities(self) -> frozenset[str] | None:
        """What I may do in it; None while nobody told."""
        capabilities = self._told.own_capabilities
        return None if capabilities is None else frozenset(capabilities)

    @property
    def created_at(self) -> Timestamp | None:
        """When it was created."""
        return self._told.created_at

    @property
    def created_by(self) -> UserView | None:
        """Who created it."""
        user_id = self._told.created_by_id
        return None if user_id is None else UserView(self._state, user_id)

    @property
    def updated_at(self) -> Timestamp | None:
        """When its own data last changed."""
        return when(self._told.updated_at)

    @property
    def truncated_at(self) -> Timestamp | None:
        """When its history was last cut off for everybody."""
        return self._told.truncated_at

    @property
    def frozen(self) -> bool:
        """Whether nobody may write in it."""
        return self._told.frozen

    @property
    def disabled(self) -> bool:
        """Whether the application has switched it off."""
        return self._told.disabled

    @property
    def hidden(self) -> bool:
        """Whether I have hidden it, and nothing has shown it since."""
        return is_hidden(self._state, self._key)

    @property
    def muted(self) -> bool:
        """Whether I have muted it now."""
        return is_muted(self._state, self._state.channel_mutes, self._key)

    @property
    def archived(self) -> bool:
        """Whether I have archived it."""
        membership = self.membership
        return membership is not None and membership.archived_at is not None

    @property
    def pinned_at(self) -> Timestamp | None:
        """When I pinned it in my list; None where I did not."""
        membership = self.membership
        return None if membership is None else membership.pinned_at

    @property
    def messages(self) -> Timeline:
        """Its timeline, oldest first: without the replies that stand in threads alone."""
        return Timeline(self._state, self._key)

    @property
    def last_message(self) -> MessageView | None:
        """The newest message in the timeline that is not deleted. O(deleted ones after it)."""
        for *_, id in reversed(self._state.timeline.of(self._key)):
            row = self._state.messages.get(id)
            if row is not None and row.deleted_at is None:
                return MessageView(self._state, id)
        return None

    @property
    def last_message_at(self) -> Timestamp | None:
        """When something was last written that counts, by the service's word and the messages since."""
        return self._activity.last_message_at

    @property
    def has_older(self) -> bool:
        """Whether there may be messages before the oldest that is here."""
        return has_older(self._state, self._key)

    @property
    def has_newer(self) -> bool:
        """Whether an answer told of a message that is newer than the newest that is here."""
        return has_newer(self._state, self._key)

    @property
    def pinned(self) -> Pins:
        """Its pinned messages, the one pinned first first."""
        return Pins(self._state, self._key)

    @property
    def pending(self) -> list[MessageView]:
        """My messages that wait for approval, oldest first."""
        return [MessageView(self._state, id) for id in self._state.pending_in.ids(self._key)]

    @property
    def threads(self) -> list[ThreadView]:
        """Its threads that are known, the one with the newest reply first. O(messages in the channel)."""
        return threads_in(self._state, self._key)

    @property
    def unread(self) -> int:
        """How many messages in it I have not read. O(1)."""
        read = my_read(self._state, self._key)
        return 0 if read is None else read.unread

    @property
    def unread_mentions(self) -> int:
        """How many unread messages that are not deleted mention me. O(unread)."""
        return count_unread_mentions(self._state, self._key)

    @property
    def first_unread(self) -> MessageView | None:
        """The oldest message that is here and that I have not read; None where nothing is unread."""
        id = first_unread_id(self._state, self._key)
        return None if id is None else MessageView(self._state, id)

    @property
    def last_read(self) -> Timestamp | None:
        """Up to when I have read it; None for never."""
        read = my_read(self._state, self._key)
        return None if read is None else when(read.last_read)

    @property
    def reads(self) -> Reads:
        """How far each user has read it, by user id."""
        return Reads(self._state, self._key)

    def reads_of(self, message: MessageView | str) -> list[UserView]:
        """Who has read a message of the channel, without its author, by user id. O(readers of the channel)."""
        return readers_of(self._state, self._key, _id_of(message))

    def deliveries_of(self, message: MessageView | str) -> list[UserView]:
        """Whom a message of the channel has reached, without its author, by user id. O(readers and receivers)."""
        return receivers_of(self._state, self._key, _id_of(message))

    @property
    def members(self) -> Members:
        """Its members that are known, by user id; there may be more of them, see ``member_count``."""
        return Members(self._state, self._key)

    @property
    def member_count(self) -> int:
        """How many members it has, by the service's count; 0 while nobody told."""
        return self._activity.member_count

    @property
    def membership(self) -> MemberView | None:
        """My own membership; None where I am no member."""
        me = self._state.me
        if me is None or (self._key, me) not in self._state.members:
            return None
        return MemberView(self._state, (self._key, me))

    @property
    def watchers(self) -> list[UserView]:
        """Who has it open, by user id, as far as it was told; see ``watcher_count``."""
        return [UserView(self._state, id) for id in self._state.watching_of.ids(self._key)]

    @property
    def watcher_count(self) -> int:
        """How many users have it open, by the service's count; 0 while nobody told."""
        return self._activity.watcher_count

    @property
    def typing(self) -> list[UserView]:
        """Who types in it now, outside its threads, by user id; never me."""
        return typists(self._state, self._key)

    @property
    def cooldown_remaining(self) -> int:
        """How many whole seconds I have to wait before I may write again; 0 where I may. O(messages within it)."""
        return cooldown_left(self._state, self._key)

    @property
    def draft(self) -> Draft | None:
        """What I began to write, outside its threads."""
        return self._state.drafts.get((self._key, None))

    @property
    def ai_state(self) -> AiState | None:
        """What an assistant is doing in it; None where none is at work."""
        return self._state.ai.get(self._key)


CHANNEL_FIELDS: Fields[ChannelView] = {
    "pinned": lambda channel: channel.pinned_at is not None,
    "has_unread": lambda channel: channel.unread > 0,
    "joined": lambda channel: channel.membership is not None,
    "member": attrgetter("members"),
    "last_updated": lambda channel: channel.last_message_at or channel.created_at,
    "created_by_id": lambda channel: channel.created_by and channel.created_by.id,
    **{
        name: attrgetter(name)
        for name in (
            "type", "id", "cid", "team", "name", "members", "member_count", "archived", "pinned_at", "hidden", "muted",
            "frozen", "disabled", "unread", "unread_mentions", "created_at", "updated_at", "last_message_at",
        )
    },
}  # fmt: skip
"""What channels can be filtered and sorted by."""


def _id_of(message: MessageView | str) -> MessageId:
    return message.id if isinstance(message, MessageView) else MessageId(message)
