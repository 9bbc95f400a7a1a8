"""Whatever comes, a store goes on: what cannot be applied is a fault that says where, and the next frame applies."""

import json
from copy import deepcopy
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatstate import Store
from chatstate.state.check import check
from tests.histories import history
from tests.objects import GENERAL, at, message
from tests.room_moves import MOVES
from tests.stories import (
    a_store,
    faults_from,
    frame,
    ids,
    member_added,
    message_new,
    message_read,
    picture,
    reaction_new,
    told,
    user_updated,
)

DEEP = 100_000
GOOD = message_new("good", cid="messaging:after", by="late", at=9999)


def wire(made):
    return json.dumps(made).encode()


UNREADABLE = {
    "not JSON": b"{not json}",
    "two objects": b'{"type":"typing.start"}{"type":"typing.stop"}',
    "a list": b"[]",
    "a number": b"7",
    "a text": b'"message.new"',
    "null": b"null",
    "cut off": wire(message_new("m1"))[:-20],
    "invalid UTF-8": b'{"type":"message.new","cid":"\xff\xfe"}',
    "a lone surrogate": b'{"type":"message.new","cid":"\\ud800:x"}',
    "a lone surrogate in a str": '{"type":"message.new","cid":"\ud800:x"}',
    "NaN": b'{"type":"message.new","watcher_count":NaN}',
    "Infinity": b'{"type":"message.new","watcher_count":-Infinity}',
    "lists nested deep": b'{"type":"a.b","x":' + b"[" * DEEP + b"]" * DEEP + b"}",
    "objects nested deep": b'{"x":' * DEEP + b"1" + b"}" * DEEP,
    "20 MB of nothing": b"{" * 20_000_000,
    "no type": b"{}",
    "a null type": b'{"type":null}',
    "a number for a type": b'{"type":7}',
    "an empty type": b'{"type":""}',
    "no frame at all": None,
    "a frame of another type": 7,
}


@pytest.mark.parametrize("bad", UNREADABLE.values(), ids=UNREADABLE)
def test_an_unreadable_frame_is_one_fault_without_a_kind(bad):
    assert [fault.kind for fault in faults_from(a_store(), bad)] == [None]


@pytest.mark.parametrize("bad", UNREADABLE.values(), ids=UNREADABLE)
def test_an_unreadable_frame_changes_nothing(bad):
    store = a_store(message_new("m1"))
    before = picture(store)

    faults_from(store, bad)

    assert picture(store) == before


@pytest.mark.parametrize("bad", UNREADABLE.values(), ids=UNREADABLE)
def test_after_an_unreadable_frame_the_next_one_applies(bad):
    store = a_store()

    faults_from(store, bad, GOOD)

    assert store.message("good").exists


@pytest.mark.parametrize("bad", UNREADABLE.values(), ids=UNREADABLE)
def test_a_fault_is_told_in_a_line(bad):
    text = str(faults_from(a_store(), bad)[0])

    assert ("\n" in text, len(text) < 300) == (False, True)


def wrong(made, path, value):
    """The frame with ``value`` at a dotted path."""
    head, dot, rest = path.partition(".")
    return made | {head: wrong(made[head], rest, value) if dot else value}


LIKED = reaction_new("m1", "like", by="u2", at=2)
MISTOLD = {
    "a number for a user's id": (message_new("m1"), "message.user.id", 7),
    "a huge integer for a user's id": (message_new("m1"), "message.user.id", 10**40),
    "a text for the message": (message_new("m1"), "message", "m1"),
    "a list for the user": (message_new("m1"), "user", []),
    "a number for a message's id": (message_new("m1"), "message.id", 7),
    "a text for counts": (LIKED, "message.reaction_counts", "many"),
    "a text for a count": (LIKED, "message.reaction_counts.like", "x"),
    "a huge integer for a count": (message_new("m1"), "message.reply_count", 10**40),
    "a text for a flag": (message_new("m1"), "message.silent", "yes"),
    "a text for the time": (message_new("m1"), "created_at", "soon"),
    "a huge integer for a time": (message_new("m1"), "created_at", 10**40),
    "no such day": (message_new("m1"), "message.created_at", "2025-02-30T00:00:00Z"),
    "an object for a cid": (message_new("m1"), "cid", {}),
    "a number for a member": (member_added("u2"), "member", 7),
    "a number for a reaction": (LIKED, "reaction", 7),
    "a text for a total": (told(message_new("m1"), total_unread_count=5), "total_unread_count", "5"),
    "a list for a name": (user_updated("bo", at=1), "user.name", []),
    "a number for a last read": (message_read(by="u2", at=1, last_read_message_id="m1"), "last_read_message_id", 7),
}
mistold = pytest.mark.parametrize(("right", "path", "value"), MISTOLD.values(), ids=MISTOLD)


