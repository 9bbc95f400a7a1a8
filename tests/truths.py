"""What a simulated service knows beside what a store shows."""

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from chatstate import LogClock, Store
from chatstate.io.dump import dump

Json = dict[str, Any]


def replayed(frames: Iterable[bytes], me: str = "me") -> tuple[Json, list[str]]:
    """What a store shows after these frames, and the faults they cost."""
    store, faults = Store(me=me, clock=LogClock()), []
    store.faults.subscribe(lambda fault: faults.append(str(fault)))
    store.apply_all(frames)
    return dump(store), faults


def found_logs() -> Path | None:
    """Where logs of another simulator are, in a folder beside the repository; None where they are not."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "logs"
    return folder if (folder / "truth.json.gz").exists() else None


def unzipped(path: Path) -> Json:
    with gzip.open(path) as file:
        told: Json = json.load(file)
    return told
