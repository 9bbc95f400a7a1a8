"""Answers and events: the newer word holds, whichever came first; pages leave gaps where they do not touch."""

import pytest

from chatstate.state.check import check
from tests.objects import GENERAL, channel, member, message, poll, reaction, user
from tests.queries import a_thread, entry, faults_of, general, loaded
from tests.samples import ME, answer
from tests.stories import (
    a_store,
    added_to_channel,
    channel_deleted,
    channel_updated,
    emissions,
    frame,
    frozen,
    hidden,
    ids,
    member_removed,
    member_updated,
    message_deleted,
    message_new,
    message_read,
    message_undeleted,
    message_updated,
    picture,
    reaction_deleted,
    reaction_new,
    reaction_updated,
    removed_from_channel,
    then,
    truncated,
    unfrozen,
    user_updated,
    visible,
    watching_start,
    watching_stop,
)


def m1(store):
    return store.message("m1")


def bo(store):
    return general(store).members["bo"]


def own(*types, on="m1", at=2):
    """My reactions, as an answer tells them."""
    mine = [reaction(type, on, by="me", at=at) for type in types]
    return {"latest_reactions": mine, "own_reactions": mine, "reaction_counts": dict.fromkeys(types, 1)}


# Newer events win

DRAFT = {"channel_cid": GENERAL, "message": {"text": "new"}}

NEWER = {
    "the text": (message_updated("m1", at=50, text="new"), lambda s: m1(s).text, "new"),
    "a deletion": (message_deleted("m1", at=50), lambda s: m1(s).deleted, True),
    "a deletion for good": (message_deleted("m1", at=50, hard=True), lambda s: ids(general(s).messages), ["m2"]),
    "a pin": (message_updated("m1", at=50, pinned=True, pinned_at=50), lambda s: ids(general(s).pinned), ["m1"]),
    "counts of reactions": (reaction_new("m1", "like", by="bo", at=50), lambda s: m1(s).reaction_counts, {"like": 1}),
    "my reaction": (reaction_new("m1", "like", by="me", at=50), lambda s: len(m1(s).own_reactions), 1),
    "a truncation": (truncated(at=50, truncated_at=1.5), lambda s: ids(general(s).messages), ["m2"]),
    "a cleared history": (hidden(at=50, clear_history=True), lambda s: ids(general(s).messages), []),
    "hidden": (hidden(at=50), lambda s: general(s).hidden, True),
    "frozen": (frozen(at=50), lambda s: general(s).frozen, True),
    "the name": (channel_updated(at=50, name="New"), lambda s: general(s).name, "New"),
    "custom data": (channel_updated(at=50, topic="tea"), lambda s: general(s).custom, {"topic": "tea"}),
    "my read": (message_read(by="me", at=50), lambda s: general(s).unread, 0),
    "a member": (
        member_updated("bo", at=50, channel_role="boss"),
        lambda s: general(s).members["bo"].channel_role,
        "boss",
    ),
    "a member that left": (member_removed("bo", at=50), lambda s: list(general(s).members), ["me"]),
    "a watcher that left": (watching_stop("cy", at=50, count=0), lambda s: ids(general(s).watchers), []),
    "the count of watchers": (watching_start("ana", at=50, count=9), lambda s: general(s).watcher_count, 9),
    "a user's name": (user_updated("bo", at=50, name="Bonnie"), lambda s: s.user("bo").name, "Bonnie"),
    "a draft": (frame("draft.updated", 50, GENERAL, draft=DRAFT), lambda s: general(s).draft.text, "new"),
    "a draft that is gone": (frame("draft.deleted", 50, GENERAL, draft=DRAFT), lambda s: general(s).draft, None),
    "that I was removed": (removed_from_channel(at=50), lambda s: general(s).exists, False),
    "that the channel is gone": (channel_deleted(at=50), lambda s: general(s).exists, False),
    "a closed poll": (
        frame("poll.closed", 50, GENERAL, poll=poll("p1", at=50)),
        lambda s: s.poll("p1").is_closed,
        True,
    ),
}
OLD = entry(
    messages=[message("m1", poll_id="p1", poll=poll("p1"), reaction_counts={}, own_reactions=[]), message("m2", at=2)],
    channel=channel(hidden=False, frozen=False, last_message_at=2, name="Old", topic="milk"),
    read=[{"user": user("me"), "last_read": "2025-01-15T08:00:00.5Z", "unread_messages": 2}],
    watchers=[user("cy")],
    watcher_count=1,
    draft={"channel_cid": GENERAL, "created_at": "2025-01-15T08:00:03Z", "message": {"text": "old"}},
)


