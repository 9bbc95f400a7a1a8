"""What is mine alone, and the smaller things: the connection, who I am, groups, reminders, locations."""

import pytest

from tests.objects import GENERAL, at, message, ns, own_user, user
from tests.pictures import picture
from tests.stories import (
    a_store,
    added_to_channel,
    emissions,
    faults_from,
    frame,
    health_check,
    ids,
    mark_read,
    mark_unread,
    member_removed,
    message_deleted,
    message_new,
    message_read,
    message_updated,
    notification_thread_message_new,
    presence_changed,
    reaction_new,
    then,
    told,
    truncated,
    typing_start,
    user_updated,
    watching_start,
    without,
)

# The connection


def connection_changed(online, *, at):
    return frame("connection.changed", at, online=online)


BUSY = [
    health_check(at=0),
    presence_changed("bo", True, at=1),
    message_new("m1", by=user("bo", online=True), at=1),
    watching_start("bo", at=2, count=1),
    typing_start("bo", at=3),
    typing_start("bo", at=3, parent_id="m1"),
]

UNKNOWN = {
    "that it is down": (lambda store: store.connection.online, False),
    "nobody typing": (lambda store: ids(store.channel(GENERAL).typing), []),
    "nobody typing in a thread": (lambda store: ids(store.thread("m1").typing), []),
    "nobody watching": (lambda store: ids(store.channel(GENERAL).watchers), []),
    "nobody's presence": (lambda store: {user.online for user in store.users.values()}, {None}),
}


@pytest.mark.parametrize("what", UNKNOWN)
def test_going_offline_shows(what):
    shown, value = UNKNOWN[what]

    assert shown(a_store(*BUSY, connection_changed(False, at=4))) == value


def test_going_offline_keeps_what_was_said():
    assert ids(a_store(*BUSY, connection_changed(False, at=4)).channel(GENERAL).messages) == ["m1"]


def test_presence_told_again_after_going_offline_is_known_again():
    store = a_store(*BUSY, connection_changed(False, at=4), message_new("m5", by=user("bo", online=True), at=5))

    assert store.user("bo").online


def test_the_same_copy_of_a_user_told_after_going_offline_tells_presence_again():
    again = message_new("m5", by=user("bo", online=True), at=5)
    store = a_store(*BUSY, again, connection_changed(False, at=6), told(again, created_at=at(7)))

    assert store.user("bo").online


@pytest.mark.parametrize("back", [connection_changed(True, at=5), frame("connection.recovered", 5), health_check(at=5)])
def test_the_connection_comes_back(back):
    assert a_store(*BUSY, connection_changed(False, at=4), back).connection.online


def test_a_late_word_that_the_connection_was_down_changes_nothing():
    store = a_store(*BUSY, frame("connection.recovered", 5))
    before = picture(store)

    then(store, connection_changed(False, at=4))

    assert picture(store) == before


def test_something_may_be_missing_from_when_the_line_breaks_until_it_is_recovered():
    store, behind = a_store(*BUSY), []
    for word in (
        connection_changed(False, at=4), health_check(at=5), connection_changed(True, at=6),
        frame("connection.recovered", 7), connection_changed(False, at=8),
    ):  # fmt: skip
        store.apply(word)
        behind.append(store.connection.behind)

    assert behind == [True, True, True, False, True]


def test_a_connection_that_never_broke_is_not_behind():
    assert a_store(*BUSY, connection_changed(True, at=4)).connection.behind is False


# Who I am


def test_once_i_am_known_what_i_wrote_is_mine():
    frames = [message_new("m1", by="zoe", shadowed=True), message_new("m2", at=2, shadowed=True)]
    store = a_store(*frames, me=None)
    before = ids(store.channel(GENERAL).messages)

    then(store, health_check(at=3, me=own_user("zoe")))

    assert (before, ids(store.channel(GENERAL).messages)) == ([], ["m1"])


def test_once_i_am_known_what_came_before_is_unread_too():
    frames = [message_new("m1"), health_check(at=3, me=own_user("zoe")), message_new("m4", at=4)]

    assert a_store(*frames, me=None).channel(GENERAL).unread == 2


@pytest.mark.parametrize("made", [mark_read(at=3), mark_unread(at=3, unread_messages=1)], ids=lambda made: made["type"])
def test_a_notification_of_mine_says_who_i_am(made):
    assert a_store(made, me=None).me.id == "me"


@pytest.mark.parametrize("made", [mark_read(at=3), mark_unread(at=3, unread_messages=1)], ids=lambda made: made["type"])
def test_a_notification_of_nobody_is_a_fault(made):
    faults = faults_from(a_store(me=None), without(made, "user"))

    assert [fault.path for fault in faults] == ["$.user"]


