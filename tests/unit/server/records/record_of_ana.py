"""Ana's record: her chart, signed, with an addendum by the examiner and one by the spa."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.attestation import EXAMINED
from server.chart import entries as e
from server.chart.leaf import GENESIS, Leaf, ciphertext_hash, commitment, leaf_hash, payload
from server.records.exporting import for_holder, signed_by
from server.records.record import (
    EntryRecord,
    Holder,
    Record,
    SignatureRecord,
    SignedRecord,
    TreeRecord,
)
from server.sealing import Place, seal
from server.signing import (
    AddendumFacts,
    Bound,
    Context,
    Facts,
    SignedFacts,
    authority_hash,
    sign,
)
from server.tlog import merkle
from server.tlog.checkpoints import TreeHead, sign_head
from server.tlog.signed_notes import COSIGNATURE, Signer
from server.tlog.signed_notes import sign as sign_note
from tests.unit.server.chart_of_ana import (
    NOW,
    ONE_OF_EACH,
    PRACTITIONER,
    SNAPSHOT,
)


@dataclass(frozen=True, slots=True)
class Raw:
    """An entry as somebody wrote it who does not care for the kinds."""

    kind: str
    text: bytes


KEY: Final = bytes(range(32))
ENCOUNTER: Final = "encounter-1"
EXAMINER: Final = f"practitioner:{PRACTITIONER.practitioner_id}"
PRACTITIONER_KEY: Final = Ed25519PrivateKey.from_private_bytes(b"p" * 32)
NETWORK_KEY: Final = Ed25519PrivateKey.from_private_bytes(b"n" * 32)
LOG: Final = Signer("ana.example/log", Ed25519PrivateKey.from_private_bytes(b"l" * 32))
WITNESS: Final = Signer(
    "witness.example", Ed25519PrivateKey.from_private_bytes(b"w" * 32), COSIGNATURE
)
OTHER_LEAVES: Final = [hashlib.sha256(bytes([one])).digest() for one in range(5)]
HELD: Final = next(one for one in ONE_OF_EACH if isinstance(one, e.ModalityComputed))
RULES: Final = next(one for one in ONE_OF_EACH if isinstance(one, e.RulesDecided)).model_copy(
    update={"moment": "sign"}
)
CHECKED: Final = e.AuthorityChecked(
    moment="sign", practitioner=PRACTITIONER, authorities=[e.AuthorityFact.of(SNAPSHOT)]
)
ATTESTED: Final = e.Attestation(
    version=EXAMINED.version,
    sha256=EXAMINED.sha256,
    text=EXAMINED.text,
    practitioner=PRACTITIONER,
)
BEFORE: Final[tuple[e.AnyEntry, ...]] = tuple(
    one for one in ONE_OF_EACH if not isinstance(one, e.Attestation | e.Addendum)
)
CHART: Final[tuple[tuple[str, e.AnyEntry], ...]] = (
    *(("patient:encounter-1", one) for one in BEFORE),
    ("system", RULES),
    ("system", CHECKED),
    ("system", HELD),
    (EXAMINER, ATTESTED),
    (EXAMINER, e.Addendum(text="Called back about the brow.")),
    ("staff:kim", e.Addendum(text="Condition confirmed by Kim, RN.")),
)
SIGNED_SEQ: Final = len(CHART) - 2


def chain(
    written: Sequence[tuple[str, e.AnyEntry | Raw]], encounter: str = ENCOUNTER
) -> list[EntryRecord]:
    """Return a chart as the network has it."""
    entries: list[EntryRecord] = []
    head = GENESIS
    for seq, (actor, entry) in enumerate(written, start=1):
        salt = hashlib.sha256(f"{encounter}{seq}".encode()).digest()
        text = entry.text if isinstance(entry, Raw) else e.encode(entry)
        place = Place("chart_entries", "sealed_entry", f"{encounter}:{seq}", "network-1")
        sealed = seal(KEY, payload(salt, text), place=place, nonce=seq.to_bytes(12, "big"))
        leaf = Leaf(
            encounter=encounter,
            seq=seq,
            kind=entry.kind,
            at=NOW + seq,
            actor=actor,
            previous_hash=head,
            ciphertext_hash=ciphertext_hash(sealed),
            commitment=commitment(salt, text),
        )
        head = leaf_hash(leaf)
        entries.append(EntryRecord(leaf, head, sealed, None))
    return entries


def committed(entries: Sequence[EntryRecord], kind: str) -> str:
    return [one.leaf.commitment for one in entries if one.leaf.kind == kind][-1]


def exam_facts(entries: Sequence[EntryRecord], context: Context = "exam_v2") -> SignedFacts:
    head = entries[SIGNED_SEQ - 1]
    bound = Bound(
        evidence_sha256=committed(entries, "modality.computed"),
        rules_version=RULES.rules_version,
        consents_sha256=committed(entries, "intake.consents"),
    )
    return SignedFacts(
        encounter_id=head.leaf.encounter,
        chart_head=head.leaf_hash,
        seq=SIGNED_SEQ,
        practitioner_id=PRACTITIONER.practitioner_id,
        signed_at=NOW + 1_000,
        attestation_sha256=EXAMINED.sha256,
        authority_sha256=authority_hash(CHECKED.authorities),
        bound=bound if context == "exam_v2" else None,
    )


def addendum_facts(entry: EntryRecord) -> AddendumFacts:
    return AddendumFacts(
        encounter_id=entry.leaf.encounter,
        chart_head=entry.leaf_hash,
        seq=entry.leaf.seq,
        author=entry.leaf.actor,
        signed_at=NOW + 2_000,
        addendum_sha256=entry.leaf.commitment,
    )


def signature(facts: Facts, signer: str, key: Ed25519PrivateKey) -> SignatureRecord:
    return SignatureRecord(
        context=facts.context,
        facts=facts.members(),
        signer=signer,
        public_key=key.public_key().public_bytes_raw(),
        signature=sign(key.private_bytes_raw(), facts),
    )


def signatures(
    entries: Sequence[EntryRecord], context: Context = "exam_v2"
) -> list[SignatureRecord]:
    return [
        signature(exam_facts(entries, context), EXAMINER, PRACTITIONER_KEY),
        signature(addendum_facts(entries[SIGNED_SEQ]), EXAMINER, PRACTITIONER_KEY),
        signature(addendum_facts(entries[SIGNED_SEQ + 1]), "network", NETWORK_KEY),
    ]


def leaves_of(entries: Sequence[EntryRecord]) -> list[bytes]:
    """Return the leaves of a tree in which others stand before and between."""
    own = [bytes.fromhex(one.leaf_hash) for one in entries]
    return [*OTHER_LEAVES, *own[:3], *OTHER_LEAVES, *own[3:]]


def checkpoint(leaves: Sequence[bytes], *, cosigned: bool = True) -> str:
    head = TreeHead(LOG.name, len(leaves), merkle.root_of(leaves))
    note = sign_head(head, LOG)
    return note + sign_note(head.text, WITNESS, time=1_790_000_001) if cosigned else note


def in_tree(entries: Sequence[EntryRecord]) -> tuple[list[EntryRecord], TreeRecord]:
    """Return entries with their proofs, and the tree."""
    leaves = leaves_of(entries)
    proven = []
    for place, one in enumerate(entries):
        index = place + len(OTHER_LEAVES) * (1 if place < 3 else 2)
        proof = merkle.inclusion_proof(leaves, index)
        proven.append(replace(one, log_index=index, proof=tuple(proof)))
    keys = (str(WITNESS.verifier_key),)
    return proven, TreeRecord(checkpoint(leaves), str(LOG.verifier_key), keys)


def whole(context: Context = "exam_v2") -> Record:
    """Return the network's record."""
    entries, tree = in_tree(chain(CHART))
    return Record(
        encounter_id=ENCOUNTER,
        network_id="network-1",
        spa_id="spa-glow-1",
        visit="signed",
        holder="network",
        made_at=NOW + 9_000_000,
        key=KEY,
        entries=tuple(entries),
        signatures=tuple(signatures(entries, context)),
        tree=tree,
    )


def file_of(record: Record) -> bytes:
    """Return a file, signed by the network."""
    return signed_file(record).text()


def signed_file(record: Record) -> SignedRecord:
    return signed_by(record, NETWORK_KEY)


def reduced(holder: Holder) -> Record:
    return for_holder(whole(), holder)
