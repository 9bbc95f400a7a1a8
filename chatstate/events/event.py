"""Events: one class for each kind of frame, with the reducer that says what it changes right below it.

``@event("message.new")`` declares a class for a kind, ``@reduces(MessageNew)`` the function that applies it;
``@event(..., inert="why")`` says that a kind changes nothing. An application declares its own kinds the same way.

An event keeps the JSON object it came as, and reads a field of it when it is first asked for: a field that nobody asks
for costs nothing, and a malformed one harms nobody but who reads it.
"""

import re
import typing
from collections.abc import Callable, Mapping
from functools import partial
from sys import intern
from typing import Any, ClassVar, Protocol, Self, TypeVar, dataclass_transform

import attrs

from chatstate.clock import Timestamp
from chatstate.errors import DeclarationError, Malformed
from chatstate.events.fields import key_of, let_read, without_defaults
from chatstate.ids import Cid, UserId
from chatstate.model.channel import Channel
from chatstate.model.reading import NOTHING, Found, JsonObject, read_ref, read_time
from chatstate.model.row import at_first_call, compiled, local, opening, ref, refs, wire
from chatstate.model.user import User
from chatstate.settle.channels import cid_in
from chatstate.state.state import State

EVENTS: "dict[str, type[Event]]" = {}
"""Every declared kind."""


class Reducer(Protocol):
    """What applies an event to the state; a ``Callable`` in a class would pass for a method."""

    __name__: str

    def __call__(self, state: State, event: Any, /) -> None:
        """Apply ``event``. Raises ``Malformed``."""


C = TypeVar("C", bound=type)


@dataclass_transform(kw_only_default=True, field_specifiers=(attrs.field, local, ref, refs, wire))
def event_base(cls: C) -> C:
    """Make a class of fields that several events share; it is no event itself."""
    fields = attrs.frozen(
        slots=True, kw_only=True, init=False, eq=False, repr=False, field_transformer=without_defaults
    )
    made: Any = fields(cls)
    made.DECLARED |= let_read(made)
    return typing.cast(C, made)


