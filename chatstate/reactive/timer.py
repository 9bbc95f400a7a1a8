"""When to flush: once something ends by itself, and no more than once a frame."""

from collections.abc import Callable
from typing import Any

from reactivex import Observable, abc
from reactivex.disposable import Disposable

from chatstate.clock import SECOND
from chatstate.reactive.graph import Graph

FRAME = 1 / 60
"""How many seconds a scheduler lets pass between two flushes."""

FrameSource = abc.SchedulerBase | Observable[Any] | Callable[[Callable[[], None]], object]
"""What says when to flush: a scheduler, an observable that ticks, or a function that calls back at the next frame."""


class Timer:
    """One timer, for whatever that was read ends next by itself. Where nothing does, there is none."""

    def __init__(self, graph: Graph, scheduler: abc.SchedulerBase, work: Callable[[], object]) -> None:
        self._graph = graph
        self._scheduler = scheduler
        self._work = work
        self._due: int | None = None
        self._armed: abc.DisposableBase = Disposable()

    def arm(self) -> None:
        """See to it that the timer goes off in time: too early does no harm, it is armed again."""
        left = self._graph.next_end()
        if left is None:
            self._disarm()
            return
        due = self._graph.state.clock.monotonic() + left
        if self._due is None or due < self._due:
            self._disarm()
            self._due = due
            self._armed = self._scheduler.schedule_relative(left / SECOND, self._go_off)

    def _disarm(self) -> None:
        if self._due is not None:
            self._due = None
            self._armed.dispose()

    def _go_off(self, scheduler: abc.SchedulerBase, state: Any = None) -> None:
        self._due = None
        self._work()


def frames(source: FrameSource, flush: Callable[[], None]) -> tuple[Callable[[], object], abc.DisposableBase]:
    """How to ask for the next frame, at which ``flush`` is called, and what ends it. Raises ``TypeError``."""
    if isinstance(source, Observable):
        return _nothing, source.subscribe(lambda _: flush())
    if isinstance(source, abc.SchedulerBase):
        scheduler = source
        return lambda: scheduler.schedule_relative(FRAME, lambda *_: flush()), Disposable()
    if callable(source):
        ask = source
        return lambda: ask(flush), Disposable()
    raise TypeError(f"frames come from a scheduler, an observable or a function, not from {source!r}")


def _nothing() -> None:
    return None
