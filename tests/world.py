"""A tiny service for generated histories: it remembers just enough that what it says of itself adds up.

Times are whole ticks, one for every event, told on the wire with 0 to 9 fraction digits.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from attrs import Factory, define

from tests import objects
from tests.objects import GENERAL, RANDOM, Frame, at

PEOPLE = ("me", "bo", "u2")
CIDS = (GENERAL, RANDOM)
REACTIONS = ("like", "love", "wow")
_NANOS = (0, 120_000_000, 123_456_000, 123_456_789)


def wire(tick: int) -> str:
    return at(tick, _NANOS[tick % 4])


@define
class Person:
    id: str
    name: str
    updated: int = -1000
    online: bool = False
    banned: bool = False


@define
class Said:
    """A message, as the service knows it."""

    id: str
    cid: str
    by: str
    tick: int
    text: str
    updated: int
    parent: str | None = None
    shown: bool = False
    silent: bool = False
    mentions: tuple[str, ...] = ()
    quoted: str | None = None
    poll: str | None = None
    pinned: int | None = None
    deleted: int | None = None
    system: bool = False
    replies: int = 0
    reactions: dict[tuple[str, str], tuple[int, int]] = Factory(dict)

    @property
    def thread_only(self) -> bool:
        return self.parent is not None and not self.shown


@define
class Vote:
    id: str
    option: str
    tick: int


@define
class Poll:
    id: str
    tick: int
    closed: bool = False
    votes: dict[str, Vote] = Factory(dict)


@define
class Room:
    cid: str
    name: str
    topic: str | None = "tea"
    updated: int = -1000
    frozen: bool = False
    alive: bool = True
    mine: bool = True
    truncated: int | None = None
    last: int | None = None
    members: dict[str, int] = Factory(dict)
    banned: set[str] = Factory(set)
    messages: dict[str, Said] = Factory(dict)


@define
class World:
    """What the service knows, and what it says of each thing now."""

    tick: int = 0
    made: int = 0
    people: dict[str, Person] = Factory(lambda: {id: Person(id, id.capitalize()) for id in PEOPLE})
    rooms: dict[str, Room] = Factory(lambda: {cid: Room(cid, cid.partition(":")[2]) for cid in CIDS})
    polls: dict[str, Poll] = Factory(dict)
    muted: dict[str, int] = Factory(dict)
    muted_rooms: dict[str, int] = Factory(dict)

    def next(self) -> str:
        """The time of the next event."""
        self.tick += 1
        return wire(self.tick)

    def new_id(self, letter: str) -> str:
        self.made += 1
        return f"{letter}{self.made}"

    def living(self) -> list[Room]:
        return [room for room in self.rooms.values() if room.alive and room.mine]

    def everything_said(self) -> Iterator[Said]:
        return (said for room in self.living() for said in room.messages.values())

    def forget(self, room: Room, ids: Iterable[str]) -> None:
        """Hard-delete messages, their replies with them."""
        gone = set(ids)
        room.messages = {id: said for id, said in room.messages.items() if id not in gone and said.parent not in gone}

    def user(self, id: str) -> Frame:
        person = self.people[id]
        told = {"name": person.name, "online": person.online, "banned": person.banned}
        return objects.user(id, updated_at=wire(person.updated), **told)

    def own_user(self, **counters: int) -> Frame:
        me, rooms = {"user": self.user("me")}, self.rooms
        mutes = [objects.mute(id, at=wire(t)) | me | {"target": self.user(id)} for id, t in self.muted.items()]
        muted_rooms = [
            objects.channel_mute(cid, at=wire(tick)) | me | {"channel": self.channel(rooms[cid])}
            for cid, tick in self.muted_rooms.items()
        ]
        return objects.own_user() | self.user("me") | {"mutes": mutes, "channel_mutes": muted_rooms} | counters

    def counters(self) -> dict[str, int]:
        """Totals: any numbers do, but for 0 channels, which would say that everything is read."""
        return {"total_unread_count": self.tick + 1, "unread_channels": 1 + self.tick % 3}

    def channel(self, room: Room) -> Frame:
        told: Frame = {"name": room.name, "frozen": room.frozen, "member_count": len(room.members)}
        told["last_message_at"] = None if room.last is None else wire(room.last)
        if room.topic is not None:
            told["topic"] = room.topic
        if room.truncated is not None:
            told["truncated_at"] = wire(room.truncated)
        return objects.channel(room.cid, updated_at=wire(room.updated), **told)

    def member(self, room: Room, id: str) -> Frame:
        told = {"banned": id in room.banned, "updated_at": wire(room.members[id])}
        return objects.member(id, at=wire(-1000), **told) | {"user": self.user(id)}

    def message(self, said: Said, *, quotes: bool = True) -> Frame:
        told: Frame = {"text": said.text, "updated_at": wire(said.updated), "silent": said.silent}
        told |= {"reply_count": said.replies, **self._reactions(said)}
        if said.parent is not None:
            told |= {"parent_id": said.parent, "show_in_channel": said.shown}
        if said.pinned is not None:
            told |= {"pinned": True, "pinned_at": wire(said.pinned), "pinned_by": self.user("bo")}
        if said.deleted is not None:
            told |= {"type": "deleted", "deleted_at": wire(said.deleted)}
        elif said.system:
            told["type"] = "system"
        if said.quoted is not None and quotes:
            quoted = self.rooms[said.cid].messages.get(said.quoted)
            told["quoted_message_id"] = said.quoted
            told |= {} if quoted is None else {"quoted_message": self.message(quoted, quotes=False)}
        if said.poll is not None and said.poll in self.polls:
            told |= {"poll_id": said.poll, "poll": self.poll(self.polls[said.poll])}
        told["mentioned_users"] = [self.user(id) for id in said.mentions]
        return objects.message(said.id, by=self.user(said.by), at=wire(said.tick), cid=said.cid, **told)

    def _reactions(self, said: Said) -> Frame:
        counts = Counter(type for _, type in said.reactions)
        scores: Counter[str] = Counter()
        for (_, type), (score, _) in said.reactions.items():
            scores[type] += score
        latest = [self.reaction(said, by, type) for by, type in said.reactions]
        totals = {"reaction_counts": dict(counts), "reaction_scores": {type: scores[type] for type in counts}}
        return totals | {"latest_reactions": latest, "own_reactions": []}

    def reaction(self, said: Said, by: str, type: str) -> Frame:
        score, tick = said.reactions[by, type]
        return objects.reaction(type, said.id, by=self.user(by), at=wire(tick), score=score)

    def poll(self, poll: Poll) -> Frame:
        counts = dict(Counter(vote.option for vote in poll.votes.values()))
        told = {"vote_count": len(poll.votes), "vote_counts_by_option": counts, "is_closed": poll.closed}
        return objects.poll(poll.id, at=wire(poll.tick), updated_at=wire(self.tick), **told)

    def vote(self, poll: Poll, by: str) -> Frame:
        vote = poll.votes[by]
        dates = {"created_at": wire(vote.tick), "updated_at": wire(vote.tick)}
        about = {"id": vote.id, "poll_id": poll.id, "option_id": vote.option}
        return about | dates | {"user_id": by, "user": self.user(by)}
