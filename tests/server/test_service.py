"""The service as a whole: its time, its company, its tokens, its command."""

import asyncio
import itertools
import json
import re
import signal
import socket
import subprocess
import sys

import httpx
import pytest

from chatstate.clock import SECOND, Timestamp, parse
from chatstate.server import Service
from chatstate.server.limits import Bucket
from chatstate.server.refusal import Refusal
from chatstate.server.tokens import Tokens
from chatstate.simulator.rules.deletions import delete_all_of
from chatstate.simulator.rules.polls import custom
from tests.server.visitors import PATIENCE, a_service, visiting


class Stopped:
    """A clock that goes only when told to."""

    def __init__(self, at="2025-01-15T08:00:00Z"):
        self.at = parse(at)

    def now(self):
        return Timestamp(self.at)

    def monotonic(self):
        return self.at

    def heard(self, at):
        return None

    def go(self, seconds):
        self.at += int(seconds * SECOND)


def code_of(tokens, token):
    try:
        tokens.check(token)
    except Refusal as refusal:
        return refusal.code
    return None


def test_a_token_lasts_as_long_as_it_says():
    clock = Stopped()
    tokens = Tokens(clock.now)
    token = tokens.mint("ana", lasts=60)
    before = code_of(tokens, token)
    clock.go(60)

    assert (before, code_of(tokens, token)) == (None, 40)


@pytest.mark.parametrize("whose", ["ana", None])
def test_tokens_that_were_ended_are_expired_and_new_ones_are_not(whose):
    tokens = Tokens(Stopped().now)
    old = tokens.mint("ana")
    tokens.end(whose)

    assert (code_of(tokens, old), code_of(tokens, tokens.mint("ana"))) == (40, None)


def test_a_secret_is_not_shown():
    assert "secret" not in repr(Tokens(Stopped().now, "a secret of this test, long enough for it"))


def test_a_bucket_fills_again():
    clock = Stopped()
    bucket = Bucket(clock.monotonic, 2.0, 3)
    for _ in range(3):
        bucket.take()
    with pytest.raises(Refusal) as refused:
        bucket.take()
    clock.go(refused.value.retry_after)

    bucket.take()
    assert refused.value.retry_after == 0.5


def test_the_services_time_passes_as_fast_as_asked():
    clock = Stopped()
    town = Service(clock=clock, speed=10).town
    clock.go(60)
    town.catch_up()

    assert town.world.now - parse("2025-01-15T08:00:00Z") >= 600 * SECOND


def test_the_services_time_never_goes_back():
    clock = Stopped()
    town = Service(clock=clock).town
    town.catch_up()
    now = town.world.now
    clock.go(-3600)
    town.catch_up()

    assert town.world.now == now


def test_the_same_seed_makes_the_same_history():
    texts = [
        [(each.id, each.text) for each in Service(seed=3, history=200, clock=Stopped()).town.world.messages.values()]
        for _ in range(2)
    ]

    assert texts[0] == texts[1]
    assert len(texts[0]) > 100


def test_what_happened_before_happened_before():
    clock = Stopped()
    world = Service(history=300, clock=clock).town.world
    times = [each.created_at for each in world.messages.values()]

    assert max(times) <= clock.now()
    assert max(times) - min(times) > 600 * SECOND


def test_company_never_acts_for_those_who_can_connect():
    world = Service(history=800).town.world

    assert {each.user_id for each in world.messages.values()}.isdisjoint(world.connected)
    assert not any(world.users[id].online for id in world.connected)


@pytest.mark.anyio
async def test_company_goes_on_by_itself():
    async with a_service(rate=500) as service, visiting(service, "ana") as ana:
        await ana.watch()
        for _ in range(50):
            await ana.hear()


@pytest.mark.anyio
async def test_the_truth_is_told_over_the_wire():
    async with a_service(history=30) as service, visiting(service, "ana") as ana:
        await ana.watch()
        told = (await ana.ask("GET", "/_truth"))["truth"]

        assert told == json.loads(json.dumps(service.truth("ana")))
        assert told["me"] == "ana"


@pytest.mark.anyio
async def test_a_service_begins_again_where_it_stopped():
    service = a_service()
    async with service, visiting(service, "ana") as ana:
        await ana.send("m1")
    async with service, visiting(service, "ana") as ana:
        assert (await ana.ask("GET", "/messages/m1"))["message"]["text"] == "text of m1"


@pytest.mark.anyio
async def test_two_services_cannot_have_one_port():
    async with a_service() as service:
        with pytest.raises(OSError, match="in use"):
            await a_service(port=service.port).start()


@pytest.mark.anyio
async def test_a_service_leaves_nothing_behind():
    before = asyncio.all_tasks()
    async with a_service(rate=100) as service, visiting(service, "ana"):
        during = asyncio.all_tasks()

    assert len(during) > len(before)
    assert asyncio.all_tasks() == before


