"""What a screen follows while it lives: a client that records its frames where the screen reads them."""

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from chatstate.live.errors import LiveError

if TYPE_CHECKING:
    from chatstate.live.client import Client

log = logging.getLogger(__name__)


class Feed:
    """A connection for as long as the screen is there. ``begin`` is asked once, when it is up."""

    def __init__(self, client: "Client", begin: Callable[["Client"], Awaitable[None]]) -> None:
        self._client = client
        self._begin = begin
        self.problem: str | None = None
        """What ended it, if something did."""

    async def run(self) -> None:
        """Connect, and stay so until cancelled. What ends it is the ``problem``; what else fails is logged."""
        faults = self._client.store.faults.subscribe(lambda fault: log.debug("%s", fault))
        try:
            async with self._client:
                await self._begin(self._client)
                await self._client.closed()
        except (LiveError, OSError) as error:
            self.problem = str(error)
        finally:
            faults.dispose()

    @property
    def online(self) -> bool | None:
        """Whether it is connected; None before it ever was."""
        return self._client.store.connection.online
