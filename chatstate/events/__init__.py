"""What happened, and what it changes: one module for each family of events, class and reducer side by side."""

from chatstate.events import channels, members, messages, mine, reactions, reads, threads, users
from chatstate.events.event import EVENTS, ChannelEvent, CustomEvent, Event, event, event_base, fields_of, reduces

__all__ = [
    "EVENTS", "ChannelEvent", "CustomEvent", "Event", "channels", "event", "event_base", "fields_of", "members",
    "messages", "mine", "reactions", "reads", "reduces", "threads", "users",
]  # fmt: skip
