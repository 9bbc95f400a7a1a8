"""Changes to what is there: expected at once, confirmed by the answer, gone again where they are refused.

What is expected is the event that the service would tell. It lies over what the service told, so a newer word wins over
it, and a refusal takes back nothing but the expectation.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import suppress
from itertools import count
from typing import Any

from chatstate.answers import newest_time
from chatstate.clock import Timestamp, format, parse
from chatstate.ids import MessageId
from chatstate.live import calls
from chatstate.live.errors import ApiError
from chatstate.live.rest import Call, Json
from chatstate.live.sending import Letter, Sending
from chatstate.live.session import Session

_keys = count()


class Changes:
    """My changes to messages and channels. All raise ``LiveError`` where the service refuses or does not answer."""

    def __init__(self, session: Session, sending: Sending) -> None:
        self._session = session
        self._sending = sending
        self._expected: dict[str, dict[Hashable, Callable[[Timestamp], Json]]] = {}
        """By what is changed: what is expected of each change under way, by key, for any time it may happen at."""

    async def edit(self, id: str, changes: Mapping[str, Any], *, unset: Sequence[str] = ()) -> None:
        """Change parts of a message, sent or not."""
        letter = await self._unsent(id)
        if letter is not None:
            self._sending.edit(letter, changes)
            return

        def event(at: Timestamp) -> Json:
            said = _as_told(changes, at, self._session.me) | dict.fromkeys(unset)
            return self._about(id, "message.updated", at, said | {"updated_at": format(at)})

        await self._do(id, event, calls.update_message(id, set=changes, unset=unset))

    async def delete(self, id: str, *, hard: bool = False) -> None:
        """Delete a message, for good if ``hard``; one that is not sent is never."""
        letter = await self._unsent(id)
        if letter is not None:
            self._sending.discard(letter)
            if letter.tried:  # it may have arrived all the same
                with suppress(ApiError):
                    await self._session.ask(calls.delete_message(id, hard=True))
            return

        def event(at: Timestamp) -> Json:
            return self._about(id, "message.deleted", at, {"deleted_at": format(at)}) | {"hard_delete": hard}

        await self._do(id, event, calls.delete_message(id, hard=hard), gone=True)

    async def react(self, id: str, type: str, *, score: int = 1, unique: bool = False, custom: Json) -> None:
        """React to a message, in the place of all I reacted before if ``unique``."""
        me, mine = self._session.me, {row.type: row.score for row in self._own(id)}
        counts = self._counts(id, mine, {**({} if unique else mine), type: score})
        raw = {**custom, "type": type, "score": score}
        kind = "reaction.updated" if unique and mine else "reaction.new"

        def event(at: Timestamp) -> Json:
            reaction = {**raw, "message_id": id, "user": {"id": me}, "user_id": me, "updated_at": format(at)}
            return self._about(id, kind, at, counts) | {"reaction": reaction}

        await self._do(id, event, calls.react(id, raw, unique=unique))

    async def unreact(self, id: str, type: str) -> None:
        """Take a reaction of mine back."""
        me, mine = self._session.me, {row.type: row.score for row in self._own(id)}
        counts = self._counts(id, mine, {kind: score for kind, score in mine.items() if kind != type})
        reaction = {"message_id": id, "type": type, "user": {"id": me}, "user_id": me}

        def event(at: Timestamp) -> Json:
            return self._about(id, "reaction.deleted", at, counts) | {"reaction": reaction}

        await self._do(id, event, calls.unreact(id, type), gone=True)

    async def channel(self, kind: str, cid: str, call: Call, **fields: Any) -> None:
        """Do something to a channel, of which the service tells by an event of that kind."""

        def event(at: Timestamp) -> Json:
            return self._session.event(kind, cid, at=at, **fields)

        await self._do(f"{kind.partition('.')[0]} {cid}", event, call)

    async def _unsent(self, id: str) -> Letter | None:
        """The message, if it is not sent; one that is being sent is waited for."""
        letter = self._sending.letters.get(MessageId(id))
        if letter is None or not letter.flying:
            return letter
        async with self._sending.lock(f"send {letter.cid}"):
            return self._sending.letters.get(MessageId(id))

    async def _do(self, name: str, event: Callable[[Timestamp], Json], call: Call, *, gone: bool = False) -> None:
        """Expect an event, make the call, and take in what it answers; in the order of asking for each name.

        What the call is to take away may be ``gone`` when it is repeated: then it did so the first time.
        """
        store, key = self._session.store, ("change", name, next(_keys))
        frame = event(self._session.stamp())
        expected = self._expected.setdefault(name, {})
        expected[key] = event
        store.expect(key, frame)
        try:
            async with self._sending.lock(name):
                answer = await self._take_away(call) if gone else await self._session.ask(call)
            with store.batch():
                self._session.learn(_confirmed(frame, answer))
                self._drop(name, key)
                for other, later in expected.items():  # what I did after it is later than what was answered
                    with suppress(KeyError):
                        store.expect(other, later(self._session.stamp()))
        finally:
            self._drop(name, key)

    async def _take_away(self, call: Call) -> Json:
        try:
            return await self._session.ask(call)
        except ApiError as error:
            if error.status == 404 and error.repeated:
                return {}
            raise

    def _drop(self, name: str, key: Hashable) -> None:
        if self._expected.get(name, {}).pop(key, None) is not None:
            self._session.store.withdraw(key)
        if not self._expected.get(name):
            self._expected.pop(name, None)

    def _about(self, id: str, kind: str, at: Timestamp, said: Json) -> Json:
        """An event about a message that is known."""
        row = self._session.store.state.messages.get(MessageId(id))
        if row is None:
            raise KeyError(f"the message {id!r} is not known")
        return self._session.event(kind, row.cid, at=at, message={"id": id, "cid": row.cid, **said}, message_id=id)

    def _own(self, id: str) -> list[Any]:
        state, me = self._session.store.state, self._session.me
        return [state.reactions[key] for _, key in state.reactions_to.of(id) if key[1] == me]

    def _counts(self, id: str, before: Mapping[str, int], after: Mapping[str, int]) -> Json:
        """The message's totals, once my reactions are others than before."""
        row = self._session.store.state.messages.get(MessageId(id))
        counts = dict(row.reaction_counts) if row is not None else {}
        scores = dict(row.reaction_scores) if row is not None else {}
        for mine, sign in ((before, -1), (after, 1)):
            for type, score in mine.items():
                counts[type] = counts.get(type, 0) + sign
                scores[type] = scores.get(type, 0) + sign * score
        return {
            "reaction_counts": {type: number for type, number in counts.items() if number > 0},
            "reaction_scores": {type: score for type, score in scores.items() if counts[type] > 0},
        }


def _as_told(changes: Mapping[str, Any], at: Timestamp, me: str) -> Json:
    """Changes to a message, as a payload of the service tells them."""
    said = dict(changes)
    if "mentioned_users" in said:
        said["mentioned_users"] = [{"id": id} for id in said["mentioned_users"]]
    if said.get("pinned") is True:
        said |= {"pinned_at": format(at), "pinned_by": {"id": me}}
    elif "pinned" in said:
        said |= {"pinned_at": None, "pinned_by": None, "pin_expires": None}
    return said


def _confirmed(event: Json, answer: Json) -> Json:
    """What the service tells of a change it has made: its own event, or the expected one with what it answered."""
    told: Any = answer.get("event")
    if isinstance(told, dict) and "type" in told and "created_at" in told:
        return told
    more: Json = {key: answer[key] for key in ("message", "reaction") if isinstance(answer.get(key), dict)}
    at = max(parse(event["created_at"]), newest_time(more))
    return {**event, **{key: value for key, value in more.items() if key in event}, "created_at": format(at)}
