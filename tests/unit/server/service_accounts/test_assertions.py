"""Client assertions, a rule of RFC 7523 at a time: each broken alone, and refused for it."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.service_accounts import assertions, public_keys
from server.service_accounts.assertions import AssertionRefused, Verified
from tests.software_keys import (
    PrivateKey,
    Software,
    jwt,
    new_ec,
    new_rsa,
    part,
    pem,
    public_jwk,
    spki,
    text,
)

AUDIENCE = "https://gfe.example/oauth/token"
NOW = 1_800_000_000
EC = new_ec()
RSA = new_rsa()
KEYS: list[PrivateKey] = [EC, RSA]


def software(key: PrivateKey = EC) -> Software:
    return Software(key, AUDIENCE, client_id="client-1")


def judged(assertion: str, key: PrivateKey = EC, now: int = NOW) -> Verified:
    """Read and verify, as the server does once it has found the registered key."""
    shown = assertions.presented(assertion)
    registered = spki(key)
    return assertions.verified(
        shown,
        public_keys.verifier(registered),
        public_keys.algorithm_of(registered),
        audience=AUDIENCE,
        now_s=now,
    )


def reason(assertion: str, key: PrivateKey = EC, now: int = NOW) -> str:
    with pytest.raises(AssertionRefused) as caught:
        judged(assertion, key, now)
    return caught.value.reason


@pytest.mark.parametrize("key", KEYS)
def test_what_is_signed_by_the_registered_key_holds(key: PrivateKey) -> None:
    one = software(key)
    text_of_it = one.assertion(NOW)
    shown = assertions.presented(text_of_it)
    assert (shown.client_id, shown.kid) == ("client-1", "first")
    assert judged(text_of_it, key) == Verified("first-1", NOW + 240)


def test_a_list_with_this_server_alone_is_for_this_server() -> None:
    assert judged(software().assertion(NOW, aud=[AUDIENCE])).jti == "first-1"
    for others in ([], [AUDIENCE, AUDIENCE], [AUDIENCE, "https://other.example"]):
        assert reason(software().assertion(NOW, aud=others)) == "audience"


@pytest.mark.parametrize("typ", ["JWT", "client-authentication+jwt", None])
def test_the_types_of_an_assertion(typ: str | None) -> None:
    one = software()
    assert judged(jwt(one.header(typ=typ), one.claims(NOW), EC)).jti == "first-1"


@pytest.mark.parametrize("typ", ["at+jwt", "gfe-authorization+jws", "jwt", 5, ["JWT"]])
def test_a_jwt_that_is_for_something_else_is_no_assertion(typ: object) -> None:
    one = software()
    assert reason(jwt(one.header(typ=typ), one.claims(NOW), EC)) == "header"


# ------------------------------------------------------------------ signatures


def test_every_letter_counts() -> None:
    """Altered anywhere it is refused, or is read as naming somebody else."""
    one = software()
    whole = one.assertion(NOW)
    for place, letter in enumerate(whole):
        if letter == ".":
            continue
        other = "A" if letter != "A" else "B"
        altered = f"{whole[:place]}{other}{whole[place + 1 :]}"
        with pytest.raises(AssertionRefused):
            judged(altered)


def test_no_algorithm_is_no_signature() -> None:
    one = software()
    for name in ("none", "None", "NONE", "nOnE"):
        for signature in ("", text(b"x" * 96)):
            header = part(one.header(alg=name))
            unsigned = f"{header}.{part(one.claims(NOW))}.{signature}"
            assert reason(unsigned) == "header"


@pytest.mark.parametrize("algorithm", ["HS256", "HS384"])
@pytest.mark.parametrize("key", KEYS)
def test_a_public_key_is_no_secret(key: PrivateKey, algorithm: str) -> None:
    """The oldest trick: HMAC with what everybody knows."""
    one = software(key)
    for secret in (pem(key), spki(key), json.dumps(public_jwk(key)).encode(), b""):
        signed = jwt(one.header(alg=algorithm), one.claims(NOW), secret)
        assert reason(signed, key) == "header"


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [(RSA, "RS256"), (RSA, "PS384"), (RSA, "PS256"), (EC, "ES256")],
)
def test_the_right_key_by_another_algorithm_is_refused(key: PrivateKey, algorithm: str) -> None:
    one = software(key)
    assert reason(jwt(one.header(alg=algorithm), one.claims(NOW), key), key) == "header"


def test_a_signature_of_one_kind_under_the_name_of_another_is_refused() -> None:
    one = software(RSA)
    as_signed = jwt(one.header(alg="RS256"), one.claims(NOW), RSA)
    _, claims, signature = as_signed.split(".")
    assert reason(f"{part(one.header())}.{claims}.{signature}", RSA) == "signature"
    assert reason(software(RSA).assertion(NOW), EC) == "header"  # registered as another kind


def test_a_key_that_comes_along_is_not_looked_at() -> None:
    stranger = new_ec()
    one = software(stranger)
    for more in (
        {"jwk": public_jwk(stranger)},
        {"jku": "https://evil.example/jwks.json"},
        {"x5u": "https://evil.example/chain.pem"},
        {"x5c": [base64.b64encode(spki(stranger)).decode()]},
    ):
        signed = jwt(one.header(**more), one.claims(NOW), stranger)
        assert reason(signed) in {"signature", "header"}


@pytest.mark.parametrize("more", [{"crit": ["exp"], "exp": 1}, {"crit": ["b64"], "b64": False}])
def test_what_must_be_understood_and_is_not_is_refused(more: dict[str, object]) -> None:
    one = software()
    signed = jwt(one.header(**more), one.claims(NOW), EC)
    assert reason(signed) in {"header", "unreadable", "nameless"}


# ------------------------------------------------------------------ who, for whom, when


@pytest.mark.parametrize("issuer", [None, "", "client-2", ["client-1"], 1])
def test_it_is_issued_by_who_it_is_about(issuer: object) -> None:
    assert reason(software().assertion(NOW, iss=issuer)) == "issuer"


@pytest.mark.parametrize(
    "audience",
    [
        None,
        "",
        "https://gfe.example",
        "https://gfe.example/oauth/token/",
        "http://gfe.example/oauth/token",
        "https://other.example/oauth/token",
        {"https://gfe.example/oauth/token": 1},
        7,
    ],
)
def test_it_is_for_this_server_and_no_other(audience: object) -> None:
    assert reason(software().assertion(NOW, aud=audience)) == "audience"


def test_it_ends_when_it_says() -> None:
    one = software()
    at_its_end = one.assertion(NOW, exp=NOW + 1)
    assert judged(at_its_end).expires_at_s == NOW + 1
    assert reason(at_its_end, now=NOW + 1) == "expired"
    assert reason(one.assertion(NOW, exp=NOW)) == "expired"


def test_it_lives_no_longer_than_five_minutes_and_a_clock_that_is_ahead() -> None:
    longest = NOW + assertions.LIFE_S_MAX + assertions.AHEAD_S
    assert judged(software().assertion(NOW, exp=longest)).expires_at_s == longest
    assert reason(software().assertion(NOW, exp=longest + 1)) == "expired"


@pytest.mark.parametrize(
    "when", [None, "1800000100", True, [], float("nan"), float("inf"), 10**400, -1, 1e308]
)
def test_an_end_that_is_no_moment_is_none(when: object) -> None:
    assert reason(software().assertion(NOW, exp=when)) == "expired"


@pytest.mark.parametrize("claim", ["iat", "nbf"])
def test_it_is_not_of_times_to_come(claim: str) -> None:
    near = NOW + assertions.AHEAD_S
    assert judged(software().assertion(NOW, **{claim: near})).jti == "first-1"
    for when in (near + 1, "soon", False):
        assert reason(software().assertion(NOW, **{claim: when})) == "not_yet"


@pytest.mark.parametrize("jti", [None, "", 5, "x" * 121])
def test_it_has_a_name_by_which_it_serves_once(jti: object) -> None:
    assert reason(software().assertion(NOW, jti=jti)) == "nameless"


# ------------------------------------------------------------------ what is none at all


@pytest.mark.parametrize("subject", [None, "", 5, ["client-1"], "x" * 121])
def test_somebody_has_to_say_it(subject: object) -> None:
    with pytest.raises(AssertionRefused, match="nameless"):
        assertions.presented(software().assertion(NOW, sub=subject))


@pytest.mark.parametrize("kid", [None, "", 5, {}])
def test_a_key_has_to_be_named(kid: object) -> None:
    one = software()
    with pytest.raises(AssertionRefused, match="nameless"):
        assertions.presented(jwt(one.header(kid=kid), one.claims(NOW), EC))


@pytest.mark.parametrize(
    "told",
    [
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        "ä.ö.ü",
        f"{part(['alg'])}.{part({})}.AA",
        f"{part('alg')}.{part({})}.AA",
        f"{part({'alg': 'ES384'})}.{part([])}.AA",
        f"{part({'alg': 'ES384'})}.{text(b'{')}.AA",
        f"{part({'alg': 'ES384'})}.{text(b'[' * 2_900)}.AA",
        f"{text(b'[' * 300)}.{part({})}.AA",
        f"{part({'alg': ['ES384'], 'kid': 'first'})}.{part({'sub': 'client-1'})}.AA",
        f"{part({'alg': 5, 'kid': 'first'})}.{part({'sub': 'client-1'})}.AA",
    ],
)
def test_what_is_no_jwt_is_refused(told: str) -> None:
    with pytest.raises(AssertionRefused):
        judged(told)


def test_what_is_too_long_is_not_even_read() -> None:
    assert reason("a" * (assertions.CHARS_MAX + 1)) == "too_long"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@given(
    header=st.dictionaries(
        st.sampled_from(["alg", "kid", "typ", "crit", "b64", "jwk"]), VALUES
    ),
    claims=st.dictionaries(st.sampled_from(["iss", "sub", "aud", "exp", "nbf", "jti"]), VALUES),
    signature=st.binary(max_size=100),
)
def test_whatever_is_sent_is_refused_and_never_our_fault(
    header: dict[str, object], claims: dict[str, object], signature: bytes
) -> None:
    one = software()
    header = {"alg": "ES384", "kid": "first"} | header
    claims = one.claims(NOW) | claims
    with pytest.raises(AssertionRefused):
        judged(f"{part(header)}.{part(claims)}.{text(signature)}")


@given(st.text(max_size=300))
def test_whatever_text_is_sent_is_refused(told: str) -> None:
    with pytest.raises(AssertionRefused):
        judged(told)
