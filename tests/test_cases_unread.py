"""The cases of the contract about unread, reads and counters. Each docstring opens with its number."""

import pytest

from tests.objects import GENERAL, RANDOM, channel_mute, mute, ns, own_user, thread
from tests.stories import (
    a_store,
    added_to_channel,
    channel_mutes_updated,
    emissions,
    frame,
    health_check,
    ids,
    mark_read,
    mark_unread,
    message_deleted,
    message_delivered,
    message_new,
    message_read,
    mutes_updated,
    then,
    told,
    truncated,
    user_muted,
)


def test_reading_a_thread_leaves_the_channel_unread():
    """Case 12."""
    store = a_store(message_new("m1"), message_read(by="me", at=3, thread=thread("m1")))

    assert store.channel(GENERAL).unread == 1


def test_marking_a_thread_unread_leaves_the_channel_as_it_is():
    """Case 13."""
    store = a_store(
        message_new("m1"),
        message_new("r1", at=2, parent_id="m1"),
        mark_unread(at=3, thread_id="m1", unread_messages=7, unread_thread_messages=7, last_read_at=0),
    )

    assert store.channel(GENERAL).unread == 1


def test_marking_unread_from_a_known_thread_reply_leaves_the_channel_as_it_is():
    """Case 13."""
    store = a_store(
        message_new("m1"),
        message_new("r1", at=2, parent_id="m1"),
        mark_unread(at=3, first_unread_message_id="r1", unread_messages=7, last_read_at=0),
    )

    assert store.channel(GENERAL).unread == 1


def _two_unread_rooms():
    return a_store(message_new("g1"), message_new("r1", cid=RANDOM), message_new("r2", at=2, cid=RANDOM))


def test_a_channel_read_elsewhere_is_read():
    """Case 14."""
    assert then(_two_unread_rooms(), mark_read(GENERAL, at=5, unread_channels=1)).channel(GENERAL).unread == 0


def test_a_channel_read_elsewhere_leaves_the_others_unread():
    """Case 14."""
    assert then(_two_unread_rooms(), mark_read(GENERAL, at=5, unread_channels=1)).channel(RANDOM).unread == 2


def test_a_channel_read_elsewhere_may_be_told_by_its_cid_alone():
    """Case 14."""
    store = then(_two_unread_rooms(), frame("notification.mark_read", 5, by="me", cid=RANDOM, unread_channels=1))

    assert (store.channel(GENERAL).unread, store.channel(RANDOM).unread) == (1, 0)


@pytest.mark.parametrize(
    "everything", [mark_read(None, at=5), mark_read(None, at=5, unread_channels=0), mark_read(at=5, unread_channels=0)]
)
def test_everything_read_elsewhere_is_read(everything):
    """Case 14."""
    store = then(_two_unread_rooms(), everything)

    assert (store.channel(GENERAL).unread, store.channel(RANDOM).unread) == (0, 0)


@pytest.mark.parametrize("reader", ["me", "u2"])
def test_a_stale_read_moves_nothing(reader):
    """Case 15."""
    store = a_store(message_new("m1"), message_read(by=reader, at=5, last_read_message_id="m1"))

    assert emissions(store, message_read(by=reader, at=3, last_read_message_id="m0")) == []


def test_a_stale_read_of_mine_brings_no_unread_back():
    """Case 15."""
    store = a_store(message_new("m1"), message_new("m2", at=4))
    then(store, message_read(by="me", at=5), message_read(by="me", at=3))

    assert store.channel(GENERAL).unread == 0


def test_what_came_after_my_read_is_still_unread():
    """Case 15."""
    store = a_store(message_new("m1"), message_new("m2", at=4), message_read(by="me", at=3))

    assert store.channel(GENERAL).unread == 1


