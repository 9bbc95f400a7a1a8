"""Messages as they show inside others."""

from chatstate.model import Message
from chatstate.views.message import MessageView


class QuotedView(MessageView):
    """A message as a quote shows it: also one that stands nowhere, known by the copy that the quote brought."""

    __slots__ = ()

    @property
    def row(self) -> Message | None:
        """The message's row now, or the copy that was quoted; None once it is gone."""
        row = self._state.messages.get(self._key)
        return self._state.aside.get(self._key) if row is None else row

    @property
    def gone(self) -> bool:
        """Whether nothing is left to show: it was deleted for good, or cut off with the history."""
        return self._key in self._state.tombstones or self.row is None
