"""The time machine: every point of a log is what a fresh replay up to there would be."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatstate import LogClock, Store
from chatstate.clock import parse
from chatstate.io.dump import dump
from chatstate.replay import Timeline, difference
from chatstate.state.check import check
from tests.histories import few, histories
from tests.inspector.logs import a_timeline, replayed, simulated, written
from tests.objects import GENERAL, at
from tests.pictures import picture
from tests.stories import channel_created, health_check, message_new, message_read

BROKEN = b'{"type": "message.new", "cid": "messaging:general"'
MALFORMED = {"type": "message.new", "cid": GENERAL, "created_at": at(3), "message": {"id": "m3", "user": {"id": 7}}}
STORY = [channel_created(), message_new("m1", at=1), BROKEN, message_new("m2", at=2), MALFORMED]

walks = st.lists(st.integers(0, 1000), min_size=1, max_size=8)


# Any point


@few
@given(histories(), walks, st.sampled_from([1, 40, 10_000]))
def test_any_walk_ends_where_a_fresh_replay_does(frames, walk, spacing):
    with a_timeline(frames, spacing=spacing) as timeline:
        scene = timeline.at(len(frames))
        for step in walk:
            number = step % (len(frames) + 1)
            scene.go(number)

            check(scene.state)
            assert picture(scene) == picture(replayed(frames[:number]))


def test_a_disordered_log_walks_both_ways():
    frames = simulated()

    with a_timeline(frames) as timeline:
        scene = timeline.at(0)
        stops = [0, 1, 2, 1, len(frames), 200, 199, 198, 300, 120, 0]
        seen = [(scene.go(stop), dump(scene))[1] for stop in stops]
        due = {stop: dump(replayed(frames[:stop])) for stop in set(stops)}
    assert seen == [due[stop] for stop in stops]


def test_there_are_checkpoints_to_walk_from():
    with a_timeline(simulated()) as timeline:
        assert len(timeline.checkpoints) > 5


def test_checkpoints_together_hold_at_most_twice_what_was_written():
    with a_timeline(simulated(2000), spacing=100) as timeline:
        assert sum(each.rows for each in timeline.checkpoints) <= 2 * len(timeline.writes.keys)


def test_who_i_am_is_known_from_where_the_log_told_it(tmp_path):
    story = [
        channel_created(),
        message_new("m1", at=1, shadowed=True, by="bo"),
        health_check(at=2),
        message_new("m2", at=3, by="bo"),
    ]
    with Timeline(written(tmp_path / "log.ndjson", story), spacing=1) as timeline:
        timeline.read()
        scene = timeline.at(4)
        who = [(scene.go(number), scene.me.id, picture(scene))[1:] for number in (4, 3, 2, 4, 0)]

    due = [replayed(story[:number], me=None) for number in (4, 3, 2, 4, 0)]
    assert who == [(store.me.id, picture(store)) for store in due]


def test_typing_is_as_it_was_at_the_time():
    typing = {"type": "typing.start", "cid": GENERAL, "created_at": at(1), "user": {"id": "bo"}}
    with a_timeline([channel_created(), typing, message_new("m1", at=60, by="cy")]) as timeline:
        scene = timeline.at(3)
        later = scene.channel(GENERAL).typing
        scene.go(2)
        then = [user.id for user in scene.channel(GENERAL).typing]

    assert (later, then) == ([], ["bo"])


def test_there_is_no_point_after_the_last():
    with a_timeline(STORY) as timeline, pytest.raises(IndexError, match="there is no entry 6; there are 5"):
        timeline.at(6)


# What an event changed


@few
@given(histories())
def test_what_an_event_changed_is_the_difference_it_made(frames):
    with a_timeline(frames) as timeline:
        points = [timeline.at(number) for number in range(len(frames) + 1)]
        changed = [timeline.changes(number) for number in range(1, len(frames) + 1)]

        assert changed == [difference(before, after) for before, after in pairwise(points)]


@given(histories())
def test_what_an_event_changed_is_what_a_store_tells(frames):
    store, told = Store(me="me", clock=LogClock()), []
    store.changes.subscribe(told.append)
    for frame in frames:
        store.apply(frame)

    with a_timeline(frames) as timeline:
        changed = [timeline.changes(number) for number in range(1, len(frames) + 1)]
        assert [each for each in changed if each.tables] == told


def test_an_event_that_was_refused_changed_nothing():
    with a_timeline(STORY) as timeline:
        assert [dict(timeline.changes(number).tables) for number in (3, 5)] == [{}, {}]


# Listening to a scene


def test_a_selector_follows_the_scene_to_and_fro():
    with a_timeline([channel_created(), message_new("m1", at=1), message_new("m2", at=2)]) as timeline:
        scene, seen = timeline.at(0), []
        scene.select(lambda store: store.channel(GENERAL).unread).subscribe(seen.append)
        for number in (3, 2, 0):
            scene.go(number)

    assert seen == [0, 2, 1, 0]


@few
@given(histories(), walks, st.sampled_from([1, 10_000]))
def test_a_scene_tells_what_each_move_changed(frames, walk, spacing):
    with a_timeline(frames, spacing=spacing) as timeline:
        scene, told = timeline.at(0), []
        scene.changes.subscribe(told.append)
        for step in walk:
            told.clear()
            before = timeline.at(scene.number)
            scene.go(step % (len(frames) + 1))

            assert [dict(each.tables) for each in told] == _told(difference(before, scene))


def _told(changes):
    return [dict(changes.tables)] if changes.tables else []


# The entries


def test_an_entry_tells_what_happened_when_and_where():
    with a_timeline(STORY) as timeline:
        entry = timeline[2]

    seen = (entry.number, entry.line, entry.kind, entry.cid, entry.at, entry.faults)
    assert seen == (2, 2, "message.new", GENERAL, parse(at(1)), ())


def test_a_broken_line_keeps_its_place():
    with a_timeline([STORY[0], b"", *STORY[1:]]) as timeline:
        numbers = timeline.faults()
        faults = [str(fault).partition(": expected")[0] for number in numbers for fault in timeline[number].faults]

    assert (numbers, faults) == ([3, 5], ["line 4", "line 6: message.new"])


def test_a_frame_is_read_again_as_it_was():
    frames = simulated(60)

    with a_timeline(frames) as timeline:
        assert [timeline.frame(number) for number in range(1, len(frames) + 1)] == list(frames)


def test_a_zipped_log_is_a_log(tmp_path):
    frames = simulated(60)

    with Timeline(written(tmp_path / "log.ndjson.gz", frames), me="me") as timeline:
        timeline.read(25)
        first = timeline.frame(3)
        timeline.read()
        assert (first, timeline.frame(40)) == (frames[2], frames[39])
        assert dump(timeline.at(60)) == dump(replayed(frames[:60]))


def test_a_log_that_cannot_be_read_further_says_where(tmp_path):
    path = written(tmp_path / "log.ndjson.gz", simulated(60))
    (tmp_path / "log.ndjson.gz").write_bytes((tmp_path / "log.ndjson.gz").read_bytes()[:-2000])

    with Timeline(path, me="me") as timeline:
        timeline.read()
        last = timeline[len(timeline)]
        assert (last.refused, "cannot be read further" in str(last.faults[0])) == (True, True)
        assert timeline.read() == 0


def test_a_time_is_a_point():
    with a_timeline([channel_created(), message_new("m1", at=10), message_new("m2", at=20)]) as timeline:
        assert [timeline.at_time(parse(at(second))) for second in (-5, 10, 15, 99)] == [0, 2, 2, 3]


# A log that grows


def test_a_log_is_read_piece_by_piece():
    frames = simulated(60)

    with a_timeline(frames[:0]) as timeline:
        assert (len(timeline), dump(timeline.at(0))) == (0, dump(replayed([])))


def test_what_has_been_read_can_be_looked_at_meanwhile(tmp_path):
    frames = simulated(60)

    with Timeline(written(tmp_path / "log.ndjson", frames), me="me") as timeline:
        read = timeline.read(25)
        scene = timeline.at(25)
        half = dump(scene)
        timeline.read()
        scene.go(len(frames))
        assert (read, half, dump(scene)) == (25, dump(replayed(frames[:25])), dump(replayed(frames)))


def test_a_followed_log_waits_until_a_line_is_whole(tmp_path):
    path = tmp_path / "log.ndjson"
    first, second = simulated(60)[:2]
    path.write_bytes(first + b"\n" + second[:50])

    with Timeline(str(path), me="me", follow=True) as timeline:
        read = [timeline.read()]
        path.write_bytes(first + b"\n" + second + b"\n")
        read.append(timeline.read())
        assert (read, timeline.faults(), timeline.frame(2)) == ([1, 1], [], second)


def test_only_a_plain_file_can_be_followed(tmp_path):
    path = written(tmp_path / "log.ndjson.gz", simulated(60))

    with pytest.raises(ValueError, match="only a plain file can be followed"):
        Timeline(path, follow=True)


def test_a_message_read_elsewhere_is_unread_again_one_step_back():
    story = [channel_created(), message_new("m1", at=1, by="bo"), message_read(at=2, by="me")]
    with a_timeline(story) as timeline:
        scene = timeline.at(3)
        now = scene.channel(GENERAL).unread
        scene.go(2)

        assert (now, scene.channel(GENERAL).unread) == (0, 1)
