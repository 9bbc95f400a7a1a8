"""Points of logs by name: ``log.ndjson@1200``, ``log.ndjson@2025-01-15T09:00:00Z``, or ``log.ndjson`` for its end."""

from pathlib import Path
from typing import Self

import attrs

from chatstate.clock import parse
from chatstate.replay.timeline import Timeline


@attrs.frozen
class Point:
    """A log, and where in it: after so many entries, at a time, or None for its end."""

    log: str
    where: str | None

    @classmethod
    def parse(cls, text: str, default: str = "") -> Self:
        """Read a point; ``default`` is the log of one that names none, as in ``@1200``. Raises ``ValueError``."""
        log, mark, where = text.rpartition("@")
        if not mark or Path(text).exists():
            log, where = text, ""
        elif not where:
            raise ValueError(f"{text!r} names no point after its @")
        log = log or default
        if not log:
            raise ValueError(f"{text!r} names no log")
        return cls(log, where or None)

    def within(self, timeline: Timeline) -> int:
        """The number of the point in a log that has been read. Raises ``ValueError`` where it has no such point."""
        return number_of(timeline, self.where)


def number_of(timeline: Timeline, where: str | None) -> int:
    """The point that a number, a negative one from the end, or a time names; None is the end. Raises ``ValueError``."""
    if where is None:
        return len(timeline)
    try:
        number = int(where)
    except ValueError:
        return timeline.at_time(parse(where))
    number = number + len(timeline) if number < 0 else number
    if not 0 <= number <= len(timeline):
        raise ValueError(f"there is no entry {where} in {timeline.path}; there are {len(timeline)}")
    return number
