"""What stands around the messages: channels, the connection, people, help, colours, and every size of a terminal."""

import pytest

pytest.importorskip("textual", reason="the chat needs textual")
pytest.importorskip("uvicorn", reason="the chat is tried on a local service")

from textual.widgets import Input

from chatstate.chat.people import People
from chatstate.chat.prompts import KEYS, Help
from tests.chat.town import LARGE, MIDDLE, SMALL, is_shown, live, picture
from tests.company import GENERAL


def room_of(scene, cid):
    return next((room for room in scene.app.rooms.rooms if room.cid == cid), None)


def another(scene):
    """A channel that is not open, with bo in it."""
    here = scene.bo.store
    counted = (cid for cid in scene.ana.store.channels if cid != GENERAL and not cid.startswith("livestream"))
    return next(cid for cid in counted if cid in here.channels)


async def elsewhere(scene):
    """Have bo in all the channels he is in; answers one that ana is in too."""
    await scene.bo.watch({"members": {"$in": ["bo"]}})
    return another(scene)


# Channels


def test_a_message_elsewhere_makes_a_badge_and_brings_its_channel_up():
    async def story(scene):
        cid = await elsewhere(scene)
        await scene.bo.send_message(cid, "over here")
        await scene.until(lambda: room_of(scene, cid).unread == 1)
        first = scene.app.rooms.rooms[0]
        return first.cid == cid, first.preview

    assert live(story) == (True, "Bo: over here")


def test_who_opens_a_channel_has_read_it_and_sees_where_the_new_begins():
    async def story(scene):
        cid = await elsewhere(scene)
        for number in range(3):
            await scene.bo.send_message(cid, f"news {number}")
        await scene.until(lambda: room_of(scene, cid).unread == 3)
        await scene.press("ctrl+n")
        await scene.shows("new messages")
        shown = picture(scene.app)
        await scene.until(lambda: room_of(scene, cid).unread == 0)
        await scene.until(lambda: "ana" in scene.bo.store.channel(cid).reads)
        return shown.index("new messages") < shown.index("  news 0"), "new messages" in picture(scene.app)

    assert live(story) == (True, True)


def test_channels_are_gone_through_by_keys():
    async def story(scene):
        order = [room.cid for room in scene.app.rooms.rooms]
        scene.app.open(order[1])
        visited = []
        for key in ("alt+down", "alt+down", "alt+up"):
            await scene.press(key)
            visited.append(scene.app.channel.cid)
        return visited == [order[2], order[3], order[2]]

    assert live(story)


def test_mentions_of_me_stand_out():
    async def story(scene):
        cid = await elsewhere(scene)
        await scene.bo.send_message(cid, "where is @Ana?", mentioned_users=["ana"])
        await scene.until(lambda: room_of(scene, cid).mentions == 1)
        return "@1" in picture(scene.app)

    assert live(story)


def test_a_channel_is_muted_pinned_and_hidden():
    async def story(scene):
        cid = scene.app.rooms.rooms[4].cid
        scene.app.rooms.focus()
        await scene.pilot.pause()
        scene.app.rooms.marked = cid
        await scene.press("m")
        await scene.until(lambda: room_of(scene, cid).muted)
        await scene.press("P")
        await scene.until(lambda: room_of(scene, cid).pinned and scene.app.rooms.rooms[0].cid == cid)
        marks = "📌 🔇" in picture(scene.app)
        await scene.press("m", "P")
        await scene.until(lambda: not room_of(scene, cid).muted and not room_of(scene, cid).pinned)
        await scene.press("h")
        await scene.until(lambda: room_of(scene, cid) is None)
        return marks

    assert live(story)


def test_who_types_elsewhere_shows_in_the_list():
    async def story(scene):
        cid = await elsewhere(scene)
        scene.bo.keystroke(cid)
        await scene.until(lambda: room_of(scene, cid).typing == "Bo is typing…")
        await scene.until(lambda: room_of(scene, cid).typing == "")

    live(story)


def test_the_first_letters_find_a_channel():
    async def story(scene):
        wanted = scene.app.rooms.rooms[3]
        await scene.press("ctrl+k")
        await scene.type(wanted.title.split()[0][:4].lower())
        await scene.type(" " + wanted.title.split()[2])
        await scene.until(lambda: [room.cid for room in scene.app.rooms.rooms] == [wanted.cid])
        await scene.press("enter")
        opened = scene.app.channel.cid
        await scene.until(lambda: len(scene.app.rooms.rooms) > 1)
        return opened == wanted.cid, scene.app.query_one("#search", Input).value

    assert live(story) == (True, "")


def test_a_search_is_left_by_escape():
    async def story(scene):
        count = len(scene.app.rooms.rooms)
        await scene.press("ctrl+k")
        await scene.type("zzz")
        await scene.until(lambda: not scene.app.rooms.rooms)
        await scene.press("escape")
        await scene.until(lambda: len(scene.app.rooms.rooms) == count)
        return scene.app.focused is scene.app.channel.composer.paper

    assert live(story)


def test_a_channel_that_is_gone_gives_way_to_another():
    async def story(scene):
        await scene.ana.hide(scene.app.rooms.rooms[1].cid)
        answer = await scene.bo.call("POST", "/channels/messaging/two/query", {"data": {"members": ["ana"]}})
        cid = answer["channel"]["cid"]
        await scene.until(lambda: room_of(scene, cid) is not None)
        scene.app.open(cid)
        await scene.bo.call("DELETE", "/channels/messaging/two")
        await scene.until(lambda: scene.app.channel.cid not in (cid, None))

    live(story)


def test_a_channel_that_there_is_not_is_named_and_another_opened():
    async def story(scene):
        await scene.shows("nonsense")
        return scene.app.channel.cid

    assert live(story, cid="nonsense:room") is not None


