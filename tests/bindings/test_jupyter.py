"""Selectors bound to Jupyter's widgets: in a kernel of its own, and in a loop as a cell has it."""

import asyncio
import json
from pathlib import Path

import pytest

from chatstate import Store, selectors
from chatstate.reactive import Insert, Move, Remove, Reset, Set, apply
from tests.bindings.lives import (
    ENOUGH,
    Elsewhere,
    a_long_room,
    ids,
    in_turns,
    random_frames,
    rooms,
    said,
    texts,
    unread,
)
from tests.bindings.toolkits import needs
from tests.objects import GENERAL
from tests.stories import a_store, message_deleted, message_new, user_updated

for _toolkit in ("ipywidgets", "anywidget", "nbclient", "ipykernel"):
    needs(_toolkit)

import ipywidgets  # noqa: E402
import nbclient  # noqa: E402
import nbformat  # noqa: E402

from chatstate.bindings import jupyter as bindings  # noqa: E402
from chatstate.bindings.jupyter import MessageList, bind, bind_list  # noqa: E402

HOUSE = Path(__file__).parent.parent.parent


def in_a_cell(story):
    """Play a story where a loop runs, as in a cell."""
    return asyncio.run(asyncio.wait_for(story(), timeout=ENOUGH))


async def until(condition):
    """Let the loop run until something is so."""
    while not condition():
        await asyncio.sleep(0.001)


async def living(store, frames):
    """Let a store of the loop's own thread hear frames, a few between one turn and the next."""
    for some in in_turns(frames):
        for frame in some:
            store.apply(frame)
        await asyncio.sleep(0)


class Page(MessageList):
    """A list whose page is a Python list: it does what it is sent, as it comes."""

    def send(self, content, buffers=None):
        self.__dict__.setdefault("sent", []).append(json.loads(json.dumps(content)))

    @property
    def shown(self):
        shown = []
        for message in self.sent:
            apply(map(read, message["diffs"]), shown)
        return shown


WORDS = {"reset": Reset, "insert": Insert, "set": Set, "remove": Remove, "move": Move}


def read(told):
    """A diff as a page reads it."""
    fields = {name: value for name, value in told.items() if name != "kind"}
    return WORDS[told["kind"]](**fields)


def test_a_trait_is_what_the_selector_says_after_a_thousand_events():
    async def story():
        store, label = Store(me="me"), ipywidgets.IntText()
        bind(label, "value", unread(store))
        await living(store, random_frames())
        await until(lambda: label.value == unread(store).value)

    in_a_cell(story)


@pytest.mark.parametrize("list", [rooms, texts])
def test_a_page_shows_what_the_selector_says_after_a_thousand_events(list):
    async def story():
        store = Store(me="me")
        page = Page(list(store))
        await living(store, random_frames())
        await until(lambda: page.shown == list(store).value)

    in_a_cell(story)


@pytest.mark.parametrize("list", [rooms, texts])
def test_a_box_shows_what_the_selector_says_after_a_thousand_events(list):
    async def story():
        store, box = Store(me="me"), ipywidgets.VBox()
        bind_list(box, list(store), row=lambda text: ipywidgets.Label(text))
        await living(store, random_frames())
        await until(lambda: [row.value for row in box.children] == list(store).value)

    in_a_cell(story)


def test_a_store_in_another_thread_is_shown_as_well():
    async def story():
        label = ipywidgets.IntText()
        with Elsewhere() as elsewhere:
            bind(label, "value", unread(elsewhere.store))
            page = Page(rooms(elsewhere.store))
            over = elsewhere.live(random_frames())
            await until(over.done)
            wanted = elsewhere.ask(lambda: (unread(elsewhere.store).value, rooms(elsewhere.store).value))
            await until(lambda: (label.value, page.shown) == wanted)

    in_a_cell(story)


def test_a_page_is_sent_one_message_a_frame_at_most():
    async def story():
        store = Store(me="me")
        page = Page(texts(store))
        before = bindings._frames().shown
        page.sent.clear()
        await living(store, random_frames())
        await until(lambda: page.rows == texts(store).value)
        return len(page.sent) <= bindings._frames().shown - before < 500

    assert in_a_cell(story)


def test_one_insert_in_ten_thousand_is_sent_as_one_insert():
    async def story():
        store = a_long_room()
        page = Page(ids(store))
        page.sent.clear()
        store.apply(message_new("new", at=4999.5))
        await until(lambda: bool(page.sent))
        return page.sent

    assert in_a_cell(story) == [{"kind": "diffs", "diffs": [{"kind": "insert", "at": 5000, "item": "new"}]}]


def test_a_page_that_opens_later_is_sent_the_whole_list():
    async def story():
        page = Page(ids(a_store(*said(2))), row=lambda id: {"text": id})
        page.sent.clear()
        page._handle_custom_msg({"kind": "whole"}, [])
        return page.sent

    assert in_a_cell(story) == [
        {"kind": "diffs", "diffs": [{"kind": "reset", "items": [{"text": "m0"}, {"text": "m1"}]}]}
    ]


def test_a_label_shows_a_number_as_text():
    async def story():
        label, absent = ipywidgets.Label(), ipywidgets.Label()
        bind(label, "value", unread(a_store(message_new("m1"))))
        bind(absent, "value", a_store().select(selectors.name(GENERAL)))
        return label.value, absent.value

    assert in_a_cell(story) == ("1", "")


def test_a_list_of_messages_shows_who_wrote_what():
    async def story():
        store = a_store(message_new("m1", by="bo", text="hello"), message_new("m2", by="bo", at=2, text="never mind"))
        page = Page(store.select_list(selectors.messages(GENERAL)))
        store.apply(message_deleted("m2", at=3))
        store.apply(user_updated("bo", name="Bo Berg", at=4))
        await until(lambda: page.shown == page.rows and len(page.sent) > 1)
        return page.rows

    assert in_a_cell(story) == [{"by": "Bo Berg", "text": "hello"}, {"by": "Bo Berg", "gone": "deleted"}]


