"""Wire time to and from nanoseconds, and the only place that asks what time it is.

The service writes RFC 3339 in UTC with 0 to 9 fraction digits and trims trailing zeros, so its times can neither be
compared as text nor kept in a ``datetime`` without loss. A ``Timestamp`` is the exact number of nanoseconds since 1970.
"""

import re
import time
from datetime import UTC, datetime, timedelta
from typing import NewType, Protocol

Timestamp = NewType("Timestamp", int)

NEVER = Timestamp(-62_135_596_800_000_000_000)
"""What the wire writes as ``0001-01-01T00:00:00Z``: it did not happen."""

SECOND = 1_000_000_000

LIMIT = 253_402_300_800 * SECOND
"""The year 10000: no time the wire can write lies that far from 1970."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_RFC3339 = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?(?:[Zz]|([+-])(\d\d):?(\d\d))",
    re.ASCII,
)
minutes: dict[str, int] = {}
"""The minutes read lately, by their text: nearly every time of a stream shares its minute with another."""


def parse(text: str) -> Timestamp:
    """The instant an RFC 3339 text tells, exact to the nanosecond; digits past the ninth are dropped.

    Raises ``ValueError`` for any other text. The minute is looked up, and the rest read as one number.

    >>> parse("1970-01-01T00:00:01.5Z")
    1500000000
    """
    minute = minutes.get(text[:16])
    if minute is not None and text[-1] == "Z" and text[16:17] == ":" and len(text) <= 30:
        digits = text[17:19] + text[20:-1].ljust(9, "0")
        if (
            digits < "6"
            and digits.isdigit()
            and digits.isascii()
            and (text[19] == "." or len(text) == 20)
            and text[-2] != "."
        ):
            return Timestamp(minute + int(digits))
    return _parse(text)


def _parse(text: str) -> Timestamp:
    match = _RFC3339.fullmatch(text)
    if match is None:
        raise ValueError(f"not an RFC 3339 time: {text!r}")
    day, hour, fraction, sign, hours, offset_minutes = match.groups()
    delta = datetime.fromisoformat(f"{day}T{hour}+00:00") - _EPOCH
    second = (delta.days * 86_400 + delta.seconds) * SECOND
    if len(minutes) > 4096:
        minutes.clear()
    minutes[f"{day}T{hour[:5]}"] = second - int(hour[6:]) * SECOND
    nanos = int((fraction or "0").ljust(9, "0"))
    offset = (int(hours) * 60 + int(offset_minutes)) * 60 * SECOND if sign else 0
    return Timestamp(second + nanos + (offset if sign == "-" else -offset))


def format(at: Timestamp) -> str:
    """The wire's own form of ``at``: UTC, trailing zeros of the fraction trimmed.

    >>> format(parse("2025-01-15T08:00:09.120Z"))
    '2025-01-15T08:00:09.12Z'
    """
    second, nanos = divmod(at, SECOND)
    text = (_EPOCH + timedelta(seconds=second)).isoformat()[:19]
    fraction = f".{nanos:09d}".rstrip("0") if nanos else ""
    return f"{text}{fraction}Z"


def to_datetime(at: Timestamp) -> datetime:
    """``at`` as an aware ``datetime`` in UTC, cut to whole microseconds."""
    return _EPOCH + timedelta(microseconds=at // 1000)


def from_datetime(moment: datetime) -> Timestamp:
    """The ``Timestamp`` of an aware ``datetime``. Raises ``ValueError`` for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a naive datetime names no instant; give it a timezone")
    delta = moment - _EPOCH
    return Timestamp(((delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds) * 1000)


class Clock(Protocol):
    """Where a store gets the time from."""

    def now(self) -> Timestamp:
        """The wall's time, nanoseconds since 1970: for mutes, bans and other dates the service names."""
        ...

    def monotonic(self) -> int:
        """Nanoseconds from any fixed start, never going back: for what lasts a while after it was received."""
        ...

    def heard(self, at: Timestamp) -> None:
        """Told the time of every event applied, so that a replay can live in the log's own time."""
        ...


class SystemClock:
    """The machine's time."""

    def now(self) -> Timestamp:
        return Timestamp(time.time_ns())

    def monotonic(self) -> int:
        return time.monotonic_ns()

    def heard(self, at: Timestamp) -> None:
        return None


class LogClock:
    """The time of the newest event heard: a replay sees what a screen showed when the log was recorded."""

    def __init__(self, start: Timestamp = NEVER) -> None:
        self._now = start

    def now(self) -> Timestamp:
        return self._now

    def monotonic(self) -> int:
        return self._now

    def heard(self, at: Timestamp) -> None:
        if at > self._now:
            self._now = at
