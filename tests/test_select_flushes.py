"""Selectors: when they tell, to whom, and what is left of them."""

import gc
import weakref
from threading import Thread
from typing import Any

import pytest

from chatstate import SelectorError, Store, WrongThreadError, selectors
from tests.listeners import counted, heard, raised
from tests.objects import GENERAL, RANDOM
from tests.stories import (
    a_store,
    channel_created,
    message_new,
    message_read,
    then,
)

# Once a flush, and never half an event


def test_a_batch_is_told_once():
    store = a_store()
    told = heard(store.select(selectors.unread(GENERAL)))

    with store.batch():
        then(store, *[message_new(f"m{at}", at=at) for at in range(1, 9)])

    assert told == [0, 8]


def test_nobody_sees_half_an_event():
    store = a_store(message_new("m1", at=1))
    unread, count = store.select(selectors.unread(GENERAL)), store.select(lambda s: len(s.channel(GENERAL).messages))
    pairs: list[Any] = []
    for selector in (unread, count):
        selector.subscribe(lambda _: pairs.append((unread.value, count.value)))
    del pairs[:]

    then(store, message_new("m2", at=2))

    assert pairs == [(2, 2), (2, 2)]


def test_a_selector_of_selectors_runs_once_after_those_it_reads():
    store = a_store(message_new("m1", at=1))
    unread, count = store.select(selectors.unread(GENERAL)), store.select(lambda s: len(s.channel(GENERAL).messages))
    _, runs = counted(store, lambda s: (unread.value, count.value))

    then(store, message_new("m2", at=2))

    assert runs == [(1, 1), (2, 2)]


def test_a_selector_of_a_selector_that_stays_does_not_run():
    store = a_store(message_new("m1", at=1))
    some = store.select(lambda s: s.channel(GENERAL).unread > 0)
    _, runs = counted(store, lambda s: some.value)

    then(store, message_new("m2", at=2), message_new("m3", at=3))

    assert runs == [True]


def test_a_chain_of_selectors_follows_to_its_end():
    store = a_store()
    chain = [store.select(selectors.unread(GENERAL))]
    for _ in range(20):
        chain.append(store.select(lambda s, last=chain[-1]: last.value + 1))
    told = heard(chain[-1])

    then(store, message_new("m1", at=1))

    assert told == [20, 21]


def test_a_selector_that_reads_itself_is_reported():
    store = Store(me="me")
    faults = raised(store)
    circle: list[Any] = []
    circle.append(store.select(lambda s: circle[0].value))

    circle[0].subscribe()

    assert "reads itself" in str(faults[0])


def test_value_is_what_is_so_now_also_within_a_batch():
    store = a_store()
    unread = store.select(selectors.unread(GENERAL))
    unread.subscribe()

    with store.batch():
        then(store, message_new("m1", at=1))
        assert unread.value == 1


def test_who_subscribes_within_a_batch_is_told_each_value_once():
    store = a_store()
    unread = store.select(selectors.unread(GENERAL))
    first = heard(unread)

    with store.batch():
        then(store, message_new("m1", at=1))
        doubled = heard(store.select(lambda s: unread.value * 2))
        second = heard(unread)
        then(store, message_new("m2", at=2))

    assert (first[0], first[-1], second[-1], doubled) == (0, 2, 2, [2, 4])
    assert all(len(values) == len(set(values)) for values in (first, second))


# Re-entrancy, isolation


def test_an_apply_by_an_observer_waits_until_everybody_was_told():
    store = a_store()
    unread = store.select(selectors.unread(GENERAL))
    told: list[Any] = []

    def answering(count: int) -> None:
        told.append(("first", count))
        if count == 1:
            store.apply(message_new("m2", at=2))

    unread.subscribe(answering)
    unread.subscribe(lambda count: told.append(("second", count)))

    then(store, message_new("m1", at=1))

    assert told[2:] == [("first", 1), ("second", 1), ("first", 2), ("second", 2)]


def test_an_apply_by_who_has_just_subscribed_is_told_afterwards():
    store = a_store()
    told: list[Any] = []

    def answering(count: int) -> None:
        if count == 0:
            store.apply(message_new("m1", at=1))
        told.append(count)

    store.select(selectors.unread(GENERAL)).subscribe(answering)

    assert told == [0, 1]


