"""Messages on their way out: shown at once, there once, whatever crosses what."""

import asyncio
from itertools import permutations

import pytest

from chatstate.io.comparison import difference
from chatstate.live.errors import ApiError, CallFailed
from chatstate.live.outbox import outgoing, outgoing_in
from tests.desk import at_the_desk, sent, told
from tests.objects import GENERAL, RANDOM, message
from tests.stories import frame, message_deleted, message_new, message_updated, picture


def post(desk, text, id=None, **fields):
    """A message on its way, and the task that sends it."""
    letter = desk.sending.post(GENERAL, {"text": text, **({} if id is None else {"id": id}), **fields})
    return letter, asyncio.ensure_future(desk.sending.send(letter))


async def settled(task):
    return (await asyncio.gather(task, return_exceptions=True))[0]


def test_a_message_shows_at_once_as_pending():
    async def story(desk):
        _, task = post(desk, "hello", "x1")
        seen = desk.texts, outgoing(desk.store, "x1").status, desk.store.channel(GENERAL).last_message.own
        (await desk.call()).answer(sent("x1", "hello", 5))
        await task
        return seen

    assert at_the_desk(story, message_new("m1", at=1, text="first")) == (["first", "hello"], "pending", True)


def test_the_service_is_asked_to_send_it():
    async def story(desk):
        _, task = post(desk, "hello", "x1", silent=True)
        call = await desk.call()
        call.answer(sent("x1", "hello", 5))
        await task
        return call.method, call.path, call.body

    body = {"message": {"text": "hello", "id": "x1", "silent": True}}
    assert at_the_desk(story) == ("POST", "/channels/messaging/general/message", body)


def test_an_id_is_made_where_none_is_given():
    async def story(desk):
        letter, task = post(desk, "hello")
        (await desk.call()).answer(sent(letter.id, "hello", 5))
        await task
        return letter.id, desk.texts

    id, texts = at_the_desk(story)
    assert (id.startswith("me-"), texts) == (True, ["hello"])


def test_when_it_is_answered_it_is_the_services_own_message():
    async def story(desk):
        _, task = post(desk, "hello", "x1")
        (await desk.call()).answer(sent("x1", "hello, filtered", 5))
        await task
        return desk.texts, desk.store.expected, outgoing(desk.store, "x1"), desk.store.message("x1").created_at

    async def as_told(desk):
        desk.apply(told("x1", "hello", 5))
        return desk.store.message("x1").created_at

    texts, expected, row, created_at = at_the_desk(story)
    assert (texts, expected, row, created_at) == (["hello, filtered"], {}, None, at_the_desk(as_told))


@pytest.mark.parametrize("order", list(permutations(["answer", "event", "event again", "other"])))
def test_answer_and_event_may_cross_in_any_order(order):
    async def story(desk):
        _, task = post(desk, "hello", "x1")
        call = await desk.call()
        for step in order:
            if step == "answer":
                call.answer(sent("x1", "hello", 5))
                await task
            else:
                desk.apply(message_new("m2", at=4, text="other") if step == "other" else told("x1", "hello", 5))
            assert desk.texts.count("hello") == 1
        return picture(desk.store)

    async def plain(desk):
        desk.apply(message_new("m2", at=4, text="other"), told("x1", "hello", 5))
        return picture(desk.store)

    assert difference(at_the_desk(story), at_the_desk(plain)) == []


def test_the_event_alone_makes_it_sent():
    async def story(desk):
        _, task = post(desk, "hello", "x1")
        await desk.call()
        desk.apply(told("x1", "hello", 5))
        seen = outgoing(desk.store, "x1")
        desk.calls[0].lose()
        desk.answers = lambda asked: asked.lose()
        return seen, await settled(task), desk.texts

    assert at_the_desk(story) == (None, None, ["hello"])


def test_a_refused_message_stays_as_failed():
    async def story(desk):
        _, task = post(desk, "hello", "x1")
        (await desk.call()).refuse()
        return (
            type(await settled(task)),
            desk.texts,
            outgoing(desk.store, "x1").status,
            outgoing_in(desk.store, GENERAL),
        )

    error, texts, status, listed = at_the_desk(story)
    assert (error, texts, status) == (ApiError, ["hello"], "failed")
    assert [row.problem for row in listed] == [
        "POST /channels/messaging/general/message: not allowed (code 17, HTTP 403)"
    ]


