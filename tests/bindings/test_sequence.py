"""Selectors bound to sequences: lists of applications, of psygnal, of urwid."""

import pytest

from chatstate import Store
from chatstate.bindings.sequence import bind, bind_list
from tests.bindings.lives import a_long_room, ids, random_frames, rooms, said, unread
from tests.bindings.toolkits import needs
from tests.stories import a_store, message_new


class Badge:
    count = None


def test_an_attribute_is_what_the_selector_says_after_a_thousand_events():
    store, badge = Store(me="me"), Badge()
    bind(badge, "count", unread(store))

    for frame in random_frames():
        store.apply(frame)

    assert badge.count == unread(store).value


def test_an_attribute_that_there_is_not_is_an_error():
    with pytest.raises(AttributeError, match="cuont"):
        bind(Badge(), "cuont", unread(a_store()))


def test_a_list_is_what_the_selector_says_after_a_thousand_events():
    store, shown = Store(me="me"), []
    bind_list(shown, rooms(store))

    for frame in random_frames():
        store.apply(frame)

    assert shown == rooms(store).value


def test_rows_are_made_of_items():
    store, shown = a_store(*said(2)), []

    bind_list(shown, ids(store), row=str.upper)

    assert shown == ["M0", "M1"]


def test_disposed_of_a_list_stays_as_it_is():
    store, shown = a_store(message_new("m1")), []
    bind_list(shown, ids(store)).dispose()

    store.apply(message_new("m2", at=2))

    assert shown == ["m1"]


def test_a_psygnal_list_tells_one_insert_as_one_insert():
    evented = needs("psygnal.containers").EventedList
    store, shown, told = a_long_room(), evented(), []
    bind_list(shown, ids(store))
    shown.events.inserted.connect(lambda at, _: told.append(at))

    store.apply(message_new("new", at=4999.5))

    assert told == [5000]


def test_an_urwid_walker_shows_what_the_selector_says_and_keeps_its_focus():
    urwid = needs("urwid")
    store, walker = a_store(*said(3)), urwid.SimpleFocusListWalker([])
    bind_list(walker, ids(store), row=urwid.Text)
    walker.set_focus(2)

    store.apply(message_new("first", at=-5))

    canvas = urwid.ListBox(walker).render((8, 5), focus=True)
    assert ([line.decode().strip() for line in canvas.text], walker.focus) == (["first", "m0", "m1", "m2", ""], 3)
