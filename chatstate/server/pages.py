"""Pages of messages: which of a timeline are asked for."""

from collections.abc import Sequence

from chatstate.clock import Timestamp
from chatstate.server.call import number, text, time
from chatstate.server.refusal import Json, missing
from chatstate.simulator.rows import Message

MOST = 300
"""How many messages one answer holds at most."""


def page(messages: Sequence[Message], asked: Json, *, default: int) -> list[Message]:
    """The messages asked for, oldest first: the newest of what is older than a bound, the oldest of what is newer.

    Bounds are ``id_lt``, ``id_lte``, ``id_gt``, ``id_gte``, ``id_around`` and ``created_at_before``, ``_after``, each
    also ``_or_equal``, and ``created_at_around``. Raises ``Refusal`` 404 for an id that is not among the messages.
    """
    limit = number(asked, "limit", default, most=MOST)
    if limit == 0:
        return []
    for name, around in (("id_around", _by_id), ("created_at_around", _by_time)):
        if asked.get(name):
            return _around(messages, around(messages, asked, name), limit)
    newer = _place(
        messages, asked, ("id_gt", 1), ("id_gte", 0), ("created_at_after", 1), ("created_at_after_or_equal", 0)
    )
    older = _place(
        messages, asked, ("id_lt", 0), ("id_lte", 1), ("created_at_before", 0), ("created_at_before_or_equal", 1)
    )
    if newer is not None:
        return list(messages[newer:older][:limit])
    return list(messages[:older][-limit:])


def _place(messages: Sequence[Message], asked: Json, *bounds: tuple[str, int]) -> int | None:
    """Where a bound lies in the timeline; None where there is none."""
    for name, after in bounds:
        if asked.get(name):
            if name.startswith("id"):
                return _by_id(messages, asked, name) + after
            at = time(asked, name)
            assert at is not None
            return _until(messages, at, including=bool(after))
    return None


def _by_id(messages: Sequence[Message], asked: Json, name: str) -> int:
    id = text(asked, name)
    for place, message in enumerate(messages):
        if message.id == id:
            return place
    raise missing(f"{name}: there is no message {id!r} here")


def _by_time(messages: Sequence[Message], asked: Json, name: str) -> int:
    at = time(asked, name)
    assert at is not None
    return _until(messages, at, including=False)


def _until(messages: Sequence[Message], at: Timestamp, *, including: bool) -> int:
    return sum(each.created_at < at or (including and each.created_at == at) for each in messages)


def _around(messages: Sequence[Message], place: int, limit: int) -> list[Message]:
    """A page with ``place`` in the middle, as full as the timeline allows."""
    first = max(0, min(place - limit // 2, len(messages) - limit))
    return list(messages[first : first + limit])
