"""``chatstate diff`` and ``chatstate export``: what they write, say and answer."""

import csv
import io
import json

import pytest

from chatstate.cli import main
from tests.inspector.logs import simulated, written
from tests.objects import GENERAL, RANDOM, at
from tests.stories import channel_created, message_deleted, message_new, message_read, message_updated, user_updated

STORY = [
    channel_created(),
    message_new("m1", at=1, by="bo", text="hello"),
    message_updated("m1", at=2, text="hello, all"),
    user_updated("bo", at=3, name="Bonnie"),
    message_read(at=4, by="me"),
    b"{",
]


@pytest.fixture
def log(tmp_path):
    """The story, as a log."""
    return written(tmp_path / "log.ndjson", STORY)


@pytest.fixture
def run(capfd):
    """Runs a command; answers its status, its output and what it said on the side."""

    def run_it(*arguments):
        capfd.readouterr()
        status = main([*arguments])
        return status, *capfd.readouterr()

    return run_it


# diff


def test_a_point_differs_in_nothing_from_itself(run, log):
    assert run("diff", f"{log}@2", f"{log}@2", "--me", "me") == (0, "", "")


def test_two_points_of_a_log_differ_in_what_happened_between(run, log):
    status, out, _ = run("diff", f"{log}@2", "@3", "--me", "me")

    assert status == 1
    assert "~ messages m1" in out
    assert 'text: "hello" → "hello, all"' in out
    assert f"→ {at(2)}" in out


def test_a_row_that_came_is_told_whole(run, log):
    out = run("diff", f"{log}@1", "@2", "--me", "me")[1]

    assert "+ messages m1" in out
    assert 'text: "hello"' in out


def test_a_row_that_went_is_told_by_what_it_was(run, log):
    assert "- messages m1" in run("diff", f"{log}@2", "@1", "--me", "me")[1]


def test_a_point_may_be_a_time_or_counted_from_the_end(run, log):
    assert run("diff", f"{log}@{at(2)}", "@-3", "--me", "me")[0] == 0


def test_two_logs_are_compared_at_their_ends(run, log, tmp_path):
    other = written(tmp_path / "other.ndjson", [*STORY[:4], STORY[1], *STORY[4:]])

    assert run("diff", log, other, "--me", "me") == (0, "", "")


def test_one_table_may_be_enough(run, log):
    out = run("diff", f"{log}@0", "@5", "--me", "me", "--table", "users")[1]

    assert ("+ users bo" in out, "messages" in out) == (True, False)


def test_what_guards_the_others_is_told_if_asked_for(run, tmp_path):
    log = written(tmp_path / "log.ndjson", [*STORY[:3], message_deleted("m1", at=3, hard=True)])

    told = [run("diff", f"{log}@3", "@4", *options)[1] for options in ((), ("--all",))]
    assert ["tombstones" in each for each in told] == [False, True]


def test_a_difference_may_be_json(run, log):
    told = json.loads(run("diff", f"{log}@2", "@3", "--json", "--me", "me")[1])

    assert told["messages"]["m1"]["text"] == ["hello", "hello, all"]
    assert told["messages"]["m1"]["updated_at"][1] == at(2)


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("{log}@99", "@1", "there is no entry 99"),
        ("{log}@noon", "@1", "not an RFC 3339 time: 'noon'"),
        ("{log}@", "@1", "names no point after its @"),
        ("@1", "@2", "names no log"),
        ("missing.ndjson", "@2", "No such file or directory: missing.ndjson"),
    ],
)
def test_what_cannot_be_compared_says_why_with_a_status_of_its_own(run, log, before, after, problem):
    status, out, err = run("diff", before.format(log=log), after)

    assert (status, out, problem in err) == (2, "", True)


# export


def lifted(run, *arguments):
    return json.loads(run("export", "--redux-devtools", *arguments)[1])


