"""Times, names and reactions, as a chat says them."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, tzinfo

from rich.cells import cell_len, set_cell_size

from chatstate.clock import Timestamp, to_datetime
from chatstate.views import ChannelView, UserView

EMOJI = {
    "like": "👍", "love": "💜", "haha": "😂", "wow": "😮", "sad": "😢", "fire": "🔥", "eyes": "👀", "party": "🎉",
}  # fmt: skip
"""How the usual types of reactions are drawn. Each takes two cells on every terminal."""


MENTION = r"(?<![\w@])@{}(?!\w)"
"""Where a name that is put in stands as a mention."""

LONGEST = 400
"""Characters that are looked at of what stands on one line."""


def mentioned(text: str, people: Iterable[tuple[str, str]]) -> list[str]:
    """The ids of those of these people, ids with names, whom a text mentions. Of two names the longer one is meant."""
    found = []
    for id, name in sorted(people, key=lambda person: -len(person[1])):
        text, times = re.subn(MENTION.format(re.escape(name)), " ", text)
        if times:
            found.append(id)
    return found


def local(at: Timestamp, zone: tzinfo | None = None) -> datetime:
    """A time, where the terminal stands."""
    return to_datetime(at).astimezone(zone)


def day(at: datetime, today: datetime) -> str:
    """The name of a day, as near days are called."""
    apart = (today.date() - at.date()).days
    if apart in (0, 1):
        return ("Today", "Yesterday")[apart]
    return f"{at:%A}, {at.day} {at:%B}" + (f" {at.year}" if at.year != today.year else "")


def moment(at: datetime, now: datetime) -> str:
    """When something was, in at most six cells: the time of a day, the day of a week, or a date."""
    if at.date() == now.date():
        return f"{at:%H:%M}"
    if now - at < timedelta(days=6):
        return f"{at:%a}"
    return f"{at.day} {at:%b}"


def plain(text: str) -> str:
    """A text without what would do something to a terminal: control characters, and those that turn the direction."""
    if text.isascii() and text.isprintable():
        return text
    return text.translate(_UNSEEN).expandtabs(4)


_UNSEEN: dict[int, None] = {
    code: None
    for code in (*range(32), *range(127, 160), 0x200E, 0x200F, 0x2028, 0x2029, *range(0x202A, 0x202F),
                 *range(0x2066, 0x206A), 0xFEFF)
    if code not in (9, 10)
}  # fmt: skip


def fitted(text: str, width: int) -> str:
    """A text on one line of exactly so many cells, its end cut off where it is longer."""
    words = line(text[: 4 * max(width, 1)])
    if cell_len(words) <= width:
        return set_cell_size(words, width)
    return set_cell_size(words, width - 1) + "…" if width > 0 else ""


def name_of(user: UserView | None) -> str:
    """What a user is called."""
    return "somebody" if user is None else line(user.name or "") or line(user.id) or "?"


def first_name(user: UserView | None) -> str:
    """What a user is called among friends."""
    return name_of(user).split()[0]


def line(text: str) -> str:
    """A text on one line."""
    return " ".join(plain(text[:LONGEST]).split())


def initials(name: str) -> str:
    """Two letters for a name."""
    words = [word for word in name.split() if word[:1].isalnum()]
    letters = "".join(word[0] for word in (words[:1] + words[1:][-1:])) if len(words) > 1 else name[:2]
    return set_cell_size(letters.upper(), 2)


def title_of(channel: ChannelView, me: str | None) -> str:
    """What a channel is called: one without a name by who else is in it."""
    if channel.name and line(channel.name):
        return line(channel.name)
    others = [name_of(each.user) for each in channel.members.values() if each.user_id != me]
    return listed(others[:4]) if others else channel.id


def listed(names: Sequence[str]) -> str:
    """Names in a sentence."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def typing(names: Sequence[str]) -> str:
    """Who is typing, in a sentence; nothing where nobody is."""
    if not names:
        return ""
    if len(names) > 3:
        return f"{len(names)} people are typing…"
    return f"{listed(names)} {'is' if len(names) == 1 else 'are'} typing…"


def counted(number: int, thing: str, things: str = "") -> str:
    """A number of things."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def emoji_of(type: str) -> str:
    """How a type of reaction is drawn; one nobody has heard of by its name."""
    return EMOJI.get(type) or f":{line(type)}:"
