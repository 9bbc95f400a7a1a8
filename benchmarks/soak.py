"""The soak: a client that lives with a service where everything goes wrong, held against what the service knows.

``python -m benchmarks soak`` lives ten minutes and more in a time of its own, with the delays of the real service, and
then some on real sockets: ``CHATSTATE_SOAK=30`` for thirty seconds of those. Each round orders one kind of fault, lets
the company and the client act through it, waits until the client says that its state is right, and compares every field
of it with the service's truth.
"""

import asyncio
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress

import attrs

from benchmarks.measure import show
from chatstate import Clock, Store, SystemClock
from chatstate.cli.demo import know_everything
from chatstate.io.comparison import live_differences
from chatstate.io.dump import dump
from chatstate.live.client import Client
from chatstate.live.connect import connect
from chatstate.live.connection import Timing
from chatstate.live.errors import LiveError
from chatstate.server import Limits, Service
from chatstate.state.check import check
from tests.virtual import VirtualClock, live

QUICK = Timing(beat_every=0.4, dead_after=1.0, greet_within=3.0)
"""A stall of a second is as dead as one of 35, and leaves time for more of them."""

EVERY_KIND = 20
"""How often each kind of fault is to have happened."""

TEN_MINUTES = 600.0


@attrs.frozen
class Pace:
    """How fast it goes: the connection's own timing, and how long others take beside it."""

    timing: Timing

    @property
    def unit(self) -> float:
        """What is a second where a connection is dead after 35 of them."""
        return self.timing.dead_after / Timing().dead_after


@attrs.frozen
class Trouble:
    """What can be done to a service, at that pace, by some dice."""

    service: Service
    dice: random.Random
    unit: float

    def drop(self) -> None:
        self.service.faults.drop(user="ana")

    def cut(self) -> None:
        self.service.faults.cut(user="ana")

    def stall(self) -> None:
        self.service.faults.stall(70 * self.unit, user="ana")

    def close(self) -> None:
        self.service.faults.close(self.dice.choice([1000, 1001, 1008, 1011, 4000]), user="ana")

    def expire(self) -> None:
        self.service.faults.expire(user="ana")

    def duplicate(self) -> None:
        self.service.faults.duplicate(20, user="ana")

    def delay(self) -> None:
        self.service.faults.delay(10, by=self.dice.randint(1, 9), user="ana")

    def reorder(self) -> None:
        self.service.faults.reorder(10, user="ana")

    def refuse(self) -> None:
        status = self.dice.choice([400, 403, 404, 429, 500, 503])
        self.service.faults.refuse(status, self.dice.randint(1, 4), retry_after=2 * self.unit, user="ana")
        if self.dice.random() < 0.5:
            self.drop()

    def slow(self) -> None:
        self.service.faults.slow(self.dice.uniform(1, 12) * self.unit, 3, user="ana")

    def lose(self) -> None:
        self.service.faults.lose(2, user="ana")

    def forget(self) -> None:
        self.drop()
        self.service.stir(self.dice.randint(0, 30))
        self.service.faults.forget(user="ana")


FAULTS = (
    "drop", "cut", "stall", "close", "expire", "duplicate", "delay", "reorder", "refuse", "slow", "lose", "forget",
)  # fmt: skip


@attrs.define
class Outcome:
    """What a soak came to."""

    rounds: int = 0
    seconds: float = 0.0
    recoveries: int = 0
    reported: int = 0
    """How often the client said that something had failed."""
    sent: int = 0
    refused: int = 0
    faults: Counter[str] = attrs.field(factory=Counter)
    texts: dict[str, str] = attrs.field(factory=dict)
    """What was sent and must be there, by id."""
    wrong: list[str] = attrs.field(factory=list)
    """Where client and truth differed, a line each."""
    lost: list[str] = attrs.field(factory=list)
    doubled: list[str] = attrs.field(factory=list)

    @property
    def right(self) -> bool:
        return not (self.wrong or self.lost or self.doubled)

    @property
    def thorough(self) -> bool:
        """Whether every kind of fault has happened often enough."""
        return all(self.faults[kind] >= EVERY_KIND for kind in FAULTS)


Enough = Callable[[Outcome], bool]


