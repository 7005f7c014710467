import hashlib
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.chart.entries import AuthorityFact
from server.signing import (
    AddendumFacts,
    Bound,
    SignedFacts,
    authority_hash,
    fingerprint,
    public_key_of,
    sign,
    signature_payload,
    typed_code,
    verification_code,
    verify,
)
from tests.unit.server.chart_of_ana import SNAPSHOT

SEED = bytes(range(32))
FACTS = SignedFacts(
    encounter_id="encounter-1",
    chart_head="ab" * 32,
    seq=33,
    practitioner_id="practitioner-1",
    signed_at=1_790_000_000_000_000,
    attestation_sha256="cd" * 32,
    authority_sha256="ef" * 32,
)
BOUND = Bound(evidence_sha256="12" * 32, rules_version="2026-11-1", consents_sha256="34" * 32)
NEWER = replace(FACTS, bound=BOUND)
ADDED = AddendumFacts(
    encounter_id="encounter-1",
    chart_head="ab" * 32,
    seq=40,
    author="staff:kim",
    signed_at=1_790_000_000_000_001,
    addendum_sha256="56" * 32,
)


def test_what_is_signed_is_the_published_message() -> None:
    assert signature_payload(FACTS) == (
        b"goodfaith exam signature v1\x00"
        b'{"attestation_sha256":"' + b"cd" * 32 + b'","authority_sha256":"' + b"ef" * 32 + b'",'
        b'"chart_head":"' + b"ab" * 32 + b'","encounter_id":"encounter-1",'
        b'"practitioner_id":"practitioner-1","seq":33,"signed_at":1790000000000000}'
    )


def test_what_a_new_signature_is_bound_to_besides_is_in_its_message() -> None:
    assert signature_payload(NEWER) == (
        b"goodfaith exam signature v2\x00"
        b'{"attestation_sha256":"' + b"cd" * 32 + b'","authority_sha256":"' + b"ef" * 32 + b'",'
        b'"chart_head":"' + b"ab" * 32 + b'","consents_sha256":"' + b"34" * 32 + b'",'
        b'"encounter_id":"encounter-1","evidence_sha256":"' + b"12" * 32 + b'",'
        b'"practitioner_id":"practitioner-1","rules_version":"2026-11-1","seq":33,'
        b'"signed_at":1790000000000000}'
    )
    assert (FACTS.context, NEWER.context) == ("exam_v1", "exam_v2")


def test_a_signature_of_one_version_is_none_of_the_other() -> None:
    assert verify(public_key_of(SEED), sign(SEED, NEWER), NEWER)
    assert not verify(public_key_of(SEED), sign(SEED, NEWER), FACTS)
    assert not verify(public_key_of(SEED), sign(SEED, FACTS), NEWER)


@pytest.mark.parametrize("field", [one.name for one in fields(Bound)])
def test_a_new_signature_fits_no_other_evidence_rules_or_consents(field: str) -> None:
    other = replace(NEWER, bound=replace(BOUND, **{field: "other"}))
    assert not verify(public_key_of(SEED), sign(SEED, NEWER), other)


def test_an_addendum_is_signed_over_its_author_and_its_text() -> None:
    assert signature_payload(ADDED) == (
        b"goodfaith addendum signature v1\x00"
        b'{"addendum_sha256":"'
        + b"56" * 32
        + b'","author":"staff:kim","chart_head":"'
        + b"ab" * 32
        + b'","encounter_id":"encounter-1","seq":40,"signed_at":1790000000000001}'
    )


@pytest.mark.parametrize("field", [one.name for one in fields(AddendumFacts)])
def test_the_signature_of_an_addendum_fits_no_other(field: str) -> None:
    value: object = 7 if field in {"seq", "signed_at"} else "other"
    other = replace(ADDED, **{field: value})  # type: ignore[arg-type]
    assert not verify(public_key_of(SEED), sign(SEED, ADDED), other)


def test_a_signature_is_verified_by_its_key_alone() -> None:
    signature = sign(SEED, FACTS)
    assert len(signature) == 64
    assert verify(public_key_of(SEED), signature, FACTS)
    assert not verify(public_key_of(bytes(32)), signature, FACTS)


def test_the_seed_and_key_are_those_of_the_standard() -> None:
    # RFC 8032, section 7.1, test 1
    seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
    key = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert public_key_of(bytes.fromhex(seed)).hex() == key


@pytest.mark.parametrize(
    "field", [one.name for one in fields(SignedFacts) if one.name != "bound"]
)
def test_a_signature_fits_no_other_facts(field: str) -> None:
    value: object = 7 if field in {"seq", "signed_at"} else "other"
    other = replace(FACTS, **{field: value})  # type: ignore[arg-type]
    assert not verify(public_key_of(SEED), sign(SEED, FACTS), other)


@given(where=st.integers(0, 63), bit=st.integers(0, 7))
def test_any_flipped_bit_breaks_the_signature(where: int, bit: int) -> None:
    signature = bytearray(sign(SEED, FACTS))
    signature[where] ^= 1 << bit
    assert not verify(public_key_of(SEED), bytes(signature), FACTS)


@pytest.mark.parametrize("nonsense", [b"", b"short", bytes(65)])
def test_nonsense_is_no_signature_and_no_key(nonsense: bytes) -> None:
    assert not verify(public_key_of(SEED), nonsense, FACTS)
    assert not verify(nonsense, sign(SEED, FACTS), FACTS)
    with pytest.raises(ValueError, match="32"):
        sign(nonsense, FACTS)


def test_the_hash_of_the_authority_depends_on_all_of_it() -> None:
    fact = AuthorityFact.of(SNAPSHOT)
    other = fact.model_copy(update={"number": "AZ-1"})
    hashes = {
        authority_hash([fact]),
        authority_hash([other]),
        authority_hash([fact, other]),
        authority_hash([other, fact]),
    }
    assert len(hashes) == 4


def test_a_key_is_named_by_the_hash_of_its_bytes() -> None:
    key = public_key_of(SEED)
    assert fingerprint(key) == hashlib.sha256(key).hexdigest()


def test_the_code_on_a_paper_is_short_and_of_this_signature() -> None:
    code = verification_code(sign(SEED, FACTS))
    assert len(code) == 19
    assert code.count("-") == 3
    assert code != verification_code(sign(SEED, replace(FACTS, seq=34)))


@pytest.mark.parametrize(
    "typed",
    [
        "ABCD-EFGH-IJKL-2345",
        " abcd efgh ijkl 2345\n",
        "abcdefghijkl2345",
        "ABCD\N{EN DASH}EFGH\N{EN DASH}IJKL-2345",
    ],
)
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert typed_code(typed) == "ABCD-EFGH-IJKL-2345"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ABCD-EFGH-IJKL",
        "ABCD-EFGH-IJKL-23456",
        "ABCD-EFGH-IJKL-0189",
        "ÄBCD-EFGH-IJKL-2345",
        "ABCD_EFGH_IJKL_2345",
    ],
)
def test_what_no_paper_prints_is_no_code(typed: str) -> None:
    assert typed_code(typed) is None


def test_the_code_that_is_printed_is_the_one_that_is_read() -> None:
    code = verification_code(bytes(64))
    assert typed_code(code) == code
