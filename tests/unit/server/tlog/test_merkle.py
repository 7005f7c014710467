"""The tree against published roots and proofs, against the words of the RFC, and a library."""

from __future__ import annotations

import hashlib

import pymerkle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.tlog import merkle
from server.tlog.merkle import CompactRange, TreeTooSmall, leaf_hash, node_hash

# Eight inputs and the roots over the first n of them, as implementations of Certificate
# Transparency have checked each other with since 2013.
INPUTS = [
    bytes.fromhex(one)
    for one in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_hash(one) for one in INPUTS]
INCLUSIONS = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCIES = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


def some_leaves(count: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(4, "big")) for number in range(count)]


def root_by_definition(leaves: list[bytes]) -> bytes:
    """Section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(root_by_definition(leaves[:k]), root_by_definition(leaves[k:]))


@pytest.mark.parametrize("size", range(9))
def test_the_root_is_the_published_one(size: int) -> None:
    assert merkle.root_of(LEAVES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(("place", "proof"), INCLUSIONS.items())
def test_an_inclusion_proof_is_the_published_one(
    place: tuple[int, int], proof: list[str]
) -> None:
    index, size = place
    made = merkle.inclusion_proof(LEAVES[:size], index)
    assert [one.hex() for one in made] == proof
    root = bytes.fromhex(ROOTS[size])
    assert merkle.verify_inclusion(LEAVES[index], index, size, made, root)


@pytest.mark.parametrize(("sizes", "proof"), CONSISTENCIES.items())
def test_a_consistency_proof_is_the_published_one(
    sizes: tuple[int, int], proof: list[str]
) -> None:
    old, new = sizes
    made = merkle.consistency_proof(LEAVES[:new], old)
    assert [one.hex() for one in made] == proof
    roots = bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new])
    assert merkle.verify_consistency(old, new, made, *roots)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 8, 9, 31, 100, 257])
def test_growing_leaf_by_leaf_gives_the_root_of_the_definition(size: int) -> None:
    leaves = some_leaves(size)
    tree = CompactRange()
    for one in leaves:
        tree.append(one)
    assert tree.size == size
    assert tree.root() == root_by_definition(leaves)
    assert len(tree.hashes) == size.bit_count()


@given(st.integers(1, 300), st.data())
@settings(max_examples=60)
def test_every_leaf_proves_itself_and_no_other(size: int, data: st.DataObject) -> None:
    leaves = some_leaves(size)
    root = merkle.root_of(leaves)
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(leaves, index)
    assert merkle.verify_inclusion(leaves[index], index, size, proof, root)
    assert not merkle.verify_inclusion(leaf_hash(b"other"), index, size, proof, root)
    assert not merkle.verify_inclusion(leaves[index], index, size, [*proof, root], root)
    elsewhere = data.draw(st.integers(0, size - 1))
    if elsewhere != index:
        assert not merkle.verify_inclusion(leaves[index], elsewhere, size, proof, root)
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        bent = [*proof]
        bent[place] = bytes([bent[place][0] ^ 1]) + bent[place][1:]
        assert not merkle.verify_inclusion(leaves[index], index, size, bent, root)
        assert not merkle.verify_inclusion(leaves[index], index, size, proof[1:], root)


@given(st.integers(0, 200), st.integers(0, 200), st.data())
@settings(max_examples=80)
def test_a_tree_is_consistent_with_its_beginnings_alone(
    first: int, second: int, data: st.DataObject
) -> None:
    old, new = sorted((first, second))
    leaves = some_leaves(new)
    proof = merkle.consistency_proof(leaves, old)
    roots = merkle.root_of(leaves[:old]), merkle.root_of(leaves)
    assert merkle.verify_consistency(old, new, proof, *roots)
    if old:
        changed = data.draw(st.integers(0, old - 1))
        rewritten = [*leaves]
        rewritten[changed] = leaf_hash(b"rewritten")
        forged = merkle.consistency_proof(rewritten, old)
        assert not merkle.verify_consistency(
            old, new, forged, roots[0], merkle.root_of(rewritten)
        )
    for place in range(len(proof)):
        bent = [*proof]
        bent[place] = bytes([bent[place][0] ^ 1]) + bent[place][1:]
        assert not merkle.verify_consistency(old, new, bent, *roots)


def test_a_tree_never_has_a_later_beginning() -> None:
    assert not merkle.verify_consistency(5, 3, [], LEAVES[0], LEAVES[1])
    with pytest.raises(TreeTooSmall):
        merkle.consistency_proof(LEAVES[:3], 5)
    with pytest.raises(TreeTooSmall):
        merkle.inclusion_proof(LEAVES[:3], 3)
    assert not merkle.verify_inclusion(LEAVES[0], -1, 3, [], LEAVES[0])


def test_what_is_no_hash_proves_nothing() -> None:
    assert not merkle.verify_inclusion(b"short", 0, 1, [], b"short")
    assert not merkle.verify_consistency(0, 1, [], b"", LEAVES[0])
    assert not merkle.verify_consistency(0, 1, [], LEAVES[1], LEAVES[0])


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13, 64, 100])
def test_an_independent_library_agrees(size: int) -> None:
    library = pymerkle.InmemoryTree(algorithm="sha256")
    inputs = [bytes([number, size]) for number in range(size)]
    for one in inputs:
        library.append_entry(one)
    leaves = [leaf_hash(one) for one in inputs]
    assert library.get_root() == merkle.root_of(leaves)
    for index in range(size):
        theirs = library.prove_inclusion(index + 1, size)
        path = [bytes.fromhex(one) for one in theirs.serialize()["path"]]
        ours = merkle.inclusion_proof(leaves, index)
        assert path[0] == leaves[index]
        assert path[1:] == ours


@pytest.mark.parametrize(("old", "new"), [(1, 1), (1, 2), (3, 5), (6, 8), (8, 13), (50, 100)])
def test_an_independent_library_proves_our_roots_consistent(old: int, new: int) -> None:
    library = pymerkle.InmemoryTree(algorithm="sha256")
    leaves = []
    for number in range(new):
        library.append_entry(bytes([number]))
        leaves.append(leaf_hash(bytes([number])))
    theirs = library.prove_consistency(old, new)
    ours = merkle.root_of(leaves[:old]), merkle.root_of(leaves)
    pymerkle.verify_consistency(*ours, theirs)
    assert merkle.verify_consistency(old, new, merkle.consistency_proof(leaves, old), *ours)
