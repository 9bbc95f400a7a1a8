"""REST calls, over a transport in memory that answers what a test wants."""

import json
import logging

import httpx
import pytest

from chatstate.live import rest as module
from chatstate.live.errors import ApiError, CallFailed
from chatstate.live.rest import Call, Rest, path
from chatstate.live.socket import Tokens
from tests.loopback import run

TOKEN = "secret.token"
READ = Call("POST", "/channels", {"limit": 30}, again=True)
WRITE = Call("POST", "/channels/messaging/general/message", {"message": {}})


class Answers(httpx.AsyncBaseTransport):
    """Answers each request by the next of these: a status and a body, or an exception."""

    def __init__(self, *answers):
        self.answers, self.requests, self.waits = list(answers), [], []

    async def handle_async_request(self, request):
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        status, body, *headers = answer
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return httpx.Response(status, content=content, headers=dict(headers))

    async def sleep(self, seconds):
        self.waits.append(seconds)


def calling(call, *answers, token=TOKEN, connection_id=None):
    """What a call comes to, and the transport that saw it."""
    wire = Answers(*answers)

    async def story():
        rest = Rest(
            "http://chat.example.com", "key", "ana", Tokens(token), transport=wire, sleep=wire.sleep, chance=lambda: 0.0
        )
        rest.connection_id = connection_id
        try:
            return await rest.call(call)
        finally:
            await rest.close()

    try:
        return run(story()), wire
    except (ApiError, CallFailed) as error:
        return error, wire


def refused(code, status, *headers, message="no"):
    return status, {"code": code, "message": message, "StatusCode": status}, *headers


def test_an_answer_is_the_object_that_came():
    assert calling(READ, (200, {"channels": []}))[0] == {"channels": []}


def test_a_request_names_the_user_the_key_and_the_connection():
    _, wire = calling(READ, (200, {}), connection_id="c-1")

    request = wire.requests[0]
    assert dict(request.url.params) == {"api_key": "key", "user_id": "ana", "connection_id": "c-1"}
    assert {name: request.headers[name] for name in ("authorization", "stream-auth-type", "x-stream-client")} == {
        "authorization": TOKEN,
        "stream-auth-type": "jwt",
        "x-stream-client": "chatstate",
    }
    assert json.loads(request.content) == {"limit": 30}


def test_without_a_token_a_request_is_anonymous():
    _, wire = calling(READ, (200, {}), token=None)

    headers = wire.requests[0].headers
    assert (headers["stream-auth-type"], "authorization" in headers) == ("anonymous", False)


def test_a_refusal_is_an_error_that_says_what_and_why():
    error, _ = calling(WRITE, refused(17, 403, message="not allowed"))

    assert (error.code, error.status, error.message, error.retry_after) == (17, 403, "not allowed", None)
    assert str(error) == "POST /channels/messaging/general/message: not allowed (code 17, HTTP 403)"


def test_a_429_is_tried_again_when_it_says():
    answer, wire = calling(WRITE, refused(9, 429, ("Retry-After", "3")), (200, {"ok": 1}))

    assert (answer, wire.waits) == ({"ok": 1}, [3.0])


def test_a_429_that_says_too_late_is_an_error_that_tells_when():
    error, wire = calling(READ, refused(9, 429, ("Retry-After", "600")))

    assert (error.retry_after, wire.waits) == (600.0, [])
    assert str(error).endswith("; try again in 600 s")


@pytest.mark.parametrize("said", ["soon", "-1", "nan", "1e99"])
def test_a_429_that_does_not_say_when_is_tried_later_and_later(said):
    _, wire = calling(READ, *[refused(9, 429, ("Retry-After", said))] * 4)

    assert wire.waits == [0.25, 0.5, 1.0]


@pytest.mark.parametrize("answer", [refused(-1, 500), (502, b"<html>"), httpx.ConnectError("no route")])
def test_what_may_be_repeated_is(answer):
    told, wire = calling(READ, answer, answer, (200, {"ok": 1}))

    assert (told, wire.waits) == ({"ok": 1}, [0.25, 0.5])


@pytest.mark.parametrize("answer", [refused(-1, 500), httpx.ReadTimeout("")])
def test_what_may_not_be_repeated_is_not(answer):
    error, wire = calling(WRITE, answer)

    assert isinstance(error, ApiError | CallFailed)
    assert wire.waits == []


def test_no_answer_is_an_error_that_names_the_call():
    error, _ = calling(WRITE, httpx.ReadTimeout(""))

    assert str(error) == (
        "POST /channels/messaging/general/message: no answer: ReadTimeout: no reason was told"
    )  # fmt: skip


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]"])
def test_an_answer_that_is_no_object_is_an_error(body):
    error, _ = calling(WRITE, (200, body))

    assert str(error).endswith(f"expected a JSON object, got HTTP 200 and {len(body)} bytes")


def test_an_answer_without_end_is_cut_off(monkeypatch):
    monkeypatch.setattr(module, "LARGEST_ANSWER", 10)
    error, _ = calling(WRITE, (200, b" " * 11))

    assert str(error).endswith("the answer is larger than 10 bytes")


def test_an_expired_token_is_renewed_once():
    given = iter(["old", "new", "newer"])
    answer, wire = calling(WRITE, refused(40, 401), (200, {}), token=lambda: next(given))

    assert (answer, [request.headers["authorization"] for request in wire.requests]) == ({}, ["old", "new"])


@pytest.mark.parametrize("token", [TOKEN, lambda: TOKEN])
def test_a_token_that_stays_expired_is_an_error(token):
    error, _ = calling(WRITE, refused(40, 401), refused(40, 401), token=token)

    assert error.code == 40


def test_the_token_is_in_no_error_and_in_no_log(caplog):
    with caplog.at_level(logging.DEBUG):
        error, _ = calling(WRITE, refused(5, 401, message=f"{TOKEN} is forged"))
        lost, _ = calling(WRITE, httpx.ConnectError(f"with {TOKEN}"))

    assert TOKEN not in f"{error!r} {error} {lost!r} {lost} {caplog.text}"


def test_an_id_can_hold_anything():
    assert path("channels", "messaging", "a/b?c", "message") == "/channels/messaging/a%2Fb%3Fc/message"
