"""Messages, drawn: lines of cells for what is said, and nothing remembered."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime, tzinfo
from zlib import crc32

import attrs
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.strip import Strip

from chatstate.chat.said import DELETED, DELIVERED, PRIVATE, READ, SENDING, SENT, SYSTEM, UNSENT, Poll, Said
from chatstate.chat.words import MENTION, counted, day, emoji_of, fitted, initials, local

Ink = Callable[[str], Style]
"""The style of a part, by its name."""

PARTS = (
    "text", "quiet", "time", "name", "own", "rule", "fresh", "quote", "link", "code", "mention", "mention-me",
    "reaction", "reaction-mine", "thread", "read", "failed", "edited", "ground", "chosen",
)  # fmt: skip
"""What a message is made of."""

PEOPLE = 7
"""How many colours people come in."""

MARKS = {SENDING: "◌", UNSENT: "✗", SENT: "✓", DELIVERED: "✓✓", READ: "✓✓"}

TOGETHER = 5 * 60 * 1_000_000_000
"""Messages of one author within so many nanoseconds stand together."""

GUTTER = 6
"""Cells before a text, for the author's initials."""

URL = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)]")
CODE = re.compile(r"`([^`\n]+)`")
BOLD = re.compile(r"\*\*([^*\n]+)\*\*")


@attrs.frozen
class Around:
    """What else decides how a message is drawn: what stands before it, and where."""

    width: int
    today: datetime
    zone: tzinfo | None = None
    day: bool = False
    """Whether a day begins with it."""
    heads: bool = True
    """Whether it begins a group: its author is named."""
    fresh: bool = False
    """Whether it is the first that is new."""
    above: str = ""
    """What is said above the first message."""


@attrs.frozen
class Row:
    """A message as lines of cells; the first ``lead`` of them stand before it, and are none of it."""

    lines: list[Strip]
    lead: int


def stands_with(said: Said, before: Said | None) -> bool:
    """Whether a message stands in one group with the one before it."""
    return (
        before is not None
        and before.author_id == said.author_id
        and 0 <= said.at - before.at < TOGETHER
        and SYSTEM not in (said.kind, before.kind)
        and said.quote is None
    )


def draw(said: Said, around: Around, ink: Ink, console: Console) -> Row:
    """Draw a message, and what stands before it."""
    pen = Pen(ink, console, around.width)
    at = local(said.at, around.zone)
    lead: list[Strip] = []
    if around.above:
        lead += pen.centred(around.above, "quiet")
    if around.day:
        lead += [pen.blank(), pen.rule(day(at, around.today), "rule")]
    if around.fresh:
        lead += [pen.blank(), pen.rule("new messages", "fresh", left=True)]
    if said.kind == SYSTEM:
        return Row([*lead, *pen.centred(said.text, "quiet")], len(lead))
    if around.heads and not (around.day or around.fresh):
        lead.append(pen.blank())
    body = pen.head(said, at) if around.heads else []
    body += pen.body(said)
    return Row([*lead, *body], len(lead))


