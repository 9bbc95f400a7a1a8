"""How long it takes to go about in a log, as ``chatstate inspect`` does."""

import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks.measure import GC_POLICY, mixed_log, seconds, show, still
from chatstate.replay import Path as Value
from chatstate.replay import Scene, Timeline, Watch

FRAMES = 100_000
STEPS, JUMPS = 2_000, 60
STEP, JUMP, LONGEST = 0.001, 0.050, 0.100
"""In seconds: to the next event, anywhere, and anywhere at the worst; a tenth of one passes for at once."""


def run() -> None:
    """Read a long log, then step and jump about in it, and look where a counter changed."""
    with a_log() as timeline, still():
        reading = seconds(timeline.read) / FRAMES
        scene = timeline.at(FRAMES // 2)
        print(f"travel: a log of {FRAMES:,} events; {GC_POLICY}")
        show("read", f"{reading * 1e6:.0f} µs/event")
        for name, direction in (("forwards", 1), ("backwards", -1)):
            step = seconds(lambda direction=direction: walk(scene, direction)) / STEPS  # type: ignore[misc]
            show(f"one event {name}", f"{step * 1e6:.0f} µs", "< 1 ms", kept=step < STEP)
        jumps = [seconds(jump) for jump in jumps_in(scene)]
        show("to any event, mostly", f"{median(jumps) * 1e3:.0f} ms", "< 50 ms", kept=median(jumps) < JUMP)
        show("to any event, at the worst", f"{max(jumps) * 1e3:.0f} ms", "< 100 ms", kept=max(jumps) < LONGEST)
        watch = Watch(timeline, Value("me.total_unread_count"))
        walking = seconds(watch.read) / FRAMES
        show(f"find {len(watch.turns):,} turns of a counter", f"{walking * 1e6:.0f} µs/event")


@contextmanager
def a_log() -> Iterator[Timeline]:
    """A log on disk, not read yet."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "log.ndjson")
        path.write_bytes(b"".join(frame + b"\n" for frame in mixed_log(FRAMES)))
        with Timeline(str(path), me="me") as timeline:
            yield timeline


def walk(scene: Scene, direction: int) -> None:
    """Go many events on, or back, one by one."""
    for _ in range(STEPS):
        scene.go(scene.number + direction)


def jumps_in(scene: Scene) -> Iterator[Callable[[], None]]:
    """Jumps to anywhere, the same on every run."""
    chance = random.Random(7)
    for _ in range(JUMPS):
        number = chance.randrange(FRAMES)
        yield lambda number=number: scene.go(number)  # type: ignore[misc]
