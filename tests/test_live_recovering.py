"""Clients whose connections break, and come back with the state right; and those that are refused."""

import asyncio
import logging

import pytest

from benchmarks.soak import QUICK, load_everything, soak
from chatstate import Store
from chatstate.cli import main
from chatstate.events.mine import ConnectionChanged, ConnectionRecovered
from chatstate.live.connect import connect
from chatstate.live.errors import ConnectionFailed, ConnectionRefused, LiveError, TokenExpired
from chatstate.live.recording import Recording
from chatstate.server import Service
from tests.company import GENERAL, a_client, alike, both_have, until, with_ana
from tests.loopback import peers, run


@pytest.mark.parametrize("kind", ["drop", "cut", "stall", "close", "expire"])
def test_after_a_fault_the_state_is_right_again(kind):
    async def story(service, ana):
        told = []
        ana.on(
            (ConnectionChanged, ConnectionRecovered), lambda event: told.append((event.kind, event.raw.get("online")))
        )
        getattr(service.faults, kind)(user="ana", **({"seconds": 3.0} if kind == "stall" else {}))
        service.stir(60)
        await until(lambda: told)
        offline = ana.store.connection.online
        await ana.recovered()
        service.faults.clear()
        return offline, list(told), ana.store.connection.online, await alike(service, ana)

    offline, told, online, wrong = with_ana(story, timing=QUICK)
    assert told == [("connection.changed", False), ("connection.changed", True), ("connection.recovered", None)]
    assert (offline, online, wrong) == (False, True, [])


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


def test_two_users_come_to_see_the_same():
    async def story(service, ana):
        async with a_client(service, "bo") as bo:
            await load_everything(bo)
            for number in range(10):
                one = await ana.send_message(GENERAL, f"a{number}", id=f"a{number}")
                two = await bo.send_message(GENERAL, f"b{number}", id=f"b{number}")
                await both_have(ana, bo, one.id, two.id)
                await asyncio.gather(
                    bo.react(one.id, "like"), ana.react(two.id, "love"), ana.edit_message(one.id, f"A{number}"),
                    *([bo.delete_message(two.id)] if number % 3 == 0 else []),
                    return_exceptions=True,
                )  # fmt: skip
            wrong = await alike(service, ana), await alike(service, bo)
            rooms = [each.store.channel(GENERAL) for each in (ana, bo)]
            shown = [[(m.id, m.text, m.deleted, dict(m.reaction_counts)) for m in room.messages] for room in rooms]
            return wrong, shown[0] == shown[1]

    assert with_ana(story) == (([], []), True)


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
            async with connect("key", user_id="ana", url="ws://127.0.0.1:1", patience=0.05):
                pass

    run(lived())


def test_where_nobody_speaks_patience_ends():
    async def lived():
        async with peers(lambda peer: peer.wait_closed()) as (url, _):
            with pytest.raises(ConnectionFailed, match=r"there is no connection after 0\.05 s"):
                async with connect("key", user_id="ana", url=url, patience=0.05):
                    pass

    run(lived())


def test_a_url_that_is_none_is_refused():
    with pytest.raises(ValueError, match="url: expected ws:// or wss://, got 'http://x'"):
        connect("key", user_id="ana", url="http://x")


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
        return repr([ana, vars(ana)]), ana._tokens.current

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
    outcome = run(soak(60, seed=11, rounds=11), within=100)

    assert (outcome.wrong, outcome.lost, outcome.doubled, outcome.rounds) == ([], [], [], 11)
