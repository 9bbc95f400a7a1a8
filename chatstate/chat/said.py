"""What a screen shows of a message: a value, made of a store by a selector."""

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from chatstate.chat.words import first_name, line, name_of, plain
from chatstate.clock import NEVER, Timestamp
from chatstate.live.outbox import FAILED, outgoing
from chatstate.store import Store
from chatstate.views import MessageView, PollView, QuotedView

SENDING, UNSENT, SENT, DELIVERED, READ = "sending", "failed", "sent", "delivered", "read"
"""How far a message of mine has come."""

PLAIN, SYSTEM, DELETED, PRIVATE = "plain", "system", "deleted", "private"
"""How a message is drawn."""


@attrs.frozen
class Quote:
    """What is quoted: nothing of it, where it is gone."""

    author: str = ""
    text: str = ""
    gone: bool = True


@attrs.frozen
class Poll:
    """A question, and how many voted for what; ``mine`` are the options that I voted for."""

    question: str
    options: tuple[tuple[str, int, bool], ...]
    closed: bool


@attrs.frozen
class Said:
    """A message as it shows."""

    id: str
    author_id: str
    author: str
    text: str
    at: Timestamp
    kind: str = PLAIN
    own: bool = False
    edited: bool = False
    pinned: bool = False
    quote: Quote | None = None
    attached: tuple[str, ...] = ()
    poll: Poll | None = None
    mentioned: tuple[tuple[str, bool], ...] = ()
    """Who is mentioned, and whether that is me."""
    reactions: tuple[tuple[str, int, bool], ...] = ()
    """Each type, how many, and whether one of them is mine."""
    replies: int = 0
    repliers: tuple[str, ...] = ()
    reply_to: str | None = None
    """Of a reply that stands in the channel too: what it replies to."""
    mark: str = ""
    problem: str = ""
    gap: bool = False
    """Whether messages may be missing right before it."""


def saying(store: Store, *, in_thread: bool = False) -> Callable[[MessageView], Said]:
    """What makes of a message what shows of it. O(its reactions and receipts)."""

    def said(message: MessageView) -> Said:
        deleted = message.deleted or message.row is None
        mark, problem = _mark(store, message) if message.own and not deleted else ("", "")
        user = message.user
        return Said(
            message.id, "" if user is None else user.id, name_of(user), "" if deleted else plain(message.text),
            message.created_at or NEVER, _kind(message, deleted), message.own,
            edited=not deleted and message.edited_at is not None,
            pinned=message.pinned,
            replies=0 if in_thread else message.reply_count,
            repliers=_repliers(message) if message.reply_count and not in_thread else (),
            reply_to=None if in_thread or message.parent is None else line(message.parent.text) or "a message",
            mark=mark, problem=problem, gap=not in_thread and _gap(message),
            **({} if deleted else _around(store, message)),
        )  # fmt: skip

    return said


def _kind(message: MessageView, deleted: bool) -> str:
    if deleted:
        return DELETED
    return {"system": SYSTEM, "ephemeral": PRIVATE, "error": PRIVATE}.get(message.type, PLAIN)


def _around(store: Store, message: MessageView) -> dict[str, Any]:
    """What hangs on a message that is not deleted."""
    mine = {reaction.type for reaction in message.own_reactions} if message.reaction_counts else set()
    me = store.me.id
    return {
        "quote": None if message.quoted is None else _quote(message.quoted),
        "attached": tuple(map(_attachment, message.attachments)),
        "poll": None if message.poll is None or not message.poll.exists else _poll(message.poll),
        "mentioned": tuple((name_of(user), user.id == me) for user in message.mentioned),
        "reactions": tuple((type, count, type in mine) for type, count in message.reaction_counts.items()),
    }


def _quote(quoted: QuotedView) -> Quote:
    if quoted.gone or quoted.deleted:
        return Quote()
    text = line(quoted.text) or (_attachment(quoted.attachments[0]) if quoted.attachments else "")
    return Quote(first_name(quoted.user), text, gone=False)


def _attachment(raw: Any) -> str:
    """What an attachment is called."""
    if not isinstance(raw, Mapping):
        return "📎 attachment"
    sign = {"image": "🌄", "video": "🎬", "audio": "🎵", "voiceRecording": "🎵", "giphy": "🌄"}.get(
        str(raw.get("type")), "📎"
    )
    names = (raw.get(key) for key in ("title", "fallback", "name", "text", "og_scrape_url", "asset_url", "image_url"))
    return f"{sign} {line(next((name for name in names if isinstance(name, str) and name), 'attachment'))}"


def _poll(poll: PollView) -> Poll:
    counts, mine = poll.vote_counts_by_option, {vote.option_id for vote in poll.own_votes}
    options = tuple(
        (line(str(each.get("text", ""))), counts.get(str(each.get("id")), 0), each.get("id") in mine)
        for each in poll.options
        if isinstance(each, Mapping)
    )
    return Poll(line(poll.name), options, poll.is_closed)


def _repliers(message: MessageView) -> tuple[str, ...]:
    return tuple(first_name(user) for user in message.thread.participants[:3])


def _gap(message: MessageView) -> bool:
    channel = message.channel
    return channel is not None and channel.messages.has_gap_before(message)


def _mark(store: Store, message: MessageView) -> tuple[str, str]:
    """How far a message of mine has come, and why it has not."""
    waiting = outgoing(store, message.id)
    if waiting is not None:
        return (UNSENT if waiting.status == FAILED else SENDING), waiting.problem or ""
    channel = message.channel
    if channel is None or (message.parent_id is not None and not message.show_in_channel):
        return SENT, ""
    if channel.reads_of(message):
        return READ, ""
    return (DELIVERED if channel.deliveries_of(message) else SENT), ""
