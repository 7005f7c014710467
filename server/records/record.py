"""What a record holds, as values, and the one text of it.

The text is canonical JSON: `{"record": .., "signature": ..}`. The network's key signs

    "goodfaith record export v1" 00 | canonical JSON of `record`

Hashes are hexadecimal, other bytes base64. `docs/record-format.md` describes every member.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from server.chart.canonical import JsonValue, canonical
from server.chart.leaf import Leaf
from server.signing import Context

FORMAT: Final = "goodfaith record v1"
EXPORT: Final = b"goodfaith record export v1\x00"

Holder: TypeAlias = Literal["network", "spa", "patient"]


@dataclass(frozen=True, slots=True)
class EntryRecord:
    """One entry of the chart.

    Attributes:
        leaf: what is public about it.
        leaf_hash: the hash of that, hex.
        sealed: its ciphertext; with the network's holder only.
        payload: salt and text; with other holders, where they may read it.
        log_index: its place in the tree; None: it is not there yet.
        proof: that it is there.
    """

    leaf: Leaf
    leaf_hash: str
    sealed: bytes | None
    payload: bytes | None
    log_index: int | None = None
    proof: Sequence[bytes] = ()

    def members(self) -> dict[str, JsonValue]:
        """Return it as JSON."""
        return {
            "actor": self.leaf.actor,
            "at": self.leaf.at,
            "ciphertext_hash": self.leaf.ciphertext_hash,
            "commitment": self.leaf.commitment,
            "kind": self.leaf.kind,
            "leaf_hash": self.leaf_hash,
            "log_index": self.log_index,
            "payload": in_base64(self.payload),
            "proof": [one.hex() for one in self.proof],
            "sealed": in_base64(self.sealed),
            "seq": self.leaf.seq,
        }


@dataclass(frozen=True, slots=True)
class SignatureRecord:
    """A signature over a head of the chart.

    Attributes:
        context: of which kind.
        facts: what is signed, as the message has it.
        signer: `practitioner:<id>`, or `network`.
        public_key: 32 bytes.
        signature: 64 bytes.
    """

    context: Context
    facts: Mapping[str, str | int | None]
    signer: str
    public_key: bytes
    signature: bytes

    @property
    def seq(self) -> int:
        """Number of the entry whose leaf hash was signed."""
        seq = self.facts["seq"]
        return seq if isinstance(seq, int) else 0

    def members(self) -> dict[str, JsonValue]:
        """Return it as JSON."""
        return {
            "context": self.context,
            "facts": dict(self.facts),
            "public_key": self.public_key.hex(),
            "signature": in_base64(self.signature),
            "signer": self.signer,
        }


@dataclass(frozen=True, slots=True)
class EarlierTree:
    """A tree that somebody kept the checkpoint of, and that this one continues."""

    checkpoint: str
    proof: Sequence[bytes]

    def members(self) -> dict[str, JsonValue]:
        """Return it as JSON."""
        return {"checkpoint": self.checkpoint, "proof": [one.hex() for one in self.proof]}


@dataclass(frozen=True, slots=True)
class TreeRecord:
    """The tree in which the entries are.

    Attributes:
        checkpoint: as the log, and its witnesses, signed it.
        log_key: verifier key of the log.
        witness_keys: verifier keys of the witnesses that the network asks.
        earlier: an older tree that this one begins with.
    """

    checkpoint: str
    log_key: str
    witness_keys: Sequence[str] = ()
    earlier: EarlierTree | None = None

    def members(self) -> dict[str, JsonValue]:
        """Return it as JSON."""
        return {
            "checkpoint": self.checkpoint,
            "earlier": self.earlier.members() if self.earlier else None,
            "log_key": self.log_key,
            "witness_keys": list(self.witness_keys),
        }


@dataclass(frozen=True, slots=True)
class Record:
    """All of one exam that a holder may have.

    Attributes:
        encounter_id, network_id, spa_id: which exam, and whose.
        visit: how it stood when the record was made.
        holder: for whom it was made.
        made_at: microseconds UTC.
        key: of the encounter, with which `sealed` opens; with the network's holder only.
        entries: all of the chart, in order.
        signatures: of the exam, then of its addenda.
        tree: None before the log has anything.
    """

    encounter_id: str
    network_id: str
    spa_id: str
    visit: str
    holder: Holder
    made_at: int
    key: bytes | None
    entries: Sequence[EntryRecord]
    signatures: Sequence[SignatureRecord]
    tree: TreeRecord | None

    def members(self) -> dict[str, JsonValue]:
        """Return it as JSON."""
        return {
            "encounter": {
                "id": self.encounter_id,
                "network": self.network_id,
                "spa": self.spa_id,
                "visit": self.visit,
            },
            "entries": [one.members() for one in self.entries],
            "format": FORMAT,
            "holder": self.holder,
            "key": in_base64(self.key),
            "made_at": self.made_at,
            "signatures": [one.members() for one in self.signatures],
            "tree": self.tree.members() if self.tree else None,
        }


@dataclass(frozen=True, slots=True)
class SignedRecord:
    """A record and the network's signature over it."""

    record: Record
    public_key: bytes
    signature: bytes

    def text(self) -> bytes:
        """Return the file."""
        return canonical(
            {
                "record": self.record.members(),
                "signature": {
                    "public_key": self.public_key.hex(),
                    "value": in_base64(self.signature),
                },
            }
        )


def export_message(record: Record) -> bytes:
    """Return the bytes that the network signs."""
    return EXPORT + canonical(record.members())


def in_base64(value: bytes | None) -> str | None:
    """Return bytes as text."""
    return None if value is None else base64.b64encode(value).decode("ascii")
