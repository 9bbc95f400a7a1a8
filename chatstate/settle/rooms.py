"""Whole channels: their payloads, the clearing of their history, and their end."""

from collections.abc import Mapping
from typing import Any

from chatstate.clock import LIMIT, NEVER, Timestamp
from chatstate.ids import Cid
from chatstate.model import Channel, Gone, JsonObject
from chatstate.settle.channels import settle_activity, the_channel
from chatstate.settle.members import drop_member, settle_members
from chatstate.settle.messages import forget_message
from chatstate.settle.reads import count_cleared, counts_nothing, forget_read, stop_counting, uncount
from chatstate.settle.threads import forget_thread
from chatstate.state.state import State
from chatstate.state.table import Table


def settle_channel(state: State, cid: Cid, raw: JsonObject, at: Timestamp, *, full: bool = False) -> None:
    """Take in a channel payload, told at ``at``; a ``full`` one replaces the custom data whole."""
    known = the_channel(state, cid)
    outer = state.found.at
    state.found.at = f"{outer}.channel" if outer else "channel"
    still = _still(raw)
    told = state.channel_told.get(cid, NEVER)
    if not full and still is not None and state.channel_copies.get(cid) == still:
        state.channel_told[cid] = max(told, at)
        settle_activity(state, cid, raw, at, raw.get("member_count"), raw.get("message_count"), None)
        state.found.at = outer
        return
    said = Channel.read(raw, state.found, known)
    told_at = max(known.told_at, told)
    advances = (said.updated_at, at) >= (known.updated_at, told_at)
    row = said.replace(cid=cid, id=known.id, type=known.type) if advances else known
    is_news = advances or (full and said.updated_at == known.updated_at and at > known.whole_at)
    row = row.replace(
        custom=_custom(known, said, full) if is_news else known.custom,
        told_at=max(at, known.told_at) if row is not known else known.told_at,
        whole_at=at if full and is_news else known.whole_at,
    )
    row = _with_flags(row, known, said, raw, at, told)
    if row != known:
        state.channels.put(cid, row)
        if counts_nothing(row) and not counts_nothing(known):
            stop_counting(state, cid, NEVER if known.own_capabilities is None else at)
    if advances and still is not None:
        state.channel_copies[cid] = still
        state.channel_told[cid] = at
    settle_activity(state, cid, raw, at, raw.get("member_count"), raw.get("message_count"), None)
    if raw.get("members"):
        settle_members(state, cid, raw["members"], at, "members")
    if said.truncated_at is not None and said.truncated_at > known.cleared_at:
        clear_history(state, cid, said.truncated_at, at)
    state.found.at = outer


_RESTLESS = frozenset({"last_message_at", "member_count", "message_count"})


def _still(raw: JsonObject) -> JsonObject | None:
    """What of a payload does not move with every message; None where it says more than most do."""
    if "members" in raw or "hidden" in raw or "truncated_at" in raw:
        return None
    return {key: value for key, value in raw.items() if key not in _RESTLESS}


def _custom(known: Channel, said: Channel, full: bool) -> Mapping[str, Any]:
    """The custom data after a payload: a full one replaces it, another adds to it."""
    if full or not known.custom:
        return said.custom
    return {**known.custom, **said.custom} if said.custom else known.custom


def _with_flags(
    row: Channel, known: Channel, said: Channel, raw: JsonObject, at: Timestamp, told: Timestamp
) -> Channel:
    """``row`` with what has a time of its own: frozen, hidden, truncated."""
    freezes = "frozen" in raw and at > max(known.frozen_at, told)
    hides = "hidden" in raw and at > known.hidden_at
    enables = "own_capabilities" in raw and at > known.capabilities_at
    return row.replace(
        frozen=said.frozen if freezes else known.frozen,
        frozen_at=at if freezes else known.frozen_at,
        hidden=said.hidden if hides else known.hidden,
        hidden_at=at if hides else known.hidden_at,
        own_capabilities=said.own_capabilities if enables else known.own_capabilities,
        capabilities_at=at if enables else known.capabilities_at,
        truncated_at=max(said.truncated_at or NEVER, known.truncated_at or NEVER)
        if said.truncated_at
        else known.truncated_at,
        cleared_at=known.cleared_at,
    )


def clear_history(state: State, cid: Cid, before: Timestamp, at: Timestamp) -> None:
    """Messages created before ``before`` go, and do not come back; what was unread among them is no longer counted."""
    row = the_channel(state, cid)
    if before <= row.cleared_at:
        return
    state.channels.put(cid, row.replace(cleared_at=before))
    for id in _created_before(state, cid, before):
        message = state.messages.get(id)
        if message is not None:
            uncount(state, message, at)
            forget_message(state, message, at)
    for parent_id in list(state.threads_in.ids(cid)):
        thread = state.threads[parent_id]
        if parent_id not in state.messages and thread.created_at is not None and thread.created_at < before:
            forget_thread(state, parent_id, cid, at)
    for id in list(state.reminders_in.ids(cid)):
        reminder = state.reminders[id]
        if id not in state.messages and reminder.created_at is not None and reminder.created_at < before:
            state.end(state.reminders, id, at)
    for entry in list(state.pending_in.of(cid)):
        if entry[0] < before:
            state.pending.drop(entry[1])
    count_cleared(state, cid, before, at)
    span = state.spans.get(cid)
    if span is not None:
        state.spans.put(cid, span.replace(gaps=frozenset(id for id in span.gaps if id in state.messages)))


