"""The simulator alone: its frames are what a socket carries, agree with one another, and with its truth."""

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from itertools import chain, islice, pairwise
from pathlib import Path

import orjson
import pytest

from chatstate import clock
from chatstate.simulator import Simulation, chaos

PROTOCOL = json.loads((Path(__file__).parent / "protocol.json").read_text(encoding="utf-8"))
LOCAL = {"connection.changed", "connection.recovered"}
"""Kinds that no server sends: a client tells them itself."""

COUNT = 20_000


@pytest.fixture(scope="module")
def run():
    """A long run: its simulation, after its last frame, and the frames."""
    simulation = Simulation(seed=41, channels=20, users=120)
    return simulation, list(simulation.frames(COUNT))


@pytest.fixture(scope="module")
def frames(run):
    return [orjson.loads(frame) for frame in run[1]]


@pytest.fixture(scope="module")
def truth(run):
    return run[0].truth()


def a_run(count=1500, **arguments):
    return list(Simulation(**({"seed": 3, "channels": 8, "users": 40} | arguments)).frames(count))


def messages_in(frames):
    return [frame["message"] for frame in frames if "message" in frame]


def test_the_same_seed_makes_the_same_bytes():
    assert a_run() == a_run()


def test_another_seed_makes_other_bytes():
    assert a_run() != a_run(seed=4)


def test_the_bytes_do_not_depend_on_how_python_hashes():
    code = """
import hashlib
from chatstate.simulator import Simulation
sim = Simulation(seed=3, channels=8, users=40)
print(hashlib.sha256(b"".join(sim.frames(1500))).hexdigest())
"""
    root = str(Path(__file__).parent.parent)
    environment = {**os.environ, "PYTHONHASHSEED": "12345", "PYTHONPATH": root}
    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)

    assert told.stdout.strip() == hashlib.sha256(b"".join(a_run())).hexdigest()


def test_a_run_may_be_taken_in_parts():
    simulation = Simulation(seed=3, channels=8, users=40)

    assert [*simulation.frames(700), *simulation.frames(800)] == a_run()


def test_the_truth_changes_nothing():
    simulation = Simulation(seed=3, channels=8, users=40)
    taken = list(simulation.frames(700))
    simulation.truth()

    assert [*taken, *simulation.frames(800)] == a_run()


@pytest.mark.parametrize(("channels", "users"), [(0, 0), (1, 1), (2, 3), (60, 10)])
def test_small_worlds_go_on_too(channels, users):
    assert len(a_run(300, channels=channels, users=users)) == 300


def test_me_and_the_start_are_as_asked():
    simulation = Simulation(seed=3, channels=4, users=20, me="ana", start="2024-02-29T23:59:00Z")
    first = orjson.loads(next(simulation.frames(1)))

    assert (first["me"]["id"], first["created_at"][:16]) == ("ana", "2024-02-29T23:59")


def test_it_begins_with_the_handshake(frames):
    first = frames[0]

    assert (first["type"], first["cid"], first["me"]["id"]) == ("health.check", "*", "me")
    assert first["connection_id"]


def test_a_frame_is_one_json_object_on_one_line(run):
    assert all(frame.startswith(b'{"type":') and b"\n" not in frame for frame in run[1])


def test_every_frame_is_later_than_the_one_before(frames):
    assert all(clock.parse(a["created_at"]) < clock.parse(b["created_at"]) for a, b in pairwise(frames))


def test_times_have_no_fraction_digits_or_up_to_nine(frames):
    digits = {len(frame["created_at"].rstrip("Z").partition(".")[2]) for frame in frames}

    assert {0, 3, 6, 8, 9} <= digits <= set(range(10))


def test_frames_are_as_large_as_the_service_makes_them(run):
    assert 1_700 < sum(map(len, run[1])) / COUNT < 2_400


def test_half_of_the_frames_are_new_messages(frames):
    assert 0.43 < sum(frame["type"] == "message.new" for frame in frames) / COUNT < 0.6


def test_every_kind_that_a_server_sends_occurs(frames):
    assert set(PROTOCOL["kinds"]) - {frame["type"] for frame in frames} == LOCAL


def test_applications_send_kinds_of_their_own(frames):
    assert len({frame["type"] for frame in frames} - set(PROTOCOL["kinds"])) >= 3


def test_frames_never_tell_my_own_reactions(frames):
    assert all(message["own_reactions"] == [] for message in messages_in(frames))


