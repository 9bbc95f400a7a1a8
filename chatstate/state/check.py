"""Every invariant of a state, held against the state itself. For tests: O(everything) at each call."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from chatstate.model import Reacted, Reaction
from chatstate.state.places import Places
from chatstate.state.state import ME, State
from chatstate.state.table import Bounded, Index, Table


def check(state: State) -> None:
    """Raise ``AssertionError``, naming what is broken, unless every invariant holds. To be called between events."""
    for law in _LAWS:
        for broken in law(state):
            raise AssertionError(broken)


def _between_events(state: State) -> Iterator[str]:
    """Nothing is left of the event before, and everybody agrees who I am."""
    if state.log:
        yield f"the log still holds {len(state.log)} writes of an event that has ended"
    if state.places.me != state.me:
        yield f"the places take {state.places.me!r} for me, the state {state.me!r}"


def _indexes(state: State) -> Iterator[str]:
    """Each index is what a fresh look at its table gives, in order, without empty groups."""
    for table in state.tables.values():
        for index in _indexes_on(table):
            fresh: dict[Any, list[Any]] = {}
            for key, row in table.items():
                entry = index.entry(key, row)
                if entry is not None:
                    fresh.setdefault(entry[0], []).append(entry[1])
            for group in fresh.keys() | index.groups.keys():
                there, due = list(index.groups.get(group, ())), sorted(fresh.get(group, ()))
                if there != due:
                    yield f"{_name(state, index, table)} lists {there} under {group!r}, its table {due}"
                if not there:
                    yield f"{_name(state, index, table)} keeps an empty group for {group!r}"


def _indexes_on(table: Table[Any, Any]) -> Iterator[Index[Any, Any]]:
    for follower in table.indexes:
        if isinstance(follower, Places):
            yield from (follower.timeline, follower.replies, follower.pins, follower.offstage)
        elif isinstance(follower, Index):
            yield follower


def _name(state: State, index: Index[Any, Any], table: Table[Any, Any]) -> str:
    return next((name for name in dir(state) if getattr(state, name) is index), f"an index on {table.name}")


_KEYS: Mapping[str, Callable[[Any], Any]] = {
    "users": lambda row: row.id,
    "mutes": lambda row: row.id,
    "channel_mutes": lambda row: row.id,
    "flags": lambda row: row.id,
    "user_groups": lambda row: row.id,
    "channels": lambda row: row.cid,
    "members": lambda row: (row.cid, row.user_id),
    "reads": lambda row: (row.cid, row.user_id),
    "deliveries": lambda row: (row.cid, row.user_id),
    "watching": lambda row: (row.cid, row.user_id),
    "typing": lambda row: (row.cid, row.parent_id, row.user_id),
    "drafts": lambda row: (row.channel_cid, row.parent_id),
    "messages": lambda row: row.id,
    "aside": lambda row: row.id,
    "pending": lambda row: row.id,
    "reactions": lambda row: (row.message_id, row.user_id, row.type),
    "threads": lambda row: row.parent_message_id,
    "thread_reads": lambda row: (row.parent_id, row.user_id),
    "polls": lambda row: row.id,
    "votes": lambda row: row.id,
    "reminders": lambda row: row.message_id,
    "locations": lambda row: row.message_id,
}
"""What each row says its own key is."""


def _keys(state: State) -> Iterator[str]:
    """Every row is kept under the key that it names itself, and a channel's parts spell its cid."""
    for name, key_of in _KEYS.items():
        for key, row in state.tables[name].items():
            if key_of(row) != key:
                yield f"{name}: under {key!r} is the row of {key_of(row)!r}"
    for cid, channel in state.channels.items():
        if f"{channel.type}:{channel.id}" != cid:
            yield f"channels: {cid} is of type {channel.type}, id {channel.id}"
    for (message_id, user_id), deeds in state.reacted.items():
        for done in deeds:
            theirs = (done.reaction.message_id, done.reaction.user_id)
            if theirs != (message_id, user_id):
                yield f"reacted: {theirs} under {(message_id, user_id)}"


