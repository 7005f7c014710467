from __future__ import annotations

import base64
import json
from collections.abc import Mapping

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from server.authorizations.jws import JwsInvalid, jwk, signed, thumbprint, verified
from server.chart.canonical import JsonValue

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
CLAIMS: Mapping[str, JsonValue] = {"iss": "https://exams.test", "iat": 1, "answer": "covered"}


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_a_thumbprint_is_that_of_rfc_8037() -> None:
    """RFC 8037, appendices A.1 to A.3."""
    key = Ed25519PublicKey.from_public_bytes(raw("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"))
    assert thumbprint(key) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    assert jwk(key)["x"] == "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"


def test_a_stranger_verifies_with_the_jwk_alone() -> None:
    """RFC 7515, section 5.2, done by hand."""
    header, claims, signature = signed(KEY, CLAIMS).split(".")
    listed = jwk(KEY.public_key())
    assert json.loads(raw(header)) == {
        "alg": "EdDSA",
        "kid": listed["kid"],
        "typ": "gfe-authorization+jws",
    }
    key = Ed25519PublicKey.from_public_bytes(raw(listed["x"]))
    key.verify(raw(signature), f"{header}.{claims}".encode())
    assert json.loads(raw(claims)) == CLAIMS


def test_what_was_signed_comes_back() -> None:
    assert verified(signed(KEY, CLAIMS), [OTHER.public_key(), KEY.public_key()]) == CLAIMS


def test_another_answer_under_the_same_signature_is_refused() -> None:
    header, _, signature = signed(KEY, CLAIMS).split(".")
    _, forged, _ = signed(OTHER, {**CLAIMS, "answer": "not_covered"}).split(".")
    with pytest.raises(JwsInvalid):
        verified(f"{header}.{forged}.{signature}", [KEY.public_key()])


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b",
        "a.b.c",
        "....",
        "é.é.é",
        "x" * 5_000,
        base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode() + ".e30.",
    ],
)
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(JwsInvalid):
        verified(token, [KEY.public_key()])


def test_a_key_that_is_not_listed_is_refused() -> None:
    with pytest.raises(JwsInvalid):
        verified(signed(KEY, CLAIMS), [OTHER.public_key()])
