"""The synchronous face: a client that lives in a thread of its own, for scripts and for programs with another loop."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self, TypeVar

from chatstate.live.client import Client
from chatstate.live.connect import connect
from chatstate.live.errors import ConnectionFailed
from chatstate.store import Store

T = TypeVar("T")


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
        """Connect. Raises as ``async with connect(…)`` does."""
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

        Raises what it raises, ``TimeoutError`` where it takes longer than ``within`` seconds, and ``ConnectionFailed``
        where the client is not there, or no longer.
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

        It must answer plain values: a view looks at the store anew each time it is asked, and only its thread may.
        """

        async def found(client: Client) -> T:
            return look(client.store)

        return self.do(found)

    def watch(self, conditions: dict[str, Any], **how: Any) -> list[str]:
        """Watch channels, as ``Client.watch``. Answers their cids."""

        async def watched(client: Client) -> list[str]:
            return list((await client.watch(conditions, **how)).cids)

        return self.do(watched)

    def send_message(self, cid: str, text: str = "", **fields: Any) -> str:
        """Send a message, as ``Client.send_message``. Answers its id when the service has it."""

        async def sent(client: Client) -> str:
            return (await client.send_message(cid, text, **fields)).id

        return self.do(sent)

    def mark_read(self, cid: str) -> None:
        """I have read a channel."""
        self.do(lambda client: client.mark_read(cid))

    def keystroke(self, cid: str, *, parent_id: str | None = None) -> None:
        """I struck a key, writing in a channel or a thread. Never waits."""

        async def struck(client: Client) -> None:
            client.keystroke(cid, parent_id=parent_id)

        self._hand_over(struck)

    def on(self, kinds: Any, listener: Callable[[Any], Any] | None = None, *, cid: str | None = None) -> Any:
        """Have ``listener`` called with events, as ``Client.on``; without one this is a decorator.

        Answers a function that ends the listening. What a listener raises is reported on the store's faults.
        """
        if listener is None:
            return lambda given: (self.on(kinds, given, cid=cid), given)[1]

        async def listening(client: Client) -> Callable[[], None]:
            async def hear(event: Any) -> None:
                await asyncio.wrap_future(self._listeners.submit(listener, event))

            return client.on(kinds, hear, cid=cid)

        end = self.do(listening)

        async def ended(client: Client) -> None:
            end()

        return lambda: self._hand_over(ended)

    def follow(self, store: Store) -> None:
        """Post what every event tells to a store of another thread, which applies it at its next ``drain``."""

        async def following(client: Client) -> None:
            client.store.events.subscribe(lambda event: store.post(event.raw))

        self.do(following)

    def _hand_over(self, deed: Callable[[Client], Coroutine[Any, Any, T]]) -> "Future[T]":
        """Have something done in the loop. Raises ``ConnectionFailed`` where there is none."""
        with self._gate:
            if not self._open or not self._up.done():
                raise ConnectionFailed("the client was closed" if self._up.done() else "the client was not entered")
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
            if not self._up.done():
                cancelled = isinstance(error, asyncio.CancelledError)
                self._up.set_exception(ConnectionFailed("the client was closed") if cancelled else error)
        finally:
            with self._gate:
                self._open = False
            await asyncio.sleep(0)  # what was handed over until now begins, and is cancelled with all that goes on

    def _leave(self) -> None:
        if self._task is None:
            self._loop.call_soon(self._leave)
        else:
            self._task.cancel()


def run(api_key: str, *, user_id: str, **how: Any) -> Face:
    """A client in a background thread, to be entered with ``with``; the arguments are those of ``connect``.

    ``how`` may not hold a ``store``: the client's is made in its own thread.
    """
    if "store" in how:
        raise TypeError("the store is made in the client's own thread: follow one of yours with Face.follow")

    def made() -> Client:
        return connect(api_key, user_id=user_id, **how)

    return Face(made)
