"""Being away, and coming back: what was missed can be asked for."""

import pytest

from chatstate.clock import Timestamp, format, parse
from chatstate.simulator.chance import Chance
from tests.server.deeds import do_something
from tests.server.visitors import a_service, visiting

pytestmark = pytest.mark.anyio


async def back(visitor, before, cids):
    """Go on with the store of before: offline, then what was missed, then what is there now."""
    visitor.store, visitor.clock, visitor.faults = before.store, before.clock, before.faults
    last = before.heard[-1]["created_at"]
    gone_at = format(Timestamp(parse(last) + 1))
    visitor.store.apply({"type": "connection.changed", "online": False, "created_at": gone_at})
    visitor.store.apply(visitor.heard[0])
    visitor.returned = True
    asked = {"channel_cids": sorted(cids), "last_sync_at": last, "with_inaccessible_cids": True}
    missed = await visitor.post("/sync", asked)
    visitor.store.load(missed)
    await visitor.watch()
    await visitor.settle()
    return missed


@pytest.mark.parametrize("seed", range(3))
async def test_a_store_that_was_away_shows_what_the_service_knows(seed):
    chance = Chance(f"away {seed}")
    async with a_service(seed=seed, history=150, channels=5) as service, visiting(service, "bo") as bo:
        await bo.watch()
        async with visiting(service, "ana") as before:
            await before.watch()
            for _ in range(40):
                await do_something(chance.pick((before, bo)), chance)
            await before.settle()
        cids = set(before.store.channels)
        for _ in range(60):
            await do_something(bo, chance)
            service.stir(chance.below(3))
        async with visiting(service, "ana") as ana:
            await back(ana, before, cids)

            assert ana.differs() == []