def _singles(state: State) -> Iterator[str]:
    """The tables of one row hold no other."""
    for table in (state.own, state.counters, state.connection, state.app):
        if table.keys() - {ME}:
            yield f"{table.name} holds more than its one row: {sorted(table)}"


def _bounds(state: State) -> Iterator[str]:
    """Bounded tables stay within their bounds, timelines within what the store keeps."""
    for table in state.tables.values():
        if isinstance(table, Bounded) and len(table) > table.limit:
            yield f"{table.name} holds {len(table)} rows, more than {table.limit}"
    if state.keep_messages is not None:
        for cid, timeline in state.timeline.groups.items():
            if len(timeline) > state.keep_messages:
                there, due = len(timeline), state.keep_messages
                yield f"the timeline of {cid} holds {there} messages, more than the {due} to keep"


def _ids(state: State) -> Iterator[str]:
    """A message is in one place: known, aside or pending; what is let go is not known."""
    places = {table.name: table for table in (state.messages, state.aside, state.pending, state.evicted)}
    for one, other in (("messages", "aside"), ("messages", "pending"), ("messages", "evicted")):
        both = places[one].keys() & places[other].keys()
        if both:
            yield f"messages are both in {one} and in {other}: {sorted(both)}"


def _tombstones(state: State) -> Iterator[str]:
    """Of a message that was deleted for good nothing is left, and none of its replies."""
    for table in (
        state.messages, state.aside, state.pending, state.evicted, state.threads, state.reminders, state.locations,
    ):  # fmt: skip
        yield from _no_tombstones(state, table.name, table)
    yield from _no_tombstones(state, "reactions", (key[0] for key in state.reactions))
    yield from _no_tombstones(state, "reacted", (key[0] for key in state.reacted))
    yield from _no_tombstones(state, "thread_reads", (key[0] for key in state.thread_reads))
    yield from _no_tombstones(state, "drafts", (key[1] for key in state.drafts))
    yield from _no_tombstones(state, "the replies", (message.parent_id for message in state.messages.values()))


def _no_tombstones(state: State, place: str, ids: Iterable[Any]) -> Iterator[str]:
    left = {id for id in ids if id in state.tombstones}
    if left:
        yield f"{place} keep something of messages that were deleted for good: {sorted(left)}"


def _channels(state: State) -> Iterator[str]:
    """Whatever is in a channel is in one that is known, and nothing is left from before its history was cleared."""
    by_first: list[Table[Any, Any]] = [
        state.members, state.bans, state.reads, state.deliveries, state.authored, state.typing, state.watching,
        state.drafts,
    ]  # fmt: skip
    for table in by_first:
        for key in table:
            if key[0] not in state.channels:
                yield f"{table.name}: {key!r} is in a channel that is not known"
    for cids in (state.activity, state.spans, state.ai):
        for cid in cids:
            if cid not in state.channels:
                yield f"{cids.name}: the channel {cid!r} is not known"
    for messages in (state.messages, state.pending):
        for id, message in messages.items():
            channel = state.channels.get(message.cid)
            if channel is None:
                yield f"{messages.name}: {id!r} is in a channel that is not known, {message.cid!r}"
            elif message.created_at < channel.cleared_at:
                yield f"{messages.name}: {id!r} is older than the clearing of the history of {message.cid}"


def _gone(state: State) -> Iterator[str]:
    """A deleted channel has left with all it held, and is remembered as closed."""
    for cid, gone in state.gone.items():
        if gone.reason not in ("deleted", "removed"):
            yield f"gone: {cid} for an unheard reason, {gone.reason!r}"
        if gone.reason == "deleted" and cid in state.channels:
            yield f"{cid} was deleted, and its row is there"
        if gone.reason == "deleted" and cid not in state.closed:
            yield f"{cid} was deleted, and is not closed"
    for cid in state.threads_in.groups.keys() | state.reminders_in.groups.keys():
        if cid in state.gone and state.gone[cid].reason == "deleted":
            yield f"{cid} was deleted, and threads or reminders of it are there"


