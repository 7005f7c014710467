"""Gauges of the relays: which are up, and how many legs they carry. Read at the scrape.

The label is a place in the operator's own network, never anything of a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from server.relays.registry import Load


class RelayGauges(Collector):
    """What is read at the moment of a scrape.

    Args:
        look: returns every relay of this server.
    """

    def __init__(self, look: Callable[[], Sequence[Load]]) -> None:
        self._look = look

    def describe(self) -> Iterable[Metric]:
        """Return the families without looking at anything."""
        return _families(())

    def collect(self) -> Iterable[Metric]:
        """Look."""
        return _families(self._look())


def _families(loads: Sequence[Load]) -> Iterable[Metric]:
    up = GaugeMetricFamily(
        "goodfaith_relay_up",
        "Whether a relay answers: 1, draining ones included, or 0.",
        labels=("relay",),
    )
    legs = GaugeMetricFamily("goodfaith_relay_legs", "Legs on a relay.", labels=("relay",))
    for load in loads:
        up.add_metric((load.place,), 0 if load.standing == "lost" else 1)
        legs.add_metric((load.place,), load.legs)
    return up, legs
