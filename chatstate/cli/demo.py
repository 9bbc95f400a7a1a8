"""``chatstate demo``: a service and a client of it in one process, over a real socket, and what selectors tell."""

import argparse
import asyncio
import random
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import attrs

from chatstate.cli.terminal import Commands, above_zero, console, not_negative

if TYPE_CHECKING:
    from rich.console import Console

    from chatstate.cli.screen import Screen
    from chatstate.live.client import Client
    from chatstate.server import Service

ME = "ana"

FRAMES = 12
"""Pictures a second."""

SETTLES_WITHIN = 10.0
"""Seconds that what is on its way may take to arrive, once nothing happens any more."""

PHRASES = (
    "good morning", "who is around?", "that works for me", "see you at noon", "ship it", "on my way", "ha!",
    "could you look at this?", "thank you", "let us talk tomorrow",
)  # fmt: skip

FAULTS: tuple[tuple[str, Callable[["Service"], object]], ...] = (
    ("the line breaks", lambda service: service.faults.drop(user=ME)),
    ("frames come twice, late and out of order", lambda service: _disorder(service)),
    ("the line is cut in the middle of a frame", lambda service: service.faults.cut(user=ME)),
    ("answers are lost, calls refused with 503 and 429", lambda service: _refuse(service)),
    ("the token expires", lambda service: service.faults.expire(user=ME)),
)
"""What goes wrong, one after the other."""


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("demo", help="run a service and a client that follows it, and watch its selectors")
    parser.add_argument("--seconds", type=above_zero, default=15.0, metavar="N", help="how long it goes on (15)")
    parser.add_argument("--seed", type=int, default=7, metavar="N", help="the same seed gives the same company (7)")
    parser.add_argument("--rate", type=not_negative, default=8.0, metavar="N", help="how much happens a second (8)")
    parser.add_argument("--calm", action="store_true", help="let nothing go wrong on the line")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the show. Answers 1 where client and service differ at its end."""
    screen = console()
    try:
        return asyncio.run(show(options, screen))
    except ImportError as error:
        print(f"chatstate: this command needs {error.name}: pip install 'chatstate[demo]'", file=sys.stderr)
        return 2


@attrs.define
class Course:
    """What happened in the course of the show."""

    events: int = 0
    faults: int = 0
    sent: int = 0
    breaks: list[float] = attrs.field(factory=list)
    """For each time the line was down, the seconds until the state was right again."""
    _down_at: float | None = None

    def note(self, event: Any, screen: "Screen") -> None:
        """Count an event; tell of those of the connection."""
        self.events += 1
        if event.kind == "connection.changed" and not event.online and self._down_at is None:
            self._down_at = time.monotonic()
            screen.say("connection.changed: offline")
        elif event.kind == "connection.recovered" and self._down_at is not None:
            self.breaks.append(time.monotonic() - self._down_at)
            self._down_at = None
            screen.say(f"connection.recovered: the state is right again after {self.breaks[-1]:.1f} s", "bold green")


async def show(options: argparse.Namespace, console: "Console") -> int:
    """Live for a while, then hold what the client shows against what the service knows."""
    from chatstate.cli.screen import Screen
    from chatstate.live.connect import connect
    from chatstate.server import Service

    async with Service(seed=options.seed, rate=options.rate, history=300) as service:
        token: Callable[[], str] = lambda: service.token(ME)  # noqa: E731
        async with connect(service.api_key, user_id=ME, token=token, url=service.url) as client:
            await know_everything(client)
            screen, course = Screen(client.store, f"{ME} at {service.url}"), Course()
            client.store.events.subscribe(lambda event: course.note(event, screen))
            client.store.faults.subscribe(lambda fault: screen.say(str(fault), "dim red"))
            tasks = [asyncio.create_task(act(client, screen, course, random.Random(options.seed)))]
            if not options.calm:
                tasks.append(asyncio.create_task(trouble(service, screen, course)))
            try:
                await picture(screen, console, options.seconds)
            finally:
                await ended(tasks)
            service.pause()
            service.faults.clear()
            compared, wrong = await settled(service, client)
            summarize(console, service, client, screen, course, compared, wrong)
            screen.close()
            return 1 if wrong else 0


async def know_everything(client: "Client") -> None:
    """Load all that there is, so that nothing can differ for not having been asked for."""
    await client.watch({"members": {"$in": [client.me]}}, limit=1_000, messages=300)
    await client.watch({"members": {"$in": [client.me]}, "hidden": True}, limit=1_000, messages=300)
    for message in list(client.store.messages.values()):
        if message.reply_count:
            await client.load_replies(message.id, limit=300)


async def picture(screen: "Screen", console: "Console", seconds: float) -> None:
    """Draw what the selectors told, some times a second; where nothing can be drawn over, once at the end."""
    from rich.live import Live

    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    with suppress(NotImplementedError, RuntimeError, ValueError):  # no signals here
        loop.add_signal_handler(signal.SIGINT, over.set)
    if not console.is_terminal:
        print(f"{screen.title} for {seconds:g} s", flush=True)
    until = loop.time() + seconds
    with Live(screen, console=console, auto_refresh=False, vertical_overflow="crop") as live:
        while not over.is_set() and (left := until - loop.time()) > 0:
            screen.left = left
            if console.is_terminal:
                live.refresh()
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), min(left, 1 / FRAMES))
        screen.left = 0.0
    with suppress(NotImplementedError, RuntimeError, ValueError):
        loop.remove_signal_handler(signal.SIGINT)


async def act(client: "Client", screen: "Screen", course: Course, dice: random.Random) -> None:
    """What the user at the screen does: look into a channel, read it, write and react."""
    while True:
        cid = screen.rooms[0].cid if screen.rooms else None
        if cid is not None and cid != screen.open:
            screen.look_at(cid)
        room = client.store.channel(screen.open or cid or "")
        await trying(client.mark_read(room.cid))
        await asyncio.sleep(0.8)
        client.keystroke(room.cid)
        await asyncio.sleep(0.8)
        course.sent += 1
        await trying(client.send_message(room.cid, dice.choice(PHRASES)))
        others = [each for each in room.messages[-8:] if not each.own and not each.deleted]
        if others:
            await trying(client.react(dice.choice(others).id, dice.choice(["like", "love", "haha"])))
        await asyncio.sleep(0.5)


async def trying(deed: Awaitable[object]) -> None:
    """Do what may fail: the line is down, or the message gone."""
    from chatstate.live.errors import LiveError

    with suppress(LiveError, KeyError):
        await deed


async def trouble(service: "Service", screen: "Screen", course: Course) -> None:
    """What goes wrong with the line."""
    while True:
        for said, fault in FAULTS:
            await asyncio.sleep(2.8)
            screen.say(f"fault: {said}")
            course.faults += 1
            fault(service)


def _disorder(service: "Service") -> None:
    for disorder in (service.faults.duplicate, service.faults.delay, service.faults.reorder):
        disorder(8, user=ME)


def _refuse(service: "Service") -> None:
    service.faults.lose(2, user=ME)
    service.faults.refuse(503, 1, user=ME)
    service.faults.refuse(429, 1, retry_after=0.3, user=ME)


async def ended(tasks: list["asyncio.Task[None]"]) -> None:
    """End what goes on; raises what it raised."""
    for task in tasks:
        task.cancel()
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(outcome, Exception):
            raise outcome


async def settled(service: "Service", client: "Client", within: float = SETTLES_WITHIN) -> tuple[int, list[str]]:
    """How many fields were compared, and where they differ once what is on its way has arrived."""
    from chatstate.io.comparison import fields, live_differences
    from chatstate.io.dump import dump

    until = time.monotonic() + within
    with suppress(TimeoutError):
        await asyncio.wait_for(client.recovered(), within)
    await send_again(client)
    while True:
        truth = service.truth(client.me)
        wrong = live_differences(truth, dump(client.store))
        if not wrong or time.monotonic() > until:
            return fields(truth), wrong
        await asyncio.sleep(0.1)


async def send_again(client: "Client") -> None:
    """Send what failed while the line was down; what is refused for good is taken back."""
    from chatstate.live.errors import LiveError

    for letter in client.unsent:
        try:
            await client.retry(letter.id)
        except (LiveError, KeyError):
            await trying(client.delete_message(letter.id))


def summarize(
    console: "Console", service: "Service", client: "Client", screen: "Screen", course: Course, compared: int,
    wrong: list[str],
) -> None:  # fmt: skip
    """Say what it came to."""
    store = client.store
    console.print()
    console.print(
        f"{course.events:,} events over {service.url}: {screen.values:,} values and {screen.diffs:,} diffs told by "
        f"selectors, {len(store.channels)} channels, {len(store.messages):,} messages, {course.sent} of them sent here."
    )
    if course.faults:
        down = f", right again after {max(course.breaks):.1f} s at most" if course.breaks else ""
        faults, times = counted(course.faults, "fault"), counted(len(course.breaks), "time")
        console.print(f"{faults}; the connection was down {times}{down}.")
    verdict = f"{compared:,} fields compared with what the service knows: {len(wrong)} differ."
    console.print(verdict, style="bold red" if wrong else "bold green")
    for line in wrong[:20]:
        console.print(f"  {line}", markup=False, highlight=False)


def counted(number: int, thing: str) -> str:
    """``1 fault``, ``2 faults``."""
    return f"{number} {thing}{'' if number == 1 else 's'}"
