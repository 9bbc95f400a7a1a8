"""What was watched is made right again: queries, sync, pages, and frames that arrive meanwhile."""

import asyncio

import pytest

from chatstate.clock import NEVER, parse
from chatstate.live.recovery import THIRTY_DAYS, Recovery
from chatstate.live.watching import Watch
from tests.desk import at_the_desk
from tests.objects import GENERAL, RANDOM, at, channel, member, message
from tests.stories import frame, ids, message_deleted, message_new


def entry(cid=GENERAL, *messages, **more):
    """A channel of a query."""
    return {"channel": channel(cid, **more), "messages": [message(id, at=t, cid=cid) for id, t in messages]}


def recovering(desk, since=5):
    moment = since if since == NEVER else parse(at(since))
    return Recovery(
        desk.session, desk.watching, since=moment, oldest=moment, chance=lambda: 0.0, sleep=desk._pass
    ).run()


def watched(desk, *cids, conditions=None, size=30):
    desk.watching.watches.append(Watch(conditions or {"type": "messaging"}, (), size, list(cids)))


def service(channels=(), events=(), gone=()):
    """Answers queries by these channels, in pages, and syncs by these events."""
    by_cid = {each["channel"]["cid"]: each for each in channels}

    def answer(asked):
        if asked.path == "/sync":
            return {"events": list(events), "inaccessible_cids": list(gone)}
        if asked.path.endswith("/query"):
            return up_to(by_cid[GENERAL], asked.body["messages"])
        if asked.path == "/channels":
            wanted = asked.body["filter_conditions"].get("cid", {}).get("$in")
            found = [each for cid, each in by_cid.items() if wanted is None or cid in wanted]
            return {"channels": found[asked.body["offset"] :][: asked.body["limit"]]}
        return {"members": [], "messages": []}

    return answer


def up_to(room, asked):
    """A channel with a page of the messages it had up to a time."""
    bound = parse(asked["created_at_before_or_equal"])
    older = [each for each in room["messages"] if parse(each["created_at"]) <= bound]
    return room | {"messages": older[-asked["limit"] :]}


def paths(desk):
    return [asked.path for asked in desk.calls]


def test_a_watch_takes_as_many_channels_as_are_wanted_in_pages_of_30():
    async def story(desk):
        desk.answers = service([entry(f"messaging:c{number}") for number in range(100)])
        watch = Watch({}, (("last_message_at", -1),), 5)
        counts = [await desk.watching.more(watch, 70), await desk.watching.more(watch, 70)]
        asked = [(call.body["offset"], call.body["limit"]) for call in desk.calls]
        return counts, asked, watch.complete, desk.calls[0].body["sort"], len(desk.store.channels)

    counts, asked, complete, sort, known = at_the_desk(story)
    assert (counts, complete, known) == ([70, 30], True, 100)
    assert asked == [(0, 30), (30, 30), (60, 10), (70, 30), (100, 30)]
    assert sort == [{"field": "last_message_at", "direction": -1}]


def test_what_was_watched_is_asked_for_again_with_what_happened():
    async def story(desk):
        watched(desk, GENERAL)
        desk.answers = service([entry(GENERAL, ("m1", 1), ("m3", 8))], [message_deleted("m2", at=7, sent=2, hard=True)])
        await recovering(desk)
        return paths(desk), ids(desk.store.channel(GENERAL).messages), desk.calls[1].body

    asked, shown, sync = at_the_desk(story, message_new("m1", at=1), message_new("m2", at=2))
    assert (asked, shown) == (["/channels", "/sync"], ["m1", "m3"])
    assert sync == {"channel_cids": [GENERAL], "last_sync_at": at(5), "with_inaccessible_cids": True}


def test_what_happened_is_taken_in_before_the_page_so_that_no_gap_shows():
    async def story(desk):
        watched(desk, GENERAL, size=2)
        missed = [message_new(f"m{number}", at=number) for number in range(2, 9)]
        desk.answers = service([entry(GENERAL, ("m7", 7), ("m8", 8))], missed)
        await recovering(desk)
        timeline = desk.store.channel(GENERAL).messages
        return ids(timeline), [each.id for each in timeline if timeline.has_gap_before(each)]

    assert at_the_desk(story, message_new("m1", at=1)) == ([f"m{number}" for number in range(1, 9)], [])


