"""Figures of a day or half an hour, as the wire shows them."""

from __future__ import annotations

from typing import Final

from server.metrics.day_figures import Stretch
from server.metrics.service_level import Spread
from signaling import messages as wire

MS: Final = 1_000
DIGITS: Final = 4


def stretch(one: Stretch) -> wire.OpsStretch:
    """Return all figures of a stretch of time."""
    service = one.service
    return wire.OpsStretch(
        starts_at_ms=one.starts_at // MS,
        arrived=service.arrived,
        answered=service.answered,
        abandoned=service.abandoned,
        cancelled=service.cancelled,
        waiting=service.waiting,
        connected=service.connected,
        connected_in_time=service.connected_in_time,
        signed=service.signed,
        offers=one.offers.rung,
        offers_missed=one.offers.missed,
        level_strict=_share(service.level_strict),
        level_lenient=_share(service.level_lenient),
        abandonment=_share(service.abandonment),
        occupancy=_share(one.staff.occupancy),
        wait=_spread(service.wait),
        connect=_spread(service.connect),
    )


def point(one: Stretch) -> wire.OpsPoint:
    """Return what the charts show of half an hour."""
    service = one.service
    return wire.OpsPoint(
        at_ms=one.starts_at // MS,
        arrived=service.arrived,
        answered=service.answered,
        abandoned=service.abandoned,
        wait_p50_ms=service.wait.p50,
        wait_p90_ms=service.wait.p90,
        connect_p50_ms=service.connect.p50,
        connect_p90_ms=service.connect.p90,
        level_strict=_share(service.level_strict),
        occupancy=_share(one.staff.occupancy),
    )


def _spread(one: Spread) -> wire.OpsSpread:
    return wire.OpsSpread(
        count=one.count, mean_ms=one.mean, p50_ms=one.p50, p90_ms=one.p90, p95_ms=one.p95
    )


def _share(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)
