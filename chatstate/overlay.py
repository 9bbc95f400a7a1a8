"""What I expect the service to tell, laid over what it told.

An expectation is a frame, performed like any other. It is taken off before anything of the service's is applied, and
performed again on top of it, as a rebase does with commits. So what the service says never meets what I expected: it is
settled with its own earlier words alone, a newer word wins by its time, and what is withdrawn leaves no trace.
"""

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from chatstate.clock import LIMIT, Timestamp
from chatstate.model import JsonObject
from chatstate.settle.channels import the_channel
from chatstate.settle.rooms import is_over
from chatstate.state.state import State
from chatstate.state.table import Undo
from chatstate.wire import read_event

Report = Callable[[JsonObject, Exception], None]


class Overlay:
    """Expected frames by key, in the order they were laid on. Laying and lifting are O(what they write)."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._frames: dict[Hashable, JsonObject] = {}
        self._writes: list[Undo] = []

    @property
    def frames(self) -> Mapping[Hashable, JsonObject]:
        """What is expected now, by key."""
        return self._frames

    def put(self, key: Hashable, frame: JsonObject) -> None:
        """Expect ``frame`` under ``key``, in the place of what was expected under it. Call it while lifted."""
        self._frames[key] = frame

    def drop(self, key: Hashable) -> None:
        """Expect nothing under ``key``. Call it while lifted."""
        self._frames.pop(key, None)

    def lift(self) -> None:
        """Take back what the expectations wrote; the state's log tells of it, as of every write."""
        log = self._state.log
        for table, key, before in reversed(self._writes):
            log.append((table, key, table.get(key)))
            table.restore(key, before)
        if self._writes:
            self._state.forget_copies()
        self._writes = []

    def lay(self, report: Report) -> None:
        """Perform every expectation; one that cannot be is reported, and expected no longer."""
        state = self._state
        for key, frame in list(self._frames.items()):
            start = len(state.log)
            try:
                self._perform(frame)
            except Exception as error:
                self._undo(start)
                self._frames.pop(key)
                report(frame, error)
            state.found.users, state.found.faults, state.found.at, state.found.along = [], [], "", False
        self._writes = list(state.log)

    def _perform(self, frame: JsonObject) -> None:
        """Run the frame's own reducer, and nothing else: it tells nothing of its channel, its users or the counters."""
        state = self._state
        event: Any = read_event(frame, state.heard_at, state.found)
        if event.REDUCER is None:
            return
        if event.cid is not None:
            if event.cid in state.closed and is_over(state, event.cid, Timestamp(LIMIT)):
                return
            the_channel(state, event.cid)
        event.REDUCER(state, event)

    def _undo(self, start: int) -> None:
        log = self._state.log
        while len(log) > start:
            table, key, before = log.pop()
            table.restore(key, before)
