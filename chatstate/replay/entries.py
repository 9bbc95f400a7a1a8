"""What a log holds, an entry for each frame, in columns: some 100 bytes an entry, besides the texts."""

from array import array
from typing import Any

import attrs

from chatstate.clock import NEVER, Timestamp
from chatstate.errors import Fault
from chatstate.events import Event


@attrs.frozen(kw_only=True)
class Entry:
    """One frame of a log, broken or not, by its number from 1."""

    number: int
    line: int
    """Its line in the file, blank ones counted."""
    offset: int
    kind: str | None
    """None where the frame is too broken to tell."""
    cid: str | None
    user_id: str | None
    at: Timestamp | None
    """When it happened, by its own word."""
    text: str | None
    """The message in it, or the type of the reaction."""
    faults: tuple[Fault, ...]
    """What was wrong with it."""

    @property
    def refused(self) -> bool:
        """Whether nothing of it was applied."""
        return self.at is None


class Names:
    """Texts that come again and again, each by a small number; None is 0."""

    def __init__(self) -> None:
        self.texts: list[str | None] = [None]
        self._numbers: dict[str | None, int] = {None: 0}

    def number(self, text: str | None) -> int:
        """The number of a text, a new one for a new text. O(1)."""
        number = self._numbers.get(text)
        if number is None:
            number = self._numbers[text] = len(self.texts)
            self.texts.append(text)
        return number


class Entries:
    """The entries of a log. Adding and reading one is O(1)."""

    def __init__(self) -> None:
        self.lines, self.offsets = array("L"), array("Q")
        self.kinds, self.cids, self.users = array("I"), array("I"), array("I")
        self.times: list[Timestamp] = []  # the wire tells times that no column of 64 bits holds
        self.texts: list[str | None] = []
        self.kind_names, self.cid_names, self.user_names = Names(), Names(), Names()
        self.faults: dict[int, tuple[Fault, ...]] = {}

    def __len__(self) -> int:
        return len(self.lines)

    def __getitem__(self, number: int) -> Entry:
        at = number - 1
        if not 0 <= at < len(self.lines):
            raise IndexError(f"there is no entry {number}; there are {len(self)}")
        time = self.times[at]
        return Entry(
            number=number,
            line=self.lines[at],
            offset=self.offsets[at],
            kind=self.kind_names.texts[self.kinds[at]],
            cid=self.cid_names.texts[self.cids[at]],
            user_id=self.user_names.texts[self.users[at]],
            at=None if time == NEVER else time,
            text=self.texts[at],
            faults=self.faults.get(number, ()),
        )

    def add(self, line: int, offset: int, event: Event | None, faults: tuple[Fault, ...]) -> None:
        """Note the next entry; ``event`` is None where the frame was refused, and a fault tells its kind."""
        self.lines.append(line)
        self.offsets.append(offset)
        if event is None:
            kind = faults[0].kind if faults else None
            cid = user_id = text = None
            time = NEVER
        else:
            kind, cid, user_id, time = event.kind, event.cid, event.user_id, event.created_at
            text = text_of(event.raw)
        self.kinds.append(self.kind_names.number(kind))
        self.cids.append(self.cid_names.number(cid))
        self.users.append(self.user_names.number(user_id))
        self.times.append(time)
        self.texts.append(text)
        if faults:
            self.faults[len(self.lines)] = faults


def text_of(raw: Any) -> str | None:
    """The words in a frame: its reaction's type, its message's or draft's text, None where it has none of them."""
    for key, field in (("reaction", "type"), ("message", "text"), ("poll", "name"), ("channel", "name")):
        part = raw.get(key)
        if part.__class__ is dict:
            text = part.get(field)
            if text.__class__ is str and text:
                return text
    return None
