"""The signatures of a record: each over the head it names, and bound to what the chart says.

What an exam's signature is bound to is computed here from the entries, where the holder may
read them; what is withheld is vouched for by the signature alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from server.chart.canonical import JsonValue, canonical
from server.records.entry_checks import ReadEntry, named
from server.records.record import Record, SignatureRecord
from server.records.refusals import CheckFailed
from server.signing import CONTEXTS, NOTHING_SHA256

ATTESTATION: Final = "attestation"
ADDENDUM: Final = "addendum"
NETWORK: Final = "network"
SIGNED: Final = "signed"

Bound = Callable[[Sequence[ReadEntry]], str | None]


class Unreadable(Exception):
    """What an exam is bound to cannot be read: no JSON, or JSON that has no canonical form."""


def check_signatures(record: Record, entries: Sequence[ReadEntry]) -> None:
    """Check all signatures, in the order of the entries, and that none is missing.

    Raises:
        CheckFailed: one does not hold, or is not there.
    """
    last = 0
    for one in record.signatures:
        if one.seq <= last:
            raise CheckFailed("the signatures", "they are not in order, or one is there twice")
        last = one.seq
        _check(one, record, entries)
    _require_all(record, entries)


def _require_all(record: Record, entries: Sequence[ReadEntry]) -> None:
    signed = {one.seq: one.context for one in record.signatures}
    exams = [one for one in record.signatures if one.context != "addendum_v1"]
    if record.visit == SIGNED and not exams:
        raise CheckFailed("the signatures", "the exam is signed, and its signature is not here")
    for read in entries:
        leaf = read.entry.leaf
        needed = leaf.kind == ATTESTATION or (
            # before version 2 addenda were not signed
            leaf.kind == ADDENDUM and any(one.context == "exam_v2" for one in exams)
        )
        if needed and leaf.seq not in signed:
            raise CheckFailed(named(read.entry), "its signature is not here", leaf.seq)


def _check(one: SignatureRecord, record: Record, entries: Sequence[ReadEntry]) -> None:
    seq = one.seq
    where = f"the signature of entry {seq}"
    if seq > len(entries):
        what = f"the chart was cut off: entry {seq} was signed, and is not here"
        raise CheckFailed(where, what, seq)
    signed = entries[seq - 1]
    leaf = signed.entry.leaf
    if one.facts["encounter_id"] != record.encounter_id:
        raise CheckFailed(where, "it is of another exam", seq)
    if one.facts["chart_head"] != signed.entry.leaf_hash:
        what = "another entry was signed: this one, or one before it, is not the one it was"
        raise CheckFailed(where, what, seq)
    exam = one.context != "addendum_v1"
    if leaf.kind != (ATTESTATION if exam else ADDENDUM):
        raise CheckFailed(where, f"it is of no {leaf.kind}", seq)
    if one.signer != _signer(one, leaf.actor):
        raise CheckFailed(where, "somebody else signed than wrote the entry", seq)
    _require_key(one, where)
    if exam:
        _check_bound(one, entries[:seq], where)
    elif one.facts["addendum_sha256"] != leaf.commitment:
        raise CheckFailed(where, "another addendum was signed", seq)


def _signer(one: SignatureRecord, actor: str) -> str:
    """Return who must have signed an entry of this actor."""
    if one.context != "addendum_v1":
        return f"practitioner:{one.facts['practitioner_id']}" if actor else ""
    if one.facts["author"] != actor:
        return ""
    return actor if actor.startswith("practitioner:") else NETWORK


def _require_key(one: SignatureRecord, where: str) -> None:
    message = CONTEXTS[one.context] + canonical(dict(one.facts))
    try:
        Ed25519PublicKey.from_public_bytes(one.public_key).verify(one.signature, message)
    except (InvalidSignature, ValueError):
        raise CheckFailed(where, "it does not hold", one.seq) from None


# ------------------------------------------------------------------ what an exam is bound to


def _check_bound(one: SignatureRecord, before: Sequence[ReadEntry], where: str) -> None:
    for name, computed in BOUND.items():
        if name not in one.facts:
            continue
        try:
            expected = bound_to(computed, before)
        except Unreadable:
            what = "what it is bound to cannot be read"
            raise CheckFailed(where, what, one.seq) from None
        if expected is not None and one.facts[name] != (expected or None):
            said = name.removesuffix("_sha256").replace("_", " ")
            raise CheckFailed(where, f"it is bound to another {said}", one.seq)
    actor = before[-1].entry.leaf.actor
    if actor != one.signer:
        raise CheckFailed(where, "somebody else signed than attested", one.seq)


def bound_to(computed: Bound, before: Sequence[ReadEntry]) -> str | None:
    """Return what one of `BOUND` computes from the entries up to the attestation.

    Raises:
        Unreadable: an entry's text commits to what nobody can hash; who wrote it chose it.
    """
    try:
        return computed(before)
    except (ValueError, TypeError, RecursionError) as error:
        raise Unreadable from error


def _last(entries: Sequence[ReadEntry], kind: str, **having: object) -> ReadEntry | None:
    """Return the last entry of a kind whose members are these; None where there is none."""
    for read in reversed(entries):
        if read.entry.leaf.kind == kind and (
            read.text is None
            or all(read.member(name) == value for name, value in having.items())
        ):
            return read
    return None


def _attestation(before: Sequence[ReadEntry]) -> str | None:
    text = before[-1].member("text")
    return _sha256(text.encode()) if isinstance(text, str) else None


def _authority(before: Sequence[ReadEntry]) -> str | None:
    found = _last(before, "authority.checked", moment="sign")
    if found is None:
        return "nothing"
    if found.text is None:
        return None
    listed = found.member("authorities")
    return _sha256(canonical(_json(listed)))


def _evidence(before: Sequence[ReadEntry]) -> str | None:
    found = _last(before, "modality.computed")
    return "nothing" if found is None else found.entry.leaf.commitment


def _rules(before: Sequence[ReadEntry]) -> str | None:
    found = _last(before, "rules.decided", moment="sign")
    if found is None:
        return "nothing"
    if found.text is None:
        return None
    version = found.member("rules_version")
    return version if isinstance(version, str) else ""


def _consents(before: Sequence[ReadEntry]) -> str | None:
    found = _last(before, "intake.consents")
    return NOTHING_SHA256 if found is None else found.entry.leaf.commitment


BOUND: Final[Mapping[str, Bound]] = {
    "attestation_sha256": _attestation,
    "authority_sha256": _authority,
    "evidence_sha256": _evidence,
    "rules_version": _rules,
    "consents_sha256": _consents,
}
"""From the entries up to the attestation; None: withheld, empty: it says that there is none."""


def _sha256(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def _json(value: object) -> JsonValue:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, Mapping):
        return {str(name): _json(one) for name, one in value.items()}
    if isinstance(value, Sequence):
        return [_json(one) for one in value]
    raise TypeError("not of JSON")
