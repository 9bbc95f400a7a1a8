"""Frames as stories tell them, shaped like the service's own, and stores that have heard some of them.

Every builder is a plain function returning a fresh ``dict``. ``at`` is when the event happened, in seconds after a
fixed start; a number given for any other field that names a time is read the same way. Keywords that a builder does not
know are fields of the object it is about (``message_new("m1", silent=True)``); ``told`` adds fields beside it.
"""

from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary

from chatstate import LogClock, Store
from chatstate.state.check import check
from tests.objects import (
    GENERAL,
    SECOND,
    Frame,
    Moment,
    at,
    channel,
    fields,
    member,
    message,
    ns,
    own_user,
    reaction,
    user,
)
from tests.pictures import picture as picture
from tests.pictures import settled as settled

_at = at


def frame(kind: str, at: Moment, cid: str | None = None, *, by: str | Frame | None = None, **more: Any) -> Frame:
    """An event of any kind; with a ``cid`` it names its channel in all three ways, as the service does."""
    made: Frame = {"type": kind, "created_at": _at(at)}
    if cid is not None:
        made |= {"cid": cid, "channel_type": cid.partition(":")[0], "channel_id": cid.partition(":")[2]}
    if by is not None:
        made["user"] = user(by)
    return made | fields(more)


def told(made: Frame, **more: Any) -> Frame:
    """The frame, with ``more`` told beside its object."""
    return made | fields(more)


def without(made: Frame, *paths: str) -> Frame:
    """The frame without what is at these dotted paths."""
    for path in paths:
        head, dot, rest = path.partition(".")
        made = made | {head: without(made[head], rest)} if dot else {key: made[key] for key in made if key != head}
    return made


def message_new(id: str | Frame, *, by: str | Frame = "bo", at: Moment = 1, cid: str = GENERAL, **more: Any) -> Frame:
    sent = message(id, by=by, at=at, cid=cid, **more)
    return frame("message.new", at, cid, by=by, message=sent, message_id=sent["id"], watcher_count=1)


def notification_message_new(
    id: str, *, by: str | Frame = "bo", at: Moment = 1, cid: str = GENERAL, **more: Any
) -> Frame:
    sent, room = message(id, by=by, at=at, cid=cid, **more), channel(cid)
    return frame("notification.message_new", at, cid, message=sent, message_id=id, channel=room, watcher_count=0)


def notification_thread_message_new(id: str, parent: str, *, at: Moment = 1, unread_threads: int, **more: Any) -> Frame:
    sent = message(id, at=at, parent_id=parent, **more)
    about = {"message": sent, "message_id": id, "thread_id": parent, "channel": channel(sent["cid"])}
    return frame("notification.thread_message_new", at, sent["cid"], unread_threads=unread_threads, **about)


def _about_message(kind: str, id: str | Frame, at: Moment, sent: Moment, by: str | Frame, more: Frame) -> Frame:
    about = message(id, by=by, at=sent, **({"updated_at": at} | more))
    return frame(kind, at, about["cid"], by=by, message=about, message_id=about["id"])


def message_updated(id: str | Frame, *, at: Moment, sent: Moment = 1, by: str | Frame = "bo", **more: Any) -> Frame:
    """An edit at ``at`` of a message created at ``sent``."""
    return _about_message("message.updated", id, at, sent, by, more)


def message_undeleted(id: str, *, at: Moment, sent: Moment = 1, by: str | Frame = "bo", **more: Any) -> Frame:
    return _about_message("message.undeleted", id, at, sent, by, more)


def message_deleted(
    id: str, *, at: Moment, sent: Moment = 1, by: str | Frame = "bo", hard: bool = False, **more: Any
) -> Frame:
    deleted = {"type": "deleted", "deleted_at": at} | more
    return told(_about_message("message.deleted", id, at, sent, by, deleted), hard_delete=hard)


def message_pending(id: str, *, at: Moment = 1, by: str = "me", cid: str = GENERAL) -> Frame:
    return frame("message.pending", at, cid, by=by, message=message(id, by=by, at=at, cid=cid), method="message.new")


def message_flagged(id: str, *, at: Moment, by: str = "me", cid: str = GENERAL) -> Frame:
    return frame("message.flagged", at, cid, by=by, message=message(id, cid=cid))


def user_messages_deleted(by: str, *, at: Moment, cid: str | None = None, hard: bool = False) -> Frame:
    return frame("user.messages.deleted", at, cid, by=by, hard_delete=hard)


