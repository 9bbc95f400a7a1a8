"""Messages: how they join, change and go.

A message's facts do not age together. Its content goes by ``updated_at``; deletion, pins, reply counts and reaction
counts each go by the time of the event that told them, because their events may carry older content.
"""

from typing import Any

from chatstate.clock import NEVER, Timestamp
from chatstate.errors import Malformed
from chatstate.ids import Cid, MessageId, UserId
from chatstate.model import DELETED, JsonObject, Location, Message, Purge, Tombstone
from chatstate.model.reading import each, read_time
from chatstate.settle.channels import span_of
from chatstate.settle.keepsakes import settle_draft, settle_reminder
from chatstate.settle.polls import settle_poll
from chatstate.settle.reactions import forget_reactions
from chatstate.settle.reads import count_unread, may_count, uncount
from chatstate.settle.retention import LET_GO, count_unkept, purged_at, put_aside, retain
from chatstate.settle.threads import forget_thread
from chatstate.state.places import is_plain
from chatstate.state.state import State


def message_id(raw: JsonObject) -> MessageId:
    """The id in a message payload. Raises ``Malformed`` where there is none."""
    id = raw.get("id")
    if id.__class__ is not str or not id:
        raise Malformed("a string", id, "id")
    return MessageId(id)


def join_message(
    state: State, raw: JsonObject, cid: Cid, at: Timestamp, *, counted: bool, covered: bool = False
) -> Message:
    """Bring a message in: into its channel's timeline, its thread, or both; answers its row.

    One that was deleted for good, truncated away or let go does not join; one that is known is brought up to date.
    ``counted`` says whether it may be unread, ``covered`` that the unread number was told with it. O(log n).
    """
    id = message_id(raw)
    if (known := state.messages.get(id)) is not None:
        return update_message(state, known, raw, at)
    row: Any = Message.open(raw, state.found, Message.BASE, at)
    row.cid = cid
    created_at = row.created_at
    if created_at == NEVER:
        row.created_at = created_at = at
    row.sent_at = created_at if covered else at
    channel = state.channels[cid]
    guarded = row.parent_id or state.keep_messages or row.user_id in state.purges
    if created_at < channel.cleared_at or id in state.tombstones or (guarded and _may_not_join(state, row)):
        row.__class__ = Message
        return _refused(state, row, raw, at, counted=counted and not covered)
    row.counts, row.__class__ = counted and may_count(state, row, channel, at), Message
    if id in state.aside or id in state.pending:
        row = _come(state, row)
    if is_plain(row):
        state.messages.add_newest(row)
    else:
        state.messages.put(id, row)
    if row.counts and not covered:
        count_unread(state, row, at)
    if row.user_id in state.purges:
        _purge(state, row)
    if state.found.along:
        take_along(state, row, raw, at)
    if state.keep_messages is not None and not covered:
        retain(state, cid)
    return row  # type: ignore[no-any-return]


def _refused(state: State, row: Message, raw: JsonObject, at: Timestamp, *, counted: bool) -> Message:
    """A message that may not join: too old, it still counts; deleted with all of its author's, it counts no longer."""
    if row.created_at < (cleared := state.channels[row.cid].cleared_at):
        forget_thread(state, row.id, row.cid, cleared)
        return row
    purge = None if row.user_id is None else state.purges.get(row.user_id)
    purged = NEVER if purge is None else purged_at(purge.hard, row.cid)
    if row.created_at <= purged:
        hard_delete(state, row.id, purged, cid=row.cid, raw=raw)
    elif counted:
        count_unkept(state, row, at)
    return row


def _may_not_join(state: State, row: Any) -> bool:
    """Whether a message was deleted with all of its author's, replies to a deleted one, or is older than retained."""
    if row.parent_id is not None and row.parent_id in state.tombstones:
        return True
    purge = state.purges.get(row.user_id)
    if purge is not None and row.created_at <= purged_at(purge.hard, row.cid):
        return True
    if state.keep_messages is None:
        return False
    if row.id in state.evicted:
        return True
    if row.parent_id is not None and not row.show_in_channel:
        return bool(state.ended.get((LET_GO, row.parent_id), NEVER) >= row.created_at)
    floor = span_of(state, row.cid).floor
    return floor is not None and row.order <= floor


def _come(state: State, row: Message) -> Message:
    """``row``, whose message was pending or known aside, and is so no longer."""
    state.pending.drop(row.id)
    early = state.aside.get(row.id)
    if early is None:
        return row
    state.aside.drop(row.id)
    return _merged(row, early)


