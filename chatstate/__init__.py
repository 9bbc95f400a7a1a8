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

from typing import TYPE_CHECKING, Any

from chatstate import selectors
from chatstate.clock import NEVER, Clock, LogClock, SystemClock, Timestamp, from_datetime, to_datetime
from chatstate.errors import ChatStateError, DeclarationError, Fault, Malformed, SelectorError, WrongThreadError
from chatstate.events import ChannelEvent, Event, event, reduces
from chatstate.ids import Cid, MessageId, PollId, UserId
from chatstate.reactive import ListSelector, Selector
from chatstate.state.state import State
from chatstate.store import Changes, Store

if TYPE_CHECKING:
    from chatstate.live.connect import connect as connect
    from chatstate.live.threaded import run as run

_LIVE = {"connect": "chatstate.live.connect", "run": "chatstate.live.threaded"}


def __getattr__(name: str) -> Any:
    """``connect`` and ``run`` bring httpx and websockets along, so they are imported when they are asked for."""
    if name == "__version__":
        from importlib import metadata

        return metadata.version(__name__)
    if name not in _LIVE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    try:
        return getattr(import_module(_LIVE[name]), name)
    except ModuleNotFoundError as error:
        if error.name != "httpx":
            raise
        raise ModuleNotFoundError(
            f"chatstate.{name} needs httpx: pip install 'chatstate[live]'", name="httpx"
        ) from None


def __dir__() -> list[str]:
    return sorted({*globals(), *_LIVE, "__version__"})


__all__ = [
    "NEVER", "Changes", "ChannelEvent", "ChatStateError", "Cid", "Clock", "DeclarationError", "Event", "Fault",
    "ListSelector", "LogClock", "Malformed", "MessageId", "PollId", "Selector", "SelectorError", "State", "Store",
    "SystemClock", "Timestamp", "UserId", "WrongThreadError", "event", "from_datetime", "reduces", "selectors",
    "to_datetime",
]  # fmt: skip
