"""What the views answer: before anything is known, and as the rows below them change."""

import pytest

from tests.objects import GENERAL, RANDOM, at, channel, message, ns, user
from tests.stories import (
    ManualClock,
    a_store,
    added_to_channel,
    banned,
    channel_created,
    channel_deleted,
    ids,
    mark_unread,
    member_added,
    message_deleted,
    message_delivered,
    message_new,
    message_read,
    message_updated,
    mutes_updated,
    removed_from_channel,
    then,
)

THREE = [message_new("m1", at=1), message_new("m2", at=2), message_new("m3", at=3)]


def general(*frames, **options):
    return a_store(*frames, **options).channel(GENERAL)


# Before anything is known

BLANK = {
    "exists": False,
    "name": None,
    "unread": 0,
    "unread_mentions": 0,
    "first_unread": None,
    "last_read": None,
    "last_message": None,
    "last_message_at": None,
    "member_count": 0,
    "membership": None,
    "watchers": [],
    "typing": [],
    "own_capabilities": None,
    "cooldown_remaining": 0,
    "draft": None,
    "ai_state": None,
    "has_older": False,
    "has_newer": False,
    "muted": False,
    "hidden": False,
    "archived": False,
    "pinned_at": None,
}


@pytest.mark.parametrize(("name", "value"), BLANK.items(), ids=BLANK)
def test_an_unknown_channel_can_be_looked_at(name, value):
    assert getattr(a_store().channel(GENERAL), name) == value


@pytest.mark.parametrize("name", ["messages", "pinned", "pending", "threads", "members", "reads"])
def test_an_unknown_channel_holds_nothing(name):
    assert len(getattr(a_store().channel(GENERAL), name)) == 0


def test_a_view_made_before_the_data_shows_it_when_it_comes():
    store = a_store()
    bound = store.channel(GENERAL).messages

    then(store, *THREE)

    assert ids(bound) == ["m1", "m2", "m3"]


def test_an_unknown_message_has_no_author_no_time_and_no_channel():
    unknown = a_store().message("m1")

    assert (unknown.exists, unknown.user, unknown.created_at, unknown.channel) == (False, None, None, None)


def test_a_store_that_was_not_told_who_i_am_has_a_me_without_id():
    assert (a_store(me=None).me.id, a_store(me=None).me.user) == (None, None)


def test_an_unknown_connection_is_neither_up_nor_down():
    assert (a_store().connection.online, a_store().connection.last_event_at) == (None, None)


# Asking for what is not there

ABSENT = {
    "channels": "messaging:none",
    "messages": "none",
    "users": "none",
    "threads": "none",
    "reminders": "none",
    "user_groups": "none",
}


@pytest.mark.parametrize(("sort", "id"), ABSENT.items(), ids=ABSENT)
def test_what_is_not_known_is_a_key_error_that_names_it(sort, id):
    with pytest.raises(KeyError, match=f"'{id}' is.* known"):
        getattr(a_store(), sort)[id]


@pytest.mark.parametrize(("sort", "id"), ABSENT.items(), ids=ABSENT)
def test_getting_what_is_not_known_answers_none(sort, id):
    assert getattr(a_store(), sort).get(id) is None


@pytest.mark.parametrize("ask", [lambda s: s.channel("general"), lambda s: s.channels["general"]], ids=["()", "[]"])
def test_a_malformed_cid_is_a_value_error(ask):
    with pytest.raises(ValueError, match="type:id"):
        ask(a_store())


def test_what_is_no_cid_at_all_is_a_type_error():
    with pytest.raises(TypeError, match="by its cid"):
        a_store().channels[:3]  # type: ignore[index]


@pytest.mark.parametrize("sort", ["message", "user", "thread", "poll"])
def test_an_empty_id_is_a_value_error(sort):
    with pytest.raises(ValueError, match="at least one character"):
        getattr(a_store(), sort)("")


def test_who_is_no_member_is_a_key_error():
    with pytest.raises(KeyError, match=f"'bo' is no known member of {GENERAL}"):
        general().members["bo"]


def test_a_channel_i_left_is_not_listed():
    store = a_store(added_to_channel(), added_to_channel(RANDOM), removed_from_channel(at=1))

    assert (list(store.channels), GENERAL in store.channels) == ([RANDOM], False)


def test_a_deleted_channel_exists_no_more():
    assert not general(channel_created(), channel_deleted(at=1)).exists


# Identity


def test_two_views_of_one_thing_are_equal_and_hash_alike():
    store = a_store()

    assert len({store.message("m1"), store.message("m1"), store.message("m2")}) == 2


