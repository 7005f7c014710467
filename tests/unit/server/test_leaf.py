from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.chart.leaf import (
    GENESIS,
    Leaf,
    ciphertext_hash,
    commitment,
    leaf_bytes,
    leaf_hash,
    matches_ciphertext,
    opens_as,
    payload,
    split_payload,
    verify_chain,
)

SALT = bytes(range(32))


def leaf_after(previous: str, seq: int, encounter: str = "encounter-1") -> Leaf:
    return Leaf(
        encounter=encounter,
        seq=seq,
        kind="note.delta",
        at=1_790_000_000_000_000 + seq,
        actor="practitioner:practitioner-1",
        previous_hash=previous,
        ciphertext_hash=ciphertext_hash(f"sealed {seq}".encode()),
        commitment=commitment(SALT, f"text {seq}".encode()),
    )


def chain_of(length: int) -> list[Leaf]:
    leaves: list[Leaf] = []
    previous = GENESIS
    for seq in range(1, length + 1):
        leaves.append(leaf_after(previous, seq))
        previous = leaf_hash(leaves[-1])
    return leaves


def test_the_bytes_of_a_leaf_are_those_of_the_published_format() -> None:
    leaf = leaf_after(GENESIS, 1)
    header = (
        '{"actor":"practitioner:practitioner-1","at":1790000000000001,'
        f'"encounter":"encounter-1","kind":"note.delta","previous":"{GENESIS}","seq":1}}'
    ).encode()
    expected = (
        b"\x01"
        + len(header).to_bytes(2, "big")
        + header
        + sha256(b"sealed 1").digest()
        + sha256(SALT + b"text 1").digest()
    )
    assert leaf_bytes(leaf) == expected
    assert leaf_hash(leaf) == sha256(b"\x00" + expected).hexdigest()


@pytest.mark.parametrize("length", [0, 1, 2, 20])
def test_an_untouched_chain_holds(length: int) -> None:
    leaves = chain_of(length)
    head = leaf_hash(leaves[-1]) if leaves else GENESIS
    assert verify_chain(leaves) is None
    assert verify_chain(leaves, head=head) is None


@given(
    where=st.integers(0, 5),
    field=st.sampled_from(
        ["kind", "actor", "at", "previous_hash", "ciphertext_hash", "commitment"]
    ),
)
def test_a_change_anywhere_is_found_when_the_head_is_known(where: int, field: str) -> None:
    leaves = chain_of(6)
    head = leaf_hash(leaves[-1])
    value: object = {"at": 5, "kind": "addendum", "actor": "x"}.get(field, "ab" * 32)
    leaves[where] = replace(leaves[where], **{field: value})  # type: ignore[arg-type]
    bad = verify_chain(leaves, head=head)
    assert bad is not None
    assert bad in {where, where + 1} or (where == 0 and bad == 1)


def test_an_entry_taken_out_added_or_swapped_is_found() -> None:
    leaves = chain_of(4)
    assert verify_chain([leaves[0], *leaves[2:]]) == 2
    assert verify_chain([leaves[1], leaves[0], *leaves[2:]]) == 1
    assert verify_chain([*leaves, leaf_after(GENESIS, 5)]) == 4
    assert verify_chain([*leaves[:3], leaf_after(leaf_hash(leaves[2]), 4, "encounter-2")]) == 4


def test_entries_cut_off_at_the_end_are_found_by_the_head() -> None:
    leaves = chain_of(4)
    assert verify_chain(leaves[:3]) is None
    assert verify_chain(leaves[:3], head=leaf_hash(leaves[3])) == 3
    assert verify_chain([], head=leaf_hash(leaves[3])) == 1


def test_a_leaf_of_an_unknown_version_is_not_vouched_for() -> None:
    leaves = chain_of(2)
    leaves[1] = replace(leaves[1], version=2)
    assert verify_chain(leaves) == 2
    with pytest.raises(ValueError, match="version"):
        leaf_bytes(leaves[1])


@pytest.mark.parametrize("spelling", ["AB" * 32, "ab" * 31, "ab" * 33, "zz" * 32])
def test_one_hash_has_one_spelling(spelling: str) -> None:
    leaf = replace(leaf_after(GENESIS, 1), commitment=spelling)
    with pytest.raises(ValueError, match="hex"):
        leaf_bytes(leaf)
    assert verify_chain([leaf]) == 1


@given(st.binary(max_size=100))
def test_an_entry_opens_only_as_what_was_committed_to(plaintext: bytes) -> None:
    leaf = replace(leaf_after(GENESIS, 1), commitment=commitment(SALT, plaintext))
    opened = payload(SALT, plaintext)
    assert split_payload(opened) == (SALT, plaintext)
    assert opens_as(leaf, opened)
    assert not opens_as(leaf, opened + b"x")
    assert not opens_as(leaf, bytes(32) + plaintext)
    assert not opens_as(leaf, b"short")


def test_a_leaf_knows_its_ciphertext() -> None:
    leaf = leaf_after(GENESIS, 1)
    assert matches_ciphertext(leaf, b"sealed 1")
    assert not matches_ciphertext(leaf, b"sealed 2")


def test_a_salt_has_a_fixed_length() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        commitment(b"short", b"")
    with pytest.raises(ValueError, match="32 bytes"):
        payload(b"short", b"")
