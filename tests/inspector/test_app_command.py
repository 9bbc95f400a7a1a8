"""``chatstate inspect`` as a command: what it draws, and what it says of a wrong call."""

import xml.etree.ElementTree as ElementTree

import pytest

from chatstate.cli import main
from tests.inspector.logs import written
from tests.inspector.test_app import STORY


@pytest.fixture
def log(tmp_path):
    """The story, as a log."""
    return written(tmp_path / "log.ndjson", STORY)


def test_a_screenshot_is_drawn(log, tmp_path):
    drawn = tmp_path / "inspect.svg"

    status = main(["inspect", log, "--me", "me", "--at", "5", "--screenshot", str(drawn), "--size", "160x40"])
    words = "".join(ElementTree.parse(drawn).getroot().itertext()).replace("\xa0", " ")
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
