from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.sealing import (
    KEY_BYTES,
    NONCE_BYTES,
    OVERHEAD_BYTES,
    Place,
    SealBroken,
    blind_index,
    key_version,
    normalized,
    seal,
    unseal,
    unwrap_key,
    wrap_key,
)

KEY = bytes(range(32))
NONCE = bytes(12)
PLACE = Place(table="patients", column="sealed_identity", row="patient-1", tenant="spa-1")
keys = st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES)
nonces = st.binary(min_size=NONCE_BYTES, max_size=NONCE_BYTES)


@given(key=keys, nonce=nonces, plaintext=st.binary(max_size=200))
def test_what_is_sealed_opens_again_in_its_place(
    key: bytes, nonce: bytes, plaintext: bytes
) -> None:
    sealed = seal(key, plaintext, place=PLACE, nonce=nonce)
    assert unseal(key, sealed, place=PLACE) == plaintext
    assert len(sealed) == len(plaintext) + OVERHEAD_BYTES


@given(plaintext=st.binary(max_size=60), where=st.integers(min_value=0), bit=st.integers(0, 7))
def test_any_flipped_bit_breaks_the_seal(plaintext: bytes, where: int, bit: int) -> None:
    sealed = bytearray(seal(KEY, plaintext, place=PLACE, nonce=NONCE))
    sealed[where % len(sealed)] ^= 1 << bit
    with pytest.raises(SealBroken):
        unseal(KEY, bytes(sealed), place=PLACE)


@given(cut=st.integers(min_value=0, max_value=40))
def test_a_shortened_value_does_not_open(cut: int) -> None:
    sealed = seal(KEY, b"text", place=PLACE, nonce=NONCE)
    with pytest.raises(SealBroken):
        unseal(KEY, sealed[: min(cut, len(sealed) - 1)], place=PLACE)


@given(part=st.sampled_from(["table", "column", "row", "tenant"]), other=st.text(max_size=20))
def test_a_value_moved_to_another_place_does_not_open(part: str, other: str) -> None:
    sealed = seal(KEY, b"text", place=PLACE, nonce=NONCE)
    moved = replace(PLACE, **{part: other + "x" + other})
    with pytest.raises(SealBroken):
        unseal(KEY, sealed, place=moved)


def test_no_two_places_run_into_each_other() -> None:
    sealed = seal(KEY, b"text", place=Place("ab", "c", "d", "e"), nonce=NONCE)
    with pytest.raises(SealBroken):
        unseal(KEY, sealed, place=Place("a", "bc", "d", "e"))


@given(other=keys.filter(lambda key: key != KEY))
def test_another_key_does_not_open(other: bytes) -> None:
    with pytest.raises(SealBroken):
        unseal(other, seal(KEY, b"text", place=PLACE, nonce=NONCE), place=PLACE)


def test_a_broken_seal_says_nothing_about_its_content() -> None:
    sealed = seal(KEY, b"secret", place=PLACE, nonce=NONCE)
    with pytest.raises(SealBroken) as broken:
        unseal(KEY, sealed[:-1], place=PLACE)
    assert broken.value.code == "seal_broken"
    assert "secret" not in repr(broken.value)
    assert broken.value.__suppress_context__


def test_the_version_of_the_key_is_read_without_the_key() -> None:
    sealed = seal(KEY, b"text", place=PLACE, nonce=NONCE, key_version=513)
    assert key_version(sealed) == 513
    with pytest.raises(SealBroken):
        key_version(b"GF")
    with pytest.raises(SealBroken):
        key_version(b"XX" + sealed[2:])


@given(parent=keys, key=keys, nonce=nonces)
def test_a_wrapped_key_unwraps_under_its_parent(
    parent: bytes, key: bytes, nonce: bytes
) -> None:
    wrapped = wrap_key(parent, key, place=PLACE, nonce=nonce)
    assert unwrap_key(parent, wrapped, place=PLACE) == key


def test_a_wrapped_key_is_not_data_and_data_are_no_key() -> None:
    with pytest.raises(SealBroken):
        unseal(KEY, wrap_key(KEY, bytes(32), place=PLACE, nonce=NONCE), place=PLACE)
    with pytest.raises(SealBroken):
        unwrap_key(KEY, seal(KEY, bytes(32), place=PLACE, nonce=NONCE), place=PLACE)


def test_keys_and_nonces_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        seal(b"short", b"", place=PLACE, nonce=NONCE)
    with pytest.raises(ValueError, match="12 bytes"):
        seal(KEY, b"", place=PLACE, nonce=b"short")
    with pytest.raises(ValueError, match="version"):
        seal(KEY, b"", place=PLACE, nonce=NONCE, key_version=0)
    with pytest.raises(ValueError, match="32 bytes"):
        wrap_key(KEY, b"short", place=PLACE, nonce=NONCE)
    with pytest.raises(ValueError, match="32 bytes"):
        blind_index(b"short", "Ana", "1990-01-01")
    with pytest.raises(SealBroken):
        unseal(b"short", seal(KEY, b"", place=PLACE, nonce=NONCE), place=PLACE)


@pytest.mark.parametrize(
    "typed", ["ana  MARÍA  Núñez ", "Ana Mari\u0301a Nu\u0301n\u0303ez", "Ana\tMaría\nNúñez"]
)
def test_one_person_typed_in_several_ways_has_one_index(typed: str) -> None:
    assert blind_index(KEY, typed, "1990-01-01") == blind_index(
        KEY, "Ana María Núñez", "1990-01-01"
    )


def test_the_index_depends_on_key_name_and_date() -> None:
    indexes = {
        blind_index(KEY, "Ana", "1990-01-01"),
        blind_index(bytes(32), "Ana", "1990-01-01"),
        blind_index(KEY, "Anna", "1990-01-01"),
        blind_index(KEY, "Ana", "1990-01-02"),
    }
    assert len(indexes) == 4
    assert all(len(one) == 64 for one in indexes)


def test_the_name_and_the_date_do_not_run_into_each_other() -> None:
    assert blind_index(KEY, "Ana1", "990-01-01") != blind_index(KEY, "Ana", "1990-01-01")


@given(st.text(max_size=40))
def test_normalizing_twice_changes_nothing_more(name: str) -> None:
    assert normalized(normalized(name)) == normalized(name)
