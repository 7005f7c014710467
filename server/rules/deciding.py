"""The decision: which form of exam a case needs, by the rules in their order.

    R10  emergency                 ESCALATE            terminal
    R20  location                  NOT_PERMITTED       terminal
    R30  stale rules               -                   listed; NOT_PERMITTED by hard stop
    R40  not served                NOT_PERMITTED       terminal
    R45  in person                 NOT_PERMITTED       terminal
    R50  minor                     NOT_PERMITTED       terminal
    R60  no eligible practitioner  NOT_PERMITTED       terminal
    R70  controlled, barred        NOT_PERMITTED       terminal
    R75  controlled                live video          terminal
    R80  operator's live-only      live video          terminal
    R90  live by law               live video          terminal
    R100 flags, gaps               live video          terminal
    R110 store-and-forward         permitted           only if nothing above decided
    R120 audio-only                permitted           only if nothing above decided
    R999 otherwise                 live video

Each treatment in each place is decided by the first terminal rule that fires; the strictest of
these answers is the case's. Every rule that fired is listed, also those after the first; what
R110, R120 or R999 say of one treatment or place is not, where another overruled it.

Pure: the same case and the same rules always give the same decision.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from server.rules.case import Case
from server.rules.condition_codes import CONDITION_CODES
from server.rules.decision import Decision, Pool, Reason
from server.rules.permitting import audio_only, otherwise, store_and_forward
from server.rules.refusing import (
    controlled,
    emergency,
    in_person,
    location,
    minor,
    no_eligible_practitioner,
    not_served,
    stale_rules,
)
from server.rules.requirements import FORMS, requirements
from server.rules.restricting import controlled_live, flagged, live_by_law, live_only
from server.rules.rulebook import Rulebook
from server.rules.snapshot import Fault
from server.rules.unit import Unit, units
from server.rules.validity import valid_until
from server.rules.words import (
    EXAMINING,
    RULE_ORDER,
    STRICTNESS,
    Outcome,
    Profession,
    RuleId,
    Severity,
    TreatmentClass,
)

DECIDING: Final[tuple[Callable[[Unit], Reason | None], ...]] = (
    emergency,
    location,
    stale_rules,
    not_served,
    in_person,
    minor,
    no_eligible_practitioner,
    controlled,
    controlled_live,
    live_only,
    live_by_law,
    flagged,
)
LAST: Final = frozenset({RuleId.R110, RuleId.R120, RuleId.R999})
PERMITTING: Final[tuple[Callable[[Unit], Reason | None], ...]] = (store_and_forward, audio_only)


def decide(case: Case, book: Rulebook | None) -> Decision:
    """Decide a case.

    Without a practitioner the least strict answer that some profession may give is taken, and
    `pool` says which professions those are; with one, it is decided again for them.

    Args:
        case: see `Case`; it has at least one treatment.
        book: the rules; None if there are none, which fails closed.

    Raises:
        ValueError: a case without a treatment.
    """
    if not case.treatments:
        raise ValueError("a case has at least one treatment")
    fault = book.fault(case.now) if book else Fault.ABSENT
    professions = (case.practitioner.profession,) if case.practitioner else EXAMINING
    answers = [_answer(case, book, fault, profession) for profession in professions]
    outcome = min((answer.outcome for answer in answers), key=STRICTNESS.__getitem__)
    relied = [answer for answer in answers if answer.outcome is outcome]
    asked = [unit for answer in answers for unit in answer.units]
    pool = None if case.practitioner else _pool(case, outcome, relied)
    return Decision(
        outcome=outcome,
        requires=requirements(
            case, outcome, (unit for answer in relied for unit in answer.units), pool
        ),
        reasons=_listed(outcome, (reason for answer in relied for reason in answer.reasons)),
        rules_version=book.version if book else None,
        valid_until=valid_until(case, book, fault, asked),
        pool=pool,
        conditions=frozenset(
            code for answer in relied for unit in answer.units for code in unit.floor.codes
        ),
        approved_unavailable=_unavailable(case),
    )


def prospect(
    case: Case, book: Rulebook | None, hoped: frozenset[str] = CONDITION_CODES
) -> Decision:
    """Decide as if hoped-for conditions were evidenced, and ask for those that are not.

    For the way there: when a patient submits, nobody has reviewed anything yet. What comes out
    is a plan; an exam rests on `decide` alone.

    Args:
        case: see `Case`.
        book: the rules; None if there are none, which fails closed.
        hoped: conditions that may still be evidenced.
    """
    hopeful = decide(replace(case, evidenced=case.evidenced | hoped), book)
    if hopeful.outcome not in FORMS:
        return hopeful
    missing = sorted(hopeful.conditions - case.evidenced - set(hopeful.requires))
    return replace(hopeful, requires=(*hopeful.requires, *missing))


class _Answer:
    """What all units of one profession come to."""

    __slots__ = ("outcome", "profession", "reasons", "units")

    def __init__(self, profession: Profession, asked: Sequence[Unit]) -> None:
        self.profession = profession
        self.units = asked
        self.reasons: list[Reason] = []
        outcomes = [self._decided(unit) for unit in asked]
        self.outcome = max(outcomes, key=STRICTNESS.__getitem__)

    def _decided(self, unit: Unit) -> Outcome:
        fired = [reason for rule in DECIDING if (reason := rule(unit)) is not None]
        first = next((one.outcome for one in fired if one.outcome is not None), None)
        if first is None:
            permitted = (rule(unit) for rule in PERMITTING)
            last = next((one for one in permitted if one is not None), None) or otherwise(unit)
            fired.append(last)
            first = last.outcome
        assert first is not None
        self.reasons += fired
        return first


def _answer(
    case: Case, book: Rulebook | None, fault: Fault | None, profession: Profession
) -> _Answer:
    return _Answer(profession, tuple(units(case, book, fault, profession)))


def _pool(case: Case, outcome: Outcome, relied: Iterable[_Answer]) -> Pool:
    served = outcome not in {Outcome.NOT_PERMITTED, Outcome.ESCALATE_EMERGENCY}
    return Pool(
        professions=tuple(answer.profession for answer in relied) if served else (),
        jurisdictions=case.places,
        dea_registered=any(one.controlled_schedule for one in case.treatments),
    )


def _listed(outcome: Outcome, reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Return each reason once, by the order of the table, and as they came within a rule."""
    once: dict[tuple[RuleId, str], Reason] = {}
    for one in reasons:
        if one.rule not in LAST or one.outcome is outcome:
            once.setdefault((one.rule, one.text), one)
    return tuple(sorted(once.values(), key=lambda one: RULE_ORDER[one.rule]))


def _unavailable(case: Case) -> frozenset[TreatmentClass]:
    absolute = [one for one in case.flags if one.severity is Severity.ABSOLUTE]
    return frozenset(
        one.treatment_class
        for one in case.treatments
        if any(flag.concerns(one.treatment_class) for flag in absolute)
    )
