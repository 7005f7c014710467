"""A practitioner at the console: on duty, accepts, examines, charts, signs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from server.clock import SystemClock
from server.rehearsal.browser import IMPATIENT, Browser
from server.rehearsal.failures import Refused, RehearsalFailed, step
from server.rehearsal.live_socket import LiveSocket
from server.rehearsal.page import Page
from server.rehearsal.people import STALE, SignIn, signed_in, step_up
from server.views import ChartView, DispositionView
from signaling import messages as wire

AREA: Final = "console"
NAMESPACE: Final = "/practitioner"
SIGN_ATTEMPTS_MAX: Final = 4
NOTE: Final = "Rehearsal. Seen on video, moving and speaking; no findings."
RATIONALE: Final = "Rehearsal: no contraindication was stated or seen."
FLAG_REASON: Final = "Rehearsal: asked about it; it does not bar this."
INSTRUCTIONS: Final = "Rehearsal: as in the site's protocol."
BUSY: Final = frozenset({"in_exam", "wrap_up", "offered"})


class Practitioner:
    """Somebody signed in to the console, with its socket open."""

    def __init__(self, page: Page, socket: LiveSocket, who: SignIn | None = None) -> None:
        """Work through a page and its socket; `who` can prove again who they are."""
        self._page = page
        self._who = who
        self.socket = socket
        self._rings = socket.subscribe(wire.OfferRinging, wire.PractitionerSync)

    @classmethod
    @asynccontextmanager
    async def working(
        cls, url: str, who: SignIn, *, on_duty: bool = True, browser: Browser = IMPATIENT
    ) -> AsyncIterator[Practitioner]:
        """Sign in and come on duty; go off duty and sign out at the end.

        Args:
            url: the server.
            who: the practitioner.
            on_duty: ask for offers at once.
            browser: at which they sit.

        Raises:
            RehearsalFailed: the sign-in was refused, or they are in an exam already.
        """
        async with (
            signed_in(url, AREA, who, browser=browser) as page,
            browser.socket.opened(page, NAMESPACE) as socket,
        ):
            first = await socket.expect(wire.PractitionerSync)
            if first.status in BUSY:
                raise RehearsalFailed("practitioner_busy", first.status)
            practitioner = cls(page, socket, who)
            try:
                if on_duty:
                    await practitioner.come_on_duty()
                yield practitioner
            finally:
                with suppress(RehearsalFailed):
                    await socket.ask("duty.away")

    @property
    def status(self) -> wire.StatusName:
        """Return what the server last said this practitioner is doing."""
        kinds = (wire.PractitionerSync, wire.StatusChanged)
        said = [one for one in self.socket.received if isinstance(one, kinds)]
        return said[-1].status if said else "away"

    async def come_on_duty(self) -> None:
        """Ask for offers, unless that is so already."""
        if self.status not in {"available", "offered"}:
            await self.socket.ask("duty.available")

    async def offer_for(self, encounter_id: str, within_s: float) -> wire.OfferCard:
        """Wait for the offer of one patient; others are passed on to whoever is next.

        Raises:
            TooSlow: it did not come.
        """
        async with step("offer", within_s):
            while True:
                event = await self._rings.get()  # a sync has what rang meanwhile
                offer: wire.OfferCard | None = event.offer
                if offer is not None and offer.encounter_id == encounter_id:
                    return offer
                if offer is not None:
                    with suppress(Refused):  # it may have been withdrawn meanwhile
                        await self.socket.ask(
                            "offer.decline", offer_id=offer.offer_id, reason="other"
                        )

    async def accept(self, offer: wire.OfferCard) -> None:
        """Take the patient."""
        await self.socket.ask("offer.accept", offer_id=offer.offer_id)

    async def read_chart(self, encounter_id: str) -> ChartView:
        """Return the chart as it stands."""
        return await self._page.get(f"/api/v1/console/encounters/{encounter_id}", ChartView)

    async def examine(self, encounter_id: str, *, looking: bool = True) -> None:
        """Confirm every spoken prompt, read what was written, look, note, decide each.

        Args:
            encounter_id: whose exam.
            looking: findings are seen now; else each treatment is deferred.
        """
        chart = await self.read_chart(encounter_id)
        for gate in chart.gates:
            await self.socket.ask(
                "gate.confirm", encounter_id=encounter_id, gate=gate, confirmed=True
            )
        if looking:
            await self.look(encounter_id)
        await self.socket.ask(
            "note.save",
            encounter_id=encounter_id,
            base_revision=chart.note_revision,
            text=NOTE,
        )
        await self.read_answers(chart)
        for one in chart.dispositions:
            await self._decide(encounter_id, one, seen=looking)

    async def read_answers(self, chart: ChartView) -> None:
        """Read the patient's own words, and give a reason for each flag to review."""
        if chart.written.unread:
            await self.socket.ask(
                "answers.read", encounter_id=chart.encounter_id, sha256=chart.written.sha256
            )
        for flag in chart.flags:
            if flag.severity == "review":
                await self.socket.ask(
                    "flags.reason",
                    encounter_id=chart.encounter_id,
                    flags=[
                        {
                            "code": flag.code,
                            "question_id": flag.question_id,
                            "applies_to": flag.applies_to,
                        }
                    ],
                    reason=FLAG_REASON,
                )

    async def look(self, encounter_id: str) -> None:
        """Say that the findings of each treatment are seen on the video, now."""
        for one in (await self.read_chart(encounter_id)).findings:
            await self.socket.ask(
                "finding.see",
                encounter_id=encounter_id,
                treatment_class=one.treatment_class,
                seen=True,
            )

    async def _decide(self, encounter_id: str, one: DispositionView, *, seen: bool) -> None:
        """Approve what was seen and the site's protocol lets one order; defer the rest."""
        proposal = one.proposal if seen and not one.approval_barred else None
        order = proposal.order.model_dump(mode="json") if proposal else None
        await self.socket.ask(
            "disposition.set",
            encounter_id=encounter_id,
            treatment_class=one.treatment_class,
            disposition="approved" if order else "deferred",
            rationale=RATIONALE,
            order=order and {**order, "instructions": INSTRUCTIONS},
            conditions="",
            condition=None,
            reasons=[] if order else ["needs_more_information"],
            valid_months=one.valid_months,
        )

    async def hang_up(self, encounter_id: str) -> None:
        """End the call."""
        await self.socket.ask("call.hang_up", encounter_id=encounter_id)

    async def sign(self, encounter_id: str) -> None:
        """Read the chart, attest and sign it; read again when it grew meanwhile.

        Raises:
            Refused: something is missing, or the chart keeps growing.
        """
        for attempt in range(1, SIGN_ATTEMPTS_MAX + 1):
            chart = await self.read_chart(encounter_id)
            if chart.missing:
                raise Refused("sign_requirements_missing", chart.missing[0].code)
            try:
                await self._freshly(
                    "encounter.sign",
                    encounter_id=encounter_id,
                    attestation_version=chart.attestation_version,
                    attested=True,
                    chart_head=chart.chart_head,
                )
            except Refused as refused:
                if refused.code != "chart_head_moved" or attempt == SIGN_ATTEMPTS_MAX:
                    raise
            else:
                return

    async def _freshly(self, command: str, **fields: object) -> None:
        """Ask; where a fresh proof is asked for, give it and ask again.

        Raises:
            Refused: whatever else it was refused for, or nobody is here to prove it.
        """
        try:
            await self.socket.ask(command, **fields)
        except Refused as refused:
            if refused.code != STALE or self._who is None:
                raise
            await step_up(self._page, AREA, self._who, SystemClock())
            await self.socket.ask(command, **fields)

    async def give_up(self, encounter_id: str) -> None:
        """Leave an exam that failed: nothing stays open because of it."""
        for command in ("call.hang_up", "encounter.park"):
            with suppress(RehearsalFailed):
                await self.socket.ask(command, encounter_id=encounter_id)

    async def rest(self) -> None:
        """Leave whatever exam the console is in, and go off duty."""
        state = await self.socket.expect(wire.PractitionerSync)
        if state.encounter_id is not None:
            await self.give_up(state.encounter_id)
        with suppress(RehearsalFailed):
            await self.socket.ask("duty.away")
