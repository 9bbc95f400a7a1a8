"""A client that is closed, or whoever waits for it cancelled, at any moment: nothing hangs, and nothing goes on."""

import asyncio
import gc
from contextlib import suppress

import pytest

from chatstate import Store
from chatstate.events import ConnectionChanged, MessageNew
from chatstate.live.connect import connect
from chatstate.live.errors import CallFailed, ConnectionFailed, LiveError, NotConnected
from chatstate.server import Service
from tests.company import GENERAL, MINE
from tests.virtual import VirtualClock, live


def a_service(**how):
    return Service(seed=7, history=20, users=6, channels=3, clock=VirtualClock(asyncio.get_running_loop()), **how)


def a_client(service, **how):
    return connect(
        service.api_key, user_id="ana", token=lambda: service.token("ana"), url=service.url, chance=lambda: 0.0,
        **how,
    )  # fmt: skip


async def steps(count):
    for _ in range(count):
        await asyncio.sleep(0)


async def going_on(before):
    """What still goes on of what has begun, a moment later: connections end on the other side, too."""
    await asyncio.sleep(15)
    gc.collect()
    return [task.get_name() for task in asyncio.all_tasks() - before - {asyncio.current_task()}]


def deeds(client):
    """Much of what can be done, at once."""
    client.keystroke(GENERAL)
    return [
        client.watch(MINE),
        client.watch_channel(GENERAL),
        client.send_message(GENERAL, "one"),
        client.send_message(GENERAL, "two"),
        client.mark_read(GENERAL),
        client.hide(GENERAL),
        client.load_threads(),
        client.recovered(),
    ]


def closed_after(count, trouble):
    """What becomes of deeds when the client is closed so many steps after they began; what goes on, and faults."""

    async def story():
        async with a_service() as service:
            before, faults = asyncio.all_tasks(), []
            store = Store(me="ana")
            store.faults.subscribe(lambda fault: faults.append(fault.problem))
            client = await a_client(service, store=store).__aenter__()
            await client.watch(MINE)
            trouble(service)
            tasks = [asyncio.ensure_future(deed) for deed in deeds(client)]
            await steps(count)
            await client.close()
            closed_at = asyncio.get_running_loop().time()
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
            ended_at = asyncio.get_running_loop().time()
            return outcomes, await going_on(before), faults, ended_at - closed_at, store.connection.online

    return live(story())


def nothing(service):
    """Nothing goes wrong."""


def broken(service):
    service.faults.drop(user="ana")


def slow(service):
    service.faults.slow(5, 99, user="ana")


def refused(service):
    service.faults.refuse(500, 99, user="ana")


@pytest.mark.parametrize("trouble", [nothing, broken, slow, refused])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144])
def test_a_client_that_is_closed_at_any_moment_ends_all_that_goes_on(count, trouble):
    outcomes, left, faults, seconds, online = closed_after(count, trouble)

    errors = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert [error for error in errors if not isinstance(error, LiveError)] == []
    assert (left, online) == ([], False)
    assert seconds < 2
    assert [fault for fault in faults if "in what goes on beside" in fault] == []


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233])
def test_who_is_cancelled_at_any_moment_leaves_nothing_behind(count):
    async def lives(service):
        async with a_client(service) as client:
            await asyncio.gather(*deeds(client))

    async def story():
        async with a_service() as service:
            before = asyncio.all_tasks()
            task = asyncio.create_task(lives(service))
            await steps(count)
            task.cancel()
            with suppress(asyncio.CancelledError, LiveError):
                await task
            return await going_on(before)

    assert live(story()) == []


