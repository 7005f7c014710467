"""A call as a relay would have witnessed it, and the findings seen in it: chart entries."""

from __future__ import annotations

from collections.abc import Iterable

from media.ledger import Part
from server.chart import entries as chart
from server.intake.questionnaire import live_findings
from signaling.messages import TreatmentRef
from tests.unit.server.measured import US, entries, witnessed

SECONDS = 30


def filmed(now: int, *, letter: str = "t", seconds: int = SECONDS) -> list[chart.AnyEntry]:
    """Return the sealed evidence of the seconds before `now` (microseconds): `t` is video."""
    both: tuple[Part, ...] = witnessed(
        letter * seconds, letter * seconds, first=now // US - seconds + 1
    )
    return [*entries(both)]


def looked_at(treatments: Iterable[TreatmentRef]) -> list[chart.AnyEntry]:
    """Return a tick for each treatment."""
    return [
        chart.FindingSeen(treatment_class=name, seen=True, findings=findings)
        for name, findings in live_findings(list(treatments)).items()
    ]
