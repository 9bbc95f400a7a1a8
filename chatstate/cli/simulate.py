"""``chatstate simulate``: a busy service's frames, invented, to replay."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

import orjson

from chatstate.cli.terminal import Commands, positive
from chatstate.simulator import Simulation, chaos


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("simulate", help="write the frames of an invented service to standard output")
    add_world(parser)
    parser.add_argument("--chaos", action="store_true", help="repeat and delay some frames")
    parser.add_argument(
        "--repeat", type=float, default=0.03, metavar="SHARE", help="with --chaos: how many are repeated"
    )
    parser.add_argument("--delay", type=float, default=0.03, metavar="SHARE", help="with --chaos: how many are delayed")
    parser.add_argument(
        "--truth", metavar="FILE", help="write what the service knows at the end, in the schema of replay --dump"
    )
    parser.set_defaults(run=run)


def add_world(parser: argparse.ArgumentParser) -> None:
    """Add what describes the simulated world."""
    parser.add_argument("--events", type=positive, default=20_000, metavar="N", help="how many frames (20000)")
    parser.add_argument("--channels", type=positive, default=50, metavar="N", help="how many channels (50)")
    parser.add_argument("--users", type=positive, default=500, metavar="N", help="how many users (500)")
    parser.add_argument("--seed", type=int, default=7, metavar="N", help="the same seed gives the same frames (7)")
    parser.add_argument("--me", default="me", metavar="ID", help="whose socket it is (me)")


def simulation(options: argparse.Namespace) -> Simulation:
    """The world the options describe."""
    return Simulation(seed=options.seed, channels=options.channels, users=options.users, me=options.me)


def run(options: argparse.Namespace) -> int:
    """Write the frames, one a line."""
    world = simulation(options)
    frames: Iterable[bytes] = world.frames(options.events)
    if options.chaos:
        frames = chaos(frames, seed=options.seed, repeat=options.repeat, delay=options.delay)
    out = sys.stdout.buffer
    for frame in frames:
        out.write(frame + b"\n")
    out.flush()
    if options.truth:
        Path(options.truth).write_bytes(orjson.dumps(world.truth()))
    return 0