def test_without_knowing_who_i_am_nothing_is_unread():
    assert a_store(message_new("m1"), me=None).channel(GENERAL).unread == 0


# Threads of mine


@pytest.mark.parametrize("how", ["thread_id", "message.parent_id", "thread"])
def test_a_notified_reply_names_its_thread_in_many_ways(how):
    made = notification_thread_message_new("r1", "m1", at=2, unread_threads=1)
    made = made if how == "thread_id" else without(made, "thread_id")
    if how == "thread":
        made = told(without(made, "message"), thread={"parent_message_id": "m1", "channel_cid": GENERAL})

    assert a_store(message_new("m1"), made).thread("m1").has_unseen


def test_a_notified_reply_of_no_thread_tells_its_counter_alone():
    made = without(notification_thread_message_new("r1", "m1", at=2, unread_threads=3), "thread_id", "message")
    store = a_store(made)

    assert (store.me.unread_threads, list(store.threads)) == (3, [])


def test_reading_a_thread_of_a_message_that_was_deleted_reads_nothing():
    thread = {"parent_message_id": "m1", "channel_cid": GENERAL}
    store = a_store(message_new("m1"), message_deleted("m1", at=5, hard=True), mark_read(at=6, thread=thread))

    assert (list(store.threads), store.channel(GENERAL).unread) == ([], 0)


def test_a_mark_of_unread_needs_a_channel_or_a_thread():
    made = without(mark_unread(at=3, unread_messages=1), "cid", "channel_id", "channel_type", "channel")

    assert [fault.path for fault in faults_from(a_store(), made)] == ["$.cid"]


# Groups


def group(kind, *, at, **more):
    about = {"id": "g1", "name": "Diggers", "updated_at": ns(at)} | more.pop("about", {})
    return frame(f"user_group.{kind}", at, user_group=about, **more)


def members(*named):
    return {"members": [{"user_id": each} for each in named]}


MADE = group("created", at=1, about=members("ana", "bo"))


def in_group(*frames):
    return ids(a_store(*frames).user_groups["g1"].members)


def test_users_join_a_group():
    assert in_group(MADE, group("member_added", at=2, members=["cy"])) == ["ana", "bo", "cy"]


def test_users_leave_a_group():
    assert in_group(MADE, group("member_removed", at=2, members=["bo"])) == ["ana"]


def test_the_members_a_group_lists_are_all_of_them():
    assert in_group(MADE, group("member_added", at=2, about=members("di"), members=["cy"])) == ["di"]


def test_a_group_renamed_keeps_its_members():
    assert in_group(MADE, group("updated", at=2, about={"name": "Weeders"})) == ["ana", "bo"]


def test_a_late_name_of_a_group_does_not_replace_the_newer():
    store = a_store(MADE, group("updated", at=3, about={"name": "New"}), group("updated", at=2, about={"name": "Old"}))

    assert store.user_groups["g1"].name == "New"


@pytest.mark.parametrize("late", [MADE, group("member_added", at=2, members=["cy"])], ids=lambda made: made["type"])
def test_a_deleted_group_does_not_come_back(late):
    assert "g1" not in a_store(MADE, group("deleted", at=3), late).user_groups


def test_a_group_may_be_made_again():
    assert in_group(MADE, group("deleted", at=3), group("created", at=4, about=members("di"))) == ["di"]


# Reminders, drafts, locations


def reminder(kind, *, at, **more):
    about = {"message_id": "m1", "channel_cid": GENERAL, "user_id": "me", "created_at": ns(1), "updated_at": ns(at)}
    return frame(kind, at, reminder=about | more)


def test_a_reminder_is_due_when_the_service_says_so():
    due = reminder("notification.reminder_due", at=3)

    assert a_store(reminder("reminder.created", at=2), due).reminders["m1"].due


def test_a_reminder_that_was_moved_is_no_longer_due():
    frames = [reminder("notification.reminder_due", at=3), reminder("reminder.updated", at=4, remind_at=ns(99))]
    moved = a_store(*frames).reminders["m1"]

    assert (moved.due, moved.remind_at) == (False, ns(99))


def test_a_reminder_in_a_message_is_kept():
    told_of = {"message_id": "m1", "channel_cid": GENERAL, "remind_at": ns(99)}

    assert a_store(message_new("m1", reminder=told_of)).message("m1").reminder.remind_at == ns(99)


def test_a_truncation_takes_the_reminders_of_what_went():
    frames = [message_new("m1"), reminder("reminder.created", at=2), truncated(at=5)]

    assert list(a_store(*frames).reminders) == []


