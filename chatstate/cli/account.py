"""Whose socket to open, for the commands that connect."""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chatstate.live.client import Client
    from chatstate.live.recording import Recording

TOKEN = "CHATSTATE_TOKEN"
"""The environment variable that holds the token: an argument shows in the list of processes."""


def add_to(parser: argparse.ArgumentParser, *, required: bool) -> None:
    """Add the options to the grammar of a command."""
    parser.add_argument("--api-key", required=required, metavar="KEY", help="the application's key")
    parser.add_argument("--user", required=required, metavar="ID", help="whose socket")
    parser.add_argument("--token", metavar="JWT", help=f"the user's token; unlike ${TOKEN}, others may see it")
    parser.add_argument("--token-file", metavar="FILE", help=f"where the user's token is (else in ${TOKEN})")
    parser.add_argument("--anonymous", action="store_true", help="connect without a token, as nobody in particular")
    parser.add_argument("--url", metavar="URL", help="where the service is, as ws://127.0.0.1:8800")


def add_watch_to(parser: argparse.ArgumentParser) -> None:
    """Add what is to be watched, for the commands that only listen."""
    parser.add_argument("--watch-type", metavar="TYPE", help="watch my channels of that type, too, as messaging")


def recorded(
    options: argparse.Namespace, path: str, *, largest: int, most: int | None = None
) -> "tuple[Client, Recording]":
    """The client that is asked for, to be entered, and the recording of what it hears.

    Raises ``ImportError`` where it has no httpx, ``ValueError`` for a URL that is none or a token that is missing, and
    ``OSError``.
    """
    try:
        from chatstate.live.connect import URL, connect
        from chatstate.live.recording import Recording
    except ModuleNotFoundError:
        raise ImportError("to connect needs httpx: pip install 'chatstate[live]'") from None
    url, token = url_of(options) or URL, token_of(options)
    recording = Recording(path, largest=largest, most=most)
    client = connect(
        options.api_key, user_id=options.user, token=token, anonymous=options.anonymous, url=url, record=recording
    )
    return client, recording


async def watch(client: "Client", type: str | None) -> None:
    """Watch my channels of a type, if one is asked for. Raises ``LiveError``."""
    if type is not None:
        await client.watch({"type": type, "members": {"$in": [client.me]}}, limit=1_000, messages=0)


def url_of(options: argparse.Namespace) -> str | None:
    """Where the service is, if it is said. Raises ``ValueError`` for a URL that is none of a socket."""
    if options.url is not None and not options.url.startswith(("ws://", "wss://")):
        raise ValueError(f"--url: expected ws:// or wss://, got {options.url!r}")
    return None if options.url is None else str(options.url)


def token_of(options: argparse.Namespace) -> str | None:
    """The user's token; None for who is anonymous. Raises ``ValueError`` where it is missing, or not wanted."""
    given = options.token
    if given is None and options.token_file is not None:
        given = Path(options.token_file).read_text(encoding="utf-8").strip()
    if options.anonymous:
        if given is not None:
            raise ValueError("--anonymous: who is anonymous has no token")
        return None
    token: str | None = given or os.environ.get(TOKEN)
    if not token:
        raise ValueError(f"there is no token: give --token-file, ${TOKEN} or --token; or --anonymous, to have none")
    return token
