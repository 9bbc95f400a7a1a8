"""Changes that show at once, are confirmed by the answer, and go again where they are refused."""

import asyncio

import pytest

from chatstate.io.comparison import difference
from chatstate.live import calls
from chatstate.live.errors import ApiError
from tests.desk import at_the_desk, told
from tests.objects import GENERAL, message, reaction
from tests.stories import (
    frame,
    message_deleted,
    message_new,
    message_read,
    message_updated,
    picture,
    reaction_new,
    reaction_updated,
)

MINE = told("m1", "helo", 1)
THEIRS = message_new("m2", at=2, text="theirs")


def answered(**more):
    return {"message": message("m1", by="me", at=1, **more)}


def edited(text, moment):
    return message_updated(message("m1", by="me", at=1, text=text, updated_at=moment), at=moment, by="me")


CHANGES = {
    "edit": (
        lambda desk: desk.changes.edit("m1", {"text": "hello"}),
        ("PUT", "/messages/m1", {"set": {"text": "hello"}, "unset": []}),
        lambda desk: desk.store.message("m1").text,
        ("helo", "hello"),
        answered(text="hello", updated_at=6),
        edited("hello", 6),
    ),
    "delete": (
        lambda desk: desk.changes.delete("m1"),
        ("DELETE", "/messages/m1", None),
        lambda desk: desk.store.message("m1").deleted,
        (False, True),
        answered(text="helo", type="deleted", deleted_at=6, updated_at=6),
        message_deleted(message("m1", by="me", at=1, deleted_at=6, type="deleted", updated_at=6, text="helo"), at=6),
    ),
    "delete for good": (
        lambda desk: desk.changes.delete("m1", hard=True),
        ("DELETE", "/messages/m1", None),
        lambda desk: desk.store.message("m1").exists,
        (True, False),
        answered(text="helo"),
        message_deleted(message("m1", by="me", at=1), at=6, hard=True),
    ),
    "react": (
        lambda desk: desk.changes.react("m1", "like", custom={}),
        ("POST", "/messages/m1/reaction", {"reaction": {"type": "like", "score": 1}, "enforce_unique": False}),
        lambda desk: (dict(desk.store.message("m1").reaction_counts), own(desk)),
        (({}, []), ({"like": 1}, ["like"])),
        answered(text="helo", reaction_counts={"like": 1}, reaction_scores={"like": 1})
        | {"reaction": reaction("like", "m1", by="me", at=6)},
        reaction_new(
            message("m1", by="me", at=1, text="helo", reaction_counts={"like": 1}, reaction_scores={"like": 1}),
            "like", by="me", at=6,
        ),
    ),
    "pin": (
        lambda desk: desk.changes.edit("m1", {"pinned": True}),
        ("PUT", "/messages/m1", {"set": {"pinned": True}, "unset": []}),
        lambda desk: [each.id for each in desk.store.channel(GENERAL).pinned],
        ([], ["m1"]),
        answered(text="helo", pinned=True, pinned_at=6, pinned_by={"id": "me"}),
        message_updated(
            message("m1", by="me", at=1, text="helo", pinned=True, pinned_at=6, pinned_by={"id": "me"}), at=6, by="me",
        ),
    ),
    "hide": (
        lambda desk: desk.changes.channel("channel.hidden", GENERAL, calls.hide(GENERAL)),
        ("POST", "/channels/messaging/general/hide", {"clear_history": False}),
        lambda desk: desk.store.channel(GENERAL).hidden,
        (False, True),
        {},
        frame("channel.hidden", 6, GENERAL, by="me"),
    ),
    "read": (
        lambda desk: desk.changes.channel("message.read", GENERAL, calls.mark_read(GENERAL)),
        ("POST", "/channels/messaging/general/read", {}),
        lambda desk: desk.store.channel(GENERAL).unread,
        (1, 0),
        {"event": message_read(by="me", at=6)},
        message_read(by="me", at=6),
    ),
}  # fmt: skip
"""What is done, what is asked for, what shows, before and after, what is answered, and the event that tells of it."""