@pytest.mark.parametrize("what", NEWER)
def test_a_newer_event_wins_over_an_older_answer(what):
    event, shown, value = NEWER[what]

    assert shown(loaded(OLD, frames=[event])) == value


@pytest.mark.parametrize("what", NEWER)
def test_a_newer_event_wins_over_the_answer_before_it(what):
    event, shown, value = NEWER[what]

    assert shown(then(loaded(OLD), event)) == value


OLDER = {
    "the text": (message_updated("m1", at=2, text="old"), lambda s: m1(s).text, "text of m1"),
    "an undeletion": (message_undeleted("m3", at=4, sent=3), lambda s: s.message("m3").deleted, True),
    "hidden": (hidden(at=2), lambda s: general(s).hidden, False),
    "frozen": (frozen(at=2), lambda s: general(s).frozen, False),
    "the name": (channel_updated(at=2, name="Old"), lambda s: general(s).name, "New"),
    "my read": (message_read(by="me", at=2.5), lambda s: general(s).unread, 1),
    "a member": (
        member_updated("bo", at=2, channel_role="boss"),
        lambda s: general(s).members["bo"].channel_role,
        "new",
    ),
    "a member that left": (member_removed("bo", at=2), lambda s: "bo" in general(s).members, True),
    "the count of watchers": (watching_start("ana", at=2, count=9), lambda s: general(s).watcher_count, 1),
    "a user's name": (user_updated("bo", at=2, name="Old"), lambda s: s.user("bo").name, "Bonnie"),
    "that the channel is gone": (channel_deleted(at=2), lambda s: general(s).exists, True),
}
BO = user("bo", name="Bonnie", updated_at=9)
NEW = entry(
    messages=[message("m1", updated_at=9), message("m3", at=3, type="deleted", deleted_at=8, updated_at=8),
              message("m9", by=BO, at=9)],
    channel=channel(hidden=False, frozen=False, last_message_at=9, name="New", updated_at=9),
    members=[member("bo", user=BO, channel_role="new", updated_at=9)],
    read=[{"user": user("me"), "last_read": "2025-01-15T08:00:08.5Z", "unread_messages": 1}],
    watcher_count=1,
)  # fmt: skip


@pytest.mark.parametrize("what", OLDER)
def test_an_older_event_loses_to_the_answer_before_it(what):
    event, shown, value = OLDER[what]

    assert shown(then(loaded(NEW), event)) == value


def test_an_answer_is_as_old_as_it_is_said_to_be():
    store = a_store(hidden(at=5))
    store.load(entry(1, channel=channel(hidden=False)), at=store.state.heard_at + 1)

    assert not general(store).hidden


def test_an_answer_that_is_said_to_be_older_loses():
    store = a_store(hidden(at=5))
    store.load(entry(9, channel=channel(hidden=False)), at=store.state.heard_at - 1)

    assert general(store).hidden


def test_a_newer_answer_shows_that_a_deleted_channel_is_back():
    assert general(loaded(NEW, frames=[channel_deleted(at=5)])).exists


def test_a_newer_answer_shows_that_i_am_back():
    assert general(loaded(NEW, frames=[added_to_channel(), removed_from_channel(at=5)])).exists


