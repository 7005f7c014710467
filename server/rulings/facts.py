"""What a chart says, as the case that the rules decide. Pure.

Only entries that a decision looks at are read (`KINDS`). What is missing stays unknown, and
counts against: a chart without treatments is asked about as `other`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from server.ages import age_on, day_of
from server.authority import ACTIVE
from server.chart.entries import (
    AnyEntry,
    ExamRequested,
    IntakeAnswers,
    IntakeConsents,
    IntakeLocation,
    IntakeTreatments,
    RulesDecided,
)
from server.chart.forward import ForwardRecord, noted
from server.chart.reading import read
from server.chart.state import UNWRITTEN, ChartState
from server.conditions.showing import EVIDENCING, evidenced_by
from server.intake import questionnaire
from server.rules.case import (
    Case,
    Connectivity,
    Flag,
    HeldAuthority,
    Packet,
    Practitioner,
    Treatment,
)
from server.rules.policy import OperatorPolicy
from server.rules.words import (
    AuthorityKind,
    Consent,
    EmergencyFlag,
    Modality,
    Profession,
    Schedule,
    Severity,
    TreatmentClass,
)
from server.storage.directory import PractitionerFile
from server.views import AnswerValue
from signaling.identifiers import Instant
from signaling.messages import HealthFlag, RequestedModality, TreatmentRef

KINDS: Final = (
    "exam.requested",
    "intake.location",
    "intake.treatments",
    "intake.answers",
    "intake.consents",
    "modality.requested",
    "modality.upgraded",
    "upload.added",
    "upload.removed",
    "rules.decided",
    *EVIDENCING,
)
SCHEDULES: Final[Mapping[str, Schedule]] = {
    "phentermine": Schedule.IV,
    "phentermine_topiramate": Schedule.IV,
    "testosterone_cypionate": Schedule.III,
    "testosterone_enanthate": Schedule.III,
    "testosterone_pellet": Schedule.III,
}
"""Schedules of products, 21 CFR 1308.13(f) and 1308.14(f)."""
UNNAMED: Final[Mapping[TreatmentClass, Schedule]] = {
    TreatmentClass.WEIGHT_LOSS_DRUG: Schedule.IV,
    TreatmentClass.HORMONE: Schedule.III,
}
"""What a class is taken for whose product is not named: the strictest of its products."""
EMERGENCIES: Final = frozenset(EmergencyFlag)
NAMED: Final[Mapping[RequestedModality, str]] = {
    "live_video": "telehealth",
    "store_and_forward": "store_and_forward",
}
"""The document that consents to each form of exam."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a chart says of a visit.

    Attributes:
        site: jurisdiction of the treatment site.
        birth_date: ISO 8601.
        location: jurisdiction where the patient is.
        located_at: when they said so last.
        treatments: as chosen last.
        answers: to the health questions.
        consented: the consents to this form of exam were given, after any change of
            jurisdiction.
        consent_kinds: what was agreed to.
        forward: what was sent, and how the patient wants to be examined.
        evidenced: conditions that are evidenced, or that a reviewer can still evidence.
        pinned: the decision under which the exam began, as long as nothing changed since.
        last: the last decision.
        chart: what all of the entries come to; evidence of conditions is read from it.
    """

    site: str | None = None
    birth_date: str | None = None
    location: str | None = None
    located_at: int | None = None
    treatments: tuple[TreatmentRef, ...] = ()
    answers: Mapping[str, AnswerValue] = field(default_factory=dict)
    consented: bool = False
    consent_kinds: frozenset[str] = frozenset()
    forward: ForwardRecord = field(default_factory=ForwardRecord)
    evidenced: frozenset[str] = frozenset()
    pinned: RulesDecided | None = None
    last: RulesDecided | None = None
    chart: ChartState = UNWRITTEN


def facts_of(entries: Iterable[tuple[int, AnyEntry]]) -> Facts:
    """Return what entries, each with its instant and in order, say."""
    facts, dated = Facts(), list(entries)
    for at, entry in dated:
        facts = _read(facts, at, entry)
    chart = read([entry for _, entry in dated], [at for at, _ in dated])
    return replace(facts, chart=chart)


def _read(facts: Facts, at: int, entry: AnyEntry) -> Facts:
    match entry:
        case ExamRequested(site=site, patient=patient, treatments=wanted):
            asked = tuple(wanted)
            place, born = site.jurisdiction, patient.birth_date
            facts = replace(facts, site=place, birth_date=born, treatments=asked)
        case IntakeLocation(location=location):
            facts = _located(facts, location.jurisdiction, at)
        case IntakeTreatments(treatments=chosen):
            pinned = facts.pinned if tuple(chosen) == facts.treatments else None
            facts = replace(facts, treatments=tuple(chosen), pinned=pinned)
        case IntakeAnswers(answers=form):
            facts = replace(facts, answers=form.answers)
        case IntakeConsents(consents=given):
            kinds = frozenset(one.kind for one in given.consents)
            facts = replace(facts, consented=True, consent_kinds=kinds, pinned=None)
        case RulesDecided():
            pinned = entry if entry.pinned else facts.pinned
            facts = replace(facts, last=entry, pinned=pinned)
        case _:
            facts = _forwarded(facts, noted(facts.forward, entry, at))
    return facts


def _forwarded(facts: Facts, forward: ForwardRecord) -> Facts:
    """Another form of exam is another consent: what was agreed to holds only if it names it."""
    if forward.modality != facts.forward.modality:
        agreed = facts.consented and NAMED[forward.modality] in facts.consent_kinds
        facts = replace(facts, consented=agreed, pinned=None)
    return replace(facts, forward=forward)


def consents_of(facts: Facts) -> frozenset[Consent]:
    """Return what was agreed to, as the rules name it.

    The document about store-and-forward is consent to telehealth too, in that form.
    """
    if not facts.consented:
        return frozenset()
    forward = facts.forward.forward and NAMED["store_and_forward"] in facts.consent_kinds
    return frozenset({Consent.TELEHEALTH, *((Consent.STORE_AND_FORWARD,) if forward else ())})


def _located(facts: Facts, jurisdiction: str, at: int) -> Facts:
    """Another jurisdiction is another law: what was agreed to, or begun under, is void."""
    moved = facts.location not in {None, jurisdiction}
    if moved:
        facts = replace(facts, consented=False, pinned=None)
    return replace(facts, location=jurisdiction, located_at=at)


def case_of(
    facts: Facts,
    policy: OperatorPolicy,
    practitioner: Practitioner | None,
    *,
    elsewhere: frozenset[str] = frozenset(),
    now: Instant,
) -> Case:
    """Return the case of a visit, asking for the form of exam that the patient wants.

    Args:
        facts: of its chart.
        policy: by which is decided.
        practitioner: None asks what the pool must satisfy.
        elsewhere: places that count as sites too, while a patient corrects where they are.
        now: the instant that counts.
    """
    flags = _flags(facts)
    sites = ({facts.site} if facts.site else set()) | (elsewhere - {facts.location})
    return Case(
        now=now,
        jurisdiction=facts.location,
        site_jurisdictions=tuple(sorted(sites)),
        location_confirmed_at=None if facts.located_at is None else Instant(facts.located_at),
        age_years=age_on(facts.birth_date, day_of(now)) if facts.birth_date else None,
        guardian=None,
        treatments=treatments_of(facts.treatments),
        new_patient=True,
        last_live_exam_at=None,
        last_in_person_exam_at=None,
        emergency_flags=frozenset(
            EmergencyFlag(one.code)
            for one in flags
            if one.severity == "emergency" and one.code in EMERGENCIES
        ),
        flags=tuple(_flag(one) for one in flags if one.severity != "emergency"),
        packet=Packet(
            images=len(facts.forward.of_kind("image")),
            records=len(facts.forward.of_kind("record")),
            questionnaire=bool(facts.answers),
            complete=questionnaire.complete(facts.answers, facts.treatments),
        ),
        connectivity=Connectivity(video=True, audio=True, video_tried=True),
        requested_modality=Modality(facts.forward.modality),
        consents=consents_of(facts),
        evidenced=facts.evidenced | evidenced_by(facts.chart, policy.low_risk_classes),
        practitioner=practitioner,
        policy=policy,
    )


def treatments_of(wanted: Iterable[TreatmentRef]) -> tuple[Treatment, ...]:
    """Return treatments as the rules name them; none named means something else."""
    found = tuple(_treatment(one) for one in wanted)
    return found or (Treatment(TreatmentClass.OTHER),)


def practitioner_of(file: PractitionerFile, now: Instant) -> Practitioner:
    """Return a practitioner as the rules see them: what is not in order, they do not hold."""
    who = file.practitioner
    held = [
        one
        for one in file.authorities
        if one.profession == who.profession and one.status == ACTIVE and who.active
    ]
    return Practitioner(
        profession=Profession(who.profession),
        authorities=tuple(
            HeldAuthority(
                jurisdiction=one.jurisdiction,
                kind=AuthorityKind(one.kind),
                verified=one.verified_at is not None
                and one.verified_at <= now
                and bool((one.verified_by or "").strip() and (one.source or "").strip()),
                valid_from=Instant(one.valid_from),
                valid_until=Instant(one.valid_until),
            )
            for one in held
        ),
        independent_practice_verified=frozenset(
            one.jurisdiction for one in held if one.independent_practice_verified
        ),
        collaborators=frozenset(
            one.jurisdiction
            for one in file.collaborations
            if one.active_from <= now < one.active_until
        ),
        dea_registered=False,
    )


def _treatment(wanted: TreatmentRef) -> Treatment:
    treatment_class = TreatmentClass(wanted.treatment_class)
    if wanted.product is None:
        return Treatment(treatment_class, UNNAMED.get(treatment_class))
    return Treatment(treatment_class, SCHEDULES.get(wanted.product))


def _flags(facts: Facts) -> list[HealthFlag]:
    if not facts.treatments:
        return []
    return questionnaire.flags(facts.answers, facts.treatments)


def _flag(flag: HealthFlag) -> Flag:
    everywhere = flag.applies_to == questionnaire.ALL
    return Flag(
        severity=Severity(flag.severity),
        applies_to=frozenset() if everywhere else frozenset({TreatmentClass(flag.applies_to)}),
        code=flag.code,
    )
