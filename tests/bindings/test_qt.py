"""Selectors bound to Qt: properties, models that Qt's own tester watches, and QML."""

import gc
import time

import pytest

from chatstate import Store
from tests.bindings.lives import (
    Elsewhere,
    a_long_room,
    ids,
    in_turns,
    random_frames,
    rooms,
    said,
    texts,
    unread,
    until,
)
from tests.bindings.toolkits import needs
from tests.objects import GENERAL
from tests.stories import a_store, message_deleted, message_new, reaction_new

needs("PySide6.QtWidgets")

from PySide6.QtCore import QEvent, QPersistentModelIndex, Qt, QUrl  # noqa: E402
from PySide6.QtQml import QQmlComponent, QQmlEngine  # noqa: E402
from PySide6.QtTest import QAbstractItemModelTester  # noqa: E402
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QListView  # noqa: E402

from chatstate.bindings import qt as bindings  # noqa: E402
from chatstate.bindings.delivery import MANY  # noqa: E402
from chatstate.bindings.qt import ListModel, Value, bind, bind_list  # noqa: E402

pytestmark = pytest.mark.usefixtures("application")


def turn():
    """Let Qt do what it has to do."""
    QApplication.processEvents()


def rest():
    """Let Qt do all it has to do, deferred deletions too."""
    turn()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def living(store, frames):
    """Let a store of Qt's own thread hear frames, a few between one turn and the next."""
    for some in in_turns(frames):
        for frame in some:
            store.apply(frame)
        turn()


def seen(model, role=Qt.ItemDataRole.DisplayRole):
    return [model.data(model.index(row, 0), role) for row in range(model.rowCount())]


def watched(model):
    """The model, under the eyes of Qt's tester: what breaks the rules of models ends the process."""
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    return model


def signals(model):
    """What a model tells from now on."""
    told = []
    model.rowsInserted.connect(lambda _, first, last: told.append(("inserted", first, last)))
    model.rowsRemoved.connect(lambda _, first, last: told.append(("removed", first, last)))
    model.rowsMoved.connect(lambda _, first, last, __, to: told.append(("moved", first, last, to)))
    model.dataChanged.connect(lambda first, last, _: told.append(("changed", first.row(), last.row())))
    model.modelReset.connect(lambda: told.append(("reset",)))
    return told


def test_a_property_is_what_the_selector_says_after_a_thousand_events():
    store, label = Store(me="me"), QLabel()
    bind(label, "text", store.select(lambda s: f"{sum(room.unread for room in s.channels.values())} unread"))

    living(store, random_frames())
    until(lambda: label.text() == f"{unread(store).value} unread", turn)


def test_a_property_that_there_is_not_is_an_error():
    with pytest.raises(AttributeError, match="QLabel has no property 'txet'"):
        bind(QLabel(), "txet", unread(a_store()))


def test_a_value_that_a_property_cannot_be_is_an_error():
    with pytest.raises(TypeError, match="'enabled' of QLabel cannot be \\["):
        bind(QLabel(), "enabled", a_store().select(lambda s: [1]))


def test_a_value_connects_to_slots():
    store, label = a_store(message_new("m1")), QLabel()
    badge = Value(unread(store))
    badge.changed.connect(label.setNum)
    before = badge.value

    store.apply(message_new("m2", at=2))
    until(lambda: badge.value == 2, turn)

    assert (before, label.text()) == (1, "2")


@pytest.mark.parametrize("list", [rooms, texts])
def test_a_model_is_what_the_selector_says_after_a_thousand_events(list):
    store = Store(me="me")
    model = watched(ListModel(list(store), roles={"text": str}))
    view = QListView()
    view.setModel(model)

    living(store, random_frames())
    until(lambda: seen(model) == list(store).value, turn)


def test_a_store_in_another_thread_is_shown_as_well():
    with Elsewhere() as elsewhere:
        model, badge = watched(ListModel(rooms(elsewhere.store), roles={"text": str})), Value(unread(elsewhere.store))
        over = elsewhere.live(random_frames())
        until(over.done, turn)
        wanted = elsewhere.ask(lambda: (unread(elsewhere.store).value, rooms(elsewhere.store).value))
        until(lambda: (badge.value, seen(model)) == wanted, turn)


def test_a_widget_is_told_once_a_frame_at_most():
    store, runs = Store(me="me"), []
    badge = Value(unread(store))
    badge.changed.connect(lambda _: runs.append(time.monotonic()))
    before = bindings._frames().shown

    living(store, random_frames())
    until(lambda: badge.value == unread(store).value, turn)

    frames = bindings._frames().shown - before
    assert len(runs) <= frames < 500


def test_one_insert_in_ten_thousand_is_one_insert():
    store = a_long_room()
    model = watched(ListModel(ids(store), roles={"text": str}))
    told = signals(model)

    store.apply(message_new("new", at=4999.5))
    until(lambda: model.rowCount() == 10_001, turn)

    assert told == [("inserted", 5000, 5000)]


