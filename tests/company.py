"""A service on the loopback interface, ana, who is connected to it, and others who come by."""

import asyncio

from benchmarks.soak import wrong_now
from chatstate.cli.demo import know_everything
from chatstate.live.connect import connect
from chatstate.server import Service
from tests.loopback import run

GENERAL = "messaging:general"
MINE = {"members": {"$in": ["ana"]}}


def a_client(service, name="ana", **how):
    return connect(
        service.api_key, user_id=name, token=lambda: service.token(name), url=service.url, chance=lambda: 0.0, **how
    )


def with_ana(story, **how):
    """Live a story of ana with a service that has some history."""

    async def lived():
        async with Service(seed=7, history=60) as service, a_client(service, **how) as ana:
            await know_everything(ana)
            return await story(service, ana)

    return run(lived())


async def until(holds):
    while not holds():
        await asyncio.sleep(0.005)


async def both_have(one, other, *ids):
    await until(lambda: all(id in each.store.messages for id in ids for each in (one, other)))


async def alike(service, client):
    """Where a client differs from the truth, once what is on its way has arrived."""
    for _ in range(100):
        if not (wrong := wrong_now(service, client)):
            return []
        await asyncio.sleep(0.02)
    return wrong
