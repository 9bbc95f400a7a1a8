"""What mutated frames once broke: stories that no service tells, which a store has to stand all the same."""

import pytest

from chatstate.reactive import apply
from tests.objects import GENERAL, channel, message, own_user, user
from tests.stories import (
    a_store,
    channel_created,
    faults_from,
    health_check,
    ids,
    message_deleted,
    message_new,
    message_read,
    message_updated,
    mutes_updated,
    reaction_new,
    removed_from_channel,
    then,
)


def a_page(*messages, **more):
    return {"channel": channel(GENERAL), "messages": list(messages), "members": [], **more}


@pytest.mark.parametrize(("wrong", "told"), [({"id": "m1"}, "an object"), ([], "a list")])
def test_an_id_that_is_no_text_is_a_fault_with_its_path(wrong, told):
    frame = message_new("m1")
    frame["message"]["id"] = wrong

    faults = faults_from(a_store(), frame)

    assert [str(fault) for fault in faults] == [f"message.new: expected a string at $.message.id, got {told}"]


def test_a_score_that_is_no_number_is_a_fault_with_its_path():
    frame = reaction_new("m1", "like", by="bo", at=2)
    frame["reaction"]["score"] = "much"

    faults = faults_from(a_store(message_new("m1")), frame)

    problem = "reaction.new: expected a whole number at $.reaction.score, got 'much'"
    assert [str(fault) for fault in faults] == [problem]


# Who I am


def test_a_frame_that_fails_half_way_does_not_tell_who_i_am():
    store = a_store(message_read(by="me", at=1), message_new("m1", at=2), me=None)

    assert len(faults_from(store, mutes_updated(at=3, online="perhaps"))) == 1
    assert store.state.me is None
    then(store, mutes_updated(at=4))
    assert store.channel(GENERAL).unread == 1


def test_an_answer_that_fails_half_way_does_not_tell_who_i_am():
    store = a_store(message_read(by="me", at=1), message_new("m1", at=2), me=None)

    store.load({"events": [mutes_updated(at=3, online="perhaps")]})

    assert store.state.me is None


def test_what_was_let_go_before_it_was_known_who_i_am_counts_as_if_it_had_been():
    story = [
        message_new("m1", by="me", at=1),
        message_new("m2", by="bo", at=2),
        message_new("m3", by="me", at=3),
        *[message_new(f"m{at}", by="bo", at=at) for at in (4, 5, 6, 7)],
        health_check(at=8, me=own_user()),
    ]

    little, much = (a_store(*story, me=None, keep_messages=count).channel(GENERAL).unread for count in (2, 99))
    assert little == much


# What was let go


def test_a_message_that_was_let_go_does_not_come_back_with_another_date():
    store = a_store(message_new("m1", at=1), message_new("m2", at=2), message_new("m1", at=3), keep_messages=1)

    assert (ids(store.channel(GENERAL).messages), store.channel(GENERAL).unread) == (["m2"], 2)


def test_who_is_removed_from_a_channel_has_read_what_was_let_go_before():
    story = [message_new("m9", at=9), message_new("m1", at=1), removed_from_channel(at=5)]

    assert a_store(*story, keep_messages=1).channel(GENERAL).unread == 1


def test_a_list_is_told_nothing_of_a_message_that_comes_too_late_to_be_kept():
    """It came and went in one event, and the list was told that something had gone."""
    store, shown = a_store(message_new("m9", at=9), keep_messages=1), []
    store.select_list(lambda s: s.channel(GENERAL).messages).subscribe(lambda diffs: apply(diffs, shown))

    then(store, message_new("m1", at=1))

    assert ids(shown) == ["m9"]


# Pages


def test_a_gap_stays_where_it_is_when_the_message_after_it_turns_out_to_be_a_reply():
    store = a_store(channel_created(), message_new("m1", at=1), message_new("m9", at=9))
    store.load(a_page(message("m5", at=5), message("m6", at=6)))
    assert store.channel(GENERAL).messages.has_gap_before("m5")

    then(store, message_updated("m5", at=10, sent=5, parent_id="m1"))

    assert store.channel(GENERAL).messages.has_gap_before("m6")


def test_a_number_that_was_told_does_not_shrink_by_what_it_cannot_have_counted():
    read = {"user": user("me"), "unread_messages": 0}
    store = a_store(channel_created())
    store.load(a_page(read=[read]) | {"channel": channel(GENERAL, last_message_at=2)})

    then(store, message_new("m3", at=3), message_deleted("m2", sent=2, at=4, hard=True))

    assert store.channel(GENERAL).unread == 1