# The connection


def test_the_banner_tells_how_the_connection_is():
    async def story(scene):
        scene.service.faults.slow(2.0, path="/sync", user="ana")
        assert "Offline" not in picture(scene.app)
        scene.service.faults.drop(user="ana")
        await scene.shows("Offline. Trying to connect again")
        await scene.bo.send_message(GENERAL, "while you were out")
        await scene.shows("Connected again. Asking what was missed")
        await scene.shows("Nothing is missing any more")
        await scene.shows("while you were out")
        await scene.hides("Nothing is missing any more")

    live(story, chance=1.0)


def test_a_connection_that_is_over_for_good_says_why():
    async def story(scene):
        scene.service.faults.expire(user="ana")
        await scene.shows("the service refused the connection")
        await scene.pilot.pause(0.1)
        return "Trying to connect" in picture(scene.app)

    assert live(story, renewed=False) is False


def test_what_is_written_offline_is_sent_afterwards():
    async def story(scene):
        scene.service.faults.drop(user="ana")
        await scene.shows("Offline")
        await scene.type("later")
        await scene.press("enter")
        await scene.until(lambda: any(message.text == "later" for message in scene.bo.store.channel(GENERAL).messages))

    live(story, chance=1.0)


def test_what_the_service_refuses_is_said():
    async def story(scene):
        await scene.bo.send_message(GENERAL, "hello")
        await scene.shows("hello")
        scene.service.faults.refuse(403, path="/messages", user="ana")
        await scene.press("up", "1")
        await scene.shows("refused on demand")
        await scene.hides("👍 1")

    live(story)


def test_what_is_behind_a_thread_is_not_read():
    async def story(scene):
        await scene.bo.send_message(GENERAL, "hello")
        await scene.shows("hello")
        await scene.press("up", "t")
        await scene.shows("Reply in the thread")
        await scene.bo.send_message(GENERAL, "are you there?")
        await scene.until(lambda: room_of(scene, GENERAL).unread == 1)
        await scene.pilot.pause(0.2)
        unseen = room_of(scene, GENERAL).unread
        await scene.press("escape")
        await scene.until(lambda: room_of(scene, GENERAL).unread == 0)
        return unseen

    assert live(story, size=SMALL) == 1


# The screen


@pytest.mark.parametrize("size", [SMALL, MIDDLE, LARGE])
def test_it_fits(size):
    async def story(scene):
        await scene.bo.send_message(GENERAL, "does it fit?")
        await scene.shows("does it fit?")
        await scene.press("up", "t")
        await scene.pilot.pause()
        shown = [each for each in scene.app.query("#side, Conversation, Composer, Footer") if is_shown(each)]
        fits = all(scene.app.screen.region.contains_region(each.region) for each in shown)
        words = picture(scene.app)
        return fits, is_shown(scene.app.thread), "Reply in the thread" in words, "does it fit?" in words

    assert live(story, size=size) == (True, True, True, True)


def test_a_small_screen_has_the_thread_in_the_place_of_its_channel():
    async def story(scene):
        await scene.bo.send_message(GENERAL, "hello")
        await scene.shows("hello")
        await scene.press("up", "t")
        await scene.pilot.pause()
        instead = is_shown(scene.app.channel)
        await scene.press("escape")
        await scene.pilot.pause()
        return instead, is_shown(scene.app.channel)

    assert live(story, size=SMALL) == (False, True)


def test_a_large_screen_shows_who_is_there():
    async def story(scene):
        await scene.shows("Here ")
        shown = picture(scene.app)
        await scene.press("ctrl+p")
        await scene.pilot.pause()
        return "● Bo" in shown and "● Ana  you" in shown, is_shown(scene.app.query_one(People))

    assert live(story, size=LARGE) == (True, False)


def test_the_keys_are_explained():
    async def story(scene):
        await scene.press("f1")
        told = isinstance(scene.app.screen, Help)
        await scene.press("escape", "shift+tab", "question_mark")
        again = isinstance(scene.app.screen, Help)
        return told, again

    assert live(story, size=SMALL) == (True, True)


def test_every_key_that_is_explained_is_bound():
    async def story(scene):
        widgets = (scene.app, scene.messages, scene.app.rooms, scene.app.channel.composer.paper)
        return {
            binding.key
            for widget in widgets
            for binding in widget._bindings.key_to_bindings.values()
            for binding in binding
        }

    bound = live(story)
    explained = {
        "ctrl+k",
        "ctrl+n",
        "ctrl+p",
        "ctrl+t",
        "f1",
        "ctrl+q",
        "r",
        "e",
        "d",
        "u",
        "p",
        "i",
        "y",
        "s",
        "m",
        "P",
        "h",
    }
    assert explained <= bound
    assert len(KEYS) == 4


def test_light_and_dark_differ_and_nothing_else_does():
    async def story(scene):
        await scene.bo.send_message(GENERAL, "in another light")
        await scene.shows("      in another light")
        await scene.until(lambda: room_of(scene, GENERAL).unread == 0)
        await scene.hides("1 unread")
        themes, words = [scene.app.theme], picture(scene.app)
        colours = {
            segment.style for strip in scene.app.screen._compositor.render_strips(scene.app.size) for segment in strip
        }
        await scene.press("ctrl+t")
        await scene.pilot.pause()
        themes.append(scene.app.theme)
        lit = {
            segment.style for strip in scene.app.screen._compositor.render_strips(scene.app.size) for segment in strip
        }
        return themes, (picture(scene.app).split("\n"), words.split("\n")), colours & lit

    themes, (words, before), shared = live(story)
    assert (themes, words) == (["chat-dark", "chat-light"], before)
    assert {
        style for style in shared if style is not None and style.color is not None and style.bgcolor is not None
    } == set()
