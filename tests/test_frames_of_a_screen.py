"""Flushing no more than once a frame, whoever says when a frame is."""

from collections.abc import Callable
from typing import Any

import pytest
from reactivex import Subject
from reactivex.testing import TestScheduler

from chatstate import Store, selectors
from chatstate.reactive import apply
from tests.objects import GENERAL
from tests.stories import a_store, message_new, message_updated, then


def heard(store: Store) -> tuple[list[int], list[str], list[Any]]:
    """What is told of a value, a list, and the tables."""
    values: list[int] = []
    shown: list[str] = []
    changes: list[Any] = []
    store.select(selectors.unread(GENERAL)).subscribe(values.append)
    store.select_list(selectors.messages(GENERAL)).each(lambda m: m.text).subscribe(lambda d: apply(d, shown) and None)
    store.changes.subscribe(changes.append)
    return values, shown, changes


def some(store: Store) -> Store:
    return then(store, message_new("m1", at=1), message_new("m2", at=2), message_updated("m1", at=3, text="new"))


def test_a_function_is_asked_for_one_frame():
    store, asked = a_store(), []
    values, shown, changes = heard(store)
    store.flush_on(asked.append)

    some(store)
    assert (len(asked), values, shown, changes) == (1, [0], [], [])
    assert store.channel(GENERAL).unread == 2
    asked.pop()()

    assert (values, shown, len(changes)) == ([0, 2], ["new", "text of m2"], 1)


def test_the_next_frame_is_asked_for_when_there_is_something_to_tell():
    store = a_store()
    asked: list[Callable[[], None]] = []
    values, *_ = heard(store)
    store.flush_on(asked.append)

    then(store, message_new("m1", at=1))
    asked.pop()()
    assert asked == []
    then(store, message_new("m2", at=2))
    asked.pop()()

    assert values == [0, 1, 2]


def test_an_observable_may_tick():
    store, ticks = a_store(), Subject()
    values, *_ = heard(store)
    store.flush_on(ticks)

    some(store)
    assert values == [0]
    ticks.on_next(None)
    ticks.on_next(None)

    assert values == [0, 2]


def test_a_scheduler_gives_sixty_frames_a_second():
    store, scheduler = a_store(), TestScheduler()
    values, *_ = heard(store)
    store.flush_on(scheduler)

    for at in range(1, 121):
        then(store, message_new(f"m{at}", at=at))
        scheduler.advance_by(1 / 120)

    assert 30 < len(values) <= 61


def test_without_frames_each_event_is_told_again():
    store, asked = a_store(), []
    values, *_ = heard(store)
    frames = store.flush_on(asked.append)
    then(store, message_new("m1", at=1))

    frames.dispose()
    assert values == [0, 1]
    then(store, message_new("m2", at=2))

    assert values == [0, 1, 2]


def test_what_an_observer_applies_waits_for_the_next_frame():
    store = a_store()
    asked: list[Callable[[], None]] = []
    told: list[int] = []

    def answering(count: int) -> None:
        told.append(count)
        if count == 1:
            store.apply(message_new("m2", at=2))

    store.select(selectors.unread(GENERAL)).subscribe(answering)
    store.flush_on(asked.append)
    then(store, message_new("m1", at=1))
    asked.pop()()
    assert told == [0, 1]
    asked.pop()()

    assert told == [0, 1, 2]


@pytest.mark.parametrize("order", ["the first first", "the last first"])
def test_of_two_sources_of_frames_the_last_holds_until_it_is_let_go(order: str):
    store = a_store()
    values, *_ = heard(store)
    first: list[Any] = []
    second: list[Any] = []
    subscriptions = [store.flush_on(first.append), store.flush_on(second.append)]

    then(store, message_new("m1", at=1))
    assert (len(first), len(second)) == (0, 1)
    subscriptions.pop(0 if order == "the first first" else 1).dispose()
    then(store, message_new("m2", at=2))
    remaining = second if order == "the first first" else first
    assert values == [0]
    remaining.pop()()
    assert values == [0, 2]
    subscriptions.pop().dispose()
    then(store, message_new("m3", at=3))

    assert values == [0, 2, 3]


def test_frames_may_be_let_go_by_an_observer():
    store, asked = a_store(), []
    frames = store.flush_on(asked.append)
    told: list[int] = []

    def once(count: int) -> None:
        told.append(count)
        if count:
            frames.dispose()
            store.apply(message_new("m2", at=2))

    store.select(selectors.unread(GENERAL)).subscribe(once)
    then(store, message_new("m1", at=1))
    asked.pop()()

    assert told == [0, 1, 2]


def test_a_flush_can_be_asked_for():
    store = a_store()
    values, *_ = heard(store)
    store.flush_on(lambda flush: None)

    some(store)
    store.flush()

    assert values == [0, 2]


def test_frames_from_nowhere_are_an_error():
    with pytest.raises(TypeError, match="frames come from a scheduler, an observable or a function, not from 60"):
        Store(me="me").flush_on(60)  # type: ignore[arg-type]
