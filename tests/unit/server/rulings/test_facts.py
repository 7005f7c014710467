"""What a chart says, as the case that the rules decide."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import pytest

from server.chart.entries import (
    AnyEntry,
    CallConnected,
    CallFailed,
    ConsentWithdrawn,
    GateConfirmed,
    GuardianIdentified,
    IntakeDeviceTest,
    IntakeTreatments,
    LocationHeard,
    MinorAdmitted,
    ModalityRequested,
    RoomDeclared,
    UploadAdded,
)
from server.dea import DeaRegistration
from server.rules.case import Case, Connectivity, Guardian
from server.rules.policy import OperatorPolicy
from server.rules.words import Consent, Modality, Schedule, TreatmentClass
from server.rulings.cases import case_of, practitioner_of
from server.rulings.facts import Facts, Prior, facts_of
from server.storage.directory import PractitionerFile
from server.views import DeviceTestForm, GuardianForm
from signaling.identifiers import Instant
from signaling.messages import PersonInRoom, TreatmentRef
from tests.admitted import consented, intake, located
from tests.contract.storage import rows
from tests.minded import IN_RANGE
from tests.unit.server.forward_of_ana import PHOTO

NOW = rows.NOW


def said(*entries: AnyEntry) -> Facts:
    """Return the facts of an intake in Texas and what came after, a microsecond apart."""
    return facts_of((NOW + at, one) for at, one in enumerate([*intake("TX"), *entries]))


def photo(upload_id: str, kind: Literal["image", "record"] = "image") -> UploadAdded:
    named = {"upload_id": f"upload-{upload_id:0>4}", "upload_kind": kind}
    return PHOTO.model_copy(update=named)


def test_an_intake_says_who_where_and_what() -> None:
    facts = said()
    assert (facts.site, facts.location, facts.consented) == ("TX", "TX", True)
    assert facts.located_at == NOW + 1
    assert [one.treatment_class for one in facts.treatments] == ["neurotoxin"]


def test_another_jurisdiction_voids_consent_until_it_is_given_again() -> None:
    assert not said(located("AZ")).consented
    assert not said(located("AZ"), consented()).consented, "Texas has a notice of its own"
    assert said(located("AZ"), consented("AZ", "TX")).consented


def test_another_street_in_the_same_jurisdiction_voids_nothing() -> None:
    assert said(located("TX")).consented


def test_patient_and_site_both_count_where_they_differ() -> None:
    facts = facts_of((NOW, one) for one in intake("NV", site="AZ"))
    case = case_of(facts, OperatorPolicy(), None, now=NOW)
    assert case.places == ("AZ", "NV")


def test_places_of_a_correction_that_goes_on_count_too() -> None:
    case = case_of(said(), OperatorPolicy(), None, elsewhere=frozenset({"NV"}), now=NOW)
    assert case.places == ("NV", "TX")


def test_a_chart_that_says_nothing_is_asked_about_as_something_unknown() -> None:
    case = case_of(Facts(), OperatorPolicy(), None, now=NOW)
    assert [one.treatment_class for one in case.treatments] == [TreatmentClass.OTHER]
    assert (case.jurisdiction, case.age_years, case.consents) == (None, None, frozenset())


@pytest.mark.parametrize(
    ("name", "product", "schedule"),
    [
        ("weight_loss_drug", "phentermine", Schedule.IV),
        ("weight_loss_drug", "naltrexone_bupropion", None),
        ("weight_loss_drug", None, Schedule.IV),
        ("hormone", "testosterone_pellet", Schedule.III),
        ("hormone", "estradiol", None),
        ("filler", None, None),
    ],
)
def test_a_controlled_drug_is_known_by_its_product_or_taken_for_the_strictest(
    name: str, product: str | None, schedule: Schedule | None
) -> None:
    chosen = IntakeTreatments(treatments=[TreatmentRef(treatment_class=name, product=product)])
    (treatment,) = case_of(said(chosen), OperatorPolicy(), None, now=NOW).treatments
    assert treatment.controlled_schedule is schedule


def test_consent_is_to_telehealth_and_to_nothing_else() -> None:
    case = case_of(said(), OperatorPolicy(), None, now=NOW)
    assert case.consents == {Consent.TELEHEALTH}


def test_consent_taken_back_is_none() -> None:
    facts = said(ConsentWithdrawn(kinds=["telehealth", "privacy_notice"]))
    assert not facts.consented
    assert case_of(facts, OperatorPolicy(), None, now=NOW).consents == frozenset()
    assert said(ConsentWithdrawn(kinds=["telehealth"]), consented("TX")).consented


def test_another_place_that_the_practitioner_hears_counts_as_one_that_was_said() -> None:
    facts = said(LocationHeard(jurisdiction="AZ", attested="TX"))
    assert (facts.location, facts.located_at, facts.consented) == ("AZ", NOW + 4, False)
    assert facts.places == {"AZ", "TX"}


def of_a_minor(*entries: AnyEntry) -> Case:
    admitted = MinorAdmitted(treatment_classes=["neurotoxin"])
    guardian = GuardianIdentified(
        guardian=GuardianForm(
            legal_name="Luz Vega",
            birth_date="1980-05-06",
            relationship="parent",
            phone="+16025550103",
            present=True,
        )
    )
    facts = facts_of(
        (NOW, one) for one in [*intake("AZ", born="2012-01-01"), admitted, guardian, *entries]
    )
    return case_of(facts, OperatorPolicy(), None, now=NOW)


def test_a_guardian_is_named_and_there_and_consents_apart() -> None:
    before = of_a_minor()
    assert before.guardian == Guardian(identified=True, present=True)
    assert before.consents == frozenset(), "the guardian's document was not accepted"
    after = of_a_minor(consented("AZ", minor=True))
    assert after.consents == {Consent.TELEHEALTH, Consent.GUARDIAN}


@pytest.mark.parametrize(
    ("entries", "present"),
    [
        ([GateConfirmed(gate="guardian", confirmed=False)], False),
        ([RoomDeclared(by="practitioner", people=[])], False),
        ([RoomDeclared(by="patient", people=[PersonInRoom(who="friend")])], False),
        ([RoomDeclared(by="patient", people=[PersonInRoom(who="parent")])], True),
        (
            [
                RoomDeclared(by="practitioner", people=[]),
                GateConfirmed(gate="guardian", confirmed=True),
            ],
            True,
        ),
    ],
)
def test_a_guardian_is_there_until_somebody_says_otherwise(
    *, entries: list[AnyEntry], present: bool
) -> None:
    guardian = of_a_minor(*entries).guardian
    assert guardian is not None
    assert guardian.present is present


def device(camera: str) -> IntakeDeviceTest:
    test = {"camera": camera, "microphone": "ok", "speaker": "ok"}
    return IntakeDeviceTest(test=DeviceTestForm.model_validate(test))


FAILED = CallFailed(generation=1, reason="peer_failed")
SEEN = CallConnected(
    generation=1, patient_first_frame_at=NOW, practitioner_first_frame_at=NOW, connect_ms=9
)


@pytest.mark.parametrize(
    ("entries", "works"),
    [
        ([], (False, False, False)),
        ([device("ok")], (True, True, False)),
        ([device("denied")], (False, True, False)),
        ([device("ok"), FAILED], (False, True, True)),
        ([device("ok"), FAILED, SEEN], (True, True, True)),
    ],
)
def test_what_works_is_what_the_device_test_and_the_call_found(
    entries: list[AnyEntry], works: tuple[bool, bool, bool]
) -> None:
    video, audio, tried = works
    case = case_of(said(*entries), OperatorPolicy(), None, now=NOW)
    assert case.connectivity == Connectivity(video=video, audio=audio, video_tried=tried)


def test_an_earlier_live_exam_makes_a_patient_established() -> None:
    new = case_of(said(), OperatorPolicy(), None, now=NOW)
    assert (new.new_patient, new.established) == (True, False)
    prior = Prior(examined=True, last_live_at=NOW - 1)
    known = case_of(replace(said(), prior=prior), OperatorPolicy(), None, now=NOW)
    assert (known.new_patient, known.established) == (False, True)
    unseen = case_of(
        replace(said(), prior=Prior(examined=True)), OperatorPolicy(), None, now=NOW
    )
    assert (unseen.new_patient, unseen.established) == (False, False)


def test_what_is_sent_in_and_its_form_are_in_the_case() -> None:
    asked = ModalityRequested(modality="store_and_forward")
    sent = said(asked, photo("1"), photo("2"), photo("3", "record"))
    facts = replace(sent, evidenced=frozenset({"records_first"}))
    case = case_of(facts, OperatorPolicy(), None, now=NOW)
    assert (case.packet.images, case.packet.records) == (2, 1)
    assert case.requested_modality is Modality.STORE_AND_FORWARD
    assert case.evidenced == {"records_first"}


def test_vital_signs_outside_of_their_limits_are_flags_of_the_case() -> None:
    slim = IN_RANGE.model_copy(update={"height_cm": 180, "weight_kg": 70})
    glp1 = IntakeTreatments(treatments=[TreatmentRef(treatment_class="glp1")])
    before = {one.code for one in case_of(said(glp1), OperatorPolicy(), None, now=NOW).flags}
    after = {
        one.code for one in case_of(said(glp1, slim), OperatorPolicy(), None, now=NOW).flags
    }
    assert len(after - before) == 1


def test_what_is_not_in_order_a_practitioner_does_not_hold() -> None:
    suspended = replace(rows.LICENCE, status="suspended")
    unverified = replace(rows.LICENCE, verified_at=None)
    file = PractitionerFile(rows.ANA, (suspended, unverified), (rows.PHYSICIAN,))
    who = practitioner_of(file, NOW)
    assert [one.verified for one in who.authorities] == [False]
    assert who.collaborators == {"TX"}
    assert not who.dea_registered
    after = practitioner_of(file, Instant(rows.PHYSICIAN.active_until))
    assert after.collaborators == frozenset()


DEA = DeaRegistration(
    registration_id="dea-1",
    jurisdiction="TX",
    number="AB1234563",
    valid_until=NOW + 10,
    verified_at=NOW,
    verified_by="Credentialing",
    source="DEA Diversion Control",
)


@pytest.mark.parametrize(
    ("places", "at", "counts"),
    [
        ({"TX"}, NOW, True),
        ({"TX"}, NOW - 1, False),
        ({"TX"}, NOW + 10, False),
        ({"TX", "AZ"}, NOW, False),
        (set(), NOW, False),
    ],
)
def test_a_dea_registration_counts_where_it_is_needed_and_while_it_holds(
    *, places: set[str], at: int, counts: bool
) -> None:
    file = PractitionerFile(rows.ANA, (), (), (DEA,))
    who = practitioner_of(file, Instant(at), frozenset(places))
    assert who.dea_registered is counts
