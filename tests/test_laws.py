"""The laws of the contract, over generated histories; every invariant is checked after every frame."""

import json
from itertools import chain, pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chatstate.io.comparison import difference
from tests.histories import PRELUDE, delays, disordered, few, histories, history
from tests.kinds import failing
from tests.objects import GENERAL, SECOND, at, channel, member, message, ns, own_user, poll, reaction, user
from tests.stories import (
    a_store,
    channel_created,
    channel_updated,
    emissions,
    faults_from,
    frame,
    health_check,
    ids,
    member_added,
    message_deleted,
    message_new,
    message_updated,
    picture,
    reaction_new,
    settled,
    then,
    told,
    user_updated,
    without,
)

# A history that breaks a law is long; Hypothesis warns of that before it tells the short one it found.
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

# 1. One row per identity


@given(histories())
def test_a_new_name_shows_wherever_the_user_does(ordered):
    store = then(a_store(*ordered), user_updated("bo", at=9999, name="Bonnie"))

    assert {shown.name for shown in _users_shown(store) if shown.id == "bo"} == {"Bonnie"}


def _users_shown(store):
    for said in store.messages.values():
        yield from filter(None, (said.user, *said.mentioned, *(given.user for given in said.reactions)))
        if said.quoted is not None and said.quoted.user is not None:
            yield said.quoted.user
    for room in store.channels.values():
        yield from (member.user for member in room.members.values())
        yield from (read.user for read in room.reads.values())
        yield from chain(room.typing, room.watchers)
    yield from store.users.values()


@given(histories())
def test_a_message_stands_once_in_its_channel_and_its_thread(ordered):
    store = a_store(*ordered)

    listed = [ids(room.messages) for room in store.channels.values()]
    listed += [ids(thread.replies) for thread in store.threads.values()]
    assert [names for names in listed if len(names) != len(set(names))] == []


@given(histories())
def test_messages_are_in_the_order_of_their_times(ordered):
    rooms = a_store(*ordered).channels.values()

    steps = [pair for room in rooms for pair in pairwise((m.created_at, m.id) for m in room.messages)]
    assert [pair for pair in steps if pair[0] > pair[1]] == []


# 2. Twice is once


@given(histories())
def test_a_history_told_twice_is_told_once(ordered):
    store = a_store(*ordered)
    before = picture(store)

    then(store, *ordered)

    assert difference(picture(store), before) == []


@given(histories())
def test_a_history_told_twice_emits_nothing_the_second_time(ordered):
    store = a_store(*ordered)

    assert [changes.tables for changes in emissions(store, *ordered)] == []


@given(histories())
def test_events_each_told_twice_at_once_are_told_once(ordered):
    doubled = [frame for frame in ordered for _ in range(2)]

    assert difference(picture(a_store(*doubled)), picture(a_store(*ordered))) == []


# 3. Late is harmless

MUTES = {
    "user.muted",
    "user.unmuted",
    "channel.muted",
    "channel.unmuted",
    "notification.mutes_updated",
    "notification.channel_mutes_updated",
    "health.check",
}
"""They change what later messages add and never recount: arriving late, they find messages counted or not."""

BEGINNINGS = {"channel.created", "notification.added_to_channel"}
"""Until they arrive, what is told of a room's second life is told of a room that is gone."""


@given(histories(), delays())
def test_late_and_repeated_events_leave_what_their_order_would(ordered, late):
    store = a_store(*disordered(ordered, late, punctual=MUTES | BEGINNINGS))

    assert difference(settled(picture(store)), settled(picture(a_store(*ordered)))) == []


@given(histories(), delays())
def test_late_mutes_leave_the_mutes_that_their_order_would(ordered, late):
    store = a_store(*disordered(ordered, late, punctual=BEGINNINGS))

    assert _mutes(store) == _mutes(a_store(*ordered))


def _mutes(store):
    muted = {room.cid: room.muted for room in store.channels.values()}
    return sorted(store.me.channel_mutes), {id: user.muted for id, user in store.users.items()}, muted


# 4. Deleted stays deleted


@given(histories())
def test_a_replay_brings_back_nothing_that_is_gone(ordered):
    store = a_store(*ordered)
    alive = set(store.messages)

    then(store, *ordered[PRELUDE:])

    assert set(store.messages) == alive


def _home_of(id, ordered):
    frames = (json.loads(frame) for frame in ordered)
    return next((frame["cid"] for frame in frames if (frame.get("message") or {}).get("id") == id), GENERAL)


@given(histories(), st.integers(0, 30))
def test_a_hard_deleted_message_stays_gone_whatever_follows(ordered, place):
    cut = min(PRELUDE + place, len(ordered))
    gone = message_deleted("m1", sent=PRELUDE + 1, at=PRELUDE + place, hard=True, cid=_home_of("m1", ordered))

    assert "m1" not in a_store(*ordered[:cut], gone, *ordered[cut:]).messages


# 5. Absent, null and empty are three things

ABSENT = object()
told_values = st.sampled_from([ABSENT, None, "", "new"])


def _telling(made, key, value):
    return {name: told for name, told in (made | {key: value}).items() if told is not ABSENT}


def _expected(value, old, *, cleared=None):
    return old if value is ABSENT else cleared if value is None else value


@given(told_values, st.sampled_from(["name", "image"]))
def test_a_users_field_is_kept_cleared_or_empty(value, key):
    store = a_store(user_updated("bo", at=1, **{key: "old"}))

    then(store, frame("user.updated", 2, by=_telling(user("bo", updated_at=2), key, value)))

    assert getattr(store.user("bo"), key) == _expected(value, "old")


