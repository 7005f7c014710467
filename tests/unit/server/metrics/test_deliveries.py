from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, generate_latest

from server.clock import ManualClock
from server.metrics.deliveries import DeliveryGauges
from server.storage.outbox_claims import Backlog

NOTHING = Backlog(0, None)


@dataclass
class Seen:
    """A worker, as far as it is looked at."""

    outcomes: Counter[str] = field(default_factory=Counter)
    backlog: Backlog = NOTHING
    is_holder: bool = True


def lines(seen: Seen, clock: ManualClock) -> list[str]:
    registry = CollectorRegistry()
    registry.register(DeliveryGauges(seen, clock))
    told = generate_latest(registry).decode().splitlines()
    return [line for line in told if not line.startswith("#")]


def test_what_waits_and_what_became_of_attempts_is_told() -> None:
    clock = ManualClock()
    seen = Seen(Counter(delivered=3, timed_out=1), Backlog(2, clock.now()))
    clock.advance(90)
    assert lines(seen, clock) == [
        'goodfaith_delivery_attempts_total{outcome="delivered"} 3.0',
        'goodfaith_delivery_attempts_total{outcome="timed_out"} 1.0',
        "goodfaith_deliveries_waiting 2.0",
        "goodfaith_deliveries_oldest_seconds 90.0",
    ]


def test_when_nothing_waits_nothing_is_old() -> None:
    assert lines(Seen(), ManualClock()) == [
        "goodfaith_deliveries_waiting 0.0",
        "goodfaith_deliveries_oldest_seconds 0.0",
    ]


def test_who_does_not_deliver_says_nothing_of_what_waits() -> None:
    assert lines(Seen(is_holder=False), ManualClock()) == []
