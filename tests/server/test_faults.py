"""What goes wrong on demand, on the line and in the answers, and that nothing is lost by it on the service's side."""

import asyncio
import json

import httpx
import pytest
import websockets

from tests.server.visitors import PATIENCE, a_service, visiting

pytestmark = pytest.mark.anyio

GENERAL = "/channels/messaging/general"


async def end_of(visitor):
    """Hear a connection to its end; answers its last frame and the code it ended with."""
    last = None
    async with asyncio.timeout(PATIENCE):
        try:
            while True:
                last = json.loads(await visitor.socket.recv())
        except websockets.ConnectionClosed:
            return last, visitor.socket.close_code


async def order(visitor, kind, **arguments):
    return await visitor.post("/_faults", {"kind": kind, **arguments})


def sent(frames):
    return [frame["message"]["id"] for frame in frames if frame["type"] == "message.new"]


@pytest.mark.parametrize(("kind", "code"), [("drop", 1006), ("cut", 1006), ("close", 1011)])
async def test_a_connection_breaks_on_demand(kind, code):
    async with a_service() as service, visiting(service, "ana") as ana, visiting(service, "bo") as bo:
        told = await order(bo, kind, user="ana")

        assert (await end_of(ana))[1] == code
        assert (told["hit"], told["counts"][kind]) == (1, 1)
        await bo.settle()  # bo's connection goes on


async def test_a_connection_is_closed_with_the_code_asked_for():
    async with a_service() as service, visiting(service, "ana") as ana:
        service.faults.close(4000)

        assert (await end_of(ana))[1] == 4000


async def test_a_connection_that_breaks_ends_what_the_user_did_there():
    async with a_service() as service, visiting(service, "ana") as ana, visiting(service, "bo") as bo:
        await bo.watch()
        await ana.watch()
        await ana.post(f"{GENERAL}/event", {"event": {"type": "typing.start"}})
        service.faults.drop(user="ana")
        while bo.store.users["ana"].online:
            await bo.hear()

        assert "ana" not in [each.id for each in bo.store.channel("messaging:general").typing]
        assert bo.differs() == []


async def test_a_stalled_connection_says_nothing_for_a_while_and_loses_nothing():
    async with a_service() as service, visiting(service, "ana") as ana:
        await ana.watch()
        await ana.settle()
        service.faults.stall(0.5)
        hearing = asyncio.create_task(ana.hear())
        await ana.send("m1")
        early = hearing.done()

        assert not early
        assert (await hearing)["message"]["id"] == "m1"


async def test_a_duplicated_frame_comes_twice():
    async with a_service() as service, visiting(service, "ana") as ana:
        await ana.watch()
        await ana.settle()
        service.faults.duplicate(times=2, user="ana")
        for id in ("m1", "m2", "m3"):
            await ana.send(id)

        assert sent(await ana.settle()) == ["m1", "m1", "m2", "m2", "m3"]
        assert ana.differs() == []


async def test_delayed_and_reordered_frames_are_overtaken():
    async with a_service() as service, visiting(service, "ana") as ana:
        await ana.watch()
        await ana.settle()
        service.faults.delay(by=2)
        for number in range(4):
            await ana.send(f"m{number}")
        delayed = sent(await ana.settle())
        service.faults.reorder()
        for number in range(4, 7):
            await ana.send(f"m{number}")

        assert delayed == ["m1", "m2", "m0", "m3"]
        assert sent(await ana.settle()) == ["m5", "m4", "m6"]
        assert ana.differs() == []


async def test_a_delayed_frame_comes_even_if_none_overtakes_it():
    async with a_service() as service, visiting(service, "ana") as ana:
        await ana.watch()
        await ana.settle()
        service.faults.delay(by=9)
        await ana.send("m1")

        assert (await ana.hear())["message"]["id"] == "m1"


