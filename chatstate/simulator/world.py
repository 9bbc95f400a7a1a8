"""The simulated service's tables, its clock, and what can be asked of them."""

from bisect import insort
from collections.abc import Container, Iterable
from typing import Any

from chatstate.clock import NEVER, SECOND, Timestamp
from chatstate.ids import Cid, MessageId, PollId, UserId
from chatstate.simulator.chance import Chance
from chatstate.simulator.event import Event
from chatstate.simulator.rows import PRIVATE, Channel, Group, Message, Mute, Poll, User
from chatstate.simulator.settings import reads


class World:
    """Everything the service knows. Rules change it; anyone may ask.

    ``connected`` are the users with devices of their own, who are told of what happens; on a server they may be away
    for a while. ``roundest``: times are round now and then, at most to that power of ten nanoseconds.
    """

    def __init__(self, chance: Chance, start: Timestamp, *, roundest: int = 9) -> None:
        self.chance = chance
        self.roundest = roundest
        self.now = start
        self.users: dict[UserId, User] = {}
        self.channels: dict[Cid, Channel] = {}
        self.ended: dict[Cid, Channel] = {}
        self.messages: dict[MessageId, Message] = {}
        self.polls: dict[PollId, Poll] = {}
        self.groups: dict[str, Group] = {}
        self.connected: dict[UserId, None] = {}

    def tick(self) -> Timestamp:
        """A moment later, different from every moment before; now and then a round one."""
        chance = self.chance
        now = self.now + 30_000 + chance.below(2_500_000)
        if chance.often(0.03):
            unit = 10 ** chance.between(4, self.roundest)
            now = -(-now // unit) * unit
        self.now = Timestamp(now)
        return self.now

    def event(
        self,
        kind: str,
        channel: Channel | None = None,
        /,
        *,
        to: Container[UserId],
        at: Timestamp | None = None,
        about: Message | None = None,
        tells: tuple[str, ...] = (),
        **parts: Any,
    ) -> Event:
        """Something happens, now unless ``at`` says otherwise."""
        when = self.tick() if at is None else at
        return Event(kind, when, to, None if channel is None else channel.cid, about, tells, parts)

    def add_message(self, message: Message) -> None:
        """Keep a message in its place. O(1) for the newest."""
        messages = self.channels[message.cid].messages
        if not messages or (messages[-1].created_at, messages[-1].id) < (message.created_at, message.id):
            messages.append(message)
        else:
            insort(messages, message, key=lambda each: (each.created_at, each.id))
        self.messages[message.id] = message
        self.channels[message.cid].unread.clear()

    def drop_messages(self, channel: Channel, gone: Iterable[Message]) -> None:
        """Let messages of a channel go for good, and what hangs on them. O(the channel's messages)."""
        ids = {message.id for message in gone}
        for message in [each for each in channel.messages if each.id in ids]:
            del self.messages[message.id]
            channel.pinned.pop(message.id, None)
            for follower in message.thread.followers if message.thread else ():
                self.users[follower].unread_threads.pop(message.id, None)
            for user_id in self.connected:
                self.users[user_id].reminders.pop(message.id, None)
                self.users[user_id].drafts.pop((channel.cid, message.id), None)
        channel.messages = [each for each in channel.messages if each.id not in ids]
        channel.unread.clear()

    def replies(self, parent: Message) -> list[Message]:
        """The replies to a message that still exist and are for everyone, in the order they were sent."""
        known = self.messages
        return [known[id] for id in parent.replies if id in known and not known[id].narrow]

    def sees(self, user_id: UserId, message: Message) -> bool:
        """Whether a member can see a message."""
        return self.reaches(user_id, message) and (not message.shadowed or user_id == message.user_id)

    def reaches(self, user_id: UserId, message: Message) -> bool:
        """Whether a member is sent a message: a shadowed one is sent to all, and shown by none but its author."""
        if message.held:
            return False
        narrow = message.restricted or message.type in PRIVATE
        if narrow and user_id != message.user_id and user_id not in message.restricted:
            return False
        cleared = self.channels[message.cid].cleared
        return not cleared or message.created_at >= cleared.get(user_id, NEVER)

    def counts(self, user_id: UserId, message: Message) -> bool:
        """Whether a message is of a kind to be unread for someone who can see it."""
        return not (
            message.user_id == user_id
            or message.silent
            or message.quiet
            or message.shadowed
            or message.thread_only
            or message.type in PRIVATE
            or user_id in message.unheeded
        )

    def unread_messages(self, channel: Channel, user_id: UserId) -> list[Message]:
        """What a member has not read: what came after they last read, and what they marked unread.

        O(those messages).
        """
        member = channel.members.get(user_id)
        if member is None or not reads(channel.type):
            return []
        read = channel.reads.get(user_id)
        since = member.created_at if read is None else max(read.at, member.created_at)
        unread: list[Message] = []
        for message in reversed(channel.messages):
            if message.created_at <= since:
                break
            if self.counts(user_id, message) and self.sees(user_id, message):
                unread.append(message)
        marked = () if read is None else read.marked
        found = [self.messages[id] for id in marked if id in self.messages]
        return [each for each in found if self.sees(user_id, each)] + unread[::-1]

    def unread(self, channel: Channel, user_id: UserId) -> int:
        """How many messages of a channel a member has not read."""
        known = channel.unread.get(user_id)
        if known is None:
            known = channel.unread[user_id] = len(self.unread_messages(channel, user_id))
        return known

    def totals(self, user_id: UserId) -> tuple[int, int]:
        """How many messages a user has not read in all, and in how many channels. O(the user's channels)."""
        total = unread_channels = 0
        for cid in self.users[user_id].channels:
            number = self.channels[cid].unread.get(user_id)
            if number is None:
                number = self.unread(self.channels[cid], user_id)
            if number:
                total += number
                unread_channels += 1
        return total, unread_channels

    def banned(self, user: User, channel: Channel | None = None) -> bool:
        """Whether a user is banned now: everywhere, or openly from a channel."""
        ban = user.ban if channel is None else channel.bans.get(user.id)
        return ban is not None and not ban.shadow and ban.holds(self.now)

    def shadow_banned(self, user: User, channel: Channel) -> bool:
        """Whether only the user sees what they now write in a channel."""
        ban = channel.bans.get(user.id)
        return ban is not None and ban.shadow and ban.holds(self.now)

    def muters(self, author: User, channel: Channel) -> tuple[UserId, ...]:
        """Who now wants to hear nothing of an author, or nothing in a channel."""
        return tuple(self._holding(author.muted_by) | self._holding(channel.muted_by))

    def _holding(self, mutes: dict[UserId, Mute]) -> dict[UserId, None]:
        return {user_id: None for user_id, mute in mutes.items() if mute.holds(self.now)}

    def typing(self, channel: Channel) -> dict[tuple[UserId, MessageId | None], Timestamp]:
        """Who types where, since when: nobody types longer than seven seconds without saying so again."""
        return {key: since for key, since in channel.typing.items() if self.now - since < 7 * SECOND}

    def absent(self, channel: Channel) -> list[UserId]:
        """The connected members who do not watch a channel."""
        return [who for who in self.connected if who in channel.members and who not in channel.watchers]
