"""What is watched: the channels of queries, as many as were asked for, and channels by name."""

from collections.abc import Sequence
from typing import Any

import attrs

from chatstate.ids import Cid
from chatstate.live import calls
from chatstate.live.calls import LARGEST_PAGE, Filter, Sort
from chatstate.live.errors import ApiError, CallFailed
from chatstate.live.rest import Call, Json
from chatstate.live.session import Session


@attrs.define(eq=False)
class Watch:
    """A query that is watched: as many of its channels as were asked for."""

    conditions: Filter
    sort: Sort
    messages: int
    cids: list[Cid] = attrs.field(factory=list)
    """The channels it found, in the order of its last answer."""
    wanted: int = 0
    """How many were asked for: after a break so many are looked for again, though there were fewer before."""
    complete: bool = False
    """Whether it found no more."""

    def page(self, offset: int, size: int, *, live: bool) -> Call:
        """The call for a page of it; ``live`` to be told from then on of what happens in its channels."""
        return calls.query_channels(
            self.conditions, self.sort, limit=size, offset=offset, messages=self.messages, watch=live
        )

    def note(self, found: Sequence[Cid], size: int) -> None:
        """A page of ``size`` held these channels."""
        known = set(self.cids)
        self.cids += [cid for cid in found if cid not in known]
        if len(found) < size or known.issuperset(found):
            self.complete = True

    def renew(self, before: Sequence[Cid], now: "Watch") -> None:
        """What was asked for ``before`` is this ``now``; what came meanwhile stays."""
        since = [cid for cid in self.cids if cid not in before and cid not in now.cids]
        self.cids, self.complete = now.cids + since, now.complete


class Watching:
    """All that is watched."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.watches: list[Watch] = []
        self.single: dict[Cid, None] = {}
        """Channels that are watched by name."""
        self.unwanted: set[Cid] = set()
        """Channels that a query may find, and that are not to be watched all the same."""

    async def begin(self, watch: Watch, limit: int) -> None:
        """Watch the first channels of a query. Raises ``LiveError``; what was found before that stays watched."""
        self.watches.append(watch)
        try:
            await self.more(watch, limit)
        except BaseException:
            if not watch.cids:
                self.watches.remove(watch)
            raise

    async def more(self, watch: Watch, limit: int) -> int:
        """Watch so many channels more. Answers how many came. Raises ``LiveError``."""
        before = len(watch.cids)
        watch.wanted = before + limit
        while len(watch.cids) < watch.wanted and not watch.complete:
            size = min(LARGEST_PAGE, watch.wanted - len(watch.cids))
            answer = await self._ask(lambda live, size=size: watch.page(len(watch.cids), size, live=live))
            found = cids_of(answer)
            watch.note(found, size)
            self.unwanted.difference_update(found)
        return len(watch.cids) - before

    async def one(self, cid: Cid, messages: int) -> None:
        """Watch a channel by name. Raises ``LiveError``."""
        known = cid in self.single
        self.single[cid] = None
        self.unwanted.discard(cid)
        try:
            await self._ask(lambda live: calls.query_channel(cid, messages={"limit": messages}, watch=live))
        except ApiError:
            if not known:
                self.single.pop(cid, None)
            raise

    async def new(self, type: str, id: str | None, data: Json) -> Cid:
        """Make a channel, and watch it by name. Raises ``LiveError``."""
        answer = await self._ask(lambda live: calls.create_channel(type, id, data, watch=live))
        cid = cid_of_entry(answer)
        if cid is None:
            raise CallFailed(f"POST /channels/{type}", "the answer names no channel")
        self.single[cid] = None
        self.unwanted.discard(cid)
        return cid

    async def _ask(self, call: Any) -> Json:
        """Make a call that watches, and take in what it answers.

        What was asked for through a connection that is gone nobody will tell of: it is asked for again through the one
        there is. While there is none, the next will ask.
        """
        while True:
            through = self._session.rest.connection_id
            try:
                answer = await self._session.load(call(through is not None))
            except ApiError:
                if self._session.rest.connection_id == through:
                    raise
                continue
            if self._session.rest.connection_id in (through, None):
                return answer

    def forget(self, cid: Cid) -> None:
        """Watch a channel no longer."""
        self.single.pop(cid, None)
        self.unwanted.add(cid)
        for watch in self.watches:
            if cid in watch.cids:
                watch.cids.remove(cid)


def entries_of(answer: Json) -> list[Json]:
    """The channels of an answer, with all that is told of each."""
    found: Any = answer.get("channels")
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def cid_of_entry(entry: Json) -> Cid | None:
    """Which channel it is about."""
    channel = entry.get("channel")
    cid = channel.get("cid") if isinstance(channel, dict) else None
    return Cid(cid) if isinstance(cid, str) else None


def cids_of(answer: Json) -> list[Cid]:
    """Which channels an answer is about."""
    return [cid for entry in entries_of(answer) if (cid := cid_of_entry(entry)) is not None]
