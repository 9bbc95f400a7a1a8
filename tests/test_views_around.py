"""What the views answer of threads, polls, members, of me and of what is around the messages."""

import inspect

import pytest

import chatstate.views
from tests.objects import GENERAL, RANDOM, channel_mute, message, mute, ns, own_user, poll, thread, user
from tests.stories import (
    ManualClock,
    a_store,
    channel_created,
    frame,
    health_check,
    ids,
    member_added,
    member_updated,
    message_deleted,
    message_flagged,
    message_new,
    message_pending,
    message_read,
    mutes_updated,
    notification_thread_message_new,
    reaction_deleted,
    reaction_new,
    then,
    typing_start,
    user_updated,
    watching_start,
)


def reply(id, *, at, by="bo", **more):
    return message_new(id, at=at, by=by, parent_id="m1", **more)


# Threads


def test_a_thread_is_its_replies_in_order():
    replies = a_store(message_new("m1"), reply("r2", at=3), reply("r1", at=2)).thread("m1").replies

    assert (ids(replies), replies.index("r2"), replies.has_gap_before("r2")) == (["r1", "r2"], 1, False)


def test_a_reply_and_its_parent_name_the_same_thread():
    store = a_store(message_new("m1"), reply("r1", at=2))

    assert store.message("r1").thread == store.message("m1").thread == store.thread("m1")


def test_a_thread_is_in_the_channel_of_its_replies_while_the_parent_is_not_known():
    room = a_store(reply("r1", at=2)).thread("m1").channel

    assert (room.cid, ids(room.threads)) == (GENERAL, ["m1"])


def test_an_unknown_thread_is_nowhere():
    lost = a_store().thread("m1")

    assert (lost.exists, lost.channel, lost.typing, lost.draft, lost.unread, lost.reply_count) == (
        False, None, [], None, 0, 0,
    )  # fmt: skip


def test_threads_are_those_told_of_and_those_with_replies():
    told_of = frame("thread.updated", 1, GENERAL, thread=thread("t1"))
    store = a_store(told_of, message_new("m1"), reply("r1", at=2))

    assert (sorted(store.threads), len(store.threads), "m9" in store.threads) == (["m1", "t1"], 2, False)


def test_the_threads_of_a_channel_begin_with_the_one_that_has_the_newest_reply():
    others = [message_new("r2", at=4, parent_id="m2"), message_new("r3", at=5, parent_id="m3", show_in_channel=True)]

    assert ids(a_store(reply("r1", at=3), *others).channel(GENERAL).threads) == ["m3", "m2", "m1"]


def test_a_thread_i_take_no_part_in_has_nothing_unread():
    assert a_store(message_new("m1"), reply("r1", at=2)).thread("m1").unread == 0


@pytest.mark.parametrize(
    "part",
    [
        [message_new("m1", by="me"), reply("r1", at=2)],
        [message_new("m1"), reply("r0", at=1.5, by="me"), reply("r1", at=2)],
        [message_new("m1", thread_participants=[user("me")]), reply("r1", at=2)],
    ],
    ids=["its parent is mine", "a reply is mine", "I am named"],
)
def test_in_a_thread_i_take_part_in_the_replies_of_others_are_unread(part):
    assert a_store(*part).thread("m1").unread == 1


def test_after_a_read_the_replies_since_are_unread():
    read = message_read(by="me", at=2.5, thread=thread("m1"))
    later = [reply("r2", at=3), reply("r3", at=4, by="me"), reply("r4", at=5), message_deleted("r4", at=6, sent=5)]

    talk = a_store(message_new("m1"), reply("r1", at=2), read, *later).thread("m1")
    assert (talk.unread, talk.last_read, talk.reads["me"].unread) == (1, ns(2.5), 1)


def test_a_thread_read_of_somebody_else_is_theirs():
    reads = a_store(message_new("m1"), message_read(by="u2", at=2, thread=thread("m1"))).thread("m1").reads

    assert ([(id, reads[id].user.name, reads[id].unread) for id in reads], len(reads)) == ([("u2", "U2", 0)], 1)


