"""A session without a network: each call waits until the test answers it."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx

from chatstate import LogClock, Store
from chatstate.ids import UserId
from chatstate.live.changes import Changes
from chatstate.live.rest import Rest
from chatstate.live.sending import Sending
from chatstate.live.session import Session
from chatstate.live.socket import Tokens
from chatstate.live.watching import Watching
from chatstate.state.check import check
from tests.loopback import run
from tests.objects import GENERAL, message, own_user, user
from tests.stories import frame, message_new


class Asked:
    """One call, open until it is answered."""

    def __init__(self, request: httpx.Request) -> None:
        self.method, self.path = request.method, request.url.raw_path.partition(b"?")[0].decode()
        self.query = dict(request.url.params)
        self.body: Any = json.loads(request.content) if request.content else None
        self.answered: asyncio.Future[httpx.Response] = asyncio.get_running_loop().create_future()

    def answer(self, body: Any, status: int = 200) -> None:
        if not self.answered.done():
            self.answered.set_result(httpx.Response(status, json=body))

    def refuse(self, code: int = 17, status: int = 403, message: str = "not allowed") -> None:
        self.answer({"code": code, "message": message, "StatusCode": status}, status)

    def lose(self) -> None:
        if not self.answered.done():
            self.answered.set_exception(httpx.ReadTimeout("no answer"))


class Desk(httpx.AsyncBaseTransport):
    """A store that has heard some frames, and all that works on it."""

    def __init__(self, *frames: Any) -> None:
        self.calls: list[Asked] = []
        self._news = asyncio.Event()
        self.answers: Callable[[Asked], Any] | None = None
        self.store = Store(me="me", clock=LogClock())
        self.faults: list[str] = []
        self.store.faults.subscribe(lambda fault: self.faults.append(fault.problem))
        self.apply(frame("health.check", 0, connection_id="c-1", me=own_user()), *frames)
        self.rest = Rest("http://x", "key", "me", Tokens("token"), transport=self, sleep=self._pass, chance=lambda: 0.0)
        self.rest.connection_id = "c-1"
        self.session = Session(self.store, self.rest, UserId("me"))
        self.sending = Sending(self.session)
        self.changes = Changes(self.session, self.sending)
        self.watching = Watching(self.session)
        self.slept: list[float] = []

    async def _pass(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        asked = Asked(request)
        self.calls.append(asked)
        self._news.set()
        if self.answers is not None:
            given = self.answers(asked)
            if given is not None:
                asked.answer(given)
        return await asked.answered

    async def call(self, number: int = 1) -> Asked:
        """The call of that number, the first being 1, once it is made."""
        while len(self.calls) < number:
            self._news.clear()
            await self._news.wait()
        return self.calls[number - 1]

    def apply(self, *frames: Any) -> None:
        for each in frames:
            self.store.apply(each)
            check(self.store.state)

    @property
    def texts(self) -> list[str]:
        return [each.text for each in self.store.channel(GENERAL).messages]


def at_the_desk(story: Callable[[Desk], Any], *frames: Any) -> Any:
    """Live a story at a desk; every invariant holds at its end, and nothing was reported that it did not look at."""

    async def lived() -> Any:
        desk = Desk(*frames)
        try:
            result = await story(desk)
            check(desk.store.state)
            return result
        finally:
            desk.sending.close()
            await desk.rest.close()

    return run(lived())


def sent(id: str, text: str, at: float, **more: Any) -> dict[str, Any]:
    """A message of mine as the service answers with it."""
    return {"message": message(id, by="me", at=at, text=text, **more)}


def told(id: str, text: str, at: float, **more: Any) -> dict[str, Any]:
    """The event that tells of it."""
    return message_new(message(id, by=user("me"), at=at, text=text, **more), by="me", at=at)
