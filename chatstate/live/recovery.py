"""What is here, made right again after the socket was away.

First the watched channels are asked for anew, so that the service tells of them from then on; then what happened
meanwhile; and what happened is taken in before the answers, so that a page of messages touches what is here. Where the
service does not tell what happened, because it was too long ago or too much, all that is here of a channel is asked
for again. Frames go on arriving and are applied as they come: the store's laws see to it that nothing is lost or
counted twice by that.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence

import attrs

from chatstate.clock import NEVER, SECOND, Timestamp
from chatstate.errors import Fault
from chatstate.ids import Cid
from chatstate.live import calls
from chatstate.live.asking import Asking
from chatstate.live.calls import LARGEST_PAGE, SYNCED_AT_ONCE
from chatstate.live.errors import ApiError
from chatstate.live.refreshing import Refreshing
from chatstate.live.rest import Json
from chatstate.live.session import Session
from chatstate.live.vanished import doubtful_threads, vanished
from chatstate.live.watching import Watch, Watching, cid_of_entry, cids_of, entries_of

THIRTY_DAYS = 30 * 86_400 * SECOND
"""The service remembers no longer what happened."""

ATTEMPTS = 5
"""How often all is asked for again where some of it is refused for good, before that is left as it was."""

OVERLAP = 10 * SECOND
"""How much of what was heard is asked for again: a frame may have been late when the socket broke."""


@attrs.frozen
class Page:
    """An answer to a query: how late it was there when it was asked for, and how many messages it may hold of each."""

    answer: Json
    heard: Timestamp
    size: int


class Recovery:
    """Makes the state right after the socket was away since ``since``; the service remembers ``oldest``, or later.

    A call that fails is made again, later and later, and reported; what is refused for good time after time is left as
    it was, which is reported too. Cancel it when the socket is gone again.
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
        self._asking = Asking(session, chance=chance, sleep=sleep)
        earlier = max(oldest, Timestamp(since - OVERLAP))
        self._sinces = [since, earlier] if NEVER < earlier < since else [since]

    async def run(self) -> None:
        """Ask for everything that may have changed, and take it in, until nothing is in doubt."""
        for attempt in range(1, ATTEMPTS + 1):
            if await Attempt(self._session, self._watching, self._asking, list(self._sinces)).run():
                return
            if attempt < ATTEMPTS:
                await self._asking.pause(attempt)
        self._session.store.report(Fault(problem="what the service refuses to tell of stays as it was"))


