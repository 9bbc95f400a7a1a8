"""The people who act: who is there, where they are, what they have in mind for later."""

from collections.abc import Callable
from heapq import heappop, heappush

from chatstate.clock import SECOND, Timestamp
from chatstate.ids import MessageId, UserId
from chatstate.simulator.event import Events
from chatstate.simulator.rows import Channel, Message, User
from chatstate.simulator.rules.messages import is_open
from chatstate.simulator.settings import reads
from chatstate.simulator.words import LANGUAGES, TOWNS, a_name
from chatstate.simulator.world import World


class Crowd:
    """Random people in a world, and their intentions.

    They act only where members who are connected watch, and leave alone what one of those cannot see: so all that
    matters to a connection is told on it.
    """

    def __init__(self, world: World, rate: float) -> None:
        self.world = world
        self.chance = world.chance
        self.rate = rate
        self.answered = False
        """Whether people may ask for messages as well: then one that is unread for nobody has to say so itself."""
        self.wanted = 0
        """How many channels each connected user should be in, about."""
        self._intentions: list[tuple[Timestamp, int, Callable[[], Events]]] = []
        self._counted = 0

    @property
    def rest(self) -> int:
        """How long a channel stays silent that someone connected came back to, in nanoseconds: about 3 000 frames.

        What is said there should not overtake, on a line that delays frames, the word that they are back.
        """
        return int(3_000 / (self.rate * 1.5)) * SECOND

    def later(self, seconds: float, intention: Callable[[], Events]) -> None:
        """Something to do within so many seconds, if it is still possible then."""
        self._counted += 1
        due = Timestamp(self.world.now + self.chance.within(seconds))
        heappush(self._intentions, (due, self._counted, intention))

    def due(self) -> Timestamp | None:
        """When the next intention is to be carried out."""
        return self._intentions[0][0] if self._intentions else None

    def next_intention(self) -> Callable[[], Events]:
        return heappop(self._intentions)[2]

    def connected(self) -> User:
        """Someone who is connected."""
        return self.world.users[self.chance.pick(list(self.world.connected))]

    def until(self, *seconds: int | None) -> Timestamp | None:
        """The end of something that lasts one of those times; None is for good."""
        lasts = self.chance.pick(seconds)
        return None if lasts is None else Timestamp(self.world.now + lasts * SECOND)

    def live(self) -> list[Channel]:
        """The channels where something can happen. O(channels of who is connected)."""
        users = [self.world.users[who] for who in self.world.connected]
        cids = dict.fromkeys(cid for user in users for cid in user.channels)
        return [channel for cid in cids if self._is_live(channel := self.world.channels[cid])]

    def _is_live(self, channel: Channel) -> bool:
        """Whether those connected who are in a channel watch it, and nobody keeps away from it."""
        here = [who for who in self.world.connected if who in channel.members]
        return bool(here) and all(who in channel.watchers for who in here) and not self.shunned(channel)

    def shunned(self, channel: Channel) -> bool:
        """Whether people keep away: it is too early, or someone connected is not in it any more."""
        if channel.quiet_until > self.world.now:
            return True
        return bool(channel.left) and any(who in channel.left for who in self.world.connected)

    def may_go(self, user: User) -> bool:
        """Whether all who should know would be told that a user goes offline: it ends their watching everywhere."""
        if user.id in self.world.connected:
            return False
        channels = (self.world.channels[cid] for cid in user.channels)
        return not any(user.id in each.watchers and self.shunned(each) for each in channels)

    def room(self, *, thawed: bool = True) -> Channel | None:
        """A channel to do something in, busy ones more often."""
        cids = list(self.connected().channels)
        for _ in range(90 if cids else 0):
            channel = self.world.channels[self.chance.pick(cids)]
            if self.chance.often(channel.weight) and not (thawed and channel.frozen) and self._is_live(channel):
                return channel
        return None

    def reading_room(self) -> Channel | None:
        """A channel that keeps who has read how far."""
        channel = self.room(thawed=False)
        return channel if channel is not None and reads(channel.type) else None

    def unwatched(self) -> Channel | None:
        """A channel that someone connected is in but does not watch."""
        world = self.world
        found = [world.channels[cid] for who in world.connected for cid in world.users[who].channels]
        found = [each for each in found if world.absent(each) and not each.frozen and not self.shunned(each)]
        return self.chance.pick(found) if found else None

    def other(self, channel: Channel) -> User | None:
        """A member who is not connected here, able to act; a few do most."""
        ids = list(channel.members)
        for _ in range(8):
            user = self.world.users[self.chance.early(ids)]
            if user.active and user.id not in self.world.connected:
                return user
        return None

    def writer(self, channel: Channel) -> User | None:
        """A member who may write: now and then one who is connected."""
        user = self.member(channel)
        return user if user is not None and self.may_write(channel, user) else None

    def member(self, channel: Channel) -> User | None:
        """Any member able to act: now and then one who is connected."""
        if self.chance.often(0.06):
            user = self.connected()
            return user if user.id in channel.members else None
        return self.other(channel)

    def may_write(self, channel: Channel, user: User) -> bool:
        """Whether a user can send something to a channel now."""
        world = self.world
        if world.channels.get(channel.cid) is not channel or channel.frozen or self.shunned(channel):
            return False
        if user.id not in channel.members:
            return False
        return user.active and not world.banned(user) and not world.banned(user, channel)

    def message(self, channel: Channel, *, back: int = 40) -> Message | None:
        """One of the newest messages of a channel's own timeline that everyone can see."""
        newest = channel.messages[-back:]
        for _ in range(6):
            if not newest:
                return None
            found = self.chance.late(newest)
            if not found.thread_only and is_open(self.world, found):
                return found
        return None

    def any_message(self, channel: Channel) -> Message | None:
        """One of the newest messages of a channel, thread replies too, that everyone can see."""
        newest = channel.messages[-40:]
        found = self.chance.late(newest) if newest else None
        return found if found is not None and is_open(self.world, found) else None

    def thread(self, channel: Channel) -> Message | None:
        """A message with replies that everyone can see."""
        parents = [each for each in channel.messages[-120:] if each.thread is not None and each.reply_count]
        parent = self.chance.late(parents) if parents else None
        return parent if parent is not None and is_open(self.world, parent) else None

    def stranger(self, channel: Channel) -> User | None:
        """An active user who is not in a channel."""
        ids = list(self.world.users)
        for _ in range(8):
            user = self.world.users[self.chance.pick(ids)]
            if user.active and user.id not in channel.members and user.id not in self.world.connected:
                return user
        return None

    def owner(self, channel: Channel) -> User:
        """Who runs a channel, as far as they still can; else the first who can."""
        users = (self.world.users[id] for id in (channel.created_by, *channel.members))
        return next((each for each in users if each.active), self.world.users[channel.created_by])

    def new_user(self, index: int) -> User:
        """Someone new."""
        chance, now = self.chance, self.world.now
        day = 86_400 * SECOND
        name = a_name(chance)
        plain = "".join(letter for letter in name.split()[0].lower() if letter.isascii())
        id = UserId(f"{plain}-{index:04d}-{chance.hex(4)}")
        created = Timestamp(now - chance.within(900 * 86_400) - day)
        updated = Timestamp(created + chance.below(20 * day))
        active = Timestamp(now - chance.within(86_400))
        image = f"https://img.example.net/avatars/{id}.png?size=256&v=1"
        user = User(id, name, image, created, min(updated, now), active)
        user.role = "admin" if chance.often(0.03) else "user"
        user.language = chance.pick(LANGUAGES)
        if chance.often(0.5):
            user.custom["town"] = chance.pick(TOWNS)
        if chance.often(0.3):
            user.custom["settings"] = {"theme": chance.pick(("dark", "light")), "offset": chance.between(-11, 12)}
        user.online = chance.often(0.4)
        return user

    def new_id(self, user: User) -> MessageId:
        """An id as clients make them: some with their user's id in front."""
        uuid = self.chance.uuid()
        return MessageId(f"{user.id}-{uuid}" if self.chance.often(0.5) else uuid)
