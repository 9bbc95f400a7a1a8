"""How the company of a local service spends the morning before one comes: by their own clients, as anybody would."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import attrs

from chatstate.clock import SECOND, LogClock, SystemClock, Timestamp, parse
from chatstate.live.client import Client
from chatstate.live.connect import connect
from chatstate.server import Limits, Service
from chatstate.store import Store

CHANNEL, NAME = "messaging:release", "Release"
FRIENDS = ("bo", "cy", "di")

HISTORY, NEWS = 2000, 160
"""How much happened before, and how much of it since one has read everything."""

STILL = parse("2025-01-15T10:12:00Z")
"""When it is, for who wants to see the same each time."""


@attrs.frozen
class Morning:
    """A service, with friends in it who are connected."""

    service: Service
    friends: dict[str, Client]
    parent_id: str
    """The message that the talk began with; a thread hangs on it."""

    async def type(self, name: str) -> None:
        """Have one of them begin to type, and never end."""
        await self.friends[name].send_event(CHANNEL, "typing.start")


@asynccontextmanager
async def morning(user: str, *, seed: int, rate: float, still: bool = False) -> AsyncIterator[Morning]:
    """A local service in which somebody has been, and has gone away since. ``still`` has time pass by what happens."""
    clock = LogClock(STILL) if still else SystemClock()
    free = Limits(calls=1e6, burst=10**6, frames=1e6)
    async with AsyncExitStack() as stack:
        service = Service(seed=seed, rate=0.0, history=HISTORY, clock=clock, limits=free)
        await stack.enter_async_context(service)
        friends = {name: await stack.enter_async_context(client_of(service, name)) for name in FRIENDS if name != user}
        async with client_of(service, user) as me:
            parent_id = await Talk(clock, friends, me).held(service)
        service.live(rate)
        yield Morning(service, friends, parent_id)


def client_of(service: Service, user: str, store: Store | None = None) -> Client:
    """A client of somebody."""
    return connect(service.api_key, user_id=user, token=lambda: service.token(user), url=service.url, store=store)


@attrs.frozen
class Talk:
    """What they say, some minutes apart."""

    clock: LogClock | SystemClock
    friends: dict[str, Client]
    me: Client

    async def held(self, service: Service) -> str:
        """Have the talk. Answers the id of its first message."""
        await self.me.mark_all_read()
        service.stir(NEWS)
        everyone = [*self.friends.values(), self.me]
        made = {"name": NAME, "members": [client.me for client in everyone]}
        await self.somebody("di").call("POST", "/channels/messaging/release/query", {"data": made})
        for client in everyone:
            await client.watch_channel(CHANNEL)
        first = await self.before_i_left()
        await self.me.mark_read(CHANNEL)
        await self.since_i_left(first)
        return first

    async def before_i_left(self) -> str:
        """What I took part in."""
        first = await self.say("di", "Good morning! The new version goes out at noon. Who takes a last look?", 0)
        await self.react(first, fire=("bo",), like=("cy", "me", "bo"))
        await self.somebody("di").pin_message(first)
        await self.say("cy", "I do. `chatstate replay` is green for every log we have.", 2)
        for name, text in (("bo", "Does that count the chaos logs?"), ("cy", "Those first of all."), ("di", "Lovely.")):
            await self.say(name, text, 1, parent_id=first)
        mine = await self.say("me", "I went over the notes: https://example.org/notes", 3)
        await self.somebody("me").edit_message(mine, "I went over the notes again: https://example.org/notes")
        for name in self.friends:
            await self.somebody(name).mark_read(CHANNEL)
        await self.say("bo", "That reads much better now, thank you!", 2, quoted_message_id=mine)
        gone = await self.say("bo", "By the way, is anybody on the early trian?", 1)
        await self.somebody("bo").delete_message(gone)
        return first

    async def since_i_left(self, first: str) -> None:
        """What is new to me."""
        name = self.me.store.me.user.name if self.me.store.me.user is not None else self.me.me
        asked = await self.say(
            "cy", f"@{name} could you look at the **unread badge** before lunch?", 9, mentioned_users=[self.me.me]
        )
        await self.react(asked, eyes=("di",))
        lunch = await self.say("di", "And then: lunch at the harbour, all of us. The sun is out.", 2)
        await self.react(lunch, love=("bo", "cy"), party=("di",))

    def somebody(self, name: str) -> Client:
        """One of them, or me."""
        return self.friends.get(name, self.me)

    async def say(self, name: str, text: str, minutes: int, **fields: object) -> str:
        """Somebody says something, so many minutes after what was before."""
        self.clock.heard(Timestamp(self.clock.now() + minutes * 60 * SECOND))
        return (await self.somebody(name).send_message(CHANNEL, text, **fields)).id  # type: ignore[arg-type]

    async def react(self, id: str, **types: tuple[str, ...]) -> None:
        """Some react to a message."""
        for type, names in types.items():
            for name in names:
                await self.somebody(name).call("POST", f"/messages/{id}/reaction", {"reaction": {"type": type}})
