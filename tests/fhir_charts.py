"""Signed charts for the tests of FHIR: the usual exam, and those that are not usual."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, TypedDict, Unpack

from server.chart import entries as e
from server.chart import forward_entries as f
from server.chart.answer_entries import NamedSet
from server.chart.entries import AnyEntry
from server.chart.order_entries import DispositionOrdered
from server.fhir.bundle import bundle
from server.fhir.reading import Around, signed_chart
from server.fhir.signed_chart import OrderStanding, SignedChart, View
from server.intake.questionnaire import benign_answers
from server.intake.sets import sets_for
from server.storage.chart_log import StoredEntry
from server.storage.signatures import Signature
from server.views import (
    AnswersForm,
    ConsentGivenForm,
    ConsentsForm,
    GuardianForm,
    NewPatientForm,
)
from signaling.messages import Disposition, DispositionCondition, TreatmentRef
from tests.fhir_signatures import SECOND, of_addendum, of_exam, stored_as
from tests.unit.server import forward_of_ana as forward_of
from tests.unit.server.chart_of_ana import (
    APPROVED,
    CONSENTS,
    IDENTITY,
    LOCATION,
    NOW,
    PRACTITIONER,
    SITE,
    SNAPSHOT,
)

ORIGIN: Final = "https://exams.example.com"
NOTE: Final = "Brow symmetric. No ptosis. <b>Anxious & private</b>."
TEXT: Final = "I saw the patient."
TREATMENTS: Final = tuple(
    TreatmentRef(treatment_class=one) for one in ("neurotoxin", "filler", "chemical_peel")
)
GUARDIAN: Final = GuardianForm(
    legal_name="Luz Núñez",
    birth_date="1970-02-03",
    relationship="parent",
    phone="+1 602 555 0100",
    present=True,
)
ATTESTED: Final = e.Attestation(
    version="2026-11-1",
    sha256=hashlib.sha256(TEXT.encode()).hexdigest(),
    text=TEXT,
    practitioner=PRACTITIONER,
)
RULES: Final = e.RulesDecided(
    moment="sign",
    practitioner_id="practitioner-1",
    decision="live_video_required",
    reason=None,
    requires=[],
    reasons=[],
    jurisdictions=["AZ"],
    professions=[],
    rules_version="2026-11-22.1",
    rules_sha256="ef" * 32,
    valid_until=NOW,
    pinned=True,
)
CHECKED: Final = e.AuthorityChecked(
    moment="sign", practitioner=PRACTITIONER, authorities=[e.AuthorityFact.of(SNAPSHOT)]
)
LIVE: Final = e.ModalityComputed(
    modality="hybrid",
    modifiers=["95"],
    place_of_service="02",
    began_at=NOW,
    ended_at=NOW + 300 * SECOND,
    live_video_s=252,
    audio_only_s=0,
    interruptions=0,
    interrupted_s=0,
    complete=True,
)
REVIEWED: Final = LIVE.model_copy(
    update={
        "modality": "store_and_forward",
        "modifiers": ["GQ"],
        "began_at": None,
        "ended_at": None,
        "live_video_s": 0,
    }
)


class More(TypedDict, total=False):
    """What a test may say of a chart besides."""

    addenda: Sequence[tuple[str, str]]
    standing: Mapping[str, OrderStanding]
    demo: bool
    older: bool


def decided(treatment: TreatmentRef, disposition: Disposition) -> DispositionOrdered:
    """Return a decision on one treatment, with an order where there is one."""
    lets = disposition in {"approved", "approved_with_precaution", "conditional"}
    return APPROVED.model_copy(
        update={
            "treatment": treatment,
            "disposition": disposition,
            "order": APPROVED.order if lets else None,
            "condition": DispositionCondition(
                code="negative_pregnancy_test", text="", satisfied_by=["NP"]
            )
            if disposition == "conditional"
            else None,
            "reasons": ["needs_lab_result"] if disposition == "deferred" else [],
        }
    )


def intake(treatments: Sequence[TreatmentRef], *, minor: bool = False) -> list[AnyEntry]:
    """Return the entries up to the waiting room."""
    answers = dict(benign_answers(list(treatments)))
    asked = [
        NamedSet(name=one.name, version=one.version, sha256=one.sha256, signed_by="Dr. Roth")
        for one in sets_for(treatments)
    ]
    consents = CONSENTS
    before: list[AnyEntry] = []
    if minor:
        before = [
            e.MinorAdmitted(treatment_classes=["neurotoxin"]),
            e.GuardianIdentified(guardian=GUARDIAN),
        ]
        given = ConsentGivenForm(
            kind="guardian", version="2026-11-1", language="es", sha256="ba" * 32
        )
        consents = ConsentsForm(
            consents=[*CONSENTS.consents, given], signed_name=GUARDIAN.legal_name
        )
    return [
        e.ExamRequested(
            request_id="request-1",
            network_id="network-1",
            spa_id="spa-glow-1",
            site=SITE,
            patient=NewPatientForm(legal_name="Ana Núñez", birth_date="1990-02-03"),
            treatments=list(treatments),
        ),
        e.IntakeIdentity(identity=IDENTITY),
        *before,
        e.IntakeLocation(location=LOCATION),
        e.IntakeTreatments(treatments=list(treatments)),
        e.QuestionsAsked(sets=asked),
        e.IntakeAnswers(
            questionnaire_version="draft-2026-11-22",
            answers=AnswersForm(answers=answers, done=True),
        ),
        e.IntakeConsents(consents=consents),
    ]


def exam(decisions: Iterable[DispositionOrdered]) -> list[AnyEntry]:
    """Return the entries of a call and what was decided in it."""
    return [
        e.QueueJoined(place=7, jurisdictions=["AZ"]),
        e.OfferAccepted(offer_id="offer-01", practitioner=PRACTITIONER),
        e.CallStarted(generation=1, mode="direct"),
        e.CallConnected(
            generation=1,
            patient_first_frame_at=NOW,
            practitioner_first_frame_at=NOW + 1,
            connect_ms=9_100,
        ),
        e.GateConfirmed(gate="identity", confirmed=True),
        e.NoteSnapshot(revision=1, text=NOTE),
        *decisions,
        e.CallEnded(generation=1, by="practitioner"),
    ]


def review(decisions: Iterable[DispositionOrdered]) -> list[AnyEntry]:
    """Return the entries of an exam from what the patient sent."""
    return [
        f.ModalityRequested(modality="store_and_forward"),
        forward_of.PHOTO,
        forward_of.SENT,
        forward_of.BEGUN,
        f.ReviewItemOpened(item="upload", upload_id="upload-1", sha256=forward_of.SHA),
        f.ReviewSufficiency(sufficient=True, reason="Sharp."),
        e.NoteSnapshot(revision=1, text=NOTE),
        *decisions,
    ]


def signed(
    entries: Sequence[AnyEntry],
    *,
    held: e.ModalityComputed = LIVE,
    addenda: Sequence[tuple[str, str]] = (),
    standing: Mapping[str, OrderStanding] | None = None,
    demo: bool = False,
    older: bool = False,
) -> SignedChart:
    """Return a chart of these entries, signed, with addenda by actors behind the signature."""
    before = [*entries, RULES, CHECKED, held, ATTESTED]
    actors = ["practitioner:practitioner-1"] * len(before) + [actor for actor, _ in addenda]
    every = [*before, *(e.Addendum(text=text) for _, text in addenda)]
    stored = stored_as(every, actors)
    around = Around(
        network_id="network-1",
        network_name="North Network",
        spa_id="spa-glow-1",
        patient_id="patient-1",
        demo=demo,
        pdf=b"%PDF-1.7 made up",
        standing=standing or {},
    )
    until = len(before)
    signatures = [of_exam(stored[:until], before, older=older)]
    if not older:  # releases before version 2 did not sign them
        signatures += map(of_addendum, stored[until:])
    return signed_chart(stored, every, signatures, around)


def stored_amended(*, older: bool = False) -> tuple[list[StoredEntry], list[Signature]]:
    """Return the usual exam with one addendum as it is stored, and both signatures."""
    decision = decided(TREATMENTS[0], "approved")
    before = [*intake(TREATMENTS[:1]), *exam([decision]), RULES, CHECKED, LIVE, ATTESTED]
    every = [*before, e.Addendum(text="Called back.")]
    stored = stored_as(every, ["practitioner:practitioner-1"] * len(every))
    return stored, [of_exam(stored[:-1], every, older=older), of_addendum(stored[-1])]


def usual(**more: Unpack[More]) -> SignedChart:
    """Return the usual exam: one treatment, by video, approved."""
    return signed(
        [*intake(TREATMENTS[:1]), *exam([decided(TREATMENTS[0], "approved")])], **more
    )


def mixed(**more: Unpack[More]) -> SignedChart:
    """Return three treatments with an outcome each."""
    outcomes: list[Disposition] = ["approved_with_precaution", "conditional", "deferred"]
    decisions = [decided(*one) for one in zip(TREATMENTS, outcomes, strict=True)]
    return signed([*intake(TREATMENTS), *exam(decisions)], **more)


def declined() -> SignedChart:
    """Return an exam in which nothing was approved."""
    return signed([*intake(TREATMENTS[:1]), *exam([decided(TREATMENTS[0], "declined")])])


def forwarded() -> SignedChart:
    """Return an exam from what the patient sent."""
    decisions = [decided(TREATMENTS[2], "approved")]
    return signed([*intake(TREATMENTS[2:]), *review(decisions)], held=REVIEWED)


def minor() -> SignedChart:
    """Return an exam of a patient under 18, with a guardian."""
    before = intake(TREATMENTS[:1], minor=True)
    return signed([*before, *exam([decided(TREATMENTS[0], "approved")])])


def amended() -> SignedChart:
    """Return an exam with addenda by everybody who may make one."""
    return usual(
        addenda=[
            ("practitioner:practitioner-1", "Called back about the brow."),
            ("staff:account-7", "Condition confirmed."),
            ("system", "Ended: the protocol lapsed."),
        ]
    )


def older() -> SignedChart:
    """Return an exam signed before version 2, with an addendum that nobody signed."""
    return usual(older=True, addenda=[("staff:account-7", "Condition confirmed.")])


def elsewhere() -> SignedChart:
    """Return the exam of a patient who was not at the site."""
    chart = usual()
    away = LOCATION.model_copy(update={"at_site": False, "city": "Tucson"})
    return replace(chart, document=replace(chart.document, location=away))


ALL: Final = {
    "usual": usual,
    "mixed": mixed,
    "declined": declined,
    "forwarded": forwarded,
    "minor": minor,
    "amended": amended,
    "elsewhere": elsewhere,
    "older": older,
}


def bundled(chart: SignedChart, view: View = "network") -> dict[str, Any]:
    """Return the bundle of a chart, read."""
    found: dict[str, Any] = json.loads(bundle(chart, view, ORIGIN))
    return found


def of_type(read: Mapping[str, Any], kind: str) -> list[dict[str, Any]]:
    """Return the resources of a type in a bundle, in order."""
    every = (one["resource"] for one in read["entry"])
    return [one for one in every if one["resourceType"] == kind]