def test_a_call_under_way_fails_when_the_client_is_closed():
    async def story():
        async with a_service() as service, a_client(service) as ana:
            service.faults.stall(60, user="ana")  # or the event tells that it was sent
            service.faults.slow(9, user="ana")
            sending = asyncio.create_task(ana.send_message(GENERAL, "hello", id="x1"))
            await asyncio.sleep(1)
            await ana.close()
            with pytest.raises(CallFailed, match="POST /channels/messaging/general/message: the client was closed"):
                await sending
            with pytest.raises(NotConnected):
                await ana.mark_read(GENERAL)
            return [(row.id, row.status) for row in ana.unsent]

    assert live(story()) == [("x1", "failed")]


def test_who_waits_for_recovery_is_told_that_there_will_be_none():
    async def story():
        async with a_service() as service, a_client(service) as ana:
            service.faults.drop(user="ana")
            await asyncio.sleep(0.01)
            waiting = asyncio.create_task(ana.recovered())
            await asyncio.sleep(0.01)
            await ana.close()
            with pytest.raises(ConnectionFailed, match="the client was closed"):
                await waiting

    live(story())


def test_who_waits_for_recovery_waits_on_where_the_line_breaks_right_after_it():
    async def story():
        async with a_service() as service, a_client(service) as ana:
            service.faults.drop(user="ana")
            while ana.store.connection.online:
                await asyncio.sleep(0.01)
            waiting = asyncio.create_task(ana.recovered())
            await asyncio.sleep(0.01)
            right = ana._life._right
            right.set()
            right.clear()
            await asyncio.sleep(0.01)
            early = waiting.done()
            await waiting
            return early, ana.store.connection.online

    assert live(story()) == (False, True)


def test_a_listener_can_close_its_client():
    async def story():
        async with a_service() as service, a_client(service) as ana:
            done = asyncio.get_running_loop().create_future()
            await ana.watch_channel(GENERAL)

            @ana.on(MessageNew)
            async def leave(event):
                await ana.close()
                done.set_result(ana.store.connection.online)

            with suppress(LiveError):
                await ana.send_message(GENERAL, "bye")
            return await done

    assert live(story()) is False


def test_closing_twice_is_closing_once():
    async def story():
        async with a_service() as service, a_client(service) as ana:
            await asyncio.gather(ana.close(), ana.close())
            await ana.close()
            return ana.store.connection.online

    assert live(story()) is False


def test_a_client_is_entered_once():
    async def story():
        async with a_service() as service, a_client(service) as ana:
            with pytest.raises(RuntimeError, match="a client can be entered once"):
                await ana.__aenter__()
            return ana.store.connection.online

    assert live(story()) is True


def test_typing_is_told_no_longer_once_it_is_closed():
    async def story():
        async with a_service() as service:
            faults = []
            async with a_client(service) as ana:
                ana.store.faults.subscribe(lambda fault: faults.append(fault.problem))
                await ana.watch_channel(GENERAL)
                ana.keystroke(GENERAL)
                await asyncio.sleep(0.5)
            await asyncio.sleep(5)
            return faults

    assert live(story()) == []


def test_a_store_that_was_filled_before_is_made_right():
    async def story():
        async with a_service() as service:
            store = Store(me="ana")
            async with a_client(service, store=store) as ana, a_client(service) as other:
                await ana.watch_channel(GENERAL)
                kept = await ana.send_message(GENERAL, "kept")
                gone = await ana.send_message(GENERAL, "gone")
                await ana.close()
                await other.watch_channel(GENERAL)
                await other.edit_message(kept.id, "changed")
                await other.delete_message(gone.id, hard=True)
                seen = [kept.text, gone.text]
            async with a_client(service, store=store) as again:
                await again.recovered()
                return seen, kept.text, gone.gone

    assert live(story()) == (["kept", "gone"], "changed", True)


def test_a_listener_to_the_end_itself_does_not_outlive_it():
    async def story():
        ends = []
        async with a_service() as service, a_client(service) as ana:

            @ana.on(ConnectionChanged)
            async def linger(event):
                try:
                    await asyncio.sleep(60)
                finally:
                    ends.append(event.kind)

        return ends

    assert live(story()) == ["connection.changed"]
