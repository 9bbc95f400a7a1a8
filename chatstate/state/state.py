"""The state: every table, and the indexes that follow them."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Any, Protocol

from chatstate.clock import NEVER, SECOND, Clock, Timestamp
from chatstate.errors import Malformed
from chatstate.ids import Cid, MessageId, PollId, UserId
from chatstate.model import (
    Activity,
    AiState,
    App,
    Authored,
    Ban,
    Channel,
    Connection,
    Counters,
    Delivery,
    Draft,
    Evicted,
    Flag,
    Found,
    Gone,
    JsonObject,
    Location,
    Member,
    Message,
    Mute,
    Own,
    Poll,
    Purge,
    Reacted,
    Reaction,
    Read,
    Reminder,
    Span,
    Thread,
    ThreadRead,
    Tombstone,
    Typing,
    User,
    UserGroup,
    Vote,
    Watching,
)
from chatstate.state.places import Messages
from chatstate.state.table import Bounded, Entry, Index, Table, Undo

ME = "me"
"""The key of the tables that hold one row."""


class Sorted(Protocol):
    """A query: what it asks for can be listed in order."""

    def sort(self) -> list[Any]:
        """The sort keys of all that it asks for, each ending in an id. O(n log n)."""
        ...


ASIDE = 10_000
"""Messages kept aside: told of, but in no timeline."""

ENDED = 100_000
"""How many things that ended, and how many deleted messages, are remembered."""


class State:
    """What is known. Reducers read the tables as dicts and write them through ``put`` and ``drop``."""

    # An attribute of a slot is found faster, and a state is asked for thirty of them an event.
    __slots__ = (
        "activity", "ai", "app", "aside", "authored", "authored_in", "bans", "bans_in", "buried_at", "channel_copies",
        "channel_mutes", "channel_told", "channels", "clock", "closed", "connection", "copies", "counters",
        "deliveries", "deliveries_of", "drafts", "drafts_in", "ended", "evicted", "evicted_in", "flags", "found",
        "gone", "heard_at", "identity", "keep_messages", "locations", "log", "me", "members", "members_of", "messages",
        "mutes", "offstage", "own", "pending", "pending_in", "pins", "places", "polls", "purges", "reacted",
        "reacted_to", "reactions", "reactions_to", "reader", "reads", "reads_of", "reminders", "reminders_in",
        "replies", "spans", "tables", "thread_reads", "thread_reads_of", "threads", "threads_in", "timeline", "told",
        "tombstones", "typing", "typing_in", "typing_of", "user_groups", "users", "votes", "votes_in", "watching",
        "watching_of",
    )  # fmt: skip

    def __init__(self, me: UserId | None, clock: Clock, keep_messages: int | None = None) -> None:
        self.clock = clock
        self.reader: Any = None
        """Who notes what is read while a selector's function runs; see ``chatstate.reactive``."""
        self.keep_messages = keep_messages
        self.log: list[Undo] = []
        self.tables: dict[str, Table[Any, Any]] = {}
        self.found = Found()
        self.heard_at = NEVER
        """The time of the newest event; what tells no time of its own is taken to happen then."""
        self.buried_at = NEVER
        """The time of the newest hard delete."""
        self.told: dict[UserId, Timestamp] = {}
        """When each user was last described by a copy that said nothing new: a watermark beside the row's own times."""
        self.channel_told: dict[Cid, Timestamp] = {}
        self.channel_copies: dict[Cid, JsonObject] = {}
        """The same for channels."""
        self.copies: dict[UserId, JsonObject] = {}
        """The gist of the last copy of a user that was taken in: most frames repeat it."""
        self._people()
        self._rooms()
        self._messages()
        self._indexes()
        self.me: UserId | None = None
        """Who the connected user is, as the row of ``identity`` says."""
        self.identity.indexes.append(_Me(self))
        self.identity.restore(ME, me)

    def identify(self, id: UserId) -> None:
        """Learn who the connected user is. O(messages), once."""
        self.identity.put(ME, id)

    def _people(self) -> None:
        self.identity: Table[str, UserId] = self.table("identity")
        self.users: Table[UserId, User] = self.table("users")
        self.own: Table[str, Own] = self.table("own")
        self.counters: Table[str, Counters] = self.table("counters")
        self.connection: Table[str, Connection] = self.table("connection")
        self.app: Table[str, App] = self.table("app")
        self.mutes: Table[str, Mute] = self.table("mutes")
        self.channel_mutes: Table[str, Mute] = self.table("channel_mutes")
        self.flags: Table[str, Flag] = self.table("flags")
        self.user_groups: Table[str, UserGroup] = self.table("user_groups")
        self.ended: Bounded[tuple[str, Hashable], Timestamp] = self._bounded("ended", ENDED)

    def _rooms(self) -> None:
        self.channels: Table[Cid, Channel] = self.table("channels")
        self.activity: Table[Cid, Activity] = self.table("activity")
        self.spans: Table[Cid, Span] = self.table("spans")
        self.gone: Table[Cid, Gone] = self.table("gone")
        self.closed: Table[Cid, Gone] = self.table("closed")
        self.members: Table[tuple[Cid, UserId], Member] = self.table("members")
        self.bans: Table[tuple[Cid, UserId], Ban] = self.table("bans")
        self.reads: Table[tuple[Cid, UserId], Read] = self.table("reads")
        self.deliveries: Table[tuple[Cid, UserId], Delivery] = self.table("deliveries")
        self.authored: Table[tuple[Cid, UserId], Authored] = self.table("authored")
        self.typing: Table[tuple[Cid, MessageId | None, UserId], Typing] = self.table("typing")
        self.watching: Table[tuple[Cid, UserId], Watching] = self.table("watching")
        self.ai: Table[Cid, AiState] = self.table("ai")
        self.drafts: Table[tuple[Cid, MessageId | None], Draft] = self.table("drafts")

    def _messages(self) -> None:
        self.messages = Messages("messages", self.log)
        self.tables["messages"] = self.messages
        self.aside: Table[MessageId, Message] = self.table("aside")
        self.pending: Table[MessageId, Message] = self.table("pending")
        self.tombstones: Bounded[MessageId, Tombstone] = self._bounded("tombstones", ENDED)
        self.purges: Table[UserId, Purge] = self.table("purges")
        self.evicted: Table[MessageId, Evicted] = self.table("evicted")
        self.reactions: Table[tuple[MessageId, UserId, str], Reaction] = self.table("reactions")
        self.reacted: Table[tuple[MessageId, UserId], tuple[Reacted, ...]] = self.table("reacted")
        self.threads: Table[MessageId, Thread] = self.table("threads")
        self.thread_reads: Table[tuple[MessageId, UserId], ThreadRead] = self.table("thread_reads")
        self.polls: Table[PollId, Poll] = self.table("polls")
        self.votes: Table[str, Vote] = self.table("votes")
        self.reminders: Table[MessageId, Reminder] = self.table("reminders")
        self.locations: Table[MessageId, Location] = self.table("locations")

    def _indexes(self) -> None:
        self.places = self.messages.places
        self.timeline, self.replies = self.places.timeline, self.places.replies
        self.pins, self.offstage = self.places.pins, self.places.offstage
        self.pending_in = Index.on(self.pending, _by_time)
        self.evicted_in = Index.on(self.evicted, _by_time)
        self.members_of = Index.on(self.members, _by_first, by_key=True)
        self.reads_of = Index.on(self.reads, _by_first, by_key=True)
        self.deliveries_of = Index.on(self.deliveries, _by_first, by_key=True)
        self.authored_in = Index.on(self.authored, _by_first, by_key=True)
        self.bans_in = Index.on(self.bans, _by_first, by_key=True)
        self.watching_of = Index.on(self.watching, _by_first, by_key=True)
        self.typing_in = Index.on(self.typing, lambda key, row: ((key[0], key[1]), (key[2],)), by_key=True)
        self.typing_of = Index.on(self.typing, lambda key, row: (key[0], (key[2], key[1] or "")), by_key=True)
        self.reactions_to = Index.on(self.reactions, _by_reaction)
        self.reacted_to = Index.on(self.reacted, _by_first, by_key=True)
        self.thread_reads_of = Index.on(self.thread_reads, _by_first, by_key=True)
        self.threads_in = Index.on(self.threads, _by_channel)
        self.drafts_in = Index.on(self.drafts, lambda key, row: (key[0], (key[1] or "",)), by_key=True)
        self.votes_in = Index.on(self.votes, lambda id, row: (row.poll_id, (row.created_at or NEVER, id)))
        self.reminders_in = Index.on(self.reminders, _by_channel)

    def table(self, name: str) -> Table[Any, Any]:
        """The table of that name, made on first use: an application's own events keep their rows in their own."""
        table = self.tables.get(name)
        if table is None:
            table = self.tables[name] = Table(name, self.log)
        return table

    def _bounded(self, name: str, limit: int) -> Bounded[Any, Any]:
        table = self.tables[name] = Bounded(name, self.log, limit)
        return table

    def arrives(self, table: Table[Any, Any], key: Hashable, at: Timestamp) -> bool:
        """Whether what an event of the time ``at`` brings has not ended at that time or later."""
        return self.ended.get((table.name, key), NEVER) < at

    def end(self, table: Table[Any, Any], key: Hashable, at: Timestamp) -> None:
        """Let what is kept under ``key`` end at ``at``, unless it began later; what began earlier stays away."""
        mark = (table.name, key)
        if self.ended.get(mark, NEVER) < at:
            self.ended.put(mark, at)
        row = table.get(key)
        if row is not None and row.at <= at:
            table.drop(key)

    def forget_copies(self) -> None:
        """Compare nothing with what was taken in before: some of it was taken back."""
        self.copies.clear()
        self.channel_copies.clear()

    def report(self, error: Malformed) -> None:
        """Note a part that was left out; the rest of its event goes on."""
        self.found.faults.append(error)

    def undo(self) -> None:
        """Take back all that was written since the log was last cleared. O(writes)."""
        for table, key, before in reversed(self.log):
            table.restore(key, before)
        self.log.clear()

    def holds(self, until: Timestamp | None) -> bool:
        """Whether what ends at ``until`` still holds; None is without end."""
        return until is None or until > self.clock.now()

    def fresh(self, received: int, span: int) -> bool:
        """Whether what came at ``received``, by the monotonic clock, is younger than ``span`` nanoseconds."""
        return self.clock.monotonic() - received < span

    def seconds_until(self, until: Timestamp) -> int:
        """How many whole seconds, rounded up, are left until ``until``; 0 once it is past."""
        return max(0, -(-(until - self.clock.now()) // SECOND))

    def in_order(self, query: Sorted) -> Sequence[Any]:
        """The sort keys of what a query asks for, in order."""
        return query.sort()

    def message_ids(self, cid: Cid) -> Iterable[MessageId]:
        """Every message of a channel that is kept, in the timeline or not."""
        return [*self.timeline.ids(cid), *self.offstage.ids(cid)]


class _Me:
    """Follows the row that says who I am: what a state shows of its messages depends on that."""

    __slots__ = ("_state",)

    def __init__(self, state: State) -> None:
        self._state = state

    def moved(self, key: str, before: UserId | None, after: UserId | None) -> None:
        """Follow the row."""
        state = self._state
        state.me = after
        state.places.rebuild(state.messages, after)


def _by_first(key: Any, row: Any) -> Entry:
    return key[0], (key[1],)


def _by_time(id: Any, row: Any) -> Entry:
    return row.cid, (row.created_at, id)


def _by_channel(id: Any, row: Any) -> Entry | None:
    return None if row.channel_cid is None else (row.channel_cid, (id,))


def _by_reaction(key: tuple[MessageId, UserId, str], row: Reaction) -> Entry:
    return key[0], (row.created_at or row.updated_at, key)