MUTED = mutes_updated(mute("bo"), at=0)
MUTED_ROOM = channel_mutes_updated(channel_mute(GENERAL), at=0)
EXPIRED = mutes_updated(mute("bo", expires=4), at=0)
EXPIRED_ROOM = channel_mutes_updated(channel_mute(GENERAL, expires=4), at=0)


@pytest.mark.parametrize(
    "frames",
    [
        pytest.param([message_new("m1", silent=True)], id="silent"),
        pytest.param([message_new("m1", shadowed=True)], id="shadowed"),
        pytest.param([message_new("m1", by="me")], id="mine"),
        pytest.param([message_new("m1", type="ephemeral")], id="ephemeral"),
        pytest.param([message_new("m1", type="error")], id="error"),
        pytest.param([message_new("m1", restricted_visibility=["u2"])], id="restricted to others"),
        pytest.param([MUTED, message_new("m1")], id="muted author"),
        pytest.param([user_muted("bo", at=0), message_new("m1")], id="author muted by me"),
        pytest.param([mutes_updated(mute("bo", expires=6), at=0), message_new("m1", at=5)], id="muted for a while"),
        pytest.param([MUTED_ROOM, message_new("m1")], id="muted channel"),
        pytest.param([frame("channel.muted", 0, GENERAL, by="me"), message_new("m1")], id="channel muted by me"),
        pytest.param([message_read(by="me", at=2), message_new("m1", at=1)], id="read before it came"),
        pytest.param([added_to_channel(own_capabilities=["send-message"]), message_new("m1")], id="no read events"),
    ],
)
def test_a_message_that_concerns_me_little_is_not_unread(frames):
    """Case 16."""
    assert a_store(*frames).channel(GENERAL).unread == 0


@pytest.mark.parametrize(
    "frames",
    [
        pytest.param([EXPIRED, message_new("m1", at=5)], id="author muted until a second ago"),
        pytest.param([EXPIRED_ROOM, message_new("m1", at=5)], id="channel muted until a second ago"),
        pytest.param([MUTED, mutes_updated(at=3), message_new("m1", at=5)], id="author no longer muted"),
        pytest.param([MUTED_ROOM, channel_mutes_updated(at=3), message_new("m1", at=5)], id="channel no longer muted"),
        pytest.param([message_new("m1", restricted_visibility=["me", "u2"])], id="restricted to me too"),
        pytest.param([message_new("m1", type="system")], id="system"),
        pytest.param([added_to_channel(own_capabilities=["read-events"]), message_new("m1", at=5)], id="read events"),
        pytest.param([message_read(by="u2", at=2), message_new("m1")], id="read by another"),
    ],
)
def test_a_message_that_concerns_me_is_unread(frames):
    """Case 16."""
    assert a_store(*frames).channel(GENERAL).unread == 1


def test_a_mute_does_not_recount():
    """Case 16."""
    assert a_store(message_new("m1", at=1), mutes_updated(mute("bo", at=2), at=2)).channel(GENERAL).unread == 1


def test_another_reader_leaves_my_unread():
    """Case 17."""
    assert a_store(message_new("m1"), message_read(by="u2", at=5)).channel(GENERAL).unread == 1


TOLD = told(message_new("m1"), total_unread_count=5, unread_channels=2)


def test_a_counter_keeps_its_value_when_an_event_does_not_tell_it():
    """Case 18."""
    assert a_store(TOLD, message_new("m2", at=2)).me.total_unread_count == 5


def test_a_counter_told_late_does_not_replace_a_newer_one():
    """Case 18."""
    assert a_store(told(message_new("m2", at=2), total_unread_count=6), TOLD).me.total_unread_count == 6


@pytest.mark.parametrize(
    "told_by",
    [
        TOLD,
        health_check(at=1, me=own_user(total_unread_count=5, unread_channels=2)),
        frame("user.updated", 1, by=own_user(total_unread_count=5, unread_channels=2)),
        frame("user.unread_message_reminder", 1, by="me", total_unread_count=5, unread_channels=2),
    ],
    ids=["top level", "in me", "in the own user", "reminder"],
)
def test_counters_are_told_at_the_top_in_me_or_in_the_own_user(told_by):
    """Case 18."""
    me = a_store(told_by).me

    assert (me.total_unread_count, me.unread_channels) == (5, 2)