def test_what_i_was_notified_of_is_unseen_until_i_read():
    store = a_store(message_new("m1"), notification_thread_message_new("r1", "m1", at=2, unread_threads=1))
    before = store.thread("m1").has_unseen

    then(store, message_read(by="me", at=3, thread=thread("m1")))

    assert (before, store.thread("m1").has_unseen) == (True, False)


def test_replies_are_counted_by_the_parents_word_then_the_threads_then_what_is_here():
    told_of = frame("thread.updated", 4, GENERAL, thread=thread("m1", reply_count=7))
    store = a_store(reply("r1", at=2))
    counts = [store.thread("m1").reply_count]

    for more in (told_of, message_new("m1", at=1, reply_count=9)):
        then(store, more)
        counts.append(store.thread("m1").reply_count)

    assert counts == [1, 7, 9]


def test_a_thread_tells_its_title_and_who_takes_part():
    told_of = thread("m1", title="Beans", thread_participants=[user("bo"), user("u2")], hue="green")
    talk = a_store(frame("thread.updated", 2, GENERAL, thread=told_of)).thread("m1")

    assert (talk.title, ids(talk.participants), dict(talk.custom)) == ("Beans", ["bo", "u2"], {"hue": "green"})


def test_typing_in_a_thread_is_not_typing_in_its_channel():
    clock = ManualClock()
    store = a_store(message_new("m1"), typing_start("u2", at=2, parent_id="m1"), clock=clock)
    before = ids(store.thread("m1").typing)

    clock.pass_by(7)

    assert (before, store.thread("m1").typing, store.channel(GENERAL).typing) == (["u2"], [], [])


# Polls


def _vote(id, *, by, at, option="yes", **more):
    given = {"id": id, "poll_id": "p1", "user_id": by, "user": user(by), "option_id": option} | more
    return frame("poll.vote_casted", at, GENERAL, poll=poll("p1", enforce_unique_vote=False), poll_vote=given)


def test_an_answer_is_no_vote_and_others_votes_are_not_mine():
    votes = [_vote("v1", by="me", at=2), _vote("v2", by="u2", at=3)]
    store = a_store(message_new("m1", poll=poll("p1"), poll_id="p1"), *votes)

    then(store, _vote("a1", by="me", at=4, option="", is_answer=True, answer_text="maybe"))

    asked = store.message("m1").poll
    assert (ids(asked.own_votes), ids(asked.votes), [answer.answer_text for answer in asked.answers]) == (
        ["v1"], ["v1", "v2"], ["maybe"],
    )  # fmt: skip


def test_a_deleted_poll_leaves_its_id_behind():
    gone = frame("poll.deleted", 2, GENERAL, poll=poll("p1"))
    shown = a_store(message_new("m1", poll=poll("p1"), poll_id="p1"), gone).message("m1")

    assert (shown.poll_id, shown.poll.exists, shown.poll.name, shown.poll.created_by) == ("p1", False, "", None)


# Messages and what hangs on them


def test_reactions_resolve_their_users_of_now():
    store = a_store(message_new("m1"), reaction_new("m1", "like", by="u2", at=2, score=3))

    then(store, user_updated("u2", at=3, name="Una"))

    assert [(r.type, r.score, r.user.name) for r in store.message("m1").reactions] == [("like", 3, "Una")]


def test_a_reaction_that_was_taken_back_exists_no_more():
    store = a_store(message_new("m1"), reaction_new("m1", "like", by="me", at=2))
    given = store.message("m1").own_reactions[0]

    then(store, reaction_deleted("m1", "like", by="me", at=3))

    assert (given.exists, store.message("m1").own_reactions) == (False, [])


def test_reactions_to_an_unknown_message_do_not_show():
    assert a_store(reaction_new(message("m1"), "like", by="me", at=2)).message("m1").own_reactions == []


