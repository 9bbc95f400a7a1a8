"""A conversation: a channel, or one of its threads, with its messages and where one writes."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import tzinfo
from typing import Any

from reactivex import abc
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from chatstate.bindings.textual import bind
from chatstate.chat import looks
from chatstate.chat.composer import Composer, Paper
from chatstate.chat.drawing import summary
from chatstate.chat.messages import MessageList
from chatstate.chat.words import fitted, mentioned, name_of, typing
from chatstate.live.client import Client
from chatstate.live.errors import LiveError
from chatstate.selectors import thread_typing_names, typing_names

OLDER = 50
"""Messages that are loaded at once."""


class Conversation(Vertical):
    """A channel or a thread on the screen; which one is all it keeps of it."""

    heading: reactive[Content] = reactive(Content(""))
    typing: reactive[tuple[str, ...]] = reactive(())
    hint: reactive[str] = reactive("")
    unread: reactive[int] = reactive(0)
    first_unread: reactive[str | None] = reactive(None)
    kept_unread: reactive[bool] = reactive(False)
    """Whether what is unread stays so although it is in view: somebody marked it."""

    class Deed(Message):
        """Something is to be done with the service."""

        def __init__(self, work: Callable[[], Awaitable[Any]]) -> None:
            super().__init__()
            self.work = work

    class Closing(Message):
        """Escape, where there is nothing left to cancel."""

        def __init__(self, conversation: "Conversation") -> None:
            super().__init__()
            self.conversation = conversation

    def __init__(self, client: Client, *, id: str, zone: tzinfo | None = None) -> None:
        super().__init__(id=id)
        self.client = client
        self.cid: str | None = None
        self.parent_id: str | None = None
        self.zone = zone
        self._bound: list[abc.DisposableBase] = []
        self._drafts: dict[tuple[str, str | None], str] = {}
        self._loading: set[str | None] = set()

    def compose(self) -> ComposeResult:
        yield Static(classes="heading")
        yield MessageList(id=f"{self.id}-messages", zone=self.zone, in_thread=self.id == "thread")
        yield Static(classes="typing")
        yield Composer(self._names, id=f"{self.id}-composer")

    @property
    def messages(self) -> MessageList:
        """The list."""
        return self.query_one(MessageList)

    @property
    def composer(self) -> Composer:
        """Where one writes."""
        return self.query_one(Composer)

    # Which one

    def open(self, cid: str, parent_id: str | None = None) -> None:
        """Show a channel, or the thread that hangs on a message of it."""
        if (cid, parent_id) == (self.cid, self.parent_id):
            return
        self.close()
        self.cid, self.parent_id = cid, parent_id
        store, messages = self.client.store, self.messages
        if parent_id is None:
            first = store.channel(cid).first_unread
            messages.show(store, lambda s: s.channel(cid).messages)
            messages.fresh = None if first is None else first.id
        else:
            messages.show(store, lambda s: [s.message(parent_id), *s.thread(parent_id).replies])
        self._bind(cid, parent_id)
        self.composer.begin(self._drafts.pop((cid, parent_id), ""))

    def _bind(self, cid: str, parent_id: str | None) -> None:
        """Follow what is shown beside the messages."""
        store = self.client.store
        told: dict[str, Callable[[Any], Any]] = {
            "heading": looks.channel_heading(cid) if parent_id is None else looks.thread_heading(cid),
            "typing": _names(typing_names(cid) if parent_id is None else thread_typing_names(parent_id)),
            "hint": looks.hint(cid, parent_id),
            "unread": looks.unread(cid, parent_id),
            "first_unread": looks.first_unread(cid, parent_id),
        }
        self._bound = [bind(self, name, store.select(function)) for name, function in told.items()]
        self._bound.append(bind(self.messages, "above", store.select(looks.above(cid, parent_id))))

    def close(self) -> None:
        """Show nothing; what was begun to be written is kept for the next time."""
        if self.cid is not None and self.composer.paper.text and self.composer.editing is None:
            self._drafts[self.cid, self.parent_id] = self.composer.paper.text
        for each in self._bound:
            each.dispose()
        self._bound, self.cid, self.parent_id, self.kept_unread = [], None, None, False
        self._loading.clear()
        self.messages.clear()
        self.composer.begin()

    def _names(self) -> Iterable[str]:
        """Who can be mentioned."""
        if self.cid is None:
            return []
        return [name_of(each.user) for each in self.client.store.channel(self.cid).members.values()]

    # What is shown beside the messages

    def watch_heading(self, heading: Content) -> None:
        """Say what it is called."""
        self.query_one(".heading", Static).update(heading)

    def watch_typing(self, names: tuple[str, ...]) -> None:
        """Say who is typing."""
        self.query_one(".typing", Static).update(Content(typing(names)))

    def watch_hint(self, hint: str) -> None:
        """Say what may be written."""
        self.composer.hint = hint

    # Reading

    @property
    def is_read(self) -> bool:
        """Whether somebody has the newest before their eyes."""
        here = self.app.app_focus and self.screen.is_current and all(node.display for node in self.ancestors_with_self)
        return self.cid is not None and here and self.messages.following and not self.kept_unread

    def read(self) -> None:
        """Tell that it has been read, if it was not and is now."""
        if self.unread and self.is_read and self.cid is not None:
            self._do(self.client.mark_read, self.cid, thread=self.parent_id)

    def watch_unread(self) -> None:
        """What comes before somebody's eyes is read."""
        self.read()

    def watch_first_unread(self, id: str | None) -> None:
        """The line stands above what came while nobody looked, until it is opened again."""
        if id is not None and not self.is_read:
            self.messages.fresh = id

    def on_message_list_followed(self) -> None:
        """The newest came into view."""
        self.read()

    # Older messages

    def on_message_list_wanting(self, event: MessageList.Wanting) -> None:
        """Load what is missing where the view is."""
        if self.cid is None or event.before in self._loading or not self._has_older(event.before):
            return
        self._loading.add(event.before)
        self._do(self._load, self.cid, self.parent_id, event.before)

    def _has_older(self, before: str | None) -> bool:
        store = self.client.store
        if before is not None:
            return True
        if self.parent_id is None:
            return self.cid is not None and store.channel(self.cid).has_older
        thread = store.thread(self.parent_id)
        return len(thread.replies) < thread.reply_count

    async def _load(self, cid: str, parent_id: str | None, before: str | None) -> None:
        try:
            if parent_id is not None:
                came = await self.client.load_replies(parent_id, limit=OLDER)
            else:
                came = await self.client.load_older(cid, before=before, limit=OLDER)
        except LiveError:
            self._loading.discard(before)
            raise
        if came and (cid, parent_id) == (self.cid, self.parent_id):  # what brings nothing is not asked for again
            self._loading.discard(before)

    # Writing

    def on_paper_struck(self) -> None:
        """Let others know that I write."""
        if self.cid is not None and self.composer.editing is None:
            self.client.keystroke(self.cid, parent_id=self.parent_id)

    def on_composer_submitted(self, event: Composer.Submitted) -> None:
        """Send what was written, or change what was said."""
        composer, cid = event.composer, self.cid
        if cid is None:
            return
        editing, quoting = composer.editing, composer.quoting
        composer.begin()
        named = mentioned(event.text, self._people(cid))
        fields: dict[str, Any] = {"mentioned_users": named} if named or editing is not None else {}
        if editing is not None:
            self._do(self.client.edit_message, editing, event.text, **fields)
            return
        if quoting is not None:
            fields["quoted_message_id"] = quoting
        self.kept_unread = False
        self.messages.follow()
        self._do(self.client.send_message, cid, event.text, parent_id=self.parent_id, **fields)

    def _do(self, work: Callable[..., Awaitable[Any]], *about: Any, **more: Any) -> None:
        """Have something done, while the screen goes on."""
        self.post_message(self.Deed(lambda: work(*about, **more)))

    def _people(self, cid: str) -> Iterable[tuple[str, str]]:
        members = self.client.store.channel(cid).members
        return [(each.user_id, name_of(each.user)) for each in members.values()]

    def on_paper_up(self) -> None:
        """To the messages."""
        if self.messages.ids:
            self.messages.focus()
            self.messages.chosen = self.messages.ids[-1]

    def on_paper_paged(self, event: Paper.Paged) -> None:
        """Scroll the messages, while one goes on writing."""
        self.messages.scroll_pages(event.pages)

    def on_paper_left(self) -> None:
        """Cancel; where there is nothing to cancel, go back to the newest, or close."""
        if self.composer.quoting or self.composer.editing:
            self.composer.begin()
        elif not self.messages.following:
            self.messages.follow()
        else:
            self.post_message(self.Closing(self))

    def on_message_list_left(self) -> None:
        """Back to writing, from below the newest."""
        self.write()

    def write(self) -> None:
        """Let the keys go to where one writes."""
        self.messages.chosen = None
        self.composer.paper.focus()

    def reply(self, id: str) -> None:
        """Reply to a message, quoting it."""
        said = self.messages.said(id)
        if said is not None:
            words = fitted(summary(said), 60).rstrip()
            self.composer.begin(self.composer.paper.text, about=f"↳ {said.author}: {words}", quoting=id)
            self.composer.paper.focus()

    def edit(self, id: str) -> None:
        """Say a message in other words."""
        said = self.messages.said(id)
        if said is not None and said.own:
            self.composer.begin(said.text, about="✎ editing", editing=id)
            self.composer.paper.focus()


def _names(function: Callable[[Any], list[str]]) -> Callable[[Any], tuple[str, ...]]:
    return lambda store: tuple(function(store))
