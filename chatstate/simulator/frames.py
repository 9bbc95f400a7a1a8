"""What one connected user is told: events become frames."""

from typing import Any

import orjson

from chatstate.clock import NEVER, Timestamp
from chatstate.ids import Cid, UserId
from chatstate.simulator.event import Acquainted, Event
from chatstate.simulator.payloads import View, show
from chatstate.simulator.payloads.view import stamp
from chatstate.simulator.world import World

COUNTERS = ("total_unread_count", "unread_channels", "unread_threads")

_TIMES = ("last_read_at", "last_delivered_at", "expiration")
_DATED = ("notification.mark_unread", "message.delivered", "user.banned")
"""Fields that are times, and the kinds that have them: an application's own may call anything so."""


class Account:
    """A user with a connection: decides which events reach it, and writes their frames.

    ``told`` holds the counters as the newest frame gave them, and ``last_at`` is that frame's time. ``since`` is when
    the connection began, and ``watched`` when it began to watch which channels: of what passed before it knows nothing.
    """

    def __init__(self, world: World, user_id: UserId, *, since: Timestamp = NEVER) -> None:
        self.world = world
        self.user_id = user_id
        self.since = since
        self.watched: dict[Cid, Timestamp] = {}
        self.view = View(world, user_id)
        self.told: dict[str, int] = dict.fromkeys(COUNTERS, 0)
        self.last_at: Timestamp = NEVER

    def hears(self, event: Event) -> bool:
        """Whether an event is for this user."""
        to = event.to
        if isinstance(to, Acquainted):
            return to.user_id in self.view.seen or to.user_id == self.user_id
        return self.user_id in to and (event.about is None or self.world.reaches(self.user_id, event.about))

    def frame(self, event: Event) -> bytes:
        """The event as this user's socket carries it: one JSON text."""
        shown = self._shown(event)
        self.last_at = event.at
        self._note(event, shown)
        return orjson.dumps(shown)

    def _shown(self, event: Event) -> dict[str, Any]:
        view = self.view
        shown: dict[str, Any] = {"type": event.kind}
        if event.cid is not None:
            shown |= _place(event)
        elif event.kind == "health.check":
            shown["cid"] = "*"
        for name, part in event.parts.items():
            dated = name in _TIMES and event.kind in _DATED
            shown[name] = stamp(part) if dated else show(view, part)
        shown["created_at"] = stamp(event.at)
        if event.tells:
            shown |= view.counters(event.tells)
        return shown

    def _note(self, event: Event, shown: dict[str, Any]) -> None:
        """Remember what the viewer was told: its own numbers, and whose new name."""
        if event.kind == "user.updated":
            self.view.renamed[shown["user"]["id"]] = None
        for told in (shown, shown.get("me"), shown.get("user")):
            numbers = {name: told[name] for name in COUNTERS if name in told} if told else {}
            if numbers:
                self.told.update(numbers)
                return


def _place(event: Event) -> dict[str, str]:
    """How a frame names its channel: now and then by type and id alone, a reminder's often only inside the reminder."""
    assert event.cid is not None
    channel_type, _, channel_id = event.cid.partition(":")
    if "reminder" in event.kind and event.at % 2:
        return {}
    named = {"channel_id": channel_id, "channel_type": channel_type}
    return {"cid": event.cid, **named} if event.at % 64 else named
