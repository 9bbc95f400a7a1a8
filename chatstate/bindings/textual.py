"""Selectors bound to Textual's widgets: reactive attributes, containers of rows, ``OptionList``, ``DataTable``."""

import asyncio
import weakref
from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar

from reactivex import abc

from chatstate.bindings import needs
from chatstate.bindings.delivery import Delivery, Frames, deliver_list, deliver_value
from chatstate.bindings.sink import Sink, pour
from chatstate.reactive import Diffs, Insert, ListSelector, Remove, Selector, Set

try:
    from textual.app import App
    from textual.message_pump import MessagePump
    from textual.widget import Widget
    from textual.widgets import DataTable, OptionList
    from textual.widgets.data_table import RowKey
    from textual.widgets.option_list import Option
except ModuleNotFoundError as error:
    raise needs("Textual", "textual", error) from None

__all__ = ["bind", "bind_diffs", "bind_list"]

T = TypeVar("T")
W = TypeVar("W", bound=MessagePump)

_FRAMES: weakref.WeakKeyDictionary[App[Any], Frames] = weakref.WeakKeyDictionary()


def bind(target: MessagePump, name: str, source: Selector[T]) -> abc.DisposableBase:
    """Keep an attribute of a widget, a screen or an app as a selector tells; a reactive one refreshes what shows it.

    Called while it is mounted, as in ``on_mount``, until it is not any more; or disposed of. Raises ``AttributeError``
    where there is no such attribute.
    """
    getattr(target, name)
    frames = _frames_of(target.app)
    delivery = deliver_value(
        target, source, frames, show=lambda target, value: setattr(target, name, value), gone=_gone
    )
    return _ending_with(target, delivery)


def bind_list(
    target: Widget,
    source: ListSelector[T],
    *,
    row: Callable[[T], Any] | None = None,
    key: Callable[[T], Hashable] | None = None,
    update: Callable[[Any, T], object] | None = None,
) -> abc.DisposableBase:
    """Keep the rows of a widget as a selector tells, in place. Called while it is mounted, until it is not any more.

    ``row`` makes of an item what the widget shows: a widget without an ``id``, for any container, whose other children
    stay before the rows; a prompt or an ``Option``, for an ``OptionList``; the cells of a ``DataTable``, which has its
    columns already. Left out, an item is that itself. Where an item has changed, ``update`` is told the widget and the
    item; left out, the widget gives way to a new one. ``key`` tells items apart: the rows of what a list that is told
    anew has in common with the last stay.

    A container is told each difference. ``OptionList`` and ``DataTable`` can only append and remove: where something
    comes in between or moves, the options are set anew and the table is sorted, once a delivery, O(rows); what is
    highlighted stays so.
    """
    sink = _sink_of(target, row or _same, update)

    def show(target: Any, diffs: Diffs[Any]) -> None:
        with target.app.batch_update():
            sink(target, diffs)

    return _ending_with(target, deliver_list(target, source, _frames_of(target.app), show=show, key=key, gone=_gone))


def bind_diffs(target: W, source: ListSelector[T], show: Callable[[W, Diffs[T]], object]) -> abc.DisposableBase:
    """Have ``show`` told a widget and what has changed in a list, for a widget that draws its rows itself.

    Called while it is mounted, until it is not any more. The list as it is now is told at once, as a ``Reset``.
    """
    return _ending_with(target, deliver_list(target, source, _frames_of(target.app), show=show, gone=_gone))


def _sink_of(
    target: Widget, row: Callable[[Any], Any], update: Callable[[Any, Any], object] | None
) -> Callable[[Any, Diffs[Any]], None]:
    """What changes the rows of such a widget as diffs tell. It keeps what it knows of the rows, and not the widget."""
    if isinstance(target, OptionList):
        return lambda options, diffs: _change_options(options, diffs, row)
    if isinstance(target, DataTable):
        keys: list[RowKey] = []
        return lambda table, diffs: _change_cells(table, diffs, row, keys)
    rows: list[weakref.ref[Widget]] = []  # weak, because each knows its container
    return lambda container, diffs: pour(diffs, _Rows(container, rows, row, update))


class _Rows(Sink[Any]):
    """The rows of a container, at the moment of a delivery."""

    def __init__(
        self,
        target: Widget,
        rows: list[weakref.ref[Widget]],
        row: Callable[[Any], Widget],
        update: Callable[[Any, Any], object] | None,
    ) -> None:
        self._target = target
        self._rows = rows
        self._row = row
        self._update = update

    def reset(self, items: tuple[Any, ...]) -> None:
        for gone in self._rows:
            _drop(gone)
        rows = [self._row(item) for item in items]
        self._rows[:] = map(weakref.ref, rows)
        self._target.mount_all(rows)

    def insert(self, at: int, item: Any) -> None:
        row = self._row(item)
        self._target.mount(row, **self._place(at))
        self._rows.insert(at, weakref.ref(row))

    def set(self, at: int, item: Any) -> None:
        shown = self._rows[at]()
        if self._update is not None and shown is not None:
            self._update(shown, item)
            return
        row = self._row(item)
        self._target.mount(row, before=shown)
        _drop(self._rows[at])
        self._rows[at] = weakref.ref(row)

    def remove(self, at: int) -> None:
        _drop(self._rows.pop(at))

    def move(self, at: int, to: int) -> None:
        row = self._rows.pop(at)
        moved = row()
        if moved is not None and self._rows:
            self._target.move_child(moved, **self._place(to))
        self._rows.insert(to, row)

    def _place(self, at: int) -> dict[str, Any]:
        """Where the row at ``at`` is to stand: before the one that stands there, else after the last."""
        if at < len(self._rows):
            return {"before": self._rows[at]()}
        return {"after": self._rows[-1]()} if self._rows else {}


