"""Selectors bound to Jupyter's widgets: traits, boxes, and a list that sends what has changed, not itself."""

import asyncio
import weakref
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any, TypeVar

import attrs
from reactivex import abc

from chatstate.bindings import needs
from chatstate.bindings.delivery import Delivery, Frames, deliver_list, deliver_value, of_loop
from chatstate.bindings.sink import Sink, pour
from chatstate.reactive import Diffs, Insert, ListDiff, ListSelector, Reset, Selector, Set, apply
from chatstate.views import ChannelView, MemberView, MessageView, UserView

try:
    import anywidget
    import ipywidgets
    import traitlets
except ModuleNotFoundError as error:
    raise needs("ipywidgets and anywidget", "jupyter", error) from None

__all__ = ["MessageList", "bind", "bind_list"]

T = TypeVar("T")

HERE = Path(__file__).parent

_FRAMES: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Frames] = weakref.WeakKeyDictionary()


def bind(target: traitlets.HasTraits, name: str, source: Selector[T]) -> abc.DisposableBase:
    """Keep a trait of a widget as a selector tells, ``bind(label, "value", ...)``, until the widget is closed.

    A trait of text is told any value as text, and None as none. Called in a cell, or wherever else a loop of asyncio
    runs; what a cell does to a store is seen once it is done, or awaits something. Raises ``AttributeError`` where no
    trait is called so, and ``RuntimeError`` where no loop runs.
    """
    if not target.has_trait(name):
        raise AttributeError(f"{type(target).__name__} has no trait {name!r}")

    make: Callable[[T], Any] = _text if isinstance(target.traits()[name], traitlets.Unicode) else _same

    def show(target: traitlets.HasTraits, value: T) -> None:
        setattr(target, name, make(value))

    return _ending_with(target, deliver_value(target, source, _frames(), show=show, gone=_gone))


def bind_list(
    target: ipywidgets.Box,
    source: ListSelector[T],
    *,
    row: Callable[[T], ipywidgets.Widget] | None = None,
    key: Callable[[T], Hashable] | None = None,
    update: Callable[[Any, T], object] | None = None,
) -> abc.DisposableBase:
    """Keep the children of a box as a selector tells, until it is closed. ``row`` makes a widget of an item.

    Where an item has changed, ``update`` is told the widget and the item; left out, the widget gives way to a new one.
    ``key`` tells items apart: the widgets of what a list that is told anew has in common with the last stay.

    A box is sent the names of all its children whenever one comes, goes or moves, once a frame; of long lists a
    ``MessageList`` is sent only that. Children that go are closed.
    """
    make: Callable[[T], Any] = row or _same

    def show(target: ipywidgets.Box, diffs: Diffs[T]) -> None:
        rows = _Children(list(target.children), make, update)
        pour(diffs, rows)
        target.children = rows.all
        for gone in rows.gone:
            gone.close()

    return _ending_with(target, deliver_list(target, source, _frames(), show=show, key=key, gone=_gone))


class MessageList(anywidget.AnyWidget):
    """What a list selector tells, as a list in the notebook that is sent each change and nothing else.

    ``row`` makes of an item what is shown: a text, or cells by name, ``{"by": "Bo", "text": "hello"}``, each of the CSS
    class ``chatstate-`` and its name. Left out, it is who wrote a message and what, "…" for what is no text; what a
    channel is called and how much in it is unread; the name of a user or member; and any other item itself. A page that
    opens later is sent the list as it is then.
    """

    _esm = HERE / "message_list.js"
    _css = HERE / "message_list.css"

    def __init__(
        self,
        source: ListSelector[T],
        *,
        row: Callable[[T], Any] | None = None,
        key: Callable[[T], Hashable] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(**more)
        self.rows: list[Any] = []
        """What is shown."""
        self._row: Callable[[Any], Any] = row or _cells
        self.on_msg(_answer)
        self.binding: abc.DisposableBase = _ending_with(
            self, deliver_list(self, source, _frames(), show=MessageList._show, key=key, gone=_gone)
        )
        """What ends it, before the widget is closed."""

    def _show(self, diffs: Diffs[Any]) -> None:
        made = tuple(_made(diff, self._row) for diff in diffs)
        apply(made, self.rows)
        self._tell(made)

    def _tell(self, diffs: Diffs[Any]) -> None:
        told = [{"kind": type(diff).__name__.lower(), **attrs.asdict(diff, recurse=False)} for diff in diffs]
        self.send({"kind": "diffs", "diffs": told})


def _answer(widget: MessageList, content: Any, _: object) -> None:
    """Tell a page that has just opened what the list is."""
    if content == {"kind": "whole"}:
        widget._tell((Reset(tuple(widget.rows)),))


def _cells(item: Any) -> Any:
    """What is shown of an item of which nobody says it."""
    match item:
        case MessageView(user=user, deleted=True):
            return {"by": _name(user), "gone": "deleted"}
        case MessageView(user=user, text=text):
            return {"by": _name(user), "text": text or "…"}
        case ChannelView(name=name, cid=cid, unread=unread):
            return {"name": name or cid, "unread": unread or ""}
        case MemberView(user=user):
            return _name(user)
        case UserView():
            return _name(item)
    return item


def _name(user: UserView | None) -> str:
    return "" if user is None else user.name or user.id


def _made(diff: ListDiff[Any], row: Callable[[Any], Any]) -> ListDiff[Any]:
    """The same diff, of what is shown."""
    match diff:
        case Reset(items):
            return Reset(tuple(row(item) for item in items))
        case Insert(at, item):
            return Insert(at, row(item))
        case Set(at, item):
            return Set(at, row(item))
    return diff


class _Children(Sink[Any]):
    """The children of a box, worked on apart from it."""

    def __init__(
        self, children: list[Any], row: Callable[[Any], Any], update: Callable[[Any, Any], object] | None
    ) -> None:
        self.all = children
        self.gone: list[Any] = []
        self._row = row
        self._update = update

    def reset(self, items: tuple[Any, ...]) -> None:
        self.gone += self.all
        self.all = [self._row(item) for item in items]

    def insert(self, at: int, item: Any) -> None:
        self.all.insert(at, self._row(item))

    def set(self, at: int, item: Any) -> None:
        if self._update is not None:
            self._update(self.all[at], item)
            return
        self.gone.append(self.all[at])
        self.all[at] = self._row(item)

    def remove(self, at: int) -> None:
        self.gone.append(self.all.pop(at))

    def move(self, at: int, to: int) -> None:
        self.all.insert(to, self.all.pop(at))


def _frames() -> Frames:
    """The frames of the loop that runs here. Raises ``RuntimeError``."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        raise RuntimeError("widgets are bound where an asyncio loop runs, as it does in a notebook's cells") from None
    if loop not in _FRAMES:
        _FRAMES[loop] = of_loop(loop)
    return _FRAMES[loop]


def _gone(target: traitlets.HasTraits) -> bool:
    return isinstance(target, ipywidgets.Widget) and target.comm is None


def _ending_with(target: traitlets.HasTraits, delivery: Delivery[Any, Any]) -> abc.DisposableBase:
    """Let go of the selector when the widget is closed."""
    if isinstance(target, ipywidgets.Widget):
        target.observe(lambda change: delivery.dispose() if change["new"] is None else None, "comm")
    return delivery


def _same(item: Any) -> Any:
    return item


def _text(value: Any) -> str:
    return "" if value is None else str(value)
