"""Summaries as a person reads them, side by side, and as JSON for programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isnan
from typing import Final, NamedTuple, TypeAlias

from server.simulation.figures import GOAL_S
from server.simulation.intervals import Estimate
from server.simulation.summary import COUNTED, Summary, difference

Json: TypeAlias = float | int | str | list["Json"] | dict[str, "Json"] | None

COLUMN: Final = 22
LABEL: Final = 26
SHARES: Final = frozenset({"over_goal", "waited", "abandonment", "occupancy", "missed"})


class Row(NamedTuple):
    """A line of the table."""

    label: str
    cell: Callable[[Summary], str]


def as_text(summaries: Sequence[Summary]) -> str:
    """Return a table with a column for each summary, with 95 % intervals."""
    heading = "".join(f"{one.discipline:>{COLUMN}}" for one in summaries)
    lines = [f"{'':<{LABEL}}{heading}"]
    lines += [_line(row, summaries) for row in _rows(summaries[0])]
    lines += ["", "mean wait by jurisdiction"]
    names = list(summaries[0].by_jurisdiction)
    lines += [_line(Row(f"  {name}", _jurisdiction(name)), summaries) for name in names]
    return "\n".join(lines)


def as_json(summary: Summary, first: Summary) -> dict[str, Json]:
    """Return a summary as JSON, compared with the first; what is not known is null."""
    worst, worst_mean = summary.worst
    return {
        "policy": summary.discipline,
        "replications": summary.replications,
        **{name: _json(one) for name, one in summary.estimates.items()},
        "mean_above_first_s": _json(difference(summary, first)),
        "worst_jurisdiction": {"jurisdiction": worst, **_json(worst_mean)},
        "by_jurisdiction": {name: _json(one) for name, one in summary.by_jurisdiction.items()},
        **{name: summary.counts[name] for name in COUNTED},
        "patients": summary.patients,
        "wall_s": round(summary.wall_s, 3),
        "patients_per_second": round(summary.patients_per_second, 1),
    }


def _rows(first: Summary) -> tuple[Row, ...]:
    over = f"waited over {GOAL_S:.0f} s"
    return (
        Row("queue wait, mean", _figure("mean_s")),
        Row("  above the first policy", lambda one: _above(one, first)),
        Row("  p50", _figure("p50_s")),
        Row("  p90", _figure("p90_s")),
        Row("  p95", _figure("p95_s")),
        Row("  mean of the served", _figure("served_mean_s")),
        Row("worst jurisdiction", lambda one: one.worst[0]),
        Row("  mean", lambda one: _seconds(one.worst[1])),
        Row(over, _figure("over_goal")),
        Row("waited at all", _figure("waited")),
        Row("abandonment", _figure("abandonment")),
        Row("occupancy", _figure("occupancy")),
        Row("in line, mean", lambda one: _number(one.estimates["line"])),
        Row("offers not answered", _figure("missed")),
        Row("patients ready", lambda one: f"{one.counts['ready']:,}"),
        Row("  served", lambda one: f"{one.counts['served']:,}"),
        Row("  left", lambda one: f"{one.counts['left']:,}"),
        Row("  waiting at the end", lambda one: f"{one.counts['still_waiting']:,}"),
        Row("patients per second", lambda one: f"{one.patients_per_second:,.0f}"),
    )


def _line(row: Row, summaries: Sequence[Summary]) -> str:
    cells = "".join(f"{row.cell(one):>{COLUMN}}" for one in summaries)
    return f"{row.label:<{LABEL}}{cells}"


def _figure(name: str) -> Callable[[Summary], str]:
    show = _percent if name in SHARES else _seconds
    return lambda summary: show(summary.estimates[name])


def _above(one: Summary, first: Summary) -> str:
    return "" if one is first else _seconds(difference(one, first))


def _jurisdiction(name: str) -> Callable[[Summary], str]:
    unknown = Estimate(float("nan"), None)
    return lambda summary: _seconds(summary.by_jurisdiction.get(name, unknown))


def _seconds(one: Estimate) -> str:
    return f"{_number(one)} s"


def _number(one: Estimate) -> str:
    return "-" if isnan(one.value) else _plus_minus(one, lambda value: f"{value:,.1f}")


def _percent(one: Estimate) -> str:
    if isnan(one.value):
        return "-"
    return f"{_plus_minus(one, lambda value: f'{100 * value:.1f}')} %"


def _plus_minus(one: Estimate, show: Callable[[float], str]) -> str:
    if one.half_width is None:
        return show(one.value)
    return f"{show(one.value)} ± {show(one.half_width)}"


def _json(one: Estimate) -> dict[str, Json]:
    known = not isnan(one.value)
    return {
        "value": one.value if known else None,
        "low": one.low if known else None,
        "high": one.high if known else None,
    }
