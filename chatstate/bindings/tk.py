"""Selectors bound to Tk's widgets: variables, options, ``Listbox``, ``ttk.Treeview``."""

import tkinter
import weakref
from collections.abc import Callable, Hashable
from tkinter import ttk
from typing import Any, TypeVar

from reactivex import abc

from chatstate.bindings.delivery import Delivery, Frames, deliver_list, deliver_value
from chatstate.bindings.sink import Sink, pour
from chatstate.reactive import Diffs, ListSelector, Selector

__all__ = ["bind", "bind_list"]

T = TypeVar("T")

FRAME = 16
"""How many milliseconds Tk lets pass between two looks at what waits. No thread but its own may call it."""


def bind(target: tkinter.Misc | tkinter.Variable, name: str, source: Selector[T]) -> abc.DisposableBase:
    """Keep an option of a widget as a selector tells, ``bind(label, "text", ...)``, until the widget is destroyed.

    Of a variable the name is ``"value"``; it is bound until nobody holds it any more. Called in Tk's thread. Raises
    ``AttributeError`` where there is no such option.
    """
    if isinstance(target, tkinter.Variable):
        if name != "value":
            raise AttributeError(f"{type(target).__name__} has no option {name!r}, only 'value'")
        return deliver_value(target, source, _frames(_root(target)), show=_set_variable, gone=_without_root)
    if name not in target.keys():  # noqa: SIM118  # a widget is no mapping
        raise AttributeError(f"{type(target).__name__} has no option {name!r}")

    def show(target: tkinter.Misc, value: T) -> None:
        target[name] = value

    return _ending_with(target, deliver_value(target, source, _frames(_root(target)), show=show, gone=_gone))


def bind_list(
    target: tkinter.Listbox | ttk.Treeview,
    source: ListSelector[T],
    *,
    row: Callable[[T], Any] | None = None,
    key: Callable[[T], Hashable] | None = None,
) -> abc.DisposableBase:
    """Keep the rows of a widget as a selector tells, in place, until it is destroyed. Called in Tk's thread.

    ``row`` makes of an item what is shown: the text of a row of a ``Listbox``; for a ``Treeview`` a text for its tree
    column, or the values of its other columns. Left out, an item is that itself. ``key`` tells items apart: what a list
    that is told anew has in common with the last stays. What is selected stays so.
    """
    make: Callable[[T], Any] = row or _same
    iids: list[str] = []

    def show(target: Any, diffs: Diffs[T]) -> None:
        pour(diffs, _Tree(target, make, iids) if isinstance(target, ttk.Treeview) else _Lines(target, make))

    return _ending_with(target, deliver_list(target, source, _frames(_root(target)), show=show, key=key, gone=_gone))


class _Lines(Sink[Any]):
    """The lines of a ``Listbox``."""

    def __init__(self, target: tkinter.Listbox, row: Callable[[Any], str]) -> None:
        self._target = target
        self._row = row

    def reset(self, items: tuple[Any, ...]) -> None:
        self._target.delete(0, "end")
        self._target.insert("end", *[self._row(item) for item in items])

    def insert(self, at: int, item: Any) -> None:
        self._target.insert(at, self._row(item))

    def set(self, at: int, item: Any) -> None:
        self._put(at, at, self._row(item))

    def remove(self, at: int) -> None:
        self._target.delete(at)

    def move(self, at: int, to: int) -> None:
        self._put(at, to, self._target.get(at))

    def _put(self, at: int, to: int, text: str) -> None:
        """Have the line at ``at`` stand at ``to`` with another text; what is said of a line does not stay by itself."""
        target = self._target
        selected, active = target.selection_includes(at), target.index("active") == at
        target.delete(at)
        target.insert(to, text)
        if selected:
            target.selection_set(to)
        if active:
            target.activate(to)


class _Tree(Sink[Any]):
    """The rows of a ``Treeview``, by the names that it gave them."""

    def __init__(self, target: ttk.Treeview, row: Callable[[Any], Any], iids: list[str]) -> None:
        self._target = target
        self._row = row
        self._iids = iids

    def reset(self, items: tuple[Any, ...]) -> None:
        self._target.delete(*self._iids)
        self._iids[:] = [self._target.insert("", "end", **self._shown(item)) for item in items]

    def insert(self, at: int, item: Any) -> None:
        self._iids.insert(at, self._target.insert("", at, **self._shown(item)))

    def set(self, at: int, item: Any) -> None:
        self._target.item(self._iids[at], **self._shown(item))

    def remove(self, at: int) -> None:
        self._target.delete(self._iids.pop(at))

    def move(self, at: int, to: int) -> None:
        iid = self._iids.pop(at)
        self._target.move(iid, "", to)
        self._iids.insert(to, iid)

    def _shown(self, item: Any) -> dict[str, Any]:
        row = self._row(item)
        return {"text": row} if isinstance(row, str) else {"values": tuple(row)}


class _Pump:
    """Looks once a frame at what waits for one root, until that is destroyed."""

    def __init__(self, root: tkinter.Misc) -> None:
        self.frames = Frames(self._ask)
        self._root = weakref.ref(root)
        self._wanted: Callable[[], None] | None = None
        self._next = ""
        self._look()

    def _ask(self, _: float, work: Callable[[], None]) -> None:
        self._wanted = work

    def _look(self) -> None:
        root = self._root()
        if root is None:
            return
        self._next = root.after(FRAME, self._look)
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            wanted()

    def stop(self) -> None:
        """Look no more."""
        root = self._root()
        if root is not None:
            root.after_cancel(self._next)


_PUMPS: weakref.WeakKeyDictionary[tkinter.Misc, _Pump] = weakref.WeakKeyDictionary()


def _frames(root: tkinter.Misc) -> Frames:
    """The frames of all widgets of a root."""
    pump = _PUMPS.get(root)
    if pump is None:
        pump = _PUMPS[root] = _Pump(root)
        _at_end(root, pump.stop)
    return pump.frames


def _root(target: tkinter.Misc | tkinter.Variable) -> tkinter.Misc:
    """The root of a widget or a variable; Tk has no public name for that of a variable."""
    root: Any = target._root  # type: ignore[union-attr]
    found: tkinter.Misc = root if isinstance(root, tkinter.Misc) else root()
    return found


def _set_variable(target: tkinter.Variable, value: Any) -> None:
    target.set(value)


def _without_root(target: tkinter.Variable) -> bool:
    return _gone(_root(target))


def _gone(target: tkinter.Misc) -> bool:
    try:
        return not target.winfo_exists()
    except tkinter.TclError:  # the whole application has been destroyed
        return True


def _ending_with(target: tkinter.Misc, delivery: Delivery[Any, Any]) -> abc.DisposableBase:
    """Let go of the selector when the widget is destroyed."""
    _at_end(target, delivery.dispose)
    return delivery


def _at_end(target: tkinter.Misc, work: Callable[[], None]) -> None:
    """Call ``work`` when a widget is destroyed. Of a window one hears of all that is in it too."""
    name = str(target)

    def destroyed(event: "tkinter.Event[tkinter.Misc]") -> None:
        if str(event.widget) == name:
            work()

    target.bind("<Destroy>", destroyed, add="+")


def _same(item: Any) -> Any:
    return item