def test_a_lost_answer_is_asked_for_again_and_the_message_found_there():
    async def story(desk):
        _, task = post(desk, "hello", "x1")
        (await desk.call(1)).lose()
        (await desk.call(2)).refuse(4, 400, 'a message with ID "x1" already exists')
        (await desk.call(3)).answer(sent("x1", "hello", 5))
        await task
        return [(call.method, call.path) for call in desk.calls], desk.texts

    calls, texts = at_the_desk(story)
    assert texts == ["hello"]
    assert calls == [
        *[("POST", "/channels/messaging/general/message")] * 2,
        ("GET", "/messages/x1"),
    ]  # fmt: skip


def test_an_id_that_somebody_else_has_is_a_failure():
    async def story(desk):
        _, task = post(desk, "hello", "x1")
        (await desk.call(1)).refuse(4, 400, 'a message with ID "x1" already exists')
        (await desk.call(2)).answer({"message": message("x1", by="bo")})
        return type(await settled(task)), outgoing(desk.store, "x1").status

    assert at_the_desk(story) == (ApiError, "failed")


def test_a_failed_message_is_sent_again_once():
    async def story(desk):
        _, task = post(desk, "hello", "x1")
        (await desk.call()).refuse()
        await settled(task)
        again = asyncio.ensure_future(desk.sending.retry("x1"))
        call = await desk.call(2)
        seen = outgoing(desk.store, "x1").status
        call.answer(sent("x1", "hello", 5))
        await again
        return seen, desk.texts, outgoing(desk.store, "x1")

    assert at_the_desk(story) == ("pending", ["hello"], None)


def test_a_message_that_failed_and_arrived_all_the_same_was_sent():
    async def story(desk):
        _, task = post(desk, "hello", "x1")
        desk.answers = lambda asked: asked.lose()
        (await desk.call()).lose()
        failed = type(await settled(task)), outgoing(desk.store, "x1").status
        desk.apply(told("x1", "hello", 5))
        return failed, outgoing(desk.store, "x1"), desk.texts

    assert at_the_desk(story) == ((CallFailed, "failed"), None, ["hello"])


def test_an_answer_that_holds_it_makes_it_sent():
    async def story(desk):
        _, task = post(desk, "hello", "x1")
        desk.answers = lambda asked: asked.lose()
        (await desk.call()).lose()
        await settled(task)
        desk.store.load({"channel": {"cid": GENERAL}, "messages": [message("x1", by="me", at=5, text="hello")]})
        desk.sending.look()
        return outgoing(desk.store, "x1"), desk.texts

    assert at_the_desk(story) == (None, ["hello"])


def test_messages_of_a_channel_are_sent_one_after_the_other():
    async def story(desk):
        tasks = [post(desk, text, text)[1] for text in ("one", "two", "three")]
        shown = desk.texts
        for number, text in enumerate(("one", "two", "three"), 1):
            call = await desk.call(number)
            assert [call.body["message"]["id"], len(desk.calls)] == [text, number]
            call.answer(sent(text, text, 10 + number))
        await asyncio.gather(*tasks)
        return shown, desk.texts

    assert at_the_desk(story) == (["one", "two", "three"], ["one", "two", "three"])


def test_channels_do_not_wait_for_each_other():
    async def story(desk):
        tasks = [post(desk, "one", "one")[1]]
        other = desk.sending.post(RANDOM, {"text": "two", "id": "two"})
        tasks.append(asyncio.ensure_future(desk.sending.send(other)))
        (await desk.call(2)).answer({"message": message("two", by="me", at=5, cid=RANDOM)})
        await tasks[1]
        desk.calls[0].answer(sent("one", "one", 6))
        await tasks[0]

    at_the_desk(story)


def test_a_pending_message_stays_below_what_others_write_before_it():
    async def story(desk):
        _, task = post(desk, "mine", "x1")
        call = await desk.call()
        desk.apply(message_new("m2", at=4, text="theirs"))
        call.answer(sent("x1", "mine", 5))
        await task
        return desk.texts

    assert at_the_desk(story, message_new("m1", at=1, text="first")) == ["first", "theirs", "mine"]


def test_what_failed_can_be_edited_and_goes_out_as_it_is_then():
    async def story(desk):
        _, task = post(desk, "helo", "x1")
        (await desk.call()).refuse()
        await settled(task)
        await desk.changes.edit("x1", {"text": "hello"})
        shown = desk.texts
        again = asyncio.ensure_future(desk.sending.retry("x1"))
        call = await desk.call(2)
        call.answer(sent("x1", "hello", 5))
        await again
        return shown, call.body["message"]["text"]

    assert at_the_desk(story) == (["hello"], "hello")


