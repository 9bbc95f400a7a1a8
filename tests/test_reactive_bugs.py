"""What once went wrong where values are derived and handed over."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from chatstate import Store
from chatstate.reactive import Reset, apply
from tests.objects import GENERAL
from tests.stories import ManualClock, a_store, message_new, typing_start


def _elsewhere(work):
    """What ``work`` answers on a thread of its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result(timeout=10)


def test_what_was_posted_before_anybody_asked_to_be_woken_wakes_him():
    store, woken = a_store(), []
    _elsewhere(lambda: store.post(message_new("m1")))

    store.on_post(lambda: woken.append("woken"))

    assert woken == ["woken"]


def test_a_wake_that_raised_is_tried_again():
    store, woken = a_store(), []

    def wake():
        woken.append("woken")
        if len(woken) == 1:
            raise LookupError("no loop yet")

    store.on_post(wake)
    with pytest.raises(LookupError):
        store.post(message_new("m1"))
    store.post(message_new("m2"))

    assert woken == ["woken", "woken"]


def test_one_reset_in_the_place_of_many_diffs_tells_what_was_so_at_the_flush():
    """Bo stops typing by the clock while listeners are being told: the reset left him out, and he was removed twice."""
    clock = ManualClock()
    store = Store(me="me", clock=clock)
    typists = store.select_list(lambda s: [user.id for user in s.channel(GENERAL).typing])

    async def shown():
        typists.subscribe(lambda _: clock.pass_by(8))
        stream = typists.stream(limit=1)
        store.apply_all([typing_start(by="bo", at=1), typing_start(by="cy", at=2)])
        first = await anext(stream)
        store.tick()
        return apply([*first, *await anext(stream)], [])

    assert asyncio.run(shown()) == []


def test_a_reset_is_what_the_list_is_where_nobody_listens():
    store = a_store(message_new("m1"))

    assert store.select_list(lambda s: [m.id for m in s.channel(GENERAL).messages]).whole() == (Reset(("m1",)),)
