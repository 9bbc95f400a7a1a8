"""The soak: a client that lives with a service where everything goes wrong, held against what the service knows.

``python -m benchmarks soak`` runs for ten minutes, ``CHATSTATE_SOAK=30`` for thirty seconds. Each round orders one kind
of fault, lets the company and the client act through it, waits until the client says that its state is right, and
compares every field of it with the service's truth.
"""

import asyncio
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import attrs

from benchmarks.measure import show
from chatstate.io.comparison import live_differences
from chatstate.io.dump import dump
from chatstate.live.client import Client
from chatstate.live.connect import connect
from chatstate.live.connection import Timing
from chatstate.live.errors import LiveError
from chatstate.server import Service
from chatstate.state.check import check

QUICK = Timing(beat_every=0.4, dead_after=1.0, greet_within=3.0)
"""A stall of a second is as dead as one of 35, and leaves time for more of them."""

EVERY_KIND = 20
"""How often each kind of fault is to have happened."""

FAULTS: dict[str, Callable[[Service, random.Random], object]] = {
    "drop": lambda service, dice: service.faults.drop(user="ana"),
    "cut": lambda service, dice: service.faults.cut(user="ana"),
    "stall": lambda service, dice: service.faults.stall(2.0, user="ana"),
    "close": lambda service, dice: service.faults.close(dice.choice([1000, 1001, 1008, 1011, 4000]), user="ana"),
    "expire": lambda service, dice: service.faults.expire(user="ana"),
    "duplicate": lambda service, dice: service.faults.duplicate(20, user="ana"),
    "delay": lambda service, dice: service.faults.delay(10, by=dice.randint(1, 9), user="ana"),
    "reorder": lambda service, dice: service.faults.reorder(10, user="ana"),
    "refuse": lambda service, dice: service.faults.refuse(
        dice.choice([500, 503, 429]), dice.randint(1, 4), retry_after=0.05, user="ana"
    ),
    "slow": lambda service, dice: service.faults.slow(0.2, 3, user="ana"),
    "lose": lambda service, dice: service.faults.lose(2, user="ana"),
}
"""What goes wrong, each for one user."""


@attrs.define
class Outcome:
    """What a soak came to."""

    rounds: int = 0
    recoveries: int = 0
    sent: int = 0
    refused: int = 0
    faults: Counter[str] = attrs.field(factory=Counter)
    wrong: list[str] = attrs.field(factory=list)
    """Where client and truth differed, a line each."""
    lost: list[str] = attrs.field(factory=list)
    doubled: list[str] = attrs.field(factory=list)

    @property
    def right(self) -> bool:
        return not (self.wrong or self.lost or self.doubled)


async def soak(seconds: float, *, seed: int = 7, rounds: int | None = None) -> Outcome:
    """Live so long, or for so many rounds, and answer what it came to; the first round that is wrong ends it."""
    outcome, dice = Outcome(), random.Random(seed)
    until = time.monotonic() + seconds
    async with Service(seed=seed, history=100) as service, _client(service, "ana", dice) as ana:
        ana.store.events.subscribe(lambda event: _count(outcome, event))
        await load_everything(ana)
        kinds: list[str] = []
        texts: dict[str, str] = {}
        while outcome.right and (time.monotonic() < until if rounds is None else outcome.rounds < rounds):
            kinds = kinds or dice.sample(list(FAULTS), len(FAULTS))
            await _round(service, ana, kinds.pop(), dice, outcome, texts)
            outcome.rounds += 1
        outcome.faults = Counter(service.faults.counts)
    return outcome


def _client(service: Service, name: str, dice: random.Random) -> Client:
    return connect(
        service.api_key, user_id=name, token=lambda: service.token(name), url=service.url, timing=QUICK,
        chance=lambda: dice.random() * 0.05,
    )  # fmt: skip


def _count(outcome: Outcome, event: Any) -> None:
    outcome.recoveries += event.kind == "connection.recovered"


async def load_everything(client: Client) -> None:
    """Know all that there is, so that nothing can differ for not having been asked for."""
    await client.watch({"members": {"$in": [client.me]}}, limit=1_000, messages=300)
    await client.watch({"members": {"$in": [client.me]}, "hidden": True}, limit=1_000, messages=300)
    for message in list(client.store.messages.values()):
        if message.reply_count:
            await client.load_replies(message.id, limit=300)


