"""What can go wrong, as a tree, and the fault that tells of it.

ChatStateError
├── Malformed         a part of a frame is not what the protocol promises; knows the path, what was expected, what came
├── WrongThreadError  a store was used from a thread that does not own it
├── SelectorError     a selector's function changed the store that it looks at, or reads itself
└── DeclarationError  an event, reducer or table was declared twice or wrongly
"""

from collections.abc import Mapping
from typing import Any

import attrs


class ChatStateError(Exception):
    """Anything this library raises on purpose."""


class Malformed(ChatStateError, ValueError):
    """A part of a frame is not what the protocol promises.

    ``path`` is a JSON path from the frame's root, like ``$.message.user.id``; while the error travels outwards it lacks
    the ``$`` and is the part that is known so far.
    """

    def __init__(self, expected: str, got: object, path: str = "") -> None:
        super().__init__(expected, got, path)
        self.expected = expected
        self.got = got
        self.path = path

    def under(self, key: str) -> "Malformed":
        """The same error, seen from the object that holds it under ``key``: ``user``, ``members[3]``, or ``$``."""
        if not key or self.path.startswith("$"):
            return self
        return Malformed(self.expected, self.got, f"{key}.{self.path}" if self.path else key)

    def __str__(self) -> str:
        place = f" at {self.path}" if self.path else ""
        return f"expected {self.expected}{place}, got {brief(self.got)}"


class WrongThreadError(ChatStateError, RuntimeError):
    """A store was used from a thread that does not own it."""

    def __str__(self) -> str:
        return (
            "this store belongs to another thread; hand frames over with store.post(frame), and work on the store, "
            "looking included, with store.call(work)"
        )


class SelectorError(ChatStateError, RuntimeError):
    """A selector's function did what no such function may."""

    def __str__(self) -> str:
        return self.args[0] if self.args else "a selector's function looks at the store; it does not change it"


class CircularError(SelectorError):
    """A selector's value depends on itself."""

    def __str__(self) -> str:
        return "a selector reads itself, at once or by way of others"


class DeclarationError(ChatStateError, TypeError):
    """An event, reducer or table was declared twice or wrongly."""


@attrs.frozen(kw_only=True)
class Fault:
    """One thing that could not be applied, or one subscriber that raised; everything else went on.

    ``kind`` is the event's, where it is known; ``path`` a JSON path from ``$``; ``line`` the place in a log, from 1;
    ``frame`` what came, as it came; ``error`` the exception behind it, if there was one; ``selector`` the selector
    whose function or observer raised it.
    """

    problem: str
    kind: str | None = None
    path: str | None = None
    line: int | None = None
    frame: bytes | str | Mapping[str, Any] | None = attrs.field(default=None, repr=False, eq=False)
    error: BaseException | None = attrs.field(default=None, repr=False, eq=False)
    selector: Any = attrs.field(default=None, repr=False, eq=False)

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line is not None else ""
        what = f"{self.kind}: " if self.kind is not None else ""
        return f"{where}{what}{self.problem}"


def brief(value: object) -> str:
    """``value`` in at most a few words, as an error message shows it."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str():
            return repr(value if len(value) <= 40 else value[:39] + "…")
        case dict():
            return "an object"
        case list():
            return "a list"
        case int() if value.bit_length() > 128:
            return "a huge integer"
        case _:
            return str(value)