def test_redux_devtools_are_given_an_action_and_a_state_for_each_event(run, log):
    told = lifted(run, log, "--me", "me")

    assert told["stagedActionIds"] == list(range(7))
    assert (told["nextActionId"], told["currentStateIndex"], len(told["computedStates"])) == (7, 6, 7)
    assert list(told["actionsById"]) == [str(number) for number in range(7)]


def test_an_action_is_the_frame_at_its_time(run, log):
    action = lifted(run, log, "--me", "me")["actionsById"]["2"]

    assert action == {"type": "PERFORM_ACTION", "action": STORY[1], "timestamp": 1736928001000}


def test_the_state_beside_an_action_is_the_one_after_it(run, log):
    states = [each["state"] for each in lifted(run, log, "--me", "me")["computedStates"]]

    assert [state["channels"].get(GENERAL, {}).get("unread") for state in states] == [None, 0, 1, 1, 1, 0, 0]
    assert [state["channels"][GENERAL]["messages"] for state in states[2:5]] == [
        [{"id": "m1", "user": "Bo", "text": "hello"}],
        [{"id": "m1", "user": "Bo", "text": "hello, all"}],
        [{"id": "m1", "user": "Bonnie", "text": "hello, all"}],
    ]


def test_a_broken_line_is_an_action_with_its_error(run, log):
    told = lifted(run, log, "--me", "me")

    assert told["actionsById"]["6"]["action"] == {"type": "broken, line 6"}
    assert "line 6" in told["computedStates"][6]["error"]


def test_only_a_part_may_be_exported(run, log):
    told = lifted(run, log, "--me", "me", "--from", "3", "--to", at(3))

    assert [each["action"]["type"] for each in told["actionsById"].values()] == [
        "@@INIT",
        "message.updated",
        "user.updated",
    ]


def test_only_some_channels_may_be_exported(run, tmp_path):
    story = [*STORY[:2], channel_created(RANDOM, at=3), message_new("m2", cid=RANDOM, at=4), STORY[3]]
    told = lifted(run, written(tmp_path / "log.ndjson", story), "--only", RANDOM)

    assert [len(told["actionsById"]), list(told["computedStates"][-1]["state"]["channels"])] == [4, [RANDOM]]


def test_a_channel_that_is_deleted_leaves_the_states(run, tmp_path):
    gone = {"type": "channel.deleted", "cid": GENERAL, "created_at": at(9), "channel": {"cid": GENERAL}}
    states = lifted(run, written(tmp_path / "log.ndjson", [*STORY[:2], gone]))["computedStates"]

    assert [list(each["state"]["channels"]) for each in states[2:]] == [[GENERAL], []]


def test_the_newest_events_are_exported_unless_others_are_asked_for(run, tmp_path):
    log = written(tmp_path / "log.ndjson", simulated())

    told = lifted(run, log, "--me", "me", "--messages", "1")
    assert len(told["actionsById"]) == 201


def test_a_table_has_a_row_for_each_event(run, log):
    rows = list(csv.DictReader(io.StringIO(run("export", "--csv", log)[1])))

    assert [row["kind"] for row in rows] == [each["type"] for each in STORY[:5]] + [""]
    assert (rows[1]["channel"], rows[1]["user"], rows[1]["text"]) == (GENERAL, "bo", "hello")
    assert rows[5]["fault"].startswith("line 6: expected JSON")


def test_an_objects_tells_what_its_event_changed(run, log):
    objects = [json.loads(line) for line in run("export", "--json", log, "--me", "me")[1].splitlines()]

    assert objects[2]["changes"]["messages"]["m1"]["text"] == ["hello", "hello, all"]


def test_an_export_may_go_to_a_file(run, log, tmp_path):
    run("export", "--csv", log, "--output", str(tmp_path / "events.csv"))

    assert (tmp_path / "events.csv").read_bytes().startswith(b"number,line,at,kind")


def test_a_part_that_there_is_not_says_so(run, log):
    status, _, err = run("export", "--csv", log, "--from", "99")

    assert (status, "there is no entry 99" in err) == (2, True)
