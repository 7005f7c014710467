"""Ana's chart: one made-up entry of every kind, from the request to the addendum."""

from __future__ import annotations

from typing import Final

from server.authority import AuthoritySnapshot
from server.chart import entries as e
from server.chart.answer_entries import ChangedAnswer, FlagName, NamedSet, ReadAnswer
from server.chart.order_entries import OrderFact
from server.chart.ruling_entries import RuleFired
from server.views import (
    AnswersForm,
    ConsentGivenForm,
    ConsentsForm,
    DeviceTestForm,
    GuardianForm,
    HolderForm,
    IdentityForm,
    LocationForm,
    NewPatientForm,
    SiteView,
)
from signaling.messages import Dose, OrderItem, PersonInRoom, TreatmentRef
from tests.unit.server import forward_of_ana
from tests.unit.server.measured import entries, witnessed

NOW: Final = 1_790_000_000_000_000
NEUROTOXIN: Final = TreatmentRef(treatment_class="neurotoxin", product="onabotulinumtoxinA")
IDENTITY: Final = IdentityForm(
    legal_name="Ana María Núñez",
    birth_date="1990-02-03",
    phone="+1 480 555 0101",
    email="ana@example.com",
    emergency_name="Luis Núñez",
    emergency_phone="+1 480 555 0102",
    language="es",
)
LOCATION: Final = LocationForm(
    jurisdiction="AZ",
    street="12 Desert Road",
    city="Scottsdale",
    postal_code="85251",
    at_site=True,
    attested=True,
)
SITE: Final = SiteView(
    site_id="site-scottsdale",
    name="Glow Scottsdale",
    street="1 Main Street",
    city="Scottsdale",
    jurisdiction="AZ",
    postal_code="85251",
    spa_name="Glow",
)
PRACTITIONER: Final = e.PractitionerFact(
    practitioner_id="practitioner-1",
    display_name="Dr. Ruth Okafor",
    profession="MD",
    npi="1234567893",
)
SNAPSHOT: Final = AuthoritySnapshot(
    jurisdiction="AZ",
    authority_id="authority-1",
    kind="license",
    number="AZ-55120",
    profession="MD",
    valid_from=NOW - 1,
    valid_until=NOW + 1,
    verified_at=NOW - 1,
    verified_by="compliance",
    source="board register",
    independent_practice_verified=False,
    collaborating_physician=None,
    collaborating_physician_number=None,
    collaboration_until=None,
    checked_at=NOW,
)
CONSENTS: Final = ConsentsForm(
    consents=[
        ConsentGivenForm(kind=kind, version="2026-11-1", language="es", sha256="ab" * 32)
        for kind in ("privacy_notice", "telehealth")
    ],
    signed_name="Ana María Núñez",
)
ANSWERS: Final = AnswersForm(
    answers={"ntx_before": True, "age_years": 36.0, "medicines": ["metoprolol"]}, done=True
)
# As decisions were written before orders had a form.
APPROVED_IN_WORDS: Final = e.DispositionDecided(
    treatment=NEUROTOXIN,
    disposition="approved",
    rationale="No contraindication found; rationale in the note.",
    order="onabotulinumtoxinA, frown lines, up to 20 units",
    conditions="",
    valid_months=12,
)
ORDER: Final = OrderFact(
    protocol_id="protocol-neurotoxin",
    protocol_version=3,
    protocol_sha256="ef" * 32,
    director_name="Sasha Bellweather",
    items=[
        OrderItem(product="onabotulinumtoxinA", dose_max=Dose(value=20.0, unit="units")),
    ],
    areas=["Glabella"],
    performers=["RN", "NP"],
    conditions=["Emergency kit in the room"],
    instructions="Spare the left side.",
    valid_months=12,
    not_after="2028-01-31",
)
APPROVED: Final = e.DispositionOrdered(
    treatment=NEUROTOXIN,
    disposition="approved",
    rationale="No contraindication found; rationale in the note.",
    order=ORDER,
    conditions="",
    condition=None,
    reasons=[],
    valid_months=12,
)
ONE_OF_EACH: Final[tuple[e.AnyEntry, ...]] = (
    e.ExamRequested(
        request_id="request-1",
        network_id="network-1",
        spa_id="spa-glow-1",
        site=SITE,
        patient=NewPatientForm(legal_name="Ana Núñez", birth_date="1990-02-03"),
        treatments=[NEUROTOXIN],
    ),
    e.LinkRedeemed(via="kiosk", device="device-1", took_over=False),
    e.KioskHolder(holder=HolderForm(holder="staff", staff_name="Kim")),
    e.IntakeIdentity(identity=IDENTITY),
    e.LocationHeard(jurisdiction="AZ", attested=None),
    e.IntakeLocation(location=LOCATION),
    e.IntakeTreatments(treatments=[NEUROTOXIN]),
    e.IntakeAnswers(questionnaire_version="draft-2026-11-22", answers=ANSWERS),
    e.QuestionsAsked(
        sets=[
            NamedSet(
                name="general",
                version="draft-2026-11-22",
                sha256="ab" * 32,
                signed_by="Dr. Ines Roth",
            )
        ]
    ),
    e.AnswersCarried(
        encounter_id="encounter-earlier",
        answered_at=NOW,
        carried=["goals", "surgery"],
        confirmed=["surgery"],
        changed=[ChangedAnswer(question_id="goals", before="Softer lines")],
    ),
    e.AnswersRead(answers=[ReadAnswer(question_id="goals", sha256="cd" * 32)]),
    e.FlagsReasoned(
        flags=[FlagName(code="minor", question_id="age_years", applies_to="neurotoxin")],
        reason="A typing error: born in 1990.",
    ),
    e.VitalsRecorded(
        measured_by="Rosa Lind",
        measured_at=NOW,
        systolic_mmhg=118,
        diastolic_mmhg=74,
        pulse_bpm=68,
        temperature_c=36.7,
        spo2_percent=98,
        height_cm=165,
        weight_kg=62.5,
    ),
    e.MinorAdmitted(treatment_classes=["neurotoxin"]),
    e.GuardianIdentified(
        guardian=GuardianForm(
            legal_name="Luz Núñez",
            birth_date="1970-02-03",
            relationship="parent",
            phone="+1 602 555 0100",
            present=True,
        )
    ),
    e.RoomDeclared(by="patient", people=[PersonInRoom(who="parent", name="Luz")]),
    *forward_of_ana.ONE_OF_EACH,
    e.ConsentWithdrawn(kinds=["telehealth"]),
    e.EmergencyRaised(
        by="answers",
        flags=["chest_pain"],
        place="Glow Scottsdale",
        street="7014 E Camelback Rd",
        city="Scottsdale",
        jurisdiction="AZ",
        postal_code="85251",
    ),
    e.EmergencyCleared(by="practitioner"),
    e.IntakeConsents(consents=CONSENTS),
    e.IntakeDeviceTest(test=DeviceTestForm(camera="ok", microphone="ok", speaker="ok")),
    e.PrivacyRequested(alone=True),
    e.QueueJoined(place=7, jurisdictions=["AZ"]),
    e.QueuePrioritized(priority=1),
    e.QueueLeft(reason="patient_left"),
    e.CallbackAsked(opens_at=NOW),
    e.CallbackDue(),
    e.CallbackEnded(reason="waiting"),
    e.ExamResumed(),
    e.ExamRescheduled(reason="not_seen_on_video", callback=True),
    e.OfferRung(offer_id="offer-01", practitioner_id="practitioner-1", expires_at=NOW),
    e.OfferAccepted(offer_id="offer-01", practitioner=PRACTITIONER),
    e.OfferDeclined(offer_id="offer-01", practitioner_id="practitioner-1", reason="busy"),
    e.OfferMissed(offer_id="offer-01", practitioner_id="practitioner-1"),
    e.OfferWithdrawn(
        offer_id="offer-01", practitioner_id="practitioner-1", reason="patient_lost"
    ),
    e.AuthorityChecked(
        moment="accept",
        practitioner=PRACTITIONER,
        authorities=[e.AuthorityFact.of(SNAPSHOT)],
    ),
    e.CallStarted(generation=1, mode="direct"),
    e.CallConnected(
        generation=1,
        patient_first_frame_at=NOW,
        practitioner_first_frame_at=NOW + 1,
        connect_ms=9_100,
    ),
    e.CallInterrupted(generation=1, side="patient"),
    e.CallRecovered(generation=1, side="patient"),
    e.CallFailed(generation=1, reason="ice_failed"),
    e.CallEnded(generation=1, by="practitioner"),
    e.MediaSwitched(side="practitioner", audio=True, video=False),
    e.ChatSaid(by="patient", text="Please repeat: I take metoprolol."),
    *entries(witnessed("t", "t"))[:1],
    e.MediaEvidenceIncomplete(ledger=1, why="relay_lost", parts=1),
    e.LegOffered(side="patient", leg=1, relay="embedded.0a1b2c3d4e5f6071"),
    e.LegConnected(side="patient", leg=1, relay="embedded.0a1b2c3d4e5f6071"),
    e.LegLinked(side="patient", leg=1, relay="[fd00::5]:3480.0a1b2c3d4e5f6071", ledger=1),
    e.LegStalled(side="patient", leg=1, relay="embedded.0a1b2c3d4e5f6071"),
    e.LegRestarted(side="patient", leg=1, relay="embedded.0a1b2c3d4e5f6071"),
    e.LegReplaced(side="patient", leg=1, relay="embedded.0a1b2c3d4e5f6071"),
    e.LegClosed(side="patient", leg=2, relay="/run/relay/control.0a1b", reason="resumed"),
    e.FindingSeen(
        treatment_class="neurotoxin", seen=True, findings=["Brow and eyelid position"]
    ),
    e.NoteSnapshot(revision=1, text="Brow symmetric."),
    e.NoteDelta(revision=2, base_revision=1, at=15, delete=0, insert=" No ptosis."),
    e.NoteMerged(
        revision=3,
        base_revision=2,
        at=26,
        delete=0,
        insert=" Skin clear.",
        typed_on=1,
        typed_sha256="ab" * 32,
    ),
    e.GateConfirmed(gate="seen_on_video", confirmed=True),
    APPROVED_IN_WORDS,
    APPROVED,
    e.VisitChanged(before="in_progress", after="wrap_up"),
    e.ModalityComputed(
        modality="hybrid",
        modifiers=["95"],
        place_of_service="02",
        began_at=NOW,
        ended_at=NOW + 1,
        live_video_s=252,
        audio_only_s=0,
        interruptions=1,
        interrupted_s=4,
        complete=True,
    ),
    e.Attestation(
        version="2026-11-1",
        sha256="cd" * 32,
        text="I saw the patient.",
        practitioner=PRACTITIONER,
    ),
    e.Addendum(text="Called back about the brow."),
    e.ChartParked(parked=True),
    e.RulesDecided(
        moment="accept",
        practitioner_id="practitioner-1",
        decision="live_video_required",
        reason=None,
        requires=["telehealth", "verify_identity"],
        reasons=[RuleFired(rule="R999", text="Live video for neurotoxin.", citations=["AZ.1"])],
        jurisdictions=["AZ"],
        professions=[],
        rules_version="2026-11-22.1",
        rules_sha256="ef" * 32,
        valid_until=NOW,
        pinned=True,
    ),
)
