"""A client's life from its first connection to its end: the store follows the socket, and is right again after each."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

from chatstate.clock import NEVER
from chatstate.live.connection import Address, Timing
from chatstate.live.errors import ConnectionFailed, LiveError, NotConnected
from chatstate.live.recording import Recording
from chatstate.live.recovery import Recovery
from chatstate.live.sending import Sending
from chatstate.live.session import Session
from chatstate.live.socket import Socket, Tokens
from chatstate.live.watching import Watching


class Life:
    """Lives once: ``begin``, and then ``end``. What goes on meanwhile, ``go`` has begun."""

    def __init__(
        self,
        session: Session,
        watching: Watching,
        sending: Sending,
        *,
        address: Address,
        tokens: Tokens,
        recording: Recording | None,
        timing: Timing | None,
        chance: Callable[[], float],
    ) -> None:
        self._session, self._watching, self._sending = session, watching, sending
        self._address, self._tokens, self._timing, self._chance = address, tokens, timing, chance
        self._recording = recording
        self._socket: Socket | None = None
        self._began = asyncio.Event()
        """Set once there was a connection."""
        self._right = asyncio.Event()
        """Set while there is one and the state is right."""
        self._tasks: set[asyncio.Task[Any]] = set()
        self._recovering: asyncio.Task[None] | None = None
        self._ending: asyncio.Task[None] | None = None
        self._since = self._oldest = NEVER

    @property
    def has_begun(self) -> bool:
        return self._socket is not None

    def goes_on(self) -> None:
        """Raises ``NotConnected`` before it has begun, and after its end."""
        if self._socket is None or (self._ending is not None and self._ending.done()):
            raise NotConnected("async with")

    async def begin(self, patience: float | None) -> None:
        """Connect. Raises ``ConnectionRefused``, or ``ConnectionFailed`` after ``patience`` seconds without success."""
        loop, store = asyncio.get_running_loop(), self._session.store
        self._socket = socket = Socket(
            self._address, self._tokens, deliver=self._session.take, tell=self._turn, report=self._failed,
            timing=self._timing, chance=self._chance,
        )  # fmt: skip
        socket.ended.add_done_callback(self._over)
        store.on_post(lambda: loop.call_soon_threadsafe(store.drain))
        self._since = self._session.heard
        socket.start()
        try:
            await asyncio.wait_for(self._until(self._began), patience)
        except TimeoutError:
            late = ConnectionFailed(f"there is no connection after {patience:g} s")
            raise socket.connection.error or late from None

    async def end(self) -> None:
        """Disconnect, and end everything that goes on."""
        if self._socket is None:
            return
        if self._ending is None:
            self._ending = asyncio.create_task(self._end(self._socket, asyncio.current_task()))
        await asyncio.shield(self._ending)

    async def _end(self, socket: Socket, caller: "asyncio.Task[Any] | None") -> None:
        others = self._cancelled(caller)
        async with AsyncExitStack() as last:
            if self._recording is not None:
                last.callback(self._recording.close)
            last.callback(self._session.store.on_post, None)
            last.callback(self._sending.close)
            last.push_async_callback(socket.close)
            await self._session.rest.close()
            await asyncio.gather(*others, return_exceptions=True)
        await asyncio.gather(*self._cancelled(caller), return_exceptions=True)  # what the end itself has begun

    def _cancelled(self, caller: "asyncio.Task[Any] | None") -> "list[asyncio.Task[Any]]":
        """All that goes on besides the caller, told to end."""
        others = [task for task in self._tasks if task is not caller]
        for task in others:
            task.cancel()
        return others

    async def ended(self) -> None:
        """Wait until the connection is over for good. Raises the ``LiveError`` that ended it, if one did."""
        if self._socket is None:
            raise NotConnected("async with")
        error = await asyncio.shield(self._socket.ended)
        if error is not None:
            raise error

    async def recovered(self) -> None:
        """Wait until the socket is up and the state is right. Raises ``LiveError`` where the connection has ended."""
        await self._until(self._right)

    async def _until(self, event: asyncio.Event) -> None:
        """Wait for something that a connection brings about. Raises ``LiveError`` where it has ended before."""
        if self._socket is None:
            raise NotConnected("async with")
        while not event.is_set():  # or it was, and is no longer
            if self._socket.ended.done():
                raise self._socket.ended.result() or ConnectionFailed("the client was closed")
            waiting = asyncio.ensure_future(event.wait())
            either: tuple[asyncio.Future[Any], ...] = (waiting, self._socket.ended)
            try:
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            finally:
                waiting.cancel()

    def go(self, work: Awaitable[Any]) -> asyncio.Task[Any]:
        """Begin something that goes on beside, until it is done or the client is closed; a failure is reported."""
        task: asyncio.Task[Any] = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._gone)
        return task

    def _gone(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._session.report(f"{type(error).__name__} in what goes on beside", error)

    def _turn(self, online: bool) -> None:
        """The connection is up, or is so no longer."""
        assert self._socket is not None
        heard = self._session.heard
        self._session.tell("connection.changed", {"online": online}, at=self._session.stamp())
        self._session.rest.connection_id = self._socket.connection.connection_id
        if online:
            self._go_on()
            return
        if self._right.is_set():
            self._since = heard
        self._right.clear()
        if self._recovering is not None:
            self._recovering.cancel()

    def _go_on(self) -> None:
        """There is a connection: what the store held before it is made right."""
        new = not self._began.is_set()
        self._began.set()
        if new and not self._session.store.channels:
            self._oldest = self._session.heard
            self._right.set()
        else:
            self._recovering = self.go(self._recover())

    async def _recover(self) -> None:
        await Recovery(self._session, self._watching, since=self._since, oldest=self._oldest, chance=self._chance).run()
        self._sending.look()
        self._session.tell("connection.recovered", {}, at=self._session.stamp())
        self._right.set()

    def _failed(self, error: LiveError) -> None:
        self._session.report("the connection is tried again", error)

    def _over(self, ended: "asyncio.Future[LiveError | None]") -> None:
        error = ended.result()
        if error is not None and self._began.is_set():
            self._session.report("the connection has ended", error)
