"""Who is in a channel, and what is pinned in it."""

from typing import Any

from reactivex import abc
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from chatstate.bindings.textual import bind
from chatstate.chat.looks import About, Person, about
from chatstate.chat.words import fitted
from chatstate.store import Store

QUIET = "$foreground 60%"
MOST = 100
"""People that are listed."""


class People(VerticalScroll, can_focus=False):
    """The people of a channel, those who are there first."""

    about: reactive[About] = reactive(About())

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._bound: abc.DisposableBase | None = None

    def compose(self) -> ComposeResult:
        yield Static()

    def show(self, store: Store, cid: str) -> None:
        """Show those of a channel."""
        if self._bound is not None:
            self._bound.dispose()
        self._bound = bind(self, "about", store.select(about(cid)))

    def watch_about(self, about: About) -> None:
        """Draw them."""
        here = [person for person in about.people if person.online]
        away = [person for person in about.people if not person.online]
        lines: list[Content] = []
        if about.pins:
            lines += [_head("Pinned", len(about.pins)), *(_pin(*pin) for pin in about.pins[:5]), Content("")]
        if here:
            lines += [_head("Here", len(here)), *map(_line, here[:MOST]), Content("")]
        if away:
            lines += [_head("Away", max(len(away), about.member_count - len(here))), *map(_line, away[:MOST])]
        self.query_one(Static).update(Content("\n").join(lines))


def _head(words: str, count: int) -> Content:
    return Content.assemble((f"{words} ", "bold"), (f"{count}", QUIET))


def _line(person: Person) -> Content:
    sign: tuple[str, str] = ("● ", "$success") if person.online else ("○ ", QUIET)
    more: Any = "  you" if person.me else f"  {person.role}" if person.role else ""
    return Content.assemble(sign, (person.name, "" if person.online else QUIET), (more, QUIET))


def _pin(author: str, text: str) -> Content:
    return Content.assemble(("📌 ", ""), (author.split()[0], "bold"), f" {fitted(text, 60).rstrip()}")
