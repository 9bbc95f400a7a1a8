"""A client that is used outside of its ``with``, or called with what can only be a mistake, says so at once."""

import inspect

import pytest

import chatstate
from chatstate.live.client import Client
from chatstate.live.errors import LiveError, NotConnected
from tests.company import GENERAL, a_client
from tests.loopback import greet, peers, run

NOWHERE = "ws://127.0.0.1:1"

DEEDS = {
    "watch": lambda client: client.watch({}),
    "watch_channel": lambda client: client.watch_channel(GENERAL),
    "send_message": lambda client: client.send_message(GENERAL, "hello"),
    "react": lambda client: client.react("m1", "like"),
    "mark_read": lambda client: client.mark_read(GENERAL),
    "keystroke": lambda client: client.keystroke(GENERAL),
    "load_older": lambda client: client.load_older(GENERAL),
    "call": lambda client: client.call("POST", "/sync"),
}
SAYS = "not connected: a client is used within `async with`, not before and not after"


async def outcome_of(deed, client):
    try:
        done = deed(client)
        if inspect.isawaitable(done):
            await done
    except LiveError as error:
        return type(error), str(error)


@pytest.mark.parametrize("deed", [*DEEDS.values(), Client.recovered, Client.closed])
def test_nothing_is_done_before_it_is_entered(deed):
    async def story():
        client = chatstate.connect("key", user_id="me", token="token", url=NOWHERE)
        outcome = await outcome_of(deed, client)
        return outcome, list(client.unsent)

    assert run(story()) == ((NotConnected, SAYS), [])


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_nothing_is_done_after_it_was_closed(deed):
    async def story():
        async with peers(greet) as (url, _):
            async with chatstate.connect("key", user_id="me", token="token", url=url) as client:
                pass
            return await outcome_of(deed, client), list(client.unsent)

    assert run(story()) == ((NotConnected, SAYS), [])


def test_every_deed_of_a_client_asks_whether_it_is_connected():
    deeds = [
        name
        for name, method in vars(Client).items()
        if inspect.iscoroutinefunction(inspect.unwrap(method)) and not name.startswith("_")
    ]
    unasked = [name for name in deeds if not hasattr(vars(Client)[name], "__wrapped__")]

    assert unasked == ["close", "closed", "recovered"]


def test_a_client_that_was_never_entered_can_be_closed():
    run(chatstate.connect("key", user_id="me", token="token").close())


@pytest.mark.parametrize("way", [chatstate.connect, chatstate.run])
def test_nobody_is_anonymous_without_asking_for_it(way):
    with pytest.raises(ValueError, match="token: expected one, or a function that gives one; anonymous=True connects"):
        way("key", user_id="me")
    with pytest.raises(ValueError, match="token: who is anonymous has none"):
        way("key", user_id="me", token="token", anonymous=True)


@pytest.mark.parametrize("way", [chatstate.connect, chatstate.run])
def test_a_word_that_is_misspelt_is_refused_where_it_is_written(way):
    with pytest.raises(TypeError, match="unexpected keyword argument 'tokn'"):
        way("key", user_id="me", tokn="token")


def test_both_ways_in_take_the_same():
    connect, run = (inspect.signature(way).parameters for way in (chatstate.connect, chatstate.run))

    assert list(connect) == list(run)
    assert {name: each.default for name, each in connect.items()} == {name: each.default for name, each in run.items()}


def test_who_asks_for_it_is_anonymous():
    async def story():
        from chatstate.server import Service

        async with (
            Service(seed=7) as service,
            chatstate.connect(service.api_key, user_id="!anon", anonymous=True, url=service.url) as client,
        ):
            return client.store.me.id

    assert run(story()) == "!anon"


def test_a_client_that_is_entered_does_as_it_is_told():
    async def story():
        from chatstate.server import Service

        async with Service(seed=7) as service, a_client(service) as ana:
            return [await outcome_of(DEEDS[name], ana) for name in ("watch", "watch_channel", "send_message")]

    assert run(story()) == [None, None, None]