async def soak(enough: Enough, *, seed: int = 7, pace: Pace | None = None, clock: Clock | None = None) -> Outcome:
    """Live until it is enough, and answer what it came to; the first round that is wrong ends it."""
    pace, clock, dice = pace or Pace(QUICK), clock or SystemClock(), random.Random(seed)
    outcome, loop = Outcome(), asyncio.get_running_loop()
    began, limits = loop.time(), Limits(calls=1e6, burst=10**6)
    async with (
        Service(seed=seed, history=100, clock=clock, limits=limits) as service,
        _client(service, dice, pace, clock) as ana,
    ):
        ana.store.events.subscribe(lambda event: _count(outcome, event.kind))
        ana.store.faults.subscribe(lambda fault: _report(outcome))
        await know_everything(ana)
        kinds: list[str] = []
        while outcome.right and not enough(outcome):
            kinds = kinds or dice.sample(FAULTS, len(FAULTS))
            threads = frozenset(ana.store.state.replies.groups)
            await Round(service, ana, kinds.pop(), dice, pace, outcome, threads).run()
            outcome.rounds += 1
            outcome.seconds = loop.time() - began
            outcome.faults = Counter(service.faults.counts)
    return outcome


def _client(service: Service, dice: random.Random, pace: Pace, clock: Clock) -> Client:
    return connect(
        service.api_key, user_id="ana", token=lambda: service.token("ana"), url=service.url, timing=pace.timing,
        store=Store(me="ana", clock=clock), chance=lambda: dice.random() * min(1.0, 2 * pace.unit),
    )  # fmt: skip


def _count(outcome: Outcome, kind: str) -> None:
    outcome.recoveries += kind == "connection.recovered"


def _report(outcome: Outcome) -> None:
    outcome.reported += 1


@attrs.frozen
class Round:
    """One kind of fault, with things happening before, during and after it."""

    service: Service
    client: Client
    kind: str
    dice: random.Random
    pace: Pace
    outcome: Outcome
    threads: frozenset[str]
    """The threads that were here before: they are to be right without being asked for."""

    async def run(self) -> None:
        """Live through it, and compare."""
        service, dice, unit = self.service, self.dice, self.pace.unit
        service.stir(dice.randint(0, 10))
        getattr(Trouble(service, dice, unit), self.kind)()
        deeds = [asyncio.ensure_future(self.deed()) for _ in range(dice.randint(1, 4))]
        for _ in range(dice.randint(0, 3)):
            service.stir(dice.randint(0, 8))
            await asyncio.sleep(dice.random() * unit)
        if self.kind == "stall":
            await asyncio.sleep(42 * unit)  # until it is noticed
        service.faults.clear()
        await asyncio.gather(*deeds)
        service.stir(dice.randint(1, 5))
        bustle = asyncio.ensure_future(self.bustle())
        await self.client.recovered()
        bustle.cancel()
        await self.send_again()
        wrong = await self.settled()
        self.outcome.wrong += [f"round {self.outcome.rounds}, {self.kind}: {line}" for line in wrong]
        self.count_messages()

    async def bustle(self) -> None:
        """What goes on while the client recovers."""
        for _ in range(20):
            await asyncio.sleep(self.dice.random() * 0.2 * self.pace.unit)
            self.service.stir(1)

    async def deed(self) -> None:
        """Something the user does; the service may refuse it."""
        client, dice, texts = self.client, self.dice, self.outcome.texts
        rooms = [cid for cid, room in client.store.channels.items() if room.membership is not None]
        cid = dice.choice(rooms)
        theirs = [message.id for message in client.store.channel(cid).messages if not message.deleted]
        mine = [id for id in theirs if client.store.message(id).own]
        try:
            match dice.randint(0, 7):
                case 0 | 1 | 2:
                    self.outcome.sent += 1
                    id, text = f"ana-{self.outcome.sent}", f"message {self.outcome.sent}"
                    texts[id] = text
                    await client.send_message(cid, text, id=id)
                case 3 if mine:
                    texts.pop(id := dice.choice(mine), None)
                    await client.edit_message(id, f"edited {dice.random()}")
                case 4 if theirs:
                    await client.react(dice.choice(theirs), dice.choice(["like", "love"]), unique=dice.random() < 0.3)
                case 5:
                    await client.mark_read(cid)
                case 6 if mine:
                    texts.pop(id := dice.choice(mine), None)
                    await client.delete_message(id, hard=dice.random() < 0.5)
                case _:
                    client.keystroke(cid)
        except (LiveError, KeyError):
            self.outcome.refused += 1

    async def send_again(self) -> None:
        """Send again what failed; what is refused for good is taken back."""
        for letter in list(self.client.unsent):
            try:
                await self.client.retry(letter.id)
            except (LiveError, KeyError):
                self.outcome.texts.pop(letter.id, None)
                with suppress(LiveError, KeyError):
                    await self.client.delete_message(letter.id)

    async def settled(self, within: float = 20.0) -> list[str]:
        """Where client and truth differ once what is on its way has arrived; nothing, one hopes."""
        loop = asyncio.get_running_loop()
        until = loop.time() + within
        while True:
            await know_threads(self.client, self.threads)
            check(self.client.store.state)
            wrong = wrong_now(self.service, self.client)
            if not wrong or loop.time() > until:
                return wrong
            await asyncio.sleep(0.2)

    def count_messages(self) -> None:
        """What was sent is there once: on both sides, by its id and by its text."""
        service, client, outcome = self.service, self.client, self.outcome
        said = Counter(message.text for message in service.town.world.messages.values())
        shown = Counter(message.text for message in client.store.messages.values())
        for id, text in outcome.texts.items():
            there, here = id in service.town.world.messages, id in client.store.messages
            if there != here and not client.store.message(id).gone:
                outcome.lost.append(f"{id}: there {there}, here {here}")
            if said[text] > 1 or shown[text] > 1:
                outcome.doubled.append(f"{id}: there {said[text]}, here {shown[text]}")


