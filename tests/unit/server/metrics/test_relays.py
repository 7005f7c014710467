from __future__ import annotations

from prometheus_client import CollectorRegistry, generate_latest

from server.metrics.relays import RelayGauges
from server.relays.registry import Load


def test_every_relay_has_a_line_whether_it_is_there_or_not() -> None:
    registry = CollectorRegistry()
    loads = [
        Load("embedded", "up", 7),
        Load("10.0.0.5:3480", "draining", 2),
        Load("b", "lost", 0),
    ]
    registry.register(RelayGauges(lambda: loads))
    told = generate_latest(registry).decode().splitlines()
    assert [line for line in told if not line.startswith("#")] == [
        'goodfaith_relay_up{relay="embedded"} 1.0',
        'goodfaith_relay_up{relay="10.0.0.5:3480"} 1.0',
        'goodfaith_relay_up{relay="b"} 0.0',
        'goodfaith_relay_legs{relay="embedded"} 7.0',
        'goodfaith_relay_legs{relay="10.0.0.5:3480"} 2.0',
        'goodfaith_relay_legs{relay="b"} 0.0',
    ]
