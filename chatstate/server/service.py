"""A service to run against, on one's own machine."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator, Sequence
from typing import Any, Self

import uvicorn

from chatstate.clock import Clock, SystemClock
from chatstate.ids import UserId
from chatstate.server.app import API_KEY, Desk, build
from chatstate.server.faults import Faults
from chatstate.server.limits import Limits
from chatstate.server.sockets import Cables, a_wire
from chatstate.server.tokens import SECRET, Tokens
from chatstate.server.town import LATELY, Town
from chatstate.simulator.chance import Chance

NAMES = ("ana", "bo", "cy", "di")
"""Who is there from the start, for anyone to connect as."""

CHAOS = 0.02
"""What share of frames and calls goes wrong in a service that is asked for chaos."""


class _Server(uvicorn.Server):
    """A server that leaves the signals to the program it runs in, and says when it is ready."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


class Service:
    """A chat service with simulated company in it, on a port of this machine, for as long as it is entered.

    ``rate`` is how many things the company does a second, ``speed`` how many times faster than the wall's its time
    passes, ``history`` how much it did before. Port 0 is any free one. ::

        async with Service(seed=7, rate=0) as service:
            service.url, service.token("ana"), service.truth("ana"), service.faults.drop(user="ana")
    """

    def __init__(
        self, *, seed: int = 7, rate: float = 0.0, speed: float = 1.0, history: int = 0, users: int = 40,
        channels: int = 12, names: Sequence[str] = NAMES, host: str = "127.0.0.1", port: int = 0,
        api_key: str = API_KEY, secret: str = SECRET, clock: Clock | None = None, limits: Limits | None = None,
        chaos: bool = False,
    ) -> None:  # fmt: skip
        clock = SystemClock() if clock is None else clock
        self.api_key = api_key
        self.secret = secret
        self.host = host
        self.port = port
        self.rate = rate
        self.names = tuple(names)
        self.town = Town(
            self.names, clock, seed=seed, users=users, channels=channels, rate=rate, speed=speed,
            history=history, limits=Limits() if limits is None else limits,
        )  # fmt: skip
        self.tokens = Tokens(clock.now, secret)
        self.faults = Faults(self.town.of, self.town.forget, self.tokens, Chance(f"faults {seed}"))
        self.faults.chaos(CHAOS if chaos else 0.0)
        self._tasks: list[asyncio.Task[None]] = []
        self._server: _Server | None = None

    @property
    def url(self) -> str:
        """Where to connect to: ``ws://host:port``."""
        return f"ws://{self._where}"

    @property
    def rest(self) -> str:
        """Where to call: ``http://host:port``."""
        return f"http://{self._where}"

    @property
    def _where(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def token(self, user_id: str, *, lasts: float | None = None) -> str:
        """A token of a user, of anyone who comes to your mind; it ``lasts`` so many seconds, or for good."""
        return self.tokens.mint(user_id, lasts=lasts)

    def truth(self, user_id: str, *, connection_id: str | None = None) -> dict[str, Any]:
        """What a user could know by now, by that or the newest connection, in the canonical dump's schema."""
        return self.town.truth(UserId(user_id), connection_id)

    def stir(self, times: int = 1) -> None:
        """Let the company do so many things now."""
        self.town.stir(times)

    def pause(self) -> None:
        """Let the company be silent from now on, but for ``stir``."""
        self.rate = 0.0

    def live(self, rate: float) -> None:
        """Let the company do so many things a second from now on."""
        self.pause()
        for task in self._tasks[1:]:
            task.cancel()
        del self._tasks[1:]
        self.rate = rate
        self.town.company.rate = max(rate / self.town.speed, LATELY)
        if rate:
            self._tasks.append(asyncio.create_task(self._live()))

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen. Raises ``OSError`` where the port is taken."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        # Named TCP: only then does asyncio send small answers at once, instead of 40 ms later.
        listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((self.host, self.port))
        except OSError:
            listening.close()
            raise
        self.port = listening.getsockname()[1]
        cables: Cables = {}
        app = build(Desk(self.town, self.tokens, self.faults, self.api_key, cables))
        config = uvicorn.Config(
            app, log_config=None, access_log=False, lifespan="off", ws=a_wire(cables), timeout_graceful_shutdown=1,
            ws_max_size=self.town.limits.frame, ws_ping_interval=None, server_header=False, date_header=False,
            log_level="critical", timeout_keep_alive=75,
        )  # fmt: skip
        self._server = _Server(config)
        self._tasks = [asyncio.create_task(self._server.serve([listening]))]
        await self._server.ready.wait()
        if self.rate:
            self.live(self.rate)

    async def stop(self) -> None:
        """Close every connection and the port."""
        assert self._server is not None
        for task in self._tasks[1:]:
            task.cancel()
        self._server.should_exit = self._server.force_exit = True
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _live(self) -> None:
        """Let the company go on."""
        while self.rate:
            await asyncio.sleep(self.town.pause())
            if self.rate:
                self.town.stir()
