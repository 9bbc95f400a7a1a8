"""What is kept of things that are no longer shown is bounded, and the newest of it is what stays."""

from itertools import islice

import pytest

from chatstate.settle import mutes, reactions
from chatstate.state import state as bounds
from chatstate.state.check import check
from chatstate.state.table import Bounded
from tests.objects import GENERAL, at, message
from tests.stories import (
    a_store,
    message_deleted,
    message_new,
    message_updated,
    reaction_deleted,
    reaction_new,
    then,
    user_muted,
    user_unmuted,
)


@pytest.fixture
def table():
    """A table of at most 20 rows, after 100 were put."""
    made = Bounded("things", [], 20)
    for number in range(100):
        made.put(number, object())
    return made


def test_a_bounded_table_stays_within_its_bound(table):
    assert len(table) <= 20


def test_what_was_put_last_stays(table):
    assert list(table)[-1] == 99


def test_what_stays_is_the_newest(table):
    assert list(table) == list(range(100 - len(table), 100))


def test_rows_leave_a_few_at_a_time():
    made, sizes = Bounded("things", [], 20), []
    for number in range(100):
        made.put(number, object())
        sizes.append(len(made))

    assert min(sizes[20:]) >= 17


def test_tombstones_are_bounded():
    store = a_store()
    store.state.tombstones.limit = 5
    frames = [message_deleted(f"m{i}", at=10 + i, sent=i, hard=True) for i in range(1, 40)]

    store.apply_all(frames)

    check(store.state)
    assert store.message("m39").gone


def test_what_is_kept_aside_is_bounded():
    store = a_store()

    store.apply_all(message_updated(f"m{i}", at=5000 + i, sent=1) for i in range(bounds.ASIDE + 50))

    check(store.state)
    assert len(store.state.aside) <= bounds.ASIDE


def test_of_what_is_kept_aside_the_newest_stays():
    store = a_store()
    store.apply_all(message_updated(f"m{i}", at=5000 + i, sent=1, text="edited") for i in range(bounds.ASIDE + 50))

    then(store, message_new(f"m{bounds.ASIDE + 49}"))

    assert store.message(f"m{bounds.ASIDE + 49}").text == "edited"


# Deeds and words are folded into fewer


def back_and_forth(times):
    """Somebody likes a message and takes it back, again and again."""
    for i in range(times):
        yield reaction_new("m1", "like", by="bo", at=10 + 2 * i)
        yield reaction_deleted("m1", "like", by="bo", at=11 + 2 * i)


def kinds(store):
    return sorted(each.type for each in store.message("m1").reactions)


def test_however_often_someone_reacts_little_of_it_is_kept():
    store = a_store(message_new("m1"), *back_and_forth(60))

    assert len(store.state.reacted["m1", "bo"]) <= reactions.KEPT + 5


def test_after_many_deeds_the_last_one_holds():
    store = a_store(message_new("m1"), reaction_new("m1", "love", by="bo", at=9), *back_and_forth(60))

    assert kinds(store) == ["love"]


def test_after_many_deeds_told_twice_the_last_one_holds():
    deeds = [reaction_new("m1", "love", by="bo", at=9), *back_and_forth(60)]

    assert kinds(a_store(message_new("m1"), *deeds, *deeds)) == ["love"]


@pytest.mark.parametrize("late", [3, 40, 119])
def test_after_many_deeds_a_late_one_changes_nothing(late):
    deeds = list(back_and_forth(60))

    assert kinds(a_store(message_new("m1"), *deeds, deeds[late])) == []


def muted_and_unmuted(times):
    for i in range(times):
        yield user_muted("bo", at=2 * i)
        yield user_unmuted("bo", at=2 * i + 1)


def test_however_often_someone_is_muted_little_of_it_is_kept():
    store = a_store(*muted_and_unmuted(100))

    assert len(store.state.mutes["bo"].history) <= mutes.KEPT


def test_after_many_mutes_the_last_word_holds():
    assert a_store(*muted_and_unmuted(100), user_muted("bo", at=500)).user("bo").muted


def test_many_users_are_all_known():
    store = a_store()
    store.apply_all(message_new(f"m{i}", by=f"u{i}", at=i) for i in range(500))

    check(store.state)
    assert len([*islice(store.users, 1000)]) == 500


def test_what_is_kept_of_a_copy_is_forgotten_without_harm():
    store = a_store(message_new("m1", by="bo"))
    store.state.copies.clear()

    then(store, message_new("m2", by="bo", at=2), message_new(message("m3", at=3), at=3))

    assert (store.user("bo").name, store.channel(GENERAL).last_message_at) == ("Bo", store.message("m3").created_at)


def test_times_far_from_1970_are_no_times():
    store, faults = a_store(), []
    store.faults.subscribe(faults.append)

    store.apply(message_new("m1", at=1) | {"created_at": 10**21})
    store.apply(message_new("m2", at=1) | {"created_at": at(1)})

    assert ([fault.path for fault in faults], store.message("m2").exists) == (["$.created_at"], True)
