"""The asyncio edge of a connection: it does what the machine asks, with a real socket and the loop's clock."""

import asyncio
import inspect
import logging
import random
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from chatstate.live.connection import (
    Address,
    AskToken,
    Connection,
    Deliver,
    Drop,
    Open,
    Output,
    Report,
    Send,
    Stop,
    Tell,
    Timing,
    Wake,
)
from chatstate.live.errors import LiveError, TokenFailed, redacted

log = logging.getLogger(__name__)

GivesToken = Callable[[], str | Awaitable[str]]
Token = str | GivesToken | None
"""A token, a function that gives one, or None to be anonymous."""

LARGEST_FRAME = 4 * 2**20
"""Bytes of the largest frame that is taken: many times what the service sends."""

FRAMES_AHEAD = 16
"""How many frames may wait to be taken in before the socket is read no further."""

CLOSES_WITHIN = 1.0
"""Seconds that a peer has to close a connection, too."""

READ_FIRST = 8
"""Turns of the loop that what is in the socket takes to arrive, and more."""

BREATHE_EVERY = 64
"""Frames that were there already are taken in without a pause, but others of the loop come in between."""


REMEMBERED = 8
"""How many tokens are kept out of what is written: those of connections that end may still be about."""


class Tokens:
    """Where tokens come from: the string there is, or the function, whose last answer is kept until it expires.

    Raises ``ValueError`` for a string that is no token.
    """

    def __init__(self, source: Token) -> None:
        self._source = source
        self._given: deque[str] = deque(maxlen=REMEMBERED)
        self.current: str | None = None
        if isinstance(source, str):
            if not _can_be_sent(source):
                raise ValueError("token: expected printable ASCII without spaces")
            self._take(source)

    @property
    def renewable(self) -> bool:
        """Whether a new one can be had."""
        return callable(self._source)

    @property
    def anonymous(self) -> bool:
        """Whether there is none, and none is wanted."""
        return self._source is None

    async def get(self, *, renew: bool = False) -> str | None:
        """The token, a new one if asked for. Raises ``TokenFailed``, or what cancels it."""
        if not callable(self._source) or (self.current is not None and not renew):
            return self.current
        try:
            given = self._source()
            token = await given if inspect.isawaitable(given) else given
        except Exception as error:
            raise TokenFailed(f"the token function raised {type(error).__name__}") from error
        if not isinstance(token, str) or not token:
            raise TokenFailed(f"the token function gave {type(token).__name__}, not a token")
        if not _can_be_sent(token):
            raise TokenFailed("the token function gave something else than printable ASCII without spaces")
        return self._take(token)

    def _take(self, token: str) -> str:
        self.current = token
        if token not in self._given:
            self._given.append(token)
        return token

    def clean(self, text: str) -> str:
        """``text`` without any token."""
        for token in self._given:
            text = redacted(text, token)
        return text

    def __repr__(self) -> str:
        return "<Tokens>"


def _can_be_sent(token: str) -> bool:
    return bool(token) and token.isascii() and token.isprintable() and " " not in token


