"""What is expected of the service shows at once, never meets what it says, and goes without a trace."""

import json

from hypothesis import given
from hypothesis import strategies as st

from chatstate.io.comparison import difference
from chatstate.state.check import check
from tests.histories import PRELUDE, histories
from tests.kinds import failing
from tests.objects import GENERAL, at, message, user
from tests.stories import (
    a_store,
    frame,
    ids,
    message_deleted,
    message_new,
    message_read,
    message_updated,
    picture,
    reaction_new,
)


def mine(id, moment=100, **more):
    """A message of mine, as the service is expected to tell it."""
    return message_new(message(id, by="me", at=moment, **more), by="me", at=moment)


@given(histories(), st.data())
def test_what_is_withdrawn_leaves_no_trace(ordered, data):
    cut = data.draw(st.integers(PRELUDE, len(ordered)))
    expected = data.draw(st.lists(st.sampled_from(ordered[PRELUDE:]), max_size=4))
    store = a_store(*ordered[:cut])
    for key, made in enumerate(expected):
        store.expect(key, json.loads(made))
    for made in ordered[cut:]:
        store.apply(made)
        check(store.state)
    for key in range(len(expected)):
        store.withdraw(key)

    assert difference(picture(store), picture(a_store(*ordered))) == []
    check(store.state)


@given(histories(), st.data())
def test_every_change_is_told_with_expectations_too(ordered, data):
    store = a_store(*ordered[:PRELUDE])
    tables = {name: dict(table) for name, table in store.state.tables.items()}
    store.changes.subscribe(lambda changes: fold(tables, changes))
    for key, made in enumerate(ordered[PRELUDE:]):
        if data.draw(st.booleans()):
            store.expect(key % 3, json.loads(made))
        store.apply(made)

    shown = {name: dict(table) for name, table in store.state.tables.items()}
    assert [name for name in shown if not alike(tables.get(name, {}), shown[name])] == []


def fold(tables, changes):
    for name, rows in changes.tables.items():
        for key, (_, after) in rows.items():
            table = tables.setdefault(name, {})
            if after is None:
                table.pop(key, None)
            else:
                table[key] = after


def alike(told, shown):
    if told.keys() != shown.keys():
        return False
    return all(row.shows(shown[key]) if hasattr(row, "shows") else row == shown[key] for key, row in told.items())


def test_an_expected_message_shows_at_once():
    store = a_store(message_new("m1", at=1))
    store.expect("x", mine("m2"))

    assert ids(store.channel(GENERAL).messages) == ["m1", "m2"]


def test_an_expected_message_takes_the_place_that_the_service_gives_it():
    store = a_store(message_new("m1", at=1))
    store.expect("x", mine("m2", 100))
    with store.batch():
        store.apply(message_new("m3", at=6))
        store.apply(mine("m2", 5))
        store.withdraw("x")

    assert ids(store.channel(GENERAL).messages) == ["m1", "m2", "m3"]


def test_a_newer_word_of_the_service_wins_over_what_is_expected():
    store = a_store(message_new("m1", at=1))
    store.expect("x", message_updated("m1", at=5, text="mine", updated_at=5))
    store.apply(message_updated("m1", at=6, text="newer", updated_at=6))

    assert store.message("m1").text == "newer"


def test_what_is_expected_wins_over_an_older_word():
    store = a_store(message_new("m1", at=1))
    store.expect("x", message_updated("m1", at=5, text="mine", updated_at=5))
    store.apply(message_updated("m1", at=4, text="older", updated_at=4))

    assert store.message("m1").text == "mine"
    store.withdraw("x")
    assert store.message("m1").text == "older"


def test_an_expected_read_clears_the_unread_number_until_it_is_withdrawn():
    store = a_store(message_new("m1", at=1), message_new("m2", at=2))
    store.expect("read", message_read(by="me", at=3))
    seen = store.channel(GENERAL).unread
    store.withdraw("read")

    assert (seen, store.channel(GENERAL).unread) == (0, 2)


def test_an_expected_reaction_is_mine_and_goes_again():
    store = a_store(message_new("m1", at=1))
    store.expect("r", reaction_new("m1", "like", by="me", at=5))
    seen = [reaction.type for reaction in store.message("m1").own_reactions]
    store.withdraw("r")

    assert (seen, store.message("m1").own_reactions) == (["like"], [])


def test_one_event_under_an_expectation_is_one_flush_without_what_stays():
    store = a_store(message_new("m1", at=1))
    store.expect("x", mine("m2"))
    flushes = []
    store.changes.subscribe(flushes.append)
    store.apply(message_new("m3", at=6))

    assert [sorted(flush.tables["messages"]) for flush in flushes] == [["m3"]]


def test_a_listener_of_events_sees_the_expectations_too():
    store = a_store(message_new("m1", at=1))
    store.expect("x", mine("m2"))
    seen = []
    store.events.subscribe(lambda event: seen.append(ids(store.channel(GENERAL).messages)))
    store.apply(message_new("m3", at=6))

    assert seen == [["m1", "m3", "m2"]]


def test_expecting_tells_no_event():
    store, told = a_store(), []
    store.events.subscribe(told.append)
    store.expect("x", mine("m1"))

    assert told == []


def test_a_bad_frame_leaves_the_expectation_where_it_is():
    store = a_store(message_new("m1", at=1))
    store.expect("x", mine("m2"))
    store.apply(failing(at=7))

    assert ids(store.channel(GENERAL).messages) == ["m1", "m2"]


def test_an_expectation_that_cannot_be_performed_is_reported_once_and_dropped():
    store = a_store(message_new("m1", at=1))
    problems = []
    store.faults.subscribe(lambda fault: problems.append(fault.problem))
    store.expect("x", failing(at=7))
    store.apply(message_new("m2", at=2))

    assert problems == ["LookupError: half-way"]
    assert (store.expected, ids(store.channel(GENERAL).messages)) == ({}, ["m1", "m2"])


def test_nothing_shows_in_a_channel_that_was_deleted():
    store = a_store(message_new("m1", at=1), frame("channel.deleted", 5, GENERAL))
    store.expect("x", mine("m2"))

    assert not store.channel(GENERAL).exists


def test_an_answer_comes_below_the_expectations():
    store = a_store(message_new("m1", at=1))
    store.expect("x", message_deleted("m1", at=5))
    store.load({"channel": {"cid": GENERAL}, "messages": [message("m1", at=1, text="again")]}, at=store.state.heard_at)

    assert store.message("m1").deleted


def test_an_answer_is_as_new_as_what_was_heard_before_asking():
    store = a_store(message_new("m1", at=1), reaction_new("m1", "like", by="bo", at=5, counts={"like": 1}))
    heard = store.state.heard_at
    store.load({"channel": {"cid": GENERAL}, "messages": [message("m1", at=1)]}, after=heard + 1)

    assert store.message("m1").reaction_counts == {}


def test_an_expectation_of_a_kind_that_changes_nothing_changes_nothing():
    store = a_store(message_new("m1", at=1))
    before = picture(store)
    store.expect("x", {"type": "someones.own", "created_at": at(9), "user": user("me")})

    assert difference(picture(store), before) == []
