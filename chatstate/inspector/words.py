"""Times, names and values, as short as a screen wants them."""

from typing import Any

from rich.cells import set_cell_size
from textual.content import Content

from chatstate.clock import NEVER, Timestamp, to_datetime
from chatstate.replay.words import value_in_words
from chatstate.views import ChannelView, UserView
from chatstate.views.base import View
from chatstate.views.live import Live

Part = str | tuple[str, str] | Content
"""Words, or words with a style."""

MUTED = "$foreground 60%"


def clock(at: Timestamp | None, *, millis: bool = False) -> str:
    """The time of day, in UTC."""
    if at is None or at == NEVER:
        return "--:--:--" + (".---" if millis else "")
    moment = to_datetime(at)
    return f"{moment:%H:%M:%S}" + (f".{moment.microsecond // 1000:03}" if millis else "")


def moment(at: Timestamp | None) -> str:
    """The day and the time of day, in UTC."""
    return "never" if at is None or at == NEVER else f"{to_datetime(at):%Y-%m-%d %H:%M:%S}"


def fitted(text: str | None, width: int) -> str:
    """A text on one line of so many cells, its end cut off where it is longer."""
    line = " ".join((text or "")[: 4 * width].split())
    cut = set_cell_size(line, width)
    return cut if cut.rstrip() == line else set_cell_size(line, width - 1) + "…"


def counted(count: int, one: str, many: str | None = None) -> str:
    """So many of something: ``1 message``, ``2,000 messages``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def name_of(user: UserView | None) -> str:
    """What a user is called."""
    return "?" if user is None else user.name or user.id


def title_of(channel: ChannelView) -> str:
    """What a channel is called."""
    return channel.name or channel.cid


def value(of: Any) -> str:
    """A value in words; a view by its name, a sequence of them by its length."""
    if isinstance(of, View):
        return repr(of)
    if isinstance(of, Live):
        return f"{len(of)} of them"
    return value_in_words(of)
