"""What the legs of a call report to it: a side that receives nothing, or again."""

from __future__ import annotations

from dataclasses import dataclass

from media.call import Failure, MediaInterrupted, MediaRecovered, Side
from server import charting
from server.live.calls import CallBook


@dataclass(frozen=True, slots=True)
class LegReports:
    """Takes reports for the calls that are going on; about others they are nothing."""

    _calls: CallBook

    async def stalled(self, encounter_id: str, side: Side) -> None:
        """Nothing comes to one side any more, a relay says."""
        live = self._calls.get(encounter_id)
        if live is not None:
            event = MediaInterrupted(live.call.generation, side)
            await self._calls.step(live, event, charting.SYSTEM)

    async def flowing(self, encounter_id: str, side: Side) -> None:
        """Media comes to one side again, a relay says."""
        live = self._calls.get(encounter_id)
        if live is not None:
            event = MediaRecovered(live.call.generation, side)
            await self._calls.step(live, event, charting.SYSTEM)

    async def mismatch(self, encounter_id: str) -> None:
        """A browser showed another certificate than it announced: both are told."""
        live = self._calls.get(encounter_id)
        if live is not None and live.mode == "relay":
            generation, reason = live.call.generation, Failure.FINGERPRINT_MISMATCH
            await self._calls.fail(live, generation, reason, charting.SYSTEM)