def test_what_goes_changes_and_moves_is_told_as_that():
    store = a_store(*said(3), message_new("x1", at=1, cid="messaging:random"))
    messages = watched(ListModel(store.select_list(lambda s: s.channel(GENERAL).messages), roles={"text": _reactions}))
    channels = watched(ListModel(rooms(store), roles={"text": str}))
    told, of_channels = signals(messages), signals(channels)

    store.apply(message_deleted("m0", at=9, hard=True))
    store.apply(reaction_new("m1", "like", by="bo", at=10, counts={"like": 1}))
    store.apply(message_new("x2", at=11, cid="messaging:random"))
    until(lambda: len(told) == 2 and len(of_channels) >= 2, turn)

    assert (told, ("moved", 1, 1, 0) in of_channels) == ([("removed", 0, 0), ("changed", 0, 0)], True)


def _reactions(message):
    return str(message.reaction_counts)


def test_the_first_role_is_what_a_view_displays():
    model = ListModel(ids(a_store(*said(2))), roles={"text": str.upper, "length": len})

    assert (seen(model), model.data(model.index(0, 0), _number(model, b"length"))) == (["M0", "M1"], 2)


def _number(model, name):
    return next(number for number, each in model.roleNames().items() if bytes(each.data()) == name)


def test_qts_own_roles_are_themselves():
    model = ListModel(ids(a_store(*said(1))), roles={"text": str, "toolTip": str.upper})

    assert seen(model, Qt.ItemDataRole.ToolTipRole) == ["M0"]


def test_views_and_combo_boxes_are_bound_without_a_model_of_ones_own():
    store, view, box = a_store(*said(1)), QListView(), QComboBox()
    bind_list(view, ids(store))
    bind_list(box, ids(store), row=str.upper)

    store.apply(message_new("m1", at=1))
    until(lambda: (seen(view.model()), box.count()) == (["m0", "m1"], 2), turn)

    assert [box.itemText(at) for at in range(2)] == ["M0", "M1"]


def test_by_keys_what_is_selected_stays_so_when_the_list_is_told_anew():
    store = a_store(*said(3))
    model = watched(ListModel(ids(store), roles={"text": str}, key=str))
    told, chosen = signals(model), QPersistentModelIndex(model.index(1, 0))

    for frame in said(MANY + 5, first=3):  # more than are worth telling one by one
        store.apply(frame)
    until(lambda: model.rowCount() == MANY + 8, turn)

    assert ((("reset",) in told), chosen.data()) == (False, "m1")


QML = b"""
import QtQuick
Item {
    property string title: badge.value + " unread"
    function texts() { let all = []; for (let i = 0; i < each.count; i++) all.push(each.itemAt(i).text); return all }
    Repeater { id: each; model: rows; Text { text: model.text } }
}
"""


def test_qml_shows_what_the_selector_says():
    store, engine = Store(me="me"), QQmlEngine()
    badge, model = Value(unread(store)), watched(ListModel(rooms(store), roles={"text": str}))
    engine.rootContext().setContextProperty("badge", badge)
    engine.rootContext().setContextProperty("rows", model)
    component = QQmlComponent(engine)
    component.setData(QML, QUrl())
    screen = component.create()
    assert screen is not None, component.errorString()

    living(store, random_frames(300))
    wanted = (f"{unread(store).value} unread", rooms(store).value)
    until(lambda: (screen.property("title"), screen.texts().toVariant()) == wanted, turn)
    screen.deleteLater()
    engine.deleteLater()
    rest()


def _counted(store, runs):
    return store.select(lambda s: runs.append(s) or len(s.messages))


def test_a_destroyed_widget_lets_go_of_its_selector():
    store, label, runs = a_store(), QLabel(), []
    bind(label, "text", _counted(store, runs))
    label.deleteLater()
    rest()
    runs.clear()

    store.apply(message_new("m1"))

    assert runs == []


def test_an_object_that_nobody_holds_lets_go_of_its_selector():
    store, runs = a_store(), []
    Value(_counted(store, runs))
    gc.collect()
    store.apply(message_new("m1"))
    runs.clear()

    store.apply(message_new("m2", at=2))

    assert runs == []


def test_a_store_in_another_thread_outlives_the_widget_that_showed_it():
    with Elsewhere() as elsewhere:
        faults = []
        elsewhere.ask(lambda: elsewhere.store.faults.subscribe(faults.append))
        label = QLabel()
        bind(label, "text", elsewhere.store.select(lambda s: str(len(s.messages))))
        over = elsewhere.live(random_frames(200))
        label.deleteLater()
        rest()
        until(over.done, turn)
        until(lambda: not bindings._frames()._wanting, turn)

    assert faults == []
