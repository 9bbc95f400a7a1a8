"""Channels: asked for, made, changed, hidden, left; and pages of what they hold."""

import pytest

from chatstate.server.filters import matches, ordered
from chatstate.server.pages import page
from tests.server.visitors import a_service, visiting

pytestmark = pytest.mark.anyio

CLUB = "/channels/messaging/club"


def cids(answer):
    return [each["channel"]["cid"] for each in answer["channels"]]


async def test_a_query_answers_pages_of_my_channels():
    async with a_service(channels=12) as service, visiting(service, "ana") as ana:
        pages = [await ana.post("/channels", {"limit": 4, "offset": first}) for first in (0, 4, 8, 12)]
        found = [cid for answer in pages for cid in cids(answer)]

        assert sorted(found) == sorted(service.town.world.users["ana"].channels)


async def test_a_query_that_does_not_watch_is_told_nothing():
    async with a_service() as service, visiting(service, "ana") as ana, visiting(service, "bo") as bo:
        await ana.post("/channels", {"state": True})
        await bo.send("m1")

        assert [each["type"] for each in await ana.settle()] == ["notification.message_new"]


@pytest.mark.parametrize(
    ("conditions", "fits"),
    [
        ({"type": "messaging"}, True),
        ({"members": {"$in": ["ana", "nobody"]}}, True),
        ({"members": {"$in": ["nobody"]}}, False),
        ({"members": {"$eq": ["ana"]}}, False),
        ({"members": {"$nin": ["nobody"]}}, True),
        ({"members": {"$contains": "bo"}}, True),
        ({"frozen": False, "hidden": False, "muted": False, "archived": False, "pinned": False}, True),
        ({"joined": True, "has_unread": False, "unread_count": 0}, True),
        ({"invite": {"$exists": False}}, True),
        ({"invite": "pending"}, False),
        ({"plot": 7}, True),
        ({"plot": {"$gt": 6, "$lte": 7}}, True),
        ({"plot": {"$lt": 7}}, False),
        ({"plot": {"$gte": 8}}, False),
        ({"missing": {"$gt": 1}}, False),
        ({"missing": {"$exists": True}}, False),
        ({"cid": {"$ne": "messaging:general"}}, False),
        ({"name": {"$autocomplete": "gard"}}, True),
        ({"member.user.name": {"$q": "an"}}, True),
        ({"created_at": {"$lt": "2100-01-01T00:00:00Z"}}, True),
        ({"last_message_at": {"$exists": False}, "last_updated": {"$gt": "1999-01-01T00:00:00Z"}}, True),
        ({"$and": [{"type": "messaging"}, {"plot": 7}]}, True),
        ({"$or": [{"type": "team"}, {"plot": 8}]}, False),
        ({"$nor": [{"type": "team"}, {"plot": 8}]}, True),
        ({"id": "general", "created_by_id": {"$exists": True}, "member_count": {"$gt": 2}}, True),
    ],
)
def test_a_filter(conditions, fits):
    world = a_service(channels=1).town.world
    channel = world.channels["messaging:general"]
    channel.name, channel.custom = "The Garden", {"plot": 7}

    assert matches(world, channel, "ana", conditions) is fits