# What was missed


@pytest.mark.anyio
async def test_what_was_missed_is_told_in_order_and_for_the_channels_asked():
    async with a_service(channels=2) as service, visiting(service, "bo") as bo:
        async with visiting(service, "ana") as ana:
            since = ana.heard[0]["created_at"]
        await bo.send("m1")
        await bo.post("/messages/m1/reaction", {"reaction": {"type": "like"}})
        await bo.post("/channels/messaging/general/event", {"event": {"type": "typing.start"}})
        async with visiting(service, "ana") as ana:
            asked = {"channel_cids": ["messaging:general", "messaging:none"], "last_sync_at": since}
            answer = await ana.post("/sync", asked | {"with_inaccessible_cids": True})
            other = await ana.post("/sync", {"channel_cids": ["messaging:none"], "last_sync_at": since})

    assert [each["type"] for each in answer["events"]] == ["message.new", "reaction.new"]
    assert answer["inaccessible_cids"] == ["messaging:none"]
    assert other["events"] == []


@pytest.mark.anyio
async def test_who_was_away_is_told_whose_messages_are_all_deleted():
    async with a_service(channels=2) as service, visiting(service, "bo") as bo:
        await bo.send("m1")
        async with visiting(service, "ana") as ana:
            since = ana.heard[0]["created_at"]
        world = service.town.world
        service.town.perform(delete_all_of(world, world.users["bo"], None, hard=True))
        async with visiting(service, "ana") as ana:
            asked = {"channel_cids": ["messaging:general"], "last_sync_at": since}
            answer = await ana.post("/sync", asked)

    told = [each for each in answer["events"] if each["type"] == "user.messages.deleted"]
    assert [(each["user"]["id"], each["hard_delete"], "cid" in each) for each in told] == [("bo", True, False)]


@pytest.mark.anyio
@pytest.mark.parametrize("missed", [1001, 5001])
async def test_more_than_can_be_told_is_refused(missed):
    async with a_service(channels=1) as service:
        async with visiting(service, "ana") as ana:
            since = ana.heard[0]["created_at"]
        world = service.town.world
        channel, bo = world.channels["messaging:general"], world.users["bo"]
        for _ in range(missed):
            service.town.perform(custom(world, "wave", bo, channel, {}))
        async with visiting(service, "ana") as ana:
            asked = {"channel_cids": ["messaging:general"], "last_sync_at": since}
            answer = await ana.call("POST", "/sync", asked)

    assert (answer.status_code, "too many events" in answer.json()["message"]) == (400, True)


# The command


def serving(*arguments):
    """The command in a process of its own, and the lines it begins with."""
    command = [sys.executable, "-m", "chatstate", "serve", "--port", "0", "--history", "20", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, list(itertools.islice(process.stdout, 7))


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_the_command_serves_until_it_is_told_to_end(how):
    process, told = serving("--rate", "50", "--chaos")
    where = re.search(r"http://\S+:\d+", told[0])
    token = next(line.split()[1] for line in told if line.split()[0] == "ana")
    answer = httpx.post(
        f"{where[0]}/_faults", params={"api_key": "devkey"}, headers={"authorization": token}, json={"kind": "clear"},
        timeout=PATIENCE,
    )  # fmt: skip
    process.send_signal(how)
    _, complaints = process.communicate(timeout=PATIENCE)

    assert answer.status_code == 200
    assert (process.returncode, complaints) == (0, "")


def test_the_command_listens_on_this_machine_alone():
    process, told = serving("--rate", "0")
    process.terminate()
    process.communicate(timeout=PATIENCE)

    assert "ws://127.0.0.1:" in told[0]


def test_the_command_gives_tokens_to_whom_it_is_told_to():
    command = [sys.executable, "-m", "chatstate", "serve", "--port", "0", "--history", "0", "--rate", "0"]
    process = subprocess.Popen([*command, "--user", "eve", "--user", "ana"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    told = [line.split()[0] for line in itertools.islice(process.stdout, 8)]
    process.terminate()
    process.communicate(timeout=PATIENCE)

    assert told[3:] == ["ana", "bo", "cy", "di", "eve"]


def test_the_command_names_a_port_that_is_taken(capsys):
    from chatstate.cli import main

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status = main(["serve", "--port", str(port), "--history", "0"])

    said = f"chatstate: 127.0.0.1:{port} is taken; --port chooses another, 0 any free one\n"
    assert (status, capsys.readouterr().err) == (1, said)


@pytest.mark.parametrize(
    "arguments",
    [["--port", "70000"], ["--rate", "-1"], ["--speed", "0"], ["--users", "0"], ["--port", "x"], ["--user", "a b"]],
)
def test_the_command_refuses_what_it_cannot_do(arguments, capsys):
    from chatstate.cli import main

    with pytest.raises(SystemExit):
        main(["serve", *arguments])

    assert arguments[0] in capsys.readouterr().err
