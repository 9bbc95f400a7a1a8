"""The socket's edge, against real peers on the loopback interface, good and bad."""

import asyncio
import json
import logging
import threading
import time
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed

from chatstate.live.connection import Timing
from chatstate.live.errors import BadGreeting, ConnectionFailed, ConnectionLost, ConnectionRefused, TokenExpired
from chatstate.live.socket import LARGEST_FRAME
from tests.loopback import HELLO, QUICK, a_socket, greet, peers, raw_peer, run

EVENT = json.dumps({"type": "message.new", "cid": "messaging:general"})


def refusal(code, status):
    return json.dumps({"error": {"code": code, "message": "no", "StatusCode": status}})


def says(*frames, close=None):
    """A peer that says these frames, then listens, or closes with a code."""

    async def speak(peer):
        for frame in frames:
            await peer.send(frame)
        if close is None:
            await peer.wait_closed()
        elif close:
            await peer.close(close)
        else:
            peer.transport.abort()

    return speak


def errors_of(*peers_say, timing=QUICK, until=1):
    """The first errors that a socket reports of such peers."""

    async def story():
        async with peers(*peers_say, max_size=None) as (url, _), a_socket(url, timing=timing) as (_, heard):
            await heard.until(lambda told: len(told.errors) >= until)
            return heard.errors

    return run(story())


def end_of(*peers_say, token="secret.token"):
    """How a socket ends that meets such peers."""

    async def story():
        async with peers(*peers_say) as (url, _), a_socket(url, token) as (socket, _):
            return await socket.ended

    return run(story())


def test_frames_are_delivered_from_the_first_on():
    async def story():
        async with peers(says(HELLO, EVENT)) as (url, _), a_socket(url) as (_, heard):
            await heard.until(lambda told: len(told.frames) == 2)
            return list(heard.frames), list(heard.ups)

    assert run(story()) == ([HELLO, EVENT], [True])


def test_health_checks_are_sent_and_keep_it_alive():
    received = []

    async def listen(peer):
        await peer.send(HELLO)
        async for frame in peer:
            received.append(json.loads(frame))
            await peer.send(HELLO)

    async def story():
        async with peers(listen) as (url, met), a_socket(url) as (_, heard):
            await heard.until(lambda told: len(told.frames) == 5)
            return len(met)

    assert run(story()) == 1
    assert received[:2] == [[{"type": "health.check", "client_id": "c-1"}]] * 2


def test_after_a_break_it_connects_again():
    async def story():
        async with peers(says(HELLO, close=1001), greet) as (url, _), a_socket(url) as (_, heard):
            await heard.until(lambda told: told.ups == [True, False, True])

    run(story())


def test_closing_tells_that_it_is_down_and_closes_the_socket():
    async def story():
        async with peers(greet) as (url, met), a_socket(url) as (socket, heard):
            await heard.until(lambda told: told.ups)
            await socket.close()
            await met[0].wait_closed()
            return heard.ups, socket.ended.result(), met[0].close_code

    assert run(story()) == ([True, False], None, 1000)


@pytest.mark.parametrize("code", [1000, 1001, 1003, 1007, 1008, 1009, 1011, 1012, 1013, 1014, 3000, 4001, 4999])
def test_whatever_code_it_is_closed_with_is_told(code):
    (error,) = errors_of(says(HELLO, close=code), greet)

    assert (type(error), error.code) == (ConnectionLost, code)


def test_a_break_without_a_close_frame_is_told():
    (error,) = errors_of(says(HELLO, close=0), greet)

    assert (type(error), error.code) == (ConnectionLost, None)


def test_a_peer_that_stalls_is_left():
    (error,) = errors_of(says(HELLO), greet)

    assert str(error) == "nothing was heard for 0.5 s"


def test_a_peer_that_says_nothing_first_is_left():
    (error,) = errors_of(says(), greet)

    assert str(error) == "no first frame came within 0.5 s"


