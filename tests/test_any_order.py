"""Small stories that end the same in whatever order their frames arrive."""

from itertools import permutations

import pytest

from chatstate.io.comparison import difference
from tests.objects import GENERAL, message, ns, poll, thread, user
from tests.stories import (
    a_store,
    added_to_channel,
    banned,
    channel_updated,
    frame,
    frozen,
    hidden,
    ids,
    mark_read,
    mark_unread,
    member_added,
    member_removed,
    member_updated,
    message_deleted,
    message_delivered,
    message_flagged,
    message_new,
    message_pending,
    message_read,
    message_undeleted,
    message_updated,
    notification_thread_message_new,
    picture,
    presence_changed,
    reaction_deleted,
    reaction_new,
    reaction_updated,
    removed_from_channel,
    settled,
    told,
    truncated,
    unbanned,
    unfrozen,
    user_messages_deleted,
    user_updated,
    visible,
)

BEFORE = [added_to_channel(at=0), message_read(by="me", at=0.1), message_read(by="bo", at=0.1)]
"""Known in every story: beginnings are not told late."""


def draft(text, *, at):
    about = {"channel_cid": GENERAL, "created_at": ns(at), "message": {"text": text}}
    return frame("draft.updated", at, GENERAL, draft=about)


def reminder(kind, *, at, **more):
    about = {"message_id": "m1", "channel_cid": GENERAL, "created_at": ns(2), "updated_at": ns(at)}
    return frame(kind, at, reminder=about | more)


def titled(title, *, at):
    return frame("thread.updated", at, GENERAL, thread=thread("m1", at=at, title=title))


def voted(kind, id, option, *, at):
    vote = {
        "id": id,
        "poll_id": "p1",
        "option_id": option,
        "user": user("me"),
        "created_at": ns(at),
        "updated_at": ns(at),
    }
    return frame(f"poll.vote_{kind}", at, GENERAL, poll=poll("p1", updated_at=at), poll_vote=vote)


def grouped(kind, *, at, **more):
    return frame(f"user_group.{kind}", at, user_group={"id": "g1", "name": "G", "updated_at": ns(at)} | more)


def placed(latitude, *, at):
    return {"message_id": "m1", "latitude": latitude, "longitude": 1.0, "updated_at": ns(at)}


def thinking(state, *, at):
    return frame("ai_indicator.update", at, GENERAL, ai_state=state, message_id="m1")


def connected(online, *, at):
    return frame("connection.changed", at, online=online)


M1, M2, MINE = message_new("m1", at=1), message_new("m2", at=2), message_new("mine", by="me", at=2)
ASKED = message_new("m1", at=1, poll_id="p1", poll=poll("p1"))
REPLY = message_new("r2", at=2, parent_id="m1")
OLD, NEW = message("q", at=0, text="old"), message("q", at=0, text="new", updated_at=4)

