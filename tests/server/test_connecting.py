"""Connecting: the handshake, who is let in, and what a connection may say."""

import asyncio
import contextlib
import json

import jwt
import pytest
import websockets

from chatstate.server import Limits
from chatstate.server.tokens import SECRET
from tests.server.visitors import PATIENCE, a_service, address, visiting

pytestmark = pytest.mark.anyio


async def answer_to(where):
    """The first frame of a connection, and the code it is closed with after it, if it is."""
    async with asyncio.timeout(PATIENCE), websockets.connect(where) as socket:
        first = json.loads(await socket.recv())
        if "error" not in first:
            return first, None
        with pytest.raises(websockets.ConnectionClosed):
            await socket.recv()
        return first, socket.close_code


async def drained(socket):
    """Hear everything until the connection breaks."""
    with contextlib.suppress(websockets.ConnectionClosed):
        async for _ in socket:
            pass


def signed(secret=SECRET, **claims):
    return jwt.encode({"user_id": "ana"} | claims, secret, algorithm="HS256")


async def test_the_first_frame_is_a_health_check_with_the_user():
    async with a_service() as service, visiting(service, "ana") as ana:
        hello = ana.heard[0]

    assert (hello["type"], hello["cid"], hello["me"]["id"]) == ("health.check", "*", "ana")
    assert {"total_unread_count", "unread_channels", "unread_threads", "mutes", "devices"} <= hello["me"].keys()


@pytest.mark.parametrize(
    ("wrong", "code", "status"),
    [
        ({"api_key": "other"}, 2, 401),
        ({"authorization": ""}, 5, 401),
        ({"authorization": "nonsense"}, 5, 401),
        ({"authorization": jwt.encode({"iat": 1}, SECRET, algorithm="HS256")}, 5, 401),
        ({"authorization": signed("another secret, as long as the first one")}, 43, 401),
        ({"authorization": signed(exp=1_000_000_000)}, 40, 401),
        ({"authorization": signed(nbf=4_000_000_000)}, 41, 401),
        ({"authorization": signed(iat=4_000_000_000)}, 42, 401),
        ({"authorization": signed(user_id="bo")}, 17, 403),
        ({"json": json.dumps({"user_id": "ana", "user_details": {"id": "bo"}})}, 17, 403),
        ({"json": json.dumps({"user_details": {}})}, 4, 400),
        ({"json": json.dumps({"user_id": "ana", "user_details": 7})}, 4, 400),
        ({"json": "{"}, 4, 400),
    ],
    ids=[
        "key", "no token", "nonsense", "no user", "signature", "expired", "early", "future", "other", "other details",
        "nobody", "details", "json",
    ],
)  # fmt: skip
async def test_who_is_not_let_in_is_told_why(wrong, code, status):
    async with a_service() as service:
        first, closed = await answer_to(address(service, "ana", **wrong))

    assert (first["error"]["code"], first["error"]["StatusCode"], closed) == (code, status, 1000)


async def test_a_refusal_does_not_repeat_the_token():
    token = signed("another secret, as long as the first one")
    async with a_service() as service:
        first, _ = await answer_to(address(service, "ana", token))

    assert token not in json.dumps(first)


async def test_anyone_with_a_token_may_come_and_is_in_the_channel_for_all():
    async with a_service() as service, visiting(service, "zoe") as zoe:
        await zoe.watch()
        await zoe.settle()

        assert list(zoe.store.channels) == ["messaging:general"]
        assert zoe.differs() == []


async def test_an_anonymous_user_sees_nothing_and_changes_nothing():
    async with a_service() as service:
        first, _ = await answer_to(address(service, "guest", "", **{"stream-auth-type": "anonymous"}))

    assert first["me"]["id"] == "!anon"


async def test_what_a_user_says_of_themselves_is_told_to_others():
    async with a_service() as service, visiting(service, "bo") as bo:
        await bo.watch()
        told = {"user_id": "ana", "user_details": {"id": "ana", "name": "Ana R.", "plot": 7, "role": "admin"}}
        first, _ = await answer_to(address(service, "ana", json=json.dumps(told)))
        await bo.settle()

        assert (first["me"]["name"], first["me"]["plot"], first["me"]["role"]) == ("Ana R.", 7, "user")
        assert bo.store.users["ana"].name == "Ana R."


