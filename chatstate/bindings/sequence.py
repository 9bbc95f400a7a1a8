"""Selectors bound to anything like a ``MutableSequence``, as urwid's walkers and psygnal's lists, and to attributes."""

from collections.abc import Callable, Hashable, MutableSequence
from typing import Any, TypeVar

from reactivex import abc

from chatstate.bindings.delivery import Frames, deliver_list, deliver_value
from chatstate.bindings.sink import pour
from chatstate.reactive import ListSelector, Selector

__all__ = ["bind", "bind_list"]

T = TypeVar("T")
R = TypeVar("R")


def bind(target: object, name: str, source: Selector[T], *, frames: Frames | None = None) -> abc.DisposableBase:
    """Keep an attribute of any object as a selector tells. Raises ``AttributeError`` where it has none of that name.

    ``frames`` are those of the thread in which the object lives; left out, it is told at each flush, in the store's
    own. urwid's, for a store that is in its thread, are
    ``Frames(lambda delay, work: loop.set_alarm_in(delay, lambda *_: work()))``; asyncio's are ``of_loop(loop)``.
    """
    getattr(target, name)
    return deliver_value(target, source, frames or _at_once(), show=lambda target, value: setattr(target, name, value))


def bind_list(
    target: MutableSequence[R],
    source: ListSelector[T],
    *,
    row: Callable[[T], R] | None = None,
    key: Callable[[T], Hashable] | None = None,
    update: Callable[[R, T], object] | None = None,
    frames: Frames | None = None,
) -> abc.DisposableBase:
    """Keep a sequence as a selector tells: ``row`` makes its elements, in place, with one call for each difference.

    Where an item has changed, ``update`` is told the element and the item; left out, another element takes its place.
    ``key`` tells items apart: what a list that is told anew has in common with the last stays. ``frames`` as in
    ``bind``. A sequence to which there can be no weak reference, as a plain list, is kept until the returned Disposable
    is disposed of. O(the sequence's own ``insert``, ``del`` and ``pop``) a difference.
    """
    make: Callable[[T], Any] = row or _same
    return deliver_list(
        target,
        source,
        frames or _at_once(),
        show=lambda target, diffs: pour(diffs, _Elements(target, make, update)),
        key=key,
    )


class _Elements:
    """The elements of a sequence, as a sink."""

    def __init__(
        self,
        target: MutableSequence[Any],
        row: Callable[[Any], Any],
        update: Callable[[Any, Any], object] | None,
    ) -> None:
        self._target = target
        self._row = row
        self._update = update

    def reset(self, items: tuple[Any, ...]) -> None:
        self._target[:] = [self._row(item) for item in items]

    def insert(self, at: int, item: Any) -> None:
        self._target.insert(at, self._row(item))

    def set(self, at: int, item: Any) -> None:
        if self._update is None:
            self._target[at] = self._row(item)
        else:
            self._update(self._target[at], item)

    def remove(self, at: int) -> None:
        del self._target[at]

    def move(self, at: int, to: int) -> None:
        self._target.insert(to, self._target.pop(at))


def _at_once() -> Frames:
    """No frames: each flush is one."""
    return Frames(lambda _, work: work(), every=0)


def _same(item: Any) -> Any:
    return item
