"""One thread owns a store; observers may apply, raise and leave while it tells them what changed."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

import pytest
import reactivex
from reactivex.subject import Subject

from chatstate.errors import ChatStateError, WrongThreadError
from chatstate.state.check import check
from tests.objects import GENERAL
from tests.stories import a_store, ids, message_deleted, message_new, message_read, then


def _elsewhere(work):
    """What ``work`` returns or raises on a thread of its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).exception(timeout=10)


USES = {
    "apply": lambda store: store.apply(message_new("m9")),
    "apply_all": lambda store: store.apply_all([message_new("m9")]),
    "load": lambda store: store.load({"channels": []}),
    "a batch": lambda store: store.batch().__enter__(),
    "drain": lambda store: store.drain(),
    "a look at a channel": lambda store: store.channel(GENERAL),
    "a look at everything": lambda store: store.channels,
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_using_a_store_from_another_thread_is_an_error(use):
    store = a_store(message_new("m1"))

    assert isinstance(_elsewhere(lambda: use(store)), WrongThreadError)


def test_the_error_names_the_way_in():
    store = a_store()

    assert "store.post" in str(_elsewhere(lambda: store.apply(message_new("m1"))))


def test_the_error_is_one_of_the_library_and_a_runtime_error():
    assert issubclass(WrongThreadError, ChatStateError)
    assert issubclass(WrongThreadError, RuntimeError)


def test_a_use_from_another_thread_changes_nothing():
    store = a_store(message_new("m1"))

    _elsewhere(lambda: store.apply(message_new("m9")))

    assert ids(store.channel(GENERAL).messages) == ["m1"]


def test_a_posted_frame_waits_for_its_owner():
    store = a_store()

    _elsewhere(lambda: store.post(message_new("m1")))

    assert not store.message("m1").exists


def test_a_posted_frame_is_applied_when_its_owner_drains():
    store = a_store()
    _elsewhere(lambda: store.post(message_new("m1")))

    store.drain()

    assert store.message("m1").exists


def test_posting_from_another_thread_raises_nothing():
    store = a_store()

    assert _elsewhere(lambda: store.post(message_new("m1"))) is None


def test_posted_frames_of_one_thread_are_applied_in_their_order():
    store, heard = a_store(), []
    store.events.subscribe(lambda event: heard.append(event.raw["message"]["id"]))
    frames = [message_new(f"m{i}", at=i) for i in range(50)]

    _elsewhere(lambda: [store.post(frame) for frame in frames])
    store.drain()

    assert heard == [f"m{i}" for i in range(50)]


def test_frames_posted_by_many_threads_all_arrive():
    store = a_store()
    batches = [[json.dumps(message_new(f"m{n}-{i}", at=i)) for i in range(200)] for n in range(4)]
    threads = [Thread(target=lambda batch=batch: [store.post(frame) for frame in batch]) for batch in batches]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.drain()

    assert len(store.channel(GENERAL).messages) == 800


def test_a_bad_frame_that_was_posted_is_a_fault_of_its_owners():
    store, faults = a_store(), []
    store.faults.subscribe(faults.append)

    _elsewhere(lambda: store.post(b"{"))
    store.drain()

    assert len(faults) == 1


def test_an_apply_within_an_observer_runs_after_the_flush():
    store, order = a_store(), []

    def answer(changes):
        order.append("flush begins")
        if not store.message("m2").exists:
            store.apply(message_new("m2", at=2))
            order.append(f"m2 exists: {store.message('m2').exists}")

    store.changes.subscribe(answer)
    then(store, message_new("m1"))

    assert order == ["flush begins", "m2 exists: False", "flush begins"]


def test_every_observer_hears_the_changes_in_their_order_when_one_applies():
    store, heard = a_store(), []
    store.changes.subscribe(lambda _: store.apply(message_new("m2", at=2)))
    store.changes.subscribe(lambda changes: heard.append(sorted(changes.tables["messages"])))

    then(store, message_new("m1"))

    assert heard == [["m1"], ["m2"]]


def test_an_apply_within_an_observer_of_events_runs_after_it():
    store, heard = a_store(), []

    def answer(event):
        heard.append(event.kind)
        if event.kind == "message.new":
            store.apply(message_read(by="me", at=5))

    store.events.subscribe(answer)
    then(store, message_new("m1"))

    assert (heard, store.channel(GENERAL).unread) == (["message.new", "message.read"], 0)


def test_invariants_hold_whenever_an_observer_looks():
    store = a_store()
    store.changes.subscribe(lambda _: check(store.state))

    then(store, message_new("m1"), message_new("r1", at=2, parent_id="m1"), message_deleted("m1", at=3, hard=True))

    assert ids(store.channel(GENERAL).messages) == []


def _raising(_):
    raise LookupError("observer")


@pytest.mark.parametrize("stream", ["events", "changes"])
def test_an_observer_that_raises_does_not_starve_the_next(stream):
    store, heard = _with_raising_observer(stream)
    getattr(store, stream).subscribe(heard.append)

    store.apply(message_new("m1"))

    assert len(heard) == 1


@pytest.mark.parametrize("stream", ["events", "changes"])
def test_an_observer_that_raises_is_reported_as_a_fault(stream):
    store, _ = _with_raising_observer(stream)
    faults = []
    store.faults.subscribe(faults.append)

    store.apply(message_new("m1"))

    assert [("LookupError" in str(fault) or "observer" in str(fault)) for fault in faults] == [True]


@pytest.mark.parametrize("stream", ["events", "changes"])
def test_an_observer_that_raised_hears_the_next(stream):
    store, heard = a_store(), []

    def raises_at_first(value):
        heard.append(value)
        if len(heard) == 1:
            raise LookupError("observer")

    getattr(store, stream).subscribe(raises_at_first)
    store.apply_all([message_new("m1")])
    store.apply_all([message_new("m2", at=2)])

    assert len(heard) == 2


def _with_raising_observer(stream):
    store = a_store()
    getattr(store, stream).subscribe(_raising)
    return store, []


def test_an_observer_of_faults_that_raises_ends_nothing():
    store = a_store()
    store.faults.subscribe(_raising)

    store.apply(b"{")
    store.apply(message_new("m1"))

    assert store.message("m1").exists


def test_an_observer_may_leave_while_it_is_told():
    store, heard = a_store(), []
    leaving = store.changes.subscribe(lambda changes: (heard.append(changes), leaving.dispose()))

    then(store, message_new("m1"), message_new("m2", at=2))

    assert len(heard) == 1


def test_a_followed_observable_is_applied():
    store = a_store()

    store.follow(reactivex.of(message_new("m1"), message_new("m2", at=2)))

    assert ids(store.channel(GENERAL).messages) == ["m1", "m2"]


def test_following_ends_by_disposing():
    store, frames = a_store(), Subject()
    following = store.follow(frames)
    frames.on_next(message_new("m1"))

    following.dispose()
    frames.on_next(message_new("m2", at=2))

    assert ids(store.channel(GENERAL).messages) == ["m1"]


def test_a_followed_observable_that_fails_is_a_fault():
    store, frames, faults = a_store(), Subject(), []
    store.faults.subscribe(faults.append)
    store.follow(frames)

    frames.on_error(LookupError("connection lost"))

    assert ["connection lost" in str(fault) for fault in faults] == [True]


def test_a_batch_is_one_flush():
    store, flushes = a_store(), []
    store.changes.subscribe(flushes.append)

    with store.batch():
        store.apply(message_new("m1"))
        store.apply(message_new("m2", at=2))

    assert [sorted(changes.tables["messages"]) for changes in flushes] == [["m1", "m2"]]


def test_apply_all_is_one_flush():
    store, flushes = a_store(), []
    store.changes.subscribe(flushes.append)

    store.apply_all([message_new("m1"), message_new("m2", at=2)])

    assert len(flushes) == 1


def test_a_change_tells_what_was_there_before_and_what_is_there_now():
    store = a_store(message_new("m1", text="old"))
    flushes = []
    store.changes.subscribe(flushes.append)

    store.apply(message_deleted("m1", at=2, hard=True))

    before, after = flushes[0].tables["messages"]["m1"]
    assert (before.text, after) == ("old", None)