def _created_before(state: State, cid: Cid, before: Timestamp) -> list[Any]:
    bound = (before,)
    timeline, offstage = state.timeline.of(cid), state.offstage.of(cid)
    ids = [entry[-1] for entry in timeline[: timeline.until(bound)]]
    return ids + [entry[-1] for entry in offstage[: offstage.until(bound)]]


def leave_list(state: State, cid: Cid, at: Timestamp) -> None:
    """I am no longer in the channel: it leaves my list, with my membership and my read row."""
    if state.me is not None:
        drop_member(state, cid, state.me, at)
    if _ends(state, cid, at):
        state.gone.put(cid, Gone.BASE.replace(reason="removed", at=at))
        _forget_company(state, cid, at)


def _forget_company(state: State, cid: Cid, at: Timestamp) -> None:
    """Of a channel that is not mine nobody tells who types or watches. O(those)."""
    for user_id in list(state.watching_of.ids(cid)):
        state.end(state.watching, (cid, user_id), at)
    for user_id, parent_id in list(state.typing_of.of(cid)):
        state.end(state.typing, (cid, parent_id or None, user_id), at)


def delete_channel(state: State, cid: Cid, at: Timestamp) -> None:
    """The channel and all it holds leave the store; of one that was created again since, what is older. O(that)."""
    gone = state.gone.get(cid)
    closed = state.closed.get(cid)
    if (gone is not None and gone.at >= at) or (closed is not None and closed.at >= at):
        return
    is_back = state.ended.get(("began", cid), NEVER) >= at
    until = Timestamp(at if is_back else LIMIT)
    end = Gone.BASE.replace(reason="deleted", at=at)
    state.closed.put(cid, end)
    clear_history(state, cid, Timestamp(at + 1 if is_back else LIMIT), at)
    for table, index in _held(state):
        for entry in list(index.of(cid)):
            by_id = index in (state.pending_in, state.evicted_in, state.reminders_in, state.threads_in)
            _drop_until(table, entry[-1] if by_id else (cid, *entry), until)
    for user_id in list(state.reads_of.ids(cid)):
        forget_read(state, cid, user_id, until)
    _forget_company(state, cid, until)
    for parent in list(state.drafts_in.ids(cid)):
        _drop_until(state.drafts, (cid, parent or None), until)
    span = state.spans.get(cid)
    if is_back and span is not None and span.started_at <= at:
        state.spans.put(cid, span.replace(started_at=NEVER))
    if is_back and cid in state.channels:
        state.channels.put(cid, _begun_after(state.channels[cid], at))
    if not is_back:
        for table in (state.channels, state.activity, state.spans, state.ai):
            table.drop(cid)
        state.channel_copies.pop(cid, None)
        state.channel_told.pop(cid, None)
        state.gone.put(cid, end)


def _begun_after(row: Channel, at: Timestamp) -> Channel:
    """The row of a channel that began again after ``at``, without what no payload has told it since."""
    if row.capabilities_at <= at:
        row = row.replace(own_capabilities=None)
    if row.hidden_at <= at:
        row = row.replace(hidden=False)
    if row.truncated_at is not None and row.truncated_at <= at:
        row = row.replace(truncated_at=None, truncated_by_id=None)
    return row


def _drop_until(table: Table[Any, Any], key: Any, at: int) -> None:
    """Drop a row unless it was told after ``at``."""
    row = table[key]
    times = (getattr(row, name, None) for name in ("at", "told_at", "last_delivered_at", "created_at"))
    if next((time for time in times if time is not None), NEVER) <= at:
        table.drop(key)


def _held(state: State) -> list[tuple[Any, Any]]:
    """The tables whose rows belong to a channel, with the index that finds them."""
    return [
        (state.members, state.members_of),
        (state.bans, state.bans_in),
        (state.deliveries, state.deliveries_of),
        (state.authored, state.authored_in),
        (state.pending, state.pending_in),
        (state.evicted, state.evicted_in),
        (state.threads, state.threads_in),
        (state.reminders, state.reminders_in),
    ]


def _ends(state: State, cid: Cid, at: Timestamp) -> bool:
    """Whether the end of a channel at ``at`` is news: it has not ended since, and did not begin later."""
    gone = state.gone.get(cid)
    if gone is not None and gone.at >= at:
        return False
    return state.ended.get(("began", cid), NEVER) < at


def begin(state: State, cid: Cid, at: Timestamp) -> None:
    """The channel is mine from ``at`` on: what ended it earlier no longer holds."""
    mark = ("began", cid)
    if state.ended.get(mark, NEVER) < at:
        state.ended.put(mark, at)
    gone = state.gone.get(cid)
    if gone is not None and gone.at < at:
        state.gone.drop(cid)


def is_over(state: State, cid: Cid, at: Timestamp) -> bool:
    """Whether a channel was deleted at ``at`` or later, or was deleted and has not been created again."""
    closed = state.closed.get(cid)
    if closed is None:
        return False
    gone = state.gone.get(cid)
    return at <= closed.at or (gone is not None and gone.reason == "deleted")
