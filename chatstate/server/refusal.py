"""What the service says instead of an answer."""

from typing import Any

Json = dict[str, Any]


class Refusal(Exception):
    """A call or a connection that is turned down: the service's ``code``, the HTTP ``status``, and a sentence.

    ``retry_after`` is how many seconds to wait, where waiting helps.
    """

    def __init__(self, status: int, code: int, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after

    def payload(self) -> Json:
        """The error as the service words it."""
        return {
            "code": self.code,
            "message": self.message,
            "StatusCode": self.status,
            "exception_fields": {},
            "duration": "0.00ms",
            "more_info": "",
        }


def wrong(message: str) -> Refusal:
    """Something in the call is not as it should be."""
    return Refusal(400, 4, message)


def forbidden(message: str) -> Refusal:
    """The user may not do that."""
    return Refusal(403, 17, message)


def missing(message: str) -> Refusal:
    """There is no such thing, or not for this user."""
    return Refusal(404, 16, message)


def unauthorized(code: int, message: str) -> Refusal:
    """Nothing shows who calls: by ``code`` 2 the key, 5 no token, 40 to 43 what is wrong with it."""
    return Refusal(401, code, message)


def too_fast(seconds: float) -> Refusal:
    """More than the limits allow."""
    return Refusal(429, 9, "too many requests: slow down", retry_after=seconds)
