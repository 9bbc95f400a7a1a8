"""One user's connection as a pure state machine: outcomes, frames and the time go in, and what is to be done comes out.

It has no socket and no clock of its own. What it does is this table; what is not in it is late word of something that
has ended, and changes nothing.

========  =============  ========  ==================================================
phase     input          then      to do
========  =============  ========  ==================================================
idle      start          asking    ask for the token
idle      close          ended     stop
asking    token          opening   open
asking    no token       waiting   report, back off
asking    close          ended     stop
opening   opened         greeting
opening   failed         waiting   report, back off
opening   late           waiting   drop the socket, report, back off
opening   expired        asking    ask for a new token
opening   expired again  waiting   report, back off
opening   refused        ended     stop
opening   close          ended     drop the socket, stop
greeting  hello          online    deliver, tell online, watch
greeting  mistaken       waiting   drop the socket, report, back off
greeting  failed         waiting   drop the socket, report, back off
greeting  lost           waiting   drop the socket, report, back off
greeting  late           waiting   drop the socket, report, back off
greeting  expired        asking    drop the socket, ask for a new token
greeting  expired again  waiting   drop the socket, report, back off
greeting  refused        ended     drop the socket, stop
greeting  close          ended     drop the socket, stop
online    frame          online    deliver
online    beat           online    send health check, watch
online    late           waiting   drop the socket, tell offline, report, back off
online    failed         waiting   drop the socket, tell offline, report, back off
online    lost           waiting   drop the socket, tell offline, report, back off
online    expired        asking    drop the socket, tell offline, ask for a new token
online    refused        ended     drop the socket, tell offline, stop
online    close          ended     drop the socket, tell offline, stop
waiting   due            asking    ask for the token
waiting   close          ended     stop
========  =============  ========  ==================================================
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import attrs
import orjson

from chatstate.errors import brief
from chatstate.live.errors import (
    EXPIRED,
    BadGreeting,
    ConnectionFailed,
    ConnectionLost,
    ConnectionRefused,
    LiveError,
    TokenExpired,
    is_final,
    redacted,
)
from chatstate.live.table import TABLE, Do, Input, Phase, table

Json = Mapping[str, Any]


@attrs.frozen
class AskToken:
    """Get a token, and say ``token`` or ``no_token``; ``renew``: the one there is has expired."""

    renew: bool


@attrs.frozen
class Open:
    """Open a socket there, and say ``opened`` or ``not_opened``. The URL holds the token."""

    url: str = attrs.field(repr=False)


@attrs.frozen
class Send:
    """Send this text."""

    text: str


@attrs.frozen
class Drop:
    """Close the socket, or stop opening it; nothing more is to be heard of it."""


@attrs.frozen
class Wake:
    """Say ``tick`` at that time, and not at the one named before."""

    at: float


@attrs.frozen
class Deliver:
    """Hand on a frame, as it came."""

    frame: str | bytes


@attrs.frozen
class Tell:
    """Say that the connection is up, or is so no longer."""

    online: bool


@attrs.frozen
class Report:
    """Say what went wrong; it is tried again."""

    error: LiveError


@attrs.frozen
class Stop:
    """It is over: as asked, or by an error that trying again would not help."""

    error: LiveError | None


Output = AskToken | Open | Send | Drop | Wake | Deliver | Tell | Report | Stop


@attrs.frozen
class Timing:
    """How long things may take, in seconds."""

    beat_every: float = 25.0
    dead_after: float = 35.0
    """Nothing heard for so long: the connection is dead."""
    greet_within: float = 15.0
    """From the attempt to open to the first frame."""


def back_off(attempt: int, chance: float) -> float:
    """Seconds to wait before that attempt, the first being 1; ``chance`` is a random number from 0 to 1."""
    least, most = min(max(0.25, 2.0 * (attempt - 1)), 25.0), min(0.5 + 2.0 * attempt, 25.0)
    return least + chance * (most - least)


@attrs.frozen
class Address:
    """Whom to connect as, and where."""

    url: str
    api_key: str
    user: Json
    client: str = "chatstate"
    """What we call ourselves in ``X-Stream-Client``."""

    def with_token(self, token: str | None) -> str:
        """The URL of the connection; without a token it is an anonymous one."""
        about = {"user_id": self.user["id"], "user_details": dict(self.user), "server_determines_connection_id": True}
        query = {"json": orjson.dumps(about).decode(), "api_key": self.api_key}
        if token is not None:
            query["authorization"] = token
        query |= {"stream-auth-type": "anonymous" if token is None else "jwt", "X-Stream-Client": self.client}
        return f"{self.url.rstrip('/')}/connect?{urlencode(query)}"


class Connection:
    """The machine. Each method takes the time in seconds of any steady clock, and answers what is to be done.

    ``renewable`` says whether a token that expired can be replaced; ``random`` gives numbers from 0 to 1.
    """

    def __init__(
        self, address: Address, *, renewable: bool, random: Callable[[], float], timing: Timing | None = None
    ) -> None:
        self._address = address
        self._renewable = renewable
        self._random = random
        self._timing = timing or Timing()
        self.phase = Phase.IDLE
        self.connection_id: str | None = None
        """What the service calls the connection, while it is up."""
        self.attempts = 0
        """How many attempts failed since it was last up."""
        self.error: LiveError | None = None
        """What went wrong last, since it was last up."""
        self._token: str | None = None
        self._renew = False
        self._renewed = False
        self._frame: str | bytes = b""
        self._beat_at = self._heard_at = self._due_at = 0.0

    def start(self, now: float) -> list[Output]:
        """Begin."""
        return self._on(Input.START, now)

    def close(self, now: float) -> list[Output]:
        """End it, for good."""
        return self._on(Input.CLOSE, now)

    def token(self, now: float, token: str | None) -> list[Output]:
        """Here is the token, or None to be anonymous."""
        if self.phase is Phase.ASKING:
            self._token, self._renew = token, False
        return self._on(Input.TOKEN, now)

    def no_token(self, now: float, error: LiveError) -> list[Output]:
        """No token was to be had."""
        return self._on(Input.NO_TOKEN, now, error)

    def opened(self, now: float) -> list[Output]:
        """The socket is open."""
        return self._on(Input.OPENED, now)

    def not_opened(self, now: float, problem: str, *, status: int | None = None, body: bytes = b"") -> list[Output]:
        """The socket could not be opened; ``status`` and ``body`` are those of the HTTP answer, if there was one."""
        if self.phase is not Phase.OPENING:
            return []
        told = _object(body)
        error: Any = told.get("error")
        error = error if isinstance(error, dict) else told
        if status is None and "code" not in error:
            return self._on(Input.FAILED, now, ConnectionFailed(self._clean(f"cannot connect: {problem}")))
        return self._refusal(now, error, status, problem)

    def received(self, now: float, frame: str | bytes) -> list[Output]:
        """A whole frame came: ``str`` where it was text, ``bytes`` where it was binary."""
        self._frame = frame
        if self.phase is Phase.GREETING:
            return self._greeted(now, frame)
        if self.phase is not Phase.ONLINE:
            return []
        self._heard_at = now
        if frame[:9] in ('{"error":', b'{"error":', '{"error" ', b'{"error" '):
            error = _object(frame).get("error")
            if isinstance(error, dict):
                return self._refusal(now, error, None, "")
        return self._on(Input.FRAME, now)

    def lost(self, now: float, code: int | None, reason: str = "") -> list[Output]:
        """The socket was closed by the other side, or broke."""
        return self._on(Input.LOST, now, ConnectionLost(code, self._clean(reason)))

    def tick(self, now: float) -> list[Output]:
        """The time that ``Wake`` named has come."""
        if self.phase is Phase.ONLINE:
            if now >= self._heard_at + self._timing.dead_after:
                silence = f"nothing was heard for {self._timing.dead_after:g} s"
                return self._on(Input.LATE, now, ConnectionFailed(silence))
            return self._on(Input.BEAT, now) if now >= self._beat_at else self._watch()
        if self.phase is Phase.WAITING and now >= self._due_at:
            return self._on(Input.DUE, now)
        if self.phase in (Phase.OPENING, Phase.GREETING) and now >= self._due_at:
            what = "the connection did not open" if self.phase is Phase.OPENING else "no first frame came"
            late = ConnectionFailed(f"{what} within {self._timing.greet_within:g} s")
            return self._on(Input.LATE, now, late)
        return [Wake(self._due_at)] if self.phase in (Phase.OPENING, Phase.GREETING, Phase.WAITING) else []

    def _greeted(self, now: float, frame: str | bytes) -> list[Output]:
        """Read the first frame."""
        told = _object(frame) if isinstance(frame, str) else {}
        error, id = told.get("error"), told.get("connection_id")
        if isinstance(error, dict):
            return self._refusal(now, error, None, "")
        if told.get("type") == "health.check" and isinstance(id, str) and id and isinstance(told.get("me"), dict):
            self.connection_id, self.attempts, self.error, self._renewed = id, 0, None, False
            self._heard_at, self._beat_at = now, now + self._timing.beat_every
            return self._on(Input.HELLO, now)
        return self._on(Input.MISTAKEN, now, BadGreeting(self._clean(_described(frame, told))))

    def _refusal(self, now: float, error: Json, status: int | None, otherwise: str) -> list[Output]:
        """Read what an error frame, or the body of an HTTP answer, says."""
        code, said = error.get("code"), error.get("StatusCode")
        code = code if type(code) is int else None
        status = said if type(said) is int and said else status
        message = self._clean(str(error.get("message") or otherwise or "no reason was told"))
        if code == EXPIRED and self._renewable:
            expired, self._renewed = self._renewed, True
            self._renew = True
            refused = ConnectionRefused(code, message, status)
            return self._on(Input.EXPIRED_AGAIN if expired else Input.EXPIRED, now, refused)
        if _is_final(code, status):
            kind = TokenExpired if code == EXPIRED else ConnectionRefused
            return self._on(Input.REFUSED, now, kind(code, message, status))
        return self._on(Input.FAILED, now, ConnectionFailed(str(ConnectionRefused(code, message, status))))

    def _on(self, happened: Input, now: float, error: LiveError | None = None) -> list[Output]:
        """Look up what follows."""
        row = TABLE.get((self.phase, happened))
        if row is None:
            return []
        self.phase, todo = row
        if error is not None:
            self.error = error
        if self.phase is not Phase.ONLINE:
            self.connection_id = None
        return [output for do in todo for output in self._outputs(do, now, error)]

    def _outputs(self, do: Do, now: float, error: LiveError | None) -> list[Output]:
        match do:
            case Do.ASK:
                return [AskToken(renew=self._renew)]
            case Do.RENEW:
                return [AskToken(renew=True)]
            case Do.OPEN:
                self._due_at = now + self._timing.greet_within
                return [Open(self._address.with_token(self._token)), Wake(self._due_at)]
            case Do.DELIVER:
                return [Deliver(self._frame)]
            case Do.TELL_ONLINE | Do.TELL_OFFLINE:
                return [Tell(online=do is Do.TELL_ONLINE)]
            case Do.WATCH:
                return self._watch()
            case Do.BEAT:
                self._beat_at = now + self._timing.beat_every
                beat = [{"type": "health.check", "client_id": self.connection_id}]
                return [Send(orjson.dumps(beat).decode())]
            case Do.DROP:
                return [Drop()]
            case Do.REPORT:
                return [] if error is None else [Report(error)]
            case Do.BACK_OFF:
                self.attempts += 1
                self._due_at = now + back_off(self.attempts, self._random())
                return [Wake(self._due_at)]
            case Do.STOP:
                return [Stop(error)]

    def _watch(self) -> list[Output]:
        return [Wake(min(self._beat_at, self._heard_at + self._timing.dead_after))]

    def _clean(self, text: str) -> str:
        return redacted(text, self._token)

    def __repr__(self) -> str:
        return f"<Connection of {self._address.user['id']!r}, {self.phase.value}>"


_FINAL_CODES = frozenset({2, 4, 5, 16, 17, 40, 41, 42, 43})
"""Codes of the service that come with 4xx, for error frames without a status."""


def _is_final(code: int | None, status: int | None) -> bool:
    """Whether to try again would not help."""
    if status is None:
        return code in _FINAL_CODES
    return is_final(status)


def _object(frame: str | bytes) -> Json:
    try:
        told = orjson.loads(frame)
    except orjson.JSONDecodeError:
        return {}
    return told if isinstance(told, dict) else {}


def _described(frame: str | bytes, told: Json) -> str:
    if isinstance(frame, bytes):
        return f"a binary frame of {len(frame)} bytes"
    return f"{told['type']!r}" if isinstance(told.get("type"), str) else brief(frame)


if __name__ == "__main__":
    import sys

    sys.stdout.write(table() + "\n")
