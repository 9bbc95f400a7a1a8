"""How a connection behaves, as a table: what follows from each input in each phase."""

from enum import Enum


class Phase(Enum):
    """Where a connection stands."""

    IDLE = "idle"
    ASKING = "asking"
    OPENING = "opening"
    GREETING = "greeting"
    ONLINE = "online"
    WAITING = "waiting"
    ENDED = "ended"


class Input(Enum):
    """What can happen to it."""

    START = "start"
    TOKEN = "token"
    NO_TOKEN = "no token"
    OPENED = "opened"
    HELLO = "hello"
    MISTAKEN = "mistaken"
    FRAME = "frame"
    FAILED = "failed"
    LOST = "lost"
    EXPIRED = "expired"
    EXPIRED_AGAIN = "expired again"
    REFUSED = "refused"
    BEAT = "beat"
    LATE = "late"
    DUE = "due"
    CLOSE = "close"


class Do(Enum):
    """What it asks for."""

    ASK = "ask for the token"
    RENEW = "ask for a new token"
    OPEN = "open"
    DELIVER = "deliver"
    TELL_ONLINE = "tell online"
    TELL_OFFLINE = "tell offline"
    WATCH = "watch"
    BEAT = "send health check"
    DROP = "drop the socket"
    REPORT = "report"
    BACK_OFF = "back off"
    STOP = "stop"


_AGAIN = (Phase.WAITING, (Do.REPORT, Do.BACK_OFF))
_DROP_AND_AGAIN = (Phase.WAITING, (Do.DROP, Do.REPORT, Do.BACK_OFF))
_FALL = (Phase.WAITING, (Do.DROP, Do.TELL_OFFLINE, Do.REPORT, Do.BACK_OFF))

TABLE: dict[tuple[Phase, Input], tuple[Phase, tuple[Do, ...]]] = {
    (Phase.IDLE, Input.START): (Phase.ASKING, (Do.ASK,)),
    (Phase.IDLE, Input.CLOSE): (Phase.ENDED, (Do.STOP,)),
    (Phase.ASKING, Input.TOKEN): (Phase.OPENING, (Do.OPEN,)),
    (Phase.ASKING, Input.NO_TOKEN): _AGAIN,
    (Phase.ASKING, Input.CLOSE): (Phase.ENDED, (Do.STOP,)),
    (Phase.OPENING, Input.OPENED): (Phase.GREETING, ()),
    (Phase.OPENING, Input.FAILED): _AGAIN,
    (Phase.OPENING, Input.LATE): _DROP_AND_AGAIN,
    (Phase.OPENING, Input.EXPIRED): (Phase.ASKING, (Do.RENEW,)),
    (Phase.OPENING, Input.EXPIRED_AGAIN): _AGAIN,
    (Phase.OPENING, Input.REFUSED): (Phase.ENDED, (Do.STOP,)),
    (Phase.OPENING, Input.CLOSE): (Phase.ENDED, (Do.DROP, Do.STOP)),
    (Phase.GREETING, Input.HELLO): (Phase.ONLINE, (Do.DELIVER, Do.TELL_ONLINE, Do.WATCH)),
    (Phase.GREETING, Input.MISTAKEN): _DROP_AND_AGAIN,
    (Phase.GREETING, Input.FAILED): _DROP_AND_AGAIN,
    (Phase.GREETING, Input.LOST): _DROP_AND_AGAIN,
    (Phase.GREETING, Input.LATE): _DROP_AND_AGAIN,
    (Phase.GREETING, Input.EXPIRED): (Phase.ASKING, (Do.DROP, Do.RENEW)),
    (Phase.GREETING, Input.EXPIRED_AGAIN): _DROP_AND_AGAIN,
    (Phase.GREETING, Input.REFUSED): (Phase.ENDED, (Do.DROP, Do.STOP)),
    (Phase.GREETING, Input.CLOSE): (Phase.ENDED, (Do.DROP, Do.STOP)),
    (Phase.ONLINE, Input.FRAME): (Phase.ONLINE, (Do.DELIVER,)),
    (Phase.ONLINE, Input.BEAT): (Phase.ONLINE, (Do.BEAT, Do.WATCH)),
    (Phase.ONLINE, Input.LATE): _FALL,
    (Phase.ONLINE, Input.FAILED): _FALL,
    (Phase.ONLINE, Input.LOST): _FALL,
    (Phase.ONLINE, Input.EXPIRED): (Phase.ASKING, (Do.DROP, Do.TELL_OFFLINE, Do.RENEW)),
    (Phase.ONLINE, Input.REFUSED): (Phase.ENDED, (Do.DROP, Do.TELL_OFFLINE, Do.STOP)),
    (Phase.ONLINE, Input.CLOSE): (Phase.ENDED, (Do.DROP, Do.TELL_OFFLINE, Do.STOP)),
    (Phase.WAITING, Input.DUE): (Phase.ASKING, (Do.ASK,)),
    (Phase.WAITING, Input.CLOSE): (Phase.ENDED, (Do.STOP,)),
}
"""What follows from an input: the next phase, and what is to be done, in this order."""


def table() -> str:
    """The table as reStructuredText: phase, input, next phase, what is to be done."""
    head = ("phase", "input", "then", "to do")
    rows = [
        (phase.value, happened.value, then.value, ", ".join(do.value for do in todo))
        for (phase, happened), (then, todo) in TABLE.items()
    ]
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(4)]
    line = "  ".join("=" * width for width in widths)

    def text(row: tuple[str, ...]) -> str:
        return "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()

    return "\n".join([line, text(head), line, *map(text, rows), line])
