"""Filters and sorts of channels, threads and members: what each means, with or without a selector that follows it."""

from typing import Any

import pytest

from chatstate import Store
from tests.objects import GENERAL, RANDOM, at, channel_mute
from tests.stories import (
    a_store,
    channel_created,
    channel_mutes_updated,
    frozen,
    hidden,
    ids,
    member_added,
    member_updated,
    message_new,
    message_read,
    then,
)

TEAM = "team:x"


def some_channels() -> Store:
    return a_store(
        channel_created(GENERAL, at=1, name="General talk", member_count=3, rank=2),
        channel_created(RANDOM, at=2, name="random", member_count=5),
        channel_created(TEAM, at=3, name="The generals", member_count=9, rank=1, tags=["a", "b"]),
        member_added("bo", at=4, cid=GENERAL),
        member_added("me", at=4, cid=GENERAL),
        member_added("me", at=4, cid=TEAM, pinned_at=4, archived_at=5),
        message_new("m1", at=5, cid=GENERAL),
        message_new("m2", at=6, cid=RANDOM),
        message_read(by="me", at=7, cid=RANDOM),
        channel_mutes_updated(channel_mute(RANDOM), at=8),
        frozen(TEAM, at=9),
    )


def found(store: Store, filter: Any = None, sort: Any = (("cid", 1),)) -> list[str]:
    """What a query answers, which is the same for who asks and for who follows it."""
    answer = [channel.cid for channel in store.channels.query(filter, sort)]
    followed: list[Any] = []
    store.select(lambda s: [channel.cid for channel in s.channels.query(filter, sort)]).subscribe(followed.append)
    assert followed == [answer]
    return answer  # type: ignore[return-value]


ALL = [GENERAL, RANDOM, TEAM]

FILTERS: list[tuple[Any, list[str]]] = [
    (None, ALL),
    ({"type": "messaging"}, [GENERAL, RANDOM]),
    ({"cid": {"$in": [TEAM, RANDOM, "team:y"]}}, [RANDOM, TEAM]),
    ({"member": "bo"}, [GENERAL]),
    ({"members": {"$in": ["bo", "nobody"]}}, [GENERAL]),
    ({"members": {"$nin": ["bo"]}}, [RANDOM, TEAM]),
    ({"members": ["me", "bo"]}, [GENERAL]),
    ({"members": ["bo"]}, []),
    ({"joined": True}, [GENERAL, TEAM]),
    ({"archived": True}, [TEAM]),
    ({"pinned": False}, [GENERAL, RANDOM]),
    ({"pinned_at": {"$exists": True}}, [TEAM]),
    ({"muted": True}, [RANDOM]),
    ({"frozen": True}, [TEAM]),
    ({"unread": {"$gt": 0}}, [GENERAL]),
    ({"has_unread": False}, [RANDOM, TEAM]),
    ({"name": {"$prefix": "gen"}}, [GENERAL]),
    ({"name": {"$autocomplete": "gen"}}, [GENERAL, TEAM]),
    ({"name": {"$autocomplete": "nothing"}}, []),
    ({"member_count": {"$gte": 3, "$lt": 9}}, [GENERAL, RANDOM]),
    ({"member_count": {"$lte": 3}}, [GENERAL]),
    ({"rank": 1}, [TEAM]),
    ({"custom.rank": {"$ne": 1}}, [GENERAL, RANDOM]),
    ({"rank": {"$gt": "a"}}, []),
    ({"tags": {"$contains": "b"}}, [TEAM]),
    ({"last_message_at": {"$gt": at(5)}}, [RANDOM]),
    ({"last_message_at": {"$in": [at(5)]}}, [GENERAL]),
    ({"$or": [{"muted": True}, {"frozen": True}]}, [RANDOM, TEAM]),
    ({"$and": [{"type": "messaging"}, {"muted": False}]}, [GENERAL]),
    ({"$nor": [{"muted": True}, {"frozen": True}]}, [GENERAL]),
]


@pytest.mark.parametrize(("filter", "answer"), FILTERS, ids=[str(filter) for filter, _ in FILTERS])
def test_a_filter_wants(filter: Any, answer: list[str]):
    assert found(some_channels(), filter) == answer


def test_a_filter_may_be_any_predicate():
    assert found(some_channels(), lambda channel: len(channel.messages) == 0) == [TEAM]


def test_hidden_channels_are_left_out_unless_they_are_asked_for():
    store = then(some_channels(), hidden(RANDOM, at=20))

    assert found(store) == [GENERAL, TEAM]
    assert found(store, {"hidden": True}) == [RANDOM]
    assert found(store, {"$or": [{"hidden": True}, {"type": "team"}]}) == [RANDOM, TEAM]
    assert found(store, lambda channel: True) == ALL