def reaction_new(on: str | Frame, type: str, *, by: str | Frame, at: Moment, **more: Any) -> Frame:
    """``counts`` and ``scores`` are the message's totals after this; ``score`` is this reaction's own."""
    return _about_reaction("reaction.new", on, type, by, at, more)


def reaction_updated(on: str | Frame, type: str, *, by: str | Frame, at: Moment, **more: Any) -> Frame:
    return _about_reaction("reaction.updated", on, type, by, at, more)


def reaction_deleted(on: str | Frame, type: str, *, by: str | Frame, at: Moment, **more: Any) -> Frame:
    return _about_reaction("reaction.deleted", on, type, by, at, more)


def _about_reaction(kind: str, on: str | Frame, type: str, by: str | Frame, at: Moment, more: Frame) -> Frame:
    gone = kind == "reaction.deleted"
    counts = more.pop("counts", {} if gone else {type: 1})
    totals = {"reaction_counts": counts, "reaction_scores": more.pop("scores", dict(counts))}
    about = message(on) | totals
    given = reaction(type, about["id"], by=by, at=at, **more)
    return frame(kind, at, about["cid"], by=by, message=about, message_id=about["id"], reaction=given)


def message_read(*, by: str | Frame, at: Moment, cid: str = GENERAL, **more: Any) -> Frame:
    return frame("message.read", at, cid, by=by, **more)


def message_delivered(*, by: str, at: Moment, last: str | None = None, cid: str = GENERAL) -> Frame:
    return frame("message.delivered", at, cid, by=by, last_delivered_at=at, last_delivered_message_id=last)


def mark_read(cid: str | None = GENERAL, *, at: Moment, **more: Any) -> Frame:
    """My reading of a channel on another device; of all of them without a ``cid``."""
    about = {"channel": channel(cid)} if cid is not None else {}
    return frame("notification.mark_read", at, cid, by="me", **(about | more))


def mark_unread(cid: str = GENERAL, *, at: Moment, **more: Any) -> Frame:
    """``unread_messages``, ``last_read_at``, ``last_read_message_id``, ``first_unread_message_id``, ``thread_id``."""
    return frame("notification.mark_unread", at, cid, by="me", channel=channel(cid), **more)


def typing_start(by: str | Frame, *, at: Moment, cid: str = GENERAL, **more: Any) -> Frame:
    return frame("typing.start", at, cid, by=by, **more)


def typing_stop(by: str | Frame, *, at: Moment, cid: str = GENERAL, **more: Any) -> Frame:
    return frame("typing.stop", at, cid, by=by, **more)


def watching_start(by: str | Frame, *, at: Moment, count: int, cid: str = GENERAL) -> Frame:
    return frame("user.watching.start", at, cid, by=by, watcher_count=count)


def watching_stop(by: str | Frame, *, at: Moment, count: int, cid: str = GENERAL) -> Frame:
    return frame("user.watching.stop", at, cid, by=by, watcher_count=count)


def _about_channel(kind: str, cid: str, at: Moment, by: str | None, more: Frame) -> Frame:
    return frame(kind, at, cid, by=by, channel=channel(cid, **more))


def channel_created(cid: str = GENERAL, *, at: Moment = 0, by: str = "ana", **more: Any) -> Frame:
    return _about_channel("channel.created", cid, at, by, more)


def channel_updated(cid: str = GENERAL, *, at: Moment, by: str = "ana", **more: Any) -> Frame:
    return _about_channel("channel.updated", cid, at, by, {"updated_at": at} | more)


def channel_deleted(cid: str = GENERAL, *, at: Moment, by: str = "ana", **more: Any) -> Frame:
    return _about_channel("channel.deleted", cid, at, by, {"deleted_at": at} | more)


def truncated(cid: str = GENERAL, *, at: Moment, system: Frame | None = None, **more: Any) -> Frame:
    """Truncated at ``at`` unless ``truncated_at`` says otherwise, perhaps with a ``system`` message."""
    made = _about_channel("channel.truncated", cid, at, "ana", {"truncated_at": at, "updated_at": at} | more)
    return made if system is None else told(made, message=system, message_id=system["id"])


def hidden(cid: str = GENERAL, *, at: Moment, clear_history: bool = False) -> Frame:
    return told(_about_channel("channel.hidden", cid, at, "me", {}), clear_history=clear_history)


def visible(cid: str = GENERAL, *, at: Moment) -> Frame:
    return _about_channel("channel.visible", cid, at, "me", {})


def frozen(cid: str = GENERAL, *, at: Moment) -> Frame:
    return frame("channel.frozen", at, cid)


def unfrozen(cid: str = GENERAL, *, at: Moment) -> Frame:
    return frame("channel.unfrozen", at, cid)


