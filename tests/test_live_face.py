"""The synchronous face and the command line: clients for those who have no loop."""

import asyncio
import threading

import pytest

import chatstate
from chatstate import Store
from chatstate.cli import main
from chatstate.events.messages import MessageNew
from chatstate.live.errors import ConnectionRefused
from chatstate.server import Service
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
