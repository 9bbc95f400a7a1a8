"""What can go wrong with the service, as a tree. No token is ever part of it.

ChatStateError
└── LiveError
    ├── ConnectionFailed      the socket could not be opened or was lost; it is tried again
    │   ├── ConnectionLost    it was closed; knows the code and the reason
    │   ├── BadGreeting       what came first is not what the service says first
    │   └── NotConnected      a client was used outside of the ``with`` that connects it
    ├── ConnectionRefused     the service will not have us; knows the code, the message and the HTTP status
    │   └── TokenExpired      and a plain token cannot be renewed
    ├── TokenFailed           the function that gives tokens raised, or gave none
    ├── ApiError              a call was refused; knows the code, the message, the HTTP status, when to try again
    ├── CallFailed            a call had no answer, or none that can be read
    └── BadDelivery           a webhook's body is not what the service sends, or not signed with the secret
"""

from urllib.parse import quote, quote_plus

from chatstate.errors import ChatStateError

HIDDEN = "<token>"

EXPIRED = 40
"""The service's code for a token that has expired."""

PASSING = frozenset({408, 425, 429})
"""Statuses of 4xx that say no more than: not now."""


def is_final(status: int) -> bool:
    """Whether an HTTP status says that trying again would not help."""
    return 400 <= status < 500 and status not in PASSING


class LiveError(ChatStateError):
    """Anything that goes wrong between us and the service."""


class ConnectionFailed(LiveError, ConnectionError):
    """The socket could not be opened, or was lost. It is tried again."""


class ConnectionLost(ConnectionFailed):
    """The socket was closed. ``code`` is that of the close frame, None where there was none."""

    def __init__(self, code: int | None, reason: str = "") -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason

    def __str__(self) -> str:
        how = "without a close frame" if self.code is None else f"with code {self.code}"
        return f"the connection was closed {how}{f': {self.reason}' if self.reason else ''}"


class BadGreeting(ConnectionFailed):
    """What came first is not the ``health.check`` that the service says first."""

    def __init__(self, got: str) -> None:
        super().__init__(got)
        self.got = got

    def __str__(self) -> str:
        return f"expected a health.check with connection_id and me as the first frame, got {self.got}"


class NotConnected(ConnectionFailed):
    """A client was used before it was connected, or after it was closed: outside of its ``within``."""

    def __init__(self, within: str) -> None:
        super().__init__(within)
        self.within = within

    def __str__(self) -> str:
        return f"not connected: a client is used within `{self.within}`, not before and not after"


class ConnectionRefused(LiveError):
    """The service will not have us; to try again would not help."""

    def __init__(self, code: int | None, message: str, status: int | None) -> None:
        super().__init__(code, message, status)
        self.code = code
        self.message = message
        self.status = status

    def __str__(self) -> str:
        return f"the service refused the connection: {self.message}{_numbers(self.code, self.status)}"


class TokenExpired(ConnectionRefused):
    """The token has expired, and it is a plain string."""

    def __str__(self) -> str:
        return f"{super().__str__()}; connect with a function that gives tokens, and it is asked for a new one"


class TokenFailed(LiveError):
    """The function that gives tokens raised, or gave none. Its exception is the cause."""


class ApiError(LiveError):
    """A call was refused.

    ``code`` is the service's own, ``status`` HTTP's, ``retry_after`` the seconds it asks to wait, where it says so.
    ``repeated`` tells that the call had been made before, and nobody knows whether it was carried out then.
    """

    repeated = False

    def __init__(
        self, call: str, code: int | None, message: str, status: int, retry_after: float | None = None
    ) -> None:
        super().__init__(call, code, message, status, retry_after)
        self.call = call
        self.code = code
        self.message = message
        self.status = status
        self.retry_after = retry_after

    @property
    def is_final(self) -> bool:
        """Whether trying again would not help."""
        return is_final(self.status)

    def __str__(self) -> str:
        later = "" if self.retry_after is None else f"; try again in {self.retry_after:g} s"
        return f"{self.call}: {self.message}{_numbers(self.code, self.status)}{later}"


class CallFailed(LiveError, ConnectionError):
    """A call had no answer, or none that can be read; whether it was carried out is not known."""

    def __init__(self, call: str, problem: str) -> None:
        super().__init__(call, problem)
        self.call = call
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.call}: {self.problem}"


class BadDelivery(LiveError, ValueError):
    """A webhook's body is not what the service sends, or is not signed with the secret."""


def _numbers(code: int | None, status: int | None) -> str:
    told = [f"code {code}" if code is not None else "", f"HTTP {status}" if status is not None else ""]
    return f" ({', '.join(filter(None, told))})" if any(told) else ""


def redacted(text: str, token: str | None) -> str:
    """``text`` without the token, wherever it stands in it, as it is or as a URL writes it."""
    if not token:
        return text
    for form in {token, quote(token, safe=""), quote_plus(token)}:
        text = text.replace(form, HIDDEN)
    return text
