"""What can be done with the client, with a real service on the loopback interface."""

import pytest

from chatstate import ChannelEvent, event
from chatstate.events.members import TypingStart, TypingStop
from chatstate.events.messages import MessageNew
from chatstate.live.errors import ApiError
from chatstate.server import Service
from tests.company import GENERAL, MINE, a_client, alike, until, with_ana
from tests.loopback import run


@event("test.wave", inert="it is only a wave")
class Wave(ChannelEvent):
    """Someone waved."""

    times: int = 0


def test_what_is_watched_is_the_truth_and_stays_so():
    async def story(service, ana):
        service.stir(100)
        return await alike(service, ana)

    assert with_ana(story) == []


def test_a_message_reaches_the_others():
    async def story(service, ana):
        async with a_client(service, "bo") as bo:
            await bo.watch_channel(GENERAL)
            sent = await ana.send_message(GENERAL, "hello", mood="calm")
            await until(lambda: sent.id in bo.store.messages)
            return bo.store.message(sent.id).text, bo.store.message(sent.id).custom["mood"], sent.text

    assert with_ana(story) == ("hello", "calm", "hello")


def test_all_that_can_be_done_with_a_message():
    async def story(service, ana):
        sent = await ana.send_message(GENERAL, "helo")
        reply = await ana.send_message(GENERAL, "reply", parent_id=sent.id)
        await ana.edit_message(sent.id, "hello", mood="calm")
        await ana.edit_message(sent.id, mood=None)
        await ana.react(sent.id, "like")
        await ana.react(sent.id, "love", unique=True)
        await ana.pin_message(sent.id)
        seen = (
            sent.text, [each.text for each in sent.thread.replies], [each.type for each in sent.own_reactions],
            sent.pinned, dict(sent.custom),
        )  # fmt: skip
        await ana.unreact(sent.id, "love")
        await ana.unpin_message(sent.id)
        await ana.delete_message(reply.id)
        gone = sent.own_reactions, sent.pinned, reply.deleted
        await ana.delete_message(sent.id, hard=True)
        return seen, gone, sent.gone, await alike(service, ana)

    seen, gone, deleted, wrong = with_ana(story)
    assert seen == ("hello", ["reply"], ["love"], True, {})
    assert (gone, deleted, wrong) == (([], False, True), True, [])


def test_all_that_can_be_done_with_a_channel():
    async def story(service, ana):
        room = ana.store.channel(GENERAL)
        await ana.mark_read(GENERAL)
        async with a_client(service, "bo") as bo:
            first = await bo.send_message(GENERAL, "one")
            await bo.send_message(GENERAL, "two")
        await until(lambda: room.unread == 2)
        await ana.mark_read(GENERAL)
        unread = [room.unread]
        await ana.mark_unread(GENERAL, first.id)
        unread.append(room.unread)
        await ana.mark_all_read()
        await until(lambda: room.unread == 0)
        await ana.hide(GENERAL)
        hidden = [room.hidden]
        await ana.show(GENERAL)
        await until(lambda: not room.hidden)  # the word of having been hidden may come after the answer to this
        hidden.append(room.hidden)
        return unread, hidden, await alike(service, ana)

    assert with_ana(story) == ([0, 2], [True, False], [])


def test_typing_is_told_to_the_others():
    async def story(service, ana):
        async with a_client(service, "bo") as bo:
            await bo.watch_channel(GENERAL)
            told = []
            bo.on((TypingStart, TypingStop), lambda event: told.append((event.kind, event.user_id)))
            ana.keystroke(GENERAL)
            ana.keystroke(GENERAL)
            await until(lambda: len(told) == 2)
            return told

    assert with_ana(story) == [("typing.start", "ana"), ("typing.stop", "ana")]


def test_typing_in_a_thread_is_told_with_the_thread():
    async def story(service, ana):
        parent = await ana.send_message(GENERAL, "parent")
        async with a_client(service, "bo") as bo:
            await bo.watch_channel(GENERAL)
            told = []
            bo.on((TypingStart, TypingStop), lambda event: told.append((event.kind, event.parent_id == parent.id)))
            ana.keystroke(GENERAL, parent_id=parent.id)
            await until(lambda: len(told) == 2)
            return told

    assert with_ana(story) == [("typing.start", True), ("typing.stop", True)]


def test_a_thread_is_loaded_whole_though_a_reply_of_it_stands_in_the_channel():
    async def story(service, ana):
        parent = await ana.send_message(GENERAL, "parent")
        for number in range(5):
            await ana.send_message(GENERAL, str(number), parent_id=parent.id, show_in_channel=number == 1)
        async with a_client(service, "bo") as bo:
            await bo.watch_channel(GENERAL)
            counts = [await bo.load_replies(parent.id, limit=2) for _ in range(4)]
            return counts, [each.text for each in bo.store.thread(parent.id).replies]

    assert with_ana(story) == ([2, 2, 1, 0], ["0", "1", "2", "3", "4"])


