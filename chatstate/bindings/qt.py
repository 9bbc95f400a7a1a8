"""Selectors bound to Qt through PySide6: properties, and a list model and a value for widgets and for QML."""

import math
from collections.abc import Callable, Hashable, Mapping
from typing import Any, TypeVar

from reactivex import abc

from chatstate.bindings import needs
from chatstate.bindings.delivery import Delivery, Frames, deliver_list, deliver_value
from chatstate.bindings.sink import pour
from chatstate.reactive import ListSelector, Selector

try:
    import shiboken6
    from PySide6.QtCore import (
        Property,
        QAbstractListModel,
        QByteArray,
        QCoreApplication,
        QModelIndex,
        QObject,
        QPersistentModelIndex,
        Qt,
        QTimer,
        Signal,
        Slot,
    )  # fmt: skip
except ModuleNotFoundError as error:
    raise needs("PySide6", "qt", error) from None

__all__ = ["ListModel", "Value", "bind", "bind_list"]

T = TypeVar("T")

Index = QModelIndex | QPersistentModelIndex

NOWHERE = QModelIndex()
"""The parent of every row of a list."""


def bind(target: QObject, name: str, source: Selector[T]) -> abc.DisposableBase:
    """Keep a property of a Qt object as a selector tells: ``bind(label, "text", ...)``. Until the object is destroyed.

    Called in the thread of the QApplication, after it was made. Raises ``AttributeError`` where the object has no such
    property, ``TypeError`` for a value that it cannot take, and ``RuntimeError`` where there is no application.
    """
    if target.metaObject().indexOfProperty(name) < 0:
        raise AttributeError(f"{type(target).__name__} has no property {name!r}")

    def show(target: QObject, value: T) -> None:
        if not target.setProperty(name, value):
            raise TypeError(f"the property {name!r} of {type(target).__name__} cannot be {value!r}")

    return _ending_with(target, deliver_value(target, source, _frames(), show=show, gone=_gone))


def bind_list(
    target: QObject,
    source: ListSelector[T],
    *,
    row: Callable[[T], Any] | None = None,
    key: Callable[[T], Hashable] | None = None,
) -> abc.DisposableBase:
    """Keep the rows of a view, or of a combo box, as a selector tells: a ``ListModel`` of one role, made its model.

    ``row`` makes of an item the text that is shown; left out, it is the item. ``key`` tells items apart: what a list
    that is told anew has in common with the last stays, and what is selected. A ``QListView`` of many rows wants
    ``setUniformItemSizes(True)``, or it lays all of them out anew. Raises ``AttributeError`` where it takes no model.
    """
    model = ListModel(source, roles={"display": row or _same}, key=key, parent=target)
    target.setModel(model)  # type: ignore[attr-defined]
    return model.binding


