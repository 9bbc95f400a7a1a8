"""How far someone has read is the same in whatever order the words of it arrive."""

from itertools import permutations

import pytest

from tests.objects import GENERAL, ns
from tests.stories import a_store, ids, message_delivered, message_new, message_read

READ = message_read(by="bo", at=1, last_read_message_id="m0")
FIRST, SECOND = message_new("m2", at=2), message_new("m3", at=3)
SHADOWED = message_new("s4", at=4, shadowed=True)
DELIVERED = [message_delivered(by="u2", at=2, last="m2"), message_delivered(by="u2", at=3, last="m3")]


def in_any_order(shown, *frames):
    """What a channel shows after the frames, in every order."""
    return {shown(a_store(*order).channel(GENERAL)) for order in permutations(frames)}


def his_last_read(room):
    return room.reads["bo"].last_read


def the_last_he_read(room):
    return room.reads["bo"].last_read_message_id


def test_an_author_has_read_up_to_the_newest_of_their_messages():
    assert in_any_order(his_last_read, READ, FIRST, SECOND) == {ns(3)}


def test_the_newest_message_of_an_author_is_the_last_they_read():
    assert in_any_order(the_last_he_read, READ, FIRST, SECOND) == {"m3"}


def test_a_message_that_nobody_sees_moves_its_authors_read():
    assert in_any_order(his_last_read, READ, FIRST, SHADOWED) == {ns(4)}


@pytest.mark.xfail(strict=True, raises=AssertionError)
def test_a_message_that_nobody_sees_is_not_the_last_its_author_read():
    assert in_any_order(the_last_he_read, READ, FIRST, SECOND, SHADOWED) == {"m3"}


def test_what_came_after_my_read_is_unread():
    assert in_any_order(lambda room: room.unread, FIRST, SECOND, message_read(by="me", at=2.5)) == {1}


def test_the_newest_delivery_holds():
    assert in_any_order(lambda room: tuple(ids(room.deliveries_of("m3"))), *DELIVERED, SECOND) == {("u2",)}