def test_the_counts_of_reactions_agree_with_one_another(frames):
    for message in messages_in(frames):
        counts, groups = message["reaction_counts"], message["reaction_groups"] or {}
        latest = Counter(reaction["type"] for reaction in message["latest_reactions"])
        assert counts == {type: group["count"] for type, group in groups.items()}
        assert message["reaction_scores"] == {type: group["sum_scores"] for type, group in groups.items()}
        assert sum(counts.values()) == latest.total() or latest.total() == 10


def test_the_totals_told_are_the_sum_of_what_is_unread():
    simulation = Simulation(seed=6, channels=8, users=40)
    told = 0
    for place, frame in enumerate(map(orjson.loads, simulation.frames(4_000))):
        if "total_unread_count" in frame and place % 20 == 0:
            unread = [channel["unread"] for channel in simulation.truth()["channels"].values()]
            assert frame["total_unread_count"] == sum(unread)
            assert frame["unread_channels"] == len(unread) - unread.count(0)
            told += 1
    assert told > 60


def test_the_truth_tells_the_counters_as_the_newest_frame_did(frames, truth):
    newest = {}
    for frame in frames:
        for told in (frame.get("user", {}), frame.get("me", {}), frame):
            newest |= {name: told[name] for name in COUNTERS if name in told}

    assert {name: truth["client"][name] for name in COUNTERS} == newest


COUNTERS = {"total_unread_count", "unread_channels", "unread_threads"}
CLIENT = {"users", "muted_users", "channel_mutes", "reminders"} | COUNTERS
CHANNEL = {
    "watched", "messages", "threads", "replies", "pinned", "members", "member_count", "watchers", "watcher_count",
    "read", "unread", "unread_mentions", "typing", "typing_since", "frozen", "hidden", "muted", "name",
}  # fmt: skip
MESSAGE = {
    "id", "user_id", "text", "type", "deleted", "created_at", "reaction_counts", "reaction_scores", "own_reactions",
    "reply_count", "pinned", "user_name",
}  # fmt: skip
SOMETIMES = {"parent_id", "show_in_channel", "quoted_id", "quoted_text", "quoted_deleted"}


def test_the_truth_has_the_shape_of_the_canonical_dump(truth):
    assert set(truth) == {"schema", "source", "me", "last_event_at", "client", "gone", "channels"}
    assert set(truth["client"]) == CLIENT
    for channel in truth["channels"].values():
        assert set(channel) == CHANNEL
        for message in chain(channel["messages"], channel["replies"].values()):
            assert MESSAGE <= set(message) <= MESSAGE | SOMETIMES


def test_the_truth_is_of_the_last_frame(frames, truth):
    assert truth["last_event_at"] == frames[-1]["created_at"]


def shown_messages(truth):
    for channel in truth["channels"].values():
        yield from channel["messages"]
        yield from channel["replies"].values()


def test_the_truth_says_of_a_message_what_the_frames_said_last(frames, truth):
    newest = {}
    for message in messages_in(frames):
        stamp = clock.parse(message["updated_at"])
        if message["id"] not in newest or stamp >= newest[message["id"]][0]:
            newest[message["id"]] = (stamp, message["text"])
    shown = {message["id"]: message["text"] for message in shown_messages(truth)}

    assert shown == {id: newest[id][1] for id in shown}


def test_the_truth_names_authors_as_the_frames_did_last(frames, truth):
    renamed = {frame["user"]["id"]: frame["user"]["name"] for frame in frames if frame["type"] == "user.updated"}
    shown = [message for message in shown_messages(truth) if message["user_id"] in renamed]

    assert shown
    assert all(message["user_name"] == renamed[message["user_id"]] for message in shown)


def test_a_message_has_as_many_replies_as_it_says(truth):
    for channel in truth["channels"].values():
        parents = [message for message in channel["messages"] if message["type"] != "deleted"]
        for message in parents:
            replies = [channel["replies"][id] for id in channel["threads"].get(message["id"], ())]
            assert message["reply_count"] == sum(not reply["deleted"] for reply in replies)


def test_timelines_and_threads_are_in_order(truth):
    for channel in truth["channels"].values():
        keys = [(clock.parse(message["created_at"]), message["id"]) for message in channel["messages"]]
        assert keys == sorted(keys)


def test_shadowed_messages_are_sent_and_not_shown(frames, truth):
    sent = [frame["message"] for frame in frames if frame["type"] == "message.new"]
    shadowed = {message["id"] for message in sent if message["shadowed"]}

    assert shadowed
    assert shadowed.isdisjoint(message["id"] for message in shown_messages(truth))


