"""The store: frames in, a model out, and word of what changed."""

import threading
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any

from reactivex import Observable, abc

from chatstate.answers import Age, aged, settle_answer
from chatstate.clock import Clock, SystemClock, Timestamp
from chatstate.errors import Fault, Malformed
from chatstate.events import Event
from chatstate.events.envelope import perform
from chatstate.ids import UserId
from chatstate.local import copied
from chatstate.model import JsonObject
from chatstate.overlay import Overlay
from chatstate.reactive.flow import Changes, Flow
from chatstate.reactive.handover import Call
from chatstate.settle.pages import Asked, asked_for
from chatstate.settle.users import Misplaced
from chatstate.signal import Signal
from chatstate.state.state import State
from chatstate.wire import Frame, decode, read_event


class Store(Flow):
    """The state of a chat, as one connected user sees it, kept by the events of the service.

    ``me`` is that user's id; left out, the first ``health.check`` tells. ``keep_messages`` bounds how many messages a
    channel's timeline holds. ``clock`` is asked for the time; a ``LogClock`` lets a replay live in the log's own.
    ``scheduler`` runs one timer in the store's thread, for selectors of what ends by itself: typing, mutes, bans, pins;
    without it they follow at the next flush, or ``tick``.

    A store belongs to the thread that made it; other threads hand frames over with ``post``, and work with ``call``.
    """

    def __init__(
        self,
        *,
        me: str | None = None,
        clock: Clock | None = None,
        keep_messages: int | None = None,
        scheduler: abc.SchedulerBase | None = None,
    ) -> None:
        if keep_messages is not None and keep_messages < 1:
            raise ValueError(f"keep_messages must be at least 1; got {keep_messages}")
        super().__init__(State(None if me is None else UserId(me), clock or SystemClock(), keep_messages), scheduler)
        self.events: Signal[Event] = Signal(self._listener_raised)
        """Every event that was applied, right after it was."""
        self._event_listeners = self.events.listeners
        self._heard = self.state.clock.heard
        self._line: int | None = None
        self._place = ""
        self._overlay = Overlay(self.state)
        self._expecting = False
        self._held: list[Event] | None = None

    def apply(self, frame: Frame) -> None:
        """Apply one event, then flush. What is wrong with the frame is told on ``faults``; nothing is raised for it.

        Called while a flush runs, it waits until that has ended. O(log n) in the messages of the channel.
        Raises ``WrongThreadError`` in another thread than the store's own.
        """
        self.here()
        self._do(lambda: self._take(frame))

    def apply_all(self, frames: Iterable[Frame]) -> None:
        """Apply many events, in order, with one flush at the end; an open binary file will do. Blank lines are skipped.

        Faults tell the place of their frame, counted from 1, as ``line``. Raises ``TypeError`` for a text or bytes,
        whose characters would each pass for a frame.
        """
        self.here()
        if isinstance(frames, str | bytes | bytearray | memoryview):
            raise TypeError("apply_all takes many frames, like open(path, 'rb'); one frame is applied by apply")
        self._do(lambda: self._take_all(frames))

    def load(
        self,
        answer: Mapping[str, Any] | bytes | str,
        at: Timestamp | None = None,
        *,
        after: Timestamp | None = None,
        asked: Mapping[str, Any] | None = None,
    ) -> None:
        """Take in an answer of the REST API: channels, one channel, threads, or a sync.

        Newer events that were applied already win over it. ``at`` is when the service gave it; left out, it is as old
        as the newest time in it, and not older than ``after``: the newest event that was heard before asking tells
        how much the service must have known. ``asked`` is the body of the request it answers, like
        ``{"messages": {"limit": 25, "id_lt": "m7"}}``: by it, a page of messages is joined to the message it was asked
        to end or begin at, and one shorter than its limit tells that the channel has none older, or none newer.
        Raises ``Malformed`` where ``asked`` is not such a body. O(what the answer holds).
        """
        self.here()
        age, page = aged(self.state, after, at), asked_for(asked)
        self._do(lambda: self._take_answer(answer, age, page))

    def copy(self) -> JsonObject:
        """All that is known here, as one frame to be posted to a store of another thread; not what is only expected.

        Not to be called while a flush runs. O(rows), which are shared: they are never written again.
        """
        self.here()
        made: list[JsonObject] = []
        self._do(lambda: self._below(lambda: made.append(copied(self.state))))
        return made[0]

    def expect(self, key: Hashable, frame: Mapping[str, Any]) -> None:
        """Show at once what the service is expected to tell, until ``withdraw(key)``.

        Another frame under the same key takes its place. A frame is performed over whatever the service told, and again
        after each of its events, whose newer word wins by its time. O(what the frame changes), each time.
        """
        self.here()
        self._do(lambda: self._below(lambda: self._overlay.put(key, dict(frame))))

    def withdraw(self, key: Hashable) -> None:
        """Expect no longer what was expected under ``key``: without a trace, whatever came meanwhile."""
        self.here()
        self._do(lambda: self._below(lambda: self._overlay.drop(key)))

    @property
    def expected(self) -> Mapping[Hashable, JsonObject]:
        """The frames that are expected now, by key."""
        return self._overlay.frames

    def follow(self, frames: Observable[Any]) -> abc.DisposableBase:
        """Apply every frame an Observable emits, until the returned Disposable is disposed of."""
        return frames.subscribe(on_next=self._follow, on_error=self._followed_failed)

    def _follow(self, frame: Frame) -> None:
        if threading.get_ident() == self._thread:
            self.apply(frame)
        else:
            self.post(frame)

    def _followed_failed(self, error: Exception) -> None:
        self.report(Fault(problem=f"the followed observable failed: {error!r}", error=error))

    def post(self, frame: Frame) -> None:
        """Hand a frame over from any thread; the store's own applies it at its next ``drain``. Never blocks."""
        self._handed.put(frame)

    def on_post(self, wake: Callable[[], object] | None) -> None:
        """Have ``wake`` called, in the posting thread, when something was posted after the last ``drain``.

        Called at once where something waits. With asyncio:
        ``store.on_post(lambda: loop.call_soon_threadsafe(store.drain))``.
        """
        self._handed.on_put(wake)

    def drain(self) -> int:
        """Apply what other threads posted, with one flush, then do what they ``call`` for. Answers how many frames."""
        self.here()
        handed = self._handed.take()
        frames = [each for each in handed if not isinstance(each, Call)]
        if frames:
            self.apply_all(frames)
        for each in handed:
            if isinstance(each, Call):
                self._perform(each)
        return len(frames)

    def _take_all(self, frames: Iterable[Frame]) -> None:
        take = self._take
        try:
            for number, frame in enumerate(frames, 1):
                self._line = number
                if (frame.__class__ is bytes or frame.__class__ is str) and (not frame or frame.isspace()):  # pyright: ignore[reportAttributeAccessIssue]
                    continue
                take(frame)
        finally:
            self._line = None

    def _take_part(self, frame: Frame, place: str) -> None:
        """Apply one frame of an answer, which stands at ``place`` in it."""
        self._place = place
        try:
            self._take(frame)
        finally:
            self._place = ""

    def _take(self, frame: Frame) -> None:
        """Apply one frame whole, or not at all."""
        state = self.state
        found = state.found
        kind: Any = None
        raw: Any = None
        if self._expecting:
            self._below(lambda: self._take(frame))
            return
        found.at = ""
        try:
            raw = decode(frame)
            kind = raw.get("type")
            event = read_event(raw, state.heard_at, found)
            if perform(state, event) and (at := event.created_at) > state.heard_at:
                state.heard_at = at
                self._heard(at)
        except Exception as error:
            if isinstance(error, Misplaced):
                error = error.within(raw)
            self._refuse(frame, kind, error)
            return
        self._written()
        if found.faults:
            for fault in found.faults:
                self.report(self._fault(frame, kind, fault))
            found.faults = []
        if found.users:
            found.users = []
        if self._event_listeners:
            if self._held is None:
                self.events.emit(event)
            else:
                self._held.append(event)

    def _below(self, work: Callable[[], object]) -> None:
        """Do ``work`` with the expectations lifted; listeners are told of its events when they are laid on again."""
        self._expecting, self._held = False, []
        self._overlay.lift()
        self._written()
        try:
            work()
        finally:
            self._overlay.lay(self._unexpected)
            self._written()
            held, self._held = self._held, None
            self._expecting = bool(self._overlay.frames)
        for event in held:
            self.events.emit(event)

    def _unexpected(self, frame: JsonObject, error: Exception) -> None:
        self.report(self._fault(frame, frame.get("type"), error))

    def _take_answer(self, answer: Mapping[str, Any] | bytes | str, age: Age, asked: Asked) -> None:
        found = self.state.found
        if self._expecting:
            self._below(lambda: self._take_answer(answer, age, asked))
            return
        try:
            settle_answer(self.state, decode(answer), age, self._take_part, asked)
        except Exception as error:
            self._refuse(answer, None, error)
            return
        self._written()
        for fault in found.faults:
            self.report(self._fault(answer, None, fault))
        found.faults, found.users = [], []

    def _refuse(self, frame: Any, kind: Any, error: Exception) -> None:
        """Take back what a frame wrote, and report what was wrong with it."""
        fault = self._fault(frame, kind, error)
        self.state.undo()
        found = self.state.found
        self.state.forget_copies()
        found.users, found.faults, found.at, found.along = [], [], "", False
        self.report(fault)

    def _fault(self, frame: Any, kind: Any, error: Exception) -> Fault:
        path = None
        if isinstance(error, Malformed):
            if error.path:
                error = error.under(self.state.found.at).under("$")
            if self._place:
                error = Malformed(error.expected, error.got, f"$.{self._place}{error.path[1:]}")
            problem, path = str(error), error.path or "$"
        else:
            problem = f"{type(error).__name__}: {error}"
        kind = kind if isinstance(kind, str) and kind else None
        return Fault(problem=problem, kind=kind, path=path, line=self._line, frame=frame, error=error)


__all__ = ["Changes", "Store"]
