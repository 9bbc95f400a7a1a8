"""The connection's state machine: driven through every line of its table, by a clock that is a number."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from chatstate.live import connection as module
from chatstate.live.connection import (
    Address,
    AskToken,
    Connection,
    Deliver,
    Drop,
    Open,
    Report,
    Send,
    Stop,
    Tell,
    Timing,
    Wake,
    back_off,
)
from chatstate.live.errors import (
    BadGreeting,
    ConnectionFailed,
    ConnectionLost,
    ConnectionRefused,
    TokenExpired,
    TokenFailed,
)
from chatstate.live.table import TABLE, Input, Phase, table

TOKEN = "header.payload.signature"
ADDRESS = Address("wss://chat.example.com", "key", {"id": "ana", "name": "Ana"})
HELLO = json.dumps({"type": "health.check", "connection_id": "c-1", "me": {"id": "ana"}, "cid": "*"})
EVENT = json.dumps({"type": "message.new", "cid": "messaging:general"})


def refusal(code, status=None, message="no"):
    return json.dumps({"error": {"code": code, "message": message, "StatusCode": status}})


def a_connection(*, renewable=True, chance=0.5):
    return Connection(ADDRESS, renewable=renewable, random=lambda: chance)


def opening(now=0.0, **how):
    connection = a_connection(**how)
    connection.start(now)
    connection.token(now, TOKEN)
    return connection


def greeting(now=0.0, **how):
    connection = opening(now, **how)
    connection.opened(now)
    return connection


def online(now=0.0, **how):
    connection = greeting(now, **how)
    connection.received(now, HELLO)
    return connection


def waiting(now=0.0, **how):
    connection = opening(now, **how)
    connection.not_opened(now, "no route")
    return connection


def renewed(connection):
    """The same connection, after its token was found expired and renewed, at the same place."""
    connection.received(0, refusal(40, 401))
    connection.token(0, "other")
    return connection


DRIVEN = {
    (Phase.IDLE, Input.START): (a_connection, lambda c: c.start(0)),
    (Phase.IDLE, Input.CLOSE): (a_connection, lambda c: c.close(0)),
    (Phase.ASKING, Input.TOKEN): (lambda: started(), lambda c: c.token(0, TOKEN)),
    (Phase.ASKING, Input.NO_TOKEN): (lambda: started(), lambda c: c.no_token(0, TokenFailed("none"))),
    (Phase.ASKING, Input.CLOSE): (lambda: started(), lambda c: c.close(0)),
    (Phase.OPENING, Input.OPENED): (opening, lambda c: c.opened(0)),
    (Phase.OPENING, Input.FAILED): (opening, lambda c: c.not_opened(0, "no route")),
    (Phase.OPENING, Input.LATE): (opening, lambda c: c.tick(15)),
    (Phase.OPENING, Input.EXPIRED): (opening, lambda c: c.not_opened(0, "", status=401, body=refusal(40).encode())),
    (Phase.OPENING, Input.EXPIRED_AGAIN): (
        lambda: renewed(greeting()),
        lambda c: c.not_opened(0, "", status=401, body=refusal(40).encode()),
    ),
    (Phase.OPENING, Input.REFUSED): (opening, lambda c: c.not_opened(0, "no", status=403)),
    (Phase.OPENING, Input.CLOSE): (opening, lambda c: c.close(0)),
    (Phase.GREETING, Input.HELLO): (greeting, lambda c: c.received(0, HELLO)),
    (Phase.GREETING, Input.MISTAKEN): (greeting, lambda c: c.received(0, EVENT)),
    (Phase.GREETING, Input.FAILED): (greeting, lambda c: c.received(0, refusal(-1, 500))),
    (Phase.GREETING, Input.LOST): (greeting, lambda c: c.lost(0, 1006)),
    (Phase.GREETING, Input.LATE): (greeting, lambda c: c.tick(15)),
    (Phase.GREETING, Input.EXPIRED): (greeting, lambda c: c.received(0, refusal(40, 401))),
    (Phase.GREETING, Input.EXPIRED_AGAIN): (lambda: greeting_again(), lambda c: c.received(0, refusal(40, 401))),
    (Phase.GREETING, Input.REFUSED): (greeting, lambda c: c.received(0, refusal(2, 401))),
    (Phase.GREETING, Input.CLOSE): (greeting, lambda c: c.close(0)),
    (Phase.ONLINE, Input.FRAME): (online, lambda c: c.received(1, EVENT)),
    (Phase.ONLINE, Input.BEAT): (online, lambda c: c.tick(25)),
    (Phase.ONLINE, Input.LATE): (online, lambda c: c.tick(35)),
    (Phase.ONLINE, Input.FAILED): (online, lambda c: c.received(1, refusal(-1, 503))),
    (Phase.ONLINE, Input.LOST): (online, lambda c: c.lost(1, 1001, "away")),
    (Phase.ONLINE, Input.EXPIRED): (online, lambda c: c.received(1, refusal(40, 401))),
    (Phase.ONLINE, Input.REFUSED): (online, lambda c: c.received(1, refusal(5, 401))),
    (Phase.ONLINE, Input.CLOSE): (online, lambda c: c.close(1)),
    (Phase.WAITING, Input.DUE): (waiting, lambda c: c.tick(30)),
    (Phase.WAITING, Input.CLOSE): (waiting, lambda c: c.close(0)),
}
"""For each line of the table: how to come there, and what happens then."""

SHOWN = {
    "ask for the token": [AskToken(renew=False)],
    "ask for a new token": [AskToken(renew=True)],
    "open": [Open, Wake],
    "deliver": [Deliver],
    "tell online": [Tell(online=True)],
    "tell offline": [Tell(online=False)],
    "watch": [Wake],
    "send health check": [Send],
    "drop the socket": [Drop()],
    "report": [Report],
    "back off": [Wake],
    "stop": [Stop],
}
"""What each thing to do comes out as: the very output, or one of that kind."""


def started():
    connection = a_connection()
    connection.start(0)
    return connection


def greeting_again():
    connection = renewed(greeting())
    connection.opened(0)
    return connection


def kinds(outputs):
    return [type(output) for output in outputs]


@pytest.mark.parametrize("line", TABLE, ids=lambda line: f"{line[0].value}, {line[1].value}")
def test_every_line_of_the_table_is_what_happens(line):
    come_there, happens = DRIVEN[line]
    connection = come_there()
    assert connection.phase is line[0]
    outputs = happens(connection)

    then, todo = TABLE[line]
    expected = [shown for do in todo for shown in SHOWN[do.value]]
    assert connection.phase is then
    assert kinds(outputs) == [shown if isinstance(shown, type) else type(shown) for shown in expected]
    exact = [(out, shown) for out, shown in zip(outputs, expected, strict=True) if not isinstance(shown, type)]
    assert [out for out, shown in exact if out != shown] == []


STRAYS = {
    "start": lambda c: c.start(1),
    "token": lambda c: c.token(1, TOKEN),
    "no token": lambda c: c.no_token(1, TokenFailed("none")),
    "opened": lambda c: c.opened(1),
    "not opened": lambda c: c.not_opened(1, "no route"),
    "hello": lambda c: c.received(1, HELLO),
    "refusal": lambda c: c.received(1, refusal(2)),
    "lost": lambda c: c.lost(1, 1006),
}
"""Every word from outside that can come late."""

HEARD = {
    "idle": (lambda: a_connection(), {"start"}),
    "asking": (lambda: started(), {"token", "no token"}),
    "opening": (opening, {"opened", "not opened"}),
    "greeting": (greeting, {"hello", "refusal", "lost"}),
    "online": (online, {"hello", "refusal", "lost"}),
    "waiting": (waiting, set()),
    "ended": (lambda: ended(), set()),
}
"""What each phase listens to."""


@pytest.mark.parametrize(
    ("phase", "stray"), [(p, s) for p, (_, heard) in HEARD.items() for s in STRAYS if s not in heard]
)
def test_late_word_of_what_has_ended_changes_nothing(phase, stray):
    connection = HEARD[phase][0]()

    assert (STRAYS[stray](connection), connection.phase.value) == ([], phase)


def ended():
    connection = a_connection()
    connection.close(0)
    return connection


def test_the_docstring_shows_the_table():
    assert table() in (module.__doc__ or "")


def test_the_url_names_the_user_the_key_and_the_token():
    connection = started()
    (opened, _) = connection.token(0, TOKEN)

    url = urlsplit(opened.url)
    query = {key: values[0] for key, values in parse_qs(url.query).items()}
    about = json.loads(query.pop("json"))
    assert f"{url.scheme}://{url.netloc}{url.path}" == "wss://chat.example.com/connect"
    assert about == {
        "user_id": "ana",
        "user_details": {"id": "ana", "name": "Ana"},
        "server_determines_connection_id": True,
    }
    assert query == {
        "api_key": "key", "authorization": TOKEN, "stream-auth-type": "jwt", "X-Stream-Client": "chatstate",
    }  # fmt: skip


def test_without_a_token_the_connection_is_anonymous():
    connection = started()
    (opened, _) = connection.token(0, None)

    query = parse_qs(urlsplit(opened.url).query)
    assert (query["stream-auth-type"], "authorization" in query) == (["anonymous"], False)


def test_a_health_check_names_the_connection():
    (sent, _) = online().tick(25)

    assert json.loads(sent.text) == [{"type": "health.check", "client_id": "c-1"}]


def test_health_checks_go_out_every_25_seconds_while_something_is_heard():
    connection, beats, now = online(), [], 0.0
    outputs = connection.tick(0)
    while now < 100:
        now = next(out.at for out in outputs if isinstance(out, Wake))
        outputs = connection.tick(now)
        beats += [now for out in outputs if isinstance(out, Send)]
        connection.received(now, HELLO)

    assert beats == [25, 50, 75, 100]


def test_a_frame_puts_off_the_death():
    connection = online()
    connection.received(30, EVENT)
    connection.tick(35)

    assert connection.phase is Phase.ONLINE
    assert isinstance(connection.tick(65)[0], Drop)


@pytest.mark.parametrize(
    ("attempt", "least", "most"),
    [(1, 0.25, 2.5), (2, 2, 4.5), (3, 4, 6.5), (12, 22, 24.5), (13, 24, 25), (14, 25, 25), (99, 25, 25)],
)
def test_the_wait_before_an_attempt_grows_to_25_seconds(attempt, least, most):
    assert (back_off(attempt, 0.0), back_off(attempt, 1.0)) == (least, most)


def test_attempts_are_counted_until_it_is_up_again():
    connection, now, waits = a_connection(chance=0.0), 0.0, []
    connection.start(now)
    for _ in range(4):
        connection.token(now, TOKEN)
        (_, wake) = connection.not_opened(now, "no route")
        waits.append(wake.at - now)
        now = wake.at
        connection.tick(now)
    connection.token(now, TOKEN)
    connection.opened(now)
    connection.received(now, HELLO)
    *_, wake = connection.lost(now, 1006)

    assert ([*waits], wake.at - now) == ([0.25, 2, 4, 6], 0.25)


def test_an_expired_token_is_renewed_at_once():
    assert greeting().received(0, refusal(40, 401)) == [Drop(), AskToken(renew=True)]


def test_a_token_that_is_expired_again_waits_and_is_renewed_then():
    connection = greeting_again()
    (*_, wake) = connection.received(0, refusal(40, 401))

    assert connection.tick(wake.at) == [AskToken(renew=True)]


def test_a_plain_token_that_expired_is_an_error_that_says_what_to_do():
    (_, stop) = greeting(renewable=False).received(0, refusal(40, 401, "token expired"))

    assert isinstance(stop.error, TokenExpired)
    assert str(stop.error) == (
        "the service refused the connection: token expired (code 40, HTTP 401); "
        "connect with a function that gives tokens, and it is asked for a new one"
    )


@pytest.mark.parametrize("code", [2, 4, 5, 16, 17, 41, 42, 43])
def test_other_refusals_are_final(code):
    (_, stop) = greeting().received(0, refusal(code))

    assert (type(stop.error), stop.error.code) == (ConnectionRefused, code)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503])
def test_what_may_pass_is_tried_again(status):
    connection = opening()
    connection.not_opened(0, "busy", status=status, body=b"<html>")

    assert (connection.phase, type(connection.error)) == (Phase.WAITING, ConnectionFailed)


def test_an_error_without_a_status_or_a_known_code_may_pass():
    connection = greeting()
    connection.received(0, json.dumps({"error": {"message": "hm"}}))

    assert connection.phase is Phase.WAITING


def test_a_frame_that_only_begins_like_an_error_is_delivered():
    frame = '{"error": 7, "type": "message.new"}'

    assert online().received(1, frame) == [Deliver(frame)]


@pytest.mark.parametrize(
    ("first", "told"),
    [
        ("hello", "'hello'"),
        (EVENT, "'message.new'"),
        (b"\x00\x01", "a binary frame of 2 bytes"),
        (HELLO.encode(), f"a binary frame of {len(HELLO)} bytes"),
        (json.dumps({"type": "health.check", "connection_id": "c-1"}), "'health.check'"),
        (json.dumps({"type": "health.check", "connection_id": "", "me": {}}), "'health.check'"),
        ("[1]", "'[1]'"),
    ],
)
def test_a_wrong_first_frame_is_named(first, told):
    (_, report, _) = greeting().received(0, first)

    assert isinstance(report.error, BadGreeting)
    assert str(report.error) == f"expected a health.check with connection_id and me as the first frame, got {told}"


def test_a_close_tells_code_and_reason():
    connection = online()
    connection.lost(1, 1001, "away")

    assert isinstance(connection.error, ConnectionLost)
    assert str(connection.error) == "the connection was closed with code 1001: away"


def test_a_break_tells_that_there_was_no_code():
    connection = online()
    connection.lost(1, None)

    assert str(connection.error) == "the connection was closed without a close frame"


def test_it_is_known_by_its_id_while_it_is_up():
    connection = online()
    up = connection.connection_id
    connection.lost(1, 1006)

    assert (up, connection.connection_id) == ("c-1", None)


@pytest.mark.parametrize("come_there", [opening, greeting, waiting])
def test_an_early_tick_only_names_the_time_again(come_there):
    assert kinds(come_there().tick(0.01)) == [Wake]


def test_a_tick_after_the_end_is_nothing():
    assert ended().tick(99) == []


def test_the_token_is_in_no_repr_and_in_no_error():
    connection = started()
    outputs = connection.token(0, TOKEN)
    outputs += connection.not_opened(0, f"bad url wss://x?authorization={TOKEN}")
    outputs += connection.tick(9)
    connection.token(9, TOKEN)
    connection.opened(9)
    outputs += connection.received(9, refusal(43, 401, f"{TOKEN} is forged"))

    assert TOKEN not in repr([connection, outputs, [str(out.error) for out in outputs if hasattr(out, "error")]])
    assert Timing().dead_after == 35
