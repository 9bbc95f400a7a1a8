"""How messages are drawn, and what is said of times, names and texts."""

from datetime import UTC, datetime, timedelta

import pytest

pytest.importorskip("textual", reason="the chat needs textual")

from rich.console import Console
from rich.style import Style

from chatstate.chat.drawing import Around, draw, stands_with
from chatstate.chat.said import Poll, Quote, Said, saying
from chatstate.chat.words import (
    counted,
    day,
    fitted,
    initials,
    line,
    listed,
    mentioned,
    moment,
    name_of,
    plain,
    title_of,
    typing,
)
from chatstate.clock import SECOND, parse
from tests.objects import GENERAL, message, poll
from tests.stories import (
    a_store,
    channel_created,
    member_added,
    message_deleted,
    message_new,
    reaction_new,
    truncated,
)

AT = parse("2025-01-15T08:00:00Z")
TODAY = datetime(2025, 1, 15, tzinfo=UTC)


def a_saying(**more):
    return Said(**{"id": "m1", "author_id": "bo", "author": "Bo Berg", "text": "hello", "at": AT} | more)


def drawn(said, *, width=60, **around):
    """The lines of a message, without what is around it."""
    row = draw(said, Around(width, TODAY, UTC, **around), lambda part: Style(), Console())
    assert all(strip.cell_length <= width for strip in row.lines)
    return [strip.text.rstrip() for strip in row.lines]


def said_in(store, id="m1", **how):
    return saying(store, **how)(store.message(id))


# A message


def test_who_said_it_and_when_stand_above_it():
    assert drawn(a_saying()) == ["", "  BB  Bo Berg  08:00", "      hello"]


def test_a_group_names_its_author_once():
    assert drawn(a_saying(), heads=False) == ["      hello"]


def test_a_day_and_what_is_new_begin_with_a_line():
    lines = drawn(a_saying(), day=True, fresh=True, above="the beginning")
    assert ("the beginning" in lines[1], "─ Today ─" in lines[3], "─ new messages ─" in lines[5]) == (True, True, True)


def test_a_system_message_has_no_author():
    assert drawn(a_saying(kind="system", text="Bo left"), width=21) == ["", "       Bo left"]


def test_a_message_for_me_alone_says_so():
    assert drawn(a_saying(kind="private"), heads=False) == ["      hello  only you can see this"]


def test_a_poll_shows_what_was_voted_for():
    voted = a_saying(text="", poll=Poll("Lunch?", (("Soup", 3, True), ("Salad", 1, False)), closed=True))
    lines = drawn(voted, heads=False, width=72)
    assert lines[1] == "      📊 Lunch?"
    assert [part in lines[2] for part in ("● Soup", "━━", " 3")] == [True] * 3
    assert [part in lines[3] for part in ("○ Salad", "━", " 1")] == [True] * 3
    assert lines[4] == "      This poll is closed."


def test_a_quote_that_is_gone_says_so():
    assert drawn(a_saying(quote=Quote()), heads=False)[0] == "      ▎ a message that is gone"


def test_code_and_bold_are_drawn_without_their_signs():
    assert drawn(a_saying(text="run `make` **now**"), heads=False) == ["      run  make  now"]


def test_a_long_word_is_broken():
    assert len(drawn(a_saying(text="x" * 200), heads=False, width=40)) > 5


def test_messages_of_one_author_stand_together_for_a_while():
    before = a_saying()
    after = [a_saying(at=AT + seconds * SECOND) for seconds in (60, 3600)]
    assert [stands_with(said, before) for said in after] == [True, False]
    assert not stands_with(a_saying(author_id="cy"), before)


# What a message says


def test_what_hangs_on_a_message_is_told():
    things = [{"type": "image", "fallback": "cat.jpg"}, {"type": "file", "title": "notes.txt"}, "broken"]
    said = said_in(a_store(message_new("m1", by="bo", attachments=things, mentions=["me"])))
    assert said.attached == ("🌄 cat.jpg", "📎 notes.txt", "📎 attachment")
    assert said.mentioned == (("Me", True),)


def test_my_reactions_are_told_from_those_of_others():
    store = a_store(message_new("m1"), reaction_new("m1", "like", by="me", at=2, counts={"like": 1, "wow": 2}))
    assert said_in(store).reactions == (("like", 1, True), ("wow", 2, False))


