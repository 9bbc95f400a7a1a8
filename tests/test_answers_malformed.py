"""One malformed part of an answer costs that part, and is reported with its path; everything else is taken in."""

import pytest

from tests.objects import channel, member, message, reaction, user
from tests.queries import a_thread, entry, faults_of, general
from tests.stories import a_store, frame, ids, message_new

SEVEN = {"id": 7}
MINE = {"user": user("me"), "last_read": "2025-01-15T08:00:02Z", "unread_messages": 1}
NAMELESS = user("zed", name=7)


def told(**broken):
    """A channel of three messages with something broken in it."""
    return entry(1, 2, 3, **broken)


PARTS = {
    "a member": ({"members": [member("me"), 7, member("bo")]}, "members[1]"),
    "a member's user": ({"members": [member("me"), member("x", user=SEVEN), member("bo")]}, "members[1].user.id"),
    "the members": ({"members": 7}, "members"),
    "my membership": ({"membership": {"user": 7}}, "membership.user"),
    "a field of my membership": ({"membership": member("me", banned="x")}, "membership.banned"),
    "a read": ({"read": [7, MINE]}, "read[0]"),
    "a read's user": ({"read": [{"user": 7}, MINE]}, "read[0].user"),
    "a read's time": ({"read": [MINE | {"last_read": "noon"}]}, "read[0].last_read"),
    "a read's number": ({"read": [MINE | {"unread_messages": "x"}]}, "read[0].unread_messages"),
    "the reads": ({"read": 7}, "read"),
    "a watcher": ({"watchers": [7, user("cy")]}, "watchers[0]"),
    "the count of watchers": ({"watcher_count": "x"}, "watcher_count"),
    "a pin": ({"pinned_messages": [7]}, "pinned_messages[0]"),
    "a message that waits": ({"pending_messages": [{"message": 7}]}, "pending_messages[0].message"),
    "a draft": ({"draft": {"message": 7}}, "draft.message"),
    "a thread": ({"threads": [7]}, "threads[0]"),
    "a thread's parent": ({"threads": [{"parent_message_id": 7}]}, "threads[0].parent_message_id"),
    "a watcher's name": ({"watchers": [NAMELESS]}, "watchers[0].name"),
}


@pytest.mark.parametrize("name", PARTS)
def test_a_malformed_part_of_a_channel_is_one_fault_with_its_path(name):
    broken, path = PARTS[name]

    faults = faults_of(a_store(), {"channels": [entry(cid="team:a"), told(**broken), entry(cid="team:b")]})
    assert [fault.path for fault in faults] == [f"$.channels[1].{path}"]


@pytest.mark.parametrize("name", PARTS)
def test_a_malformed_part_of_a_channel_leaves_its_messages(name):
    store = a_store()

    faults_of(store, {"channels": [told(**PARTS[name][0])]})

    assert ids(general(store).messages) == ["m1", "m2", "m3"]


@pytest.mark.parametrize("name", PARTS)
def test_a_malformed_part_of_a_channel_told_alone_leaves_its_messages(name):
    store = a_store()

    faults_of(store, told(**PARTS[name][0]))

    assert ids(general(store).messages) == ["m1", "m2", "m3"]


@pytest.mark.parametrize("name", PARTS)
def test_a_malformed_part_of_a_channel_leaves_the_next_channel(name):
    store = a_store()

    faults_of(store, {"channels": [told(**PARTS[name][0]), entry(9, cid="team:b")]})

    assert len(store.channel("team:b").messages) == 1


