"""Tokens of providers, a rule at a time: each broken alone, and refused for it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.federation import key_sets, tokens
from server.federation.refusals import TokenRefused, Unusable
from server.federation.tokens import Expected, SignedOut, Subject
from tests.software_keys import Json, PrivateKey, jwt, new_ec, new_rsa, part, pem, public_jwk

ISSUER = "https://id.example"
NOW = 1_800_000_000
EC = new_ec("P-256")
RSA = new_rsa()
EXPECTED = Expected(ISSUER, "goodfaith", "nonce-1")
EVENT: Json = {tokens.LOGOUT_EVENT: {}}


def claims(**changed: object) -> Json:
    told = {
        "iss": ISSUER,
        "sub": "person-1",
        "aud": "goodfaith",
        "iat": NOW,
        "exp": NOW + 300,
        "nonce": "nonce-1",
        **changed,
    }
    return {name: one for name, one in told.items() if one is not None}


def leaving(**changed: object) -> Json:
    told = {"jti": "out-1", "events": EVENT, "nonce": None, **changed}
    return claims(**told)


def header(**changed: object) -> Json:
    told = {"alg": "ES256", "kid": "first", "typ": "JWT", **changed}
    return {name: one for name, one in told.items() if one is not None}


def keys(*more: Json) -> tuple[key_sets.ProviderKey, ...]:
    own = [public_jwk(EC, kid="first"), public_jwk(RSA, kid="second", use="sig")]
    return key_sets.keys_of({"keys": [*own, *more]})


def read(text: str) -> tokens.Read:
    token = tokens.read(text)
    tokens.signed(token, keys())
    return token


def on(said: Json, expected: Expected = EXPECTED, now: int = NOW, **head: object) -> Subject:
    return tokens.signed_on(read(jwt(header(**head), said, EC)), expected, now_s=now)


def out(said: Json, now: int = NOW, **head: object) -> SignedOut:
    token = read(jwt(header(**head), said, EC))
    return tokens.signed_out(token, issuer=ISSUER, client_id="goodfaith", now_s=now)


def why_not_on(
    said: Json, expected: Expected = EXPECTED, now: int = NOW, **head: object
) -> str:
    with pytest.raises(TokenRefused) as caught:
        on(said, expected, now, **head)
    return caught.value.reason


def why_not_out(said: Json, now: int = NOW, **head: object) -> str:
    with pytest.raises(TokenRefused) as caught:
        out(said, now, **head)
    return caught.value.reason


def why_unread(text: str) -> str:
    with pytest.raises(TokenRefused) as caught:
        read(text)
    return caught.value.reason


def test_a_token_for_us_of_now_says_who_signed_on() -> None:
    assert on(claims()) == Subject(ISSUER, "person-1")
    assert on(claims(sid="session-1", aud=["goodfaith"], azp="goodfaith")) == Subject(
        ISSUER, "person-1", "session-1"
    )
    assert on(claims(), typ=None) == Subject(ISSUER, "person-1")


@pytest.mark.parametrize(
    ("key", "algorithm", "kid"),
    [(EC, "ES256", "first"), (RSA, "RS256", "second"), (RSA, "PS256", "second")],
)
def test_three_algorithms_are_taken(key: PrivateKey, algorithm: str, kid: str) -> None:
    token = read(jwt(header(alg=algorithm, kid=kid), claims(), key))
    assert tokens.signed_on(token, EXPECTED, now_s=NOW).subject == "person-1"


@pytest.mark.parametrize(
    "algorithm", ["none", "HS256", "RS384", "ES384", "RS1", "EdDSA", 5, None]
)
def test_no_other_algorithm_is_looked_at(algorithm: object) -> None:
    text = f"{part({**header(), 'alg': algorithm})}.{part(claims())}.AAAA"
    assert why_unread(text) in {"algorithm", "unreadable"}


def test_the_public_key_is_no_secret() -> None:
    """HS256 with what everybody can read as its key (RFC 8725, 2.1)."""
    for secret in (pem(EC), pem(RSA), json.dumps(public_jwk(EC)).encode()):
        assert why_unread(jwt(header(alg="HS256"), claims(), secret)) == "algorithm"


def test_only_the_key_that_is_named_counts() -> None:
    assert why_unread(jwt(header(kid="second"), claims(), EC)) == "key_unknown"
    assert why_unread(jwt(header(kid="foreign"), claims(), EC)) == "key_unknown"
    assert why_unread(jwt(header(), claims(), new_ec("P-256"))) == "signature"
    assert why_unread(jwt(header(alg="RS256"), claims(), RSA)) == "key_unknown"


def test_a_key_that_a_token_brings_along_is_not_looked_at() -> None:
    own = new_ec("P-256")
    brought = header(jwk=public_jwk(own), jku="https://evil.example/jwks")
    assert why_unread(jwt(brought, claims(), own)) == "signature"


def test_a_token_without_a_kid_is_taken_where_one_key_fits_alone() -> None:
    token = tokens.read(jwt(header(kid=None), claims(), EC))
    tokens.signed(token, keys())
    with pytest.raises(TokenRefused):
        tokens.signed(token, keys(public_jwk(new_ec("P-256"), kid="third")))


def test_what_has_to_be_understood_is_refused() -> None:
    assert why_unread(jwt(header(crit=["exp"]), claims(), EC)) == "header"
    assert why_unread(jwt(header(b64=False, crit=["b64"]), claims(), EC)) in {
        "header",
        "unreadable",
    }


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"iss": "https://other.example"}, "issuer"),
        ({"iss": f"{ISSUER}/"}, "issuer"),
        ({"iss": None}, "issuer"),
        ({"aud": "other"}, "audience"),
        ({"aud": []}, "audience"),
        ({"aud": ["goodfaith", "other"]}, "audience"),
        ({"azp": "other"}, "audience"),
        ({"nonce": "nonce-2"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"nonce": 1}, "nonce"),
        ({"exp": NOW - 60}, "expired"),
        ({"exp": None}, "expired"),
        ({"exp": True}, "expired"),
        ({"exp": 10**400}, "expired"),
        ({"iat": NOW - 601}, "made"),
        ({"iat": NOW + 61}, "made"),
        ({"iat": None}, "made"),
        ({"nbf": NOW + 61}, "not_yet"),
        ({"sub": None}, "subject"),
        ({"sub": ""}, "subject"),
        ({"sub": "p" * 256}, "subject"),
        ({"sub": 7}, "subject"),
        ({"sid": 7}, "subject"),
    ],
)
def test_each_claim_alone_is_reason_enough(changed: Json, reason: str) -> None:
    assert why_not_on(claims(**changed)) == reason


@pytest.mark.parametrize("typ", ["logout+jwt", "at+jwt", "secevent+jwt", "jwt"])
def test_a_token_that_is_for_something_else_signs_nobody_on(typ: object) -> None:
    assert why_not_on(claims(), typ=typ) == "kind"


def test_a_logout_token_signs_nobody_on() -> None:
    assert why_not_on(claims(events=EVENT)) == "kind"


def test_a_proof_is_asked_for_where_it_has_to_be_new() -> None:
    wanted = Expected(ISSUER, "goodfaith", "nonce-1", proved_since_s=NOW - 60)
    assert on(claims(auth_time=NOW - 60), wanted).subject == "person-1"
    for told in (NOW - 61, NOW + 61, None, "now"):
        assert why_not_on(claims(auth_time=told), wanted) == "auth_time"


def test_the_way_that_was_asked_for_has_to_be_the_way() -> None:
    wanted = Expected(ISSUER, "goodfaith", "nonce-1", acr="phr")
    assert on(claims(acr="phr"), wanted).subject == "person-1"
    assert why_not_on(claims(acr="pwd"), wanted) == "acr"
    assert why_not_on(claims(), wanted) == "acr"


def test_a_logout_token_says_who_signed_out() -> None:
    assert out(leaving(), typ="logout+jwt") == SignedOut(
        ISSUER, "person-1", None, "out-1", NOW + 360
    )
    assert out(leaving(sub=None, sid="s-1"), typ=None).sid == "s-1"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"nonce": "nonce-1"}, "kind"),
        ({"events": None}, "kind"),
        ({"events": {}}, "kind"),
        ({"events": {tokens.LOGOUT_EVENT: True}}, "kind"),
        ({"events": [tokens.LOGOUT_EVENT]}, "kind"),
        ({"sub": None}, "subject"),
        ({"sub": 5}, "subject"),
        ({"jti": None}, "nameless"),
        ({"jti": ""}, "nameless"),
        ({"iss": "https://other.example"}, "issuer"),
        ({"aud": "other"}, "audience"),
        ({"exp": NOW - 60}, "expired"),
        ({"exp": None}, "expired"),
        ({"iat": NOW - 601}, "made"),
    ],
)
def test_each_claim_of_a_logout_token_alone_is_reason_enough(
    changed: Json, reason: str
) -> None:
    assert why_not_out(leaving(**changed)) == reason


def test_an_id_token_signs_nobody_out() -> None:
    assert why_not_out(claims()) == "kind"
    assert why_not_out(leaving(), typ="at+jwt") == "kind"


@given(st.text(max_size=200))
def test_whatever_is_no_token_is_refused(text: str) -> None:
    assert why_unread(text) in {"unreadable", "header", "algorithm"}


@given(
    st.dictionaries(
        st.sampled_from(["alg", "kid", "typ", "crit", "b64", "jwk"]),
        st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just([]),
    )
)
def test_whatever_a_header_says_nothing_but_a_refusal_comes_of_it(head: Json) -> None:
    with pytest.raises(TokenRefused):
        read(f"{part(head)}.{part(claims())}.AAAA")


def test_a_token_that_is_too_long_is_not_read() -> None:
    assert why_unread("a" * (tokens.CHARS_MAX + 1)) == "too_long"


@pytest.mark.parametrize(
    "jwk",
    [
        {"kty": "oct", "k": "c2VjcmV0", "kid": "secret"},
        {"kty": "OKP", "crv": "Ed25519", "x": "AAAA", "kid": "okp"},
        public_jwk(new_ec("P-384"), kid="other-curve"),
        public_jwk(new_rsa(1_024), kid="short"),
        public_jwk(EC, kid="for-secrets", use="enc"),
        public_jwk(EC, kid="to-sign", key_ops=["sign"]),
        public_jwk(RSA, kid="other-algorithm", alg="RS512"),
        {**public_jwk(EC, kid="off"), "y": public_jwk(EC)["x"]},
        "no key",
    ],
)
def test_keys_of_other_kinds_are_passed_over(jwk: Json) -> None:
    assert [one.kid for one in keys(jwk)] == ["first", "second"]
    with pytest.raises(Unusable):
        key_sets.keys_of({"keys": [jwk]})


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"keys": {}},
        {"keys": []},
        {"keys": [public_jwk(EC, kid="twice"), public_jwk(RSA, kid="twice")]},
        {"keys": [public_jwk(EC)] * 51},
    ],
)
def test_what_is_no_set_of_keys_is_not_used(document: object) -> None:
    with pytest.raises(Unusable):
        key_sets.keys_of(document)


def test_a_key_that_names_its_algorithm_verifies_no_other() -> None:
    (one,) = key_sets.keys_of({"keys": [public_jwk(RSA, kid="a", alg="PS256")]})
    assert one.algorithms == {"PS256"}
    assert key_sets.key_for((one,), "a", "RS256") is None
