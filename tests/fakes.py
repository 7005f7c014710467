"""Fakes of the ports: they record what they were told, and do nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from server.services import EndReason
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
    ended: list[tuple[str, EndReason]] = field(default_factory=list)
    replaced: list[tuple[str, str]] = field(default_factory=list)

    def encounter_changed(self, encounter_id: str) -> None:
        self.changed.append(encounter_id)

    def chart_changed(self, encounter_id: str, entries: int) -> None:
        self.charts.append((encounter_id, entries))

    async def end_session(self, id_hash: str, reason: EndReason) -> None:
        self.ended.append((id_hash, reason))

    async def replace_device(self, encounter_id: str, kept_id_hash: str) -> None:
        self.replaced.append((encounter_id, kept_id_hash))


class InPlace:
    """A pool that does the work at once: tests hash passwords at the lowest cost."""

    def __call__(self, work: Callable[[], T], /) -> Awaitable[T]:
        async def done() -> T:
            return work()

        return done()