def test_channels_are_sorted_by_several_fields_with_what_is_missing_last():
    world = a_service(channels=4).town.world
    channels = list(world.channels.values())
    for channel, plot, season in zip(channels, (2, 1, None, 2), ("b", "c", "a", "a"), strict=True):
        channel.custom = {"season": season} | ({} if plot is None else {"plot": plot})

    by = [{"field": "plot", "direction": -1}, {"field": "season", "direction": 1}]
    assert ordered(world, channels, "ana", by) == [channels[3], channels[0], channels[1], channels[2]]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, "6789"),
        ({"limit": 0}, ""),
        ({"limit": 2}, "89"),
        ({"id_lt": "5"}, "1234"),
        ({"id_lte": "5"}, "2345"),
        ({"id_gt": "5"}, "6789"),
        ({"id_gte": "5", "limit": 2}, "56"),
        ({"id_gt": "2", "id_lt": "5"}, "34"),
        ({"id_around": "5", "limit": 3}, "456"),
        ({"id_around": "0", "limit": 3}, "012"),
        ({"id_around": "9", "limit": 3}, "789"),
        ({"created_at_before": "5"}, "1234"),
        ({"created_at_before_or_equal": "5"}, "2345"),
        ({"created_at_after": "5"}, "6789"),
        ({"created_at_after_or_equal": "5"}, "5678"),
        ({"created_at_around": "5", "limit": 3}, "456"),
    ],
)
def test_a_page(asked, expected):
    service = a_service(channels=1, history=150)
    messages = service.town.world.channels["messaging:general"].messages[:10]
    for number, message in enumerate(messages):
        message.id, message.created_at = str(number), number
    if any(name.startswith("created") for name in asked):
        asked = {name: value if name == "limit" else int(value) for name, value in asked.items()}
    found = page(messages, asked, default=4)

    assert "".join(each.id for each in found) == expected


async def test_pages_of_a_history_join_to_the_whole():
    async with a_service(channels=1) as service, visiting(service, "ana") as ana:
        for number in range(23):
            await ana.send(f"m{number:02d}")
        ana.store.load(await ana.post("/channels/messaging/general/query", {"watch": True, "messages": {"limit": 10}}))
        while len(messages := ana.store.channel("messaging:general").messages) < 23:
            asked = {"messages": {"limit": 10, "id_lt": messages[0].id}}
            ana.store.load(await ana.post("/channels/messaging/general/query", asked))
        await ana.settle()

        assert ana.differs() == []


async def test_a_channel_is_made_by_asking_for_it_and_its_members_are_told():
    async with a_service() as service, visiting(service, "ana") as ana, visiting(service, "bo") as bo:
        made = await ana.post(f"{CLUB}/query", {"data": {"name": "Club", "members": ["bo"], "plot": 7}, "watch": True})
        told = [each["type"] for each in await bo.settle()]

        assert (made["channel"]["name"], made["channel"]["plot"], made["membership"]["role"]) == ("Club", 7, "owner")
        assert told == ["channel.created", "notification.added_to_channel"]
        assert bo.store.channel("messaging:club").name == "Club"


async def test_a_channel_of_just_these_members_is_the_same_each_time():
    async with a_service() as service, visiting(service, "ana") as ana, visiting(service, "bo") as bo:
        asked = [await ana.post("/channels/messaging/query", {"data": {"members": [{"user_id": "bo"}]}})]
        asked.append(await bo.post("/channels/messaging/query", {"data": {"members": ["ana", "bo"]}}))

        assert asked[0]["channel"]["cid"] == asked[1]["channel"]["cid"]
        assert asked[0]["channel"]["id"].startswith("!members-")


async def test_data_replace_the_custom_data_and_a_message_may_tell_of_it():
    async with a_service() as service, visiting(service, "ana") as ana, visiting(service, "bo") as bo:
        await ana.post(f"{CLUB}/query", {"data": {"name": "Club", "members": ["bo"], "plot": 7}})
        await bo.watch()
        told = {"data": {"name": "Pub", "beds": 2}, "message": {"text": "called Pub now"}}
        answer = await ana.post(CLUB, told)
        await bo.settle()

        assert (answer["channel"]["beds"], "plot" in answer["channel"]) == (2, False)
        assert [each.text for each in bo.store.channel("messaging:club").messages] == ["called Pub now"]
        assert bo.store.channel("messaging:club").unread == 0
        assert bo.differs() == []


async def test_a_part_of_a_channel_is_set_and_another_unset():
    async with a_service() as service, visiting(service, "ana") as ana:
        await ana.post(f"{CLUB}/query", {"data": {"name": "Club", "plot": 7, "beds": 2}})
        answer = await ana.ask("PATCH", CLUB, {"set": {"beds": 3, "cooldown": 5}, "unset": ["plot", "name"]})

        assert (answer["channel"]["beds"], answer["channel"]["cooldown"], answer["channel"]["name"]) == (3, 5, "")
        assert "plot" not in answer["channel"]


