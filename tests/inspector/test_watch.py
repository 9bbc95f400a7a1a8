"""When a value changed, which entries are wanted, and where a path leads."""

import pytest

from chatstate.replay import Filter, Path, PathError, Turn, Watch, fields_changed
from tests.inspector.logs import a_timeline, replayed, simulated
from tests.objects import GENERAL
from tests.stories import channel_created, message_new, message_read, reaction_new

STORY = [
    channel_created(),
    message_new("m1", at=1, by="bo", text="Hello, all"),
    message_new("m2", at=2, by="cy", text="a straße"),
    reaction_new("m1", "like", at=3, by="cy"),
    message_read(at=4, by="me"),
    b"{",
    message_new("m3", at=6, by="bo", text="hello again"),
]


def unread(store):
    return store.channel(GENERAL).unread


# Turns of a value


def test_a_value_turns_where_a_replay_would_see_it_turn():
    frames = simulated()
    look = Path("me.total_unread_count")
    due, seen = [], ()
    for number in range(len(frames) + 1):
        value = look(replayed(frames[:number])) if number % 7 == 0 else None
        if value is not None and (number, value) != seen:
            due.append((number, value))

    with a_timeline(frames) as timeline:
        watch = Watch(timeline, look)
        watch.read()
        assert [(number, watch.value_at(number)) for number, _ in due] == due


def test_every_turn_is_told_with_its_entry():
    with a_timeline(STORY) as timeline:
        watch = Watch(timeline, unread)
        watch.read()

    assert watch.turns == [Turn(0, 0), Turn(2, 1), Turn(3, 2), Turn(5, 0), Turn(7, 1)]


def test_a_turn_is_looked_for_on_both_sides():
    with a_timeline(STORY) as timeline:
        watch = Watch(timeline, unread)
        watch.read()

    assert (watch.next(3), watch.previous(3), watch.next(7)) == (Turn(5, 0), Turn(2, 1), None)


def test_it_is_told_where_a_value_becomes_another():
    with a_timeline(STORY) as timeline:
        watch = Watch(timeline, unread)
        watch.read()

    assert (watch.next(2, becomes=1), watch.previous(7, becomes=1)) == (Turn(7, 1), Turn(2, 1))


def test_a_walk_goes_on_where_it_stopped():
    with a_timeline(STORY) as timeline:
        watch = Watch(timeline, unread)
        steps = [watch.read(4), watch.number, watch.read(4), watch.read(4)]

    assert (steps, watch.turns[-1]) == ([4, 4, 3, 0], Turn(7, 1))


def test_a_walk_knows_nothing_of_what_it_has_not_reached():
    with a_timeline(STORY) as timeline:
        watch = Watch(timeline, lambda store: store.channel(GENERAL).last_message.text)

    assert (watch.value_at(0), watch.turns) == (None, [])


def test_what_a_function_raised_is_kept():
    with a_timeline(STORY) as timeline:
        watch = Watch(timeline, Path("me.surname"))

    assert "OwnUserView has no 'surname'" in str(watch.fault)


# Filters


def found(text, frames=STORY, start=1):
    with a_timeline(frames) as timeline:
        return list(timeline.find(Filter.parse(text), start))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", [1, 2, 3, 4, 5, 6, 7]),
        ("kind:message.new", [2, 3, 7]),
        ("kind:message.*", [2, 3, 5, 7]),
        ("kind:reaction", [4]),
        ("channel:general user:bo", [2, 7]),
        ("user:nobody", []),
        ("hello", [2, 7]),
        ("hello again", [7]),
        ("STRASSE", [3]),
        ("/^Hello/", [2]),
        ("kind:message.new /l+o a/", [7]),
        ("is:fault", [6]),
    ],
)
def test_a_filter_wants(text, numbers):
    assert found(text) == numbers


def test_a_filter_may_begin_further_on():
    assert found("hello", start=3) == [7]


def test_a_filter_reads_as_it_was_written():
    text = "kind:message.* channel:general user:bo is:fault some words"

    assert (str(Filter.parse(text)), Filter.parse("").empty) == (text, True)


@pytest.mark.parametrize(("text", "problem"), [("/(/", "no regular expression"), ("kind: x", "asks for nothing")])
def test_a_filter_that_makes_no_sense_says_so(text, problem):
    with pytest.raises(ValueError, match=problem):
        Filter.parse(text)


# Paths


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('channel("messaging:general").unread', 1),
        ('channel("messaging:general").messages[-1].text', "hello again"),
        ('channel("messaging:general").messages[99].text', None),
        ('channels["messaging:general"].last_message.user.id', "bo"),
        ('message("m1").reaction_counts["like"]', 1),
        ('message("none").user.name', None),
        ('len(channel("messaging:general").messages)', 3),
        ('len(message("none").user)', None),
    ],
)
def test_a_path_leads_to(text, value):
    assert Path(text)(replayed(STORY)) == value


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("channel(", "was never closed"),
        ("me._state", "is not shown"),
        ("state.users", "is not shown"),
        ("[1]", "more than looking"),
        ("channel(x).unread", "no plain value"),
        ('__import__("os")', "is not shown"),
        ("me.id + 1", "more than looking"),
    ],
)
def test_what_is_no_path_says_why(text, problem):
    with pytest.raises(PathError, match=problem):
        Path(text)


def test_a_path_to_what_nothing_has_says_so():
    with pytest.raises(PathError, match="ChannelView has no 'unraed'"):
        Path('channel("messaging:general").unraed')(replayed(STORY))


# Fields


def test_the_fields_that_differ_are_told():
    with a_timeline(STORY) as timeline:
        (before, after) = timeline.changes(5).tables["reads"][GENERAL, "me"]

    assert ("unread", 2, 0) in fields_changed(before, after)


def test_a_row_that_came_tells_what_it_says():
    with a_timeline(STORY) as timeline:
        (before, after) = timeline.changes(2).tables["messages"]["m1"]

    fields = {name: (old, new) for name, old, new in fields_changed(before, after)}
    assert (fields["text"], "pinned" in fields) == ((None, "Hello, all"), False)


def test_a_row_that_went_tells_what_it_said():
    with a_timeline(STORY) as timeline:
        (before, after) = timeline.changes(2).tables["messages"]["m1"]

    assert ("text", "Hello, all", None) in fields_changed(after, before)
