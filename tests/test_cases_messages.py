"""The cases of the contract about messages, threads, reactions and quotes. Each docstring opens with its number."""

import pytest

from tests.objects import GENERAL, RANDOM, at, message, ns
from tests.stories import (
    a_store,
    channel_created,
    emissions,
    ids,
    message_deleted,
    message_new,
    message_updated,
    notification_message_new,
    reaction_deleted,
    reaction_new,
    reaction_updated,
    then,
    user_messages_deleted,
)


def test_a_message_told_twice_stands_once():
    """Case 1."""
    store = a_store(message_new("m1"), message_new("m1"))

    assert ids(store.channel(GENERAL).messages) == ["m1"]


def test_a_message_told_twice_is_unread_once():
    """Case 1."""
    assert a_store(message_new("m1"), message_new("m1")).channel(GENERAL).unread == 1


def test_a_message_told_twice_is_emitted_once():
    """Case 1."""
    assert len(emissions(a_store(), message_new("m1"), message_new("m1"))) == 1


both_ways = pytest.mark.parametrize(
    "frames",
    [
        pytest.param((message_new("m1"), notification_message_new("m1")), id="watched first"),
        pytest.param((notification_message_new("m1"), message_new("m1")), id="notified first"),
    ],
)


@both_ways
def test_a_message_told_by_both_its_events_stands_once(frames):
    """Case 2."""
    assert ids(a_store(*frames).channel(GENERAL).messages) == ["m1"]


@both_ways
def test_a_message_told_by_both_its_events_is_unread_once(frames):
    """Case 2."""
    assert a_store(*frames).channel(GENERAL).unread == 1


def test_the_notification_of_a_message_already_there_emits_nothing():
    """Case 2."""
    store = a_store(channel_created())

    assert len(emissions(store, message_new("m1"), notification_message_new("m1"))) == 1


@pytest.mark.parametrize("arrival", [("m_a", "m_b"), ("m_b", "m_a")], ids="->".join)
def test_messages_of_the_same_instant_stand_in_the_order_of_their_ids(arrival):
    """Case 3."""
    store = a_store(*(message_new(id, at=1) for id in arrival))

    assert ids(store.channel(GENERAL).messages) == ["m_a", "m_b"]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (at(9, 123_456_789), at(9, 123_456_790)),
        (at(9), at(9, 1)),
        (at(9, 120_000_000), at(9, 123_000_000)),
        (at(9), at(9).replace("Z", ".000000001+00:00")),
        (at(9), ns(9, 1)),
    ],
)
def test_order_is_exact_to_the_nanosecond(earlier, later):
    """Case 4: texts with trailing zeros trimmed, other offsets and integers compare as instants."""
    store = a_store(
        message_new(message("a") | {"created_at": later, "updated_at": later}, at=10),
        message_new(message("b") | {"created_at": earlier, "updated_at": earlier}, at=10),
    )

    assert ids(store.channel(GENERAL).messages) == ["b", "a"]


def test_an_update_of_an_unknown_message_shows_nothing():
    """Case 5."""
    store = a_store(message_updated("m1", at=5, text="new"))

    assert ids(store.channel(GENERAL).messages) == []


def test_an_update_of_an_unknown_message_is_no_last_message():
    """Case 5."""
    assert a_store(message_updated("m1", at=5)).channel(GENERAL).last_message_at is None


def test_a_message_that_arrives_after_its_update_has_the_newer_text():
    """Case 5."""
    store = a_store(message_updated("m1", at=5, text="new"), message_new("m1", text="old"))

    assert store.message("m1").text == "new"


def test_a_message_that_arrives_after_its_update_stands_in_its_place():
    """Case 5."""
    store = a_store(message_updated("m1", at=5), message_new("m2", at=2), message_new("m1", at=1))

    assert ids(store.channel(GENERAL).messages) == ["m1", "m2"]


OLD_LIKED = reaction_new(message("m1", text="old"), "like", by="u2", at=6)
older = pytest.mark.parametrize(
    "late",
    [
        pytest.param(message_updated("m1", at=4, text="old", reaction_counts={"like": 1}), id="update"),
        pytest.param(OLD_LIKED, id="reaction"),
    ],
)


@older
def test_an_older_text_does_not_replace_a_newer_one(late):
    """Case 6."""
    store = a_store(message_new("m1"), message_updated("m1", at=5, text="new"), late)

    assert store.message("m1").text == "new"


def test_the_counts_of_a_reaction_apply_beside_its_old_text():
    """Case 6."""
    store = a_store(message_new("m1"), message_updated("m1", at=5, text="new"), OLD_LIKED)

    assert store.message("m1").reaction_counts == {"like": 1}


@pytest.mark.parametrize(("hard", "unread"), [(False, 1), (True, 0)], ids=["soft", "hard"])
def test_only_a_hard_delete_takes_an_unread_message_from_the_count(hard, unread):
    """Case 7."""
    store = a_store(message_new("m1"), message_deleted("m1", at=2, hard=hard))

    assert store.channel(GENERAL).unread == unread