@pytest.mark.parametrize("first", ["garbage", EVENT, b"\x00\xff", json.dumps([HELLO])])
def test_a_wrong_first_frame_is_told(first):
    (error,) = errors_of(says(first), greet)

    assert type(error) is BadGreeting


def test_garbage_and_binary_frames_later_are_delivered_for_the_store_to_report():
    async def story():
        async with peers(says(HELLO, "garbage", b"\x00\xff")) as (url, _), a_socket(url) as (_, heard):
            await heard.until(lambda told: len(told.frames) == 3)
            return heard.frames[1:]

    assert run(story()) == ["garbage", b"\x00\xff"]


def test_a_frame_of_64_megabytes_is_refused():
    (error,) = errors_of(says(HELLO, " " * 64 * 2**20), greet, timing=Timing(greet_within=5, dead_after=5))

    assert (type(error), error.code) == (ConnectionLost, 1009)


def test_an_endless_frame_is_cut_off_at_the_limit():
    sent = 0

    async def endless(peer):
        nonlocal sent
        await peer.send(HELLO)

        async def pieces():
            nonlocal sent
            while True:
                sent += 2**16
                await asyncio.sleep(0)
                yield "x" * 2**16

        await peer.send(pieces())

    (error,) = errors_of(endless, greet, timing=Timing(greet_within=5, dead_after=5))

    assert (type(error), error.code) == (ConnectionLost, 1009)
    assert sent < 4 * LARGEST_FRAME


