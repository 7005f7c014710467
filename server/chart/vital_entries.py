"""Vital signs in the chart: figures in metric units, with the name of who measured them."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from server.chart.entry import Entry, Line, Microseconds

Figure = Annotated[float, Field(ge=0, le=1_000)]


class VitalsRecorded(Entry):
    """Vital signs that somebody measured; what is None was not measured this time.

    Attributes:
        measured_by: a name, as it was typed: whoever typed it is the entry's actor.
        measured_at: microseconds UTC.
    """

    kind: Literal["vitals.recorded"] = "vitals.recorded"
    measured_by: Line
    measured_at: Microseconds
    systolic_mmhg: Figure | None
    diastolic_mmhg: Figure | None
    pulse_bpm: Figure | None
    temperature_c: Figure | None
    spo2_percent: Figure | None
    height_cm: Figure | None
    weight_kg: Figure | None

    def figures(self) -> dict[str, float]:
        """Return what was measured, by measure."""
        all_figures = {name: getattr(self, name) for name in MEASURES}
        return {name: one for name, one in all_figures.items() if one is not None}

    def summary(self) -> str:
        """Return one English line for the log."""
        names = ", ".join(name.partition("_")[0] for name in self.figures())
        return f"Vital signs measured by {self.measured_by}: {names}"


MEASURES: Final = (
    "systolic_mmhg",
    "diastolic_mmhg",
    "pulse_bpm",
    "temperature_c",
    "spo2_percent",
    "height_cm",
    "weight_kg",
)
VITAL_ENTRIES: Final = (VitalsRecorded,)
