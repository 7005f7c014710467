"""Gauges of the log: what waits to be taken into the tree, and who has witnessed it.

Only the process that sequences shows them. Read at the scrape; a witness is named by its own
public name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from server.sequencing.standing import LogStanding, WitnessStanding

SECOND: Final = 1_000_000
Standing = tuple[LogStanding, Sequence[WitnessStanding]]


class LogGauges(Collector):
    """What is read at the moment of a scrape.

    Args:
        look: returns how the log stands; None where another process sequences.
        now: microseconds UTC.
    """

    def __init__(self, look: Callable[[], Standing | None], now: Callable[[], int]) -> None:
        self._look = look
        self._now = now

    def describe(self) -> Iterable[Metric]:
        """Return the families without looking at anything."""
        return [*_of_log(None, 0), *_of_witnesses((), 0)]

    def collect(self) -> Iterable[Metric]:
        """Look."""
        standing = self._look()
        if standing is None:
            return []
        log, witnesses = standing
        now = self._now()
        return [*_of_log(log, now), *_of_witnesses(witnesses, now)]


def _of_log(log: LogStanding | None, now: int) -> Iterable[Metric]:
    for name, text, figure in (
        ("leaves", "Entries in the tree.", _leaves),
        ("waiting_leaves", "Committed entries that are not in the tree.", _waiting),
        ("waiting_seconds", "Age of the oldest entry that is not in the tree.", _waiting_s),
        ("checkpoint_age_seconds", "Time since the last checkpoint.", _checkpoint_s),
        ("failures", "Rounds in a row that failed.", _failures),
    ):
        family = GaugeMetricFamily(f"goodfaith_log_{name}", text)
        if log is not None:
            family.add_metric((), figure(log, now))
        yield family


def _leaves(log: LogStanding, _now: int) -> float:
    return log.size


def _waiting(log: LogStanding, _now: int) -> float:
    return log.waiting


def _waiting_s(log: LogStanding, now: int) -> float:
    return 0.0 if log.waiting_since is None else _age_s(log.waiting_since, now)


def _checkpoint_s(log: LogStanding, now: int) -> float:
    return 0.0 if log.signed_at is None else _age_s(log.signed_at, now)


def _failures(log: LogStanding, _now: int) -> float:
    return log.failures


def _of_witnesses(witnesses: Sequence[WitnessStanding], now: int) -> Iterable[Metric]:
    refuses = GaugeMetricFamily(
        "goodfaith_log_witness_refuses",
        "1 while a witness has proof of a fork or a rollback of this log.",
        labels=("witness",),
    )
    age = GaugeMetricFamily(
        "goodfaith_log_witness_age_seconds",
        "Time since a witness last cosigned.",
        labels=("witness",),
    )
    for one in witnesses:
        refuses.add_metric((one.name,), int(one.refuses))
        if one.cosigned_at is not None:
            age.add_metric((one.name,), _age_s(one.cosigned_at, now))
    return refuses, age


def _age_s(at: int, now: int) -> float:
    return max(0, now - at) / SECOND
