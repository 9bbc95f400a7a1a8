"""``chatstate record``: what a user's socket says, written down to be replayed."""

import argparse
import asyncio
import sys

from chatstate.cli import account
from chatstate.cli.terminal import Commands, positive


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("record", help="write down what a user's socket says")
    parser.add_argument("file", help="where to; .ndjson, or .ndjson.gz to zip it; never written over")
    account.add_to(parser, required=True)
    account.add_watch_to(parser)
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
    except (ImportError, ValueError) as error:
        print(f"chatstate: {error}", file=sys.stderr)
        return 2


async def record(options: argparse.Namespace) -> int:
    """Record one socket."""
    from chatstate.live.errors import LiveError

    client, recording = account.recorded(options, options.file, largest=options.largest * 2**20, most=options.frames)
    enough = asyncio.Event()

    def look(told: object) -> None:
        if recording.full:
            enough.set()

    client.store.faults.subscribe(lambda fault: print(f"chatstate: {fault}", file=sys.stderr))
    client.store.events.subscribe(look)
    client.store.faults.subscribe(look)
    try:
        async with client:
            await account.watch(client, options.watch_type)
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
        files = ", ".join(map(str, recording.paths))
        print(f"{recording.frames} frame{'' if recording.frames == 1 else 's'} in {files}", file=sys.stderr)
    return 0
