"""The demo: what it draws, what it says at the end, and when it says that something is wrong."""

import io
import re
import signal
import subprocess
import sys

import pytest
from rich.console import Console

from chatstate.cli import main
from chatstate.cli.demo import settled
from chatstate.cli.screen import Screen
from tests.company import GENERAL, a_client, with_ana
from tests.objects import RANDOM, channel
from tests.stories import a_store, frame, message_new, typing_start


def drawn(screen, width, height):
    out = io.StringIO()
    Console(file=out, width=width, height=height, force_terminal=False).print(screen)
    return out.getvalue().splitlines()


@pytest.fixture
def screen():
    about = [frame("channel.created", 1, cid, channel=channel(cid, name=cid)) for cid in (GENERAL, RANDOM)]
    store = a_store(*about, message_new("m1", at=2, text="hello\nthere"))
    screen = Screen(store, "me")
    screen.look_at(GENERAL)
    yield screen
    screen.close()


@pytest.mark.parametrize(("width", "height"), [(80, 24), (200, 60), (40, 14)])
def test_the_picture_fits_the_terminal(screen, width, height):
    lines = drawn(screen, width, height)

    assert (len(lines), max(map(len, lines)) <= width) == (height - 1, True)
    assert any("hello there" in line for line in lines) or width < 80


def test_what_a_selector_tells_is_drawn_and_counted(screen):
    before = screen.values, screen.diffs
    store = screen._store
    store.apply(message_new("m2", at=3, text="how are you?"))
    store.apply(typing_start("bo", at=4))

    lines = "\n".join(drawn(screen, 100, 30))
    assert "how are you?" in lines
    assert "typing …" in lines
    assert re.search(r"messages +Insert at 1: .*how are you", lines)
    assert (screen.values > before[0], screen.diffs > before[1]) == (True, True)


def test_another_channel_is_shown_without_what_was(screen):
    screen.look_at(RANDOM)
    screen._store.apply(message_new("m2", at=3, text="unseen"))

    assert (screen.open, screen.lines) == (RANDOM, [])


def test_the_demo_agrees_with_its_service(capsys):
    status = main(["demo", "--seconds", "3.5", "--rate", "30", "--seed", "3"])

    said = " ".join(capsys.readouterr().out.split())
    assert status == 0
    assert re.search(r"[1-9][\d,]* events over ws://127\.0\.0\.1:\d+", said)
    assert re.search(r"[1-9],\d{3} fields compared with what the service knows: 0 differ\.", said)


def test_what_differs_is_found():
    async def story(service, ana):
        async with a_client(service, "bo") as bo:
            await bo.send_message(GENERAL, "hello")
            return await settled(service, bo, within=0.1), await settled(service, ana)

    (_, wrong), (compared, right) = with_ana(story)
    assert (len(wrong) > 0, right, compared > 500) == (True, [], True)


def test_an_interrupt_ends_the_show_and_not_the_summary():
    command = [sys.executable, "-m", "chatstate", "demo", "--seconds", "60", "--calm"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as demo:
        assert demo.stdout is not None
        began = demo.stdout.readline()
        demo.send_signal(signal.SIGINT)
        said, _ = demo.communicate(timeout=30)

    assert (demo.returncode, began.startswith("ana at ws://"), "0 differ" in said) == (0, True, True), said
