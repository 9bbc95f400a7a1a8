"""The fields of events: each is read from the frame when somebody first asks for it, and kept then."""

import inspect
from collections.abc import Callable
from typing import Any

import attrs

from chatstate.errors import Malformed
from chatstate.model.reading import Found
from chatstate.model.row import field_reader

Reader = Callable[[Any, str, Found], Any]

ENVELOPE = frozenset({"kind", "raw", "cid", "created_at", "user_id"})
"""The fields that every event is made with."""


def without_defaults(cls: type, fields: list[Any]) -> list[Any]:
    """Fields that no ``__init__`` sets. attrs writes one even where there is to be none, and that takes its time."""
    return [field if field.inherited else _without_default(field) for field in fields]


def _without_default(field: Any) -> Any:
    metadata = {**field.metadata, "default": None if field.default is attrs.NOTHING else field.default}
    return field.evolve(init=False, default=attrs.NOTHING, metadata=metadata)


def let_read(cls: Any) -> frozenset[str]:
    """Let the fields that a class adds to its base be read when they are asked for; answers their wire keys."""
    added = [field for field in attrs.fields(cls) if not field.inherited and field.name not in ENVELOPE]
    hints = inspect.get_annotations(cls, eval_str=True) if added else {}
    for field in added:
        read = field_reader(hints[field.name], field.metadata)
        setattr(cls, field.name, _Unread(cls, field, read))
    return frozenset(map(key_of, added))


def key_of(field: Any) -> str:
    """What the wire calls a field."""
    return str(field.metadata.get("wire key", field.name))


class _Unread:
    """A field that is read when it is first asked for.

    One descriptor for each: with ``__getattr__`` on the class every other attribute would be found slowly, too.
    """

    __slots__ = ("default", "kept", "key", "read")

    def __init__(self, cls: type, field: Any, read: Reader) -> None:
        kept: Any = getattr(cls, field.name)
        self.kept: Any = kept.kept if isinstance(kept, _Unread) else kept
        self.key, self.read, self.default = key_of(field), read, field.metadata["default"]

    def __get__(self, event: Any, owner: type) -> Any:
        if event is None:
            return self
        try:
            return self.kept.__get__(event)
        except AttributeError:
            raw = event.raw.get(self.key)
        try:
            value = self.default if raw is None else self.read(raw, self.key, Found())
        except Malformed as error:
            raise error.under("$") from None
        self.kept.__set__(event, value)
        return value

    def __set__(self, event: Any, value: Any) -> None:
        raise attrs.exceptions.FrozenInstanceError
