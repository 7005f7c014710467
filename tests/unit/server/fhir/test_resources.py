import base64
import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from server.fhir.elements import filled, instant, named_by_hash, narrative
from server.fhir.people import human_name
from server.fhir.signed_chart import OrderStanding, SignedChart
from tests.fhir_charts import (
    TREATMENTS,
    amended,
    bundled,
    decided,
    declined,
    exam,
    forwarded,
    intake,
    mixed,
    of_type,
    signed,
    usual,
)
from tests.fhir_signatures import KEY
from tests.unit.server.chart_of_ana import NOW

Json = dict[str, Any]


def only(chart: SignedChart, kind: str) -> Json:
    """Return the one resource of a type."""
    (one,) = of_type(bundled(chart), kind)
    return one


def orders(chart: SignedChart) -> list[Json]:
    return of_type(bundled(chart), "ServiceRequest")


# ------------------------------------------------------------------ elements


def test_an_element_holds_nothing_empty() -> None:
    assert filled(class_="VR", text="", coding=[], more=None, no=False) == {
        "class": "VR",
        "no": False,
    }


def test_an_instant_is_in_utc_to_the_microsecond() -> None:
    assert instant(NOW) == "2026-09-21T14:13:20Z"
    assert instant(NOW + 1) == "2026-09-21T14:13:20.000001Z"


def test_a_content_is_named_by_its_hash_as_rfc_6920_has_it() -> None:
    digest = hashlib.sha256(b"Hello World!").hexdigest()
    assert named_by_hash(digest) == "ni:///sha-256;f4OxZX_x_FO5LcGBSKHWXfwtSx-j1ncoSt3SABJtkGk"


def test_a_narrative_of_nothing_still_says_something() -> None:
    assert "<p>-</p>" in str(narrative(["", "\x00"])["div"])


@pytest.mark.parametrize(
    ("line", "family", "given"),
    [
        ("Dr. Ruth Okafor", "Okafor", ["Ruth"]),
        ("Ana María Núñez", "Núñez", ["Ana", "María"]),
        ("Avery Stone, FNP-C", "Stone", ["Avery"]),
        ("Cher", "Cher", None),
    ],
)
def test_the_last_word_of_a_name_is_the_family(
    line: str, family: str, given: list[str] | None
) -> None:
    name = human_name(line)
    assert (name["family"], name.get("given"), name["text"]) == (family, given, line)


# ------------------------------------------------------------------ the encounter


def test_a_review_without_a_call_is_a_virtual_encounter_too() -> None:
    one = only(forwarded(), "Encounter")
    assert one["class"]["code"] == "VR"
    assert one["status"] == "finished"
    assert "store_and_forward" in [code["code"] for code in one["type"][0]["coding"]]


def test_an_exam_that_did_not_come_about_is_a_cancelled_encounter() -> None:
    chart = usual()
    chart = replace(chart, document=replace(chart.document, modality=None))
    one = only(chart, "Encounter")
    assert one["status"] == "cancelled"
    assert [code["code"] for code in one["type"][0]["coding"]] == ["none"]


# ------------------------------------------------------------------ orders


def test_an_approval_is_an_order_in_force_until_its_last_day() -> None:
    (one,) = orders(usual())
    assert (one["status"], one["intent"]) == ("active", "order")
    assert "_status" not in one
    assert one["occurrencePeriod"] == {"start": "2026-09-21", "end": "2027-09-21"}
    assert one["quantityRange"]["high"] == {"value": 20, "unit": "units"}
    assert one["performerType"]["text"] == "RN, NP"
    assert [place["text"] for place in one["bodySite"]] == ["Glabella"]


