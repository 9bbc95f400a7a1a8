"""Wire time to and from nanoseconds, exactly; and the clocks a store may live by."""

import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chatstate import NEVER, LogClock, Store, SystemClock, Timestamp, to_datetime
from chatstate.clock import LIMIT, SECOND, format, from_datetime, parse
from tests.objects import START, at, ns
from tests.stories import frame, message_new

BASE = "2025-01-15T08:00:09"
instants = st.integers(NEVER + 1, LIMIT - 1)
"""Every instant from the year 1 to the year 9999, in nanoseconds."""


# Reading


@pytest.mark.parametrize("digits", range(1, 10))
def test_a_fraction_may_have_up_to_nine_digits(digits):
    fraction = "123456789"[:digits]

    assert parse(f"{BASE}.{fraction}Z") == ns(9) + int(fraction.ljust(9, "0"))


def test_a_time_need_not_have_a_fraction():
    assert parse(f"{BASE}Z") == ns(9)


def test_digits_past_the_ninth_are_dropped():
    assert parse(f"{BASE}.1234567899Z") == ns(9) + 123_456_789


@pytest.mark.parametrize("fraction", ["12", "120", "120000", "120000000"])
def test_trailing_zeros_tell_nothing(fraction):
    assert parse(f"{BASE}.{fraction}Z") == ns(9) + 120_000_000


def test_times_that_differ_by_a_nanosecond_differ():
    assert parse(f"{BASE}.123456789Z") + 1 == parse(f"{BASE}.12345679Z")


SAME = [
    "2025-01-15T08:00:09Z",
    "2025-01-15t08:00:09z",
    "2025-01-15 08:00:09Z",
    "2025-01-15T08:00:09.0Z",
    "2025-01-15T08:00:09+00:00",
    "2025-01-15T08:00:09-00:00",
    "2025-01-15T10:30:09+02:30",
    "2025-01-15T03:00:09-0500",
    "2025-01-14T23:00:09.000-09:00",
]


@pytest.mark.parametrize("text", SAME)
def test_one_instant_has_many_spellings(text):
    assert parse(text) == ns(9)


@pytest.mark.parametrize("text", SAME)
def test_a_spelling_reads_the_same_the_second_time(text):
    assert parse(text) == parse(text)


WRONG = [
    "",
    "now",
    "2025-01-15",
    "2025-01-15T08:00Z",
    "2025-01-15T08:00:09",
    "2025-01-15T08:00:09.5",
    "2025-01-15T08:00:09.Z",
    "2025-01-15T08:00:09,5Z",
    "2025-01-15T08:00:09.-5Z",
    "2025-01-15T08:00:09.1_0Z",
    "2025-01-15T08:00:09ZZ",
    "2025-01-15T08:00:09Z ",
    " 2025-01-15T08:00:09Z",
    "2025-01-15T08:00:09Z\n",
    "2025-01-15T08:00:09+2",
    "2025-01-15T08:00:0९Z",
    "2025-01-15T08:00:09.١Z",
    "2025-01-15T08:00:99Z",
    "2025-01-15T08:00:60Z",
    "2025-01-15T08:00:9Z",
    "2025-01-15T08:00:+9Z",
    "2025-01-15T08:61:09Z",
    "2025-01-15T25:00:09Z",
    "2025-02-30T08:00:09Z",
    "2025-13-01T08:00:09Z",
    "25-01-15T08:00:09Z",
    "2025/01/15T08:00:09Z",
    "0000-01-01T00:00:00Z",
]


@pytest.mark.parametrize("text", WRONG)
def test_any_other_text_is_a_value_error(text):
    with pytest.raises(ValueError, match=r"."):
        parse(text)


@pytest.mark.parametrize("text", WRONG)
def test_any_other_text_is_a_value_error_next_to_a_right_one(text):
    for known in SAME:
        parse(known)

    with pytest.raises(ValueError, match=r"."):
        parse(text)


def test_the_year_one_is_never():
    assert parse("0001-01-01T00:00:00Z") == NEVER


def test_times_before_1970_are_negative():
    assert parse("1969-12-31T23:59:59.75Z") == -250_000_000


