"""The names by which rows are known, each a type of its own so that one is never passed for another."""

from typing import NewType

UserId = NewType("UserId", str)
MessageId = NewType("MessageId", str)
PollId = NewType("PollId", str)

Cid = NewType("Cid", str)
"""A channel's full name, ``type:id``, as in ``messaging:general``."""


def cid_of(text: str) -> Cid:
    """The cid that ``text`` spells.

    Raises ``ValueError`` unless it reads ``type:id`` with neither part empty, ``TypeError`` for what is no text.
    """
    if not isinstance(text, str):
        raise TypeError(f"a channel is asked for by its cid, a text like messaging:general; got {text!r}")
    kind, colon, name = text.partition(":")
    if not (kind and colon and name) or text == "*":
        raise ValueError(f"a cid reads type:id, like messaging:general; got {text!r}")
    return Cid(text)
