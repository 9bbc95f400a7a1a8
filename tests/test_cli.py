"""The command line: what each command writes, says and answers."""

import gzip
import json

import pytest

from chatstate import LogClock, Store
from chatstate.cli import main
from chatstate.io.dump import dump
from chatstate.simulator import Simulation, chaos
from tests.objects import GENERAL, RANDOM, at
from tests.stories import channel_created, health_check, message_new, message_read

SMALL = ("--events", "60", "--channels", "3", "--users", "8")
BAD = {"type": "message.new", "cid": GENERAL, "created_at": at(3), "message": {"id": "m3", "user": {"id": 7}}}
LOG = [channel_created(), message_new("m1", at=1), message_new("m2", at=2), message_new("m4", at=4)]


def lines(*frames):
    return b"".join((each if isinstance(each, bytes) else json.dumps(each).encode()) + b"\n" for each in frames)


@pytest.fixture
def log(tmp_path):
    """Writes frames to a file, zipped where its name says so; answers its path."""

    def write(*frames, name="log.ndjson", cut=None):
        path = tmp_path / name
        text = lines(*frames)
        path.write_bytes((gzip.compress(text) if name.endswith(".gz") else text)[:cut])
        return str(path)

    return write


@pytest.fixture
def run(capsysbinary):
    """Runs a command; answers its status, its output as one line of words, and what it said on the side."""

    def run_it(*arguments):
        capsysbinary.readouterr()
        status = main([*arguments])
        out, err = capsysbinary.readouterr()
        return status, " ".join(out.decode().split()), err.decode()

    return run_it


@pytest.fixture
def dumped(run, tmp_path):
    """Replays a log; answers the dump that it wrote."""

    def replay(path, *options):
        run("replay", path, "--dump", str(tmp_path / "state.json"), *options)
        return json.loads((tmp_path / "state.json").read_bytes())

    return replay


def timeline(told, cid=GENERAL):
    return [message["id"] for message in told["channels"][cid]["messages"]]


# chatstate simulate


def simulated(capsysbinary, *options):
    capsysbinary.readouterr()
    main(["simulate", *SMALL, *options])
    return capsysbinary.readouterr().out


def test_the_same_seed_simulates_the_same_bytes(capsysbinary):
    assert simulated(capsysbinary, "--seed", "3") == simulated(capsysbinary, "--seed", "3")


def test_another_seed_simulates_other_bytes(capsysbinary):
    assert simulated(capsysbinary, "--seed", "3") != simulated(capsysbinary, "--seed", "4")


def test_a_simulation_writes_what_the_library_makes(capsysbinary):
    made = Simulation(seed=3, channels=3, users=8).frames(60)

    assert simulated(capsysbinary, "--seed", "3") == lines(*made)


def test_a_simulation_is_of_the_one_it_was_asked_for(capsysbinary):
    first = json.loads(simulated(capsysbinary, "--me", "zoe").splitlines()[0])

    assert first["me"]["id"] == "zoe"


def test_chaos_repeats_and_delays_the_same_frames(capsysbinary):
    ordered = list(Simulation(seed=3, channels=3, users=8).frames(60))

    wild = simulated(capsysbinary, "--seed", "3", "--chaos", "--repeat", "0.3", "--delay", "0.3")
    assert wild == lines(*chaos(ordered, seed=3, repeat=0.3, delay=0.3))


def test_chaos_loses_no_frame_and_invents_none(capsysbinary):
    ordered = simulated(capsysbinary, "--seed", "3").splitlines()

    wild = simulated(capsysbinary, "--seed", "3", "--chaos", "--repeat", "0.3", "--delay", "0.3").splitlines()
    assert (set(wild), wild != ordered, len(wild) > len(ordered)) == (set(ordered), True, True)


def test_the_truth_is_what_the_service_knows_at_the_end(capsysbinary, tmp_path):
    simulated(capsysbinary, "--seed", "3", "--truth", str(tmp_path / "truth.json"))

    sim = Simulation(seed=3, channels=3, users=8)
    list(sim.frames(60))
    assert json.loads((tmp_path / "truth.json").read_bytes()) == sim.truth()


# chatstate replay


def test_a_replay_counts_events_channels_and_faults(run, log):
    status, out, err = run("replay", log(*LOG), "--me", "me")

    assert (status, err.strip()) == (0, "")
    assert "4 events" in out
    assert "message.new 3" in out
    assert "1 channels, 3 messages" in out
    assert "0 faults" in out


