"""Gauges of what the server can do just now, and of what waits for the database.

Read at the scrape; nothing in it is of a person.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Protocol

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from server.clock import Clock
from server.spool.spool import Spool

MICROSECONDS: Final = 1_000_000
FATES: Final = ("written", "known", "over", "full", "refused", "lost")


class Standing(Protocol):
    """Who knows how things stand."""

    @property
    def database(self) -> str:
        """`ok`, or not."""
        ...

    @property
    def bus(self) -> str:
        """`ok`, or not."""
        ...


class StandingGauges(Collector):
    """What is read at the moment of a scrape."""

    def __init__(self, standing: Standing, spool: Spool | None, clock: Clock) -> None:
        """Read from these."""
        self._standing = standing
        self._spool = spool
        self._clock = clock

    def describe(self) -> Iterable[Metric]:
        """Return the families without looking at anything."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Look."""
        spool = self._spool
        oldest_at = None if spool is None else spool.oldest_at
        waited = 0 if oldest_at is None else max(0, self._clock.now() - oldest_at)
        fates = CounterMetricFamily(
            "goodfaith_spool_settled",
            "What became of things that waited for the database.",
            labels=("fate",),
        )
        for fate in FATES:
            fates.add_metric((fate,), 0 if spool is None else spool.fates[fate])
        return (
            GaugeMetricFamily(
                "goodfaith_database_up",
                "Whether the database answers: 1 or 0.",
                int(self._standing.database == "ok"),
            ),
            GaugeMetricFamily(
                "goodfaith_bus_up",
                "Whether processes hear each other quickly: 1 or 0.",
                int(self._standing.bus == "ok"),
            ),
            GaugeMetricFamily(
                "goodfaith_spool_waiting",
                "Things of calls in progress that wait for the database.",
                0 if spool is None else len(spool),
            ),
            GaugeMetricFamily(
                "goodfaith_spool_oldest_seconds",
                "How long the oldest of them has waited.",
                waited / MICROSECONDS,
            ),
            GaugeMetricFamily(
                "goodfaith_spool_unsaved",
                "Those that no disk took: a crash would lose them.",
                0 if spool is None else spool.unsaved,
            ),
            fates,
        )
