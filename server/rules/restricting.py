"""Rules R75 to R100: why it must be live video, whatever else would be possible."""

from __future__ import annotations

from server.rules.decision import Reason
from server.rules.refusing import controlled
from server.rules.rulebook import Citation
from server.rules.unit import Unit
from server.rules.words import Minimum, Outcome, RuleId, Severity


def controlled_live(unit: Unit) -> Reason | None:
    """R75: a controlled drug, allowed otherwise; never store-and-forward, never audio-only."""
    if unit.treatment.controlled_schedule is None or controlled(unit) is not None:
        return None
    return _live(
        RuleId.R75,
        "A controlled drug is prescribed by live video only.",
        unit.book.window_cited if unit.book else (),
    )


def live_only(unit: Unit) -> Reason | None:
    """R80: the operator wants this class live."""
    if not unit.case.policy.is_live_only(unit.treatment_class):
        return None
    return _live(
        RuleId.R80, f"The operator examines {unit.treatment_class} by live video only."
    )


def live_by_law(unit: Unit) -> Reason | None:
    """R90: the minimum for this profession, class and patient is live video."""
    if unit.floor.minimum is not Minimum.LIVE_VIDEO:
        return None
    patient = "an established" if unit.case.established else "a new"
    return _live(
        RuleId.R90,
        f"{unit.place_name} asks live video of {unit.profession} for {unit.treatment_class} "
        f"and {patient} patient.",
        unit.floor.minimum_cited,
    )


def flagged(unit: Unit) -> Reason | None:
    """R100: a contraindication, or something unanswered, unclear or new."""
    concerned = [one for one in unit.case.flags if one.concerns(unit.treatment_class)]
    absolute = any(one.severity is Severity.ABSOLUTE for one in concerned)
    told = []
    if concerned:
        codes = ", ".join(sorted({one.code for one in concerned if one.code}))
        severity = Severity.ABSOLUTE if absolute else Severity.REVIEW
        told.append(f"{severity} contraindication{f' ({codes})' if codes else ''}")
    if not unit.case.packet.complete:
        told.append("an unanswered item, a poor image or a new symptom")
    if not told:
        return None
    rest = f" `approved` is unavailable for {unit.treatment_class}." if absolute else ""
    return _live(
        RuleId.R100, f"For {unit.treatment_class} there is {' and '.join(told)}.{rest}"
    )


def _live(rule: RuleId, text: str, citations: tuple[Citation, ...] = ()) -> Reason:
    return Reason(rule, Outcome.LIVE_VIDEO_REQUIRED, text, citations)
