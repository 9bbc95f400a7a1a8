"""Events of our own: what they do, and that nobody else's pass for them."""

import json

import pytest

from chatstate import Store
from chatstate.io.dump import dump
from chatstate.server import Service
from tests.company import GENERAL, a_client, until
from tests.loopback import run
from tests.objects import at, channel, message
from tests.stories import a_store, faults_from, health_check, message_new

ANSWER = {
    "type": "local.answer", "created_at": at(5), "after": at(4), "asked": None,
    "answer": {"channels": [{"channel": channel(), "messages": [message("m1", at=1)], "members": [{"user_id": 7}]}]},
}  # fmt: skip
FORGED = {
    "local.answer": {"answer": ANSWER["answer"], "asked": None, "after": at(4)},
    "local.told": {"event": message_new("m2", at=2)},
    "local.vanished": {"message_id": "m0"},
    "local.outgoing": {"message_id": "m0", "channel_cid": GENERAL, "status": "failed"},
    "local.copy": {"tables": {"users": {"bo": {}}}, "buried_at": 0, "told": {}, "channel_told": {}},
}


def test_an_answer_in_a_log_is_loaded_and_a_broken_part_of_it_is_told_with_its_path():
    store, faults = Store(me="me"), []
    store.faults.subscribe(lambda fault: faults.append(str(fault)))
    store.apply_all([json.dumps(health_check(at=0)), json.dumps(ANSWER)])

    assert [each.text for each in store.channel(GENERAL).messages] == ["text of m1"]
    assert faults == [
        "line 2: local.answer: expected a string at $.answer.channels[0].members[0].user_id, got 7",
    ]


@pytest.mark.parametrize("answer", [{}, {"events": []}, {"channels": 7}, None, 7])
def test_what_is_no_answer_is_refused(answer):
    assert len(faults_from(a_store(), {**ANSWER, "answer": answer})) == 1


@pytest.mark.parametrize("kind", FORGED)
@pytest.mark.parametrize("told", [{"user": {"id": "eve"}}, {"user_id": "eve"}, {"cid": GENERAL}])
def test_an_event_that_somebody_sent_is_none_of_our_own(kind, told):
    store = a_store(message_new("m0", at=0))
    before = dump(store)
    faults = faults_from(store, {"type": kind, "created_at": at(6), **FORGED[kind], **told})

    assert (len(faults), dump(store)) == (1, before)


def test_no_json_is_a_copy_of_a_store():
    store = a_store()
    known = len(store.users)
    faults = faults_from(store, {"type": "local.copy", "created_at": at(6), **FORGED["local.copy"]})

    assert (len(faults), len(store.users)) == (1, known)


def test_who_sends_such_an_event_to_others_changes_nothing_there():
    async def story():
        async with Service(seed=7) as service, a_client(service) as ana, a_client(service, "bo") as bo:
            await ana.watch_channel(GENERAL)
            faults = []
            ana.store.faults.subscribe(lambda fault: faults.append(fault.kind))
            for kind, fields in FORGED.items():
                await bo.send_event(GENERAL, kind, **fields)
            await until(lambda: len(faults) == len(FORGED))
            return faults, "m1" in ana.store.messages, len(ana.unsent)

    assert run(story()) == (list(FORGED), False, 0)
