"""The company that real users of a served world are in: random people who never act for one of them."""

from collections.abc import Sequence

from chatstate.clock import Timestamp
from chatstate.ids import Cid, UserId
from chatstate.simulator.actions import Action, Crowd, extras, rooms, staff, talk
from chatstate.simulator.actions.rooms import a_channel, a_cid
from chatstate.simulator.chance import Odds
from chatstate.simulator.event import Events
from chatstate.simulator.rows import Channel, User
from chatstate.simulator.world import World

GENERAL = Cid("messaging:general")
"""The channel that everyone is in who ever connected."""

_FOR_OTHERS = (
    rooms.open_room, rooms.send_away, rooms.close_room, rooms.knock, staff.whisper, staff.block_and_release,
    staff.close_account,
)  # fmt: skip
"""What decides for those who are connected, or takes from them what they are in."""

_WEIGHTS = (*talk.WEIGHTS, *rooms.WEIGHTS, *staff.WEIGHTS, *extras.WEIGHTS)

COMPANY: Odds[Action] = Odds(*((weight, action) for weight, action in _WEIGHTS if action not in _FOR_OTHERS))


class Company(Crowd):
    """A crowd that acts wherever it likes, watched or not, and leaves those who connect to act for themselves.

    Whoever misses something learns of it when asking for the channel.
    """

    def __init__(self, world: World, rate: float) -> None:
        super().__init__(world, rate)
        self.answered = True

    def connected(self) -> User:
        """Anyone able to act for whom nobody else does."""
        own = [user for id, user in self.world.users.items() if user.active and id not in self.world.connected]
        return self.chance.pick(own)

    def live(self) -> list[Channel]:
        return list(self.world.channels.values())

    def may_go(self, user: User) -> bool:
        return user.id not in self.world.connected

    def room(self, *, thawed: bool = True) -> Channel | None:
        channels = self.live()
        for _ in range(90 if channels else 0):
            channel = self.chance.pick(channels)
            if self.chance.often(channel.weight) and not (thawed and channel.frozen):
                return channel
        return None

    def unwatched(self) -> Channel | None:
        return self.room(thawed=False)

    def member(self, channel: Channel) -> User | None:
        return self.other(channel)

    def _shunned(self, channel: Channel) -> bool:
        return False

    def act(self) -> Events:
        """What falls due by now, then one random thing."""
        while (due := self.due()) is not None and due <= self.world.now:
            yield from self.next_intention()()
        yield from self.chance.draw(COMPANY)(self)


def settle(company: Company, names: Sequence[str], *, users: int, channels: int) -> None:
    """Put those named, some company and their channels into an empty world: all are in the first, most in most."""
    world, chance = company.world, company.chance
    for name in names:
        world.connected[UserId(name)] = None
        enrol(company, UserId(name))
    strangers = [company.new_user(index) for index in range(max(users, 4))]
    world.users |= {user.id: user for user in strangers}
    guests = [world.users[UserId(name)] for name in names]
    for index in range(max(channels, 1)):
        here = guests if index == 0 else [each for each in guests if chance.often(0.85)]
        size = chance.pick((3, 4, 5, 6, 8, 10, 12, 16, 20, 30))
        cid = GENERAL if index == 0 else a_cid(company)
        _found(company, cid, [*chance.some(strangers, size), *here], 1.0 if index < 3 else max(0.06, 2.2 / index))


def enrol(company: Company, id: UserId) -> User:
    """Make a user of that id, called as the id is."""
    user = company.new_user(0)
    user.id, user.name, user.online = id, id.replace("-", " ").replace("_", " ").title(), False
    user.role = "user"
    user.image = f"https://img.example.net/avatars/{id}.png?size=256&v=1"
    company.world.users[id] = user
    return user


def _found(company: Company, cid: Cid, people: list[User], weight: float) -> None:
    """A channel that was there before."""
    world, chance = company.world, company.chance
    channel = a_channel(company, cid, people, min(weight, 1.0))
    channel.created_at = channel.updated_at = Timestamp(world.now - chance.within(700 * 86_400))
    for member in channel.members.values():
        member.created_at = member.updated_at = Timestamp(world.now - chance.within(86_400))
        world.users[member.user_id].channels[cid] = None
    world.channels[cid] = channel
