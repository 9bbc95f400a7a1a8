"""Selectors and signals as async iterators: what a slow consumer gets, and how it ends."""

import asyncio
import gc
import threading
from collections.abc import Coroutine
from typing import Any

import pytest

from chatstate import Store, selectors
from chatstate.reactive import Reset, apply
from tests.objects import GENERAL
from tests.stories import message_new, message_read


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(asyncio.wait_for(work, 10))


async def taken(stream: Any, count: int) -> list[Any]:
    return [await anext(stream) for _ in range(count)]


def test_values_come_as_they_change():
    async def story() -> list[Any]:
        store = Store(me="me")
        values: list[Any] = []
        async for count in store.select(selectors.unread(GENERAL)).stream():
            values.append(count)
            if count == 3:
                return values
            asyncio.get_running_loop().call_soon(store.apply, message_new(f"m{count}", at=count + 1))
        return values

    assert run(story()) == [0, 1, 2, 3]


def test_a_slow_consumer_skips_to_the_newest_value():
    async def story() -> Any:
        store = Store(me="me")
        stream = store.select(selectors.unread(GENERAL)).stream(policy="latest")
        for at in range(1, 6):
            store.apply(message_new(f"m{at}", at=at))
        return await anext(stream)

    assert run(story()) == 5


@pytest.mark.parametrize(("policy", "left"), [("oldest", [3, 4, 5]), ("newest", [0, 1, 2])])
def test_past_the_limit_values_are_dropped(policy: Any, left: list[int]):
    async def story() -> tuple[list[Any], int]:
        store = Store(me="me")
        stream = store.select(selectors.unread(GENERAL)).stream(policy=policy, limit=3)
        for at in range(1, 6):
            store.apply(message_new(f"m{at}", at=at))
        return await taken(stream, 3), stream.mailbox.dropped  # type: ignore[attr-defined]

    assert run(story()) == (left, 3)


def test_or_the_consumer_is_told_that_it_missed_some():
    async def story() -> list[Any]:
        store = Store(me="me")
        stream = store.events.stream(policy="raise", limit=2)
        for at in range(1, 5):
            store.apply(message_new(f"m{at}", at=at))
        first = [event.raw["message"]["id"] for event in await taken(stream, 2)]
        with pytest.raises(OverflowError, match="more than 2 values came before they were taken; 2 are lost"):
            await anext(stream)
        return first

    assert run(story()) == ["m1", "m2"]


def test_events_wait_in_a_bounded_queue():
    async def story() -> list[Any]:
        store = Store(me="me")
        stream = store.events.stream(limit=2)
        for at in range(1, 5):
            store.apply(message_new(f"m{at}", at=at))
        return [event.raw["message"]["id"] for event in await taken(stream, 2)]

    assert run(story()) == ["m3", "m4"]


def test_diffs_that_wait_are_merged():
    async def story() -> list[str]:
        store, shown = Store(me="me"), ["what was shown before"]
        stream = store.select_list(selectors.messages(GENERAL)).each(lambda message: message.id).stream()
        for at in range(1, 5):
            store.apply(message_new(f"m{at}", at=at))
        return apply(await anext(stream), shown)

    assert run(story()) == ["m1", "m2", "m3", "m4"]


def test_diffs_past_the_limit_are_one_reset():
    async def story() -> Any:
        store = Store(me="me")
        stream = store.select_list(selectors.messages(GENERAL)).each(lambda message: message.id).stream(limit=5)
        await anext(stream)
        for at in range(1, 8):
            store.apply(message_new(f"m{at}", at=at))
        return await anext(stream)

    diffs = run(story())
    assert [type(diff) for diff in diffs] == [Reset] + [type(diff) for diff in diffs[1:]]
    assert apply(diffs, []) == [f"m{at}" for at in range(1, 8)]


def test_a_closed_stream_ends():
    async def story() -> list[Any]:
        store = Store(me="me")
        async with store.select(selectors.unread(GENERAL)).stream() as stream:
            asyncio.get_running_loop().call_later(0.01, asyncio.ensure_future, stream.aclose())
            return [count async for count in stream]

    assert run(story()) == [0]


def test_a_stream_that_nobody_holds_closes_itself():
    async def story() -> int:
        store = Store(me="me")
        async for _ in store.select(selectors.unread(GENERAL)).stream():
            break
        gc.collect()
        return store._graph.nodes

    assert run(story()) == 0


def test_values_from_another_thread_arrive():
    async def story() -> Any:
        frames = [message_new("m1", at=1), message_read(by="me", at=2)]
        store: list[Store] = []
        ready, go = threading.Event(), threading.Event()

        def elsewhere() -> None:
            store.append(Store(me="me"))
            ready.set()
            go.wait(10)
            for frame in frames:
                store[0].apply(frame)

        thread = threading.Thread(target=elsewhere)
        thread.start()
        ready.wait(10)
        stream = store[0].events.stream()
        asyncio.get_running_loop().call_later(0.01, go.set)
        kinds = [event.kind for event in await taken(stream, 2)]
        thread.join()
        return kinds

    assert run(story()) == ["message.new", "message.read"]


@pytest.mark.parametrize(("wrong", "says"), [({"policy": "all"}, "not 'all'"), ({"limit": 0}, "at least 1, not 0")])
def test_a_policy_or_limit_that_means_nothing_is_an_error(wrong: dict[str, Any], says: str):
    async def story() -> None:
        Store(me="me").events.stream(**wrong)

    with pytest.raises(ValueError, match=says):
        run(story())
