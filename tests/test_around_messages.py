"""What hangs on a message goes with it, also where the message itself was never here; odd spellings of plain things."""

from types import MappingProxyType

import pytest

from tests.objects import GENERAL, channel, channel_mute, ns, own_user, reaction, user
from tests.pictures import picture
from tests.stories import (
    a_store,
    added_to_channel,
    channel_created,
    channel_deleted,
    channel_mutes_updated,
    faults_from,
    frame,
    health_check,
    hidden,
    ids,
    mark_read,
    mark_unread,
    message_deleted,
    message_new,
    message_pending,
    message_read,
    message_undeleted,
    mutes_updated,
    reaction_new,
    then,
    truncated,
    typing_start,
    user_muted,
    user_unmuted,
)

ENDINGS = {
    "a truncation": truncated(at=5),
    "a clearing": hidden(at=5, clear_history=True),
    "a deletion of the channel": channel_deleted(at=5),
}
THREAD = {"parent_message_id": "m1", "channel_cid": GENERAL, "title": "T", "created_at": ns(2), "updated_at": ns(2)}
DRAFT = {"channel_cid": GENERAL, "parent_id": "m1", "created_at": ns(2), "message": {"text": "And"}}
REMINDER = {"message_id": "m1", "channel_cid": GENERAL, "created_at": ns(2), "updated_at": ns(2)}

HANGING = {
    "a thread": (frame("thread.updated", 2, GENERAL, thread=THREAD), lambda s: list(s.threads)),
    "a read of a thread": (message_read(by="bo", at=2, thread=THREAD), lambda s: list(s.thread("m1").reads)),
    "a reminder": (frame("reminder.created", 2, reminder=REMINDER), lambda s: list(s.reminders)),
    "a message that waits": (message_pending("m1", at=2), lambda s: ids(s.channel(GENERAL).pending)),
}


@pytest.mark.parametrize("what", HANGING)
@pytest.mark.parametrize("ending", ENDINGS)
def test_it_goes_though_its_message_was_never_here(what, ending):
    made, left = HANGING[what]
    store = a_store(added_to_channel(at=0), made)
    before = len(left(store))

    then(store, ENDINGS[ending])

    assert (before, left(store)) == (1, [])


@pytest.mark.parametrize("what", HANGING)
def test_it_stays_where_it_is_newer_than_the_truncation(what):
    made, left = HANGING[what]

    assert len(left(a_store(added_to_channel(at=0), made, truncated(at=5, truncated_at=1.5)))) == 1


def test_a_draft_of_a_reply_goes_with_what_it_replies_to():
    drafted = frame("draft.updated", 2, GENERAL, parent_id="m1", draft=DRAFT)
    store = a_store(message_new("m1"), drafted, message_deleted("m1", at=5, hard=True))

    assert store.thread("m1").draft is None


def test_a_late_draft_of_a_reply_to_what_went_stays_away():
    drafted = frame("draft.updated", 2, GENERAL, parent_id="m1", draft=DRAFT)
    store = a_store(message_new("m1"), message_deleted("m1", at=5, hard=True), drafted)

    assert store.thread("m1").draft is None


@pytest.mark.parametrize(
    "late", [mark_read(at=3, thread_id="m1"), mark_unread(at=3, thread_id="m1", unread_messages=1)]
)
def test_a_late_word_on_a_thread_that_went_stays_away(late):
    store = a_store(message_new("m1"), message_deleted("m1", at=5, hard=True), late)

    assert list(store.threads) == []


def test_an_undeletion_of_what_was_deleted_for_good_brings_nothing_back():
    frames = [message_new("m1"), message_deleted("m1", at=2, hard=True), message_undeleted("m1", at=3)]

    assert ids(a_store(*frames).channel(GENERAL).messages) == []


def test_a_channel_deleted_twice_is_deleted_once():
    store = a_store(channel_created(), message_new("m1"), channel_deleted(at=5))
    before = picture(store)

    then(store, channel_deleted(at=5), channel_deleted(at=4))

    assert picture(store) == before


# Who I am, late