def test_a_poll_is_told_with_my_votes():
    store = a_store(message_new(message("m1", poll=poll("p1", vote_counts_by_option={"yes": 2}), poll_id="p1")))
    assert said_in(store).poll == Poll("Poll p1", (("Yes", 2, False), ("No", 0, False)), closed=False)


def test_a_deleted_message_tells_nothing_of_what_it_was():
    store = a_store(message_new("m1", text="secret"), message_deleted("m1", at=2))
    assert (said_in(store).kind, said_in(store).text) == ("deleted", "")


def test_a_quote_is_told_as_it_is_now():
    store = a_store(
        message_new("m0", by="cy", text="the question"),
        message_new("m1", at=2, quotes=message("m0", by="cy", text="the question")),
    )
    now = said_in(store).quote
    store.apply(message_deleted("m0", at=3, hard=True))
    assert (now.text, now.gone, said_in(store).quote.gone) == ("the question", False, True)


def test_a_system_message_is_told_as_one():
    store = a_store(channel_created(), truncated(at=5, system=message("s1", at=5, type="system", text="emptied")))
    assert (said_in(store, "s1").kind, said_in(store, "s1").text) == ("system", "emptied")


def test_an_edit_is_told_by_when_its_text_changed():
    store = a_store(message_new("m1", message_text_updated_at="2025-01-15T08:00:05Z"))
    assert (said_in(store).edited, store.message("m1").edited_at) == (True, parse("2025-01-15T08:00:05Z"))


# Words


def test_days_are_called_as_one_calls_them():
    days = [TODAY - timedelta(days=days) for days in (0, 1, 3, 400)]
    assert [day(each, TODAY) for each in days] == [
        "Today",
        "Yesterday",
        "Sunday, 12 January",
        "Tuesday, 12 December 2023",
    ]


def test_a_moment_is_said_shorter_the_farther_it_is():
    moments = [TODAY, TODAY - timedelta(days=2), TODAY - timedelta(days=60)]
    assert [moment(each, TODAY) for each in moments] == ["00:00", "Mon", "16 Nov"]


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ([], ""),
        (["Bo"], "Bo is typing…"),
        (["Bo", "Cy"], "Bo and Cy are typing…"),
        (["Bo", "Cy", "Di"], "Bo, Cy and Di are typing…"),
        (["Bo", "Cy", "Di", "Ed"], "4 people are typing…"),
    ],
)
def test_who_types_is_said_in_a_sentence(names, sentence):
    assert typing(names) == sentence


def test_a_channel_without_a_name_is_called_by_who_is_in_it():
    store = a_store(member_added("me"), member_added("bo"), member_added("cy"))
    assert title_of(store.channel(GENERAL), "me") == "Bo and Cy"
    assert title_of(a_store().channel(GENERAL), "me") == "general"


def test_texts_fit():
    assert [fitted("four words stand here", width) for width in (30, 10, 1, 0)] == [
        "four words stand here         ", "four word…", "…", "",
    ]  # fmt: skip
    assert fitted("日本語", 4) == "日 …"


def test_what_would_act_on_a_terminal_is_left_out():
    assert plain("a\x1b[2Jb\x9bc\u202ed\te\nf") == "a[2Jbcd e\nf"
    assert line("  two\n lines ") == "two lines"


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("@Bo, look", ["bo"]),
        ("@Bobby, look", ["cy"]),
        ("@Bo Berg, look", ["di"]),
        ("@Bo Berg and @Bo", ["di", "bo"]),
        ("bo@Bo.example", []),
        ("nobody", []),
    ],
)
def test_whom_a_text_mentions(text, ids):
    assert mentioned(text, [("bo", "Bo"), ("cy", "Bobby"), ("di", "Bo Berg")]) == ids


def test_small_words():
    assert (counted(1, "reply", "replies"), counted(2, "reply", "replies")) == ("1 reply", "2 replies")
    assert (listed(["a", "b", "c"]), name_of(None)) == ("a, b and c", "somebody")
    assert [initials(name) for name in ("Bo Berg", "bo", "Ana van Dyk", "日本")] == ["BB", "BO", "AD", "日"]
