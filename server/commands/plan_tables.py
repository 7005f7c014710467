"""A plan as tables for a person at a terminal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from server.commands.terminal import out
from server.views.planning import (
    EstimateView,
    GainView,
    PlanIntervalView,
    PlanView,
    SpanView,
)

BINDING_SHOWN: Final = 6
HEADINGS: Final = (
    "from",
    "patients",
    "on duty",
    "can grow",
    "bound",
    "ASA",
    "in time",
    "worst",
    "busy",
    "misses",
)
ROW: Final = "{:<9} {:>8} {:>7} {:>8} {:>7} {:>11} {:>10} {:>9} {:>9}  {}"
WORDS: Final = {
    "uncovered": "licence",
    "infeasible": "capacity",
    "service_level": "level",
    "asa": "ASA",
    "worst": "worst",
    "abandonment": "abandonment",
}


def print_plan(plan: PlanView) -> None:
    """Print everything that a plan says."""
    out.print(
        f"Half hours, UTC. Simulated: {plan.days} days, {plan.practitioners} practitioners;"
        " intervals hold 95 % of such estimates."
    )
    out.print(ROW.format(*HEADINGS), markup=False)
    for one in plan.intervals:
        out.print(ROW.format(*_row(one)).rstrip(), markup=False)
    out.print("\nBinding jurisdictions")
    for span, names in _binding(plan.intervals):
        out.print(f"  {span}  {names}")
    if plan.gaps:
        out.print("\nNobody licensed while patients are expected")
    for gap in plan.gaps:
        spans = ", ".join(map(_span, gap.spans))
        out.print(
            f"  {gap.jurisdiction}  {gap.hours:.1f} h, {gap.patients:.1f} patients  {spans}"
        )
    print_changes(plan)


def print_changes(plan: PlanView) -> None:
    """Print what one more practitioner, and one more licence, give."""
    out.print(
        f"\nWhat one change gives (mean time in line, {_span(plan.window)},"
        f" {plan.compared_days} days)"
    )
    if plan.one_more is not None:
        names = _names(plan.one_more.jurisdictions)
        out.print(
            f"  one more like {plan.one_more.like} ({names}): {_gain(plan.one_more.gain)}",
            markup=False,
        )
    for one in plan.licences:
        out.print(
            f"  {one.practitioner} in {one.jurisdiction}: {_gain(one.gain)}", markup=False
        )
    if plan.one_more is None and not plan.licences:
        out.print("  nothing: nobody waits for want of a licence")


def _row(one: PlanIntervalView) -> list[str]:
    seen = one.measured
    bound = one.bound.asa_s if one.bound else None
    worst = seen.worst
    return [
        _time(one.starts_at_ms),
        f"{one.patients:.1f}",
        f"{one.on_duty:.1f}",
        "-" if one.scale is None else f"x {one.scale:.2f}",
        "-" if bound is None else f"{bound:.1f} s",
        _figure(seen.asa_s, " s"),
        _figure(seen.service_level, " %", 100.0),
        "-" if worst is None else f"{worst.jurisdiction} {worst.wait_s.value:.0f} s",
        _figure(seen.occupancy, " %", 100.0),
        ", ".join(WORDS[name] for name in one.missed),
    ]


def _binding(intervals: list[PlanIntervalView]) -> list[tuple[str, str]]:
    """Return what binds, half hours with the same answer as one."""
    runs: list[tuple[list[str], SpanView]] = []
    for one in intervals:
        ends_at_ms = one.starts_at_ms + 1_800_000
        if runs and runs[-1][0] == one.binding:
            begins = runs[-1][1].starts_at_ms
            runs[-1] = one.binding, SpanView(starts_at_ms=begins, ends_at_ms=ends_at_ms)
        else:
            span = SpanView(starts_at_ms=one.starts_at_ms, ends_at_ms=ends_at_ms)
            runs.append((one.binding, span))
    return [(_span(span), _names(names)) for names, span in runs if names]


def _names(names: list[str]) -> str:
    more = len(names) - BINDING_SHOWN
    shown = " ".join(names[:BINDING_SHOWN])
    return f"{shown} and {more} more" if more > 0 else shown


def _figure(one: EstimateView | None, unit: str, scale: float = 1.0) -> str:
    if one is None:
        return "-"
    if one.high is None:
        return f"{one.value * scale:.0f}{unit}"
    return f"{one.value * scale:.0f} ± {(one.high - one.value) * scale:.0f}{unit}"


def _gain(one: GainView) -> str:
    saved = one.saved_s
    doubt = "" if saved.low is not None and saved.low > 0.0 else "; may be chance"
    return (
        f"from {one.before_s.value:.1f} s to {one.after_s.value:.1f} s"
        f" (saves {_tenths(saved)}{doubt})"
    )


def _tenths(one: EstimateView) -> str:
    spread = "" if one.high is None else f" ± {one.high - one.value:.1f}"
    return f"{one.value:.1f}{spread} s"


def _span(one: SpanView) -> str:
    return f"{_time(one.starts_at_ms)}-{_time(one.ends_at_ms)[-5:]}"


def _time(moment_ms: int) -> str:
    return datetime.fromtimestamp(moment_ms / 1_000, UTC).strftime("%a %H:%M")
