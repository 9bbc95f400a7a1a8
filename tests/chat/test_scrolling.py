"""Long channels: what is drawn is what is in view, and what is in view stays where it is."""

import pytest

pytest.importorskip("textual", reason="the chat needs textual")
pytest.importorskip("uvicorn", reason="the chat is tried on a local service")

from textual.widgets import Static

from tests.chat.town import LARGE, MIDDLE, SMALL, last, live, picture
from tests.company import GENERAL
from tests.stories import message_deleted, message_new

MANY = 10_000


def some(first, count, *, by="bo"):
    """Messages of many lengths, one every minute."""
    return [
        message_new(f"m{at:05}", at=60 * at, cid=GENERAL, by=by, text=f"number {at} " + "and more words " * (at % 23))
        for at in range(first, first + count)
    ]


def lines(scene):
    """What stands on the lines of the list."""
    messages = scene.messages
    return [messages.render_line(y).text.rstrip() for y in range(messages.size.height)]


def shared(before, after):
    """How many lines the view moved up by, judged by what it shows both times; None where it shows nothing twice."""
    known = [line for line in before if "number" in line and before.count(line) == 1 and after.count(line) == 1]
    moves = {before.index(line) - after.index(line) for line in known}
    assert len(moves) <= 1, f"lines moved apart: {moves}"
    return moves.pop() if moves else None


@pytest.fixture(scope="module")
def long_story():
    return some(0, MANY)


def test_of_ten_thousand_messages_those_in_view_are_drawn(long_story):
    async def story(scene):
        messages = scene.messages
        scene.ana.store.apply_all(long_story)
        await scene.until(lambda: len(messages.ids) >= MANY and f"number {MANY - 1}" in picture(scene.app))
        opened = messages.drawn
        frames = []
        for _ in range(60):
            before = messages.drawn
            messages.scroll_relative(y=-1, animate=False)
            messages.scroll_to(y=messages.scroll_y - 3, animate=False, immediate=True)
            await scene.pilot.pause()
            frames.append(messages.drawn - before)
        before = messages.drawn
        messages.scroll_to(y=messages.max_scroll_y // 2, animate=False, immediate=True)
        await scene.pilot.pause()
        return opened, frames, messages.drawn - before, messages.size.height

    opened, frames, jump, height = live(story)
    screenfuls = 5 * height  # a message has two lines at least
    assert opened < screenfuls
    assert jump < screenfuls
    assert max(frames) <= 3 * height
    assert sum(frames) < 60 * 4 + screenfuls


@pytest.mark.parametrize("size", [SMALL, MIDDLE, LARGE])
def test_scrolling_moves_by_as_many_lines_as_was_asked_for(size, long_story):
    async def story(scene):
        scene.ana.store.apply_all(long_story[-300:])
        await scene.until(lambda: f"number {MANY - 1}" in picture(scene.app))
        moved = []
        for steps in (-3, -3, -1, -5, -2, 4, -6, -7, -3, 2):
            before = lines(scene)
            scene.messages.scroll_relative(y=steps, animate=False, immediate=True)
            moved.append(shared(before, lines(scene)) == steps)
        return moved

    assert all(live(story, size=size))


def test_what_is_in_view_stays_when_older_messages_come_in():
    async def before(bo):
        for number in range(150):
            await bo.send_message(GENERAL, f"number {number} " + "and more " * (number % 17))

    async def story(scene):
        messages = scene.messages
        await scene.until(lambda: messages.ids and last(scene).text.startswith("number 149"))
        here, came, room = len(messages.ids), 0, scene.ana.store.channel(GENERAL)
        while room.has_older:
            count = len(messages.ids)
            messages.action_edge(0)
            seen = lines(scene)
            await scene.until(lambda: not room.has_older or len(messages.ids) > count)  # noqa: B023
            await scene.until(lambda: len(messages.ids) == len(room.messages))
            assert shared(seen, lines(scene)) == 0
            came += len(messages.ids) > count
        messages.action_edge(0)
        await scene.shows("begins.")
        return here < 150, came > 0, len(messages.ids)

    assert live(story, before=before) == (True, True, 150)


def test_what_is_in_view_stays_when_something_is_written_or_deleted_elsewhere():
    async def story(scene):
        store = scene.ana.store
        store.apply_all(some(0, 400))
        await scene.until(lambda: "number 399" in picture(scene.app))
        scene.messages.scroll_relative(y=-300, animate=False, immediate=True)
        seen = lines(scene)
        store.apply_all(some(400, 5))
        store.apply(message_deleted("m00010", at=60 * 500, cid=GENERAL, hard=True))
        store.apply(message_deleted("m00390", at=60 * 500, cid=GENERAL, hard=True))
        await scene.until(lambda: scene.messages.ids[-1] == "m00404" and "m00390" not in scene.messages.ids)
        await scene.pilot.pause()
        return shared(seen, lines(scene)), scene.messages.following

    assert live(story) == (0, False)


def test_the_newest_stays_in_view_of_who_follows():
    async def story(scene):
        scene.ana.store.apply_all(some(0, 400))
        await scene.until(lambda: "number 399" in picture(scene.app))
        scene.ana.store.apply_all(some(400, 30))
        await scene.shows("number 429")

    live(story)


def test_what_is_in_view_stays_when_the_screen_changes_its_size():
    async def story(scene):
        scene.ana.store.apply_all(some(0, 400))
        await scene.until(lambda: "number 399" in picture(scene.app))
        scene.messages.scroll_relative(y=-300, animate=False, immediate=True)
        top = scene.messages.ids[scene.messages._rows.row_at(round(scene.messages.scroll_y))]
        await scene.pilot.resize_terminal(90, 30)
        await scene.pilot.pause()
        return top == scene.messages.ids[scene.messages._rows.row_at(round(scene.messages.scroll_y))]

    assert live(story)


def test_a_gap_is_filled_when_it_comes_into_view():
    async def before(bo):
        for number in range(120):
            await bo.send_message(GENERAL, f"number {number}")

    async def story(scene):
        ana, room = scene.ana, scene.ana.store.channel(GENERAL)
        await scene.until(lambda: scene.messages.ids and last(scene).text == "number 119")
        oldest = [message.id for message in scene.bo.store.channel(GENERAL).messages][20]
        await ana.call("GET", f"/messages/{oldest}")
        answer = await ana.call(
            "POST", "/channels/messaging/general/query", {"messages": {"limit": 5, "id_lte": oldest}}
        )
        ana.store.load(answer, asked={"messages": {"limit": 5, "id_lte": oldest}})
        assert any(room.messages.has_gap_before(message) for message in room.messages)

        def is_whole():
            scene.messages.action_edge(0)
            return not any(room.messages.has_gap_before(message) for message in room.messages)

        await scene.until(is_whole)
        return [message.text for message in room.messages][-100:] == [f"number {number}" for number in range(20, 120)]

    assert live(story, before=before)


def test_the_heading_stays_where_it_is(long_story):
    async def story(scene):
        scene.ana.store.apply_all(long_story[-50:])
        await scene.until(lambda: f"number {MANY - 1}" in picture(scene.app))
        scene.messages.action_edge(0)
        return scene.app.channel.query_one(".heading", Static).region.y

    assert live(story) == 0
