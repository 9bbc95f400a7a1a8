"""Two users on one service: whatever both do, each one's store shows what the service knows."""

import asyncio

import pytest

from chatstate.simulator.chance import Chance
from tests.server.deeds import do_something
from tests.server.visitors import Visitor, a_service, visiting

pytestmark = pytest.mark.anyio


async def catch_up(*visitors: Visitor) -> None:
    """Hear everything, and watch what has come anew."""
    for visitor in visitors:
        await visitor.settle()
    for visitor in visitors:
        known = visitor.service.truth(visitor.name)["channels"]
        for cid in [cid for cid, channel in known.items() if not channel["watched"]]:
            await visitor.watch_one(cid)
    for visitor in visitors:
        await visitor.settle()


def shared(visitor: Visitor) -> dict[str, list[tuple[str, str, dict[str, int]]]]:
    """What a store shows of channels that does not depend on whose it is."""
    return {
        channel.cid: [(each.id, each.text, dict(each.reaction_counts)) for each in channel.messages]
        for channel in visitor.store.channels.values()
    }


@pytest.mark.parametrize("seed", range(6))
async def test_after_random_deeds_of_both_each_store_shows_what_the_service_knows(seed):
    chance = Chance(f"deeds {seed}")
    async with (
        a_service(seed=seed, history=200, channels=6) as service,
        visiting(service, "ana") as ana,
        visiting(service, "bo") as bo,
    ):
        await catch_up(ana, bo)
        for step in range(150):
            await do_something(chance.pick((ana, bo)), chance)
            service.stir(chance.below(3))
            if step % 25 == 0:
                await catch_up(ana, bo)
        await catch_up(ana, bo)

        assert {who.name: who.differs() for who in (ana, bo)} == {"ana": [], "bo": []}


async def test_company_that_goes_on_by_itself_leaves_the_same():
    chance = Chance("going on")
    async with (
        a_service(seed=11, history=100, channels=4, rate=200) as service,
        visiting(service, "ana") as ana,
        visiting(service, "bo") as bo,
    ):
        await catch_up(ana, bo)
        async with asyncio.timeout(60):
            while len(ana.heard) < 150 or len(bo.heard) < 150:
                await do_something(chance.pick((ana, bo)), chance)
                await catch_up(ana, bo)
        service.pause()
        await catch_up(ana, bo)

        assert {who.name: who.differs() for who in (ana, bo)} == {"ana": [], "bo": []}


async def test_two_users_of_the_same_channels_agree_on_what_was_said():
    chance = Chance("agree")
    async with (
        a_service(seed=21, channels=1) as service,
        visiting(service, "ana") as ana,
        visiting(service, "bo") as bo,
    ):
        await catch_up(ana, bo)
        for number in range(60):
            who = chance.pick((ana, bo))
            await who.send(f"m{number}")
            await (bo if who is ana else ana).post(f"/messages/m{number}/reaction", {"reaction": {"type": "like"}})
        await catch_up(ana, bo)

        assert shared(ana) == shared(bo)
        assert len(shared(ana)["messaging:general"]) == 60
