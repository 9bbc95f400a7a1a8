"""Who listens to the client hears what was asked for, by class or by kind; what cannot be heard is refused at once."""

import pytest

from chatstate import NEVER, Event
from chatstate.events import CustomEvent, MessageNew
from chatstate.live.connect import connect
from chatstate.live.listening import News
from chatstate.model import Found
from tests.objects import GENERAL, RANDOM
from tests.stories import frame, message_new


@pytest.fixture
def client():
    return connect("key", user_id="me", token="token")


WAVE = frame("app.wave", 2, cid=GENERAL)


@pytest.mark.parametrize(
    ("kinds", "heard"),
    [
        (MessageNew, ["message.new"]),
        ("message.new", ["message.new"]),
        ("app.wave", ["app.wave"]),
        (["message.new", "app.wave"], ["message.new", "app.wave"]),
        ((MessageNew, "app.wave"), ["message.new", "app.wave"]),
        (Event, ["message.new", "app.wave"]),
        ("message.updated", []),
    ],
)
def test_kinds_are_named_by_class_or_by_text(client, kinds, heard):
    told = []
    client.on(kinds, lambda event: told.append(event.kind))

    client.store.apply_all([message_new("m1", at=1), WAVE])

    assert told == heard


def test_a_kind_is_heard_of_one_channel(client):
    told = []
    client.on("message.new", lambda event: told.append(event.cid), cid=GENERAL)

    client.store.apply_all([message_new("m1", at=1), message_new("m2", at=2, cid=RANDOM)])

    assert told == [GENERAL]


@pytest.mark.parametrize("kinds", [3, None, "", int, (), [MessageNew, 3], object()])
def test_what_is_no_kind_is_refused_at_once(client, kinds):
    with pytest.raises(TypeError, match=r"on: expected a kind like 'message\.new', a class of events, or several, got"):
        client.on(kinds, print)


@pytest.mark.parametrize("kinds", [3, ()])
def test_it_is_refused_before_a_decorator_is_applied(client, kinds):
    with pytest.raises(TypeError, match="on: expected a kind"):
        client.on(kinds)


def test_what_is_no_function_is_refused_at_once(client):
    with pytest.raises(TypeError, match="on: expected a function that takes an event, got 'print'"):
        client.on("message.new", "print")


def test_a_listener_that_raises_is_named(client):
    faults = []
    client.store.faults.subscribe(lambda fault: faults.append(fault.problem))

    @client.on("message.new")
    def greet(event):
        raise ValueError("no greeting")

    client.store.apply(message_new("m1", at=1))

    assert faults == ["message.new: the listener greet raised ValueError: no greeting"]


def test_an_event_that_is_told_again_is_heard_once(client):
    told = []
    client.on("message.new", lambda event: told.append(event.message.id))

    client.store.apply_all([message_new("m1", at=1), message_new("m2", at=2), message_new("m1", at=1)])

    assert told == ["m1", "m2"]


def test_what_tells_no_time_is_heard_each_time(client):
    told = []
    client.on("app.ping", lambda event: told.append(event.kind))

    client.store.apply_all([{"type": "app.ping"}, {"type": "app.ping"}])

    assert told == ["app.ping", "app.ping"]


def test_only_the_last_events_are_known_again():
    news = News(limit=2)
    events = {
        id: CustomEvent.of("app.wave", frame("app.wave", at), NEVER, Found())
        for id, at in [("a", 1), ("b", 2), ("c", 3)]
    }

    assert [news.are_in(events[id]) for id in "abcbca"] == [True, True, True, False, False, True]
