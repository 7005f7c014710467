"""What a manager pastes as a public key: taken, or refused before anything is kept."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.delivery import client_keys
from server.service_accounts import public_keys
from server.service_accounts.refusals import KeyPrivate, KeyRefused
from tests.software_keys import new_ec, new_rsa, number, public_jwk, spki

EC = new_ec()
RSA = new_rsa()
GOOD = public_jwk(EC)


def refused(told: object) -> None:
    with pytest.raises(KeyRefused) as caught:
        public_keys.read(told if isinstance(told, str) else json.dumps(told))
    assert caught.value.fields == ("jwk",)


def test_a_key_of_each_kind_is_taken_and_its_kind_says_the_algorithm() -> None:
    for key, algorithm in ((EC, "ES384"), (RSA, "RS384")):
        read = public_keys.read(json.dumps(public_jwk(key, kid="mine", use="sig")))
        assert (read.kid, read.spki, read.algorithm) == ("mine", spki(key), algorithm)
        assert public_keys.algorithm_of(read.spki) == algorithm
        assert not public_keys.verifier(read.spki).is_private


def test_a_key_without_a_name_has_its_thumbprint() -> None:
    assert public_keys.read(json.dumps(GOOD)).kid == client_keys.thumbprint(EC.public_key())


def test_a_set_with_one_key_is_that_key() -> None:
    assert public_keys.read(json.dumps({"keys": [GOOD]})).spki == spki(EC)
    refused({"keys": []})
    refused({"keys": [GOOD, public_jwk(RSA)]})


@pytest.mark.parametrize("member", sorted(public_keys.PRIVATE_MEMBERS))
def test_a_private_half_is_refused_whatever_else_is_there(member: str) -> None:
    for told in ({**GOOD, member: "AA"}, {"keys": [{**GOOD, member: "AA"}]}, {member: 1}):
        with pytest.raises(KeyPrivate):
            public_keys.read(json.dumps(told))


@pytest.mark.parametrize(
    "told",
    [
        "",
        "null",
        "[]",
        "12",
        '"text"',
        "{}",
        "-----BEGIN PUBLIC KEY-----",
        "[" * 5_900,
        {"kty": "oct"},
        {"kty": "OKP", "crv": "Ed25519", "x": "AA"},
        {"kty": ["EC"], "crv": "P-384"},
        {**GOOD, "crv": "P-256"},
        {**GOOD, "x": GOOD["y"]},  # a point, but of no curve
        {**GOOD, "x": None},
        {**GOOD, "x": "+/=="},
        {**GOOD, "x": ""},
        {**GOOD, "alg": "ES256"},
        {**GOOD, "alg": "RS384"},
        {**GOOD, "alg": "none"},
        {**GOOD, "use": "enc"},
        {**GOOD, "kid": ""},
        {**GOOD, "kid": 7},
        {**GOOD, "kid": "x" * 121},
        {**GOOD, "kid": "line\nbreak"},
        public_jwk(new_ec("P-256")),
        public_jwk(RSA, e=number(3)),
        public_jwk(RSA, n=number(2**1_024 + 1)),
        public_jwk(RSA, n=number(2**4_096 + 1)),
        public_jwk(RSA, n="A" * 5_000),
        public_jwk(RSA, alg="RS256"),
    ],
)
def test_anything_else_is_refused(told: object) -> None:
    refused(told)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from(["kty", "crv", "x", "y", "n", "e", "kid", "alg", "use", "keys"]),
        JSON_VALUES | st.sampled_from(["EC", "RSA", "P-384", "AQAB", GOOD["x"], GOOD["y"]]),
    )
)
def test_whatever_is_pasted_is_taken_or_refused_and_never_our_fault(told: object) -> None:
    try:
        public_keys.read(json.dumps(told))
    except KeyRefused:
        return
