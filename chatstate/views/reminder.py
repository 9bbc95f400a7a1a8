"""Reminders: messages I want to be reminded of."""

from typing import Any

from chatstate import views
from chatstate.clock import Timestamp
from chatstate.ids import Cid, MessageId
from chatstate.model import Reminder
from chatstate.views.base import View, told

_UNKNOWN: Reminder = Reminder.BASE


class ReminderView(View[MessageId]):
    """My reminder of one message, which need not be here."""

    __slots__ = ()

    @property
    def row(self) -> Reminder | None:
        """The reminder's row now; None where there is none."""
        return self._state.reminders.get(self._key)

    @property
    def _told(self) -> Reminder:
        return told(self.row, _UNKNOWN)

    def shown(self) -> tuple[Any, ...]:
        return self.row, self.due, self.message.shown()

    @property
    def exists(self) -> bool:
        """Whether I want to be reminded."""
        return self._key in self._state.reminders

    @property
    def message_id(self) -> MessageId:
        """The message it is about."""
        return self._key

    @property
    def message(self) -> "views.MessageView":
        """The message it is about."""
        return views.MessageView(self._state, self._key)

    @property
    def cid(self) -> Cid | None:
        """The channel the message is in, where it was told."""
        return self._told.channel_cid

    @property
    def remind_at(self) -> Timestamp | None:
        """When I want to be reminded; None for a message that is only kept for later."""
        return self._told.remind_at

    @property
    def due(self) -> bool:
        """Whether the time has come, by the service's word or by the clock."""
        row = self._told
        return row.due or (row.remind_at is not None and not self._state.holds(row.remind_at))

    @property
    def created_at(self) -> Timestamp | None:
        """When the reminder was set."""
        return self._told.created_at
