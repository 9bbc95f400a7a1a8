"""Messages and reactions: what one sends, the other hears, as the service would tell it."""

import pytest

from tests.server.visitors import a_service, visiting

pytestmark = pytest.mark.anyio

GENERAL = "messaging:general"


async def heard(visitor, *kinds):
    """The frames of those kinds among what was sent until now."""
    return [frame for frame in await visitor.settle() if frame["type"] in kinds]


def kinds_of(frames):
    return [frame["type"] for frame in frames]


async def test_a_message_comes_back_to_its_author_and_to_those_who_watch():
    async with a_service() as service, visiting(service, "ana") as ana, visiting(service, "bo") as bo:
        await ana.watch()
        await bo.watch()
        answered = await ana.send("m1", colour="red", mentioned_users=["bo"])
        echo, told = await heard(ana, "message.new"), await heard(bo, "message.new")

        assert [each["message"]["id"] for each in echo + told] == ["m1", "m1"]
        assert (answered["id"], answered["colour"], answered["user"]["id"]) == ("m1", "red", "ana")
        assert (ana.store.channel(GENERAL).unread, bo.store.channel(GENERAL).unread_mentions) == (0, 1)
        assert (ana.differs(), bo.differs()) == ([], [])


async def test_a_message_without_an_id_is_given_one():
    async with a_service() as service, visiting(service, "ana") as ana:
        answer = await ana.post("/channels/messaging/general/message", {"message": {"text": "x"}})

        assert (await ana.ask("GET", f"/messages/{answer['message']['id']}"))["message"]["text"] == "x"


async def test_who_does_not_watch_is_notified_of_messages_and_of_little_else():
    async with a_service() as service, visiting(service, "ana") as ana, visiting(service, "bo") as bo:
        await ana.watch()
        await ana.send("m1")
        await ana.post("/messages/m1/reaction", {"reaction": {"type": "like"}})
        await ana.post("/channels/messaging/general/event", {"event": {"type": "typing.start"}})
        told = [each for each in await bo.settle() if each.get("cid") == GENERAL]

        assert kinds_of(told) == ["notification.message_new"]
        assert told[0]["channel"]["cid"] == GENERAL


async def test_who_stops_watching_is_only_notified():
    async with a_service() as service, visiting(service, "ana") as ana, visiting(service, "bo") as bo:
        await bo.watch()
        await bo.post("/channels/messaging/general/stop-watching")
        await bo.settle()
        await ana.send("m1")

        assert kinds_of(await bo.settle()) == ["notification.message_new"]


async def test_an_edit_replaces_the_message_and_its_custom_data():
    async with a_service() as service, visiting(service, "ana") as ana, visiting(service, "bo") as bo:
        await bo.watch()
        sent = await ana.send("m1", colour="red")
        changed = (await ana.post("/messages/m1", {"message": {**sent, "text": "new", "colour": "blue"}}))["message"]
        await bo.settle()

        assert (changed["text"], changed["colour"]) == ("new", "blue")
        assert bo.store.message("m1").text == "new"
        assert bo.differs() == []


async def test_a_part_of_a_message_is_set_and_another_unset():
    async with a_service() as service, visiting(service, "ana") as ana:
        await ana.send("m1", colour="red", size=3)
        answer = await ana.ask("PUT", "/messages/m1", {"set": {"size": 4}, "unset": ["colour"]})

        assert (answer["message"]["text"], answer["message"]["size"]) == ("text of m1", 4)
        assert "colour" not in answer["message"]


async def test_anyone_in_a_channel_may_pin():
    async with a_service() as service, visiting(service, "ana") as ana, visiting(service, "bo") as bo:
        await ana.watch()
        await ana.send("m1")
        await bo.ask("PUT", "/messages/m1", {"set": {"pinned": True}})
        await ana.settle()
        pinned = [each.id for each in ana.store.channel(GENERAL).pinned]
        await bo.ask("PUT", "/messages/m1", {"set": {"pinned": False}})
        await ana.settle()

        assert pinned == ["m1"]
        assert len(ana.store.channel(GENERAL).pinned) == 0


@pytest.mark.parametrize(("how", "left"), [({}, ["m1"]), ({"hard": "true"}, [])], ids=["softly", "for good"])
async def test_a_message_is_deleted(how, left):
    async with a_service() as service, visiting(service, "ana") as ana, visiting(service, "bo") as bo:
        await bo.watch()
        await ana.send("m1")
        answer = await ana.ask("DELETE", "/messages/m1", **how)
        await bo.settle()

        assert answer["message"]["deleted_at"] > answer["message"]["created_at"]
        assert [each.id for each in bo.store.channel(GENERAL).messages] == left
        assert bo.differs() == []


