"""Rows: frozen, slotted attrs classes that are read from the wire by code written for each of them.

``@row`` turns a class of annotated fields into a frozen attrs class and writes two functions for it: ``open``, which
reads a JSON object, and ``opened``, which copies. Both fill an *open* class of the same layout and close it by one
assignment of ``__class__``; for the 40 fields of a message that takes a ninth of the time of an attrs ``__init__``.

How a field is read follows from its annotation. An absent key keeps what ``base`` says, null gives the default.
Keys that no field names are the row's ``custom`` data.
"""

import types
import typing
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar, Self, TypeVar, dataclass_transform

import attrs

from chatstate.clock import NEVER, Timestamp
from chatstate.errors import DeclarationError, Malformed
from chatstate.model.reading import NOTHING, READERS, Found, JsonObject, read_object, read_time

_KEY, _LOCAL, _FORM, _STAMP, _MARK = "wire key", "local", "form", "stamp", "mark"


def local(default: Any) -> Any:
    """A field the wire never tells: when something was told, what was decided on arrival."""
    return attrs.field(default=default, metadata={_LOCAL: True})


def mark(default: Any = NEVER) -> Any:
    """A field that guards others against what is older: when something was told. Nobody is shown it."""
    return attrs.field(default=default, metadata={_LOCAL: True, _MARK: True})


def stamped() -> Any:
    """A mark that reading sets, to the time of the event that tells."""
    return attrs.field(default=NEVER, metadata={_LOCAL: True, _STAMP: True, _MARK: True})


def ref(key: str) -> Any:
    """The id of the object embedded under ``key``: ``user_id`` from ``user``."""
    return attrs.field(default=None, metadata={_KEY: key, _FORM: "ref"})


def refs(key: str) -> Any:
    """The ids of the users embedded in the list under ``key``, in its order; malformed ones are left out, reported."""
    return attrs.field(default=(), metadata={_KEY: key, _FORM: "refs"})


def author(key: str) -> Any:
    """The id of the user under ``key``, who is noted unless it is the event's own user."""
    return attrs.field(default=None, metadata={_KEY: key, _FORM: "author"})


def role() -> Any:
    """A membership told in brief: one object for all that are alike."""
    return attrs.field(default=NOTHING, metadata={_FORM: "role"})


def wire(key: str, default: Any = None) -> Any:
    """A field that the wire calls ``key``."""
    return attrs.field(default=default, metadata={_KEY: key})


T = TypeVar("T")


class _Base:
    """Tells type checkers that ``BASE`` is of the class it is read from; ``@row`` puts the row itself in its place."""

    def __get__(self, row: object, owner: type[T]) -> T:
        raise AttributeError(f"{owner.__name__} was not made by @row")


class Row:
    """A fact: frozen and small, with ids where the wire nests objects. Made by ``@row``."""

    __slots__ = ()
    BASE = _Base()
    """The row of which nothing is known but defaults."""
    open: ClassVar[Callable[..., Any]]
    """As ``read``, but the row can still be written; assigning the row's class to ``__class__`` closes it."""

    @classmethod
    def read(cls, raw: JsonObject, found: Found, base: Self | None = None, at: Timestamp = NEVER) -> Self:
        """What ``raw``, told at ``at``, says, laid over ``base``. Raises ``Malformed``. O(fields)."""
        row = cls.open(raw, found, cls.BASE if base is None else base, at)
        row.__class__ = cls
        return row  # type: ignore[no-any-return]

    opened: Callable[..., Any]
    """A copy that can still be written, for the few places where ``replace`` is too slow. Written by ``@row``."""

    def shows(self, other: Any) -> bool:
        """Whether two rows differ in nothing but their marks. O(fields). Written by ``@row``."""
        raise NotImplementedError

    def replace(self, **changes: Any) -> Self:
        """A copy with ``changes``. O(fields)."""
        row = self.opened()
        for name, value in changes.items():
            setattr(row, name, value)
        row.__class__ = self.__class__
        return row  # type: ignore[no-any-return]


R = TypeVar("R", bound=type)