class Attempt:
    """One attempt at it. ``sinces`` are the times to ask from what happened: the last first, then those before."""

    def __init__(self, session: Session, watching: Watching, asking: Asking, sinces: list[Timestamp]) -> None:
        self._session, self._watching, self._asking, self._sinces = session, watching, asking, sinces
        self._refreshing = Refreshing(session, asking)
        self._here = set(session.store.channels)
        self._synced: set[Cid] = set()
        """Channels of which it was asked what happened."""
        self._told: set[Cid] = set()
        """Those of them for which it was told."""
        self._right: set[Cid] = set()
        self._refused = False
        """Whether a query by name was."""

    async def run(self) -> bool:
        """Ask for everything, and take it in. Answers whether all that was here is right now."""
        held: list[Page] = []
        waiting: list[Cid] = []
        found: set[Cid] = set()
        async for page in self._watched(found):
            held.append(page)
            waiting += [cid for cid in cids_of(page.answer) if cid in self._here and cid not in self._synced]
            if len(waiting) >= SYNCED_AT_ONCE:
                await self._settle(waiting, held)
                held, waiting = [], []
        await self._settle(waiting, held)
        for cid in found & self._watching.unwanted:
            await self._asking.insist(calls.stop_watching(cid))
        others = [Cid(cid) for cid in self._session.store.channels if cid in self._here and cid not in self._synced]
        for some in _parts(others, SYNCED_AT_ONCE):
            await self._sync(some)
        await self._ask_of_the_untold([cid for cid in others if cid not in self._told])
        return not self._refused and self._here <= self._right | self._told

    async def _watched(self, found: set[Cid]) -> AsyncIterator[Page]:
        """Every page of what was watched."""
        wanted: list[Cid] = []
        for watch in list(self._watching.watches):
            wanted += watch.cids
            async for page in self._again(watch):
                found.update(cids_of(page.answer))
                yield page
        wanted += self._watching.single
        # Pages shift while they are turned, what a query found it may find no longer, and single ones are in none.
        missing = [cid for cid in dict.fromkeys(wanted) if cid not in found | self._watching.unwanted]
        async for page in self._by_name(missing, watch=True):
            found.update(cids_of(page.answer))
            yield page

    async def _again(self, watch: Watch) -> AsyncIterator[Page]:
        """The pages of one query, as far as it was asked for."""
        before, now = list(watch.cids), Watch(watch.conditions, watch.sort, watch.messages)
        while len(now.cids) < max(len(before), watch.wanted) and not now.complete:
            heard = self._session.heard
            answer = await self._asking.insist(now.page(len(now.cids), LARGEST_PAGE, live=True))
            if answer is None:
                return
            now.note(cids_of(answer), LARGEST_PAGE)
            yield Page(answer, heard, watch.messages)
        now.cids = [cid for cid in now.cids if cid not in self._watching.unwanted]
        watch.renew(before, now)

    async def _by_name(self, cids: Sequence[Cid], *, watch: bool) -> AsyncIterator[Page]:
        """Pages of those channels of these that can be had, hidden or not."""
        for some in _parts(cids, LARGEST_PAGE):
            for hidden in ({}, {"hidden": True}):
                heard = self._session.heard
                call = calls.query_channels({"cid": {"$in": some}, **hidden}, (), limit=LARGEST_PAGE, watch=watch)
                answer = await self._asking.insist(call)
                if answer is None:
                    self._refused = True
                    continue
                yield Page(answer, heard, calls.MESSAGES)
                some = [cid for cid in some if cid not in cids_of(answer)]
                if not some:
                    break

    async def _ask_of_the_untold(self, cids: Sequence[Cid]) -> None:
        """Ask for channels that are not watched, and of which nobody tells what happened: or they are out of reach."""
        found: set[Cid] = set()
        async for page in self._by_name(cids, watch=False):
            found.update(cids_of(page.answer))
            await self._take(page)
        if not self._refused:
            self._lose(cid for cid in cids if cid not in found)

    async def _settle(self, cids: Iterable[Cid], pages: Iterable[Page]) -> None:
        """Take in what happened in these channels, then how they are now."""
        for some in _parts(list(dict.fromkeys(cids)), SYNCED_AT_ONCE):
            await self._sync(some)
        for page in pages:
            await self._take(page)

    async def _take(self, page: Page) -> None:
        """Take in how channels are; where it is not told what happened in one, all that is here of it is asked for."""
        state = self._session.store.state
        with self._session.store.batch():
            for entry in entries_of(page.answer):
                timeline = state.timeline.of(cid_of_entry(entry))
                gone = vanished(state, timeline, entry.get("messages"), page.heard, page.size)
                self._refreshing.let_go(gone, page.heard)
            self._session.settle(page.answer, after=page.heard, asked={"message_limit": page.size})
        for entry in entries_of(page.answer):
            cid = cid_of_entry(entry)
            if cid is None or cid in self._right:
                continue
            if cid in self._here and cid not in self._told:
                right = await self._refreshing.channel(cid, entry)
            else:
                right = all([await self._refreshing.thread(each) for each in doubtful_threads(state, cid)])
            if right:
                self._right.add(cid)

    async def _sync(self, cids: Sequence[Cid]) -> bool:
        """Take in what happened in channels, half of them at a time where it is too much for one answer.

        Answers whether anything was told: where the first half is told nothing, the service does not know so far back.
        """
        self._synced.update(cids)
        since = self._sinces[-1]
        if since == NEVER or self._session.heard - since >= THIRTY_DAYS:
            return False
        try:
            answer = await self._asking.persist(calls.sync(cids, since))
        except ApiError as error:
            if len(self._sinces) > 1:
                self._sinces.pop()
                return await self._sync(cids)
            half = len(cids) // 2
            if half:
                return await self._sync(cids[:half]) and await self._sync(cids[half:])
            self._session.report(f"what happened in {cids[0]} meanwhile is not told", error)
            return False
        self._told.update(cids)
        events, gone = answer.get("events"), answer.get("inaccessible_cids")
        self._session.catch_up(events if isinstance(events, list) else [])
        self._lose(Cid(cid) for cid in (gone if isinstance(gone, list) else []) if isinstance(cid, str))
        return True

    def _lose(self, cids: Iterable[Cid]) -> None:
        """These channels are out of my reach."""
        for cid in cids:
            self._right.add(cid)
            if cid in self._session.store.channels:
                self._session.lose_channel(cid)


def _parts(cids: Sequence[Cid], size: int) -> list[list[Cid]]:
    return [list(cids[start : start + size]) for start in range(0, len(cids), size)]
