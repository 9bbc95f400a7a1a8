"""Every kind of the protocol is declared, reduced or inert for a reason, and has a frame; the frames tell one story."""

import attrs
import pytest

import chatstate.events
from chatstate import DeclarationError, Event, event, reduces
from chatstate.events import EVENTS, fields_of
from chatstate.state.check import check
from tests.samples import HERE, ME, ORDER, PROTOCOL, SAMPLES, answer, sample
from tests.stories import a_store, faults_from, then

KINDS = sorted(PROTOCOL)
MINE = {"my.custom"}
"""Kinds that have a frame, and that nobody declares."""


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_the_protocol_has_an_event_class(kind):
    assert kind == EVENTS[kind].KIND


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_reducer_or_says_why_it_has_none(kind):
    assert (EVENTS[kind].REDUCER is None) == bool(EVENTS[kind].INERT)


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_a_kind_is_declared(kind):
    assert PROTOCOL[kind]["fields"].keys() <= fields_of(EVENTS[kind]).keys()


@pytest.mark.parametrize("kind", KINDS)
def test_every_event_class_says_in_a_sentence_what_happened(kind):
    assert (EVENTS[kind].__doc__ or "").split("\n")[0].endswith(".")


def test_reducers_are_named_in_snake_case_and_write_no_other_kinds_name():
    names = {cls.REDUCER.__name__ for cls in EVENTS.values() if cls.REDUCER is not None}

    assert all(name.isidentifier() and name == name.lower() for name in names)


def test_every_kind_has_a_frame():
    assert {path.stem for path in (HERE / "frames").glob("*.json")} == PROTOCOL.keys() | MINE


def test_every_frame_has_its_place_in_the_story():
    assert sorted(ORDER) == sorted(PROTOCOL.keys() | MINE)


@pytest.mark.parametrize("kind", ORDER)
def test_a_frame_is_of_the_kind_it_is_filed_under(kind):
    assert sample(kind)["type"] == kind


# Each frame alone


@pytest.mark.parametrize("kind", ORDER)
def test_a_frame_alone_applies_without_a_fault(kind):
    assert faults_from(a_store(me=ME), SAMPLES[kind]) == []


@pytest.mark.parametrize("kind", ORDER)
def test_a_frame_alone_applies_to_a_store_that_does_not_know_who_i_am(kind):
    assert faults_from(a_store(me=None), SAMPLES[kind]) == []


def heard(made):
    """The event that a frame makes."""
    store, events = a_store(me=ME), []
    store.events.subscribe(events.append)
    then(store, made)
    return events[0]


@pytest.mark.parametrize("kind", ORDER)
def test_every_declared_field_of_a_frame_reads(kind):
    told = heard(SAMPLES[kind])

    values = {field.name: getattr(told, field.name) for field in attrs.fields(type(told))}
    assert values["kind"] == kind


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_frame_tells_in_a_declared_field_is_not_custom(kind):
    assert not heard(SAMPLES[kind]).custom.keys() & fields_of(EVENTS[kind]).keys()


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_that_a_frame_tells_reads_as_something(kind):
    told, made = heard(SAMPLES[kind]), SAMPLES[kind]
    declared = {field.metadata.get("wire key", field.name): field.name for field in attrs.fields(type(told))}

    silent = {
        key for key in made.keys() & declared.keys() if made[key] is not None and getattr(told, declared[key]) is None
    }
    assert silent <= ({"cid"} if made.get("cid") == "*" else set())


def test_an_event_has_no_other_fields():
    with pytest.raises(AttributeError, match="has no attribute 'colour'"):
        _ = heard(SAMPLES["message.new"]).colour


def test_an_event_prints_as_what_it_is():
    printed = repr(heard(SAMPLES["message.new"]))

    assert printed == "MessageNew(kind='message.new', cid='messaging:general', user_id='cy')"


# All frames, as a story


@pytest.mark.parametrize("known_before", [(), ("channels",), ("channels", "threads"), ("channels", "channel")], ids=str)
def test_the_frames_tell_a_story_without_a_fault(known_before):
    store = a_store(me=ME)
    for name in known_before:
        store.load(answer(name))
        check(store.state)

    assert faults_from(store, *SAMPLES.values()) == []


