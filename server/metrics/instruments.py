"""The instruments behind `/metrics`: Prometheus names, labels and buckets.

Labels come from closed lists (jurisdictions, outcomes, offer states, statuses): no identifier
is one. Counters and histograms are fed with committed facts; gauges are read at the scrape.
Several networks in one process add up.

Why the names say `state` and `provider`: docs/decisions/0008.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from server.jurisdictions import JURISDICTIONS
from server.metrics.facts import Connected, Fact, Handled, OfferSettled, Outcome, WaitEnded
from server.metrics.survey import Survey, Tile
from signaling.identifiers import Instant
from signaling.offers import OfferState
from signaling.participants import PractitionerStatus

SECOND: Final = 1_000_000
MODALITY: Final = "live_video"
# 31 is a bound, so that the share connected within 31 s is exact.
WAIT_BUCKETS: Final = (1, 2, 5, 10, 15, 20, 31, 45, 60, 90, 120, 180, 300, 600, 1200)
RESPONSE_BUCKETS: Final = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30)
HANDLE_BUCKETS: Final = (60, 120, 180, 240, 300, 420, 600, 900, 1200, 1800, 3600)
DECISION_BUCKETS: Final = (
    *(0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005),
    *(0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 1),
)
ERROR_BUCKETS: Final = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600)
RESULTS: Final = tuple(one for one in OfferState if one is not OfferState.RINGING)
ANSWERS: Final = frozenset({OfferState.ACCEPTED, OfferState.DECLINED})

# A creation time per series would read a clock, and says nothing that is asked here.
disable_created_metrics()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Now:
    """What the gauges show of one network at the moment of a scrape.

    `survey` is None for what was counted of networks that are at home elsewhere by now: sums
    that are counters never fall.
    """

    survey: Survey | None
    online_s: float
    busy_s: float


class Instruments:
    """Everything that `/metrics` shows."""

    def __init__(self) -> None:
        """Start at zero: every series with a closed label exists from the beginning."""
        self.registry = CollectorRegistry()
        self._waits = self._histogram(
            "gfe_queue_wait_seconds",
            "Time from ready to the end of the wait, by outcome.",
            WAIT_BUCKETS,
            ("state", "modality", "outcome"),
        )
        self._connects = self._histogram(
            "gfe_connect_seconds",
            "Time from ready to media flowing both ways.",
            WAIT_BUCKETS,
            ("state", "modality", "outcome"),
        )
        self._offers = self._counter(
            "gfe_offers", "Offers that stopped ringing, by what became of them.", "result"
        )
        self._responses = self._histogram(
            "gfe_offer_response_seconds",
            "Time until a practitioner accepted or declined an offer.",
            RESPONSE_BUCKETS,
        )
        self._abandoned = self._counter(
            "gfe_abandoned", "Patients who left the line before anybody accepted.", "state"
        )
        self._handle = self._histogram(
            "gfe_encounter_handle_seconds",
            "Time an encounter took its practitioner: talk and wrap-up.",
            HANDLE_BUCKETS,
        )
        self._decisions = self._histogram(
            "gfe_matcher_decision_seconds",
            "Time the matcher took for one event.",
            DECISION_BUCKETS,
        )
        self._errors = self._histogram(
            "gfe_wait_prediction_error_seconds",
            "Absolute difference between the predicted wait and the wait until accepted.",
            ERROR_BUCKETS,
        )
        for name in JURISDICTIONS:
            self._abandoned.labels(name)
        for result in RESULTS:
            self._offers.labels(result.value)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(name, text, labels, registry=self.registry)

    def _histogram(
        self, name: str, text: str, buckets: Sequence[float], labels: Sequence[str] = ()
    ) -> Histogram:
        return Histogram(name, text, labels, buckets=buckets, registry=self.registry)

    def show(self, look: Callable[[], tuple[Instant, Sequence[Now]]]) -> None:
        """Have every scrape look at the waiting rooms."""
        self.registry.register(Gauges(look))

    def decided(self, seconds: float) -> None:
        """Count one decision of a matcher."""
        self._decisions.observe(seconds)

    def record(self, fact: Fact) -> None:
        """Count one fact."""
        match fact:
            case WaitEnded():
                self._wait(fact)
            case Connected(jurisdiction=place, connect_s=seconds):
                self._connects.labels(_state(place), MODALITY, Outcome.ANSWERED.value).observe(
                    seconds
                )
            case OfferSettled(result=result):
                self._offers.labels(result.value).inc()
                if result in ANSWERS:
                    self._responses.observe(fact.rang_s)
            case Handled(seconds=seconds):
                self._handle.observe(seconds)
            case _:
                return

    def _wait(self, fact: WaitEnded) -> None:
        place = _state(fact.jurisdiction)
        self._waits.labels(place, MODALITY, fact.outcome.value).observe(fact.waited_s)
        if fact.outcome is Outcome.ABANDONED:
            self._abandoned.labels(place).inc()
        if fact.missed_s is not None:
            self._errors.observe(fact.missed_s)

    def exposition(self) -> bytes:
        """Return all of it in Prometheus's text format."""
        return generate_latest(self.registry)


