"""The smaller things that views tell, and what they refuse."""

import pytest

from tests.objects import GENERAL, RANDOM, at, ns, own_user, user
from tests.stories import (
    ManualClock,
    a_store,
    added_to_channel,
    banned,
    channel_created,
    channel_updated,
    frame,
    health_check,
    ids,
    member_added,
    message_delivered,
    message_new,
    message_read,
    message_updated,
    then,
    truncated,
)


def general(*frames, **options):
    return a_store(*frames, **options).channel(GENERAL)


REMINDER = {"message_id": "m1", "channel_cid": GENERAL, "created_at": at(3), "remind_at": at(9)}
THREAD = {
    "parent_message_id": "m1",
    "channel_cid": GENERAL,
    "created_at": at(3),
    "last_message_at": at(4),
    "title": "T",
}

TOLD = {
    "who created a channel": (channel_created(), lambda s: s.channel(GENERAL).created_by.id, "ana"),
    "the app's name": (frame("app.updated", 1, app={"name": "Garden"}), lambda s: s.app.name, "Garden"),
    "that I am known": (health_check(at=1), lambda s: s.me.exists, True),
    "my privacy": (
        health_check(at=1, me=own_user(privacy_settings={"typing_indicators": {"enabled": False}})),
        lambda s: s.me.privacy_settings,
        {"typing_indicators": {"enabled": False}},
    ),
    "my push preferences": (
        health_check(at=1, me=own_user(push_preferences={"chat_level": "all"})),
        lambda s: s.me.push_preferences,
        {"chat_level": "all"},
    ),
    "that a member is one": (member_added("bo"), lambda s: s.channel(GENERAL).members["bo"].exists, True),
    "the channel of a member": (member_added("bo"), lambda s: s.channel(GENERAL).members["bo"].cid, GENERAL),
    "that I am mentioned": (message_new("m1", mentions=["me"]), lambda s: s.message("m1").mentions_me, True),
    "that I am not mentioned": (message_new("m1", mentions=["bo"]), lambda s: s.message("m1").mentions_me, False),
    "what a reply replies to": (message_new("r1", parent_id="m1"), lambda s: s.message("r1").parent.id, "m1"),
    "that a message replies to none": (message_new("m1"), lambda s: s.message("m1").parent, None),
    "who pinned a message": (
        message_new("m1", pinned=True, pinned_at=2, pinned_by=user("cy")),
        lambda s: s.message("m1").pinned_by.name,
        "Cy",
    ),
    "that nobody pinned a message": (message_new("m1"), lambda s: s.message("m1").pinned_by, None),
    "that I wrote a message": (message_new("m1", by="me"), lambda s: s.message("m1").own, True),
    "the id of a reader": (message_read(by="bo", at=2), lambda s: s.channel(GENERAL).reads["bo"].user_id, "bo"),
    "that a reminder is set": (
        frame("reminder.created", 3, reminder=REMINDER),
        lambda s: s.reminders["m1"].exists,
        True,
    ),
    "the message of a reminder": (
        frame("reminder.created", 3, reminder=REMINDER),
        lambda s: (s.reminders["m1"].message_id, s.reminders["m1"].cid, s.reminders["m1"].created_at),
        ("m1", GENERAL, ns(3)),
    ),
    "when a thread began": (frame("thread.updated", 4, thread=THREAD), lambda s: s.thread("m1").created_at, ns(3)),
    "when a thread was last written in": (
        frame("thread.updated", 4, thread=THREAD),
        lambda s: s.thread("m1").last_message_at,
        ns(4),
    ),
    "when a thread was last written in, by its replies": (
        message_new("r1", at=7, parent_id="m1"),
        lambda s: s.thread("m1").last_message_at,
        ns(7),
    ),
    "how far a thread was read": (
        message_read(by="bo", at=5, thread=THREAD, last_read_message_id="r1"),
        lambda s: (s.thread("m1").reads["bo"].last_read, s.thread("m1").reads["bo"].last_read_message_id),
        (ns(5), "r1"),
    ),
    "the number of groups": (frame("user_group.created", 1, user_group={"id": "g1"}), lambda s: len(s.user_groups), 1),
    "why someone was banned": (
        banned("bo", at=2, cid=GENERAL, reason="spam"),
        lambda s: s.channel(GENERAL).members.get("bo"),
        None,
    ),
}


@pytest.mark.parametrize("what", TOLD)
def test_a_view_tells(what):
    made, shown, value = TOLD[what]

    assert shown(a_store(made)) == value


GROUP = {"id": "g1", "name": "Diggers", "description": "They dig", "colour": "brown"}


def test_a_group_is_as_it_was_told():
    group = a_store(frame("user_group.created", 1, user_group=GROUP)).user_groups["g1"]

    assert (group.exists, group.description, group.custom) == (True, "They dig", {"colour": "brown"})


def test_why_someone_was_banned_everywhere_is_told():
    assert a_store(banned("bo", at=2, reason="spam")).user("bo").ban_reason == "spam"