def _about_member(kind: str, id: str, cid: str, at: Moment, more: Frame) -> Frame:
    return frame(kind, at, cid, by=id, member=member(id, **({"at": at} | more)))


def member_added(id: str, *, at: Moment = 0, cid: str = GENERAL, **more: Any) -> Frame:
    return _about_member("member.added", id, cid, at, more)


def member_updated(id: str, *, at: Moment, cid: str = GENERAL, **more: Any) -> Frame:
    return _about_member("member.updated", id, cid, at, more)


def member_removed(id: str, *, at: Moment, cid: str = GENERAL, **more: Any) -> Frame:
    return _about_member("member.removed", id, cid, at, more)


def added_to_channel(cid: str = GENERAL, *, at: Moment = 0, **more: Any) -> Frame:
    """I was added; ``more`` is the channel's."""
    return told(_about_channel("notification.added_to_channel", cid, at, "me", more), member=member("me", at=at))


def removed_from_channel(cid: str = GENERAL, *, at: Moment, **more: Any) -> Frame:
    made = _about_channel("notification.removed_from_channel", cid, at, "ana", more)
    return told(made, member=member("me", at=at))


def user_updated(id: str, *, at: Moment, **more: Any) -> Frame:
    return frame("user.updated", at, by=user(id, **({"updated_at": at} | more)))


def presence_changed(id: str, online: bool, *, at: Moment, **more: Any) -> Frame:
    return frame("user.presence.changed", at, by=user(id, online=online, **more))


def banned(id: str, *, at: Moment, cid: str | None = None, **more: Any) -> Frame:
    return frame("user.banned", at, cid, by=id, created_by=user("ana"), **more)


def unbanned(id: str, *, at: Moment, cid: str | None = None, **more: Any) -> Frame:
    return frame("user.unbanned", at, cid, by=id, created_by=user("ana"), **more)


def user_muted(target: str, *, at: Moment) -> Frame:
    return frame("user.muted", at, by="me", target_user=user(target))


def user_unmuted(target: str, *, at: Moment) -> Frame:
    return frame("user.unmuted", at, by="me", target_user=user(target))


def mutes_updated(*mutes: Frame, at: Moment, **more: Any) -> Frame:
    return frame("notification.mutes_updated", at, me=own_user(mutes=list(mutes), **more))


def channel_mutes_updated(*mutes: Frame, at: Moment, **more: Any) -> Frame:
    return frame("notification.channel_mutes_updated", at, me=own_user(channel_mutes=list(mutes), **more))


def health_check(*, at: Moment, me: Frame | None = None, connection_id: str = "c-1") -> Frame:
    made = frame("health.check", at, cid="*", connection_id=connection_id)
    made = without(made, "channel_type", "channel_id")
    return made if me is None else told(made, me=me)


# Stores

_faults: WeakKeyDictionary[Store, list[Any]] = WeakKeyDictionary()


def a_store(*frames: Any, me: str | None = "me", clock: Any = None, **options: Any) -> Store:
    """A store that has heard these frames; it lives in their time unless it is given a clock."""
    store = Store(me=me, clock=LogClock() if clock is None else clock, **options)
    _faults[store] = []
    store.faults.subscribe(_faults[store].append)
    return then(store, *frames)


def then(store: Store, *frames: Any) -> Store:
    """The store, after these frames one by one. Nothing may be at fault, and every invariant holds after each."""
    at_fault = faults_from(store, *frames)
    assert not at_fault, "; ".join(map(str, at_fault))
    return store


def faults_from(store: Store, *frames: Any) -> list[Any]:
    """The faults that these frames cost. Every invariant holds after each of them."""
    before = len(_faults[store])
    for frame in frames:
        store.apply(frame)
        check(store.state)
    return _faults[store][before:]


def emissions(store: Store, *frames: Any) -> list[Any]:
    """What the store told on ``changes`` while it applied these frames, one by one."""
    emitted: list[Any] = []
    listening = store.changes.subscribe(emitted.append)
    then(store, *frames)
    listening.dispose()
    return emitted


def ids(views: Iterable[Any]) -> list[str]:
    return [view.id for view in views]


class ManualClock:
    """A clock that moves only when it is told to, whatever the frames say."""

    def __init__(self) -> None:
        self.nanos = ns(0)

    def now(self) -> int:
        return self.nanos

    def monotonic(self) -> int:
        return self.nanos

    def heard(self, at: int) -> None:
        return None

    def pass_by(self, seconds: float) -> None:
        self.nanos += round(seconds * SECOND)
