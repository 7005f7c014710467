"""What the two browsers of a direct call report of the media that they receive.

One report a second and side, taken by a witness of this home and judged as a relay's figures
are; it is marked `reported`, because a browser can be made to say anything (docs/evidence.md).

A page names seconds by its own clock. By how much that is off is taken from its first report,
and taken anew when what it says has moved away from the present: so a wrong clock harms
nothing, and no page can report faster than time passes.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Final

from media.call import Side
from media.reported import SKEW_S_MAX, Report, Step
from media.sample import MICROSECONDS_PER_SECOND, EvidenceError
from server.clock import Clock
from server.errors import InvalidBody, NotPossibleNow
from server.live.evidence import EvidenceBook, reported_ledgers
from server.live.evidence_shelves import WitnessShelf
from server.live.live_call import LiveCall
from signaling import messages as wire

AHEAD_S_MAX: Final = 1
LATE_MAX: Final = 10  # reports that come too late before the page's clock is set anew
NAMES: Final = frozenset(Report.__slots__) - {"second", "steps"}


@dataclass(slots=True)
class PageClock:
    """Which second of the server a second of a page is."""

    offset_s: int | None = None
    last: int = 0
    late: int = 0

    def second(self, named: int, now: int) -> int:
        """Return the server's second for the page's `named` one, each once and in order.

        Raises:
            InvalidBody: it is long past, or was reported, or a later one was.
        """
        if self.offset_s is None or named + self.offset_s > now + AHEAD_S_MAX:
            self.offset_s = now - 1 - named
        second = named + self.offset_s
        late = second < now - SKEW_S_MAX
        self.late = self.late + 1 if late else 0
        if self.late >= LATE_MAX:
            self.offset_s, self.late = None, 0
        if late or second <= self.last:
            raise InvalidBody(fields=("second",))
        self.last = second
        return second


@dataclass(slots=True, eq=False)
class Reported:
    """One direct call: its witness, and the clocks of its pages."""

    shelf: WitnessShelf
    clocks: dict[Side, PageClock] = field(
        default_factory=lambda: {side: PageClock() for side in Side}
    )


class ReportBook:
    """All direct calls of this home of which something was reported."""

    def __init__(self, evidence: EvidenceBook, clock: Clock) -> None:
        """Start with none."""
        self._evidence = evidence
        self._clock = clock
        self._beginning = asyncio.Lock()
        self._calls: dict[str, Reported] = {}

    async def take(self, live: LiveCall, side: Side, command: wire.CallReport) -> None:
        """Take a report of what `side` received.

        Raises:
            InvalidBody: it cannot be right, or was told before.
            NotPossibleNow: a relay witnesses this call.
        """
        now = self._clock.now() // MICROSECONDS_PER_SECOND
        if live.mode != "direct":
            raise NotPossibleNow
        async with self._beginning:
            call = self._going_on(live.encounter_id)
            if call is None:
                call = await self._begin(live.encounter_id, now)
        second = call.clocks[side].second(command.second, now)
        before = call.shelf.sent
        try:
            call.shelf.take(side, report_of(command, second), live.call.generation)
        except EvidenceError as error:
            fields = tuple(str(one) for one in error.args[1:])
            raise InvalidBody(fields=fields or ("call.report",)) from None
        if call.shelf.sent > before:
            self._evidence.look(live.encounter_id)

    def ended(self, encounter_id: str) -> None:
        """The call is over, or its media go another way."""
        self._calls.pop(encounter_id, None)

    def _going_on(self, encounter_id: str) -> Reported | None:
        call = self._calls.get(encounter_id)
        kept = [one.shelf for one in self._evidence.of(encounter_id) if not one.ended]
        return call if call is not None and call.shelf in kept else None

    async def _begin(self, encounter_id: str, now: int) -> Reported:
        number = await self._evidence.next_ledger(encounter_id, *reported_ledgers())
        if number is None:
            raise NotPossibleNow
        call = Reported(WitnessShelf(self._clock.now, first=now - 1))
        self._calls[encounter_id] = call
        self._evidence.begin_reported(encounter_id, number, call.shelf)
        return call


def report_of(command: wire.CallReport, second: int) -> Report:
    """Return the report in a command, for a second of the server's clock."""
    return Report(
        second=second,
        steps=tuple(Step(one.frames, one.octets) for one in command.steps),
        **{name: getattr(command, name) for name in NAMES},
    )
