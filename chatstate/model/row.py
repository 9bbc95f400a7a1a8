"""Rows: frozen, slotted attrs classes that are read from the wire by code written for each of them.

``@row`` turns a class of annotated fields into a frozen attrs class and writes two functions for it: ``open``, which
reads a JSON object, and ``opened``, which copies. Both fill an *open* class of the same layout and close it by one
assignment of ``__class__``; for the 40 fields of a message that takes a third of the time of an attrs ``__init__``.

How a field is read follows from its annotation. An absent key keeps what ``base`` says, null gives the default.
Keys that no field names are the row's ``custom`` data.
"""

import types
import typing
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self, TypeVar, dataclass_transform

import attrs

from chatstate import clock
from chatstate.clock import NEVER, Timestamp, parse
from chatstate.errors import DeclarationError, Malformed

JsonObject = dict[str, Any]
_SECONDS = clock.seconds
NOTHING: Mapping[str, Any] = types.MappingProxyType({})

_KEY, _LOCAL, _FORM, _STAMP, _MARK = "wire key", "local", "form", "stamp", "mark"


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
    """The ids of the users embedded in the list under ``key``, in its order; malformed ones are left out and reported."""
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


class Row:
    """A fact: frozen and small, with ids where the wire nests objects. Made by ``@row``."""

    __slots__ = ()
    BASE: ClassVar[Any]
    """The row of which nothing is known but defaults."""
    open: ClassVar[Callable[..., Any]]
    """As ``read``, but the row can still be written; assigning the row's class to ``__class__`` closes it."""

    @classmethod
    def read(cls, raw: JsonObject, found: Found, base: Self | None = None, at: Timestamp = clock.NEVER) -> Self:
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


@dataclass_transform(frozen_default=True, field_specifiers=(attrs.field, local, mark, stamped, ref, refs, author, role, wire))
def row(*, common: str = "", skipped: str = "", along: str = "") -> Callable[[R], R]:
    """Make a class of annotated fields a row.

    ``common`` names the wire keys that nearly every payload has: they are read by subscript, and where all are there
    the rest is looked at only if the object has more keys. ``skipped`` names keys that some reducer reads by itself,
    ``along`` those of them that are rare enough to be announced in ``Found.along``.
    """

    def make(cls: R) -> R:
        if not issubclass(cls, Row):
            raise DeclarationError(f"{cls.__name__}: a row derives from Row")
        open_class = attrs.define(slots=True, eq=False, weakref_slot=False)(cls)
        body = {"__slots__": (), "__doc__": cls.__doc__, "__module__": cls.__module__, "__qualname__": cls.__qualname__}
        body |= {"__annotations__": {}}
        closed = attrs.frozen(slots=True, weakref_slot=False)(type(cls.__name__, (open_class,), body))
        made: Any = closed
        made.BASE = closed()
        made.open = _Writer(open_class, closed, common.split(), skipped.split(), along.split()).open()
        made.opened = _opened(open_class, closed)
        made.shows = _shows(closed)
        return typing.cast(R, closed)

    return make


def _opened(open_class: type, closed: type) -> Callable[..., Any]:
    names = [field.name for field in attrs.fields(typing.cast(Any, closed))]
    lines = ["def opened(self):", " row = create(Open)", *(f" row.{name} = self.{name}" for name in names), " return row"]
    return compiled(lines, "opened", Open=open_class)


def _shows(closed: type) -> Callable[..., Any]:
    fields = attrs.fields(typing.cast(Any, closed))
    shown = [field.name for field in fields if not field.metadata.get(_MARK)]
    same = " and ".join(f"self.{name} == other.{name}" for name in shown) or "True"
    return compiled(["def shows(self, other):", f" return other.__class__ is Closed and {same}"], "shows", Closed=closed)


def compiled(lines: list[str], name: str, **names: Any) -> Callable[..., Any]:
    """The function that ``lines`` define; ``create(cls)`` makes an empty instance in it."""
    scope: dict[str, Any] = {"create": object.__new__, **names}
    exec("\n".join(lines), scope)
    made: Callable[..., Any] = scope[name]
    return made


