"""Where the service does not tell what happened meanwhile, all that is here is asked for again."""

import pytest

from chatstate.live.errors import ApiError
from chatstate.live.watching import Watch
from tests.desk import at_the_desk
from tests.objects import GENERAL, RANDOM, channel, member, message
from tests.stories import ids, member_added, message_new
from tests.test_live_recovery import entry, paths, recovering, service, watched

KNOWN = [message_new(f"m{number}", at=number) for number in range(1, 5)]


def refusing_syncs(answers):
    """The same answers, but for what happened: that is too much, or too long ago."""
    return lambda asked: asked.refuse(4, 400, "too many events") if asked.path == "/sync" else answers(asked)


def page(*messages, cid=GENERAL, **more):
    """A channel of a query whose messages are given whole."""
    return {"channel": channel(cid, **more), "messages": list(messages)}


def test_a_channel_that_is_not_watched_is_asked_for_by_name():
    async def story(desk):
        now = page(message("m1", at=1, text="changed", updated_at=8), message("m3", at=3), message("m8", at=8))
        desk.answers = refusing_syncs(service([now]))
        await recovering(desk)
        asked = next(call.body for call in desk.calls if call.path == "/channels")
        return asked["filter_conditions"], asked["watch"], ids(desk.store.channel(GENERAL).messages), desk.texts[0]

    by_name = {"cid": {"$in": [GENERAL]}}
    assert at_the_desk(story, *KNOWN) == (by_name, False, ["m1", "m3", "m8"], "changed")


def test_a_channel_that_is_found_by_name_no_longer_has_left_my_list():
    async def story(desk):
        desk.answers = refusing_syncs(service())
        await recovering(desk)
        asked = [call.body["filter_conditions"] for call in desk.calls if call.path == "/channels"]
        return asked, desk.store.channel(GENERAL).exists

    by_name = {"cid": {"$in": [GENERAL]}}
    assert at_the_desk(story, *KNOWN) == ([by_name, by_name | {"hidden": True}], False)


def test_what_is_older_than_a_page_is_asked_for_again_and_the_gap_stays():
    history = [message("m1", at=1, text="changed", updated_at=7), message("m3", at=3), message("m4", at=4)]

    async def story(desk):
        watched(desk, GENERAL, size=2)
        whole = page(*history, *(message(f"m{number}", at=number) for number in range(5, 10)))
        rooms = service([whole])

        def answer(asked):
            if asked.path == "/channels":
                return {"channels": [whole | {"messages": whole["messages"][-2:]}]}
            return rooms(asked)

        desk.answers = refusing_syncs(answer)
        await recovering(desk)
        timeline = desk.store.channel(GENERAL).messages
        return ids(timeline), desk.texts[0], [each.id for each in timeline if timeline.has_gap_before(each)]

    assert at_the_desk(story, *KNOWN) == (["m1", "m3", "m4", "m8", "m9"], "changed", ["m8"])


def test_older_messages_are_asked_for_in_pages_until_the_oldest():
    known = [message_new(f"k{number:03}", at=number / 100) for number in range(450)]

    async def story(desk):
        watched(desk, GENERAL, size=1)
        whole = page(*(each["message"] for each in known), message("m9", at=9))
        rooms = service([whole])
        only_last = {"channels": [whole | {"messages": whole["messages"][-1:]}]}
        desk.answers = refusing_syncs(lambda asked: only_last if asked.path == "/channels" else rooms(asked))
        await recovering(desk)
        return paths(desk).count("/channels/messaging/general/query"), len(desk.store.channel(GENERAL).messages)

    assert at_the_desk(story, *known) == (2, 451)


def test_threads_are_asked_for_again():
    async def story(desk):
        watched(desk, GENERAL)
        rooms = service([page(message("m1", at=1, reply_count=2))])
        left = {"messages": [message("r2", at=3, parent_id="m1", text="changed", updated_at=7)]}
        desk.answers = refusing_syncs(lambda asked: left if "replies" in asked.path else rooms(asked))
        await recovering(desk)
        return [(each.id, each.text) for each in desk.store.thread("m1").replies]

    replies = [message_new(f"r{n}", at=n + 1, parent_id="m1") for n in (1, 2)]
    assert at_the_desk(story, KNOWN[0], *replies) == [("r2", "changed")]


def test_a_member_whom_the_whole_list_does_not_name_has_left():
    async def story(desk):
        watched(desk, GENERAL)
        desk.answers = refusing_syncs(service([page(member_count=1) | {"members": [member("bo", at=1)]}]))
        await recovering(desk)
        return list(desk.store.channel(GENERAL).members), "/members" in paths(desk)

    assert at_the_desk(story, member_added("bo", at=1), member_added("cy", at=1)) == (["bo"], False)


