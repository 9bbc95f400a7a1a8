"""Polls, and the votes and answers in them."""

from collections.abc import Mapping
from typing import Any

from chatstate.clock import Timestamp
from chatstate.ids import PollId
from chatstate.model import Poll, Vote
from chatstate.views.base import View, told, when
from chatstate.views.user import UserView

_UNKNOWN: Poll = Poll.BASE
_UNKNOWN_VOTE: Vote = Vote.BASE


class VoteView(View[str]):
    """One vote, or one answer, in a poll."""

    __slots__ = ()

    @property
    def row(self) -> Vote | None:
        """The vote's row now; None once it was taken back."""
        return self._state.votes.get(self._key)

    @property
    def _told(self) -> Vote:
        return told(self.row, _UNKNOWN_VOTE)

    def shown(self) -> tuple[Any, ...]:
        user = self.user
        return self.row, None if user is None else user.row

    @property
    def id(self) -> str:
        """The vote's id."""
        return self._key

    @property
    def user(self) -> UserView | None:
        """Who voted; None in an anonymous poll."""
        user_id = self._told.user_id
        return None if user_id is None else UserView(self._state, user_id)

    @property
    def option_id(self) -> str:
        """The option that was voted for; empty for an answer."""
        return self._told.option_id

    @property
    def answer_text(self) -> str | None:
        """What was answered; None for a vote."""
        return self._told.answer_text

    @property
    def created_at(self) -> Timestamp | None:
        """When the vote was cast."""
        return self._told.created_at


class PollView(View[PollId]):
    """A poll, known or not yet; every message that shows it shows the same."""

    __slots__ = ()

    @property
    def row(self) -> Poll | None:
        """The poll's row now; None while the poll is not known, and once it is deleted."""
        return self._state.polls.get(self._key)

    @property
    def _told(self) -> Poll:
        return told(self.row, _UNKNOWN)

    def shown(self) -> tuple[Any, ...]:
        return self.row, *[self._state.votes.get(id) for id in self._state.votes_in.ids(self._key)]

    @property
    def exists(self) -> bool:
        """Whether the poll is known."""
        return self._key in self._state.polls

    @property
    def id(self) -> PollId:
        """The poll's id."""
        return self._key

    @property
    def name(self) -> str:
        """What the poll asks."""
        return self._told.name

    @property
    def description(self) -> str:
        """What else is said about it."""
        return self._told.description

    @property
    def options(self) -> tuple[Any, ...]:
        """What can be voted for: objects with ``id``, ``text`` and custom keys, as they came."""
        return self._told.options

    @property
    def vote_count(self) -> int:
        """How many votes were cast, by the service's count."""
        return self._told.vote_count

    @property
    def vote_counts_by_option(self) -> Mapping[str, int]:
        """How many votes each option has, by its id; an option without votes may be missing."""
        return self._told.vote_counts_by_option

    @property
    def answers_count(self) -> int:
        """How many answers were given, by the service's count."""
        return self._told.answers_count

    @property
    def votes(self) -> list[VoteView]:
        """The votes that are known, everyone's, in the order of time. O(votes and answers)."""
        return self._cast(answers=False)

    @property
    def own_votes(self) -> list[VoteView]:
        """My votes, in the order of time. O(votes and answers)."""
        me = self._state.me
        return [vote for vote in self.votes if vote.user is not None and vote.user.id == me]

    @property
    def answers(self) -> list[VoteView]:
        """The answers that are known, everyone's, in the order of time. O(votes and answers)."""
        return self._cast(answers=True)

    def _cast(self, *, answers: bool) -> list[VoteView]:
        state = self._state
        votes = [state.votes.get(id) for id in state.votes_in.ids(self._key)]
        return [VoteView(state, vote.id) for vote in votes if vote is not None and vote.is_answer == answers]

    @property
    def is_closed(self) -> bool:
        """Whether nobody may vote any more."""
        return self._told.is_closed

    @property
    def enforce_unique_vote(self) -> bool:
        """Whether everyone has one vote only."""
        return self._told.enforce_unique_vote

    @property
    def max_votes_allowed(self) -> int | None:
        """How many votes everyone has; None for any number."""
        return self._told.max_votes_allowed

    @property
    def allow_answers(self) -> bool:
        """Whether the poll may be answered in words."""
        return self._told.allow_answers

    @property
    def allow_user_suggested_options(self) -> bool:
        """Whether everyone may add options."""
        return self._told.allow_user_suggested_options

    @property
    def voting_visibility(self) -> str:
        """``public``, or ``anonymous`` where nobody sees who voted."""
        return self._told.voting_visibility

    @property
    def created_by(self) -> UserView | None:
        """Who made the poll."""
        user_id = self._told.created_by_id or self._told.created_by
        return None if user_id is None else UserView(self._state, user_id)

    @property
    def created_at(self) -> Timestamp | None:
        """When the poll was made."""
        return self._told.created_at

    @property
    def updated_at(self) -> Timestamp | None:
        """When the poll last changed."""
        return when(self._told.updated_at)

    @property
    def custom(self) -> Mapping[str, Any]:
        """What the application keeps with the poll."""
        return self._told.custom