def test_a_replay_says_which_policy_the_garbage_collector_had(run, log):
    assert "garbage collector off while events are applied" in run("replay", log(*LOG))[1]


def test_a_replay_dumps_what_the_store_holds(dumped, log):
    store = Store(me="me", clock=LogClock())
    store.apply_all(LOG)

    assert dumped(log(*LOG), "--me", "me") == dump(store)


def test_a_dump_may_be_written_to_the_output_alone(run, log):
    _, out, _ = run("replay", log(*LOG), "--dump", "-")

    assert timeline(json.loads(out)) == ["m1", "m2", "m4"]


def test_a_zipped_log_replays_as_the_plain_one(dumped, log):
    assert dumped(log(*LOG, name="log.ndjson.gz")) == dumped(log(*LOG))


def test_without_me_the_first_health_check_tells(dumped, log):
    assert dumped(log(health_check(at=0, me={"id": "zoe"}), *LOG))["me"] == "zoe"


def test_until_leaves_out_what_happened_later(dumped, log):
    assert timeline(dumped(log(*LOG), "--until", at(2))) == ["m1", "m2"]


def test_only_leaves_out_the_other_channels(dumped, log):
    path = log(message_new("m1"), message_new("m2", cid=RANDOM), message_new("m3", cid="team:x"))

    assert sorted(dumped(path, "--only", RANDOM, "--only", "team:x")["channels"]) == [RANDOM, "team:x"]


def test_only_keeps_what_has_no_channel(dumped, log):
    path = log(health_check(at=0, me={"id": "zoe"}), *LOG)

    assert dumped(path, "--only", RANDOM)["me"] == "zoe"


def test_what_is_left_out_keeps_the_numbers_of_the_lines(run, log):
    _, _, err = run("replay", log(message_new("m1", cid=RANDOM), b"{broken", *LOG), "--only", GENERAL)

    assert err.strip().startswith("line 2: ")


def test_keep_messages_bounds_the_timelines(dumped, log):
    assert timeline(dumped(log(*LOG), "--keep-messages", "2")) == ["m2", "m4"]


def test_to_keep_no_message_is_a_wrong_call(run, log):
    with pytest.raises(SystemExit) as left:
        run("replay", log(*LOG), "--keep-messages", "0")

    assert left.value.code == 2


# What is wrong with a log


def test_a_fault_names_line_kind_and_path(run, log):
    _, _, err = run("replay", log(*LOG[:2], BAD, *LOG[2:]))

    assert err.strip() == "line 3: message.new: expected a string at $.message.user.id, got 7"


def test_a_fault_is_no_reason_to_stop(run, log):
    status, out, _ = run("replay", log(*LOG[:2], BAD, *LOG[2:]))

    assert status == 0
    assert "3 messages" in out
    assert "1 faults" in out


def test_strict_stops_at_the_first_fault(run, log):
    status, out, err = run("replay", "--strict", log(*LOG[:2], BAD, BAD, *LOG[2:]))

    assert status == 1
    assert "1 messages" in out
    assert err.strip() == "line 3: message.new: expected a string at $.message.user.id, got 7"


def test_strict_without_a_fault_is_all_right(run, log):
    assert run("replay", "--strict", log(*LOG))[0] == 0


def test_the_first_faults_are_shown_and_the_last(run, log):
    _, out, err = run("replay", log(*[b"{"] * 30))

    told = err.strip().splitlines()
    assert "30 faults" in out
    assert [line.partition(":")[0] for line in told[:20]] == [f"line {number}" for number in range(1, 21)]
    assert [line.partition(":")[0] for line in told[20:]] == ["… 9 more, and the last of all", "line 30"]


def test_one_fault_too_many_to_be_shown_is_shown(run, log):
    assert len(run("replay", log(*[b"{"] * 21))[2].strip().splitlines()) == 21


def test_a_log_that_is_not_there_is_said_so(run):
    status, _, err = run("replay", "nowhere.ndjson")

    assert (status, err) == (1, "chatstate: No such file or directory: nowhere.ndjson\n")


def test_a_dump_that_cannot_be_written_is_said_so(run, log):
    status, _, err = run("replay", log(*LOG), "--dump", "nowhere/state.json")

    assert (status, err.strip()) == (1, "chatstate: No such file or directory: nowhere/state.json")