async def know_threads(client: Client, known: Collection[str]) -> None:
    """Load the threads that are not ``known``: that they have replies was told with their parents."""
    for message in list(client.store.messages.values()):
        if message.id not in known and message.reply_count > len(client.store.thread(message.id).replies):
            await client.load_replies(message.id, limit=300)


def wrong_now(service: Service, client: Client) -> list[str]:
    """Where client and truth differ at this moment, a line each."""
    return live_differences(service.truth(client.me), dump(client.store))


def soak_in_its_own_time(enough: Enough, *, seed: int = 7) -> Outcome:
    """The same where time leaps: with the timing of the real service, and in a fraction of its time."""

    async def story() -> Outcome:
        clock = VirtualClock(asyncio.get_running_loop())
        return await soak(enough, seed=seed, pace=Pace(Timing()), clock=clock)

    outcome: Outcome = live(story())
    return outcome


def run() -> None:
    """Run both, and say what they came to. Leaves with status 1 where something was wrong."""
    began = time.monotonic()
    outcome = soak_in_its_own_time(lambda so_far: so_far.seconds >= TEN_MINUTES and so_far.thorough)
    print(f"soak: {outcome.seconds:,.0f} s of faults in a time of its own, lived in {time.monotonic() - began:.0f} s")
    report(outcome, at_least=EVERY_KIND)
    seconds = float(os.environ.get("CHATSTATE_SOAK", "120"))
    print(f"soak: {seconds:g} s of faults on real sockets")
    later = asyncio.run(_for(seconds))
    report(later)
    if not (outcome.right and outcome.thorough and later.right):
        sys.exit(1)


def _for(seconds: float) -> Awaitable[Outcome]:
    until = time.monotonic() + seconds
    return soak(lambda _: time.monotonic() >= until)


def report(outcome: Outcome, at_least: int = 1) -> None:
    """Say what one came to; every kind of fault is to have happened ``at_least`` so often."""
    show("rounds", str(outcome.rounds))
    show("recoveries", str(outcome.recoveries))
    show("failures reported by the client", str(outcome.reported))
    show("messages sent", str(outcome.sent))
    show("deeds refused or failed", str(outcome.refused))
    for kind in FAULTS:
        hits = outcome.faults[kind]
        show(f"fault: {kind}", str(hits), f">= {at_least}", kept=hits >= at_least)
    show("fields that differ from the truth", str(len(outcome.wrong)), "0", kept=not outcome.wrong)
    show("lost messages", str(len(outcome.lost)), "0", kept=not outcome.lost)
    show("doubled messages", str(len(outcome.doubled)), "0", kept=not outcome.doubled)
    for line in [*outcome.wrong, *outcome.lost, *outcome.doubled][:20]:
        print(f"    {line[:300]}")
