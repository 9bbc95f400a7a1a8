"""``chatstate chat`` as a command: what it draws, and what it says of a wrong call."""

import asyncio
import threading
import xml.etree.ElementTree as ElementTree
from contextlib import contextmanager

import pytest

pytest.importorskip("textual", reason="the chat needs textual")
pytest.importorskip("uvicorn", reason="the chat is tried on a local service")

from chatstate.cli import main
from chatstate.server import Service


def words(path):
    return "".join(ElementTree.parse(path).getroot().itertext()).replace("\xa0", " ")


@contextmanager
def serving(**how):
    """A service in a thread of its own."""
    up, over = threading.Event(), asyncio.Event()
    service = Service(**how)
    loop = asyncio.new_event_loop()

    async def serve():
        async with service:
            up.set()
            await over.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    up.wait()
    try:
        yield service
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
        loop.close()


def test_a_screenshot_shows_the_companys_morning_the_same_each_time(tmp_path):
    drawn = [tmp_path / f"{number}.svg" for number in range(2)]
    statuses = [main(["chat", "--screenshot", str(path), "--size", "132x38"]) for path in drawn]

    shown = words(drawn[0])
    assert statuses == [0, 0]
    assert [part in shown for part in ("Release", "Cy is typing…", "new messages", "Thread", "3 replies")] == [True] * 5
    assert drawn[0].read_text(encoding="utf-8") == drawn[1].read_text(encoding="utf-8")


def test_a_channel_that_cannot_be_one_is_refused_at_once(tmp_path, capsys):
    status = main(["chat", "--channel", "general", "--screenshot", str(tmp_path / "none.svg")])

    assert (status, capsys.readouterr().err) == (
        2, "chatstate: --channel: a cid reads type:id, like messaging:general; got 'general'\n",
    )  # fmt: skip


def test_a_small_screenshot_has_no_thread(tmp_path):
    drawn = tmp_path / "small.svg"
    assert main(["chat", "--screenshot", str(drawn), "--size", "80x24", "--light"]) == 0
    assert ("new messages" in words(drawn), "Reply in the thread" in words(drawn)) == (True, False)


def test_it_connects_where_it_is_told_to(tmp_path):
    drawn = tmp_path / "there.svg"
    with serving(seed=7, history=100) as service:
        key = tmp_path / "token"
        key.write_text(service.token("bo"), encoding="utf-8")
        call = ["chat", "--url", service.url, "--user", "bo", "--token-file", str(key)]
        status = main([*call, "--screenshot", str(drawn), "--size", "120x36"])

    assert (status, "● Bo" in words(drawn)) == (0, True)


def test_a_service_that_refuses_is_an_error(capsys):
    with serving(seed=7) as service:
        status = main(["chat", "--url", service.url, "--user", "bo", "--token", "no.such.token"])

    assert (status, "refused" in capsys.readouterr().err) == (1, True)


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--api-key", "key"], "--user must be given"),
        (["--url", "ws://127.0.0.1:1", "--user", "ana"], "there is no token"),
        (["--url", "http://127.0.0.1:1", "--user", "ana", "--token", "t"], "expected ws:// or wss://"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(capsys, options, problem):
    assert main(["chat", *options]) == 2
    assert problem in capsys.readouterr().err
