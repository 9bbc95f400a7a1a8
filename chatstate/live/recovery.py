"""What is watched, and how it is made right again after the socket was away.

First the watched channels are asked for anew, so that the service tells of them from then on; then what happened
meanwhile; and what happened is taken in before the answers, so that a page of messages touches what is here. Frames go
on arriving and are applied as they come: the store's laws see to it that nothing is lost or counted twice by that.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import Any

import attrs

from chatstate.clock import NEVER, SECOND, Timestamp
from chatstate.ids import Cid, MessageId
from chatstate.live import calls
from chatstate.live.calls import LARGEST_PAGE, SYNCED_AT_ONCE, Filter, Sort
from chatstate.live.connection import back_off
from chatstate.live.errors import ApiError, LiveError
from chatstate.live.history import take_replies
from chatstate.live.rest import Call, Json
from chatstate.live.session import Session
from chatstate.live.vanished import doubtful_threads, vanished, vanished_replies

THIRTY_DAYS = 30 * 86_400 * SECOND
"""The service remembers no longer what happened."""

OVERLAP = 10 * SECOND
"""How much of what was heard is asked for again: a frame may have been late when the socket broke."""


@attrs.define(eq=False)
class Watch:
    """A query that is watched: as many of its channels as were asked for."""

    conditions: Filter
    sort: Sort
    messages: int
    cids: list[Cid] = attrs.field(factory=list)
    """The channels it found, in the order of its last answer."""
    complete: bool = False
    """Whether it found no more."""


class Watching:
    """All that is watched."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.watches: list[Watch] = []
        self.single: dict[Cid, None] = {}
        """Channels that are watched by name."""

    async def more(self, watch: Watch, limit: int) -> int:
        """Watch so many channels more. Answers how many came. Raises ``LiveError``."""
        wanted = len(watch.cids) + limit
        before = len(watch.cids)
        while len(watch.cids) < wanted and not watch.complete:
            size = min(LARGEST_PAGE, wanted - len(watch.cids))
            answer = await self._session.load(_page(watch, len(watch.cids), size, live=self.is_up))
            _note(watch, _cids(answer), size)
        return len(watch.cids) - before

    @property
    def is_up(self) -> bool:
        """Whether there is a connection to be told through."""
        return self._session.rest.connection_id is not None

    def forget(self, cid: Cid) -> None:
        """Watch a channel no longer."""
        self.single.pop(cid, None)
        for watch in self.watches:
            if cid in watch.cids:
                watch.cids.remove(cid)


def _page(watch: Watch, offset: int, size: int, *, live: bool) -> Call:
    return calls.query_channels(
        watch.conditions, watch.sort, limit=size, offset=offset, messages=watch.messages, watch=live
    )


def _entries(answer: Json) -> list[Json]:
    found: Any = answer.get("channels")
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def _cids(answer: Json) -> list[Cid]:
    channels = [entry.get("channel") for entry in _entries(answer)]
    return [Cid(each["cid"]) for each in channels if isinstance(each, dict) and isinstance(each.get("cid"), str)]


def _note(watch: Watch, found: Sequence[Cid], size: int) -> None:
    known = set(watch.cids)
    watch.cids += [cid for cid in found if cid not in known]
    if len(found) < size or known.issuperset(found):
        watch.complete = True


@attrs.frozen
class Page:
    """An answer to a query: how late it was there when it was asked for, and how many messages it may hold of each."""

    answer: Json
    heard: Timestamp
    size: int


