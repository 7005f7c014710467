"""Figures out of many values, and out of counters that grew over a phase. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from server.rehearsal.report import quantile


class Spread(TypedDict):
    """Seconds, to the millisecond; None of nothing."""

    count: int
    p50_s: float | None
    p95_s: float | None
    p99_s: float | None
    max_s: float | None


def spread(values: Sequence[float]) -> Spread:
    """Return the nearest-rank percentiles."""
    ordered = sorted(values)
    return Spread(
        count=len(ordered),
        p50_s=quantile(ordered, 0.5),
        p95_s=quantile(ordered, 0.95),
        p99_s=quantile(ordered, 0.99),
        max_s=quantile(ordered, 1.0),
    )


@dataclass(frozen=True, slots=True)
class Counters:
    """What grows, as it stands at one moment.

    Attributes:
        at_s: on a clock that only goes on.
        received, sent: frames of all pages.
        nodes_us: processor time of all nodes.
        ours_us: processor time of the load generator.
    """

    at_s: float
    received: int
    sent: int
    nodes_us: float
    ours_us: float


class Phase(TypedDict):
    """What one phase was like; `nodes_cores` is not known where a node was started anew."""

    seconds: float
    received_per_s: float
    sent_per_s: float
    nodes_cores: float | None
    generator_cores: float


def phase(before: Counters, after: Counters) -> Phase:
    """Return the rates between two moments."""
    seconds = max(after.at_s - before.at_s, 1e-9)
    return Phase(
        seconds=round(seconds, 1),
        received_per_s=round((after.received - before.received) / seconds, 1),
        sent_per_s=round((after.sent - before.sent) / seconds, 1),
        nodes_cores=_cores(before, after, seconds),
        generator_cores=round((after.ours_us - before.ours_us) / 1e6 / seconds, 2),
    )


def _cores(before: Counters, after: Counters, seconds: float) -> float | None:
    grown = after.nodes_us - before.nodes_us
    return round(grown / 1e6 / seconds, 2) if grown >= 0 else None
