"""From a selector to a widget: through a mailbox that conflates, into the widget's thread, at most once a frame."""

import asyncio
import math
import threading
import time
import weakref
from collections.abc import Callable, Hashable
from contextlib import suppress
from typing import Any, Generic, TypeVar

from reactivex import abc

from chatstate.bindings.kept import Kept
from chatstate.bindings.lasting import lasting
from chatstate.reactive import Insert, ListSelector, Reset, Selector, Set, merged
from chatstate.reactive.selector import Derived
from chatstate.reactive.timer import FRAME
from chatstate.stream import Mailbox, Merged, Queue
from chatstate.views.base import View
from chatstate.views.known import Known
from chatstate.views.live import Live

T = TypeVar("T")
W = TypeVar("W")

MANY = 1000
"""How many diffs may wait for one frame; of more, the list begins anew."""

EARLY = 0.001
"""Timers go off so much too early, and nobody minds."""

Ask = Callable[[float, Callable[[], None]], object]
"""Calls back in the thread of the widgets, in so many seconds. It is itself called from any thread."""


class Frames:
    """The frames of one thread of widgets: what waits is delivered at once, and then nothing for so many seconds."""

    def __init__(self, ask: Ask, *, every: float = FRAME, now: Callable[[], float] = time.monotonic) -> None:
        self.shown = 0
        """How many frames there were, for those who count."""
        self._ask = ask
        self._every = every
        self._now = now
        self._lock = threading.Lock()
        self._wanting: list[Delivery[Any, Any]] = []
        self._next = -math.inf

    def want(self, delivery: "Delivery[Any, Any]") -> None:
        """Have it delivered in the next frame. From any thread."""
        with self._lock:
            self._wanting.append(delivery)
            asked = len(self._wanting) > 1
        if not asked:
            self._ask(max(0.0, self._next - self._now()), self.show)

    def show(self) -> None:
        """Deliver all that waits; what comes meanwhile waits for the next frame. Raises what widgets raise, at last."""
        early = self._next - self._now()
        if early > EARLY:
            self._ask(early, self.show)
            return
        with self._lock:
            wanting, self._wanting = self._wanting, []
        self.shown += 1
        errors = self._deliver(wanting)
        # From the end on, so that slow widgets leave their thread time for other things.
        self._next = self._now() + self._every
        if len(errors) == 1:
            raise errors[0]
        if errors:
            raise ExceptionGroup("widgets could not show what they were told", errors)

    def _deliver(self, wanting: "list[Delivery[Any, Any]]") -> list[Exception]:
        """Deliver to each, whatever another raises."""
        errors: list[Exception] = []
        for delivery in wanting:
            try:
                delivery.deliver()
            except Exception as error:
                errors.append(error)
        return errors


def of_loop(loop: asyncio.AbstractEventLoop) -> Frames:
    """The frames of widgets that live in the thread of an asyncio loop, which is not kept alive by them."""
    there = weakref.ref(loop)

    def ask(delay: float, work: Callable[[], None]) -> None:
        loop = there()
        if loop is not None:
            loop.call_soon_threadsafe(loop.call_later, delay, work)

    return Frames(ask)


