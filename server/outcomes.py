"""What was decided, as the spa and the patient may read it once the chart is signed."""

from __future__ import annotations

from server.chart.state import ChartState
from server.documents import exam
from server.documents.orders import conditions_text, order_text, rationale_text
from server.views import Language, OutcomeView


def outcomes(state: ChartState, signed_at: int, language: Language = "en") -> list[OutcomeView]:
    """Return one outcome per treatment that was decided on, the same as on the papers.

    Args:
        state: of a signed chart.
        signed_at: microseconds UTC; what is approved holds from then.
        language: of whoever reads it.
    """
    return [
        OutcomeView(
            treatment_class=one.treatment_class,
            product=one.product,
            disposition=one.disposition,
            conditions=conditions_text(one, language),
            order=order_text(one, language),
            rationale=rationale_text(one, language),
            valid_until=one.valid_until,
        )
        for one in exam.outcomes(state, signed_at=signed_at)
    ]
