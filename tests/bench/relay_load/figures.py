"""Windows of one system made into what is reported: medians over those that are valid."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypedDict

from tests.bench.relay_load.pacer import Window

KIBIBYTE = 1_024


class Generator(TypedDict):
    """What the load generator itself reached, worst of all windows."""

    core: float
    late_ms_p99: float
    packets_per_s: float


class Figures(TypedDict):
    """One system at one number of encounters; None where no window was valid.

    `core` is how much of one the system used; `latency_windows` in how many windows the
    generator was on time closely enough for latencies to mean the system.
    """

    cpu_us_per_packet: float | None
    cpu_us_per_packet_all: list[float]
    core: float | None
    latency_ms_p50: float | None
    latency_ms_p99: float | None
    latency_windows: int
    loss: float | None
    invalid: int
    generator: Generator


def figures(windows: Sequence[Window], *, sent: bool = False) -> Figures:
    """Return the medians of some windows.

    Args:
        windows: of one system under the same load.
        sent: whether cost is by packet sent to it, of a system that sends others on. Loss and
            latency mean nothing then.
    """
    valid = [one for one in windows if one.valid]
    timely = [one for one in valid if one.timely and one.latencies_us]
    costs = [one.cpu_us / max(1, one.sent if sent else one.received) for one in valid]
    return Figures(
        cpu_us_per_packet=_median(costs, 2),
        cpu_us_per_packet_all=[round(one, 2) for one in costs],
        core=_median((one.cpu_us / 1e6 / one.seconds for one in valid), 3),
        latency_ms_p50=_latency(timely, 0.50),
        latency_ms_p99=_latency(timely, 0.99),
        latency_windows=len(timely),
        loss=None if sent else _median((1 - one.received / one.sent for one in valid), 6),
        invalid=len(windows) - len(valid),
        generator=Generator(
            core=round(max(one.core for one in windows), 3),
            late_ms_p99=round(max(one.late_ms_p99 for one in windows), 2),
            packets_per_s=round(min(one.sent / one.seconds for one in windows)),
        ),
    )


def share(ours: Figures, theirs: Figures) -> float | None:
    """Return what ours costs to what theirs does."""
    one, other = ours["cpu_us_per_packet"], theirs["cpu_us_per_packet"]
    return None if one is None or not other else round(one / other, 4)


@dataclass(frozen=True, slots=True)
class Growth:
    """Resident bytes of a system before and after it got `added` encounters."""

    added: int
    before: int
    waiting: int | None
    talking: int

    @staticmethod
    def totals(several: Sequence[Growth]) -> dict[str, float | None]:
        """Return KiB for an encounter and for a leg that waits.

        The first growth is left out: it pays for what is loaded only once. No leg waits where
        the system lets media flow as soon as there is a connection.
        """
        later = several[1:]
        added = sum(one.added for one in later)
        if added == 0:
            return {"kib_per_encounter": None, "kib_per_waiting_leg": None}
        encounter = sum(one.talking - one.before for one in later) / added
        waiting = [one.waiting - one.before for one in later if one.waiting is not None]
        return {
            "kib_per_encounter": round(encounter / KIBIBYTE, 1),
            "kib_per_waiting_leg": round(sum(waiting) / added / 2 / KIBIBYTE, 1)
            if waiting
            else None,
        }


def _median(values: Iterable[float], digits: int) -> float | None:
    found = list(values)
    return round(statistics.median(found), digits) if found else None


def _latency(windows: Sequence[Window], rank: float) -> float | None:
    found = [one.latencies_us for one in windows]
    return _median((one[int(rank * (len(one) - 1))] / 1_000 for one in found), 3)
