"""Vital signs: as somebody measured and typed them, and as they are shown."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from server.views.everyone import Name
from signaling.messages import Message

VitalName = Literal["blood_pressure", "pulse", "temperature", "spo2", "height", "weight"]


class VitalsForm(Message):
    """What was measured, by whom and when; what was not is left out.

    Units as on the instrument; what is kept is metric.
    """

    measured_by: Name
    measured_at_ms: Annotated[int, Field(ge=0, le=2**53 - 1)]
    systolic_mmhg: Annotated[int, Field(ge=50, le=300)] | None = None
    diastolic_mmhg: Annotated[int, Field(ge=20, le=200)] | None = None
    pulse_bpm: Annotated[int, Field(ge=20, le=250)] | None = None
    temperature: Annotated[float, Field(ge=0, le=200)] | None = None
    temperature_unit: Literal["C", "F"] = "F"
    spo2_percent: Annotated[int, Field(ge=50, le=100)] | None = None
    height: Annotated[float, Field(ge=0, le=1_000)] | None = None
    height_unit: Literal["cm", "in"] = "in"
    weight: Annotated[float, Field(ge=0, le=2_000)] | None = None
    weight_unit: Literal["kg", "lb"] = "lb"


class VitalView(Message):
    """One vital sign as it was taken last: both units in words."""

    name: VitalName
    text: str
    flagged: bool
    measured_by: str
    measured_at_ms: int


class VitalsView(Message):
    """What was measured for this exam.

    `wanted` names what the asked-for treatments need, `missing` by treatment class what is not
    there yet. `bmi` is computed from height and weight.
    """

    taken: list[VitalView]
    bmi: float | None
    bmi_flagged: bool
    wanted: list[VitalName]
    missing: dict[str, list[VitalName]]
