"""``chatstate chat``: a chat on the terminal, with the local service or the real one."""

import argparse
import asyncio
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from chatstate.cli.inspect import size
from chatstate.cli.terminal import Commands

if TYPE_CHECKING:
    from chatstate.chat.app import Chat
    from chatstate.live.client import Client


HISTORY, RATE = 2000, 1.0
"""How much the invented company did before, and how much it does a second."""

PATIENCE = 30
"""For how many seconds a screenshot waits until there is something to see."""


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser(
        "chat",
        help="chat on the terminal: with invented company, or on the real service",
        description="Chat on the terminal. Without --url or --api-key, a local service with invented company is begun.",
    )
    parser.add_argument("--user", metavar="ID", help="who to be (ana)")
    parser.add_argument("--token", metavar="JWT", help="that user's token; a local service gives one itself")
    parser.add_argument("--api-key", metavar="KEY", help="the application's key")
    parser.add_argument("--url", metavar="URL", help="where the service is, as ws://127.0.0.1:8800")
    parser.add_argument("--channel", metavar="CID", help="which channel to open, as messaging:general")
    parser.add_argument("--seed", type=int, default=7, metavar="N", help="which company to invent (7)")
    parser.add_argument("--light", action="store_true", help="dark on light")
    parser.add_argument("--screenshot", metavar="SVG", help="draw the screen to a file, and leave")
    parser.add_argument("--size", type=size, default=(120, 36), metavar="WxH", help="of a screenshot (120x36)")
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
        return asyncio.run(chat(options))
    except LiveError as error:
        print(f"chatstate: {error}", file=sys.stderr)
        return 1


def wrong(options: argparse.Namespace) -> str | None:
    """What is missing in a call, or does not go together."""
    if options.url is None and options.api_key is None:
        return None
    missing = [name for name in ("user", "token") if getattr(options, name) is None]
    if options.url is not None and not options.url.startswith(("ws://", "wss://")):
        return f"--url: expected ws:// or wss://, got {options.url!r}"
    return f"to connect to a service, --{' and --'.join(missing)} must be given" if missing else None


async def chat(options: argparse.Namespace) -> int:
    """Connect, and let the screen live. Raises ``LiveError``."""
    from chatstate.chat.app import Chat

    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(await connected(options, stack))
        app = Chat(client, light=options.light, cid=options.channel)
        if options.screenshot:
            await draw(app, options.size, Path(options.screenshot))
        else:
            await app.run_async()
        return app.return_code or 0


async def connected(options: argparse.Namespace, stack: AsyncExitStack) -> "Client":
    """A client of the service that is asked for; a local one is begun where none is."""
    from reactivex.scheduler.eventloop import AsyncIOScheduler

    from chatstate.live.connect import URL, connect
    from chatstate.store import Store

    user = options.user or "ana"
    store = Store(me=user, scheduler=AsyncIOScheduler(asyncio.get_running_loop()))
    if options.url is not None or options.api_key is not None:
        return connect(
            options.api_key or "devkey", user_id=user, token=options.token, url=options.url or URL, store=store
        )
    from chatstate.server import Service

    service = await stack.enter_async_context(Service(seed=options.seed, rate=RATE, history=HISTORY))
    return connect(service.api_key, user_id=user, token=lambda: service.token(user), url=service.url, store=store)


async def draw(app: "Chat", cells: tuple[int, int], path: Path) -> None:
    """Write the screen as an SVG, once there is something to see."""
    async with app.run_test(size=cells) as pilot:
        async with asyncio.timeout(PATIENCE):
            while app.is_running and not app.channel.messages.ids:
                await pilot.pause(0.02)
        await pilot.pause(0.5)
        path.write_text(app.export_screenshot(title="chatstate chat"), encoding="utf-8")
