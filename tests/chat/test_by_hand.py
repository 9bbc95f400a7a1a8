"""The chat by mouse, and what it does when somebody looks elsewhere."""

import pytest

pytest.importorskip("textual", reason="the chat needs textual")
pytest.importorskip("uvicorn", reason="the chat is tried on a local service")

from textual import events

from chatstate.chat.rooms import RoomList
from tests.chat.test_scrolling import some
from tests.chat.town import SMALL, live, picture
from tests.company import GENERAL
from tests.stories import frozen


def turn(scene, kind, widget):
    """A notch of the wheel over a widget."""
    x, y = widget.region.x + 5, widget.region.y + 5
    widget.post_message(kind(widget, 5, 5, 0, 0, 0, False, False, False, x, y))


async def many(scene):
    scene.ana.store.apply_all(some(0, 200))
    await scene.until(lambda: "number 199" in picture(scene.app))


def test_a_message_is_chosen_by_a_click():
    async def story(scene):
        await many(scene)
        await scene.pilot.click(scene.messages, offset=(20, scene.messages.size.height - 1))
        return scene.messages.chosen

    assert live(story) == "m00199"


def test_a_channel_is_opened_by_a_click():
    async def story(scene):
        wanted = scene.app.rooms.rooms[2].cid
        await scene.pilot.click(RoomList, offset=(5, 2 * scene.app.rooms.lines))
        await scene.until(lambda: scene.app.channel.cid == wanted)

    live(story)


def test_the_wheel_scrolls_and_brings_back():
    async def story(scene):
        await many(scene)
        for _ in range(3):
            turn(scene, events.MouseScrollUp, scene.messages)
        await scene.until(lambda: scene.messages.max_scroll_y - scene.messages.scroll_y == 9)
        away = scene.messages.following
        for _ in range(3):
            turn(scene, events.MouseScrollDown, scene.messages)
        await scene.until(lambda: scene.messages.following)
        return away

    assert live(story) is False


def test_pages_are_turned_by_keys_while_one_writes():
    async def story(scene):
        await many(scene)
        page = scene.messages.size.height - 1
        await scene.type("wait")
        await scene.press("pageup", "pageup")
        up = scene.messages.max_scroll_y - scene.messages.scroll_y
        await scene.press("pagedown", "pagedown")
        return up == 2 * page, scene.messages.following, scene.app.channel.composer.paper.text

    assert live(story) == (True, True, "wait")


def test_pages_edges_and_lines_are_gone_to_by_keys():
    async def story(scene):
        await many(scene)
        chosen = []
        await scene.press("up")
        for key in ("k", "home", "down", "j", "end", "down"):
            await scene.press(key)
            chosen.append(scene.messages.chosen)
        writing = scene.app.focused is scene.app.channel.composer.paper
        await scene.press("up", "pageup")
        seen = scene.messages.said(scene.messages.chosen)
        await scene.press("escape")
        await scene.pilot.pause()
        return chosen, writing, f"number {int(seen.id[1:])}" in seen.text, scene.messages.following

    chosen, writing, seen, following = live(story)
    assert chosen == ["m00198", "m00000", "m00001", "m00002", "m00199", None]
    assert (writing, seen, following) == (True, True, True)


def test_the_list_of_channels_is_gone_through_by_keys():
    async def story(scene):
        order = [room.cid for room in scene.app.rooms.rooms]
        scene.app.rooms.focus()
        await scene.pilot.pause()
        marked = []
        for key in ("end", "up", "home", "down"):
            await scene.press(key)
            marked.append(order.index(scene.app.rooms.marked))
        await scene.press("enter")
        await scene.until(lambda: scene.app.channel.cid == order[1])
        await scene.press("ctrl+k", "down", "escape")
        return marked == [len(order) - 1, len(order) - 2, 0, 1], scene.app.focused is scene.app.channel.composer.paper

    assert live(story, size=SMALL) == (True, True)


def test_who_looks_elsewhere_has_not_read_and_reads_on_coming_back():
    async def story(scene):
        scene.app.post_message(events.AppBlur())
        await scene.until(lambda: not scene.app.app_focus)
        await scene.bo.send_message(GENERAL, "nobody sees this")
        await scene.until(lambda: scene.app.channel.unread == 1)
        await scene.shows("new messages")
        await scene.pilot.pause(0.2)
        unseen = scene.app.channel.unread
        scene.app.post_message(events.AppFocus())
        await scene.until(lambda: scene.app.channel.unread == 0)
        return unseen, "new messages" in picture(scene.app)

    assert live(story) == (1, True)


def test_who_scrolls_up_has_not_read_what_comes():
    async def story(scene):
        await many(scene)
        await scene.until(lambda: scene.app.channel.unread == 0)
        await scene.press("pageup")
        await scene.bo.send_message(GENERAL, "below the view")
        await scene.until(lambda: scene.app.channel.unread == 1)
        await scene.press("escape")
        await scene.until(lambda: scene.app.channel.unread == 0)

    live(story)


def test_a_frozen_channel_says_so_where_one_would_write():
    async def story(scene):
        scene.ana.store.apply(frozen(at=90_000_000))
        await scene.shows("This channel is frozen")

    live(story)


def test_a_text_is_copied():
    async def story(scene):
        await scene.bo.send_message(GENERAL, "take this")
        await scene.until(lambda: scene.messages.ids)
        await scene.press("up", "y")
        await scene.shows("Copied.")
        return scene.app.clipboard

    assert live(story) == "take this"