def test_an_observer_that_raises_hurts_nobody():
    store = a_store()
    faults, told = raised(store), []
    unread = store.select(selectors.unread(GENERAL))

    def raising(count: int) -> None:
        told.append(count)
        raise RuntimeError("no")

    unread.subscribe(raising)
    others = heard(unread)
    store.apply(message_new("m1", at=1))

    assert (told, others) == ([0, 1], [0, 1])
    assert [(fault.selector, str(fault.error)) for fault in faults] == [(unread, "no")] * 2


def test_a_function_that_raises_is_reported_and_its_stream_lives_on():
    store = a_store(message_new("m1", at=1))
    faults = raised(store)
    ratio = store.select(lambda s: 10 // s.channel(GENERAL).unread)
    told = heard(ratio)

    store.apply(message_read(by="me", at=2))
    assert [fault.selector for fault in faults] == [ratio]
    with pytest.raises(ZeroDivisionError):
        _ = ratio.value
    store.apply(message_new("m2", at=3))
    store.apply(message_new("m3", at=4))

    assert told == [10, 5]


def test_a_function_that_raises_at_first_tells_once_it_can():
    store = a_store()
    ratio = store.select(lambda s: 10 // s.channel(GENERAL).unread)
    told = heard(ratio)

    store.apply(message_new("m1", at=3))

    assert told == [10]


def test_a_function_that_changes_the_store_is_refused():
    store = Store(me="me")
    faults = raised(store)

    store.select(lambda s: s.apply(message_new("m1", at=1))).subscribe()

    assert isinstance(faults[0].error, SelectorError)
    assert not store.message("m1").exists


def test_a_value_that_cannot_be_compared_counts_as_new():
    class Odd:
        def __eq__(self, other: object) -> bool:
            raise ValueError("no")

        __hash__ = None  # type: ignore[assignment]

    store = a_store()
    told = heard(store.select(lambda s: (s.channel(GENERAL).unread, Odd())[1]))

    then(store, message_new("m1", at=1))

    assert len(told) == 2


def test_a_selector_belongs_to_the_stores_thread():
    store = Store(me="me")
    raised: list[Exception] = []

    def elsewhere() -> None:
        try:
            store.select(selectors.total_unread).subscribe()
        except Exception as error:
            raised.append(error)

    thread = Thread(target=elsewhere)
    thread.start()
    thread.join()

    assert [type(error) for error in raised] == [WrongThreadError]


# Disposal


def test_the_order_of_disposal_is_free():
    store = a_store()
    unread = store.select(selectors.unread(GENERAL))
    told: dict[int, list[Any]] = {number: [] for number in range(4)}
    subscriptions = [unread.subscribe(told[number].append) for number in range(4)]

    for number in (2, 0, 3):
        subscriptions[number].dispose()
        subscriptions[number].dispose()
    then(store, message_new("m1", at=1))

    assert told == {0: [0], 1: [0, 1], 2: [0], 3: [0]}


def test_an_observer_may_leave_while_others_are_told():
    store = a_store()
    unread = store.select(selectors.unread(GENERAL))
    told: list[Any] = []
    unread.subscribe(lambda count: later.dispose() if count else None)
    later = unread.subscribe(told.append)

    then(store, message_new("m1", at=1))

    assert told == [0]


def test_nothing_is_kept_of_a_selector_that_nobody_listens_to():
    store = a_store(message_new("m1", at=1), channel_created(RANDOM, at=2))

    class Sink:
        def __call__(self, value: object) -> None:
            pass

    sinks = [Sink() for _ in range(4)]
    inner = store.select(selectors.unread(GENERAL))
    observed = [
        inner.subscribe(sinks[0]),
        store.select(lambda s: inner.value).subscribe(sinks[1]),
        store.select_list(selectors.channel_list()).subscribe(sinks[2]),
        store.select_list(selectors.latest_messages(GENERAL, 5)).subscribe(sinks[3]),
    ]
    node, kept = weakref.ref(inner._node), [weakref.ref(sink) for sink in sinks]
    then(store, message_new("m2", at=3))

    while observed:
        observed.pop().dispose()
    del sinks
    gc.collect()

    assert (node(), [each() for each in kept]) == (None, [None] * 4)
    assert store._graph.nodes == 0
    assert [table.name for table in store.state.tables.values() if table.watchers] == []
    assert [line for table in store.state.tables.values() for line in table.lines if line.watchers] == []


def test_a_selector_can_be_listened_to_again():
    store = a_store()
    unread = store.select(selectors.unread(GENERAL))
    unread.subscribe().dispose()
    then(store, message_new("m1", at=1))
    told = heard(unread)

    then(store, message_new("m2", at=2))

    assert told == [1, 2]
