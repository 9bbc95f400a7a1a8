"""The synchronous face: a client that lives in a thread of its own, for scripts and for programs with another loop."""

import asyncio
import inspect
import random
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import suppress
from types import TracebackType
from typing import Any, Self, TypeVar, overload

import httpx
from reactivex import Observable

from chatstate.events import Event
from chatstate.live.calls import Filter, Sort
from chatstate.live.client import Client
from chatstate.live.connect import URL, accept, connect
from chatstate.live.connection import Timing
from chatstate.live.errors import ConnectionFailed, NotConnected
from chatstate.live.listening import Kinds, Wanted, checked, name_of
from chatstate.live.recording import Recording
from chatstate.live.socket import Token
from chatstate.reactive.flow import Flow
from chatstate.store import Store
from chatstate.views.base import View
from chatstate.views.known import Known
from chatstate.views.live import Live

T = TypeVar("T")
E = TypeVar("E", bound=Event)
L = TypeVar("L", bound=Callable[..., Any])


class Face:
    """A client in a background thread. Made by ``run``, used as a context manager, from any thread.

    The store belongs to the client's thread: ``read`` looks at it there. A store of the caller's own thread can be kept
    beside it: ``follow`` posts every frame to it. Listeners are called in a third thread, one after the other, so they
    may use the face as everyone does.
    """

    def __init__(self, make: Callable[[], Client]) -> None:
        self._make = make
        self._up: Future[Client] = Future()
        self._gate = threading.Lock()
        """Held while something is handed to the loop, and while it is closed to that."""
        self._open = False
        self._task: asyncio.Task[Any] | None = None
        self._thread = threading.Thread(target=self._live, name="chatstate", daemon=True)
        self._listeners = ThreadPoolExecutor(1, thread_name_prefix="chatstate-listener")

    def __enter__(self) -> Self:
        """Connect. Raises as ``async with connect(…)`` does, and ``RuntimeError`` the second time."""
        if self._thread.ident is not None:
            raise RuntimeError("a face is entered once: make another with run")
        self._loop = asyncio.new_event_loop()
        self._open = True
        self._thread.start()
        try:
            self._up.result()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Disconnect, and end the threads: what is still done by others raises ``ConnectionFailed`` there."""
        with self._gate:
            if self._open:
                self._open = False
                self._loop.call_soon_threadsafe(self._leave)
        if threading.current_thread() is not self._thread and self._thread.is_alive():
            self._thread.join()
        self._listeners.shutdown(wait=False, cancel_futures=True)

    def do(self, deed: Callable[[Client], Awaitable[T]], *, within: float | None = None) -> T:
        """Do something with the client, and wait for it: ``face.do(lambda client: client.show(cid))``.

        Raises what it raises, ``TimeoutError`` where it takes longer than ``within`` seconds, ``NotConnected`` outside
        of ``with``, and ``ConnectionFailed`` where the client was closed meanwhile.
        """
        if threading.current_thread() is self._thread:
            raise RuntimeError("the client's own thread would wait for itself: await the client's methods there")

        async def done(client: Client) -> T:
            return await asyncio.wait_for(deed(client), within)

        try:
            return self._hand_over(done).result()
        except CancelledError:
            raise ConnectionFailed("the client was closed") from None

    def read(self, look: Callable[[Store], T]) -> T:
        """What ``look`` finds in the store: ``face.read(lambda store: store.channel(cid).unread)``.

        It must answer plain values: a view or a selector looks at the store anew each time, and only the store's own
        thread may. Raises ``TypeError`` for one, and for a list of them.
        """

        async def found(client: Client) -> T:
            return _plain(look(client.store))

        return self.do(found)

    def watch(
        self, conditions: Filter, *, sort: Sort = (("last_message_at", -1),), limit: int = 30, messages: int = 30
    ) -> list[str]:
        """Watch channels, as ``Client.watch``. Answers their cids."""

        async def watched(client: Client) -> list[str]:
            return list((await client.watch(conditions, sort=sort, limit=limit, messages=messages)).cids)

        return self.do(watched)

    def send_message(
        self, cid: str, text: str = "", *, id: str | None = None, parent_id: str | None = None, skip_push: bool = False,
        **fields: Any,
    ) -> str:  # fmt: skip
        """Send a message, as ``Client.send_message``. Answers its id when the service has it."""

        async def sent(client: Client) -> str:
            how: dict[str, Any] = {"id": id, "parent_id": parent_id, "skip_push": skip_push}
            return (await client.send_message(cid, text, **how, **fields)).id

        return self.do(sent)

    def mark_read(self, cid: str) -> None:
        """I have read a channel."""
        self.do(lambda client: client.mark_read(cid))

    def create_channel(self, type: str, id: str | None = None, *, members: Iterable[str] = (), **data: Any) -> str:
        """Make a channel and watch it, as ``Client.create_channel``. Answers its cid."""
        return self.do(lambda client: client.create_channel(type, id, members=members, **data))

    def join(self, cid: str) -> None:
        """Become a member of a channel that lets me, and watch it."""
        self.do(lambda client: client.join(cid))

    def leave(self, cid: str) -> None:
        """Be a member of a channel no longer."""
        self.do(lambda client: client.leave(cid))

    def keystroke(self, cid: str, *, parent_id: str | None = None) -> None:
        """I struck a key, writing in a channel or a thread. Never waits."""

        async def struck(client: Client) -> None:
            client.keystroke(cid, parent_id=parent_id)

        self._hand_over(struck)

    @overload
    def on(
        self, kinds: type[E] | Sequence[type[E]], listener: Callable[[E], Any], *, cid: str | None = None
    ) -> Callable[[], None]: ...

    @overload
    def on(self, kinds: Kinds, listener: Callable[[Any], Any], *, cid: str | None = None) -> Callable[[], None]: ...

    @overload
    def on(self, kinds: Kinds, listener: None = None, *, cid: str | None = None) -> Callable[[L], L]: ...

    def on(self, kinds: Any, listener: Any = None, *, cid: str | None = None) -> Any:
        """Have ``listener`` called with events, as ``Client.on``; without one this is a decorator.

        Answers a function that ends the listening. What a listener raises is reported on the store's faults. Raises
        ``TypeError`` for what is no kind, and for what is no function, or an async one.
        """
        wanted = Wanted(kinds, cid)
        if listener is None:
            return lambda given: (self.on(kinds, given, cid=cid), given)[1]
        if inspect.iscoroutinefunction(checked(listener)):
            raise TypeError(f"on: {name_of(listener)} is async, and its thread has no loop: use connect for that")

        async def listening(client: Client) -> Callable[[], None]:
            async def hear(event: Any) -> None:
                await asyncio.wrap_future(self._listeners.submit(listener, event))

            return client.tell(wanted, hear, name_of(listener))

        return self._ending(self.do(listening))

    def follow(self, store: Store) -> Callable[[], None]:
        """Have a store of another thread know what the client's knows, and follow it from now on, answers included.

        It is to hold nothing of another user. It takes in what waits at its next ``drain``; what I do shows there when
        the service has told of it. Answers a function that ends it.
        """

        async def following(client: Client) -> Callable[[], None]:
            store.post(client.store.copy())
            return client.store.events.subscribe(lambda event: store.post(event.raw)).dispose

        return self._ending(self.do(following))

    def _ending(self, end: Callable[[], None]) -> Callable[[], None]:
        """What ends something in the client's thread, from any other; nothing goes on once the client is closed."""

        async def ended(client: Client) -> None:
            end()

        def call() -> None:
            with suppress(NotConnected):
                self._hand_over(ended)

        return call

    def _hand_over(self, deed: Callable[[Client], Coroutine[Any, Any, T]]) -> "Future[T]":
        """Have something done in the loop. Raises ``NotConnected`` where there is none."""
        with self._gate:
            if not self._open or not self._up.done():
                raise NotConnected("with")
            return asyncio.run_coroutine_threadsafe(deed(self._up.result()), self._loop)

    def _live(self) -> None:
        """The thread's own life."""
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._stay())

    async def _stay(self) -> None:
        self._task = asyncio.current_task()
        try:
            async with self._make() as client:
                self._up.set_result(client)
                await asyncio.Event().wait()
        except BaseException as error:
            with self._gate:  # or who waits for it might still hand something over, or have this cancelled
                self._open = False
            if not self._up.done():
                cancelled = isinstance(error, asyncio.CancelledError)
                self._up.set_exception(ConnectionFailed("the client was closed") if cancelled else error)
        finally:
            await asyncio.sleep(0)  # what was handed over until now begins, and is cancelled with all that goes on

    def _leave(self) -> None:
        if self._task is None:
            self._loop.call_soon(self._leave)
        else:
            self._task.cancel()


