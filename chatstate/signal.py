"""An Observable to which the store speaks: quick, ordered, and deaf to what its listeners throw."""

from collections.abc import Callable
from itertools import count
from typing import Any, TypeVar

from reactivex import Observable, abc
from reactivex.disposable import Disposable

from chatstate.stream import Policy, Stream, queued

T = TypeVar("T")


class Signal(Observable[T]):
    """Values as they come, to whoever listens at the time.

    A listener that raises hurts neither the others nor its own subscription; ``report`` is told. Subscribing and
    disposing are O(1), ``emit`` is O(listeners).
    """

    def __init__(self, report: Callable[[Exception], None]) -> None:
        super().__init__()
        self._report = report
        self.listeners: dict[int, Callable[[T], object]] = {}
        self._keys = count()

    def subscribe(
        self,
        on_next: abc.ObserverBase[T] | abc.OnNext[T] | None = None,
        on_error: abc.OnError | None = None,
        on_completed: abc.OnCompleted | None = None,
        *,
        scheduler: abc.SchedulerBase | None = None,
    ) -> abc.DisposableBase:
        """Listen from now on. A signal neither fails nor ends: ``on_error`` and ``on_completed`` are never called."""
        key = next(self._keys)
        listener: Any = on_next
        if isinstance(listener, abc.ObserverBase) or (listener is not None and not callable(listener)):
            listener = listener.on_next
        self.listeners[key] = listener or _ignore
        return Disposable(lambda: self._forget(key))

    def stream(self, policy: Policy = "oldest", limit: int = 1000) -> Stream[T]:
        """The values as an async iterator; of those that wait for a slow consumer, ``policy`` says which give way."""
        return queued(self, policy, limit)

    def _forget(self, key: int) -> None:
        self.listeners.pop(key, None)

    def emit(self, value: T) -> None:
        """Tell everybody who listens, in the order they came; who left on the way is passed over."""
        for key, listener in tuple(self.listeners.items()):
            if key not in self.listeners:
                continue
            try:
                listener(value)
            except Exception as error:
                self._report(error)


def _ignore(value: object) -> None:
    return None