MESSAGES = {
    "no object": (7, ""),
    "no id": ({"text": "who?"}, ".id"),
    "a number for an id": (message("m9", at=9) | {"id": 7}, ".id"),
    "a number for a text": (message("m9", at=9, text=7), ".text"),
    "a word for a time": (message("m9", created_at="noon"), ".created_at"),
    "a broken author": (message("m9", at=9, by=SEVEN), ".user.id"),
    "an author without a proper name": (message("m9", at=9, by=NAMELESS), ".user.name"),
    "a broken mention": (message("m9", at=9, mentioned_users=[SEVEN]), ".mentioned_users[0].id"),
    "a broken reaction": (message("m9", at=9, latest_reactions=[7]), ".latest_reactions[0]"),
    "a reaction of nobody": (
        message("m9", at=9, latest_reactions=[{"type": "like"}]),
        ".latest_reactions[0].user_id",
    ),
    "an own reaction without a type": (
        message("m9", at=9, own_reactions=[reaction("like", "m9", by="me") | {"type": None}]),
        ".own_reactions[0].type",
    ),
    "no list of reactions": (message("m9", at=9, latest_reactions=7), ".latest_reactions"),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_malformed_message_of_a_page_is_one_fault_with_its_path(name):
    broken, path = MESSAGES[name]

    faults = faults_of(a_store(), {"channels": [entry(messages=[message("m1"), broken, message("m2", at=2)])]})
    assert [fault.path for fault in faults] == [f"$.channels[0].messages[1]{path}"]


@pytest.mark.parametrize("name", MESSAGES)
def test_a_malformed_message_of_a_page_leaves_the_others(name):
    store = a_store()

    faults_of(store, {"channels": [entry(messages=[message("m1"), MESSAGES[name][0], message("m2", at=2)])]})

    assert {"m1", "m2"} <= set(ids(general(store).messages))


def test_a_malformed_user_leaves_the_users_of_the_other_messages():
    store = a_store()

    faults_of(store, entry(messages=[message("m1", by=NAMELESS), message("m2", by="cy", at=2)]))

    assert store.user("cy").name == "Cy"


CHANNELS = {
    "no object": ([7], "$.channels[0]"),
    "no channel": ([{}], "$.channels[0].channel"),
    "no cid": ([{"channel": {"id": "general", "type": "messaging"}}], "$.channels[0].channel.cid"),
    "a malformed cid": ([{"channel": channel() | {"cid": "general"}}], "$.channels[0].channel.cid"),
    "a number for a name": ([{"channel": channel(name=7)}], "$.channels[0].channel.name"),
}


@pytest.mark.parametrize("name", CHANNELS)
def test_a_malformed_channel_is_one_fault_with_its_path(name):
    channels, path = CHANNELS[name]

    assert [fault.path for fault in faults_of(a_store(), {"channels": channels})] == [path]


@pytest.mark.parametrize("name", CHANNELS)
def test_a_malformed_channel_leaves_the_others(name):
    store = a_store()

    faults_of(store, {"channels": [*CHANNELS[name][0], entry(9, cid="team:b")]})

    assert len(store.channel("team:b").messages) == 1


THREADS = {
    "no object": (7, ""),
    "no parent": (a_thread(parent_message_id=None), ".parent_message_id"),
    "a number for a title": (a_thread(title=7), ".title"),
    "a broken reply": (a_thread(latest_replies=[7]), ".latest_replies[0]"),
    "a broken read": (a_thread(read=[{"user": 7}]), ".read[0].user"),
    "a broken participant": (a_thread(thread_participants=[7]), ".thread_participants[0]"),
    "a broken draft": (a_thread(draft={"message": 7}), ".draft.message"),
    "a broken channel": (a_thread(channel=channel(name=7)), ".channel.name"),
    "an author without a proper name": (
        a_thread(parent_message=message("m1", by=NAMELESS)),
        ".parent_message.user.name",
    ),
}


@pytest.mark.parametrize("name", THREADS)
def test_a_malformed_part_of_a_thread_is_one_fault_with_its_path(name):
    broken, path = THREADS[name]

    faults = faults_of(a_store(), {"threads": [a_thread("n1"), broken, a_thread("o1")]})
    assert [fault.path for fault in faults] == [f"$.threads[1]{path}"]


@pytest.mark.parametrize("name", THREADS)
def test_a_malformed_thread_leaves_the_others(name):
    store = a_store()

    faults_of(store, {"threads": [a_thread("n1"), THREADS[name][0], a_thread("o1")]})

    assert {"n1", "o1"} <= store.threads.keys()


def test_a_thread_that_is_no_object_is_one_fault_with_its_path():
    assert [fault.path for fault in faults_of(a_store(), {"thread": 7})] == ["$.thread"]


# Syncs, and answers that are none

EVENTS = [message_new("m1"), 7, frame("message.new", 2), message_new("m3", at=3)]


def test_malformed_events_of_a_sync_leave_the_others():
    store = a_store()

    faults_of(store, {"events": EVENTS})

    assert ids(general(store).messages) == ["m1", "m3"]


def test_each_malformed_event_of_a_sync_is_one_fault():
    assert len(faults_of(a_store(), {"events": EVENTS})) == 2


def test_a_malformed_event_of_a_sync_is_reported_with_its_path():
    faults = faults_of(a_store(), {"events": [message_new("m1"), message_new("m2", by=SEVEN)]})

    assert [fault.path for fault in faults] == ["$.events[1].user.id"]


NONE = {
    "an empty object": ({}, "$"),
    "a list": ("[]", "$"),
    "not JSON": (b"{", "$"),
    "no list of channels": ({"channels": 7}, "$.channels"),
    "no list of threads": ({"threads": 7}, "$.threads"),
    "no list of events": ({"events": 7}, "$.events"),
    "no channel": ({"channel": 7}, "$.channel"),
}


@pytest.mark.parametrize("name", NONE)
def test_what_is_no_answer_is_one_fault(name):
    given, path = NONE[name]

    assert [fault.path for fault in faults_of(a_store(), given)] == [path]


@pytest.mark.parametrize("name", NONE)
def test_what_is_no_answer_changes_nothing(name):
    store, emitted = a_store(message_new("m1")), []
    store.changes.subscribe(emitted.append)

    faults_of(store, NONE[name][0])

    assert emitted == []
