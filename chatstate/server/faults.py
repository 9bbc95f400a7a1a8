"""What goes wrong on demand: on the line, with the tokens, with the answers.

::

    service.faults.refuse(status=429, retry_after=0.2)      # the next call
    service.faults.duplicate(times=5, user="ana")           # the next five frames to ana
    service.faults.drop(user="ana")                         # ana's connections, now
    service.faults.chaos(0.02)                              # all of it, at random, until chaos(0)
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chatstate.ids import UserId
from chatstate.server.connection import Connection
from chatstate.server.refusal import Json, Refusal, unauthorized, wrong
from chatstate.server.tokens import Tokens
from chatstate.simulator.chance import Chance, Odds

CODES = {400: 4, 401: 5, 403: 17, 404: 16, 429: 9}
"""The service's code for an HTTP status; -1 for any other."""


@dataclass(slots=True)
class Ordered:
    """A fault that waits for its moment: so many more times, for one user or any, for paths that begin so."""

    kind: str
    times: int
    user: UserId | None
    path: str
    details: Json


class Faults:
    """Orders faults and hands them out; ``counts`` how often each kind happened.

    ``connections`` finds those of a user, or all; ``forget`` drops what was kept for a user, or all, to ask for later.
    """

    def __init__(
        self, connections: Callable[[UserId | None], list[Connection]], forget: Callable[[UserId | None], int],
        tokens: Tokens, chance: Chance,
    ) -> None:  # fmt: skip
        self.counts: Counter[str] = Counter()
        self.share = 0.0
        self._longest = 1.0
        self._connections = connections
        self._forget = forget
        self._tokens = tokens
        self._chance = chance
        self._frames: list[Ordered] = []
        self._calls: list[Ordered] = []

    def drop(self, *, user: str | None = None) -> int:
        """Connections break, without a word, and what waited is lost. Answers how many."""
        return self._strike("drop", user)

    def cut(self, *, user: str | None = None) -> int:
        """Connections end in the middle of a frame. Answers how many."""
        return self._strike("cut", user)

    def stall(self, seconds: float = 1.0, *, user: str | None = None) -> int:
        """Connections stay open and say nothing for a while. Answers how many."""
        return self._strike("stall", user, seconds)

    def close(self, code: int = 1011, *, user: str | None = None) -> int:
        """Connections are closed with a code. Answers how many."""
        return self._strike("close", user, code)

    def expire(self, *, user: str | None = None) -> int:
        """Tokens made until now are expired, and who is connected by one is told. Answers how many were."""
        self._tokens.end(None if user is None else UserId(user))
        found = self._connections(None if user is None else UserId(user))
        for connection in found:
            connection.end(unauthorized(40, "the token is expired"))
        self.counts["expire"] += max(len(found), 1)
        return len(found)

    def forget(self, *, user: str | None = None) -> int:
        """What users have missed until now is not kept: a sync of it is refused. Answers of how many."""
        found = self._forget(None if user is None else UserId(user))
        self.counts["forget"] += found
        return found

    def _strike(self, kind: str, user: str | None, measure: float = 0) -> int:
        found = self._connections(None if user is None else UserId(user))
        for connection in found:
            connection.strike(kind, measure)
        self.counts[kind] += len(found)
        return len(found)

    def duplicate(self, times: int = 1, *, user: str | None = None) -> None:
        """The next frames are sent twice."""
        self._order(self._frames, "duplicate", times, user)

    def delay(self, times: int = 1, *, by: int = 3, user: str | None = None) -> None:
        """The next frames come after ``by`` of those behind them, or after a while without any."""
        self._order(self._frames, "delay", times, user, by=by)

    def reorder(self, times: int = 1, *, user: str | None = None) -> None:
        """The next frames each change places with the one behind."""
        self._order(self._frames, "reorder", times, user, by=1)

    def refuse(
        self, status: int = 500, times: int = 1, *, code: int | None = None, retry_after: float | None = None,
        path: str = "", user: str | None = None,
    ) -> None:  # fmt: skip
        """The next calls are answered by an error, and nothing is done."""
        code = CODES.get(status, -1) if code is None else code
        self._order(self._calls, "refuse", times, user, path, status=status, code=code, retry_after=retry_after)

    def slow(self, seconds: float = 1.0, times: int = 1, *, path: str = "", user: str | None = None) -> None:
        """The next calls are done at once, and answered only after a while."""
        self._order(self._calls, "slow", times, user, path, seconds=seconds)

    def lose(self, times: int = 1, *, path: str = "", user: str | None = None) -> None:
        """The next calls are done, and their answers lost on the way."""
        self._order(self._calls, "lose", times, user, path)

    def _order(
        self, orders: list[Ordered], kind: str, times: int, user: str | None, path: str = "", **details: Any
    ) -> None:
        orders.append(Ordered(kind, times, None if user is None else UserId(user), path, details))

    def chaos(self, share: float, *, seconds: float = 1.0) -> None:
        """From now on that share of frames and calls has something wrong with it, at random; 0 ends it.

        What is stalled or slow is so for ``seconds`` at most.
        """
        self.share = share
        self._longest = seconds

    def clear(self) -> None:
        """Nothing that was ordered happens any more, and no chaos."""
        self._frames.clear()
        self._calls.clear()
        self.share = 0.0

    def on_frame(self, connection: Connection) -> Ordered | None:
        """What goes wrong with the next frame to a connection; what breaks the line does so right after it."""
        found = self._due(self._frames, connection.account.user_id, "")
        if found is not None or not self._chance.often(self.share):
            return found
        kind = self._chance.draw(_OF_FRAMES)
        if kind in ("drop", "cut", "stall"):
            connection.strike(kind, self._chance.roll() * self._longest)
            self.counts[kind] += 1
            return None
        self.counts[kind] += 1
        return Ordered(kind, 1, None, "", {"by": 1 if kind == "reorder" else self._chance.between(1, 9)})

    def on_call(self, user_id: UserId, path: str) -> Ordered | None:
        """What goes wrong with a call."""
        found = self._due(self._calls, user_id, path)
        if found is not None or not self._chance.often(self.share):
            return found
        kind = self._chance.draw(_OF_CALLS)
        self.counts["refuse" if kind.isdigit() else kind] += 1
        if kind == "expire":
            self._tokens.end(user_id)
            return None
        if kind.isdigit():
            status = int(kind)
            details = {"status": status, "code": CODES.get(status, -1), "retry_after": 0.2 if status == 429 else None}
            return Ordered("refuse", 1, None, "", details)
        return Ordered(kind, 1, None, "", {"seconds": self._chance.roll() * self._longest})

    def _due(self, orders: list[Ordered], user_id: UserId, path: str) -> Ordered | None:
        for order in orders:
            if order.user in (None, user_id) and path.startswith(order.path):
                order.times -= 1
                if order.times <= 0:
                    orders.remove(order)
                self.counts[order.kind] += 1
                return order
        return None

    def command(self, body: Json) -> Json:
        """A fault ordered in JSON: its ``kind`` and the arguments of the method of that name."""
        told = dict(body)
        kind = told.pop("kind", None)
        if kind not in KINDS:
            raise wrong(f"kind: expected one of {', '.join(KINDS)}, got {kind!r:.40}")
        for name, value in told.items():
            if not isinstance(value, ARGUMENTS.get(name, ())) or isinstance(value, bool):
                raise wrong(f"{name}: not an argument of {kind}, or not of its type")
        try:
            hit = getattr(self, kind)(**told)
        except TypeError:
            raise wrong(f"{kind} does not take {', '.join(told)}") from None
        return {"hit": hit, "counts": dict(self.counts)}


def refusal(order: Ordered) -> Refusal:
    """The error that a call is answered by."""
    details = order.details
    said = f"refused on demand with {details['status']}"
    return Refusal(details["status"], details["code"], said, retry_after=details["retry_after"])


KINDS = (
    "drop", "cut", "stall", "close", "expire", "duplicate", "delay", "reorder", "refuse", "slow", "lose", "forget",
    "chaos", "clear",
)  # fmt: skip

ARGUMENTS: dict[str, type | tuple[type, ...]] = {
    "user": str, "path": str, "times": int, "by": int, "status": int, "code": int, "seconds": (int, float),
    "retry_after": (int, float), "share": (int, float),
}  # fmt: skip

_OF_FRAMES = Odds(
    (3.0, "duplicate"), (3.0, "delay"), (3.0, "reorder"), (0.3, "drop"), (0.3, "cut"), (0.3, "stall"),
)  # fmt: skip

_OF_CALLS = Odds(
    (2.0, "500"), (1.0, "503"), (2.0, "429"), (3.0, "slow"), (2.0, "lose"), (0.5, "expire"),
)  # fmt: skip
