"""From what a chart and the files say to the case that the rules decide. Pure.

A chart without treatments is asked about as `other`; what is not in order in a practitioner's
file, they do not hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from server.ages import age_on, day_of
from server.authority import ACTIVE
from server.conditions.showing import evidenced_by
from server.dea import registered_in
from server.intake import questionnaire, vitals
from server.rules.case import Case, Flag, HeldAuthority, Packet, Practitioner, Treatment
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
from server.rulings.facts import Facts
from server.storage.directory import PractitionerFile
from signaling.identifiers import Instant
from signaling.messages import HealthFlag, TreatmentRef

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
CONSENTS: Final = frozenset(Consent)


def case_of(
    facts: Facts,
    policy: OperatorPolicy,
    practitioner: Practitioner | None,
    *,
    elsewhere: frozenset[str] = frozenset(),
    now: Instant,
) -> Case:
    """Return the case of a visit.

    Args:
        facts: of its chart.
        policy: by which is decided.
        practitioner: None asks what the pool must satisfy.
        elsewhere: places that count as sites too, while a patient corrects where they are.
        now: the instant that counts.
    """
    flags = _flags(facts)
    sites = ({facts.site} if facts.site else set()) | (elsewhere - {facts.location})
    live_at = facts.prior.last_live_at
    return Case(
        now=now,
        jurisdiction=facts.location,
        site_jurisdictions=tuple(sorted(sites)),
        location_confirmed_at=None if facts.located_at is None else Instant(facts.located_at),
        age_years=age_on(facts.birth_date, day_of(now)) if facts.birth_date else None,
        guardian=facts.guardian,
        treatments=treatments_of(facts.treatments),
        new_patient=not facts.prior.examined,
        last_live_exam_at=None if live_at is None else Instant(live_at),
        last_in_person_exam_at=None,  # no exam of this product is held in person
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
        connectivity=facts.connectivity,
        requested_modality=Modality(facts.forward.modality),
        consents=_consents(facts),
        evidenced=facts.evidenced | evidenced_by(facts.chart, policy.low_risk_classes),
        practitioner=practitioner,
        policy=policy,
    )


def treatments_of(wanted: Iterable[TreatmentRef]) -> tuple[Treatment, ...]:
    """Return treatments as the rules name them; none named means something else."""
    found = tuple(_treatment(one) for one in wanted)
    return found or (Treatment(TreatmentClass.OTHER),)


def practitioner_of(
    file: PractitionerFile, now: Instant, places: frozenset[str] = frozenset()
) -> Practitioner:
    """Return a practitioner as the rules see them.

    Args:
        file: of theirs.
        now: the instant that counts.
        places: where a DEA registration is needed to count as registered: each of them.
    """
    who = file.practitioner
    held = [
        one
        for one in file.authorities
        if one.profession == who.profession and one.status == ACTIVE and who.may_examine(now)
    ]
    return Practitioner(
        profession=Profession(who.profession),
        authorities=tuple(
            HeldAuthority(
                jurisdiction=one.jurisdiction,
                kind=AuthorityKind(one.kind),
                verified=one.is_verified(now),
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
        dea_registered=bool(places) and places <= registered_in(file.registrations, now),
    )


def _treatment(wanted: TreatmentRef) -> Treatment:
    treatment_class = TreatmentClass(wanted.treatment_class)
    if wanted.product is None:
        return Treatment(treatment_class, UNNAMED.get(treatment_class))
    return Treatment(treatment_class, SCHEDULES.get(wanted.product))


def _consents(facts: Facts) -> frozenset[Consent]:
    """Return what was agreed to by kind; none of it counts where a document is missing.

    The document about store-and-forward is consent to telehealth too, in that form.
    """
    if facts.accepted is None or not facts.consented:
        return frozenset()
    given = {Consent(one.kind) for one in facts.accepted.consents if one.kind in CONSENTS}
    if facts.forward.forward:
        given.add(Consent.TELEHEALTH)
    return frozenset(given)


def _flags(facts: Facts) -> list[HealthFlag]:
    if not facts.treatments:
        return []
    answered = questionnaire.flags(facts.answers, facts.treatments)
    return answered + vitals.flags(facts.chart.vitals, facts.answers, facts.treatments)


def _flag(flag: HealthFlag) -> Flag:
    everywhere = flag.applies_to == questionnaire.ALL
    return Flag(
        severity=Severity(flag.severity),
        applies_to=frozenset() if everywhere else frozenset({TreatmentClass(flag.applies_to)}),
        code=flag.code,
    )