@pytest.mark.parametrize("hard", [False, True], ids=["soft", "hard"])
def test_deleting_again_changes_nothing(hard):
    """Case 7."""
    store = a_store(message_new("m1"), message_deleted("m1", at=2, hard=hard))

    assert emissions(store, message_deleted("m1", at=2, hard=hard)) == []


def test_a_hard_deleted_message_is_not_taken_from_the_count_twice():
    """Case 7."""
    store = a_store(message_new("m1"), message_new("m2"), *[message_deleted("m1", at=2, hard=True)] * 2)

    assert store.channel(GENERAL).unread == 1


def test_a_softly_deleted_message_stays_in_its_place():
    """Case 7."""
    store = a_store(message_new("m1"), message_new("m2", at=2), message_deleted("m1", at=3))

    first = store.channel(GENERAL).messages[0]
    assert (first.id, first.type, first.deleted) == ("m1", "deleted", True)


def test_a_message_replayed_after_its_hard_delete_stays_gone():
    """Case 8."""
    store = a_store(message_new("m1"), message_deleted("m1", at=2, hard=True), message_new("m1"))

    assert ids(store.channel(GENERAL).messages) == []


def test_a_message_replayed_after_its_hard_delete_is_not_unread():
    """Case 8."""
    store = a_store(message_new("m1"), message_deleted("m1", at=2, hard=True), message_new("m1"))

    assert store.channel(GENERAL).unread == 0


def test_a_hard_deleted_message_says_that_it_is_gone():
    """Case 8."""
    assert a_store(message_new("m1"), message_deleted("m1", at=2, hard=True)).message("m1").gone


@pytest.mark.parametrize("hard", [False, True], ids=["soft", "hard"])
def test_when_the_newest_message_is_deleted_the_one_before_is_the_last(hard):
    """Case 9."""
    store = a_store(message_new("m1", at=1), message_new("m2", at=2), message_deleted("m2", sent=2, at=3, hard=hard))

    assert store.channel(GENERAL).last_message.id == "m1"


REPLY = message_new("r1", at=2, parent_id="m1")
SHOWN_REPLY = message_new("r1", at=2, parent_id="m1", show_in_channel=True)


def test_a_thread_reply_stands_in_its_thread():
    """Case 10."""
    assert ids(a_store(message_new("m1"), REPLY).thread("m1").replies) == ["r1"]


def test_a_thread_reply_does_not_stand_in_the_channel():
    """Case 10."""
    assert ids(a_store(message_new("m1"), REPLY).channel(GENERAL).messages) == ["m1"]


def test_a_thread_reply_is_not_unread_in_the_channel():
    """Case 10."""
    assert a_store(message_new("m1"), REPLY).channel(GENERAL).unread == 1


def test_a_thread_reply_is_not_the_last_message():
    """Case 10."""
    assert a_store(message_new("m1", at=1), REPLY).channel(GENERAL).last_message_at == ns(1)


def test_a_reply_shown_in_the_channel_stands_in_both():
    """Case 11."""
    store = a_store(message_new("m1"), SHOWN_REPLY)

    assert (ids(store.thread("m1").replies), ids(store.channel(GENERAL).messages)) == (["r1"], ["m1", "r1"])


def test_a_reaction_on_a_reply_shown_in_the_channel_shows_in_both():
    """Case 11."""
    store = a_store(message_new("m1"), SHOWN_REPLY, reaction_new(SHOWN_REPLY["message"], "like", by="u2", at=3))

    shown = store.thread("m1").replies[0], store.channel(GENERAL).messages[-1]
    assert [reply.reaction_counts for reply in shown] == [{"like": 1}, {"like": 1}]


def test_a_hard_delete_takes_a_reply_shown_in_the_channel_from_both():
    """Case 11."""
    store = a_store(message_new("m1"), SHOWN_REPLY)
    then(store, message_deleted("r1", sent=2, at=3, hard=True, parent_id="m1", show_in_channel=True))

    assert (ids(store.thread("m1").replies), ids(store.channel(GENERAL).messages)) == ([], ["m1"])


def _own(store, id="m1"):
    return sorted(reaction.type for reaction in store.message(id).own_reactions)


def test_the_empty_own_reactions_of_someone_elses_event_do_not_clear_mine():
    """Case 19."""
    store = a_store(
        message_new("m1"),
        reaction_new("m1", "like", by="me", at=2),
        reaction_new("m1", "love", by="u2", at=3, counts={"like": 1, "love": 1}),
    )

    assert _own(store) == ["like"]