def _drop(row: weakref.ref[Widget]) -> None:
    gone = row()
    if gone is not None:
        gone.remove()


def _change_options(target: OptionList, diffs: Diffs[Any], row: Callable[[Any], Any]) -> None:
    """Append and remove where that will do; from the first other diff on, work on a list, and set all of it."""
    for number, diff in enumerate(diffs):
        match diff:
            case Insert(at, item) if at == target.option_count:
                target.add_option(_option(row(item)))
            case Remove(at):
                target.remove_option_at_index(at)
            case Set(at, item):
                target.replace_option_prompt_at_index(at, _option(row(item)).prompt)
            case _:
                _set_options(target, diffs[number:], row)
                return


def _set_options(target: OptionList, diffs: Diffs[Any], row: Callable[[Any], Any]) -> None:
    options = _Options(target.options, target.highlighted_option, row)
    scrolled = target.scroll_y
    pour(diffs, options)
    with target.prevent(OptionList.OptionHighlighted):
        target.set_options(options.all)
        target.scroll_to(y=scrolled, animate=False)
        if options.highlighted in options.all:
            target.highlighted = options.all.index(options.highlighted)


class _Options(Sink[Any]):
    """Options that are worked on apart from their widget."""

    def __init__(self, options: Sequence[Option], highlighted: Option | None, row: Callable[[Any], Any]) -> None:
        self.all = list(options)
        self.highlighted = highlighted
        self._row = row

    def reset(self, items: tuple[Any, ...]) -> None:
        self.all[:] = [_option(self._row(item)) for item in items]

    def insert(self, at: int, item: Any) -> None:
        self.all.insert(at, _option(self._row(item)))

    def set(self, at: int, item: Any) -> None:
        before, self.all[at] = self.all[at], _option(self._row(item))
        if before is self.highlighted:
            self.highlighted = self.all[at]

    def remove(self, at: int) -> None:
        del self.all[at]

    def move(self, at: int, to: int) -> None:
        self.all.insert(to, self.all.pop(at))


def _option(made: Any) -> Option:
    return made if isinstance(made, Option) else Option(made)


def _change_cells(table: DataTable[Any], diffs: Diffs[Any], row: Callable[[Any], Any], keys: list[RowKey]) -> None:
    """Add and remove rows and set cells; then sort, where the rows stand otherwise than their keys."""
    here = table.coordinate_to_cell_key(table.cursor_coordinate).row_key if table.row_count else None
    cells = _Cells(table, row, keys)
    pour(diffs, cells)
    if cells.disordered:
        places = {key: place for place, key in enumerate(keys)}
        # A row's key is not told to what sorts, but rows are asked about in the order in which they were added.
        order = iter([places[key] for key in table.rows])
        table.sort(key=lambda _: next(order))
    if here is not None and here in table.rows:
        table.move_cursor(row=table.get_row_index(here), scroll=False)


class _Cells(Sink[Any]):
    """The rows of a ``DataTable``, by their keys, in the order in which they are to stand."""

    def __init__(self, table: DataTable[Any], row: Callable[[Any], Any], keys: list[RowKey]) -> None:
        self._table = table
        self._row = row
        self._keys = keys
        self.disordered = False
        """Whether some rows stand otherwise than their keys."""

    def reset(self, items: tuple[Any, ...]) -> None:
        self._table.clear()
        self._keys[:] = [self._table.add_row(*self._row(item)) for item in items]

    def insert(self, at: int, item: Any) -> None:
        self.disordered |= at < len(self._keys)
        self._keys.insert(at, self._table.add_row(*self._row(item)))

    def set(self, at: int, item: Any) -> None:
        for column, cell in zip(self._table.ordered_columns, self._row(item), strict=True):
            self._table.update_cell(self._keys[at], column.key, cell, update_width=True)

    def remove(self, at: int) -> None:
        self._table.remove_row(self._keys.pop(at))

    def move(self, at: int, to: int) -> None:
        self.disordered = True
        self._keys.insert(to, self._keys.pop(at))


def _frames_of(app: App[Any]) -> Frames:
    """The frames of an app, which is not kept alive by them."""
    frames = _FRAMES.get(app)
    if frames is None:
        there = weakref.ref(app)

        def ask(delay: float, work: Callable[[], None]) -> None:
            app = there()
            if app is not None:
                app.call_later(_after, app, delay, work)  # which may be called from any thread

        frames = _FRAMES[app] = Frames(ask)
    return frames


def _after(app: App[Any], delay: float, work: Callable[[], None]) -> None:
    # Not app.set_timer: a timer that begins later than it was to go off, as a short one may, never goes off.
    asyncio.get_running_loop().call_later(delay, app.call_later, work)


def _gone(target: MessagePump) -> bool:
    return not (target.is_running if isinstance(target, App) else target.is_attached)


def _ending_with(target: MessagePump, delivery: Delivery[Any, Any]) -> abc.DisposableBase:
    """Let go of the selector when the widget stops to take messages. An app ends with its last frame."""
    if not isinstance(target, App):
        target.task.add_done_callback(lambda _: delivery.dispose())
    return delivery


def _same(item: Any) -> Any:
    return item