@mistold
def test_a_wrong_type_is_one_fault_with_its_kind_and_path(right, path, value):
    faults = faults_from(a_store(), wire(wrong(right, path, value)))

    assert [(fault.kind, fault.path) for fault in faults] == [(right["type"], f"$.{path}")]


@mistold
def test_a_wrong_type_changes_nothing(right, path, value):
    store = a_store(message_new("m0", at=0))
    before = picture(store)

    faults_from(store, wire(wrong(right, path, value)))

    assert picture(store) == before


@mistold
def test_what_was_told_wrong_applies_when_it_is_told_right(right, path, value):
    store = a_store()

    faults_from(store, wire(wrong(right, path, value)), wire(right))

    assert picture(store) == picture(a_store(wire(right)))


def test_a_fault_in_a_log_names_the_line_the_kind_the_path_and_the_problem():
    faults, store = [], a_store()
    store.faults.subscribe(faults.append)

    store.apply_all([wire(message_new("m1")), b"\n", wire(wrong(message_new("m1"), "message.user.id", 7)), wire(GOOD)])

    assert list(map(str, faults)) == ["line 3: message.new: expected a string at $.message.user.id, got 7"]


@pytest.mark.parametrize("blank", [b"", b"\n", b"  \r\n", "", " \n"])
def test_a_blank_line_of_a_log_is_no_frame(blank):
    store, faults = a_store(), []
    store.faults.subscribe(faults.append)

    store.apply_all([blank, wire(GOOD)])

    assert (faults, store.message("good").exists) == ([], True)


def test_a_log_is_read_from_an_open_file():
    log = b"\n".join([wire(message_new("m1")), b"", b"{", wire(message_new("m2", at=2))])

    store = a_store()
    store.apply_all(BytesIO(log))

    assert ids(store.channel(GENERAL).messages) == ["m1", "m2"]


def test_an_error_frame_is_a_fault_that_names_its_code_and_message():
    error = {"error": {"code": 40, "message": "token expired", "StatusCode": 401, "duration": ""}}

    text = str(faults_from(a_store(), wire(error))[0])

    assert ("40" in text, "token expired" in text) == (True, True)


def test_a_message_of_20_megabytes_applies():
    store = a_store(wire(message_new("m1", text="x" * 20_000_000)))

    assert len(store.message("m1").text) == 20_000_000


def test_custom_data_nested_deep_in_a_dict_is_no_fault():
    deep = []
    for _ in range(DEEP):
        deep = [deep]

    assert faults_from(a_store(), message_new("m1", deep=deep)) == []


@pytest.mark.parametrize("form", [dict, wire, json.dumps], ids=["dict", "bytes", "str"])
def test_a_frame_may_be_a_dict_bytes_or_str(form):
    assert a_store(form(message_new("m1"))).message("m1").exists


def test_a_frame_given_as_a_dict_is_not_changed():
    given = message_new("m1", quotes=message("m0", at=0), mentions=["u2"])
    before = json.dumps(given)

    a_store(given, message_read(by="u2", at=3))

    assert json.dumps(given) == before


def _plain_frames():
    files = sorted(Path(__file__).parent.glob("frames/*.json"))
    told = [json.loads(path.read_text()) for path in files]
    listed = [made for one in told for made in (one if isinstance(one, list) else [one])]
    every_move = [(name, who, what, how) for name in sorted(MOVES) for who, what, how in ((1, 0, 0), (0, 1, 3))]
    return listed + [json.loads(made) for made in history([("say", 1, 0, 1), ("reply", 1, 0, 2), *every_move])]