def test_a_list_of_channels_and_one_of_people_show_what_they_are_called():
    async def story():
        store = a_store(message_new("m1", by="bo"), message_new("m2", by="me", at=2))
        people = Page(store.select_list(lambda s: [message.user for message in s.channel(GENERAL).messages]))
        return Page(store.select_list(selectors.channel_list())).rows, people.rows

    assert in_a_cell(story) == ([{"name": GENERAL, "unread": ""}], ["Bo", "Me"])


def test_a_trait_that_there_is_not_is_an_error():
    with pytest.raises(AttributeError, match="IntText has no trait 'vlaue'"):
        bind(ipywidgets.IntText(), "vlaue", unread(a_store()))


def test_without_a_loop_nothing_can_be_bound():
    with pytest.raises(RuntimeError, match="where an asyncio loop runs"):
        bind(ipywidgets.IntText(), "value", unread(a_store()))


def test_a_closed_widget_lets_go_of_its_selector():
    async def story():
        store, label, runs = a_store(), ipywidgets.IntText(), []
        bind(label, "value", store.select(lambda s: runs.append(s) or len(s.messages)))
        label.close()
        runs.clear()
        store.apply(message_new("m1"))
        return runs

    assert in_a_cell(story) == []


def test_rows_of_a_box_that_go_are_closed():
    async def story():
        store, box = a_store(message_new("m1")), ipywidgets.VBox()
        bind_list(box, rooms(store), row=lambda text: ipywidgets.Label(text))
        before = box.children[0]
        store.apply(message_new("m2", at=2))
        await until(lambda: box.children[0].value == "messaging:general (2)")
        return before.comm

    assert in_a_cell(story) is None


CELLS = """
import asyncio, ipywidgets
from chatstate import Store, selectors
from chatstate.bindings.jupyter import MessageList, bind
from tests.bindings.lives import random_frames, rooms, unread

store, label = Store(me="me"), ipywidgets.IntText()
bind(label, "value", unread(store))
list = MessageList(rooms(store))
display(label, list)
#
for at, frame in enumerate(random_frames()):
    store.apply(frame)
    if at % 10 == 0:
        await asyncio.sleep(0)
while (label.value, list.rows) != (unread(store).value, rooms(store).value):
    await asyncio.sleep(0.001)
#
print(unread(store).value, *rooms(store).value, sep="|")
"""


class Notebook(nbclient.NotebookClient):
    """A notebook as a browser has it open: it keeps what its lists are sent."""

    def handle_comm_msg(self, outs, msg, cell_index):
        data = msg["content"]["data"]
        if data.get("method") == "custom":
            self.__dict__.setdefault("sent", []).extend(map(read, data["content"]["diffs"]))
        super().handle_comm_msg(outs, msg, cell_index)


@pytest.mark.filterwarnings("default")  # what a kernel and its client warn each other of is not ours
def test_a_notebook_shows_what_the_selector_says_after_a_thousand_events():
    cells = [nbformat.v4.new_code_cell(cell.strip()) for cell in CELLS.split("#\n")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    client = Notebook(notebook, timeout=2 * ENOUGH, resources={"metadata": {"path": str(HOUSE)}})

    client.execute()

    count, *wanted = cells[2].outputs[0].text.strip().split("|")
    values = [state["value"] for state in client.widget_state.values() if state.get("_model_name") == "IntTextModel"]
    assert (values, apply(client.sent, [])) == ([int(count)], wanted)


DOCUMENT = """({ createElement: () => ({
  children: [], className: "", textContent: "",
  append(child) { this.children.push(child) },
  replaceChildren(...rows) { this.children = rows },
  insertBefore(row, next) { this.children.splice(next ? this.children.indexOf(next) : this.children.length, 0, row) },
  replaceChild(row, old) { this.children[this.children.indexOf(old)] = row },
  removeChild(row) { this.children.splice(this.children.indexOf(row), 1); return row },
}) })"""
"""As much of a document as the page needs."""

PAGE = """
import page from "%s"
export function show(messages) {
  const el = document.createElement("div"), asked = []
  let told
  page.render({ el, model: { on: (_, listener) => { told = listener }, send: (message) => asked.push(message) } })
  told({ kind: "diffs", diffs: [{ kind: "insert", at: 0, item: "before the list is whole" }] })
  JSON.parse(messages).forEach(told)
  const texts = (each) => each.children.map((row) => row.children.map((cell) => cell.textContent).join(""))
  return JSON.stringify([asked, texts(el.children[0])])
}
"""


@pytest.mark.usefixtures("application")
@pytest.mark.parametrize("list", [rooms, texts])
def test_the_page_itself_does_what_it_is_sent(list, tmp_path):
    qml = needs("PySide6.QtQml")

    async def story():
        store = Store(me="me")
        page = Page(list(store))
        await living(store, random_frames())
        await until(lambda: page.rows == list(store).value)
        return page

    page = in_a_cell(story)
    (tmp_path / "page.mjs").write_text(PAGE % (bindings.HERE / "message_list.js"))
    engine = qml.QJSEngine()
    engine.globalObject().setProperty("document", engine.evaluate(DOCUMENT))
    module = engine.importModule(str(tmp_path / "page.mjs"))
    shown = module.property("show").call([qml.QJSValue(json.dumps(page.sent))])

    assert not module.isError(), module.toString()
    assert json.loads(shown.toString()) == [[{"kind": "whole"}], page.rows]