def test_who_types_has_begun_less_than_seven_seconds_ago():
    simulation = Simulation(seed=8, channels=8, users=40)
    typing = 0
    for _ in range(150):
        list(simulation.frames(10))
        truth = simulation.truth()
        since = [at for channel in truth["channels"].values() for at in channel["typing_since"].values()]
        assert all(clock.parse(truth["last_event_at"]) - clock.parse(at) < 7 * clock.SECOND for at in since)
        typing += len(since)
    assert typing > 20


def test_channels_end_and_come_back(frames, truth):
    ends = ("channel.kicked", "notification.removed_from_channel", "channel.deleted")
    ended = {f"{frame['channel_type']}:{frame['channel_id']}" for frame in frames if frame["type"] in ends}

    assert set(truth["gone"].values()) <= {"deleted", "removed"}
    assert ended == set(truth["gone"]) | ended & set(truth["channels"])
    assert ended & set(truth["channels"])


def test_a_thread_reply_is_followed_by_its_parents_new_count(frames):
    replies = 0
    for frame, following in pairwise(frames):
        message = frame.get("message", {})
        if frame["type"] == "message.new" and message.get("parent_id") and not message["shadowed"]:
            assert (following["type"], following["message_id"]) == ("message.updated", message["parent_id"])
            replies += 1
    assert replies > 300


def test_a_reaction_may_come_with_an_older_text(frames):
    newest, stale = {}, 0
    for frame in frames:
        if "message" in frame:
            message = frame["message"]
            known = newest.setdefault(message["id"], message["updated_at"])
            stale += frame["type"].startswith("reaction.") and clock.parse(message["updated_at"]) < clock.parse(known)
            newest[message["id"]] = max(known, message["updated_at"], key=clock.parse)
    assert stale > 3


def test_a_member_who_left_is_told_in_three_shapes(frames):
    removed = [frame for frame in frames if frame["type"] == "member.removed"]
    zero = "0001-01-01T00:00:00Z"
    shapes = Counter(
        "absent" if "member" not in frame else "zeroed" if frame["member"]["created_at"] == zero else "full"
        for frame in removed
    )

    assert set(shapes) == {"absent", "zeroed", "full"}


def test_a_deletion_may_not_say_by_whom_and_still_hold_the_text(frames):
    soft = [frame for frame in frames if frame["type"] == "message.deleted" and not frame["hard_delete"]]

    assert {"user" in frame for frame in soft} == {True, False}
    assert any(frame["message"]["text"] for frame in soft)


def test_users_are_embedded_whole_and_with_custom_data(frames):
    authors = [frame["user"] for frame in frames if frame["type"] == "message.new"]
    plain = {"id", "role", "name", "image", "online", "banned", "created_at", "updated_at", "last_active", "language"}

    assert all(plain <= set(author) for author in authors)
    assert any(set(author) - plain - {"teams"} for author in authors)


def test_chaos_is_the_same_for_the_same_seed():
    frames = a_run()

    assert list(chaos(frames)) == list(chaos(frames)) != list(chaos(frames, seed=8))


def test_chaos_loses_nothing_and_invents_nothing(run):
    assert set(chaos(run[1])) == set(run[1])


def test_chaos_keeps_the_handshake_first(run):
    assert next(chaos(run[1], repeat=0.5, delay=0.5)) == run[1][0]


def test_chaos_repeats_as_often_as_asked(run):
    assert 0.02 < len(list(chaos(run[1]))) / COUNT - 1 < 0.04


def test_chaos_delays_as_often_as_asked_and_sometimes_long(run):
    place = {frame: index for index, frame in enumerate(run[1])}
    late = [place[frame] for frame in chaos(run[1], repeat=0.0, delay=0.05)]
    newest, behind = 0, []
    for index in late:
        if index < newest:
            behind.append(newest - index)
        newest = max(newest, index)

    assert 0.04 < len(behind) / COUNT < 0.06
    assert sorted(behind)[len(behind) // 2] < 100
    assert 1_000 < max(behind) <= 2_100


def test_chaos_does_not_read_ahead_of_what_it_gives():
    frames = iter(a_run())

    assert len(list(islice(chaos(frames, repeat=0, delay=0), 100))) == 100
    assert len(list(frames)) == 1400


def test_no_chaos_is_no_change(run):
    assert list(chaos(run[1], repeat=0.0, delay=0.0)) == run[1]
