"""The REST side: the table of calls, and what every call goes through."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from chatstate.ids import UserId
from chatstate.server.call import Call
from chatstate.server.faults import Faults, refusal
from chatstate.server.limits import Bucket
from chatstate.server.refusal import Json, Refusal, forbidden, unauthorized, wrong
from chatstate.server.rest import channels, messages, people, reads
from chatstate.server.sockets import Cables, converse
from chatstate.server.tokens import ANONYMOUS, Tokens
from chatstate.server.town import Town

API_KEY = "devkey"

Answer = Callable[[Call], Json]

ROUTES: tuple[tuple[str, str, Answer], ...] = (
    ("POST", "/channels", channels.query),
    ("POST", "/channels/read", reads.mark_all_read),
    ("POST", "/channels/delivered", reads.delivered),
    ("POST", "/channels/{type}/query", channels.query_distinct),
    ("POST", "/channels/{type}/{id}/query", channels.query_one),
    ("POST", "/channels/{type}/{id}/stop-watching", channels.stop_watching),
    ("POST", "/channels/{type}/{id}/hide", channels.hide),
    ("POST", "/channels/{type}/{id}/show", channels.show),
    ("POST", "/channels/{type}/{id}/truncate", channels.truncate),
    ("POST", "/channels/{type}/{id}/message", messages.send),
    ("POST", "/channels/{type}/{id}/read", reads.mark_read),
    ("POST", "/channels/{type}/{id}/unread", reads.mark_unread),
    ("POST", "/channels/{type}/{id}/event", reads.send_event),
    ("PATCH", "/channels/{type}/{id}/member", people.change_membership),
    ("PATCH", "/channels/{type}/{id}/member/{user}", people.change_membership),
    ("POST", "/channels/{type}/{id}", channels.change),
    ("PATCH", "/channels/{type}/{id}", channels.change_part),
    ("DELETE", "/channels/{type}/{id}", channels.delete),
    ("GET", "/messages/{message}", messages.get),
    ("POST", "/messages/{message}", messages.update),
    ("PUT", "/messages/{message}", messages.update_part),
    ("DELETE", "/messages/{message}", messages.delete),
    ("GET", "/messages/{message}/replies", messages.replies),
    ("POST", "/messages/{message}/reaction", messages.react),
    ("DELETE", "/messages/{message}/reaction/{reaction}", messages.unreact),
    ("GET", "/members", people.query_members),
    ("POST", "/threads", people.query_threads),
    ("GET", "/threads/{message}", people.get_thread),
    ("POST", "/sync", reads.sync),
    ("POST", "/moderation/mute", people.mute),
    ("POST", "/moderation/unmute", people.unmute),
    ("POST", "/moderation/mute/channel", people.mute_channel),
    ("POST", "/moderation/unmute/channel", people.unmute_channel),
)
"""Every call: method, path, and the function that answers it."""


class Desk:
    """What every call and connection goes through: who calls, how often, what is to go wrong."""

    def __init__(self, town: Town, tokens: Tokens, faults: Faults, api_key: str, cables: Cables) -> None:
        self.town = town
        self.tokens = tokens
        self.faults = faults
        self.api_key = api_key
        self.cables = cables
        self._buckets: dict[UserId, Bucket] = {}

    def identify(self, api_key: str | None, token: str, auth_type: str) -> UserId:
        """Whose credentials they are. Raises ``Refusal`` 401."""
        if api_key != self.api_key:
            raise unauthorized(2, "the api_key is not valid")
        if auth_type == "anonymous":
            return ANONYMOUS
        if not token:
            raise unauthorized(5, "expected a token")
        return self.tokens.check(token)

    def caller(self, request: Request) -> UserId:
        """Who makes a call: by the token alone. Raises ``Refusal`` 403 where the call names another user."""
        told = request.headers
        api_key = request.query_params.get("api_key") or told.get("x-api-key")
        id = self.identify(api_key, told.get("authorization", ""), told.get("stream-auth-type", "jwt"))
        if request.query_params.get("user_id") not in (None, "", id):
            raise forbidden("user_id: the token is another user's")
        limits = self.town.limits
        if id not in self._buckets:
            self._buckets[id] = Bucket(self.town.monotonic, limits.calls, limits.burst)
        self._buckets[id].take()
        return id

    async def call(self, request: Request, id: UserId) -> Call:
        """The call, read. Raises ``Refusal`` for one that cannot be."""
        connection = self.town.connections.get(request.query_params.get("connection_id", ""))
        if connection is not None and connection.account.user_id != id:
            raise forbidden("connection_id: the connection is another user's")
        body = await _body(request, self.town.limits.body)
        if _depth(body, self.town.limits.depth) > self.town.limits.depth:
            raise wrong(f"the body is deeper than {self.town.limits.depth}")
        path: dict[str, str] = request.path_params
        user = self.town.user(id)
        if not user.active:
            raise forbidden(f"user {id!r} is deactivated")
        return Call(self.town, user, connection, path, dict(request.query_params), body)


def _signed(call: Call) -> None:
    """Raises ``Refusal`` 403 where the body says that it is of another user than the token."""
    user = call.body.get("user")
    for named in (call.body.get("user_id"), user.get("id") if isinstance(user, dict) else user):
        if named not in (None, "", call.user.id):
            raise forbidden("the token is another user's")


def _depth(value: Any, most: int) -> int:
    """How deep lists and objects lie in one another, counted to a little more than ``most``."""
    level, depth = [value], 0
    while level and depth <= most:
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        depth += 1
    return depth


async def _body(request: Request, limit: int) -> Json:
    """The body as an object; none is an empty one. Raises ``Refusal`` 413 for more than ``limit`` bytes."""
    read = bytearray()
    async for part in request.stream():
        read += part
        if len(read) > limit:
            raise Refusal(413, 4, f"the body is longer than {limit} bytes")
    if not read or request.method in ("GET", "DELETE"):
        return {}
    try:
        told: Any = orjson.loads(read)
    except orjson.JSONDecodeError:
        raise wrong("the body is not JSON") from None
    if not isinstance(told, dict):
        raise wrong("the body is not an object")
    return told


def endpoint(desk: Desk, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    """The whole of a call around the function that answers it."""

    async def respond(request: Request) -> Response:
        try:
            id = desk.caller(request)
            fault = desk.faults.on_call(id, request.url.path)
            if fault is not None and fault.kind == "refuse":
                raise refusal(fault)
            call = await desk.call(request, id)
            _signed(call)
            answered = _said(answer(call))
        except Refusal as refused:
            return _refused(refused)
        if fault is not None and fault.kind == "slow":
            await asyncio.sleep(fault.details["seconds"])
        if fault is not None and fault.kind == "lose":
            return _lost(answered)
        return answered

    return respond


def spared(desk: Desk, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    """A call that only a service for development answers: nothing goes wrong with it."""

    async def respond(request: Request) -> Response:
        try:
            return _said(answer(await desk.call(request, desk.caller(request))))
        except Refusal as refused:
            return _refused(refused)

    return respond


def _said(answer: Json) -> Response:
    return Response(orjson.dumps({**answer, "duration": "1.00ms"}), media_type="application/json")


def _refused(refused: Refusal) -> Response:
    headers = {} if refused.retry_after is None else {
        "Retry-After": f"{refused.retry_after:g}", "X-RateLimit-Limit": "0", "X-RateLimit-Remaining": "0",
    }  # fmt: skip
    return Response(orjson.dumps(refused.payload()), refused.status, headers, "application/json")


def _lost(answered: Response) -> Response:
    """An answer whose end never comes: the connection breaks first."""

    async def half() -> AsyncIterator[bytes]:
        yield bytes(answered.body)[: len(answered.body) // 2]
        raise ConnectionAbortedError

    return StreamingResponse(half(), headers={"content-length": str(len(answered.body))})


def build(desk: Desk) -> Starlette:
    """The application: the calls of the table, the socket, and what only a service for development has."""

    async def connect(socket: WebSocket) -> None:
        await converse(socket, desk.town, desk.faults, desk.cables, desk.identify)

    def truth(call: Call) -> Json:
        return {"truth": desk.town.truth(call.user.id, None if call.connection is None else call.connection.id)}

    def order(call: Call) -> Json:
        return desk.faults.command(call.body)

    async def unknown(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        code = 16 if status == 404 else -1 if status >= 500 else 4
        return _refused(Refusal(status, code, f"no such call: {request.method} {request.url.path}"))

    routes: list[Any] = [Route(path, endpoint(desk, answer), methods=[method]) for method, path, answer in ROUTES]
    routes.append(Route("/_truth", spared(desk, truth), methods=["GET"]))
    routes.append(Route("/_faults", spared(desk, order), methods=["POST"]))
    routes.append(WebSocketRoute("/connect", connect))
    return Starlette(routes=routes, exception_handlers={HTTPException: unknown})
