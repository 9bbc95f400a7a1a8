"""Work and subscriptions that are handed to the thread a store belongs to."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.objects import GENERAL
from tests.stories import a_store, message_new, then


def _elsewhere(work):
    """What ``work`` answers on a thread of its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result(timeout=10)


def _unread(store):
    return store.select(lambda s: s.channel(GENERAL).unread)


def test_a_call_in_the_stores_own_thread_is_done_at_once():
    store, done = a_store(), []

    store.call(lambda: done.append("done"))

    assert done == ["done"]


def test_a_call_in_the_stores_own_thread_raises_what_the_work_raises():
    with pytest.raises(LookupError):
        a_store().call(lambda: {}["nothing"])


def test_a_call_from_another_thread_waits_for_the_owner():
    store, done = a_store(), []
    _elsewhere(lambda: store.call(lambda: done.append("done")))
    before = list(done)

    store.drain()

    assert (before, done) == ([], ["done"])


def test_a_call_sees_the_frames_that_were_posted_before_it():
    store, seen = a_store(), []

    def hand_over():
        store.post(message_new("m1"))
        store.call(lambda: seen.append(store.message("m1").exists))

    _elsewhere(hand_over)
    store.drain()

    assert seen == [True]


def test_a_call_wakes_the_owner():
    store, woken = a_store(), []
    store.on_post(lambda: woken.append("woken"))

    _elsewhere(lambda: store.call(lambda: None))

    assert woken == ["woken"]


def test_a_call_that_was_handed_over_and_raises_is_a_fault_and_the_next_is_done():
    store, faults, done = a_store(), [], []
    store.faults.subscribe(faults.append)

    def hand_over():
        store.call(lambda: {}["nothing"])
        store.call(lambda: done.append("done"))

    _elsewhere(hand_over)
    store.drain()

    assert ([str(fault) for fault in faults], done) == (
        ["work that was handed over raised KeyError: 'nothing'"],
        ["done"],
    )


def test_attached_in_the_stores_own_thread_one_hears_at_once():
    heard = []

    _unread(a_store(message_new("m1"))).attach(heard.append)

    assert heard == [1]


def test_attached_from_another_thread_one_hears_when_the_owner_drains():
    store, heard = a_store(message_new("m1")), []
    selector = _elsewhere(lambda: _unread(store))

    _elsewhere(lambda: selector.attach(heard.append))
    store.drain()
    then(store, message_new("m2", at=2))

    assert heard == [1, 2]


def test_let_go_from_another_thread_one_hears_no_more_after_the_owner_drained():
    store, heard = a_store(message_new("m1")), []
    subscription = _unread(store).attach(heard.append)

    _elsewhere(subscription.dispose)
    store.drain()
    then(store, message_new("m2", at=2))

    assert heard == [1]


def test_let_go_before_it_was_attached_one_hears_nothing():
    store, heard = a_store(message_new("m1")), []

    _elsewhere(lambda: _unread(store).attach(heard.append).dispose())
    store.drain()

    assert heard == []