def _merged(row: Message, early: Message) -> Message:
    """``row``, as it joins, with what was told of it before it came."""
    content = early if (early.updated_at, early.told_at) > (row.updated_at, row.told_at) else row
    merged = content.replace(
        cid=row.cid, created_at=row.created_at, sent_at=row.sent_at, user_id=row.user_id, parent_id=row.parent_id,
        show_in_channel=row.show_in_channel, counts=row.counts,
        # A copy in a quote tells neither what it quotes itself nor its poll.
        quoted_message_id=row.quoted_message_id or early.quoted_message_id, poll_id=row.poll_id or early.poll_id,
    )  # fmt: skip
    for mark, names in FACETS.items():
        source = early if getattr(early, mark) > getattr(row, mark) else row
        merged = merged.replace(**{name: getattr(source, name) for name in (mark, *names)})
    if merged.deleted_at is not None:
        merged = merged.replace(type=DELETED)
    return merged


FACETS: dict[str, tuple[str, ...]] = {
    "deleted_told_at": ("deleted_at", "deleted_for_me"),
    "pinned_told_at": ("pinned", "pinned_at", "pinned_by_id", "pin_expires"),
    "reacted_at": ("reaction_counts", "reaction_scores", "reaction_groups"),
    "replied_at": ("reply_count", "deleted_reply_count", "thread_participants"),
}
"""What has a time of its own in a message: the mark that keeps it, and the fields it guards."""

PINS, REPLIES, REACTIONS = "pinned_told_at", "replied_at", "reacted_at"
COPIED = frozenset({PINS, REPLIES, REACTIONS})


def update_message(
    state: State, known: Message, raw: JsonObject, at: Timestamp, facets: frozenset[str] = COPIED
) -> Message:
    """Bring a known message up to date with a payload told at ``at``; only the ``facets`` it is trusted for.

    The row stays where it is kept: among the messages, or aside.
    """
    said: Any = Message.open(raw, state.found, known, at)
    advances = (said.updated_at, at) > (known.updated_at, known.told_at)
    row: Any = said if advances else known.opened()
    if advances:
        row.cid, row.counts, row.sent_at = known.cid, known.counts, known.sent_at
        row.user_id = known.user_id or said.user_id
        if known.created_at != NEVER:
            row.created_at = known.created_at
    _take_pins(row, said if PINS in facets and "pinned" in raw and at > known.pinned_told_at else known)
    _take_replies(row, said if REPLIES in facets and "reply_count" in raw and at > known.replied_at else known)
    _take_reactions(row, said if REACTIONS in facets and "reaction_counts" in raw and at > known.reacted_at else known)
    _take_deletion(row, known, said, advances, at)
    row.__class__ = Message
    keep(state, known, row)
    if state.found.along:
        take_along(state, row, raw, at)
    return row  # type: ignore[no-any-return]


def _take_pins(row: Any, source: Any) -> None:
    row.pinned, row.pinned_at = source.pinned, source.pinned_at
    row.pinned_by_id, row.pin_expires = source.pinned_by_id, source.pin_expires
    row.pinned_told_at = source.pinned_told_at


def _take_replies(row: Any, source: Any) -> None:
    row.reply_count, row.deleted_reply_count = source.reply_count, source.deleted_reply_count
    row.thread_participants, row.replied_at = source.thread_participants, source.replied_at


def _take_reactions(row: Any, source: Any) -> None:
    row.reaction_counts, row.reaction_scores = source.reaction_counts, source.reaction_scores
    row.reaction_groups, row.reacted_at = source.reaction_groups, source.reacted_at


def _take_deletion(row: Any, known: Message, said: Any, advances: bool, at: Timestamp) -> None:
    """A payload that tells the date of a deletion deletes; that none is told brings nothing back."""
    if advances and known.deleted_at is None and said.deleted_at is not None and at > known.deleted_told_at:
        row.deleted_at, row.deleted_told_at = said.deleted_at, at
        return
    row.deleted_at, row.deleted_told_at = known.deleted_at, known.deleted_told_at
    row.deleted_for_me = known.deleted_for_me
    if known.deleted_at is not None:
        row.type = DELETED


def keep(state: State, known: Message, row: Message) -> None:
    """Put ``row`` where ``known`` is: among the messages, or aside. Nothing where nothing differs."""
    if row == known:
        return
    if known.id not in state.messages:
        state.aside.put(row.id, row)
        return
    if state.spans and known.cid in state.spans and state.timeline.entry(row.id, row) is None:
        close_gap(state, known)
    state.messages.put(row.id, row)


