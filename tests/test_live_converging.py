"""Two users who do anything at once, over lines that break, come to see the same."""

import asyncio
import random

import pytest

from benchmarks.soak import wrong_now
from chatstate import Store
from chatstate.cli.demo import know_everything
from chatstate.io.comparison import difference
from chatstate.live.connect import connect
from chatstate.live.errors import LiveError
from chatstate.server import Limits, Service
from tests.company import GENERAL
from tests.test_live_recovering import deed, of_channel
from tests.virtual import VirtualClock, live

KINDS = ("drop", "cut", "duplicate", "delay", "reorder", "lose", "expire")


def a_client(service, name, clock, dice):
    return connect(
        service.api_key, user_id=name, token=lambda: service.token(name), url=service.url, chance=dice.random,
        store=Store(me=name, clock=clock),
    )  # fmt: skip


async def more_deeds(client, dice):
    """What else a user may do in the channel everyone is in."""
    shown = [message for message in client.store.channel(GENERAL).messages if not message.deleted]
    try:
        match dice.randint(0, 5):
            case 0:
                await client.hide(GENERAL, clear_history=False)
                await client.show(GENERAL)
            case 1 if shown:
                await client.mark_unread(GENERAL, dice.choice(shown).id)
            case 2 if liked := [message for message in shown if message.own_reactions]:
                await client.unreact(liked[0].id, liked[0].own_reactions[0].type)
            case 3 if shown:
                await client.unpin_message(dice.choice(shown).id)
            case _:
                await deed(client, dice)
    except (LiveError, KeyError):
        pass


async def quiet(service, clients):
    """Where clients differ from the truth once what is on its way has arrived."""
    for client in clients:
        await client.recovered()
        for letter in list(client.unsent):
            try:
                await client.retry(letter.id)
            except (LiveError, KeyError):
                await client.delete_message(letter.id)
        await client.mark_read(GENERAL)  # that something is unread again, nobody tells the other
    for _ in range(100):
        wrong = [wrong_now(service, client) for client in clients]
        if not any(wrong):
            break
        await asyncio.sleep(0.5)
    return wrong


@pytest.mark.parametrize("seed", range(6))
def test_two_users_over_lines_that_break_come_to_see_the_same(seed):
    async def story():
        dice, clock = random.Random(seed), VirtualClock(asyncio.get_running_loop())
        limits = Limits(calls=1e6, burst=10**6)
        async with (
            Service(seed=seed, history=40, clock=clock, limits=limits) as service,
            a_client(service, "ana", clock, dice) as ana,
            a_client(service, "bo", clock, dice) as bo,
        ):
            both = (ana, bo)
            for user in both:
                await know_everything(user)
                await user.mark_read(GENERAL)
            for _ in range(30):
                kind = dice.choice(KINDS)
                about = {"times": 3} if kind in ("duplicate", "delay", "reorder", "lose") else {}
                getattr(service.faults, kind)(user=dice.choice(both).me, **about)
                await asyncio.gather(*(more_deeds(dice.choice(both), dice) for _ in range(4)))
                await asyncio.sleep(dice.random())
            service.faults.clear()
            wrong = await quiet(service, both)
            messages = len(ana.store.channel(GENERAL).messages)
            return wrong, difference(of_channel(ana.store), of_channel(bo.store)), messages

    wrong, apart, messages = live(story())
    assert (wrong, apart) == ([[], []], [])
    assert messages > 10