def test_an_endless_frame_in_small_pieces_counts_as_silence():
    async def trickle(peer):
        await peer.send(HELLO)

        async def pieces():
            while True:
                await asyncio.sleep(0.05)
                yield "x"

        await peer.send(pieces())

    (error,) = errors_of(trickle, greet)

    assert str(error) == "nothing was heard for 0.5 s"


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"garbage\r\n\r\n",
        b"",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        b"\x00" * 99_999,
    ],
    ids=["200", "garbage", "nothing", "101 alone", "zeros"],
)
def test_what_is_no_handshake_is_told(answer):
    async def speak(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()

    async def story():
        async with raw_peer(speak) as url, a_socket(url) as (_, heard):
            await heard.until(lambda told: told.errors)
            return heard.errors[0]

    error = run(story())
    assert type(error) is ConnectionFailed
    assert str(error).startswith(("cannot connect:", "the service refused"))


def test_a_peer_that_never_answers_the_handshake_is_left():
    async def speak(reader, writer):
        await reader.read()

    async def story():
        async with raw_peer(speak) as url, a_socket(url) as (_, heard):
            await heard.until(lambda told: told.errors)
            return str(heard.errors[0])

    assert run(story()) == "the connection did not open within 0.5 s"


def test_where_nobody_listens_is_told():
    async def story():
        async with a_socket("ws://127.0.0.1:1") as (_, heard):
            await heard.until(lambda told: told.errors)
            return heard.errors[0]

    assert type(run(story())) is ConnectionFailed


def test_a_refusal_ends_it():
    error = end_of(says(refusal(2, 401), close=1000))

    assert (type(error), error.code, error.status) == (ConnectionRefused, 2, 401)


def test_a_refusal_by_http_ends_it():
    body = json.dumps({"code": 5, "message": "bad signature", "StatusCode": 401}).encode()

    async def speak(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        await writer.drain()

    async def story():
        async with raw_peer(speak) as url, a_socket(url) as (socket, _):
            return await socket.ended

    assert str(run(story())) == "the service refused the connection: bad signature (code 5, HTTP 401)"


def test_a_plain_token_that_expired_ends_it():
    assert type(end_of(says(refusal(40, 401)))) is TokenExpired


@pytest.mark.parametrize("is_async", [True, False])
def test_an_expired_token_is_asked_for_again(is_async):
    given = []

    def give():
        given.append(f"token-{len(given)}")
        return given[-1]

    async def give_later():
        return give()

    async def story():
        async with (
            peers(says(refusal(40, 401)), greet) as (url, met),
            a_socket(url, give_later if is_async else give) as (_, heard),
        ):
            await heard.until(lambda told: told.ups)
            return [f"authorization={token}" in peer.request.path for token, peer in zip(given, met, strict=True)]

    assert run(story()) == [True, True]


@pytest.mark.parametrize(("gives", "told"), [("", "gave str, not a token"), (None, "gave NoneType, not a token")])
def test_a_function_that_gives_no_token_is_told(gives, told):
    async def story():
        async with peers(greet) as (url, _), a_socket(url, lambda: gives) as (_, heard):
            await heard.until(lambda heard: heard.errors)
            return str(heard.errors[0])

    assert run(story()) == f"the token function {told}"


def test_a_function_that_raises_is_told_with_its_cause():
    def give():
        raise LookupError("the secret.token is gone")

    async def story():
        async with peers(greet) as (url, _), a_socket(url, give) as (_, heard):
            await heard.until(lambda heard: heard.errors)
            return heard.errors[0]

    error = run(story())
    assert (str(error), type(error.__cause__)) == ("the token function raised LookupError", LookupError)


def test_a_token_is_kept_over_reconnections():
    asked = []

    async def story():
        async with (
            peers(says(HELLO, close=1001), greet) as (url, _),
            a_socket(url, lambda: asked.append(1) or "token") as (_, heard),
        ):
            await heard.until(lambda told: told.ups == [True, False, True])

    run(story())
    assert asked == [1]


def test_closing_while_it_opens_or_waits_leaves_nothing_behind():
    async def story():
        async with raw_peer(lambda reader, writer: reader.read()) as url, a_socket(url) as (socket, _):
            await asyncio.sleep(0)
        async with a_socket("ws://127.0.0.1:1") as (other, heard):
            await heard.until(lambda told: told.errors)
        return socket.ended.result(), other.ended.result()

    assert run(story()) == (None, None)


def test_who_takes_the_frames_and_raises_is_reconnected(caplog):
    async def story():
        async with peers(says(HELLO, EVENT), greet) as (url, _), a_socket(url) as (socket, heard):
            socket._deliver = lambda frame: 1 / 0 if frame == EVENT else None
            await heard.until(lambda told: told.ups == [True, False, True])
            return str(heard.errors[0])

    assert "taking in a frame raised ZeroDivisionError" in run(story())
    assert "taking in a frame raised" in caplog.text


def test_the_token_is_not_logged(caplog):
    async def story():
        async with peers(says(HELLO, close=1001), greet) as (url, _), a_socket(url) as (socket, heard):
            await heard.until(lambda told: told.ups == [True, False, True])
            return repr([socket, heard.errors, socket.connection, socket._tokens])

    with caplog.at_level(logging.DEBUG, "chatstate"):
        shown = run(story())
    assert "authorization=<token>" in caplog.text
    assert "secret.token" not in caplog.text + shown


def test_a_loop_that_was_busy_does_not_take_that_for_silence():
    """The peer lives in a thread, and goes on talking while the client's loop computes for longer than the silence."""
    up, over = threading.Event(), threading.Event()

    async def talk():
        async def chatter(peer):
            await peer.send(HELLO)
            with suppress(ConnectionClosed):
                while not over.is_set():
                    await asyncio.sleep(0.02)
                    await peer.send(EVENT)

        async with peers(chatter) as (url, _):
            where.append(url)
            up.set()
            while not over.is_set():
                await asyncio.sleep(0.02)

    async def story():
        async with a_socket(where[0], timing=Timing(dead_after=0.2, beat_every=0.1)) as (_, heard):
            await heard.until(lambda told: told.ups)
            busy_until = time.monotonic() + 0.5
            while time.monotonic() < busy_until:
                pass
            count = len(heard.frames)
            await heard.until(lambda told: len(told.frames) > count + 30)
            return heard.errors

    where = []
    thread = threading.Thread(target=lambda: asyncio.run(talk()))
    thread.start()
    try:
        assert up.wait(5)
        assert run(story()) == []
    finally:
        over.set()
        thread.join()
