"""``chatstate serve``: a local service with invented company, to connect to."""

import argparse
import asyncio
import errno
import re
import signal
import sys
from typing import TYPE_CHECKING

from chatstate.cli.terminal import Commands, above_zero, not_negative, positive

if TYPE_CHECKING:
    from chatstate.server import Service


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("serve", help="run a local service to connect to, with invented company in it")
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (127.0.0.1: this machine alone)")
    parser.add_argument("--port", type=port, default=8800, metavar="N", help="which port; 0 is any free one (8800)")
    parser.add_argument("--seed", type=int, default=7, metavar="N", help="the same seed gives the same people (7)")
    parser.add_argument(
        "--rate", type=not_negative, default=20.0, metavar="N", help="how much happens a second (20); 0: nothing"
    )
    parser.add_argument(
        "--speed", type=above_zero, default=1.0, metavar="N", help="how fast the service's time passes (1)"
    )
    parser.add_argument(
        "--history", type=not_negative, default=2000, metavar="N", help="how much happened before (2000)"
    )
    parser.add_argument("--users", type=positive, default=40, metavar="N", help="how many are invented (40)")
    parser.add_argument(
        "--user", type=user_id, action="append", default=[], metavar="ID",
        help="somebody more who can connect, besides ana and the others; may be repeated",
    )  # fmt: skip
    parser.add_argument("--channels", type=positive, default=12, metavar="N", help="how many channels there are (12)")
    parser.add_argument("--chaos", action="store_true", help="let things go wrong at random")
    parser.set_defaults(run=run)


def port(text: str) -> int:
    """A port, for argparse."""
    number = int(text)
    if not 0 <= number <= 65_535:
        raise argparse.ArgumentTypeError(f"must be from 0 to 65535; got {number}")
    return number


def user_id(text: str) -> str:
    """Who can connect, for argparse."""
    if not re.fullmatch(r"[\w@-]{1,64}", text):
        raise argparse.ArgumentTypeError(f"an id has up to 64 letters, digits, @, - and _; got {text!r}")
    return text


def run(options: argparse.Namespace) -> int:
    """Serve until interrupted."""
    try:
        from chatstate.server import NAMES, Service
    except ImportError:
        print("chatstate: this command needs its server: pip install 'chatstate[server]'", file=sys.stderr)
        return 2
    service = Service(
        seed=options.seed, rate=options.rate, speed=options.speed, history=int(options.history), users=options.users,
        channels=options.channels, host=options.host, port=options.port, chaos=options.chaos,
        names=tuple(dict.fromkeys((*NAMES, *options.user))),
    )  # fmt: skip
    try:
        asyncio.run(serve(service))
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        why = "is taken; --port chooses another, 0 any free one" if taken else f"cannot be used: {error.strerror}"
        print(f"chatstate: {options.host}:{options.port} {why}", file=sys.stderr)
        return 1
    return 0


async def serve(service: "Service") -> None:
    """Run a service until the program is told to end."""
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, over.set)
    async with service:
        announce(service)
        await over.wait()


def announce(service: "Service") -> None:
    """Say where the service is, and how to get in."""
    print(f"serving {service.url} and {service.rest}, until Ctrl-C", flush=True)
    print(f"  api_key  {service.api_key}")
    print(f"  secret   {service.secret}  (HS256; for development only: everyone knows it)")
    for name in service.names:
        print(f"  {name:<8} {service.token(name)}")
    sys.stdout.flush()