class Pen:
    """Draws lines of one width."""

    def __init__(self, ink: Ink, console: Console, width: int) -> None:
        self._ink, self._console, self._width = ink, console, max(width, GUTTER + 8)

    def blank(self) -> Strip:
        return Strip([Segment(" ")])

    def rule(self, words: str, part: str, *, left: bool = False) -> Strip:
        """Words on a line across."""
        style, room = self._ink(part), self._width - len(words) - 4
        before = 2 if left else max(room // 2, 0)
        dashes = "─" * before, "─" * max(room - before, 0)
        words_style = style + Style(bold=True)
        return Strip([
            Segment(f" {dashes[0]}", style), Segment(f" {words} ", words_style), Segment(dashes[1], style),
        ])  # fmt: skip

    def centred(self, words: str, part: str) -> list[Strip]:
        text = Text(words, self._ink(part), justify="center")
        return [self.blank(), *self._wrapped(text, indent=2)]

    def head(self, said: Said, at: datetime) -> list[Strip]:
        """Who said it, and when."""
        # Any hash will do; with this letter it tells those apart whom a local service begins with.
        colour = self._ink(f"person-{crc32(f'c{said.author_id}'.encode()) % PEOPLE}")
        name = self._ink("own") if said.own else Style(color=colour.color, bold=True)
        badge = Style(color=self._ink("ground").bgcolor, bgcolor=name.color or colour.color, bold=True)
        parts = [
            Segment(" "), Segment(f" {initials(said.author)} ", badge), Segment(" "), Segment(said.author, name),
            Segment(f"  {at:%H:%M}", self._ink("time")),
        ]  # fmt: skip
        if said.pinned:
            parts.append(Segment("  📌", self._ink("quiet")))
        return [Strip(parts).adjust_cell_length(self._width).crop(0, self._width)]

    def body(self, said: Said) -> list[Strip]:
        """What was said, and what hangs on it."""
        lines: list[Strip] = []
        if said.reply_to is not None:
            lines += self._wrapped(Text(f"↳ {fitted(said.reply_to, self._room - 2).rstrip()}", self._ink("thread")))
        if said.quote is not None:
            lines += self._quoted(said)
        lines += self._wrapped(self._text(said))
        for name in said.attached:
            lines += self._wrapped(Text(fitted(name, self._room).rstrip(), self._ink("link")))
        if said.poll is not None:
            lines += self._poll(said.poll)
        if said.reactions:
            lines += self._wrapped(self._reactions(said))
        if said.replies:
            words = Text(f"↳ {counted(said.replies, 'reply', 'replies')}  ", self._ink("thread"))
            words.append(fitted(", ".join(said.repliers), max(self._room - len(words), 0)).rstrip(), self._ink("quiet"))
            lines += self._wrapped(words)
        if said.problem:
            lines += self._wrapped(Text(f"not sent: {said.problem}", self._ink("failed")))
        return lines

    @property
    def _room(self) -> int:
        """Cells for a text."""
        return self._width - GUTTER - 1

    def _text(self, said: Said) -> Text:
        if said.kind == DELETED:
            return Text("This message was deleted.", self._ink("quiet") + Style(italic=True))
        text = self._marked_up(said.text)
        for name, mine in said.mentioned:
            style = self._ink("mention-me" if mine else "mention")
            if not text.highlight_regex(MENTION.format(re.escape(name)), style):
                text.append("  ").append(f"@{name}", style)
        if said.pinned and not said.text:
            text.append("📌")
        if said.edited:
            text.append("  edited", self._ink("edited"))
        if said.kind == PRIVATE:
            text.append("  only you can see this", self._ink("quiet"))
        if said.mark:
            text.append(f"  {MARKS[said.mark]}", self._ink({READ: "read", UNSENT: "failed"}.get(said.mark, "quiet")))
        return text

    def _marked_up(self, words: str) -> Text:
        """A text with its links, and what little markup people write."""
        text, end = Text("", self._ink("text")), 0
        for found in re.finditer(f"{CODE.pattern}|{BOLD.pattern}", words):
            text.append(words[end : found.start()])
            if found[1] is not None:
                text.append(f" {found[1]} ", self._ink("code"))
            else:
                text.append(found[2], Style(bold=True))
            end = found.end()
        text.append(words[end:])
        text.highlight_regex(URL, self._ink("link"))
        return text

    def _quoted(self, said: Said) -> list[Strip]:
        quote = said.quote
        assert quote is not None
        if quote.gone:
            return self._wrapped(Text("▎ a message that is gone", self._ink("quote") + Style(italic=True)))
        text = Text("▎ ", self._ink("quote"))
        text.append(quote.author, self._ink("quote") + Style(bold=True))
        text.append(f"  {fitted(quote.text, self._room - len(quote.author) - 4).rstrip()}")
        return self._wrapped(text)

    def _poll(self, poll: Poll) -> list[Strip]:
        lines = self._wrapped(Text(f"📊 {poll.question}", self._ink("text") + Style(bold=True)))
        total, room = max(sum(count for _, count, _ in poll.options), 1), max(self._room - 34, 6)
        for words, count, mine in poll.options:
            bar = "━" * round(count * min(room, 24) / total)
            line = Text(f"{'●' if mine else '○'} {fitted(words, 24)} ", self._ink("text"))
            line.append(bar, self._ink("read"))
            line.append(f" {count}", self._ink("quiet"))
            lines += self._wrapped(line)
        closed = self._wrapped(Text("This poll is closed.", self._ink("quiet"))) if poll.closed else []
        return lines + closed

    def _reactions(self, said: Said) -> Text:
        text = Text()
        for type, count, mine in said.reactions:
            text.append(f"\N{NO-BREAK SPACE}{emoji_of(type)}\N{NO-BREAK SPACE}{count}\N{NO-BREAK SPACE}",
                        self._ink("reaction-mine" if mine else "reaction"))  # fmt: skip
            text.append(" ")
        return text

    def _wrapped(self, text: Text, indent: int = GUTTER) -> list[Strip]:
        """A text as lines, with room before them."""
        text.stylize_before(text.style)  # Rich leaves the style of a text without spans to who prints it
        lines = text.wrap(self._console, self._width - indent - 1, overflow="fold")
        return [Strip([Segment(" " * indent), *self._segments(line)]) for line in lines]

    def _segments(self, line: Text) -> Iterable[Segment]:
        line.end = ""
        return line.render(self._console)


def summary(said: Said) -> str:
    """A message in a few words, for who replies to it or is asked whether to delete it."""
    return said.text or (said.attached[0] if said.attached else "") or (said.poll.question if said.poll else "message")
