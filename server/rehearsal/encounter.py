"""One encounter from the request to the papers, with the times that matter.

    spa: request -> patient: intake, ready -> practitioner: accept -> media both ways
        -> prompts, findings, note, decisions -> hang up -> sign -> spa: signed, PDF

Whatever goes wrong is a code in the outcome, never an exception, and what was begun is
cancelled.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Final

from server.clock import Clock
from server.rehearsal.browser import IMPATIENT, Browser
from server.rehearsal.failures import Refused, RehearsalFailed, step
from server.rehearsal.live_socket import LiveSocket
from server.rehearsal.patient import Patient
from server.rehearsal.practitioner import Practitioner
from server.rehearsal.seat import Seat
from server.rehearsal.spa import BIRTH_DATE, Spa
from signaling import messages as wire

PATIENT_NAMESPACE: Final = "/patient"
INTAKE_S: Final = 60.0
EXAM_S: Final = 60.0
OVER: Final = frozenset({"offer_unknown", "offer_settled"})
AGAIN_S: Final = 10.0  # for an offer that follows on one which was over
LOOKING_S: Final = 5.0  # shorter video is none, by the evidence
SIGN_S: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """How long a rehearsal waits.

    Attributes:
        offer_s: for the practitioner's offer.
        media_s: from accept to media both ways.
    """

    offer_s: float = 90.0
    media_s: float = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one encounter.

    Attributes:
        encounter_id: empty when there never was one.
        queue_wait_s: ready to accepted.
        connect_s: ready to media flowing both ways.
        accept_to_media_s: accept to media flowing both ways.
        mode: how the call travelled in the end; None when none began.
        signed: the practitioner signed, and the spa has the result and the PDF.
        error: what went wrong, and at which step.
    """

    encounter_id: str = ""
    queue_wait_s: float | None = None
    connect_s: float | None = None
    accept_to_media_s: float | None = None
    mode: wire.CallMode | None = None
    signed: bool = False
    error: str | None = None

    @property
    def connected(self) -> bool:
        """Tell whether both sides saw each other."""
        return self.connect_s is not None


class Rehearsed:
    """Plays one encounter after another with the same spa and practitioner."""

    def __init__(
        self,
        url: str,
        spa: Spa,
        practitioner: Practitioner,
        clock: Clock,
        *,
        waits: Waits,
        site_name: str | None = None,
        browser: Browser = IMPATIENT,
    ) -> None:
        """Prepare with everybody signed in; the patients come with `browser`."""
        self._url = url
        self._spa = spa
        self._practitioner = practitioner
        self._clock = clock
        self._waits = waits
        self._site_name = site_name
        self._browser = browser
        self._outcome = Outcome()

    async def play(self, name: str) -> Outcome:
        """Play one encounter with a patient of this name."""
        self._outcome = Outcome()
        try:
            await self._practitioner.come_on_duty()
            async with step("request an exam", INTAKE_S):
                link = await self._spa.request(name, self._site_name)
        except RehearsalFailed as failed:
            return replace(self._outcome, error=str(failed))
        encounter_id = link.encounter_id
        self._outcome = Outcome(encounter_id=encounter_id)
        try:
            visiting = Patient.visiting(self._url, name, BIRTH_DATE, browser=self._browser)
            async with visiting as patient:
                async with step("intake", INTAKE_S):
                    await patient.redeem(link.url)
                    await patient.complete_intake()
                opened = self._browser.socket.opened(patient.page, PATIENT_NAMESPACE)
                async with opened as socket:
                    await self._meet(encounter_id, socket)
            async with step("sign", SIGN_S):
                await self._practitioner.sign(encounter_id)
                await self._spa.require_papers(encounter_id)
            return replace(self._outcome, signed=True)
        except RehearsalFailed as failed:
            await self._abandon(encounter_id)
            return replace(self._outcome, error=str(failed))

    async def _meet(self, encounter_id: str, socket: LiveSocket) -> None:
        """From the waiting room to the end of the call."""
        practitioner = self._practitioner
        async with (
            Seat.taken(socket, encounter_id, self._clock) as patient_seat,
            Seat.taken(practitioner.socket, encounter_id, self._clock) as practitioner_seat,
        ):
            ready_s = self._clock.elapsed_s()
            await socket.ask("queue.join")
            accepted_s = await self._accept(encounter_id)
            self._outcome = replace(self._outcome, queue_wait_s=accepted_s - ready_s)
            seen_s = max(
                await patient_seat.media(self._waits.media_s),
                await practitioner_seat.media(self._waits.media_s),
            )
            await practitioner.socket.expect(
                wire.CallChanged,
                lambda event: (
                    event.call.state == "connected" and event.call.encounter_id == encounter_id
                ),
            )
            self._outcome = replace(
                self._outcome,
                connect_s=seen_s - ready_s,
                accept_to_media_s=seen_s - accepted_s,
                mode=practitioner_seat.mode,
            )
            async with step("exam", EXAM_S):
                await asyncio.sleep(LOOKING_S)
                await practitioner.examine(encounter_id)
                await practitioner.hang_up(encounter_id)

    async def _accept(self, encounter_id: str) -> float:
        """Accept the patient's offer, or the next one where it was over; return when.

        Raises:
            RehearsalFailed: none was to be had.
        """
        async with step("accept", self._waits.offer_s + AGAIN_S):
            while True:
                offer = await self._practitioner.offer_for(encounter_id, self._waits.offer_s)
                accepted_s = self._clock.elapsed_s()
                try:
                    await self._practitioner.accept(offer)
                except Refused as refused:
                    if refused.code not in OVER:
                        raise
                else:
                    return accepted_s

    async def _abandon(self, encounter_id: str) -> None:
        await self._practitioner.give_up(encounter_id)
        await self._spa.cancel(encounter_id)
