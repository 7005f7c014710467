"""Verifying a file offline: what holds, in plain sentences, or the first thing that does not.

Nothing is looked up. Without keys from elsewhere it says whose keys the file names, for the
reader to compare; with them, it says that they are those.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from server.records.entry_checks import ReadEntry, check_entry, named
from server.records.parsing import parse
from server.records.record import Record, SignedRecord, export_message
from server.records.refusals import CheckFailed, FileRefused
from server.records.signature_checks import NETWORK, check_signatures
from server.records.strict import read_strict
from server.records.tree_checks import CheckedTree, check_inclusion, check_tree
from server.signing import fingerprint, verification_code
from server.tlog.signed_notes import VerifierKey


@dataclass(frozen=True, slots=True)
class Trust:
    """What a reader knows from elsewhere.

    Attributes:
        network_key: Ed25519 key of the network, 32 bytes.
        log_key: verifier key of the log.
        witness_keys: of witnesses that must have cosigned.
        practitioner_keys: Ed25519 keys, 32 bytes each: of the practitioners who signed.
        since: a checkpoint that was kept, as text.
    """

    network_key: bytes | None = None
    log_key: VerifierKey | None = None
    witness_keys: Sequence[VerifierKey] = ()
    since: str | None = None
    practitioner_keys: Sequence[bytes] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of it.

    Attributes:
        holds: what holds, in sentences.
        problem: what does not; None: all holds.
        seq: the first entry that does not; None where it is about none.
    """

    holds: tuple[str, ...] = ()
    problem: str | None = None
    seq: int | None = field(default=None)


def verify(data: bytes, trust: Trust) -> Verdict:
    """Verify a file."""
    try:
        signed = parse(read_strict(data))
        return Verdict(tuple(check(signed, trust)))
    except FileRefused as error:
        return Verdict(problem=f"This is no record: {error}.")
    except CheckFailed as error:
        return Verdict(problem=f"This does not hold: {error}.", seq=error.seq)


def check(signed: SignedRecord, trust: Trust) -> list[str]:
    """Return what holds of a record.

    Raises:
        CheckFailed: the first thing that does not hold.
    """
    record = signed.record
    tree, entries = check_content(record, trust)
    _require_practitioners(record, trust)
    _require_signature(signed, trust)
    return [
        _about(record),
        *_chain(record, entries),
        *_signatures(record),
        *_practitioners(record, trust),
        *_tree(tree),
        _file(signed, trust),
    ]


def check_content(record: Record, trust: Trust) -> tuple[CheckedTree | None, list[ReadEntry]]:
    """Check tree, chain, texts, and signatures of a record: all but the file's own signature.

    Raises:
        CheckFailed: the first thing that does not hold.
    """
    if record.holder != "network" and record.key is not None:
        raise CheckFailed("the record", "another holder has the key of the exam")
    tree = _checked_tree(record, trust)
    entries: list[ReadEntry] = []
    for place, entry in enumerate(record.entries):
        entries.append(check_entry(record, place))
        if tree is not None:
            check_inclusion(entry, tree.head)
        elif entry.log_index is not None or entry.proof:
            what = "it is said to be in a tree, of which there is no checkpoint"
            raise CheckFailed(named(entry), what, entry.leaf.seq)
    check_signatures(record, entries)
    return tree, entries


def _checked_tree(record: Record, trust: Trust) -> CheckedTree | None:
    if record.tree is not None:
        return check_tree(
            record.tree,
            log_key=trust.log_key,
            witness_keys=trust.witness_keys,
            since=trust.since,
        )
    if trust.log_key or trust.witness_keys or trust.since:
        raise CheckFailed("the checkpoint", "the record has none")
    return None


def _require_practitioners(record: Record, trust: Trust) -> None:
    if not trust.practitioner_keys:
        return
    theirs = [one for one in record.signatures if one.signer != NETWORK]
    if not theirs:
        raise CheckFailed("the signatures", "none is by a practitioner")
    for one in theirs:
        if one.public_key not in trust.practitioner_keys:
            what = f"it is by another key than was given of {one.signer}"
            raise CheckFailed(f"the signature of entry {one.seq}", what, one.seq)


