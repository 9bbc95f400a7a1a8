"""Somebody looking at a log: what a screen shows is all theirs, and follows them."""

import pytest

from chatstate.replay import Filter, PathError, Timeline
from chatstate.replay.inspection import Inspection
from tests.inspector.logs import a_timeline, written
from tests.objects import GENERAL, RANDOM
from tests.stories import channel_created, message_new, message_read, message_updated

STORY = [
    channel_created(name="General"),
    channel_created(RANDOM, name="Random"),
    message_new("m1", at=1, by="bo", text="one"),
    message_new("m2", at=2, cid=RANDOM, by="cy", text="two"),
    message_updated("m1", at=3, text="one!"),
    message_read(at=4, by="me"),
    b"{",
    message_new("m3", at=6, by="bo", text="three"),
]


@pytest.fixture
def looking():
    """Somebody at the end of the story."""
    with a_timeline(STORY) as timeline:
        inspection = Inspection(timeline)
        inspection.go(len(STORY))
        yield inspection


# The place


@pytest.mark.parametrize(("where", "number"), [("3", 3), ("-2", 6), ("2025-01-15T08:00:02Z", 4), ("0", 0)])
def test_a_place_is_gone_to_by_number_or_time(looking, where, number):
    looking.go_to(where)

    assert looking.number == number


@pytest.mark.parametrize("where", ["99", "soon", ""])
def test_a_place_that_is_none_is_refused(looking, where):
    with pytest.raises(ValueError, match=r"there is no entry|not an RFC 3339 time"):
        looking.go_to(where)


def test_the_ends_of_the_log_are_not_passed(looking):
    looking.move(99)
    last = looking.number
    looking.move(-99)

    assert (last, looking.number) == (8, 1)


def test_steps_are_from_row_to_row(looking):
    looking.show(Filter.parse("kind:message.new"))
    rows = [looking.number, *((looking.move(step), looking.number)[1] for step in (-1, -1, 2))]

    assert (list(looking.rows), rows) == ([3, 4, 8], [8, 4, 3, 8])


def test_a_place_between_rows_steps_to_those_around(looking):
    looking.show(Filter.parse("kind:message.new"))
    around = []
    for step in (1, -1):
        looking.go(6)
        looking.move(step)
        around.append(looking.number)

    assert around == [8, 4]


def test_a_filter_goes_to_what_it_wants(looking):
    looking.show(Filter.parse("is:fault"))

    assert (looking.number, looking.row) == (7, 0)


def test_where_nothing_is_wanted_nobody_moves(looking):
    looking.show(Filter.parse("user:nobody"))
    looking.move(1)

    assert (looking.number, looking.row) == (8, -1)


def test_before_the_first_entry_nothing_has_changed(looking):
    looking.go(0)

    assert (looking.entry, dict(looking.changes.tables)) == (None, {})


# What is in view


def test_the_channel_and_message_in_view_are_those_of_the_entry(looking):
    views = [(looking.go(number), looking.cid, looking.message_id)[1:] for number in (4, 5)]

    assert views == [(RANDOM, "m2"), (GENERAL, "m1")]


def test_what_is_held_stays_in_view(looking):
    looking.go(4)
    looking.hold()
    looking.go(5)
    held = looking.cid, looking.message_id
    looking.hold()

    assert (held, looking.cid) == ((RANDOM, "m2"), GENERAL)


@pytest.mark.parametrize(("what", "cid"), [("random", RANDOM), (GENERAL, GENERAL), ("m2", RANDOM)])
def test_something_may_be_held_by_name(looking, what, cid):
    looking.hold(what)

    assert looking.cid == cid


def test_what_is_not_known_cannot_be_held(looking):
    with pytest.raises(ValueError, match="nothing is called 'nowhere' at this point"):
        looking.hold("nowhere")


def test_the_next_change_of_a_thing_is_gone_to(looking):
    seen = []
    for direction in (-1, -1, 1):
        looking.next_change(direction, keys=frozenset({"m1"}))
        seen.append(looking.number)

    assert seen == [5, 3, 5]


def test_a_thing_that_changes_no_more_leaves_one_in_place(looking):
    assert (looking.next_change(1, keys=frozenset({"m1"})), looking.number) == (False, 8)


# A watched value


def test_the_turns_of_a_watched_value_are_gone_to(looking):
    looking.watch_for('channel("messaging:general").unread')
    while looking.read():
        pass
    numbers = [(looking.turn(-1), looking.number)[1] for _ in range(3)]

    assert numbers == [6, 3, 0]


def test_it_is_gone_to_where_a_value_becomes_another(looking):
    looking.watch_for('channel("messaging:general").unread = 1')
    looking.read()
    found = [looking.turn(-1), looking.turn(-1)]

    assert (found[0].number, found[1], looking.number) == (3, None, 3)


def test_another_wanted_value_needs_no_other_walk(looking):
    looking.watch_for("me.total_unread_count")
    watch = looking.watch
    looking.watch_for("me.total_unread_count == 7")

    assert (looking.watch is watch, looking.wanted) == (True, 7)


def test_nothing_is_watched_any_more(looking):
    looking.watch_for("me.total_unread_count")
    looking.watch_for("")

    assert (looking.watch, looking.turn(1)) == (None, None)


@pytest.mark.parametrize(
    ("text", "problem"), [("me.surname", "has no 'surname'"), ("me.id = x", "no plain value"), ("me.", "no path")]
)
def test_what_cannot_be_watched_says_why(looking, text, problem):
    with pytest.raises(ValueError, match=problem):
        looking.watch_for(text)
    assert issubclass(PathError, ValueError)


# A log that grows


def test_who_stands_at_the_end_stays_there(tmp_path):
    path = tmp_path / "log.ndjson"
    written(path, STORY[:3])
    with Timeline(str(path), me="me", follow=True) as timeline:
        inspection = Inspection(timeline)
        inspection.read()
        inspection.go(3)
        inspection.show(Filter.parse("kind:message.new"))
        inspection.watch_for("len(messages)")
        inspection.read()
        written(path, STORY)
        while inspection.read(2):
            pass

        assert (inspection.number, list(inspection.rows)) == (8, [3, 4, 8])
        assert inspection.watch.value_at(8) == 3


def test_who_looks_back_is_left_there(tmp_path):
    path = tmp_path / "log.ndjson"
    written(path, STORY[:3])
    with Timeline(str(path), me="me", follow=True) as timeline:
        inspection = Inspection(timeline)
        inspection.read()
        inspection.go(2)
        written(path, STORY)
        inspection.read()

        assert (inspection.number, len(inspection.rows)) == (2, 8)