def test_what_was_not_approved_is_no_order_and_never_in_force() -> None:
    _, conditional, deferred = orders(mixed())
    (refused,) = orders(declined())
    assert (conditional["status"], conditional["intent"]) == ("on-hold", "order")
    assert (deferred["status"], deferred["intent"]) == ("on-hold", "proposal")
    assert (refused["status"], refused["intent"]) == ("revoked", "proposal")
    for one in (deferred, refused):
        assert "occurrencePeriod" not in one
        assert "orderDetail" not in one
    reason = deferred["_status"]["extension"][0]["valueCodeableConcept"]
    assert "needs_lab_result" in [code["code"] for code in reason["coding"]]


def test_the_wish_that_was_refused_is_the_spas() -> None:
    read = bundled(declined())
    (refused,) = of_type(read, "ServiceRequest")
    spa = next(one["fullUrl"] for one in read["entry"] if one["resource"].get("name") == "Glow")
    assert refused["requester"]["reference"] == spa


@pytest.mark.parametrize(
    ("standing", "status"),
    [
        (OrderStanding(), "on-hold"),
        (OrderStanding(satisfied_at=NOW), "active"),
        (OrderStanding(satisfied_at=NOW, revoked_at=NOW + 1), "revoked"),
    ],
)
def test_an_order_says_what_became_of_it(standing: OrderStanding, status: str) -> None:
    chart = mixed(standing={"filler": standing})
    assert orders(chart)[1]["status"] == status


def test_a_refusal_never_becomes_an_order_by_a_row_beside_it() -> None:
    chart = signed(
        [*intake(TREATMENTS[:1]), *exam([decided(TREATMENTS[0], "declined")])],
        standing={"neurotoxin": OrderStanding(satisfied_at=NOW)},
    )
    assert orders(chart)[0]["status"] == "revoked"


# ------------------------------------------------------------------ answers, consents, paper


def test_answers_are_by_the_questions_own_identifiers() -> None:
    one = only(usual(), "QuestionnaireResponse")
    items = [item for section in one["item"] for item in section["item"]]
    by_id = {item["linkId"]: item for item in items}
    assert by_id["ntx_before"]["answer"] == [{"valueBoolean": False}]
    assert all(item["text"] for item in items)
    assert one["questionnaire"].endswith("/health-intake|draft-2026-11-22")


def test_words_that_are_not_those_that_were_shown_are_left_out() -> None:
    older = [
        one.model_copy(update={"sets": [one.sets[0].model_copy(update={"sha256": "0" * 64})]})
        if one.kind == "questions.asked"
        else one
        for one in intake(TREATMENTS[:1])
    ]
    chart = signed([*older, *exam([decided(TREATMENTS[0], "approved")])])
    one = only(chart, "QuestionnaireResponse")
    items = [item for section in one["item"] for item in section["item"]]
    assert items
    assert not any("text" in item for item in items)
    assert {"valueBoolean": False} in [a for item in items for a in item.get("answer", [])]


def test_a_consent_names_exactly_the_text_that_was_accepted() -> None:
    first, second = of_type(bundled(usual()), "Consent")
    assert first["scope"]["coding"][0]["code"] == "patient-privacy"
    assert first["category"][0]["coding"][0]["code"] == "npp"
    assert second["scope"]["coding"][0]["code"] == "treatment"
    for one in (first, second):
        assert one["status"] == "active"
        assert one["policy"][0]["uri"] == named_by_hash("ab" * 32)
        assert one["policyRule"]["coding"][0]["version"] == "2026-11-1"


def test_a_consent_taken_back_is_not_active() -> None:
    chart = usual()
    chart = replace(chart, document=replace(chart.document, withdrawn_at=NOW + 9))
    for one in of_type(bundled(chart), "Consent"):
        assert one["status"] == "inactive"
        assert one["provision"]["period"]["end"] == instant(NOW + 9)


def test_the_paper_is_there_with_its_hashes() -> None:
    one = only(usual(), "DocumentReference")
    attached = one["content"][0]["attachment"]
    pdf = base64.b64decode(attached["data"])
    assert pdf == b"%PDF-1.7 made up"
    assert attached["size"] == len(pdf)
    sha1 = hashlib.sha1(pdf, usedforsecurity=False).digest()
    assert base64.b64decode(attached["hash"]) == sha1
    named = [known["value"] for known in one["identifier"]]
    assert named_by_hash(hashlib.sha256(pdf).hexdigest()) in named