class Value(QObject):
    """What a selector tells, as an object with one property and its signal, for widgets and for QML.

    ``changed`` is emitted once a frame at most. Until something was told, ``value`` is None.
    """

    changed = Signal(object)

    def __init__(self, source: Selector[Any], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._value: Any = None
        self.binding: abc.DisposableBase = _ending_with(
            self, deliver_value(self, source, _frames(), show=Value._show, gone=_gone)
        )
        """What ends it, before the object is destroyed."""

    def _show(self, value: Any) -> None:
        self._value = value
        self.changed.emit(value)

    def _now(self) -> Any:
        return self._value

    value = Property("QVariant", _now, notify=changed)  # type: ignore[arg-type]  # names of Qt's types will do


class ListModel(QAbstractListModel):
    """What a list selector tells, as the model of any view, in widgets and in QML.

    ``roles`` say by name what is shown of an item: ``{"text": lambda message: message.text}``. Qt's own names, as
    ``display``, ``decoration``, ``toolTip`` and ``edit``, are its own roles; where ``display`` is not among them, the
    first role is that too. ``key`` as in ``bind_list``. One row that comes, goes, moves or changes is told as just
    that, at most once a frame.
    """

    def __init__(
        self,
        source: ListSelector[T],
        *,
        roles: Mapping[str, Callable[[T], Any]],
        key: Callable[[T], Hashable] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._items: list[Any] = []
        self._names, self._shown = _roles(super().roleNames(), roles)
        self.binding: abc.DisposableBase = _ending_with(
            self,
            deliver_list(self, source, _frames(), show=lambda model, diffs: pour(diffs, model), key=key, gone=_gone),
        )
        """What ends it, before the model is destroyed."""

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """How many rows there are."""
        return 0 if parent.isValid() else len(self._items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What is shown of a row in one role; None for a role that there is not."""
        shown = self._shown.get(role)
        return shown(self._items[index.row()]) if shown is not None and index.isValid() else None

    def roleNames(self) -> dict[int, QByteArray]:
        """The names by which QML asks for the roles."""
        return self._names

    def reset(self, items: tuple[Any, ...]) -> None:
        """Show these, and nothing else."""
        self.beginResetModel()
        self._items[:] = items
        self.endResetModel()

    def insert(self, at: int, item: Any) -> None:
        """Show one more."""
        self.beginInsertRows(NOWHERE, at, at)
        self._items.insert(at, item)
        self.endInsertRows()

    def set(self, at: int, item: Any) -> None:
        """Show what is so now in one row."""
        self._items[at] = item
        index = self.index(at)
        self.dataChanged.emit(index, index)

    def remove(self, at: int) -> None:
        """Take one row away."""
        self.beginRemoveRows(NOWHERE, at, at)
        del self._items[at]
        self.endRemoveRows()

    def move(self, at: int, to: int) -> None:
        """Have one row stand elsewhere."""
        if at != to:
            # Qt counts where it goes before it is taken out.
            self.beginMoveRows(NOWHERE, at, at, NOWHERE, to + 1 if to > at else to)
            self._items.insert(to, self._items.pop(at))
            self.endMoveRows()


def _roles(
    known: Mapping[int, QByteArray], roles: Mapping[str, Callable[[Any], Any]]
) -> tuple[dict[int, QByteArray], dict[int, Callable[[Any], Any]]]:
    """The numbers of roles: their names, and what is shown in each."""
    numbers = {bytes(name.data()).decode(): number for number, name in known.items()}
    names, shown = dict(known), {}
    for place, (name, show) in enumerate(roles.items()):
        number = numbers.get(name, Qt.ItemDataRole.UserRole + 1 + place)
        names[number] = QByteArray(name.encode())
        shown[int(number)] = show
    if roles:
        shown.setdefault(int(Qt.ItemDataRole.DisplayRole), next(iter(roles.values())))
    return names, shown


class _Ticks(QObject):
    """Calls back in the thread of the application. Its signal crosses threads; a timer would not."""

    asked = Signal(int)

    def __init__(self, application: QCoreApplication) -> None:
        super().__init__(application)
        self.frames = Frames(self._ask)
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.frames.show)
        self.asked.connect(self._start)

    def _ask(self, delay: float, _: object) -> None:
        self.asked.emit(math.ceil(delay * 1000))

    @Slot(int)
    def _start(self, delay: int) -> None:
        self._timer.start(delay)


def _frames() -> Frames:
    """The frames of the application. Raises ``RuntimeError`` where there is none."""
    application = QCoreApplication.instance()
    if application is None:
        raise RuntimeError("widgets are bound after the QApplication was made")
    ticks = application.findChild(_Ticks) or _Ticks(application)
    return ticks.frames


def _gone(target: QObject) -> bool:
    return not shiboken6.isValid(target)


def _ending_with(target: QObject, delivery: Delivery[Any, Any]) -> abc.DisposableBase:
    """Let go of the selector when Qt destroys the object."""
    target.destroyed.connect(lambda: delivery.dispose())
    return delivery


def _same(item: Any) -> Any:
    return item