def set_aside(state: State, raw: JsonObject, cid: Cid | None, at: Timestamp, facets: frozenset[str]) -> Message | None:
    """Keep what is told of a message that is not here, until it comes. It shows nowhere but in quotes of it."""
    id = message_id(raw)
    if id in state.tombstones or _is_cleared(state, raw, cid):
        return None
    early = state.aside.get(id)
    if early is not None:
        return update_message(state, early, raw, at, facets)
    row = Message.read(raw, state.found, at=at)
    told = {mark: at if mark in facets else NEVER for mark in FACETS}
    row = row.replace(cid=cid or row.cid, deleted_at=None, **told)
    put_aside(state, row)
    take_along(state, row, raw, at)
    return row


def _is_cleared(state: State, raw: JsonObject, cid: Cid | None) -> bool:
    """Whether a payload is of a message that was truncated away."""
    channel = None if cid is None else state.channels.get(cid)
    if channel is None or channel.cleared_at == NEVER:
        return False
    return bool(NEVER < read_time(raw.get("created_at"), "created_at", NEVER) < channel.cleared_at)


def take_along(state: State, row: Message, raw: JsonObject, at: Timestamp) -> None:
    """Take in what hangs on a message payload: quoted message, poll, location, reminder, draft of a reply."""
    state.found.along = False
    if "quoted_message" in raw:
        quoted = raw["quoted_message"]
        if quoted.__class__ is dict:
            _quote(state, quoted, row.cid)
    if "poll" in raw and raw["poll"].__class__ is dict:
        settle_poll(state, raw["poll"], at)
    if "shared_location" in raw and raw["shared_location"].__class__ is dict:
        settle_location(state, row, raw["shared_location"], at)
    if "reminder" in raw and raw["reminder"].__class__ is dict:
        settle_reminder(state, raw["reminder"], row.id, at)
    if "draft" in raw and raw["draft"].__class__ is dict:
        settle_draft(state, raw["draft"], (row.cid, row.id), at)


def _quote(state: State, raw: JsonObject, cid: Cid) -> None:
    """Take in the copy of a quoted message, which is as old as its own ``updated_at`` says; if not here, aside."""
    at = read_time(raw.get("updated_at"), "quoted_message.updated_at", NEVER)
    row = state.messages.get(message_id(raw))
    if row is None:
        row = set_aside(state, raw, cid, at, frozenset())
    elif at > row.updated_at:
        row = update_message(state, row, raw, at, frozenset())
    deleted_at = read_time(raw.get("deleted_at"), "quoted_message.deleted_at")
    if row is not None and deleted_at is not None:
        soft_delete(state, row, deleted_at, deleted_at)


def settle_location(state: State, message: Message, raw: JsonObject, at: Timestamp) -> None:
    """Take in where the author of a message is."""
    known = state.locations.get(message.id)
    said = Location.read(raw, state.found, known)
    if known is None or (said.updated_at, at) > (known.updated_at, known.told_at):
        row = said.replace(message_id=message.id, channel_cid=said.channel_cid or message.cid, told_at=at)
        state.locations.put(message.id, row)


def soft_delete(state: State, known: Message, deleted_at: Timestamp, at: Timestamp, *, for_me: bool = False) -> None:
    """Show a message as deleted, in its place, unless it was undeleted later."""
    if (at < known.deleted_told_at and not for_me) or (known.deleted_for_me and not for_me):
        return
    keep(
        state,
        known,
        known.replace(
            type=DELETED, deleted_at=deleted_at, deleted_told_at=at, deleted_for_me=known.deleted_for_me or for_me
        ),
    )


def undelete(state: State, known: Message, kind: str, at: Timestamp) -> None:
    """Show a message as it was, unless it was deleted later, or for me."""
    if at > known.deleted_told_at and not known.deleted_for_me:
        kind = "regular" if kind == DELETED else kind
        keep(state, known, known.replace(type=kind, deleted_at=None, deleted_told_at=at))


def hard_delete(
    state: State, id: MessageId, at: Timestamp, *, cid: Cid | None = None, raw: JsonObject | None = None
) -> None:
    """Let a message go for good, with its thread and its replies; it does not come back. O(replies log n)."""
    if id in state.tombstones:
        return
    row = state.messages.get(id)
    if row is None:
        row = _as_told(state, id, cid, raw, at)
    if id in state.messages or id in state.evicted or _is_covered(state, row):
        uncount(state, row, at)
    state.buried_at = max(state.buried_at, at)
    state.tombstones.put(
        id, Tombstone.BASE.replace(cid=row.cid or cid, created_at=row.created_at, at=at, counts=row.counts)
    )
    forget_message(state, row, at)


