"""A reactive state store for Stream Chat: its event stream in, a normalized, queryable model out.

>>> from chatstate import Store
>>> store = Store(me="ana")
>>> store.apply({
...     "type": "message.new",
...     "cid": "messaging:general",
...     "created_at": "2025-01-15T08:00:01Z",
...     "user": {"id": "bo", "name": "Bo"},
...     "message": {
...         "id": "m1", "text": "hello", "user": {"id": "bo", "name": "Bo"}, "created_at": "2025-01-15T08:00:00Z"
...     },
... })
>>> channel = store.channel("messaging:general")
>>> channel.unread
1
>>> [(message.user.name, message.text) for message in channel.messages[-20:]]
[('Bo', 'hello')]
"""

from chatstate import selectors
from chatstate.clock import NEVER, Clock, LogClock, SystemClock, Timestamp, to_datetime
from chatstate.errors import ChatStateError, DeclarationError, Fault, Malformed, SelectorError, WrongThreadError
from chatstate.events import ChannelEvent, Event, event, reduces
from chatstate.ids import Cid, MessageId, PollId, UserId
from chatstate.reactive import ListSelector, Selector
from chatstate.store import Changes, Store

__all__ = [
    "NEVER", "Changes", "ChannelEvent", "ChatStateError", "Cid", "Clock", "DeclarationError", "Event", "Fault",
    "ListSelector", "LogClock", "Malformed", "MessageId", "PollId", "Selector", "SelectorError", "Store", "SystemClock",
    "Timestamp", "UserId", "WrongThreadError", "event", "reduces", "selectors", "to_datetime",
]  # fmt: skip