@pytest.mark.parametrize(
    ("type", "left"), [("like", ["like", "wow"]), ("love", ["love"])], ids=["a new score", "another type"]
)
def test_an_updated_reaction_is_a_new_score_or_replaces_the_others(type, left):
    """Case 20."""
    store = a_store(
        message_new("m1"),
        reaction_new("m1", "like", by="me", at=2),
        reaction_new("m1", "wow", by="me", at=3, counts={"like": 1, "wow": 1}),
        reaction_updated("m1", type, by="me", at=4, score=3, counts=dict.fromkeys(left, 1)),
    )

    assert _own(store) == left


def test_an_updated_reaction_of_the_same_type_has_its_new_score():
    """Case 20."""
    store = a_store(
        message_new("m1"),
        reaction_new("m1", "like", by="me", at=2),
        reaction_updated("m1", "like", by="me", at=4, score=3, counts={"like": 1}, scores={"like": 3}),
    )

    assert [reaction.score for reaction in store.message("m1").own_reactions] == [3]


@pytest.mark.parametrize(("count", "score", "counts"), [(1, -2, {"like": 1}), (1, 0, {"like": 1}), (0, 3, {})], ids=str)
def test_a_type_leaves_the_counts_by_its_count_and_not_by_its_score(count, score, counts):
    """Case 21."""
    liked = reaction_new("m1", "like", by="u2", at=2, score=score, counts={"like": count}, scores={"like": score})

    assert a_store(message_new("m1"), liked).message("m1").reaction_counts == counts


def test_a_deleted_reaction_is_gone():
    """Case 21."""
    store = a_store(
        message_new("m1"), reaction_new("m1", "like", by="u2", at=2), reaction_deleted("m1", "like", by="u2", at=3)
    )

    assert list(store.message("m1").reactions) == []


def _four_messages():
    sent = [("g1", "bo", GENERAL), ("r1", "bo", RANDOM), ("g2", "u2", GENERAL), ("r2", "u2", RANDOM)]
    frames = [message_new(id, by=by, cid=cid, at=i) for i, (id, by, cid) in enumerate(sent, 1)]
    return a_store(channel_created(GENERAL), channel_created(RANDOM), *frames)


@pytest.mark.parametrize(("cid", "struck"), [(GENERAL, ["g1"]), (None, ["g1", "r1"])], ids=["channel", "everywhere"])
def test_the_messages_of_a_user_are_softly_deleted_in_a_channel_or_everywhere(cid, struck):
    """Case 32."""
    store = then(_four_messages(), user_messages_deleted("bo", at=9, cid=cid))

    assert [id for id in ("g1", "g2", "r1", "r2") if store.message(id).deleted_at == ns(9)] == struck


@pytest.mark.parametrize(("cid", "left"), [(GENERAL, "g2 r1 r2"), (None, "g2 r2")], ids=["channel", "everywhere"])
def test_the_messages_of_a_user_are_hard_deleted_in_a_channel_or_everywhere(cid, left):
    """Case 32."""
    store = then(_four_messages(), user_messages_deleted("bo", at=9, cid=cid, hard=True))

    assert " ".join(ids([*store.channel(GENERAL).messages, *store.channel(RANDOM).messages])) == left


@pytest.mark.parametrize(("hard", "unread"), [(False, 2), (True, 1)], ids=["soft", "hard"])
def test_only_hard_deleted_messages_of_a_user_leave_the_count(hard, unread):
    """Case 32."""
    store = then(_four_messages(), user_messages_deleted("bo", at=9, cid=GENERAL, hard=hard))

    assert store.channel(GENERAL).unread == unread


def test_messages_sent_after_a_deletion_of_their_users_messages_stay():
    """§3."""
    store = a_store(user_messages_deleted("bo", at=2, cid=GENERAL, hard=True), message_new("m3", at=3))

    assert ids(store.channel(GENERAL).messages) == ["m3"]


def test_a_message_deleted_with_its_users_others_stays_gone_when_it_arrives_late():
    """Case 32."""
    store = a_store(user_messages_deleted("bo", at=2, cid=GENERAL, hard=True), message_new("m1", at=1))

    assert ids(store.channel(GENERAL).messages) == []


def _quoted():
    original = message("m1", text="old")
    return a_store(message_new(original, at=1), message_new("q1", at=2, by="u2", quotes=original))


def test_a_quote_shows_the_edited_text():
    """Case 37."""
    store = then(_quoted(), message_updated("m1", at=3, text="new"))

    assert store.message("q1").quoted.text == "new"


def test_a_quote_of_a_hard_deleted_message_shows_it_as_gone():
    """Case 37."""
    store = then(_quoted(), message_updated("m1", at=3, text="new"), message_deleted("m1", at=4, hard=True))

    quote = store.message("q1")
    assert (quote.quoted_message_id, quote.quoted is None or quote.quoted.gone) == ("m1", True)


def test_a_thread_goes_with_its_parent():
    """§3."""
    store = a_store(message_new("m1"), SHOWN_REPLY, REPLY, message_deleted("m1", at=3, hard=True))

    assert (ids(store.channel(GENERAL).messages), store.message("r1").gone) == ([], True)