def _require_signature(signed: SignedRecord, trust: Trust) -> None:
    where = "the network's signature over the file"
    if trust.network_key is not None and signed.public_key != trust.network_key:
        raise CheckFailed(where, "it is by another key than the one that was given")
    try:
        key = Ed25519PublicKey.from_public_bytes(signed.public_key)
        key.verify(signed.signature, export_message(signed.record))
    except (InvalidSignature, ValueError):
        raise CheckFailed(where, "it does not hold: the file was altered") from None
    for one in signed.record.signatures:
        if one.signer == NETWORK and one.public_key != signed.public_key:
            what = "it is by another key than the network's"
            raise CheckFailed(f"the signature of entry {one.seq}", what, one.seq)


# ------------------------------------------------------------------ in sentences


def _about(record: Record) -> str:
    return (
        f"This is the record of exam {record.encounter_id} (visit: {record.visit}), as its "
        f"{record.holder} may have it, made {_time(record.made_at)}."
    )


def _chain(record: Record, entries: Sequence[ReadEntry]) -> Iterator[str]:
    if not entries:
        yield "The chart has no entries."
        return
    first, last = record.entries[0], record.entries[-1]
    yield (
        f"The chain holds: {len(entries)} entries from {_time(first.leaf.at)} to "
        f"{_time(last.leaf.at)}, none changed, moved, added or removed up to the head "
        f"{last.leaf_hash}."
    )
    if record.holder == "network" and record.key is None:
        yield "No text can be read: the key of the exam was destroyed. Its proofs hold."
        return
    withheld = Counter(one.entry.leaf.kind for one in entries if one.text is None)
    readable = len(entries) - withheld.total()
    yield f"{readable} entries can be read, and each is the text that was committed to."
    if withheld:
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(withheld.items()))
        yield (
            f"{withheld.total()} entries are withheld from this holder; their hashes are in "
            f"the chain ({kinds})."
        )


def _signatures(record: Record) -> Iterator[str]:
    if not record.signatures:
        yield "The exam is not signed."
    for one in record.signatures:
        at = one.facts["signed_at"]
        when = _time(at if isinstance(at, int) else 0)
        key = fingerprint(one.public_key)
        if one.context == "addendum_v1":
            yield (
                f"Addendum, entry {one.seq}: signed {when} by {one.signer} for "
                f"{one.facts['author']}, key {key}."
            )
            continue
        to = "its authority and attestation"
        if one.context == "exam_v2":
            rules = one.facts["rules_version"] or "none"
            to = f"its authority, attestation, evidence, consents and rules ({rules})"
        yield (
            f"Signed {when} by {one.signer}: the chart up to entry {one.seq}, bound to {to}; "
            f"key {key}, verification code {verification_code(one.signature)}."
        )


def _practitioners(record: Record, trust: Trust) -> Iterator[str]:
    signers = sorted({one.signer for one in record.signatures if one.signer != NETWORK})
    if not signers:
        return
    named_ones = ", ".join(signers)
    if trust.practitioner_keys:
        yield f"The keys of {named_ones} are those given."
        return
    yield (
        f"That the keys are those of {named_ones}, the network vouches for with its signature "
        "over this file: compare them with what it published of each."
    )


def _tree(tree: CheckedTree | None) -> Iterator[str]:
    if tree is None:
        yield "The entries are in no tree yet: only the signatures vouch for them."
        return
    whose = "the key given" if tree.known else f"the key in the file, {tree.log_key}"
    yield (
        f"Every entry is in the log {tree.head.origin}, a tree of {tree.head.size} leaves "
        f"with root {tree.head.root.hex()}, signed with {whose}."
    )
    for one in tree.witnesses:
        known = "the key given" if one.known else "the key in the file"
        yield f"The witness {one.name} saw this tree {_time(one.at_s * 1_000_000)} ({known})."
    if not tree.witnesses:
        yield "No witness cosigned this tree: its times are the network's own claim."
    if tree.continues is not None:
        yield f"It continues the tree of {tree.continues} leaves that was kept."


def _file(signed: SignedRecord, trust: Trust) -> str:
    if trust.network_key is not None:
        return "The file is as the network signed it, with the key given."
    return (
        f"The file is as it was signed with the key {signed.public_key.hex()}. That this is "
        "the network's key is for you to compare with what the network published."
    )


def _time(at: int) -> str:
    try:
        moment = datetime.fromtimestamp(at / 1_000_000, UTC)
    except (ValueError, OverflowError, OSError):
        return f"at {at} microseconds"
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
