"""Late arrivals that generated histories found hard, told as stories: each is law 2 or 3 in one named example."""

import pytest

from tests.objects import GENERAL, RANDOM, channel, message, mute, ns, own_user, poll, user
from tests.pictures import picture
from tests.stories import (
    a_store,
    added_to_channel,
    channel_created,
    channel_deleted,
    emissions,
    faults_from,
    frame,
    health_check,
    hidden,
    ids,
    mark_read,
    mark_unread,
    message_deleted,
    message_new,
    message_read,
    message_updated,
    mutes_updated,
    notification_thread_message_new,
    removed_from_channel,
    told,
    truncated,
    typing_start,
    user_messages_deleted,
    watching_start,
)

MINE = [added_to_channel(at=0), message_read(by="me", at=0.5)]


def reminder(id, *, at):
    about = {"channel_cid": GENERAL, "message_id": id, "user_id": "me", "created_at": ns(at), "updated_at": ns(at)}
    return frame("reminder.created", at, GENERAL, message_id=id, user_id="me", reminder=about | {"remind_at": ns(99)})


def test_everything_read_elsewhere_is_no_news_the_second_time():
    everything = mark_read(None, at=5)
    store = a_store(*MINE, message_read(by="me", at=1, cid=RANDOM), everything, message_new("m6", at=6, cid=RANDOM))

    assert emissions(store, everything) == []


@pytest.mark.parametrize("late", [False, True], ids=["in time", "late"])
def test_everything_read_elsewhere_tells_the_same_last_message_before_and_after_my_own(late):
    mine, everything = message_new("m1", by="me", at=1), mark_read(None, at=5)
    store = a_store(*MINE, *((everything, mine) if late else (mine, everything)))

    in_time = a_store(*MINE, mine, everything)
    read, same = store.channel(GENERAL).reads["me"], in_time.channel(GENERAL).reads["me"]
    assert (read.last_read, read.last_read_message_id) == (same.last_read, same.last_read_message_id)


@pytest.mark.parametrize("ending", [truncated(at=5), hidden(at=5, clear_history=True)], ids=["truncated", "cleared"])
def test_a_reply_told_after_its_history_went_brings_no_thread_back(ending):
    noticed = notification_thread_message_new("r2", "m1", at=2, unread_threads=1)

    assert list(a_store(*MINE, message_new("m1"), ending, noticed).threads) == []


@pytest.mark.parametrize(
    "ending", [truncated(at=5), message_deleted("m1", at=5, hard=True), channel_deleted(at=5)], ids=lambda e: e["type"]
)
def test_a_reminder_of_a_message_that_went_does_not_come_back(ending):
    assert list(a_store(*MINE, message_new("m1"), ending, reminder("m1", at=2)).reminders) == []


def test_a_message_deleted_for_good_gets_no_new_reminder():
    store = a_store(*MINE, message_new("m1"), message_deleted("m1", at=5, hard=True), reminder("m1", at=6))

    assert list(store.reminders) == []


@pytest.mark.parametrize("ending", [truncated(at=5), message_deleted("m1", at=5, hard=True)], ids=lambda e: e["type"])
def test_an_edit_of_a_message_that_went_emits_nothing(ending):
    store = a_store(*MINE, message_new("m1"), ending)

    assert emissions(store, message_updated("m1", at=3, text="new")) == []


def test_a_late_deletion_of_a_channel_takes_what_was_there_before_it():
    again = [channel_created(at=6), message_new("m7", at=7)]
    store = a_store(*MINE, message_new("m1", at=1), *again, channel_deleted(at=5))

    assert ids(store.channel(GENERAL).messages) == ["m7"]


