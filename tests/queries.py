"""Answers of the REST API as tests tell them, and stores that have taken some in."""

from typing import Any

from chatstate import Store
from chatstate.state.check import check
from chatstate.views import ChannelView
from tests.objects import GENERAL, Frame, channel, member, message, thread
from tests.stories import a_store


def entry(*numbers: int, cid: str = GENERAL, **more: Any) -> Frame:
    """One channel of a query, with messages of these numbers, each written at the second of its number."""
    room = channel(cid, last_message_at=max(numbers, default=None))
    told: Frame = {"channel": room, "members": [member("me"), member("bo")], "read": [], "watchers": []}
    return told | {"messages": [message(f"m{i}", at=i, cid=cid) for i in numbers]} | more


def a_thread(parent: str = "m1", **more: Any) -> Frame:
    """One thread of a list, with two replies."""
    replies = [message(f"{parent}-{i}", at=i, parent_id=parent) for i in (2, 3)]
    about = {
        "parent_message": message(parent, at=1),
        "latest_replies": replies,
        "channel": channel(GENERAL),
        "read": [],
    }
    return thread(parent, title="Tea", at=3) | about | more


def loaded(*answers: Any, frames: tuple[Frame, ...] | list[Frame] = (), **options: Any) -> Store:
    """A store that has heard the frames, and then these answers, without a fault."""
    store = a_store(*frames)
    at_fault = faults_of(store, *answers, **options)
    assert not at_fault, "; ".join(map(str, at_fault))
    return store


def faults_of(store: Store, *answers: Any, **options: Any) -> list[Any]:
    """The faults that these answers cost. Every invariant holds after each of them."""
    faults: list[Any] = []
    listening = store.faults.subscribe(faults.append)
    for told in answers:
        store.load(told, **options)
        check(store.state)
    listening.dispose()
    return faults


def general(store: Store) -> ChannelView:
    return store.channel(GENERAL)