@pytest.mark.parametrize("sort", ["unread", ["last_message_at"], [("unread", -1, 0)]], ids=str)
def test_what_is_no_sort_is_refused_in_words(sort: Any):
    with pytest.raises(ValueError, match="a sort is a list of fields with 1 or -1"):
        some_channels().channels.query(sort=sort)


SORTS: list[tuple[Any, list[str]]] = [
    ([("last_message_at", -1)], [RANDOM, GENERAL, TEAM]),
    ([("last_message_at", 1)], [GENERAL, RANDOM, TEAM]),
    ({"pinned_at": -1, "last_message_at": -1}, [TEAM, RANDOM, GENERAL]),
    ([("has_unread", -1), ("cid", -1)], [GENERAL, TEAM, RANDOM]),
    ([("unread", 1)], [RANDOM, TEAM, GENERAL]),
    ([("member_count", -1)], [TEAM, RANDOM, GENERAL]),
    ([("name", 1)], [GENERAL, RANDOM, TEAM]),
    ([("name", -1)], [TEAM, RANDOM, GENERAL]),
    ([("created_at", -1)], ALL),
    ([("rank", 1)], [TEAM, GENERAL, RANDOM]),
    ([("rank", -1)], [GENERAL, TEAM, RANDOM]),
    ([("last_updated", -1)], [RANDOM, GENERAL, TEAM]),
    ([], ALL),
]


@pytest.mark.parametrize(("sort", "answer"), SORTS, ids=[str(sort) for sort, _ in SORTS])
def test_a_sort_orders(sort: Any, answer: list[str]):
    assert found(some_channels(), sort=sort) == answer


def test_a_sort_may_go_by_any_function():
    assert found(some_channels(), sort=[(lambda channel: len(channel.members), -1)]) == [GENERAL, TEAM, RANDOM]


def test_values_of_different_types_are_sorted_apart():
    store = a_store(
        *[channel_created(f"team:{n}", at=1, rank=rank) for n, rank in enumerate(["b", 2, None, "a", True, 0.5])]
    )

    assert found(store, sort=[("rank", 1)]) == ["team:5", "team:4", "team:1", "team:3", "team:0", "team:2"]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"filter": {"name": {"$like": "x"}}}, "a filter of 'name' has no \\$like"),
        ({"filter": {"$xor": []}}, "a filter has no \\$xor"),
        ({"filter": {"created_at": {"$gt": "yesterday"}}}, "not an RFC 3339 time: 'yesterday'"),
        ({"sort": [("name", 2)]}, "a sort by 'name' goes 1 or -1, not 2"),
    ],
)
def test_a_query_that_means_nothing_is_an_error(wrong: dict[str, Any], says: str):
    with pytest.raises(ValueError, match=says):
        some_channels().channels.query(**wrong)


def test_a_query_is_a_sequence():
    query = some_channels().channels.query(sort=[("cid", 1)])

    assert (len(query), query[0].cid, [channel.cid for channel in query[1:]]) == (3, GENERAL, [RANDOM, TEAM])
    assert [channel.cid for channel in reversed(query)] == ALL[::-1]


def test_two_queries_that_ask_the_same_are_equal():
    store = some_channels()

    assert store.channels.query({"type": "team"}) == store.channels.query({"type": "team"})
    assert store.channels.query({"type": "team"}) != store.channels.query({"type": "messaging"})
    assert len({store.channels.query(), store.channels.query(), store.threads.query()}) == 2


def test_members_can_be_asked_for():
    store = then(some_channels(), member_updated("bo", at=20, channel_role="channel_moderator"))
    members = store.channel(GENERAL).members

    assert [member.user_id for member in members.query({"channel_role": "channel_moderator"})] == ["bo"]
    assert [member.user_id for member in members.query(sort=[("id", -1)])] == ["me", "bo"]


def test_threads_can_be_asked_for():
    store = a_store(
        message_new("m1", by="me", at=1),
        message_new("m2", at=2, cid=RANDOM),
        message_new("r1", at=3, parent_id="m1"),
        message_new("r2", at=4, parent_id="m2", cid=RANDOM),
    )

    assert ids(store.threads.query()) == ["m2", "m1"]
    assert ids(store.threads.query({"cid": GENERAL})) == ["m1"]
    assert ids(store.threads.query({"has_unread": True})) == ["m1"]
    assert ids(store.threads.query({"participants": {"$in": ["nobody"]}})) == []
