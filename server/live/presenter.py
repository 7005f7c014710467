"""What each live page shows, read from the database and the waiting room.

Only reads. Who may be shown what is `server.access`; what the pictures contain is
`server.live.cards`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from media.call import Side
from server import charting
from server.access import Principal
from server.authority import ACTIVE, jurisdictions_of
from server.chart.entries import decode
from server.chart.reading import read as fold
from server.live import cards
from server.live.calls import CallBook
from server.live.live_call import LiveCall
from server.live.operations import Operations
from server.live.queues import Queues
from server.portal_view import encounter_row, encounter_rows
from server.services import Core
from server.storage import chart_extract, directory, encounters
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.storage.errors import RowMissing
from server.storage.together import Together
from server.waiting.desks import Desks
from signaling import messages as wire
from signaling.identifiers import EligibilityClass, EncounterId, PractitionerId
from signaling.offers import Offer
from signaling.participants import PractitionerOnDuty

MS: Final = 1_000
SPA_ROWS_MAX: Final = 200
SHORT_MAX: Final = 100  # in line; what a longer one is told may be some moments old
LOOK_S: Final = 1.0
ROWS_AT_ONCE: Final = 4  # lists that are read: each has a connection to the database
IDENTITY: Final = "intake.identity"


class Presenter:
    """Makes the states of the four pages."""

    calls: CallBook  # both set by who puts the server together
    openings: Mapping[EligibilityClass, int]

    def __init__(self, core: Core, desks: Desks, operations: Operations) -> None:
        """Read through `core` and `desks`; `operations` makes the page of that name."""
        self._core = core
        self._desks = desks
        self._operations = operations
        self._encounters = Together(core.database, encounters.with_ids)
        self._rows_at_once = asyncio.Semaphore(ROWS_AT_ONCE)
        self._looked: Mapping[str, wire.QueueChanged] = {}
        self._looked_s = -LOOK_S
        self._looked_for: Mapping[EligibilityClass, int] = {}

    async def state(self, principal: Principal, network_id: str) -> wire.EventBase:
        """Return the whole state of a principal's page."""
        match principal.audience:
            case "patient":
                return await self.patient(principal.encounter_id or "", network_id)
            case "practitioner":
                return await self.practitioner(principal.practitioner_id or "", network_id)
            case "spa":
                return await self.spa(principal.organization_id or "")
            case _:
                return await self.ops(network_id)

    # -------------------------------------------------------------- patient

    async def patient(self, encounter_id: str, network_id: str) -> wire.PatientSync:
        """Return what the patient's page shows after intake."""
        encounter = await self._encounter(encounter_id)
        met = encounter.practitioner_id is not None
        card = await self.practitioner_card(encounter_id) if met else None
        await self._desks.of(network_id).settled()
        wait = self.wait(network_id, encounter_id)
        live = self.calls.get(encounter_id)
        return wire.PatientSync(
            encounter_id=encounter_id,
            visit=encounter.visit,
            ringing=wait.ringing if wait else False,
            wait=wait.wait if wait else None,
            practitioner=card,
            setup=self._setup(live, Side.PATIENT),
            call=self.calls.status(live, Side.PATIENT) if live else None,
        )

    async def _encounter(self, encounter_id: str) -> Encounter:
        encounter = await self._encounters.get(encounter_id)
        if encounter is None:
            raise RowMissing("encounters", encounter_id)
        return encounter

    def wait(self, network_id: str, encounter_id: str) -> wire.QueueChanged | None:
        """Return whether somebody is rung for a patient, and the range; None if not in line."""
        desk = self._desks.of(network_id)
        switchboard = desk.switchboard
        if switchboard is None or switchboard.patient(EncounterId(encounter_id)) is None:
            return None
        if switchboard.waiting_count <= SHORT_MAX:
            return dict(self.waits(network_id, encounter_id.__eq__)).get(encounter_id)
        # One pass for all who ask at about the same time: many do when a node is gone.
        now_s = self._core.clock.elapsed_s()
        if now_s - self._looked_s >= LOOK_S or self._looked_for != self.openings:
            self.all_waits(network_id)
        known = self._looked.get(encounter_id)
        ringing = switchboard.offer_for(EncounterId(encounter_id)) is not None
        if known is None or known.ringing != ringing:
            return dict(self.waits(network_id, encounter_id.__eq__)).get(encounter_id)
        return known

    def all_waits(self, network_id: str) -> Mapping[str, wire.QueueChanged]:
        """Return what everybody in line is told, as of now."""
        self._looked_s = self._core.clock.elapsed_s()
        self._looked_for = dict(self.openings)
        self._looked = dict(self.waits(network_id, lambda _one: True))
        return self._looked

    def waits(
        self, network_id: str, wanted: Callable[[str], bool]
    ) -> Iterator[tuple[str, wire.QueueChanged]]:
        """Yield what the patients in line are told, for those wanted; one pass for all."""
        switchboard, line = self._desks.of(network_id).switchboard, self._desks.line(network_id)
        if switchboard is None or line is None:
            return
        for patient, ahead in line.with_ahead():
            if not wanted(patient.encounter_id):
                continue
            ringing = switchboard.offer_for(patient.encounter_id) is not None
            wait = line.told(patient, ahead, ringing=ringing)
            opens_at = self.openings.get(patient.eligibility)
            if wait.kind == "nobody_on_duty" and opens_at is not None:
                wait = wait.model_copy(update={"opens_at_ms": opens_at // MS})
            yield patient.encounter_id, wire.QueueChanged(ringing=ringing, wait=wait)

    async def practitioner_card(self, encounter_id: str) -> wire.PractitionerCard | None:
        """Return who the patient meets, with the licences that count for this exam."""
        async with self._core.database.read() as tx:
            encounter = await encounters.get(tx, encounter_id)
            if encounter.practitioner_id is None:
                return None
            file = await directory.practitioner_file(tx, encounter.practitioner_id)
        places = jurisdictions_of(encounter.eligibility or EligibilityClass(""))
        licenses = {
            f"{one.jurisdiction} {one.number}"
            for one in file.authorities
            if one.jurisdiction in places and one.status == ACTIVE
        }
        return cards.practitioner_card(file.practitioner, licenses)

    def _setup(self, live: LiveCall | None, side: Side) -> wire.CallSetup | None:
        return self.calls.setup(live, side) if live else None

    # -------------------------------------------------------------- practitioner

    async def practitioner(
        self, practitioner_id: str, network_id: str
    ) -> wire.PractitionerSync:
        """Return what the console's live part shows."""
        async with self._core.database.read() as tx:
            who = await directory.practitioner(tx, practitioner_id)
        unsigned = await self.unsigned(practitioner_id)
        await self._desks.of(network_id).settled()
        offer = await self._offer_to(network_id, practitioner_id)
        await self._desks.of(network_id).settled()
        on_duty = self._on_duty(network_id, practitioner_id)
        live = self.calls.of_practitioner(practitioner_id)
        return wire.PractitionerSync(
            practitioner_id=practitioner_id,
            status=on_duty.status.value if on_duty else "away",
            shift_ends_at_ms=self.shift_ends_at_ms(network_id, practitioner_id),
            auto_accept=who.auto_accept,
            offer=offer,
            encounter_id=on_duty.encounter_id if on_duty else None,
            setup=self._setup(live, Side.PRACTITIONER),
            call=self.calls.status(live, Side.PRACTITIONER) if live else None,
            queue=self.queue_for(network_id, practitioner_id),
            unsigned=unsigned,
        )

    def _on_duty(self, network_id: str, practitioner_id: str) -> PractitionerOnDuty | None:
        return next(
            (
                one
                for one in self._desks.on_duty(network_id)
                if one.practitioner_id == practitioner_id
            ),
            None,
        )

    def shift_ends_at_ms(self, network_id: str, practitioner_id: str) -> int | None:
        """Return when somebody on duty goes off duty by themselves; None without a shift."""
        on_duty = self._on_duty(network_id, practitioner_id)
        ends_at = on_duty.shift_ends_at if on_duty else None
        return None if ends_at is None else ends_at // MS

    async def _offer_to(self, network_id: str, practitioner_id: str) -> wire.OfferCard | None:
        switchboard = self._desks.of(network_id).switchboard
        offer = switchboard.offer_to(PractitionerId(practitioner_id)) if switchboard else None
        return await self.offer_card(offer) if offer else None

    async def offer_card(self, offer: Offer) -> wire.OfferCard | None:
        """Return the card of an offer, if it still rings when the chart has been read.

        By then another one may ring for the same patient: that is somebody else's card.
        """
        encounter_id = offer.encounter_id
        async with self._core.database.read() as tx:
            encounter = await encounters.get(tx, encounter_id)
            site = await directory.site(tx, encounter.site_id)
            _, entries = await charting.read(tx, self._core.keyring, encounter_id)
        switchboard = self._desks.of(encounter.network_id).switchboard
        rings = switchboard.offer_to(offer.practitioner_id) if switchboard else None
        if rings is None or rings.offer_id != offer.offer_id:
            return None
        now = self._core.clock.now()
        servers = self.calls.ports.ice_servers(encounter_id, Side.PRACTITIONER)
        state = fold(entries)
        return cards.offer_card(encounter, site.jurisdiction, state, offer, servers, now=now)

    def queue_for(self, network_id: str, practitioner_id: str) -> wire.QueueSummary:
        """Return the part of the line that a practitioner may serve: counts only."""
        return self.queues(network_id).of(practitioner_id, self._core.clock.now())

    def queues(self, network_id: str) -> Queues:
        """Return the line by class, to tell many practitioners their part of it."""
        return Queues(self._desks.of(network_id).switchboard)

    async def unsigned(self, practitioner_id: str) -> list[wire.UnsignedChart]:
        """Return the charts that still want this practitioner's signature."""
        async with self._rows_at_once, self._core.database.read() as tx:
            charts = await encounters.unsigned_of(tx, practitioner_id)
            names = await self._names(tx, [one.encounter_id for one in charts])
        return [
            wire.UnsignedChart(
                encounter_id=one.encounter_id,
                patient_name=names.get(one.encounter_id, ""),
                visit=one.visit,
                ended_at_ms=one.ended_at // MS if one.ended_at else None,
                parked=one.parked,
            )
            for one in charts
        ]

    async def _names(self, tx: Tx, encounter_ids: Sequence[str]) -> dict[str, str]:
        """Return the patients' names, reading no more of their charts than that."""
        found = await chart_extract.of_kinds(
            tx, encounter_ids, (IDENTITY,), keyring=self._core.keyring
        )
        states = {one: fold(map(decode, texts)) for one, texts in found.items()}
        return {
            one: state.identity.legal_name
            for one, state in states.items()
            if state.identity is not None
        }

    # -------------------------------------------------------------- spa

    async def spa(self, spa_id: str) -> wire.SpaSync:
        """Return the portal's list."""
        async with self._core.database.read() as tx:
            found = await encounters.of_spa(tx, spa_id, SPA_ROWS_MAX)
            rows = await encounter_rows(tx, self._core, found)
        return wire.SpaSync(encounters=rows)

    async def encounter(
        self, encounter_id: str, looks: Callable[[str], bool]
    ) -> tuple[Encounter, wire.EncounterRow | None]:
        """Return one encounter, and its line of the portal's list if its spa looks at that."""
        encounter = await self._encounter(encounter_id)
        if not looks(encounter.spa_id):
            return encounter, None
        async with self._rows_at_once, self._core.database.read() as tx:
            encounter = await encounters.get(tx, encounter_id)
            return encounter, await encounter_row(tx, self._core, encounter)

    # -------------------------------------------------------------- ops

    async def ops(self, network_id: str) -> wire.OpsSync:
        """Return everything ops sees: no PHI."""
        return await self._operations.sync(network_id)