@pytest.mark.parametrize(
    "name",
    [
        "channels",
        "channel",
        "threads",
        "sync",
    ],
)
def test_an_answer_after_the_story_breaks_nothing(name):
    store = a_store(*SAMPLES.values(), me=ME)
    faults = []
    store.faults.subscribe(faults.append)

    store.load(answer(name))

    check(store.state)
    assert faults == []


def test_the_story_told_twice_is_told_once():
    store = a_store(*SAMPLES.values(), me=ME)
    emitted = []
    store.changes.subscribe(emitted.append)

    then(store, *SAMPLES.values())

    assert emitted == []


def told_of_totals(made, name):
    """The total a frame tells: at its top, else in ``me``."""
    value = made.get(name)
    return (made.get("me") or {}).get(name) if value is None else value


def along_the_story(told_by, counted):
    """What the frames tell of a total, and what the store counts by itself, after each frame that tells it."""
    store = a_store(me=ME)
    store.load(answer("channels"))
    told, here = [], []
    for kind, made in SAMPLES.items():
        then(store, made)
        if (value := told_of_totals(made, told_by)) is not None:
            told.append((kind, value))
            here.append((kind, counted(store)))
    return told, here


COUNTED = {
    "total_unread_count": lambda store: sum(channel.unread for channel in store.channels.values()),
    "unread_channels": lambda store: sum(channel.unread > 0 for channel in store.channels.values()),
    "unread_threads": lambda store: sum(thread.unread > 0 or thread.has_unseen for thread in store.threads.values()),
}


@pytest.mark.parametrize(("name", "counted"), COUNTED.items(), ids=COUNTED)
def test_the_totals_that_the_story_tells_are_those_the_store_counts(name, counted):
    told, here = along_the_story(name, counted)

    assert told == here


@pytest.mark.parametrize("name", COUNTED)
def test_a_total_is_what_the_story_told_last(name):
    store = a_store(*SAMPLES.values(), me=ME)

    told = [value for made in SAMPLES.values() if (value := told_of_totals(made, name)) is not None]
    assert getattr(store.me, name) == told[-1]


def after_the_story():
    store = a_store(me=ME)
    store.load(answer("channels"))
    return then(store, *SAMPLES.values())


def test_after_the_story_the_channels_that_are_left_are_mine():
    assert sorted(after_the_story().channels) == ["messaging:bees", "messaging:general", "messaging:seeds"]


def test_after_the_story_the_timeline_holds_what_the_truncation_left():
    timeline = after_the_story().channel("messaging:general").messages

    assert [message.id for message in timeline] == ["general-14", "general-16", "general-17", "general-20"]


def test_after_the_story_one_message_is_unread():
    assert after_the_story().channel("messaging:general").unread == 1


# Declaring


def test_a_kind_is_declared_once():
    with pytest.raises(DeclarationError, match=r"message\.new is declared already, by MessageNew"):

        @event("message.new")
        class Again(Event):
            """The same kind."""


def test_what_declares_a_kind_derives_from_event():
    with pytest.raises(DeclarationError, match="an event derives from Event"):

        @event("test.no_event")
        class NoEvent:
            """No event."""


def test_an_event_has_one_reducer():
    with pytest.raises(DeclarationError, match=r"message\.new has a reducer already"):

        @reduces(EVENTS["message.new"])
        def again(state, event):
            """A second reducer."""


def test_what_is_inert_has_no_reducer():
    with pytest.raises(DeclarationError, match=r"channel\.max_streak_changed .* is inert"):

        @reduces(EVENTS["channel.max_streak_changed"])
        def streak(state, event):
            """A reducer."""


def test_a_field_of_a_type_that_the_wire_does_not_know_is_refused():
    with pytest.raises(DeclarationError, match="cannot read a field of type"):

        @event("test.unreadable")
        class Unreadable(Event):
            """An event with a field of an odd type."""

            when: complex = 0j


def test_a_refused_declaration_declares_nothing():
    assert not EVENTS.keys() & {"test.no_event", "test.unreadable"}


def test_every_class_of_the_library_can_be_imported_from_one_place():
    classes = {cls for cls in EVENTS.values() if cls.__module__.startswith("chatstate.events.")}

    assert [cls.__name__ for cls in classes if getattr(chatstate.events, cls.__name__, None) is not cls] == []
    assert {cls.__name__ for cls in classes} <= set(chatstate.events.__all__)
