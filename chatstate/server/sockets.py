"""The WebSocket side: who connects, what is sent, what goes wrong on the way."""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.websockets import WebSocket, WebSocketDisconnect
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from chatstate.ids import UserId
from chatstate.server.connection import Connection
from chatstate.server.faults import Faults
from chatstate.server.limits import Bucket
from chatstate.server.refusal import Json, Refusal, forbidden, unauthorized, wrong
from chatstate.server.tokens import ANONYMOUS
from chatstate.server.town import Town
from chatstate.simulator.rows import User
from chatstate.simulator.rules import people

SILENT = 70.0
"""Seconds without a word from a client, which owes one every 25, until it is taken for dead."""

HELD = 0.25
"""Seconds that a delayed frame waits for others to overtake it, if none come."""

Cables = dict[tuple[str, int], asyncio.Transport]
"""The transport of each connection, by where it comes from: to break it as no protocol would."""


def a_wire(cables: Cables) -> type[asyncio.Protocol]:
    """The WebSocket protocol of a server that keeps the transports of its connections in ``cables``."""

    class Wire(WebSocketsSansIOProtocol):
        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            cables[tuple(transport.get_extra_info("peername")[:2])] = transport

        def connection_lost(self, exc: Exception | None) -> None:
            peer = self.transport.get_extra_info("peername")
            cables.pop(tuple(peer[:2]), None)
            super().connection_lost(exc)

    return Wire


class Line:
    """Sends a connection's frames over its socket, with the faults that are due."""

    def __init__(
        self, socket: WebSocket, cable: asyncio.Transport | None, connection: Connection, faults: Faults
    ) -> None:
        self._socket = socket
        self._cable = cable
        self._connection = connection
        self._faults = faults
        self._held: list[tuple[int, bytes]] = []

    async def run(self) -> None:
        """Send until the connection ends."""
        while True:
            try:
                async with asyncio.timeout(HELD if self._held else None):
                    frame = await self._connection.next()
            except TimeoutError:
                await self._let_go(all=True)
                continue
            if frame is not None:
                await self._pass(frame)
            elif self._connection.struck is not None:
                if await self._suffer(*self._connection.struck):
                    return
            else:
                await self._take_leave()
                return

    async def _pass(self, frame: bytes) -> None:
        fault = self._faults.on_frame(self._connection)
        if fault is not None and fault.kind in ("delay", "reorder"):
            self._held.append((fault.details["by"], frame))
            return
        await self._socket.send_text(frame.decode())
        if fault is not None:
            await self._socket.send_text(frame.decode())
        await self._let_go()

    async def _let_go(self, *, all: bool = False) -> None:
        """Send the held frames that enough others have overtaken."""
        held, self._held = self._held, []
        for left, frame in held:
            if left <= 1 or all:
                await self._socket.send_text(frame.decode())
            else:
                self._held.append((left - 1, frame))

    async def _suffer(self, kind: str, measure: float) -> bool:
        """Let something go wrong with the line; answers whether that was its end."""
        self._connection.struck = None
        if kind == "stall":
            await asyncio.sleep(measure)
            return False
        if kind == "close":
            await self._socket.close(int(measure))
        elif self._cable is not None and kind == "cut":
            # A text frame that says it has 1000 bytes, and brings ten of them.
            self._cable.write(b'\x81\x7e\x03\xe8{"type":"m')
            self._cable.close()
        elif self._cable is not None:
            self._cable.abort()
        return True

    async def give_up(self) -> None:
        """Wait until more frames wait than may, and break the connection: who does not read hears no reason."""
        await self._connection.overrun.wait()
        if self._cable is not None:
            self._cable.abort()

    async def _take_leave(self) -> None:
        """Say why, and close."""
        await self._let_go(all=True)
        why = self._connection.refused
        if why is not None:
            await self._socket.send_text(orjson.dumps({"error": why.payload()}).decode())
        await self._socket.close(1000)


