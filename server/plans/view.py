"""A plan as the page and the command line show it."""

from __future__ import annotations

from typing import Final

from server.planning.bound import Pooled
from server.planning.coverage import Gap
from server.planning.measured import Measured
from server.planning.plan import Gain, Plan, PlannedInterval, Question
from server.planning.roster import Shift
from server.simulation.intervals import Estimate
from server.views.planning import (
    EstimateView,
    GainView,
    GapView,
    LicenceGainView,
    MeasuredView,
    OneMoreView,
    PlanIntervalView,
    PlanView,
    PooledView,
    SpanView,
    WorstView,
)

MS: Final = 1_000
HOUR_S: Final = 3_600


def plan_view(question: Question, plan: Plan) -> PlanView:
    """Return a plan with its question's size."""
    one_more = plan.one_more
    return PlanView(
        intervals=[_interval(one, plan) for one in plan.intervals],
        whole=_measured(plan.whole),
        days=plan.days,
        gaps=[_gap(one) for one in plan.gaps],
        window=_span(plan.window),
        compared_days=plan.compared_days,
        one_more=None
        if one_more is None
        else OneMoreView(
            like=one_more.like,
            jurisdictions=list(one_more.licences),
            gain=_gain(one_more.gain),
        ),
        licences=[
            LicenceGainView(
                practitioner=one.licence.practitioner,
                jurisdiction=one.licence.jurisdiction,
                gain=_gain(one.gain),
            )
            for one in plan.licences
        ],
        practitioners=len(question.roster),
        patients=question.demand.patients,
        patients_simulated=plan.patients,
    )


def _interval(one: PlannedInterval, plan: Plan) -> PlanIntervalView:
    faced = one.situation
    at = faced.interval.starts_at
    return PlanIntervalView(
        starts_at_ms=at * MS,
        patients=faced.interval.patients,
        load=faced.load,
        on_duty=faced.on_duty,
        scale=faced.scale,
        binding=list(faced.binding),
        uncovered=list(faced.uncovered),
        bound=_pooled(one.bound),
        needed=one.needed,
        square_root=one.square_root,
        bound_with_one_more=_pooled(one.bound_with_one_more),
        measured=_measured(one.measured),
        one_more_saved_s=_estimate(plan.one_more.saved_s.get(at)) if plan.one_more else None,
        missed=[missed.value for missed in one.missed],
    )


def _pooled(one: Pooled | None) -> PooledView | None:
    if one is None:
        return None
    return PooledView(
        agents=one.agents,
        asa_s=one.asa_s,
        service_level=one.service_level,
        abandonment=one.abandonment,
        occupancy=one.occupancy,
    )


def _measured(one: Measured) -> MeasuredView:
    worst = one.worst
    return MeasuredView(
        asa_s=_estimate(one.asa_s),
        service_level=_estimate(one.service_level),
        abandonment=_estimate(one.abandonment),
        occupancy=_estimate(one.occupancy),
        worst=None
        if worst is None
        else WorstView(jurisdiction=worst.jurisdiction, wait_s=_known(worst.wait_s)),
    )


def _gap(one: Gap) -> GapView:
    return GapView(
        jurisdiction=one.jurisdiction,
        hours=one.uncovered_s / HOUR_S,
        patients=one.patients,
        spans=[_span(span) for span in one.spans],
    )


def _span(one: Shift) -> SpanView:
    return SpanView(starts_at_ms=one.starts_at * MS, ends_at_ms=one.ends_at * MS)


def _gain(one: Gain) -> GainView:
    return GainView(
        before_s=_known(one.before_s),
        after_s=_known(one.after_s),
        saved_s=_known(one.saved_s),
    )


def _estimate(one: Estimate | None) -> EstimateView | None:
    return None if one is None else _known(one)


def _known(one: Estimate) -> EstimateView:
    return EstimateView(value=one.value, low=one.low, high=one.high)
