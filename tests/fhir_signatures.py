"""Charts as they are stored, and the signatures over them, for the tests of FHIR."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server import signing
from server.chart.entries import (
    AnyEntry,
    Attestation,
    AuthorityChecked,
    IntakeConsents,
    ModalityComputed,
    RulesDecided,
    encode,
)
from server.chart.leaf import GENESIS, Leaf, leaf_hash
from server.storage.chart_log import StoredEntry
from server.storage.signatures import Signature
from tests.unit.server.chart_of_ana import NOW

KEY: Final = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
NETWORK_KEY: Final = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
ENCOUNTER: Final = "encounter-1"
SECOND: Final = 1_000_000


def stored_as(entries: Sequence[AnyEntry], actors: Sequence[str]) -> list[StoredEntry]:
    """Return entries by actors as a chart that nobody sealed."""
    found: list[StoredEntry] = []
    previous = GENESIS
    for seq, (entry, actor) in enumerate(zip(entries, actors, strict=True), start=1):
        plaintext = encode(entry)
        digest = hashlib.sha256(plaintext).hexdigest()
        leaf = Leaf(
            encounter=ENCOUNTER,
            seq=seq,
            kind=str(entry.kind),
            at=NOW + seq * SECOND,
            actor=actor,
            previous_hash=previous,
            ciphertext_hash=digest,
            commitment=hashlib.sha256(b"salt" + plaintext).hexdigest(),
        )
        previous = leaf_hash(leaf)
        found.append(StoredEntry(leaf, previous, plaintext))
    return found


def of_exam(
    stored: Sequence[StoredEntry], entries: Sequence[AnyEntry], *, older: bool = False
) -> Signature:
    """Return the signature of an exam whose last stored entry is the attestation.

    Args:
        stored: the chart up to it.
        entries: the same, decoded; more are not looked at.
        older: of version 1, as exams were signed once.
    """
    attested = stored[-1]
    read = list(zip(stored, entries, strict=False))
    said = [one.sha256 for _, one in read if isinstance(one, Attestation)]
    checked = [one.authorities for _, one in read if isinstance(one, AuthorityChecked)]
    rules = [one.rules_version for _, one in read if isinstance(one, RulesDecided)]
    held = [row.leaf.commitment for row, one in read if isinstance(one, ModalityComputed)]
    agreed = [row.leaf.commitment for row, one in read if isinstance(one, IntakeConsents)]
    facts = signing.SignedFacts(
        encounter_id=ENCOUNTER,
        chart_head=attested.leaf_hash,
        seq=attested.seq,
        practitioner_id="practitioner-1",
        signed_at=attested.leaf.at,
        attestation_sha256=said[-1],
        authority_sha256=signing.authority_hash(checked[-1]),
        bound=None if older else signing.Bound(held[-1], rules[-1], agreed[-1]),
    )
    return Signature(
        encounter_id=ENCOUNTER,
        seq=attested.seq,
        chart_head=attested.leaf_hash,
        practitioner_id="practitioner-1",
        public_key=KEY.public_key().public_bytes_raw(),
        signature=signing.sign(KEY.private_bytes_raw(), facts),
        signed_at=attested.leaf.at,
        context=facts.context,
    )


def of_addendum(added: StoredEntry) -> Signature:
    """Return the signature of its author, or of the network for those who have no key."""
    who = added.leaf.actor.partition("practitioner:")[2] or None
    key = KEY if who else NETWORK_KEY
    facts = signing.AddendumFacts(
        encounter_id=ENCOUNTER,
        chart_head=added.leaf_hash,
        seq=added.seq,
        author=added.leaf.actor,
        signed_at=added.leaf.at,
        addendum_sha256=added.leaf.commitment,
    )
    return Signature(
        encounter_id=ENCOUNTER,
        seq=added.seq,
        chart_head=added.leaf_hash,
        practitioner_id=who,
        public_key=key.public_key().public_bytes_raw(),
        signature=signing.sign(key.private_bytes_raw(), facts),
        signed_at=added.leaf.at,
        context=facts.context,
    )
