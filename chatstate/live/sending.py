"""Sending: a message shows at once, and is there once, whatever becomes of the calls.

What is sent is expected of the service until it says so itself, or refuses. A message has its id before it is sent, so
that the answer, the event and a repetition all speak of the same one.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from uuid import uuid4
from weakref import WeakValueDictionary

import attrs

from chatstate.clock import Timestamp, format
from chatstate.events import Event
from chatstate.ids import Cid, MessageId, cid_of
from chatstate.live import calls
from chatstate.live.errors import ApiError, CallFailed, LiveError
from chatstate.live.outbox import FAILED, PENDING, SENT
from chatstate.live.rest import Json
from chatstate.live.session import Session
from chatstate.model.reading import read_time

TOLD_BY = frozenset({"message.new", "notification.message_new", "message.updated", "message.deleted"})
"""Events that tell of a message which thereby is known to have been sent."""


@attrs.define(eq=False)
class Letter:
    """A message on its way."""

    id: MessageId
    cid: Cid
    body: Json
    at: Timestamp
    skip_push: bool = False
    flying: bool = False
    """Whether a call is being made with it."""
    tried: bool = False
    """Whether one was made of which nobody knows what it did."""
    told: bool = False
    """Whether the service has told of it."""
    dropped: bool = False
    error: LiveError | None = None


class Sending:
    """My messages on their way out."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._letters: dict[MessageId, Letter] = {}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._listening = session.store.events.subscribe(self._hear)

    def close(self) -> None:
        """Listen no longer."""
        self._listening.dispose()

    @property
    def letters(self) -> Mapping[MessageId, Letter]:
        """What is on its way, or failed, by id."""
        return self._letters

    def lock(self, name: str) -> asyncio.Lock:
        """What keeps deeds of one name in order."""
        lock = self._locks.get(name)
        if lock is None:
            lock = self._locks[name] = asyncio.Lock()
        return lock

    def post(self, cid: str, body: Json, *, skip_push: bool = False) -> Letter:
        """Show a message of mine at once, as pending. Raises ``ValueError`` where its id is taken."""
        id = MessageId(body.get("id") or f"{self._session.me}-{uuid4()}")
        if id in self._letters or id in self._session.store.state.messages:
            raise ValueError(f"there is a message {id!r} already")
        state, at = self._session.store.state, self._session.stamp()
        newest = next(reversed(state.timeline.of(cid)), None)
        at = at if newest is None else max(at, Timestamp(newest[0] + 1))
        letter = Letter(id, cid_of(cid), {**body, "id": id}, at, skip_push)
        self._letters[id] = letter
        with self._session.store.batch():
            self._show(letter)
            self._say(letter, PENDING)
        return letter

    async def send(self, letter: Letter) -> None:
        """Send it, after those before it in its channel. Raises ``LiveError`` where that fails."""
        try:
            async with self.lock(f"send {letter.cid}"):
                if not letter.told and not letter.dropped:
                    await self._try(letter)
        except asyncio.CancelledError:
            if not letter.told and not letter.dropped:
                self._fail(letter, CallFailed("POST message", "the call was cancelled"))
            raise

    async def _try(self, letter: Letter) -> None:
        if letter.error is not None:
            letter.error = None
            self._say(letter, PENDING)
        letter.flying = True
        try:
            await self._fly(letter)
        except asyncio.CancelledError:
            letter.tried = True
            raise
        except LiveError as error:
            letter.tried = letter.tried or not isinstance(error, ApiError)
            if not letter.told:
                self._fail(letter, error)
                raise
        finally:
            letter.flying = False

    async def _fly(self, letter: Letter) -> None:
        call = calls.send_message(letter.cid, letter.body, skip_push=letter.skip_push)
        try:
            answer = await self._session.ask(call)
        except ApiError as error:
            if not _is_doubled(error):
                raise
            answer = await self._session.ask(calls.get_message(letter.id))
            if _author(answer) != self._session.me:
                raise
        self._arrived(letter, answer.get("message"))

    async def retry(self, id: str) -> None:
        """Send again what has failed. Raises ``KeyError`` where nothing by that id has, ``LiveError`` if it fails."""
        letter = self._letters[MessageId(id)]
        self._say(letter, PENDING)
        await self.send(letter)

    def edit(self, letter: Letter, changes: Mapping[str, Any]) -> None:
        """Change what is not sent yet."""
        letter.body.update(changes)
        self._show(letter)

    def discard(self, letter: Letter) -> None:
        """Take back what is not sent yet, without a trace."""
        letter.dropped = True
        self._letters.pop(letter.id, None)
        with self._session.store.batch():
            self._session.store.withdraw(letter.id)
            self._say(letter, SENT)

    def look(self) -> None:
        """Find out what of it the service has told of by an answer: such a message is no longer as I dated it."""
        for letter in list(self._letters.values()):
            row = self._session.store.state.messages.get(letter.id)
            if row is not None and row.told_at != letter.at:
                self._landed(letter)

    def _hear(self, event: Event) -> None:
        if self._letters and event.kind in TOLD_BY:
            message = event.raw.get("message")
            letter = self._letters.get(message["id"]) if isinstance(message, dict) and "id" in message else None
            if letter is not None:
                self._landed(letter)

    def _arrived(self, letter: Letter, message: Any) -> None:
        """The service answered with the message as it is now."""
        if letter.told:
            return
        with self._session.store.batch():
            if isinstance(message, dict):
                at = read_time(message.get("created_at"), "created_at") or self._session.heard
                told = {**message, "cid": letter.cid}
                self._session.learn(self._session.event("message.new", letter.cid, at=at, message=told))
            self._landed(letter)

    def _landed(self, letter: Letter) -> None:
        """The service knows the message: nothing more is expected."""
        letter.told = True
        if self._letters.pop(letter.id, None) is None:
            return
        with self._session.store.batch():
            self._session.store.withdraw(letter.id)
            self._say(letter, SENT)

    def _fail(self, letter: Letter, error: LiveError) -> None:
        letter.error = error
        self._say(letter, FAILED, str(error))

    def _say(self, letter: Letter, status: str, problem: str | None = None) -> None:
        about: Json = {"message_id": letter.id, "channel_cid": letter.cid, "status": status, "problem": problem}
        self._session.tell("local.outgoing", about)

    def _show(self, letter: Letter) -> None:
        """Expect the service to tell of the message, at the end of the channel."""
        session, store = self._session, self._session.store
        mentioned = [{"id": id} for id in letter.body.get("mentioned_users", ())]
        shown = {
            **letter.body, "cid": letter.cid, "user": session.user, "mentioned_users": mentioned,
            "created_at": format(letter.at), "type": "reply" if letter.body.get("parent_id") else "regular",
        }  # fmt: skip
        frame = session.event("message.new", letter.cid, at=letter.at, message=shown, message_id=letter.id)
        store.expect(letter.id, frame)


def _is_doubled(error: ApiError) -> bool:
    """Whether a message was refused because it is there already."""
    return error.code == 4 and "already exists" in error.message


def _author(answer: Json) -> Any:
    with suppress(KeyError, TypeError):
        return answer["message"]["user"]["id"]
    return None