def test_a_truncation_takes_the_reminders_of_what_was_never_here():
    frames = [added_to_channel(), reminder("reminder.created", at=2), truncated(at=5)]

    assert list(a_store(*frames).reminders) == []


def test_a_draft_in_a_message_is_the_draft_of_a_reply():
    draft = {"channel_cid": GENERAL, "parent_id": "m1", "created_at": ns(2), "message": {"text": "And"}}

    assert a_store(message_new("m1", draft=draft)).thread("m1").draft.text == "And"


def test_a_message_without_a_draft_deletes_none():
    draft = {"channel_cid": GENERAL, "parent_id": "m1", "created_at": ns(2), "message": {"text": "And"}}
    frames = [message_new("m1"), frame("draft.updated", 2, GENERAL, parent_id="m1", draft=draft)]

    assert a_store(*frames, message_updated("m1", at=3, draft=None)).thread("m1").draft.text == "And"


@pytest.mark.parametrize(("seconds", "latitude"), [(3, 52.5), (1, 51.0)], ids=["newer", "older"])
def test_a_live_location_moves_with_its_messages(seconds, latitude):
    place = {"message_id": "m1", "latitude": 51.0, "longitude": 0.0, "updated_at": ns(2)}
    moved = place | {"latitude": 52.5, "updated_at": ns(seconds)}
    frames = [message_new("m1", shared_location=place), message_updated("m1", at=seconds, shared_location=moved)]

    assert a_store(*frames).message("m1").location.latitude == latitude


# Malformed

BROKEN = {
    "a reminder of no message": (
        frame("reminder.created", 1, reminder={"channel_cid": GENERAL}),
        "$.reminder.message_id",
    ),
    "a draft of no channel": (frame("draft.updated", 1, draft={"message": {}}), "$.cid"),
    "a poll without an id": (frame("poll.updated", 1, poll={"name": "?"}), "$.poll.id"),
    "a deleted poll without an id": (frame("poll.deleted", 1, poll={}), "$.poll.id"),
    "a group without an id": (frame("user_group.created", 1, user_group={}), "$.user_group.id"),
    "a mute of nobody": (frame("user.muted", 1, by="me"), "$.target_user"),
    "a member of no name": (frame("member.added", 1, GENERAL, member={"role": "x"}), "$.member.user_id"),
    "a number for a user id": (frame("typing.stop", 1, GENERAL, user_id=7), "$.user_id"),
    "a word for a flag": (frame("channel.hidden", 1, GENERAL, clear_history="yes"), "$.clear_history"),
    "a fraction for a count": (frame("health.check", 1, me=own_user(total_unread_count=1.5)), "$.total_unread_count"),
    "a malformed cid in a channel": (frame("channel.frozen", 1, channel={"cid": "general"}), "$.channel.cid"),
    "a number for a message's type": (
        frame("message.undeleted", 1, GENERAL, message=message("m1") | {"type": 7}),
        "$.message.type",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_is_one_fault_with_its_path(what):
    made, path = BROKEN[what]

    assert [fault.path for fault in faults_from(a_store(message_new("m1")), made)] == [path]


def test_users_may_be_muted_together():
    made = frame("user.muted", 1, by="me", target_users=[user("bo"), user("cy")])

    assert sorted(mute.user.id for mute in a_store(made).me.mutes) == ["bo", "cy"]


def test_a_mute_by_someone_else_is_not_mine():
    assert not a_store(frame("user.muted", 1, by="ana", target_user=user("bo"))).user("bo").muted


def test_a_reaction_to_a_message_deleted_for_good_leaves_nothing():
    store = a_store(message_new("m1"), message_deleted("m1", at=2, hard=True))

    told_of = {
        name for changes in emissions(store, reaction_new("m1", "like", by="bo", at=3)) for name in changes.tables
    }
    assert not told_of & {"messages", "reactions", "aside"}


def test_who_has_left_does_not_type():
    frames = [message_read(by="bo", at=1), member_removed("bo", at=3), typing_start("bo", at=2)]

    assert ids(a_store(*frames).channel(GENERAL).typing) == []


def test_a_user_updated_with_less_keeps_what_was_not_told():
    store = a_store(user_updated("bo", at=1, image="bo.png"), frame("user.updated", 2, by={"id": "bo", "name": "B"}))

    assert (store.user("bo").name, store.user("bo").image) == ("B", "bo.png")


def test_a_greeting_that_fails_half_way_leaves_me_unknown():
    store = a_store(message_new("m1", by="bo", at=1), me=None)

    faults = faults_from(store, health_check(at=2, me={"id": "me", "mutes": 7}))

    assert (len(faults), store.me.id, store.channel(GENERAL).unread) == (1, None, 0)
