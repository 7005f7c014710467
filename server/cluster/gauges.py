"""Gauges of a node among others: how it hears them, what waits for them, what was lost.

Read at the scrape; nothing in it is of a person.
"""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from server.cluster.cluster import Cluster


class ClusterGauges(Collector):
    """What is read at the moment of a scrape."""

    def __init__(self, cluster: Cluster) -> None:
        """Read from this node's part in the cluster."""
        self._cluster = cluster

    def describe(self) -> Iterable[Metric]:
        """Return the families without looking at anything."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Look."""
        cluster, standing = self._cluster, self._cluster.standing
        went_wrong = CounterMetricFamily(
            "goodfaith_bus_trouble",
            "Messages between nodes that did not go as they should.",
            labels=("what",),
        )
        for what, count in (
            ("redis_failed", standing.failures),
            ("unheard", standing.unheard),
            ("dropped", standing.dropped),
            ("refused", cluster.refused),
            ("request_dropped", cluster.unsent),
        ):
            went_wrong.add_metric((what,), count)
        return (
            GaugeMetricFamily(
                "goodfaith_nodes",
                "Nodes that this one sees, itself included.",
                len(cluster.nodes),
            ),
            GaugeMetricFamily(
                "goodfaith_requests_unanswered",
                "Requests of this node to homes elsewhere that wait for an answer.",
                cluster.unanswered,
            ),
            GaugeMetricFamily(
                "goodfaith_listening_up",
                "1 while notifications of the database come in; without, all is slower.",
                float(cluster.is_hearing),
            ),
            went_wrong,
        )