def test_a_delivery_to_a_user_who_never_read_is_kept():
    """Case 36."""
    store = a_store(message_new("m1"), message_delivered(by="u2", at=5, last="m1"))

    assert ids(store.channel(GENERAL).deliveries_of("m1")) == ["u2"]


def test_a_read_older_than_a_delivery_leaves_the_delivery():
    """Case 36."""
    read = a_store(message_new("m1"), message_delivered(by="u2", at=5, last="m1"), message_read(by="u2", at=3))

    marks = read.channel(GENERAL).reads["u2"]
    assert (marks.last_read, marks.last_delivered_at) == (ns(3), ns(5))


def test_a_delivery_is_never_behind_the_read():
    """Case 36."""
    store = a_store(message_new("m1"), message_delivered(by="u2", at=3, last="m1"), message_read(by="u2", at=5))

    assert store.channel(GENERAL).reads["u2"].last_delivered_at >= ns(5)


MARKED = mark_unread(at=5, unread_messages=4, last_read_at=2, last_read_message_id="m2", first_unread_message_id="m3")


def test_marking_unread_moves_my_read_back():
    """§4."""
    channel = a_store(message_read(by="me", at=4), MARKED).channel(GENERAL)

    assert (channel.unread, channel.last_read) == (4, ns(2))


def test_marking_unread_twice_changes_nothing():
    """§4."""
    assert emissions(a_store(message_read(by="me", at=4), MARKED), MARKED) == []


def test_a_mark_of_unread_older_than_my_read_moves_nothing():
    """§4."""
    assert a_store(message_read(by="me", at=6), MARKED).channel(GENERAL).unread == 0


def test_a_message_that_a_told_count_covers_does_not_add_to_it():
    """§1.3."""
    assert a_store(MARKED, message_new("m3", at=3)).channel(GENERAL).unread == 4


def test_a_message_after_a_told_count_adds_to_it():
    """§1.3."""
    assert a_store(MARKED, message_new("m6", at=6)).channel(GENERAL).unread == 5


def test_a_truncation_takes_its_unread_messages_from_the_count():
    """§4."""
    store = a_store(message_new("m1", at=1), message_new("m2", at=4), truncated(at=5, truncated_at=3))

    assert store.channel(GENERAL).unread == 1


def test_my_own_message_reads_the_channel():
    """§4."""
    store = a_store(message_read(by="me", at=0), message_new("m1", at=1), message_new("m2", at=2, by="me"))

    assert (store.channel(GENERAL).unread, store.channel(GENERAL).last_read) == (0, ns(2))


def test_my_own_thread_reply_does_not_read_the_channel():
    """§4."""
    store = a_store(message_read(by="me", at=0), message_new("m1"), message_new("r1", at=2, by="me", parent_id="m1"))

    assert store.channel(GENERAL).unread == 1


def test_unread_mentions_are_the_unread_messages_that_mention_me():
    """§4."""
    store = a_store(
        message_read(by="me", at=2),
        message_new("m1", at=1, mentions=["me"]),
        message_new("m3", at=3, mentions=["u2"]),
        message_new("m4", at=4, mentions=["me"]),
        message_new("m5", at=5, mentions=["me", "u2"]),
        message_deleted("m5", sent=5, at=6, mentions=["me", "u2"]),
    )

    assert store.channel(GENERAL).unread_mentions == 1


def test_the_first_unread_message_is_the_oldest_after_my_read():
    """§4."""
    store = a_store(message_read(by="me", at=2), *(message_new(f"m{i}", at=i) for i in (1, 3, 4)))

    assert ids([store.channel(GENERAL).first_unread]) == ["m3"]