async def test_expired_tokens_end_connections_and_calls_until_there_is_a_new_one():
    async with a_service() as service, visiting(service, "ana") as ana, visiting(service, "bo") as bo:
        service.faults.expire(user="ana")
        last, _ = await end_of(ana)
        refused = (await ana.call("POST", "/channels", {})).json()["code"]
        ana.token = service.token("ana")
        again = (await ana.call("POST", "/channels", {}, connection_id="")).status_code
        await bo.settle()

        assert (last["error"]["code"], refused, again) == (40, 40, 200)


@pytest.mark.parametrize("status", [400, 403, 404, 500, 503])
async def test_a_call_is_refused_on_demand_and_nothing_done(status):
    async with a_service() as service, visiting(service, "ana") as ana:
        service.faults.refuse(status, path=f"{GENERAL}/message")
        other = await ana.call("POST", "/channels", {})
        refused = await ana.call("POST", f"{GENERAL}/message", {"message": {"id": "m1", "text": "x"}})
        after = await ana.call("POST", f"{GENERAL}/message", {"message": {"id": "m1", "text": "x"}})

        assert [each.status_code for each in (other, refused, after)] == [200, status, 200]
        assert refused.json()["StatusCode"] == status


async def test_a_429_says_when_to_come_again():
    async with a_service() as service, visiting(service, "ana") as ana:
        await order(ana, "refuse", status=429, retry_after=0.5, times=2)
        answers = [await ana.call("POST", "/channels", {}) for _ in range(3)]

        assert [each.status_code for each in answers] == [429, 429, 200]
        assert answers[0].headers["retry-after"] == "0.5"
        assert answers[0].json()["code"] == 9


async def test_a_slow_answer_comes_after_the_frames_of_what_it_answers():
    async with a_service() as service, visiting(service, "ana") as ana:
        await ana.watch()
        service.faults.slow(0.2, user="ana")
        sending = asyncio.create_task(ana.send("m1"))
        while "m1" not in ana.store.messages:
            await ana.hear()
        early = not sending.done()

        assert early
        assert (await sending)["id"] == "m1"


async def test_a_lost_answer_leaves_what_was_done():
    async with a_service() as service, visiting(service, "ana") as ana:
        await ana.watch()
        service.faults.lose(user="ana")
        with pytest.raises(httpx.RemoteProtocolError):
            await ana.send("m1")
        again = await ana.call("POST", f"{GENERAL}/message", {"message": {"id": "m1", "text": "x"}})

        assert sent(await ana.settle()) == ["m1"]
        assert (again.status_code, "already exists" in again.json()["message"]) == (400, True)


async def test_what_was_missed_can_be_forgotten():
    async with a_service() as service, visiting(service, "ana") as ana:
        since = ana.heard[-1]["created_at"]
        await ana.watch()
        hit = service.faults.forget(user="ana")
        answer = await ana.call("POST", "/sync", {"channel_cids": ["messaging:general"], "last_sync_at": since})

        assert (hit, answer.status_code, service.faults.counts["forget"]) == (1, 400, 1)
        assert "too many events" in answer.json()["message"]


async def test_what_was_ordered_can_be_cleared():
    async with a_service() as service, visiting(service, "ana") as ana:
        await order(ana, "refuse", status=500, times=100)
        await order(ana, "chaos", share=1)
        await order(ana, "clear")

        assert (await ana.call("POST", "/channels", {})).status_code == 200
        assert await ana.settle() == []


async def test_chaos_does_all_of_it_and_what_gets_through_is_still_true():
    kinds = {"duplicate", "delay", "reorder", "refuse", "slow", "lose", "expire", "drop", "cut", "stall"}
    async with a_service(seed=5) as service, asyncio.timeout(60):
        service.faults.chaos(0.4, seconds=0.01)
        while not kinds <= service.faults.counts.keys():
            try:
                async with visiting(service, "ana") as ana:
                    for _ in range(20):
                        service.stir()
                        ana.token = service.token("ana")
                        await ana.call("POST", "/channels", {"watch": True})
            except (httpx.TransportError, websockets.ConnectionClosed):
                continue
        service.faults.clear()
        async with visiting(service, "ana") as ana:
            await ana.watch()
            await ana.settle()

            assert ana.differs() == []
