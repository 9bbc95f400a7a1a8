"""Calls that are made until they are answered."""

import asyncio
from collections.abc import Awaitable, Callable

from chatstate.live.connection import back_off
from chatstate.live.errors import ApiError, LiveError
from chatstate.live.rest import Call, Json
from chatstate.live.session import Session


class Asking:
    """Makes calls until they are answered: what fails is made again, later and later, and reported."""

    def __init__(
        self,
        session: Session,
        *,
        chance: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._session = session
        self._chance, self._sleep = chance, sleep

    async def persist(self, call: Call) -> Json:
        """Make a call until it is answered. Raises ``ApiError`` where it is refused for good."""
        attempt = 0
        while True:
            try:
                return await self._session.ask(call)
            except LiveError as error:
                if isinstance(error, ApiError) and error.is_final:
                    raise
                attempt += 1
                self._session.report("recovering, to be tried again", error)
            await self.pause(attempt)

    async def insist(self, call: Call) -> Json | None:
        """The same; None where it is refused for good, which is reported."""
        try:
            return await self.persist(call)
        except ApiError as error:
            self._session.report("what is here cannot be asked for again", error)
            return None

    async def pause(self, attempt: int) -> None:
        """Wait before trying again what failed that often."""
        await self._sleep(back_off(attempt, self._chance()))
