"""Figures of what other systems are told. Read at the scrape; nothing of a person in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from server.clock import Clock
from server.storage.outbox_claims import Backlog

SECOND = 1_000_000


class Deliveries(Protocol):
    """What is looked at."""

    @property
    def outcomes(self) -> Mapping[str, int]:
        """Return how many attempts of this process ended how."""
        ...

    @property
    def backlog(self) -> Backlog:
        """Return what waits."""
        ...

    @property
    def is_holder(self) -> bool:
        """Return whether this process delivers."""
        ...


class DeliveryGauges(Collector):
    """What is read at the moment of a scrape; what waits, by the process that delivers only."""

    def __init__(self, deliveries: Deliveries | None, clock: Clock) -> None:
        self._deliveries = deliveries
        self._clock = clock

    def describe(self) -> Iterable[Metric]:
        """Return the families without looking at anything."""
        return DeliveryGauges(None, self._clock).collect()

    def collect(self) -> Iterable[Metric]:
        """Look."""
        attempts = CounterMetricFamily(
            "goodfaith_delivery_attempts",
            "Attempts to tell other systems, by what became of them.",
            labels=("outcome",),
        )
        waiting = GaugeMetricFamily(
            "goodfaith_deliveries_waiting", "Messages that are yet to be delivered."
        )
        oldest = GaugeMetricFamily(
            "goodfaith_deliveries_oldest_seconds", "Age of the oldest of them."
        )
        seen = self._deliveries
        if seen is not None:
            for outcome, count in sorted(seen.outcomes.items()):
                attempts.add_metric((outcome,), count)
            if seen.is_holder:
                since = seen.backlog.oldest_at
                age_s = 0.0 if since is None else (self._clock.now() - since) / SECOND
                waiting.add_metric((), seen.backlog.waiting)
                oldest.add_metric((), max(age_s, 0.0))
        return attempts, waiting, oldest