def test_a_reply_that_stands_in_the_channel_is_unread_once_though_its_thread_was_asked_for_before():
    reply = message("r1", at=60, parent_id="m1", show_in_channel=True)
    store = loaded(OLD, {"thread": a_thread(latest_replies=[reply])})
    store.apply(message_new(reply, at=60))

    assert general(store).unread == 3


def test_a_newer_answer_shows_that_a_message_was_undeleted():
    deleted = message_deleted("m1", at=50)
    page = entry(messages=[message("m1"), message("m2", at=51)], channel=channel())

    assert (m1(loaded(page, frames=[deleted])).deleted, m1(loaded(OLD, frames=[deleted])).deleted) == (False, True)


def test_what_an_answer_does_not_tell_stays():
    frames = [visible(at=1), unfrozen(at=1), message_new("m1"), watching_start("cy", at=2, count=4)]

    room = general(loaded({"channel": channel()}, frames=frames))
    assert (ids(room.messages), ids(room.watchers), room.watcher_count) == (["m1"], ["cy"], 4)


# Twice is once


@pytest.mark.parametrize("name", ["channels", "channel", "threads", "sync"])
def test_an_answer_taken_in_twice_is_taken_in_once(name):
    store, emitted = a_store(me=ME), []
    store.load(answer(name))
    store.changes.subscribe(emitted.append)

    store.load(answer(name))

    assert emitted == []


def test_the_answers_leave_the_same_in_either_order():
    forth, back = a_store(me=ME), a_store(me=ME)
    for one, other in (("channels", "threads"), ("threads", "channels")):
        forth.load(answer(one))
        back.load(answer(other))

    assert picture(forth)["messages"].keys() == picture(back)["messages"].keys()


def test_a_message_that_the_socket_told_too_is_there_once():
    frames = [message_read(by="me", at=1.5), message_new("m2", at=2)]

    assert ids(general(loaded(entry(1, 2), frames=frames)).messages) == ["m1", "m2"]


def test_a_page_that_does_not_tell_what_i_read_leaves_my_number():
    assert general(loaded(entry(1, 2), frames=[message_new("m2", at=2)])).unread == 1


def test_a_message_told_after_its_answer_is_no_news():
    store = loaded(entry(1, 2))

    told = {name for changes in emissions(store, message_new("m2", at=2)) for name in changes.tables}
    assert not told & {"messages", "reads"}


# My reactions


def test_only_an_answer_tells_my_reactions():
    told = message("m1", **own("like", "love"))

    assert [each.type for each in m1(loaded(entry(messages=[told]))).own_reactions] == ["like", "love"]


def test_an_answer_takes_back_what_it_does_not_list():
    frames = [message_new("m1"), reaction_new("m1", "like", by="me", at=2)]
    told = message("m1", updated_at=9)

    assert m1(loaded(entry(messages=[told]), frames=frames)).own_reactions == []


def test_a_message_that_lists_no_reactions_at_all_takes_none_back():
    frames = [message_new("m1"), reaction_new("m1", "like", by="me", at=2)]
    told = {
        key: value for key, value in message("m1", updated_at=9).items() if "own" not in key and "latest" not in key
    }

    assert len(m1(loaded(entry(messages=[told]), frames=frames)).own_reactions) == 1


def test_the_reactions_of_others_are_listed_too():
    told = message("m1", latest_reactions=[reaction("wow", "m1", by="cy")], reaction_counts={"wow": 1})

    assert [(each.type, each.user.id) for each in m1(loaded(entry(messages=[told]))).reactions] == [("wow", "cy")]


MORE = {
    "a new one": (reaction_new("m1", "wow", by="me", at=9), ["like", "love", "wow"]),
    "one taken back": (reaction_deleted("m1", "like", by="me", at=9), ["love"]),
    "one in the place of all": (reaction_updated("m1", "wow", by="me", at=9), ["wow"]),
    "one of another": (reaction_new("m1", "wow", by="bo", at=9), ["like", "love"]),
}


