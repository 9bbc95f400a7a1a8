"""Deliveries of the service to a server: the raw body of a webhook, or of an SQS or SNS message, to a frame.

Bodies may be gzipped; those of SQS and SNS are in base64, and those of SNS in an envelope besides. A webhook is signed
over its unzipped JSON. Queues carry no signature: who may write to them is for the queue to say.
"""

import base64
import binascii
import gzip
import hashlib
import hmac
import io
import zlib

import orjson

from chatstate.live.errors import BadDelivery

GZIP = b"\x1f\x8b"

LARGEST_BODY = 8 * 2**20
"""Bytes that a body may have, unzipped."""


def read_webhook(body: bytes, *, signature: str | None, secret: str) -> bytes:
    """The frame in a webhook's raw body, to be given to ``store.apply``.

    ``signature`` is the header ``X-Signature``: HMAC-SHA256 by the application's ``secret``, in hex. Raises
    ``BadDelivery`` where it is missing or of another body.
    """
    frame = _unzipped(body)
    due = hmac.new(secret.encode(), frame, hashlib.sha256).hexdigest()
    told = (signature or "").strip().lower()
    if not hmac.compare_digest(due.encode(), told.encode("utf-8", "replace")):
        raise BadDelivery("the body is not signed with the secret")
    return _checked(frame)


def read_queued(body: bytes | str) -> bytes:
    """The frame in the body of an SQS message or an SNS notification, to be given to ``store.apply``.

    Raises ``BadDelivery`` where it is none.
    """
    text = body.encode() if isinstance(body, str) else body
    inner = _message(text.strip())
    return _checked(inner if inner[:1] == b"{" else _unzipped(_decoded(inner)))


def _message(text: bytes) -> bytes:
    """What is in an SNS envelope; the text itself where it is none."""
    if text[:1] != b"{":
        return text
    try:
        told = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    message = told.get("Message")
    return message.encode() if isinstance(message, str) and "type" not in told else text


def _decoded(text: bytes) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise BadDelivery(f"the body is neither JSON nor base64: {error}") from None


def _unzipped(body: bytes) -> bytes:
    if body[:2] != GZIP:
        return body
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as unzipped:
            frame = unzipped.read(LARGEST_BODY + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise BadDelivery(f"the body cannot be unzipped: {error}") from None
    if len(frame) > LARGEST_BODY:
        raise BadDelivery(f"the body is larger than {LARGEST_BODY} bytes")
    return frame


def _checked(frame: bytes) -> bytes:
    try:
        told = orjson.loads(frame)
    except orjson.JSONDecodeError as error:
        raise BadDelivery(f"the body holds no JSON: {error}") from None
    if not isinstance(told, dict):
        raise BadDelivery("the body holds no JSON object")
    return frame
