from collections.abc import Sequence
from dataclasses import replace

import pytest

from server.chart.entries import decode
from server.fhir.reading import Around, signed_chart
from server.fhir.refusals import SignatureDoubtful
from server.fhir.signed_chart import SignedChart
from server.storage.chart_log import StoredEntry
from server.storage.signatures import Signature
from tests import fhir_charts as charts
from tests.unit.server.chart_of_ana import NOW

AROUND = Around("network-1", "North", "spa-1", "patient-1", demo=False, pdf=b"%PDF")


def read(stored: Sequence[StoredEntry], signatures: Sequence[Signature]) -> SignedChart:
    entries = [decode(one.plaintext) for one in stored]
    return signed_chart(stored, entries, signatures, AROUND)


def by_another(one: StoredEntry) -> StoredEntry:
    return replace(one, leaf=replace(one.leaf, actor="practitioner:practitioner-2"))


@pytest.mark.parametrize("older", [False, True])
def test_nothing_is_said_in_the_name_of_a_signature_that_does_not_fit(*, older: bool) -> None:
    stored, (signature, added) = charts.stored_amended(older=older)
    assert read(stored, [signature, added]).seq == signature.seq
    for other in (
        replace(signature, signature=bytes(64)),
        replace(signature, signed_at=signature.signed_at + 1),
        replace(signature, chart_head="ab" * 32),
        replace(signature, practitioner_id="practitioner-2"),
        replace(signature, context="exam_v2" if older else "exam_v1"),
    ):
        with pytest.raises(SignatureDoubtful):
            read(stored, [other, added])


def test_what_is_signed_is_the_chart_that_is_read_by_whoever_attested() -> None:
    stored, signatures = charts.stored_amended()
    attested, added = stored[-2:]
    for other in (
        [*stored[:-2], replace(attested, leaf_hash="ab" * 32), added],
        [*stored[:-2], by_another(attested), added],
        [*stored[:-1], by_another(added)],
    ):
        with pytest.raises(SignatureDoubtful):
            read(other, signatures)


def test_addenda_come_with_their_authors_and_in_order() -> None:
    added = charts.amended().addenda
    assert [one.actor.partition(":")[0] for one in added] == [
        "practitioner",
        "staff",
        "system",
    ]
    assert [one.seq for one in added] == sorted(one.seq for one in added)


def test_a_review_began_when_the_reviewer_took_it() -> None:
    live, reviewed = charts.usual(), charts.forwarded()
    assert live.began_at == NOW
    assert reviewed.began_at is not None
    assert NOW < reviewed.began_at < reviewed.document.signed_at
    assert reviewed.ended_at == reviewed.document.signed_at


def test_the_rules_are_those_of_the_signature() -> None:
    assert charts.usual().rules == ("2026-11-22.1", "ef" * 32)


def test_an_addendum_that_is_not_signed_as_it_stands_is_not_exported() -> None:
    stored, (exam, added) = charts.stored_amended()
    (found,) = read(stored, [exam, added]).addenda
    assert found.signature is not None
    for other in (replace(added, signature=bytes(64)), replace(added, public_key=bytes(32))):
        with pytest.raises(SignatureDoubtful):
            read(stored, [exam, other])


def test_an_addendum_without_a_signature_is_from_before_addenda_were_signed() -> None:
    stored, (older, _) = charts.stored_amended(older=True)
    (unsigned,) = read(stored, [older]).addenda
    assert unsigned.signature is None
    stored, (exam, _) = charts.stored_amended()
    with pytest.raises(SignatureDoubtful):
        read(stored, [exam])