def own(desk):
    return [each.type for each in desk.store.message("m1").own_reactions]


@pytest.fixture(params=CHANGES)
def change(request):
    return CHANGES[request.param]


def test_a_change_shows_at_once_and_is_asked_for(change):
    do, asked, show, (before, after), answer, _ = change

    async def story(desk):
        shown = [show(desk)]
        task = asyncio.ensure_future(do(desk))
        call = await desk.call()
        shown.append(show(desk))
        call.answer(answer)
        await task
        return shown, (call.method, call.path, call.body)

    assert at_the_desk(story, MINE, THEIRS) == ([before, after], asked)


def test_a_change_that_is_answered_stays(change):
    do, _, show, (_, after), answer, _ = change

    async def story(desk):
        desk.answers = lambda asked: answer
        await do(desk)
        return show(desk), desk.store.expected

    assert at_the_desk(story, MINE, THEIRS) == (after, {})


def test_a_change_that_is_refused_is_gone(change):
    do, _, _, _, _, _ = change

    async def story(desk):
        before = picture(desk.store)
        task = asyncio.ensure_future(do(desk))
        (await desk.call()).refuse()
        with pytest.raises(ApiError, match="not allowed"):
            await task
        return difference(before, picture(desk.store))

    assert at_the_desk(story, MINE, THEIRS) == []


def test_a_change_that_is_cancelled_is_gone(change):
    do, _, _, _, _, _ = change

    async def story(desk):
        before = picture(desk.store)
        task = asyncio.ensure_future(do(desk))
        await desk.call()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return difference(before, picture(desk.store))

    assert at_the_desk(story, MINE, THEIRS) == []


@pytest.mark.parametrize("order", ["answer first", "event first"])
def test_answer_and_event_leave_what_the_event_alone_does(change, order):
    do, _, _, _, answer, event = change

    async def story(desk):
        task = asyncio.ensure_future(do(desk))
        call = await desk.call()
        if order == "event first":
            desk.apply(event)
        call.answer(answer)
        await task
        desk.apply(event)
        return picture(desk.store)

    async def plain(desk):
        desk.apply(event)
        return picture(desk.store)

    assert difference(at_the_desk(story, MINE, THEIRS), at_the_desk(plain, MINE, THEIRS)) == []


def test_a_refusal_takes_nothing_from_what_is_newer():
    async def story(desk):
        task = asyncio.ensure_future(desk.changes.edit("m1", {"text": "mine"}))
        call = await desk.call()
        shown = [desk.store.message("m1").text]
        desk.apply(edited("newer", 7))
        shown.append(desk.store.message("m1").text)
        call.refuse()
        await asyncio.gather(task, return_exceptions=True)
        return [*shown, desk.store.message("m1").text]

    assert at_the_desk(story, MINE) == ["mine", "newer", "newer"]


def test_a_later_edit_shows_over_an_earlier_one_and_follows_it():
    async def story(desk):
        tasks = [asyncio.ensure_future(desk.changes.edit("m1", {"text": text})) for text in ("one", "two")]
        first = await desk.call()
        shown = [desk.store.message("m1").text, len(desk.calls)]
        first.answer(answered(text="one", updated_at=6))
        second = await desk.call(2)
        shown.append(desk.store.message("m1").text)
        second.refuse()
        await asyncio.gather(*tasks, return_exceptions=True)
        return [*shown, desk.store.message("m1").text]

    assert at_the_desk(story, MINE) == ["two", 1, "two", "one"]


