"""Filters and sorting: which channels a query asks for."""

from collections.abc import Callable
from typing import Any

from chatstate import clock
from chatstate.ids import UserId
from chatstate.server.call import things
from chatstate.server.refusal import Json, wrong
from chatstate.simulator.rows import Channel, Member
from chatstate.simulator.world import World

Field = Callable[[World, Channel, UserId], Any]


def _mine(channel: Channel, me: UserId) -> Member:
    return channel.members[me]


FIELDS: dict[str, Field] = {
    "cid": lambda world, channel, me: channel.cid,
    "id": lambda world, channel, me: channel.id,
    "type": lambda world, channel, me: channel.type,
    "name": lambda world, channel, me: channel.name,
    "members": lambda world, channel, me: list(channel.members),
    "member_count": lambda world, channel, me: len(channel.members),
    "member.user.name": lambda world, channel, me: [world.users[each].name for each in channel.members],
    "created_by_id": lambda world, channel, me: channel.created_by,
    "created_at": lambda world, channel, me: channel.created_at,
    "updated_at": lambda world, channel, me: channel.updated_at,
    "last_message_at": lambda world, channel, me: channel.last_message_at,
    "last_updated": lambda world, channel, me: channel.last_message_at or channel.created_at,
    "frozen": lambda world, channel, me: channel.frozen,
    "hidden": lambda world, channel, me: me in channel.hidden,
    "muted": lambda world, channel, me: me in channel.muted_by and channel.muted_by[me].holds(world.now),
    "pinned": lambda world, channel, me: _mine(channel, me).pinned_at is not None,
    "pinned_at": lambda world, channel, me: _mine(channel, me).pinned_at,
    "archived": lambda world, channel, me: _mine(channel, me).archived_at is not None,
    "joined": lambda world, channel, me: not _mine(channel, me).invited or bool(_mine(channel, me).invite_accepted_at),
    "invite": lambda world, channel, me: _invite(_mine(channel, me)),
    "unread_count": lambda world, channel, me: world.unread(channel, me),
    "has_unread": lambda world, channel, me: world.unread(channel, me) > 0,
}
"""What can be asked of a channel; any other name is one of its custom fields."""


def _invite(member: Member) -> str | None:
    if not member.invited:
        return None
    return "accepted" if member.invite_accepted_at else "rejected" if member.invite_rejected_at else "pending"


def _is(value: Any, wanted: Any) -> bool:
    if isinstance(value, list):
        return sorted(value) == sorted(wanted) if isinstance(wanted, list) else wanted in value
    return bool(value == wanted)


def _in(value: Any, wanted: Any) -> bool:
    if not isinstance(wanted, list):
        raise wrong(f"$in: expected a list, got {wanted!r:.60}")
    return any(each in value for each in wanted) if isinstance(value, list) else value in wanted


def _text(value: Any, wanted: Any) -> bool:
    words = value if isinstance(value, list) else [value]
    return any(str(wanted).lower() in str(each).lower() for each in words if each is not None)


OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "$eq": _is,
    "$ne": lambda value, wanted: not _is(value, wanted),
    "$in": _in,
    "$nin": lambda value, wanted: not _in(value, wanted),
    "$gt": lambda value, wanted: value is not None and value > wanted,
    "$gte": lambda value, wanted: value is not None and value >= wanted,
    "$lt": lambda value, wanted: value is not None and value < wanted,
    "$lte": lambda value, wanted: value is not None and value <= wanted,
    "$exists": lambda value, wanted: (value is not None) is wanted,
    "$autocomplete": _text,
    "$q": _text,
    "$contains": lambda value, wanted: isinstance(value, list) and wanted in value,
}

DEEPEST = 8


def matches(world: World, channel: Channel, me: UserId, conditions: Json, *, depth: int = 0) -> bool:
    """Whether a channel is among those a filter asks for. Raises ``Refusal`` 400 for a filter that cannot be read."""
    if depth > DEEPEST:
        raise wrong(f"filter_conditions: deeper than {DEEPEST}")
    return all(_holds(world, channel, me, name, wanted, depth) for name, wanted in conditions.items())


def _holds(world: World, channel: Channel, me: UserId, name: str, wanted: Any, depth: int) -> bool:
    if name in ("$and", "$or", "$nor"):
        inner = [matches(world, channel, me, each, depth=depth + 1) for each in things({name: wanted}, name)]
        return all(inner) if name == "$and" else any(inner) is (name == "$or")
    if name.startswith("$"):
        raise wrong(f"filter_conditions: unknown operator {name!r}")
    field = FIELDS.get(name)
    value = channel.custom.get(name) if field is None else field(world, channel, me)
    tests = wanted if isinstance(wanted, dict) else {"$eq": wanted}
    for operator, operand in tests.items():
        if operator not in OPERATORS:
            raise wrong(f"filter_conditions.{name}: unknown operator {operator!r}")
        try:
            if not OPERATORS[operator](value, _comparable(name, operand)):
                return False
        except TypeError:
            raise wrong(f"filter_conditions.{name}: {operator} cannot compare with {operand!r:.60}") from None
    return True


def _comparable(name: str, operand: Any) -> Any:
    """A time as a number, where the field is one."""
    if (name.endswith("_at") or name == "last_updated") and isinstance(operand, str):
        try:
            return clock.parse(operand)
        except ValueError:
            raise wrong(f"filter_conditions.{name}: expected an RFC 3339 time, got {operand!r:.60}") from None
    return operand


def ordered(world: World, channels: list[Channel], me: UserId, sort: list[Json]) -> list[Channel]:
    """Channels in the order asked for; the newest activity first where nothing is asked."""
    found = sorted(channels, key=lambda each: each.cid)
    for each in reversed(sort or [{"field": "last_updated", "direction": -1}]):
        name, direction = each.get("field"), each.get("direction", 1)
        if not isinstance(name, str) or direction not in (1, -1):
            raise wrong(f"sort: expected a field and a direction 1 or -1, got {each!r:.60}")
        field = FIELDS.get(name)
        absent: list[Channel] = []
        present: list[tuple[Any, Channel]] = []
        for channel in found:
            value = channel.custom.get(name) if field is None else field(world, channel, me)
            absent.append(channel) if value is None else present.append((value, channel))
        try:
            present.sort(key=lambda pair: pair[0], reverse=direction == -1)
        except TypeError:
            raise wrong(f"sort: {name!r} has no order") from None
        found = [channel for _, channel in present] + absent
    return found
