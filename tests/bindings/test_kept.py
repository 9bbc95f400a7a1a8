"""A list that is told anew, told by keys as what differs."""

from hypothesis import given
from hypothesis import strategies as some

from chatstate.bindings.kept import Kept
from chatstate.reactive import Insert, Move, Remove, Reset, Set, apply
from tests.stories import a_store, message_new, message_updated

ITEMS = some.lists(some.tuples(some.integers(0, 9), some.text(max_size=2)), max_size=8)


def first(item):
    return item[0]


@given(some.lists(ITEMS, min_size=1, max_size=5))
def test_what_is_shown_is_what_was_told(lists):
    kept, shown = Kept(first), []
    for items in lists:
        apply(kept.told((Reset(tuple(items)),)), shown)
        assert shown == items


@given(some.lists(some.lists(some.sampled_from("abcdef"), unique=True, min_size=1), min_size=2, max_size=5))
def test_what_both_have_neither_goes_nor_comes(lists):
    kept, before = Kept(str), []
    for items in lists:
        told = kept.told((Reset(tuple(items)),))
        if set(before) & set(items):
            come = {diff.item for diff in told if isinstance(diff, Insert)}
            assert (come, sum(isinstance(diff, Remove) for diff in told)) == (
                set(items) - set(before),
                len(set(before) - set(items)),
            )
        before = items


def test_between_two_lists_diffs_are_told_as_they_are():
    kept = Kept(first)
    kept.told((Reset(((1, "a"), (2, "b"))),))
    kept.told((Insert(0, (0, "x")), Remove(1), Move(1, 0), Set(0, (2, "B"))))

    assert kept.told((Reset(((2, "B"), (0, "y"))),)) == (Set(1, (0, "y")),)


def test_a_view_that_shows_something_else_is_told_as_changed():
    store, kept = a_store(message_new("m1"), message_new("m2", at=2)), Kept(lambda message: message.id)
    one, other = store.message("m1"), store.message("m2")
    kept.told((Reset((one, other)),))
    store.apply(message_updated("m2", at=3, text="another"))

    assert kept.told((Reset((one, other)),)) == (Set(1, other),)


def test_lists_that_have_nothing_in_common_are_told_anew():
    kept = Kept(str)
    kept.told((Reset(("a", "b")),))

    assert kept.told((Reset(("c",)),)) == (Reset(("c",)),)


def test_what_could_not_be_shown_is_told_whole():
    kept = Kept(str)
    kept.told((Reset(("a", "b")),))
    kept.forget()

    assert kept.told((Reset(("a", "b")),)) == (Reset(("a", "b")),)