def test_a_pending_message_shows_before_it_stands_in_the_timeline():
    store = a_store(message_pending("m1"))
    waiting = store.channel(GENERAL).pending[0]
    before = (waiting.text, waiting.pending, waiting.exists)

    then(store, message_new("m1", by="me", at=2))

    assert (before, waiting.pending, waiting.exists) == (("text of m1", True, False), False, True)


def test_a_flagged_message_is_among_my_flags():
    store = a_store(message_new("m1"), message_flagged("m1", at=2))

    assert (store.message("m1").flagged, store.me.flagged) == (True, {"m1"})


def test_a_reminder_is_mine_and_its_messages():
    about = {"message_id": "m1", "channel_cid": GENERAL, "remind_at": "2025-01-15T09:00:00Z"}
    store = a_store(message_new("m1"), frame("reminder.created", 2, reminder=about))

    assert (store.message("m1").reminder, store.message("m2").reminder) == (store.reminders["m1"], None)
    assert (store.reminders["m1"].message, store.reminders["m1"].remind_at) == (store.message("m1"), ns(3600))


# Channels, their people, and me


def test_members_are_by_user_id_and_know_their_user():
    members = a_store(member_added("u2", channel_role="channel_moderator"), member_added("bo")).channel(GENERAL).members

    assert [(id, m.user.name, m.channel_role) for id, m in members.items()] == [
        ("bo", "Bo", "channel_member"),
        ("u2", "U2", "channel_moderator"),
    ]


def test_what_i_pinned_and_archived_is_in_my_membership():
    room = a_store(member_added("me", at=1, pinned_at=1, archived_at=2)).channel(GENERAL)

    assert (room.membership, room.pinned_at, room.archived) == (room.members["me"], ns(1), True)


def test_what_i_pinned_is_no_longer_when_the_whole_member_does_not_say_so():
    room = a_store(member_added("me", at=1, pinned_at=1, archived_at=1), member_updated("me", at=2)).channel(GENERAL)

    assert (room.pinned_at, room.archived) == (None, False)


def test_watchers_are_those_told_of_and_counted_by_the_service():
    room = a_store(watching_start("u2", at=1, count=5), watching_start("bo", at=2, count=6)).channel(GENERAL)

    assert (ids(room.watchers), room.watcher_count) == (["bo", "u2"], 6)


def test_capabilities_are_a_set_once_told():
    told_of = channel_created(own_capabilities=["send-message", "read-events"])

    assert a_store(told_of).channel(GENERAL).own_capabilities == {"read-events", "send-message"}


def test_a_draft_is_of_the_channel_or_of_a_thread():
    here, there = ({"channel_cid": GENERAL, "message": {"text": text}} for text in ("here", "there"))
    drafts = [frame("draft.updated", 2, GENERAL, draft=here)]
    drafts += [frame("draft.updated", 3, GENERAL, parent_id="m1", draft=there)]
    store = a_store(message_new("m1"), *drafts)

    assert (store.channel(GENERAL).draft.text, store.thread("m1").draft.text) == ("here", "there")


def test_my_mutes_are_views_and_my_muted_channels_cids():
    store = a_store(mutes_updated(mute("bo"), at=1, channel_mutes=[channel_mute(RANDOM)]))

    assert ([m.user for m in store.me.mutes], store.me.channel_mutes) == ([store.user("bo")], [RANDOM])


def test_what_only_i_am_told_is_mine():
    told_of = own_user(devices=[{"id": "phone"}], blocked_user_ids=["u9"], total_unread_count=4)
    me = a_store(health_check(at=1, me=told_of), me=None).me

    assert (me.id, me.user.name, me.devices, me.blocked_user_ids, me.total_unread_count) == (
        "me", "Me", ({"id": "phone"},), ("u9",), 4,
    )  # fmt: skip


def test_the_connection_is_as_last_heard_of():
    connection = a_store(health_check(at=1)).connection

    assert (connection.online, connection.connection_id, connection.last_event_at) == (True, "c-1", ns(1))


