"""The screen of ``chatstate inspect``: that it fits, in any size and light, and follows a log that grows."""

import asyncio

import pytest

from chatstate.io.dump import dump
from chatstate.replay import Timeline
from chatstate.replay.inspection import Inspection
from tests.bindings.toolkits import needs
from tests.inspector.logs import STORY, replayed, simulated, written
from tests.stories import message_new

needs("textual")

from chatstate.inspector.app import Inspector  # noqa: E402
from chatstate.inspector.pane import Pane  # noqa: E402
from chatstate.inspector.prompts import Help  # noqa: E402
from tests.inspector.screens import NARROW, SMALL, WIDE, head, looking  # noqa: E402


def test_what_does_not_fit_on_a_line_goes_on_below_where_it_began(tmp_path):
    long = "all the words that there are, one after the other, until the line is full, and then some more of them"

    async def scenario():
        path = written(tmp_path / "log.ndjson", [*STORY, message_new("m9", at=9, by="bo", text=long)])
        async with looking(path, size=SMALL, tab="channel") as (app, _):
            shown = app.query_one("#channel-pane", Pane)
            rows = [shown.render_line(y).text for y in range(shown.size.height)]
            told = next(at for at, row in enumerate(rows) if "▶ 08:00:09 Bo  all the words" in row)
            assert len(rows[told + 1]) - len(rows[told + 1].lstrip()) == 11

    asyncio.run(scenario())


def test_another_event_is_no_new_layout(busy):
    async def scenario():
        async with looking(busy, size=WIDE) as (app, pilot):
            laid_out = []
            app.screen.screen_layout_refresh_signal.subscribe(app, lambda _: laid_out.append(app.inspection.number))
            await pilot.press("up", "up", "pageup", "left", "down", "home", "end")
            assert laid_out == []

    asyncio.run(scenario())


@pytest.mark.parametrize("size", [SMALL, NARROW, WIDE])
def test_it_fits(busy, size):
    async def scenario():
        async with looking(busy, size=size) as (app, pilot):
            for key in ("1", "2", "3", "4", "5", "6", "t"):
                await pilot.press(key)
            shown = [app.query_one(name).region for name in ("#head", "#events", "#tabs", "#scrubber", "Footer")]
            assert all(region.height > 0 and app.screen.region.contains_region(region) for region in shown)
            assert app.query_one("#events").size.height >= 6

    asyncio.run(scenario())


def test_a_wide_screen_shows_the_changes_beside_the_state(log):
    async def scenario():
        async with looking(log, at=5, size=WIDE, tab="channel") as (app, _):
            assert '"good morning" → "good evening"' in app.query_one("#below", Pane).page.plain

    asyncio.run(scenario())


def test_the_keys_are_explained(log):
    async def scenario():
        async with looking(log, size=SMALL) as (app, pilot):
            await pilot.press("question_mark")
            told = isinstance(app.screen, Help)
            await pilot.press("escape")
            assert (told, isinstance(app.screen, Help)) == (True, False)

    asyncio.run(scenario())


def test_light_and_dark_differ(log):
    async def scenario():
        async with looking(log) as (app, pilot):
            themes = [app.theme]
            await pilot.press("t")
            themes.append(app.theme)
            assert themes == ["textual-dark", "textual-light"]

    asyncio.run(scenario())


# A log that is read, and one that grows


def test_a_log_is_opened_at_its_first_event(log):
    async def scenario():
        with Timeline(log, me="me") as timeline:
            app = Inspector(Inspection(timeline))
            async with app.run_test(size=NARROW) as pilot:
                while len(timeline) < len(STORY):
                    await pilot.pause()
                assert app.inspection.number == 1

    asyncio.run(scenario())


def test_a_log_that_grows_is_followed(tmp_path):
    path = tmp_path / "log.ndjson"

    async def scenario():
        async with looking(written(path, STORY[:4]), follow=True) as (app, pilot):
            await pilot.pause()
            before = app.inspection.number
            written(path, STORY)
            app.read_on()
            await pilot.pause()
            assert (before, app.inspection.number, "following" in head(app)) == (4, 8, True)

    asyncio.run(scenario())


def test_a_log_is_read_while_it_is_looked_at(busy):
    async def scenario():
        with Timeline(busy, me="me") as timeline:
            app = Inspector(Inspection(timeline))
            async with app.run_test(size=NARROW) as pilot:
                while len(timeline) < len(simulated()):
                    await pilot.pause()
                await pilot.press("end")
                assert dump(app.inspection.scene) == dump(replayed(simulated()))

    asyncio.run(scenario())
