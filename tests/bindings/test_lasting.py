"""Diffs without what came and went."""

from hypothesis import given
from hypothesis import strategies as some

from chatstate.bindings.lasting import lasting
from chatstate.reactive import Insert, Move, Remove, Reset, Set, apply

BEFORE = ["a", "b", "c"]


@some.composite
def histories(draw):
    """Diffs, one after the other, of a list that begins with three items; each item is told once."""
    length, diffs = len(BEFORE), []
    for number in range(draw(some.integers(0, 12))):
        kind = draw(some.sampled_from(["insert", "reset", *(["remove", "remove", "set", "move"] if length else [])]))
        at = draw(some.integers(0, max(0, length - (kind != "insert"))))
        to = draw(some.integers(0, max(0, length - 1)))
        items = tuple(f"{number}.{each}" for each in range(draw(some.integers(0, 3)))) if kind == "reset" else ()
        made = {
            "insert": Insert(at, f"i{number}"),
            "set": Set(at, f"s{number}"),
            "remove": Remove(at),
            "move": Move(at, to),
            "reset": Reset(items),
        }
        diffs.append(made[kind])
        length = len(items) if kind == "reset" else length + (kind == "insert") - (kind == "remove")
    return tuple(diffs)


def told_of(diffs):
    singles = {diff.item for diff in diffs if isinstance(diff, Insert | Set)}
    return singles.union(*(diff.items for diff in diffs if isinstance(diff, Reset)))


@given(histories())
def test_it_does_the_same_to_a_list(diffs):
    assert apply(lasting(diffs), [*BEFORE]) == apply(diffs, [*BEFORE])


@given(histories())
def test_an_item_that_came_and_was_removed_is_not_told_of(diffs):
    removed, shown = set(), [*BEFORE]
    for diff in diffs:
        if isinstance(diff, Remove):
            removed.add(shown[diff.at])
        apply((diff,), shown)

    assert told_of(lasting(diffs)) & removed == set()


def test_what_came_and_went_is_nothing():
    assert lasting((Insert(1, "x"), Insert(0, "y"), Set(2, "X"), Move(2, 0), Remove(0))) == (Insert(0, "y"),)
