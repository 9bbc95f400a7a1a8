"""Selectors: what wakes them, and what they tell."""

from typing import Any

import pytest
import reactivex
from reactivex import operators

from chatstate import Store, selectors
from tests.listeners import counted, heard
from tests.objects import GENERAL, RANDOM
from tests.stories import (
    a_store,
    channel_created,
    channel_deleted,
    channel_updated,
    frame,
    health_check,
    hidden,
    member_added,
    message_new,
    message_read,
    message_updated,
    presence_changed,
    then,
    typing_start,
    user_updated,
)

# What wakes it


def test_it_tells_what_is_so_and_then_what_changes():
    store = a_store(message_new("m1", at=1))
    told = heard(store.select(selectors.unread(GENERAL)))

    then(store, message_new("m2", at=2), message_read(by="me", at=3))

    assert told == [1, 2, 0]


def test_it_tells_nothing_when_its_value_stays():
    store = a_store(message_new("m1", at=1))
    told = heard(store.select(lambda s: s.channel(GENERAL).unread > 0))

    then(store, message_new("m2", at=2), message_new("m3", at=3))

    assert told == [True]


def test_events_elsewhere_run_nothing():
    store = a_store(member_added("bo"), message_new("m1", at=1))
    _, runs = counted(store, selectors.unread(GENERAL))

    for at in range(10, 60, 4):
        then(store, typing_start("bo", at=at, cid=RANDOM), presence_changed("u2", True, at=at + 1))
        then(store, message_read(by="u2", at=at + 2, cid=RANDOM), message_new(f"r{at}", at=at + 3, cid=RANDOM))

    assert runs == [1]


def test_what_it_reads_may_change_with_what_it_reads():
    store = a_store(message_new("m1", at=1), message_new("r1", at=1, cid=RANDOM))
    chosen, runs = counted(store, lambda s: s.channel(GENERAL if s.channel(GENERAL).unread else RANDOM).unread)

    then(store, message_new("r2", at=2, cid=RANDOM))
    assert runs == [1]
    then(store, message_read(by="me", at=3))
    assert chosen.value == 2
    then(store, message_new("r3", at=4, cid=RANDOM))
    assert chosen.value == 3


def test_a_view_that_was_made_outside_is_watched_all_the_same():
    store = a_store()
    channel = store.channel(GENERAL)
    told = heard(store.select(lambda s: channel.unread))

    then(store, message_new("m1", at=1))

    assert told == [0, 1]


def test_a_channel_may_come_go_and_come_again():
    store = a_store()
    told = heard(store.select(lambda s: (s.channel(GENERAL).exists, s.channel(GENERAL).name)))

    then(store, channel_created(at=1, name="Tea"), channel_deleted(at=2), channel_created(at=3, name="Coffee"))

    assert told == [(False, None), (True, "Tea"), (False, None), (True, "Coffee")]


def test_who_i_am_may_be_told_later():
    store = a_store(message_new("m1", by="me", at=1), me=None)
    told = heard(store.select(lambda s: s.message("m1").own))

    then(store, health_check(at=2, me={"id": "me", "name": "Me"}))

    assert told == [False, True]


def test_what_is_mine_is_told_once_it_is_known_who_i_am():
    store = a_store(message_new("m1", by="bo", at=1), me=None)
    told = heard(store.select(lambda s: (s.me.id, s.channel(GENERAL).unread)))

    then(store, health_check(at=2, me={"id": "me", "name": "Me"}))

    assert told == [(None, 0), ("me", 1)]


def test_a_view_is_told_again_when_what_it_shows_has_changed():
    store = a_store(message_new("m1", at=1))
    texts: list[Any] = []
    store.select(selectors.last_message(GENERAL)).subscribe(lambda m: texts.append((m.text, m.user.name)))

    then(store, message_updated("m1", at=2, text="new"), user_updated("bo", at=3, name="Bo Berg", updated_at=3))

    assert texts == [("text of m1", "Bo"), ("new", "Bo"), ("new", "Bo Berg")]


def test_a_channel_that_is_hidden_again_is_told_to_be():
    store = a_store(hidden(at=1), message_new("m1", at=2))
    told = heard(store.select(selectors.hidden(GENERAL)))

    then(store, hidden(at=3))

    assert told == [False, True]


def test_the_time_of_the_newest_event_can_be_followed():
    store = a_store()
    told = heard(store.select(lambda s: s.connection.last_event_at))

    then(store, frame("my.custom", 5), message_new("m1", at=6))

    assert len(told) == 3


def test_tables_of_an_application_are_watched_too():
    store = a_store()
    told = heard(store.select(lambda s: s.table("notes").get("a")))

    store.state.table("notes").put("a", "written")
    store._written()
    store.flush()

    assert told == [None, "written"]


# It is an Observable


def test_it_is_an_observable_like_others():
    store = a_store()
    unread = store.select(selectors.unread(GENERAL))
    told = heard(unread.pipe(operators.map(lambda count: f"{count} new"), operators.skip(1)))

    then(store, message_new("m1", at=1))

    assert isinstance(unread, reactivex.Observable)
    assert told == ["1 new"]


def test_an_observer_object_may_listen():
    told: list[Any] = []

    class Badge(reactivex.Observer):  # type: ignore[type-arg]
        def on_next(self, value: Any) -> None:
            told.append(value)

    Store(me="me").select(selectors.total_unread).subscribe(Badge())

    assert told == [0]


def test_what_is_no_function_is_refused():
    with pytest.raises(TypeError, match="a selector is made of a function"):
        a_store().select("unread")  # type: ignore[arg-type]


def test_it_says_what_it_is():
    assert "total_unread" in repr(Store(me="me").select(selectors.total_unread))


def test_a_channel_that_was_only_renamed_is_one_run():
    store = a_store(channel_created(at=1))
    _, runs = counted(store, selectors.name(GENERAL))

    then(store, channel_updated(at=2, name="Tea", updated_at=2))

    assert runs == ["General", "Tea"]