def _spans(state: State) -> Iterator[str]:
    """Gaps are before messages of the timeline, and nothing came back from below the floor."""
    for cid, span in state.spans.items():
        ids = set(state.timeline.ids(cid))
        if span.gaps - ids:
            yield f"spans: {cid} has gaps before messages that are not in it: {span.gaps - ids}"
        if span.floor is None:
            continue
        for entry in state.timeline.of(cid):
            if entry <= span.floor:
                yield f"the timeline of {cid} holds {entry[-1]!r}, from below its floor"


def _reads(state: State) -> Iterator[str]:
    """A read stands at its newest word; only I have an unread number, and all that came after it was told is in it."""
    for (cid, user_id), read in state.reads.items():
        words = max(read.told_at, read.message_at)
        if words > read.at:
            yield f"reads: {user_id!r} in {cid} stands at {read.at}, and was told of at {words}"
        if user_id != state.me:
            if read.unread != 0:
                yield f"reads: {user_id!r} in {cid} has an unread number, {read.unread}"
            continue
        later = [id for created_at, *_, id in state.timeline.of(cid) if created_at > read.at]
        counted = [id for id in later if state.messages[id].counts and id != read.last_read_message_id]
        let_go = [id for created_at, *_, id in state.evicted_in.of(cid) if created_at > read.at]
        if read.unread < len(counted) + len(let_go):
            yield f"reads: {read.unread} unread in {cid}, fewer than {counted} and, let go, {let_go}"


def _evicted(state: State) -> Iterator[str]:
    """What was let go while unread is remembered only until it is read."""
    for id, evicted in state.evicted.items():
        read = None if state.me is None else state.reads.get((evicted.cid, state.me))
        if read is not None and evicted.created_at <= read.at:
            yield f"evicted: {id!r} is remembered after it was read"


def _reactions(state: State) -> Iterator[str]:
    """The reactions that show are those that what users did leaves, in the order of time."""
    shown: dict[Any, dict[str, Reaction]] = {}
    for (message_id, user_id, kind), reaction in state.reactions.items():
        shown.setdefault((message_id, user_id), {})[kind] = reaction
    for key in shown.keys() | state.reacted.keys():
        deeds = state.reacted.get(key, ())
        times = [done.at for done in deeds]
        if times != sorted(times):
            yield f"reacted: what was done under {key} is not in the order of time"
        there, due = shown.get(key, {}), _left(deeds)
        if there != due:
            yield f"reactions: {sorted(there)} show for {key}, where {sorted(due)} are left"


def _left(deeds: Iterable[Reacted]) -> dict[str, Reaction]:
    """What deeds leave, written down a second time: a check by the code it checks would find nothing."""
    left: dict[str, Reaction] = {}
    for done in deeds:
        kind = done.reaction.type
        if done.deed == "deleted":
            left = {other: left[other] for other in left if other != kind}
        else:
            replaces = done.deed == "updated" and kind not in left
            left = {**({} if replaces else left), kind: done.reaction}
    return left


def _mutes(state: State) -> Iterator[str]:
    """The words on a mute are in the order of time, none of them twice."""
    for table in (state.mutes, state.channel_mutes):
        for id, mute in table.items():
            ordered = sorted(set(mute.history))
            if list(mute.history) != ordered:
                yield f"{table.name}: the words on {id!r} are in disorder"


def _members(state: State) -> Iterator[str]:
    """A ban that was told after a member shows on the member."""
    for key, ban in state.bans.items():
        member = state.members.get(key)
        if member is not None and ban.at > member.at:
            told, shown = (ban.banned, ban.shadow_banned), (member.banned, member.shadow_banned)
            if told != shown:
                yield f"members: {key} shows the ban as {shown}, where {told} was told last"


_LAWS = (
    _between_events, _indexes, _keys, _singles, _bounds, _ids, _tombstones, _channels, _gone, _spans, _reads, _evicted,
    _reactions, _mutes, _members,
)  # fmt: skip
"""What must hold, each telling what is broken."""
