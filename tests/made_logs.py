"""A log that tests hold the key of, and can show two faces."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.tlog import merkle
from server.tlog.checkpoints import TreeHead, sign_head
from server.tlog.signed_notes import Signer
from server.tlog.submissions import Submission

LEAVES = [merkle.leaf_hash(number.to_bytes(2, "big")) for number in range(300)]
REWRITTEN = [*LEAVES[:7], merkle.leaf_hash(b"rewritten"), *LEAVES[8:]]


class MadeLog:
    """One log."""

    def __init__(self, origin: str = "log.test/made", seed: int = 1) -> None:
        self.signer = Signer(origin, Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))

    @property
    def key(self) -> str:
        return str(self.signer.verifier_key)

    def head(self, size: int, leaves: Sequence[bytes] = LEAVES) -> TreeHead:
        return TreeHead(self.signer.name, size, merkle.root_of(leaves[:size]))

    def submission(self, old: int, new: int, leaves: Sequence[bytes] = LEAVES) -> Submission:
        proof = merkle.consistency_proof(leaves[:new], old) if old <= new else []
        return Submission(old, tuple(proof), sign_head(self.head(new, leaves), self.signer))
