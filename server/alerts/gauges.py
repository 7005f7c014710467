"""Figures of what alerts know and no waiting room does. Read at the scrape."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector


class NoticeGauges(Collector):
    """Notices of credentials that end, which compliance of the networks at home here has."""

    def __init__(self, unseen: Callable[[], int]) -> None:
        """Look through `unseen`: how many are not seen."""
        self._unseen = unseen

    def describe(self) -> Iterable[Metric]:
        """Return the family without looking at anything."""
        return NoticeGauges(lambda: 0).collect()

    def collect(self) -> Iterable[Metric]:
        """Look."""
        yield GaugeMetricFamily(
            "goodfaith_expiry_notices_unseen",
            "Notices of credentials that end soon, which compliance has not seen.",
            self._unseen(),
        )
