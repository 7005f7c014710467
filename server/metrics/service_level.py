"""Service figures of some visits: waits, percentiles, service level, abandonment.

Pure. The definitions (usual ones of call centres; they differ between products, so each is
spelled out):

    queue wait        ready to accepted, of those accepted
    connect time      ready to media flowing both ways, of those connected
    service level     accepted within T / (accepted + all abandoned)           "strict"
                      accepted within T / (accepted + abandoned after 5 s)     "lenient"
    abandonment       abandoned / (accepted + abandoned); cancellations count nowhere
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, quantiles
from typing import Final

from server.storage.figures import OfferTimes, VisitTimes
from signaling.offers import OfferState

US: Final = 1_000
TARGET_MS: Final = 31_000
SHORT_MS: Final = 5_000
GONE: Final = frozenset({"left", "expired"})


@dataclass(frozen=True, slots=True)
class Spread:
    """How a duration is distributed, in milliseconds; None of nothing."""

    count: int
    mean: int | None
    p50: int | None
    p90: int | None
    p95: int | None


@dataclass(frozen=True, slots=True)
class Service:
    """What became of some patients.

    Attributes:
        arrived: patients who were ready.
        answered: those whom a practitioner accepted.
        abandoned: those who left before that.
        abandoned_short: those of them who left within `SHORT_MS`.
        cancelled: those whose visit was called off before that.
        waiting: those who wait.
        in_time: those accepted within the target.
        connected: those whose media flowed both ways.
        connected_in_time: those of them within the target.
        signed: those whose chart is signed.
        wait: of queue waits.
        connect: of connect times.
    """

    arrived: int
    answered: int
    abandoned: int
    abandoned_short: int
    cancelled: int
    waiting: int
    in_time: int
    connected: int
    connected_in_time: int
    signed: int
    wait: Spread
    connect: Spread

    @property
    def level_strict(self) -> float | None:
        """Return the service level against all who abandoned, 0 to 1."""
        return ratio(self.in_time, self.answered + self.abandoned)

    @property
    def level_lenient(self) -> float | None:
        """Return the service level that leaves out who abandoned at once, 0 to 1."""
        return ratio(self.in_time, self.answered + self.abandoned - self.abandoned_short)

    @property
    def abandonment(self) -> float | None:
        """Return the share of ended waits that nobody answered, 0 to 1."""
        return ratio(self.abandoned, self.answered + self.abandoned)


@dataclass(frozen=True, slots=True)
class OfferCounts:
    """Offers by what became of them; `answered` is accepted or declined."""

    rung: int
    answered: int
    missed: int


def service(visits: Iterable[VisitTimes], *, target_ms: int = TARGET_MS) -> Service:
    """Return the figures of these visits."""
    seen = tuple(visits)
    waits = [(one.accepted_at - one.ready_at) // US for one in seen if one.accepted_at]
    connects = [
        (one.connected_at - one.ready_at) // US
        for one in seen
        if one.accepted_at and one.connected_at
    ]
    left = [_left_after_ms(one) for one in seen if _left(one)]
    return Service(
        arrived=len(seen),
        answered=len(waits),
        abandoned=len(left),
        abandoned_short=sum(ms < SHORT_MS for ms in left),
        cancelled=sum(one.visit == "cancelled" and not one.accepted_at for one in seen),
        waiting=sum(one.visit == "waiting" for one in seen),
        in_time=sum(ms <= target_ms for ms in waits),
        connected=len(connects),
        connected_in_time=sum(ms <= target_ms for ms in connects),
        signed=sum(one.signed_at is not None for one in seen),
        wait=spread(waits),
        connect=spread(connects),
    )


def offer_counts(offers: Iterable[OfferTimes]) -> OfferCounts:
    """Return how many offers rang, were answered and were missed."""
    states = [one.state for one in offers]
    answered = (OfferState.ACCEPTED.value, OfferState.DECLINED.value)
    return OfferCounts(
        rung=len(states),
        answered=sum(state in answered for state in states),
        missed=sum(state == OfferState.MISSED.value for state in states),
    )


def spread(values: Sequence[int]) -> Spread:
    """Return mean and percentiles (linear between ranks)."""
    if not values:
        return Spread(0, None, None, None, None)
    if len(values) == 1:  # one value is every percentile of itself
        return Spread(1, values[0], values[0], values[0], values[0])
    cuts = quantiles(values, n=100, method="inclusive")
    return Spread(
        count=len(values),
        mean=round(fmean(values)),
        p50=round(cuts[49]),
        p90=round(cuts[89]),
        p95=round(cuts[94]),
    )


def ratio(part: int, whole: int) -> float | None:
    """Return a share, 0 to 1; None of nothing."""
    return part / whole if whole else None


def _left(one: VisitTimes) -> bool:
    return one.visit in GONE and one.accepted_at is None


def _left_after_ms(one: VisitTimes) -> int:
    # A link that expires later ends the visit once more: then a short stay looks like a long
    # one, and counts against the lenient service level too.
    return ((one.ended_at or one.changed_at) - one.ready_at) // US
