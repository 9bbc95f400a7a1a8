"""``chatstate record``: what a user's socket says, written down to be replayed."""

import argparse
import asyncio
import os
import sys
from pathlib import Path

from chatstate.cli.terminal import Commands, positive

TOKEN = "CHATSTATE_TOKEN"
"""The environment variable that holds the token: an argument would show in the list of processes."""


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("record", help="write down what a user's socket says")
    parser.add_argument("file", help="where to; .ndjson, or .ndjson.gz to zip it; never written over")
    parser.add_argument("--api-key", required=True, metavar="KEY", help="the application's key")
    parser.add_argument("--user", required=True, metavar="ID", help="whose socket")
    parser.add_argument("--token-file", metavar="FILE", help=f"where the user's token is (else in ${TOKEN})")
    parser.add_argument("--url", metavar="URL", help="where the service is")
    parser.add_argument("--watch", metavar="TYPE", help="watch my channels of that type, too")
    parser.add_argument("--frames", type=positive, metavar="N", help="end after so many frames")
    parser.add_argument(
        "--largest",
        type=positive,
        default=256,
        metavar="MB",
        help="begin another file after so many megabytes (256)",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Record until interrupted, or so many frames."""
    try:
        return asyncio.run(record(options))
    except ImportError as error:
        print(f"chatstate: {error}", file=sys.stderr)
        return 2


async def record(options: argparse.Namespace) -> int:
    """Record one socket."""
    from chatstate.live.connect import URL, connect
    from chatstate.live.errors import LiveError
    from chatstate.live.recording import Recording

    recording = Recording(options.file, largest=options.largest * 2**20)
    client = connect(
        options.api_key, user_id=options.user, token=_token(options), url=options.url or URL, record=recording
    )
    client.store.faults.subscribe(lambda fault: print(f"chatstate: {fault}", file=sys.stderr))
    enough = asyncio.Event()

    def count(event: object) -> None:
        if options.frames is not None and recording.frames >= options.frames:
            enough.set()

    client.store.events.subscribe(count)
    try:
        async with client:
            if options.watch is not None:
                mine = {"type": options.watch, "members": {"$in": [options.user]}}
                await client.watch(mine, limit=1_000, messages=0)
            ended = [asyncio.ensure_future(enough.wait()), asyncio.ensure_future(client.closed())]
            done, _ = await asyncio.wait(ended, return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                task.cancel()
            for task in done:
                task.result()
    except LiveError as error:
        print(f"chatstate: {error}", file=sys.stderr)
        return 1
    finally:
        recording.close()
        print(f"{recording.frames} frames in {options.file}", file=sys.stderr)
    return 0


def _token(options: argparse.Namespace) -> str | None:
    if options.token_file is not None:
        return Path(options.token_file).read_text(encoding="utf-8").strip()
    return os.environ.get(TOKEN)