class Delivery(abc.DisposableBase, Generic[W, T]):
    """What one selector tells, on its way to one widget.

    ``show`` is called in the widget's thread with the widget and what it has to show. The widget is not kept alive;
    when it is ``gone``, or the garbage collector has taken it, the selector is let go.
    """

    def __init__(
        self,
        target: W,
        source: Derived[T],
        mailbox: Mailbox[T],
        frames: Frames,
        *,
        show: Callable[[W, T], object],
        gone: Callable[[W], bool],
    ) -> None:
        self.count = 0
        """How often something was delivered, for those who count."""
        self._target = _weakly(target)
        self._source = source
        self._mailbox = mailbox
        self._frames = frames
        self._show = show
        self._gone = gone
        self._lock = threading.Lock()
        self._thread = threading.get_ident()
        self._asked = False
        self._failed = False
        self._over = False
        self._attached: abc.DisposableBase = source.attach(self.put)
        try:
            self.deliver()
        except BaseException:
            self.dispose()
            raise

    def put(self, value: T) -> None:
        """Take what the selector tells, in the store's thread. Raises ``TypeError`` for a view that would leave it."""
        if self._over or self._target() is None:
            self.dispose()
            return
        if threading.get_ident() != self._thread:
            _check_that_it_may_leave(value)
        with self._lock:
            if self._failed and isinstance(self._source, ListSelector):
                value = self._source.whole()  # type: ignore[assignment]
                self._failed = False
            self._mailbox.put(value)
            asked, self._asked = self._asked, True
        if not asked:
            self._frames.want(self)

    def deliver(self) -> None:
        """Show what waits, in the widget's thread. A list that raised while it did begins anew at its next change."""
        with self._lock:
            self._asked = False
            try:
                value = self._mailbox.take()
            except IndexError:
                return
        target = self._target()
        if self._over or target is None or self._gone(target):
            self.dispose()
            return
        self.count += 1
        try:
            self._show(target, value)
        except BaseException:
            self._failed = True
            raise

    def dispose(self) -> None:
        """Deliver nothing more, and let go of the selector. From any thread. O(1)."""
        self._over = True
        # The loop of a store that has ended cannot be woken, and nothing is left there to let go of.
        with suppress(RuntimeError):
            self._attached.dispose()


def deliver_value(
    target: W,
    source: Selector[T],
    frames: Frames,
    *,
    show: Callable[[W, T], object],
    gone: Callable[[W], bool] = lambda _: False,
) -> Delivery[W, T]:
    """Bring a widget the values of a selector; of those that come within a frame the last.

    Raises ``TypeError`` where the source is none, and what the widget raises when it is shown the first.
    """
    if not isinstance(source, Selector):
        raise TypeError(f"a value is bound to what store.select(...) answers, not to {source!r}")
    return Delivery(target, source, Queue("latest", 1), frames, show=show, gone=gone)


def deliver_list(
    target: W,
    source: ListSelector[T],
    frames: Frames,
    *,
    show: Callable[[W, Any], object],
    key: Callable[[T], Hashable] | None = None,
    gone: Callable[[W], bool] = lambda _: False,
) -> Delivery[W, Any]:
    """Bring a widget the diffs of a list; those that come within a frame are merged, without what came and went.

    Raises as ``deliver_value``.

    Without a ``key`` a list that is told anew is a ``Reset``; with one, what it has in common with the last one stays.
    """
    if not isinstance(source, ListSelector):
        raise TypeError(f"rows are bound to what store.select_list(...) answers, not to {source!r}")
    mailbox: Mailbox[Any] = Merged(merged, MANY, source.whole, len)
    shown = show if key is None else _keeping(show, Kept(key))
    return Delivery(
        target, source, mailbox, frames, show=lambda target, diffs: shown(target, lasting(diffs)), gone=gone
    )


def _keeping(show: Callable[[W, Any], object], kept: Kept[Any]) -> Callable[[W, Any], object]:
    def shown(target: W, diffs: Any) -> None:
        try:
            show(target, kept.told(diffs))
        except BaseException:
            kept.forget()
            raise

    return shown


def _weakly(target: W) -> Callable[[], W | None]:
    """A weak reference, where there can be one; a plain list is held fast."""
    try:
        return weakref.ref(target)
    except TypeError:
        return lambda: target


def _check_that_it_may_leave(value: Any) -> None:
    """Raise ``TypeError`` for what can be looked at in its store's thread only."""
    for each in value if isinstance(value, tuple) else (value,):
        match each:
            case Reset(items):
                _check_that_it_may_leave(items)
            case Insert(_, item) | Set(_, item):
                _check_that_it_may_leave(item)
            case View() | Live() | Known():
                raise TypeError(
                    f"{each!r} is looked at in its store's thread only; "
                    "have the selector, or each() of a list, answer what is to be shown of it"
                )
