"""Vital signs: what may be typed, what a treatment needs, what a figure flags. Pure.

    form (either unit) -> metric figures -> the last of each vital sign -> BMI, flags, missing

Whether a figure is too high is data (`server.intake.limits`); whether it can have been measured
at all is `BOUNDS`: a slip of the keyboard, no judgement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast, get_args

from server.errors import InvalidBody
from server.intake.catalogue import catalogue
from server.intake.limits import Limit, limits
from server.views import AnswerValue, VitalName, VitalsForm
from signaling.messages import HealthFlag, TreatmentRef

NAMES: Final[tuple[VitalName, ...]] = get_args(VitalName)
MEASURES: Final[Mapping[VitalName, tuple[str, ...]]] = {
    "blood_pressure": ("systolic_mmhg", "diastolic_mmhg"),
    "pulse": ("pulse_bpm",),
    "temperature": ("temperature_c",),
    "spo2": ("spo2_percent",),
    "height": ("height_cm",),
    "weight": ("weight_kg",),
}
WORDS: Final[Mapping[VitalName, str]] = {
    "blood_pressure": "blood pressure",
    "pulse": "pulse",
    "temperature": "temperature",
    "spo2": "oxygen saturation",
    "height": "height",
    "weight": "weight",
}
BOUNDS: Final[Mapping[str, tuple[float, float]]] = {
    "temperature_c": (30, 45),
    "height_cm": (90, 250),
    "weight_kg": (20, 400),
}
BMI: Final = "bmi"
QUESTION: Final = "vitals"  # where the flag of a figure says that it comes from
CM_PER_INCH: Final = 2.54
KG_PER_POUND: Final = 0.45359237
LOOK_BACK_US: Final = 24 * 3_600 * 1_000_000
AHEAD_US: Final = 5 * 60 * 1_000_000  # a clock at the site that is a little fast
MICROSECONDS_PER_MS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Taken:
    """One vital sign as it was taken: metric figures by measure, by whom, when (µs UTC)."""

    figures: Mapping[str, float]
    by: str
    at: int


class VitalsInvalid(InvalidBody):
    """Figures that cannot have been measured like this; `fields` says which, not what."""


def metric(form: VitalsForm, *, now: int) -> dict[str, float]:
    """Return what was measured in metric units, by measure.

    Args:
        form: as typed.
        now: microseconds UTC.

    Raises:
        VitalsInvalid: nothing was measured, half a blood pressure, or a figure or a time
            that cannot be.
    """
    found = _converted(form)
    wrong = [
        name.partition("_")[0]
        for name, (low, high) in BOUNDS.items()
        if name in found and not low <= found[name] <= high
    ]
    pressures = [found.get(one) for one in MEASURES["blood_pressure"]]
    if pressures != [None, None] and not _is_pressure(*pressures):
        wrong += MEASURES["blood_pressure"]
    at = form.measured_at_ms * MICROSECONDS_PER_MS
    if not now - LOOK_BACK_US <= at <= now + AHEAD_US:
        wrong.append("measured_at_ms")
    if wrong or not found:
        raise VitalsInvalid(fields=tuple(wrong) or ("vitals",))
    return found


def taken_of(figures: Mapping[str, float], by: str, at: int) -> dict[VitalName, Taken]:
    """Return which vital signs some figures make up."""
    return {
        name: Taken({one: figures[one] for one in measures}, by, at)
        for name, measures in MEASURES.items()
        if all(one in figures for one in measures)
    }


def figures_of(vitals: Mapping[VitalName, Taken]) -> dict[str, float]:
    """Return every figure by measure, with the body mass index where it can be computed."""
    found = {name: one for taken in vitals.values() for name, one in taken.figures.items()}
    index = body_mass_index(vitals)
    return found if index is None else {**found, BMI: index}


def body_mass_index(vitals: Mapping[VitalName, Taken]) -> float | None:
    """Return kilograms per square metre, to one decimal; None without height and weight."""
    if "height" not in vitals or "weight" not in vitals:
        return None
    metres = vitals["height"].figures["height_cm"] / 100
    return round(vitals["weight"].figures["weight_kg"] / metres**2, 1)


def wanted(treatments: Iterable[TreatmentRef]) -> list[VitalName]:
    """Return which vital signs the treatments need."""
    needed = {name for one in treatments for name in required(one.treatment_class)}
    return [name for name in NAMES if name in needed]


def required(treatment_class: str) -> tuple[VitalName, ...]:
    """Return which vital signs a class needs before it can be approved."""
    found = catalogue().classes[treatment_class].vitals_required
    return cast("tuple[VitalName, ...]", found)


def missing(vitals: Mapping[VitalName, Taken], treatment_class: str) -> list[VitalName]:
    """Return which of them were not taken."""
    return [name for name in required(treatment_class) if name not in vitals]


def crossed(
    vitals: Mapping[VitalName, Taken],
    answers: Mapping[str, AnswerValue],
    treatments: Sequence[TreatmentRef],
) -> list[tuple[Limit, str]]:
    """Return every limit that is crossed, with the class that it counts for."""
    figures = figures_of(vitals)
    return [
        (limit, one.treatment_class)
        for limit in limits()
        if limit.measure in figures and limit.crossed(figures[limit.measure])
        if not _lifted(limit, answers)
        for one in treatments
        if one.treatment_class in limit.applies_to
    ]


def flags(
    vitals: Mapping[VitalName, Taken],
    answers: Mapping[str, AnswerValue],
    treatments: Sequence[TreatmentRef],
) -> list[HealthFlag]:
    """Return the figures that a practitioner must look at: one flag a code and class."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for limit, touched in crossed(vitals, answers, treatments):
        reasons.setdefault((limit.code, touched), []).append(limit.reason)
    return [
        HealthFlag(
            code=code,
            severity="review",
            reason="; ".join(words),
            question_id=QUESTION,
            applies_to=touched,
        )
        for (code, touched), words in reasons.items()
    ]


def _lifted(limit: Limit, answers: Mapping[str, AnswerValue]) -> bool:
    if limit.unless is None:
        return False
    answer = answers.get(limit.unless)
    return isinstance(answer, list) and bool(answer) and limit.but not in answer


def _converted(form: VitalsForm) -> dict[str, float]:
    celsius = form.temperature
    if celsius is not None and form.temperature_unit == "F":
        celsius = (celsius - 32) * 5 / 9
    height = form.height
    if height is not None and form.height_unit == "in":
        height *= CM_PER_INCH
    weight = form.weight
    if weight is not None and form.weight_unit == "lb":
        weight *= KG_PER_POUND
    found: dict[str, float | None] = {
        "systolic_mmhg": form.systolic_mmhg,
        "diastolic_mmhg": form.diastolic_mmhg,
        "pulse_bpm": form.pulse_bpm,
        "temperature_c": celsius,
        "spo2_percent": form.spo2_percent,
        "height_cm": height,
        "weight_kg": weight,
    }
    return {name: round(one, 1) for name, one in found.items() if one is not None}


def _is_pressure(systolic: float | None, diastolic: float | None) -> bool:
    return systolic is not None and diastolic is not None and diastolic < systolic
