"""Vital signs of an exam: written down by staff, shown to staff and practitioner.

What may be typed and what a figure means is `server.intake.vitals`.
"""

from __future__ import annotations

from typing import Final

from server import charting
from server.access import Principal
from server.chart.entries import VitalsRecorded
from server.chart.state import ChartState
from server.errors import NotPossibleNow
from server.intake import vitals
from server.intake.vital_words import in_words
from server.intake.vitals import BMI, MEASURES, Taken
from server.services import Services
from server.storage import encounters
from server.views import VitalName, VitalsForm, VitalsView, VitalView

OPEN: Final = frozenset({"requested", "intake", "left", "waiting", "in_progress", "wrap_up"})
MS: Final = 1_000


async def record(
    services: Services, principal: Principal, encounter_id: str, form: VitalsForm
) -> None:
    """Write down what a member of the spa's staff measured.

    Raises:
        VitalsInvalid: figures or a time that cannot be.
        NotPossibleNow: the exam is signed, or over.
        ChartFull: too many entries.
    """
    now = services.clock.now()
    figures = vitals.metric(form, now=now)
    entry = VitalsRecorded(
        measured_by=form.measured_by,
        measured_at=form.measured_at_ms * MS,
        systolic_mmhg=figures.get("systolic_mmhg"),
        diastolic_mmhg=figures.get("diastolic_mmhg"),
        pulse_bpm=figures.get("pulse_bpm"),
        temperature_c=figures.get("temperature_c"),
        spo2_percent=figures.get("spo2_percent"),
        height_cm=figures.get("height_cm"),
        weight_kg=figures.get("weight_kg"),
    )
    actor = charting.staff(principal.account_id or "")
    async with services.database.write() as tx:
        encounter = await encounters.get(tx, encounter_id, lock=True)
        if encounter.visit not in OPEN:
            raise NotPossibleNow
        charting.require_room(encounter, services.settings.entries_per_encounter_max)
        appended = await charting.append(
            tx, services.keyring, encounter_id, actor, [entry], now=now
        )
    services.hub.encounter_changed(encounter_id)
    if encounter.practitioner_id is not None:
        services.hub.chart_changed(encounter_id, appended.seqs[-1])


def vitals_view(state: ChartState) -> VitalsView:
    """Return what was measured, what is missing, and which figures are flagged."""
    found = vitals.crossed(state.vitals, state.answers, state.treatments)
    flagged = {limit.measure for limit, _ in found}
    lacking = {
        one.treatment_class: vitals.missing(state.vitals, one.treatment_class)
        for one in state.treatments
    }
    return VitalsView(
        taken=[
            _view(name, state.vitals[name], flagged=not flagged.isdisjoint(MEASURES[name]))
            for name in vitals.NAMES
            if name in state.vitals
        ],
        bmi=vitals.body_mass_index(state.vitals),
        bmi_flagged=BMI in flagged,
        wanted=vitals.wanted(state.treatments),
        missing={name: names for name, names in lacking.items() if names},
    )


def _view(name: VitalName, taken: Taken, *, flagged: bool) -> VitalView:
    return VitalView(
        name=name,
        text=in_words(name, taken.figures),
        flagged=flagged,
        measured_by=taken.by,
        measured_at_ms=taken.at // MS,
    )
