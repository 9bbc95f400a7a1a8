"""The five words of a list's changes, and the fewest of them between two lists."""

from itertools import pairwise, permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatstate.reactive import Insert, Move, Remove, Reset, Set, apply, merged
from chatstate.reactive.diffs import moves_between
from chatstate.reactive.following import moved

keys = st.lists(st.integers(0, 15), unique=True)


@given(keys, keys)
def test_diffs_lead_from_one_list_to_another(before: list[int], after: list[int]):
    assert apply(moves_between(before, after), [*before]) == after


def test_no_fewer_diffs_would_do():
    for before in permutations(range(5)):
        for after in permutations((0, 1, 2, 7)):
            kept = [key for key in before if key in after]
            staying = max(sum(1 for _ in part) for part in _rising_parts(kept, after))
            assert len(moves_between(before, after)) == 2 + 1 + len(kept) - staying


def _rising_parts(kept: list[int], after: tuple[int, ...]) -> Any:
    for mask in range(1 << len(kept)):
        part = [key for place, key in enumerate(kept) if mask >> place & 1]
        if all(after.index(one) < after.index(other) for one, other in pairwise(part)):
            yield part


@given(st.sets(st.integers(0, 40)), st.sets(st.integers(0, 40)), st.randoms())
def test_moves_of_sort_keys_lead_from_one_list_to_another(before: set[int], after: set[int], random: Any):
    """Each id stands by some number before, and by another afterwards."""
    olds, news = sorted(before), sorted(after)
    ids = list(range(max(len(olds), len(news)) + 3))
    was = {id: (key, id) for id, key in zip(random.sample(ids, len(olds)), olds, strict=True)}
    now = {id: (key, id) for id, key in zip(random.sample(ids, len(news)), news, strict=True)}
    moves = [(was.get(id), now.get(id)) for id in ids if was.get(id) != now.get(id)]
    random.shuffle(moves)

    diffs = moved(sorted(now.values()), moves)

    assert apply(diffs, [entry[-1] for entry in sorted(was.values())]) == [entry[-1] for entry in sorted(now.values())]
    assert len(diffs) <= len(moves)


@given(keys, keys, keys)
def test_merged_diffs_mean_what_both_mean(one: list[int], two: list[int], three: list[int]):
    first, second = tuple(moves_between(one, two)), tuple(moves_between(two, three))

    assert apply(merged(first, second), [*one]) == three


def test_merging_forgets_what_a_reset_makes_void():
    assert merged((Insert(0, "a"), Remove(0)), (Reset(("b",)), Set(0, "c"))) == (Reset(("b",)), Set(0, "c"))


def test_merging_keeps_the_last_of_two_sets():
    assert merged((Set(0, "a"),), (Set(0, "b"),)) == (Set(0, "b"),)


def test_merging_keeps_the_last_set_of_each_place():
    one, two = (Insert(0, "x"), Set(1, "a"), Set(2, "b")), (Set(1, "c"), Set(3, "d"), Remove(0), Set(1, "e"))

    assert merged(one, two) == (Insert(0, "x"), Set(1, "c"), Set(2, "b"), Set(3, "d"), Remove(0), Set(1, "e"))


@pytest.mark.parametrize("diff", [Set(3, "x"), Remove(3), Move(3, 0)], ids=str)
def test_a_diff_for_another_list_is_an_error(diff: Any):
    with pytest.raises(IndexError):
        apply([diff], ["a", "b", "c"])
