"""Lists that leave as diffs."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from chatstate.reactive.diffs import Diffs, Insert, ListDiff, Remove, Reset, Set, merged, moves_between
from chatstate.reactive.following import Feed
from chatstate.reactive.graph import Graph
from chatstate.reactive.look import look, same
from chatstate.reactive.node import Reading
from chatstate.reactive.selector import Call, Derived, Told, Within
from chatstate.stream import Merged, Stream
from chatstate.views.base import View
from chatstate.views.live import Live

T = TypeVar("T")
U = TypeVar("U")


class ListSelector(Derived[Diffs[T]]):
    """An observable of a list: first a ``Reset`` with what is in it, then after each flush what has changed."""

    def __init__(
        self,
        graph: Graph,
        function: Callable[[], Any],
        source: Callable[..., Any],
        within: Within,
        call: Call,
        *,
        item: Callable[[Any], T] | None = None,
        key: Callable[[Any], Hashable] | None = None,
    ) -> None:
        super().__init__(graph, function, source, within, call)
        self.item = item
        self.key = key or _key_of

    def each(self, show: Callable[[T], U]) -> "ListSelector[U]":
        """The same list, told as what ``show`` makes of each element.

        What ``show`` reads is noted for each element apart: it runs again for those where that has changed, and an
        element is told as changed when its outcome differs. What it raises is told on ``faults``, and the last outcome
        stands.
        """
        first = self.item
        shown: Callable[[Any], U] = show if first is None else lambda element: show(first(element))
        return ListSelector(
            self._graph, self.function, self._source, self._within, self._call, item=shown, key=self.key
        )

    def _make(self) -> "ListNode[T]":
        return ListNode(self._graph, self)

    @property
    def value(self) -> list[T]:
        """The list now. O(its length) while somebody listens and nothing has changed since; else the function runs.

        Raises what the functions raise.
        """
        node: ListNode[T] | None = self._now()
        if node is not None:
            return node.outcome()
        elements = list(self.function())
        return elements if self.item is None else [self.item(element) for element in elements]

    def stream(self, limit: int = 1000) -> Stream[Diffs[T]]:
        """The diffs as an async iterator: what a slow consumer has left is merged; past ``limit``, one ``Reset``."""
        return Stream(self, Merged(merged, limit, self.whole, len))

    def whole(self) -> Diffs[T]:
        """One ``Reset`` in the place of all diffs that were told so far, for a listener to whom they are too many.

        Asked elsewhere than in a listener, it is what the list is now. O(its length).
        """
        node: ListNode[T] | None = self._node
        # Not the value: it may have changed by the clock since the flush, and the next diffs will tell that too.
        return (Reset(tuple(self.value if node is None else node.standing())),)


def _key_of(element: Any) -> Hashable:
    """What an element is told from others by: a view by what it is of, anything else by itself."""
    if isinstance(element, View):
        return element.identity
    try:
        hash(element)
    except TypeError:
        return "unhashable"
    return element  # type: ignore[no-any-return]


class Item(Reading):
    """One element of a list: what is shown of it, looked at again when that changes."""

    __slots__ = ("_look", "element", "key", "owner", "value")

    def __init__(self, owner: "ListNode[Any]", key: Hashable, element: Any) -> None:
        super().__init__(owner.graph)
        self.owner = owner
        self.key = key
        self.element = element
        self.value: Any = None
        self._look: Any = None

    def wake(self, key: Any, before: Any, after: Any) -> None:
        self.owner.look_again(self.key)

    def suspect(self) -> None:
        self.owner.look_again(self.key)

    def refresh(self) -> bool:
        """Look again. Answers whether it shows something else now."""
        self.owner.graph.runs += 1
        try:
            value, appears = self.run(self._look_at)
        except Exception as error:
            self.owner.graph.failed.append((error, self.owner.selector))
            return False
        if same(appears, self._look):
            return False
        self.value, self._look = value, appears
        return True

    def _look_at(self) -> tuple[Any, Any]:
        item = self.owner.selector.item  # type: ignore[attr-defined]
        value = self.element if item is None else item(self.element)
        return value, look(value)


class ListNode(Told[Diffs[T]]):
    """A list selector at work.

    Where the function answers a live sequence, changes of its order are followed one by one, O(log n) each. Of any
    other list, what has changed is found by comparing its keys with those before, O(its length).
    """

    __slots__ = ("_begun", "_dirty", "_elements", "_feed", "_items", "_order", "_rerun", "pending")

    def __init__(self, graph: Graph, selector: ListSelector[T]) -> None:
        super().__init__(graph, selector)
        self._rerun = True
        self._begun = False
        self._feed: Feed | None = None
        self._order: list[Hashable] = []
        """The keys, in order, where no feed tells."""
        self._elements: dict[Hashable, Any] = {}
        self._items: dict[Hashable, Item] = {}
        self._dirty: dict[Hashable, None] = {}
        self.pending: Diffs[T] = ()
        """What has not been told yet."""

    def outcome(self) -> list[T]:
        """The list now. Raises what the function raised when it ran last. O(its length)."""
        if self.error is not None:
            raise self.error
        return self.standing()

    def standing(self) -> list[T]:
        """The list at the last flush. O(its length)."""
        order = self._order if self._feed is None else self._feed.ids_told()
        return [self._items[key].value for key in order]

    def listen(self, listener: Callable[[Any], object]) -> int:
        if self._feed is not None and self._feed.is_lost:
            self.refresh()
        return super().listen(listener)

    def wake(self, key: Any, before: Any, after: Any) -> None:
        self._rerun = True
        super().wake(key, before, after)

    def follow(self) -> None:
        """What the feed follows has moved."""
        super().wake(None, None, None)

    def look_again(self, key: Hashable) -> None:
        """What is shown of an element may have changed."""
        self._dirty[key] = None
        super().wake(None, None, None)

    def distrust(self) -> None:
        self._rerun, self._begun = True, False
        self._unfollow()

    def compute(self) -> bool:
        if self.error is not None and not self._rerun:
            return False  # what the function raised stands until something that it read has changed
        try:
            diffs = self._restructured() if self._rerun else self._moved()
        except Exception as error:
            self.failed(error)
            return True
        recovered, self.error = self.error is not None, None
        diffs += self._changed()
        if not diffs:
            return recovered
        if self.listeners:
            self.pending = merged(self.pending, tuple(diffs))
            self.graph.changed[self] = None
        return True

    def _restructured(self) -> list[ListDiff[Any]]:
        """Run the function again."""
        self._rerun = False
        self.graph.runs += 1
        source = self.run(self._answer)
        if isinstance(source, Live):
            if self._feed is not None and self._feed.source == source:
                return self._moved()
            self._follow(source)
            return self._reset()
        anew = self._feed is not None or not self._begun
        self._unfollow()
        before, self._elements = self._order, _by_key(source, self.selector.key)  # type: ignore[attr-defined]
        self._order = list(self._elements)
        return self._reset() if anew else self._filled(moves_between(before, self._order))

    def _answer(self) -> Any:
        answer = self.selector.function()
        # What can be followed stays what it is; anything else is read now, while reads are noted.
        return answer if isinstance(answer, Live) and Feed.can_follow(answer) else list(answer)

    def _follow(self, source: Live[Any]) -> None:
        self._unfollow()
        self._feed = Feed(self.graph, self, source)
        self._order, self._elements = [], {}

    def _unfollow(self) -> None:
        if self._feed is not None:
            self._feed.forget()
            self._feed = None

    def _moved(self) -> list[ListDiff[Any]]:
        """What the feed tells."""
        if self._feed is None:
            return []
        diffs = self._feed.diffs()
        return self._reset() if diffs is None else self._filled(diffs)

    def _reset(self) -> list[ListDiff[Any]]:
        """Begin anew with what is in the list now."""
        self._begun = True
        order = self._order if self._feed is None else self._feed.ids()
        for key in [*self._items]:
            self._drop(key)
        return [Reset(tuple([self._added(key) for key in order]))]

    def _filled(self, diffs: list[ListDiff[Any]]) -> list[ListDiff[Any]]:
        """Diffs of keys, with the values in the place of the keys."""
        if any(isinstance(diff, Remove) for diff in diffs):
            left = [key for key in self._items if key not in self._elements] if self._feed is None else self._feed.left
            for key in left:
                self._drop(key)
        self._renew()
        return [Insert(diff.at, self._added(diff.item)) if isinstance(diff, Insert) else diff for diff in diffs]

    def _renew(self) -> None:
        """Elements that are equal by key may still be others; views are not."""
        for key, element in self._elements.items():
            item = self._items.get(key)
            if item is not None and not isinstance(element, View) and not same(item.element, element):
                item.element = element
                self._dirty[key] = None

    def _added(self, key: Hashable) -> T:
        element = self._elements[key] if self._feed is None else self._feed.element(key)
        item = self._items[key] = Item(self, key, element)
        item.refresh()
        self._dirty.pop(key, None)
        value: T = item.value
        return value

    def _drop(self, key: Hashable) -> None:
        item = self._items.pop(key, None)
        if item is not None:
            item.forget()
        self._dirty.pop(key, None)

    def _changed(self) -> list[ListDiff[Any]]:
        """The elements that show something else now."""
        dirty, self._dirty = self._dirty, {}
        changed = [key for key in dirty if key in self._items and self._items[key].refresh()]
        if not changed:
            return []
        if self._feed is None:
            places: dict[Hashable, int] = {key: at for at, key in enumerate(self._order)}
        else:
            places = {key: self._feed.place(key) for key in changed}
        return [Set(places[key], self._items[key].value) for key in sorted(changed, key=places.__getitem__)]

    def greet(self, listener: Callable[[Diffs[T]], object]) -> None:
        if self._begun:
            self.send_to(listener, (Reset(tuple(self.standing())),))

    def tell(self) -> None:
        pending, self.pending = self.pending, ()
        if pending:
            self.send(pending)

    def end(self) -> None:
        self._unfollow()
        for item in self._items.values():
            item.forget()
        self.selector.dropped()


def _by_key(elements: list[Any], key: Callable[[Any], Hashable]) -> dict[Hashable, Any]:
    """Elements by their keys, in order; of several with one key, the later ones by key and number."""
    found: dict[Hashable, Any] = {}
    for element in elements:
        name, number = key(element), 0
        distinct: Hashable = name
        while distinct in found:
            number += 1
            distinct = (name, number)
        found[distinct] = element
    return found
