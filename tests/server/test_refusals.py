"""What calls are refused, and with which words: never acting for another, never more than the limits."""

import asyncio

import httpx
import pytest

from chatstate.server import Limits
from chatstate.simulator.rules.members import ban
from tests.server.visitors import a_service, visiting

pytestmark = pytest.mark.anyio

GENERAL = "/channels/messaging/general"


async def refused(visitor, method, path, body=None, **query):
    answer = await visitor.call(method, path, body, **query)
    told = answer.json()
    assert answer.status_code == told["StatusCode"]
    return answer.status_code, told["code"]


@pytest.mark.parametrize(
    ("method", "path", "body", "query"),
    [
        ("POST", f"{GENERAL}/message", {"message": {"text": "x", "user_id": "bo"}}, {}),
        ("POST", f"{GENERAL}/message", {"message": {"text": "x", "user": {"id": "bo"}}}, {}),
        ("POST", f"{GENERAL}/read", {"user_id": "bo"}, {}),
        ("POST", f"{GENERAL}/read", {"user": {"id": "bo"}}, {}),
        ("POST", f"{GENERAL}/read", {}, {"user_id": "bo"}),
        ("POST", f"{GENERAL}/hide", {"user_id": "bo"}, {}),
        ("POST", "/messages/b1/reaction", {"reaction": {"type": "like", "user_id": "bo"}}, {}),
        ("POST", "/messages/b1", {"message": {"text": "changed"}}, {}),
        ("PUT", "/messages/b1", {"set": {"text": "changed"}}, {}),
        ("DELETE", "/messages/b1", None, {}),
        ("DELETE", "/messages/b1", None, {"hard": "true"}),
        ("POST", f"{GENERAL}/truncate", {}, {}),
        ("DELETE", GENERAL, None, {}),
        ("PATCH", GENERAL, {"set": {"name": "mine"}}, {}),
        ("PATCH", f"{GENERAL}/member/bo", {"set": {"pinned": True}}, {}),
        ("POST", GENERAL, {"remove_members": ["bo"]}, {}),
        ("POST", "/channels/messaging/private/query", {}, {}),
        ("POST", "/channels/messaging/private/message", {"message": {"text": "x"}}, {}),
    ],
)
async def test_nobody_acts_for_another(method, path, body, query):
    async with a_service() as service, visiting(service, "ana") as ana, visiting(service, "bo") as bo:
        await bo.send("b1")
        await bo.post("/channels/messaging/private/query", {"data": {}})
        before = [(each.id, each.text) for each in service.town.world.messages.values()]

        assert await refused(ana, method, path, body, **query) == (403, 17)
        assert [(each.id, each.text) for each in service.town.world.messages.values()] == before


async def test_a_connection_of_another_is_nobodys_to_use():
    async with a_service() as service, visiting(service, "ana") as ana, visiting(service, "bo") as bo:
        assert await refused(ana, "POST", "/channels", {}, connection_id=bo.connection_id) == (403, 17)


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("POST", f"{GENERAL}/message", {"message": {"id": "m1", "text": "again"}}, (400, 4)),
        ("POST", f"{GENERAL}/message", {"message": {}}, (400, 4)),
        ("POST", f"{GENERAL}/message", {"message": 7}, (400, 4)),
        ("POST", f"{GENERAL}/message", {"message": {"text": 7}}, (400, 4)),
        ("POST", f"{GENERAL}/message", {"message": {"id": "a/b", "text": "x"}}, (400, 4)),
        ("POST", f"{GENERAL}/message", {"message": {"text": "x" * 5001}}, (400, 22)),
        ("POST", f"{GENERAL}/message", {"message": {"text": "x", "parent_id": "none"}}, (404, 16)),
        ("POST", f"{GENERAL}/message", {"message": {"text": "x", "mentioned_users": ["none"]}}, (404, 16)),
        ("POST", f"{GENERAL}/message", {"message": {"text": "x", "attachments": "y"}}, (400, 4)),
        ("POST", "/channels/messaging/none/message", {"message": {"text": "x"}}, (404, 16)),
        ("POST", "/channels/nonsense/none/query", {}, (404, 16)),
        ("POST", "/channels/messaging/so%20what/query", {}, (400, 4)),
        ("POST", "/channels", {"limit": 31}, (400, 4)),
        ("POST", "/channels", {"filter_conditions": {"$xor": []}}, (400, 4)),
        ("POST", "/channels", {"filter_conditions": {"cid": {"$near": 1}}}, (400, 4)),
        ("POST", "/channels", {"filter_conditions": {"cid": {"$in": 1}}}, (400, 4)),
        ("POST", "/channels", {"filter_conditions": {"created_at": {"$gt": "x"}}}, (400, 4)),
        ("POST", "/channels", {"filter_conditions": {"member_count": {"$gt": "x"}}}, (400, 4)),
        ("POST", "/channels", {"sort": [{"field": "cid", "direction": 2}]}, (400, 4)),
        ("POST", "/channels", {"sort": [{"direction": 1}]}, (400, 4)),
        ("POST", f"{GENERAL}/query", {"messages": {"id_lt": "none"}}, (404, 16)),
        ("POST", f"{GENERAL}/query", {"messages": {"created_at_before": "x"}}, (400, 4)),
        ("POST", f"{GENERAL}/read", {"thread_id": "m1"}, (400, 4)),
        ("POST", f"{GENERAL}/unread", {}, (400, 4)),
        ("POST", f"{GENERAL}/unread", {"message_timestamp": "2100-01-01T00:00:00Z"}, (400, 4)),
        ("POST", f"{GENERAL}/unread", {"thread_id": "m1"}, (400, 4)),
        ("POST", f"{GENERAL}/event", {"event": {"type": "message.new"}}, (400, 4)),
        ("POST", f"{GENERAL}/event", {"event": {}}, (400, 4)),
        ("POST", GENERAL, {"accept_invite": True}, (400, 4)),
        ("POST", GENERAL, {"add_members": "bo"}, (400, 4)),
        ("POST", "/messages/m1/reaction", {"reaction": {"type": "like", "score": "many"}}, (400, 4)),
        ("DELETE", "/messages/m1/reaction/like", None, (404, 16)),
        ("GET", "/messages/none", None, (404, 16)),
        ("GET", "/threads/m1", None, (404, 16)),
        ("GET", "/members", None, (400, 4)),
        ("POST", "/threads", {"next": "x"}, (400, 4)),
        ("POST", "/moderation/mute", {"target_ids": ["ana"]}, (400, 4)),
        ("POST", "/sync", {"channel_cids": ["messaging:general"]}, (400, 4)),
        ("POST", "/sync", {"channel_cids": ["a:b"], "last_sync_at": "2001-01-01T00:00:00Z"}, (400, 4)),
        ("POST", "/_faults", {"kind": "earthquake"}, (400, 4)),
        ("POST", "/_faults", {"kind": "drop", "seconds": 3}, (400, 4)),
        ("POST", "/_faults", {"kind": "slow", "seconds": "long"}, (400, 4)),
        ("POST", "/nowhere", {}, (404, 16)),
        ("PUT", "/channels", {}, (405, 4)),
        ("POST", "/channels", [1], (400, 4)),
        ("POST", "/channels", {"a": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}, (400, 4)),
    ],
)
async def test_what_cannot_be_done_is_refused_with_a_reason(method, path, body, expected):
    async with a_service() as service, visiting(service, "ana") as ana:
        await ana.send("m1")

        assert await refused(ana, method, path, body) == expected


