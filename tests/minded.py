"""What a careful practitioner and careful staff add to a chart: read, reasoned, measured."""

from __future__ import annotations

from server.chart import entries as chart
from server.chart.answer_entries import FlagName
from server.chart.health import written
from server.chart.reading import flags_of
from server.chart.state import ChartState
from server.intake import vitals

IN_RANGE = chart.VitalsRecorded(
    measured_by="Rosa Lind",
    measured_at=0,
    systolic_mmhg=118,
    diastolic_mmhg=74,
    pulse_bpm=68,
    temperature_c=36.7,
    spo2_percent=98,
    height_cm=165,
    weight_kg=92,
)


def minded(state: ChartState) -> list[chart.AnyEntry]:
    """Return the entries after which nothing about the health answers bars an approval."""
    found: list[chart.AnyEntry] = []
    if vitals.wanted(state.treatments):
        found.append(IN_RANGE)
    answers = written(state)
    if answers:
        found.append(chart.AnswersRead(answers=answers))
    flags = [
        FlagName(code=one.code, question_id=one.question_id, applies_to=one.applies_to)
        for one in flags_of(state)
        if one.severity == "review"
    ]
    if flags:
        found.append(chart.FlagsReasoned(flags=flags, reason="Asked about it."))
    return found
