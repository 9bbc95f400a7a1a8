"""Selectors bound to Textual's widgets, driven by its pilot."""

import asyncio
import time
from operator import attrgetter

import pytest

from chatstate import Store
from chatstate.reactive import apply
from chatstate.selectors import latest_messages
from tests.bindings.lives import (
    ENOUGH,
    Elsewhere,
    a_long_room,
    ids,
    in_turns,
    random_frames,
    rooms,
    said,
    texts,
    unread,
)
from tests.bindings.toolkits import needs
from tests.objects import GENERAL
from tests.stories import a_store, message_new, message_updated

needs("textual")

from textual.app import App  # noqa: E402
from textual.containers import VerticalScroll  # noqa: E402
from textual.reactive import reactive  # noqa: E402
from textual.widgets import DataTable, Label, OptionList, Static  # noqa: E402

from chatstate.bindings import textual as bindings  # noqa: E402
from chatstate.bindings.textual import bind, bind_diffs, bind_list  # noqa: E402


class Badge(Static):
    unread = reactive(0)

    def __init__(self):
        super().__init__()
        self.runs = []

    def watch_unread(self, unread):
        self.runs.append(time.monotonic())
        self.update(f"{unread} unread")


class Screen(App):
    """An app with one of each."""

    def compose(self):
        yield Badge()
        yield VerticalScroll(Static("above"))
        yield OptionList()
        yield DataTable()

    def on_mount(self):
        self.query_one(DataTable).add_columns("room")


SHOWN = {
    "a container": (VerticalScroll, Label, lambda log: [str(label.content) for label in log.children[1:]]),
    "an OptionList": (OptionList, None, lambda options: [option.prompt for option in options.options]),
    "a DataTable": (
        DataTable,
        lambda text: (text,),
        lambda table: [table.get_row_at(n)[0] for n in range(table.row_count)],
    ),
}
"""By what widgets are called: the widget, what makes its rows, and what is seen of them."""


def _all(table):
    return range(table.row_count)


async def until(condition, pilot):
    """Let the screen run until something is so."""
    end = time.monotonic() + ENOUGH
    while not condition():
        assert time.monotonic() < end, "the screen never showed it"
        await pilot.pause()


def on_screen(story):
    """Play a story with an app and its pilot."""

    async def play():
        app = Screen()
        async with app.run_test(size=(80, 24)) as pilot:
            return await story(app, pilot)

    return asyncio.run(play())


async def living(store, frames, pilot):
    """Let a store of the screen's own thread hear frames, a few between one turn of the screen and the next."""
    for some in in_turns(frames):
        for frame in some:
            store.apply(frame)
        await asyncio.sleep(0)


def test_an_attribute_is_what_the_selector_says_after_a_thousand_events():
    async def story(app, pilot):
        store, badge = Store(me="me"), app.query_one(Badge)
        bind(badge, "unread", unread(store))
        await living(store, random_frames(), pilot)
        await until(lambda: badge.unread == unread(store).value, pilot)
        return str(badge.content) == f"{unread(store).value} unread"

    assert on_screen(story)


@pytest.mark.parametrize("list", [rooms, texts])
@pytest.mark.parametrize(("widget", "row", "seen"), SHOWN.values(), ids=SHOWN)
def test_a_list_is_what_the_selector_says_after_a_thousand_events(widget, row, seen, list):
    async def story(app, pilot):
        store, target = Store(me="me"), app.query_one(widget)
        bind_list(target, list(store), row=row)
        await living(store, random_frames(), pilot)
        await until(lambda: seen(target) == list(store).value, pilot)

    on_screen(story)


@pytest.mark.parametrize(("widget", "row", "seen"), SHOWN.values(), ids=SHOWN)
def test_a_store_in_another_thread_is_shown_as_well(widget, row, seen):
    async def story(app, pilot):
        target, badge = app.query_one(widget), app.query_one(Badge)
        with Elsewhere() as elsewhere:
            bind(badge, "unread", unread(elsewhere.store))
            bind_list(target, rooms(elsewhere.store), row=row)
            over = elsewhere.live(random_frames())
            await until(over.done, pilot)
            wanted = elsewhere.ask(lambda: (unread(elsewhere.store).value, rooms(elsewhere.store).value))
            await until(lambda: (badge.unread, seen(target)) == wanted, pilot)

    on_screen(story)


def test_a_widget_is_told_once_a_frame_at_most():
    async def story(app, pilot):
        store, badge = Store(me="me"), app.query_one(Badge)
        binding = bind(badge, "unread", unread(store))
        badge.runs.clear()
        before = bindings._frames_of(app).shown
        await living(store, random_frames(), pilot)
        await until(lambda: badge.unread == unread(store).value, pilot)
        frames = bindings._frames_of(app).shown - before
        return binding.count <= frames + 1 < 1000

    assert on_screen(story)


@pytest.mark.parametrize(("widget", "row", "seen"), SHOWN.values(), ids=SHOWN)
def test_a_row_that_has_changed_shows_it(widget, row, seen):
    async def story(app, pilot):
        store, target = a_store(message_new("m1")), app.query_one(widget)
        bind_list(target, rooms(store), row=row)
        store.apply(message_new("m2", at=2))
        await until(lambda: seen(target) == ["messaging:general (2)"], pilot)

    on_screen(story)


