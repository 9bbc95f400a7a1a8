"""The REST calls of the service, over httpx: answers as they came, refusals as typed errors."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote

import attrs
import httpx
import orjson

from chatstate.live.errors import EXPIRED, ApiError, CallFailed
from chatstate.live.socket import Tokens

Json = dict[str, Any]

LARGEST_ANSWER = 64 * 2**20
"""Bytes of the largest answer that is taken."""

TRIES = 4
"""How often a call is made that may be repeated, before it has failed."""

WITHIN = 60.0
"""Seconds within which a whole answer must have come, however it trickles."""

LONGEST_WAIT = 25.0
"""Seconds that a ``Retry-After`` can make a call wait; one that asks for more has failed."""


@attrs.frozen
class Call:
    """One call: method, path, body or query.

    ``again`` says whether it may be repeated when nobody knows if it was carried out; a call that was refused for now
    (429) may always be.
    """

    method: str
    path: str
    body: Mapping[str, Any] | None = attrs.field(default=None, repr=False)
    query: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    again: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Rest:
    """Calls the service as one user. Must be closed.

    ``transport`` carries the requests, the network where it is left out; ``sleep`` and ``chance`` wait between tries.
    """

    def __init__(
        self,
        url: str,
        api_key: str,
        user_id: str,
        tokens: Tokens,
        *,
        client: str = "chatstate",
        transport: httpx.AsyncBaseTransport | None = None,
        timeout: float = 10.0,
        within: float = WITHIN,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._tokens, self._within = tokens, within
        self._waiting: set[asyncio.Timeout] = set()
        """What each call under way waits in."""
        self._sleep, self._chance = sleep, chance
        self._query = {"api_key": api_key, "user_id": user_id}
        self.connection_id: str | None = None
        """The socket's, while it is up: what is watched is told there."""
        headers = {"stream-auth-type": "anonymous" if tokens.anonymous else "jwt", "X-Stream-Client": client}
        headers["Content-Type"] = "application/json"
        self._http = httpx.AsyncClient(base_url=url, headers=headers, transport=transport, timeout=timeout)

    async def close(self) -> None:
        """Close what it holds open; every call under way has failed."""
        now = asyncio.get_running_loop().time()
        while self._waiting:
            self._waiting.pop().reschedule(now)
        await self._http.aclose()

    async def call(self, call: Call) -> Json:
        """Make a call; answers the JSON object that came.

        Raises ``ApiError`` where it is refused, ``CallFailed`` where no answer came, ``TokenFailed``. A 429, and where
        the call may be repeated a 5xx or no answer, is tried again, later and later; an expired token is renewed once.
        """
        waiting = asyncio.timeout(None)
        try:
            if not self._http.is_closed:
                self._waiting.add(waiting)
                async with waiting:
                    return await self._insist(call)
        except TimeoutError:
            pass
        finally:
            self._waiting.discard(waiting)
        raise CallFailed(str(call), "the client was closed")

    async def _insist(self, call: Call) -> Json:
        tries, renewed, unknown = 0, False, False
        while True:
            tries += 1
            try:
                return await self._once(call)
            except ApiError as error:
                error.repeated = unknown
                if error.code == EXPIRED and self._tokens.renewable and not renewed:
                    renewed = True
                    await self._tokens.get(renew=True)
                    continue
                if tries >= TRIES or not _may_pass(error, call):
                    raise
                wait = error.retry_after
                if wait is not None and wait > LONGEST_WAIT:
                    raise
                unknown = unknown or error.status >= 500
            except CallFailed:
                if tries >= TRIES or not call.again:
                    raise
                wait, unknown = None, True
            await self._sleep(self._wait(tries) if wait is None else wait)

    def _wait(self, tries: int) -> float:
        """Seconds before trying again: doubled each time, and spread so that many clients do not come at once."""
        return float(0.25 * 2.0 ** (tries - 1) * (1 + self._chance()))

    async def _once(self, call: Call) -> Json:
        token = await self._tokens.get()
        headers = {} if token is None else {"Authorization": token}
        query = self._query | dict(call.query)
        if self.connection_id is not None:
            query["connection_id"] = self.connection_id
        content = None if call.body is None else orjson.dumps(call.body)
        try:
            async with asyncio.timeout(self._within):
                request = self._http.build_request(
                    call.method, call.path, params=query, headers=headers, content=content
                )
                answer = await self._http.send(request, stream=True)
                try:
                    body = await _whole(answer, call)
                finally:
                    await answer.aclose()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            problem = self._tokens.clean(str(error) or "no reason was told")
            raise CallFailed(str(call), f"no answer: {type(error).__name__}: {problem}") from None
        except TimeoutError:
            raise CallFailed(str(call), f"no whole answer within {self._within:g} s") from None
        return self._read(call, answer, body)

    def _read(self, call: Call, answer: httpx.Response, body: bytes) -> Json:
        try:
            told: Any = orjson.loads(body)
        except orjson.JSONDecodeError:
            told = None
        if answer.status_code >= 400:
            raise self._refusal(call, answer, told if isinstance(told, dict) else {})
        if not isinstance(told, dict):
            raise CallFailed(str(call), f"expected a JSON object, got HTTP {answer.status_code} and {len(body)} bytes")
        return told

    def _refusal(self, call: Call, answer: httpx.Response, told: Json) -> ApiError:
        code = told.get("code")
        message = self._tokens.clean(str(told.get("message") or answer.reason_phrase or "no reason was told"))
        code = code if type(code) is int else None
        return ApiError(str(call), code, message, answer.status_code, _seconds(answer.headers.get("Retry-After")))


async def _whole(answer: httpx.Response, call: Call) -> bytes:
    """The body, unless it is larger than anything the service answers."""
    parts: list[bytes] = []
    size = 0
    async for part in answer.aiter_bytes():
        size += len(part)
        if size > LARGEST_ANSWER:
            raise CallFailed(str(call), f"the answer is larger than {LARGEST_ANSWER} bytes")
        parts.append(part)
    return b"".join(parts)


def _may_pass(error: ApiError, call: Call) -> bool:
    return error.status == 429 or (call.again and error.status >= 500)


def _seconds(text: str | None) -> float | None:
    """What ``Retry-After`` says, if it says it in seconds."""
    try:
        seconds = None if text is None else float(text)
    except ValueError:
        return None
    return seconds if seconds is not None and 0 <= seconds < 86_400 else None


def path(*parts: str) -> str:
    """A path of these parts, each quoted whole: an id can hold anything."""
    return "".join(f"/{quote(part, safe='')}" for part in parts)
