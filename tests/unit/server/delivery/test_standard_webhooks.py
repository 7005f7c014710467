"""What is signed verifies with the specification's own library, and with public keys."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from server.delivery.standard_webhooks import (
    ID,
    SIGNATURE,
    TIMESTAMP,
    public_key,
    shown,
    shown_public,
    signed_headers,
)

ROOT = Path(__file__).resolve().parents[4]
OLD = bytes(range(32))
NEW = bytes(range(32, 64))
BODY = b'{"type":"encounter.signed"}'


def test_the_reference_library_verifies_a_signature() -> None:
    headers = signed_headers("msg_1", int(time.time()), BODY, [OLD], "v1")
    assert Webhook(shown(OLD, "v1")).verify(BODY, headers) == json.loads(BODY)


def test_during_a_rotation_the_old_and_the_new_secret_both_verify() -> None:
    headers = signed_headers("msg_1", int(time.time()), BODY, [NEW, OLD], "v1")
    for secret in (OLD, NEW):
        assert Webhook(shown(secret, "v1")).verify(BODY, headers)


@pytest.mark.parametrize("changed", [ID, TIMESTAMP, SIGNATURE, "body", "secret"])
def test_whatever_is_changed_does_not_verify(changed: str) -> None:
    now = int(time.time())
    headers = signed_headers("msg_1", now, BODY, [OLD], "v1")
    others = {ID: "msg_2", TIMESTAMP: str(now + 1), SIGNATURE: "v1,AAAA"}
    headers = {name: others[name] if name == changed else headers[name] for name in headers}
    body = b"{}" if changed == "body" else BODY
    secret = NEW if changed == "secret" else OLD
    with pytest.raises(WebhookVerificationError):
        Webhook(shown(secret, "v1")).verify(body, headers)


def test_the_specifications_example_gives_its_signature() -> None:
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    headers = signed_headers(
        "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body, [secret], "v1"
    )
    assert headers[SIGNATURE] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_public_key_verifies_what_the_secret_signed() -> None:
    headers = signed_headers("msg_1", 1_700_000_000, BODY, [NEW, OLD], "v1a")
    first, second = (one.split(",") for one in headers[SIGNATURE].split())
    assert (first[0], second[0]) == ("v1a", "v1a")
    content = b"msg_1.1700000000." + BODY
    for secret, signature in ((NEW, first[1]), (OLD, second[1])):
        shown_key = shown(secret, "v1a")
        assert shown_key == shown_public(public_key(secret))
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(shown_key[len("whpk_") :]))
        key.verify(base64.b64decode(signature), content)
        with pytest.raises(InvalidSignature):
            key.verify(base64.b64decode(signature), content + b" ")


@pytest.mark.parametrize("secrets", [[], [bytes(23)], [bytes(65)]])
def test_no_secret_and_one_of_another_length_sign_nothing(secrets: list[bytes]) -> None:
    with pytest.raises(ValueError, match="secret"):
        signed_headers("msg_1", 1, BODY, secrets, "v1")


def test_an_identifier_that_could_be_read_otherwise_is_not_signed() -> None:
    with pytest.raises(ValueError, match="full stop"):
        signed_headers("msg.1", 1, BODY, [OLD], "v1")


def test_the_example_in_the_documentation_verifies() -> None:
    page = (ROOT / "docs" / "delivery.md").read_text(encoding="utf-8")
    head, _, rest = page.partition("```http\n")[2].partition("\n\n")
    body = rest.partition("\n```")[0].encode()
    headers = dict(line.split(": ", 1) for line in head.splitlines()[1:])
    secret = base64.b64decode(page.partition("`whsec_")[2].partition("`")[0])
    made = signed_headers(headers[ID], int(headers[TIMESTAMP]), body, [secret], "v1")
    assert {name: headers[name] for name in made} == made