def test_views_of_two_sorts_or_two_stores_differ():
    store = a_store()

    assert len({store.message("x"), store.user("x"), store.thread("x"), a_store().message("x")}) == 4


def test_a_view_holds_nothing_but_where_to_look():
    assert not hasattr(a_store().channel(GENERAL), "__dict__")


def test_a_view_prints_as_what_it_is_of():
    assert [repr(general()), repr(general(*THREE).messages)] == [
        f"<ChannelView '{GENERAL}'>",
        f"<Timeline of {GENERAL}: 3>",
    ]


# The timeline, a sequence


def test_a_slice_is_a_list_of_just_that_part():
    assert ids(general(*THREE).messages[-2:]) == ["m2", "m3"]


def test_messages_are_indexed_from_both_ends():
    messages = general(*THREE).messages

    assert ids([messages[0], messages[-1]]) == ["m1", "m3"]


def test_messages_read_backwards():
    assert ids(reversed(general(*THREE).messages)) == ["m3", "m2", "m1"]


def test_a_message_is_found_by_view_and_by_id():
    messages = general(*THREE).messages

    assert (messages.index(messages[1]), messages.index("m3"), messages.count("m3")) == (1, 2, 1)


@pytest.mark.parametrize("where", [("m9",), ("m1", 1), ("m3", 0, 2)], ids=["nowhere", "before", "after"])
def test_a_message_that_is_not_in_that_part_is_a_value_error(where):
    with pytest.raises(ValueError, match="is not in"):
        general(*THREE).messages.index(*where)


def test_a_timeline_holds_its_own_messages_alone():
    store = a_store(*THREE, message_new("r1", at=4, parent_id="m1"), message_new("x1", cid=RANDOM))

    assert [id in store.channel(GENERAL).messages for id in ("m1", "r1", "x1", "m9")] == [True, False, False, False]


def _page(*sent, **more):
    page = [message(f"m{second}", at=second) for second in sent]
    return {"channel": channel(**more), "messages": page, "members": [], "read": []}


def _with_a_gap():
    store = a_store()
    store.load(_page(1, 2), at=ns(10))
    store.load(_page(8, 9), at=ns(11))
    return store.channel(GENERAL)


def test_pages_that_do_not_touch_leave_a_gap():
    messages = _with_a_gap().messages

    assert [m.id for m in messages if messages.has_gap_before(m)] == ["m8"]


def test_a_page_that_ends_before_the_last_message_has_newer():
    store = a_store()
    store.load(_page(1, 2, last_message_at=9), at=ns(10))

    assert store.channel(GENERAL).has_newer


def test_what_retention_let_go_is_older():
    room = general(*THREE, keep_messages=2)

    assert (ids(room.messages), room.has_older) == (["m2", "m3"], True)


# Unread


def test_the_first_unread_is_the_first_that_counts_after_my_last_read():
    mine = message_new("m4", by="me", at=4)
    later = [message_new("m5", at=5, silent=True), message_new("m6", at=6), message_new("m7", at=7)]

    assert general(*THREE, mine, *later).first_unread.id == "m6"


def test_the_first_unread_is_the_one_i_marked():
    marked = mark_unread(at=5, unread_messages=2, last_read_at=1, first_unread_message_id="m2")

    assert general(*THREE, marked).first_unread.id == "m2"


def test_nothing_is_first_unread_where_all_is_read():
    assert general(*THREE, message_read(by="me", at=4)).first_unread is None


MENTIONING = [message_new(f"m{second}", at=second, mentions=("me",)) for second in (1, 2, 3)]


def test_unread_mentions_are_those_since_my_last_read():
    assert general(MENTIONING[0], message_read(by="me", at=1.5), *MENTIONING[1:]).unread_mentions == 2


def test_a_deleted_message_mentions_nobody():
    assert general(*MENTIONING, message_deleted("m2", at=4, sent=2)).unread_mentions == 2


# Receipts


def test_who_has_read_a_message_leaves_out_its_author_and_who_read_less():
    reads = [message_read(by="bo", at=4), message_read(by="u2", at=4), message_read(by="u3", at=1.5)]

    assert ids(general(*THREE, *reads).reads_of("m2")) == ["u2"]


def test_what_was_read_has_arrived():
    room = general(*THREE, message_read(by="u2", at=4), message_delivered(by="u3", at=4))

    assert (ids(room.reads_of(room.messages[0])), ids(room.deliveries_of("m1"))) == (["u2"], ["u2", "u3"])


