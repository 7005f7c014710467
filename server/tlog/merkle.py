"""The Merkle tree of RFC 6962, section 2.1: roots, proofs, and their verification.

    leaf hash = SHA-256(00 | leaf)
    node hash = SHA-256(01 | left | right)

A tree of any size is a few *perfect* subtrees side by side, the largest on the left: as many
as its size has ones in binary. `CompactRange` keeps their hashes alone, so a leaf is appended
with one node hash on average and never more than the logarithm of the size.

What it is not: where the hashes are kept (`server.tlog.tiles`).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeAlias

HASH_BYTES: Final = 32
LEAF_PREFIX: Final = b"\x00"
NODE_PREFIX: Final = b"\x01"
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
PROOF_MAX: Final = 63
"""Hashes of the longest proof that anybody sends (C2SP tlog-witness)."""

Span: TypeAlias = tuple[int, int]
"""Leaves from the first number up to, without, the second."""

Node: TypeAlias = tuple[int, int]
"""Level (0: a leaf) and number within the level of a perfect subtree."""


class TreeTooSmall(ValueError):
    """A leaf or an earlier tree was asked for that is not within the tree."""


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash that a leaf has in the tree."""
    return hashlib.sha256(LEAF_PREFIX + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node above two others."""
    return hashlib.sha256(NODE_PREFIX + left + right).digest()


class CompactRange:
    """A tree that only grows: its size, and the hashes of its perfect subtrees."""

    def __init__(self) -> None:
        self.size = 0
        self.hashes: list[bytes] = []
        """From the left, the largest first."""

    def append(self, hashed: bytes) -> None:
        """Add a leaf by its hash."""
        ones = _trailing_ones(self.size)
        for _ in range(ones):
            hashed = node_hash(self.hashes.pop(), hashed)
        self.hashes.append(hashed)
        self.size += 1

    def root(self) -> bytes:
        """Return the root hash; that of nothing is SHA-256 of nothing."""
        return folded(self.hashes) if self.hashes else EMPTY_ROOT


def folded(hashes: Sequence[bytes]) -> bytes:
    """Return the hash over perfect subtrees side by side, the largest on the left."""
    *rest, result = hashes
    for left in reversed(rest):
        result = node_hash(left, result)
    return result


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """Return the root over leaves, given by their hashes."""
    tree = CompactRange()
    for hashed in leaf_hashes:
        tree.append(hashed)
    return tree.root()


def perfect(span: Span) -> list[Node]:
    """Return the perfect subtrees that a span is made of, from the left.

    The span is one of those that proofs are made of: it begins where a subtree of its own
    height begins, and so its parts get smaller towards the right.
    """
    start, end = span
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append((level, start >> level))
        start += 1 << level
    return nodes


def inclusion_spans(index: int, size: int) -> list[Span]:
    """Return over which leaves the hashes of an inclusion proof are, in its order.

    Raises:
        TreeTooSmall: the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise TreeTooSmall(f"there is no leaf {index} among {size}")
    spans: list[Span] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return spans[::-1]


def consistency_spans(old: int, new: int) -> list[Span]:
    """Return over which leaves the hashes of a consistency proof are, in its order.

    Raises:
        TreeTooSmall: the older tree is the larger one.
    """
    if not 0 <= old <= new:
        raise TreeTooSmall(f"a tree of {new} has no earlier one of {old}")
    if old in {0, new}:
        return []
    spans: list[Span] = []
    start, end, whole = 0, new, True
    while end > old:
        middle = start + _split(end - start)
        if old <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start, whole = middle, False
    # The left edge of the new tree may be the old tree itself, whose root is known.
    return spans[::-1] if whole else [(start, end), *spans[::-1]]


def hashes_of(spans: Sequence[Span], hash_of: Callable[[Node], bytes]) -> list[bytes]:
    """Return the hash over each span, given how to find those of perfect subtrees."""
    return [folded([hash_of(node) for node in perfect(span)]) for span in spans]


def inclusion_proof(leaf_hashes: Sequence[bytes], index: int) -> list[bytes]:
    """Return the proof that a leaf is in the tree over `leaf_hashes`.

    Raises:
        TreeTooSmall: the tree has no such leaf.
    """
    spans = inclusion_spans(index, len(leaf_hashes))
    return [root_of(leaf_hashes[start:end]) for start, end in spans]


def consistency_proof(leaf_hashes: Sequence[bytes], old: int) -> list[bytes]:
    """Return the proof that the first `old` leaves are as the tree of that size had them.

    Raises:
        TreeTooSmall: there are fewer leaves than that.
    """
    spans = consistency_spans(old, len(leaf_hashes))
    return [root_of(leaf_hashes[start:end]) for start, end in spans]


def verify_inclusion(
    hashed: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Tell whether a leaf is at `index` of the tree that has this size and root.

    Args:
        hashed: the leaf's hash.
        index: from 0.
        size: leaves of the tree.
        proof: hashes from the leaf upwards.
        root: of the tree.
    """
    if not 0 <= index < size or not _are_hashes([hashed, root, *proof]):
        return False
    spans = inclusion_spans(index, size)
    if len(spans) != len(proof):
        return False
    result = hashed
    for (start, _), other in zip(spans, proof, strict=True):
        result = node_hash(result, other) if start > index else node_hash(other, result)
    return hmac.compare_digest(result, root)


def verify_consistency(
    old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> bool:
    """Tell whether the tree of size `new` begins with all of the tree of size `old`.

    With the empty tree everything is consistent, and the proof is empty.
    """
    if not 0 <= old <= new or not _are_hashes([old_root, new_root, *proof]):
        return False
    spans = consistency_spans(old, new)
    if len(spans) != len(proof):
        return False
    if old == 0:
        return hmac.compare_digest(old_root, EMPTY_ROOT)
    hashes = list(proof)
    left_edge = not spans or spans[0][0] == old
    before = after = old_root if left_edge else hashes.pop(0)
    for (start, _), other in zip(spans[len(spans) - len(hashes) :], hashes, strict=True):
        if start < old:
            before, after = node_hash(other, before), node_hash(other, after)
        else:
            after = node_hash(after, other)
    return hmac.compare_digest(before, old_root) and hmac.compare_digest(after, new_root)


def _split(size: int) -> int:
    """Return the largest power of two smaller than `size`: leaves of the left subtree."""
    return 1 << ((size - 1).bit_length() - 1)


def _trailing_ones(number: int) -> int:
    return ((number + 1) & ~number).bit_length() - 1


def _are_hashes(values: Iterable[bytes]) -> bool:
    return all(len(value) == HASH_BYTES for value in values)
