"""Clients whose connections break, and come back with the state right; and those that are refused."""

import asyncio
import logging
import random

import pytest

from benchmarks.soak import QUICK, soak, soak_in_its_own_time
from chatstate import Store
from chatstate.cli import main
from chatstate.cli.demo import know_everything
from chatstate.events.mine import ConnectionChanged, ConnectionRecovered
from chatstate.io.comparison import difference
from chatstate.io.dump import dump
from chatstate.live.connect import connect
from chatstate.live.errors import ConnectionFailed, ConnectionRefused, LiveError, TokenExpired
from chatstate.live.recording import Recording
from chatstate.server import Service
from tests.company import GENERAL, a_client, alike, until, with_ana
from tests.loopback import peers, run


@pytest.mark.parametrize("kind", ["drop", "cut", "stall", "close", "expire"])
def test_after_a_fault_the_state_is_right_again(kind):
    async def story(service, ana):
        told = []
        ana.on(
            (ConnectionChanged, ConnectionRecovered),
            lambda event: told.append((event.kind, ana.store.connection.online)),
        )
        getattr(service.faults, kind)(user="ana", **({"seconds": 3.0} if kind == "stall" else {}))
        service.stir(60)
        await until(lambda: told)
        await ana.recovered()
        service.faults.clear()
        return list(told), ana.store.connection.online, await alike(service, ana)

    told, online, wrong = with_ana(story, timing=QUICK)
    assert told == [("connection.changed", False), ("connection.changed", True), ("connection.recovered", True)]
    assert (online, wrong) == (True, [])


def test_what_others_wrote_meanwhile_is_there_once():
    async def story(service, ana):
        async with a_client(service, "bo") as bo:
            await bo.watch_channel(GENERAL)
            service.faults.drop(user="ana")
            sent = [(await bo.send_message(GENERAL, f"n{number}")).id for number in range(40)]
            await ana.recovered()
            await until(lambda: sent[-1] in ana.store.messages)
            listed = [each.id for each in ana.store.channel(GENERAL).messages if each.id in sent]
            return listed == sent

    assert with_ana(story)


async def deed(client, dice):
    """Something at random that a user does in the channel everyone is in; the service may refuse it."""
    shown = [message for message in client.store.channel(GENERAL).messages if not message.deleted]
    mine = [message.id for message in shown if message.own]
    some = dice.choice(shown).id if shown else None
    try:
        match dice.randint(0, 8):
            case 0 | 1 | 2:
                await client.send_message(GENERAL, f"{client.me} {dice.random()}")
            case 3 if shown:
                await client.send_message(GENERAL, "a reply", parent_id=some, show_in_channel=dice.random() < 0.3)
            case 4 if mine:
                await client.edit_message(dice.choice(mine), f"edited {dice.random()}")
            case 5 if mine:
                await client.delete_message(dice.choice(mine), hard=dice.random() < 0.3)
            case 6 if shown:
                await client.react(some, dice.choice(["like", "love"]), unique=dice.random() < 0.5)
            case 7 if shown:
                await client.pin_message(some)
            case _:
                await client.mark_read(GENERAL)
    except (LiveError, KeyError):
        pass


def of_channel(store):
    """How a channel is for everybody: what differs from user to user left out."""
    room = dump(store)["channels"][GENERAL]
    for name in ("unread", "unread_mentions", "typing", "hidden", "muted"):
        room.pop(name)
    for message in [*room["messages"], *room["replies"].values()]:
        message.pop("own_reactions")
    for read in room["read"].values():
        read.pop("unread_messages")
    return room


@pytest.mark.parametrize("seed", range(3))
def test_two_users_who_do_anything_come_to_see_the_same(seed):
    async def story(service, ana):
        async with a_client(service, "bo") as bo:
            await know_everything(bo)
            for user in (ana, bo):
                await user.mark_read(GENERAL)
            dice = random.Random(seed)
            for _ in range(20):
                await asyncio.gather(*(deed(dice.choice([ana, bo]), dice) for _ in range(3)))
            wrong = await alike(service, ana), await alike(service, bo)
            return wrong, difference(of_channel(ana.store), of_channel(bo.store))

    assert with_ana(story) == (([], []), [])


def test_a_wrong_token_is_refused():
    async def lived():
        async with Service() as service:
            with pytest.raises(ConnectionRefused) as refused:
                async with connect(service.api_key, user_id="ana", token="no.such.token", url=service.url):
                    pass
            return refused.value

    error = run(lived())
    assert (error.code, "no.such.token" in str(error)) == (5, False)