@pytest.mark.parametrize("late", [False, True], ids=["in time", "late"])
def test_a_channel_made_again_knows_nothing_of_its_first_life(late):
    ending, again = channel_deleted(at=5), channel_created(at=6)
    capable = told(added_to_channel(at=1), channel=channel(GENERAL) | {"own_capabilities": ["read-events"]})
    store = a_store(capable, truncated(at=2), hidden(at=3), *([again, ending] if late else [ending, again]))

    room = store.channel(GENERAL)
    assert (room.own_capabilities, room.truncated_at, room.hidden) == (None, None, False)


def test_a_thread_goes_when_it_is_known_at_last_that_its_parent_went():
    said = message_new("m1", at=1)
    story = [channel_created(), notification_thread_message_new("r1", "m1", at=3, unread_threads=1), truncated(at=5)]

    assert list(a_store(said, *story).threads) == list(a_store(*story, said).threads) == []


def test_what_a_quote_leaves_out_of_a_message_is_told_when_it_comes():
    edited = message("m2", at=2, updated_at=4, text="edited")
    quote = message_new("m3", at=5, quotes=edited)
    late = message_new("m2", at=2, quotes=message("m1", at=1), poll_id="p1", poll=poll("p1"))
    said = a_store(message_new("m1", at=1), quote, late).message("m2")

    assert (said.text, said.quoted_message_id, said.poll_id) == ("edited", "m1", "p1")


@pytest.mark.parametrize("late", [False, True], ids=["in time", "late"])
def test_what_i_wrote_in_a_channel_made_again_makes_no_read_of_its_first_life(late):
    ending, again = channel_deleted(at=5), [channel_created(at=6), message_new("m7", by="me", at=7)]
    store = a_store(*MINE, *([*again, ending] if late else [ending, *again]))

    assert list(store.channel(GENERAL).reads) == []


def test_a_late_event_of_a_deleted_channel_still_tells_the_counters():
    late = told(message_new("m4", at=4), total_unread_count=7)
    store = a_store(health_check(at=0, me=own_user(total_unread_count=3)), *MINE, channel_deleted(at=5), late)

    assert store.me.total_unread_count == 7


def test_a_message_i_wrote_before_i_left_does_not_move_the_read_of_my_return():
    back = [removed_from_channel(at=3), added_to_channel(at=5), message_new("m6", at=6)]
    store = a_store(*MINE, *back, message_new("m1", by="me", at=1))

    assert store.channel(GENERAL).last_read is None


def test_a_leaving_before_a_later_one_is_no_news_the_second_time():
    left, again = removed_from_channel(at=3), removed_from_channel(at=6)
    store = a_store(*MINE, left, added_to_channel(at=4), again, added_to_channel(at=7), message_new("m8", at=8))

    assert emissions(store, left) == []


def test_a_leaving_is_no_news_the_second_time_though_nothing_is_unread_any_more():
    left, gone = removed_from_channel(at=3), message_deleted("m6", at=7, hard=True)
    store = a_store(*MINE, left, added_to_channel(at=5), message_new("m6", at=6), gone)

    assert emissions(store, left) == []


@pytest.mark.parametrize("late", [False, True], ids=["in time", "late"])
def test_what_i_missed_before_i_wrote_on_coming_back_is_read(late):
    left, missed = removed_from_channel(at=3), message_new("m5", at=5)
    back = [added_to_channel(at=4), missed, message_new("m6", by="me", at=6), message_new("m7", at=7)]
    room = a_store(*MINE, *([*back, left] if late else [left, *back])).channel(GENERAL)

    assert (room.unread, room.last_read) == (1, ns(6))


def test_what_was_unread_when_i_left_is_not_unread_when_i_return():
    before = [message_new("m1", at=1), removed_from_channel(at=3)]
    store = a_store(*MINE, *before, added_to_channel(at=5), message_new("m6", at=6))

    assert store.channel(GENERAL).unread == 1


@pytest.mark.parametrize("ending", [truncated(at=8), hidden(at=8, clear_history=True)], ids=["truncated", "cleared"])
def test_a_count_told_before_the_history_went_counts_nothing_of_it(ending):
    counted = mark_unread(at=5, unread_messages=1, last_read_at=0.5, first_unread_message_id="m1")

    assert a_store(*MINE, message_new("m1"), ending, counted).channel(GENERAL).unread == 0