@event_base
class Event:
    """What every frame tells. A field that the frame lacks reads as its default."""

    KIND: ClassVar[str] = ""
    REDUCER: ClassVar[Reducer | None] = None
    INERT: ClassVar[str | None] = "nothing is known of the kind"
    """Why the kind changes nothing; None where it has a reducer."""
    FULL_CHANNEL: ClassVar[bool] = False
    """Whether its ``channel`` is whole, so that custom keys which it lacks are gone."""
    HEADCOUNT: ClassVar[bool] = True
    """Whether its counts of members, messages and watchers are taken in the common step, and not by its reducer."""
    COUNTS_WATCHERS: ClassVar[bool] = False
    """Whether its watcher count is to be believed."""
    NEEDS_CID: ClassVar[bool] = False
    BEGINS: ClassVar[bool] = False
    """Whether it makes a channel mine that was deleted before."""
    MAKE: ClassVar[Callable[..., Any]]
    DECLARED: ClassVar[frozenset[str]] = frozenset({"type", "cid", "created_at", "user_id", "custom"})
    """The keys of a frame that some field reads."""

    kind: str = wire("type")
    raw: JsonObject = local(None)
    cid: Cid | None = None
    created_at: Timestamp = Timestamp(0)
    user_id: UserId | None = None
    user: User | None = None
    channel_id: str | None = None
    channel_type: str | None = None
    connection_id: str | None = None
    received_at: Timestamp | None = None
    team: str | None = None
    watcher_count: int | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}(kind={self.kind!r}, cid={self.cid!r}, user_id={self.user_id!r})"

    def object(self, key: str) -> JsonObject | None:
        """The JSON object under ``key``, None where it is absent or null. Raises ``Malformed`` for anything else."""
        value = self.raw.get(key)
        if value is None or value.__class__ is dict:
            return value
        raise Malformed("an object", value, f"$.{key}")

    def need(self, key: str) -> JsonObject:
        """The JSON object under ``key``. Raises ``Malformed`` where it is absent."""
        value: Any = self.raw.get(key)
        if value.__class__ is dict:
            return value
        raise Malformed("an object", value, f"$.{key}")

    def text(self, key: str) -> str | None:
        """The string under ``key``, None where it is absent or null: as the field, but without keeping it."""
        value = self.raw.get(key)
        if value is None or value.__class__ is str:
            return value
        raise Malformed("a string", value, f"$.{key}")

    def need_user(self) -> UserId:
        """The id of the event's user. Raises ``Malformed`` where the event has none."""
        if self.user_id is None:
            raise Malformed("an object", None, "$.user")
        return self.user_id

    @property
    def custom(self) -> Mapping[str, Any]:
        """The keys that the kind does not declare, as they came."""
        declared = self.DECLARED
        custom = {key: value for key, value in self.raw.items() if key not in declared}
        given: Any = self.raw.get("custom")
        return {**custom, **given} if given.__class__ is dict else custom

    @classmethod
    def untimed(cls, raw: JsonObject, now: Timestamp) -> Timestamp:
        """When an event happened that does not say so: now, if it changes nothing. Raises ``Malformed`` otherwise."""
        if cls.INERT is None:
            raise Malformed("a time", raw.get("created_at"), "created_at")
        return now

    @classmethod
    def of(cls, kind: str, raw: JsonObject, now: Timestamp, found: Found) -> Self:
        """The event a frame tells. Raises ``Malformed``. O(1).

        What changes the state must tell its time, or nothing could guard what is newer; what changes nothing happens
        ``now`` where it says no time.
        """
        at = read_time(raw.get("created_at"), "created_at")
        if at is None:
            at = cls.untimed(raw, now)
        user = raw.get("user")
        if user is None:
            user_id = _user_id(raw)
            found.author = ""
        else:
            user_id = read_ref(user, "user", found)
            # One text for each user's id, however often it comes.
            user_id = found.author = intern(user_id)  # type: ignore[assignment]
        cid: Any = raw.get("cid")
        cid = (_CIDS.get(cid) if cid.__class__ is str else None) or _cid(raw, cls.NEEDS_CID)
        return cls.MAKE(kind, raw, at, cid, user_id)  # type: ignore[no-any-return]


_CIDS: dict[str, Cid] = {}
"""Every cid that was found well-formed: one text for each, however often it comes."""


def _user_id(raw: JsonObject) -> UserId | None:
    id = raw.get("user_id")
    if id is None or id.__class__ is str:
        return id  # type: ignore[return-value]
    raise Malformed("a string", id, "user_id")


_HOLDERS = (
    ("channel", "cid"),
    ("message", "cid"),
    ("thread", "channel_cid"),
    ("reminder", "channel_cid"),
    ("draft", "channel_cid"),
)


def _cid(raw: JsonObject, needed: bool) -> Cid | None:
    """The channel of an event: ``cid``, else type and id, else that of its ``channel`` or ``reminder``."""
    cid = raw.get("cid")
    if cid == "*" and not needed:
        return None
    if cid is None and raw.get("channel_id") and raw.get("channel_type"):
        cid = f"{raw['channel_type']}:{raw['channel_id']}"
    found = cid_in({"cid": cid})
    for key, name in _HOLDERS:
        inner: Any = raw.get(key)
        if found is None and inner.__class__ is dict:
            try:
                found = cid_in(inner, name)
            except Malformed as error:
                raise error.under(key) from None
    if found is None and needed:
        raise Malformed("a cid like messaging:general", cid, "cid")
    if found is not None and len(_CIDS) < 100_000:
        _CIDS[found] = found
    return found


E = TypeVar("E", bound=type[Event])


