"""What was before, asked for page by page. Each page holds a message that is here, so that it leaves no gap there."""

from typing import Any

from chatstate.clock import Timestamp
from chatstate.ids import Cid, MessageId
from chatstate.live import calls
from chatstate.live.calls import Filter
from chatstate.live.rest import Json
from chatstate.live.session import Session


class History:
    """Pages of messages, replies and members. All raise ``LiveError``."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._reached: dict[MessageId, MessageId] = {}
        """Down to which reply the pages of each thread have come."""

    async def older(self, cid: Cid, before: MessageId | None, limit: int) -> int:
        """A page of messages up to one that is here; the oldest where none is named."""
        state = self._session.store.state
        edge = before or next(state.timeline.ids(cid), None)
        return await self._page(cid, {"limit": limit} if edge is None else {"limit": limit, "id_lt": edge})

    async def newer(self, cid: Cid, after: MessageId | None, limit: int) -> int:
        """A page of messages from one that is here on; the newest where none is named."""
        edge = after or next((entry[-1] for entry in reversed(self._session.store.state.timeline.of(cid))), None)
        return await self._page(cid, {"limit": limit} if edge is None else {"limit": limit, "id_gt": edge})

    async def _page(self, cid: Cid, asked: Json) -> int:
        """Take in a page; how far it goes is told by what was asked. Answers how many messages came."""
        answer = await self._session.load(calls.query_channel(cid, messages=asked))
        return len(_ids(answer, "messages"))

    async def replies(self, parent_id: MessageId, limit: int) -> int:
        """A page of a thread's replies: the newest, then those before. Others of them may be here by themselves."""
        session, reached = self._session, self._reached.get(parent_id)
        state, heard = session.store.state, session.heard
        known = reached is not None and reached in state.messages
        answer = await session.ask(calls.replies(parent_id, {"limit": limit} | ({"id_lt": reached} if known else {})))
        take_replies(session, parent_id, answer, heard)
        ids = _ids(answer, "messages")
        if ids:
            self._reached[parent_id] = ids[0]
        return len(ids)

    async def members(self, cid: Cid, conditions: Filter, limit: int, offset: int) -> int:
        """A page of a channel's members."""
        heard = self._session.heard
        answer = await self._session.ask(calls.query_members(cid, conditions, limit=limit, offset=offset))
        self._session.settle({"channel": {"cid": cid}, "members": answer.get("members")}, after=heard)
        found = answer.get("members")
        return len(found) if isinstance(found, list) else 0


def take_replies(session: Session, parent_id: MessageId, answer: Json, heard: Timestamp) -> None:
    """Take in a page of a thread's replies, asked for after ``heard``."""
    parent, listed = session.store.state.messages.get(parent_id), answer.get("messages")
    told = [each.get("cid") for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    cid = parent.cid if parent is not None else next(iter(told), None)
    if cid is not None:
        thread = {"parent_message_id": parent_id, "channel_cid": cid, "latest_replies": listed}
        session.settle({"thread": thread}, after=heard)


def _ids(answer: Json, key: str) -> list[Any]:
    found = answer.get(key)
    return [each.get("id") for each in found if isinstance(each, dict)] if isinstance(found, list) else []