def test_a_user_group_knows_its_members():
    made = {"id": "g1", "name": "Diggers", "members": [{"user_id": "u2"}, {"user_id": "bo"}]}
    group = a_store(frame("user_group.created", 1, user_group=made)).user_groups["g1"]

    assert (group.name, ids(group.members)) == ("Diggers", ["bo", "u2"])


# What was told, as it was told

WHEN = {"created_at": 3, "updated_at": 4}
A_USER = {
    "name": "Bo", "image": "bo.png", "role": "admin", "language": "da", "teams": ["green"], "online": True,
    "last_active": 2, "ban_expires": None, "hue": "green", **WHEN,
}  # fmt: skip
A_CHANNEL = {
    "name": "Beans", "image": "b.png", "team": "green", "config": {"reactions": True}, "frozen": True, "disabled": True,
    "truncated_at": 1, "hue": "green", **WHEN,
}  # fmt: skip
A_MESSAGE = {
    "type": "regular", "text": "hello", "html": "<p>hello</p>", "attachments": [{"type": "file"}], "command": "giphy",
    "i18n": {"language": "en"}, "moderation": {"action": "flag"}, "silent": True, "deleted_for_me": False,
    "restricted_visibility": ["me"], "show_in_channel": False, "reply_count": 2, "reaction_counts": {"like": 1},
    "reaction_scores": {"like": 3}, "reaction_groups": {"like": {"count": 1}}, "pinned": True, "pinned_at": 3,
    "pin_expires": 9, "hue": "green", "deleted_at": None, **WHEN,
}  # fmt: skip
A_MEMBER = {
    "role": "moderator", "channel_role": "channel_moderator", "is_moderator": True, "invited": True,
    "invite_accepted_at": 2, "invite_rejected_at": None, "pinned_at": 3, "archived_at": 4, "banned": False,
    "shadow_banned": False, "notifications_muted": True, "hue": "green", **WHEN,
}  # fmt: skip
A_POLL = {
    "name": "Beans?", "description": "Or peas", "options": [{"id": "o1", "text": "Beans"}], "vote_count": 2,
    "vote_counts_by_option": {"o1": 2}, "answers_count": 1, "is_closed": False, "enforce_unique_vote": True,
    "max_votes_allowed": 1, "allow_answers": True, "allow_user_suggested_options": True,
    "voting_visibility": "anonymous", "hue": "green", **WHEN,
}  # fmt: skip
TOLD = {
    "user": (A_USER, lambda o: frame("user.updated", 5, by=user("bo", **o)), lambda s: s.user("bo")),
    "channel": (A_CHANNEL, lambda o: channel_created(at=5, **o), lambda s: s.channel(GENERAL)),
    "message": (A_MESSAGE, lambda o: message_new("m1", at=5, **o), lambda s: s.message("m1")),
    "member": (A_MEMBER, lambda o: member_added("bo", at=5, **o), lambda s: s.channel(GENERAL).members["bo"]),
    "poll": (A_POLL, lambda o: frame("poll.updated", 5, GENERAL, poll=poll("p1", **o)), lambda s: s.poll("p1")),
}
TIMES = ("_at", "last_active", "expires")


@pytest.mark.parametrize(("told", "frame_of", "view_in"), TOLD.values(), ids=TOLD)
def test_a_view_tells_what_was_told(told, frame_of, view_in):
    view = view_in(a_store(frame_of(told), clock=ManualClock()))

    said = {name: getattr(view, name) for name in told if name != "hue"} | {"hue": view.custom["hue"]}
    assert said == {name: _as_kept(name, value) for name, value in told.items()}


def _as_kept(name, value):
    if isinstance(value, list):
        return tuple(value)
    return ns(value) if isinstance(value, int) and name.endswith(TIMES) else value


VIEWS = [view for view in vars(chatstate.views).values() if isinstance(view, type)]


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)
def test_everything_a_view_tells_is_described(view):
    public = {name: getattr(view, name) for name in dir(view) if not name.startswith("_")}

    assert [name for name in public if not inspect.getdoc(getattr(view, name))] == []
