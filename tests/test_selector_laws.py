"""The laws of selectors, over generated histories: what was told last is what is so now, whoever came when."""

import json
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatstate import LogClock, Store, selectors
from chatstate.reactive import Reset, apply
from chatstate.views import ConnectionView
from tests.histories import few, histories
from tests.objects import GENERAL, RANDOM, own_user
from tests.pictures import SEEN, plain
from tests.stories import (
    a_store,
    channel_created,
    health_check,
    member_added,
    message_new,
    message_read,
    presence_changed,
    then,
    typing_start,
    watching_start,
)
from tests.world import CIDS, PEOPLE

Function = Callable[[Any], Any]

MESSAGES = ("m1", "m2", "m3", "m4", "m5", "m6")
POLLS = ("p1", "p2")

OF_CHANNEL = (
    "ai_state", "cooldown", "draft", "frozen", "hidden", "last_message", "member_count", "members", "messages", "muted",
    "name", "pinned", "typing_names", "unread", "unread_mentions", "watcher_count", "watchers",
)  # fmt: skip
OF_STORE = ("connection", "me", "mutes", "reminders", "total_unread", "unread_channels", "unread_threads")
OF_MESSAGE = ("message", "own_reactions", "reactions")
OF_THREAD = ("thread", "thread_replies", "thread_typing_names", "thread_unread")


def named() -> dict[str, Function]:
    """Every named selector, of everything that a generated history may tell of."""
    found: dict[str, Function] = {name: getattr(selectors, name) for name in OF_STORE}
    found |= {"channel_list": selectors.channel_list(), "thread_list": selectors.thread_list()}
    for cid in CIDS:
        found |= {f"{name} {cid}": getattr(selectors, name)(cid) for name in OF_CHANNEL}
        found[f"latest_messages {cid}"] = selectors.latest_messages(cid, 3)
        for id in MESSAGES:
            found[f"reads_of {cid} {id}"] = selectors.reads_of(cid, id)
            found[f"deliveries_of {cid} {id}"] = selectors.deliveries_of(cid, id)
    for id in MESSAGES:
        found |= {f"{name} {id}": getattr(selectors, name)(id) for name in OF_MESSAGE + OF_THREAD}
    found |= {f"poll {id}": selectors.poll(id) for id in POLLS}
    for id in PEOPLE:
        found |= {f"user {id}": selectors.user(id), f"presence {id}": selectors.presence(id)}
    return found


def attributes() -> dict[str, Function]:
    """Everything that a view can be asked, one by one."""
    places = [("ChannelView", "channel", CIDS), ("MessageView", "message", MESSAGES), ("UserView", "user", PEOPLE)]
    places += [("ThreadView", "thread", MESSAGES), ("PollView", "poll", POLLS)]
    found: dict[str, Function] = {}
    for view, entry, keys in places:
        for key in keys:
            for name in SEEN[view].split():
                found[f"{entry}({key}).{name}"] = partial(_attribute, entry, key, name)
    found |= {f"me.{name}": partial(_mine, name) for name in SEEN["OwnUserView"].split()}
    return found


def _attribute(entry: str, key: str, name: str, store: Store) -> Any:
    return plain(getattr(getattr(store, entry)(key), name))


def _mine(name: str, store: Store) -> Any:
    return plain(getattr(store.me, name))


def test_every_named_selector_is_held_to_the_laws():
    tested = {name.partition(" ")[0] for name in named()}

    assert tested == set(selectors.__all__)


def seen(value: Any) -> Any:
    """A value as a screen shows it. The time of the newest event, which no screen follows, is left out."""
    pictured = plain(value)
    return {**pictured, "last_event_at": None} if isinstance(value, ConnectionView) else pictured


class Listener:
    """Somebody who listens to a selector, and remembers."""

    def __init__(self, store: Store, function: Function) -> None:
        self.store, self.function = store, function
        self.heard: list[Any] = []
        self.subscription = store.select(function).subscribe(lambda value: self.heard.append(seen(value)))

    @property
    def now(self) -> Any:
        return seen(self.function(self.store))