FRAMES = _plain_frames()
WRONG = [None, True, 7, -1, 2**70, 1.5, float("nan"), "", "x", "\ud800", "x" * 10_000, at(3), "0001-01-01T00:00:00Z"]
WRONG += [[], [None], [7, "x"], {}, {"id": 7}, {"id": "bo"}, {"user": {"id": []}}, {"like": "x"}, GENERAL, "*"]


def _paths(node, path=()):
    """The path of every node inside ``node``."""
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in inner:
        yield (*path, key)
        yield from _paths(value, (*path, key))


PATHS = [list(_paths(made)) for made in FRAMES]


@st.composite
def mutated(draw):
    """A frame with one to three of its nodes replaced, left out or doubled."""
    place = draw(st.integers(0, len(FRAMES) - 1))
    made = json.loads(json.dumps(FRAMES[place]))
    for path in draw(st.lists(st.sampled_from(PATHS[place]), min_size=1, max_size=3)):
        _mutate(made, path, draw(st.sampled_from(["leave out", "double", *range(len(WRONG))])))
    return made if draw(st.booleans()) else json.dumps(made).encode()


def _mutate(made, path, how):
    """Change the node at ``path``, where an earlier mutation has left it."""
    *outer, last = path
    for key in outer:
        if not ((isinstance(made, dict) and key in made) or (isinstance(made, list) and key in range(len(made)))):
            return
        made = made[key]
    if not ((isinstance(made, dict) and last in made) or (isinstance(made, list) and last in range(len(made)))):
        return
    if how == "leave out":
        del made[last]
    elif how != "double":
        made[last] = deepcopy(WRONG[how])
    elif isinstance(made, list):
        made.append(made[last])


@given(st.lists(mutated(), min_size=1, max_size=8))
def test_mutated_frames_never_raise_and_never_break_an_invariant(frames):
    store = a_store(*history([("say", 1, 0, 1), ("reply", 1, 0, 2), ("react", 1, 0, 1)]))

    faults_from(store, *frames)

    assert picture(store)["dump"]["schema"] == 1


@given(st.lists(mutated(), min_size=1, max_size=4))
def test_after_mutated_frames_a_good_one_applies(frames):
    store = a_store()

    faults_from(store, *frames, GOOD)

    assert store.message("good").exists


@given(st.lists(mutated(), min_size=1, max_size=4))
def test_a_mutated_frame_told_twice_is_told_once(frames):
    store = a_store()
    faults_from(store, *frames)
    before = picture(store)

    faults_from(store, *frames)

    assert picture(store) == before


@pytest.mark.parametrize("frames", ["log.ndjson", b"{}", bytearray(b"{}")], ids=repr)
def test_what_would_be_applied_letter_by_letter_is_refused(frames):
    with pytest.raises(TypeError, match="open"):
        a_store().apply_all(frames)


def test_a_fault_to_which_nobody_listens_is_logged(caplog):
    Store().apply("garbage")

    assert [(record.levelname, record.name) for record in caplog.records] == [("WARNING", "chatstate.reactive.flow")]
    assert "expected JSON" in caplog.text


def test_a_fault_to_which_somebody_listens_is_not(caplog):
    store, faults = Store(), []
    store.faults.subscribe(faults.append)

    store.apply("garbage")

    assert (len(faults), caplog.text) == (1, "")


@given(st.binary(max_size=60) | st.text(max_size=60))
def test_noise_never_raises(noise):
    store = a_store()

    faults_from(store, noise, GOOD)

    assert store.message("good").exists


@given(mutated())
def test_a_mutated_answer_of_the_service_never_raises(made):
    store = a_store()

    store.load({"channels": [{"channel": made, "messages": [made], "members": made, "read": [made]}]})

    check(store.state)


BROKEN_ANSWERS = [b"{", b"[]", "null", {}, {"channels": 7}, {"channels": [7]}, {"events": [{"type": 7}]}]


@pytest.mark.parametrize("answer", BROKEN_ANSWERS, ids=str)
def test_a_broken_answer_never_raises(answer):
    store = a_store()

    store.load(answer)
    faults_from(store, GOOD, frame("my.custom", 9, GENERAL))

    assert store.message("good").exists
