"""What every binding does between the store's thread and the widget's, with frames that a test lets pass."""

import gc
import threading

import pytest

from chatstate.bindings.delivery import MANY, Frames, deliver_list, deliver_value
from chatstate.reactive import Insert, Reset, apply
from tests.bindings.lives import Elsewhere, ids, said, unread, until
from tests.objects import GENERAL
from tests.stories import a_store, message_deleted, message_new


class Screen:
    """Frames that pass when a test says so."""

    def __init__(self):
        self.asked = []
        self.time = 0.0
        self.frames = Frames(lambda delay, work: self.asked.append((delay, work)), now=lambda: self.time)

    def pass_frame(self):
        self.time += 1 / 60
        for _ in range(len(self.asked)):
            _, work = self.asked.pop(0)
            work()


class Label:
    """A widget that notes what it was told."""

    def __init__(self):
        self.told = []
        self.closed = False


def a_label(screen, source, label, **more):
    deliver = deliver_list if hasattr(source, "whole") else deliver_value
    return deliver(label, source, screen.frames, show=lambda label, value: label.told.append(value), **more)


def test_what_is_so_is_shown_at_once():
    screen, label = Screen(), Label()

    a_label(screen, unread(a_store(message_new("m1"))), label)

    assert label.told == [1]


def test_of_values_within_a_frame_only_the_last_is_shown():
    screen, label, store = Screen(), Label(), a_store()
    a_label(screen, unread(store), label)

    for frame in said(5):
        store.apply(frame)
    screen.pass_frame()

    assert label.told == [0, 5]


def test_of_a_list_all_that_changed_within_a_frame_is_shown_together():
    screen, label, store = Screen(), Label(), a_store()
    a_label(screen, ids(store), label)

    for frame in said(3):
        store.apply(frame)
    screen.pass_frame()

    assert label.told == [(Reset(()),), (Insert(0, "m0"), Insert(1, "m1"), Insert(2, "m2"))]


def test_all_widgets_of_a_screen_share_its_frame():
    screen, labels, store = Screen(), [Label(), Label()], a_store()
    for label in labels:
        a_label(screen, unread(store), label)
    screen.pass_frame()

    for frame in said(5):
        store.apply(frame)

    assert len(screen.asked) == 1


def test_nothing_asks_for_a_frame_while_nothing_changes():
    screen, label = Screen(), Label()
    a_label(screen, unread(a_store()), label)

    screen.pass_frame()

    assert screen.asked == []


def test_the_next_frame_is_asked_for_later_than_the_last():
    screen, label, store = Screen(), Label(), a_store()
    a_label(screen, unread(store), label)
    screen.pass_frame()

    store.apply(message_new("m1"))

    assert screen.asked[0][0] == pytest.approx(1 / 60)


def test_a_frame_that_comes_too_early_is_put_off():
    screen, label, store = Screen(), Label(), a_store()
    a_label(screen, unread(store), label)
    screen.pass_frame()
    store.apply(message_new("m1"))

    _, show = screen.asked.pop()
    show()

    assert (label.told, len(screen.asked)) == ([0], 1)


def test_more_diffs_than_are_worth_telling_are_one_reset():
    screen, label, store = Screen(), Label(), a_store()
    a_label(screen, ids(store), label)

    for frame in said(MANY + 5):
        store.apply(frame)
    screen.pass_frame()

    assert (len(label.told[-1]), apply(label.told[-1], [])) == (5, [f"m{number}" for number in range(MANY + 5)])


def test_a_binding_that_was_disposed_of_shows_nothing_more():
    screen, label, store = Screen(), Label(), a_store()
    binding = a_label(screen, unread(store), label)

    store.apply(message_new("m1"))
    binding.dispose()
    screen.pass_frame()

    assert label.told == [0]


def test_a_widget_that_is_gone_is_told_nothing():
    screen, label, store = Screen(), Label(), a_store()
    a_label(screen, unread(store), label, gone=lambda label: label.closed)

    store.apply(message_new("m1"))
    label.closed = True
    screen.pass_frame()

    assert label.told == [0]


def test_the_selector_of_a_widget_that_is_gone_is_let_go():
    screen, label, store = Screen(), Label(), a_store()
    runs = []
    a_label(screen, store.select(lambda s: runs.append(s) or s.channel(GENERAL).unread), label, gone=lambda _: True)
    before = len(runs)

    store.apply(message_new("m1"))

    assert len(runs) == before


def test_a_binding_keeps_no_widget_alive_and_lets_go_of_its_selector():
    screen, label, store = Screen(), Label(), a_store()
    runs = []
    a_label(screen, store.select(lambda s: runs.append(s) or s.channel(GENERAL).unread), label)
    del label
    gc.collect()

    store.apply(message_new("m1"))
    before = len(runs)
    store.apply(message_new("m2", at=2))

    assert len(runs) == before