async def test_a_deleted_message_is_not_changed_any_more():
    async with a_service() as service, visiting(service, "ana") as ana:
        await ana.send("m1")
        await ana.ask("DELETE", "/messages/m1")
        told = [
            (await ana.call(method, path, body)).status_code
            for method, path, body in (
                ("POST", "/messages/m1", {"message": {"text": "x"}}),
                ("PUT", "/messages/m1", {"set": {"pinned": True}}),
                ("POST", "/messages/m1/reaction", {"reaction": {"type": "like"}}),
                ("DELETE", "/messages/m1", None),
            )
        ]

        assert told == [400, 400, 400, 200]


async def test_a_message_deleted_for_me_stays_for_others():
    async with a_service() as service, visiting(service, "ana") as ana, visiting(service, "bo") as bo:
        await ana.watch()
        await bo.watch()
        await ana.send("m1")
        await bo.ask("DELETE", "/messages/m1", delete_for_me="true")
        await ana.settle()
        await bo.settle()

        assert (ana.store.message("m1").deleted, bo.store.message("m1").deleted) == (False, True)
        assert (ana.differs(), bo.differs()) == ([], [])


async def test_a_reply_belongs_to_its_thread_and_its_parent_counts_it():
    async with a_service() as service, visiting(service, "ana") as ana, visiting(service, "bo") as bo:
        await ana.watch()
        await ana.send("m1")
        for number in range(5):
            await bo.send(f"r{number}", parent_id="m1")
        told = kinds_of(await ana.settle())
        page = await ana.ask("GET", "/messages/m1/replies", limit=2, id_lt="r4")

        assert told.count("notification.thread_message_new") == 5
        assert ana.store.message("m1").reply_count == 5
        assert [each["id"] for each in page["messages"]] == ["r2", "r3"]
        assert ana.differs() == []


async def test_a_quote_carries_what_it_quotes():
    async with a_service() as service, visiting(service, "ana") as ana:
        await ana.send("m1")
        answer = await ana.send("m2", quoted_message_id="m1")

        assert answer["quoted_message"]["text"] == "text of m1"


async def test_answers_know_my_own_reactions_and_frames_do_not():
    async with a_service() as service, visiting(service, "ana") as ana, visiting(service, "bo") as bo:
        await ana.watch()
        await ana.send("m1")
        await bo.post("/messages/m1/reaction", {"reaction": {"type": "wow", "score": 2}})
        answer = await ana.post("/messages/m1/reaction", {"reaction": {"type": "like", "emoji": "U+1F44D"}})
        frames = await heard(ana, "reaction.new")

        assert [each["type"] for each in answer["message"]["own_reactions"]] == ["like"]
        assert answer["reaction"]["emoji"] == "U+1F44D"
        assert [each["message"]["own_reactions"] for each in frames] == [[], []]
        assert ana.store.message("m1").reaction_counts == {"like": 1, "wow": 1}
        assert ana.differs() == []


async def test_a_unique_reaction_replaces_the_others():
    async with a_service() as service, visiting(service, "ana") as ana:
        await ana.send("m1")
        for type in ("like", "love"):
            await ana.post("/messages/m1/reaction", {"reaction": {"type": type}, "enforce_unique": True})
        before = (await ana.ask("GET", "/messages/m1"))["message"]["reaction_counts"]
        answer = await ana.ask("DELETE", "/messages/m1/reaction/love")

        assert (before, answer["message"]["reaction_counts"]) == ({"love": 1}, {})


async def test_typing_is_told_to_those_who_watch():
    async with a_service() as service, visiting(service, "ana") as ana, visiting(service, "bo") as bo:
        await ana.watch()
        await ana.send("m1")
        for event in ({"type": "typing.start"}, {"type": "typing.start", "parent_id": "m1"}, {"type": "typing.stop"}):
            await bo.post("/channels/messaging/general/event", {"event": event})
        told = await heard(ana, "typing.start", "typing.stop")

        assert [(each["type"], each.get("parent_id")) for each in told] == [
            ("typing.start", None), ("typing.start", "m1"), ("typing.stop", None),
        ]  # fmt: skip
        assert ana.differs() == []


async def test_an_applications_own_event_is_passed_on_as_it_came():
    own = {"type": "wave", "to": "all", "at": 7, "expiration": "soon", "reminder": [1], "last_read_at": 5, "about": {}}
    async with a_service() as service, visiting(service, "ana") as ana, visiting(service, "bo") as bo:
        await ana.watch()
        forged = {"created_at": "2001-01-01T00:00:00Z", "total_unread_count": 99, "user": {"id": "bo"}}
        await bo.post("/channels/messaging/general/event", {"event": own | forged})
        told = (await heard(ana, "wave"))[0]

        assert {key: told[key] for key in own} == own
        assert (told["cid"], told["user"]["id"], told["created_at"] > "2020") == (GENERAL, "bo", True)
        assert "total_unread_count" not in told
        assert ana.differs() == []
