"""Where messages stand: in their channel's timeline, in a thread, among the pins, or offstage."""

from chatstate.ids import MessageId, UserId
from chatstate.model import Message
from chatstate.state.table import Entry, Index, Table, Undo


class Messages(Table[MessageId, Message]):
    """The table of the messages, whose commonest write, a new plain message, takes no detour."""

    __slots__ = ("places",)

    def __init__(self, name: str, log: list[Undo]) -> None:
        super().__init__(name, log)
        self.places = Places()
        self.indexes.append(self.places)
        self.moving.append(self.places)
        self.lines += self.places.lines

    def add_newest(self, row: Message) -> None:
        """Put a message that is not here yet and stands in its channel's timeline alone. O(1) for the newest."""
        key = row.id
        self.log.append((self, key, None))
        _set(self, key, row)
        entry = (row.created_at, row.sent_at, key)
        line = self.places.timeline.groups.get(row.cid)
        if line is not None and entry > line[-1]:
            line.append(entry)
        else:
            self.places.timeline.put_in(row.cid, entry)


_set = dict.__setitem__


class Places:
    """The four indexes of the messages, moved by one hand.

    Nearly every message is plain: it stands in the timeline and nowhere else, and changes without moving.
    """

    __slots__ = ("me", "offstage", "pins", "replies", "timeline")

    def __init__(self) -> None:
        self.me: UserId | None = None
        self.timeline = Index(self._in_timeline)
        self.replies = Index(self._in_thread)
        self.pins = Index(self._in_pins)
        self.offstage = Index(self._offstage)

    @property
    def lines(self) -> tuple[Index[MessageId, Message], ...]:
        """The four."""
        return self.timeline, self.replies, self.pins, self.offstage

    def rebuild(self, messages: Table[MessageId, Message], me: UserId | None) -> None:
        """Place every message anew, as ``me`` may see it."""
        self.me = me
        for index in self.lines:
            index.groups.clear()
        for id, message in messages.items():
            self.moved(id, None, message)

    def moved(self, key: MessageId, before: Message | None, after: Message | None) -> None:
        """Follow one write to the messages."""
        if after is not None and is_plain(after):
            if before is None:
                self.timeline.put_in(after.cid, after.order)
                return
            if is_plain(before) and before.created_at == after.created_at:
                return
        for index in self.lines:
            index.moved(key, before, after)

    def visible(self, message: Message) -> bool:
        """Whether I may see it: not what a shadow-banned author sent to others, nor what is restricted to others."""
        if message.user_id == self.me:
            return True
        return not message.shadowed and (not message.restricted_visibility or self.me in message.restricted_visibility)

    def _in_timeline(self, id: MessageId, message: Message) -> Entry | None:
        if message.thread_only or not self.visible(message):
            return None
        return message.cid, message.order

    def _in_thread(self, id: MessageId, message: Message) -> Entry | None:
        if message.parent_id is None or not self.visible(message):
            return None
        return message.parent_id, message.order

    def _in_pins(self, id: MessageId, message: Message) -> Entry | None:
        if not message.pinned or message.deleted_at is not None or not self.visible(message):
            return None
        return message.cid, (message.pinned_at or message.created_at, id)

    def _offstage(self, id: MessageId, message: Message) -> Entry | None:
        """What belongs to a channel without standing in its timeline."""
        return None if self._in_timeline(id, message) else (message.cid, message.order)


def is_plain(message: Message) -> bool:
    """Whether a message stands in its channel's timeline and nowhere else."""
    return (
        message.parent_id is None and not message.pinned and not message.shadowed and not message.restricted_visibility
    )
