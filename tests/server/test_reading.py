"""Reading, muting, members and threads, as calls."""

import json

import pytest

from tests.server.visitors import a_service, visiting

pytestmark = pytest.mark.anyio

GENERAL = "messaging:general"
PATH = "/channels/messaging/general"


async def test_a_read_is_told_to_others_and_to_my_own_devices():
    async with a_service(channels=2) as service, visiting(service, "ana") as ana, visiting(service, "bo") as bo:
        await ana.watch()
        await bo.watch()
        await ana.send("m1")
        await bo.settle()
        before = bo.store.channel(GENERAL).unread
        answer = await bo.post(f"{PATH}/read", {"message_id": "m1"})
        await ana.settle()
        await bo.settle()

        assert (before, bo.store.channel(GENERAL).unread) == (1, 0)
        assert answer["event"]["last_read_message_id"] == "m1"
        assert ana.store.channel(GENERAL).reads["bo"].last_read_message_id == "m1"
        assert (ana.differs(), bo.differs()) == ([], [])


@pytest.mark.parametrize("by_time", [False, True], ids=["from a message on", "from a time on"])
async def test_a_channel_is_marked_unread(by_time):
    async with a_service(channels=1) as service, visiting(service, "ana") as ana, visiting(service, "bo") as bo:
        await bo.watch()
        sent = [await ana.send(f"m{number}") for number in range(3)]
        await bo.post(f"{PATH}/read")
        asked = {"message_timestamp": sent[0]["created_at"]} if by_time else {"message_id": "m1"}
        await bo.post(f"{PATH}/unread", asked)
        await bo.settle()

        assert bo.store.channel(GENERAL).unread == 2
        assert bo.differs() == []


async def test_everything_is_read_at_once():
    async with a_service(history=60) as service, visiting(service, "ana") as ana:
        await ana.watch()
        await ana.post("/channels/read")
        await ana.settle()

        assert ana.store.me.total_unread_count == 0
        assert ana.differs() == []


async def test_channels_are_read_by_name():
    async with a_service(channels=1) as service, visiting(service, "ana") as ana, visiting(service, "bo") as bo:
        await bo.watch()
        await ana.send("m1")
        await bo.post("/channels/read", {"read_by_channel": {GENERAL: ""}})
        await bo.settle()

        assert bo.store.channel(GENERAL).unread == 0


async def test_a_thread_is_read_and_marked_unread():
    async with a_service(channels=1) as service, visiting(service, "ana") as ana, visiting(service, "bo") as bo:
        await ana.watch()
        await ana.send("m1")
        await bo.send("r1", parent_id="m1")
        numbers = []
        for verb in ("read", "unread"):
            await ana.post(f"{PATH}/{verb}", {"thread_id": "m1"})
            await ana.settle()
            numbers.append(ana.store.me.unread_threads)

        assert numbers == [0, 1]
        assert ana.differs() == []


async def test_a_delivery_is_told():
    async with a_service(channels=1) as service, visiting(service, "ana") as ana, visiting(service, "bo") as bo:
        await ana.watch()
        await ana.send("m1")
        await bo.post("/channels/delivered", {"latest_delivered_messages": [{"cid": GENERAL, "id": "m1"}]})
        told = [each for each in await ana.settle() if each["type"] == "message.delivered"]

        assert [each["last_delivered_message_id"] for each in told] == ["m1"]


async def test_a_muted_users_messages_are_not_unread():
    async with a_service(channels=1) as service, visiting(service, "ana") as ana, visiting(service, "bo") as bo:
        await ana.watch()
        answer = await ana.post("/moderation/mute", {"target_ids": ["bo"], "timeout": 60})
        await bo.send("m1")
        await ana.settle()
        quiet = ana.store.channel(GENERAL).unread
        await ana.post("/moderation/unmute", {"target_ids": ["bo"]})
        await bo.send("m2")
        await ana.settle()

        assert answer["mute"]["target"]["id"] == "bo"
        assert (quiet, ana.store.channel(GENERAL).unread) == (0, 1)
        assert ana.differs() == []


async def test_a_muted_channels_messages_are_not_unread():
    async with a_service(channels=1) as service, visiting(service, "ana") as ana, visiting(service, "bo") as bo:
        await ana.watch()
        answer = await ana.post("/moderation/mute/channel", {"channel_cids": [GENERAL], "expiration": 60_000})
        await bo.send("m1")
        await ana.settle()
        quiet = ana.store.channel(GENERAL).unread
        await ana.post("/moderation/unmute/channel", {"channel_cids": [GENERAL]})
        await bo.send("m2")
        await ana.settle()

        assert answer["channel_mute"]["channel"]["cid"] == GENERAL
        assert (quiet, ana.store.channel(GENERAL).unread) == (0, 1)
        assert ana.differs() == []


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({"user_id": {"$in": ["ana", "bo"]}}, ["ana", "bo"]),
        ({"name": {"$autocomplete": "an"}, "id": "ana"}, ["ana"]),
        ({"id": {"$eq": "nobody"}}, []),
    ],
)
async def test_members_are_asked_for(conditions, expected):
    async with a_service(channels=1) as service, visiting(service, "ana") as ana:
        asked = {"type": "messaging", "id": "general", "filter_conditions": conditions}
        answer = await ana.ask("GET", "/members", payload=json.dumps(asked))

        assert [each["user_id"] for each in answer["members"]] == expected


@pytest.mark.parametrize("conditions", [{"colour": 1}, {"id": {"$near": 1}}])
async def test_members_are_not_asked_for_by_what_nobody_knows(conditions):
    async with a_service(channels=1) as service, visiting(service, "ana") as ana:
        asked = {"type": "messaging", "id": "general", "filter_conditions": conditions}
        answers = [await ana.call("GET", "/members", payload=each) for each in (json.dumps(asked), "[]")]

        assert [each.status_code for each in answers] == [400, 400]


async def test_threads_come_in_pages_the_last_active_first():
    async with a_service(channels=1) as service, visiting(service, "ana") as ana:
        await ana.post("/threads", {"watch": True})
        for number in range(5):
            await ana.send(f"m{number}")
            await ana.send(f"r{number}", parent_id=f"m{number}")
        await ana.send("late", parent_id="m0")
        first = await ana.post("/threads", {"limit": 3, "reply_limit": 1, "watch": True})
        second = await ana.post("/threads", {"limit": 3, "next": first["next"]})
        found = [each["parent_message_id"] for each in first["threads"] + second["threads"]]
        one = await ana.ask("GET", "/threads/m0", reply_limit=10)
        ana.store.load(one)

        assert found == ["m0", "m4", "m3", "m2", "m1"]
        assert "next" not in second
        assert [each["id"] for each in first["threads"][0]["latest_replies"]] == ["late"]
        assert [each.id for each in ana.store.thread("m0").replies] == ["r0", "late"]
