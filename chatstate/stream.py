"""Observables as async iterators, with a bound on what waits for a slow consumer."""

import asyncio
import threading
import weakref
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Any, Generic, Literal, Protocol, Self, TypeVar

from reactivex import Observable

T = TypeVar("T")

Policy = Literal["latest", "oldest", "newest", "raise"]
"""What gives way when values come faster than they are taken.

``latest``: only the newest value waits. With the others up to ``limit`` values wait, and then ``oldest`` drops the one
that has waited longest, ``newest`` the one that came just now, and ``raise`` ends the iteration with an
``OverflowError``.
"""


class Mailbox(Protocol[T]):
    """What waits to be taken."""

    def put(self, value: T) -> None:
        """Let one more wait."""
        ...

    def take(self) -> T:
        """What is next. Raises ``IndexError`` where nothing waits."""
        ...


class Queue(Generic[T]):
    """Values that wait in order, up to a limit. O(1) each."""

    def __init__(self, policy: Policy, limit: int) -> None:
        if policy not in ("latest", "oldest", "newest", "raise"):
            raise ValueError(f"a stream's policy is latest, oldest, newest or raise, not {policy!r}")
        if limit < 1:
            raise ValueError(f"a stream's limit is at least 1, not {limit}")
        self.policy = "oldest" if policy == "latest" else policy
        self.limit = 1 if policy == "latest" else limit
        self.dropped = 0
        self._waiting: deque[T] = deque()

    def put(self, value: T) -> None:
        if len(self._waiting) == self.limit:
            self.dropped += 1
            if self.policy != "oldest":
                return
            self._waiting.popleft()
        self._waiting.append(value)

    def take(self) -> T:
        if self._waiting:
            return self._waiting.popleft()
        if self.dropped and self.policy == "raise":
            raise OverflowError(f"more than {self.limit} values came before they were taken; {self.dropped} are lost")
        raise IndexError


class Merged(Generic[T]):
    """One value that waits, made of all that came: ``merge`` joins two, and ``whole`` replaces what grows too long."""

    def __init__(
        self, merge: Callable[[T, T], T], limit: int, whole: Callable[[], T], size: Callable[[T], int]
    ) -> None:
        self._merge, self._limit, self._whole, self._size = merge, limit, whole, size
        self._waiting: list[T] = []

    def put(self, value: T) -> None:
        if not self._waiting:
            self._waiting.append(value)
            return
        joined = self._merge(self._waiting[0], value)
        self._waiting[0] = joined if self._size(joined) <= self._limit else self._whole()

    def take(self) -> T:
        return self._waiting.pop()


class _Arrivals(Generic[T]):
    """Where values arrive, apart from the iterator, so that one which nobody holds any more can go."""

    def __init__(self, mailbox: Mailbox[T]) -> None:
        self.mailbox = mailbox
        self.waiter: asyncio.Future[None] | None = None
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()

    def put(self, value: T) -> None:
        self.mailbox.put(value)
        if self.waiter is not None:
            if threading.get_ident() == self._thread:
                self.wake()
            else:
                self._loop.call_soon_threadsafe(self.wake)

    def wake(self) -> None:
        waiter, self.waiter = self.waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_result(None)


class Stream(AsyncIterator[T]):
    """What an observable tells, from the moment the stream was made until ``aclose``; for one consumer.

    Needs a running asyncio loop. A stream that nobody holds any more closes itself.
    """

    def __init__(self, source: Observable[T], mailbox: Mailbox[T]) -> None:
        self.mailbox = mailbox
        self._arrivals = _Arrivals(mailbox)
        subscription = source.subscribe(self._arrivals.put)
        self._close = weakref.finalize(self, subscription.dispose)
        self._close.atexit = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        arrivals = self._arrivals
        while True:
            try:
                return self.mailbox.take()
            except IndexError:
                if not self._close.alive:
                    raise StopAsyncIteration from None
            arrivals.waiter = asyncio.get_running_loop().create_future()
            await arrivals.waiter

    async def aclose(self) -> None:
        """Take no more; who waits is released. What has come already can still be taken. O(1)."""
        self._close()
        self._arrivals.wake()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def queued(source: Observable[T], policy: Policy, limit: int) -> Stream[T]:
    """Every value of an observable, as far as ``policy`` and ``limit`` let them wait. Raises ``ValueError``."""
    mailbox: Queue[Any] = Queue(policy, limit)
    return Stream(source, mailbox)
