"""``chatstate chat``: a chat on the terminal, with the local service or the real one."""

import argparse
import asyncio
import sys
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

from chatstate.cli import account
from chatstate.cli.inspect import seldom_gc, size
from chatstate.cli.terminal import Commands
from chatstate.ids import cid_of

if TYPE_CHECKING:
    from chatstate.chat.app import Chat
    from chatstate.chat.opening import Morning
    from chatstate.clock import Clock
    from chatstate.store import Store


RATE = 1.0
"""How much the invented company does a second."""

LOCAL_KEY = "devkey"
"""The key of a service that ``chatstate serve`` has begun."""

PATIENCE = 30
"""For how many seconds a screenshot waits until there is something to see."""


SETTLED = 0.3
"""For how many seconds what was asked for may still come."""

ROOM_FOR_A_THREAD = 110
"""From so many columns on, a screenshot shows a thread beside its channel."""


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser(
        "chat",
        help="chat on the terminal: with invented company, or on the real service",
        description="Chat on the terminal. Without --url or --api-key, a local service with invented company is begun.",
    )
    parser.add_argument("--channel", metavar="CID", help="which channel to open, as messaging:general")
    parser.add_argument("--seed", type=int, default=7, metavar="N", help="which company to invent (7)")
    parser.add_argument("--light", action="store_true", help="dark on light")
    parser.add_argument("--screenshot", metavar="SVG", help="draw the screen to a file, and leave")
    parser.add_argument("--size", type=size, default=(120, 36), metavar="WxH", help="of a screenshot (120x36)")
    account.add_to(parser.add_argument_group("a service"), required=False)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Chat, or draw the screen."""
    try:
        from chatstate.chat import app  # noqa: F401
    except ImportError:
        print("chatstate: this command needs more: pip install 'chatstate[tui]'", file=sys.stderr)
        return 2
    from chatstate.live.errors import LiveError

    problem = wrong(options)
    if problem is not None:
        print(f"chatstate: {problem}", file=sys.stderr)
        return 2
    try:
        with seldom_gc():
            return asyncio.run(chat(options))
    except TimeoutError:
        print(f"chatstate: there was nothing to draw within {PATIENCE} s", file=sys.stderr)
        return 1
    except LiveError as error:
        print(f"chatstate: {error}", file=sys.stderr)
        return 1


def wrong(options: argparse.Namespace) -> str | None:
    """What is missing in a call, or does not go together. Raises ``OSError`` for a token that cannot be read."""
    try:
        if options.channel is not None:
            cid_of(options.channel)
    except ValueError as error:
        return f"--channel: {error}"
    if options.url is None and options.api_key is None:
        return None
    if options.user is None:
        return "to connect to a service, --user must be given"
    try:
        account.url_of(options)
        account.token_of(options)
    except ValueError as error:
        return str(error)
    return None


async def chat(options: argparse.Namespace) -> int:
    """Connect, and let the screen live. Raises ``LiveError``."""
    local = options.url is None and options.api_key is None
    return await (on_our_own(options) if local else on_a_service(options))


async def on_a_service(options: argparse.Namespace) -> int:
    """Chat where the options say."""
    from chatstate.chat.app import Chat
    from chatstate.live.connect import URL, connect

    client = connect(
        options.api_key or LOCAL_KEY, user_id=options.user, token=account.token_of(options),
        anonymous=options.anonymous, url=account.url_of(options) or URL, store=a_store(options.user),
    )  # fmt: skip
    async with client:
        return await shown(Chat(client, light=options.light, cid=options.channel), options)


async def on_our_own(options: argparse.Namespace) -> int:
    """Chat with invented company. What is drawn of it is the same each time."""
    from chatstate.chat.app import Chat
    from chatstate.chat.opening import CHANNEL, client_of, morning
    from chatstate.clock import LogClock

    user, still = options.user or "ana", bool(options.screenshot)
    async with morning(user, seed=options.seed, rate=0.0 if still else RATE, still=still) as here:
        store = a_store(user, LogClock() if still else None)
        async with client_of(here.service, user, store) as client:
            cid = options.channel or CHANNEL
            app = Chat(client, light=options.light, cid=cid, zone=UTC if still else None)
            return await shown(app, options, here if cid == CHANNEL else None)


def a_store(user: str, clock: "Clock | None" = None) -> "Store":
    """A store whose selectors know what ends by itself."""
    from reactivex.scheduler.eventloop import AsyncIOScheduler

    from chatstate.store import Store

    return Store(me=user, clock=clock, scheduler=AsyncIOScheduler(asyncio.get_running_loop()))


async def shown(app: "Chat", options: argparse.Namespace, here: "Morning | None" = None) -> int:
    """Let the screen live, or draw it."""
    if options.screenshot:
        await draw(app, options.size, Path(options.screenshot), here)
    else:
        await app.run_async()
    return app.return_code or 0


async def draw(app: "Chat", cells: tuple[int, int], path: Path, here: "Morning | None") -> None:
    """Write the screen as an SVG, once there is something to see; of the company's morning, with a thread open."""
    async with app.run_test(size=cells) as pilot, asyncio.timeout(PATIENCE):
        while not app.is_filled:
            await pilot.pause(0.02)
        if here is not None:
            if cells[0] >= ROOM_FOR_A_THREAD:
                app.open_thread(str(app.channel.cid), here.parent_id)
            await here.type("cy" if app.client.me != "cy" else "bo")
            while not app.channel.typing:
                await pilot.pause(0.02)
        await pilot.pause(SETTLED)
        path.write_text(app.export_screenshot(title="chatstate chat"), encoding="utf-8")