class Gauges(Collector):
    """What is read at the moment of a scrape."""

    def __init__(self, look: Callable[[], tuple[Instant, Sequence[Now]]]) -> None:
        """Look through `look`: the time, and each network."""
        self._look = look

    def describe(self) -> Iterable[Metric]:
        """Return the families without looking at anything."""
        return self._families(Instant(0), ())

    def collect(self) -> Iterable[Metric]:
        """Look."""
        return self._families(*self._look())

    @staticmethod
    def _families(at: Instant, networks: Sequence[Now]) -> Iterable[Metric]:
        surveys = [one.survey for one in networks if one.survey is not None]
        yield from _line(at, surveys)
        yield from _staff(surveys)
        yield CounterMetricFamily(
            "gfe_provider_busy_seconds",
            "Practitioner-seconds ringing, talking and writing up.",
            sum(one.busy_s for one in networks),
        )
        yield CounterMetricFamily(
            "gfe_provider_online_seconds",
            "Practitioner-seconds on duty.",
            sum(one.online_s for one in networks),
        )


def _line(at: Instant, surveys: Sequence[Survey]) -> Iterable[Metric]:
    waiting = GaugeMetricFamily("gfe_patients_waiting", "Patients in line.", labels=("state",))
    oldest = GaugeMetricFamily(
        "gfe_oldest_wait_seconds",
        "Time since the oldest patient in line was ready; 0 while nobody waits.",
        labels=("state",),
    )
    for name in JURISDICTIONS:
        tiles = [one.tiles[name] for one in surveys]
        waiting.add_metric((name,), sum(tile.waiting for tile in tiles))
        oldest.add_metric((name,), max((_waited_s(tile, at) for tile in tiles), default=0.0))
    return waiting, oldest


def _waited_s(tile: Tile, at: Instant) -> float:
    if tile.oldest_ready_at is None:
        return 0.0
    return max(0.0, (at - tile.oldest_ready_at) / SECOND)


def _staff(surveys: Sequence[Survey]) -> Iterable[Metric]:
    providers = GaugeMetricFamily(
        "gfe_providers", "Practitioners on duty, by status.", labels=("status",)
    )
    eligible = GaugeMetricFamily(
        "gfe_providers_eligible",
        "Practitioners on duty with authority in a jurisdiction, by status.",
        labels=("state", "status"),
    )
    for status in PractitionerStatus:
        if status is PractitionerStatus.AWAY:
            continue
        providers.add_metric(
            (status.value,), sum(one.statuses.get(status, 0) for one in surveys)
        )
        for name in JURISDICTIONS:
            there = sum(one.tiles[name].on_duty[status] for one in surveys)
            eligible.add_metric((name, status.value), there)
    return providers, eligible


def _state(jurisdiction: str) -> str:
    """Return a value of the closed list, whatever was written."""
    return jurisdiction if jurisdiction in JURISDICTIONS else "unknown"
