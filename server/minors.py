"""Patients under 18: refused, unless the network's policy has every wanted class for them.

The policy is the one source (`minors_enabled`, what compliance allows and the operator leaves):
rule R50 reads the same, when the chart is there. That a guardian is identified, present and
consents are steps of the intake and prompts of the exam.
"""

from __future__ import annotations

from collections.abc import Iterable

from server.ages import ADULT_YEARS, age_on, day_of
from server.chart.gate_entries import MinorAdmitted
from server.errors import MinorNotServed
from server.rules.policy import OperatorPolicy
from signaling.messages import TreatmentRef


def admit(
    policy: OperatorPolicy,
    birth_date: str,
    treatments: Iterable[TreatmentRef],
    *,
    now: int,
) -> MinorAdmitted | None:
    """Admit an adult, or a minor where every wanted class is open for them. Pure.

    Args:
        policy: by which the network decides.
        birth_date: ISO 8601.
        treatments: what is wanted.
        now: microseconds UTC.

    Returns:
        What the chart is told of a minor; None for an adult.

    Raises:
        InvalidBody: not a date of birth.
        MinorNotServed: under 18, and a class is not open.
    """
    if age_on(birth_date, day_of(now)) >= ADULT_YEARS:
        return None
    wanted = {one.treatment_class for one in treatments}
    if not wanted or not wanted <= {one.value for one in policy.minors_enabled}:
        raise MinorNotServed
    return MinorAdmitted(treatment_classes=sorted(wanted))
