"""The screen: channels on the left, a conversation beside them, a thread or the people of the channel on the right."""

from collections.abc import Awaitable, Callable
from datetime import tzinfo
from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Key, Resize
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Footer, Input, Static

from chatstate.bindings.textual import bind
from chatstate.chat import looks
from chatstate.chat.conversation import Conversation
from chatstate.chat.deeds import Deeds
from chatstate.chat.messages import MessageList
from chatstate.chat.people import People
from chatstate.chat.prompts import Help
from chatstate.chat.rooms import RoomList, rooms, unread_rooms
from chatstate.chat.themes import DARK, LIGHT
from chatstate.chat.words import name_of, plain
from chatstate.live.client import Client
from chatstate.live.errors import LiveError
from chatstate.live.watching import Watch

ORDER = (("last_message_at", -1),)
CHANNELS, MORE = 30, 30
"""How many channels are asked for at first, and then at once."""

LATELY = 3.0
"""For how many seconds it is told that nothing is missing any more."""


class Chat(App[None]):
    """``chatstate chat``: what a client knows, on the screen."""

    TITLE = "chatstate chat"
    CSS_PATH = "chat.tcss"
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-middle"), (165, "-wide")]  # noqa: RUF012 (so has the base class)
    VERTICAL_BREAKPOINTS = [(0, "-low"), (34, "-high")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+k", "search", "search", priority=True),
        Binding("alt+up,ctrl+up", "neighbour(-1)", "channel above", show=False, priority=True),
        Binding("alt+down,ctrl+down", "neighbour(1)", "channel below", show=False, priority=True),
        Binding("ctrl+n", "next_unread", "next unread", priority=True),
        Binding("ctrl+p", "people", "people", priority=True),
        Binding("ctrl+t", "shade", "light/dark", show=False, priority=True),
        Binding("f1,question_mark", "help", "help", key_display="F1"),
        Binding("ctrl+q", "quit", "quit", show=False, priority=True),
    ]

    link: reactive[tuple[bool | None, bool]] = reactive((None, False))
    unread_in: reactive[int] = reactive(0)
    over: reactive[str] = reactive("")
    """Why there is no connection, and none will be."""

    def __init__(self, client: Client, *, light: bool = False, zone: tzinfo | None = None, cid: str | None = None):
        super().__init__()
        self.client = client
        self.deeds = Deeds(self)
        self._zone, self._first = zone, cid
        self._watch: Watch | None = None
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = LIGHT.name if light else DARK.name
        # Kept, not looked up: what a list tells last may arrive when the screen is no longer there.
        self.rooms = RoomList(id="rooms", zone=zone)
        self.channel = Conversation(client, id="channel", zone=zone)
        """The channel that is open."""
        self.thread = Conversation(client, id="thread", zone=zone)
        """The thread that is open."""

    def compose(self) -> ComposeResult:
        with Horizontal(id="body"):
            with Vertical(id="side"):
                yield Static(id="me")
                yield Input(placeholder="Search  Ctrl+K", id="search", compact=True)
                yield self.rooms
            with Vertical(id="middle"):
                yield Static(id="banner")
                yield self.channel
            yield self.thread
            yield People(id="people")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Show what is known, and ask for what is not."""
        store = self.client.store
        store.faults.subscribe(lambda fault: self.log.warning(str(fault)))  # for textual console: not onto the screen
        self.thread.display = False
        bind(self, "link", store.select(looks.link))
        bind(self, "unread_in", store.select(unread_rooms))
        self.rooms.lines = lines_of(self.size.height)
        self.rooms.show(store)
        self.channel.composer.paper.focus()
        self.do(self._begin)
        self.do(self._end)

    async def _begin(self) -> None:
        mine = {"members": {"$in": [self.client.me]}}
        self._watch = await self.client.watch(mine, sort=ORDER, limit=CHANNELS)
        known = self._first in self.client.store.channels
        first = self._first if known else next((channel.cid for channel in rooms("")(self.client.store)), None)
        if first is not None and self.channel.cid is None:
            self.open(first)
        if self._first is not None and not known:
            await self.client.watch_channel(self._first)
            self.open(self._first)

    async def _end(self) -> None:
        """Say so where the connection is over for good."""
        try:
            await self.client.closed()
        except LiveError as error:
            self.over = plain(str(error))

    def on_resize(self, event: Resize) -> None:
        """Give channels as many lines as there is room for."""
        for each in self.query(RoomList):  # there is none yet when the terminal first tells its size
            each.lines = lines_of(event.size.height)

    # What is on the screen

    @property
    def is_filled(self) -> bool:
        """Whether there is something to see: a channel with its messages, among others."""
        found = self.query(Conversation)
        return bool(found) and bool(found.first().messages.ids) and len(self.rooms.rooms) > 0

    @property
    def _floor(self) -> Screen[Any]:
        """The screen itself, whatever is laid over it."""
        return self.screen_stack[0]

    def open(self, cid: str) -> None:
        """Open a channel."""
        if cid != self.channel.cid:
            self.close_thread()
            self.channel.open(cid)
            self.rooms.opened = cid
            self.query_one(People).show(self.client.store, cid)
        self.channel.write()
        self.channel.read()

    def open_thread(self, cid: str, parent_id: str) -> None:
        """Open a thread beside its channel, or where there is no room, in its place."""
        self.thread.display = True
        self._floor.add_class("-thread")
        self.thread.open(cid, parent_id)
        self.thread.write()
        self.call_after_refresh(self.thread.read)

    def close_thread(self) -> None:
        """Close the thread."""
        self.thread.close()
        self.thread.display = False
        self._floor.remove_class("-thread")
        self.call_after_refresh(self.channel.read)  # it may have been behind

    def watch_link(self, before: tuple[bool | None, bool], link: tuple[bool | None, bool]) -> None:
        """Say how the connection is, where that is worth a word."""
        online, behind = link
        if self.over:
            self._say(f"○  {self.over}", "$error")
        elif online is False:
            self._say("○  Offline. Trying to connect again; what you write is sent then.", "$error")
        elif online and behind:
            self._say("◐  Connected again. Asking what was missed…", "$warning")
        elif before[1] and not behind:
            self._say("●  Nothing is missing any more.", "$success")
            self.set_timer(LATELY, lambda: self._say("", "") if self.link == (True, False) else None)
        else:
            self._say("", "")

    def watch_over(self) -> None:
        """Say that nothing will come any more."""
        self.watch_link(self.link, self.link)

    def _say(self, words: str, colour: str) -> None:
        banner = self.query_one("#banner", Static)
        banner.update(Content.assemble((f" {words} ", f"bold {colour}")))
        banner.display = bool(words)
        self.watch_unread_in()

    def watch_unread_in(self) -> None:
        """Say who I am, and how much there is to read."""
        user = self.client.store.me.user
        name = self.client.me if user is None else name_of(user)
        there = ("● ", "$success") if self.link[0] else ("○ ", "$text-muted")
        unread = f"  unread in {self.unread_in}" if self.unread_in else ""
        self.query_one("#me", Static).update(Content.assemble(" ", there, (name, "bold"), (unread, "$text-accent")))

    # Doing

    def do(self, work: Callable[[], Awaitable[Any]]) -> None:
        """Do something with the service, while the screen goes on; say what went wrong."""

        async def done() -> None:
            try:
                await work()
            except (LiveError, LookupError, ValueError) as error:  # what it was about may be gone meanwhile
                self.notify(plain(str(error)), severity="error", timeout=6, markup=False)

        # The function, not its coroutine: an app that ends would leave that unawaited.
        self.run_worker(done)  # type: ignore[arg-type]

    def on_conversation_deed(self, event: Conversation.Deed) -> None:
        """Do what a conversation asks for."""
        self.do(event.work)

    def on_conversation_closing(self, event: Conversation.Closing) -> None:
        """Close the thread; a channel stays."""
        if event.conversation is self.thread or self.thread.display:
            self.close_thread()
            self.channel.write()

    def on_message_list_deed(self, event: MessageList.Deed) -> None:
        """Do what was asked for with a message."""
        conversation = self.thread if event.messages is self.thread.messages else self.channel
        self.deeds.do(event.name, event.said, conversation)

    def on_room_list_chosen(self, event: RoomList.Chosen) -> None:
        """Open a channel."""
        self.open(event.cid)

    def on_room_list_deed(self, event: RoomList.Deed) -> None:
        """Do what was asked for with a channel."""
        self.deeds.do_with_channel(event.name, event.cid)

    def on_room_list_listed(self) -> None:
        """Where the open channel is gone, open another."""
        if self.channel.cid is not None and self.channel.cid not in self.client.store.channels:
            self.close_thread()
            self.channel.close()
            self.rooms.opened = None
            if self.rooms.rooms:
                self.open(self.rooms.rooms[0].cid)

    def on_room_list_ended(self) -> None:
        """Ask for more channels."""
        if self._watch is not None and not self._watch.complete:
            watch = self._watch
            self.do(lambda: self.client.watch_more(watch, MORE))

    # Searching

    def on_input_changed(self, event: Input.Changed) -> None:
        """List the channels that are meant."""
        self.rooms.show(self.client.store, event.value)

    def on_input_submitted(self) -> None:
        """Open the first that is meant."""
        if self.rooms.rooms:
            cid = self.rooms.rooms[0].cid
            self.query_one("#search", Input).value = ""
            self.open(cid)

    def on_key(self, event: Key) -> None:
        """From the search to the list, or back to writing."""
        search = self.query_one("#search", Input)
        if event.key == "escape" and self.focused in (search, self.rooms):
            search.value = ""
            self.channel.write()
        elif event.key == "down" and self.focused is search:
            self.rooms.focus()
            self.rooms.action_mark(0)

    def action_search(self) -> None:
        """Search among channels."""
        self.query_one("#search", Input).focus()
        self.on_room_list_ended()

    # Keys

    def action_neighbour(self, steps: int) -> None:
        """Open the channel above, or below."""
        cid = self.rooms.neighbour(steps)
        if cid is not None:
            self.open(cid)

    def action_next_unread(self) -> None:
        """Open the next channel with something unread in it."""
        cid = self.rooms.neighbour(1, unread=True)
        if cid is None:
            self.notify("Nothing is unread.", timeout=2)
        else:
            self.open(cid)

    def action_people(self) -> None:
        """Show who is in the channel, or no more."""
        self._floor.toggle_class("-people")

    def action_shade(self) -> None:
        """Light, or dark."""
        self.theme = DARK.name if self.theme == LIGHT.name else LIGHT.name

    def action_help(self) -> None:
        """Show every key."""
        self.push_screen(Help())

    def watch_app_focus(self, focus: bool) -> None:
        """Who comes back reads what came meanwhile."""
        if focus and self.is_running:
            for conversation in self.query(Conversation):
                conversation.read()


def lines_of(height: int) -> int:
    """How many lines each channel of the list has on a screen of that height."""
    return 1 if height < 34 else 2 if height < 48 else 3
