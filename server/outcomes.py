"""What was decided, as the spa and the patient may read it once the chart is signed."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime
from typing import Final

from server.chart.state import ChartState
from server.views import OutcomeView
from signaling.messages import Disposition

APPROVALS: Final[frozenset[Disposition]] = frozenset(
    {"approved", "approved_with_precaution", "conditional"}
)
MONTHS: Final = 12


def outcomes(state: ChartState, signed_at: int) -> list[OutcomeView]:
    """Return one outcome per treatment that was decided on, in the order of the request.

    Args:
        state: of a signed chart.
        signed_at: microseconds UTC; what is approved holds from then.
    """
    return [
        OutcomeView(
            treatment_class=decided.treatment.treatment_class,
            product=decided.treatment.product,
            disposition=decided.disposition,
            conditions=decided.conditions,
            order=decided.order,
            rationale=decided.rationale,
            valid_until=valid_until(signed_at, decided.valid_months)
            if decided.disposition in APPROVALS
            else None,
        )
        for treatment in state.treatments
        if (decided := state.dispositions.get(treatment.treatment_class)) is not None
    ]


def valid_until(signed_at: int, months: int) -> str:
    """Return the last day (ISO 8601) on which an approval may be relied upon.

    The same day of the month, `months` later; where that month is shorter, its last day.
    """
    signed = day_of(signed_at)
    years, month = divmod(signed.month - 1 + months, MONTHS)
    year = signed.year + years
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(signed.day, last)).isoformat()


def day_of(instant: int) -> date:
    """Return the UTC day of an instant (microseconds UTC)."""
    return datetime.fromtimestamp(instant / 1_000_000, UTC).date()
