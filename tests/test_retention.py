"""A store that keeps a bounded number of messages a channel: the oldest leave, and no number changes for it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatstate import Store
from chatstate.io.comparison import difference
from chatstate.state.check import check
from tests.histories import delays, disordered, histories
from tests.objects import GENERAL, RANDOM, at, channel, message, user
from tests.stories import (
    a_store,
    channel_updated,
    emissions,
    frame,
    hidden,
    ids,
    mark_unread,
    message_deleted,
    message_new,
    message_read,
    message_updated,
    picture,
    reaction_new,
    truncated,
    user_messages_deleted,
)

FIVE = [message_new(f"m{i}", at=i) for i in range(1, 6)]


def keeping(count, *frames):
    return a_store(*frames, keep_messages=count)


def general(store):
    return store.channel(GENERAL)


def timeline(store):
    return ids(general(store).messages)


# The oldest leave


def test_the_oldest_messages_leave():
    assert timeline(keeping(3, *FIVE)) == ["m3", "m4", "m5"]


def test_a_channel_within_its_bound_keeps_everything():
    assert timeline(keeping(5, *FIVE)) == ["m1", "m2", "m3", "m4", "m5"]


def test_each_channel_has_its_own_bound():
    store = keeping(2, *FIVE, message_new("r1", cid=RANDOM))

    assert (timeline(store), ids(store.channel(RANDOM).messages)) == (["m4", "m5"], ["r1"])


def test_the_messages_that_leave_are_the_oldest_whatever_order_they_come_in():
    assert timeline(keeping(3, *FIVE[3:], *FIVE[:3])) == ["m3", "m4", "m5"]


def test_what_was_let_go_is_older():
    assert general(keeping(3, *FIVE)).has_older


def test_a_message_that_was_let_go_is_not_known_and_not_gone():
    left = keeping(3, *FIVE).message("m1")

    assert (left.exists, left.gone) == (False, False)


@pytest.mark.parametrize("count", [0, -1])
def test_a_store_keeps_at_least_one_message(count):
    with pytest.raises(ValueError, match="keep_messages must be at least 1"):
        Store(keep_messages=count)


def test_reactions_leave_with_their_message():
    store = keeping(1, FIVE[0], reaction_new("m1", "like", by="u2", at=1.5), FIVE[1])

    assert store.message("m1").reactions == []


def test_the_replies_of_a_message_leave_with_it():
    store = keeping(1, FIVE[0], message_new("r1", at=1.5, parent_id="m1"), FIVE[1])

    assert not store.message("r1").exists


def test_a_thread_does_not_take_up_the_channels_room():
    replies = [message_new(f"r{i}", at=10 + i, parent_id="m5") for i in range(9)]

    assert timeline(keeping(3, *FIVE, *replies)) == ["m3", "m4", "m5"]


def test_all_replies_of_a_kept_message_are_kept():
    replies = [message_new(f"r{i}", at=10 + i, parent_id="m5") for i in range(9)]

    assert len(keeping(3, *FIVE, *replies).thread("m5").replies) == 9


def test_a_system_message_in_an_update_takes_up_room():
    store = keeping(3, *FIVE, channel_updated(at=6) | {"message": message("s1", at=6, type="system")})

    assert timeline(store) == ["m4", "m5", "s1"]


def test_an_unblocked_message_takes_up_room():
    store = keeping(3, *FIVE, frame("message.unblocked", 6, GENERAL, message=message("m6", at=6)))

    assert timeline(store) == ["m4", "m5", "m6"]


def test_a_message_that_i_am_let_in_on_takes_up_room():
    store = keeping(3, *FIVE, message_updated("m6", at=7, sent=6, restricted_visibility=["me"]))

    assert timeline(store) == ["m4", "m5", "m6"]


# What was let go stays away


@pytest.mark.parametrize(
    "late",
    [
        FIVE[0],
        message_updated("m1", at=9, sent=1),
        message_deleted("m1", at=9, sent=1),
        message_deleted("m1", at=9, sent=1, hard=True),
        reaction_new(message("m1", at=1), "like", by="u2", at=9),
        message_new("m0", at=0.5),
    ],
    ids=["replayed", "edited", "deleted", "deleted for good", "reacted to", "older"],
)
def test_nothing_brings_back_what_was_let_go(late):
    assert timeline(keeping(3, *FIVE, late)) == ["m3", "m4", "m5"]


def test_a_history_told_twice_emits_nothing_the_second_time():
    assert emissions(keeping(3, *FIVE), *FIVE) == []


def test_a_reply_shown_in_the_channel_that_was_let_go_stays_away():
    reply = message_new("r1", at=1.5, parent_id="m1", show_in_channel=True)

    assert emissions(keeping(3, FIVE[0], reply, *FIVE[1:]), reply) == []


def test_a_thread_reply_that_left_with_its_parent_stays_away():
    reply = message_new("r1", at=1.5, parent_id="m1")

    assert emissions(keeping(3, FIVE[0], reply, *FIVE[1:]), reply) == []


# The unread number


def test_what_was_let_go_unread_is_still_unread():
    assert general(keeping(3, *FIVE)).unread == 5


def test_what_was_let_go_is_unread_once():
    assert general(keeping(3, *FIVE, *FIVE)).unread == 5


def test_what_was_let_go_after_it_was_read_is_not_unread():
    assert general(keeping(3, *FIVE[:2], message_read(by="me", at=2.5), *FIVE[2:])).unread == 3


def test_reading_reads_what_was_let_go_too():
    assert general(keeping(3, *FIVE, message_read(by="me", at=6))).unread == 0


@pytest.mark.parametrize("seconds", [0.5, 1.5, 2.5, 3.5, 4.5])
def test_a_late_read_leaves_what_came_after_it(seconds):
    late = message_read(by="me", at=seconds)

    assert general(keeping(2, *FIVE, late)).unread == general(a_store(*FIVE, late)).unread


def test_my_own_message_reads_what_was_let_go():
    store = keeping(2, *FIVE, message_new("mine", by="me", at=6))

    assert (general(store).unread, len(store.state.evicted)) == (0, 0)


def test_a_told_number_takes_the_place_of_what_was_let_go():
    told = mark_unread(at=6, unread_messages=3, last_read_at=2, first_unread_message_id="m3")

    assert general(keeping(2, *FIVE, told)).unread == 3


def test_another_reader_leaves_what_i_have_not_read():
    deleted = message_deleted("m1", at=9, sent=1, hard=True)

    assert general(keeping(2, *FIVE, message_read(by="bo", at=6), deleted)).unread == 4


def test_a_hard_delete_of_what_was_let_go_unread_takes_it_from_the_number():
    assert general(keeping(3, *FIVE, message_deleted("m1", at=9, sent=1, hard=True))).unread == 4


def test_it_is_taken_from_the_number_once():
    deleted = message_deleted("m1", at=9, sent=1, hard=True)

    assert general(keeping(3, *FIVE, deleted, deleted)).unread == 4


def test_a_hard_delete_of_what_was_let_go_read_leaves_the_number():
    read = message_read(by="me", at=2.5)

    store = keeping(3, *FIVE[:2], read, *FIVE[2:], message_deleted("m1", at=9, sent=1, hard=True))
    assert general(store).unread == 3


def test_a_soft_delete_of_what_was_let_go_leaves_the_number():
    assert general(keeping(3, *FIVE, message_deleted("m1", at=9, sent=1))).unread == 5


@pytest.mark.parametrize("everything_before", [2, 3.5, 9])
def test_a_truncation_takes_what_was_let_go_from_the_number(everything_before):
    cut = truncated(at=9, truncated_at=everything_before)

    assert general(keeping(2, *FIVE, cut)).unread == general(a_store(*FIVE, cut)).unread


def test_a_cleared_history_takes_what_was_let_go_from_the_number():
    assert general(keeping(2, *FIVE, hidden(at=9, clear_history=True))).unread == 0


def test_deleting_all_of_a_user_takes_what_was_let_go_from_the_number():
    assert general(keeping(2, *FIVE, user_messages_deleted("bo", at=9, hard=True))).unread == 0


def test_a_hard_delete_of_a_parent_takes_its_replies_that_were_let_go_from_the_number():
    reply = message_new("r1", at=1.5, parent_id="m1", show_in_channel=True)
    deleted = message_deleted("m1", at=9, sent=1, hard=True)

    assert general(keeping(2, FIVE[0], reply, *FIVE[1:], deleted)).unread == 4


def test_a_new_message_that_comes_too_late_to_be_kept_is_unread():
    assert general(keeping(2, *FIVE[1:], FIVE[0])).unread == 5


def test_the_first_unread_message_is_the_first_that_is_here():
    assert general(keeping(2, *FIVE)).first_unread.id == "m4"


@given(histories(), delays(), st.integers(1, 4))
def test_unread_numbers_are_the_same_however_little_is_kept(ordered, late, count):
    heard = disordered(ordered, late)

    unread = {cid: room.unread for cid, room in keeping(count, *heard).channels.items()}
    assert unread == {cid: room.unread for cid, room in a_store(*heard).channels.items()}


@given(histories(), st.integers(1, 4))
def test_twice_is_once_however_little_is_kept(ordered, count):
    once, twice = keeping(count, *ordered), keeping(count, *ordered, *ordered)

    assert difference(picture(twice), picture(once)) == []


# Around


def test_a_quote_still_shows_a_reply_that_was_let_go_with_its_thread():
    reply = message_new("r1", at=1.5, parent_id="m1")
    quote = message_new("m6", at=6, quotes=message("r1", at=1.5, parent_id="m1"))

    assert not keeping(1, FIVE[0], reply, quote).message("m6").quoted.gone


def test_a_quote_still_shows_what_was_let_go():
    quote = message_new("m6", at=6, quotes=message("m4", at=4))

    assert not keeping(2, *FIVE, quote).message("m6").quoted.gone


def test_a_reminder_outlives_its_message_that_was_let_go():
    about = {"message_id": "m1", "channel_cid": GENERAL, "user_id": "me", "created_at": at(1), "updated_at": at(1)}
    reminder = frame("reminder.created", 1.5, GENERAL, message_id="m1", reminder=about)

    assert "m1" in keeping(1, FIVE[0], reminder, *FIVE[1:]).reminders


def a_page(*numbers, **more):
    about = {"channel": channel(GENERAL), "members": []}
    return about | {"messages": [message(f"m{i}", at=i) for i in numbers]} | more


def test_of_an_answer_the_newest_messages_are_kept():
    store = keeping(3)

    store.load(a_page(*range(1, 10)))

    check(store.state)
    assert (timeline(store), general(store).has_older) == (["m7", "m8", "m9"], True)


def test_an_answer_brings_back_nothing_that_was_let_go():
    store = keeping(3, *FIVE)

    store.load(a_page(1, 2, 3, 4))

    check(store.state)
    assert timeline(store) == ["m3", "m4", "m5"]


def test_the_number_that_an_answer_tells_covers_what_it_lists():
    store = keeping(3)

    store.load(a_page(*range(1, 10), read=[{"user": user("me"), "last_read": at(2), "unread_messages": 7}]))

    assert general(store).unread == 7


def test_a_log_leaves_no_channel_with_more_than_is_kept():
    store = keeping(4)
    store.apply_all(json.dumps(message_new(f"m{i}", at=i, cid=(GENERAL, RANDOM)[i % 2])).encode() for i in range(100))

    assert [len(room.messages) for room in store.channels.values()] == [4, 4]
