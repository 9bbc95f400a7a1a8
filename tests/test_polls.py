"""Polls: votes replace one another where everyone has one, answers do not, what is closed or deleted stays so."""

import pytest

from tests.objects import GENERAL, ns, poll, user
from tests.stories import a_store, faults_from, frame, message_new, without


def voted(id, option, *, at, by="me", kind="poll.vote_casted", unique=True, **more):
    about = {"id": id, "poll_id": "p1", "option_id": option, "user_id": by, "user": user(by)}
    vote = about | {"created_at": ns(at), "updated_at": ns(at)} | more
    asked = poll("p1", at=1, enforce_unique_vote=unique, updated_at=at)
    return frame(kind, at, GENERAL, poll=asked, poll_vote=vote)


ASKED = message_new("m1", poll_id="p1", poll=poll("p1"))


def votes(store):
    return [(vote.id, vote.option_id) for vote in store.poll("p1").own_votes]


def test_where_one_has_one_vote_the_newest_replaces_the_older():
    assert votes(a_store(ASKED, voted("v1", "yes", at=2), voted("v2", "no", at=3))) == [("v2", "no")]


def test_where_one_has_one_vote_a_late_one_does_not_replace_the_newer():
    assert votes(a_store(ASKED, voted("v2", "no", at=3), voted("v1", "yes", at=2))) == [("v2", "no")]


def test_where_one_has_many_votes_all_of_them_hold():
    frames = [voted("v1", "yes", at=2, unique=False), voted("v2", "no", at=3, unique=False)]

    assert votes(a_store(ASKED, *frames)) == [("v1", "yes"), ("v2", "no")]


def test_where_nobody_sees_who_voted_no_vote_replaces_another():
    frames = [
        without(voted(id, "yes", at=at), "poll_vote.user", "poll_vote.user_id") for id, at in (("v1", 2), ("v2", 3))
    ]

    assert [vote.id for vote in a_store(ASKED, *frames).poll("p1").votes] == ["v1", "v2"]


def test_a_vote_that_was_taken_back_does_not_come_back():
    frames = [voted("v1", "yes", at=2), voted("v1", "yes", at=3, kind="poll.vote_removed"), voted("v1", "yes", at=2)]

    assert votes(a_store(ASKED, *frames)) == []


def test_a_late_change_of_a_vote_changes_nothing():
    frames = [voted("v1", "yes", at=2), voted("v1", "no", at=4, kind="poll.vote_changed")]
    late = voted("v1", "yes", at=3, kind="poll.vote_changed")

    assert votes(a_store(ASKED, *frames, late)) == [("v1", "no")]


def test_an_answer_replaces_no_vote():
    answered = voted("v2", "", at=3, is_answer=True, answer_text="Maybe")

    assert votes(a_store(ASKED, voted("v1", "yes", at=2), answered)) == [("v1", "yes")]


def test_a_closed_poll_stays_closed():
    frames = [frame("poll.closed", 3, poll=poll("p1", is_closed=True)), frame("poll.updated", 4, poll=poll("p1", at=4))]

    assert a_store(ASKED, *frames).poll("p1").is_closed


@pytest.mark.parametrize("late", [voted("v1", "yes", at=2), frame("poll.updated", 2, poll=poll("p1")), ASKED])
def test_a_deleted_poll_does_not_come_back(late):
    assert not a_store(ASKED, frame("poll.deleted", 3, poll=poll("p1")), late).poll("p1").exists


def test_a_vote_without_an_id_is_a_fault():
    assert [fault.path for fault in faults_from(a_store(), voted(None, "yes", at=2))] == ["$.poll_vote.id"]
