"""Pages as they were asked for: what is older, what is newer, what is missing between."""

import pytest

from chatstate.errors import Malformed
from tests.objects import channel
from tests.queries import entry, general, loaded
from tests.stories import (
    a_store,
    added_to_channel,
    channel_created,
    channel_deleted,
    hidden,
    ids,
    message_new,
    then,
    truncated,
)

LAST = channel(last_message_at=9)
"""A channel whose newest message was written at the second 9."""


def page(*numbers, channel=LAST):
    return entry(*numbers, channel=channel)


def asking(limit=3, **bounds):
    return {"messages": {"limit": limit} | bounds}


def turned(*pages):
    """A store that has loaded pages, each with what was asked for."""
    store = a_store()
    for told, asked in pages:
        store.load(told, asked=asked)
    return store


def gaps(store):
    timeline = general(store).messages
    return [each.id for each in timeline if timeline.has_gap_before(each)]


NEWEST = (page(7, 8, 9), asking())

OLDER = {
    "nothing said of what was asked": ((page(7, 8), None), True),
    "the newest, as many as asked for": (NEWEST, True),
    "the newest, fewer than asked for": ((page(8, 9), asking()), False),
    "the newest of each channel, fewer than asked for": (({"channels": [page(8, 9)]}, {"message_limit": 3}), False),
    "the newest of each channel, no limit told": (({"channels": [page(8, 9)]}, {}), True),
    "a channel without messages": ((page(channel=channel()), asking()), False),
    "older ones, fewer than asked for": ((page(5, 6), asking(id_lt="m7")), False),
    "older ones by their time, fewer than asked for": ((page(5, 6), asking(created_at_before="…")), False),
    "older ones, no limit told": ((page(5, 6), {"messages": {"id_lt": "m7"}}), True),
    "newer ones, fewer than asked for": ((page(8, 9), asking(id_gt="m7")), True),
    "some around one, fewer than asked for": ((page(6, 7), asking(id_around="m7")), True),
    "some after others were left out": ((page(6, 7), asking(offset=30)), True),
    "older ones, where a bound is null": ((page(5, 6), asking(id_lt="m7", id_around=None)), False),
}


@pytest.mark.parametrize("what", OLDER)
def test_a_page_shorter_than_asked_for_tells_that_nothing_is_older(what):
    told, has_older = OLDER[what]

    assert general(turned(told)).has_older is has_older


def test_an_empty_page_of_older_messages_tells_that_nothing_is_older():
    assert not general(turned(NEWEST, (page(), asking(id_lt="m7")))).has_older


def test_a_full_page_elsewhere_leaves_what_is_known_of_the_start():
    assert not general(turned((page(1, 2), asking(id_lt="m3")), NEWEST)).has_older


NEWER = {
    "nothing said of what was asked": ((page(7, 8), None), True),
    "the newest": ((page(6, 7, 8), asking()), False),
    "newer ones, as many as asked for": ((page(6, 7, 8), asking(id_gt="m5")), True),
    "newer ones, fewer than asked for": ((page(7, 8), asking(id_gte="m7")), False),
    "older ones, fewer than asked for": ((page(7, 8), asking(id_lt="m9")), True),
}


@pytest.mark.parametrize("what", NEWER)
def test_the_newest_page_and_a_short_one_of_newer_messages_tell_that_nothing_is_newer(what):
    told, has_newer = NEWER[what]

    assert general(turned(told)).has_newer is has_newer


def test_what_an_answer_tells_of_later_is_newer_than_the_newest_page():
    later = page(1, 2, channel=channel(last_message_at=12))

    assert general(turned((page(8, 9), asking()), (later, asking(id_lt="m3")))).has_newer


@pytest.mark.parametrize("ending", [truncated(at=20), hidden(at=20, clear_history=True)], ids=lambda made: made["type"])
def test_nothing_is_newer_in_a_history_that_was_cleared(ending):
    assert not general(then(turned((page(7, 8), None)), ending)).has_newer


