"""Peers on the loopback interface that say what a test wants, and clients that talk to them."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from attrs import Factory, define
from websockets.asyncio.server import ServerConnection, serve

from chatstate.live.connection import Address, Timing
from chatstate.live.errors import LiveError
from chatstate.live.socket import Socket, Token, Tokens

Says = Callable[[ServerConnection], Awaitable[Any]]

HELLO = json.dumps({
    "type": "health.check", "connection_id": "c-1", "cid": "*", "created_at": "2025-01-15T08:00:00Z",
    "me": {"id": "me", "total_unread_count": 0},
})  # fmt: skip

QUICK = Timing(beat_every=0.2, dead_after=0.5, greet_within=0.5)
"""Times a test can wait for."""


def run(story: Awaitable[Any], within: float = 20) -> Any:
    """Live a story to its end; one that hangs fails."""

    async def bounded() -> Any:
        return await asyncio.wait_for(story, within)

    return asyncio.run(bounded())


@asynccontextmanager
async def peers(*says: Says, **how: Any):
    """A server whose first connection is answered by the first of ``says``, and so on; the last answers the rest."""
    met: list[ServerConnection] = []

    async def answer(peer: ServerConnection) -> None:
        met.append(peer)
        await says[min(len(met), len(says)) - 1](peer)

    async with serve(answer, "127.0.0.1", 0, close_timeout=0.1, ping_interval=None, **how) as server:
        port = server.sockets[0].getsockname()[1]
        yield f"ws://127.0.0.1:{port}", met


@asynccontextmanager
async def raw_peer(answer: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]):
    """A server that speaks bytes."""

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(speak, "127.0.0.1", 0)
    async with server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@define
class Heard:
    """What a socket told, and a way to wait for it."""

    frames: list[str | bytes] = Factory(list)
    ups: list[bool] = Factory(list)
    errors: list[LiveError] = Factory(list)
    news: asyncio.Event = Factory(asyncio.Event)

    def note(self, where: str, what: Any) -> None:
        getattr(self, where).append(what)
        self.news.set()

    async def until(self, holds: Callable[["Heard"], object]) -> None:
        while not holds(self):
            self.news.clear()
            await self.news.wait()


@asynccontextmanager
async def a_socket(url: str, token: Token = "secret.token", timing: Timing = QUICK):
    heard = Heard()
    socket = Socket(
        Address(url, "key", {"id": "me"}), Tokens(token), timing=timing, chance=lambda: 0.0,
        deliver=lambda frame: heard.note("frames", frame), tell=lambda up: heard.note("ups", up),
        report=lambda error: heard.note("errors", error),
    )  # fmt: skip
    socket.start()
    try:
        yield socket, heard
    finally:
        await socket.close()


async def greet(peer: ServerConnection) -> None:
    """Say hello, and answer what is said."""
    await peer.send(HELLO)
    async for _ in peer:
        await peer.send(HELLO)
