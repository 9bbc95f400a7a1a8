"""What it costs to import the package, beside what ``reactivex`` alone does, each time in a new interpreter."""

import os
import subprocess
import sys

from benchmarks.measure import in_turns, show

ROUNDS = 9
BUDGET = 0.150
BESIDE = {"reactivex": "import reactivex", "chatstate": "import chatstate"}


def run() -> None:
    """Import both in turns; the first round, which may still have to compile, does not count."""
    took: dict[str, list[float]] = {name: [] for name in BESIDE}
    for turn in range(ROUNDS + 1):
        for name, statement in in_turns(BESIDE, turn):
            took[name].append(_seconds(statement))
    ours, theirs = (min(took[name][1:]) for name in ("chatstate", "reactivex"))
    print(f"imports: processor time, the least of {ROUNDS} new interpreters each")
    show("import reactivex", f"{theirs * 1e3:.0f} ms")
    show("import chatstate", f"{ours * 1e3:.0f} ms = {ours / theirs:.1f}x")
    show(
        "import chatstate, beyond reactivex", f"{(ours - theirs) * 1e3:.0f} ms", "< 150 ms", kept=ours - theirs < BUDGET
    )


def _seconds(statement: str) -> float:
    """How long a statement keeps a processor busy, with compiled files, as they are wherever it is installed."""
    timed = f"import time; began = time.process_time(); {statement}; print(time.process_time() - began)"
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return float(subprocess.run([sys.executable, "-c", timed], env=env, capture_output=True, check=True).stdout)
