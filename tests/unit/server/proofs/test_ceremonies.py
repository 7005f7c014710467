"""What makes a passkey's answer right, each part of it wrong once."""

from __future__ import annotations

import os
from pathlib import Path

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from server.proofs import ceremonies, passkey_forms
from server.proofs.ceremonies import Asserted, Attested, NewKey, Use
from server.proofs.refusals import NoPasskeysHere, PasskeyRefused
from server.proofs.relying_party import RelyingParty, passkey_host, relying_party
from server.settings import Settings
from server.views.passkeys import NewPasskeyForm, PasskeyForm
from tests.authenticators import (
    ELIGIBLE,
    HOST,
    ORIGIN,
    RIGHT,
    Authenticator,
    Json,
    Key,
    Manner,
    content,
    text,
    wrongly,
)

PARTY = RelyingParty(HOST, (ORIGIN,))
CHALLENGE = bytes(range(32))
ASKED: Json = {"challenge": text(CHALLENGE), "user_id": text(b"account-1")}
OTHER = text(bytes(32))
WRONG = {
    "another origin": wrongly(origin="http://localhost:8081"),
    "an origin that begins alike": wrongly(origin=f"{ORIGIN}.example"),
    "another host": wrongly(host="example.org"),
    "nobody was verified": wrongly(verified=False),
    "nobody was there": wrongly(present=False),
    "in a frame of another site": wrongly(in_a_frame=True),
    "another challenge": wrongly(challenge=OTHER),
    "another ceremony": wrongly(kind="payment.get"),
    "backed up, which it cannot be": wrongly(flags=0x10),
}


def attested(form: Json) -> Attested:
    return passkey_forms.attested(NewPasskeyForm(**form))


def asserted(form: Json) -> Asserted:
    return passkey_forms.asserted(PasskeyForm(**form))


def made(device: Authenticator, manner: Manner = RIGHT) -> NewKey:
    form = device.make(ASKED, manner=manner)
    return ceremonies.registered(PARTY, attested(form), CHALLENGE)


def used(form: Json, key: Key, *, sign_count: int = 0) -> Use:
    return ceremonies.used(
        PARTY, asserted(form), CHALLENGE, public_key=key.public, sign_count=sign_count
    )


@pytest.fixture
def device() -> Authenticator:
    return Authenticator()


@pytest.fixture
def key(device: Authenticator) -> Key:
    made(device)
    return device.keys[-1]


# ------------------------------------------------------------------ registering


def test_a_passkey_is_known_by_what_its_authenticator_says(device: Authenticator) -> None:
    new = made(device)
    key = device.keys[0]
    assert new == NewKey(key.credential_id, key.public, sign_count=0, backed_up=True)
    assert not made(device, wrongly(flags=ELIGIBLE)).backed_up
    assert device.keys[0].credential_id.hex() not in repr(new)


@pytest.mark.parametrize("manner", WRONG.values(), ids=WRONG)
@pytest.mark.safeguard("164.312(d)")
def test_a_passkey_that_was_made_wrongly_is_none(device: Authenticator, manner: Manner) -> None:
    with pytest.raises(PasskeyRefused):
        made(device, manner)


def test_what_was_used_is_not_what_was_made(device: Authenticator) -> None:
    with pytest.raises(PasskeyRefused):
        made(device, wrongly(kind="webauthn.get"))


def test_the_id_is_that_of_what_was_made(device: Authenticator) -> None:
    form = device.make(ASKED) | {"credential_id": text(os.urandom(32))}
    with pytest.raises(PasskeyRefused):
        ceremonies.registered(PARTY, attested(form), CHALLENGE)


@pytest.mark.parametrize(
    ("word", "statement"),
    [
        ("packed", {"alg": -7, "sig": b"s", "x5c": [b"a certificate of a maker"]}),
        ("android-safetynet", {"ver": "1", "response": b"e30.e30.e30"}),
        ("tpm", {"certInfo": b"", "pubArea": b""}),
        ("none", {"sig": b"something after all"}),
        (["none"], {}),
    ],
)
def test_certificates_of_makers_are_not_read(
    device: Authenticator, word: object, statement: Json
) -> None:
    form = device.make(ASKED)
    parts = cbor2.loads(content(form["attestation"])) | {"fmt": word, "attStmt": statement}
    form["attestation"] = text(cbor2.dumps(parts))
    with pytest.raises(PasskeyRefused):
        ceremonies.registered(PARTY, attested(form), CHALLENGE)


@pytest.mark.parametrize(
    "public",
    [
        {
            1: 2,
            3: -36,
            -1: 3,
            -2: bytes(66),
            -3: bytes(66),
        },  # an algorithm that nobody asked for
        {1: 2, 3: -7, -1: 1, -2: b"\1" * 32, -3: b"\1" * 32},  # a point that is on no curve
        {1: 2, 3: -7},
        "no key",
    ],
)
def test_a_key_that_cannot_sign_is_none(device: Authenticator, public: object) -> None:
    form = device.make(ASKED)
    parts = cbor2.loads(content(form["attestation"]))
    head = parts["authData"].removesuffix(device.keys[-1].public)
    form["attestation"] = text(cbor2.dumps(parts | {"authData": head + cbor2.dumps(public)}))
    with pytest.raises(PasskeyRefused):
        ceremonies.registered(PARTY, attested(form), CHALLENGE)


