"""What was done in an emergency and compliance has not seen: gauges, read at the scrape."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector


class EmergencyGauge(Collector):
    """What is read at the moment of a scrape."""

    def __init__(self, unreviewed: Callable[[], int], unseen: Callable[[], int]) -> None:
        """Prepare.

        Args:
            unreviewed: gives how many emergency accesses nobody has reviewed.
            unseen: gives how many accounts signed in without their provider, unseen.
        """
        self._unreviewed = unreviewed
        self._unseen = unseen

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
        yield GaugeMetricFamily(
            "goodfaith_emergency_sign_ins_unseen",
            "Emergency accounts that signed in, which compliance has not seen.",
            self._unseen(),
        )
