"""Patients under 18: refused, unless the network has opened every wanted class for them.

The port between this and whatever else decides about minors is `open_classes`. That a guardian
is identified, present and consents are steps of the intake and prompts of the exam.
"""

from __future__ import annotations

from collections.abc import Iterable

from server.ages import ADULT_YEARS, age_on, day_of
from server.chart.gate_entries import MinorAdmitted
from server.errors import MinorNotServed
from server.storage import gate_settings
from server.storage.database import Tx
from signaling.messages import TreatmentRef


async def open_classes(tx: Tx, network_id: str) -> frozenset[str]:
    """Return the treatment classes that a network has open for minors; none at first."""
    found = await gate_settings.minors_enabled(tx, network_id)
    return frozenset(one.treatment_class for one in found)


async def admit(
    tx: Tx,
    network_id: str,
    birth_date: str,
    treatments: Iterable[TreatmentRef],
    *,
    now: int,
) -> MinorAdmitted | None:
    """Admit an adult, or a minor where every wanted class is open for them.

    Returns:
        What the chart is told of a minor; None for an adult.

    Raises:
        InvalidBody: not a date of birth.
        MinorNotServed: under 18, and a class is not open.
    """
    if age_on(birth_date, day_of(now)) >= ADULT_YEARS:
        return None
    wanted = {one.treatment_class for one in treatments}
    if not wanted or not wanted <= await open_classes(tx, network_id):
        raise MinorNotServed
    return MinorAdmitted(treatment_classes=sorted(wanted))
