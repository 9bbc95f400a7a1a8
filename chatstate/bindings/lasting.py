"""What of several diffs is worth telling: an item that came and went meanwhile is none, and as a view shows nothing."""

from typing import Any

from chatstate.reactive import Diffs, Insert, ListDiff, Move, Remove, Reset, Set


def lasting(diffs: Diffs[Any]) -> Diffs[Any]:
    """Diffs that do the same to a list, without what is told of items that are gone in the end.

    O(n), and O(n) for each ``Remove``.
    """
    told: list[ListDiff[Any]] = []
    for diff in diffs:
        if not isinstance(diff, Remove) or not _taken_back(told, diff.at):
            told.append(diff)
    return tuple(told)


def _taken_back(told: list[ListDiff[Any]], at: int) -> bool:
    """Tell nothing of what stands at ``at`` in the end. Answers whether it came meanwhile, and so never was."""
    for number in reversed(range(len(told))):
        match told[number]:
            case Insert(place, _) if place == at:
                del told[number]
                _closed_up(told, number, at)
                return True
            case Reset(items):
                told[number] = Reset(items[:at] + items[at + 1 :])
                _closed_up(told, number + 1, at)
                return True
            case Set(place, _) if place == at:
                del told[number]
            case diff:
                at = _before(diff, at)
    return False


def _before(diff: ListDiff[Any], at: int) -> int:
    """Where what stands at ``at`` after a diff stood before it."""
    match diff:
        case Insert(place, _):
            return at - (at > place)
        case Remove(place):
            return at + (at >= place)
        case Move(start, end):
            if at == end:
                return start
            out = at - (at > end)
            return out + (out >= start)
    return at


def _closed_up(told: list[ListDiff[Any]], first: int, at: int) -> None:
    """Change the diffs from ``first`` on as if the item that stands at ``at`` before them were not there."""
    rest, told[first:] = told[first:], []
    for diff in rest:
        match diff:
            case Insert(place, item):
                told.append(Insert(place - (place > at), item))
                at += place <= at
            case Remove(place):
                told.append(Remove(place - (place > at)))
                at -= place < at
            case Set(place, item) if place != at:
                told.append(Set(place - (place > at), item))
            case Move(start, end) if start == at:
                at = end
            case Move(start, end):
                out = at - (at > start)
                told.append(Move(start - (start > at), end - (end > out)))
                at = out + (end <= out)