def test_a_widget_that_raises_does_not_starve_the_next():
    screen, label, store = Screen(), Label(), a_store()
    deliver_value(Label(), unread(store), screen.frames, show=lambda *_: None)
    bad = Label()
    deliver_value(bad, unread(store), screen.frames, show=lambda _, value: 1 / (1 - value))
    a_label(screen, unread(store), label)

    store.apply(message_new("m1"))
    with pytest.raises(ZeroDivisionError):
        screen.pass_frame()

    assert label.told == [0, 1]


def test_a_list_that_could_not_be_shown_begins_anew():
    screen, store, told = Screen(), a_store(), []

    def show(label, diffs):
        if len(told) == 1:
            told.append("failed")
            raise LookupError("a row")
        told.append(diffs)

    label = Label()
    deliver_list(label, ids(store), screen.frames, show=show)
    store.apply(message_new("m1"))
    with pytest.raises(LookupError):
        screen.pass_frame()
    store.apply(message_new("m2", at=2))
    screen.pass_frame()

    assert told == [(Reset(()),), "failed", (Reset(("m1", "m2")),)]


def test_from_another_thread_the_last_value_arrives():
    screen, label = Screen(), Label()
    with Elsewhere() as elsewhere:
        a_label(screen, unread(elsewhere.store), label)

        elsewhere.live([*said(500)]).result()
        until(lambda: label.told[-1:] == [500], screen.pass_frame)

    assert len(label.told) <= screen.frames.shown


def test_from_another_thread_a_list_is_whole():
    screen, label, shown = Screen(), Label(), []
    with Elsewhere() as elsewhere:
        a_label(screen, ids(elsewhere.store), label)

        over = elsewhere.live([*said(500)])
        until(lambda: over.done() and not screen.asked, screen.pass_frame)

    for diffs in label.told:
        apply(diffs, shown)
    assert shown == [f"m{number}" for number in range(500)]


def test_a_widget_is_told_in_its_own_thread():
    screen, label, threads = Screen(), Label(), set()
    with Elsewhere() as elsewhere:
        deliver_value(
            label, unread(elsewhere.store), screen.frames, show=lambda *_: threads.add(threading.current_thread())
        )
        until(lambda: bool(threads), screen.pass_frame)

    assert threads == {threading.current_thread()}


def test_a_view_does_not_leave_its_stores_thread():
    screen, label, faults = Screen(), Label(), []
    with Elsewhere() as elsewhere:
        elsewhere.ask(lambda: elsewhere.store.faults.subscribe(faults.append))
        a_label(screen, elsewhere.store.select_list(lambda s: s.channel(GENERAL).messages), label)
        elsewhere.live(said(1)).result()

    assert ["have the selector, or each() of a list, answer what is to be shown" in str(fault) for fault in faults] == [
        True
    ]


def test_a_binding_to_a_store_whose_thread_has_ended_can_be_disposed_of():
    screen, label = Screen(), Label()
    with Elsewhere() as elsewhere:
        binding = a_label(screen, unread(elsewhere.store), label)
        until(lambda: bool(label.told), screen.pass_frame)

    binding.dispose()

    assert label.told == [0]


def test_a_store_that_is_busy_holds_no_screen_up():
    screen, label, over = Screen(), Label(), threading.Event()
    with Elsewhere() as elsewhere:
        busy = elsewhere.begin(over.wait)
        binding = a_label(screen, unread(elsewhere.store), label)
        a_label(screen, ids(elsewhere.store), Label()).dispose()
        screen.pass_frame()
        before = list(label.told), busy.done()
        over.set()
        until(lambda: label.told == [0], screen.pass_frame)
        binding.dispose()

    assert before == ([], False)


def test_what_cannot_be_shown_at_all_is_not_bound():
    screen, store, runs = Screen(), a_store(), []

    with pytest.raises(ZeroDivisionError):
        deliver_value(Label(), _counted(store, runs), screen.frames, show=lambda *_: 1 / 0)
    runs.clear()
    store.apply(message_new("m1"))

    assert runs == []


def _counted(store, runs):
    return store.select(lambda s: runs.append(s) or len(s.messages))


def test_by_keys_a_list_that_is_told_anew_is_told_as_what_differs():
    screen, label, store = Screen(), Label(), a_store(*said(MANY + 5))
    a_label(screen, ids(store), label, key=str)

    with store.batch():
        for frame in said(MANY + 5, first=MANY + 5):
            store.apply(frame)
    screen.pass_frame()

    assert all(isinstance(diff, Insert) for diff in label.told[-1])


def test_what_came_and_went_within_a_frame_is_not_told():
    screen, label, store = Screen(), Label(), a_store(*said(1))
    a_label(screen, store.select_list(lambda s: s.channel(GENERAL).messages), label)

    store.apply(message_new("m9", at=9))
    store.apply(message_deleted("m9", at=10, hard=True))
    store.apply(message_new("m2", at=11))
    screen.pass_frame()

    assert label.told[1:] == [(Insert(1, store.message("m2")),)]
