"""Who calls: signed tokens that name a user, made and checked."""

import re
from collections.abc import Callable

import jwt

from chatstate.clock import SECOND, Timestamp
from chatstate.ids import UserId
from chatstate.server.refusal import Refusal, unauthorized

SECRET = "chatstate-development-secret-that-everyone-knows"
"""Anyone can read it here: it protects nothing, and is for local use alone."""

NAME = r"[\w@.-]{1,64}"
"""How users may be called."""

ANONYMOUS = UserId("!anon")


class Tokens:
    """Makes and checks the tokens of one service: HS256, ``user_id``, when issued, and when they end.

    ``now`` is the wall's time: tokens are of the world, not of the simulated one.
    """

    def __init__(self, now: Callable[[], Timestamp], secret: str = SECRET) -> None:
        self._now = now
        self._secret = secret
        self._issued = 0.0
        self._ended: dict[UserId | None, float] = {}

    def __repr__(self) -> str:
        return "Tokens()"

    def mint(self, user_id: str, *, lasts: float | None = None) -> str:
        """A new token of a user; ``lasts`` so many seconds, or for good."""
        issued = self._issued = max(self._now() / SECOND, self._issued + 1e-5)
        claims: dict[str, object] = {"user_id": user_id, "iat": issued}
        if lasts is not None:
            claims["exp"] = issued + lasts
        return jwt.encode(claims, self._secret, algorithm="HS256")

    def end(self, user_id: UserId | None = None) -> None:
        """From now on, tokens made before are expired: those of one user, or all."""
        self._ended[user_id] = self._issued = max(self._now() / SECOND, self._issued + 1e-5)

    def check(self, token: str) -> UserId:
        """Whose token it is. Raises ``Refusal`` 43 for a wrong signature, 40 expired, 41 too early, 42 issued later."""
        try:
            claims = jwt.decode(
                token, self._secret, algorithms=["HS256"],
                options={"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False},
            )  # fmt: skip
        except jwt.InvalidSignatureError:
            raise unauthorized(43, "the token's signature is invalid") from None
        except jwt.PyJWTError:
            raise unauthorized(5, "the token cannot be read") from None
        user_id = claims.get("user_id")
        if not isinstance(user_id, str) or not re.fullmatch(NAME, user_id):
            raise unauthorized(5, "the token names no user_id of up to 64 letters, digits and @._-")
        problem = self._untimely(UserId(user_id), claims)
        if problem is not None:
            raise problem
        return UserId(user_id)

    def _untimely(self, user_id: UserId, claims: dict[str, object]) -> Refusal | None:
        now = self._now() / SECOND
        ends, begins, issued = (_number(claims.get(name)) for name in ("exp", "nbf", "iat"))
        ended = max(self._ended.get(user_id, 0.0), self._ended.get(None, 0.0))
        if (ends is not None and ends <= now) or (ended and (issued or 0.0) <= ended):
            return unauthorized(40, "the token is expired")
        if begins is not None and begins > now:
            return unauthorized(41, "the token is not valid yet")
        if issued is not None and issued > now + 60:
            return unauthorized(42, "the token is used before it was issued")
        return None


def _number(claim: object) -> float | None:
    return float(claim) if isinstance(claim, int | float) else None
