"""The screen of the inspector before a log, and what stands on it."""

from contextlib import asynccontextmanager

from textual.widgets import Static

from chatstate.inspector.app import Inspector
from chatstate.inspector.events import EventList
from chatstate.inspector.pane import Pane
from chatstate.replay import Timeline
from chatstate.replay.inspection import Inspection

SMALL, NARROW, WIDE = (80, 24), (100, 40), (200, 60)


@asynccontextmanager
async def looking(path, *, size=NARROW, at=None, follow=False, tab=None):
    """The application before a log that has been read, and the hand on its keys."""
    with Timeline(path, me="me", follow=follow, spacing=100) as timeline:
        timeline.read()
        inspection = Inspection(timeline)
        inspection.go(len(timeline) if at is None else at)
        app = Inspector(inspection, follow=follow, tab=tab)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield app, pilot


def pane(app, name):
    return app.query_one(f"#{name}-pane", Pane).page.plain


def head(app):
    return app.query_one("#head", Static).content.plain


def listed(app):
    """The lines of the list, as they stand on the screen."""
    events = app.query_one(EventList)
    return [events.render_line(y).text for y in range(events.size.height)]
