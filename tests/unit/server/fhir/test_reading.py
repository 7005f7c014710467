from dataclasses import replace

import pytest

from server.chart.entries import decode
from server.fhir.reading import Around, signed_chart
from server.fhir.refusals import SignatureDoubtful
from tests import fhir_charts as charts
from tests.unit.server.chart_of_ana import NOW


def test_nothing_is_said_in_the_name_of_a_signature_that_does_not_fit() -> None:
    stored, signature = charts.stored_usual()
    entries = [decode(one.plaintext) for one in stored]
    around = Around("network-1", "North", "spa-1", "patient-1", demo=False, pdf=b"%PDF")
    assert signed_chart(stored, entries, [signature], around).seq == signature.seq
    for other in (
        replace(signature, signature=bytes(64)),
        replace(signature, signed_at=signature.signed_at + 1),
        replace(signature, chart_head="ab" * 32),
        replace(signature, practitioner_id="practitioner-2"),
    ):
        with pytest.raises(SignatureDoubtful):
            signed_chart(stored, entries, [other], around)


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
    stored, signatures = charts.stored_amended()
    entries = [decode(one.plaintext) for one in stored]
    around = Around("network-1", "North", "spa-1", "patient-1", demo=False, pdf=b"%PDF")
    exam, added = signatures
    (found,) = signed_chart(stored, entries, [exam, added], around).addenda
    assert found.signature is not None
    (unsigned,) = signed_chart(stored, entries, [exam], around).addenda
    assert unsigned.signature is None  # from before addenda were signed
    for other in (replace(added, signature=bytes(64)), replace(added, public_key=bytes(32))):
        with pytest.raises(SignatureDoubtful):
            signed_chart(stored, entries, [exam, other], around)