def test_a_plain_token_that_expires_ends_the_client():
    async def lived():
        async with Service() as service:
            token = service.token("ana")
            async with connect(service.api_key, user_id="ana", token=token, url=service.url) as ana:
                service.faults.expire(user="ana")
                with pytest.raises(TokenExpired):
                    await ana.closed()
                return ana.store.connection.online

    assert run(lived()) is False


def test_where_nobody_answers_patience_ends():
    async def lived():
        with pytest.raises(ConnectionFailed, match="cannot connect"):
            async with connect("key", user_id="ana", token="x", url="ws://127.0.0.1:1", patience=0.05):
                pass

    run(lived())


def test_where_nobody_speaks_patience_ends():
    async def lived():
        async with peers(lambda peer: peer.wait_closed()) as (url, _):
            with pytest.raises(ConnectionFailed, match=r"there is no connection after 0\.05 s"):
                async with connect("key", user_id="ana", token="x", url=url, patience=0.05):
                    pass

    run(lived())


def test_a_url_that_is_none_is_refused():
    with pytest.raises(ValueError, match="url: expected ws:// or wss://, got 'http://x'"):
        connect("key", user_id="ana", token="x", url="http://x")


def test_what_fails_while_disconnected_can_be_sent_later():
    async def story(service, ana):
        service.faults.refuse(500, 9, path="/channels/messaging/general/message", user="ana")
        with pytest.raises(LiveError):
            await ana.send_message(GENERAL, "hello", id="x1")
        failed = [(row.id, row.status) for row in ana.unsent]
        service.faults.clear()
        await ana.retry("x1")
        return failed, ana.unsent, ana.store.message("x1").text

    assert with_ana(story) == ([("x1", "failed")], [], "hello")


def test_a_recording_replays_to_the_same_frames(tmp_path):
    recording = Recording(tmp_path / "log.ndjson.gz")

    async def story(service, ana):
        await ana.send_message(GENERAL, "hello", id="x1")
        await until(lambda: recording.frames > 1)

    with_ana(story, record=recording)
    assert main(["replay", str(tmp_path / "log.ndjson.gz"), "--me", "ana"]) == 0


def test_a_recording_that_cannot_go_on_ends_alone(tmp_path):
    recording, faults = Recording(tmp_path / "log"), []
    recording.write("{}")
    recording.close()

    async def story(service, ana):
        return (await ana.send_message(GENERAL, "hello")).text

    store = Store(me="ana")
    store.faults.subscribe(lambda fault: faults.append(fault.problem))
    assert with_ana(story, record=recording, store=store) == "hello"
    assert faults == ["the recording has ended: write to closed file"]


def test_the_token_is_nowhere_to_be_read(caplog):
    async def story(service, ana):
        service.faults.drop(user="ana")
        await ana.send_message(GENERAL, "hello")
        await ana.recovered()
        return repr([ana, vars(ana), vars(ana._life)]), ana._life._tokens.current

    with caplog.at_level(logging.DEBUG):
        shown, token = with_ana(story)
    client_side = "".join(record.getMessage() for record in caplog.records if not record.name.startswith("uvicorn"))
    assert token not in shown + client_side


def test_a_store_of_ones_own_lives_on_after_the_client():
    store = Store(me="ana")

    async def story(service, ana):
        return ana.store is store

    assert with_ana(story, store=store)
    assert store.connection.online is False
    assert len(store.channel(GENERAL).messages) > 0


def test_a_short_soak_is_right():
    outcome = run(soak(lambda so_far: so_far.rounds == 6, seed=11), within=100)

    assert (outcome.wrong, outcome.lost, outcome.doubled, outcome.rounds) == ([], [], [], 6)


@pytest.mark.parametrize("seed", [5, 7])
def test_a_soak_in_its_own_time_is_right(seed):
    outcome = soak_in_its_own_time(lambda so_far: so_far.rounds == 36, seed=seed)

    assert (outcome.wrong, outcome.lost, outcome.doubled, outcome.rounds) == ([], [], [], 36)
    assert outcome.recoveries > 12
    assert outcome.seconds > 150


def test_a_soak_in_its_own_time_is_the_same_each_time():
    one, other = (soak_in_its_own_time(lambda so_far: so_far.rounds == 12, seed=3) for _ in range(2))

    assert (one.seconds, one.faults, one.sent, one.texts) == (other.seconds, other.faults, other.sent, other.texts)
