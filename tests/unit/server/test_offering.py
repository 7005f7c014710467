"""Whether photos could do instead of a video visit, and what the rules say of a packet."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from server.chart.entries import (
    AnyEntry,
    IntakeAnswers,
    IntakeConsents,
    IntakeDeviceTest,
    IntakeIdentity,
)
from server.chart.forward import ForwardRecord
from server.chart.forward_entries import ModalityRequested, UploadRemoved
from server.chart.reading import ready_to_wait
from server.consenting.circumstances import Circumstances, documents
from server.forward.offering import as_sent, could_be
from server.forward.reviewable import reviewable_codes
from server.forward.wanted import missing_views, wanted_views
from server.intake import questionnaire
from server.intake.catalogue import catalogue
from server.joining import intake_of, step_of
from server.rulebooks.standing import Standing, shipped_book
from server.rules.condition_codes import CONDITION_CODES
from server.rules.deciding import decide
from server.rules.decision import Decision
from server.rules.policy import Opened, OperatorPolicy
from server.rules.snapshot import instant_of
from server.rules.words import EXAMINING, Consent, Modality, Outcome, TreatmentClass
from server.rulings.facts import Facts, case_of, facts_of
from server.views import AnswersForm, ConsentGivenForm, ConsentsForm, DeviceTestForm
from signaling.identifiers import Instant
from signaling.messages import TreatmentRef
from signaling.visit import VisitState
from tests.admitted import intake
from tests.unit.server.chart_of_ana import IDENTITY
from tests.unit.server.forward_of_ana import PHOTO, UPGRADED

NOW = Instant(instant_of(shipped_book().signed.snapshot.effective_from) + 1)
PEEL = TreatmentRef(treatment_class="chemical_peel")
FILLER = TreatmentRef(treatment_class="filler")
FORWARD = ModalityRequested(modality="store_and_forward")
POLICY = OperatorPolicy(
    opened=frozenset(
        Opened(place, who, one)
        for place in ("AZ", "TX")
        for who in EXAMINING
        for one in TreatmentClass
    ),
    store_and_forward_enabled=True,
    low_risk_classes=frozenset({TreatmentClass.CHEMICAL_PEEL}),
    sign_offs={"AZ": "counsel-1", "TX": "counsel-1"},
    counsel_opinions={"AZ": "counsel-2"},
)


def standing(policy: OperatorPolicy = POLICY) -> Standing:
    return Standing(1, shipped_book(), published=False, allowed=policy, policy=policy)


def agreed(place: str = "AZ") -> IntakeConsents:
    where = Circumstances(frozenset({place}), modality="store_and_forward")
    given = [
        ConsentGivenForm(
            kind=one.kind, version=one.version, language=one.language, sha256=one.sha256
        )
        for one in (each.view() for each in documents(where, "en"))
    ]
    return IntakeConsents(consents=ConsentsForm(consents=given, signed_name="Ana"))


def answered(*wanted: TreatmentRef) -> IntakeAnswers:
    benign = questionnaire.benign_answers(wanted)
    form = AnswersForm(answers=benign, done=True)
    return IntakeAnswers(questionnaire_version="draft", answers=form)


def asked(place: str = "AZ", wanted: tuple[TreatmentRef, ...] = (PEEL,)) -> list[AnyEntry]:
    return [*intake(place, treatments=wanted), answered(*wanted)]


def facts(*entries: AnyEntry) -> Facts:
    return facts_of((NOW, one) for one in entries)


def decided(*entries: AnyEntry) -> Decision:
    case = case_of(as_sent(facts(*entries)), POLICY, None, now=NOW)
    return decide(case, shipped_book())


def test_it_could_be_where_everything_is_signed_off() -> None:
    assert could_be(facts(*asked()), standing(), NOW)


@pytest.mark.parametrize(
    "lacking",
    [
        {"store_and_forward_enabled": False},
        {"low_risk_classes": frozenset()},
        {"sign_offs": {}},
        {"sign_offs": {"TX": "counsel-1"}},
        {"counsel_opinions": {}},
        {"live_only_classes": frozenset({TreatmentClass.CHEMICAL_PEEL})},
        {"opened": frozenset()},
    ],
    ids="-".join,
)
def test_it_could_not_be_where_anything_of_that_lacks(lacking: dict[str, object]) -> None:
    without = replace(POLICY, **lacking)  # type: ignore[arg-type]  # fields of a policy
    assert not could_be(facts(*asked()), standing(without), NOW)


def test_as_shipped_it_could_be_nowhere() -> None:
    assert not could_be(facts(*asked()), standing(OperatorPolicy()), NOW)


def test_a_condition_that_no_review_evidences_closes_it() -> None:
    assert not could_be(facts(*asked("TX")), standing(), NOW)
    assert reviewable_codes() <= CONDITION_CODES


def test_one_treatment_that_must_be_live_makes_all_of_them_live() -> None:
    assert not could_be(facts(*asked(wanted=(PEEL, FILLER))), standing(), NOW)


def test_an_answer_that_somebody_must_look_at_makes_it_live() -> None:
    answers = {**questionnaire.benign_answers([PEEL]), "pregnancy_nursing": ["pregnant"]}
    flagged = IntakeAnswers(
        questionnaire_version="draft", answers=AnswersForm(answers=answers, done=True)
    )
    assert not could_be(facts(*asked(), flagged), standing(), NOW)
    unanswered = IntakeAnswers(
        questionnaire_version="draft", answers=AnswersForm(answers={}, done=True)
    )
    assert not could_be(facts(*asked(), unanswered), standing(), NOW)


def test_a_packet_with_a_photo_and_consent_is_permitted_and_none_is_without() -> None:
    permitted = Outcome.STORE_AND_FORWARD_PERMITTED
    assert decided(*asked(), FORWARD, agreed(), PHOTO).outcome is permitted
    assert decided(*asked(), FORWARD, agreed()).outcome is not permitted
    assert decided(*asked(), FORWARD, PHOTO).outcome is not permitted
    removed = UploadRemoved(upload_id=PHOTO.upload_id, sha256=PHOTO.sha256)
    assert decided(*asked(), FORWARD, agreed(), PHOTO, removed).outcome is not permitted
    assert decided(*asked(), agreed(), PHOTO).outcome is not permitted


def test_consent_is_to_one_form_of_exam_and_not_to_the_other() -> None:
    live = facts(*asked())
    assert live.consented
    photos = facts(*asked(), FORWARD)
    assert not photos.consented
    assert case_of(photos, POLICY, None, now=NOW).consents == frozenset()
    given = facts(*asked(), FORWARD, agreed(), PHOTO)
    case = case_of(given, POLICY, None, now=NOW)
    assert case.consents == {Consent.TELEHEALTH, Consent.STORE_AND_FORWARD}
    assert case.requested_modality is Modality.STORE_AND_FORWARD
    assert (case.packet.images, case.packet.records) == (1, 0)
    upgraded = facts(*asked(), FORWARD, agreed(), PHOTO, UPGRADED)
    assert not upgraded.consented
    again = case_of(upgraded, POLICY, None, now=NOW)
    assert again.requested_modality is Modality.LIVE_VIDEO
    assert again.packet.images == 1


def test_photos_are_the_step_after_consent_until_they_are_submitted() -> None:
    at = VisitState.INTAKE
    before = [IntakeIdentity(identity=IDENTITY), *asked(), FORWARD]
    assert step_of(intake_of(before, at, kiosk=False)) == "consent"
    done = [*before, agreed()]
    assert step_of(intake_of(done, at, kiosk=False)) == "photos"
    assert step_of(intake_of([*done, PHOTO], at, kiosk=False)) == "photos"
    for sent in (VisitState.SUBMITTED, VisitState.IN_REVIEW):
        assert step_of(intake_of(done, sent, kiosk=False)) == "done"
    live = ModalityRequested(modality="live_video")
    back = [IntakeIdentity(identity=IDENTITY), *asked(), FORWARD, live]
    assert step_of(intake_of(back, at, kiosk=False)) == "device"


def test_nobody_who_sends_photos_is_sent_to_wait_for_a_call() -> None:
    test = DeviceTestForm(camera="ok", microphone="ok", speaker="ok")
    done = [IntakeIdentity(identity=IDENTITY), *asked(), IntakeDeviceTest(test=test)]
    assert ready_to_wait(done)
    assert not ready_to_wait([*done, FORWARD, agreed()])


def test_each_view_is_asked_for_once_and_missing_until_a_photo_shows_it() -> None:
    peel = wanted_views([PEEL])
    both = wanted_views([PEEL, FILLER])
    assert both[: len(peel)] == peel
    assert len(both) == len(set(both)) > len(peel)
    record = ForwardRecord(uploads={PHOTO.upload_id: PHOTO})
    assert missing_views([PEEL], record.uploads) == [one for one in peel if one != PHOTO.view]
    page = PHOTO.model_copy(update={"upload_kind": "record"})
    assert missing_views([PEEL], {"page": page}) == peel


def test_every_view_has_words_on_the_patients_page() -> None:
    words = Path(__file__).parents[3] / "web/src/join/locales/photos.en.ts"
    said = words.read_text(encoding="utf-8")
    views = {view for one in catalogue().classes.values() for view in one.photo_views}
    assert {view for view in views if f"      {view}: {{" not in said} == set()
