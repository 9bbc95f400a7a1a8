"""The client: a store that lives, and what one can do in the chat."""

import asyncio
import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar, cast, overload

import httpx

from chatstate.clock import Timestamp, format
from chatstate.events import Event
from chatstate.ids import Cid, MessageId, UserId, cid_of
from chatstate.live import calls
from chatstate.live.calls import Filter, Sort
from chatstate.live.changes import Changes
from chatstate.live.connection import Address, Timing
from chatstate.live.errors import LiveError
from chatstate.live.history import History
from chatstate.live.keystrokes import Typing
from chatstate.live.life import Life
from chatstate.live.listening import Kinds, Listener, Wanted, checked, name_of
from chatstate.live.outbox import OUTBOX, Outgoing
from chatstate.live.recording import Recording
from chatstate.live.rest import Call, Rest
from chatstate.live.sending import Sending
from chatstate.live.session import Session
from chatstate.live.socket import Token, Tokens
from chatstate.live.watching import Watch, Watching
from chatstate.store import Store
from chatstate.views import MessageView

E = TypeVar("E", bound=Event)
L = TypeVar("L", bound=Callable[..., Any])


def connected(method: L) -> L:
    """Let a method be called while the client is entered. Raises ``NotConnected`` at any other time."""

    @functools.wraps(method)
    def checked(client: "Client", *args: Any, **kwargs: Any) -> Any:
        client._life.goes_on()
        return method(client, *args, **kwargs)

    return cast(L, checked)