def test_a_unique_reaction_takes_the_place_of_the_others():
    async def story(desk):
        task = asyncio.ensure_future(desk.changes.react("m1", "love", unique=True, custom={}))
        call = await desk.call()
        shown = own(desk), dict(desk.store.message("m1").reaction_counts)
        call.refuse()
        await asyncio.gather(task, return_exceptions=True)
        return shown, own(desk)

    counts = {"like": 2, "wow": 1}
    frames = [reaction_new("m1", type, by="me", at=3, counts=counts, scores=counts) for type in ("like", "wow")]
    assert at_the_desk(story, MINE, *frames) == ((["love"], {"like": 1, "love": 1}), ["like", "wow"])


def test_a_reaction_is_taken_back():
    async def story(desk):
        task = asyncio.ensure_future(desk.changes.unreact("m1", "like"))
        call = await desk.call()
        shown = own(desk), dict(desk.store.message("m1").reaction_counts)
        gone = message("m1", by="me", at=1, reaction_counts={"like": 1}, reaction_scores={"like": 1})
        call.answer({"message": gone, "reaction": reaction("like", "m1", by="me", at=2)})
        await task
        return shown, own(desk), (call.method, call.path)

    liked = reaction_new("m1", "like", by="me", at=2, counts={"like": 2}, scores={"like": 2})
    shown, after, asked = at_the_desk(story, MINE, liked)
    assert (shown, after, asked) == (([], {"like": 1}), [], ("DELETE", "/messages/m1/reaction/like"))


def test_a_field_can_be_taken_away():
    async def story(desk):
        task = asyncio.ensure_future(desk.changes.edit("m1", {}, unset=["mood"]))
        call = await desk.call()
        call.answer(answered(text="helo", updated_at=6))
        await task
        return call.body

    assert at_the_desk(story, told("m1", "helo", 1, mood="calm")) == {"set": {}, "unset": ["mood"]}


def test_what_is_not_known_cannot_be_changed():
    async def story(desk):
        with pytest.raises(KeyError, match="the message 'm9' is not known"):
            await desk.changes.edit("m9", {"text": "x"})

    at_the_desk(story)


def test_a_new_score_of_another_device_wins():
    async def story(desk):
        task = asyncio.ensure_future(desk.changes.react("m1", "like", score=2, custom={}))
        call = await desk.call()
        more = message("m1", by="me", at=1, reaction_counts={"like": 1}, reaction_scores={"like": 9})
        desk.apply(reaction_updated(more, "like", by="me", at=8, score=9))
        call.refuse()
        await asyncio.gather(task, return_exceptions=True)
        return [(each.type, each.score) for each in desk.store.message("m1").own_reactions]

    assert at_the_desk(story, MINE) == [("like", 9)]


def test_an_answer_that_is_later_than_the_event_is_no_harm():
    async def story(desk):
        task = asyncio.ensure_future(desk.changes.channel("channel.hidden", GENERAL, calls.hide(GENERAL)))
        call = await desk.call()
        desk.apply(frame("channel.hidden", 6, GENERAL, by="me"), message_new("m3", at=7))
        call.answer({})
        await task
        return desk.store.channel(GENERAL).hidden

    assert at_the_desk(story, MINE) is False


@pytest.mark.parametrize("way", ["delete for good", "take back"])
def test_what_is_gone_when_a_call_is_repeated_was_taken_away_by_it(way):
    async def story(desk):
        deed = desk.changes.delete("m1", hard=True) if way == "delete for good" else desk.changes.unreact("m1", "like")
        task = asyncio.ensure_future(deed)
        (await desk.call()).lose()
        (await desk.call(2)).refuse(16, 404, "there is no such thing")
        await task
        return desk.store.message("m1").exists, own(desk)

    liked = reaction_new("m1", "like", by="me", at=2, counts={"like": 1}, scores={"like": 1})
    assert at_the_desk(story, MINE, liked) == (way == "take back", [])


def test_what_was_never_there_is_refused():
    async def story(desk):
        task = asyncio.ensure_future(desk.changes.unreact("m1", "like"))
        (await desk.call()).refuse(16, 404, "there is no such thing")
        with pytest.raises(ApiError):
            await task

    at_the_desk(story, MINE)
