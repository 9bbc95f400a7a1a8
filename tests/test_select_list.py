"""Lists as diffs: what is told of a window, a timeline, a query, and of what stands in them."""

from typing import Any

import pytest

from chatstate import Store, selectors
from chatstate.reactive import Insert, Move, Remove, Reset, Set, apply
from tests.objects import GENERAL, RANDOM
from tests.stories import (
    a_store,
    channel_created,
    channel_deleted,
    channel_updated,
    hidden,
    member_added,
    message_deleted,
    message_new,
    message_read,
    message_updated,
    reaction_new,
    removed_from_channel,
    then,
    truncated,
    typing_start,
    user_updated,
)


def told_of(store: Store, function: Any, *, item: Any = None, key: Any = None) -> list[Any]:
    """What is told after the first ``Reset``, one tuple a flush."""
    told: list[Any] = []
    selected = store.select_list(function, key=key)
    (selected if item is None else selected.each(item)).subscribe(told.append)
    assert isinstance(told.pop()[0], Reset)
    return told


def a_talk(count: int, **options: Any) -> Store:
    return a_store(*[message_new(f"m{at}", at=at) for at in range(1, count + 1)], **options)


def id_of(view: Any) -> str:
    return view.id  # type: ignore[no-any-return]


def test_a_list_begins_with_all_that_is_in_it():
    told: list[Any] = []
    a_talk(2).select_list(selectors.messages(GENERAL)).each(id_of).subscribe(told.append)

    assert told == [(Reset(("m1", "m2")),)]


def test_a_window_moves_by_two_diffs():
    store = a_talk(5)
    told = told_of(store, selectors.latest_messages(GENERAL, 3), item=id_of)

    then(store, message_new("m6", at=6))

    assert told == [(Remove(0), Insert(2, "m6"))]


def test_a_timeline_grows_by_one_diff():
    store = a_talk(5)
    told = told_of(store, selectors.messages(GENERAL), item=id_of)

    then(store, message_new("m6", at=6), message_new("m3b", at=3.5))

    assert told == [(Insert(5, "m6"),), (Insert(3, "m3b"),)]


def test_a_flush_is_one_tuple():
    store = a_talk(3)
    told = told_of(store, selectors.messages(GENERAL), item=id_of)

    store.apply_all([message_new("m4", at=4), message_deleted("m1", at=5, hard=True), message_new("m0", at=0.5)])

    assert told == [(Remove(0), Insert(0, "m0"), Insert(3, "m4"))]


def test_what_comes_and_goes_within_a_flush_is_not_told():
    store = a_talk(3)
    told = told_of(store, selectors.messages(GENERAL), item=id_of)

    store.apply_all([message_new("m4", at=4), message_deleted("m4", at=5, hard=True)])

    assert told == []


def test_a_cut_history_is_told_message_by_message():
    store = a_talk(3)
    told = told_of(store, selectors.messages(GENERAL), item=id_of)

    then(store, truncated(at=9, truncated_at=3))

    assert told == [(Remove(1), Remove(0))]


def test_an_edit_sets_one_message_wherever_it_stands():
    store = a_talk(5)
    told = told_of(store, selectors.messages(GENERAL), item=lambda message: message.text)

    then(store, message_updated("m2", at=9, sent=2, text="new"))

    assert told == [(Set(1, "new"),)]


def test_a_view_in_a_list_is_set_when_what_it_shows_has_changed():
    store = a_talk(2)
    told = told_of(store, selectors.latest_messages(GENERAL, 5))

    then(store, reaction_new("m2", "like", by="me", at=9), user_updated("bo", at=10, name="Bo Berg", updated_at=10))

    assert told == [(Set(1, store.message("m2")),), (Set(0, store.message("m1")), Set(1, store.message("m2")))]


def test_an_item_runs_again_only_for_what_it_read():
    store = a_talk(100)
    runs: list[str] = []

    def shown(message: Any) -> str:
        runs.append(message.id)
        return message.text  # type: ignore[no-any-return]

    told_of(store, selectors.messages(GENERAL), item=shown)
    del runs[:]
    then(store, message_updated("m7", at=999, sent=7, text="new"), message_new("m101", at=1000))

    assert runs == ["m7", "m101"]


