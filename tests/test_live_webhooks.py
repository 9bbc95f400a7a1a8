"""Deliveries: raw bodies of webhooks, SQS and SNS, to a store."""

import base64
import gzip
import hashlib
import hmac
import json

import pytest

from chatstate import Store
from chatstate.live.errors import BadDelivery
from chatstate.live.webhooks import LARGEST_BODY, read_queued, read_webhook
from tests.objects import GENERAL
from tests.stories import ids, message_new

BODY = json.dumps(message_new("m1")).encode()
SECRET = "shh"


def signed(body, secret=SECRET):
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def test_a_webhook_goes_into_a_store():
    store = Store(me="me")
    store.apply(read_webhook(BODY, signature=signed(BODY), secret=SECRET))

    assert ids(store.channel(GENERAL).messages) == ["m1"]


@pytest.mark.parametrize("form", [BODY, gzip.compress(BODY)], ids=["plain", "zipped"])
def test_a_webhook_is_signed_over_its_unzipped_body(form):
    assert read_webhook(form, signature=signed(BODY).upper(), secret=SECRET) == BODY


@pytest.mark.parametrize("signature", [None, "", "é", signed(BODY, "other"), signed(b"{}"), signed(BODY)[:-1]])
def test_a_webhook_that_is_not_signed_with_the_secret_is_refused(signature):
    with pytest.raises(BadDelivery, match="the body is not signed with the secret"):
        read_webhook(BODY, signature=signature, secret=SECRET)


QUEUED = {
    "plain": BODY,
    "base64": base64.b64encode(BODY),
    "zipped": base64.b64encode(gzip.compress(BODY)),
    "text": base64.b64encode(gzip.compress(BODY)).decode() + "\n",
    "envelope": json.dumps({"Type": "Notification", "Message": base64.b64encode(gzip.compress(BODY)).decode()}),
    "plain envelope": json.dumps({"Type": "Notification", "Message": BODY.decode()}),
}


@pytest.mark.parametrize("form", QUEUED)
def test_a_queued_message_is_unwrapped_as_it_comes(form):
    assert read_queued(QUEUED[form]) == BODY


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "holds no JSON"),
        (b"?", "neither JSON nor base64"),
        (b"{", "holds no JSON"),
        (base64.b64encode(b"[1]"), "holds no JSON object"),
        (base64.b64encode(gzip.compress(BODY)[:-9]), "cannot be unzipped"),
        (base64.b64encode(b"\x1f\x8bnonsense"), "cannot be unzipped"),
        (base64.b64encode(gzip.compress(b" " * (LARGEST_BODY + 1))), f"larger than {LARGEST_BODY} bytes"),
    ],
)
def test_a_bad_body_is_refused_and_says_why(body, problem):
    with pytest.raises(BadDelivery, match=problem):
        read_queued(body)