class _Clean(logging.Filter):
    """Keeps tokens out of what the library underneath logs: it logs the whole URL."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._tokens = tokens

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = self._tokens.clean(record.getMessage()), ()
        if record.exc_info:
            record.exc_text = self._tokens.clean(logging.Formatter().formatException(record.exc_info))
            record.exc_info = None
        return True


class _Peer(ClientConnection):
    """A connection that gives up a peer to whom it has said why, and who does not close it."""

    _leaving: asyncio.TimerHandle | None = None

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._leaving is None and self.protocol.close_sent is not None:
            self._leaving = self.loop.call_later(CLOSES_WITHIN, self.transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._leaving is not None:
            self._leaving.cancel()


class Socket:
    """A connection that lives: it opens, keeps alive and opens again until it is closed or refused for good.

    ``deliver`` is called with every frame, ``tell`` with whether it is up, ``report`` with what went wrong, all in the
    loop's own thread.
    """

    def __init__(
        self,
        address: Address,
        tokens: Tokens,
        *,
        deliver: Callable[[str | bytes], None],
        tell: Callable[[bool], None],
        report: Callable[[LiveError], None],
        timing: Timing | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.connection = Connection(address, renewable=tokens.renewable, random=chance, timing=timing)
        self.ended: asyncio.Future[LiveError | None] = asyncio.get_running_loop().create_future()
        """Done when it is over, with the error that ended it."""
        self._tokens = tokens
        self._deliver, self._tell, self._report = deliver, tell, report
        self._loop = asyncio.get_running_loop()
        self._peer: ClientConnection | None = None
        self._life: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._closing: set[asyncio.Task[Any]] = set()
        self._log = logging.Logger(f"{__name__}.peer")
        self._log.parent = log
        self._log.addFilter(_Clean(tokens))

    def start(self) -> None:
        """Begin to connect."""
        self._do(self.connection.start(self._now()))

    async def close(self) -> None:
        """End it; answers when the socket is closed."""
        self._do(self.connection.close(self._now()))
        while self._closing:
            await asyncio.gather(*self._closing, return_exceptions=True)

    def _now(self) -> float:
        return self._loop.time()

    def _do(self, outputs: list[Output]) -> None:
        for output in outputs:
            self._one(output)

    def _one(self, output: Output) -> None:
        match output:
            case Deliver(frame):
                self._deliver(frame)
            case Send(text):
                self._aside(self._send(text))
            case Wake(at):
                self._wake(at)
            case AskToken(renew):
                self._live(self._ask(renew))
            case Open(url):
                self._live(self._talk(url))
            case Drop():
                self._drop()
            case Tell(online):
                self._tell(online)
            case Report(error):
                self._report(error)
            case Stop(error):
                self._stop(error)

    def _wake(self, at: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(at, lambda: self._aside(self._tick()))

    async def _tick(self) -> None:
        """Say what time it is, after what has arrived by now: a loop that was busy does not take that for silence."""
        for _ in range(READ_FIRST):
            await asyncio.sleep(0)
        self._do(self.connection.tick(self._now()))

    def _live(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Begin the next stretch of life: asking for a token, or talking to a peer."""
        self._life = self._loop.create_task(coroutine)
        self._life.add_done_callback(self._died)

    def _died(self, life: asyncio.Task[None]) -> None:
        """Whoever takes the frames may raise; that costs the connection, and is told."""
        error = None if life.cancelled() else life.exception()
        if error is not None:
            log.error("taking in a frame raised", exc_info=error)
            self._do(self.connection.lost(self._now(), None, f"taking in a frame raised {type(error).__name__}"))

    def _aside(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        task = self._loop.create_task(coroutine)
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def _ask(self, renew: bool) -> None:
        try:
            token = await self._tokens.get(renew=renew)
        except TokenFailed as error:
            self._do(self.connection.no_token(self._now(), error))
            return
        self._do(self.connection.token(self._now(), token))

    async def _talk(self, url: str) -> None:
        """Open a socket and listen until it closes."""
        try:
            peer = await connect(
                url, max_size=LARGEST_FRAME, max_queue=FRAMES_AHEAD, ping_interval=None, open_timeout=None,
                close_timeout=CLOSES_WITHIN, logger=self._log, create_connection=_Peer,
            )  # fmt: skip
        except InvalidStatus as error:
            answer = error.response
            problem = f"HTTP {answer.status_code}"
            self._do(
                self.connection.not_opened(
                    self._now(), problem, status=answer.status_code, body=bytes(answer.body or b"")
                )
            )
            return
        except Exception as error:
            problem = f"{type(error).__name__}: {self._tokens.clean(str(error))}"
            self._do(self.connection.not_opened(self._now(), problem))
            return
        self._peer = peer
        self._do(self.connection.opened(self._now()))
        await self._listen(peer)

    async def _listen(self, peer: ClientConnection) -> None:
        try:
            number = 0
            while True:
                frame = await peer.recv()
                if peer is not self._peer:
                    return
                self._do(self.connection.received(self._now(), frame))
                number += 1
                if number % BREATHE_EVERY == 0:
                    await asyncio.sleep(0)
        except ConnectionClosed as error:
            theirs, ours = error.rcvd, error.sent
            if theirs is None and ours is not None:  # we closed it, for what the peer sent
                self._do(self.connection.lost(self._now(), ours.code, ours.reason))
            else:
                close = (None, "") if theirs is None else (theirs.code, theirs.reason)
                self._do(self.connection.lost(self._now(), *close))

    async def _send(self, text: str) -> None:
        if self._peer is not None:
            try:
                await self._peer.send(text)
            except ConnectionClosed:
                log.debug("a health check was not sent: the connection is closed")

    def _drop(self) -> None:
        """Hear no more of the peer, and close the socket without waiting for it."""
        peer, self._peer = self._peer, None
        self._end_life()
        if peer is not None:
            self._aside(_closed(peer))

    def _stop(self, error: LiveError | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._end_life()
        if not self.ended.done():
            self.ended.set_result(error)

    def _end_life(self) -> None:
        """End what goes on; closing waits until it has."""
        life, self._life = self._life, None
        if life is not None and life is not asyncio.current_task():
            life.cancel()
            self._closing.add(life)
            life.add_done_callback(self._closing.discard)


async def _closed(peer: ClientConnection) -> None:
    await peer.close()
