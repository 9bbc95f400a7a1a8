"""The frames and answers kept as files: a frame of every kind, which in their order tell a story; REST answers."""

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ME = "ana"
"""Whose story it is."""

PROTOCOL: dict[str, Any] = json.loads((HERE / "protocol.json").read_text())["kinds"]
"""Every kind of the protocol: where it comes from, and its fields with their types."""

ORDER = (HERE / "frames" / "ORDER").read_text().split()


def sample(kind: str) -> dict[str, Any]:
    """The frame of that kind."""
    made: dict[str, Any] = json.loads((HERE / "frames" / f"{kind}.json").read_text())
    return made


def answer(name: str) -> dict[str, Any]:
    """The answer of that name: ``channels``, ``channel``, ``threads``, ``sync``."""
    made: dict[str, Any] = json.loads((HERE / "answers" / f"{name}.json").read_text())
    return made


SAMPLES = {kind: sample(kind) for kind in ORDER}
"""Every frame by its kind, in the order of the story."""
