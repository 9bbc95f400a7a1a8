"""Selectors: observables of values that were made of a store."""

from collections.abc import Callable
from itertools import count
from types import CodeType
from typing import Any, Generic, TypeVar

from reactivex import Observable, abc
from reactivex.disposable import Disposable, SingleAssignmentDisposable

from chatstate.reactive.graph import Graph
from chatstate.reactive.look import look, same
from chatstate.reactive.node import Node
from chatstate.stream import Policy, Stream, queued

T = TypeVar("T")

Within = Callable[[Callable[[], None]], None]
"""Does something in the store's own thread, with what it sets off done after it."""

Call = Callable[[Callable[[], object]], None]
"""Has something done in the store's own thread, from any."""

_NOTHING: Any = object()


class Told(Node, Generic[T]):
    """A node that people listen to."""

    __slots__ = ("_keys", "error", "listeners", "selector")

    def __init__(self, graph: Graph, selector: "Derived[T]") -> None:
        super().__init__(graph)
        self.selector = selector
        self.error: Exception | None = None
        """What the function raised when it ran last."""
        self.listeners: dict[int, Callable[[Any], object]] = {}
        self._keys = count()

    @property
    def wanted(self) -> bool:
        return bool(self.listeners) or bool(self.dependents)

    def listen(self, listener: Callable[[Any], object]) -> int:
        """Tell ``listener`` what is so now, and then each change."""
        if self in self.graph.changed:  # or the newcomer would hear of it twice
            del self.graph.changed[self]
            self.tell()
        key = next(self._keys)
        self.listeners[key] = listener
        self.greet(listener)
        return key

    def leave_off(self, key: int) -> None:
        """Tell that listener nothing more. O(1), and O(what was read) for the last one."""
        self.listeners.pop(key, None)
        self.leave()
        self.graph.rearm()

    def greet(self, listener: Callable[[Any], object]) -> None:
        """Tell a new listener what is so."""
        raise NotImplementedError

    def tell(self) -> None:
        """Tell all listeners what has changed."""
        raise NotImplementedError

    def failed(self, error: Exception) -> None:
        """The function raised: its last value stands, and the next change runs it again."""
        self.error = error
        self.graph.failed.append((error, self.selector))

    def send(self, value: Any) -> None:
        """Tell everybody who listens, in the order they came; who left on the way is passed over."""
        for key, listener in tuple(self.listeners.items()):
            if key in self.listeners:
                self.send_to(listener, value)

    def send_to(self, listener: Callable[[Any], object], value: Any) -> None:
        """Tell one listener; what it raises hurts nobody."""
        try:
            listener(value)
        except Exception as error:
            self.graph.report(error, self.selector)


class Derived(Observable[T]):
    """What selectors of values and of lists have in common: a function, and a node while somebody listens."""

    def __init__(
        self, graph: Graph, function: Callable[[], Any], source: Callable[..., Any], within: Within, call: Call
    ) -> None:
        super().__init__()
        self.function = function
        self._graph = graph
        self._source = source
        self._within = within
        self._call = call
        self._node: Any = None

    def _make(self) -> "Told[T]":
        raise NotImplementedError

    def subscribe(
        self,
        on_next: abc.ObserverBase[T] | abc.OnNext[T] | None = None,
        on_error: abc.OnError | None = None,
        on_completed: abc.OnCompleted | None = None,
        *,
        scheduler: abc.SchedulerBase | None = None,
    ) -> abc.DisposableBase:
        """Be told what is so now, at once, and then each change, after the flush that brought it.

        A selector neither fails nor ends: ``on_error`` and ``on_completed`` are never called; what the function or an
        observer raises is told on the store's ``faults``. Disposing is O(1), for the last O(what the function read).
        Raises ``WrongThreadError`` in another thread than the store's own.
        """
        listener: Any = on_next
        if isinstance(listener, abc.ObserverBase) or (listener is not None and not callable(listener)):
            listener = listener.on_next
        listening: list[Callable[[], None]] = []

        def listen() -> None:
            node = self._live()
            self._graph.tell_failures()
            key = node.listen(listener or _ignore)
            listening.append(lambda: node.leave_off(key))

        self._within(listen)
        return Disposable(listening[0])

    def attach(self, listener: Callable[[T], None]) -> abc.DisposableBase:
        """``subscribe``, and disposing, from any thread; ``listener`` is always called in the store's own.

        From another thread it is subscribed at the store's next ``drain``.
        """
        subscription = SingleAssignmentDisposable()
        attached = Disposable(lambda: self._call(subscription.dispose))

        def subscribe() -> None:
            if not attached.is_disposed:
                subscription.disposable = self.subscribe(listener)

        self._call(subscribe)
        return attached

    def _live(self) -> Any:
        """The node that follows the store, made if nobody has wanted it yet."""
        node = self._node
        if node is None:
            node = self._node = self._make()
            node.refresh()
        return node

    def _now(self) -> Any:
        """The node, if it can be asked now. While another function runs, that one depends on it from now on."""
        recorder = self._graph.recorder
        if not recorder.running:
            return self._node if self._node is not None and self._node.is_fresh else None
        node = self._live()
        node.refresh()
        recorder.notes.nodes[node] = None
        return node

    def dropped(self) -> None:
        """Nobody listens any more."""
        self._node = None

    @property
    def name(self) -> str:
        """What the function is called, and where it was written."""
        code = getattr(self._source, "__code__", None)
        called = getattr(self._source, "__qualname__", type(self._source).__qualname__).replace("<locals>.", "")
        return f"{called}, line {code.co_firstlineno}" if isinstance(code, CodeType) else called

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"


class Selector(Derived[T]):
    """An observable of one value, told when it differs from the one before."""

    def _make(self) -> "ValueNode[T]":
        return ValueNode(self._graph, self)

    @property
    def value(self) -> T:
        """The value now. O(1) while somebody listens and nothing has changed since; else the function runs.

        Raises what the function raises.
        """
        node = self._now()
        value: T = self.function() if node is None else node.outcome()
        return value

    def stream(self, policy: Policy = "latest", limit: int = 1000) -> Stream[T]:
        """The values as an async iterator: a slow consumer skips to the newest, unless ``policy`` lets more wait."""
        return queued(self, policy, limit)


class ValueNode(Told[T]):
    """A selector at work."""

    __slots__ = ("_look", "value")

    def __init__(self, graph: Graph, selector: Selector[T]) -> None:
        super().__init__(graph, selector)
        self.value: Any = _NOTHING
        self._look: Any = _NOTHING

    def outcome(self) -> T:
        """The value. Raises what the function raised when it ran last."""
        if self.error is not None:
            raise self.error
        value: T = self.value
        return value

    def compute(self) -> bool:
        self.graph.runs += 1
        failed_before = self.error is not None
        try:
            value, appears = self.run(self._look_at)
        except Exception as error:
            self.failed(error)
            return True
        self.error = None
        if same(appears, self._look):
            return failed_before
        self.value, self._look = value, appears
        if self.listeners:
            self.graph.changed[self] = None
        return True

    def _look_at(self) -> tuple[T, Any]:
        value = self.selector.function()
        return value, look(value)

    def greet(self, listener: Callable[[T], object]) -> None:
        if self.value is not _NOTHING:
            self.send_to(listener, self.value)

    def tell(self) -> None:
        self.send(self.value)

    def end(self) -> None:
        self.selector.dropped()


def _ignore(value: object) -> None:
    return None
