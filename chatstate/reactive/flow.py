"""When work is done on a state, and when what it changed is told: one piece after the other, each with its flush."""

import logging
import threading
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self, TypeVar

import attrs
from reactivex import abc
from reactivex.disposable import Disposable

from chatstate.clock import SECOND
from chatstate.errors import Fault, SelectorError, WrongThreadError
from chatstate.reactive.graph import Graph, shows_same
from chatstate.reactive.handover import Call, Handover
from chatstate.reactive.lists import ListSelector
from chatstate.reactive.selector import Selector
from chatstate.reactive.timer import FrameSource, Timer, frames
from chatstate.signal import Signal
from chatstate.state.state import State
from chatstate.state.table import Table
from chatstate.views.entry import Views

log = logging.getLogger(__name__)

T = TypeVar("T")


@attrs.frozen
class Changes:
    """What one flush changed: by table, for each key the row before and after (None where there was or is none)."""

    tables: Mapping[str, Mapping[Any, tuple[Any, Any]]]


class Flow(Views):
    """A state that belongs to one thread, with what is derived from it and those who listen."""

    def __init__(self, state: State, scheduler: abc.SchedulerBase | None) -> None:
        super().__init__(state)
        self._thread = threading.get_ident()
        self.changes: Signal[Changes] = Signal(self._listener_raised)
        """What each flush changed."""
        self.faults: Signal[Fault] = Signal(self._fault_listener_raised)
        """What could not be applied, and which listeners and selectors raised."""
        self._change_listeners = self.changes.listeners
        self._touched: dict[tuple[Table[Any, Any], Any], Any] = {}
        self._waiting: deque[Callable[[], object]] = deque()
        self._gathered: list[Callable[[], object]] | None = None
        self._busy = False
        self._batches = 0
        self._graph = Graph(state, self._selector_failed)
        self._timer = None if scheduler is None else Timer(self._graph, scheduler, self.tick)
        if self._timer is not None:
            self._graph.rearm = self._timer.arm
        self._ask: Callable[[], object] | None = None
        self._asks: list[Callable[[], object]] = []
        """How to ask for a frame: the one that was given last holds."""
        self._asked = False
        self._handed = Handover()

    def select(self, function: Callable[[Self], T]) -> Selector[T]:
        """An observable of what a function of the store answers: at once, and then when that has changed.

        What the function reads of the store is noted, and only what changes there runs it again: no more than once a
        flush, after everything has settled. What it raises is told on ``faults``, and its stream goes on.
        Raises ``TypeError`` for what is no function.
        """
        _must_be_a_function(function)
        return Selector(self._graph, lambda: function(self), function, self._within, self.call)

    def select_list(
        self, function: Callable[[Self], Iterable[T]], *, key: Callable[[T], Hashable] | None = None
    ) -> ListSelector[T]:
        """An observable of a list a function of the store answers: first a ``Reset``, then diffs, one tuple a flush.

        A view in the list counts as changed when what it shows has; ``each`` tells something else of the elements.
        ``key`` tells elements apart; left out, a view is told from others by what it is of. A whole live sequence, as
        ``messages`` or a query, is followed at O(log n) a change; of any other list the keys are compared.
        Raises ``TypeError`` for what is no function.
        """
        _must_be_a_function(function)
        return ListSelector(self._graph, lambda: function(self), function, self._within, self.call, key=key)

    @contextmanager
    def batch(self) -> Iterator[Self]:
        """Apply several events with one flush at the end."""
        self.here()
        if self._busy:
            outer, self._gathered = self._gathered, []
            try:
                yield self
            finally:
                gathered, self._gathered = self._gathered, outer
                self._do(lambda: [work() for work in gathered])
            return
        self._batches += 1
        try:
            yield self
        finally:
            self._batches -= 1
            self._run(_nothing)

    def flush(self) -> None:
        """Settle and tell what has changed, now. Only who uses ``flush_on`` has a reason to call it."""
        self.here()
        self._do(self._flush)

    def flush_on(self, source: FrameSource) -> abc.DisposableBase:
        """From now on, flush no more than once a frame, until the returned Disposable is disposed of.

        ``source`` is a scheduler (sixty frames a second), an observable that ticks, or a function that takes a callback
        and calls it at the next frame, as widget toolkits have; all of them in the store's own thread. Views are live
        meanwhile; ``changes``, selectors and lists wait for the frame. Of several sources the one given last holds.
        Raises ``TypeError`` for anything else.
        """
        self.here()
        ask, subscription = frames(source, self._frame)
        self._asks.append(ask)
        self._ask, self._asked = ask, False

        def stop() -> None:
            subscription.dispose()
            self._asks.remove(ask)
            self._ask, self._asked = self._asks[-1] if self._asks else None, False
            self._within(_nothing)

        return Disposable(stop)

    def tick(self) -> float | None:
        """Flush what has ended by itself. Answers in how many seconds something else does; None where nothing will."""
        self.here()
        self._do(self._flush)
        left = self._graph.next_end()
        return None if left is None else left / SECOND

    def call(self, work: Callable[[], object]) -> None:
        """Have ``work`` done in the store's own thread: at once in it, from another at its next ``drain``.

        Never blocks. What it raises after it was handed over is told on ``faults``.
        """
        if threading.get_ident() == self._thread:
            work()
        else:
            self._handed.put(Call(work))

    def here(self) -> None:
        """Raise ``WrongThreadError`` in another thread than the store's own."""
        if threading.get_ident() != self._thread:
            raise WrongThreadError

    def _do(self, work: Callable[[], object]) -> None:
        """Do ``work`` now, or after the flush that is running; within a batch, with the rest of it."""
        if self._graph.recorder.running:
            raise SelectorError
        if self._gathered is not None:
            self._gathered.append(work)
        elif self._busy:
            self._waiting.append(work)
        else:
            self._run(work)

    def _within(self, work: Callable[[], None]) -> None:
        """Do ``work`` now, and what it sets off afterwards."""
        self.here()
        if self._busy:
            work()
        else:
            self._run(work)

    def _run(self, work: Callable[[], object]) -> None:
        """Do ``work`` and what comes in meanwhile, each with its flush, one after the other."""
        self._busy = True
        try:
            while True:
                work()
                if not self._batches:
                    self._flush_in_time()
                if not self._waiting:
                    break
                work = self._waiting.popleft()
        finally:
            self._busy = False
        if self._timer is not None:
            self._timer.arm()

    def _written(self) -> None:
        """An event has been applied whole: note who is concerned, and what to tell."""
        log = self.state.log
        if self._graph.nodes:
            self._graph.notice()
        if log:
            if self._change_listeners:
                touched = self._touched
                for table, key, before in log:
                    touched.setdefault((table, key), before)
            log.clear()

    def _flush_in_time(self) -> None:
        """Flush, or ask for a frame to do it in."""
        if self._ask is None:
            self._flush()
        elif not self._asked and (self._touched or self._graph.is_stale):
            self._asked = True
            self._ask()

    def _frame(self) -> None:
        self._asked = False
        self.flush()

    def _flush(self) -> None:
        """First let everything settle, then tell."""
        graph = self._graph
        if graph.nodes and not graph.is_at_rest:
            graph.settle()
        if self._touched:
            self._tell_changes()
        if graph.changed or graph.failed:
            graph.tell()

    def _tell_changes(self) -> None:
        touched, self._touched = self._touched, {}
        tables: dict[str, dict[Any, tuple[Any, Any]]] = {}
        for (table, key), before in touched.items():
            after = table.get(key)
            if before is not after and not shows_same(before, after):
                tables.setdefault(table.name, {})[key] = (before, after)
        if tables:
            self.changes.emit(Changes(tables))

    def _perform(self, call: Call) -> None:
        """Do what was handed over; what it raises hurts nothing that was handed over with it."""
        try:
            call.work()
        except Exception as error:
            problem = f"work that was handed over raised {type(error).__name__}: {error}"
            self.report(Fault(problem=problem, error=error))

    def report(self, fault: Fault) -> None:
        """Tell of a fault: those who listen to ``faults``, else the log."""
        log.log(logging.DEBUG if self.faults.listeners else logging.WARNING, "%s", fault)
        self.faults.emit(fault)

    def _selector_failed(self, error: Exception, selector: Any) -> None:
        problem = f"{selector!r} raised {type(error).__name__}: {error}"
        self.report(Fault(problem=problem, error=error, selector=selector))

    def _listener_raised(self, error: Exception) -> None:
        self.report(Fault(problem=f"a subscriber raised {type(error).__name__}: {error}", error=error))

    def _fault_listener_raised(self, error: Exception) -> None:
        log.error("a subscriber of faults raised", exc_info=error)


def _must_be_a_function(function: Any) -> None:
    if not callable(function):
        raise TypeError(f"a selector is made of a function of the store, like selectors.unread(cid); got {function!r}")


def _nothing() -> None:
    return None