@dataclass_transform(kw_only_default=True, field_specifiers=(attrs.field, local, ref, refs, wire))
def event(kind: str, *, inert: str | None = None) -> Callable[[E], E]:
    """Declare a class for a kind of event; ``inert`` says why it changes nothing, where it has no reducer.

    Raises ``DeclarationError`` where the kind has a class already. A cell of a notebook that is run again is no second
    declaration: in ``__main__``, a class of the same name takes the place of the one before.
    """

    def declare(cls: E) -> E:
        if kind in EVENTS and not _same_cell(EVENTS[kind], cls):
            raise DeclarationError(f"{kind} is declared already, by {EVENTS[kind].__name__}")
        if not issubclass(cls, Event):
            raise DeclarationError(f"{cls.__name__}: an event derives from Event")
        made = _made(cls, kind, inert)
        EVENTS[kind] = made
        return typing.cast(E, made)

    return declare


def _same_cell(one: Any, other: Any) -> bool:
    """Whether both are what one cell of a notebook, or one line at a prompt, has made in two runs."""
    names = {(each.__module__, each.__qualname__) for each in (one, other)}
    return names == {("__main__", other.__qualname__)}


def _made(cls: type[Event], kind: str, inert: str | None) -> type[Event]:
    made: Any = event_base(cls)
    made.KIND, made.INERT = kind, inert
    made.MAKE = at_first_call(partial(_maker, opening(made), made), partial(setattr, made, "MAKE"))
    return typing.cast("type[Event]", made)


def _maker(open_class: type, closed: type) -> Callable[..., Any]:
    """A constructor of its own for each class: stores through one shared by all cost three times as much."""
    lines = [
        "def make(kind, raw, at, cid, user_id):",
        " event = create(Open)",
        " event.kind = kind; event.raw = raw; event.created_at = at; event.cid = cid; event.user_id = user_id",
        " event.__class__ = Closed",
        " return event",
    ]
    return compiled(lines, "make", Open=open_class, Closed=closed)


@event("custom", inert="a custom event means what its application says")
class CustomEvent(Event):
    """An event of a kind that nobody declared, delivered as it came."""


@event_base
class ChannelEvent(Event):
    """An event of one channel. A frame of it that names no channel is malformed."""

    NEEDS_CID: ClassVar[bool] = True

    if typing.TYPE_CHECKING:
        cid: Cid = Cid("")  # pyright: ignore[reportIncompatibleVariableOverride]

    channel: Channel | None = None
    channel_custom: Mapping[str, Any] = NOTHING
    channel_member_count: int | None = None
    channel_message_count: int | None = None


F = TypeVar("F", bound=Callable[..., None])


def reduces(*classes: type[Event]) -> Callable[[F], F]:
    """Register a function ``(state, event)`` as the reducer of events; it is returned unchanged.

    It writes tables through ``put`` and ``drop`` alone; if it raises, all it wrote is taken back.
    Raises ``DeclarationError`` where an event has a reducer already, or is inert; not for a cell that is run again.
    """

    def register(reducer: F) -> F:
        for cls in classes:
            again = cls.REDUCER is not None and _same_cell(cls.REDUCER, reducer)
            if not again and (cls.REDUCER is not None or cls.INERT is not None):
                raise DeclarationError(f"{cls.KIND} has a reducer already, or is inert")
            cls.REDUCER = staticmethod(reducer)
        return reducer

    return register


def fields_of(cls: type[Event]) -> dict[str, str]:
    """The fields of an event class by their wire keys, each with the name of its type; every event has ``custom``."""
    hints = typing.get_type_hints(cls)
    fields = {}
    for field in attrs.fields(typing.cast(Any, cls)):
        if field.name != "raw":
            fields[key_of(field)] = _type_name(hints[field.name])
    return fields | {"custom": "JsonObject"}


def _type_name(hint: Any) -> str:
    name = hint.__name__ if isinstance(hint, type) and not typing.get_args(hint) else str(hint)
    for module in ("chatstate.model.row.", "chatstate.ids.", "chatstate.clock.", "typing.", "collections.abc."):
        name = name.replace(module, "")
    for prefix in ("chatstate.model.message.", "chatstate.model.channel.", "chatstate.model.user."):
        name = name.replace(prefix, "")
    name = re.sub(r"Optional\[(\w+)\]", r"\1 | None", name)
    return name.replace("dict[str, Any]", "JsonObject").replace("Mapping[str, Any]", "JsonObject")
