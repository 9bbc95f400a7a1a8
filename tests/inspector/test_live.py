"""``chatstate inspect`` before a live connection, with a real service on the loopback interface."""

import asyncio
from contextlib import contextmanager

from chatstate import connect
from chatstate.live.recording import Recording
from chatstate.replay import Timeline
from chatstate.replay.inspection import Inspection
from chatstate.server import Service
from tests.bindings.toolkits import needs
from tests.company import GENERAL, a_client
from tests.loopback import run

needs("textual")

from textual.widgets import Static  # noqa: E402

from chatstate.inspector.app import Inspector  # noqa: E402
from chatstate.inspector.feed import Feed  # noqa: E402

ENOUGH = 120
"""After so many seconds a screen that has not shown something never will."""


async def watching(client):
    await client.watch_channel(GENERAL)


@contextmanager
def looking(service, path, token):
    """The screen, and the connection that it follows."""
    client = connect("devkey", user_id="ana", token=token, url=service.url, record=Recording(path))
    with Timeline(str(path), me="ana", follow=True) as timeline:
        yield Inspector(Inspection(timeline, at_end=True), follow=True, feed=Feed(client, watching))


def head(app):
    return app.query_one("#head", Static).content.plain


def heard(app, kind, user):
    return any((entry.kind, entry.user_id) == (kind, user) for entry in app.inspection.timeline)


async def seen(condition, pilot):
    async with asyncio.timeout(ENOUGH):
        while not condition():
            await pilot.pause(0.01)


def test_what_others_say_is_seen_as_it_comes(tmp_path):
    async def story():
        async with Service(seed=7, rate=0, history=50) as service:
            with looking(service, tmp_path / "live", service.token("ana")) as app:
                async with app.run_test() as pilot, a_client(service, "bo") as bo:
                    await seen(lambda: heard(app, "user.watching.start", "ana"), pilot)
                    await bo.send_message(GENERAL, "good morning")
                    await seen(lambda: app.inspection.entry.text == "good morning", pilot)
                    return "● live" in head(app), app.inspection.scene.channel(GENERAL).last_message.text

    assert run(story(), within=2 * ENOUGH) == (True, "good morning")


def test_one_may_look_back_while_it_goes_on(tmp_path):
    async def story():
        async with Service(seed=7, rate=0, history=50) as service:
            with looking(service, tmp_path / "live", service.token("ana")) as app:
                async with app.run_test() as pilot, a_client(service, "bo") as bo:
                    await seen(lambda: heard(app, "user.watching.start", "ana"), pilot)
                    await pilot.press("home", "down")
                    await bo.send_message(GENERAL, "good morning")
                    await seen(lambda: heard(app, "message.new", "bo"), pilot)
                    return app.inspection.number

    assert run(story(), within=2 * ENOUGH) == 1


def test_a_connection_that_is_refused_says_so(tmp_path):
    async def story():
        async with Service(seed=7, rate=0, history=50) as service:
            with looking(service, tmp_path / "live", "bad") as app:
                async with app.run_test() as pilot:
                    await seen(lambda: "✗" in head(app), pilot)
                    return head(app)

    assert "the service refused the connection" in run(story(), within=2 * ENOUGH)


def test_who_leaves_the_screen_is_no_longer_connected(tmp_path):
    async def story():
        async with Service(seed=7, rate=0, history=50) as service, a_client(service, "bo") as bo:
            await bo.watch_channel(GENERAL)
            with looking(service, tmp_path / "live", service.token("ana")) as app:
                async with app.run_test() as pilot:
                    await seen(lambda: heard(app, "user.watching.start", "ana"), pilot)
            async with asyncio.timeout(ENOUGH):
                while "ana" in [user.id for user in bo.store.channel(GENERAL).watchers]:
                    await asyncio.sleep(0.01)

    run(story(), within=2 * ENOUGH)
