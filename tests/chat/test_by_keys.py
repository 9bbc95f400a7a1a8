"""The chat as it is used: ana strikes keys, bo sits at another client, and each sees what the other does."""

import pytest

pytest.importorskip("textual", reason="the chat needs textual")
pytest.importorskip("uvicorn", reason="the chat is tried on a local service")

from chatstate.chat.prompts import Confirm, Details, Reactions
from tests.chat.town import last, live, picture
from tests.company import GENERAL


def of_bo(scene, id):
    return scene.bo.store.message(id)


def room_of(scene, cid=GENERAL):
    return next(room for room in scene.app.rooms.rooms if room.cid == cid)


async def sent(scene, text):
    """Ana writes something; answers its id, once bo has it."""
    await scene.type(text)
    await scene.press("enter")
    await scene.until(lambda: scene.messages.ids and last(scene).text.endswith(text))
    id = scene.messages.ids[-1]
    await scene.until(lambda: of_bo(scene, id).exists)
    return id


async def from_bo(scene, text="hello ana", **how):
    """Bo writes something; answers its id, once ana's screen shows it."""
    id = (await scene.bo.send_message(GENERAL, text, **how)).id
    await scene.shows(text)
    return id


# One evening, from beginning to end


def test_an_evening_of_two():
    async def story(scene):
        id = await write(scene)
        await edit(scene, id)
        await react(scene, id)
        await reply_in_its_thread(scene, id)
        await delete(scene, id)
        await listen_and_read(scene)
        return await mark_unread(scene)

    assert live(story) == 1


async def write(scene):
    """Bo sees ana typing, then what she wrote, and reads it: it says so."""
    await scene.type("good evenin")
    await scene.until(lambda: [user.id for user in scene.bo.store.channel(GENERAL).typing] == ["ana"])
    id = await sent(scene, "g")
    assert of_bo(scene, id).text == "good evening"
    await scene.bo.mark_read(GENERAL)
    await scene.until(lambda: last(scene).mark == "read")
    return id


async def edit(scene, id):
    await scene.press("up", "e")
    await scene.type("!")
    await scene.press("enter")
    await scene.shows("good evening!  edited")
    await scene.until(lambda: of_bo(scene, id).text == "good evening!")


async def react(scene, id):
    """Both of them."""
    await scene.bo.react(id, "love")
    await scene.shows("💜 1")
    await scene.press("up", "plus", "2")
    await scene.shows("💜 2")
    await scene.until(lambda: of_bo(scene, id).reaction_counts["love"] == 2)


async def reply_in_its_thread(scene, id):
    await scene.press("t")
    await scene.type("in here")
    await scene.press("enter")
    await scene.until(lambda: [reply.text for reply in of_bo(scene, id).thread.replies] == ["in here"])
    await scene.bo.send_message(GENERAL, "fine", parent_id=id)
    await scene.shows("fine")
    await scene.press("escape")
    await scene.shows("↳ 2 replies")


async def delete(scene, id):
    await scene.press("up", "d", "y")
    await scene.until(lambda: of_bo(scene, id).deleted)
    await scene.shows("This message was deleted.")


async def listen_and_read(scene):
    """Bo types, and writes; it is read at once, because it is before her eyes."""
    await scene.press("escape")
    scene.bo.keystroke(GENERAL)
    await scene.shows("Bo is typing…")
    id = await from_bo(scene)
    await scene.hides("Bo is typing…")
    await scene.until(lambda: "ana" in [user.id for user in scene.bo.store.channel(GENERAL).reads_of(id)])


async def mark_unread(scene):
    """It has a badge then, and the line."""
    await scene.press("up", "u")
    await scene.until(lambda: scene.ana.store.channel(GENERAL).unread == 1)
    await scene.shows("new messages")
    await scene.until(lambda: room_of(scene).unread == 1)
    return room_of(scene).unread


# The single keys


def test_a_reply_quotes_what_it_replies_to():
    async def story(scene):
        id = await from_bo(scene, "are you coming?")
        await scene.press("up", "r")
        await scene.shows("↳ Bo: are you coming?")
        mine = await sent(scene, "yes")
        await scene.shows("▎ Bo  are you coming?")
        return of_bo(scene, mine).quoted_message_id == id

    assert live(story)


def test_a_name_is_completed_and_mentioned():
    async def story(scene):
        await scene.type("hello @bo")
        await scene.shows("@Bo")
        await scene.press("tab", "enter")
        await scene.until(lambda: scene.messages.ids and last(scene).mentioned)
        return last(scene).text, last(scene).mentioned

    assert live(story) == ("hello @Bo", (("Bo", False),))


def test_a_line_can_be_broken():
    async def story(scene):
        await scene.type("one")
        await scene.press("ctrl+j")
        await sent(scene, "two")
        return last(scene).text

    assert live(story) == "one\ntwo"


def test_escape_cancels_an_edit_and_what_was_said_stays():
    async def story(scene):
        await sent(scene, "as it was")
        await scene.press("up", "e", "x", "escape")
        return scene.app.channel.composer.is_empty, last(scene).text

    assert live(story) == (True, "as it was")


def test_what_is_begun_waits_until_the_channel_is_opened_again():
    async def story(scene):
        await scene.type("later")
        scene.app.open(next(room.cid for room in scene.app.rooms.rooms if room.cid != GENERAL))
        await scene.pilot.pause()
        elsewhere = scene.app.channel.composer.paper.text
        scene.app.open(GENERAL)
        return elsewhere, scene.app.channel.composer.paper.text

    assert live(story) == ("", "later")


