"""Polls: totals as the newest event tells them, and the votes themselves."""

from chatstate.clock import NEVER, Timestamp
from chatstate.errors import Malformed
from chatstate.ids import PollId
from chatstate.model import JsonObject, Poll, Vote
from chatstate.model.reading import read_ref
from chatstate.state.state import State

_TOTALS = ("vote_count", "answers_count", "vote_counts_by_option")


def settle_poll(state: State, raw: JsonObject, at: Timestamp, *, closed: bool = False) -> PollId | None:
    """Take in a poll's payload; a poll that was closed stays closed. None where the poll was deleted."""
    id = raw.get("id")
    if id.__class__ is not str or not id:
        raise Malformed("a string", id, "id")
    poll_id = PollId(str(id))
    if state.ended.get((state.polls.name, poll_id), NEVER) >= at:
        return None
    known = state.polls.get(poll_id)
    said = Poll.read(raw, state.found, known)
    if known is None:
        known = said
    advances = (said.updated_at, at) >= (known.updated_at, known.told_at)
    counts = "vote_count" in raw and at >= known.counted_at
    row = (said if advances else known).replace(
        told_at=at if advances else known.told_at,
        counted_at=at if counts else known.counted_at,
        is_closed=closed or known.is_closed or said.is_closed,
        **{name: getattr(said if counts else known, name) for name in _TOTALS},
    )
    if row != state.polls.get(poll_id):
        state.polls.put(poll_id, row)
    return poll_id


def settle_vote(state: State, raw: JsonObject, at: Timestamp) -> None:
    """Take in one vote or answer. Where a user has one vote only, the newest replaces the older ones.

    So it does when it arrives after it was taken back: what it replaced stays away.
    """
    vote = read_vote(state, raw, at)
    poll = state.polls.get(vote.poll_id)
    if poll is not None and poll.enforce_unique_vote and not vote.is_answer and not _replaces(state, vote, at):
        return
    known = state.votes.get(vote.id)
    if state.arrives(state.votes, vote.id, at) and (known is None or at > known.at):
        state.votes.put(vote.id, vote)


def _replaces(state: State, vote: Vote, at: Timestamp) -> bool:
    """Whether a vote is its user's newest; if so, the older ones end. What nobody signed replaces nothing."""
    if vote.user_id is None:
        return True
    mark = (_NEWEST, (vote.poll_id, vote.user_id))
    newest = state.ended.get(mark, NEVER)
    if newest < at:
        state.ended.put(mark, at)
    for other_id in list(state.votes_in.ids(vote.poll_id)):
        other = state.votes[other_id]
        if other.user_id == vote.user_id and not other.is_answer and other_id != vote.id and other.at <= at:
            state.end(state.votes, other_id, at)
    return newest <= at


_NEWEST = "newest votes"
"""The name under which ``ended`` keeps when a user voted last in a poll of one vote each."""


def read_vote(state: State, raw: JsonObject, at: Timestamp) -> Vote:
    """The vote a payload tells. Raises ``Malformed`` where it has no id."""
    vote = Vote.read(raw, state.found)
    if not vote.id:
        raise Malformed("a string", raw.get("id"), "id")
    user = raw.get("user")
    user_id = vote.user_id if user is None else read_ref(user, "user", state.found)
    return vote.replace(at=at, user_id=user_id)


def delete_poll(state: State, id: PollId, at: Timestamp) -> None:
    """The poll goes, with its votes; messages keep its id."""
    mark = (state.polls.name, id)
    if state.ended.get(mark, NEVER) < at:
        state.ended.put(mark, at)
    state.polls.drop(id)
    for vote_id in list(state.votes_in.ids(id)):
        state.votes.drop(vote_id)
