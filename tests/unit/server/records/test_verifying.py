"""A record that holds is told to hold, and what was done to it is named."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.chart import entries as e
from server.records.record import EarlierTree, EntryRecord, Holder, Record
from server.records.verifying import Trust, verify
from server.tlog import merkle
from tests.unit.server.chart_of_ana import ONE_OF_EACH
from tests.unit.server.records.record_of_ana import (
    CHART,
    EXAMINER,
    LOG,
    NETWORK_KEY,
    OTHER_LEAVES,
    PRACTITIONER_KEY,
    SIGNED_SEQ,
    WITNESS,
    addendum_facts,
    chain,
    checkpoint,
    exam_facts,
    file_of,
    in_tree,
    leaves_of,
    reduced,
    signature,
    signatures,
    whole,
)

KNOWN = Trust(
    network_key=NETWORK_KEY.public_key().public_bytes_raw(),
    log_key=LOG.verifier_key,
    witness_keys=(WITNESS.verifier_key,),
)
FILE = file_of(whole())
SPA_FILE = file_of(reduced("spa"))
HOLDERS: list[Holder] = ["network", "spa", "patient"]


def problem(record: Record, trust: Trust = KNOWN) -> tuple[str, int | None]:
    verdict = verify(file_of(record), trust)
    assert verdict.holds == ()
    return verdict.problem or "", verdict.seq


def changed(record: Record, seq: int, change: Callable[[EntryRecord], EntryRecord]) -> Record:
    entries = list(record.entries)
    entries[seq - 1] = change(entries[seq - 1])
    return replace(record, entries=tuple(entries))


def rebuilt(written: list[tuple[str, e.AnyEntry]]) -> Record:
    """Return what somebody makes who has the database and the keys of the exam and the log."""
    entries, tree = in_tree(chain(written))
    return replace(whole(), entries=tuple(entries), tree=tree)


# ------------------------------------------------------------------ what holds


@pytest.mark.parametrize("holder", HOLDERS)
def test_a_record_holds_for_each_holder_and_says_so(holder: Holder) -> None:
    verdict = verify(file_of(reduced(holder)), KNOWN)
    assert verdict.problem is None
    said = " ".join(verdict.holds)
    assert f"as its {holder} may have it" in said
    assert f"The chain holds: {len(CHART)} entries" in said
    assert f"Signed 2026-09-21 14:13:20 UTC by {EXAMINER}" in said
    assert "bound to its authority, attestation, evidence, consents and rules (2026" in said
    assert "by network for staff:kim" in said
    assert "the log ana.example/log, a tree of" in said
    assert "The witness witness.example saw this tree 2026-09-21" in said
    assert "with the key given" in said
    assert ("withheld" in said) == (holder != "network")


def test_without_keys_from_elsewhere_it_names_those_of_the_file_to_be_compared() -> None:
    said = " ".join(verify(FILE, Trust()).holds)
    assert NETWORK_KEY.public_key().public_bytes_raw().hex() in said
    assert str(LOG.verifier_key) in said
    assert "for you to compare" in said
    assert "(the key in the file)" in said


def test_a_chart_signed_before_version_2_still_holds_and_says_to_what_it_is_bound() -> None:
    record = whole("exam_v1")
    verdict = verify(file_of(record), KNOWN)
    assert verdict.problem is None
    assert "bound to its authority and attestation;" in " ".join(verdict.holds)
    bare = replace(record, signatures=record.signatures[:1])
    assert verify(file_of(bare), KNOWN).problem is None


def test_an_unsigned_chart_has_a_record_that_says_so() -> None:
    entries, tree = in_tree(chain(CHART[: SIGNED_SEQ - 1]))
    record = replace(
        whole(), visit="in_progress", entries=tuple(entries), tree=tree, signatures=()
    )
    assert "The exam is not signed." in verify(file_of(record), KNOWN).holds


def test_a_record_before_the_log_has_anything_says_so() -> None:
    bare = tuple(replace(one, log_index=None, proof=()) for one in whole().entries)
    record = replace(whole(), entries=bare, tree=None)
    said = " ".join(verify(file_of(record), Trust()).holds)
    assert "The entries are in no tree yet" in said
    assert problem(record)[0] == "This does not hold: the checkpoint: the record has none."


# ------------------------------------------------------------------ every byte counts


@settings(max_examples=150, deadline=None)
@given(where=st.integers(0, len(SPA_FILE) - 1), bits=st.integers(1, 255))
def test_any_changed_byte_is_found(where: int, bits: int) -> None:
    data = bytearray(SPA_FILE)
    data[where] ^= bits
    verdict = verify(bytes(data), Trust())
    assert verdict.problem
    assert verdict.holds == ()


@settings(max_examples=100, deadline=None)
@given(where=st.integers(0, len(SPA_FILE)), byte=st.integers(0, 255))
def test_any_byte_put_in_is_found(where: int, byte: int) -> None:
    verdict = verify(SPA_FILE[:where] + bytes([byte]) + SPA_FILE[where:], Trust())
    assert verdict.problem


@settings(max_examples=100, deadline=None)
@given(where=st.integers(0, len(SPA_FILE) - 1), count=st.integers(1, 40))
def test_any_bytes_taken_out_or_cut_off_are_found(where: int, count: int) -> None:
    assert verify(SPA_FILE[:where] + SPA_FILE[where + count :], Trust()).problem
    assert verify(SPA_FILE[:where], Trust()).problem


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b'"record":', b'"Record":', "the file does not have the members of its kind"),
        (b'{"record"', b' {"record"', "not canonical JSON from byte 0 on"),
        (b'"visit":"signed"', b'"visit":"signet"', "the network's signature over the file"),
        (b'"holder":"network"', b'"holder":"patient"', "another holder has the key"),
        (b'"format":"goodfaith record v1"', b'"format":"goodfaith record v2"', "no record of"),
        (b'"actor":"system"', b'"actor":"sytsem"', "entry "),
        (b'"log_index":5', b'"log_index":6', "entry 1 (exam.requested): it is not in the tree"),
        (b"ana.example/log\\n", b"bea.example/log\\n", "the checkpoint: it does not hold"),
        (b'"author":"staff:kim"', b'"author":"staff:jim"', "the signature of entry "),
        (b'"made_at":17', b'"made_at":18', "the network's signature over the file"),
        (b'"made_at":17', b'"made_at":1.7e1,"x":17', "a number that is not whole"),
        (b'"made_at":17', b'"made_at":1111111111111111117', "a number beyond 2^53"),
        (b'"seq":1}', b'"seq":1,"seq":1}', "not canonical JSON from byte"),
    ],
)
def test_what_was_done_in_each_region_is_said(old: bytes, new: bytes, said: str) -> None:
    assert FILE.count(old) >= 1
    verdict = verify(FILE.replace(old, new, 1), Trust())
    assert said in (verdict.problem or "")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not JSON from byte 0 on"),
        (b"\xff", "byte 0 is not UTF-8"),
        (b'{"a":"\xc3\xa9"', "not JSON from byte 9 on"),
        (b"[" * 200_000, "nested deeper"),
        (b'"\\ud800"', "holds what no record holds"),
        (b"NaN", "a number that is not whole"),
        (b'{"record":[],"signature":{}}', "signature does not have the members"),
    ],
)
def test_what_is_no_record_is_refused_with_why(data: bytes, said: str) -> None:
    assert said in (verify(data, Trust()).problem or "")


def test_the_signature_and_its_key_count_too() -> None:
    value = json.loads(FILE)
    for name, other in (("value", base64.b64encode(bytes(64)).decode()), ("public_key", "00")):
        forged = {**value, "signature": {**value["signature"], name: other}}
        data = json.dumps(forged, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
        found = verify(data.encode(), Trust()).problem or ""
        assert "the network's signature over the file: it does not hold" in found


# ------------------------------------------------------------------ what is done to a chart


def test_a_removed_entry_is_named() -> None:
    entries = whole().entries
    cut = replace(whole(), entries=(*entries[:6], *entries[7:]))
    found, seq = problem(cut)
    assert seq == 7
    assert "entry 7 is not where it must be" in found


def test_an_entry_removed_by_somebody_who_hashes_all_again_is_found() -> None:
    found, seq = problem(rebuilt([*CHART[:6], *CHART[7:]]))
    assert "signature of entry" in found
    assert seq == SIGNED_SEQ


def test_two_entries_in_another_order_are_named() -> None:
    entries = list(whole().entries)
    entries[3], entries[4] = entries[4], entries[3]
    assert problem(replace(whole(), entries=tuple(entries)))[1] == 4


def test_a_chart_cut_off_before_its_signature_is_found() -> None:
    record = replace(whole(), entries=whole().entries[: SIGNED_SEQ - 1])
    assert "the chart was cut off" in problem(record)[0]


def test_a_signature_taken_away_is_missed() -> None:
    record = whole()
    assert problem(replace(record, signatures=()))[0] == (
        "This does not hold: the signatures: the exam is signed, and its signature is not here."
    )
    for gone, seq in ((0, SIGNED_SEQ), (1, SIGNED_SEQ + 1), (2, SIGNED_SEQ + 2)):
        kept = (*record.signatures[:gone], *record.signatures[gone + 1 :])
        found = problem(replace(record, signatures=kept))
        assert ("its signature is not here" in found[0], found[1]) in {
            (True, seq),
            (True, None),
        }


def test_an_entry_of_another_exam_is_named() -> None:
    other = chain(CHART, encounter="encounter-2")[9]
    spliced = changed(whole(), 10, lambda own: replace(other, log_index=own.log_index))
    assert problem(spliced)[1] == 10


def test_the_ciphertext_of_another_entry_is_named() -> None:
    other = whole().entries[11]
    spliced = changed(whole(), 10, lambda own: replace(own, sealed=other.sealed))
    found, seq = problem(spliced)
    assert (seq, "its ciphertext was altered" in found) == (10, True)


def test_a_text_that_was_not_committed_to_is_named() -> None:
    record = reduced("patient")
    payload = record.entries[0].payload
    assert payload is not None
    forged = changed(
        record, 1, lambda own: replace(own, payload=payload.replace(b"Ana", b"Eva"))
    )
    found, seq = problem(forged)
    assert (seq, "it opens as another text" in found) == (1, True)


def test_a_record_played_back_from_before_an_addendum_is_found_by_who_kept_a_checkpoint() -> (
    None
):
    entries = chain(CHART)
    kept = checkpoint(leaves_of(entries))
    fewer, tree = in_tree(entries[:-1])
    old = replace(whole(), entries=tuple(fewer), tree=tree, signatures=whole().signatures[:-1])
    assert verify(file_of(old), KNOWN).problem is None
    found, _ = problem(old, replace(KNOWN, since=kept))
    assert "the record is older than the checkpoint given" in found


def test_a_tree_that_continues_a_kept_checkpoint_is_shown_to() -> None:
    leaves = leaves_of(whole().entries)
    kept = checkpoint(leaves[:9], cosigned=False)
    tree = whole().tree
    assert tree is not None
    proof = tuple(merkle.consistency_proof(leaves, 9))
    trust = replace(KNOWN, since=kept)
    shown = replace(whole(), tree=replace(tree, earlier=EarlierTree(kept, proof)))
    assert (
        "It continues the tree of 9 leaves that was kept."
        in verify(file_of(shown), trust).holds
    )
    assert "nothing shows that it continues" in problem(whole(), trust)[0]
    forked = checkpoint([*OTHER_LEAVES, *OTHER_LEAVES][:9], cosigned=False)
    assert "a fork" in problem(shown, replace(KNOWN, since=forked))[0]
    wrong = replace(whole(), tree=replace(tree, earlier=EarlierTree(forked, proof)))
    assert "does not begin with the older tree" in problem(wrong)[0]


def test_keys_that_a_reader_knows_must_be_those_of_the_file() -> None:
    other = replace(LOG, private_key=PRACTITIONER_KEY).verifier_key
    assert "of another log" in problem(whole(), Trust(log_key=other))[0]
    key = PRACTITIONER_KEY.public_key().public_bytes_raw()
    assert "by another key" in problem(whole(), Trust(network_key=key))[0]
    tree = whole().tree
    assert tree is not None
    alone = replace(tree, checkpoint=checkpoint(leaves_of(whole().entries), cosigned=False))
    assert "did not cosign" in problem(replace(whole(), tree=alone))[0]
    said = " ".join(verify(file_of(replace(whole(), tree=alone)), Trust()).holds)
    assert "No witness cosigned" in said


def test_the_practitioners_keys_that_a_reader_knows_must_be_those_of_the_signatures() -> None:
    own, other = (
        one.public_key().public_bytes_raw() for one in (PRACTITIONER_KEY, NETWORK_KEY)
    )
    given = replace(KNOWN, practitioner_keys=(other, own))
    assert f"The keys of {EXAMINER} are those given." in verify(FILE, given).holds
    assert f"That the keys are those of {EXAMINER}" in " ".join(verify(FILE, KNOWN).holds)
    wrong = problem(whole(), replace(KNOWN, practitioner_keys=(other,)))
    assert wrong[1] == SIGNED_SEQ
    assert f"by another key than was given of {EXAMINER}" in wrong[0]


def test_a_key_of_a_practitioner_is_not_borne_out_by_a_chart_that_nobody_signed() -> None:
    entries, tree = in_tree(chain(CHART[: SIGNED_SEQ - 1]))
    unsigned = replace(
        whole(), visit="wrap_up", entries=tuple(entries), signatures=(), tree=tree
    )
    assert problem(unsigned, replace(KNOWN, practitioner_keys=(bytes(32),))) == (
        "This does not hold: the signatures: none is by a practitioner.",
        None,
    )


# ------------------------------------------------------------------ signatures


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("attestation_sha256", "another attestation"),
        ("authority_sha256", "another authority"),
        ("evidence_sha256", "another evidence"),
        ("consents_sha256", "another consents"),
        ("rules_version", "another rules version"),
    ],
)
def test_a_signature_bound_to_something_else_is_found(field: str, said: str) -> None:
    record = whole()
    facts = exam_facts(record.entries)
    assert facts.bound is not None
    if field in {"attestation_sha256", "authority_sha256"}:
        other = replace(facts, **{field: "0" * 64})  # type: ignore[arg-type]
    else:
        other = replace(facts, bound=replace(facts.bound, **{field: "ab" * 32}))
    forged = (signature(other, EXAMINER, PRACTITIONER_KEY), *record.signatures[1:])
    found, seq = problem(replace(record, signatures=forged))
    assert (seq, said in found) == (SIGNED_SEQ, True)


def test_a_signature_of_another_exam_is_found() -> None:
    other = signatures(chain(CHART, encounter="encounter-2"))
    assert "it is of another exam" in problem(replace(whole(), signatures=tuple(other)))[0]


def test_an_addendum_put_in_the_mouth_of_the_examiner_is_found() -> None:
    record = whole()
    facts = addendum_facts(record.entries[SIGNED_SEQ + 1])
    for signer, author in ((EXAMINER, EXAMINER), (EXAMINER, "staff:kim")):
        said = signature(replace(facts, author=author), signer, PRACTITIONER_KEY)
        forged = replace(record, signatures=(*record.signatures[:2], said))
        assert "somebody else signed than wrote the entry" in problem(forged)[0]


def test_an_addendum_signed_over_another_text_is_found() -> None:
    record = whole()
    facts = replace(addendum_facts(record.entries[-1]), addendum_sha256="ab" * 32)
    forged = (*record.signatures[:2], signature(facts, "network", NETWORK_KEY))
    assert "another addendum was signed" in problem(replace(record, signatures=forged))[0]


def test_an_addendum_signed_for_the_network_by_another_key_is_found() -> None:
    record = whole()
    facts = addendum_facts(record.entries[-1])
    forged = (*record.signatures[:2], signature(facts, "network", PRACTITIONER_KEY))
    found, seq = problem(replace(record, signatures=forged))
    assert (seq, "by another key than the network's" in found) == (SIGNED_SEQ + 2, True)


def test_signatures_twice_or_of_other_entries_are_refused() -> None:
    record = whole()
    twice = (record.signatures[0], *record.signatures)
    assert "not in order" in problem(replace(record, signatures=twice))[0]
    facts = replace(exam_facts(record.entries), seq=3, chart_head=record.entries[2].leaf_hash)
    of_no_attestation = (signature(facts, EXAMINER, PRACTITIONER_KEY),)
    found, _ = problem(replace(record, signatures=of_no_attestation))
    assert f"it is of no {ONE_OF_EACH[2].kind}" in found