def test_what_waits_its_turn_can_be_edited_and_deleted():
    async def story(desk):
        _, first = post(desk, "one", "x1")
        _, second = post(desk, "two", "x2")
        _, third = post(desk, "three", "x3")
        await desk.call()
        await desk.changes.edit("x2", {"text": "zwei"})
        await desk.changes.delete("x3")
        shown = desk.texts
        desk.calls[0].answer(sent("x1", "one", 5))
        (await desk.call(2)).answer(sent("x2", "zwei", 6))
        await asyncio.gather(first, second, third)
        return shown, desk.texts, len(desk.calls)

    assert at_the_desk(story) == (["one", "zwei"], ["one", "zwei"], 2)


def test_an_edit_of_what_is_being_sent_follows_it():
    async def story(desk):
        _, task = post(desk, "helo", "x1")
        call = await desk.call()
        edit = asyncio.ensure_future(desk.changes.edit("x1", {"text": "hello"}))
        await asyncio.sleep(0)
        call.answer(sent("x1", "helo", 5))
        await task
        update = await desk.call(2)
        shown = desk.texts
        update.answer(sent("x1", "hello", 5, updated_at=6))
        await edit
        return update.method, update.path, update.body, shown, desk.texts

    body = {"set": {"text": "hello"}, "unset": []}
    assert at_the_desk(story) == ("PUT", "/messages/x1", body, ["hello"], ["hello"])


def test_deleting_what_may_have_arrived_deletes_it_there_too():
    async def story(desk):
        _, task = post(desk, "hello", "x1")
        desk.answers = lambda asked: {} if asked.method == "DELETE" else asked.lose()
        (await desk.call()).lose()
        await settled(task)
        await desk.changes.delete("x1")
        return desk.texts, desk.calls[-1].method, desk.calls[-1].path, desk.calls[-1].query["hard"]

    assert at_the_desk(story) == ([], "DELETE", "/messages/x1", "true")


def test_deleting_what_was_refused_is_nobodys_concern():
    async def story(desk):
        _, task = post(desk, "hello", "x1")
        (await desk.call()).refuse()
        await settled(task)
        await desk.changes.delete("x1")
        return desk.texts, len(desk.calls), desk.store.expected, outgoing(desk.store, "x1")

    assert at_the_desk(story) == ([], 1, {}, None)


def test_an_id_that_is_taken_is_refused_before_it_is_shown():
    async def story(desk):
        with pytest.raises(ValueError, match="there is a message 'm1' already"):
            desk.sending.post(GENERAL, {"id": "m1"})

    at_the_desk(story, message_new("m1", at=1))


def test_a_cancelled_call_leaves_a_failed_message():
    async def story(desk):
        _, task = post(desk, "hello", "x1")
        await desk.call()
        task.cancel()
        await settled(task)
        return desk.texts, outgoing(desk.store, "x1").status

    assert at_the_desk(story) == (["hello"], "failed")


def test_a_message_that_was_deleted_while_it_was_sent_is_gone():
    async def story(desk):
        _, task = post(desk, "hello", "x1")
        call = await desk.call()
        desk.apply(told("x1", "hello", 5), message_deleted(message("x1", by="me", at=5), at=6, sent=5, hard=True))
        call.answer(sent("x1", "hello", 5))
        await task
        return desk.texts, outgoing(desk.store, "x1")

    assert at_the_desk(story) == ([], None)


def test_an_edit_that_overtakes_the_answer_stays():
    async def story(desk):
        _, task = post(desk, "helo", "x1")
        call = await desk.call()
        edited = message("x1", by="me", at=5, text="hello", updated_at=6)
        desk.apply(message_updated(edited, at=6, sent=5))
        call.answer(sent("x1", "helo", 5))
        await task
        desk.apply(told("x1", "helo", 5))
        return desk.texts

    assert at_the_desk(story) == ["hello"]


def test_a_reply_shows_in_its_thread_alone():
    async def story(desk):
        _, task = post(desk, "reply", "x1", parent_id="m1")
        shown = desk.texts, [each.text for each in desk.store.thread("m1").replies]
        (await desk.call()).answer(sent("x1", "reply", 5, parent_id="m1"))
        await task
        return shown

    assert at_the_desk(story, message_new("m1", at=1, text="parent")) == (["parent"], ["reply"])


def test_a_deleted_channel_takes_what_was_on_its_way_along():
    async def story(desk):
        _, task = post(desk, "hello", "x1")
        call = await desk.call()
        desk.apply(frame("channel.deleted", 5, GENERAL))
        call.refuse(16, 404, "no such channel")
        await settled(task)
        seen = desk.store.channel(GENERAL).exists, outgoing(desk.store, "x1").status
        await desk.changes.delete("x1")
        return seen, outgoing(desk.store, "x1")

    assert at_the_desk(story, message_new("m1", at=1)) == ((False, "failed"), None)
