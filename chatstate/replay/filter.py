"""Which entries of a log somebody wants to see."""

import re
from array import array
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Self

import attrs

from chatstate.replay.entries import Entries, Names

Wants = Callable[[str], bool]


@attrs.frozen(kw_only=True)
class Filter:
    """The entries of a kind, in a channel, by a user, with a text, or with a fault; what is None is not asked.

    Kinds, channels and users are matched whole with ``*`` for anything, and where there is no ``*`` anywhere in them;
    a text anywhere, in any case, and as a regular expression between slashes.
    """

    kind: str | None = None
    channel: str | None = None
    user: str | None = None
    text: str | None = None
    faulty: bool = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``kind:message.* channel:general user:bo is:fault some words``; each part may be left out.

        Raises ``ValueError``, with the words of it meant to be shown.

        >>> Filter.parse("kind:reaction.* user:bo")
        Filter(kind='reaction.*', channel=None, user='bo', text=None, faulty=False)
        """
        asked: dict[str, str] = {}
        words: list[str] = []
        faulty = False
        rest = text.strip()
        while rest and not rest.startswith("/"):
            word, _, rest = rest.partition(" ")
            rest = rest.lstrip()
            name, colon, value = word.partition(":")
            if word == "is:fault":
                faulty = True
            elif colon and name in ("kind", "channel", "user"):
                if not value:
                    raise ValueError(f"{name}: asks for nothing")
                asked[name] = value
            else:
                words.append(word)
        if rest:
            words.append(rest)
        wanted = cls(**asked, text=" ".join(words) or None, faulty=faulty)
        if wanted.text is not None:
            _in_text(wanted.text)
        return wanted

    @property
    def empty(self) -> bool:
        """Whether it wants everything."""
        return self == Filter()

    def __str__(self) -> str:
        asked = [("kind", self.kind), ("channel", self.channel), ("user", self.user)]
        parts = [f"{name}:{value}" for name, value in asked if value is not None]
        return " ".join([*parts, *(["is:fault"] if self.faulty else []), *([self.text] if self.text else [])])

    def apply(self, entries: Entries, start: int = 1) -> "array[int]":
        """The numbers of the entries it wants, from ``start`` on. O(entries)."""
        found = array("L", range(start, len(entries) + 1))
        if self.faulty:
            found = array("L", (number for number in found if number in entries.faults))
        for wanted, names, column in (
            (self.kind, entries.kind_names, entries.kinds),
            (self.channel, entries.cid_names, entries.cids),
            (self.user, entries.user_names, entries.users),
        ):
            if wanted is not None:
                numbers = _matching(names, _in_name(wanted))
                found = array("L", (number for number in found if column[number - 1] in numbers))
        if self.text is not None:
            wants, texts = _in_text(self.text), entries.texts
            found = array("L", (number for number in found if (text := texts[number - 1]) is not None and wants(text)))
        return found


def _matching(names: Names, wants: Wants) -> set[int]:
    return {number for number, name in enumerate(names.texts) if name is not None and wants(name)}


def _in_name(wanted: str) -> Wants:
    if "*" in wanted or "?" in wanted:
        return lambda name: fnmatchcase(name, wanted)
    return lambda name: wanted in name


def _in_text(wanted: str) -> Wants:
    if len(wanted) > 1 and wanted.startswith("/") and wanted.endswith("/"):
        try:
            pattern = re.compile(wanted[1:-1])
        except re.error as error:
            raise ValueError(f"{wanted} is no regular expression: {error}") from None
        return lambda text: pattern.search(text) is not None
    folded = wanted.casefold()
    return lambda text: folded in text.casefold()