async def test_a_call_without_a_token_is_refused():
    async with a_service() as service, httpx.AsyncClient(base_url=service.rest) as http:
        told = [
            (await http.post("/channels", params=asked, headers=headers)).json()["code"]
            for asked, headers in (
                ({}, {}),
                ({"api_key": service.api_key}, {}),
                ({"api_key": service.api_key}, {"authorization": "x"}),
            )
        ]

    assert told == [2, 5, 5]


async def test_a_body_that_is_no_json_is_refused():
    async with a_service() as service, httpx.AsyncClient(base_url=service.rest) as http:
        headers = {"authorization": service.token("ana")}
        answer = await http.post("/channels", params={"api_key": "devkey"}, headers=headers, content=b"{")

    assert (answer.status_code, answer.json()["code"]) == (400, 4)


async def test_a_body_that_is_too_long_is_refused():
    async with a_service(limits=Limits(body=1000)) as service, visiting(service, "ana") as ana:
        assert await refused(ana, "POST", "/channels", {"x": "y" * 2000}) == (413, 4)


async def test_too_many_calls_are_told_when_to_come_again():
    async with a_service(limits=Limits(calls=0.5, burst=3)) as service, visiting(service, "ana") as ana:
        answers = await asyncio.gather(*(ana.call("POST", "/channels", {}) for _ in range(6)))
        late = [each for each in answers if each.status_code == 429]

    assert len(late) == 3
    assert all(0 < float(each.headers["retry-after"]) <= 2 for each in late)


async def test_a_frozen_channel_takes_no_messages():
    async with a_service() as service, visiting(service, "ana") as ana, visiting(service, "bo") as bo:
        await ana.post("/channels/messaging/club/query", {"data": {"members": ["bo"]}})
        await ana.ask("PATCH", "/channels/messaging/club", {"set": {"frozen": True}})

        assert await refused(bo, "POST", "/channels/messaging/club/message", {"message": {"text": "x"}}) == (403, 17)


async def test_a_slow_channel_takes_one_message_at_a_time():
    async with a_service() as service, visiting(service, "ana") as ana, visiting(service, "bo") as bo:
        await ana.post("/channels/messaging/club/query", {"data": {"members": ["bo"]}})
        await ana.ask("PATCH", "/channels/messaging/club", {"set": {"cooldown": 60}})
        await bo.send("b1", "messaging:club")

        assert await refused(bo, "POST", "/channels/messaging/club/message", {"message": {"text": "x"}}) == (403, 60)


async def test_who_is_banned_writes_nothing():
    async with a_service() as service, visiting(service, "ana") as ana:
        world = service.town.world
        channel, owner = world.channels["messaging:general"], world.users["bo"]
        service.town.perform(ban(world, world.users["ana"], owner, channel, reason="spam", expires=None))

        assert await refused(ana, "POST", f"{GENERAL}/message", {"message": {"text": "x"}}) == (403, 17)
