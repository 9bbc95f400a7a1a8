"""A local service, ana's chat on a screen before it, and bo, who is somewhere else."""

import asyncio
import time
from contextlib import asynccontextmanager
from datetime import UTC

from attrs import define
from reactivex.scheduler.eventloop import AsyncIOScheduler
from textual.errors import NoWidget
from textual.pilot import Pilot

from chatstate import Store
from chatstate.chat.app import Chat
from chatstate.chat.said import Said
from chatstate.live.client import Client
from chatstate.live.connect import connect
from chatstate.server import Limits, Service
from tests.company import GENERAL

SMALL, MIDDLE, LARGE = (80, 24), (120, 36), (200, 60)
PATIENCE = 20
"""Seconds until a test gives up waiting for what should show at once."""


@define
class Scene:
    """What a test has in its hands."""

    service: Service
    ana: Client
    bo: Client
    app: Chat
    pilot: Pilot

    @property
    def messages(self):
        return self.app.channel.messages

    async def until(self, holds):
        """Let the screen live until something is so."""
        end = time.monotonic() + PATIENCE
        while not (found := holds()):
            assert time.monotonic() < end, f"the screen never showed it:\n{picture(self.app)}"
            await self.pilot.pause(0.01)
        return found

    async def press(self, *keys):
        await self.pilot.press(*keys)

    async def type(self, text):
        """Strike the keys of a text."""
        names = {" ": "space", "@": "at", ",": "comma", ".": "full_stop", "?": "question_mark", "!": "exclamation_mark"}
        await self.pilot.press(*(names.get(letter, letter) for letter in text))

    async def shows(self, words):
        """Wait until these words are on the screen."""
        await self.until(lambda: words in picture(self.app))

    async def hides(self, words):
        """Wait until these words are on the screen no longer."""
        await self.until(lambda: words not in picture(self.app))


def is_shown(widget):
    """Whether a widget has a place on the screen."""
    try:
        return bool(widget.screen.find_widget(widget).clip.area)
    except NoWidget:
        return False


def picture(app):
    """The screen, as text."""
    lines = app.screen._compositor.render_strips(app.screen.size)
    return "\n".join(strip.text.replace("\N{NO-BREAK SPACE}", " ").rstrip() for strip in lines)


@asynccontextmanager
async def a_town(*, history=0, **how):
    """A service where everyone may ask as often as they like."""
    async with Service(seed=7, history=history, limits=Limits(calls=1e6, burst=10**6, frames=1e6), **how) as service:
        yield service


def a_client(service, name, *, renewed=True, chance=0.0):
    """A client whose token is ``renewed`` when it has expired; ``chance`` says how long it waits once it is down."""
    first = service.token(name)
    token = (lambda: service.token(name)) if renewed else first
    store = Store(me=name, scheduler=AsyncIOScheduler(asyncio.get_running_loop()))
    return connect(
        service.api_key, user_id=name, token=token, url=service.url, store=store,
        chance=lambda: chance,
    )  # fmt: skip


@asynccontextmanager
async def chatting(*, size=MIDDLE, history=0, before=None, cid=GENERAL, **hers):
    """Ana's chat with a channel open, and bo, who watches it. ``before`` is what bo does first, ``hers`` her client."""
    async with a_town(history=history) as service, a_client(service, "bo") as bo:
        await bo.watch_channel(GENERAL)
        if before is not None:
            await before(bo)
        async with a_client(service, "ana", **hers) as ana:
            app = Chat(ana, zone=UTC, cid=cid)
            async with app.run_test(size=size, notifications=True) as pilot:
                scene = Scene(service, ana, bo, app, pilot)
                await scene.until(
                    lambda: (
                        app.query("#rooms")
                        and app.query("#channel")
                        and app.channel.cid is not None
                        and app.rooms.rooms
                    )
                )
                yield scene


def live(story, **how):
    """Live a story before the screen."""

    async def lived():
        async with chatting(**how) as scene:
            return await asyncio.wait_for(story(scene), 60)

    return asyncio.run(lived())


def last(scene) -> Said:
    """What the newest message on the screen says."""
    found = scene.messages.said(scene.messages.ids[-1])
    assert found is not None
    return found
