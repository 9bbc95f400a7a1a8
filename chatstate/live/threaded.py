"""The synchronous face: a client that lives in a thread of its own, for scripts and for programs with another loop."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Self, TypeVar

from chatstate.live.client import Client
from chatstate.live.connect import connect
from chatstate.store import Store

T = TypeVar("T")


class Face:
    """A client in a background thread. Made by ``run``, used as a context manager.

    The store belongs to that thread: ``read`` looks at it there. A store of the caller's own thread can be kept beside
    it: ``follow`` posts every frame to it.
    """

    def __init__(self, make: Callable[[], Client]) -> None:
        self._make = make
        self._up: Future[Client] = Future()
        self._leave = asyncio.Event()
        self._thread = threading.Thread(target=self._live, name="chatstate", daemon=True)

    def __enter__(self) -> Self:
        """Connect. Raises as ``async with connect(…)`` does."""
        self._loop = asyncio.new_event_loop()
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
        """Disconnect, and end the thread."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._leave.set)
            self._thread.join()

    def do(self, deed: Callable[[Client], Awaitable[T]], *, within: float | None = None) -> T:
        """Do something with the client, and wait for it: ``face.do(lambda client: client.show(cid))``.

        Raises what it raises, and ``TimeoutError`` where it takes longer than ``within`` seconds.
        """
        client = self._up.result()

        async def done() -> T:
            return await asyncio.wait_for(deed(client), within)

        return asyncio.run_coroutine_threadsafe(done(), self._loop).result()

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
        client = self._up.result()
        self._loop.call_soon_threadsafe(lambda: client.keystroke(cid, parent_id=parent_id))

    def on(self, kinds: Any, listener: Callable[[Any], Any], *, cid: str | None = None) -> None:
        """Have ``listener`` called with events, as ``Client.on``, in the client's thread."""

        async def listening(client: Client) -> None:
            client.on(kinds, listener, cid=cid)

        self.do(listening)

    def follow(self, store: Store) -> None:
        """Post what every event tells to a store of another thread, which applies it at its next ``drain``."""

        async def following(client: Client) -> None:
            client.store.events.subscribe(lambda event: store.post(event.raw))

        self.do(following)

    def _live(self) -> None:
        """The thread's own life."""
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._stay())
        finally:
            self._loop.close()

    async def _stay(self) -> None:
        try:
            async with self._make() as client:
                self._up.set_result(client)
                await self._leave.wait()
        except BaseException as error:
            if self._up.done():
                raise
            self._up.set_exception(error)


def run(api_key: str, *, user_id: str, **how: Any) -> Face:
    """A client in a background thread, to be entered with ``with``; the arguments are those of ``connect``.

    ``how`` may not hold a ``store``: the client's is made in its own thread.
    """

    def made() -> Client:
        return connect(api_key, user_id=user_id, **how)

    return Face(made)
