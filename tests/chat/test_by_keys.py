"""The chat as it is used: ana strikes keys, bo sits at another client, and each sees what the other does."""

import pytest

pytest.importorskip("textual", reason="the chat needs textual")
pytest.importorskip("uvicorn", reason="the chat is tried on a local service")

from tests.chat.town import last, live, picture
from tests.company import GENERAL


def of_bo(scene, id):
    return scene.bo.store.message(id)


async def sent(scene, text):
    """Ana writes something; answers its id, once bo has it."""
    await scene.type(text)
    await scene.press("enter")
    await scene.until(lambda: scene.messages.ids and last(scene).text == text)
    id = scene.messages.ids[-1]
    await scene.until(lambda: of_bo(scene, id).exists)
    return id


async def from_bo(scene, text="hello ana", **how):
    """Bo writes something; answers its id, once ana's screen shows it."""
    id = (await scene.bo.send_message(GENERAL, text, **how)).id
    await scene.shows(text)
    return id


def test_an_evening_of_two():
    """From sending to reading, each step seen by the other."""

    async def story(scene):
        ana, bo = scene.ana, scene.bo
        # Writing: bo sees ana typing, then what she wrote.
        await scene.type("good evenin")
        await scene.until(lambda: [user.id for user in bo.store.channel(GENERAL).typing] == ["ana"])
        await scene.type("g")
        await scene.press("enter")
        await scene.until(lambda: last(scene).text == "good evening")
        id = scene.messages.ids[-1]
        await scene.until(lambda: of_bo(scene, id).text == "good evening")
        # Bo reads it, and it says so.
        await bo.mark_read(GENERAL)
        await scene.until(lambda: last(scene).mark == "read")
        # Editing.
        await scene.press("up", "e")
        await scene.type("!")
        await scene.press("enter")
        await scene.shows("good evening!  edited")
        await scene.until(lambda: of_bo(scene, id).text == "good evening!")
        # Reacting, both of them.
        await bo.react(id, "love")
        await scene.shows("💜 1")
        await scene.press("up", "plus", "2")
        await scene.shows("💜 2")
        await scene.until(lambda: of_bo(scene, id).reaction_counts["love"] == 2)
        # Replying in a thread.
        await scene.press("t")
        await scene.type("in here")
        await scene.press("enter")
        await scene.until(lambda: [reply.text for reply in of_bo(scene, id).thread.replies] == ["in here"])
        await bo.send_message(GENERAL, "fine", parent_id=id)
        await scene.shows("fine")
        await scene.press("escape")
        await scene.shows("↳ 2 replies")
        # Deleting.
        await scene.press("up", "d", "y")
        await scene.until(lambda: of_bo(scene, id).deleted)
        await scene.shows("This message was deleted.")
        # Bo types, and writes; it is read at once, because it is before her eyes.
        await scene.press("escape")
        bo.keystroke(GENERAL)
        await scene.shows("Bo is typing…")
        said = await from_bo(scene)
        await scene.hides("Bo is typing…")
        await scene.until(lambda: "ana" in [user.id for user in bo.store.channel(GENERAL).reads_of(said)])
        # Marking unread: the badge, and the line.
        await scene.press("up", "u")
        await scene.until(lambda: ana.store.channel(GENERAL).unread == 1)
        await scene.shows("new messages")
        return next(room.unread for room in scene.app.rooms.rooms if room.cid == GENERAL)

    assert live(story) == 1
