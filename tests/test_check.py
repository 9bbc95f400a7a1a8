"""The check of every invariant: a state that some bug has broken is named for what is broken in it."""

import pytest

from chatstate.model import Counters, Evicted, Message, Read, Span, Tombstone
from chatstate.state.check import check
from chatstate.state.state import ME
from tests.objects import GENERAL, RANDOM, mute, ns, poll, user
from tests.stories import (
    a_store,
    added_to_channel,
    banned,
    channel_created,
    channel_deleted,
    frame,
    member_added,
    message_deleted,
    message_new,
    message_pending,
    message_read,
    mutes_updated,
    reaction_new,
    typing_start,
    watching_start,
)

OLD = "messaging:old"
write = dict.__setitem__
"""As no reducer may write: past the log and the indexes."""


def a_full_state():
    """A state with something in nearly every table, and nothing broken."""
    about = {"message_id": "m1", "channel_cid": GENERAL, "user_id": "me", "created_at": "2025-01-15T08:00:01Z"}
    return a_store(
        added_to_channel(),
        channel_created(RANDOM),
        member_added("bo"),
        message_read(by="me", at=0.5),
        message_new("m1", at=1, poll_id="p1", poll=poll("p1")),
        message_new("m2", at=2),
        message_new("r1", at=3, parent_id="m1"),
        reaction_new("m1", "like", by="bo", at=4),
        message_new("gone", at=5),
        message_deleted("gone", at=6, sent=5, hard=True),
        message_pending("wait", at=7),
        frame("reminder.created", 8, GENERAL, message_id="m1", reminder=about),
        mutes_updated(mute("u2", at=1), at=9),
        banned("bo", at=10, cid=GENERAL),
        watching_start("bo", at=11, count=1),
        typing_start("bo", at=12),
        channel_created(OLD, at=13),
        channel_deleted(OLD, at=14),
    ).state


def test_a_whole_state_passes():
    check(a_full_state())


def put(table, key, **changes):
    """A break: the row under ``key`` is put with these changes, as a reducer would."""

    def break_it(state):
        rows = state.tables[table]
        rows.put(key, rows[key].replace(**changes))

    return break_it


def plant(table, key, row):
    """A break: ``row`` is put under ``key``."""
    return lambda state: state.tables[table].put(key, row)


def copied(table, key, to):
    """A break: the row under ``key`` stands under another key too."""
    return lambda state: state.tables[table].put(to, state.tables[table][key])


def sneaked(table, key, **changes):
    """A break: the row under ``key`` is changed behind the back of the indexes."""
    return lambda state: write(state.tables[table], key, state.tables[table][key].replace(**changes))


def gone(table, key):
    """A break: the row under ``key`` goes, and what belongs to it stays."""
    return lambda state: state.tables[table].drop(key)


def span(state):
    return state.spans.get(GENERAL) or Span.BASE


MINE, BOS = (GENERAL, "me"), (GENERAL, "bo")
DEAD = Tombstone.BASE.replace(cid=GENERAL)