def test_a_member_whom_a_part_of_the_list_does_not_name_is_asked_for():
    async def story(desk):
        watched(desk, GENERAL)
        rooms = service([page(member_count=900) | {"members": [member("bo", at=1)]}])
        found = {"members": [member("cy", at=1)]}
        desk.answers = refusing_syncs(lambda asked: found if asked.path == "/members" else rooms(asked))
        await recovering(desk)
        return list(desk.store.channel(GENERAL).members)

    assert at_the_desk(story, *(member_added(name, at=1) for name in ("bo", "cy", "di"))) == ["bo", "cy"]


@pytest.mark.parametrize("refused", ["/channels", "/channels/messaging/general/query", "/messages/m1/replies"])
def test_it_is_not_over_before_all_of_it_was_told(refused):
    async def story(desk):
        watched(desk, GENERAL, size=1)
        rooms, times = service([page(message("m1", at=1, reply_count=1), message("m8", at=8))]), []
        last = page(message("m8", at=8))

        def answer(asked):
            if asked.path == refused and len(times) < 3:
                times.append(1)
                return asked.refuse(17, 403)
            watching = asked.path == "/channels" and asked.body["message_limit"] == 1
            return {"channels": [last]} if watching else rooms(asked)

        desk.answers = refusing_syncs(answer)
        await recovering(desk)
        return len(times), [pause for pause in desk.slept if pause], ids(desk.store.channel(GENERAL).messages)

    reply = message_new("r1", at=2, parent_id="m1")
    times, slept, shown = at_the_desk(story, KNOWN[0], reply)
    assert (times, len(slept) > 0, shown) == (3, True, ["m1", "m8"])


def test_a_hidden_channel_that_is_watched_by_name_is_found():
    async def story(desk):
        desk.watching.single[RANDOM] = None
        room = service([entry(RANDOM, ("m1", 1))])
        desk.answers = lambda asked: (
            {"channels": []}
            if asked.path == "/channels" and "hidden" not in asked.body["filter_conditions"]
            else room(asked)
        )
        await recovering(desk)
        return [call.body["watch"] for call in desk.calls if call.path == "/channels"], RANDOM in desk.store.channels

    assert at_the_desk(story) == ([True, True], True)


def test_what_is_watched_no_longer_is_told_so_where_a_query_finds_it():
    async def story(desk):
        watched(desk, GENERAL, RANDOM)
        desk.watching.forget(RANDOM)
        desk.answers = service([entry(GENERAL), entry(RANDOM)])
        await recovering(desk)
        told = [call.path for call in desk.calls if "stop-watching" in call.path]
        return told, desk.watching.watches[0].cids

    assert at_the_desk(story) == (["/channels/messaging/random/stop-watching"], [GENERAL])


def test_what_is_watched_no_longer_is_watched_again_where_a_new_query_finds_it():
    async def story(desk):
        desk.answers = service([entry(GENERAL)])
        desk.watching.forget(GENERAL)
        await desk.watching.begin(Watch({}, (), 30), 30)
        await recovering(desk)
        return [call.path for call in desk.calls if "stop-watching" in call.path]

    assert at_the_desk(story) == []


def test_what_is_watched_while_it_recovers_stays_watched():
    async def story(desk):
        watched(desk, GENERAL)
        (watch,) = desk.watching.watches
        rooms = service([entry(GENERAL), entry(RANDOM)])

        def answer(asked):
            if len(desk.calls) == 1:
                watch.note([RANDOM], 30)  # the answer to somebody else's call
                return {"channels": [entry(GENERAL)]}
            return rooms(asked)

        desk.answers = answer
        await recovering(desk)
        return watch.cids

    assert at_the_desk(story) == [GENERAL, RANDOM]


def test_what_was_asked_for_through_a_connection_that_is_gone_is_asked_for_again():
    async def story(desk):
        def answer(asked):
            if len(desk.calls) == 1:
                desk.rest.connection_id = "c-2"
            return {"channels": [entry(GENERAL)]} if asked.path == "/channels" else entry(GENERAL)

        desk.answers = answer
        watched(desk)
        await desk.watching.more(desk.watching.watches[0], 30)
        return [call.query["connection_id"] for call in desk.calls], desk.watching.watches[0].cids

    assert at_the_desk(story) == (["c-1", "c-2"], [GENERAL])


def test_what_was_refused_through_a_connection_that_is_gone_is_asked_for_again():
    async def story(desk):
        def answer(asked):
            if len(desk.calls) == 1:
                desk.rest.connection_id = None
                return asked.refuse(4, 400, "no such connection")
            return entry(GENERAL)

        desk.answers = answer
        await desk.watching.one(GENERAL, 30)
        return [call.body["watch"] for call in desk.calls], list(desk.watching.single)

    assert at_the_desk(story) == ([True, False], [GENERAL])


def test_a_query_that_was_refused_at_first_is_not_watched():
    async def story(desk):
        desk.answers = lambda asked: asked.refuse(4, 400, "bad filter")
        with pytest.raises(ApiError):
            await desk.watching.begin(Watch({"bad": 1}, (), 30), 30)
        return desk.watching.watches

    assert at_the_desk(story) == []
