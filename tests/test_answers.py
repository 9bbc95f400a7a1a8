"""Answers of the REST API: what was there before the socket spoke, and what was told since wins over it."""

import json

import pytest

from tests.objects import GENERAL, at, channel, member, message, ns, poll, user
from tests.queries import a_thread, entry, general, loaded
from tests.stories import (
    a_store,
    channel_created,
    channel_deleted,
    frame,
    ids,
    member_added,
    message_deleted,
    message_delivered,
    message_new,
    message_read,
    picture,
    then,
)

MINE = {"user": user("me"), "last_read": at(2), "last_read_message_id": "m2", "unread_messages": 2}


# The shapes


def test_one_channel_is_told_alone_as_in_a_list():
    told = entry(1, 2, read=[MINE])

    assert picture(loaded(told)) == picture(loaded({"channels": [told]}))


@pytest.mark.parametrize(
    "form", [json.dumps, lambda told: json.dumps(told).encode(), dict], ids=["str", "bytes", "dict"]
)
def test_an_answer_may_be_str_bytes_or_a_dict(form):
    assert ids(general(loaded(form(entry(1, 2)))).messages) == ["m1", "m2"]


def test_an_answer_given_as_a_dict_is_not_changed():
    told = entry(1, 2, read=[MINE])
    before = json.dumps(told)

    loaded(told)

    assert json.dumps(told) == before


def test_one_channel_may_be_told_with_its_threads():
    assert ids(general(loaded(entry(1, 2, threads=[]))).messages) == ["m1", "m2"]


def test_the_events_of_a_sync_apply_as_frames_do():
    frames = [message_new("m1"), message_new("m2", at=2), message_read(by="me", at=1.5)]

    assert picture(loaded({"events": frames})) == picture(a_store(*frames))


def test_the_events_of_a_sync_are_delivered():
    store, kinds = a_store(), []
    store.events.subscribe(lambda event: kinds.append(event.kind))

    store.load({"events": [message_new("m1"), frame("my.custom", 2)]})

    assert kinds == ["message.new", "my.custom"]


def test_a_thread_list_tells_parents_replies_and_titles():
    told = loaded({"threads": [a_thread()]}).thread("m1")

    assert (told.parent.text, ids(told.replies), told.title) == ("text of m1", ["m1-2", "m1-3"], "Tea")


def test_one_thread_is_told_alone_as_in_a_list():
    assert picture(loaded({"thread": a_thread()})) == picture(loaded({"threads": [a_thread()]}))


def test_a_thread_list_tells_how_far_everyone_has_read():
    mine = {"user": user("me"), "last_read": at(2), "last_read_message_id": "m1-2", "unread_messages": 1}
    reads = [mine, {"user": user("bo"), "last_read": at(3), "last_read_message_id": "m1-3", "unread_messages": 0}]

    told = loaded({"threads": [a_thread(read=reads)]}).thread("m1")
    assert (told.unread, told.last_read, {id: read.last_read for id, read in told.reads.items()}) == (
        1,
        ns(2),
        {"bo": ns(3), "me": ns(2)},
    )


def test_a_thread_list_leaves_the_channel_as_unread_as_it_was():
    assert general(loaded({"threads": [a_thread()]}, frames=[message_new("m9", at=9)])).unread == 1


def test_a_thread_list_tells_the_draft_of_a_reply():
    draft = {"channel_cid": GENERAL, "parent_id": "m1", "created_at": at(4), "message": {"text": "And"}}

    assert loaded({"threads": [a_thread(draft=draft)]}).thread("m1").draft.text == "And"


def test_a_thread_of_a_message_that_was_deleted_for_good_stays_away():
    frames = [message_new("m1"), message_deleted("m1", at=9, hard=True)]

    assert not loaded({"threads": [a_thread()]}, frames=frames).thread("m1").exists


def test_a_thread_of_a_deleted_channel_stays_away():
    frames = [channel_created(), channel_deleted(at=9)]

    assert not general(loaded({"threads": [a_thread()]}, frames=frames)).exists


# What a channel query tells

TOLD = {
    "name": ({"channel": channel(name="Tea")}, "Tea"),
    "custom": ({"channel": channel(topic="oolong")}, {"topic": "oolong"}),
    "member_count": ({"channel": channel(member_count=9)}, 9),
    "unread": ({"read": [MINE]}, 2),
    "last_read": ({"read": [MINE]}, ns(2)),
    "watcher_count": ({"watcher_count": 7}, 7),
    "hidden": ({"channel": channel(hidden=True)}, True),
    "frozen": ({"channel": channel(frozen=True)}, True),
    "truncated_at": ({"channel": channel(truncated_at=0.5)}, ns(0.5)),
    "own_capabilities": ({"channel": channel(own_capabilities=["read-events"])}, {"read-events"}),
    "last_message_at": ({"channel": channel(last_message_at=4)}, ns(4)),
    "archived": ({"membership": member("me", archived_at=3)}, True),
    "pinned_at": ({"membership": member("me", pinned_at=3)}, ns(3)),
}


@pytest.mark.parametrize("name", TOLD)
def test_a_channel_is_as_the_query_tells(name):
    told, shown = TOLD[name]

    assert getattr(general(loaded(entry(1, 2, 3, 4, **told))), name) == shown