def test_a_row_that_can_be_updated_stays():
    async def story(app, pilot):
        store, log = a_store(message_new("m1")), app.query_one(VerticalScroll)
        bind_list(log, rooms(store), row=Label, update=Label.update)
        row = log.children[1]
        store.apply(message_new("m2", at=2))
        await until(lambda: str(row.content) == "messaging:general (2)", pilot)
        return [*log.children][1:] == [row]

    assert on_screen(story)


def _told_anew(store):
    """A list that is another one when four are unread: its diffs begin anew."""
    room = store.channel(GENERAL)
    return room.messages if room.unread > 3 else latest_messages(GENERAL, 50)(store)


def test_by_keys_rows_stay_when_the_list_is_told_anew():
    async def story(app, pilot):
        store, log = a_store(*said(3)), app.query_one(VerticalScroll)
        messages = store.select_list(_told_anew)
        bind_list(log, messages, row=MessageRow, key=attrgetter("id"), update=MessageRow.show)
        before = [*log.children][1:]
        for frame in (*said(2, first=3), message_updated("m1", at=9, text="changed")):
            store.apply(frame)
        await until(lambda: len(log.children) == 6, pilot)
        rows = [*log.children][1:]
        return rows[:3] == before, [str(row.content) for row in rows]

    assert on_screen(story) == (True, ["text of m0", "changed", "text of m2", "text of m3", "text of m4"])


class MessageRow(Static):
    def __init__(self, message):
        super().__init__(message.text)

    def show(self, message):
        self.update(message.text)


def test_one_insert_in_ten_thousand_makes_one_row():
    async def story(app, pilot):
        store, log, made = a_long_room(), app.query_one(OptionList), []
        bind_list(log, ids(store), row=lambda id: made.append(id) or id)
        made.clear()
        store.apply(message_new("new", at=4999.5))
        await until(lambda: log.option_count == 10_001, pilot)
        return made, log.options[5000].prompt

    assert on_screen(story) == (["new"], "new")


@pytest.mark.parametrize(("widget", "row"), [(OptionList, None), (DataTable, lambda text: (text,))])
def test_what_is_highlighted_stays_so(widget, row):
    async def story(app, pilot):
        store, target = a_store(*said(3)), app.query_one(widget)
        bind_list(target, ids(store), row=row)
        await pilot.pause()
        if widget is OptionList:
            target.highlighted = 1
        else:
            target.move_cursor(row=1)
        store.apply(message_new("first", at=-5))
        await until(lambda: len(_seen(target)) == 4, pilot)
        return _seen(target)[target.highlighted if widget is OptionList else target.cursor_row]

    def _seen(target):
        return SHOWN["an OptionList" if widget is OptionList else "a DataTable"][2](target)

    assert on_screen(story) == "m1"


def test_a_widget_that_was_removed_lets_go_of_its_selector():
    async def story(app, pilot):
        store, badge, runs = a_store(), app.query_one(Badge), []
        bind(badge, "unread", store.select(lambda s: runs.append(s) or len(s.messages)))
        await badge.remove()
        runs.clear()
        store.apply(message_new("m1"))
        await pilot.pause()
        return runs, badge.unread

    assert on_screen(story) == ([], 0)


def test_a_widget_that_draws_its_rows_itself_is_told_the_diffs_until_it_is_gone():
    async def story(app, pilot):
        store, badge, rows = a_store(message_new("m1")), app.query_one(Badge), []
        bind_diffs(badge, ids(store), lambda widget, diffs: apply(diffs, rows))
        first = list(rows)
        store.apply(message_new("m2", at=2))
        await until(lambda: rows == ["m1", "m2"], pilot)
        await badge.remove()
        store.apply(message_new("m3", at=3))
        await pilot.pause()
        return first, rows

    assert on_screen(story) == (["m1"], ["m1", "m2"])


def test_an_attribute_that_there_is_not_is_an_error():
    async def story(app, pilot):
        with pytest.raises(AttributeError, match="unraed"):
            bind(app.query_one(Badge), "unraed", unread(a_store()))

    on_screen(story)


def test_an_app_and_its_screen_have_attributes_too():
    async def story(app, pilot):
        store = a_store(message_new("m1"))
        bind(app, "title", store.select(lambda s: f"{len(s.messages)} messages"))
        bind(app.screen, "sub_title", store.select(lambda s: f"{len(s.messages)} messages"))
        store.apply(message_new("m2", at=2))
        await until(lambda: app.title == app.screen.sub_title == "2 messages", pilot)

    on_screen(story)


def test_a_store_outlives_the_app_that_showed_it():
    store = a_store(message_new("m1"))

    async def story(app, pilot):
        bind(app, "title", store.select(lambda s: f"{len(s.messages)} messages"))
        bind_list(app.query_one(VerticalScroll), ids(store), row=Label)

    on_screen(story)
    faults = []
    store.faults.subscribe(faults.append)
    store.apply(message_new("m2", at=2))

    assert faults == []
