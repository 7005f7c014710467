"""What was decided, as the spa and the patient may read it once the chart is signed."""

from __future__ import annotations

from server.chart.state import ChartState
from server.documents import exam
from server.views import OutcomeView


def outcomes(state: ChartState, signed_at: int) -> list[OutcomeView]:
    """Return one outcome per treatment that was decided on, the same as on the papers.

    Args:
        state: of a signed chart.
        signed_at: microseconds UTC; what is approved holds from then.
    """
    return [
        OutcomeView(
            treatment_class=one.treatment_class,
            product=one.product,
            disposition=one.disposition,
            conditions=one.conditions,
            order=one.order,
            rationale=one.rationale,
            valid_until=one.valid_until,
        )
        for one in exam.outcomes(state, signed_at=signed_at)
    ]
