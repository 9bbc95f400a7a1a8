"""Selectors bound to Tk's widgets, on a display that nobody looks at."""

import gc
import time

import pytest

from chatstate import Store
from tests.bindings.lives import Elsewhere, a_long_room, ids, in_turns, random_frames, rooms, said, texts, unread, until
from tests.bindings.toolkits import a_display, needs
from tests.stories import a_store, message_new

tkinter = needs("tkinter")
ttk = needs("tkinter.ttk")

from chatstate.bindings import tk as bindings  # noqa: E402
from chatstate.bindings.tk import bind, bind_list  # noqa: E402


@pytest.fixture(scope="module")
def display():
    with a_display():
        yield


@pytest.fixture
def root(display):
    root = tkinter.Tk()
    yield root
    if not bindings._gone(root):
        root.destroy()


def living(store, frames, root):
    """Let a store of Tk's own thread hear frames, a few between one turn and the next."""
    for some in in_turns(frames):
        for frame in some:
            store.apply(frame)
        root.update()


def lines(listbox):
    return [*listbox.get(0, "end")]


def leaves(tree):
    return [tree.item(iid, "text") for iid in tree.get_children()]


SHOWN = {"a Listbox": (tkinter.Listbox, lines), "a Treeview": (ttk.Treeview, leaves)}


def test_an_option_is_what_the_selector_says_after_a_thousand_events(root):
    store, label = Store(me="me"), tkinter.Label(root)
    bind(label, "text", unread(store))

    living(store, random_frames(), root)
    until(lambda: label["text"] == unread(store).value, root.update)


def test_a_variable_is_what_the_selector_says_after_a_thousand_events(root):
    store, variable = Store(me="me"), tkinter.IntVar(root)
    bind(variable, "value", unread(store))

    living(store, random_frames(), root)
    until(lambda: variable.get() == unread(store).value, root.update)


@pytest.mark.parametrize("list", [rooms, texts])
@pytest.mark.parametrize(("widget", "seen"), SHOWN.values(), ids=SHOWN)
def test_a_list_is_what_the_selector_says_after_a_thousand_events(widget, seen, list, root):
    store, target = Store(me="me"), widget(root)
    bind_list(target, list(store))

    living(store, random_frames(), root)
    until(lambda: seen(target) == list(store).value, root.update)


@pytest.mark.parametrize(("widget", "seen"), SHOWN.values(), ids=SHOWN)
def test_a_store_in_another_thread_is_shown_as_well(widget, seen, root):
    target, variable = widget(root), tkinter.IntVar(root)
    with Elsewhere() as elsewhere:
        bind(variable, "value", unread(elsewhere.store))
        bind_list(target, rooms(elsewhere.store))
        over = elsewhere.live(random_frames())
        until(over.done, root.update)
        wanted = elsewhere.ask(lambda: (unread(elsewhere.store).value, rooms(elsewhere.store).value))
        until(lambda: (variable.get(), seen(target)) == wanted, root.update)


def test_a_widget_is_told_once_a_frame_at_most(root):
    store, variable, runs = Store(me="me"), tkinter.IntVar(root), []
    bind(variable, "value", unread(store))
    variable.trace_add("write", lambda *_: runs.append(time.monotonic()))
    before = bindings._frames(root).shown

    living(store, random_frames(), root)
    until(lambda: variable.get() == unread(store).value, root.update)

    frames = bindings._frames(root).shown - before
    assert len(runs) <= frames < 500


@pytest.mark.parametrize(("widget", "seen"), SHOWN.values(), ids=SHOWN)
def test_one_insert_in_ten_thousand_makes_one_row(widget, seen, root):
    store, target, made = a_long_room(), widget(root), []
    bind_list(target, ids(store), row=lambda id: made.append(id) or id)
    made.clear()

    store.apply(message_new("new", at=4999.5))
    until(lambda: bool(made), root.update)

    assert (made, seen(target)[5000]) == (["new"], "new")


def test_rows_of_a_tree_have_values(root):
    tree = ttk.Treeview(root, columns=("id", "length"))

    bind_list(tree, ids(a_store(*said(1))), row=lambda id: (id, len(id)))

    assert tree.item(tree.get_children()[0], "values") == ("m0", "2")


def test_a_line_that_changes_and_moves_stays_selected(root):
    store, listbox = a_store(message_new("m1"), message_new("x1", cid="messaging:random", at=2)), tkinter.Listbox(root)
    bind_list(listbox, rooms(store))
    listbox.selection_set(1)

    store.apply(message_new("m2", at=3))
    until(lambda: lines(listbox)[0] == "messaging:general (2)", root.update)

    assert listbox.curselection() == (0,)


def test_an_option_that_there_is_not_is_an_error(root):
    with pytest.raises(AttributeError, match="Label has no option 'txet'"):
        bind(tkinter.Label(root), "txet", unread(a_store()))


def test_a_variable_has_a_value_and_nothing_else(root):
    with pytest.raises(AttributeError, match="only 'value'"):
        bind(tkinter.IntVar(root), "text", unread(a_store()))


def _counted(store, runs):
    return store.select(lambda s: runs.append(s) or len(s.messages))


@pytest.mark.parametrize("gone", ["the widget", "a frame around it", "the application"])
def test_a_destroyed_widget_lets_go_of_its_selector(gone, root):
    store, frame, runs = a_store(), tkinter.Frame(root), []
    label = tkinter.Label(frame)
    bind(label, "text", _counted(store, runs))
    {"the widget": label, "a frame around it": frame, "the application": root}[gone].destroy()
    runs.clear()

    store.apply(message_new("m1"))

    assert runs == []


def test_a_window_outlives_what_is_in_it(root):
    store, label = a_store(), tkinter.Label(root)
    bind(root, "width", store.select(lambda s: 100 + len(s.messages)))
    label.destroy()

    store.apply(message_new("m1"))

    until(lambda: root["width"] == 101, root.update)


def test_a_variable_that_nobody_holds_lets_go_of_its_selector(root):
    store, runs = a_store(), []
    bind(tkinter.IntVar(root), "value", _counted(store, runs))
    gc.collect()
    store.apply(message_new("m1"))
    runs.clear()

    store.apply(message_new("m2", at=2))

    assert runs == []


def test_a_store_in_another_thread_outlives_the_application_that_showed_it(root):
    with Elsewhere() as elsewhere:
        faults = []
        elsewhere.ask(lambda: elsewhere.store.faults.subscribe(faults.append))
        variable = tkinter.IntVar(root)
        bind(variable, "value", unread(elsewhere.store))
        bind_list(tkinter.Listbox(root), rooms(elsewhere.store))
        over = elsewhere.live(random_frames(200))
        root.update()
        root.destroy()
        over.result(timeout=30)

    assert faults == []