def test_nobody_has_read_what_stands_in_a_thread_alone_by_reading_the_channel():
    room = general(*THREE, message_new("r1", at=4, parent_id="m1"), message_read(by="u2", at=5))

    assert (room.reads_of("r1"), room.deliveries_of("unknown")) == ([], [])


def test_a_delivery_mark_is_never_behind_the_read_mark():
    delivered, read = (
        message_delivered(by="u2", at=1, last="m1"),
        message_read(by="u2", at=4, last_read_message_id="m3"),
    )

    mark = general(*THREE, delivered, read).reads["u2"]
    assert (mark.last_delivered_at, mark.last_delivered_message_id) == (ns(4), "m3")


def test_of_those_who_never_read_only_i_am_among_the_reads():
    room = general(*THREE)

    assert (list(room.reads), room.reads["me"].last_read, room.reads["me"].unread) == (["me"], None, 3)


# What ends by itself


@pytest.mark.parametrize(("seconds", "left"), [(0, 10), (0.5, 10), (7, 3), (9.5, 1), (10, 0)])
def test_a_cooldown_counts_whole_seconds_down(seconds, left):
    clock = ManualClock()
    room = general(channel_created(cooldown=10), message_new("m1", by="me", at=0), clock=clock)

    clock.pass_by(seconds)

    assert room.cooldown_remaining == left


def test_who_may_skip_slow_mode_waits_for_nothing():
    slow = channel_created(cooldown=10, own_capabilities=["read-events", "skip-slow-mode"])

    assert general(slow, message_new("m1", by="me", at=0)).cooldown_remaining == 0


def test_a_pin_ends_when_it_expires():
    clock = ManualClock()
    room = general(message_new("m1", pinned=True, pinned_at=1, pin_expires=5), clock=clock)
    before = (ids(room.pinned), room.messages[0].pinned)

    clock.pass_by(5)

    assert (before, (ids(room.pinned), room.messages[0].pinned)) == ((["m1"], True), ([], False))


def test_pins_are_in_the_order_of_pinning():
    pins = [
        message_updated("m1", at=8, pinned=True, pinned_at=8),
        message_updated("m3", at=7, sent=3, pinned=True, pinned_at=7),
    ]

    room = general(*THREE, *pins)
    assert (ids(room.pinned), room.pinned.index("m1"), "m2" in room.pinned) == (["m3", "m1"], 1, False)


@pytest.mark.parametrize(("seconds", "holds"), [(4, True), (5, False)])
def test_bans_end_when_they_expire(seconds, holds):
    clock = ManualClock()
    bans = [banned("bo", at=1, expiration=5, cid=GENERAL), banned("bo", at=1, expiration=5)]
    store = a_store(member_added("bo"), *bans, clock=clock)

    clock.pass_by(seconds)

    assert (store.channel(GENERAL).members["bo"].banned, store.user("bo").banned) == (holds, holds)


def test_a_mute_that_expired_is_not_listed():
    clock = ManualClock()
    mutes = [{"target": user("bo"), "expires": at(5)}, {"target": user("u2")}]
    store = a_store(mutes_updated(*mutes, at=1), clock=clock)

    clock.pass_by(5)

    assert ([mute.user.id for mute in store.me.mutes], store.user("bo").muted) == (["u2"], False)


# Quotes

QUOTING = message_new("m2", at=2, quotes=message("m1", text="first"))


def test_a_quote_shows_the_copy_it_brought_while_the_message_is_not_here():
    store = a_store(QUOTING)

    quoted = store.message("m2").quoted
    assert (quoted.text, quoted.user.name, quoted.gone, store.message("m1").exists) == ("first", "Bo", False, False)


def test_a_quote_shows_the_text_of_now():
    store = a_store(message_new("m1"), QUOTING, message_updated("m1", at=3, text="second"))

    assert store.message("m2").quoted.text == "second"


def test_a_quote_of_what_was_deleted_for_good_is_gone():
    quoted = a_store(message_new("m1"), QUOTING, message_deleted("m1", at=3, hard=True)).message("m2").quoted

    assert (quoted.id, quoted.gone, quoted.text) == ("m1", True, "")


def test_a_quote_that_brought_no_copy_of_what_is_not_here_is_gone():
    assert a_store(message_new("m2", quoted_message_id="m1")).message("m2").quoted.gone


def test_a_quote_is_the_message_it_quotes():
    store = a_store(message_new("m1"), QUOTING)

    assert store.message("m2").quoted == store.message("m1")