def test_an_item_that_raises_is_reported_and_stands_as_it_was():
    store = a_talk(1)
    faults: list[Any] = []
    store.faults.subscribe(faults.append)
    told = told_of(store, selectors.messages(GENERAL), item=lambda message: 10 // (len(message.text) - 3))

    store.apply(message_updated("m1", at=2, text="abc"))
    store.apply(message_updated("m1", at=3, text="abcd"))

    assert (told, len(faults)) == ([(Set(0, 10),)], 1)


def test_a_function_that_raises_at_first_begins_when_it_can():
    store = a_store()
    told: list[Any] = []
    store.select_list(lambda s: [10 // s.channel(GENERAL).unread]).subscribe(told.append)

    store.apply(message_new("m1", at=1))

    assert told == [(Reset((10,)),)]


def test_equal_elements_are_told_apart_by_their_number():
    store = a_store(member_added("bo"), member_added("u2"))
    told: list[Any] = []
    shown: list[str] = []
    store.select_list(lambda s: [m.role for m in s.channel(GENERAL).members.values()]).subscribe(told.append)

    then(store, member_added("ana", at=5))

    for diffs in told:
        apply(diffs, shown)
    assert shown == ["member"] * 3
    assert told[1] == (Insert(2, "member"),)


def test_a_key_of_ones_own_tells_elements_apart():
    store = a_talk(3)
    told = told_of(
        store, lambda s: [{"id": m.id, "text": m.text} for m in s.channel(GENERAL).messages], key=lambda row: row["id"]
    )

    then(store, message_updated("m2", at=9, sent=2, text="new"))

    assert told == [(Set(1, {"id": "m2", "text": "new"}),)]


def test_who_types_is_told_by_name():
    store = a_store(member_added("bo"), member_added("u2"))
    told = told_of(store, selectors.typing_names(GENERAL))

    then(store, typing_start("u2", at=5), typing_start("bo", at=6), message_new("m1", by="u2", at=7))

    assert told == [(Insert(0, "U2"),), (Insert(0, "Bo"),), (Remove(1),)]


def test_a_list_may_be_another_sequence_from_one_flush_to_the_next():
    store = a_store(message_new("r1", at=1, cid=RANDOM), message_new("m1", at=1))
    told = told_of(
        store, lambda s: s.channel(RANDOM if s.channel(GENERAL).unread == 1 else GENERAL).messages, item=id_of
    )

    then(store, message_new("m2", at=2), message_new("m3", at=3))

    assert told == [(Reset(("m1", "m2")),), (Insert(2, "m3"),)]


def test_a_list_may_be_followed_and_then_no_more():
    store = a_talk(1)
    told = told_of(
        store, lambda s: s.channel(GENERAL).messages if s.channel(GENERAL).unread < 3 else ["many"], item=str
    )

    then(store, message_new("m2", at=2), message_new("m3", at=3))

    assert told[1] == (Reset(("many",)),)


def test_a_great_change_is_one_reset():
    store = a_talk(1)
    told = told_of(store, selectors.messages(GENERAL), item=id_of)

    store.apply_all([message_new(f"n{at}", at=10 + at) for at in range(1001)])

    assert [type(diff) for diff in told[0]] == [Reset]


def test_the_list_can_be_asked_for():
    store = a_talk(2)
    texts = store.select_list(selectors.messages(GENERAL)).each(id_of)

    assert texts.value == ["m1", "m2"]
    texts.subscribe()
    then(store, message_new("m3", at=3))
    assert texts.value == ["m1", "m2", "m3"]


def test_a_selector_may_read_a_list():
    store = a_talk(2)
    texts = store.select_list(selectors.messages(GENERAL)).each(lambda message: message.text)
    longest: list[Any] = []
    store.select(lambda s: max(map(len, texts.value))).subscribe(longest.append)

    then(store, message_updated("m2", at=9, sent=2, text="a very long text"))

    assert longest == [10, 16]


def test_who_comes_while_something_waits_hears_it_once():
    store = a_talk(1)
    texts = store.select_list(selectors.messages(GENERAL)).each(id_of)
    first: list[str] = []
    second: list[str] = []
    texts.subscribe(lambda diffs: apply(diffs, first) and None)

    with store.batch():
        then(store, message_new("m2", at=2))
        store.select(lambda s: len(texts.value)).subscribe()
        texts.subscribe(lambda diffs: apply(diffs, second) and None)
        then(store, message_new("m3", at=3))

    assert first == second == ["m1", "m2", "m3"]


# Queries


def three_channels() -> Store:
    return a_store(
        *[channel_created(cid, at=1, name=name) for cid, name in ((GENERAL, "b"), (RANDOM, "A"), ("team:x", "c"))],
        *[message_new(f"m{at}", at=at, cid=cid) for at, cid in ((2, GENERAL), (3, RANDOM), (4, "team:x"))],
    )


def cid_of(channel: Any) -> str:
    return channel.cid  # type: ignore[no-any-return]


def test_a_message_moves_its_channel_to_the_top_by_one_diff():
    store = three_channels()
    told = told_of(store, selectors.channel_list(), item=cid_of)

    then(store, message_new("m5", at=5, cid=GENERAL))

    assert told == [(Move(2, 0),)]


def test_a_channel_in_a_list_is_set_when_what_it_shows_has_changed():
    store = three_channels()
    told = told_of(store, selectors.channel_list(), item=lambda channel: (channel.cid, channel.unread))

    then(store, message_read(by="me", at=9, cid=RANDOM))

    assert told == [(Set(1, (RANDOM, 0)),)]


def test_only_the_channel_that_changed_is_looked_at():
    store = a_store(*[channel_created(f"messaging:c{number}", at=1) for number in range(50)])
    asked: list[str] = []

    def wanted(channel: Any) -> bool:
        asked.append(channel.cid)
        return channel.unread > 0  # type: ignore[no-any-return]

    told_of(store, lambda s: s.channels.query(wanted), item=cid_of)
    del asked[:]
    then(store, message_new("m1", at=2, cid="messaging:c7"))

    assert asked == ["messaging:c7"]


def test_channels_enter_and_leave_by_the_filter():
    store = three_channels()
    told = told_of(store, selectors.channel_list({"unread": {"$gt": 0}}), item=cid_of)

    then(store, message_read(by="me", at=9, cid=RANDOM), message_new("m9", at=10, cid=RANDOM))

    assert told == [(Remove(1),), (Insert(0, RANDOM),)]


@pytest.mark.parametrize("going", [channel_deleted, removed_from_channel, hidden])
def test_a_channel_that_goes_leaves_the_list(going: Any):
    store = three_channels()
    told = told_of(store, selectors.channel_list(), item=cid_of)

    then(store, going(RANDOM, at=9))

    assert told == [(Remove(1),)]


def test_a_channel_that_comes_joins_the_list():
    store = three_channels()
    told = told_of(store, selectors.channel_list(), item=cid_of)

    then(store, message_new("m7", at=9, cid="team:new"))

    assert told == [(Insert(0, "team:new"),)]


def test_the_first_few_of_a_query_are_a_window():
    store = three_channels()
    told = told_of(store, lambda s: s.channels.query()[:2], item=cid_of)

    then(store, message_new("m5", at=5, cid=GENERAL), message_new("m6", at=6, cid=GENERAL))

    assert told == [(Remove(1), Insert(0, GENERAL))]


def test_a_query_written_in_place_is_kept_from_one_run_to_the_next():
    store = three_channels()
    least = 1
    told_of(store, lambda s: s.channels.query(lambda channel: channel.unread >= least)[:2], item=cid_of)
    (kept,) = store._graph.queries.values()

    then(store, message_new("m5", at=5, cid=GENERAL))

    assert list(store._graph.queries.values()) == [kept]


def test_a_filter_that_raises_is_reported_and_leaves_its_channel_out():
    store = three_channels()
    faults: list[Any] = []
    store.faults.subscribe(faults.append)
    told: list[Any] = []
    query = lambda s: s.channels.query(lambda channel: 1 / (channel.unread - 1) >= 0)  # noqa: E731
    store.select_list(query).each(cid_of).subscribe(told.append)

    store.apply(message_new("m5", at=5, cid=GENERAL))

    assert told == [(Reset(()),), (Insert(0, GENERAL),)]
    assert len(faults) == 3


def test_members_are_sorted_by_any_key():
    store = a_store(member_added("bo"), member_added("u2"))
    told = told_of(
        store, lambda s: s.channel(GENERAL).members.query(sort=[("name", 1)]), item=lambda member: member.user.name
    )

    then(store, user_updated("bo", at=5, name="Zoe", updated_at=5), member_added("ana", at=6))

    assert told == [(Move(0, 1), Set(1, "Zoe")), (Insert(0, "Ana"),)]


def test_threads_are_sorted_by_their_newest_reply():
    store = a_talk(2)
    then(store, message_new("r1", at=5, parent_id="m1"), message_new("r2", at=6, parent_id="m2"))
    told = told_of(store, selectors.thread_list(), item=id_of)

    then(store, message_new("r3", at=7, parent_id="m1"))

    assert told == [(Move(1, 0),)]


def test_a_rename_moves_a_channel_sorted_by_name():
    store = three_channels()
    names = lambda s: s.channels.query(sort=[("name", 1)])  # noqa: E731
    told = told_of(store, names, item=lambda channel: channel.name)

    then(store, channel_updated(RANDOM, at=9, name="bb", updated_at=9))

    assert told == [(Move(0, 1), Set(1, "bb"))]