def run(
    api_key: str,
    *,
    user_id: str,
    token: Token = None,
    anonymous: bool = False,
    url: str = URL,
    rest_url: str | None = None,
    user: Mapping[str, Any] | None = None,
    store: None = None,
    record: Recording | None = None,
    patience: float | None = 30.0,
    timing: Timing | None = None,
    chance: Callable[[], float] = random.random,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Face:
    """A client in a background thread, to be entered with ``with``; the arguments are those of ``connect``.

    Its store is made in that thread: one that is given raises ``TypeError``. Raises ``ValueError`` as ``connect`` does.
    """
    if store is not None:
        raise TypeError("the store is made in the client's own thread: follow one of yours with Face.follow")
    accept(token, anonymous, url)

    def made() -> Client:
        return connect(
            api_key, user_id=user_id, token=token, anonymous=anonymous, url=url, rest_url=rest_url, user=user,
            record=record, patience=patience, timing=timing, chance=chance, transport=transport,
        )  # fmt: skip

    return Face(made)


def _plain(found: T) -> T:
    """What may be looked at in any thread. Raises ``TypeError`` for what looks at the store."""
    for each in found if isinstance(found, list | tuple) else (found,):
        if isinstance(each, View | Live | Known | Observable | Flow):
            name = type(each).__name__
            raise TypeError(f"read: a {name} belongs to the store's thread: answer what you want of it, as a value")
    return found