def test_an_event_of_our_own_kind_is_heard():
    async def story(service, ana):
        heard = []

        @ana.on(Wave, cid=GENERAL)
        async def wave(event):
            heard.append(event.times)

        await ana.send_event(GENERAL, "test.wave", times=3)
        await until(lambda: heard)
        return heard

    assert with_ana(story) == [3]


def test_a_listener_hears_what_it_asked_for_until_it_is_ended():
    async def story(service, ana):
        heard = []
        end = ana.on(MessageNew, lambda event: heard.append(event.message_id), cid=GENERAL)
        sent = await ana.send_message(GENERAL, "one")
        await until(lambda: heard)
        end()
        again = await ana.send_message(GENERAL, "two")
        await until(lambda: again.row.told_at != 0)
        return heard == [sent.id]

    assert with_ana(story)


def test_a_listener_that_raises_is_reported():
    async def story(service, ana):
        faults = []
        ana.store.faults.subscribe(lambda fault: faults.append(fault.problem))

        @ana.on(MessageNew)
        async def fail(event):
            raise LookupError("nothing there")

        await ana.send_message(GENERAL, "hello")
        await until(lambda: faults)
        return faults

    assert with_ana(story) == ["message.new: the listener fail raised LookupError: nothing there"]


def test_older_messages_are_loaded_without_a_gap_until_there_are_no_more():
    async def lived():
        async with Service(seed=7) as service, a_client(service, "bo") as bo:
            await bo.watch_channel(GENERAL)
            for number in range(12):
                await bo.send_message(GENERAL, str(number))
            async with a_client(service) as ana:
                await ana.watch_channel(GENERAL, messages=5)
                room = ana.store.channel(GENERAL)
                counts, more = [], [room.has_older]
                while room.has_older:
                    counts.append(await ana.load_older(GENERAL, limit=4))
                gaps = [each.id for each in room.messages if room.messages.has_gap_before(each)]
                return counts, more, [each.text for each in room.messages], gaps, await ana.load_newer(GENERAL)

    counts, more, texts, gaps, newer = run(lived())
    assert (texts[-12:], gaps, newer, more) == ([str(number) for number in range(12)], [], 0, [True])
    assert sum(counts) == len(texts) - 5


def test_a_gap_is_filled_from_its_edge():
    async def lived():
        async with Service(seed=7) as service, a_client(service, "bo") as bo:
            for number in range(12):
                await bo.send_message(GENERAL, str(number))
            async with a_client(service) as ana:
                await ana.watch_channel(GENERAL, messages=2)
                room = ana.store.channel(GENERAL)
                edge = room.messages[0].id
                for number in range(12, 20):
                    await bo.send_message(GENERAL, str(number))
                return (
                    await ana.load_older(GENERAL, before=edge, limit=3),
                    await ana.load_newer(GENERAL),
                    room.has_older,
                )

    older, _, more = run(lived())
    assert (older, more) == (3, True)


def test_threads_and_members_are_loaded():
    async def story(service, ana):
        sent = await ana.send_message(GENERAL, "parent")
        async with a_client(service, "bo") as bo:
            await bo.watch_channel(GENERAL)
            await bo.send_message(GENERAL, "reply", parent_id=sent.id)
        async with a_client(service) as other:
            await other.watch_channel(GENERAL)
            await other.load_threads()
            members = await other.load_members(GENERAL, limit=2)
            return [each.text for each in other.store.thread(sent.id).replies], members

    assert with_ana(story) == (["reply"], 2)


def test_what_is_watched_no_longer_tells_of_messages_alone_also_after_a_break():
    async def story(service, ana):
        async with a_client(service, "cy") as cy:
            watch = await cy.watch(MINE | {"members": {"$in": ["cy"]}}, limit=1)
            counts = [len(watch.cids), await cy.watch_more(watch, 30)]
            await cy.stop_watching(GENERAL)
            service.faults.drop(user="cy")
            await until(lambda: not cy.store.connection.online)
            await cy.recovered()
            told = []
            cy.on(ChannelEvent, lambda event: told.append(event.kind), cid=GENERAL)
            sent = await ana.send_message(GENERAL, "hello")
            await ana.react(sent.id, "like")
            await until(lambda: told)
            return counts[0], counts[1] > 0, GENERAL in watch.cids, told

    assert with_ana(story) == (1, True, False, ["notification.message_new"])


def test_a_channel_that_is_not_there_is_not_watched():
    async def story(service, ana):
        with pytest.raises(ApiError):
            await ana.watch_channel("nonsense:nothing")
        return list(ana._watching.single)

    assert with_ana(story) == []


def test_any_call_can_be_made():
    async def story(service, ana):
        sent = await ana.send_message(GENERAL, "hello")
        with pytest.raises(ApiError):
            await ana.call("GET", "/messages/nothing")
        return (await ana.call("GET", f"/messages/{sent.id}"))["message"]["text"]

    assert with_ana(story) == "hello"
