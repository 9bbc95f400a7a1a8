"""Whom rows are shown to."""

from functools import lru_cache
from typing import Any

from chatstate.clock import SECOND, Timestamp, format
from chatstate.ids import UserId
from chatstate.simulator.world import World

Json = dict[str, Any]


@lru_cache(maxsize=1 << 16)
def stamp(at: Timestamp) -> str:
    """A time in the wire's form: as ``clock.format``, remembering what is written many times."""
    nanos = at % SECOND
    second = _to_the_second(at // SECOND)
    return f"{second}.{nanos:09d}".rstrip("0") + "Z" if nanos else f"{second}Z"


@lru_cache(maxsize=1 << 12)
def _to_the_second(seconds: int) -> str:
    return format(Timestamp(seconds * SECOND))[:-1]


class View:
    """The world as one user is shown it, and a memory of the users that were in the picture."""

    def __init__(self, world: World, viewer: UserId) -> None:
        self.world = world
        self.viewer = viewer
        self.seen: dict[UserId, None] = {}
        self.renamed: dict[UserId, None] = {}
        """Whose newest name the viewer was told by an event of its own: an old copy can do no harm."""
        self.users: dict[UserId, tuple[tuple[int, bool], Json]] = {}
        """The users as they were last shown, each with what that depended on."""

    def counters(self, names: tuple[str, ...]) -> Json:
        """The viewer's own numbers. O(the viewer's channels)."""
        told: Json = {}
        if "unread" in names:
            total, channels = self.world.totals(self.viewer)
            told = {"unread_count": total, "total_unread_count": total, "unread_channels": channels}
        if "threads" in names:
            told["unread_threads"] = len(self.world.users[self.viewer].unread_threads)
        return told
