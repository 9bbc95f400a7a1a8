"""The Observables a store speaks through: values in order, to whoever listens, whatever they do."""

import pytest
from reactivex import Observable, abc
from reactivex import operators as ops
from reactivex.observer import Observer

from chatstate.signal import Signal
from tests.objects import GENERAL
from tests.stories import a_store, message_new, then


@pytest.fixture
def raised():
    """What listeners raised."""
    return []


@pytest.fixture
def numbers(raised):
    """A signal."""
    return Signal(raised.append)


def is_heard(signal):
    return len(signal.listeners) > 0


def emit(signal, *values):
    for value in values:
        signal.emit(value)


def test_a_signal_is_an_observable(numbers):
    assert isinstance(numbers, Observable)


def test_a_listener_hears_values_in_their_order(numbers):
    heard = []
    numbers.subscribe(heard.append)

    emit(numbers, 1, 2, 3)

    assert heard == [1, 2, 3]


def test_listeners_hear_in_the_order_they_came(numbers):
    heard = []
    for name in "abc":
        numbers.subscribe(lambda value, name=name: heard.append(f"{name}{value}"))

    emit(numbers, 1, 2)

    assert heard == ["a1", "b1", "c1", "a2", "b2", "c2"]


def test_a_listener_hears_nothing_from_before_it_came(numbers):
    heard = []
    emit(numbers, 1)
    numbers.subscribe(heard.append)

    emit(numbers, 2)

    assert heard == [2]


def test_a_signal_knows_whether_anybody_listens(numbers):
    before = is_heard(numbers)
    listening = numbers.subscribe(lambda value: None)
    during = is_heard(numbers)
    listening.dispose()

    assert (before, during, is_heard(numbers)) == (False, True, False)


def test_nobody_listening_is_no_error(numbers, raised):
    emit(numbers, 1)

    assert raised == []


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (1, 2, 0)])
def test_listeners_leave_in_any_order(numbers, order):
    heard = []
    listening = [numbers.subscribe(lambda value, name=name: heard.append(name)) for name in "abc"]
    for place in order:
        listening[place].dispose()
        emit(numbers, 1)
        heard.append("|")

    left = ["".join(name for name in "abc" if name not in [("abc"[p]) for p in order[: n + 1]]) for n in range(3)]
    assert "".join(heard) == "|".join(left) + "|"


def test_leaving_twice_is_leaving_once(numbers):
    heard = []
    stays = numbers.subscribe(heard.append)
    leaves = numbers.subscribe(heard.append)
    leaves.dispose()
    leaves.dispose()

    emit(numbers, 1)

    assert heard == [1]
    stays.dispose()


def test_who_is_told_while_leaving_hears_this_value_last(numbers):
    heard = []

    def once(value):
        heard.append(value)
        listening.dispose()

    listening = numbers.subscribe(once)
    emit(numbers, 1, 2)

    assert heard == [1]


def test_who_was_let_go_while_others_are_told_hears_nothing(numbers):
    heard, leaving = [], []
    numbers.subscribe(lambda value: leaving.pop().dispose() if leaving else None)
    leaving.append(numbers.subscribe(heard.append))

    emit(numbers, 1)

    assert heard == []


def test_who_comes_while_others_are_told_hears_from_the_next_value_on(numbers):
    heard = []
    numbers.subscribe(lambda value: numbers.subscribe(heard.append) if value == 1 else None)

    emit(numbers, 1, 2)

    assert heard == [2]


# Listeners that raise


def fails(value):
    raise LookupError(value)


def test_a_listener_that_raises_does_not_starve_the_next(numbers):
    heard = []
    numbers.subscribe(fails)
    numbers.subscribe(heard.append)

    emit(numbers, 1, 2)

    assert heard == [1, 2]


def test_what_a_listener_raised_is_reported(numbers, raised):
    numbers.subscribe(fails)

    emit(numbers, 1, 2)

    assert [repr(error) for error in raised] == ["LookupError(1)", "LookupError(2)"]


def test_an_interrupt_is_not_swallowed(numbers):
    def interrupted(value):
        raise KeyboardInterrupt

    numbers.subscribe(interrupted)

    with pytest.raises(KeyboardInterrupt):
        emit(numbers, 1)


# Ways to subscribe


def test_an_observer_hears_through_its_on_next(numbers):
    heard = []
    numbers.subscribe(Observer(on_next=heard.append))

    emit(numbers, 1)

    assert heard == [1]


def test_anything_with_an_on_next_may_observe(numbers):
    class Screen(abc.ObserverBase):
        def __init__(self):
            self.shown = []

        def on_next(self, value):
            self.shown.append(value)

        def on_error(self, error):
            raise error

        def on_completed(self):
            raise AssertionError("a signal does not end")

    screen = Screen()
    numbers.subscribe(screen)
    emit(numbers, 1, 2)

    assert screen.shown == [1, 2]


def test_a_listener_may_want_nothing(numbers, raised):
    numbers.subscribe()

    emit(numbers, 1)

    assert (is_heard(numbers), raised) == (True, [])


def test_on_error_and_on_completed_may_be_given_and_are_never_called(numbers, raised):
    heard = []
    numbers.subscribe(on_next=heard.append, on_error=heard.append, on_completed=lambda: heard.append("end"))
    numbers.subscribe(fails)

    emit(numbers, 1)

    assert heard == [1]


# Operators


def test_operators_work_on_a_signal(numbers):
    heard = []
    numbers.pipe(ops.filter(lambda n: n % 2), ops.map(lambda n: n * 10), ops.distinct_until_changed()).subscribe(
        heard.append
    )

    emit(numbers, 1, 2, 3, 3, 5)

    assert heard == [10, 30, 50]


def test_an_operator_that_ends_leaves_the_signal(numbers):
    heard = []
    numbers.pipe(ops.take(1)).subscribe(heard.append)

    emit(numbers, 1, 2)

    assert (heard, is_heard(numbers)) == ([1], False)


def test_disposing_of_a_pipe_leaves_the_signal(numbers):
    numbers.pipe(ops.map(str)).subscribe(lambda value: None).dispose()

    assert not is_heard(numbers)


def test_an_operator_that_fails_tells_its_own_observer(numbers, raised):
    failed, heard = [], []
    numbers.pipe(ops.map(lambda n: 1 // n)).subscribe(on_next=lambda n: None, on_error=failed.append)
    numbers.subscribe(heard.append)

    emit(numbers, 0, 1)

    assert ([type(error) for error in failed], heard, raised) == ([ZeroDivisionError], [0, 1], [])


def test_the_events_of_a_store_pipe():
    store, heard = a_store(), []
    store.events.pipe(ops.filter(lambda event: event.user_id == "bo"), ops.map(lambda event: event.kind)).subscribe(
        heard.append
    )

    then(store, message_new("m1"), message_new("m2", by="ana", at=2))

    assert heard == ["message.new"]


def test_the_changes_of_a_store_pipe():
    store, unread = a_store(), []
    store.changes.pipe(ops.map(lambda _: store.channel(GENERAL).unread), ops.distinct_until_changed()).subscribe(
        unread.append
    )

    then(store, message_new("m1"), message_new("m1"), message_new("m2", at=2))

    assert unread == [1, 2]


def test_one_shared_pipe_serves_many(numbers):
    shared = numbers.pipe(ops.map(lambda n: n + 1), ops.share())
    heard = []
    listening = [shared.subscribe(heard.append) for _ in range(3)]

    emit(numbers, 1)
    for each in listening:
        each.dispose()

    assert (heard, is_heard(numbers)) == ([2, 2, 2], False)
