"""Reactions to a message."""

from collections.abc import Mapping
from typing import Any

from chatstate.clock import Timestamp
from chatstate.ids import MessageId, UserId
from chatstate.model import Reaction
from chatstate.state.state import State
from chatstate.views.base import View, told
from chatstate.views.user import UserView

_UNKNOWN: Reaction = Reaction.BASE


class ReactionView(View[tuple[MessageId, UserId, str]]):
    """One user's reaction of one type to one message."""

    __slots__ = ()

    @property
    def row(self) -> Reaction | None:
        """The reaction's row now; None once it was taken back."""
        return self._state.reactions.get(self._key)

    def shown(self) -> tuple[Any, ...]:
        return self.row, self.user.row

    @property
    def exists(self) -> bool:
        """Whether the reaction stands."""
        return self._key in self._state.reactions

    @property
    def message_id(self) -> MessageId:
        """The message it is a reaction to."""
        return self._key[0]

    @property
    def user(self) -> UserView:
        """Who reacted."""
        return UserView(self._state, self._key[1])

    @property
    def type(self) -> str:
        """The type of the reaction, as in ``like``."""
        return self._key[2]

    @property
    def score(self) -> int:
        """How strong it is; 1 unless somebody said otherwise."""
        return told(self.row, _UNKNOWN).score

    @property
    def created_at(self) -> Timestamp | None:
        """When the user reacted."""
        return told(self.row, _UNKNOWN).created_at

    @property
    def custom(self) -> Mapping[str, Any]:
        """What the application keeps with the reaction."""
        return told(self.row, _UNKNOWN).custom


def reactions_to(state: State, message_id: MessageId) -> list[ReactionView]:
    """All reactions to a message that are known, in the order of time. O(those)."""
    return [ReactionView(state, key) for _, key in state.reactions_to.of(message_id)]