BESIDE = {
    "older ones": ([NEWEST, (page(4, 5, 6), asking(id_lt="m7"))], []),
    "older ones, before what is not the newest part": (
        [NEWEST, (page(3, 4), None), (page(5, 6), asking(id_lt="m7", limit=2))],
        ["m5"],
    ),
    "none older": ([NEWEST, (page(3, 4), None), (page(), asking(id_lt="m3"))], ["m7"]),
    "none between": ([NEWEST, (page(3, 4), None), (page(), asking(id_lt="m7"))], []),
    "newer ones": ([NEWEST, (page(3, 4), None), (page(5, 6), asking(id_gt="m4", limit=2))], ["m7"]),
    "all that are newer": ([NEWEST, (page(3, 4), None), (page(5, 6), asking(id_gt="m4"))], []),
    "older ones than one that is not here": ([NEWEST, (page(3, 4, 5), asking(id_lt="m6"))], ["m7"]),
    "the newest, before what the socket told": ([(page(3, 4), None), NEWEST], ["m7"]),
}


@pytest.mark.parametrize("what", BESIDE)
def test_a_page_is_joined_to_the_message_it_was_asked_to_end_or_begin_at(what):
    pages, before = BESIDE[what]

    assert gaps(turned(*pages)) == before


# What events tell of the start

BEGINNINGS = {
    "a channel that was made": channel_created(at=3),
    "a truncation": truncated(at=3, truncated_at=2.9),
    "a truncation without a date": truncated(at=3),
    "a cleared history": hidden(at=3, clear_history=True),
}


@pytest.mark.parametrize("what", BEGINNINGS)
def test_nothing_is_older_than(what):
    assert not general(a_store(message_new("m1"), BEGINNINGS[what], message_new("m4", at=4))).has_older


NO_BEGINNINGS = {
    "a channel i was added to": added_to_channel(at=30),
    "a channel i hid": hidden(at=30),
    "a truncation that is dated back": truncated(at=30, truncated_at=3),
}


@pytest.mark.parametrize("what", NO_BEGINNINGS)
def test_there_may_be_older_messages_in(what):
    assert general(a_store(message_new("m1"), NO_BEGINNINGS[what])).has_older


@pytest.mark.parametrize("late", [False, True], ids=["in time", "late"])
def test_a_channel_that_is_mine_again_after_its_end_may_have_older_messages(late):
    ending, back = channel_deleted(at=5), added_to_channel(at=6)
    frames = [back, ending] if late else [ending, back]

    assert general(a_store(channel_created(at=1), *frames)).has_older


def test_what_retention_let_go_is_older():
    store = then(a_store(channel_created(at=0), keep_messages=2), *(message_new(f"m{i}", at=i) for i in (1, 2, 3)))

    assert (ids(general(store).messages), general(store).has_older) == (["m2", "m3"], True)


def test_what_retention_let_go_is_older_no_more_once_the_history_is_cleared():
    store = then(a_store(channel_created(at=0), keep_messages=2), *(message_new(f"m{i}", at=i) for i in (1, 2, 3)))

    assert not general(then(store, truncated(at=9))).has_older


# What cannot have been asked

WRONG = {
    "no object": ([], "expected an object at asked, got a list"),
    "no page": ({"messages": 25}, "expected an object at asked.messages, got 25"),
    "no limit": (asking("25"), "expected a whole number at asked.messages.limit, got '25'"),
    "no limit for each channel": (
        {"message_limit": 2.5},
        "expected a whole number at asked.message_limit, got 2.5",
    ),
    "no id": (asking(id_lt=7), "expected a string at asked.messages.id_lt, got 7"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_have_been_asked_is_refused_at_once(what):
    asked, sentence = WRONG[what]

    with pytest.raises(Malformed) as refused:
        loaded(asked=asked).load(page(1), asked=asked)

    assert str(refused.value) == sentence
