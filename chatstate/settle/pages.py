"""Pages of a channel's history: what was asked for, where an answer stands among what is here, what is missing yet."""

from collections.abc import Mapping
from typing import Any

import attrs

from chatstate.clock import NEVER, Timestamp
from chatstate.errors import Malformed
from chatstate.ids import Cid, MessageId
from chatstate.settle.channels import span_of
from chatstate.state.state import State

_OLDER = frozenset({"id_lt", "id_lte", "created_at_before", "created_at_before_or_equal"})
_NEWER = frozenset({"id_gt", "id_gte", "created_at_after", "created_at_after_or_equal"})
_BESIDE = frozenset({"id_lt", "id_lte", "id_gt", "id_gte"})

Place = tuple[Timestamp, Timestamp, MessageId]
"""Where a message stands in a timeline."""


@attrs.frozen(kw_only=True)
class Asked:
    """What a page of messages was asked for: how many at most, and by which bounds."""

    limit: int | None = None
    bounds: frozenset[str] = frozenset()
    beside: MessageId | None = None
    """The message that the page was to end or to begin at."""

    def reaches_start(self, count: int) -> bool:
        """Whether nothing is older than a page of ``count`` messages: it went back and is shorter than it might be."""
        return self._is_short(count) and self.bounds <= _OLDER

    def reaches_end(self, count: int) -> bool:
        """Whether nothing was newer than a page of ``count`` messages: it was the newest, or went on and is short."""
        return not self.bounds or (self._is_short(count) and self.bounds <= _NEWER)

    def _is_short(self, count: int) -> bool:
        return self.limit is not None and count < self.limit


ANYWHERE = Asked(bounds=frozenset({"anywhere"}))
"""Nothing is known of what was asked for."""


def asked_for(body: Any) -> Asked:
    """What the body of a request for one or more channels asks of their messages. Raises ``Malformed``."""
    if body is None:
        return ANYWHERE
    if not isinstance(body, Mapping):
        raise Malformed("an object", body, "asked")
    page = body.get("messages")
    if page is None:
        return Asked(limit=_limit(body.get("message_limit"), "asked.message_limit"))
    if not isinstance(page, Mapping):
        raise Malformed("an object", page, "asked.messages")
    bounds = frozenset(key for key, value in page.items() if value is not None) - {"limit"}
    for key in bounds & _BESIDE:
        if page[key].__class__ is not str:
            raise Malformed("a string", page[key], f"asked.messages.{key}")
    beside = next((MessageId(page[key]) for key in bounds & _BESIDE), None)
    return Asked(limit=_limit(page.get("limit"), "asked.messages.limit"), bounds=bounds, beside=beside)


def _limit(value: Any, path: str) -> int | None:
    if value is None or value.__class__ is int:
        return value
    raise Malformed("a whole number", value, path)


def place_page(
    state: State, cid: Cid, page: list[Place], known: set[MessageId], at: Timestamp, asked: Asked, count: int
) -> None:
    """Note what a page of ``count`` messages, given at ``at``, tells of what is around it. O(page log n).

    ``page`` is where those of them stand that joined the timeline, ``known`` what had stood there before.
    """
    starts, ends = asked.reaches_start(count), asked.reaches_end(count)
    beside = asked.beside if asked.beside in known else None
    run = sorted(page if beside is None else {*page, state.messages[beside].order})
    if run:
        mark_gaps(state, cid, run, known, at)
        span = span_of(state, cid)
        gaps = span.gaps - _closed(state, cid, run, starts, ends)
        if gaps != span.gaps:
            state.spans.put(cid, span.replace(gaps=gaps))
    if starts:
        reach_start(state, cid, at)
    if ends:
        _reach_end(state, cid, at)


def _closed(state: State, cid: Cid, run: list[Place], starts: bool, ends: bool) -> set[MessageId]:
    """The messages before which nothing is missing, because a page goes as far as there is anything."""
    timeline = state.timeline.of(cid)
    following = timeline.find(run[-1]) + 1
    closed = {run[0][-1]} if starts else set()
    return closed | {entry[-1] for entry in timeline[following : following + 1] if ends}


def mark_gaps(state: State, cid: Cid, page: list[Place], known: set[MessageId], at: Timestamp) -> None:
    """Note where messages may be missing around a page that has none missing within. O(page log n)."""
    timeline = state.timeline.of(cid)
    first, last = timeline.find(page[0]), timeline.find(page[-1])
    span = span_of(state, cid)
    gaps = set(span.gaps) - {entry[-1] for entry in timeline[first + 1 : last + 1]}
    if first > 0 and page[0][-1] not in known:
        gaps.add(page[0][-1])
    if last + 1 < len(timeline) and page[-1][-1] not in known and timeline[last + 1][0] <= at:
        gaps.add(timeline[last + 1][-1])  # what was created after the answer was given came over the socket
    activity = state.activity.get(cid)
    told = None if activity is None else activity.last_message_at
    missing = told if told is not None and told > timeline[-1][0] else None
    row = span.replace(gaps=frozenset(gaps), newest_told=missing)
    if row != span:
        state.spans.put(cid, row)


def reach_start(state: State, cid: Cid, at: Timestamp) -> None:
    """Nothing is older than what is here, or comes: so it was told at ``at``."""
    span = span_of(state, cid)
    if at > span.started_at:
        state.spans.put(cid, span.replace(started_at=at))


def _reach_end(state: State, cid: Cid, at: Timestamp) -> None:
    span = span_of(state, cid)
    if at > span.ended_at:
        state.spans.put(cid, span.replace(ended_at=at))


def has_older(state: State, cid: Cid) -> bool:
    """Whether a channel may have messages before the oldest that is here."""
    channel = state.channels.get(cid)
    if channel is None:
        return False
    span = span_of(state, cid)
    let_go = span.floor is not None and span.floor[0] >= channel.cleared_at
    return let_go or span.started_at == NEVER


def has_newer(state: State, cid: Cid) -> bool:
    """Whether an answer told of a message that is newer than the newest that is here, and that no page looked for."""
    span, channel = span_of(state, cid), state.channels.get(cid)
    told = span.newest_told
    if told is None or told <= span.ended_at or (channel is not None and told < channel.cleared_at):
        return False
    timeline = state.timeline.of(cid)
    return not timeline or bool(told > timeline[-1][0])
