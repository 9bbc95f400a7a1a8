"""The canonical dump: all that a store shows, as one JSON object that can be compared with another's.

Times are in the wire's own form; lists that have no order of their own are sorted. ::

    { "schema": 1, "source": "chatstate", "me": ID, "last_event_at": TIME,
      "client": {"users": {ID: {"name", "online", "banned"}},
                 "muted_users": [ID], "channel_mutes": [CID], "reminders": [message ID],
                 "total_unread_count": N, "unread_channels": N, "unread_threads": N},
      "gone": {CID: "deleted" | "removed"},
      "channels": {CID: {
         "messages": [MESSAGE], "threads": {parent ID: [reply ID]}, "replies": {reply ID: MESSAGE},
         "pinned": [message ID],
         "members": {ID: {"role", "channel_role", "banned", "shadow_banned", "name", "online"}}, "member_count": N,
         "watchers": [ID], "watcher_count": N,
         "read": {ID: {"last_read": TIME, "last_read_message_id": ID or null, "unread_messages": N}},
         "unread": N, "unread_mentions": N, "typing": ["ID" or "ID@parent ID"],
         "frozen": bool, "hidden": bool, "muted": bool, "name": str }}}

    MESSAGE = {"id", "user_id", "text", "type", "deleted": bool, "created_at", "reaction_counts", "reaction_scores",
               "own_reactions": [type], "reply_count", "pinned": bool, "user_name",
               and where they apply: "parent_id", "show_in_channel", "quoted_id", "quoted_text", "quoted_deleted"}

``messages`` is the timeline, without the replies that stand in threads alone; names and quoted texts are what they are
now, not what they were when the message was written.
"""

from chatstate.clock import NEVER, Timestamp, format
from chatstate.model import JsonObject
from chatstate.state.state import State
from chatstate.views import ChannelView, MemberView, MessageView, ReadView, UserView, Views
from chatstate.views.typists import typists

SCHEMA = 1


def dump(store: Views, *, source: str = "chatstate") -> JsonObject:
    """Everything a store shows, as one JSON object. O(what it holds)."""
    state = store.state
    return {
        "schema": SCHEMA,
        "source": source,
        "me": store.me.id,
        "last_event_at": format(state.heard_at),
        "client": _client(store),
        "gone": {cid: state.gone[cid].reason for cid in state.gone},
        "channels": {cid: _channel(state, channel) for cid, channel in store.channels.items()},
    }


def _client(store: Views) -> JsonObject:
    me = store.me
    return {
        "users": {id: _user(user) for id, user in store.users.items()},
        "muted_users": sorted(mute.user.id for mute in me.mutes),
        "channel_mutes": sorted(me.channel_mutes),
        "reminders": sorted(store.reminders),
        "total_unread_count": me.total_unread_count,
        "unread_channels": me.unread_channels,
        "unread_threads": me.unread_threads,
    }


def _user(user: UserView) -> JsonObject:
    return {"name": user.name, "online": user.online, "banned": user.banned}


def _channel(state: State, channel: ChannelView) -> JsonObject:
    threads = {thread.id: thread.replies for thread in channel.threads if len(thread.replies) > 0}
    return {
        "messages": [_message(message) for message in channel.messages],
        "threads": {id: [reply.id for reply in replies] for id, replies in threads.items()},
        "replies": {reply.id: _message(reply) for replies in threads.values() for reply in replies},
        "pinned": [message.id for message in channel.pinned],
        "members": {id: _member(member) for id, member in channel.members.items()},
        "member_count": channel.member_count,
        "watchers": [user.id for user in channel.watchers],
        "watcher_count": channel.watcher_count,
        "read": {id: _read(read) for id, read in channel.reads.items()},
        "unread": channel.unread,
        "unread_mentions": channel.unread_mentions,
        "typing": _typing(state, channel),
        "frozen": channel.frozen,
        "hidden": channel.hidden,
        "muted": channel.muted,
        "name": "" if channel.name is None else channel.name,
    }


def _message(message: MessageView) -> JsonObject:
    user = message.user
    told: JsonObject = {
        "id": message.id,
        "user_id": None if user is None else user.id,
        "text": message.text,
        "type": message.type,
        "deleted": message.deleted,
        "created_at": _time(message.created_at),
        "reaction_counts": dict(message.reaction_counts),
        "reaction_scores": dict(message.reaction_scores),
        "own_reactions": sorted(reaction.type for reaction in message.own_reactions),
        "reply_count": message.reply_count,
        "pinned": message.pinned,
        "user_name": None if user is None else user.name,
    }
    if message.parent_id is not None:
        told |= {"parent_id": message.parent_id, "show_in_channel": message.show_in_channel}
    quoted = message.quoted
    if quoted is not None:
        gone = quoted.deleted or quoted.gone
        told |= {"quoted_id": quoted.id, "quoted_deleted": gone}
        if not quoted.gone:
            told["quoted_text"] = quoted.text
    return told


def _member(member: MemberView) -> JsonObject:
    user = member.user
    return {
        "role": member.role,
        "channel_role": member.channel_role,
        "banned": member.banned,
        "shadow_banned": member.shadow_banned,
        "name": user.name,
        "online": user.online,
    }


def _read(read: ReadView) -> JsonObject:
    return {
        "last_read": _time(read.last_read),
        "last_read_message_id": read.last_read_message_id,
        "unread_messages": read.unread,
    }


def _typing(state: State, channel: ChannelView) -> list[str]:
    """Who types, also in threads of which nothing else is known."""
    cid = channel.cid
    parents = {parent_id for _, parent_id in state.typing_of.of(cid) if parent_id}
    in_threads = [f"{user.id}@{parent_id}" for parent_id in parents for user in typists(state, cid, parent_id)]
    return sorted([*(user.id for user in channel.typing), *in_threads])


def _time(at: Timestamp | None) -> str:
    return format(NEVER if at is None else at)
