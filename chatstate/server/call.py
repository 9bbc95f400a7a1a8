"""One REST call: who asks, for what, and the words to answer it with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from chatstate import clock
from chatstate.clock import Timestamp
from chatstate.ids import Cid, MessageId, UserId
from chatstate.server.connection import Connection
from chatstate.server.refusal import Json, forbidden, missing, wrong
from chatstate.server.town import Town
from chatstate.simulator.event import Event, Events
from chatstate.simulator.frames import Account
from chatstate.simulator.payloads import View
from chatstate.simulator.rows import Channel, Member, Message, User
from chatstate.simulator.settings import CONFIGS
from chatstate.simulator.world import World


@dataclass(frozen=True, slots=True)
class Call:
    """A call of ``user``, through ``connection`` if it names one of theirs."""

    town: Town
    user: User
    connection: Connection | None
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Json

    @property
    def world(self) -> World:
        return self.town.world

    @property
    def view(self) -> View:
        """The eyes that see what the caller's store takes in: what it is shown once, it is told of from then on."""
        return self.town.view(self.user.id) if self.connection is None else self.connection.account.view

    @property
    def glance(self) -> View:
        """The caller's eyes, for what no store takes in."""
        return self.town.view(self.user.id)

    def do(self, events: Events) -> list[Event]:
        """Let something happen, and everyone be told."""
        return self.town.perform(events)

    def event(self, event: Event) -> Json:
        """An event as the caller would be told it."""
        told: Json = orjson.loads(Account(self.world, self.user.id).frame(event))
        return told

    @property
    def cid(self) -> Cid:
        return Cid(f"{self.path['type']}:{self.path['id']}")

    def channel(self, cid: Cid | None = None) -> Channel:
        """The channel the path names, or another. Raises ``Refusal`` 404 where there is none, 403 for a stranger."""
        cid = self.cid if cid is None else cid
        kind = cid.partition(":")[0]
        if kind not in CONFIGS:
            raise missing(f"there is no channel type {kind!r}")
        channel = self.world.channels.get(cid)
        if channel is None:
            raise missing(f"there is no channel {cid}")
        if self.user.id not in channel.members:
            raise forbidden(f"user {self.user.id!r} is not a member of {cid}")
        return channel

    def led(self) -> Channel:
        """The channel the path names, which the caller runs. Raises ``Refusal`` 403 for a mere member."""
        channel = self.channel()
        if not self.leads(channel):
            raise forbidden(f"user {self.user.id!r} does not run {channel.cid}")
        return channel

    def leads(self, channel: Channel) -> bool:
        """Whether the caller may do in a channel what not every member may."""
        member = channel.members[self.user.id]
        return self.user.role == "admin" or member.channel_role == "channel_moderator" or member.role != "member"

    def member(self, channel: Channel) -> Member:
        return channel.members[self.user.id]

    def message(self, id: str | None = None) -> Message:
        """The message the path names, or another, if the caller can see it. Raises ``Refusal`` 404 otherwise."""
        id = self.path["message"] if id is None else id
        message = self.world.messages.get(MessageId(id))
        if message is None or self.user.id not in self.world.channels[message.cid].members:
            raise missing(f"there is no message {id!r}")
        if not self.world.sees(self.user.id, message):
            raise missing(f"there is no message {id!r}")
        return message

    def own_message(self) -> Message:
        """A message the caller may change: their own, or any where they lead. Raises ``Refusal`` 403 otherwise."""
        message = self.message()
        if message.user_id != self.user.id and not self.leads(self.world.channels[message.cid]):
            raise forbidden(f"message {message.id!r} is not of user {self.user.id!r}")
        return message

    def may_write(self, channel: Channel) -> None:
        """Raises ``Refusal`` 403 where the caller may not send anything now."""
        if channel.frozen:
            raise forbidden(f"{channel.cid} is frozen")
        if self.world.banned(self.user) or self.world.banned(self.user, channel):
            raise forbidden(f"user {self.user.id!r} is banned")

    def other(self, id: str) -> User:
        """Any user. Raises ``Refusal`` 404."""
        user = self.world.users.get(UserId(id))
        if user is None:
            raise missing(f"there is no user {id!r}")
        return user

    def text(self, name: str, default: str | None = None) -> str:
        return text(self.body, name, default)

    def object(self, name: str) -> Json:
        return thing(self.body, name)

    def number(self, name: str, default: int, *, most: int) -> int:
        return number(self.body, name, default, most=most)

    def asked(self, name: str, default: int, *, most: int) -> int:
        """A number of the query string."""
        told = self.query.get(name)
        return number({name: int(told) if told is not None and told.isdigit() else told}, name, default, most=most)


def text(raw: Json, name: str, default: str | None = None) -> str:
    """A string of a payload. Raises ``Refusal`` 400 for anything else, and where there is neither it nor a default."""
    value = raw.get(name)
    if value is None and default is not None:
        return default
    if not isinstance(value, str) or (not value and default is None):
        raise wrong(f"{name}: expected a string, got {_shown(value)}")
    return value


def texts(raw: Json, name: str, *, most: int = 100) -> list[str]:
    """A list of strings; empty where there is none."""
    value = raw.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value) or len(value) > most:
        raise wrong(f"{name}: expected a list of at most {most} strings, got {_shown(value)}")
    return value


def thing(raw: Json, name: str) -> Json:
    """An object of a payload; empty where there is none."""
    value = raw.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise wrong(f"{name}: expected an object, got {_shown(value)}")
    return value


def things(raw: Json, name: str, *, most: int = 100) -> list[Json]:
    """A list of objects; empty where there is none."""
    value = raw.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value) or len(value) > most:
        raise wrong(f"{name}: expected a list of at most {most} objects, got {_shown(value)}")
    return value


def number(raw: Json, name: str, default: int, *, most: int) -> int:
    """A whole number from 0 to ``most``."""
    value = raw.get(name)
    if value is None:
        return default
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise wrong(f"{name}: expected a whole number from 0 to {most}, got {_shown(value)}")
    return value


def flag(raw: Json, name: str) -> bool:
    """A boolean; false where there is none."""
    value = raw.get(name)
    if value is not None and not isinstance(value, bool):
        raise wrong(f"{name}: expected true or false, got {_shown(value)}")
    return bool(value)


def time(raw: Json, name: str) -> Timestamp | None:
    """A time in the wire's form, or as nanoseconds."""
    value = raw.get(name)
    if value is None or value == "":
        return None
    if value.__class__ is int:
        return Timestamp(value)
    try:
        at: Timestamp = clock.parse(value)
        return at
    except (TypeError, ValueError):
        raise wrong(f"{name}: expected an RFC 3339 time, got {_shown(value)}") from None


def _shown(value: Any) -> str:
    """A value in a sentence, cut short."""
    whole = repr(value)
    return whole if len(whole) <= 60 else f"{whole[:57]}..."
