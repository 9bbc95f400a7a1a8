"""The store beside the truth: what a simulated service knows at the end is what the store shows, field by field."""

import gzip
import json
from collections import Counter
from functools import cache

import pytest

from chatstate import LogClock, Store
from chatstate.io.comparison import differences
from chatstate.simulator import Simulation, chaos
from chatstate.state.check import check
from tests.samples import PROTOCOL
from tests.truths import found_logs, replayed, unzipped

SEEDS = (1, 2, 3, 4)
FRAMES = 3000


@cache
def simulated(seed):
    """Frames, and what the service knows after them."""
    sim = Simulation(seed=seed)
    return list(sim.frames(FRAMES)), sim.truth()


def wild(seed):
    """The frames, a tenth of them repeated and a tenth delayed."""
    return list(chaos(simulated(seed)[0], seed=seed, repeat=0.1, delay=0.1))


@cache
def ordered(seed):
    return replayed(simulated(seed)[0])


@cache
def chaotic(seed):
    return replayed(wild(seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_what_the_service_knows_is_what_the_store_shows(seed):
    assert differences(simulated(seed)[1], ordered(seed)[0]) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_frames_repeated_and_delayed_leave_the_same(seed):
    assert differences(simulated(seed)[1], chaotic(seed)[0], chaotic=True) == []


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("heard", [ordered, chaotic], ids=["ordered", "chaotic"])
def test_a_service_sends_nothing_at_fault(seed, heard):
    assert heard(seed)[1] == []


@pytest.mark.parametrize("frames_of", [lambda seed: simulated(seed)[0], wild], ids=["ordered", "chaotic"])
def test_invariants_hold_all_along(frames_of):
    store = Store(me="me", clock=LogClock())

    for place, made in enumerate(frames_of(1)):
        store.apply(made)
        if place % 100 == 0:
            check(store.state)

    check(store.state)


def test_a_log_replayed_once_more_emits_nothing():
    frames, emitted = simulated(2)[0][:1500], []
    store = Store(me="me", clock=LogClock())
    store.apply_all(frames)
    store.changes.subscribe(emitted.append)

    store.apply_all(frames)

    assert emitted == []


# The comparison itself


@pytest.mark.parametrize(
    "path",
    [
        ("me",),
        ("last_event_at",),
        ("client", "total_unread_count"),
        ("client", "users", "me", "name"),
        ("channels", "*", "unread"),
        ("channels", "*", "messages", 0, "text"),
        ("channels", "*", "members", "*", "role"),
        ("channels", "*", "read", "*", "last_read_message_id"),
    ],
    ids=lambda path: ".".join(map(str, path)),
)
def test_the_comparison_sees_a_difference(path):
    truth = simulated(1)[1]
    told = json.loads(json.dumps(ordered(1)[0]))
    inner = told
    for step in path[:-1]:
        inner = inner[next(iter(inner)) if step == "*" else step]
    inner[path[-1]] = "2001-01-01T00:00:00Z"

    assert len(differences(truth, told)) == 1


def test_the_comparison_sees_a_channel_that_is_missing():
    truth, told = simulated(1)[1], json.loads(json.dumps(ordered(1)[0]))
    told["channels"].popitem()

    assert len(differences(truth, told)) == 1


# What the simulator sends


def test_a_simulation_goes_on_where_it_was():
    sim = Simulation(seed=9, channels=3, users=8)

    assert [*sim.frames(30), *sim.frames(30)] == list(Simulation(seed=9, channels=3, users=8).frames(60))


def test_the_frames_of_a_simulation_are_in_the_order_of_their_times():
    times = [json.loads(made)["created_at"] for made in simulated(1)[0][:500]]
    seconds = [time[:19] for time in times]

    assert seconds == sorted(seconds)


def test_the_frames_of_a_simulation_are_told_with_up_to_nine_digits():
    digits = {len(json.loads(made)["created_at"].partition(".")[2].rstrip("Z")) for made in simulated(1)[0]}

    assert digits >= {0, 9}


def test_simulations_know_most_kinds_of_the_protocol():
    kinds = Counter(json.loads(made)["type"] for seed in SEEDS for made in simulated(seed)[0])

    assert len(kinds.keys() & PROTOCOL.keys()) >= 70


# Another simulator

LOGS = found_logs()
elsewhere = pytest.mark.skipif(LOGS is None, reason="no logs of another simulator are beside the repository")


@elsewhere
@pytest.mark.parametrize("name", ["ordered", "chaos"])
def test_the_logs_of_another_simulator_leave_what_it_knows(name):
    with gzip.open(LOGS / f"{name}.ndjson.gz") as file:
        told, faults = replayed(file)

    assert differences(unzipped(LOGS / "truth.json.gz"), told, chaotic=name == "chaos") == []
    assert faults == []
