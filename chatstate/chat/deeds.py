"""What keys do with a message that is chosen."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from chatstate.chat.conversation import Conversation
from chatstate.chat.drawing import summary
from chatstate.chat.prompts import Confirm, Details, Reactions
from chatstate.chat.said import Said
from chatstate.chat.words import EMOJI, emoji_of, fitted, listed, local, name_of
from chatstate.live.calls import channel_path

if TYPE_CHECKING:
    from chatstate.chat.app import Chat


class Deeds:
    """Deeds by their names; each is done by the client, and shows by itself."""

    def __init__(self, chat: "Chat") -> None:
        self._chat = chat
        self._client = chat.client

    def do(self, name: str, said: Said, where: Conversation) -> None:
        """Do something with a message."""
        if name.startswith("react "):
            self._react(said, list(EMOJI)[int(name.partition(" ")[2]) - 1])
            return
        deeds: dict[str, Callable[[Said, Conversation], object]] = {
            "reply": lambda said, where: where.reply(said.id),
            "edit": lambda said, where: where.edit(said.id),
            "thread": self._thread,
            "react": self._choose,
            "delete": self._delete,
            "unread": self._unread,
            "pin": self._pin,
            "details": self._details,
            "copy": self._copy,
            "retry": lambda said, where: self._do(self._client.retry, said.id),
        }
        deeds[name](said, where)

    def do_with_channel(self, name: str, cid: str) -> None:
        """Mute, pin or hide a channel, or do so no longer."""
        channel = self._client.store.channel(cid)
        if name == "mute":
            path = f"/moderation/{'unmute' if channel.muted else 'mute'}/channel"
            self._do(self._client.call, "POST", path, {"channel_cids": [cid]})
        elif name == "pin":
            path = channel_path(cid, "member")
            self._do(self._client.call, "PATCH", path, {"set": {"pinned": channel.pinned_at is None}})
        elif name == "hide":
            self._do(self._client.hide, cid)

    def _do(self, work: Callable[..., Awaitable[Any]], *about: Any, **more: Any) -> None:
        self._chat.do(lambda: work(*about, **more))

    def _thread(self, said: Said, where: Conversation) -> None:
        """Open the thread of a message; of a reply, the one it stands in."""
        parent_id = self._client.store.message(said.id).parent_id or said.id
        if where.cid is not None:
            self._chat.open_thread(where.cid, parent_id)

    def _choose(self, said: Said, where: Conversation) -> None:
        mine = [type for type, _, own in said.reactions if own]
        self._chat.push_screen(Reactions(mine), lambda type: self._react(said, type) if type else None)

    def _react(self, said: Said, type: str) -> None:
        """React, or take that reaction back."""
        given = any(own for each, _, own in said.reactions if each == type)
        self._do(self._client.unreact if given else self._client.react, said.id, type)

    def _delete(self, said: Said, where: Conversation) -> None:
        def answered(sure: bool | None) -> None:
            if sure:
                self._do(self._client.delete_message, said.id)

        self._chat.push_screen(Confirm("Delete this message?", fitted(summary(said), 60).rstrip()), answered)

    def _unread(self, said: Said, where: Conversation) -> None:
        if where.cid is not None:
            where.kept_unread = True
            where.messages.fresh = said.id
            self._do(self._client.mark_unread, where.cid, said.id)

    def _pin(self, said: Said, where: Conversation) -> None:
        self._do(self._client.unpin_message if said.pinned else self._client.pin_message, said.id)

    def _copy(self, said: Said, where: Conversation) -> None:
        self._chat.copy_to_clipboard(said.text)
        self._chat.notify("Copied.", timeout=2)

    def _details(self, said: Said, where: Conversation) -> None:
        message = self._client.store.message(said.id)
        lines = [("from", said.author), ("at", f"{local(said.at, where.zone):%A, %d %B %Y, %H:%M:%S}")]
        if message.edited_at is not None:
            lines.append(("edited", f"{local(message.edited_at, where.zone):%A, %d %B %Y, %H:%M:%S}"))
        lines += [
            (emoji_of(type), listed([name_of(each.user) for each in message.reactions if each.type == type]))
            for type in message.reaction_counts
        ]
        if message.channel is not None and message.parent_id is None:
            readers, reached = message.channel.reads_of(message), message.channel.deliveries_of(message)
            lines.append(("read by", listed([name_of(user) for user in readers]) or "nobody yet"))
            waiting = [name_of(user) for user in reached if user not in readers]
            lines += [("reached", listed(waiting))] if waiting else []
        self._chat.push_screen(Details(lines))
