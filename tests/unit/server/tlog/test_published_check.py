"""The published way to check the tree, run as it is printed, against a tree of ours."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.tlog import merkle
from server.tlog.checkpoints import TreeHead, sign_head
from server.tlog.signed_notes import COSIGNATURE, Signer, sign

PAGE = Path(__file__).parents[4] / "docs" / "record-format.md"
LOG = Signer("localhost:8080/log", Ed25519PrivateKey.from_private_bytes(bytes(32)))
WITNESS = Signer(
    "witness.test/w", Ed25519PrivateKey.from_private_bytes(b"\2" * 32), COSIGNATURE
)
LEAVES = [merkle.leaf_hash(bytes([number])) for number in range(77)]


def published(size: int = 77, **changed: object) -> dict[str, object]:
    """Run what is printed on a tree, with something changed, and return what it defines."""
    programs = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    head = TreeHead(LOG.name, size, merkle.root_of(LEAVES[:size]))
    rows = [
        {
            "leaf_hash": LEAVES[index],
            "log_index": index,
            "proof": merkle.inclusion_proof(LEAVES[:size], index),
        }
        for index in range(size)
    ]
    given: dict[str, object] = {
        "checkpoint": sign_head(head, LOG) + sign(head.text, WITNESS, time=1_750_000_000),
        "log_key": str(LOG.verifier_key),
        "witness_keys": [str(WITNESS.verifier_key)],
        "rows": rows,
        **changed,
    }
    exec(programs[1], given)  # noqa: S102 - the page is ours, and this is what it is for
    return given


@pytest.mark.parametrize("size", [1, 2, 3, 8, 50, 77])
def test_the_published_check_agrees_with_ours(size: int) -> None:
    checked = published(size)
    root_at = [merkle.root_of(LEAVES[:old]) for old in range(size + 1)]
    consistent = checked["is_consistent"]
    assert callable(consistent)
    for old in range(1, size + 1):
        proof = merkle.consistency_proof(LEAVES[:size], old)
        assert consistent(old, root_at[old], size, root_at[size], proof)
        if proof:
            bent = [*proof[:-1], bytes(32)]
            assert not consistent(old, root_at[old], size, root_at[size], bent)


def test_the_published_check_finds_what_was_changed() -> None:
    other = {"leaf_hash": LEAVES[3], "log_index": 4, "proof": []}
    with pytest.raises(AssertionError):
        published(rows=[other])
    strange = Signer(LOG.name, Ed25519PrivateKey.from_private_bytes(b"\3" * 32))
    with pytest.raises(ValueError, match="not signed"):
        published(log_key=str(strange.verifier_key))
    head = TreeHead(LOG.name, 77, LEAVES[0])
    forged = sign_head(head, LOG).replace(head.text, TreeHead(LOG.name, 76, LEAVES[0]).text)
    with pytest.raises(InvalidSignature):
        published(checkpoint=forged)
