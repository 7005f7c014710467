from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, generate_latest

from server.metrics.door import DoorGauges


@dataclass
class Lobby:
    open: int = 7
    refused: Counter[str] = field(default_factory=lambda: Counter(too_many=3))


@dataclass
class Keeper:
    connections: Lobby = field(default_factory=Lobby)
    refused: Counter[str] = field(default_factory=lambda: Counter(session=2, network=1))
    kept: int = 12


def test_what_was_refused_is_counted_by_why_from_the_beginning() -> None:
    registry = CollectorRegistry()
    registry.register(DoorGauges(Keeper()))
    lines = set(generate_latest(registry).decode().splitlines())
    assert {
        'goodfaith_requests_refused_total{limit="address"} 0.0',
        'goodfaith_requests_refused_total{limit="network"} 1.0',
        'goodfaith_requests_refused_total{limit="session"} 2.0',
        'goodfaith_requests_refused_total{limit="sign_in"} 0.0',
        'goodfaith_requests_refused_total{limit="writing"} 0.0',
        'goodfaith_connections_refused_total{reason="too_many"} 3.0',
        'goodfaith_connections_refused_total{reason="no_headers"} 0.0',
        'goodfaith_connections_refused_total{reason="no_tls"} 0.0',
        "goodfaith_connections_open 7.0",
        "goodfaith_limits_kept 12.0",
    } <= lines