STORIES = {
    "an edit and a deletion": [M1, message_updated("m1", at=2, text="new"), message_deleted("m1", at=3)],
    "a deletion for good": [M1, message_deleted("m1", at=2), message_deleted("m1", at=3, hard=True)],
    "an undeletion": [
        M1,
        message_deleted("m1", at=2),
        message_undeleted("m1", at=3),
        message_updated("m1", at=4, text="x"),
    ],
    "a reaction to what goes": [M1, reaction_new("m1", "like", by="u2", at=2), message_deleted("m1", at=3, hard=True)],
    "reactions of mine": [
        M1,
        reaction_new("m1", "like", by="me", at=2),
        reaction_updated("m1", "love", by="me", at=3),
        reaction_deleted("m1", "love", by="me", at=4),
    ],
    "pins": [M1, message_updated("m1", at=2, pinned=True, pinned_at=2), message_updated("m1", at=3)],
    "counts of replies": [
        M1,
        message_updated("m1", at=3, reply_count=1),
        reaction_new(message("m1", reply_count=1), "like", by="u2", at=4),
        message_updated("m1", at=5, reply_count=2),
    ],
    "a quote": [
        M1,
        message_new("q", at=2, quotes=message("m1")),
        message_updated("m1", at=3, text="new"),
        message_deleted("m1", at=4, hard=True),
    ],
    "a quote that is newer than what it quotes": [
        M1,
        message_new("q5", at=5, quotes=message("m1", text="new", updated_at=4)),
        reaction_new("m1", "like", by="u2", at=6),
    ],
    "a quote of what was deleted": [
        M1,
        user_messages_deleted("bo", at=3),
        message_new("q5", by="u2", at=5, quotes=message("m1", updated_at=3, deleted_at=3, type="deleted")),
    ],
    "two copies of what is quoted": [
        message_new("m1", quotes=OLD),
        message_new("m5", at=5, quotes=NEW),
        message_updated("q", at=4, sent=0, text="new"),
    ],
    "a location": [
        message_new("m1", shared_location=placed(1.0, at=1)),
        message_updated("m1", at=2, shared_location=placed(2.0, at=2)),
        message_updated("m1", at=3, text="x", shared_location=placed(2.0, at=2)),
    ],
    "what waited for approval": [message_pending("mine", at=1), MINE, message_updated("mine", by="me", at=3, sent=2)],
    "flags": [M1, message_flagged("m1", at=2), frame("user.flagged", 3, by="me", target_user=user("bo"))],
    "my message among others": [M1, MINE, message_new("m3", at=3)],
    "marked unread, then read": [
        M1,
        M2,
        mark_unread(at=3, unread_messages=2, last_read_at=0.5),
        message_read(by="me", at=4),
    ],
    "marked unread, then more": [
        M1,
        M2,
        mark_unread(at=3, unread_messages=1, last_read_at=1, last_read_message_id="m1"),
        message_new("m4", at=4),
    ],
    "everything read": [M1, mark_read(None, at=2), message_new("m3", at=3), message_read(by="me", at=1.5)],
    "what I may see only later": [
        message_updated("m1", at=2, restricted_visibility=["me"]),
        message_new("m3", at=3),
        message_read(by="me", at=2.5),
    ],
    "deliveries": [
        message_delivered(by="u2", at=2, last="m2"),
        message_read(by="u2", at=3),
        message_read(by="u2", at=1),
        M1,
    ],
    "counters": [
        told(M1, total_unread_count=1, unread_channels=1),
        told(M2, total_unread_count=2),
        told(message_new("m3", at=3), unread_channels=4),
    ],
    "a thread": [titled("a", at=3), titled("b", at=4), M1, REPLY],
    "a thread that was read": [M1, REPLY, message_new("r4", at=4, parent_id="m1"), mark_read(at=3, thread_id="m1")],
    "a thread marked unread": [
        M1,
        REPLY,
        mark_read(at=3, thread_id="m1"),
        mark_unread(at=4, thread_id="m1", unread_messages=1, last_read_at=1),
    ],
    "a thread I was told of": [
        M1,
        notification_thread_message_new("r2", "m1", at=2, unread_threads=1),
        mark_read(at=3, thread_id="m1"),
    ],
    "a channel hidden and shown": [M1, hidden(at=2), visible(at=3), hidden(at=4)],
    "a history cleared": [M1, hidden(at=2, clear_history=True), message_new("m3", at=3)],
    "two truncations": [
        M1,
        truncated(at=3, truncated_at=2.5),
        message_new("m4", at=4),
        truncated(at=5, truncated_at=2),
    ],
    "a channel frozen": [frozen(at=2), unfrozen(at=3), channel_updated(at=4, frozen=True)],
    "custom data of a channel": [channel_updated(at=2, a=1), channel_updated(at=3, b=2), channel_updated(at=4, a=3)],
    "removed and back": [M1, removed_from_channel(at=3), added_to_channel(at=5), message_new("m6", at=6)],
    "a member that comes and goes": [
        member_added("bo", at=1),
        message_read(by="bo", at=2),
        member_removed("bo", at=3),
        member_added("bo", at=5),
    ],
    "a member who writes on coming back": [
        member_removed("bo", at=3),
        member_added("bo", at=4),
        message_new("m5", at=5),
    ],
    "a member who writes unseen on coming back": [
        message_new("m2", at=2),
        member_removed("bo", at=3),
        member_added("bo", at=4),
        message_new("m5", at=5, shadowed=True),
    ],
    "bans in a channel": [
        member_added("bo", at=1),
        banned("bo", at=2, cid=GENERAL),
        unbanned("bo", at=3, cid=GENERAL),
        banned("bo", at=4, cid=GENERAL, shadow=True),
    ],
    "a ban and its member": [
        member_added("bo", at=1),
        banned("bo", at=2, cid=GENERAL, expiration=50),
        member_updated("bo", at=3, banned=True, ban_expires=50),
    ],
    "bans everywhere": [banned("bo", at=2), unbanned("bo", at=3), user_updated("bo", at=4, updated_at=4)],
    "a user that was deleted": [M1, frame("user.deleted", 3, by=user("bo", deleted_at=3), mark_messages_deleted=True)],
    "drafts": [draft("a", at=2), draft("b", at=3), frame("draft.deleted", 4, GENERAL, draft={}), draft("c", at=5)],
    "reminders": [
        M1,
        reminder("reminder.created", at=2),
        reminder("notification.reminder_due", at=3),
        reminder("reminder.updated", at=4, remind_at=ns(9)),
    ],
    "a reminder that ends": [M1, reminder("reminder.created", at=2), reminder("reminder.deleted", at=5)],
    "an assistant": [thinking("a", at=2), thinking("b", at=3), frame("ai_indicator.clear", 4, GENERAL)],
    "a change of a vote": [ASKED, voted("casted", "v1", "yes", at=2), voted("changed", "v1", "no", at=3)],
    "a vote taken back": [
        ASKED,
        voted("casted", "v1", "yes", at=2),
        voted("casted", "v2", "no", at=3),
        voted("removed", "v2", "no", at=4),
    ],
    "a vote taken back and cast again": [
        ASKED,
        voted("casted", "v1", "yes", at=2),
        voted("removed", "v1", "yes", at=3),
        voted("casted", "v2", "no", at=4),
    ],
    "an older vote taken back": [
        ASKED,
        voted("casted", "v1", "yes", at=2),
        voted("changed", "v2", "no", at=3),
        voted("removed", "v1", "yes", at=4),
    ],
    "a closed poll": [
        ASKED,
        frame("poll.closed", 3, poll=poll("p1", at=3)),
        frame("poll.updated", 4, poll=poll("p1", at=4)),
    ],
    "a deleted poll": [ASKED, voted("casted", "v1", "yes", at=2), frame("poll.deleted", 5, poll=poll("p1"))],
    "a group": [grouped("created", at=1), grouped("updated", at=2, name="N"), grouped("deleted", at=3)],
    "members of a group": [
        grouped("created", at=1, members=[{"user_id": "bo"}]),
        grouped("member_added", at=2) | {"members": ["cy"]},
        grouped("member_removed", at=3) | {"members": ["bo"]},
    ],
    "members of a group, listed and named": [
        grouped("created", at=1, members=[{"user_id": "bo"}]),
        grouped("member_added", at=2) | {"members": ["cy"]},
        grouped("member_removed", at=3, members=[{"user_id": "di"}]) | {"members": ["bo"]},
        grouped("member_added", at=4) | {"members": ["bo"]},
    ],
    "a group made again": [
        grouped("created", at=1, members=[{"user_id": "bo"}]),
        grouped("deleted", at=3),
        grouped("created", at=4),
        grouped("member_added", at=5) | {"members": ["cy"]},
    ],
    "settings": [frame("app.updated", 1, app={"name": "a"}), frame("app.updated", 2, app={"name": "b"})],
}

