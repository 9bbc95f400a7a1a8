"""The command line as a process of its own: pipes, signals, and the kinds that a bare library declares."""

import io
import json
import os
import runpy
import signal
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import orjson
import pytest

import chatstate as chatstate_package
from chatstate.cli import main
from tests.samples import PROTOCOL
from tests.stories import message_new

COMMAND = [sys.executable, "-m", "chatstate"]


def chatstate(*arguments, given=b""):
    return subprocess.run([*COMMAND, *arguments], input=given, capture_output=True, timeout=60, check=False)


def test_a_log_may_come_from_the_input():
    given = json.dumps(message_new("m1")).encode()

    done = chatstate("replay", "-", "--dump", "-", "--me", "me", given=given)
    assert json.loads(done.stdout)["channels"]["messaging:general"]["unread"] == 1


def test_a_simulation_pipes_into_a_replay():
    frames = chatstate("simulate", "--events", "80", "--channels", "2", "--users", "6").stdout

    done = chatstate("replay", "-", "--strict", given=frames)
    assert (done.returncode, b"80 events" in done.stdout) == (0, True)


def test_strict_is_the_exit_status_of_the_process():
    assert chatstate("replay", "-", "--strict", given=b"{").returncode == 1


def test_whoever_reads_the_output_may_have_had_enough():
    with subprocess.Popen(
        [*COMMAND, "simulate", "--events", "20000"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read()

    assert (process.returncode, said) == (0, b"")


@pytest.mark.skipif(
    sys.platform == "win32" or signal.getsignal(signal.SIGINT) == signal.SIG_IGN, reason="interrupts are switched off"
)
def test_an_interrupt_ends_a_command_with_its_usual_status():
    with subprocess.Popen(
        [*COMMAND, "simulate", "--events", "1000000"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1]

    assert (process.returncode, said) == (130, b"")


def test_the_package_runs_as_a_module(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["chatstate", "--version"])

    with pytest.raises(SystemExit) as left:
        runpy.run_module("chatstate", run_name="__main__")

    assert (left.value.code, capsys.readouterr().out.split()[0]) == (0, "chatstate")


def test_the_input_is_read_where_the_log_is_a_dash(monkeypatch, capsys):
    given = io.TextIOWrapper(io.BytesIO(json.dumps(message_new("m1")).encode()))
    monkeypatch.setattr(sys, "stdin", given)

    assert (main(["replay", "-"]), "1 messages" in capsys.readouterr().out) == (0, True)


def test_the_kinds_are_written_as_json(capsysbinary):
    main(["events", "--json"])

    assert {each["kind"] for each in json.loads(capsysbinary.readouterr().out)} >= PROTOCOL.keys()


def test_without_rich_a_command_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "rich.console", None)

    with pytest.raises(SystemExit) as left:
        main(["events"])

    assert (left.value.code, "pip install 'chatstate[cli]'" in capsys.readouterr().err) == (2, True)


def test_the_version_is_the_packages():
    assert chatstate("--version").stdout.decode().strip() == f"chatstate {metadata.version('chatstate')}"


def test_a_source_tree_that_was_not_installed_runs(tmp_path):
    for installed in Path(orjson.__file__).parents[1].iterdir():
        if "chatstate" not in installed.name:
            (tmp_path / installed.name).symlink_to(installed)
    paths = os.pathsep.join([str(tmp_path), str(Path(chatstate_package.__file__).parents[1])])
    alone = [sys.executable, "-S", "-m", "chatstate", "--version"]

    done = subprocess.run(alone, env={"PYTHONPATH": paths}, capture_output=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == (b"chatstate, not installed\n", b"")


@pytest.fixture(scope="module")
def listed():
    """Every kind that ``events --json`` lists, by its name."""
    return {each["kind"]: each for each in json.loads(chatstate("events", "--json").stdout)}


def test_the_kinds_listed_are_those_of_the_protocol(listed):
    assert listed.keys() == PROTOCOL.keys()


def test_there_are_82_kinds(listed):
    assert len(listed) == 82


def test_a_kind_is_listed_with_its_fields_and_what_it_changes(listed):
    assert {frozenset(each) for each in listed.values()} == {
        frozenset({"kind", "origin", "fields", "reducer"}),
        frozenset({"kind", "origin", "fields", "inert"}),
    }


def test_a_kind_is_listed_with_its_origin(listed):
    assert {kind: each["origin"] for kind, each in listed.items()} == {
        kind: told["origin"] for kind, told in PROTOCOL.items()
    }


def test_the_inert_kinds_say_why(listed):
    assert {kind: each["inert"] for kind, each in listed.items() if "inert" in each} == {
        "channel.max_streak_changed": "a streak is kept nowhere",
        "custom": "a custom event means what its application says",
    }


def test_the_fields_of_a_kind_are_those_of_the_protocol(listed):
    lacking = {kind: told["fields"].keys() - listed[kind]["fields"].keys() for kind, told in PROTOCOL.items()}

    assert {kind: fields for kind, fields in lacking.items() if fields} == {}