@dataclass_transform(
    kw_only_default=True,
    frozen_default=True,
    field_specifiers=(attrs.field, local, mark, stamped, ref, refs, author, role, wire),
)
def row(*, common: str = "", skipped: str = "", along: str = "") -> Callable[[R], R]:
    """Make a class of annotated fields a row.

    ``common`` names the wire keys that nearly every payload has: they are read by subscript, and where all are there
    the rest is looked at only if the object has more keys. ``skipped`` names keys that some reducer reads by itself,
    ``along`` those of them that are rare enough to be announced in ``Found.along``.
    """

    def make(cls: R) -> R:
        if not issubclass(cls, Row):
            raise DeclarationError(f"{cls.__name__}: a row derives from Row")
        closed: Any = attrs.frozen(slots=True, kw_only=True, weakref_slot=False)(cls)
        open_class = opening(closed)
        closed.BASE = closed()
        writer = _Writer(open_class, closed, common.split(), skipped.split(), along.split())
        for name, write in (("open", writer.open), ("opened", writer.opened), ("shows", writer.shows)):
            setattr(closed, name, at_first_call(write, partial(setattr, closed, name)))
        return closed  # type: ignore[no-any-return]

    return make


def opening(closed: type) -> type:
    """A class of the same layout whose instances can be written; assigning the other to ``__class__`` closes them."""
    body: dict[str, Any] = {"__slots__": (), "__doc__": closed.__doc__, "__module__": closed.__module__}
    # Both, or CPython would look for a method at every store.
    body |= {"__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    return type(closed.__name__, (closed,), body)


def compiled(lines: list[str], name: str, **names: Any) -> Callable[..., Any]:
    """The function that ``lines`` define; ``create(cls)`` makes an empty instance in it."""
    scope: dict[str, Any] = {"create": object.__new__, **names}
    exec("\n".join(lines), scope)
    made: Callable[..., Any] = scope[name]
    return made


def at_first_call(write: Callable[[], Callable[..., Any]], keep: Callable[[Any], object]) -> Callable[..., Any]:
    """A function that is written when it is first called, and kept in the place of this one then.

    Most are never called in one run, and writing all of them would take half the time of an import.
    """

    def first(*given: Any) -> Any:
        written = write()
        keep(written)
        return written(*given)

    return first


class _Writer:
    """Writes ``open``, ``opened`` and ``shows`` for one class."""

    def __init__(self, open_class: type, closed: type, common: list[str], skipped: list[str], along: list[str]) -> None:
        self.open_class, self.closed, self.common = open_class, closed, common
        hints = typing.get_type_hints(closed)
        self.told = {
            f.metadata.get(_KEY, f.name): (f.name, _form(hints[f.name], f.metadata))
            for f in attrs.fields(typing.cast(Any, closed))
            if not f.metadata.get(_LOCAL) and f.name != "custom"
        }
        self.stamped = [f.name for f in attrs.fields(typing.cast(Any, closed)) if f.metadata.get(_STAMP)]
        self.kept = [f.name for f in attrs.fields(typing.cast(Any, closed)) if f.name not in self.stamped]
        self.skipped, self.along = {*skipped, "custom"}, along
        self.scope: dict[str, Any] = {"Open": open_class, **READERS}

    def open(self) -> Callable[..., Any]:
        others: dict[str, Callable[..., Any]] = {}
        for key, (name, form) in self.told.items():
            others[key] = at_first_call(partial(self._setter, name, form, key), partial(others.__setitem__, key))
        others |= dict.fromkeys(self.skipped, _skip) | dict.fromkeys(self.along, _announce)
        has_custom = "custom" in self.kept
        self.scope |= {"OTHERS": others, "others": _others, "COMMON": frozenset(self.common), "HAS_CUSTOM": has_custom}
        lines = ["def open(raw, found, base, at):", " row = create(Open)", " said = None", " try:"]
        for key in self.common:
            name, form = self.told.get(key, ("", ""))
            lines += [f"  v = raw[{key!r}]", *(f"  {line}" for line in self._store(name, form, key))]
        read_names = {self.told[key][0] for key in self.common if key in self.told}
        lines += ["  is_usual = True", " except KeyError:", "  is_usual = False", " if is_usual:"]
        lines += [f"  row.{name} = base.{name}" for name in self.kept if name not in read_names]
        if has_custom:
            lines += ["  row.custom = NOTHING"]
        lines += [
            f"  if len(raw) != {len(self.common)}: others(row, raw, raw.keys() - COMMON, OTHERS, found, HAS_CUSTOM)"
        ]
        lines += [" else:"]
        lines += [f"  row.{name} = base.{name}" for name in self.kept]
        lines += ["  others(row, raw, raw, OTHERS, found, HAS_CUSTOM)"]
        lines += [f" row.{name} = at" for name in self.stamped]
        lines += [" return row"]
        return compiled(lines, "open", **self.scope)

    def opened(self) -> Callable[..., Any]:
        names = [field.name for field in attrs.fields(typing.cast(Any, self.closed))]
        lines = [
            "def opened(self):",
            " row = create(Open)",
            *(f" row.{name} = self.{name}" for name in names),
            " return row",
        ]
        return compiled(lines, "opened", Open=self.open_class)

    def shows(self) -> Callable[..., Any]:
        fields = attrs.fields(typing.cast(Any, self.closed))
        shown = [field.name for field in fields if not field.metadata.get(_MARK)]
        same = " and ".join(f"self.{name} == other.{name}" for name in shown) or "True"
        lines = ["def shows(self, other):", f" return other.__class__ is Closed and {same}"]
        return compiled(lines, "shows", Closed=self.closed)

    def _setter(self, name: str, form: str, key: str) -> Callable[..., Any]:
        lines = ["def setter(row, v, found):", " said = None", *(f" {line}" for line in self._store(name, form, key))]
        return compiled(lines, "setter", **self.scope)

    def _store(self, name: str, form: str, key: str) -> list[str]:
        """The statements that take ``v`` into ``row.name``."""
        if not name:
            return []
        default = f"DEFAULT_{name}"
        self.scope[default] = getattr(typing.cast(Any, self.closed).BASE, name)
        if form in _EXACT:
            return [f"row.{name} = v if v.__class__ is {_EXACT[form]} else {form}(v, {key!r}, {default})"]
        if form == "time":
            return [
                f"if v is None: row.{name} = {default}",
                "else:",
                f" if v != said: said = v; said_at = time(v, {key!r}, None)",
                f" row.{name} = {default} if said_at is None else said_at",
            ]
        if form == "author":
            return [
                f"if v.__class__ is dict and found.author and v.get('id') == found.author: row.{name} = found.author",
                f"else: row.{name} = ref(v, {key!r}, found) if v else {default}",
            ]
        if form == "raw":
            return [f"row.{name} = v"]
        return [f"row.{name} = {form}(v, {key!r}, found) if v else {default}"]


_EXACT = {"text": "str", "flag": "bool", "whole": "int"}


def _skip(row: Any, value: Any, found: Found) -> None:
    return None


def _announce(row: Any, value: Any, found: Found) -> None:
    found.along = True


def _others(row: Any, raw: JsonObject, keys: Any, others: Mapping[str, Any], found: Found, has_custom: bool) -> None:
    """Take the keys that were not read by subscript; those no field names are custom data."""
    custom: JsonObject | None = None
    for key in keys:
        setter = others.get(key)
        if setter is not None:
            setter(row, raw[key], found)
        elif custom is None:
            custom = {key: raw[key]}
        else:
            custom[key] = raw[key]
    if has_custom and custom is not None:
        row.custom = {**row.custom, **custom} if row.custom else custom


def field_reader(hint: Any, metadata: Mapping[str, Any]) -> Callable[[Any, str, Found], Any]:
    """A function ``(value, key, found)`` that reads a single field of that type. Raises ``Malformed``."""
    options = [option for option in typing.get_args(hint) if option is not types.NoneType]
    kind = options[0] if isinstance(hint, types.UnionType) and len(options) == 1 else hint
    if isinstance(kind, type) and issubclass(kind, Row):
        made = kind
        return lambda value, key, found: _nested(made, value, key, found)
    form = _form(hint, metadata)
    if form == "raw":
        return lambda value, key, found: value
    if form == "time":
        return lambda value, key, found: read_time(value, key)
    read: Callable[[Any, str, Any], Any] = READERS[form]
    if form in _EXACT:
        exact = {"text": str, "flag": bool, "whole": int}[form]
        return lambda value, key, found: value if value.__class__ is exact else read(value, key, None)
    return read


def _nested(kind: type[Row], value: object, key: str, found: Found) -> Any:
    raw = read_object(value, key, found)
    try:
        return kind.read(raw, found)
    except Malformed as error:
        raise error.under(key) from None


def _form(hint: Any, metadata: Mapping[str, Any]) -> str:
    """The name of the reader for a field of this type."""
    if _FORM in metadata:
        return str(metadata[_FORM])
    options = [option for option in typing.get_args(hint) if option is not types.NoneType]
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        return _form(options[0], metadata)
    if hint is Timestamp:
        return "time"
    plain = {str: "text", bool: "flag", int: "whole", float: "number", object: "raw", Any: "raw"}
    base = getattr(hint, "__supertype__", hint)
    if base in plain:
        return plain[base]
    origin = typing.get_origin(hint)
    if origin is tuple:
        return "texts" if getattr(options[0], "__supertype__", options[0]) is str else "items"
    if origin is not None and issubclass(origin, Mapping):
        return "counts" if options[1] is int else "thing"
    raise DeclarationError(f"a row cannot read a field of type {hint}")
