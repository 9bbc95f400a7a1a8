"""Logs on disk, for those who travel in them."""

import gzip
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from chatstate import LogClock, Store
from chatstate.replay import Timeline
from chatstate.simulator import Simulation, chaos
from tests.objects import RANDOM
from tests.stories import channel_created, message_new, message_read, message_updated

ME = "me"
STORY = [
    channel_created(name="General"),
    channel_created(RANDOM, name="Random"),
    message_new("m1", at=1, by="bo", text="good morning"),
    message_new("m2", at=2, cid=RANDOM, by="cy", text="[b]anyone[/b] there?"),
    message_updated("m1", at=3, text="good evening"),
    message_read(at=4, by="me"),
    b'{"type": "message.new", "cid": "broken',
    message_new("m3", at=6, by="bo", text="goodbye"),
]
"""Eight events in two channels, one of them broken."""


def written(path, frames):
    """Frames as a log, one a line, zipped where the name says so; answers its path."""
    lines = [each if isinstance(each, bytes) else json.dumps(each).encode() for each in frames]
    text = b"".join(line + b"\n" for line in lines)
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return str(path)


@contextmanager
def a_timeline(frames, *, spacing=40) -> Iterator[Timeline]:
    """A log that has been read to its end, with checkpoints that are close together."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Timeline(written(Path(folder, "log.ndjson"), frames), me=ME, spacing=spacing) as timeline,
    ):
        timeline.read()
        yield timeline


def replayed(frames, me=ME):
    """A store to which frames were applied, one after the other."""
    store = Store(me=me, clock=LogClock())
    for each in frames:
        store.apply(each)
    return store


@cache
def simulated(events=400, seed=5):
    """The frames of a small, busy service, some of them repeated and delayed."""
    frames = Simulation(seed=seed, channels=4, users=12).frames(events)
    return tuple(chaos(frames, seed=seed, repeat=0.05, delay=0.05))