class _Writer:
    """Writes ``open`` for one class."""

    def __init__(
        self, open_class: type, closed: type, common: list[str], skipped: list[str], along: list[str]
    ) -> None:
        self.closed, self.common = closed, common
        hints = typing.get_type_hints(open_class)
        self.told = {
            f.metadata.get(_KEY, f.name): (f.name, _form(hints[f.name], f.metadata))
            for f in attrs.fields(typing.cast(Any, closed))
            if not f.metadata.get(_LOCAL) and f.name != "custom"
        }
        self.stamped = [f.name for f in attrs.fields(typing.cast(Any, closed)) if f.metadata.get(_STAMP)]
        self.kept = [f.name for f in attrs.fields(typing.cast(Any, closed)) if f.name not in self.stamped]
        self.skipped, self.along = {*skipped, "custom"}, along
        self.scope: dict[str, Any] = {"Open": open_class, **_READERS}

    def open(self) -> Callable[..., Any]:
        others = {key: self._setter(name, form, key) for key, (name, form) in self.told.items()}
        others |= {key: _skip for key in self.skipped} | {key: _announce for key in self.along}
        has_custom = "custom" in self.kept
        self.scope |= {"OTHERS": others, "others": _others, "COMMON": frozenset(self.common), "HAS_CUSTOM": has_custom}
        lines = ["def open(raw, found, base, at):", " row = create(Open)", " said = None", " try:"]
        for key in self.common:
            name, form = self.told.get(key, ("", ""))
            lines += [f"  v = raw[{key!r}]", *(f"  {line}" for line in self._store(name, form, key))]
        read_names = {self.told[key][0] for key in self.common if key in self.told}
        lines += ["  whole = True", " except KeyError:", "  whole = False", " if whole:"]
        lines += [f"  row.{name} = base.{name}" for name in self.kept if name not in read_names]
        if has_custom:
            lines += ["  row.custom = NOTHING"]
        lines += [f"  if len(raw) != {len(self.common)}: others(row, raw, raw.keys() - COMMON, OTHERS, found, HAS_CUSTOM)"]
        lines += [" else:"]
        lines += [f"  row.{name} = base.{name}" for name in self.kept]
        lines += ["  others(row, raw, raw, OTHERS, found, HAS_CUSTOM)"]
        lines += [f" row.{name} = at" for name in self.stamped]
        lines += [" return row"]
        return compiled(lines, "open", **self.scope)

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
                "if v.__class__ is dict and found.author and v.get('id') == found.author: "
                f"row.{name} = found.author",
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
    read = _READERS.get(form)
    if form in _EXACT:
        exact = {"text": str, "flag": bool, "whole": int}[form]
        return lambda value, key, found: value if value.__class__ is exact else read(value, key, None)
    if form == "time":
        return lambda value, key, found: read_time(value, key)
    return (lambda value, key, found: value) if read is None else read


def _nested(kind: type[Row], value: object, key: str, found: Found) -> Any:
    raw = _thing(value, key, found)
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


def _text(value: object, key: str, default: Any) -> Any:
    if value is None:
        return default
    if value.__class__ is str:
        return value
    raise Malformed("a string", value, key)


def _flag(value: object, key: str, default: Any) -> Any:
    if value is None:
        return default
    raise Malformed("true or false", value, key)


def _whole(value: object, key: str, default: Any) -> Any:
    if value is None:
        return default
    if value.__class__ is float and value == value and abs(typing.cast(float, value)) < 2**53:
        return int(typing.cast(float, value))
    raise Malformed("a whole number", value, key)


def _number(value: object, key: str, found: Found) -> float:
    if isinstance(value, (int, float)) and value.__class__ is not bool:
        return value
    raise Malformed("a number", value, key)


