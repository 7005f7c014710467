"""Calls that failed because an end showed another certificate: somebody may sit in between."""

from __future__ import annotations

from typing import Final, Literal

from prometheus_client import CollectorRegistry, Counter

Witness = Literal["patient", "practitioner", "relay"]
Mode = Literal["direct", "relay"]
# A relay sees the certificates of calls that go through it, and of no others.
WITNESSED: Final[tuple[tuple[Witness, Mode], ...]] = (
    ("patient", "direct"),
    ("practitioner", "direct"),
    ("patient", "relay"),
    ("practitioner", "relay"),
    ("relay", "relay"),
)


class Mismatches:
    """How many there were since the start, by whose word and by which way the call went."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Start at zero: of a series that begins with 1, nobody sees the rise."""
        self._count = Counter(
            "goodfaith_call_certificate_mismatch",
            "Calls that failed because an end showed another certificate, by whose word.",
            ("side", "mode"),
            registry=registry,
        )
        for side, mode in WITNESSED:
            self._count.labels(side, mode)

    def count(self, side: Witness, mode: Mode) -> None:
        """Count one."""
        self._count.labels(side, mode).inc()
