"""``chatstate inspect`` as it is used: keys go in, and the screen shows what the engine says."""

import asyncio

import pytest

from chatstate.io.dump import dump
from tests.bindings.toolkits import needs
from tests.inspector.logs import STORY, replayed, simulated
from tests.objects import GENERAL

needs("textual")

from textual.widgets import Input  # noqa: E402

from chatstate.inspector.app import PANES  # noqa: E402
from chatstate.inspector.events import EventList  # noqa: E402
from chatstate.inspector.prompts import Prompt  # noqa: E402
from chatstate.inspector.scrubber import Scrubber  # noqa: E402
from tests.inspector.screens import head, listed, looking, pane  # noqa: E402

# Going about


def test_keys_step_from_event_to_event(log):
    async def scenario():
        async with looking(log, at=3) as (app, pilot):
            numbers = []
            for key in ("down", "j", "up", "k", "home", "end", "pageup"):
                await pilot.press(key)
                numbers.append(app.inspection.number)
            assert numbers == [4, 5, 4, 3, 0, 8, 1]

    asyncio.run(scenario())


def test_what_the_screen_shows_is_what_a_replay_would(busy):
    async def scenario():
        async with looking(busy) as (app, pilot):
            for key in ("left", "left", "up", "up", "pageup", "right", "down"):
                await pilot.press(key)
                number = app.inspection.number
                assert dump(app.inspection.scene) == dump(replayed(simulated()[:number]))
                assert f" {number:,} of {len(simulated())}" in head(app)

    asyncio.run(scenario())


@pytest.mark.parametrize(("answer", "number"), [("5", 5), ("-2", 6), ("2025-01-15T08:00:02Z", 4)])
def test_a_place_is_gone_to_by_name(log, answer, number):
    async def scenario():
        async with looking(log) as (app, pilot):
            await pilot.press("g", *answer, "enter")
            assert app.inspection.number == number

    asyncio.run(scenario())


def test_an_answer_that_makes_no_sense_may_be_mended(log):
    async def scenario():
        async with looking(log) as (app, pilot):
            await pilot.press("g", "9", "9", "enter")
            problem = app.screen.query_one("#problem").content.plain
            await pilot.press("backspace", "backspace", "3", "enter")
            assert ("there is no entry 99" in problem, app.inspection.number) == (True, 3)

    asyncio.run(scenario())


def test_a_question_may_be_left_unanswered(log):
    async def scenario():
        async with looking(log) as (app, pilot):
            await pilot.press("g", "3", "escape")
            assert (isinstance(app.screen, Prompt), app.inspection.number) == (False, 8)

    asyncio.run(scenario())


def test_an_event_is_gone_to_by_a_click(log):
    async def scenario():
        async with looking(log) as (app, pilot):
            await pilot.click(EventList, offset=(10, 2))
            assert app.inspection.number == 3

    asyncio.run(scenario())


def test_the_scrubber_goes_where_it_is_clicked(busy):
    async def scenario():
        async with looking(busy) as (app, pilot):
            await pilot.click(Scrubber, offset=(50, 0))
            middle = app.inspection.number
            await pilot.click(Scrubber, offset=(0, 0))
            last = len(simulated())
            assert (abs(middle - last / 2) < last / 50, app.inspection.number) == (True, 0)

    asyncio.run(scenario())


# What is shown


def test_a_row_tells_when_what_where_who_and_which_words(log):
    async def scenario():
        async with looking(log) as (app, _):
            row = listed(app)[3]
            assert row.split() == ["4", "08:00:02", "message.new", "Random", "Cy", "[b]anyone[/b]", "there?"]

    asyncio.run(scenario())


def test_a_broken_line_stands_among_the_others(log):
    async def scenario():
        async with looking(log, at=7, tab="frame") as (app, _):
            assert "broken" in listed(app)[6]
            assert "line 7: expected JSON" in pane(app, "frame")
            assert STORY[6].decode() in pane(app, "frame")

    asyncio.run(scenario())


def test_the_changes_are_told_before_and_after(log):
    async def scenario():
        async with looking(log, at=5, tab="changes") as (app, _):
            assert '~ messages m1\n    text "good morning" → "good evening"' in pane(app, "changes")

    asyncio.run(scenario())


