"""Rules R10 to R70: emergency, and why there may be no exam at all.

Each takes a unit and returns a reason if it fires. None of them is ever relaxed.
"""

from __future__ import annotations

from typing import Final

from server.jurisdictions import JURISDICTIONS
from server.rules.case import ADULT_YEARS, LOCATION_FRESH, Practitioner, still_counts
from server.rules.decision import STALE_RULES, Reason
from server.rules.rulebook import Citation
from server.rules.snapshot import Fault
from server.rules.unit import Unit
from server.rules.words import (
    EXAMINING,
    PHYSICIANS,
    Consent,
    DrugBar,
    Minimum,
    NotPermittedReason,
    Outcome,
    Profession,
    RuleId,
    Schedule,
)

FAULTS: Final = {
    Fault.ABSENT: "there is no rules snapshot",
    Fault.UNSIGNED: "no trusted publisher signed the rules snapshot",
    Fault.NOT_YET: "the rules snapshot is not in force yet",
    Fault.EXPIRED: "the rules snapshot has expired",
}
KINDS_OF_DRUGS: Final = frozenset(
    {DrugBar.OPIOID, DrugBar.BENZODIAZEPINE, DrugBar.CARISOPRODOL}
)


def emergency(unit: Unit) -> Reason | None:
    """R10: an emergency flag; nothing else is asked first."""
    flags = unit.case.emergency_flags
    if not flags:
        return None
    named = ", ".join(sorted(flags))
    return Reason(
        RuleId.R10,
        Outcome.ESCALATE_EMERGENCY,
        f"emergency: {named}. Call 911, tell the staff on site, show the street address; "
        "neither consent nor licence is asked for first.",
    )


def location(unit: Unit) -> Reason | None:
    """R20: it is not known, or not confirmed in this session, or not one of the 51."""
    case = unit.case
    outside = [place for place in unit.places if place not in JURISDICTIONS]
    if case.jurisdiction is None:
        why = "where the patient is, is not known"
    elif not case.site_jurisdictions:
        why = "where the treatment site is, is not known"
    elif outside:
        why = f"{', '.join(outside)} is none of the 51 jurisdictions"
    elif (
        case.location_confirmed_at is None
        or not case.location_confirmed_at
        <= case.now
        < case.location_confirmed_at + LOCATION_FRESH
    ):
        why = "the patient's location was not confirmed in this session"
    else:
        return None
    return _refused(RuleId.R20, NotPermittedReason.LOCATION, why)


def stale_rules(unit: Unit) -> Reason | None:
    """R30: no valid signed snapshot; not terminal, unless the operator says so."""
    if unit.fault is None:
        return None
    stop = unit.case.policy.hard_stop_on_stale_rules
    rest = (
        "The operator stops all exams until there is a valid one."
        if stop
        else "Store-and-forward, audio-only and controlled drugs are off."
    )
    return Reason(
        RuleId.R30,
        Outcome.NOT_PERMITTED if stop else None,
        f"{STALE_RULES}: {FAULTS[unit.fault]}. {rest}",
    )


def not_served(unit: Unit) -> Reason | None:
    """R40: compliance has not opened it for this profession and class."""
    if unit.case.policy.is_open(unit.place, unit.profession, unit.treatment_class):
        return None
    return _refused(
        RuleId.R40,
        NotPermittedReason.NOT_SERVED,
        f"{unit.place_name} is not opened for {unit.profession} and {unit.treatment_class}",
    )


def in_person(unit: Unit) -> Reason | None:
    """R45: the minimum is an examination in person."""
    if unit.floor.minimum is not Minimum.IN_PERSON:
        return None
    return _refused(
        RuleId.R45,
        NotPermittedReason.IN_PERSON,
        f"{unit.place_name} asks an examination in person for {unit.treatment_class}",
        unit.floor.minimum_cited,
    )


def minor(unit: Unit) -> Reason | None:
    """R50: under 18, or of unknown age, without an enabled class and a guardian."""
    case = unit.case
    if case.age_years is not None and case.age_years >= ADULT_YEARS:
        return None
    if unit.treatment_class not in case.policy.minors_enabled:
        why = f"{unit.treatment_class} is not enabled for patients under {ADULT_YEARS}"
    elif case.guardian is None or not (case.guardian.identified and case.guardian.present):
        why = "no guardian is identified and present"
    elif Consent.GUARDIAN not in case.consents or case.guardian.consented is False:
        why = "the guardian has not consented"
    else:
        return None
    return _refused(RuleId.R50, NotPermittedReason.MINOR, why)


def no_eligible_practitioner(unit: Unit) -> Reason | None:
    """R60: wrong role, no authority there, or nobody who answers for a PA or NP."""
    if unit.practitioner is None:
        return None
    why = _missing(unit.practitioner, unit)
    return (
        _refused(RuleId.R60, NotPermittedReason.NO_ELIGIBLE_PRACTITIONER, why) if why else None
    )


def controlled(unit: Unit) -> Reason | None:
    """R70: a controlled drug that may not be prescribed like this."""
    schedule = unit.treatment.controlled_schedule
    if schedule is None:
        return None
    why = _barred(unit, schedule)
    if why is None:
        return None
    text, citations = why
    return _refused(RuleId.R70, NotPermittedReason.CONTROLLED, text, citations)


def _missing(practitioner: Practitioner, unit: Unit) -> str | None:
    profession, place = practitioner.profession, unit.place
    if profession not in EXAMINING:
        return f"{profession} may not examine"
    if not any(
        one.jurisdiction == place
        and one.verified
        and one.valid_from <= unit.case.now < one.valid_until
        for one in practitioner.authorities
    ):
        return f"no verified, active authority in {unit.place_name}"
    book = unit.place_book
    alone = profession in PHYSICIANS or (
        profession is Profession.NP
        and place in practitioner.independent_practice_verified
        and (book is None or book.nurse_practice_known)
    )
    if not alone and place not in practitioner.collaborators:
        return f"{profession} without an active collaborating physician in {unit.place_name}"
    return None


def _barred(unit: Unit, schedule: Schedule) -> tuple[str, tuple[Citation, ...]] | None:
    case, book, place = unit.case, unit.book, unit.place_book
    seen = still_counts(case.last_in_person_exam_at, case.now)
    if not case.policy.controlled_enabled:
        return "the operator has not enabled controlled drugs", ()
    if unit.fault is not None or book is None:
        return "controlled drugs are off without valid rules", ()
    if not seen and case.now >= book.window_ends:
        return (
            "the federal window for prescribing without an in-person examination has ended",
            book.window_cited,
        )
    if not seen and place is not None and bars(place.barred, schedule):
        return (
            f"{unit.place_name} bars Schedule {schedule} without an examination in person",
            place.barred_cited,
        )
    if unit.practitioner is not None and not unit.practitioner.dea_registered:
        return "the practitioner has no DEA registration", book.window_cited
    return None


def bars(barred: frozenset[DrugBar], schedule: Schedule) -> bool:
    """Tell whether a list bars a schedule.

    II and III include their narcotics. A kind of drug bars every schedule: a case names none.
    """
    if barred & KINDS_OF_DRUGS:
        return True
    return bool(barred & {DrugBar(schedule), DrugBar(schedule.partition("_")[0])})


def _refused(
    rule: RuleId, reason: NotPermittedReason, why: str, citations: tuple[Citation, ...] = ()
) -> Reason:
    return Reason(rule, Outcome.NOT_PERMITTED, f"{reason}: {why}.", citations)
