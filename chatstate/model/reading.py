"""How single values are read from the wire: texts, numbers, times, the users embedded in an object.

Each reader takes a value and the key it stood under, and raises ``Malformed`` where the value is not what was promised.
"""

import types
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from chatstate import clock
from chatstate.clock import NEVER, parse
from chatstate.errors import Malformed
from chatstate.ids import UserId

JsonObject = dict[str, Any]
_MINUTES = clock.minutes
NOTHING: Mapping[str, Any] = types.MappingProxyType({})


class Found:
    """What came to light while an object was read: the users embedded in it, and what was left out as malformed."""

    __slots__ = ("along", "at", "author", "faults", "users")

    def __init__(self) -> None:
        self.users: list[JsonObject] = []
        self.faults: list[Malformed] = []
        self.at = ""
        """The path of the object being read, from the frame's root."""
        self.author = ""
        """Whose event it is: that user's copy is taken from the event itself, and not once more from its message."""
        self.along = False
        """Whether the object held others that some reducer takes along."""


def _text(value: Any, key: str, default: Any) -> Any:
    if value is None:
        return default
    if value.__class__ is str:
        return value
    raise Malformed("a string", value, key)


def _flag(value: Any, key: str, default: Any) -> Any:
    if value is None:
        return default
    raise Malformed("true or false", value, key)


def _whole(value: Any, key: str, default: Any) -> Any:
    if value is None:
        return default
    if value.__class__ is float and value == value and abs(value) < 2**53:
        return int(value)
    raise Malformed("a whole number", value, key)


def _number(value: Any, key: str, found: Found) -> float:
    if isinstance(value, (int, float)) and value.__class__ is not bool:
        return value
    raise Malformed("a number", value, key)


def read_time(value: Any, key: str, default: Any = None) -> Any:
    """A ``Timestamp`` from what the wire writes: a text, or whole nanoseconds. Null and the year 1 are ``default``."""
    if value.__class__ is str:
        minute = _MINUTES.get(value[:16])
        if (
            minute is not None and len(value) == 30 and value[29] == "Z" and value[16:20:3] == ":."
        ):  # most have all nine digits
            digits = value[17:19] + value[20:29]
            if digits < "6" and digits.isdigit() and digits.isascii():
                return minute + int(digits)
        try:
            at = parse(value)
        except ValueError:
            raise Malformed("a time", value, key) from None
        return default if at == NEVER else at
    if value is None:
        return default
    if value.__class__ is int and -clock.LIMIT < value < clock.LIMIT:
        return value
    raise Malformed("a time", value, key)


def read_ref(value: Any, key: str, found: Found) -> UserId:
    """The id of an embedded user, who is noted in ``found``."""
    if value.__class__ is not dict:
        raise Malformed("an object", value, key)
    id = value.get("id")
    if id.__class__ is not str or not id:
        raise Malformed("a string", id, f"{key}.id" if key else "id")
    found.users.append(value)
    return id  # type: ignore[return-value]


def read_refs(value: Any, key: str, found: Found) -> tuple[str, ...]:
    """The ids of the users in a list; an element that is none costs only itself."""
    return tuple(each(value, key, found, _ref_in_list))


def _ref_in_list(value: Any, key: str, found: Found) -> str:
    if value.__class__ is dict and "id" not in value and "user_id" in value:
        if "user" in value:
            return read_ref(value["user"], f"{key}.user", found)
        return str(_text(value["user_id"], f"{key}.user_id", ""))
    return read_ref(value, key, found)


T = TypeVar("T")


def each(value: Any, key: str, found: Found, read: Callable[[Any, str, Found], T]) -> list[T]:
    """``read`` of every element of a list; a malformed one is left out and noted in ``found.faults`` with its path."""
    if value.__class__ is not list:
        raise Malformed("a list", value, key)
    taken: list[T] = []
    for i, element in enumerate(value):
        try:
            taken.append(read(element, f"{key}[{i}]", found))
        except Malformed as error:
            found.faults.append(error.under(found.at).under("$"))
    return taken


def _text_in_list(value: Any, key: str, found: Found) -> str:
    if value.__class__ is not str:
        raise Malformed("a string", value, key)
    return value


def _texts(value: Any, key: str, found: Found) -> tuple[str, ...]:
    return tuple(each(value, key, found, _text_in_list))


def _items(value: Any, key: str, found: Found) -> tuple[Any, ...]:
    if value.__class__ is not list:
        raise Malformed("a list", value, key)
    return tuple(value)


_shared: dict[str, JsonObject] = {}


def _role(value: Any, key: str, found: Found) -> Mapping[str, Any]:
    """An object that holds ``channel_role`` and nothing else is kept once for all who have that role."""
    told = read_object(value, key, found)
    role: Any = told.get("channel_role")
    if len(told) == 1 and role.__class__ is str:
        return _shared.setdefault(role, told) if len(_shared) < 1000 else told
    return told


def read_object(value: Any, key: str, found: Found) -> JsonObject:
    """A JSON object. Raises ``Malformed`` for anything else."""
    if value.__class__ is not dict:
        raise Malformed("an object", value, key)
    return value


def _counts(value: Any, key: str, found: Found) -> Mapping[str, int]:
    counts = read_object(value, key, found)
    for name, count in counts.items():
        if count.__class__ is not int:
            raise Malformed("a whole number", count, f"{key}.{name}")
    return counts


READERS: dict[str, Any] = {
    "text": _text,
    "flag": _flag,
    "whole": _whole,
    "number": _number,
    "time": read_time,
    "ref": read_ref,
    "refs": read_refs,
    "texts": _texts,
    "items": _items,
    "thing": read_object,
    "role": _role,
    "counts": _counts,
    "NOTHING": NOTHING,
}
"""The readers by the names that compiled code calls them."""
