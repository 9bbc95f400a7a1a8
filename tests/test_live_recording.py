"""Recordings: every frame a line, whole even where the rest is cut off."""

import gzip
import json

import pytest

from chatstate.cli import main
from chatstate.live.recording import Recording
from tests.objects import GENERAL
from tests.stories import message_new

FRAMES = [f'{{"type": "custom.{number}"}}' for number in range(50)]


def lines(path):
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode().splitlines()


@pytest.mark.parametrize("name", ["log.ndjson", "log.ndjson.gz"])
def test_every_frame_is_a_line(tmp_path, name):
    recording = Recording(tmp_path / name)
    for frame in FRAMES:
        recording.write(frame)
    recording.close()

    assert (lines(tmp_path / name), recording.frames) == (FRAMES, 50)


@pytest.mark.parametrize("frame", ['{"type":\n"a"}', b'{"type":\r"a"}'])
def test_a_frame_that_holds_a_line_break_is_one_line_all_the_same(tmp_path, frame):
    recording = Recording(tmp_path / "log")
    recording.write(frame)
    recording.close()

    assert lines(tmp_path / "log") == ['{"type":"a"}']


def test_a_broken_frame_is_one_line_too(tmp_path):
    recording = Recording(tmp_path / "log")
    recording.write(b"\xffgar\r\nbage")
    recording.close()

    assert (tmp_path / "log").read_bytes() == b"\xffgar  bage\n"


@pytest.mark.parametrize("name", ["log.ndjson", "log.ndjson.gz"])
def test_a_large_recording_goes_on_in_another_file(tmp_path, name):
    recording = Recording(tmp_path / name, largest=500)
    for frame in FRAMES:
        recording.write(frame)
    recording.close()

    files = len(list(tmp_path.iterdir()))
    parts = [tmp_path / name, *(tmp_path / f"log.{number}{name[3:]}" for number in range(1, files))]
    assert (files > 1, [line for part in parts for line in lines(part)]) == (True, FRAMES)


def test_nothing_is_written_over(tmp_path):
    (tmp_path / "log.ndjson").write_text("precious")
    recording = Recording(tmp_path / "log.ndjson")
    recording.write(FRAMES[0])
    recording.close()

    assert (tmp_path / "log.ndjson").read_text() == "precious"
    assert lines(tmp_path / "log.1.ndjson") == FRAMES[:1]


def test_a_recording_is_for_its_owners_eyes(tmp_path):
    Recording(tmp_path / "log").close()

    assert (tmp_path / "log").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["log.ndjson", "log.ndjson.gz"])
def test_what_was_written_is_there_though_the_recording_is_not_closed(tmp_path, name):
    recording = Recording(tmp_path / name)
    for number in range(3):
        recording.write(json.dumps(message_new(f"m{number}", at=number)))
    cut = tmp_path / f"cut.{name}"
    cut.write_bytes((tmp_path / name).read_bytes()[:-8])
    recording.close()

    main(["replay", str(cut), "--me", "me", "--dump", str(tmp_path / "dump.json")])
    told = json.loads((tmp_path / "dump.json").read_text())
    assert [each["id"] for each in told["channels"][GENERAL]["messages"]] == ["m0", "m1"]