@pytest.mark.parametrize("functions", [named(), attributes()], ids=["named selectors", "attributes"])
@few
@given(ordered=histories(max_size=14))
def test_what_was_told_last_is_what_is_so_after_every_event(functions: dict[str, Function], ordered: list[bytes]):
    store = a_store(clock=LogClock())
    faults: list[Any] = []
    store.faults.subscribe(faults.append)
    listeners = {name: Listener(store, function) for name, function in functions.items()}

    for event in ordered:
        store.apply(event)
        assert [
            (name, each.heard[-1], each.now) for name, each in listeners.items() if each.heard[-1] != each.now
        ] == []
    assert faults == []


@few
@given(ordered=histories(max_size=10), place=st.integers(0, 10))
def test_what_is_mine_is_told_from_when_it_is_known_who_i_am(ordered: list[bytes], place: int):
    store = a_store(clock=LogClock(), me=None)
    listeners = {name: Listener(store, function) for name, function in (named() | attributes()).items()}

    for event in (*ordered[:place], json.dumps(health_check(at=0, me=own_user("me"))), *ordered[place:]):
        store.apply(event)
        assert [name for name, each in listeners.items() if each.heard[-1] != each.now] == []


@few
@given(ordered=histories(), interest=st.lists(st.tuples(st.integers(0, 10_000), st.booleans()), max_size=60))
def test_who_comes_and_goes_hears_what_is_so(ordered: list[bytes], interest: list[tuple[int, bool]]):
    store = a_store(clock=LogClock())
    functions = list((named() | attributes()).values())
    present: list[Listener] = []

    for place, event in enumerate(ordered):
        for number, comes in interest[place::5]:
            if comes:
                present.append(Listener(store, functions[number % len(functions)]))
            elif present:
                present.pop(number % len(present)).subscription.dispose()
        store.apply(event)
        assert [each.heard[-1] for each in present] == [each.now for each in present]
    for each in present:
        each.subscription.dispose()

    assert store._graph.nodes == 0


@few
@given(ordered=histories())
def test_nothing_is_told_twice_in_a_row(ordered: list[bytes]):
    store = a_store(clock=LogClock())
    listeners = {name: Listener(store, function) for name, function in attributes().items()}

    for event in [*ordered, *ordered]:
        store.apply(event)

    assert [name for name, each in listeners.items() if any(one == other for one, other in pairwise(each.heard))] == []


@few
@given(ordered=histories())
def test_a_function_runs_at_most_once_an_event_and_only_if_it_read_what_was_written(ordered: list[bytes]):
    store = a_store(clock=LogClock())
    runs: Counter[str] = Counter()
    chosen = {}
    for name, function in named().items():
        chosen[name] = store.select(partial(_counted, runs, name, function))
        chosen[name].subscribe()

    for event in ordered:
        before, read = runs.copy(), {name: set(each._node.reads) for name, each in chosen.items()}
        written = _written(store, event)
        for name in chosen:
            concerned = sum((table, key) in read[name] for table, key in written)
            others = bool(chosen[name]._node.nodes) or _groups_read(read[name])
            assert runs[name] - before[name] <= min(1, concerned + others)


def test_a_flood_elsewhere_runs_nothing_that_does_not_read_it():
    store = a_store(member_added("bo"), message_new("m1", by="bo", at=1), channel_created(RANDOM, at=1))
    here = [function for name, function in named().items() if GENERAL in name or name.endswith(MESSAGES)]
    for function in here:
        store.select(function).subscribe()
    for function in (selectors.messages(GENERAL), selectors.pinned(GENERAL), selectors.thread_replies("m1")):
        store.select_list(function).subscribe()
    runs = store._graph.runs

    for at in range(10, 410, 4):
        who = f"u{at % 20}"
        then(store, typing_start(who, at=at, cid=RANDOM), presence_changed(who, bool(at % 8), at=at + 1))
        then(store, message_read(by=who, at=at + 2, cid=RANDOM), watching_start(who, at=at + 3, count=at, cid=RANDOM))

    assert (len(here) > 50, store._graph.runs - runs) == (True, 0)


def _counted(runs: Counter[str], name: str, function: Function, store: Store) -> Any:
    runs[name] += 1
    return function(store)


