"""``chatstate inspect`` as a command: what it draws, and what it says of a wrong call."""

import gzip
import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from chatstate.cli import main
from tests.inspector.logs import STORY


def drawn_words(drawing):
    """All that stands in a drawing."""
    return "".join(ElementTree.parse(drawing).getroot().itertext()).replace("\xa0", " ")


def test_a_screenshot_is_drawn(log, tmp_path):
    drawn = tmp_path / "inspect.svg"

    status = main(["inspect", log, "--me", "me", "--at", "5", "--screenshot", str(drawn), "--size", "160x40"])
    words = drawn_words(drawn)
    assert (status, "5 of 8" in words, '"good evening"' in words) == (0, True, True)


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--at", "99"], "there is no entry 99"),
        (["--filter", "/(/"], "no regular expression"),
        (["--watch", "me.surname"], "has no 'surname'"),
        (["--tab", "nothing"], "there is no tab 'nothing'"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(log, capsys, options, problem):
    assert main(["inspect", log, *options]) == 2
    assert problem in capsys.readouterr().err


def test_a_log_that_is_missing_is_named(capsys, tmp_path):
    assert main(["inspect", str(tmp_path / "missing.ndjson")]) == 1
    assert "missing.ndjson" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ([], "which log?"),
        (["-"], "can only be drawn"),
        (["--user", "ana"], "--api-key must be given"),
        (["--user", "ana", "--api-key", "devkey", "--at", "7"], "has no place to begin at"),
        (
            ["--user", "ana", "--api-key", "devkey", "--token", "t", "--url", "http://127.0.0.1"],
            "expected ws:// or wss://",
        ),
    ],
)
def test_what_cannot_be_looked_at_says_why(capsys, options, problem):
    assert main(["inspect", *options]) == 2
    assert problem in capsys.readouterr().err


def test_a_recording_is_never_written_over(log, capsys):
    before = Path(log).read_bytes()

    assert main(["inspect", log, "--user", "ana", "--api-key", "devkey"]) == 2
    assert "is there already" in capsys.readouterr().err
    assert Path(log).read_bytes() == before


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("empty.ndjson", b"", ["before the first event"]),
        (
            "cut.ndjson.gz",
            gzip.compress(json.dumps(STORY[2]).encode() + b"\n")[:-9],
            ["1 of 2", "broken", "the log c"],
        ),
        ("no.ndjson.gz", b"good morning", ["broken", "gzipped"]),
        ("no.ndjson", b"good morning\n[]\n\xff\xfe\n", ["1 of 3", "broken", "expected JSON"]),
    ],
)
def test_a_file_that_is_no_log_is_looked_at_all_the_same(tmp_path, name, data, words):
    (tmp_path / name).write_bytes(data)
    drawn = tmp_path / "drawn.svg"

    status = main(["inspect", str(tmp_path / name), "--tab", "frame", "--screenshot", str(drawn)])

    told = drawn_words(drawn)
    assert (status, [word for word in words if word not in told]) == (0, [])
