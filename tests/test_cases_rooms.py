"""The cases of the contract about channels. Each docstring opens with its number."""

from tests.objects import GENERAL, RANDOM, SECOND, at, message, ns
from tests.stories import (
    a_store,
    added_to_channel,
    channel_created,
    channel_deleted,
    channel_updated,
    emissions,
    faults_from,
    hidden,
    ids,
    message_new,
    message_read,
    removed_from_channel,
    told,
    truncated,
    typing_start,
    watching_start,
    without,
)


def _truncated():
    pinned = {"pinned": True, "pinned_at": 1}
    messages = [message_new("m1", at=1, **pinned), message_new("m2", at=2), message_new("m3", at=3)]
    system = message("s1", by="ana", at=2.5, type="system")
    return a_store(message_read(by="me", at=0), *messages, truncated(at=4, truncated_at=2, system=system))


def test_a_truncation_keeps_what_was_sent_at_its_time_or_later():
    """Case 22."""
    assert ids(_truncated().channel(GENERAL).messages) == ["m2", "s1", "m3"]


def test_a_truncation_takes_the_pins_before_it():
    """Case 22."""
    assert list(_truncated().channel(GENERAL).pinned) == []


def test_the_system_message_of_a_truncation_is_not_unread():
    """Case 22."""
    assert _truncated().channel(GENERAL).unread == 2


def test_a_message_from_before_a_truncation_stays_gone():
    """Case 22."""
    assert emissions(_truncated(), message_new("m1", at=1)) == []


def test_a_truncation_without_its_time_takes_everything_up_to_the_event():
    """Case 22."""
    event = without(truncated(at=4), "channel.truncated_at")

    assert ids(a_store(message_new("m1", at=1), message_new("m5", at=5), event).channel(GENERAL).messages) == ["m5"]


def test_a_hidden_channel_shows_again_with_a_new_message():
    """Case 23."""
    store = a_store(message_new("m1", at=1), hidden(at=2, clear_history=True), message_new("m3", at=3))

    assert store.channel(GENERAL).hidden is False


def test_a_channel_whose_history_was_cleared_holds_only_what_came_after():
    """Case 23."""
    store = a_store(message_new("m1", at=1), hidden(at=2, clear_history=True), message_new("m3", at=3))

    assert ids(store.channel(GENERAL).messages) == ["m3"]


def test_a_cleared_history_is_not_unread():
    """Case 23."""
    store = a_store(message_new("m1", at=1), hidden(at=2, clear_history=True), message_new("m3", at=3))

    assert store.channel(GENERAL).unread == 1


def test_a_channel_hidden_without_clearing_keeps_its_messages():
    """Case 23."""
    store = a_store(message_new("m1", at=1), hidden(at=2))

    assert (store.channel(GENERAL).hidden, ids(store.channel(GENERAL).messages)) == (True, ["m1"])


def test_a_shadowed_message_does_not_unhide_a_channel():
    """Case 23."""
    assert a_store(message_new("m1"), hidden(at=2), message_new("m3", at=3, shadowed=True)).channel(GENERAL).hidden


def _updated_after_hiding():
    known = added_to_channel(own_capabilities=["read-events"], topic="tea", shelf="top")
    return a_store(known, hidden(at=1), channel_updated(at=2, topic="coffee"))


def test_a_channel_update_that_does_not_tell_hidden_keeps_it():
    """Case 24."""
    assert _updated_after_hiding().channel(GENERAL).hidden


def test_a_channel_update_that_does_not_tell_my_capabilities_keeps_them():
    """Case 24."""
    assert _updated_after_hiding().channel(GENERAL).own_capabilities == {"read-events"}


def test_a_channel_update_that_does_not_tell_my_membership_keeps_it():
    """Case 24."""
    assert _updated_after_hiding().channel(GENERAL).membership.user_id == "me"


def test_a_custom_key_that_a_channel_update_dropped_is_gone():
    """Case 24."""
    assert _updated_after_hiding().channel(GENERAL).custom == {"topic": "coffee"}


def test_a_late_message_of_a_deleted_channel_is_ignored():
    """Case 25."""
    store = a_store(message_new("m1", at=1), channel_deleted(at=3), message_new("m2", at=2))

    assert (store.channel(GENERAL).exists, list(store.messages)) == (False, [])


def test_a_channel_created_again_is_empty():
    """Case 25."""
    store = a_store(message_new("m1", at=1), channel_deleted(at=3), message_new("m2", at=2), channel_created(at=4))

    room = store.channel(GENERAL)
    assert (room.exists, ids(room.messages), room.unread) == (True, [], 0)


def test_a_message_from_before_the_deletion_stays_away_from_the_channel_created_again():
    """Case 25."""
    store = a_store(message_new("m1", at=1), channel_deleted(at=3), channel_created(at=4), message_new("m2", at=2))

    assert ids(store.channel(GENERAL).messages) == []


BARE = {"id": "general", "type": "messaging", "cid": GENERAL, "config": {}}


def test_being_removed_from_a_channel_told_barely_is_no_fault():
    """Case 39."""
    store = a_store(added_to_channel(), message_new("m1"))

    assert faults_from(store, told(removed_from_channel(at=5), channel=BARE)) == []


def test_a_channel_i_was_removed_from_is_no_longer_mine():
    """Case 39."""
    store = a_store(added_to_channel(), message_new("m1"), told(removed_from_channel(at=5), channel=BARE))

    assert (GENERAL in store.channels, store.channel(GENERAL).membership) == (False, None)


def test_a_channel_may_be_told_by_type_and_id_alone():
    """§2."""
    store = a_store(without(message_new("m1", cid=RANDOM), "cid"))

    assert ids(store.channel(RANDOM).messages) == ["m1"]


def test_the_year_one_means_never():
    """§2."""
    zero = "0001-01-01T00:00:00Z"

    assert a_store(channel_updated(at=1, truncated_at=zero)).channel(GENERAL).truncated_at is None


def test_times_are_whole_nanoseconds():
    """§2."""
    assert a_store(message_new("m1", at=at(1, 5))).message("m1").created_at == ns(1) + 5 == ns(0) + SECOND + 5


def test_what_a_channel_says_of_itself_fills_in_later():
    """§2."""
    store = a_store(message_new("m1"), channel_updated(at=2, name="Tea"))

    assert (store.channel(GENERAL).name, ids(store.channel(GENERAL).messages)) == ("Tea", ["m1"])


def test_who_comes_back_to_a_channel_does_not_find_who_typed_and_watched_before():
    busy = [message_new("m1", at=1), typing_start("bo", at=2), watching_start("bo", at=2, count=1)]
    store = a_store(*busy, removed_from_channel(at=5), added_to_channel(at=6), watching_start("cy", at=7, count=1))

    assert (ids(store.channel(GENERAL).typing), ids(store.channel(GENERAL).watchers)) == ([], ["cy"])