def _written(store: Store, event: bytes) -> set[Any]:
    """What an event writes: tables and keys."""
    written: set[Any] = set()
    notice = store._graph.notice

    def noted() -> None:
        written.update((table, key) for table, key, _ in store.state.log)
        notice()

    store._graph.notice = noted  # type: ignore[method-assign]
    store.apply(event)
    store._graph.notice = notice  # type: ignore[method-assign]
    return written


def _groups_read(read: set[Any]) -> int:
    """Whether something besides rows was read: a group, which keys there are, the time of the newest event."""
    return any(not isinstance(key, str | tuple) or not isinstance(table, dict) for table, key in read)


def lists() -> dict[str, Function]:
    """Lists of every sort: windows, whole sequences, mappings, queries."""
    found: dict[str, Function] = {
        "channels": selectors.channel_list(),
        "channels by name": selectors.channel_list({"frozen": False}, [("has_unread", -1), ("name", 1)]),
        "busy channels": lambda s: s.channels.query(lambda c: len(c.messages) > 1, [("unread", -1), ("pinned_at", 1)]),
        "first channel": lambda s: s.channels.query(sort={"updated_at": -1})[:1],
        "threads": selectors.thread_list(),
        "unread threads": selectors.thread_list({"has_unread": True}, [("reply_count", 1)]),
        "mutes": selectors.mutes,
        "reminders": selectors.reminders,
    }
    for cid in CIDS:
        found[f"messages {cid}"] = selectors.messages(cid)
        found[f"latest {cid}"] = selectors.latest_messages(cid, 3)
        found[f"pins {cid}"] = selectors.pinned(cid)
        found[f"members {cid}"] = selectors.members(cid)
        found[f"watchers {cid}"] = selectors.watchers(cid)
        found[f"typing {cid}"] = selectors.typing_names(cid)
        found[f"members by name {cid}"] = lambda s, cid=cid: s.channel(cid).members.query(sort=[("name", -1)])
    found |= {f"replies {id}": selectors.thread_replies(id) for id in MESSAGES}
    return found


class Mirror:
    """A list that is kept by diffs alone."""

    def __init__(self, store: Store, function: Function) -> None:
        self.store, self.function = store, function
        self.shown: list[Any] = []
        self.told: list[Any] = []
        store.select_list(function).each(_pictured).subscribe(self._hear)

    def _hear(self, diffs: Any) -> None:
        self.told.append(diffs)
        apply(diffs, self.shown)

    @property
    def now(self) -> list[Any]:
        return [_pictured(element) for element in self.function(self.store)]


def _pictured(element: Any) -> Any:
    kind = type(element).__name__
    if kind not in SEEN:
        return plain(element)
    return {name: plain(getattr(element, name)) for name in SEEN[kind].split()}


@few
@given(ordered=histories())
def test_replaying_the_diffs_gives_the_list(ordered: list[bytes]):
    store = a_store(clock=LogClock())
    mirrors = {name: Mirror(store, function) for name, function in lists().items()}

    for event in [*ordered, *ordered[::3]]:
        store.apply(event)
        assert [(name, each.shown, each.now) for name, each in mirrors.items() if each.shown != each.now] == []


@few
@given(ordered=histories())
def test_replaying_the_diffs_of_a_batch_gives_the_list(ordered: list[bytes]):
    store = a_store(clock=LogClock())
    store.apply_all(ordered[:8])
    mirrors = {name: Mirror(store, function) for name, function in lists().items()}

    store.apply_all(ordered[8:])

    assert [(name, each.shown, each.now) for name, each in mirrors.items() if each.shown != each.now] == []
    assert all(len(each.told) <= 2 for each in mirrors.values())


@few
@given(ordered=histories())
def test_a_list_begins_with_a_reset_and_then_tells_no_more_than_changed(ordered: list[bytes]):
    store = a_store(clock=LogClock())
    mirrors = {name: Mirror(store, function) for name, function in lists().items()}

    for event in ordered:
        store.apply(event)

    for each in mirrors.values():
        assert isinstance(each.told[0][0], Reset)
        assert all(each.told)
