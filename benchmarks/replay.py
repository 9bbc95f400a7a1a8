"""Frames to state, against decoding the same lines."""

import orjson

from benchmarks.measure import GC_POLICY, mixed_log, seconds, show, still
from chatstate import LogClock, Store

FRAMES = 100_000
CHUNK = 2_500
BUDGET = 3.0


def decode() -> None:
    """What ``orjson.loads`` alone costs."""
    log = mixed_log(FRAMES)
    with still():
        took = seconds(lambda: _decode(log))
    print(f"decode: {FRAMES:,} mixed frames of {sum(map(len, log)) / FRAMES:,.0f} bytes; {GC_POLICY}")
    show("orjson.loads", f"{took / FRAMES * 1e6:.2f} µs/event")


def run() -> None:
    """Decode a chunk, apply a chunk, in turns."""
    log = mixed_log(FRAMES)
    store = Store(me="me", clock=LogClock())
    faults: list[object] = []
    store.faults.subscribe(faults.append)
    decoding = applying = 0.0
    with still():
        for start in range(0, len(log), CHUNK):
            chunk = log[start : start + CHUNK]
            decoding += seconds(lambda chunk=chunk: _decode(chunk))  # type: ignore[misc]
            applying += seconds(lambda chunk=chunk: store.apply_all(chunk))  # type: ignore[misc]
    ratio = applying / decoding
    print(f"replay: {FRAMES:,} mixed frames of {sum(map(len, log)) / FRAMES:,.0f} bytes; {GC_POLICY}")
    show("orjson.loads", f"{decoding / FRAMES * 1e6:.2f} µs/event")
    show("frames → state", f"{applying / FRAMES * 1e6:.2f} µs/event")
    show("events a second", f"{FRAMES / applying:,.0f}")
    show("frames → state / orjson.loads", f"{ratio:.2f}", f"<= {BUDGET}", kept=ratio <= BUDGET)
    show("faults", str(len(faults)), "0", kept=not faults)


def _decode(frames: list[bytes]) -> None:
    loads = orjson.loads
    for frame in frames:
        loads(frame)
