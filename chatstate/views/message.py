"""Messages."""

from collections.abc import Mapping
from typing import Any

from chatstate import views
from chatstate.clock import Timestamp
from chatstate.ids import Cid, MessageId, PollId
from chatstate.model import Location, Message
from chatstate.views.base import View, told, when
from chatstate.views.poll import PollView
from chatstate.views.reaction import ReactionView, reactions_to
from chatstate.views.reminder import ReminderView
from chatstate.views.user import UserView

_UNKNOWN: Message = Message.BASE


class MessageView(View[MessageId]):
    """A message, known or not yet: in a channel's timeline, in a thread, or waiting for approval."""

    __slots__ = ()

    @property
    def row(self) -> Message | None:
        """The message's row now; None while it is not known, and once it is gone."""
        row = self._state.messages.get(self._key)
        return self._state.pending.get(self._key) if row is None else row

    def shown(self) -> tuple[Any, ...]:
        state, key, row = self._state, self._key, self.row
        if row is None:
            return (key in state.tombstones,)
        users = state.users
        around: list[Any] = [users.get(id) for id in row.people]
        if row.quoted_message_id is not None:
            quoted = views.QuotedView(state, row.quoted_message_id)
            around += (quoted.row, quoted.gone)
            around += [users.get(id) for id in quoted.row.people] if quoted.row is not None else ()
        if row.reaction_counts:
            around += [state.reactions.get(reaction) for _, reaction in state.reactions_to.of(key)]
        if row.poll_id is not None:
            around += PollView(state, row.poll_id).shown()
        if row.pinned:
            around.append(self.pinned)
        return row, state.reminders.get(key), state.flags.get(key), state.locations.get(key), *around

    @property
    def _told(self) -> Message:
        return told(self.row, _UNKNOWN)

    @property
    def exists(self) -> bool:
        """Whether the message is in a timeline or a thread; a pending one is not yet."""
        return self._key in self._state.messages

    @property
    def gone(self) -> bool:
        """Whether the message was deleted for good. A soft deletion leaves it in its place: see ``deleted``."""
        return self._key in self._state.tombstones

    @property
    def pending(self) -> bool:
        """Whether the message still waits for approval."""
        return self._key in self._state.pending

    @property
    def id(self) -> MessageId:
        """The message's id."""
        return self._key

    @property
    def cid(self) -> Cid | None:
        """The channel it was written in; None while the message is not known."""
        row = self.row
        return row.cid if row is not None and row.cid else None

    @property
    def channel(self) -> "views.ChannelView | None":
        """The channel it was written in; None while the message is not known."""
        cid = self.cid
        return None if cid is None else views.ChannelView(self._state, cid)

    @property
    def user(self) -> UserView | None:
        """Who wrote it."""
        user_id = self._told.user_id
        return None if user_id is None else UserView(self._state, user_id)

    @property
    def own(self) -> bool:
        """Whether I wrote it."""
        user_id = self._told.user_id
        return user_id is not None and user_id == self._state.me

    @property
    def type(self) -> str:
        """``regular``, ``reply``, ``system``, ``ephemeral``, ``error`` or ``deleted``."""
        return self._told.type

    @property
    def text(self) -> str:
        """What was written. A softly deleted message may still have it; a screen shows it no more."""
        return self._told.text

    @property
    def html(self) -> str:
        """What was written, as HTML of the service's making."""
        return self._told.html

    @property
    def attachments(self) -> tuple[Any, ...]:
        """Pictures, files and links: objects as they came."""
        return self._told.attachments

    @property
    def command(self) -> str | None:
        """The slash command it is, as in ``giphy``."""
        return self._told.command

    @property
    def i18n(self) -> Mapping[str, Any]:
        """Its translations, as they came: ``language``, ``en_text``, ``fr_text``."""
        return self._told.i18n

    @property
    def moderation(self) -> Mapping[str, Any]:
        """What moderation said of it, as it came."""
        return self._told.moderation

    @property
    def custom(self) -> Mapping[str, Any]:
        """What the application keeps with the message."""
        return self._told.custom

    @property
    def mentioned(self) -> list[UserView]:
        """Who is mentioned in it by name, in the order of the text."""
        return [UserView(self._state, id) for id in self._told.mentioned_users]

    @property
    def mentions_me(self) -> bool:
        """Whether I am mentioned in it by name."""
        return self._state.me in self._told.mentioned_users

    @property
    def created_at(self) -> Timestamp | None:
        """When it was written; None while it is not known."""
        return when(self._told.created_at)

    @property
    def updated_at(self) -> Timestamp | None:
        """When its content last changed."""
        return when(self._told.updated_at)

    @property
    def edited_at(self) -> Timestamp | None:
        """When its text was last changed; None where it never was."""
        return self._told.message_text_updated_at

    @property
    def deleted_at(self) -> Timestamp | None:
        """When it was softly deleted; None where it is not."""
        return self._told.deleted_at

    @property
    def deleted(self) -> bool:
        """Whether it is softly deleted: still in its place, shown as deleted."""
        return self._told.deleted

    @property
    def deleted_for_me(self) -> bool:
        """Whether it is deleted for me alone."""
        return self._told.deleted_for_me

    @property
    def silent(self) -> bool:
        """Whether it was sent without making anything unread."""
        return self._told.silent

    @property
    def shadowed(self) -> bool:
        """Whether its author was shadow-banned, so that nobody else sees it."""
        return self._told.shadowed

    @property
    def restricted_visibility(self) -> tuple[str, ...]:
        """The ids of those who alone may see it; empty where everybody may."""
        return self._told.restricted_visibility

    @property
    def parent_id(self) -> MessageId | None:
        """The message it replies to in a thread; None outside threads."""
        return self._told.parent_id

    @property
    def parent(self) -> "MessageView | None":
        """The message it replies to in a thread; None outside threads."""
        parent_id = self._told.parent_id
        return None if parent_id is None else MessageView(self._state, parent_id)

    @property
    def show_in_channel(self) -> bool:
        """Whether a reply stands in the channel too."""
        return self._told.show_in_channel

    @property
    def thread(self) -> "views.ThreadView":
        """The thread it stands in; of a message that is no reply, the thread that hangs on it."""
        parent_id = self._told.parent_id
        return views.ThreadView(self._state, self._key if parent_id is None else parent_id)

    @property
    def reply_count(self) -> int:
        """How many replies its thread has, by the service's count."""
        return self._told.reply_count

    @property
    def quoted_message_id(self) -> MessageId | None:
        """The message it quotes, also once that is gone."""
        return self._told.quoted_message_id

    @property
    def quoted(self) -> "views.QuotedView | None":
        """The message it quotes, as it is now; None where it quotes nothing."""
        quoted_id = self._told.quoted_message_id
        return None if quoted_id is None else views.QuotedView(self._state, quoted_id)

    @property
    def reaction_counts(self) -> Mapping[str, int]:
        """How many reactions of each type it has, by the service's count."""
        return self._told.reaction_counts

    @property
    def reaction_scores(self) -> Mapping[str, int]:
        """The sum of the scores of each type, by the service's count."""
        return self._told.reaction_scores

    @property
    def reaction_groups(self) -> Mapping[str, Any]:
        """Counts, scores and times of each type, as they came."""
        return self._told.reaction_groups

    @property
    def reactions(self) -> list[ReactionView]:
        """The reactions that are known one by one, in the order of time. O(those)."""
        return [] if self.row is None else reactions_to(self._state, self._key)

    @property
    def own_reactions(self) -> list[ReactionView]:
        """My reactions, in the order of time. O(reactions)."""
        me = self._state.me
        return [reaction for reaction in self.reactions if reaction.user.id == me]

    @property
    def pinned(self) -> bool:
        """Whether it is pinned now; neither what is deleted nor a pin that has expired is."""
        row = self.row
        return row is not None and row.pinned and row.deleted_at is None and self._state.holds(row.pin_expires)

    @property
    def pinned_at(self) -> Timestamp | None:
        """When it was pinned."""
        return self._told.pinned_at

    @property
    def pinned_by(self) -> UserView | None:
        """Who pinned it."""
        user_id = self._told.pinned_by_id
        return None if user_id is None else UserView(self._state, user_id)

    @property
    def pin_expires(self) -> Timestamp | None:
        """When the pin ends by itself; None where it does not."""
        return self._told.pin_expires

    @property
    def poll_id(self) -> PollId | None:
        """The poll it shows, also once that is deleted."""
        return self._told.poll_id

    @property
    def poll(self) -> PollView | None:
        """The poll it shows; None where it shows none."""
        poll_id = self._told.poll_id
        return None if poll_id is None else PollView(self._state, poll_id)

    @property
    def location(self) -> Location | None:
        """Where its author is, or was until ``end_at``; None where no place was shared."""
        return self._state.locations.get(self._key)

    @property
    def live_location(self) -> Location | None:
        """Where its author is now; None where no place is shared live, or no longer."""
        row = self.location
        return row if row is not None and row.end_at is not None and self._state.holds(row.end_at) else None

    @property
    def reminder(self) -> ReminderView | None:
        """My reminder of it; None where I have none."""
        return ReminderView(self._state, self._key) if self._key in self._state.reminders else None

    @property
    def flagged(self) -> bool:
        """Whether I have flagged it."""
        return self._key in self._state.flags
