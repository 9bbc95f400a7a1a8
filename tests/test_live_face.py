"""The synchronous face and the command line: clients for those who have no loop."""

import asyncio
import threading
from contextlib import suppress

import pytest

import chatstate
from chatstate import Store
from chatstate.cli import main
from chatstate.events.messages import MessageNew
from chatstate.io.dump import dump
from chatstate.live.errors import ConnectionFailed, ConnectionRefused, LiveError, NotConnected
from chatstate.server import Service
from chatstate.state.check import check
from tests.company import GENERAL, MINE


class Town:
    """A service in a thread of its own."""

    def __enter__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.service = Service(seed=7, history=20)
        self.do(self.service.start())
        return self.service

    def do(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(10)

    def __exit__(self, *_):
        self.do(self.service.stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


def test_a_script_needs_no_loop():
    with Town() as service, chatstate.run("devkey", user_id="ana", token=service.token("ana"), url=service.url) as ana:
        beside, heard = Store(me="ana"), threading.Event()
        ana.on(MessageNew, lambda event: heard.set(), cid=GENERAL)
        ana.follow(beside)
        cids = ana.watch(MINE, limit=100)
        id = ana.send_message(GENERAL, "hello")
        ana.mark_read(GENERAL)
        ana.keystroke(GENERAL)
        assert heard.wait(10)
        ana.do(lambda client: client.react(id, "like"), within=10)
        seen = ana.read(lambda store: (store.message(id).text, store.channel(GENERAL).unread))
        beside.drain()

    assert (GENERAL in cids, seen, beside.message(id).text) == (True, ("hello", 0), "hello")


def test_a_script_that_is_refused_is_told():
    with (
        Town() as service,
        pytest.raises(ConnectionRefused),
        chatstate.run("devkey", user_id="ana", token="bad", url=service.url),
    ):
        pass


def a_face(service, **how):
    return chatstate.run("devkey", user_id="ana", token=service.token("ana"), url=service.url, **how)


def test_a_bot_answers_what_it_hears():
    with Town() as service, a_face(service) as ana, a_face(service) as other:
        ana.watch(MINE)
        answered = threading.Event()

        @ana.on(MessageNew, cid=GENERAL)
        def answer(event):
            if event.raw["message"]["text"] == "ping":
                ana.send_message(GENERAL, "pong")
                answered.set()

        other.send_message(GENERAL, "ping")
        assert answered.wait(10)
        assert ana.read(lambda store: store.channel(GENERAL).last_message.text) == "pong"


def test_a_listener_that_raises_is_reported_and_one_that_is_ended_is_not_called():
    with Town() as service, a_face(service) as ana:
        ana.watch(MINE)
        faults, told, heard = [], threading.Event(), []

        def note(fault):
            faults.append(fault.problem)
            told.set()

        ana.read(lambda store: store.faults.subscribe(note) and None)
        end = ana.on(MessageNew, lambda event: 1 / 0)
        ana.send_message(GENERAL, "one")
        assert told.wait(10)
        end()
        ana.on(MessageNew, lambda event: heard.append(event) or told.set())
        told.clear()
        ana.send_message(GENERAL, "two")
        assert told.wait(10)

    assert (len(faults), "ZeroDivisionError" in faults[0], len(heard)) == (1, True, 1)


def test_the_clients_own_thread_does_not_wait_for_itself():
    with Town() as service, a_face(service) as ana:

        def wait_for_myself(store):
            ana.send_message(GENERAL, "hello")

        with pytest.raises(RuntimeError, match="would wait for itself"):
            ana.read(wait_for_myself)


def test_who_still_waits_when_it_is_closed_is_told():
    with Town() as service, a_face(service) as ana:
        outcomes, begun = [], threading.Event()

        async def forever(client):
            begun.set()
            await asyncio.Event().wait()

        def wait():
            try:
                ana.do(forever)
            except ConnectionFailed as error:
                outcomes.append(str(error))

        waiting = threading.Thread(target=wait)
        waiting.start()
        assert begun.wait(10)
        ana.close()
        waiting.join(10)
        with pytest.raises(NotConnected):
            ana.mark_read(GENERAL)
        ana.close()

    assert outcomes == ["the client was closed"]


def test_a_listener_can_close_the_face():
    with Town() as service, a_face(service) as ana:
        ana.watch(MINE)
        closed = threading.Event()
        ana.on(MessageNew, lambda event: ana.close() or closed.set())
        ana.keystroke(GENERAL)
        with suppress(LiveError):
            ana.send_message(GENERAL, "bye")
        assert closed.wait(10)


def test_a_face_is_entered_once():
    with Town() as service, chatstate.run("devkey", user_id="ana", token=service.token("ana"), url=service.url) as ana:
        with pytest.raises(RuntimeError, match="a face is entered once"):
            ana.__enter__()
        assert ana.read(lambda store: store.connection.online)


def test_a_face_that_was_not_entered_does_nothing():
    with pytest.raises(NotConnected, match="used within `with`"):
        chatstate.run("devkey", user_id="ana", token="x", url="ws://127.0.0.1:1").mark_read(GENERAL)


def test_a_store_of_another_thread_is_not_taken():
    with pytest.raises(TypeError, match="the store is made in the client's own thread"):
        chatstate.run("devkey", user_id="ana", store=Store(me="ana"))


def test_a_script_makes_a_channel_and_others_join_it():
    with Town() as service, a_face(service) as ana:
        cid = ana.create_channel("livestream", "show", name="Show")
        ana.send_message(cid, "welcome")
        with chatstate.run("devkey", user_id="bo", token=service.token("bo"), url=service.url) as bo:
            bo.join(cid)
            seen = bo.read(lambda store: (store.channel(cid).name, store.channel(cid).last_message.text))
            bo.leave(cid)
            left = bo.read(lambda store: cid in store.channels)

    assert (cid, seen, left) == ("livestream:show", ("Show", "welcome"), False)


def test_a_store_beside_knows_what_was_known_before_it_followed_and_what_is_asked_for_after():
    with Town() as service, a_face(service) as ana:
        ana.watch(MINE, limit=3, messages=2)
        id = ana.send_message(GENERAL, "before")
        beside = Store(me="ana")
        end = ana.follow(beside)
        ana.watch(MINE, limit=100)
        ana.do(lambda client: client.load_older(GENERAL))
        ana.send_message(GENERAL, "after")
        ana.do(lambda client: client.edit_message(id, "changed"))
        end()
        known = ana.read(dump)
        beside.drain()
        check(beside.state)
        ana.send_message(GENERAL, "no longer followed")
        assert beside.drain() == 0
        end()
    end()

    assert dump(beside) == known


@pytest.mark.parametrize(
    "look",
    [
        lambda store: store.channels[GENERAL],
        lambda store: store.channel(GENERAL).messages,
        lambda store: store.channels,
        lambda store: [store.channel(GENERAL)],
        lambda store: store.select(lambda s: s.me.id),
        lambda store: store,
    ],
    ids=["a view", "a sequence", "a mapping", "a list", "a selector", "the store"],
)
def test_what_looks_at_the_store_is_not_carried_out_of_its_thread(look):
    with Town() as service, a_face(service) as ana:
        ana.watch(MINE)
        with pytest.raises(TypeError, match=r"read: an? .* belongs to the store's thread"):
            ana.read(look)


@pytest.mark.parametrize("kinds", [3, None, ()])
def test_a_face_refuses_what_is_no_kind_and_who_cannot_hear(kinds):
    face = chatstate.run("devkey", user_id="ana", token="x", url="ws://127.0.0.1:1")

    async def hear(event):
        pass

    with pytest.raises(TypeError, match="on: expected a kind"):
        face.on(kinds, len)
    with pytest.raises(TypeError, match="hear is async"):
        face.on("message.new", hear)


def test_a_listener_of_a_face_is_named_where_it_raises():
    with Town() as service, a_face(service) as ana:
        faults, told = [], threading.Event()
        ana.read(lambda store: store.faults.subscribe(lambda f: faults.append(f.problem) or told.set()) and None)
        ana.watch(MINE)

        @ana.on("message.new")
        def greet(event):
            raise ValueError("no greeting")

        ana.send_message(GENERAL, "one")
        assert told.wait(10)

    assert faults == ["message.new: the listener greet raised ValueError: no greeting"]


# The command line


def test_a_socket_is_recorded_from_the_command_line(tmp_path, monkeypatch, capsys):
    with Town() as service:
        (tmp_path / "token").write_text(service.token("ana"))
        about = ["--api-key", "devkey", "--user", "ana", "--token-file", str(tmp_path / "token"), "--url", service.url]
        status = main(["record", str(tmp_path / "log.ndjson"), *about, "--frames", "1", "--watch-type", "messaging"])
        monkeypatch.setenv("CHATSTATE_TOKEN", "bad")
        refused = main(["record", str(tmp_path / "none.ndjson"), *about[:4], "--url", service.url])

    assert (status, refused) == (0, 1)
    assert (tmp_path / "log.ndjson").read_text().startswith('{"type":"health.check"')
    assert "the service refused the connection" in capsys.readouterr().err


RECORD = ["--api-key", "devkey", "--user", "ana", "--url", "ws://127.0.0.1:1"]


@pytest.mark.parametrize("more", [[], ["--anonymous", "--token", "x"], ["--url", "http://127.0.0.1:1", "--token", "x"]])
def test_nothing_is_recorded_where_the_call_is_wrong(more, tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("CHATSTATE_TOKEN", raising=False)
    status = main(["record", str(tmp_path / "log.ndjson"), *RECORD, *more])
    told = capsys.readouterr().err

    assert (status, told.count("\n"), list(tmp_path.iterdir())) == (2, 1, [])
    assert "token" in told or "--url: expected ws:// or wss://" in told


def test_who_asks_for_it_records_an_anonymous_user(tmp_path, monkeypatch):
    monkeypatch.delenv("CHATSTATE_TOKEN", raising=False)
    with Town() as service:
        about = ["--api-key", "devkey", "--user", "!anon", "--url", service.url, "--anonymous", "--frames", "1"]
        status = main(["record", str(tmp_path / "log.ndjson"), *about])

    assert (status, (tmp_path / "log.ndjson").read_text().startswith('{"type":"health.check"')) == (0, True)


def test_as_many_frames_are_recorded_as_were_asked_for_and_the_file_is_named(tmp_path, monkeypatch, capsys):
    (tmp_path / "log.ndjson").write_text("precious")
    with Town() as service:
        monkeypatch.setenv("CHATSTATE_TOKEN", service.token("ana"))
        about = ["--api-key", "devkey", "--user", "ana", "--url", service.url]
        with a_face(service) as other:
            saying = threading.Event()

            def say():
                while not saying.wait(0.01):
                    other.send_message(GENERAL, "hello")

            talking = threading.Thread(target=say)
            talking.start()
            main(["record", str(tmp_path / "log.ndjson"), *about, "--frames", "5", "--watch-type", "messaging"])
            saying.set()
            talking.join()
    frames = [line for line in (tmp_path / "log.1.ndjson").read_text().splitlines() if '"type":"local.' not in line]

    assert (tmp_path / "log.ndjson").read_text() == "precious"
    assert capsys.readouterr().err.strip() == f"5 frames in {tmp_path / 'log.1.ndjson'}"
    assert len([line for line in frames if '"type":"connection.' not in line]) == 5
