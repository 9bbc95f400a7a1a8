"""What is here of a channel, asked for again where nobody tells what happened in it meanwhile.

Its newest page comes with the channel. This is the rest: the messages that are older than the page and here all the
same, the threads, and the members whom the answer does not name.
"""

from collections.abc import Iterable
from typing import Any

from chatstate.clock import NEVER, Timestamp, format, parse
from chatstate.ids import Cid, MessageId, UserId
from chatstate.live import calls
from chatstate.live.asking import Asking
from chatstate.live.history import take_replies
from chatstate.live.rest import Json
from chatstate.live.session import Session
from chatstate.live.vanished import strangers, threads_in, vanished


class Refreshing:
    """Asks again for what is here. Each answers whether it could: a call may be refused for good, which is reported."""

    def __init__(self, session: Session, asking: Asking) -> None:
        self._session, self._asking = session, asking

    async def channel(self, cid: Cid, entry: Json) -> bool:
        """The rest of a channel of which ``entry`` was told, and taken in."""
        done = await self.older(cid, entry.get("messages"))
        await self.members(cid, entry)
        for parent_id in threads_in(self._session.store.state, cid):
            done = await self.thread(parent_id) and done
        return done

    async def older(self, cid: Cid, page: Any) -> bool:
        """The messages that are here and older than those of a page; what lies between may stay a gap."""
        state, size = self._session.store.state, calls.LARGEST_HISTORY
        bound = self._newest_before(cid, _first(page))
        while bound is not None:
            heard, asked = self._session.heard, {"limit": size, "created_at_before_or_equal": format(bound)}
            answer = await self._asking.insist(calls.query_channel(cid, messages=asked))
            if answer is None:
                return False
            page = answer.get("messages")
            with self._session.store.batch():
                self.let_go(vanished(state, state.timeline.of(cid), page, heard, size, bound), heard)
                self._session.settle(answer, after=heard, asked={"messages": asked})
            if not isinstance(page, list) or len(page) < size:
                return True
            bound = self._newest_before(cid, min(_first(page), bound))
        return True

    async def thread(self, parent_id: MessageId) -> bool:
        """The newest replies of a thread; one whose parent is not here may be gone with it."""
        session, size = self._session, calls.LARGEST_THREAD
        state, heard = session.store.state, session.heard
        answer = await self._asking.insist(calls.replies(parent_id, {"limit": size}))
        if answer is None:
            return parent_id not in state.messages
        page = answer.get("messages")
        with session.store.batch():
            self.let_go(vanished(state, state.replies.of(parent_id), page, heard, size), heard)
            take_replies(session, parent_id, answer, heard)
        return True

    async def members(self, cid: Cid, entry: Json) -> None:
        """The members who are here and whom an entry does not name have left, if it names all; else they are asked for.

        Where the service does not tell of members, those who are here stay.
        """
        listed, heard = entry.get("members"), self._session.heard
        left = strangers(self._session.store.state, cid, listed)
        if isinstance(listed, list) and len(listed) == self._session.store.channel(cid).member_count:
            self._leave(cid, left, heard)
            return
        for some in (left[start : start + 100] for start in range(0, len(left), 100)):
            heard = self._session.heard
            answer = await self._asking.insist(calls.query_members(cid, {"id": {"$in": some}}, limit=100))
            if answer is not None:
                found = answer.get("members")
                self._session.settle({"channel": {"cid": cid}, "members": found}, after=heard)
                still_left = set(strangers(self._session.store.state, cid, found))
                self._leave(cid, [id for id in some if id in still_left], heard)

    def let_go(self, ids: Iterable[MessageId], heard: Timestamp) -> None:
        """Messages went that nobody told of."""
        for id in ids:
            if id not in self._session.store.expected:
                self._session.tell("local.vanished", {"message_id": id}, at=heard)

    def _leave(self, cid: Cid, ids: Iterable[UserId], heard: Timestamp) -> None:
        with self._session.store.batch():
            for id in ids:
                self._session.learn(self._session.event("member.removed", cid, at=heard, user={"id": id}))

    def _newest_before(self, cid: Cid, moment: Timestamp) -> Timestamp | None:
        """When the newest message here was created that the service told of and that is older than ``moment``."""
        expected = self._session.store.expected
        timeline = self._session.store.state.timeline.of(cid)
        for place in reversed(range(timeline.until((moment,)))):
            created_at, _, id = timeline[place]
            if id not in expected:
                found: Timestamp = created_at
                return found
        return None


def _first(page: Any) -> Timestamp:
    """When the first message of a page was created; with none in it, nothing is older."""
    told = [each.get("created_at") for each in page if isinstance(each, dict)] if isinstance(page, list) else []
    return min(map(_time, told), default=NEVER)


def _time(told: Any) -> Timestamp:
    try:
        return parse(told)
    except (TypeError, ValueError):
        return NEVER