BREAKS = {
    "an index not told of a change": (sneaked("messages", "m2", created_at=ns(99)), "timeline lists"),
    "an index not told of a reply": (sneaked("messages", "r1", parent_id="m2"), "replies lists"),
    "a member of another index": (
        lambda state: write(state.members, (GENERAL, "cy"), state.members[BOS]),
        "members_of",
    ),
    "an empty group": (lambda state: state.pins.groups.update({GENERAL: type(state.pins.of(0))()}), "an empty group"),
    "a timeline out of order": (lambda state: state.timeline.groups[GENERAL].reverse(), "timeline lists"),
    "a user under another name": (copied("users", "bo", "cy"), "users: under 'cy' is the row of 'bo'"),
    "a member of another channel": (copied("members", BOS, (RANDOM, "bo")), "members: under"),
    "a channel of another type": (put("channels", RANDOM, type="team"), "channels: messaging:random is of type team"),
    "deeds of another user": (copied("reacted", ("m1", "bo"), ("m1", "cy")), "reacted: "),
    "two of one": (lambda state: state.counters.put("you", Counters.BASE), "counters holds more than its one row"),
    "a known message aside": (
        lambda state: state.aside.put("m1", state.messages["m1"]),
        "both in messages and in aside",
    ),
    "a known message pending": (
        lambda state: state.pending.put("m1", state.messages["m1"]),
        "both in messages and in pending",
    ),
    "a known message let go": (
        plant("evicted", "m1", Evicted.BASE.replace(cid=GENERAL, created_at=ns(99))),
        "both in messages and in evicted",
    ),
    "a deleted message": (lambda state: state.tombstones.put("m2", DEAD), "messages keep something of messages"),
    "a reaction to a deleted message": (
        lambda state: (state.messages.drop("m1"), state.tombstones.put("m1", DEAD)),
        "deleted for good",
    ),
    "a reply to a deleted message": (
        lambda state: (
            state.messages.drop("m2"),
            state.tombstones.put("m2", DEAD),
            state.messages.put("r1", state.messages["r1"].replace(parent_id="m2")),
        ),
        "the replies keep something",
    ),
    "a member of no channel": (gone("channels", GENERAL), "in a channel that is not known"),
    "a message of no channel": (
        plant("messages", "m9", Message.BASE.replace(id="m9", cid="team:x")),
        "messages: 'm9' is in a channel that is not known",
    ),
    "a message from before the clearing": (put("channels", GENERAL, cleared_at=ns(1.5)), "older than the clearing"),
    "a deleted channel that is here": (
        lambda state: state.channels.put(OLD, state.channels[RANDOM].replace(cid=OLD, id="old")),
        "messaging:old was deleted, and its row is there",
    ),
    "a deleted channel that may come back": (gone("closed", OLD), "is not closed"),
    "an unheard reason": (put("gone", OLD, reason="bored"), "for an unheard reason, 'bored'"),
    "a gap before nothing": (
        lambda state: state.spans.put(GENERAL, span(state).replace(gaps=frozenset({"m77"}))),
        "gaps before messages that are not in it",
    ),
    "a message from below the floor": (
        lambda state: state.spans.put(GENERAL, span(state).replace(floor=(ns(9), ns(9), "z"))),
        "from below its floor",
    ),
    "an unread number of another": (
        plant("reads", BOS, Read.BASE.replace(cid=GENERAL, user_id="bo", unread=3)),
        "'bo' in messaging:general has an unread number",
    ),
    "a read behind its word": (put("reads", MINE, told_at=ns(9)), "'me' in messaging:general stands at"),
    "an unread number too low": (put("reads", MINE, unread=0), "0 unread in messaging:general, fewer than"),
    "something let go after it was read": (
        lambda state: state.evicted.put("m0", Evicted.BASE.replace(cid=GENERAL, created_at=ns(0))),
        "'m0' is remembered after it was read",
    ),
    "a reaction nobody gave": (
        lambda state: state.reactions.put(("m1", "bo", "wow"), state.reactions["m1", "bo", "like"].replace(type="wow")),
        "show for ('m1', 'bo')",
    ),
    "a reaction that does not show": (gone("reactions", ("m1", "bo", "like")), "show for ('m1', 'bo')"),
    "deeds out of order": (
        lambda state: state.reacted.put(
            ("m1", "bo"), (state.reacted["m1", "bo"][0], state.reacted["m1", "bo"][0].replace(at=ns(0)))
        ),
        "not in the order of time",
    ),
    "words on a mute in disorder": (put("mutes", "u2", history=((ns(9), True), (ns(1), False))), "in disorder"),
    "a ban that does not show": (put("members", BOS, banned=False), "where (True, False) was told last"),
    "another me": (lambda state: setattr(state.places, "me", "bo"), "the places take 'bo' for me"),
}


@pytest.mark.parametrize("what", BREAKS)
def test_what_is_broken_is_named(what):
    break_it, named = BREAKS[what]
    state = a_full_state()
    break_it(state)
    state.log.clear()

    with pytest.raises(AssertionError) as raised:
        check(state)

    assert named in str(raised.value)


def test_an_event_that_was_not_closed_is_named():
    state = a_full_state()
    state.users.put("zed", state.users["bo"].replace(id="zed"))

    with pytest.raises(AssertionError, match="the log still holds 1 writes"):
        check(state)


def test_a_table_over_its_bound_is_named():
    state = a_full_state()
    state.tombstones.limit = 0

    with pytest.raises(AssertionError, match="tombstones holds 1 rows, more than 0"):
        check(state)


def test_a_timeline_longer_than_is_kept_is_named():
    state = a_full_state()
    state.keep_messages = 1

    with pytest.raises(AssertionError, match="holds 2 messages, more than the 1 to keep"):
        check(state)


# Tables can be written in two ways alone


def test_a_table_is_not_written_by_subscript():
    with pytest.raises(TypeError, match="write users through put"):
        a_full_state().users["bo"] = user("bo")


def test_nothing_is_deleted_from_a_table_by_subscript():
    with pytest.raises(TypeError, match="write users through drop"):
        del a_full_state().users["bo"]


def test_undoing_leaves_the_state_as_it_was():
    state = a_full_state()
    before = {name: dict(table) for name, table in state.tables.items()}
    for table in state.tables.values():
        for key in list(table):
            table.drop(key)

    state.undo()

    check(state)
    assert {name: dict(table) for name, table in state.tables.items()} == before


def test_putting_the_same_row_again_is_no_write():
    state = a_full_state()
    state.own.put(ME, state.own[ME])

    assert state.log == []


def test_dropping_what_is_not_there_is_no_write():
    state = a_full_state()
    state.users.drop("nobody")

    assert state.log == []
