"""What ends by itself: on a clock that the tests move, with one timer, and in a replay by the log's own time."""

from datetime import timedelta
from typing import Any

import pytest
from reactivex.testing import TestScheduler

from chatstate import LogClock, Store, selectors
from tests.objects import GENERAL, SECOND, channel_mute, ns
from tests.stories import (
    ManualClock,
    a_store,
    banned,
    channel_created,
    channel_mutes_updated,
    frame,
    member_added,
    message_new,
    then,
    typing_start,
    typing_stop,
)


class ScheduledClock(ManualClock):
    """A clock that goes with a scheduler of virtual time."""

    def __init__(self, scheduler: Any) -> None:
        super().__init__()
        self.scheduler = scheduler

    def now(self) -> int:
        return ns(0) + round(self.scheduler._clock * SECOND)

    monotonic = now


class Scheduled:
    """A store whose timers run in virtual time, and how many are armed."""

    def __init__(self, *frames: Any) -> None:
        self.scheduler = TestScheduler()
        self.store = a_store(clock=ScheduledClock(self.scheduler), scheduler=self.scheduler)
        then(self.store, *frames)

    def wait(self, seconds: float) -> None:
        self.scheduler.advance_by(seconds)

    @property
    def timers(self) -> int:
        return sum(not item.is_cancelled() for item, _ in self.scheduler._queue.items)

    def hear(self, function: Any) -> list[Any]:
        told: list[Any] = []
        self.subscription = self.store.select(function).subscribe(told.append)
        return told


def test_typing_ends_after_seven_seconds():
    scheduled = Scheduled(member_added("bo"))
    told = scheduled.hear(selectors.typing_names(GENERAL))

    then(scheduled.store, typing_start("bo", at=1))
    scheduled.wait(6.9)
    assert told == [[], ["Bo"]]
    scheduled.wait(0.2)

    assert told == [[], ["Bo"], []]


def test_there_is_one_timer_for_the_nearest_end():
    scheduled = Scheduled(member_added("bo"), member_added("u2"))
    scheduled.hear(selectors.typing_names(GENERAL))

    for at, who in enumerate(["bo", "u2", "bo", "u2"]):
        then(scheduled.store, typing_start(who, at=1 + at))
        assert scheduled.timers == 1


def test_nothing_is_timed_where_nothing_ends():
    scheduled = Scheduled(member_added("bo"))
    scheduled.hear(selectors.typing_names(GENERAL))

    then(scheduled.store, typing_start("bo", at=1), typing_stop("bo", at=2))
    scheduled.wait(8)

    assert scheduled.timers == 0


def test_nothing_is_timed_where_nobody_listens():
    scheduled = Scheduled(member_added("bo"), typing_start("bo", at=1))
    scheduled.hear(selectors.typing_names(GENERAL))
    assert scheduled.timers == 1

    scheduled.subscription.dispose()

    assert scheduled.timers == 0


ENDING: dict[str, tuple[list[Any], Any, list[Any]]] = {
    "a mute": (
        [channel_created(at=0), channel_mutes_updated(channel_mute(GENERAL, expires=60), at=1)],
        selectors.muted(GENERAL),
        [True, False],
    ),
    "a ban": (
        [member_added("bo"), banned("bo", at=1, cid=GENERAL, expiration=60)],
        lambda s: s.channel(GENERAL).members["bo"].banned,
        [True, False],
    ),
    "a pin": (
        [message_new("m1", at=1, pinned=True, pinned_at=1, pin_expires=60)],
        lambda s: len(s.channel(GENERAL).pinned),
        [1, 0],
    ),
    "a reminder": (
        [
            frame("reminder.created", 1, message_id="m1", reminder={
                "message_id": "m1", "channel_cid": GENERAL, "user_id": "me",
                "remind_at": ns(60), "created_at": ns(1), "updated_at": ns(1),
            })
        ],
        lambda s: s.reminders["m1"].due,
        [False, True],
    ),
    "a live location": (
        [
            message_new("m1", at=1, shared_location={
                "message_id": "m1", "channel_cid": GENERAL, "user_id": "bo", "latitude": 1.0, "longitude": 2.0,
                "end_at": ns(60), "created_at": ns(1), "updated_at": ns(1), "created_by_device_id": "d",
            })
        ],
        lambda s: s.message("m1").live_location is not None,
        [True, False],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("frames", "function", "told"), ENDING.values(), ids=ENDING)
def test_what_ends_by_itself_is_told_when_it_does(frames: list[Any], function: Any, told: list[Any]):
    scheduled = Scheduled(*frames)
    heard = scheduled.hear(function)

    scheduled.wait(59)
    assert heard == told[:1]
    scheduled.wait(2)

    assert heard == told
    assert scheduled.timers == 0


def test_a_cooldown_counts_down():
    scheduled = Scheduled(channel_created(at=0, cooldown=3), message_new("m1", by="me", at=0))
    told = scheduled.hear(selectors.cooldown(GENERAL))

    for _ in range(8):
        scheduled.wait(0.5)

    assert told == [3, 2, 1, 0]


def test_a_list_tells_who_stopped_typing():
    scheduled = Scheduled(member_added("bo"), member_added("u2"))
    told: list[Any] = []
    scheduled.store.select_list(selectors.typing_names(GENERAL)).subscribe(told.append)

    then(scheduled.store, typing_start("bo", at=1))
    scheduled.wait(3)
    then(scheduled.store, typing_start("u2", at=4))
    scheduled.wait(5)

    assert len(told) == 4


def test_a_query_follows_what_ends():
    scheduled = Scheduled(channel_created(at=0), channel_mutes_updated(channel_mute(GENERAL, expires=60), at=1))
    told = scheduled.hear(lambda s: len(s.channels.query({"muted": False})))

    scheduled.wait(61)

    assert told == [0, 1]


def test_a_replay_lives_in_the_time_of_its_log():
    store = Store(me="me", clock=LogClock())
    told: list[Any] = []
    store.select(selectors.typing_names(GENERAL)).subscribe(told.append)

    for made in (member_added("bo"), typing_start("bo", at=1), message_new("m1", by="u2", at=9)):
        store.apply(made)

    assert told == [[], ["Bo"], []]


def test_without_a_scheduler_a_tick_tells():
    clock = ManualClock()
    store = a_store(member_added("bo"), typing_start("bo", at=1), clock=clock)
    told: list[Any] = []
    assert store.tick() is None
    store.select(selectors.typing_names(GENERAL)).subscribe(told.append)

    assert store.tick() == 7.0
    clock.pass_by(6)
    assert store.tick() == 1.0
    clock.pass_by(1)
    assert store.tick() is None

    assert told == [["Bo"], []]


def test_what_ended_is_seen_at_once_by_who_asks():
    clock = ManualClock()
    store = a_store(member_added("bo"), typing_start("bo", at=1), clock=clock)
    typing = store.select(selectors.typing_names(GENERAL))
    typing.subscribe()

    clock.pass_by(timedelta(seconds=8).total_seconds())

    assert typing.value == []