def test_once_i_am_known_my_own_typing_is_not_shown():
    store = a_store(typing_start("zoe", at=1), typing_start("bo", at=1), me=None)

    then(store, health_check(at=2, me=own_user("zoe")))

    assert ids(store.channel(GENERAL).typing) == ["bo"]


def test_once_i_am_known_what_i_wrote_is_not_unread():
    store = a_store(message_new("m1", by="zoe"), me=None)

    then(store, health_check(at=2, me=own_user("zoe")))

    assert store.channel(GENERAL).unread == 0


# Lists of mutes


def test_a_whole_list_lifts_a_mute_that_arrives_late():
    assert not a_store(mutes_updated(at=5), user_muted("bo", at=3)).user("bo").muted


def test_a_mute_set_after_a_whole_list_holds():
    assert a_store(mutes_updated(at=5), user_muted("bo", at=7)).user("bo").muted


def test_a_mute_lifted_before_a_list_that_names_it_holds():
    listed = mutes_updated({"target": user("bo"), "created_at": ns(4)}, at=5)

    assert a_store(listed, user_unmuted("bo", at=3)).user("bo").muted


BROKEN_MUTES = {
    "no object": (channel_mutes_updated(7, channel_mute(GENERAL), at=1), "$.me.channel_mutes[0]"),
    "of no channel": (channel_mutes_updated({}, channel_mute(GENERAL), at=1), "$.me.channel_mutes[0].channel"),
    "of a channel without a proper cid": (
        channel_mutes_updated({"channel": {"cid": "x"}}, channel_mute(GENERAL), at=1),
        "$.me.channel_mutes[0].cid",
    ),
}


@pytest.mark.parametrize("what", BROKEN_MUTES)
def test_a_broken_mute_of_a_list_costs_only_itself(what):
    made, path = BROKEN_MUTES[what]
    store = a_store()

    faults = faults_from(store, made)

    assert ([fault.path for fault in faults], store.me.channel_mutes) == ([path], [GENERAL])


def test_a_channel_mute_may_name_its_channel_by_cid_alone():
    assert a_store(channel_mutes_updated({"channel_cid": GENERAL}, at=1)).me.channel_mutes == [GENERAL]


# Spellings


@pytest.mark.parametrize("whole", [4, 4.0])
def test_a_whole_number_may_be_told_with_a_point(whole):
    assert a_store(message_new("m1", reply_count=whole)).message("m1").reply_count == 4


HUGE = {
    "a huge number": (10**60, "a huge integer"),
    "a long text": ("x" * 100, "'" + "x" * 39 + "…'"),
    "null": (None, "null"),
    "a flag": (True, "true"),
}


@pytest.mark.parametrize("what", HUGE)
def test_a_fault_shows_what_came_in_a_few_words(what):
    told, shown = HUGE[what]

    faults = faults_from(a_store(), {"type": "reaction.new", "cid": GENERAL, "created_at": ns(1), "message": told})
    assert str(faults[0]) == f"reaction.new: expected an object at $.message, got {shown}"


def test_a_frame_may_be_any_mapping():
    assert a_store(MappingProxyType(message_new("m1"))).message("m1").exists


@pytest.mark.parametrize("form", [bytearray, memoryview, bytes])
def test_a_frame_may_be_any_bytes(form):
    assert a_store(form(b'{"type":"my.custom"}')).connection.online is None


def test_members_inside_a_channel_payload_are_members():
    made = frame("channel.frozen", 1, GENERAL, channel=channel(members=[{"user_id": "bo"}]))

    assert list(a_store(made).channel(GENERAL).members) == ["bo"]


def test_a_reaction_knows_its_message_and_its_time():
    given = a_store(message_new("m1"), reaction_new("m1", "like", by="bo", at=2)).message("m1").reactions[0]

    assert (given.message_id, given.created_at) == ("m1", ns(2))


def test_a_reaction_of_nobody_is_a_fault():
    anonymous = {key: value for key, value in reaction("like", "m1").items() if key not in ("user", "user_id")}
    made = reaction_new("m1", "like", by="bo", at=2) | {"reaction": anonymous}

    assert [fault.path for fault in faults_from(a_store(message_new("m1")), made)] == ["$.reaction.user_id"]