async def converse(socket: WebSocket, town: Town, faults: Faults, cables: Cables, check: Any) -> None:
    """One WebSocket from its handshake to its end; ``check`` answers whose credentials they are."""
    await socket.accept()
    try:
        if len(town.connections) >= town.limits.connections:
            raise Refusal(429, 9, "too many connections", retry_after=1.0)
        connection = town.connect(_introduced(socket.query_params, town, check))
    except Refusal as refusal:
        await socket.send_text(orjson.dumps({"error": refusal.payload()}).decode())
        await socket.close(1000)
        return
    peer = socket.client
    line = Line(socket, None if peer is None else cables.get((peer.host, peer.port)), connection, faults)
    work = (line.run(), _listen(socket, town, connection), line.give_up())
    tasks = [asyncio.create_task(each) for each in work]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        town.leave(connection)
        with contextlib.suppress(RuntimeError):
            await socket.close(1000)


def _introduced(query: Mapping[str, str], town: Town, check: Any) -> User:
    """Who connects. Raises ``Refusal`` where the token and what they say do not fit."""
    id: UserId = check(query.get("api_key"), query.get("authorization", ""), query.get("stream-auth-type", "jwt"))
    try:
        told: Any = orjson.loads(query.get("json", ""))
    except orjson.JSONDecodeError:
        raise wrong("json: expected JSON") from None
    details: Any = told.get("user_details") if isinstance(told, dict) else None
    if not isinstance(told, dict) or not isinstance(details, dict | None):
        raise wrong("json: expected an object with user_details")
    named = (told.get("user_id"), (details or {}).get("id"))
    if id != ANONYMOUS and any(each is not None and each != id for each in named):
        raise forbidden("json: the token is another user's")
    if id != ANONYMOUS and not any(named):
        raise wrong("json: expected a user_id")
    user = town.user(id)
    if not user.active:
        raise unauthorized(5, f"user {id!r} is deactivated")
    if id != ANONYMOUS:
        _describe(town, user, details or {})
    return user


FIXED = frozenset({
    "id", "role", "name", "image", "language", "online", "banned", "created_at", "updated_at", "last_active", "teams",
    "teams_role", "ban_expires", "deactivated_at", "deleted_at", "invisible", "roles", "devices", "mutes",
    "channel_mutes", "blocked_user_ids", "unread_count", "total_unread_count", "unread_channels", "unread_threads",
    "privacy_settings", "push_notifications", "shadow_banned", "revoke_tokens_issued_before",
})  # fmt: skip
"""Keys of a user that are not custom data, or not the user's own to say."""


def _describe(town: Town, user: User, details: Json) -> None:
    """Take over what a user says of themselves, and tell everyone if that is new."""
    texts = {name: details[name] for name in ("name", "image") if isinstance(details.get(name), str)}
    custom = {key: value for key, value in details.items() if key not in FIXED}
    name, image = texts.get("name", user.name), texts.get("image", user.image)
    if (name, image) != (user.name, user.image) or any(user.custom.get(key) != custom[key] for key in custom):
        own = user.custom | custom
        town.perform(people.rename(town.world, user, name=name, image=image, custom=own))


async def _listen(socket: WebSocket, town: Town, connection: Connection) -> None:
    """Answer health checks until the client leaves, is silent for long, or says too much."""
    bucket = Bucket(town.monotonic, town.limits.frames, int(town.limits.frames * 3))
    with contextlib.suppress(WebSocketDisconnect, TimeoutError):
        while True:
            async with asyncio.timeout(SILENT):
                said = await socket.receive()
            if said["type"] == "websocket.disconnect":
                return
            try:
                bucket.take()
                if said.get("text") is None or not _is_check(said["text"]):
                    raise wrong('expected [{"type": "health.check"}]')
            except Refusal as refusal:
                connection.end(refusal)
                await asyncio.sleep(SILENT)
                return
            town.check(connection)


def _is_check(text: str) -> bool:
    """Whether a frame is the one thing that clients say."""
    try:
        said: Any = orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    checks = said if isinstance(said, list) else [said]
    return bool(checks) and all(isinstance(each, dict) and each.get("type") == "health.check" for each in checks)