async def test_members_come_and_go():
    async with a_service() as service, visiting(service, "ana") as ana, visiting(service, "bo") as bo:
        await ana.post(f"{CLUB}/query", {"data": {"name": "Club"}})
        await ana.watch()
        await ana.post(CLUB, {"add_members": ["bo", "cy"]})
        await bo.settle()
        joined = "messaging:club" in bo.store.channels
        await bo.post(CLUB, {"remove_members": ["bo"]})
        await ana.settle()
        await bo.settle()

        assert joined
        assert "messaging:club" not in bo.store.channels
        assert (ana.differs(), bo.differs()) == ([], [])


@pytest.mark.parametrize(("reply", "state"), [("accept_invite", "accepted"), ("reject_invite", "rejected")])
async def test_an_invitation_is_answered(reply, state):
    async with a_service() as service, visiting(service, "ana") as ana, visiting(service, "bo") as bo:
        await ana.post(f"{CLUB}/query", {"data": {"name": "Club"}})
        await ana.post(CLUB, {"invites": ["bo"]})
        await bo.post(CLUB, {reply: True})
        found = await bo.post("/channels", {"filter_conditions": {"invite": state}})

        assert cids(found) == ["messaging:club"]
        assert f"notification.invite_{state}" in [each["type"] for each in await bo.settle()]


async def test_a_hidden_channel_is_answered_only_if_asked_for_and_a_message_brings_it_back():
    async with a_service(channels=1) as service, visiting(service, "ana") as ana, visiting(service, "bo") as bo:
        await ana.post("/channels/messaging/general/hide", {"clear_history": True})
        without, with_it = [
            cids(await ana.post("/channels", {"filter_conditions": asked})) for asked in ({}, {"hidden": True})
        ]
        await bo.send("m1")
        back = cids(await ana.post("/channels"))

        assert (without, with_it, back) == ([], ["messaging:general"], ["messaging:general"])


async def test_a_hidden_channel_is_shown_again():
    async with a_service(channels=1) as service, visiting(service, "ana") as ana:
        await ana.watch()
        for verb in ("hide", "show", "show"):
            await ana.post(f"/channels/messaging/general/{verb}")
        told = [each["type"] for each in await ana.settle() if each["type"].startswith("channel.")]

        assert told == ["channel.hidden", "channel.visible"]


async def test_a_truncated_channel_keeps_what_is_newer():
    async with a_service() as service, visiting(service, "ana") as ana:
        await ana.post(f"{CLUB}/query", {"data": {}})
        await ana.watch()
        await ana.send("m1", "messaging:club")
        second = await ana.send("m2", "messaging:club")
        await ana.post(f"{CLUB}/truncate", {"truncated_at": second["created_at"], "message": {"text": "emptied"}})
        await ana.settle()

        assert [each.text for each in ana.store.channel("messaging:club").messages] == ["text of m2", "emptied"]
        assert ana.differs() == []


async def test_a_deleted_channel_is_gone_for_everyone():
    async with a_service() as service, visiting(service, "ana") as ana, visiting(service, "bo") as bo:
        await ana.post(f"{CLUB}/query", {"data": {"members": ["bo"]}})
        await ana.watch()
        await ana.ask("DELETE", CLUB)
        await ana.settle()
        told = [each["type"] for each in await bo.settle()]

        assert told[-1] == "notification.channel_deleted"
        assert "messaging:club" not in ana.store.channels
        assert (ana.differs(), bo.differs()) == ([], [])


async def test_a_member_pins_and_archives_for_themselves():
    async with a_service(channels=1) as service, visiting(service, "ana") as ana:
        told = {"set": {"pinned": True, "archived": True, "nickname": "An", "role": "owner"}}
        answer = await ana.ask("PATCH", "/channels/messaging/general/member", told)
        undone = await ana.ask("PATCH", "/channels/messaging/general/member", {"unset": ["archived"]})

        assert (answer["channel_member"]["nickname"], answer["channel_member"]["role"]) == ("An", "member")
        assert {"pinned_at", "archived_at"} <= answer["channel_member"].keys()
        assert "archived_at" not in undone["channel_member"]