def test_where_the_service_does_not_know_what_happened_a_gap_is_left():
    async def story(desk):
        watched(desk, GENERAL, size=2)
        pages = service([entry(GENERAL, ("m7", 7), ("m8", 8))])
        desk.answers = lambda asked: asked.refuse(4, 400, "too many events") if asked.path == "/sync" else pages(asked)
        await recovering(desk)
        timeline = desk.store.channel(GENERAL).messages
        return [each.id for each in timeline if timeline.has_gap_before(each)], desk.faults

    gaps, faults = at_the_desk(story, message_new("m1", at=1))
    assert gaps == ["m7"]
    assert faults == [
        "what happened in messaging:general meanwhile is not told: POST /sync: too many events (code 4, HTTP 400)"
    ]


@pytest.mark.parametrize("since", [NEVER, 0])
def test_what_is_too_long_ago_is_not_asked_for(since):
    async def story(desk):
        watched(desk, GENERAL)
        desk.answers = service([entry(GENERAL, ("m7", 7))])
        await recovering(desk, since)
        return paths(desk)

    later = message_new("m9", at=THIRTY_DAYS / 1e9)
    assert at_the_desk(story, message_new("m1", at=0), later) == ["/channels"]


def test_many_channels_are_asked_for_in_pages_and_synced_100_at_a_time():
    names = [f"messaging:c{number:03}" for number in range(250)]

    async def story(desk):
        watched(desk, *names)
        desk.answers = service([entry(name) for name in names])
        await recovering(desk)
        synced = [call.body["channel_cids"] for call in desk.calls if call.path == "/sync"]
        return (
            paths(desk).count("/channels"),
            [len(each) for each in synced],
            sorted(cid for each in synced for cid in each),
        )

    pages, sizes, synced = at_the_desk(
        story, *[frame("channel.created", 1, cid, channel=channel(cid)) for cid in names]
    )
    assert (pages, max(sizes) <= 100, synced) == (9, True, names)


def test_channels_that_slipped_between_pages_are_asked_for_by_name():
    async def story(desk):
        watched(desk, GENERAL, RANDOM)
        rooms = service([entry(GENERAL), entry(RANDOM)])

        def slipping(asked):
            if asked.path != "/sync" and "cid" not in asked.body["filter_conditions"]:
                return {"channels": [entry(GENERAL)]}
            return rooms(asked)

        desk.answers = slipping
        await recovering(desk)
        return [call.body["filter_conditions"] for call in desk.calls if call.path == "/channels"]

    assert at_the_desk(story) == [{"type": "messaging"}, {"cid": {"$in": [RANDOM]}}]


def test_channels_watched_by_name_are_asked_for_by_name():
    async def story(desk):
        desk.watching.single[RANDOM] = None
        desk.answers = service([entry(RANDOM, ("m1", 1))])
        await recovering(desk)
        return desk.calls[0].body["filter_conditions"], desk.calls[0].body["watch"], RANDOM in desk.store.channels

    assert at_the_desk(story) == ({"cid": {"$in": [RANDOM]}}, True, True)


def test_channels_that_are_known_and_not_watched_are_synced():
    async def story(desk):
        desk.answers = service(events=[message_new("m2", at=8)])
        await recovering(desk)
        return paths(desk), ids(desk.store.channel(GENERAL).messages)

    assert at_the_desk(story, message_new("m1", at=1)) == (["/sync"], ["m1", "m2"])


def test_a_channel_that_is_out_of_reach_leaves_my_list():
    async def story(desk):
        watched(desk, GENERAL)
        desk.answers = service(gone=[GENERAL])
        await recovering(desk)
        return desk.store.channel(GENERAL).exists

    assert at_the_desk(story, message_new("m1", at=1)) is False


