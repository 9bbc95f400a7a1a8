"""What stands around the messages: functions of a store, for its selectors."""

from collections.abc import Callable

import attrs
from textual.content import Content

from chatstate.chat.words import counted, line, name_of, title_of
from chatstate.store import Store
from chatstate.views import MessageView

QUIET = "$foreground 60%"


def channel_heading(cid: str) -> Callable[[Store], Content]:
    """What a channel is called, who is in it and who is there."""

    def heading(store: Store) -> Content:
        channel = store.channel(cid)
        online = sum(1 for member in channel.members.values() if member.user.online)
        told = [counted(channel.member_count, "member")] if channel.member_count else []
        told += [f"{online} online"] if online else []
        told += [counted(len(channel.pinned), "pin")] if len(channel.pinned) else []
        told += [word for word in ("muted", "frozen", "hidden") if getattr(channel, word)]
        sign = "● " if channel.member_count == 2 else "# "
        title = (f"{sign}{title_of(channel, store.me.id)}", "bold")
        return Content.assemble(title, (f"   {' · '.join(told)}", QUIET))

    return heading


def thread_heading(cid: str) -> Callable[[Store], Content]:
    """Where a thread is."""

    def heading(store: Store) -> Content:
        return Content.assemble(
            ("Thread", "bold"), (f"   # {title_of(store.channel(cid), store.me.id)}", QUIET), ("   Esc closes", QUIET)
        )

    return heading


def hint(cid: str, parent_id: str | None) -> Callable[[Store], str]:
    """What may be written."""

    def hinted(store: Store) -> str:
        channel = store.channel(cid)
        if channel.frozen:
            return "This channel is frozen: nobody may write here."
        if channel.cooldown_remaining:
            return f"Slow mode: you may write again in {channel.cooldown_remaining} s."
        return "Reply in the thread" if parent_id is not None else f"Message # {title_of(channel, store.me.id)}"

    return hinted


def above(cid: str, parent_id: str | None) -> Callable[[Store], str]:
    """What is said above the first message that is here."""

    def said(store: Store) -> str:
        if parent_id is not None:
            return ""
        channel = store.channel(cid)
        if channel.has_older:
            return "loading older messages…"
        return f"This is where # {title_of(channel, store.me.id)} begins."

    return said


def unread(cid: str, parent_id: str | None) -> Callable[[Store], int]:
    """How many messages of it I have not read."""
    if parent_id is None:
        return lambda store: store.channel(cid).unread
    return lambda store: store.thread(parent_id).unread


def first_unread(cid: str, parent_id: str | None) -> Callable[[Store], str | None]:
    """The first message that I have not read; of a thread nobody tells."""

    def first(store: Store) -> str | None:
        message: MessageView | None = None if parent_id is not None else store.channel(cid).first_unread
        return None if message is None else message.id

    return first


def link(store: Store) -> tuple[bool | None, bool]:
    """Whether the connection is up, and whether something may have been missed."""
    return store.connection.online, store.connection.behind


@attrs.frozen
class Person:
    """Somebody in a channel."""

    name: str
    online: bool
    role: str
    me: bool


@attrs.frozen
class About:
    """Who is in a channel, those who are there first, and what is pinned."""

    people: tuple[Person, ...] = ()
    member_count: int = 0
    pins: tuple[tuple[str, str], ...] = ()


def about(cid: str) -> Callable[[Store], About]:
    """Who is in a channel, and what is pinned. O(members that are known)."""

    def told(store: Store) -> About:
        channel, me = store.channel(cid), store.me.id
        people = [
            Person(
                name_of(member.user), bool(member.user.online),
                "moderator" if member.is_moderator or member.channel_role == "channel_moderator" else "",
                member.user_id == me,
            )
            for member in channel.members.values()
        ]  # fmt: skip
        people.sort(key=lambda person: (not person.online, person.name.casefold()))
        pins = tuple((name_of(message.user), line(message.text)) for message in channel.pinned)
        return About(tuple(people), channel.member_count, pins)

    return told