@given(told_values, st.sampled_from(["name", "image"]))
def test_a_channels_field_is_kept_cleared_or_empty(value, key):
    store = a_store(channel_updated(at=1, **{key: "old"}))

    then(store, told(channel_updated(at=2), channel=_telling(channel(updated_at=2), key, value)))

    assert getattr(store.channel(GENERAL), key) == _expected(value, "old")


@given(st.sampled_from([ABSENT, None, [], [{"type": "image"}]]))
def test_a_messages_attachments_are_kept_cleared_or_empty(value):
    store = a_store(message_new("m1", attachments=[{"type": "file"}]))

    then(store, told(message_updated("m1", at=2), message=_telling(message("m1", updated_at=2), "attachments", value)))

    assert list(store.message("m1").attachments) == list(_expected(value, [{"type": "file"}], cleared=[]))


@given(told_values)
def test_a_custom_key_of_a_full_object_is_what_it_says_now(value):
    store = a_store(channel_updated(at=1, topic="old"))

    then(store, told(channel_updated(at=2), channel=_telling(channel(updated_at=2), "topic", value)))

    assert store.channel(GENERAL).custom == ({} if value is ABSENT else {"topic": value})


LOCATION = {"channel_cid": GENERAL, "message_id": "m1", "user_id": "bo", "latitude": 1.5, "longitude": 2.5}


def test_a_partial_message_leaves_what_it_does_not_tell():
    location = LOCATION | {"created_at": at(1), "updated_at": at(1), "created_by_device_id": "d1"}
    asked = {"poll": poll("p1"), "poll_id": "p1", "shared_location": location}
    store = a_store(message_new("m0", at=0), message_new("m1", quotes=message("m0", at=0), mentions=["u2"], **asked))
    kept = ["quoted_message_id", "poll_id", "location", "mentioned"]
    before = _fields(store, kept)

    then(store, without(message_updated("m1", at=2, text="new"), "message.mentioned_users"))

    assert (store.message("m1").text, _fields(store, kept)) == ("new", before)


def _fields(store, names):
    return {name: picture(store)["messages"]["m1"][name] for name in names}


# 6. Counters are told, not guessed

COUNTERS = ("total_unread_count", "unread_channels", "unread_threads")
places = st.sampled_from(["top", "me", "user", "nowhere"])


@given(st.permutations(range(6)), st.lists(st.tuples(places, st.sampled_from(COUNTERS)), min_size=6, max_size=6))
def test_the_newest_event_that_tells_a_counter_decides(arrival, telling):
    frames = [_counting(i, *telling[i]) for i in range(6)]
    store = a_store(*(frames[i] for i in arrival))

    newest = {counter: i for i, (place, counter) in enumerate(telling) if place != "nowhere"}
    assert {counter: getattr(store.me, counter) for counter in newest} == newest


def _counting(i, place, counter):
    counters = {counter: i}
    match place:
        case "top":
            return told(message_new(f"m{i}", at=i), **counters)
        case "me":
            return health_check(at=i, me=own_user(**counters))
        case "user":
            return frame("user.presence.changed", i, by=own_user(**counters))
    return message_new(f"m{i}", at=i)


# 7. One bad thing costs one thing

ELSEWHERE = "messaging:elsewhere"
BROKEN = {
    "no JSON": b"{",
    "no object": b"[1]",
    "no type": {"created_at": at(0)},
    "no message": frame("message.new", 0, ELSEWHERE, by="bo", message=7),
    "a broken message": frame("message.new", 0, ELSEWHERE, message=message("m1") | {"id": 7}),
    "no channel": frame("channel.updated", 0, ELSEWHERE, by="bo", channel=[]),
    "a raising reducer": failing(at=0),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
@few
@given(ordered=histories(max_size=12), place=st.integers(0, 30))
def test_a_broken_frame_costs_one_fault_and_nothing_else(broken, ordered, place):
    before, after = ordered[: PRELUDE + place], ordered[PRELUDE + place :]
    store = a_store(*before)

    faults = faults_from(store, broken)
    then(store, *after)

    assert (len(faults), difference(picture(store), picture(a_store(*ordered)))) == (1, [])


# 8. Unknown is kept

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
unknown = st.dictionaries(st.text(min_size=1, max_size=5).map("x-{}".format), json_values, max_size=3)


@given(unknown)
@example({"x-": float("1e300")})
def test_unknown_keys_are_returned_as_they_came(keys):
    store, heard = a_store(), []
    store.events.subscribe(heard.append)

    then(
        store,
        channel_created(**keys),
        member_added("bo", **keys),
        message_new("m1", by=user("bo", updated_at=2, **keys), at=2, **keys),
        reaction_new("m1", "like", by="u2", at=3, **keys),
        frame("my.custom", 4, GENERAL, **keys),
    )

    room, said = store.channel(GENERAL), store.message("m1")
    holders = [room, room.members["bo"], said, store.user("bo"), said.reactions[0], heard[-1]]
    assert [dict(holder.custom) for holder in holders] == [keys] * 6


@given(histories(), st.integers(0, 30))
def test_an_unknown_kind_changes_nothing_but_the_connection(ordered, place):
    before, after = ordered[: PRELUDE + place], ordered[PRELUDE + place :]
    objects = {"message": message("m99"), "reaction": reaction("like", "m1"), "member": member("x")}
    unheard = frame("never.heard_of", 0, GENERAL, **objects)

    assert difference(picture(a_store(*before, unheard, *after)), picture(a_store(*ordered))) == []


@given(histories())
def test_histories_are_coherent(ordered):
    """Every event has a later time than the one before, but for the two that tell one message."""
    times = [event.created_at for event in _heard(ordered)]

    assert times == sorted(times)
    assert history([])[0] == ordered[0]
    assert times[0] > ns(0) - SECOND


def _heard(frames):
    heard = []
    store = a_store()
    store.events.subscribe(heard.append)
    then(store, *frames)
    return heard