def test_a_failing_query_is_made_again_later_and_later_and_reported():
    async def story(desk):
        watched(desk, GENERAL)
        rooms, failing = service([entry(GENERAL, ("m1", 1), ("m2", 8))]), iter(range(9))
        desk.answers = lambda asked: (
            asked.refuse(-1, 500, "broken") if next(failing, None) is not None else rooms(asked)
        )
        await recovering(desk)
        return desk.slept, desk.faults, ids(desk.store.channel(GENERAL).messages)

    slept, faults, shown = at_the_desk(story, message_new("m1", at=1))
    assert [seconds for seconds in slept if seconds >= 0.25] == [0.25, 0.5, 1.0, 0.25, 0.25, 0.5, 1.0, 2.0, 0.25]
    assert faults == ["recovering, to be tried again: POST /channels: broken (code -1, HTTP 500)"] * 2
    assert shown == ["m1", "m2"]


def test_a_query_that_is_refused_for_good_is_reported_and_the_others_go_on():
    async def story(desk):
        watched(desk, GENERAL, conditions={"bad": 1})
        watched(desk, RANDOM)
        rooms = service([entry(RANDOM, ("m2", 8))])
        desk.answers = lambda asked: (
            asked.refuse(4, 400, "bad filter") if asked.body.get("filter_conditions") == {"bad": 1} else rooms(asked)
        )
        await recovering(desk)
        return desk.faults, ids(desk.store.channel(RANDOM).messages)

    faults, shown = at_the_desk(story)
    assert shown == ["m2"]
    assert faults == ["what is here cannot be asked for again: POST /channels: bad filter (code 4, HTTP 400)"]


def test_too_much_at_once_is_asked_for_in_halves():
    names = [f"messaging:c{number}" for number in range(4)]

    async def story(desk):
        def answer(asked):
            if len(asked.body["channel_cids"]) > 1:
                return asked.refuse(4, 400, "too many events")
            return {"events": []}

        desk.answers = answer
        await recovering(desk)
        return [len(call.body["channel_cids"]) for call in desk.calls], desk.faults

    created = [frame("channel.created", 1, cid, channel=channel(cid)) for cid in names]
    assert at_the_desk(story, *created) == ([4, 2, 1, 1, 2, 1, 1], [])


def test_where_nothing_is_known_so_far_back_it_is_not_asked_for_channel_by_channel():
    names = [f"messaging:c{number}" for number in range(8)]

    async def story(desk):
        rooms = service([entry(cid) for cid in names])
        desk.answers = lambda asked: asked.refuse(4, 400, "too long ago") if asked.path == "/sync" else rooms(asked)
        await recovering(desk)
        return [len(call.body["channel_cids"]) for call in desk.calls if call.path == "/sync"]

    created = [frame("channel.created", 1, cid, channel=channel(cid)) for cid in names]
    assert at_the_desk(story, *created) == [8, 4, 2, 1]


def test_a_frame_that_arrives_meanwhile_wins_over_the_answer():
    async def story(desk):
        watched(desk, GENERAL)
        task = asyncio.ensure_future(recovering(desk))
        query = await desk.call()
        desk.apply(message_deleted("m1", at=9, hard=True), message_new("m3", at=10))
        query.answer({"channels": [entry(GENERAL, ("m1", 1), ("m2", 8))]})
        (await desk.call(2)).answer({"events": [message_new("m2", at=8)]})
        await task
        return ids(desk.store.channel(GENERAL).messages), desk.store.channel(GENERAL).unread

    assert at_the_desk(story, message_new("m1", at=1)) == (["m2", "m3"], 2)


def test_what_went_while_nobody_told_is_seen_by_the_answer():
    async def story(desk):
        watched(desk, GENERAL)
        rooms = service([entry(GENERAL, ("m1", 1))])
        desk.apply(frame("health.check", 9, connection_id="c-2", me={"id": "me"}))
        desk.answers = lambda asked: asked.refuse(4, 400) if asked.path == "/sync" else rooms(asked)
        await recovering(desk)
        return desk.store.message("m1").reaction_counts

    liked = message_new("m1", at=1, reaction_counts={"like": 1}, reaction_scores={"like": 1})
    assert at_the_desk(story, liked) == {}