@given(st.text(max_size=40) | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{0,20}Z?", fullmatch=True))
def test_no_text_raises_anything_but_a_value_error(text):
    with suppress(ValueError):
        parse(text)


# Writing


@given(instants)
@example(NEVER)
@example(Timestamp(LIMIT - 1))
@example(Timestamp(0))
@example(Timestamp(-1))
def test_what_was_written_reads_as_it_was(instant):
    assert parse(format(instant)) == instant


@given(instants)
def test_no_trailing_zeros_are_written(instant):
    fraction = format(instant).partition(".")[2]

    assert not fraction.endswith("0Z")


@given(instants, instants)
def test_what_is_earlier_as_a_datetime_is_earlier(one, other):
    assert (one < other) == (
        to_datetime(one) < to_datetime(other) or (to_datetime(one) == to_datetime(other) and one < other)
    )


@pytest.mark.parametrize(
    ("nanos", "text"),
    [(0, ""), (1, ".000000001"), (120_000_000, ".12"), (123_456_789, ".123456789"), (100, ".0000001")],
)
def test_a_fraction_is_written_without_trailing_zeros(nanos, text):
    assert format(ns(9, nanos)) == f"{BASE}{text}Z"


def test_never_is_written_as_the_year_one():
    assert format(NEVER) == "0001-01-01T00:00:00Z"


# Datetimes


def test_a_timestamp_is_a_datetime_in_utc():
    assert to_datetime(ns(9, 123_456_789)) == datetime(2025, 1, 15, 8, 0, 9, 123_456, tzinfo=UTC)


def test_a_datetime_of_any_zone_is_a_timestamp():
    moment = datetime(2025, 1, 15, 10, 0, 9, tzinfo=timezone(timedelta(hours=2)))

    assert from_datetime(moment) == ns(9)


def test_a_naive_datetime_names_no_instant():
    with pytest.raises(ValueError, match="give it a timezone"):
        from_datetime(datetime(2025, 1, 15))


@given(st.datetimes(timezones=st.timezones() | st.just(UTC), allow_imaginary=False))
def test_a_datetime_comes_back_as_it_was(moment):
    if datetime(2, 1, 1, tzinfo=UTC) < moment.astimezone(UTC) < datetime(9998, 1, 1, tzinfo=UTC):
        assert to_datetime(from_datetime(moment)) == moment.astimezone(UTC)


@given(st.integers(NEVER // 1000 + 1, LIMIT // 1000 - 1))
def test_whole_microseconds_survive_a_datetime(micros):
    assert from_datetime(to_datetime(micros * 1000)) == micros * 1000


# Times inside frames


@pytest.mark.parametrize("told", [at(1), f"{START + 1}", START * SECOND + SECOND, "2025-01-15T09:00:01+01:00"])
def test_a_frame_may_tell_its_time_in_many_ways(told):
    store = Store(me="me", clock=LogClock())
    store.apply(message_new("m1", at=1) | {"created_at": told})

    assert store.connection.last_event_at == (None if told == f"{START + 1}" else ns(1))


def told_at(text):
    """The time that a store reads in a frame; None where it finds none."""
    store, events = Store(me="me", clock=LogClock()), []
    store.events.subscribe(events.append)
    store.apply({"type": "test.tick", "created_at": text})
    return events[0].created_at if events else None


@pytest.mark.parametrize("text", SAME)
def test_a_frame_tells_the_instant_that_its_text_spells(text):
    assert told_at(text) == parse(text)


@pytest.mark.parametrize("text", WRONG)
def test_a_frame_that_spells_no_instant_is_not_delivered(text):
    told_at(SAME[0])

    assert told_at(text) is None


@given(instants)
def test_a_frame_tells_its_instant_exactly(instant):
    assert told_at(format(instant)) == instant


@pytest.mark.parametrize("told", [1.5, True, [], 10**30, -(10**30), "noon"])
def test_what_is_no_time_is_a_fault(told):
    store, faults = Store(me="me", clock=LogClock()), []
    store.faults.subscribe(faults.append)

    store.apply(frame("typing.start", 1, "messaging:general", by="bo") | {"created_at": told})

    assert [fault.path for fault in faults] == ["$.created_at"]


# Clocks


def test_a_log_clock_has_not_begun():
    assert LogClock().now() == NEVER


def test_a_log_clock_may_begin_somewhere():
    assert LogClock(ns(5)).now() == ns(5)


def test_a_log_clock_lives_in_the_time_of_the_newest_event():
    clock = LogClock()
    for second in (3, 9, 4):
        clock.heard(ns(second))

    assert (clock.now(), clock.monotonic()) == (ns(9), ns(9))


def test_a_store_tells_its_clock_the_time_of_each_event():
    clock = LogClock()
    Store(me="me", clock=clock).apply(message_new("m1", at=7))

    assert clock.now() == ns(7)


def test_a_store_tells_its_clock_nothing_of_a_frame_at_fault():
    clock = LogClock()
    Store(me="me", clock=clock).apply(message_new("m1", at=7) | {"message": 7})

    assert clock.now() == NEVER


def test_the_system_clock_tells_the_machines_time():
    before = time.time_ns()

    assert before <= SystemClock().now() <= time.time_ns()


def test_the_system_clock_is_monotonic_whatever_it_hears():
    clock = SystemClock()
    before = clock.monotonic()
    clock.heard(ns(0))

    assert clock.monotonic() >= before
