"""The cases of the contract about whole frames: broken, failing, foreign and odd ones."""

import pytest

from tests.kinds import failing
from tests.objects import GENERAL, channel, member, message, reaction, user
from tests.stories import (
    a_store,
    channel_created,
    channel_updated,
    emissions,
    faults_from,
    frame,
    ids,
    member_added,
    message_new,
    message_read,
    message_updated,
    picture,
    reaction_new,
    then,
    told,
    typing_start,
    without,
)


def _a_full_room():
    original = message("m1", by="u2")
    return a_store(
        member_added("u2"),
        message_new(original, by="u2", at=1),
        message_new("m2", at=2, quotes=original, mentions=["u2"], pinned=True, pinned_at=2),
        message_new("r1", at=3, parent_id="m1"),
        reaction_new(original, "like", by="u2", at=3),
        message_read(by="u2", at=4),
        typing_start("u2", at=5),
    )


def test_a_reducer_that_raises_halfway_leaves_the_state_as_it_was():
    """Case 34."""
    store = _a_full_room()
    before = picture(store)

    faults_from(store, failing(at=5))

    assert picture(store) == before


def test_a_reducer_that_raises_halfway_is_one_fault():
    """Case 34."""
    faults = faults_from(_a_full_room(), failing(at=6))

    assert [fault.kind for fault in faults] == ["test.fails_halfway"]


def test_after_a_reducer_that_raised_the_next_event_applies():
    """Case 34."""
    store = _a_full_room()

    faults_from(store, failing(at=6), message_new("m9", at=9))

    assert ids(store.channel(GENERAL).messages) == ["m1", "m2", "m9"]


CUSTOM = frame("my.custom", 5, GENERAL, by="bo", payload={"x": [1, {"y": None}]}, note="tea")


def test_a_custom_event_is_delivered_with_its_keys():
    """Case 35."""
    store, heard = a_store(), []
    store.events.subscribe(heard.append)

    then(store, CUSTOM)

    assert [(e.kind, e.cid, e.user_id, e.custom["payload"], e.custom["note"]) for e in heard] == [
        ("my.custom", GENERAL, "bo", {"x": [1, {"y": None}]}, "tea")
    ]


def test_a_custom_event_changes_no_table_but_the_connections():
    """Case 35."""
    store = a_store(channel_created(), message_new("m1"))

    touched = {name for changes in emissions(store, CUSTOM) for name in changes.tables}
    assert touched <= {"connection"}


ODD = {
    "a number for a message id": told(message_new("m1"), message=message("m1") | {"id": 7}),
    "a number for a text": message_new("m1", text=7),
    "a number for a type": frame("message.new", 1, GENERAL) | {"type": 7},
    "a number for a cid": told(message_new("m1"), cid=7),
    "a number for a user's name": message_new("m1", by=user("bo", name=7)),
    "a number for a reaction's type": told(
        reaction_new("m1", "like", by="u2", at=2), reaction=reaction("like", "m1") | {"type": 7}
    ),
    "no user in a message": without(message_new("m1"), "message.user"),
    "no user": without(message_new("m1"), "user"),
    "no user anywhere": without(message_new("m1"), "user", "message.user"),
    "no reader": without(message_read(by="u2", at=1), "user"),
    "no typist": without(typing_start("u2", at=1), "user"),
    "no time": without(message_new("m1"), "created_at"),
    "no time of a message": without(message_new("m1"), "message.created_at", "message.updated_at"),
    "no time anywhere": without(message_new("m1"), "created_at", "message.created_at", "message.updated_at"),
    "no time of an edit": without(message_updated("m1", at=3), "created_at", "message.updated_at"),
    "no message": without(message_new("m1"), "message"),
    "no channel": without(channel_updated(at=1), "channel", "cid", "channel_id", "channel_type"),
    "no member": without(member_added("u2"), "member", "user"),
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_an_odd_frame_costs_at_most_one_fault(odd):
    """Case 40."""
    assert len(faults_from(a_store(), odd)) <= 1


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_after_an_odd_frame_the_next_one_applies(odd):
    """Case 40."""
    store = a_store()

    faults_from(store, odd, message_new("m9", at=9))

    assert "m9" in ids(store.channel(GENERAL).messages)


def test_the_members_of_a_channel_may_hold_a_broken_one():
    """Case 33."""
    store = a_store()
    members = [member(f"u{i}") for i in range(10)]
    members[3] = member("u3", user=user("u3") | {"id": 7})

    faults = faults_from(store, channel_updated(at=1, members=members))

    paths = [fault.path for fault in faults]
    assert (paths, len(store.channel(GENERAL).members)) == (["$.channel.members[3].user.id"], 9)


def test_a_broken_message_in_a_list_of_ten_costs_only_itself():
    """Case 33."""
    store = a_store()

    store.load(_ten_messages(broken=7))

    assert len(store.channel(GENERAL).messages) == 9


@pytest.mark.parametrize(
    ("broken", "path"),
    [
        (7, "$.channels[0].messages[3]"),
        (message("m3", user=user("bo") | {"id": 7}), "$.channels[0].messages[3].user.id"),
        (message("m3", created_at="yesterday"), "$.channels[0].messages[3].created_at"),
    ],
    ids=["no object", "no user id", "no time"],
)
def test_a_broken_message_in_a_list_of_ten_is_one_fault_with_its_path(broken, path):
    """Case 33."""
    store = a_store()
    faults = []
    store.faults.subscribe(faults.append)

    store.load(_ten_messages(broken=broken))

    assert [fault.path for fault in faults] == [path]


def _ten_messages(*, broken):
    messages = [message(f"m{i}", at=i) for i in range(10)]
    messages[3] = broken
    return {"channels": [{"channel": channel(GENERAL), "messages": messages, "members": [], "read": []}]}