def test_a_user_i_flagged_is_flagged():
    assert a_store(frame("user.flagged", 1, by="me", target_user=user("bo"))).user("bo").flagged


def test_why_a_member_was_banned_is_told():
    room = general(member_added("bo"), banned("bo", at=2, cid=GENERAL, reason="spam", expiration=9))

    assert (room.members["bo"].ban_reason, room.members["bo"].ban_expires) == ("spam", ns(9))


def test_an_unknown_application_has_no_settings():
    assert a_store().app is None


def test_who_never_read_a_thread_is_a_key_error():
    with pytest.raises(KeyError, match="'bo' is not known to have read the thread of 'm1'"):
        _ = a_store().thread("m1").reads["bo"]


def test_who_never_read_a_channel_is_a_key_error():
    with pytest.raises(KeyError, match="'bo' is not known to have read messaging:general"):
        _ = general().reads["bo"]


@pytest.mark.parametrize("odd", [7, None, ("messaging:general", "bo")], ids=str)
def test_what_is_no_id_has_read_nothing(odd):
    assert odd not in general(message_read(by="bo", at=2)).reads


@pytest.mark.parametrize("odd", [7, None], ids=str)
def test_what_is_no_cid_is_no_channel(odd):
    assert odd not in a_store(message_new("m1")).channels


def test_mappings_print_with_how_much_they_hold():
    store = a_store(message_new("m1"), member_added("bo"))

    assert [repr(store.channels), repr(store.channel(GENERAL).members)] == ["<Channels: 1>", "<Members: 1>"]


# Sequences


def test_timelines_of_one_channel_are_equal_and_hash_alike():
    store = a_store(message_new("m1"))
    one, other = store.channel(GENERAL).messages, store.channel(GENERAL).messages

    assert (one == other, hash(one) == hash(other)) == (True, True)


def test_timelines_of_two_channels_or_two_sorts_differ():
    store = a_store(message_new("m1"), message_new("r1", cid=RANDOM))
    room = store.channel(GENERAL)

    assert len({room.messages, room.pinned, store.channel(RANDOM).messages}) == 3


def test_a_timeline_is_no_list():
    assert general(message_new("m1")).messages != ["m1"]


def test_replies_have_no_gaps():
    assert not a_store(message_new("r1", parent_id="m1")).thread("m1").replies.has_gap_before("r1")


@pytest.mark.parametrize(("message", "times"), [("m1", 1), ("m2", 0), (7, 0)], ids=str)
def test_a_message_is_counted_once_or_not_at_all(message, times):
    assert general(message_new("m1")).messages.count(message) == times


# What may not be looked at


@pytest.mark.parametrize("ask", ["channel", "channels"])
def test_a_cid_of_every_channel_is_none(ask):
    store = a_store()

    with pytest.raises(ValueError, match="a cid reads type:id"):
        store.channel("*") if ask == "channel" else store.channels["*"]


def test_a_view_is_not_written():
    room = general(message_new("m1"))

    with pytest.raises(AttributeError):
        room.name = "Tea"


def test_a_view_keeps_nothing():
    assert not hasattr(general(), "__dict__")


# Slow mode


@pytest.mark.parametrize(
    ("frames", "left"),
    [
        ([], 0),
        ([message_new("m1", by="bo", at=0)], 0),
        ([message_new("m1", by="me", at=-20)], 0),
        ([message_new("m1", by="me", at=-4)], 6),
        ([message_new("m1", by="me", at=-4), message_new("m2", by="bo", at=-1)], 6),
        ([message_new("m1", by="me", at=30)], 10),
    ],
    ids=["nothing written", "others wrote", "long ago", "a while ago", "others since", "by a clock that runs ahead"],
)
def test_i_wait_for_what_is_left_of_the_cooldown(frames, left):
    room = channel_created(cooldown=10, at=-100)

    assert general(room, *frames, clock=ManualClock()).cooldown_remaining == left


# Channels that change under a view


def test_a_view_made_before_shows_what_comes_and_goes():
    store = a_store(added_to_channel(), message_new("m1"))
    room = store.channel(GENERAL)
    before = ids(room.messages)

    then(store, truncated(at=3), message_new("m5", at=5), channel_updated(at=6, name="New"))

    assert (before, room.name, ids(room.messages)) == (["m1"], "New", ["m5"])


def test_a_delivery_reads_as_the_read_that_is_newer():
    frames = [message_new("m1"), message_delivered(by="u2", at=2, last="m1"), message_read(by="u2", at=3)]

    assert general(*frames).reads["u2"].last_delivered_at == ns(3)


def test_an_edit_of_a_quoted_copy_that_is_not_here_shows_in_the_quote():
    quoted = message_new("m0", at=0)["message"]
    store = a_store(message_new("m1", quotes=quoted), message_updated("m0", at=5, sent=0, text="new"))

    assert store.message("m1").quoted.text == "new"