@pytest.mark.parametrize("what", MORE)
def test_my_reactions_go_on_from_what_an_answer_told(what):
    event, left = MORE[what]
    store = loaded(entry(messages=[message("m1", **own("like", "love"))]))

    assert [each.type for each in m1(then(store, event)).own_reactions] == left


# Pages and gaps


def gaps(store):
    timeline = general(store).messages
    return [each.id for each in timeline if timeline.has_gap_before(each)]


PAGES = {
    "one page": ([entry(1, 2, 3)], []),
    "the same page twice": ([entry(1, 2, 3), entry(1, 2, 3)], []),
    "an older page that does not touch": ([entry(7, 8), entry(1, 2, channel=channel(last_message_at=8))], ["m7"]),
    "an older page that touches": ([entry(7, 8), entry(5, 6, 7, channel=channel(last_message_at=8))], []),
    "a newer page that does not touch": ([entry(1, 2), entry(7, 8)], ["m7"]),
    "a newer page that touches": ([entry(1, 2), entry(2, 3, 4)], []),
    "a page within the gap": (
        [entry(1, 2), entry(8, 9), entry(4, 5, channel=channel(last_message_at=9))],
        ["m4", "m8"],
    ),
    "a page that bridges the gap": (
        [entry(1, 2), entry(8, 9), entry(*range(2, 9), channel=channel(last_message_at=9))],
        [],
    ),
    "a page that lengthens the older part": (
        [entry(1, 2), entry(8, 9), entry(2, 3, 4, channel=channel(last_message_at=9))],
        ["m8"],
    ),
    "a page that lengthens the newer part": (
        [entry(1, 2), entry(8, 9), entry(6, 7, 8, channel=channel(last_message_at=9))],
        ["m6"],
    ),
}


@pytest.mark.parametrize("what", PAGES)
def test_pages_that_do_not_touch_leave_gaps(what):
    pages, before = PAGES[what]

    assert gaps(loaded(*pages)) == before


def test_what_the_socket_tells_after_a_page_follows_without_a_gap():
    assert gaps(then(loaded(entry(1, 2)), message_new("m3", at=3))) == []


def test_a_page_that_ends_where_the_socket_goes_on_leaves_no_gap():
    frames = [message_read(by="me", at=2.5), message_new("m3", at=3)]

    assert gaps(loaded(entry(1, 2), frames=frames)) == []


def test_a_page_that_ends_before_the_socket_began_leaves_a_gap():
    frames = [message_read(by="me", at=7.5), message_new("m8", at=8)]

    assert gaps(loaded(entry(1, 2, channel=channel(last_message_at=8)), frames=frames)) == ["m8"]


def test_a_gap_outlives_the_message_after_it():
    store = then(loaded(entry(1, 2), entry(7, 8)), message_deleted("m7", at=9, sent=7, hard=True))

    assert gaps(store) == ["m8"]


def test_a_truncation_takes_the_gaps_before_it():
    assert gaps(then(loaded(entry(1, 2), entry(7, 8)), truncated(at=9))) == []


def test_a_page_that_ends_before_the_last_message_has_newer():
    assert general(loaded(entry(1, 2, channel=channel(last_message_at=8)))).has_newer


def test_a_page_that_ends_with_the_last_message_has_nothing_newer():
    assert not general(loaded(entry(1, 2))).has_newer


def test_there_may_be_older_messages_than_a_page_holds():
    assert general(loaded(entry(7, 8))).has_older


def test_the_replies_of_a_thread_list_leave_gaps_in_the_channel():
    shown = [message("r5", at=5, parent_id="m1", show_in_channel=True)]
    store = loaded(entry(7, 8), {"threads": [a_thread(latest_replies=shown, channel=channel(last_message_at=8))]})

    assert gaps(store) == ["r5", "m7"]


def test_after_all_of_it_every_invariant_holds():
    store = loaded(*(page for pages, _ in PAGES.values() for page in pages))

    assert faults_of(store, *(answer(name) for name in ("channels", "channel"))) == []
    check(store.state)
