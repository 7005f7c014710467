"""Counts of what was refused at the door, and of what stands open.

Read at the scrape; no address is a label.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Protocol

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

LIMITS: Final = ("address", "network", "session", "sign_in", "writing")
REASONS: Final = ("too_many", "no_headers", "no_tls")


class Lobby(Protocol):
    """Who knows about connections."""

    @property
    def open(self) -> int:
        """How many there are."""
        ...

    @property
    def refused(self) -> Mapping[str, int]:
        """Those that were closed before a request came, by why."""
        ...


class Doorkeeper(Protocol):
    """Who knows about requests."""

    @property
    def connections(self) -> Lobby:
        """Who knows about connections."""
        ...

    @property
    def refused(self) -> Mapping[str, int]:
        """Requests that were refused, by which limit."""
        ...

    @property
    def kept(self) -> int:
        """How many addresses, networks and sessions are remembered."""
        ...


class DoorGauges(Collector):
    """What is read at the moment of a scrape."""

    def __init__(self, doorkeeper: Doorkeeper) -> None:
        """Read from there."""
        self._doorkeeper = doorkeeper

    def describe(self) -> Iterable[Metric]:
        """Return the families without looking at anything."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Look."""
        door = self._doorkeeper
        return (
            _counted(
                "goodfaith_requests_refused",
                "Requests that came too soon after, or while, too many others, by which limit.",
                ("limit", LIMITS),
                door.refused,
            ),
            _counted(
                "goodfaith_connections_refused",
                "Connections that were closed before a request came, by why.",
                ("reason", REASONS),
                door.connections.refused,
            ),
            GaugeMetricFamily(
                "goodfaith_connections_open",
                "Open connections, sockets included.",
                door.connections.open,
            ),
            GaugeMetricFamily(
                "goodfaith_limits_kept",
                "Addresses, networks and sessions whose requests are remembered.",
                door.kept,
            ),
        )


def _counted(
    name: str, text: str, label: tuple[str, Sequence[str]], counts: Mapping[str, int]
) -> CounterMetricFamily:
    family = CounterMetricFamily(name, text, labels=label[:1])
    for word in label[1]:
        family.add_metric((word,), counts.get(word, 0))
    return family
