"""How many emergency accesses compliance has not reviewed: a gauge, read at the scrape."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector


class EmergencyGauge(Collector):
    """What is read at the moment of a scrape."""

    def __init__(self, unreviewed: Callable[[], int]) -> None:
        """Read from this."""
        self._unreviewed = unreviewed

    def describe(self) -> Iterable[Metric]:
        """Return the family without looking at anything."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Look."""
        yield GaugeMetricFamily(
            "goodfaith_emergency_accesses_unreviewed",
            "Charts opened in an emergency that compliance has not reviewed.",
            self._unreviewed(),
        )
