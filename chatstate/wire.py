"""A frame, as the socket sends it, to an event."""

from collections.abc import Mapping
from typing import Any

import orjson

from chatstate.clock import Timestamp
from chatstate.errors import Malformed
from chatstate.events import EVENTS, CustomEvent, Event
from chatstate.model import Found, JsonObject

Frame = bytes | bytearray | memoryview | str | Mapping[str, Any]
"""One event of the service: JSON text, or the object it decodes to."""


def decode(frame: Frame) -> JsonObject:
    """The JSON object in a frame. Raises ``Malformed`` where it holds anything else. O(length)."""
    raw: Any = frame
    kind = frame.__class__
    if kind is not dict:
        if kind is not bytes and isinstance(frame, Mapping):
            return dict(frame)
        try:
            raw = orjson.loads(frame)  # type: ignore[arg-type]
        except orjson.JSONDecodeError as error:
            raise Malformed(f"JSON ({error.msg})", _excerpt(frame)) from None
    if raw.__class__ is not dict:
        raise Malformed("an object", raw)
    return raw


def _excerpt(frame: Any) -> str:
    if isinstance(frame, str):
        return frame[:80].encode("utf-8", "replace").decode()
    if isinstance(frame, (bytes, bytearray, memoryview)):
        return bytes(frame[:80]).decode("utf-8", "replace")
    return type(frame).__name__


def read_event(raw: JsonObject, now: Timestamp, found: Found) -> Event:
    """The event a decoded frame tells; of a kind that nobody declared, a ``CustomEvent``.

    ``now`` is the event's time where it says none; ``found`` gathers the users in it. Raises ``Malformed``.
    """
    kind = raw.get("type")
    if kind.__class__ is not str or not kind:
        raise refusal(raw) or Malformed("a string", kind, "type")
    return EVENTS.get(kind, CustomEvent).of(kind, raw, now, found)


class Refusal(Malformed):
    """An ``error`` frame: the service refused the connection."""

    def __init__(self, code: object, message: object) -> None:
        super().__init__("an event", message, "error")
        self.code = code
        self.message = message

    def under(self, key: str) -> Malformed:
        return self

    def __str__(self) -> str:
        return f"the service sent error {self.code}: {self.message}"


def refusal(raw: JsonObject) -> Refusal | None:
    """What an ``error`` frame says, None for any other."""
    error: Any = raw.get("error")
    if error.__class__ is not dict:
        return None
    return Refusal(error.get("code"), error.get("message"))
