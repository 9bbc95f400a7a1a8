"""The way in: a client of one user."""

import random
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from chatstate.live.client import Client
from chatstate.live.connection import Address, Timing
from chatstate.live.recording import Recording
from chatstate.live.socket import Token
from chatstate.store import Store

URL = "wss://chat.stream-io-api.com"
"""Where the service is."""


def connect(
    api_key: str,
    *,
    user_id: str,
    token: Token = None,
    anonymous: bool = False,
    url: str = URL,
    rest_url: str | None = None,
    user: Mapping[str, Any] | None = None,
    store: Store | None = None,
    record: Recording | None = None,
    patience: float | None = 30.0,
    timing: Timing | None = None,
    chance: Callable[[], float] = random.random,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Client:
    """A client of one user, to be entered with ``async with``.

    ``token`` is a string, or a function, async or not, that is asked for one whenever it has expired; ``anonymous``
    connects without. ``user`` are more of the user's details. ``rest_url`` follows from ``url`` where it is left out.
    ``record`` keeps all that the service tells. For the first connection it waits ``patience`` seconds, None for ever;
    a later one is tried without end. Raises ``ValueError`` where there is neither a token nor ``anonymous``, or both,
    and for a URL that is none.
    """
    accept(token, anonymous, url)
    details = {**(user or {}), "id": user_id}
    return Client(
        Address(url, api_key, details), rest_url or f"http{url.removeprefix('ws')}", token,
        store=Store(me=user_id) if store is None else store, recording=record, patience=patience, timing=timing,
        chance=chance, transport=transport,
    )  # fmt: skip


def accept(token: Token, anonymous: bool, url: str) -> None:
    """Check what only a mistake can be. Raises ``ValueError``."""
    if not url.startswith(("ws://", "wss://")):
        raise ValueError(f"url: expected ws:// or wss://, got {url!r}")
    if token is None and not anonymous:
        raise ValueError("token: expected one, or a function that gives one; anonymous=True connects without")
    if token is not None and anonymous:
        raise ValueError("token: who is anonymous has none")