class Recovery:
    """Makes the state right after the socket was away since ``since``; the service remembers ``oldest``, or later.

    A call that fails is made again, later and later, and reported; one that is refused for good is reported and left
    out. Cancel it when the socket is gone again.
    """

    def __init__(
        self,
        session: Session,
        watching: Watching,
        *,
        since: Timestamp,
        oldest: Timestamp = NEVER,
        chance: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._session, self._watching = session, watching
        earlier = max(oldest, Timestamp(since - OVERLAP))
        self._sinces = [since, earlier] if NEVER < earlier < since else [since]
        """From when on to ask what happened: the last is tried first, the one before where that is too much."""
        self._chance, self._sleep = chance, sleep
        self._here = set(session.store.channels)
        self._synced: set[str] = set()

    async def run(self) -> None:
        """Ask for everything that may have changed, and take it in."""
        held: list[Page] = []
        waiting: list[Cid] = []
        found: set[Cid] = set()
        async for page in self._answers(found):
            held.append(page)
            waiting += [cid for cid in _cids(page.answer) if cid in self._here and cid not in self._synced]
            if len(waiting) >= SYNCED_AT_ONCE:
                await self._settle(waiting, held)
                held, waiting = [], []
        await self._settle(waiting, held)
        others = [Cid(cid) for cid in self._session.store.channels if cid in self._here and cid not in self._synced]
        for some in _parts(others, SYNCED_AT_ONCE):
            await self._sync(some)

    async def _answers(self, found: set[Cid]) -> AsyncIterator[Page]:
        """Every page of what was watched."""
        wanted: list[Cid] = []
        for watch in list(self._watching.watches):
            before = list(watch.cids)
            async for page in self._again(watch):
                found.update(_cids(page.answer))
                yield page
            wanted += before
        wanted += self._watching.single
        missing = list(dict.fromkeys(cid for cid in wanted if cid not in found))
        for some in _parts(missing, LARGEST_PAGE):  # pages shift while they are turned, and single ones are in none
            heard = self._session.heard
            answer = await self._insist(calls.query_channels({"cid": {"$in": some}}, (), limit=LARGEST_PAGE))
            if answer is not None:
                found.update(_cids(answer))
                yield Page(answer, heard, calls.MESSAGES)

    async def _again(self, watch: Watch) -> AsyncIterator[Page]:
        """The pages of one query, as far as it had come."""
        wanted, fresh = len(watch.cids), Watch(watch.conditions, watch.sort, watch.messages)
        while len(fresh.cids) < wanted and not fresh.complete:
            heard = self._session.heard
            answer = await self._insist(_page(watch, len(fresh.cids), LARGEST_PAGE, live=True))
            if answer is None:
                return
            _note(fresh, _cids(answer), LARGEST_PAGE)
            yield Page(answer, heard, watch.messages)
        watch.cids, watch.complete = fresh.cids, fresh.complete

    async def _settle(self, cids: Iterable[Cid], pages: Iterable[Page]) -> None:
        """Take in what happened in these channels, then how they are now."""
        for some in _parts(list(dict.fromkeys(cids)), SYNCED_AT_ONCE):
            await self._sync(some)
        for page in pages:
            with self._session.store.batch() as store:
                for entry in _entries(page.answer):
                    self._let_go(vanished(store.state, entry, page.heard, page.size), page.heard)
                store.load(page.answer, after=page.heard, asked={"message_limit": page.size})
            for parent_id in doubtful_threads(self._session.store.state, _cids(page.answer)):
                await self._check_thread(parent_id)

    def _let_go(self, ids: Iterable[MessageId], heard: Timestamp) -> None:
        """Messages went that nobody told of."""
        for id in ids:
            if id not in self._session.store.expected:
                self._session.tell("local.vanished", {"message_id": id}, at=heard)

    async def _check_thread(self, parent_id: MessageId) -> None:
        """Find out which replies of a thread are still there."""
        heard, size = self._session.heard, calls.LARGEST_THREAD
        answer = await self._insist(calls.replies(parent_id, {"limit": size}))
        if answer is not None:
            state = self._session.store.state
            self._let_go(vanished_replies(state, parent_id, answer.get("messages"), heard, size), heard)
            take_replies(self._session.store, parent_id, answer, heard)

    async def _sync(self, cids: Sequence[Cid]) -> bool:
        """Take in what happened in channels, half of them at a time where it is too much for one answer.

        Answers whether anything was told: where the first half is told nothing, the service does not know so far back.
        """
        self._synced.update(cids)
        since = self._sinces[-1]
        if since == NEVER or self._session.heard - since >= THIRTY_DAYS:
            return False
        try:
            answer = await self._persist(calls.sync(cids, since))
        except ApiError as error:
            if len(self._sinces) > 1:
                self._sinces.pop()
                return await self._sync(cids)
            half = len(cids) // 2
            if half:
                return await self._sync(cids[:half]) and await self._sync(cids[half:])
            self._session.report(f"what happened in {cids[0]} meanwhile is not told", error)
            return False
        self._session.store.load({"events": answer.get("events", [])})
        gone = answer.get("inaccessible_cids")
        for cid in gone if isinstance(gone, list) else []:
            if cid in self._session.store.channels:
                event = self._session.event("notification.removed_from_channel", cid, at=self._session.stamp())
                self._session.learn(event)
        return True

    async def _insist(self, call: Call) -> Json | None:
        """Make a call until it is answered; None where it is refused for good, which is reported."""
        try:
            return await self._persist(call)
        except ApiError as error:
            self._session.report("what was watched cannot be asked for again", error)
            return None

    async def _persist(self, call: Call) -> Json:
        """Make a call until it is answered. Raises ``ApiError`` where it is refused for good."""
        attempt = 0
        while True:
            try:
                return await self._session.ask(call)
            except LiveError as error:
                if isinstance(error, ApiError) and 400 <= error.status < 500 and error.status not in (408, 425, 429):
                    raise
                attempt += 1
                self._session.report("recovering, to be tried again", error)
            await self._sleep(back_off(attempt, self._chance()))


def _parts(cids: Sequence[Cid], size: int) -> list[list[Cid]]:
    return [list(cids[start : start + size]) for start in range(0, len(cids), size)]
