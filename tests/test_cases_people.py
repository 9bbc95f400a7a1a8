"""The cases of the contract about members, users and typing. Each docstring opens with its number."""

import pytest

from tests.objects import GENERAL, message, user
from tests.stories import (
    ManualClock,
    a_store,
    banned,
    channel_created,
    ids,
    member_added,
    member_removed,
    message_new,
    message_read,
    reaction_new,
    then,
    typing_start,
    typing_stop,
    unbanned,
    user_updated,
    without,
)


def test_a_member_added_twice_is_one():
    """Case 26."""
    assert list(a_store(member_added("u2"), member_added("u2")).channel(GENERAL).members) == ["u2"]


def _removed_by_user_alone():
    active = [member_added("u2"), message_read(by="u2", at=1), typing_start("u2", at=2)]
    return a_store(*active, without(member_removed("u2", at=3), "member"))


def test_a_removed_member_told_only_by_user_is_gone():
    """Case 26."""
    assert list(_removed_by_user_alone().channel(GENERAL).members) == []


def test_a_removed_member_has_no_read():
    """Case 26."""
    assert list(_removed_by_user_alone().channel(GENERAL).reads) == []


def test_a_removed_member_types_no_more():
    """Case 26."""
    assert list(_removed_by_user_alone().channel(GENERAL).typing) == []


def test_banning_who_is_no_member_invents_none():
    """Case 27."""
    assert list(a_store(channel_created(), banned("u2", at=1, cid=GENERAL)).channel(GENERAL).members) == []


@pytest.mark.parametrize(("shadow", "bans"), [(False, (True, False)), (True, (False, True))], ids=["open", "shadow"])
def test_a_ban_in_a_channel_is_its_members(shadow, bans):
    """Case 27."""
    store = a_store(member_added("u2"), banned("u2", at=1, cid=GENERAL, shadow=shadow))

    found = store.channel(GENERAL).members["u2"]
    assert (found.banned, found.shadow_banned) == bans


def _everything_of_u2():
    original = message("m1", by="u2")
    return a_store(
        member_added("u2"),
        message_new(original, by="u2", at=1),
        message_new("m2", at=2, quotes=original, mentions=["u2"]),
        reaction_new(message("m2", at=2, quotes=original, mentions=["u2"]), "like", by="u2", at=3),
        message_read(by="u2", at=4),
        typing_start("u2", at=5),
    )


def test_a_new_name_shows_everywhere_at_once():
    """Case 28."""
    store = then(_everything_of_u2(), user_updated("u2", at=6, name="Ute"))

    room, answer = store.channel(GENERAL), store.message("m2")
    shown = [store.message("m1").user, answer.quoted.user, *answer.mentioned, answer.reactions[0].user]
    shown += [room.members["u2"].user, room.reads["u2"].user, *room.typing, store.user("u2")]
    assert {one.name for one in shown} == {"Ute"}


def test_an_older_copy_of_a_user_in_an_old_message_changes_nothing():
    """Case 29."""
    store = a_store(user_updated("u2", at=6, name="Ute"), message_new("m1", by=user("u2", name="Old"), at=7))

    assert store.user("u2").name == "Ute"


TYPING_IN_BOTH = [message_new("m1"), typing_start("u2", at=2), typing_start("u2", at=2, parent_id="m1")]


def test_typing_stopped_in_the_channel_stops_there():
    """Case 30."""
    assert ids(a_store(*TYPING_IN_BOTH, typing_stop("u2", at=3)).channel(GENERAL).typing) == []


def test_typing_stopped_in_the_channel_goes_on_in_the_thread():
    """Case 30."""
    assert ids(a_store(*TYPING_IN_BOTH, typing_stop("u2", at=3)).thread("m1").typing) == ["u2"]


def test_my_own_typing_is_not_shown():
    """Case 30."""
    assert ids(a_store(typing_start("me", at=2)).channel(GENERAL).typing) == []


@pytest.mark.parametrize(("seconds", "typing"), [(6.9, ["u2"]), (7, [])], ids=["almost", "over"])
def test_typing_without_a_stop_ends_after_seven_seconds(seconds, typing):
    """Case 31."""
    clock = ManualClock()
    store = a_store(typing_start("u2", at=-3600), clock=clock)

    clock.pass_by(seconds)

    assert ids(store.channel(GENERAL).typing) == typing


def test_in_a_replay_typing_ends_by_the_times_of_the_log():
    """Case 31."""
    assert ids(a_store(typing_start("u2", at=1), message_new("m1", at=8.5)).channel(GENERAL).typing) == []


@pytest.mark.parametrize(
    ("expiration", "reads"), [({}, True), ({"expiration": 9}, True), ({"expiration": 3}, False)], ids=["ever", "9", "3"]
)
def test_a_ban_everywhere_holds_until_it_expires(expiration, reads):
    """Case 38."""
    assert a_store(banned("u2", at=5, **expiration)).user("u2").banned is reads


def test_a_ban_everywhere_ends_when_its_time_comes():
    """Case 38."""
    assert not a_store(banned("u2", at=5, expiration=9), message_new("m1", at=10)).user("u2").banned


def test_a_ban_everywhere_ends_by_being_lifted():
    """Case 38."""
    assert not a_store(banned("u2", at=5), unbanned("u2", at=6)).user("u2").banned


def test_a_ban_in_a_channel_is_none_everywhere():
    """Case 38."""
    assert not a_store(member_added("u2"), banned("u2", at=5, cid=GENERAL)).user("u2").banned
