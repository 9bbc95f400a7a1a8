"""Stores that live: in the thread of a test or in one of their own, fed with what a simulated service tells."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from functools import cache
from typing import Any, TypeVar

from chatstate import Store
from chatstate.reactive import ListSelector, Selector
from chatstate.simulator import Simulation
from tests.objects import GENERAL
from tests.stories import message_new

T = TypeVar("T")

ENOUGH = 120.0
"""After so many seconds of waiting for a screen to show something, it never will."""


@cache
def random_frames(count: int = 1000) -> tuple[bytes, ...]:
    """What a user hears of a busy service."""
    return tuple(Simulation(seed=11, channels=25, users=60, rate=30.0).frames(count))


@cache
def busiest() -> str:
    """The channel that has the most messages in the end."""
    store = Store(me="me")
    store.apply_all(random_frames())
    return max(store.channels.values(), key=lambda channel: len(channel.messages)).cid


def unread(store: Store) -> Selector[int]:
    """How much is unread, in all."""
    return store.select(lambda s: sum(channel.unread for channel in s.channels.values()))


def rooms(store: Store) -> ListSelector[str]:
    """The channels as a sidebar lists them: texts that change, come, go and move."""
    return store.select_list(lambda s: s.channels.query()).each(lambda room: f"{room.cid} ({room.unread})")


def texts(store: Store) -> ListSelector[str]:
    """What was said in the busiest channel."""
    return store.select_list(lambda s: s.channel(busiest()).messages).each(
        lambda message: f"{message.user.name}: {message.text}"
    )


def ids(store: Store) -> ListSelector[str]:
    """The messages of one room."""
    return store.select_list(lambda s: s.channel(GENERAL).messages).each(lambda message: message.id)


def said(count: int, first: int = 0) -> list[dict[str, Any]]:
    """So many messages in one room, one after the other."""
    return [message_new(f"m{number}", at=number) for number in range(first, first + count)]


def a_long_room(count: int = 10_000) -> Store:
    """A store with one room of so many messages."""
    store = Store(me="me")
    store.apply_all(said(count))
    return store


def in_turns(frames: Sequence[bytes], size: int = 10) -> Iterator[Sequence[bytes]]:
    """The frames, a few at a time."""
    return (frames[at : at + size] for at in range(0, len(frames), size))


class Elsewhere:
    """A store in a thread of its own, in which an asyncio loop runs, as a client has it."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="the store's")

    def __enter__(self) -> "Elsewhere":
        self._thread.start()
        self.store: Store = self.ask(lambda: Store(me="me"))
        self.store.on_post(lambda: self._loop.call_soon_threadsafe(self.store.drain))
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=ENOUGH)
        self._loop.close()

    def begin(self, work: Callable[[], T]) -> "Future[T]":
        """Have something done in the store's thread, without anybody waiting for it."""
        answer: Future[T] = Future()
        self._loop.call_soon_threadsafe(lambda: answer.set_result(work()))
        return answer

    def ask(self, question: Callable[[], T]) -> T:
        """What ``question`` answers in the store's thread."""
        return self.begin(question).result(timeout=ENOUGH)

    def live(self, frames: Sequence[bytes]) -> Future[None]:
        """Let the store hear frames, each on its own, without anybody waiting for it."""

        def hear() -> None:
            for frame in frames:
                self.store.apply(frame)

        return self.begin(hear)


def until(condition: Callable[[], bool], turn: Callable[[], object]) -> None:
    """Let a screen take turns until something is so. Raises ``TimeoutError`` when that takes too long."""
    end = time.monotonic() + ENOUGH
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("the screen never showed it")
        turn()