# ------------------------------------------------------------------ the note, and later


def test_the_sections_are_in_the_order_of_a_clinical_note() -> None:
    sections = only(mixed(), "Composition")["section"]
    assert [one["code"]["coding"][0]["code"] for one in sections] == [
        "29299-5",
        "11329-0",
        "29545-1",
        "34109-9",
        "51848-0",
        "18776-5",
        "59284-0",
        "attestation",
    ]


def test_an_addendum_makes_an_amended_exam_beside_the_signed_one() -> None:
    before, (first, second) = (
        only(usual(), "Composition"),
        of_type(bundled(amended()), "Composition"),
    )
    assert first == before
    assert (first["status"], second["status"]) == ("final", "amended")
    assert second["section"][: len(first["section"])] == first["section"]
    added = second["section"][-1]["section"]
    assert "Called back about the brow." in added[0]["text"]["div"]
    assert len({one["author"][0]["reference"] for one in added}) == 3
    relations = [one["code"] for one in second["relatesTo"]]
    assert relations == ["replaces", "replaces"]
    assert second["relatesTo"][1]["targetIdentifier"]["value"] == "encounter-1.amended-2"


def test_each_addendum_is_another_amended_exam() -> None:
    added = [("practitioner:practitioner-1", text) for text in ("One.", "Two.")]
    names = [
        of_type(bundled(usual(addenda=added[:count])), "Composition")[1]["identifier"]["value"]
        for count in (1, 2)
    ]
    assert names == ["encounter-1.amended-1", "encounter-1.amended-2"]
    first = of_type(bundled(usual(addenda=added[:1])), "Composition")
    assert [one["code"] for one in first[1]["relatesTo"]] == ["replaces"]


# ------------------------------------------------------------------ the signature


def test_a_receiver_can_check_the_signature_with_what_is_in_the_bundle() -> None:
    one = only(usual(), "Provenance")["signature"][0]
    read = json.loads(base64.b64decode(one["data"]))
    key, signature, message = (
        base64.b64decode(read[name]) for name in ("public_key", "signature", "message")
    )
    assert key == KEY.public_key().public_bytes_raw()
    Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    with pytest.raises(InvalidSignature):
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message + b" ")
    _, _, facts = message.partition(b"\x00")
    assert json.loads(facts)["encounter_id"] == "encounter-1"
    head = only(usual(), "Provenance")["entity"][0]["what"]["identifier"]["value"]
    assert json.loads(facts)["chart_head"] == head


def test_an_amendment_says_who_made_it() -> None:
    first, second = of_type(bundled(amended()), "Provenance")
    assert "signature" in first
    assert first["policy"][1] == named_by_hash("ef" * 32)
    assert second["recorded"] > first["recorded"]
    assert second["entity"][0]["what"]["identifier"] != first["entity"][0]["what"]["identifier"]
    by_practitioner, by_spa, by_system = second["signature"]
    assert by_practitioner["who"] == first["signature"][0]["who"]
    assert by_spa["who"] == by_system["who"] != by_practitioner["who"]
    for one in second["signature"]:
        read = json.loads(base64.b64decode(one["data"]))
        key, signature, message = (
            base64.b64decode(read[name]) for name in ("public_key", "signature", "message")
        )
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)


def test_the_audit_event_is_of_the_signature() -> None:
    one = only(usual(), "AuditEvent")
    assert one["type"]["code"] == "attest"
    details = {detail["type"]: detail["valueString"] for detail in one["entity"][1]["detail"]}
    assert details["chart_seq"] == str(usual().seq)


def test_answers_come_before_the_signature() -> None:
    answered = only(usual(), "QuestionnaireResponse")["authored"]
    assert answered < only(usual(), "Composition")["date"]