async def test_a_health_check_is_answered():
    async with a_service() as service, visiting(service, "ana") as ana:
        await ana.settle()

        assert ana.heard[-1]["connection_id"] == ana.connection_id
        assert "me" not in ana.heard[-1]


@pytest.mark.parametrize("said", ["nonsense", "{}", "[]", '[{"type": "message.new"}]', b"\x00\x01"])
async def test_a_client_that_says_anything_else_is_told_so_and_closed(said):
    async with a_service() as service, visiting(service, "ana") as ana:
        await ana.socket.send(said)
        async with asyncio.timeout(PATIENCE):
            told = json.loads(await ana.socket.recv())
            with pytest.raises(websockets.ConnectionClosed):
                await ana.socket.recv()

    assert told["error"]["code"] == 4


async def test_a_frame_that_is_too_long_ends_the_connection():
    async with a_service(limits=Limits(frame=1000)) as service, visiting(service, "ana") as ana:
        await ana.socket.send("x" * 5000)
        async with asyncio.timeout(PATIENCE):
            with pytest.raises(websockets.ConnectionClosed):
                await ana.socket.recv()

        assert ana.socket.close_code == 1009


async def test_too_many_frames_end_the_connection():
    async with a_service(limits=Limits(frames=1)) as service, visiting(service, "ana") as ana:
        for _ in range(9):
            await ana.socket.send('[{"type": "health.check"}]')
        async with asyncio.timeout(PATIENCE):
            while "error" not in (told := json.loads(await ana.socket.recv())):
                pass

    assert told["error"]["code"] == 9


async def test_there_are_only_so_many_connections():
    async with a_service(limits=Limits(connections=1)) as service, visiting(service, "ana"):
        first, _ = await answer_to(address(service, "bo"))

    assert first["error"]["StatusCode"] == 429


async def test_a_connection_that_does_not_read_is_broken():
    async with a_service(limits=Limits(waiting=50)) as service, visiting(service, "ana") as ana:
        await ana.watch()
        service.stir(200)  # all at once: nothing can be sent meanwhile
        async with asyncio.timeout(PATIENCE):
            await drained(ana.socket)

        assert ana.socket.close_code == 1006


async def test_who_comes_and_goes_is_seen_by_those_who_know_them():
    async with a_service() as service, visiting(service, "bo") as bo:
        await bo.watch()
        async with visiting(service, "ana") as ana:
            await ana.watch()
            await bo.settle()
            watching = [each.id for each in bo.store.channel("messaging:general").watchers]
            here = bo.store.users["ana"].online, "ana" in watching
        while bo.heard[-1]["type"] != "user.presence.changed":
            await bo.hear()

        assert here == (True, True)
        assert bo.store.users["ana"].online is False
        assert "ana" not in [each.id for each in bo.store.channel("messaging:general").watchers]
        assert bo.differs() == []


async def test_a_second_device_keeps_a_user_online_and_hears_the_same():
    async with a_service() as service, visiting(service, "bo") as bo:
        await bo.watch()
        async with visiting(service, "ana") as phone:
            await phone.watch()
            async with visiting(service, "ana") as desk:
                await desk.watch()
                await phone.send("m1")
                heard = [[each["type"] for each in await device.settle()] for device in (phone, desk)]
                sames = [device.differs() for device in (phone, desk)]
            await phone.send("m2")
            await phone.settle()
        await bo.settle()

        assert [kinds.count("message.new") for kinds in heard] == [1, 1]
        assert sames == [[], []]
        assert "m2" in phone.store.messages


async def test_a_second_device_that_does_not_watch_is_notified_though_another_watches():
    async with a_service() as service, visiting(service, "bo") as bo, visiting(service, "ana") as phone:
        await phone.watch()
        async with visiting(service, "ana") as desk:
            await bo.send("m1")
            heard = [[each["type"] for each in await device.settle()] for device in (phone, desk)]

        assert [kinds.count("message.new") for kinds in heard] == [1, 0]
        assert [kinds.count("notification.message_new") for kinds in heard] == [0, 1]
