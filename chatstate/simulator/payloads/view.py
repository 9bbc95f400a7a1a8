"""Whom rows are shown to."""

from functools import lru_cache
from typing import Any

from chatstate.clock import format
from chatstate.ids import UserId
from chatstate.simulator.world import World

Json = dict[str, Any]

stamp = lru_cache(maxsize=1 << 16)(format)
"""A time in the wire's form; most are written many times."""


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
