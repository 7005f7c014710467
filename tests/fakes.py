"""Fakes of the ports: they record what they were told, and do nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from server.services import EndReason
from server.views import OpsDayView, OpsHistoryView
from signaling.events import Event

T = TypeVar("T")


@dataclass
class RecordingDesk:
    """A desk that accepts everything, or refuses everything with `refusal`."""

    submitted: list[tuple[str, Event]] = field(default_factory=list)
    refusal: Exception | None = None

    async def submit(self, network_id: str, events: Sequence[Event]) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.submitted += [(network_id, event) for event in events]


@dataclass
class RecordingHub:
    """A hub that tells nobody and remembers what it would have said."""

    changed: list[str] = field(default_factory=list)
    charts: list[tuple[str, int]] = field(default_factory=list)
    back: list[tuple[str, str]] = field(default_factory=list)
    ended: list[tuple[str, EndReason]] = field(default_factory=list)
    replaced: list[tuple[str, str]] = field(default_factory=list)

    def encounter_changed(self, encounter_id: str) -> None:
        self.changed.append(encounter_id)

    def chart_changed(self, encounter_id: str, entries: int) -> None:
        self.charts.append((encounter_id, entries))

    def given_back(self, encounter_id: str, practitioner_id: str) -> None:
        self.back.append((encounter_id, practitioner_id))

    async def end_session(self, id_hash: str, reason: EndReason) -> None:
        self.ended.append((id_hash, reason))

    async def replace_device(self, encounter_id: str, kept_id_hash: str) -> None:
        self.replaced.append((encounter_id, kept_id_hash))


@dataclass
class QuietOversight:
    """An oversight that has seen nothing."""

    metrics: bytes = b"# nothing\n"
    asked: list[tuple[str, int | date, str | None]] = field(default_factory=list)

    async def exposition(self) -> bytes:
        return self.metrics

    async def day(
        self, network_id: str, wanted: date, jurisdiction: str | None
    ) -> OpsDayView | None:
        self.asked.append((network_id, wanted, jurisdiction))
        return None

    async def days(
        self, network_id: str, count: int, jurisdiction: str | None
    ) -> OpsHistoryView:
        self.asked.append((network_id, count, jurisdiction))
        return OpsHistoryView(
            today="2026-01-01", time_zone="UTC", jurisdiction=jurisdiction, days=[]
        )


class InPlace:
    """A pool that does the work at once: tests hash passwords at the lowest cost."""

    def __call__(self, work: Callable[[], T], /) -> Awaitable[T]:
        async def done() -> T:
            return work()

        return done()