def test_a_log_whose_last_line_is_cut_off_applies_up_to_there(run, log):
    _, out, err = run("replay", log(*LOG, cut=-30))

    assert err.strip().startswith("line 4: expected JSON")
    assert "2 messages" in out


def test_blank_lines_keep_the_numbers_of_the_others(run, log):
    _, _, err = run("replay", log(b"", LOG[0], b"   ", BAD))

    assert err.strip().startswith("line 4: message.new: ")


def test_an_empty_log_is_no_fault(run, log):
    status, out, err = run("replay", log())

    assert (status, err.strip()) == (0, "")
    assert "0 events" in out


def test_a_zipped_log_that_ends_early_applies_up_to_there(run, log):
    frames = [message_new(f"m{i}", at=i) for i in range(2000)]

    status, out, err = run("replay", log(*frames, name="log.ndjson.gz", cut=20_000))
    shown = int(out.split(" events ")[0].replace(",", ""))
    assert status == 0
    assert 0 < shown < 2000
    assert err.strip() == (
        f"line {shown + 1}: the log cannot be read further: "
        "Compressed file ended before the end-of-stream marker was reached"
    )


def test_strict_stops_where_a_zipped_log_ends_early(run, log):
    assert run("replay", "--strict", log(*LOG, name="log.ndjson.gz", cut=-20))[0] == 1


def test_a_plain_log_that_calls_itself_zipped_is_a_fault(run, tmp_path):
    (tmp_path / "log.gz").write_bytes(lines(*LOG))

    assert "line 1: the log cannot be read further" in run("replay", str(tmp_path / "log.gz"))[2]


# chatstate events, demo, and wrong calls


def test_events_lists_every_kind(run):
    status, out, _ = run("events")

    assert status == 0
    assert "message.new" in out
    assert "a streak" in out


def test_events_lists_a_kind_whole_on_a_narrow_screen(run):
    assert "notification.channel_mutes_updated" in run("events")[1]


def test_events_tells_the_fields_and_the_class_of_a_kind(run):
    status, out, _ = run("events", "typing.stop")

    assert status == 0
    assert "parent_id" in out
    assert "MessageId | None" in out
    assert "TypingStop" in out


def test_events_knows_no_kind_that_was_not_declared(run):
    status, _, err = run("events", "typing.stop", "typing.stopp")

    assert (status, err) == (2, "chatstate: no event is called typing.stopp; chatstate events lists them\n")


def test_a_simulated_log_replays_without_a_fault(run, tmp_path, capsysbinary):
    path = tmp_path / "log.ndjson"
    path.write_bytes(simulated(capsysbinary, "--seed", "5"))

    status, out, err = run("replay", str(path))
    assert (status, err.strip()) == (0, "")
    assert "60 events" in out


WRONG = {
    "no command": [],
    "an unknown command": ["dance"],
    "an unknown option": ["replay", "log", "--loud"],
    "no log": ["replay"],
    "no time": ["replay", "log", "--until", "noon"],
    "no cid": ["replay", "log", "--only", "general"],
    "no number": ["simulate", "--events", "many"],
    "no events": ["simulate", "--events", "0"],
}


@pytest.mark.parametrize("arguments", WRONG.values(), ids=WRONG)
def test_a_wrong_call_is_status_2(arguments, capsys):
    with pytest.raises(SystemExit) as left:
        main(arguments)

    assert left.value.code == 2


@pytest.mark.parametrize(("arguments", "word"), [(WRONG["no time"], "RFC 3339"), (WRONG["no cid"], "type:id")])
def test_a_wrong_value_is_told_what_it_should_be(arguments, word, capsys):
    with pytest.raises(SystemExit):
        main(arguments)

    assert word in capsys.readouterr().err


def test_a_channel_that_was_read_is_shown_as_read(run, log):
    _, out, _ = run("replay", log(*LOG, message_read(by="me", at=9)), "--me", "me")

    assert f"{GENERAL} 3 0 0 3 Bo: text of m4" in out


def test_a_channel_is_shown_with_its_whole_cid(run, log):
    cid = "messaging:" + "a-long-name-of-a-channel"
    _, out, _ = run("replay", log(message_new("m1", at=1, cid=cid)))

    assert cid in out
