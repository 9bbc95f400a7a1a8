"""Real clients of a served world: a socket whose frames go into a store, and calls whose answers do."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import httpx
import websockets

from chatstate import LogClock, Store
from chatstate.answers import newest_time
from chatstate.clock import NEVER, parse
from chatstate.io.comparison import differences
from chatstate.io.dump import dump
from chatstate.server import Limits, Service

Json = dict[str, Any]

PATIENCE = 10
"""Seconds until a test gives up waiting for what should come at once."""


def a_service(**arguments: Any) -> Service:
    """A small service with nobody in a hurry but the tests: they may ask as fast as they can."""
    small = {"channels": 3, "users": 12, "limits": Limits(calls=1e6, burst=10**6, frames=1e6)}
    return Service(**(small | arguments))


class Visitor:
    """A user with a connection and a store. ``heard`` are the frames it was sent, newest last."""

    def __init__(self, service: Service, name: str, http: httpx.AsyncClient, socket: websockets.ClientConnection):
        self.service = service
        self.name = name
        self.socket = socket
        self.clock = LogClock()
        self.store = Store(me=name, clock=self.clock)
        self.faults: list[str] = []
        self.store.faults.subscribe(lambda fault: self.faults.append(str(fault)))
        self.heard: list[Json] = []
        self.token = service.token(name)
        self.returned = False
        self.asked_at = NEVER
        self._http = http

    @property
    def connection_id(self) -> str:
        return self.heard[0]["connection_id"]

    async def hear(self) -> Json:
        """The next frame."""
        async with asyncio.timeout(PATIENCE):
            frame = await self.socket.recv()
        self.store.apply(frame)
        self.heard.append(json.loads(frame))
        return self.heard[-1]

    async def settle(self) -> list[Json]:
        """Hear all that was sent until now; a health check is answered behind it. Answers those frames."""
        before = len(self.heard)
        await self.socket.send(json.dumps([{"type": "health.check", "client_id": self.connection_id}]))
        while (await self.hear())["type"] != "health.check":
            pass
        return self.heard[before:-1]

    async def call(self, method: str, path: str, body: Any = None, **query: Any) -> httpx.Response:
        """A call, with the token and the connection."""
        asked = {"api_key": self.service.api_key, "connection_id": self.connection_id, **query}
        headers = {"authorization": self.token, "stream-auth-type": "jwt"}
        self.asked_at = parse(self.heard[-1]["created_at"])
        return await self._http.request(method, path, params=asked, json=body, headers=headers)

    async def ask(self, method: str, path: str, body: Any = None, **query: Any) -> Json:
        """The answer to a call that is expected to succeed."""
        answer = await self.call(method, path, body, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path: str, body: Any = None) -> Json:
        return await self.ask("POST", path, {} if body is None else body)

    async def watch(self, **more: Any) -> Json:
        """Ask for all channels, watch them, and load them with their threads."""
        body = {"filter_conditions": {"members": {"$in": [self.name]}}, "limit": 30, "message_limit": 300, **more}
        answer = await self.post("/channels", {"state": True, "watch": True, **body})
        await self._take(answer["channels"])
        return answer

    async def watch_one(self, cid: str) -> Json:
        """Ask for one channel, watch it, and load it with its threads."""
        body = {"state": True, "watch": True, "messages": {"limit": 300}}
        answer = await self.post(f"/channels/{cid.replace(':', '/')}/query", body)
        await self._take([answer])
        return answer

    async def _take(self, channels: list[Json]) -> None:
        # An answer tells no time, but it is no older than the last frame heard before it was asked for.
        for channel in channels:
            self.store.load(channel, at=max(newest_time(channel), self.asked_at))
        for message in [each for channel in channels for each in channel["messages"]]:
            if message["reply_count"] or message["deleted_reply_count"]:
                self.store.load(await self.ask("GET", f"/threads/{message['id']}", reply_limit=300))

    async def send(self, id: str, cid: str = "messaging:general", **more: Any) -> Json:
        message = {"id": id, "text": f"text of {id}", **more}
        return (await self.post(f"/channels/{cid.replace(':', '/')}/message", {"message": message}))["message"]

    def differs(self) -> list[str]:
        """Where the store differs from what the service knows, of what is watched."""
        truth = self.service.truth(self.name, connection_id=self.connection_id)
        self.clock.heard(self.service.town.world.now)  # who types, and what is muted, both know of the same moment
        told = dump(self.store)
        unwatched = {cid for cid, channel in truth["channels"].items() if not channel["watched"]}
        if self.returned:  # a store knows people and channels of before, of whom it is told nothing any more
            told["client"]["users"] = {
                id: each for id, each in told["client"]["users"].items() if id in truth["client"]["users"]
            }
            told["gone"] = truth["gone"] = {}
        for one in (truth, told):
            one["channels"] = {cid: channel for cid, channel in one["channels"].items() if cid not in unwatched}
        return self.faults + differences(truth, told)


def address(service: Service, name: str, token: str | None = None, **more: Any) -> str:
    """Where a user connects."""
    told = {"user_id": name, "user_details": {"id": name}, "server_determines_connection_id": True}
    query = {"json": json.dumps(told), "api_key": service.api_key, "stream-auth-type": "jwt"}
    query["authorization"] = service.token(name) if token is None else token
    return f"{service.url}/connect?{urlencode(query | more)}"


@asynccontextmanager
async def visiting(service: Service, name: str) -> AsyncIterator[Visitor]:
    """A user who is connected and has heard the handshake."""
    async with (
        httpx.AsyncClient(base_url=service.rest, timeout=PATIENCE) as http,
        websockets.connect(address(service, name), max_size=1 << 22, max_queue=None) as socket,
    ):
        visitor = Visitor(service, name, http, socket)
        await visitor.hear()
        yield visitor