def read_time(value: object, key: str, default: Any = None) -> Any:
    """A ``Timestamp`` from what the wire writes: a text, or whole nanoseconds. Null and the year 1 are ``default``."""
    if value.__class__ is str:
        second = _SECONDS.get(value[:19])  # type: ignore[index]
        if second is not None and len(value) == 30 and value[29] == "Z":  # type: ignore[arg-type,index]
            digits = value[20:29]  # type: ignore[index]
            if digits.isdigit() and digits.isascii():
                return second + int(digits)
        try:
            at = parse(value)  # type: ignore[arg-type]
        except ValueError:
            raise Malformed("a time", value, key) from None
        return default if at == NEVER else at
    if value is None:
        return default
    if value.__class__ is int and -clock.LIMIT < typing.cast(int, value) < clock.LIMIT:
        return value
    raise Malformed("a time", value, key)


def read_event_time(value: object) -> Any:
    """The time of an event. Raises ``Malformed`` where it tells none."""
    at = read_time(value, "created_at")
    if at is None:
        raise Malformed("a time", value, "created_at")
    return at


def read_ref(value: object, key: str, found: Found) -> str:
    """The id of an embedded user, who is noted in ``found``."""
    if value.__class__ is not dict:
        raise Malformed("an object", value, key)
    id = value.get("id")  # type: ignore[attr-defined]
    if id.__class__ is not str or not id:
        raise Malformed("a string", id, f"{key}.id" if key else "id")
    found.users.append(value)  # type: ignore[arg-type]
    return id  # type: ignore[no-any-return]


def read_refs(value: object, key: str, found: Found) -> tuple[str, ...]:
    """The ids of the users in a list; an element that is none costs only itself."""
    return tuple(each(value, key, found, _ref_in_list))


def _ref_in_list(value: object, key: str, found: Found) -> str:
    if value.__class__ is dict and "id" not in typing.cast(JsonObject, value) and "user_id" in typing.cast(JsonObject, value):
        member = typing.cast(JsonObject, value)
        if "user" in member:
            return read_ref(member["user"], f"{key}.user", found)
        return typing.cast(str, _text(member["user_id"], f"{key}.user_id", ""))
    return read_ref(value, key, found)


T = TypeVar("T")


def each(value: object, key: str, found: Found, read: Callable[[Any, str, Found], T]) -> list[T]:
    """``read`` of every element of a list; a malformed one is left out and noted in ``found.faults`` with its path."""
    if value.__class__ is not list:
        raise Malformed("a list", value, key)
    taken: list[T] = []
    for i, element in enumerate(typing.cast(list[object], value)):
        try:
            taken.append(read(element, f"{key}[{i}]", found))
        except Malformed as error:
            found.faults.append(error.under(found.at).under("$"))
    return taken


def _text_in_list(value: object, key: str, found: Found) -> str:
    if value.__class__ is not str:
        raise Malformed("a string", value, key)
    return typing.cast(str, value)


def _texts(value: object, key: str, found: Found) -> tuple[str, ...]:
    return tuple(each(value, key, found, _text_in_list))


def _items(value: object, key: str, found: Found) -> tuple[Any, ...]:
    if value.__class__ is not list:
        raise Malformed("a list", value, key)
    return tuple(typing.cast(list[object], value))


_shared: dict[str, JsonObject] = {}


def _role(value: object, key: str, found: Found) -> Mapping[str, Any]:
    """An object that holds ``channel_role`` and nothing else is kept once for all who have that role."""
    told = _thing(value, key, found)
    role = told.get("channel_role")
    if len(told) == 1 and role.__class__ is str:
        return _shared.setdefault(typing.cast(str, role), told)
    return told


def _thing(value: object, key: str, found: Found) -> JsonObject:
    if value.__class__ is not dict:
        raise Malformed("an object", value, key)
    return typing.cast(JsonObject, value)


def _counts(value: object, key: str, found: Found) -> Mapping[str, int]:
    counts = _thing(value, key, found)
    for name, count in counts.items():
        if count.__class__ is not int:
            raise Malformed("a whole number", count, f"{key}.{name}")
    return counts


_READERS: dict[str, Any] = {
    "text": _text,
    "flag": _flag,
    "whole": _whole,
    "number": _number,
    "time": read_time,
    "ref": read_ref,
    "refs": read_refs,
    "texts": _texts,
    "items": _items,
    "thing": _thing,
    "role": _role,
    "counts": _counts,
    "NOTHING": NOTHING,
}