def test_a_count_told_before_the_author_was_muted_still_goes_with_the_history():
    counted = mark_unread(at=5, unread_messages=1, last_read_at=0.5, first_unread_message_id="m1")
    muted = mutes_updated(mute("bo", at=3), at=3)

    assert a_store(*MINE, message_new("m1"), muted, truncated(at=8), counted).channel(GENERAL).unread == 0


def test_a_count_told_before_a_message_went_counts_it_no_longer_though_it_never_came():
    counted = mark_unread(at=5, unread_messages=2, last_read_at=0.5, first_unread_message_id="m1")
    gone = message_deleted("m1", at=6, hard=True)

    assert a_store(*MINE, message_new("m2", at=2), gone, counted).channel(GENERAL).unread == 1


def test_a_message_that_never_came_and_went_is_not_taken_from_those_that_came():
    store = a_store(*MINE, message_new("m2", at=2), message_deleted("m1", at=6, hard=True))

    assert store.channel(GENERAL).unread == 1


BACK = [message_new("m1"), removed_from_channel(at=3), added_to_channel(at=5), message_new("m6", at=6)]


def test_a_message_from_before_i_left_that_goes_was_not_unread_on_my_return():
    assert a_store(*MINE, *BACK, message_deleted("m1", at=7, hard=True)).channel(GENERAL).unread == 1


def test_the_first_unread_message_on_my_return_is_not_one_from_before_i_left():
    assert a_store(*MINE, *BACK).channel(GENERAL).first_unread.id == "m6"


def test_a_message_whose_history_went_is_not_deleted_once_more():
    said = message_new("m1")
    store = a_store(*MINE, said, hidden(at=5, clear_history=True), user_messages_deleted("bo", at=6, hard=True))

    assert emissions(store, said) == []


def test_two_soft_deletions_leave_the_same_time_in_either_order():
    one, all_of_them = message_deleted("m1", at=4), user_messages_deleted("bo", at=5)
    first, second = (a_store(message_new("m1"), *pair) for pair in ((one, all_of_them), (all_of_them, one)))

    assert first.message("m1").deleted_at == second.message("m1").deleted_at


@pytest.mark.parametrize("hard", [False, True], ids=["soft", "hard"])
def test_a_message_that_arrives_after_its_authors_were_deleted_is_deleted_too(hard):
    message = a_store(user_messages_deleted("bo", at=5, hard=hard), message_new("m1", at=1)).message("m1")

    assert (message.exists, message.deleted) == ((False, False) if hard else (True, True))


def test_typing_that_a_later_message_ended_does_not_begin_again():
    store = a_store(*MINE, typing_start("bo", at=3), message_new("m4", at=4), truncated(at=5))

    assert emissions(store, typing_start("bo", at=3)) == []


@pytest.mark.parametrize("ending", [removed_from_channel(at=5), frame("connection.changed", 5, online=False)])
def test_who_typed_and_watched_before_nobody_told_does_so_no_more_when_it_is_told_again(ending):
    company = [typing_start("bo", at=2), watching_start("bo", at=3, count=2)]
    room = a_store(*MINE, *company, ending, *company).channel(GENERAL)

    assert (room.typing, room.watchers) == ([], [])


def test_typing_older_than_the_typists_message_is_over():
    assert ids(a_store(message_new("m4", at=4), typing_start("bo", at=3)).channel(GENERAL).typing) == []


def test_nothing_of_a_frame_that_failed_is_taken_for_known():
    right = frame("channel.unmuted", 2, GENERAL, by="me", channel=channel(created_by=user("cy"), updated_at=1))
    wrong = told(right, channel=channel(created_by=user("cy", role=7), updated_at=1))
    store = a_store()

    faults_from(store, wrong, right)

    assert picture(store) == picture(a_store(right))