class Client:
    """One user in the chat. Made by ``connect``, used as an async context manager, in one event loop.

    ``store`` is what is known. Whatever does something shows at once, and raises ``LiveError`` where the service
    refuses; what showed is gone then, but for a message, which stays as failed until it is sent again or deleted.
    Before it is entered, and after it was closed, it raises ``NotConnected``; listeners can be declared before.
    """

    def __init__(
        self,
        address: Address,
        rest_url: str,
        token: Token,
        *,
        store: Store,
        recording: Recording | None,
        patience: float | None,
        timing: Timing | None,
        chance: Callable[[], float],
        transport: httpx.AsyncBaseTransport | None,
    ) -> None:
        self.store = store
        self.me = UserId(address.user["id"])
        tokens = Tokens(token)
        rest = Rest(
            rest_url, address.api_key, self.me, tokens, client=address.client, transport=transport, chance=chance
        )
        self._session = Session(store, rest, self.me, recording)
        self._watching = Watching(self._session)
        self._sending = Sending(self._session)
        self._changes = Changes(self._session, self._sending)
        self._history = History(self._session)
        self._life = Life(
            self._session, self._watching, self._sending, address=address, tokens=tokens, recording=recording,
            timing=timing, chance=chance,
        )  # fmt: skip
        self._patience = patience

    async def __aenter__(self) -> Self:
        """Connect. Raises ``ConnectionRefused``, or ``ConnectionFailed`` where it takes longer than ``patience``."""
        if self._life.has_begun:
            raise RuntimeError("a client can be entered once: make another")
        loop = asyncio.get_running_loop()
        self._typing = Typing(self._tell_typing, loop.time, loop.call_at)
        try:
            await self._life.begin(self._patience)
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Disconnect, and end everything that goes on: a call that somebody waits for raises ``CallFailed``.

        Who is cancelled while waiting for it does not keep it from being done.
        """
        if self._life.has_begun:
            self._typing.close()
        await self._life.end()

    async def closed(self) -> None:
        """Wait until the connection is over for good. Raises the ``ConnectionRefused`` that ended it, if one did."""
        await self._life.ended()

    async def recovered(self) -> None:
        """Wait until the socket is up and the state is right. Raises ``LiveError`` where the connection has ended."""
        await self._life.recovered()

    # Watching

    @connected
    async def watch(
        self, conditions: Filter, *, sort: Sort = (("last_message_at", -1),), limit: int = 30, messages: int = 30
    ) -> Watch:
        """Watch the channels that meet a filter, the first ``limit`` in that order, each with its newest messages.

        Answers the watch, whose ``cids`` they are; ``watch_more`` goes on with it.
        """
        watch = Watch(conditions, sort, messages)
        await self._watching.begin(watch, limit)
        return watch

    @connected
    async def watch_more(self, watch: Watch, limit: int = 30) -> int:
        """Watch so many channels more. Answers how many came."""
        return await self._watching.more(watch, limit)

    @connected
    async def watch_channel(self, cid: str, *, messages: int = 30) -> None:
        """Watch one channel, whose members I am one of; the service makes it where there is none by that cid."""
        await self._watching.one(cid_of(cid), messages)

    @connected
    async def stop_watching(self, cid: str) -> None:
        """Watch a channel no longer."""
        self._watching.forget(Cid(cid))
        await self._session.ask(calls.stop_watching(cid))

    # Messages

    @connected
    async def send_message(
        self, cid: str, text: str = "", *, id: str | None = None, parent_id: str | None = None, skip_push: bool = False,
        **fields: Any,
    ) -> MessageView:  # fmt: skip
        """Send a message, with ``parent_id`` as a reply in a thread; it shows at once.

        ``fields`` are ``attachments``, ``mentioned_users`` (ids), ``quoted_message_id``, ``show_in_channel``,
        ``silent`` and whatever the application keeps with it. Answers when the service has it.
        """
        body = {"text": text, **fields} | ({} if id is None else {"id": id})
        letter = self._sending.post(cid, body if parent_id is None else body | {"parent_id": parent_id})
        letter.skip_push = skip_push
        self._typing.sent((cid, parent_id))
        await self._sending.send(letter)
        return self.store.message(letter.id)

    @property
    def unsent(self) -> list[Outgoing]:
        """My messages that are pending or have failed, in the order they were sent."""
        return list(self.store.state.table(OUTBOX).values())

    @connected
    async def retry(self, message_id: str) -> None:
        """Send a message again that has failed. Raises ``KeyError`` where none by that id has."""
        await self._sending.retry(message_id)

    @connected
    async def edit_message(self, message_id: str, text: str | None = None, **fields: Any) -> None:
        """Change a message of mine, sent or not; a field that is None is taken away."""
        unset = [name for name, value in fields.items() if value is None]
        changes = {name: value for name, value in fields.items() if value is not None}
        await self._changes.edit(message_id, changes if text is None else {"text": text} | changes, unset=unset)

    @connected
    async def delete_message(self, message_id: str, *, hard: bool = False) -> None:
        """Delete a message; ``hard`` for good. One that was not sent yet, is not."""
        await self._changes.delete(message_id, hard=hard)

    @connected
    async def pin_message(self, message_id: str, *, until: Timestamp | None = None) -> None:
        """Pin a message in its channel, until a time if one is given."""
        expires = {} if until is None else {"pin_expires": format(until)}
        await self._changes.edit(message_id, {"pinned": True} | expires)

    @connected
    async def unpin_message(self, message_id: str) -> None:
        """Pin a message no longer."""
        await self._changes.edit(message_id, {"pinned": False})

    @connected
    async def react(self, message_id: str, type: str, *, score: int = 1, unique: bool = False, **custom: Any) -> None:
        """React to a message; ``unique`` in the place of every other reaction of mine."""
        await self._changes.react(message_id, type, score=score, unique=unique, custom=custom)

    @connected
    async def unreact(self, message_id: str, type: str) -> None:
        """Take a reaction of mine back."""
        await self._changes.unreact(message_id, type)

    # Channels

    @connected
    async def mark_read(self, cid: str, *, thread: str | None = None) -> None:
        """I have read a channel, or one of its threads."""
        if thread is None:
            last = next(reversed(self.store.state.timeline.of(cid)), (None,))[-1]
            about: Mapping[str, Any] = {"last_read_message_id": last}
        else:
            about = {"thread": {"parent_message_id": thread, "channel_cid": cid}}
        await self._changes.channel("message.read", cid, calls.mark_read(cid, thread=thread), **about)

    @connected
    async def mark_all_read(self) -> None:
        """I have read everything; the service tells of it."""
        await self._session.ask(calls.mark_all_read())

    @connected
    async def mark_unread(self, cid: str, message_id: str | None = None, *, thread: str | None = None) -> None:
        """From that message on a channel is unread to me, or a thread is; the service tells how much that is."""
        answer = await self._session.ask(calls.mark_unread(cid, message=message_id, thread=thread))
        told = answer.get("event")
        if isinstance(told, dict):
            self._session.learn(told)

    @connected
    def keystroke(self, cid: str, *, parent_id: str | None = None) -> None:
        """I struck a key, writing in a channel or a thread: others are told now and then, and when I pause."""
        self._typing.strike((cid_of(cid), parent_id))

    def _tell_typing(self, place: Any, kind: str) -> None:
        cid, parent_id = place
        event = {"type": kind} if parent_id is None else {"type": kind, "parent_id": parent_id}
        self._life.go(self._tell_of(calls.send_event(cid, event)))

    async def _tell_of(self, call: Call) -> None:
        """Make a call that nobody waits for."""
        try:
            await self._session.ask(call)
        except LiveError as error:
            self._session.report("typing was not told", error)

    @connected
    async def send_event(self, cid: str, kind: str, **fields: Any) -> None:
        """Send an event of a kind of the application's own to those who watch a channel."""
        await self._session.ask(calls.send_event(cid, {"type": kind, **fields}))

    @connected
    async def create_channel(
        self, type: str, id: str | None = None, *, members: Iterable[str] = (), **data: Any
    ) -> str:
        """Make a channel with me and these members in it, and watch it. Answers its cid.

        Where there is one by that ``id``, it is that; without an ``id`` it is the one channel of just those members.
        ``data`` are its ``name``, ``image`` and whatever the application keeps with it.
        """
        return await self._watching.new(type, id, data | {"members": [self.me, *members]})

    @connected
    async def add_members(self, cid: str, *user_ids: str) -> None:
        """Add members to a channel, as who may."""
        await self._session.load(calls.change_members(cid_of(cid), add=user_ids))

    @connected
    async def remove_members(self, cid: str, *user_ids: str) -> None:
        """Remove members from a channel, as who may."""
        await self._session.load(calls.change_members(cid_of(cid), remove=user_ids))
        for id in user_ids:
            if id in self.store.channel(cid).members:
                self._session.lose_member(cid, id)

    @connected
    async def join(self, cid: str) -> None:
        """Become a member of a channel that lets me, and watch it."""
        await self._session.ask(calls.change_members(cid_of(cid), add=(self.me,)))
        await self.watch_channel(cid)

    @connected
    async def leave(self, cid: str) -> None:
        """Be a member of a channel no longer; it is gone from the store then."""
        await self._session.ask(calls.change_members(cid_of(cid), remove=(self.me,)))
        self._watching.forget(Cid(cid))
        if cid in self.store.channels:
            self._session.lose_channel(cid)

    @connected
    async def hide(self, cid: str, *, clear_history: bool = False) -> None:
        """Hide a channel until something is written in it; with ``clear_history`` it is empty for me then."""
        call = calls.hide(cid, clear_history=clear_history)
        await self._changes.channel("channel.hidden", cid, call, clear_history=clear_history)

    @connected
    async def show(self, cid: str) -> None:
        """Show a hidden channel."""
        await self._changes.channel("channel.visible", cid, calls.show(cid))

    # History

    @connected
    async def load_older(self, cid: str, *, before: str | None = None, limit: int = 30) -> int:
        """Load messages before the oldest that is here, or before that one, to fill a gap. Answers how many came."""
        return await self._history.older(Cid(cid), None if before is None else MessageId(before), limit)

    @connected
    async def load_newer(self, cid: str, *, after: str | None = None, limit: int = 30) -> int:
        """Load messages after the newest that is here, or after that one. Answers how many came."""
        return await self._history.newer(Cid(cid), None if after is None else MessageId(after), limit)

    @connected
    async def load_replies(self, parent_id: str, *, limit: int = 30) -> int:
        """Load replies of a thread, the newest first, then those before. Answers how many came."""
        return await self._history.replies(MessageId(parent_id), limit)

    @connected
    async def load_threads(self, *, limit: int = 10, next: str | None = None) -> str | None:
        """Load a page of my threads. Answers what to ask for the ``next`` with, None after the last."""
        answer = await self._session.load(calls.query_threads(limit=limit, next=next))
        token = answer.get("next")
        return token if isinstance(token, str) and token else None

    @connected
    async def load_members(
        self, cid: str, conditions: Filter | None = None, *, limit: int = 100, offset: int = 0
    ) -> int:
        """Load a page of a channel's members. Answers how many came."""
        return await self._history.members(Cid(cid), conditions or {}, limit, offset)

    @connected
    async def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Any other call of the service. Answers what came; the store takes in what events tell of it."""
        return await self._session.ask(Call(method, path, body))

    # Listening

    @overload
    def on(
        self, kinds: type[E] | Sequence[type[E]], listener: Callable[[E], Any], *, cid: str | None = None
    ) -> Callable[[], None]: ...

    @overload
    def on(self, kinds: Kinds, listener: Callable[[Any], Any], *, cid: str | None = None) -> Callable[[], None]: ...

    @overload
    def on(self, kinds: Kinds, listener: None = None, *, cid: str | None = None) -> Callable[[L], L]: ...

    def on(self, kinds: Any, listener: Any = None, *, cid: str | None = None) -> Any:
        """Have ``listener`` called with every event of these kinds, of one channel if ``cid`` names it.

        It hears an event once, however often the service tells it; ``store.events`` has every frame.

        A kind is a class of events, as ``MessageNew``, which stands for those that derive from it too, or a text, as
        ``"message.new"``, one of the application's own included; ``kinds`` is one of them, or several. The listener may
        be async. Answers a function that ends the listening; without a ``listener`` this is a decorator. What a
        listener raises is reported on the store's faults. Raises ``TypeError`` for what is no kind, or no function.
        """
        wanted = Wanted(kinds, cid)
        if listener is None:
            return lambda given: (self.on(kinds, given, cid=cid), given)[1]
        return self.tell(wanted, checked(listener), name_of(listener))

    def tell(self, wanted: Wanted, listener: Callable[[Any], Any], name: str) -> Callable[[], None]:
        """Have ``listener`` told of what is wanted; what it raises is reported under its ``name``."""
        told = Listener(wanted, listener, name, self._session.report)

        def hear(event: Event) -> None:
            outcome = told.hear(event)
            if outcome is not None:
                self._life.go(outcome)

        return self.store.events.subscribe(hear).dispose
