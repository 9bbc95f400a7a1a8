"""What comes in while a store tells of something, and from other threads: it waits its turn, and none is lost."""

from concurrent.futures import ThreadPoolExecutor

from reactivex.subject import Subject

from chatstate.state.check import check
from tests.objects import GENERAL
from tests.queries import entry
from tests.stories import a_store, ids, message_deleted, message_new, then

FIRST, SECOND, THIRD = (message_new(f"m{i}", at=i) for i in (1, 2, 3))


def in_turn(during):
    """What an observer of the changes heard, who does something with the store the first time."""
    store, heard = a_store(), []

    def observe(changes):
        heard.append(sorted(changes.tables.get("messages", ())))
        if len(heard) == 1:
            during(store)
            heard.append("done")

    store.changes.subscribe(observe)
    then(store, FIRST)
    check(store.state)
    return heard


def test_frames_applied_together_by_an_observer_come_after_the_flush_with_one_of_their_own():
    assert in_turn(lambda store: store.apply_all([SECOND, THIRD])) == [["m1"], "done", ["m2", "m3"]]


def test_an_answer_taken_in_by_an_observer_comes_after_the_flush():
    assert in_turn(lambda store: store.load(entry(2, 3))) == [["m1"], "done", ["m2", "m3"]]


def test_a_batch_of_an_observer_is_one_flush():
    def batched(store):
        with store.batch():
            store.apply(SECOND)
            store.apply(THIRD)

    assert [heard for heard in in_turn(batched) if heard != "done"] == [["m1"], ["m2", "m3"]]


def test_an_observer_of_faults_may_apply():
    store = a_store()
    store.faults.subscribe(lambda fault: store.apply(FIRST))

    store.apply(b"{")

    assert ids(store.channel(GENERAL).messages) == ["m1"]


def test_what_came_and_went_in_one_batch_is_no_change():
    store, heard = a_store(message_new("m0", at=0)), []
    store.changes.subscribe(heard.append)

    with store.batch():
        then(store, FIRST, message_deleted("m1", at=9, hard=True))

    assert not any("m1" in changes.tables.get("messages", ()) for changes in heard)


def test_batches_may_be_nested():
    store, heard = a_store(), []
    store.changes.subscribe(heard.append)

    with store.batch():
        with store.batch():
            store.apply(FIRST)
        store.apply(SECOND)

    assert len(heard) == 1


def test_a_batch_that_fails_still_tells_what_was_applied():
    store, heard = a_store(), []
    store.changes.subscribe(heard.append)

    try:
        with store.batch():
            store.apply(FIRST)
            raise LookupError
    except LookupError:
        pass

    assert len(heard) == 1


def test_a_batch_gives_the_store():
    store = a_store()

    with store.batch() as same:
        assert same is store


def test_frames_that_fail_to_come_leave_a_store_that_goes_on():
    def frames():
        yield FIRST
        raise LookupError("the socket is gone")

    store = a_store()
    try:
        store.apply_all(frames())
    except LookupError:
        store.apply(SECOND)

    assert ids(store.channel(GENERAL).messages) == ["m1", "m2"]


# From other threads


def elsewhere(work):
    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result(timeout=10)


def test_who_waits_for_posts_is_woken_once_until_they_are_drained():
    store, woken = a_store(), []
    store.on_post(lambda: woken.append("now"))

    elsewhere(lambda: [store.post(made) for made in (FIRST, SECOND)])
    store.drain()
    elsewhere(lambda: store.post(THIRD))

    assert woken == ["now", "now"]


def test_nobody_need_wait_for_posts():
    store, woken = a_store(), []
    store.on_post(lambda: woken.append("now"))
    store.on_post(None)

    elsewhere(lambda: store.post(FIRST))

    assert (woken, store.drain()) == ([], 1)


def test_draining_tells_how_many_frames_there_were():
    store = a_store()
    elsewhere(lambda: [store.post(made) for made in (FIRST, SECOND)])

    assert (store.drain(), store.drain()) == (2, 0)


def test_posted_frames_are_one_flush():
    store, heard = a_store(), []
    store.changes.subscribe(heard.append)
    elsewhere(lambda: [store.post(made) for made in (FIRST, SECOND, THIRD)])

    store.drain()

    assert len(heard) == 1


def test_what_a_followed_observable_emits_elsewhere_is_posted():
    store, frames = a_store(), Subject()
    store.follow(frames)
    elsewhere(lambda: frames.on_next(FIRST))
    before = store.message("m1").exists

    store.drain()

    assert (before, store.message("m1").exists) == (False, True)
