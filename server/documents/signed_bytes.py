"""The bytes that a practitioner signed, made again from the chart; both versions of them."""

from __future__ import annotations

from collections.abc import Sequence

from server import charting, signing
from server.chart import entries as chart
from server.signing import NOTHING_SHA256, Bound
from server.storage.chart_log import StoredEntry
from server.storage.signatures import Signature


def signed_bytes(
    signed: Signature,
    stored: Sequence[StoredEntry],
    entries: Sequence[chart.AnyEntry],
    attestation: chart.Attestation,
    authority: chart.AuthorityChecked,
) -> bytes | None:
    """Return what the signature of an exam is over; None where it does not fit the chart.

    Args:
        signed: the exam's signature.
        stored: the chart.
        entries: the same, decoded.
        attestation: the words that were signed.
        authority: what was relied upon at signing.
    """
    if signed.practitioner_id is None or signed.context == "addendum_v1":
        return None
    head = next((one for one in stored if one.seq == signed.seq), None)
    if head is None or head.leaf_hash != signed.chart_head:
        return None  # another chart was signed than the one that is read
    if head.leaf.actor != charting.practitioner(signed.practitioner_id):
        return None
    facts = signing.SignedFacts(
        encounter_id=signed.encounter_id,
        chart_head=signed.chart_head,
        seq=signed.seq,
        practitioner_id=signed.practitioner_id,
        signed_at=signed.signed_at,
        attestation_sha256=attestation.sha256,
        authority_sha256=signing.authority_hash(authority.authorities),
        bound=None if signed.context == "exam_v1" else _bound(signed.seq, stored, entries),
    )
    if not signing.verify(signed.public_key, signed.signature, facts):
        return None
    return signing.signature_payload(facts)


def addendum_bytes(signed: Signature, entry: StoredEntry) -> bytes | None:
    """Return what an addendum's signature is over; None where it does not fit the entry."""
    if signed.practitioner_id != charting.practitioner_of(entry.leaf.actor):
        return None
    facts = signing.AddendumFacts(
        encounter_id=signed.encounter_id,
        chart_head=entry.leaf_hash,
        seq=entry.seq,
        author=entry.leaf.actor,
        signed_at=signed.signed_at,
        addendum_sha256=entry.leaf.commitment,
    )
    if not signing.verify(signed.public_key, signed.signature, facts):
        return None
    return signing.signature_payload(facts)


def _bound(seq: int, stored: Sequence[StoredEntry], entries: Sequence[chart.AnyEntry]) -> Bound:
    evidence, consents, rules = NOTHING_SHA256, NOTHING_SHA256, None
    for one, entry in zip(stored, entries, strict=True):
        if one.seq >= seq:
            break
        match entry:
            case chart.ModalityComputed():
                evidence = one.leaf.commitment
            case chart.IntakeConsents():
                consents = one.leaf.commitment
            case chart.RulesDecided(moment="sign", rules_version=version):
                rules = version
            case _:
                pass
    return Bound(evidence, rules, consents)
