"""A model of the chat service at work, heard by one user."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from chatstate import clock
from chatstate.clock import SECOND, Timestamp
from chatstate.ids import UserId
from chatstate.simulator.actions import ACTIONS, Crowd
from chatstate.simulator.actions.rooms import a_channel, a_cid, arrive
from chatstate.simulator.chance import Chance
from chatstate.simulator.event import Events
from chatstate.simulator.frames import Account
from chatstate.simulator.rows import Mute, User
from chatstate.simulator.rules.polls import health_check
from chatstate.simulator.truth import dump
from chatstate.simulator.world import World


class Simulation:
    """A seeded service with random people in it, and what ``me`` hears of them.

    ``channels`` is how many ``me`` is in, about; ``users`` how many people there are; ``rate`` how many things they do
    a second, each making one frame or a few. The same arguments make the same bytes, on every run.

    >>> sim = Simulation(seed=7, channels=5, users=20)
    >>> frames = list(sim.frames(100))
    >>> sim.truth()["me"], len(frames)
    ('me', 100)
    """

    def __init__(
        self,
        seed: int = 7,
        channels: int = 50,
        users: int = 500,
        me: str = "me",
        start: str = "2025-01-15T08:00:00Z",
        *,
        rate: float = 2.4,
    ) -> None:
        self.world = World(Chance(seed), clock.parse(start))
        self.me = UserId(me)
        self.crowd = Crowd(self.world, rate)
        self.crowd.wanted = channels
        _settle(self.crowd, self.me, users, channels)
        self.account = Account(self.world, self.me)
        self._stream = self._frames(_life(self.crowd, self.me))

    def frames(self, count: int) -> Iterator[bytes]:
        """The next ``count`` frames on the socket of ``me``, one JSON text each. May be called again to go on."""
        return islice(self._stream, count)

    def truth(self) -> dict[str, Any]:
        """What the service knows after the last frame that was taken, in the canonical dump's schema."""
        return dump(self.account)

    def _frames(self, events: Events) -> Iterator[bytes]:
        for event in events:
            if self.account.hears(event):
                yield self.account.frame(event)


def _settle(crowd: Crowd, me: UserId, users: int, channels: int) -> None:
    """Put people and channels into an empty world. Some channels are without ``me`` at first, some come later."""
    world, chance = crowd.world, crowd.chance
    mine = crowd.new_user(0)
    mine.id, mine.online = me, True
    mine.image = f"https://img.example.net/avatars/{me}.png?size=256&v=1"
    world.users[me] = mine
    world.connected[me] = None
    for index in range(1, max(users, 4)):
        user = crowd.new_user(index)
        world.users[user.id] = user
    others = [user for id, user in world.users.items() if id != me]
    for index in range(channels):
        joined = index < 2 or chance.often(0.85)
        _found(crowd, mine if joined else None, others, 1.0 if index < 3 else max(0.06, 2.2 / index))
    for user in chance.some(others, 2):
        mine.mutes[user.id] = user.muted_by[me] = Mute(user.updated_at)


def _found(crowd: Crowd, mine: User | None, others: list[User], weight: float) -> None:
    """A channel that was there before."""
    world, chance = crowd.world, crowd.chance
    size = chance.pick((3, 4, 5, 6, 6, 7, 8, 10, 12, 16, 20, 30, 45, 60))
    people = chance.some(others, size)
    if mine is not None:
        people.append(mine)
    channel = a_channel(crowd, a_cid(crowd), people, min(weight, 1.0))
    channel.created_at = channel.updated_at = Timestamp(world.now - chance.within(700 * 86_400))
    for member in channel.members.values():
        member.created_at = member.updated_at = Timestamp(world.now - chance.within(86_400))
        if member.user_id not in world.connected:
            world.users[member.user_id].channels[channel.cid] = None
    world.channels[channel.cid] = channel


def _life(crowd: Crowd, me: UserId) -> Events:
    """All that ever happens, one thing after another."""
    world, chance = crowd.world, crowd.chance
    connection_id = chance.uuid()
    yield from health_check(world, me, connection_id, whole=True)
    yield from arrive(crowd, me)
    next_check = world.now
    while True:
        world.now = Timestamp(world.now + chance.gap(crowd.rate))
        while (due := crowd.due()) is not None and due <= world.now:
            yield from crowd.next_intention()()
        if world.now > next_check:
            next_check = Timestamp(world.now + 60 * SECOND)
            yield from health_check(world, me, connection_id, whole=chance.often(0.2))
        yield from chance.draw(ACTIONS)(crowd)