def test_a_reaction_given_again_is_taken_back():
    async def story(scene):
        id = await from_bo(scene)
        await scene.press("up", "1")
        await scene.shows("👍 1")
        await scene.press("1")
        await scene.hides("👍 1")
        await scene.until(lambda: not of_bo(scene, id).reaction_counts)
        await scene.press("plus", "right", "enter")
        await scene.shows("💜 1")

    live(story)


def test_who_is_asked_whether_to_delete_may_say_no():
    async def story(scene):
        await sent(scene, "keep me")
        await scene.press("up", "d")
        asked = isinstance(scene.app.screen, Confirm)
        await scene.press("n")
        return asked, last(scene).kind

    assert live(story) == (True, "plain")


def test_what_is_not_mine_cannot_be_edited_or_deleted():
    async def story(scene):
        await from_bo(scene)
        await scene.press("up", "e", "d")
        return scene.app.channel.composer.editing, isinstance(scene.app.screen, Confirm)

    assert live(story) == (None, False)


def test_a_message_is_pinned_and_everyone_sees_it():
    async def story(scene):
        id = await from_bo(scene, "remember this")
        await scene.press("up", "p")
        await scene.shows("📌")
        await scene.until(lambda: of_bo(scene, id).pinned)
        await scene.press("p")
        await scene.hides("📌")

    live(story)


def test_what_is_known_of_a_message_is_told():
    async def story(scene):
        id = await sent(scene, "who has read this?")
        await scene.bo.react(id, "like")
        await scene.bo.mark_read(GENERAL)
        await scene.until(lambda: last(scene).mark == "read" and last(scene).reactions)
        await scene.press("up", "i")
        assert isinstance(scene.app.screen, Details)
        await scene.shows("read by   Bo")
        return "👍        Bo" in picture(scene.app)

    assert live(story)


def test_the_reactions_may_be_left_alone():
    async def story(scene):
        await from_bo(scene)
        await scene.press("up", "plus")
        shown = isinstance(scene.app.screen, Reactions)
        await scene.press("escape")
        return shown, last(scene).reactions

    assert live(story) == (True, ())


def test_what_could_not_be_sent_says_so_and_is_sent_again():
    async def story(scene):
        scene.service.faults.refuse(400, path="/channels/messaging/general/message", user="ana")
        await scene.type("hello")
        await scene.press("enter")
        await scene.shows("not sent:")
        await scene.press("up", "s")
        await scene.hides("not sent:")
        await scene.until(lambda: of_bo(scene, scene.messages.ids[-1]).text == "hello")

    live(story)


# What others see, and what others send


def test_a_message_of_mine_is_delivered_before_it_is_read():
    async def story(scene):
        await sent(scene, "did it arrive?")
        marks = [last(scene).mark]
        latest = {"latest_delivered_messages": [{"cid": GENERAL, "id": last(scene).id}]}
        await scene.bo.call("POST", "/channels/delivered", latest)
        await scene.until(lambda: last(scene).mark == "delivered")
        await scene.bo.mark_read(GENERAL)
        await scene.until(lambda: last(scene).mark == "read")
        return marks

    assert live(story) == ["sent"]


def test_an_edit_a_reaction_and_a_deletion_of_others_show():
    async def story(scene):
        id = await from_bo(scene, "first words")
        await scene.bo.edit_message(id, "other words")
        await scene.shows("other words  edited")
        await scene.bo.react(id, "fire")
        await scene.shows("🔥 1")
        await scene.bo.delete_message(id)
        await scene.shows("This message was deleted.")
        await scene.bo.delete_message(id, hard=True)
        await scene.hides("This message was deleted.")

    live(story)


def test_what_is_chosen_gives_way_to_its_neighbour_when_it_goes():
    async def story(scene):
        stays, goes = await from_bo(scene, "one"), await from_bo(scene, "two")
        await scene.press("up")
        assert scene.messages.chosen == goes
        await scene.bo.delete_message(goes, hard=True)
        await scene.until(lambda: scene.messages.chosen != goes)
        return scene.messages.chosen == stays

    assert live(story)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m \x07bell", "[31mred[0m bell"),
        ("[b]bold[/b] [link=x]", "[b]bold[/b] [link=x]"),
        ("tab\there", "tab here"),
        ("\u202eturned", "turned"),
        ("日本語 नमस्ते", "日本語 नमस्ते"),
        ("x" * 300, "x" * 60),
    ],
    ids=["control", "markup", "tab", "direction", "scripts", "long"],
)
def test_no_text_does_anything_to_the_terminal(text, shown):
    async def story(scene):
        await scene.bo.send_message(GENERAL, text)
        await scene.until(lambda: scene.messages.ids and shown in picture(scene.app))
        widths = {strip.cell_length for strip in map(scene.messages.render_line, range(scene.messages.size.height))}
        return "\x1b" in picture(scene.app), len(widths)

    assert live(story) == (False, 1)


def test_a_reply_that_stands_in_the_channel_too_says_what_it_replies_to():
    async def story(scene):
        id = await from_bo(scene, "the question")
        await scene.bo.send_message(GENERAL, "the answer", parent_id=id, show_in_channel=True)
        await scene.shows("↳ the question")
        await scene.press("up", "enter")
        await scene.until(lambda: scene.app.thread.messages.ids[:1] == [id])

    live(story)


def test_what_can_be_done_no_more_is_said():
    async def story(scene):
        id = await from_bo(scene, "soon gone")
        await scene.press("up")
        said = last(scene)
        await scene.bo.delete_message(id, hard=True)
        await scene.until(lambda: not scene.messages.ids)
        scene.app.deeds.do("react 1", said, scene.app.channel)
        await scene.shows("is not known")

    live(story)
