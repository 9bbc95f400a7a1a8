"""A loop whose time is its own: whenever nothing is to be done it leaps to what comes next, and no one waits.

What connects within it does so by a pair of sockets of the process, which deliver at once; everything else is as it is
anywhere: the same client, the same service, the same libraries between them. So hours of keeping alive, backing off and
timing out pass in seconds, and with the same seed alike.
"""

import asyncio
import itertools
import selectors
import socket
from collections.abc import Awaitable, Callable
from typing import Any

from chatstate.clock import SECOND, Timestamp, parse

BEGINNING = parse("2025-01-15T08:00:00Z")
"""When it is at time 0 of a loop."""


class _Leaping(selectors.DefaultSelector):
    """A selector that does not wait: what it would have waited has passed."""

    passed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout is None:
            raise RuntimeError("everybody waits, and nothing will ever happen")
        if not ready and timeout is not None and timeout > 0:
            self.passed += timeout
        return ready


class _Wire(socket.socket):
    """One end of a pair, that says it leads to some port."""

    peer = ("127.0.0.1", 0)

    def getpeername(self) -> Any:
        return self.peer


class _Listening(asyncio.AbstractServer):
    """What a loop's ``create_server`` answers."""

    sockets = ()

    def __init__(self, close: Callable[[], object]) -> None:
        self._close = close

    def close(self) -> None:
        self._close()

    async def wait_closed(self) -> None:
        return None


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop in its own time; who listens on a port in it is found there by who connects in it, and by nobody else."""

    def __init__(self) -> None:
        self._leaping = _Leaping()
        super().__init__(self._leaping)
        self._accepts: dict[int, Callable[[], asyncio.BaseProtocol]] = {}
        self._ports = itertools.count(50_000)

    def time(self) -> float:
        return self._leaping.passed

    async def create_server(self, protocol_factory: Any, *args: Any, sock: Any = None, **how: Any) -> Any:
        port = sock.getsockname()[1]
        self._accepts[port] = protocol_factory
        return _Listening(lambda: self._accepts.pop(port, None))

    async def create_connection(
        self, protocol_factory: Any, host: Any = None, port: Any = None, **how: Any
    ) -> tuple[Any, Any]:
        accept = self._accepts.get(port)
        if accept is None:
            raise ConnectionRefusedError(f"nobody listens on port {port}")
        near, far = (_Wire(each.family, each.type, 0, each.detach()) for each in socket.socketpair())
        near.peer, far.peer = (host, port), ("127.0.0.1", next(self._ports))
        try:
            await self.connect_accepted_socket(accept, far)
        except BaseException:
            near.close()
            raise
        return await super().create_connection(protocol_factory, sock=near)


class VirtualClock:
    """The time of a loop, a microsecond later each time it is asked: no two things happen at once."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._asked = 0

    def now(self) -> Timestamp:
        return Timestamp(BEGINNING + self.monotonic())

    def monotonic(self) -> int:
        self._asked += 1
        return int(self._loop.time() * SECOND) + 1_000 * self._asked

    def heard(self, at: Timestamp) -> None:
        return None


def live(story: Awaitable[Any], within: float = 7_200) -> Any:
    """Live a story to its end in its own time; one that takes longer than ``within`` seconds of that fails."""

    async def bounded() -> Any:
        return await asyncio.wait_for(story, within)

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(bounded())
