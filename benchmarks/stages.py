"""What each step from a frame to the state costs, each with all before it, against decoding alone."""

from collections.abc import Callable

import orjson

from benchmarks.measure import GC_POLICY, mixed_log, seconds, show, still
from chatstate import LogClock, Store
from chatstate.clock import NEVER
from chatstate.model import Found, JsonObject, Message
from chatstate.wire import read_event

FRAMES = 50_000
CHUNK = 2_500


class _Kept:
    """Frames that are taken as far as one step: what the later steps need is kept, and nothing more."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.rows: dict[str, Message] = {}
        self.store = Store(me="me", clock=LogClock())

    def decoded(self, frame: bytes) -> JsonObject:
        raw: JsonObject = orjson.loads(frame)
        return raw

    def texted(self, frame: bytes) -> None:
        raw = self.decoded(frame)
        if raw["type"] == "message.new":
            message = raw["message"]
            self.texts[message["id"]] = message["text"]

    def enveloped(self, frame: bytes) -> None:
        read_event(self.decoded(frame), NEVER, Found())

    def rowed(self, frame: bytes) -> None:
        found = Found()
        event = read_event(self.decoded(frame), NEVER, found)
        if event.kind == "message.new":
            row = Message.read(event.raw["message"], found, at=event.created_at)
            self.rows[row.id] = row


def run() -> None:
    """Show what an event costs when it is taken as far as each step."""
    log = mixed_log(FRAMES)
    took = costs(log)
    print(f"stages: {FRAMES:,} mixed frames of {sum(map(len, log)) / FRAMES:,.0f} bytes; {GC_POLICY}")
    decoding = took["orjson.loads"]
    for name, cost in took.items():
        show(name, f"{cost * 1e6:.2f} µs  {cost / decoding:.2f}")


def costs(log: list[bytes]) -> dict[str, float]:
    """Seconds an event by step, the last being everything: the same frames as far as each, by chunks, in turns."""
    kept = _Kept()
    steps: dict[str, Callable[[list[bytes]], object]] = {
        "orjson.loads": lambda chunk: _each(kept.decoded, chunk),
        "+ the texts of new messages by id": lambda chunk: _each(kept.texted, chunk),
        "+ kind, time, user and channel of every event": lambda chunk: _each(kept.enveloped, chunk),
        "+ new messages as rows by id": lambda chunk: _each(kept.rowed, chunk),
        "everything: frames → state": kept.store.apply_all,
    }
    took = dict.fromkeys(steps, 0.0)
    with still():
        for start in range(0, len(log), CHUNK):
            chunk = log[start : start + CHUNK]
            for name, step in steps.items():
                took[name] += seconds(lambda step=step, chunk=chunk: step(chunk))  # type: ignore[misc]
    return {name: spent / len(log) for name, spent in took.items()}


def _each(step: Callable[[bytes], object], frames: list[bytes]) -> None:
    for frame in frames:
        step(frame)
