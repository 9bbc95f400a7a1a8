"""What sending and recovery share: the store, the calls, and how one is told what the other learnt."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chatstate.answers import newest_time
from chatstate.clock import NEVER, Timestamp, format
from chatstate.errors import Fault
from chatstate.ids import UserId
from chatstate.live.recording import Recording
from chatstate.live.rest import Call, Json, Rest
from chatstate.local import answered
from chatstate.store import Store


class Session:
    """One user's dealings with the service: what comes of them goes into the store.

    Times are the service's own throughout. How late it is there is known by what it has said: the newest time in any
    event or answer; no clock of ours is compared with its. All that it tells is recorded, if there is a ``recording``,
    in the order in which the store takes it in.
    """

    def __init__(self, store: Store, rest: Rest, me: UserId, recording: Recording | None = None) -> None:
        self.store = store
        self.rest = rest
        self.me = me
        self._recording = recording
        self._answered = NEVER
        self._stamped = NEVER

    @property
    def heard(self) -> Timestamp:
        """The newest time that the service has told of, in events."""
        return self.store.state.heard_at

    def stamp(self) -> Timestamp:
        """A time for what I do now: right after all that I know of, and before all that I do not."""
        self._stamped = Timestamp(max(self.heard, self._answered, self._stamped) + 1)
        return self._stamped

    async def ask(self, call: Call) -> Json:
        """Make a call, and remember how late it was there. Raises as ``Rest.call``."""
        answer = await self.rest.call(call)
        self._answered = max(self._answered, newest_time(answer))
        return answer

    async def load(self, call: Call) -> Json:
        """Make a call and take in what it answers: it knows of all that was heard before it was made."""
        heard = self.heard
        answer = await self.ask(call)
        self.settle(answer, after=heard, asked=call.body)
        return answer

    def settle(self, answer: Json, *, after: Timestamp, asked: Mapping[str, Any] | None = None) -> None:
        """Take in an answer that was asked for ``after`` that had been heard of."""
        self._apply(answered(answer, self.heard, asked, after))

    def take(self, frame: str | bytes) -> None:
        """Take in what came through the socket."""
        self._record(lambda recording: recording.write(frame))
        self.store.apply(frame)

    def catch_up(self, events: Sequence[Any]) -> None:
        """Take in what happened meanwhile, as if it had come through the socket."""
        with self.store.batch():
            for each in events:
                self._apply(each)

    def tell(self, kind: str, fields: Json, *, at: Timestamp | None = None) -> None:
        """Apply an event of our own; without a time it happens as late as it is known to be there."""
        self._apply({"type": kind, "created_at": format(self.heard if at is None else at), **fields})

    def learn(self, event: Json) -> None:
        """Take in what an answer tells, as the event that tells the same; nobody is told of it as an event."""
        self.tell("local.told", {"event": event})

    def _apply(self, frame: Json) -> None:
        self._record(lambda recording: recording.note(frame))
        self.store.apply(frame)

    def _record(self, write: Callable[[Recording], None]) -> None:
        if self._recording is not None:
            try:
                write(self._recording)
            except (OSError, ValueError) as error:  # the disk is full, the file was closed
                self._recording = None
                self.report("the recording has ended", error)

    def lose_channel(self, cid: str) -> None:
        """A channel is out of my reach, as I know before the service tells."""
        self.learn(self.event("notification.removed_from_channel", cid, at=self.stamp()))

    def lose_member(self, cid: str, user_id: str) -> None:
        """Somebody is a member of a channel no longer, as I know before the service tells."""
        self.learn(self.event("member.removed", cid, at=self.stamp(), user={"id": user_id}))

    def event(self, kind: str, cid: str, *, at: Timestamp, **fields: Any) -> Json:
        """The event that the service would tell of something I do in a channel, or another ``user``."""
        type, _, id = cid.partition(":")
        about = {"cid": cid, "channel_type": type, "channel_id": id, "user": self.user}
        return {"type": kind, "created_at": format(at), **about, **fields}

    @property
    def user(self) -> Mapping[str, Any]:
        """Me, as an event names its user."""
        return {"id": self.me}

    def report(self, problem: str, error: BaseException) -> None:
        """Tell those who listen to the store's faults."""
        self.store.report(Fault(problem=f"{problem}: {error}", error=error))
