"""A simulated service with real users in it: who is connected, what they are told, what they missed."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from chatstate.clock import SECOND, Clock, Timestamp
from chatstate.ids import Cid, UserId
from chatstate.server.connection import Connection
from chatstate.server.limits import Limits
from chatstate.simulator.chance import Chance
from chatstate.simulator.company import GENERAL, Company, enrol, settle
from chatstate.simulator.event import Acquainted, Event, Events, Watching
from chatstate.simulator.frames import Account
from chatstate.simulator.payloads import View
from chatstate.simulator.rows import Channel, User
from chatstate.simulator.rules import members, people
from chatstate.simulator.rules.polls import health_check
from chatstate.simulator.truth import dump
from chatstate.simulator.world import World

KEPT = 5_000
"""How many events are kept for a user to ask for after a while away."""

LATELY = 0.1
"""How many things a second happened before the service was there to be connected to."""

MOMENTARY = ("typing.", "user.watching.", "user.presence.", "ai_indicator.", "health.")
DOUBLED = ("notification.message_new", "notification.channel_truncated", "notification.channel_deleted")
"""Kinds that nobody is told of later: what was only of the moment, and what says what another event says."""


@dataclass(slots=True)
class Past:
    """What a user was or would have been told, from ``since`` on: the last of it."""

    account: Account
    since: Timestamp
    frames: deque[tuple[Timestamp, Cid | None, bytes]] = field(default_factory=lambda: deque(maxlen=KEPT))

    def keep(self, event: Event, frame: bytes) -> None:
        if len(self.frames) == KEPT:
            self.since = self.frames[0][0]
        self.frames.append((event.at, event.cid, frame))


class Town:
    """The world, its company and those connected to it. All that happens in it goes through ``perform``."""

    def __init__(
        self, names: tuple[str, ...], clock: Clock, *, seed: int, users: int, channels: int, rate: float, speed: float,
        history: int, limits: Limits,
    ) -> None:  # fmt: skip
        self.limits = limits
        self.speed = speed
        self._clock = clock
        self._zero = clock.monotonic()
        self._start = clock.now()
        self.connections: dict[str, Connection] = {}
        self.past: dict[UserId, Past] = {}
        chance = Chance(seed)
        gaps = [chance.gap(LATELY) for _ in range(history)]
        self.world = World(chance, Timestamp(self._start - sum(gaps) - history * SECOND), roundest=6)
        self.company = Company(self.world, LATELY)
        settle(self.company, names, users=users, channels=channels)
        for gap in gaps:
            self.world.now = Timestamp(self.world.now + gap)
            for event in self.company.act():
                self._tell(event)
        self.company.rate = max(rate / speed, LATELY)

    def catch_up(self) -> None:
        """Let the world's time be as late as the clock says, times ``speed``. It never goes back."""
        passed = (self._clock.monotonic() - self._zero) * self.speed
        self.world.now = max(self.world.now, Timestamp(int(self._start + passed)))

    def perform(self, events: Events) -> list[Event]:
        """Let something happen now, and tell all who are to know. Answers what happened."""
        self.catch_up()
        return [self._tell(event) for event in events]

    def stir(self, times: int = 1) -> None:
        """Let the company do so many things at once."""
        for _ in range(times):
            self.perform(self.company.act())

    def _tell(self, event: Event) -> Event:
        channel = None if event.cid is None else self.world.channels.get(event.cid)
        if channel is not None and event.to is channel.watchers:
            event.to = Watching(channel.watchers)
        told: dict[UserId, bytes] = {}
        for connection in list(self.connections.values()):
            if connection.hears(event):
                told[connection.account.user_id] = connection.tell(event)
        self._keep(event, channel, told)
        return event

    def _keep(self, event: Event, channel: Channel | None, told: dict[UserId, bytes]) -> None:
        """Keep what users may ask for later: also what they would have been told had they watched."""
        if event.kind.startswith(MOMENTARY) or event.kind in DOUBLED:
            return
        for user_id, past in self.past.items():
            frame = told.get(user_id)
            if frame is None and (past.account.hears(event) or self._concerns(event, channel, user_id)):
                frame = past.account.frame(event)
            if frame is not None:
                past.keep(event, frame)

    def _concerns(self, event: Event, channel: Channel | None, user_id: UserId) -> bool:
        """Whether a user who does not watch would be told if they did, or if they knew whom it is about."""
        if isinstance(event.to, Acquainted):
            return True
        if not isinstance(event.to, Watching) or event.to.but == user_id:
            return False
        if channel is None:
            ended = None if event.cid is None else self.world.ended.get(event.cid)
            return ended is not None and user_id in ended.left
        return user_id in channel.members and (event.about is None or self.world.reaches(user_id, event.about))

    def user(self, id: UserId) -> User:
        """The user of that id: one there is, or a new one, who joins the channel everyone is in."""
        if id not in self.world.connected:
            self.world.connected[id] = None
            if id not in self.world.users:
                user = enrol(self.company, id)
                general = self.world.channels.get(GENERAL)
                if general is not None and not id.startswith("!"):
                    self.perform(members.add(self.world, general, user))
        return self.world.users[id]

    def connect(self, user: User) -> Connection:
        """Begin a connection, with its handshake as the first frame."""
        world = self.world
        if not self.of(user.id):
            self.perform(people.go_online(world, user))
        self.catch_up()
        self.past.setdefault(user.id, Past(Account(world, user.id), world.now))
        account = Account(world, user.id, since=world.now)
        connection = Connection(world.chance.uuid(), account, self.limits.waiting)
        for event in health_check(world, user.id, connection.id, whole=True):
            connection.tell(event)
        self.connections[connection.id] = connection
        return connection

    def leave(self, connection: Connection) -> None:
        """End a connection, and what it alone watched; who has no other goes offline."""
        if self.connections.pop(connection.id, None) is None:
            return
        user = self.world.users[connection.account.user_id]
        others = self.of(user.id)
        if not others:
            self.perform(people.go_offline(self.world, user))
            return
        for cid in connection.account.watched:
            if not any(each.watches(cid) for each in others):
                self.stop_watching(connection, cid)

    def watch(self, connection: Connection, channel: Channel) -> None:
        """A connection watches a channel from now on."""
        user = self.world.users[connection.account.user_id]
        new = user.id not in channel.watchers
        if new or channel.cid not in connection.account.watched:
            self.catch_up()
            connection.account.watched[channel.cid] = self.world.now
        if new:
            self.perform(members.watch(self.world, channel, user))

    def stop_watching(self, connection: Connection, cid: Cid) -> None:
        """A connection watches a channel no longer; its user neither, if no other connection does."""
        connection.account.watched.pop(cid, None)
        user_id = connection.account.user_id
        channel = self.world.channels.get(cid)
        if channel is None or user_id not in channel.watchers or any(each.watches(cid) for each in self.of(user_id)):
            return
        self.perform(members.stop_watching(self.world, channel, self.world.users[user_id]))

    def check(self, connection: Connection) -> None:
        """Answer a health check."""
        self.catch_up()
        for event in health_check(self.world, connection.account.user_id, connection.id, whole=False):
            connection.tell(event)

    def of(self, user_id: UserId | None) -> list[Connection]:
        """The connections of a user, oldest first; all of them for None."""
        return [each for each in self.connections.values() if user_id in (None, each.account.user_id)]

    def view(self, user_id: UserId) -> View:
        """The world as a user is shown it once, with nothing remembered of it."""
        return View(self.world, user_id)

    def truth(self, user_id: UserId, connection_id: str | None = None) -> dict[str, Any]:
        """What a user could know by now, by that or the newest connection, in the canonical dump's schema."""
        self.catch_up()
        found = [each for each in self.of(user_id) if connection_id in (None, each.id)]
        return dump(found[-1].account if found else Account(self.world, user_id))

    def missed(self, user_id: UserId, since: Timestamp) -> Iterator[tuple[Cid | None, bytes]] | None:
        """What a user was to be told after a time, with the channel it is of; None where not all of that is kept."""
        past = self.past.get(user_id)
        if past is None or since < past.since:
            return None
        return ((cid, frame) for at, cid, frame in past.frames if at > since)

    def forget(self, user_id: UserId | None) -> int:
        """Keep nothing of what a user has missed, or any. Answers of how many something was kept."""
        self.catch_up()
        found = [past for id, past in self.past.items() if user_id in (None, id)]
        for past in found:
            past.frames.clear()
            past.since = self.world.now
        return len(found)

    @property
    def monotonic(self) -> Callable[[], int]:
        """The clock that limits go by."""
        return self._clock.monotonic

    def pause(self) -> float:
        """How many seconds of the wall's time pass until the company's next deed."""
        return self.world.chance.gap(self.company.rate * self.speed) / SECOND
