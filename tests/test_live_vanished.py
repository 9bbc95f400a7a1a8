"""Messages that went without a word are let go where an answer shows that they are gone."""

from tests.desk import at_the_desk
from tests.objects import GENERAL, at, message
from tests.stories import ids, message_new
from tests.test_live_recovery import entry, recovering, service, watched


def recovered_page(*page, size=30, known=((1, "m1"), (2, "m2"), (3, "m3")), sync=()):
    """What is left of known messages after recovering, where the service answers with this page."""

    async def story(desk):
        watched(desk, GENERAL, size=size)
        desk.answers = service([entry(GENERAL, *page)], sync)
        await recovering(desk)
        return ids(desk.store.channel(GENERAL).messages)

    return at_the_desk(story, *(message_new(id, at=moment) for moment, id in known))


def test_a_message_that_its_page_does_not_hold_is_no_longer_there():
    assert recovered_page(("m1", 1), ("m3", 3)) == ["m1", "m3"]


def test_a_page_with_room_left_is_all_there_is():
    assert recovered_page(("m3", 3)) == ["m3"]


def test_what_is_older_than_a_full_page_stays():
    assert recovered_page(("m2", 2), ("m3", 3), size=2) == ["m1", "m2", "m3"]


def test_a_full_page_of_news_says_nothing_of_what_was():
    assert recovered_page(("m8", 8), ("m9", 9), size=2) == ["m1", "m2", "m3", "m8", "m9"]


def test_a_message_that_came_after_asking_stays():
    assert recovered_page(("m1", 1), ("m2", 2), ("m3", 3), sync=[message_new("m9", at=9)])[-1] == "m9"


def test_what_vanished_is_unread_no_longer():
    read = {"user": {"id": "me"}, "last_read": at(0), "unread_messages": 2}

    async def story(desk):
        watched(desk, GENERAL)
        desk.answers = service([entry(GENERAL, ("m1", 1), ("m3", 3)) | {"read": [read]}])
        await recovering(desk)
        return desk.store.channel(GENERAL).unread

    assert at_the_desk(story, *(message_new(f"m{number}", at=number) for number in (1, 2, 3))) == 2


def test_a_thread_that_lost_replies_is_asked_for():
    async def story(desk):
        watched(desk, GENERAL)
        rooms = service([entry(GENERAL, ("m1", 1))])
        left = {"messages": [message("r2", at=3, parent_id="m1")]}
        desk.answers = lambda asked: left if asked.path == "/messages/m1/replies" else rooms(asked)
        await recovering(desk)
        return ids(desk.store.thread("m1").replies)

    known = [message_new("m1", at=1), *(message_new(f"r{n}", at=n + 1, parent_id="m1") for n in (1, 2))]
    assert at_the_desk(story, *known) == ["r2"]


def test_what_is_on_its_way_is_not_taken_for_vanished():
    async def story(desk):
        desk.sending.post(GENERAL, {"id": "x1", "text": "hello"})
        watched(desk, GENERAL)
        desk.answers = service([entry(GENERAL, ("m1", 1))])
        desk.apply(message_new("m2", at=9))
        await recovering(desk)
        return ids(desk.store.channel(GENERAL).messages)

    assert at_the_desk(story, message_new("m1", at=1)) == ["m1", "x1"]