def test_a_query_tells_members_and_watchers():
    room = general(loaded(entry(1, watchers=[user("cy"), user("bo")])))

    assert ([*room.members], ids(room.watchers)) == (["bo", "me"], ["bo", "cy"])


def test_a_membership_need_not_name_me():
    told = {key: value for key, value in member("me", pinned_at=3).items() if key not in ("user", "user_id")}

    assert general(loaded(entry(1, members=[], membership=told))).pinned_at == ns(3)


def test_a_query_tells_the_messages_that_wait_for_approval():
    pending = [{"message": message("p1", by="me", at=5)}, message("p2", by="me", at=6)]

    assert ids(general(loaded(entry(1, pending_messages=pending))).pending) == ["p1", "p2"]


def test_a_message_that_is_here_does_not_wait_for_approval():
    pending = [{"message": message("m1", by="me")}]

    assert general(loaded(entry(1, pending_messages=pending))).pending == []


def test_a_query_tells_my_draft():
    draft = {"channel_cid": GENERAL, "created_at": at(4), "message": {"text": "Well"}}

    assert general(loaded(entry(1, draft=draft))).draft.text == "Well"


def test_a_query_tells_the_threads_of_a_channel():
    told = loaded({"channels": [entry(1, threads=[a_thread()])]})

    assert [(thread.id, ids(thread.replies)) for thread in general(told).threads] == [("m1", ["m1-2", "m1-3"])]


def test_the_pins_of_a_query_are_pinned():
    pins = [message("m0", at=0, pinned=True, pinned_at=8), message("m1", at=1, pinned=True, pinned_at=7)]

    assert ids(general(loaded(entry(5, 6, pinned_messages=pins))).pinned) == ["m1", "m0"]


def test_a_pin_older_than_the_page_leaves_a_gap():
    pins = [message("m0", at=0, pinned=True, pinned_at=8)]
    timeline = general(loaded(entry(5, 6, pinned_messages=pins))).messages

    assert (ids(timeline), timeline.has_gap_before("m5")) == (["m0", "m5", "m6"], True)


def test_a_query_tells_the_polls_of_its_messages():
    asked = message("m1", poll_id="p1", poll=poll("p1", name="Tea?"))

    assert loaded(entry(messages=[asked])).message("m1").poll.name == "Tea?"


# Reads

THEIRS = {"user": user("bo"), "last_read": at(3), "last_read_message_id": "m3", "unread_messages": 1}
DELIVERED = {"last_delivered_at": at(4), "last_delivered_message_id": "m4"}


def test_a_query_tells_how_far_others_have_read():
    told = general(loaded(entry(1, 2, 3, 4, read=[THEIRS]))).reads["bo"]

    assert (told.last_read, told.last_read_message_id) == (ns(3), "m3")


def test_a_query_tells_how_far_messages_have_reached_others():
    told = general(loaded(entry(1, 2, 3, 4, read=[THEIRS | DELIVERED]))).reads["bo"]

    assert (told.last_delivered_at, told.last_delivered_message_id) == (ns(4), "m4")


def test_whom_a_message_has_reached_follows_the_query():
    by_ana = [message(f"m{i}", by="ana", at=i) for i in (3, 4)]
    room = general(loaded(entry(messages=by_ana, read=[THEIRS | DELIVERED])))

    assert (ids(room.reads_of("m4")), ids(room.deliveries_of("m4"))) == ([], ["bo"])


def test_an_older_delivery_moves_no_mark_back():
    frames = [member_added("bo"), message_delivered(by="bo", at=9, last="m9")]
    told = general(loaded(entry(1, read=[THEIRS | DELIVERED]), frames=frames)).reads["bo"]

    assert told.last_delivered_message_id == "m9"


def test_who_never_read_has_no_read():
    never = {"user": user("bo"), "last_read": "0001-01-01T00:00:00Z", "unread_messages": 4}

    assert "bo" not in general(loaded(entry(1, read=[never]))).reads


def test_the_first_unread_message_is_the_one_the_query_names():
    mine = MINE | {"first_unread_message_id": "m4"}

    assert general(loaded(entry(1, 2, 3, 4, read=[mine]))).first_unread.id == "m4"


def test_a_message_after_the_answer_adds_to_the_number_it_told():
    assert general(then(loaded(entry(1, 2, 3, 4, read=[MINE])), message_new("m9", at=9))).unread == 3


def test_a_message_that_came_before_the_answer_is_not_counted_twice():
    frames = [message_new("m3", at=3), message_new("m4", at=4)]

    assert general(loaded(entry(1, 2, 3, 4, read=[MINE]), frames=frames)).unread == 2


def test_a_page_of_older_messages_leaves_my_number():
    assert general(loaded(entry(5, 6, read=[MINE]), entry(1, 2))).unread == 2


def test_a_pin_older_than_the_page_leaves_a_gap_whatever_the_channel_tells():
    pins = [message("m0", at=0, pinned=True, pinned_at=8)]
    timeline = general(loaded(entry(5, 6, channel=channel(), pinned_messages=pins))).messages

    assert timeline.has_gap_before("m5")