STORIES |= {
    "deleted for me": [M1, told(message_deleted("m1", at=2), deleted_for_me=True), message_undeleted("m1", at=4)],
    "presence": [user_updated("bo", at=4), presence_changed("bo", True, at=5)],
    "presence around going offline": [
        presence_changed("bo", True, at=1),
        connected(False, at=2),
        presence_changed("bo", True, at=3),
    ],
}


@pytest.mark.parametrize("name", STORIES)
def test_a_story_ends_the_same_in_any_order(name):
    frames = STORIES[name]
    end = settled(picture(a_store(*BEFORE, *frames)))

    others = [settled(picture(a_store(*BEFORE, *order))) for order in permutations(frames)]
    assert [line for other in others for line in difference(end, other)] == []


def test_presence_goes_by_the_time_of_its_event():
    assert a_store(*STORIES["presence"]).user("bo").online


# How far someone has read

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


def test_a_read_names_the_last_message_though_an_unseen_one_of_the_reader_is_newer():
    assert in_any_order(the_last_he_read, READ, SHADOWED, message_read(by="bo", at=3, last_read_message_id="m2")) == {
        "m2"
    }


def test_a_message_that_nobody_sees_moves_its_authors_read():
    assert in_any_order(his_last_read, READ, FIRST, SHADOWED) == {ns(4)}


def test_a_message_that_nobody_sees_is_not_the_last_its_author_read():
    assert in_any_order(the_last_he_read, READ, FIRST, SECOND, SHADOWED) == {"m3"}


def test_what_came_after_my_read_is_unread():
    assert in_any_order(lambda room: room.unread, FIRST, SECOND, message_read(by="me", at=2.5)) == {1}


def test_nothing_is_unread_where_reads_are_not_kept_though_that_is_told_last():
    told = added_to_channel(at=0.5, own_capabilities=["send-message"])

    assert in_any_order(lambda room: room.unread, FIRST, SECOND, told, message_read(by="me", at=2.5)) == {0}


KEPT = added_to_channel(at=0.5, own_capabilities=["read-events"])
KEPT_NO_LONGER = added_to_channel(at=2.5, own_capabilities=["x"])


def test_the_newest_word_on_my_capabilities_holds():
    assert in_any_order(lambda room: room.own_capabilities, KEPT, KEPT_NO_LONGER) == {frozenset({"x"})}


@pytest.mark.parametrize(
    "order", [(FIRST, KEPT_NO_LONGER, SECOND), (FIRST, SECOND, KEPT_NO_LONGER)], ids=["in time", "late"]
)
def test_what_came_before_reads_were_kept_no_longer_stays_unread(order):
    assert a_store(KEPT, *order).channel(GENERAL).unread == 1


def test_the_newest_delivery_holds():
    assert in_any_order(lambda room: tuple(ids(room.deliveries_of("m3"))), *DELIVERED, SECOND) == {("u2",)}
