"""One socket of a user, as the service sees it."""

import asyncio
from collections import deque

from chatstate.ids import Cid
from chatstate.server.refusal import Refusal
from chatstate.simulator.event import Absent, Event, Watching
from chatstate.simulator.frames import Account


class Connection:
    """What a socket's user is told, what it watches, and the frames that wait to be sent, at most ``limit`` of them."""

    def __init__(self, id: str, account: Account, limit: int) -> None:
        self.id = id
        self.account = account
        self.refused: Refusal | None = None
        """Why the service ends the connection, once it does."""
        self.struck: tuple[str, float] | None = None
        """What goes wrong with the line next, and how much of it."""
        self.overrun = asyncio.Event()
        """Set once more frames wait than may."""
        self._limit = limit
        self._waiting: deque[bytes] = deque()
        self._wake = asyncio.Event()

    def hears(self, event: Event) -> bool:
        """Whether an event is for this connection: what all who watch are told only where it watches itself.

        What those are told who do not watch, though, it is told where it does not, whatever other devices do.
        """
        if isinstance(event.to, Absent):
            reached = event.about is None or self.account.world.reaches(self.account.user_id, event.about)
            return self.account.user_id in event.to.members and event.cid not in self.account.watched and reached
        wide = isinstance(event.to, Watching) and event.to.also != self.account.user_id
        if wide and event.cid is not None and event.cid not in self.account.watched:
            return False
        return self.account.hears(event)

    def tell(self, event: Event) -> bytes:
        """Queue an event's frame; answers it."""
        frame = self.account.frame(event)
        self.send(frame)
        return frame

    def send(self, frame: bytes) -> None:
        """Queue a frame, or lose it where too many wait already: then the connection has no more use."""
        if len(self._waiting) >= self._limit:
            self.overrun.set()
            return
        self._waiting.append(frame)
        self._wake.set()

    def end(self, why: Refusal) -> None:
        """Let the connection be closed, with a word, after what waits."""
        if self.refused is None:
            self.refused = why
            self._wake.set()

    def strike(self, kind: str, measure: float) -> None:
        """Let something go wrong with the line before anything else is sent."""
        self.struck = (kind, measure)
        self._wake.set()

    def watches(self, cid: Cid) -> bool:
        return cid in self.account.watched

    async def next(self) -> bytes | None:
        """The next frame to send, as soon as there is one; None once something else is to be done with the line."""
        while self.struck is None and not self._waiting and self.refused is None:
            self._wake.clear()
            await self._wake.wait()
        if self.struck is not None or not self._waiting:
            return None
        return self._waiting.popleft()
