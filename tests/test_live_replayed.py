"""A session that was recorded, replayed: the log leaves behind what the client knew, whatever was asked for in it."""

import json

import pytest

from chatstate import LogClock, Store
from chatstate.cli import main
from chatstate.io.dump import dump
from chatstate.live.recording import Recording
from chatstate.replay import Timeline
from chatstate.server import Service
from tests.company import GENERAL, MINE, a_client, until
from tests.loopback import QUICK, run


async def lived(path, *, forgetful=False):
    """All that a client can ask for, with a drop between; answers what it knew at the end."""
    store = Store(me="ana")
    async with Service(seed=7, history=300) as service:
        client = a_client(service, store=store, record=Recording(path), timing=QUICK)
        async with client as ana, a_client(service, "bo") as bo:
            await ana.watch(MINE, limit=4, messages=3)
            await ana.watch_channel(GENERAL)
            service.stir(30)
            await ana.load_older(GENERAL)
            await ana.load_threads()
            await ana.load_members(GENERAL)
            sent = await ana.send_message(GENERAL, "hello")
            await ana.send_message(GENERAL, "an answer", parent_id=sent.id)
            await ana.load_replies(sent.id)
            await ana.react(sent.id, "like")
            gone = await ana.send_message(GENERAL, "to be deleted")
            told = []
            ana.on("connection.changed", told.append)
            if forgetful:
                service.faults.forget(user="ana")
            service.faults.drop(user="ana")
            await bo.watch_channel(GENERAL)
            service.stir(30)
            await until(lambda: told)
            await ana.recovered()
            await ana.delete_message(gone.id, hard=True)
            service.stir(10)
            await ana.mark_read(GENERAL)
    return dump(store)


@pytest.fixture(params=[False, True], ids=["told what happened", "told nothing"])
def session(request, tmp_path):
    """The path of a log, and what the client knew."""
    path = tmp_path / "log.ndjson"
    return path, run(lived(path, forgetful=request.param), within=60)


def test_a_recorded_session_leaves_behind_what_the_client_knew(session, tmp_path):
    path, known = session
    store, faults = Store(clock=LogClock()), []
    store.faults.subscribe(faults.append)
    with path.open("rb") as log:
        store.apply_all(log)

    with Timeline(str(path)) as timeline:
        timeline.read()
        travelled = dump(timeline.at(len(timeline)))
        timeline.at(len(timeline)).go(0)
    assert main(["replay", str(path), "--dump", str(tmp_path / "dump.json")]) == 0

    assert (faults, len(known["channels"]) >= 4) == ([], True)
    assert dump(store) == known
    assert travelled == known
    assert json.loads((tmp_path / "dump.json").read_text()) == known


def test_every_line_of_it_may_come_twice(session):
    path, known = session
    store = Store(clock=LogClock())
    for line in path.read_bytes().splitlines():
        store.apply(line)
        store.apply(line)

    assert dump(store) == known


def test_it_holds_what_was_asked_for_and_what_came(session):
    path, _ = session
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    answers = [each for each in lines if each["type"] == "local.answer"]
    first, older = (
        answers[0],
        next(each for each in answers if "id_lt" in ((each["asked"] or {}).get("messages") or {})),
    )

    assert (first["asked"]["filter_conditions"], len(first["answer"]["channels"])) == (MINE, 4)
    assert older["after"] > first["after"]


def test_without_the_answers_it_would_leave_behind_something_else(session):
    path, known = session
    store = Store(clock=LogClock())
    store.apply_all(line for line in path.read_bytes().splitlines() if b'"local.answer"' not in line)

    assert dump(store) != known


def test_a_channel_alone_is_replayed_with_what_answers_told_of_it(session, tmp_path):
    path, known = session
    assert main(["replay", str(path), "--only", GENERAL, "--dump", str(tmp_path / "dump.json")]) == 0
    told = json.loads((tmp_path / "dump.json").read_text())

    assert told["channels"].keys() == {GENERAL}
    assert told["channels"][GENERAL]["messages"] == known["channels"][GENERAL]["messages"]


def test_a_moment_of_it_is_replayed(session, tmp_path):
    path, _ = session
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    until = next(each["created_at"] for each in lines if each["type"] == "local.answer")
    assert main(["replay", str(path), "--until", until, "--dump", str(tmp_path / "dump.json")]) == 0

    assert len(json.loads((tmp_path / "dump.json").read_text())["channels"]) >= 4