def _as_told(state: State, id: MessageId, cid: Cid | None, raw: JsonObject | None, at: Timestamp) -> Message:
    """A message that is not here, as its deletion describes it; it counts if it was let go while unread."""
    row = Message.BASE.replace(id=id) if raw is None else Message.read(raw, state.found, at=at)
    row = row.replace(cid=cid or row.cid)
    if id in state.evicted:
        return row.replace(counts=True, created_at=state.evicted[id].created_at)
    kind = row.replace(type="regular") if row.type == DELETED else row
    return row.replace(counts=may_count(state, kind, state.channels.get(row.cid), row.created_at))


def _is_covered(state: State, row: Message) -> bool:
    """Whether a message that never came is in my unread number all the same, because the number was told later."""
    read = None if state.me is None else state.reads.get((row.cid, state.me))
    return read is not None and read.since < row.created_at <= read.at


def forget_message(state: State, row: Message, at: Timestamp) -> None:
    """Drop a message and what hangs on it: reactions, thread, replies, reminder, draft, location."""
    id = row.id
    close_gap(state, row)
    state.messages.drop(id)
    for table in (state.aside, state.pending, state.evicted, state.locations):
        if table:
            table.drop(id)
    if id in state.reminders:
        state.end(state.reminders, id, at)
        state.reminders.drop(id)
    forget_reactions(state, id)
    if id in state.replies.groups:
        for reply_id in list(state.replies.ids(id)):
            hard_delete(state, reply_id, at)
    if state.evicted:
        for reply_id, evicted in list(state.evicted.items()):
            if evicted.parent_id == id:
                hard_delete(state, reply_id, at, cid=evicted.cid)
    forget_thread(state, id, row.cid, at)


def close_gap(state: State, row: Message) -> None:
    """Before a message leaves its timeline: a gap before it becomes a gap before the next one."""
    span = state.spans.get(row.cid)
    if span is None or row.id not in span.gaps:
        return
    timeline = state.timeline.of(row.cid)
    following = timeline[timeline.find(row.order) + 1 :][:1] if row.order in timeline else []
    state.spans.put(row.cid, span.replace(gaps=span.gaps - {row.id} | {entry[-1] for entry in following}))


def _purge(state: State, row: Message) -> None:
    """Delete a message that joined after all of its author's were, as they were."""
    assert row.user_id is not None
    at = purged_at(state.purges[row.user_id].soft, row.cid)
    if row.created_at <= at:
        soft_delete(state, row, at, at)


def delete_messages_of(state: State, user_id: UserId, cid: Cid | None, at: Timestamp, *, hard: bool) -> None:
    """Delete all that a user wrote up to ``at``, in one channel or everywhere. O(messages there)."""
    name = "hard" if hard else "soft"
    purge = state.purges.get(user_id, Purge.BASE)
    times = getattr(purge, name)
    if at > times.get(cid, NEVER):
        state.purges.put(user_id, purge.replace(**{name: {**times, cid: at}}))
    here = state.messages.values() if cid is None else [state.messages[id] for id in state.message_ids(cid)]
    theirs = [row.id for row in here if row.user_id == user_id and row.created_at <= at]
    early = [row.id for row in state.aside.values() if row.user_id == user_id and row.created_at <= at]
    if hard:
        for id, evicted in list(state.evicted.items()):
            if evicted.user_id == user_id and evicted.created_at <= at and cid in (None, evicted.cid):
                hard_delete(state, id, at, cid=evicted.cid)
    for id in theirs + early:
        row = state.messages.get(id) or state.aside.get(id)
        if row is None or (cid is not None and row.cid != cid):
            continue
        if hard:
            hard_delete(state, id, at)
        else:
            soft_delete(state, row, at, at)


def settle_list(state: State, raw: Any, key: str, settle: Any) -> None:
    """``settle`` each object of a list; a malformed one is reported and left out."""

    def one(element: Any, path: str, found: Any) -> None:
        if element.__class__ is not dict:
            raise Malformed("an object", element, path)
        try:
            settle(element)
        except Malformed as error:
            raise error.under(path) from None

    each(raw, key, state.found, one)