def test_members_of_an_answer_are_taken_in():
    async def story(desk):
        watched(desk, GENERAL)
        desk.answers = service([entry(GENERAL) | {"members": [member("bo", at=8)]}])
        await recovering(desk)
        return list(desk.store.channel(GENERAL).members)

    assert at_the_desk(story) == ["bo"]


def test_what_is_watched_no_longer_is_not_asked_for():
    async def story(desk):
        watched(desk, GENERAL)
        desk.watching.single[GENERAL] = None
        desk.watching.forget(GENERAL)
        await recovering(desk)
        return desk.calls

    assert at_the_desk(story) == []


@pytest.mark.parametrize("answer", [{}, {"channels": 7}, {"channels": [7, {"channel": 7}, {"channel": {"cid": 7}}]}])
def test_a_malformed_answer_is_the_end_of_a_query_and_no_crash(answer):
    async def story(desk):
        watched(desk, GENERAL)
        desk.answers = lambda asked: {"events": []} if asked.path == "/sync" else answer
        await recovering(desk)
        return len(desk.faults) > 0

    assert at_the_desk(story)


def test_what_an_answer_lacks_is_not_taken_from_its_number_again():
    read = {"user": {"id": "me"}, "last_read": at(0), "unread_messages": 2}
    said = [message_new(f"m{number}", at=number) for number in (1, 2, 3)]

    async def story(desk):
        watched(desk, GENERAL)
        room = entry(GENERAL, ("m1", 1), ("m3", 3)) | {"read": [read]}
        desk.answers = service([room], [message_deleted("m2", at=7, sent=2, hard=True)])
        await recovering(desk)
        return desk.store.channel(GENERAL).unread

    assert at_the_desk(story, *said) == 2


def test_what_an_answer_holds_and_was_deleted_since_is_taken_from_its_number():
    read = {"user": {"id": "me"}, "last_read": at(0), "unread_messages": 3}
    said = [message_new(f"m{number}", at=number) for number in (1, 2, 3)]

    async def story(desk):
        watched(desk, GENERAL)
        room = entry(GENERAL, ("m1", 1), ("m2", 2), ("m3", 3)) | {"read": [read]}
        desk.answers = service([room], [message_deleted("m2", at=7, sent=2, hard=True)])
        await recovering(desk)
        return desk.store.channel(GENERAL).unread

    assert at_the_desk(story, *said) == 2


def test_a_little_more_than_was_missed_is_asked_for_unless_that_is_too_much():
    async def story(desk):
        desk.answers = lambda asked: {"events": []} if len(desk.calls) > 1 else asked.refuse(4, 400, "too many events")
        since = parse(at(100))
        await Recovery(desk.session, desk.watching, since=since, chance=lambda: 0.0).run()
        return [call.body["last_sync_at"] for call in desk.calls], desk.faults

    assert at_the_desk(story, message_new("m1", at=1)) == ([at(90), at(100)], [])


def test_a_watch_that_found_fewer_than_were_wanted_finds_those_that_came_meanwhile():
    async def story(desk):
        desk.answers = service()
        watch = Watch({"type": "messaging"}, (), 30)
        await desk.watching.begin(watch, 10)
        before = list(watch.cids)
        desk.answers = service([entry(GENERAL, ("m1", 9))])
        await recovering(desk)
        return before, watch.cids, ids(desk.store.channel(GENERAL).messages)

    assert at_the_desk(story) == ([], [GENERAL], ["m1"])


def test_what_is_refused_for_good_each_time_is_left_as_it_was_in_the_end():
    async def story(desk):
        watched(desk, GENERAL)
        rooms = service([entry(GENERAL, ("m1", 1))])
        desk.answers = lambda asked: (
            asked.refuse(4, 400, "no") if asked.path == "/sync" or asked.path.endswith("/replies") else rooms(asked)
        )
        await recovering(desk)
        return desk.faults[-1], len([path for path in paths(desk) if path.endswith("/replies")]), len(desk.slept)

    told = at_the_desk(story, message_new("m1", at=1), message_new("r1", at=2, parent_id="m1"))
    assert told == ("what the service refuses to tell of stays as it was", 5, 4)
