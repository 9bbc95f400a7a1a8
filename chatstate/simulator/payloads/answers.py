"""What the service answers when it is asked: whole channels and threads, as one user may see them."""

from collections.abc import Iterable

from chatstate.clock import Timestamp
from chatstate.ids import MessageId, UserId
from chatstate.simulator.payloads.messages import message, message_deleted_for_me, reaction, whole_thread
from chatstate.simulator.payloads.people import user, user_by_id
from chatstate.simulator.payloads.rooms import configured_channel, member
from chatstate.simulator.payloads.things import draft
from chatstate.simulator.payloads.view import Json, View, stamp
from chatstate.simulator.rows import Channel, Member, Message, Read
from chatstate.simulator.settings import capabilities


def answered_message(view: View, row: Message) -> Json:
    """A message as an answer tells it: unlike a frame, with the viewer's own reactions."""
    shown = message_deleted_for_me(view, row) if view.viewer in row.deleted_for else message(view, row)
    own = [reaction(view, each) for each in row.reactions.values() if each.user_id == view.viewer]
    return shown | {"own_reactions": own}


def answered_channel(view: View, row: Channel) -> Json:
    """A channel with what is the viewer's own: capabilities, hidden, muted."""
    mute = row.muted_by.get(view.viewer)
    shown = configured_channel(view, row) | {
        "own_capabilities": capabilities(row.type) if view.viewer in row.members else [],
        "hidden": view.viewer in row.hidden,
        "muted": mute is not None and mute.holds(view.world.now),
    }
    cleared = row.cleared.get(view.viewer)
    return shown if cleared is None else shown | {"hide_messages_before": stamp(cleared)}


def channel_state(view: View, row: Channel, messages: Iterable[Message], members: Iterable[Member]) -> Json:
    """One channel of a query: itself, pages of its messages and members, and who has read how far."""
    world, me = view.world, view.viewer
    pinned = [world.messages[id] for id in row.pinned]
    state: Json = {
        "channel": answered_channel(view, row),
        "messages": [answered_message(view, each) for each in messages],
        "pinned_messages": [answered_message(view, each) for each in pinned if world.sees(me, each)],
        "members": [member(view, each) for each in members],
        "read": [_read(view, row, user_id) for user_id in row.members if _has_read(view, row, user_id)],
        "watchers": [user_by_id(view, each) for each in row.watchers],
        "watcher_count": len(row.watchers),
        "threads": [],
    }
    if me in row.members:
        state["membership"] = member(view, row.members[me])
    begun = world.users[me].drafts.get((row.cid, None))
    return state if begun is None else state | {"draft": draft(view, begun)}


def _has_read(view: View, row: Channel, user_id: UserId) -> bool:
    """Whether the viewer is told of a read row: always of their own."""
    read = row.reads.get(user_id)
    return user_id == view.viewer or (read is not None and read.shown is not None)


def _read(view: View, row: Channel, user_id: UserId) -> Json:
    read = row.reads.get(user_id)
    shown: Json = {"user": user_by_id(view, user_id), "unread_messages": view.world.unread(row, user_id)}
    if read is None:
        return shown | {"last_read": stamp(row.members[user_id].created_at)}
    last_read, message_id = _as_told(view, read, user_id)
    shown["last_read"] = stamp(last_read)
    return shown if message_id is None else shown | {"last_read_message_id": message_id}


def _as_told(view: View, read: Read, user_id: UserId) -> tuple[Timestamp, MessageId | None]:
    """How far someone has read: of others, what they showed of it."""
    if user_id == view.viewer or read.shown is None:
        return read.last_read, read.message_id
    return read.shown


def thread_state(view: View, parent: Message, replies: Iterable[Message], *, participants: int) -> Json:
    """One thread of a list: its parent, its newest replies, who takes part, what the viewer has not read of it."""
    world, me = view.world, view.viewer
    shown = whole_thread(view, parent)
    shown["thread_participants"] = shown["thread_participants"][:participants]
    unread = world.users[me].unread_threads.get(parent.id, 0)
    thread = parent.thread
    since = parent.created_at if thread is None or unread or thread.last_message_at is None else thread.last_message_at
    return shown | {
        "channel": answered_channel(view, world.channels[parent.cid]),
        "parent_message": answered_message(view, parent),
        "latest_replies": [answered_message(view, each) for each in replies],
        "read": [{"user": user(view, world.users[me]), "last_read": stamp(since), "unread_messages": unread}],
    }
