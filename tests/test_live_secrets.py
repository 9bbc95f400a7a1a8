"""No token is ever written down: not in a log, not in an error or what caused it, not in what anything is called."""

import json
import logging
import traceback
from urllib.parse import quote, quote_plus

import httpx
import pytest

from chatstate import Store
from chatstate.live.connect import connect
from chatstate.live.errors import LiveError, TokenFailed
from chatstate.live.socket import Tokens
from tests.loopback import HELLO, QUICK, peers, raw_peer, run

SECRET = "top.secret+token/with=signs"
FORMS = (SECRET, quote(SECRET, safe=""), quote_plus(SECRET))


def echo(status):
    """What a service says that repeats the token it was given."""
    return {"code": 5, "message": f"the token {SECRET} is bad, {quote_plus(SECRET)} too", "StatusCode": status}


class Echoing(httpx.AsyncBaseTransport):
    """Calls fail in one way after the other."""

    def __init__(self):
        self.calls = 0

    async def handle_async_request(self, request):
        self.calls += 1
        match self.calls:
            case 1:
                return httpx.Response(403, json=echo(403))
            case 2:
                return httpx.Response(200, text=SECRET)
            case 3:
                raise httpx.ConnectError(f"cannot reach http://x?authorization={SECRET}")
        return httpx.Response(500, json=echo(500))


def says(*said, close=None):
    async def speak(peer):
        for each in said:
            await peer.send(each)
        await (peer.wait_closed() if close is None else peer.close(*close))

    return speak


PEERS = {
    "a good one": says(HELLO),
    "one that refuses": says(json.dumps({"error": echo(401)})),
    "one that may refuse": says(json.dumps({"error": echo(500)})),
    "one that refuses later": says(HELLO, json.dumps({"error": echo(401)})),
    "one that greets wrongly": says(SECRET),
    "one that greets with bytes": says(SECRET.encode()),
    "one that closes": says(HELLO, close=(4000, SECRET)),
    "one that closes at once": says(close=(1011, SECRET)),
    "one that sends what it was sent": says(HELLO, json.dumps({"type": "message.new", "cid": 7, "token": "x"})),
}


async def lived(url, token, told):
    """Live for a while with a service; what is written of it goes into ``told``."""
    store = Store(me="me")
    store.faults.subscribe(lambda fault: told.extend([str(fault), repr(fault.error), *chain(fault.error)]))
    client = connect(
        "key", user_id="me", token=token, url=url, store=store, patience=0.3, timing=QUICK, chance=lambda: 0.0,
        transport=Echoing(),
    )  # fmt: skip
    try:
        async with client:
            told.append(repr([client, vars(client), vars(client._life), vars(client._life._socket)]))
            for _ in range(4):
                try:
                    await client.call("POST", "/anything", {"body": 1})
                except LiveError as error:
                    told.extend([repr(error), *chain(error)])
    except LiveError as error:
        told.extend([repr(error), *chain(error)])


def chain(error):
    """An error with all that caused it, as a traceback shows it."""
    return [] if error is None else traceback.format_exception(error)


def written(caplog):
    """Every log record, as it would be printed."""
    shape = logging.Formatter("%(name)s %(message)s")
    return [shape.format(record) for record in caplog.records if record.name != "asyncio" or record.exc_info]


def leaks(texts):
    return [text for text in texts if any(form in text for form in FORMS)]


@pytest.mark.parametrize("which", PEERS)
@pytest.mark.parametrize("token", [SECRET, lambda: SECRET], ids=["a string", "a function"])
def test_no_peer_brings_it_into_the_open(which, token, caplog):
    told = []

    async def story():
        async with peers(PEERS[which]) as (url, _):
            await lived(url, token, told)

    for name in (None, "websockets", "httpx", "httpcore", "chatstate", "asyncio"):
        caplog.set_level(logging.DEBUG, name)
    run(story())
    client_side = [text for text in written(caplog) if not text.startswith("websockets.server")]
    assert len(told) > 0
    assert leaks(told + client_side) == []


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 401 x", b"HTTP/1.1 302 x\r\nLocation: ws://x/?authorization=TOKEN", b"TOKEN"]
)
def test_no_handshake_brings_it_into_the_open(answer, caplog):
    told = []

    async def speak(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        body = json.dumps(echo(401)).encode()
        length = b"\r\nContent-Length: %d\r\n\r\n" % len(body)
        writer.write(answer.replace(b"TOKEN", SECRET.encode()) + length + body)
        await writer.drain()

    async def story():
        async with raw_peer(speak) as url:
            await lived(url, SECRET, told)

    with caplog.at_level(logging.DEBUG):
        run(story())
    assert len(told) > 0
    assert leaks(told + written(caplog)) == []


def test_an_older_token_is_kept_out_too():
    tokens = Tokens(iter(["first.token", "second.token"]).__next__)

    async def story():
        await tokens.get()
        await tokens.get(renew=True)
        return tokens.clean("first.token, second.token")

    assert run(story()) == "<token>, <token>"


@pytest.mark.parametrize("token", ["", "two words", "a line\nand another", "naïve", "\x00"])
def test_what_cannot_be_sent_is_refused_before_it_shows_anywhere(token):
    with pytest.raises(ValueError, match="token: expected printable ASCII without spaces"):
        connect("key", user_id="me", token=token)


@pytest.mark.parametrize("token", ["two words", "a line\nand another", "naïve"])
def test_a_function_that_gives_what_cannot_be_sent_is_told_without_it(token):
    async def story():
        with pytest.raises(TokenFailed) as failed:
            await Tokens(lambda: token).get()
        return str(failed.value)

    assert run(story()) == "the token function gave something else than printable ASCII without spaces"


def test_what_raised_is_logged_without_it(caplog):
    async def story():
        async with peers(says(HELLO)) as (url, _), connect("key", user_id="me", token=SECRET, url=url) as client:
            try:
                raise OSError(f"cannot open ws://x?authorization={quote_plus(SECRET)}")
            except OSError:
                client._life._socket._log.exception("opening failed")

    run(story())
    assert "opening failed" in caplog.text
    assert "OSError: cannot open ws://x?authorization=<token>" in caplog.text
    assert leaks(written(caplog)) == []