async def _round(
    service: Service, client: Client, kind: str, dice: random.Random, outcome: Outcome, texts: dict[str, str]
) -> None:
    """One kind of fault, with things happening before, during and after it."""
    service.stir(dice.randint(0, 10))
    FAULTS[kind](service, dice)
    deeds = [asyncio.ensure_future(_deed(client, dice, outcome, texts)) for _ in range(dice.randint(1, 4))]
    for _ in range(dice.randint(0, 3)):
        service.stir(dice.randint(0, 8))
        await asyncio.sleep(dice.random() * 0.02)
    await asyncio.gather(*deeds)
    if kind == "stall":
        await asyncio.sleep(1.2)  # until it is noticed
    service.faults.clear()
    service.stir(dice.randint(1, 5))
    await client.recovered()
    await _again(client)
    wrong = await _settled(service, client)
    outcome.wrong += [f"round {outcome.rounds}, {kind}: {line}" for line in wrong]
    _count_messages(service, client, outcome, texts)


async def _deed(client: Client, dice: random.Random, outcome: Outcome, texts: dict[str, str]) -> None:
    """Something the user does; the service may refuse it."""
    rooms = [cid for cid, room in client.store.channels.items() if room.membership is not None]
    cid = dice.choice(rooms)
    theirs = [message.id for message in client.store.channel(cid).messages if not message.deleted]
    mine = [id for id in theirs if client.store.message(id).own]
    try:
        match dice.randint(0, 7):
            case 0 | 1 | 2:
                outcome.sent += 1
                id, text = f"ana-{outcome.sent}", f"message {outcome.sent}"
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
        outcome.refused += 1


async def _again(client: Client) -> None:
    """Send again what failed; what is refused for good is taken back."""
    for letter in list(client.unsent):
        try:
            await client.retry(letter.id)
        except (LiveError, KeyError):
            with suppress(LiveError, KeyError):
                await client.delete_message(letter.id)


async def _settled(service: Service, client: Client, within: float = 20.0) -> list[str]:
    """Where client and truth differ once what is on its way has arrived; nothing, one hopes."""
    until = time.monotonic() + within
    while True:
        check(client.store.state)
        wrong = wrong_now(service, client)
        if not wrong or time.monotonic() > until:
            return wrong
        await asyncio.sleep(0.2)


def wrong_now(service: Service, client: Client) -> list[str]:
    """Where client and truth differ at this moment, a line each."""
    return live_differences(service.truth(client.me), dump(client.store))


def _count_messages(service: Service, client: Client, outcome: Outcome, texts: dict[str, str]) -> None:
    """What was sent is there once: on both sides, by its id and by its text."""
    said = Counter(message.text for message in service.town.world.messages.values())
    shown = Counter(message.text for message in client.store.messages.values())
    for id, text in texts.items():
        there, here = id in service.town.world.messages, id in client.store.messages
        if there != here and not client.store.message(id).gone:
            outcome.lost.append(f"{id}: there {there}, here {here}")
        if said[text] > 1 or shown[text] > 1:
            outcome.doubled.append(f"{id}: there {said[text]}, here {shown[text]}")


def run() -> None:
    """Run it, and say what it came to. Leaves with status 1 where something was wrong."""
    seconds = float(os.environ.get("CHATSTATE_SOAK", "600"))
    print(f"soak: {seconds:g} s of faults on real sockets, each followed by a comparison with the truth")
    outcome = asyncio.run(soak(seconds))
    show("rounds", str(outcome.rounds))
    show("recoveries", str(outcome.recoveries))
    show("messages sent", str(outcome.sent))
    show("deeds refused or failed", str(outcome.refused))
    for kind in FAULTS:
        hits = outcome.faults[kind]
        show(f"fault: {kind}", str(hits), f">= {EVERY_KIND}", kept=hits >= EVERY_KIND)
    show("fields that differ from the truth", str(len(outcome.wrong)), "0", kept=not outcome.wrong)
    show("lost messages", str(len(outcome.lost)), "0", kept=not outcome.lost)
    show("doubled messages", str(len(outcome.doubled)), "0", kept=not outcome.doubled)
    for line in [*outcome.wrong, *outcome.lost, *outcome.doubled][:20]:
        print(f"    {line[:300]}")
    if not outcome.right:
        sys.exit(1)
