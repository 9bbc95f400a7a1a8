"""What once went wrong where values are derived and handed over."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from chatstate import Store, selectors
from chatstate.reactive import Reset, apply
from tests.objects import GENERAL, RANDOM
from tests.stories import (
    ManualClock,
    a_store,
    channel_created,
    frozen,
    health_check,
    message_deleted,
    message_new,
    then,
    typing_start,
    unfrozen,
)


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


LISTS = {
    "a timeline": selectors.messages(GENERAL),
    "a window": selectors.latest_messages(GENERAL, 5),
    "a query": selectors.channel_list(sort=[("unread", -1)]),
}


def mirrored(selector):
    """The list as its diffs tell it."""
    shown = []
    selector.subscribe(lambda diffs: apply(diffs, shown))
    return shown


@pytest.mark.parametrize("function", LISTS.values(), ids=LISTS)
def test_who_comes_to_a_list_that_has_moved_within_a_batch_sees_what_was_told_last(function):
    """The reset told of messages that had come since, and nobody had looked at those: a ``KeyError``."""
    store = a_store(channel_created(), channel_created(RANDOM), message_new("m1", at=1), message_new("m2", at=2))
    listed = store.select_list(function)
    first = mirrored(listed)
    before = list(first)

    with store.batch():
        then(store, message_new("m3", at=3), message_deleted("m1", at=4, sent=1, hard=True))
        then(store, *[message_new(f"r{at}", at=at, cid=RANDOM) for at in (5, 6, 7)])
        second = mirrored(listed)
        assert (first, second, listed.whole()) == (before, before, (Reset(tuple(before)),))

    assert first == second == listed.value != before


def test_who_comes_to_a_list_while_it_becomes_known_who_i_am_sees_what_is_so():
    store = a_store(channel_created(), me=None)
    unread = store.select_list(selectors.channel_list()).each(lambda channel: channel.unread)
    first = mirrored(unread)

    with store.batch():
        then(store, health_check(at=1, me={"id": "me"}), message_new("m1", at=2))
        second = mirrored(unread)

    assert first == second == [1]


@pytest.mark.parametrize("whole", [True, False], ids=["a timeline", "a window"])
def test_who_comes_to_a_list_whose_function_raises_sees_what_stands(whole):
    """He was told nothing, and then, once it answered again, only what had changed since the others were told."""
    store = a_store(channel_created(), channel_created(RANDOM), message_new("m1", at=1))

    def unless_frozen(s):
        if s.channel(RANDOM).frozen:
            raise LookupError("closed")
        messages = s.channel(GENERAL).messages
        return messages if whole else messages[-5:]

    texts = store.select_list(unless_frozen).each(lambda message: message.text)
    first = mirrored(texts)
    store.apply(frozen(RANDOM, at=2))
    second = mirrored(texts)
    store.apply(message_new("m2", at=3))
    with pytest.raises(LookupError):
        _ = texts.value
    assert len(first) == len(second) == 1
    store.apply(unfrozen(RANDOM, at=4))

    assert first == second == texts.value
    assert len(first) == 2


INTERRUPTED = {
    "a value": lambda store, look: store.select(lambda s: look(s.channel(GENERAL).unread)),
    "a list": lambda store, look: store.select_list(lambda s: [look(s.channel(GENERAL).unread)]),
    "an element": lambda store, look: store.select_list(selectors.channel_list()).each(lambda c: look(c.unread)),
    "a query": lambda store, look: store.select_list(lambda s: s.channels.query(lambda c: look(c.unread) >= 0)).each(
        lambda channel: channel.unread
    ),
}


@pytest.mark.parametrize("selected", INTERRUPTED.values(), ids=INTERRUPTED)
def test_what_an_interrupt_broke_off_is_done_at_the_next_flush(selected):
    """Control-C while a function ran: what it would have told was lost until something else changed."""
    store, interrupts = a_store(channel_created()), []

    def look(value):
        if interrupts:
            raise interrupts.pop()
        return value

    selector = selected(store, look)
    told = []
    selector.subscribe(told.append)
    interrupts.append(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        store.apply(message_new("m1"))
    store.flush()

    last = told[-1] if told[-1] == 1 else apply(told[-1], [0])
    assert last in (1, [1])