# ------------------------------------------------------------------ using


@pytest.mark.safeguard("164.312(d)")
def test_a_use_that_is_right_leaves_its_count(device: Authenticator, key: Key) -> None:
    assert used(device.answer(ASKED), key) == Use(sign_count=1, backed_up=True)
    assert used(device.answer(ASKED), key, sign_count=1).sign_count == 2


def test_an_authenticator_that_does_not_count_may_be_used_again(
    device: Authenticator, key: Key
) -> None:
    for _ in range(2):
        assert used(device.answer(ASKED, manner=wrongly(counts=0)), key).sign_count == 0


@pytest.mark.parametrize("manner", WRONG.values(), ids=WRONG)
@pytest.mark.safeguard("164.312(d)")
def test_a_use_that_is_wrong_is_refused(
    device: Authenticator, key: Key, manner: Manner
) -> None:
    with pytest.raises(PasskeyRefused):
        used(device.answer(ASKED, manner=manner), key)


def test_what_was_made_is_not_what_was_used(device: Authenticator, key: Key) -> None:
    with pytest.raises(PasskeyRefused):
        used(device.answer(ASKED, manner=wrongly(kind="webauthn.create")), key)


@pytest.mark.parametrize("kept", [3, 4, 2**32 - 1])
@pytest.mark.safeguard("164.312(d)")
def test_a_counter_that_stands_still_or_goes_back_is_a_copy(
    device: Authenticator, key: Key, kept: int
) -> None:
    key.count = 2
    with pytest.raises(PasskeyRefused):
        used(device.answer(ASKED), key, sign_count=kept)


@pytest.mark.parametrize("part", ["signature", "authenticator_data", "client_data"])
@pytest.mark.safeguard("164.312(d)")
def test_what_was_altered_is_refused(device: Authenticator, key: Key, part: str) -> None:
    form = device.answer(ASKED)
    altered = bytearray(content(form[part]))
    altered[-1] ^= 1
    with pytest.raises(PasskeyRefused):
        used(form | {part: text(bytes(altered))}, key)


def test_white_space_in_what_was_signed_is_an_alteration(
    device: Authenticator, key: Key
) -> None:
    form = device.answer(ASKED)
    spaced = content(form["client_data"]).replace(b": ", b":  ")
    with pytest.raises(PasskeyRefused):
        used(form | {"client_data": text(spaced)}, key)


def test_another_key_signs_for_itself(device: Authenticator, key: Key) -> None:
    other = Key(ec.generate_private_key(ec.SECP256R1()), key.credential_id, key.user_handle)
    with pytest.raises(PasskeyRefused):
        used(device.answer(ASKED, key=other), key)


@given(st.binary(max_size=200), st.binary(max_size=200), st.binary(max_size=80))
def test_whatever_is_sent_is_refused_and_nothing_else_happens(
    client_data: bytes, data: bytes, signature: bytes
) -> None:
    sent = Asserted(b"id", client_data, data, signature)
    with pytest.raises(PasskeyRefused):
        ceremonies.used(PARTY, sent, CHALLENGE, public_key=data, sign_count=0)
    with pytest.raises(PasskeyRefused):
        ceremonies.registered(PARTY, Attested(b"id", client_data, data), CHALLENGE)


@pytest.mark.parametrize("said", [b"[]", b"{}", b'{"challenge": 7}', b"\xff", b"[" * 5_000])
def test_client_data_without_a_challenge_are_refused(said: bytes) -> None:
    with pytest.raises(PasskeyRefused):
        ceremonies.challenge_in(said)


def test_what_is_no_base64url_is_refused(device: Authenticator) -> None:
    form = device.make(ASKED)
    for one in ("credential_id", "client_data", "attestation"):
        with pytest.raises(PasskeyRefused):
            attested(form | {one: "AAAAA"})


# ------------------------------------------------------------------ whom they are for


def settings_of(folder: Path, url: str | None, *origins: str) -> Settings:
    return Settings(data_dir=folder, public_url=url, allowed_origins=origins)


def test_passkeys_are_for_the_host_and_from_its_own_pages(tmp_path: Path) -> None:
    settings = settings_of(
        *(tmp_path, "https://exams.example", "https://other.example"),
        *("https://a.exams.example", "https://exams.example:8443"),
    )
    assert relying_party(settings) == RelyingParty(
        "exams.example", ("https://exams.example", "https://exams.example:8443")
    )
    assert relying_party(settings_of(tmp_path, None)) == RelyingParty(HOST, (ORIGIN,))


@pytest.mark.parametrize("url", ["https://192.0.2.7", "https://[2001:db8::7]:8443"])
def test_a_server_without_a_name_has_no_passkeys(tmp_path: Path, url: str) -> None:
    settings = settings_of(tmp_path, url)
    assert passkey_host(settings) is None
    with pytest.raises(NoPasskeysHere):
        passkey_forms.party_of(settings)