def test_the_channel_is_shown_as_it_was(log):
    async def scenario():
        async with looking(log, at=3, tab="channel") as (app, pilot):
            then = pane(app, "channel")
            await pilot.press("end")
            now = pane(app, "channel")
            assert ("1 unread" in then, "good morning" in then, "goodbye" in then) == (True, True, False)
            assert ("good evening" in now, "▶ 08:00:06 Bo  goodbye" in now) == (True, True)

    asyncio.run(scenario())


def test_the_message_is_shown_with_its_readers(log):
    async def scenario():
        async with looking(log, at=6, tab="message") as (app, _):
            shown = pane(app, "message")
            assert ("good evening" in shown, "read by Me" in shown) == (True, True)

    asyncio.run(scenario())


def test_the_counters_are_shown(log):
    async def scenario():
        async with looking(log, tab="counters") as (app, _):
            assert "     1               2  General" in pane(app, "counters")
            assert "2 channels · 3 messages" in pane(app, "counters")

    asyncio.run(scenario())


def test_every_tab_has_a_key_and_something_to_say_everywhere(busy):
    async def scenario():
        async with looking(busy) as (app, pilot):
            for number in (0, 1, 77, len(simulated())):
                app.inspection.go(number)
                for key, name in enumerate(PANES, 1):
                    await pilot.press(str(key))
                    assert pane(app, name).strip()

    asyncio.run(scenario())


def test_tabs_follow_each_other(log):
    async def scenario():
        async with looking(log, tab="frame") as (app, pilot):
            tabs = []
            for key in ("tab", "tab", "shift+tab"):
                await pilot.press(key)
                tabs.append(app.query_one("#tabs").active)
            assert tabs == ["changes", "channel", "changes"]

    asyncio.run(scenario())


def test_what_is_held_stays_while_the_events_go_on(log):
    async def scenario():
        async with looking(log, at=4) as (app, pilot):
            await pilot.press("h", "down")
            held = pane(app, "channel")
            await pilot.press("h")
            assert ("Random" in held, "held" in held, "General" in pane(app, "channel")) == (True, True, True)

    asyncio.run(scenario())


def test_a_channel_is_looked_at_by_its_name(log):
    async def scenario():
        async with looking(log, tab="frame") as (app, pilot):
            await pilot.press("o", *"random", "enter")
            assert "Random" in pane(app, "channel")

    asyncio.run(scenario())


# Finding


def test_a_filter_lists_what_it_wants(log):
    async def scenario():
        async with looking(log) as (app, pilot):
            await pilot.press("slash", *"user:bo good", "enter")
            rows = [row.split()[0] for row in listed(app) if row.strip()]
            assert (rows, "/ user:bo good (3)" in head(app)) == (["3", "5", "8"], True)
            await pilot.press("up")
            assert app.inspection.number == 5

    asyncio.run(scenario())


def test_a_filter_that_makes_no_sense_is_refused(log):
    async def scenario():
        async with looking(log) as (app, pilot):
            await pilot.press("slash", *"/(/", "enter")
            assert "no regular expression" in app.screen.query_one("#problem").content.plain

    asyncio.run(scenario())


def test_where_a_value_becomes_another_is_gone_to(log):
    async def scenario():
        async with looking(log, tab="watch") as (app, pilot):
            await pilot.press("w")
            app.screen.query_one(Input).value = f'channel("{GENERAL}").unread = 0'
            await pilot.press("enter", "N")
            assert app.inspection.number == 6
            assert "6  08:00:04  1 → 0" in pane(app, "watch")

    asyncio.run(scenario())


def test_what_to_watch_is_proposed_from_what_is_in_view(log):
    async def scenario():
        async with looking(log, tab="channel") as (app, pilot):
            await pilot.press("w", "enter", "N", "N", "N")
            assert app.inspection.number == 0
            assert f'channel("{GENERAL}").unread is 0' in head(app)

    asyncio.run(scenario())


def test_the_next_change_of_the_message_is_gone_to(log):
    async def scenario():
        async with looking(log, at=3, tab="message") as (app, pilot):
            await pilot.press("c")
            forth = app.inspection.number
            await pilot.press("C")
            assert (forth, app.inspection.number) == (5, 3)

    asyncio.run(scenario())
