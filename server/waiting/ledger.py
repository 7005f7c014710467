"""What the desk commits: the switchboard's records as rows and chart entries, and back.

Each `Record` becomes rows (from which the switchboard can be rebuilt) and, where it is about
a patient, an entry in their chart, in one transaction. An offer and its acceptance re-read
the practitioner's authority under lock; if it ended in between, the batch begins anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from media.call import Call, CallStarted, step_call
from server import charting, visits
from server.authority import NotAuthorized, jurisdictions_of
from server.chart import entries as chart
from server.keyring import Keyring
from server.storage import encounters, leases, roster
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.storage.errors import LeaseLost
from server.storage.leases import Lease
from server.waiting import authorities
from signaling import visit
from signaling.effects import (
    Record,
    RecordDuty,
    RecordOffer,
    RecordPresence,
    RecordPriority,
    RecordVisit,
    RecordWaiting,
)
from signaling.events import ClassChanged, EligibilityChanged, Event, PatientReady
from signaling.identifiers import EligibilityClass, EncounterId, Instant, OfferId
from signaling.limits import Limits
from signaling.offers import Offer, OfferState
from signaling.snapshot import DutyRow, Snapshot, WaitingRow
from signaling.switchboard import Switchboard

FRESH_US: Final = 1_000_000


class StaleEligibility(Exception):
    """An authority ended between the look and the lock: begin the batch anew."""


@dataclass(slots=True)
class Ledger:
    """The tables of one network's waiting room.

    Attributes:
        network_id: whose waiting room.
        lease: the right to write; every transaction is fenced with it.
        looked_at: microseconds UTC of the last look at who may see whom.
        whereabouts: where the patients are whose place was written since these were taken.
    """

    network_id: str
    keyring: Keyring
    limits: Limits
    new_id: Callable[[], str]
    lease: Lease | None = None
    looked_at: int = 0
    whereabouts: dict[EncounterId, str] = field(default_factory=dict)

    def offer_id(self) -> OfferId:
        """Return an id that no offer ever had."""
        return OfferId(self.new_id())

    async def fence(self, tx: Tx) -> None:
        """First statement of every transaction: we still are the one writer.

        Raises:
            LeaseLost: another process took over.
        """
        if self.lease is None:
            raise LeaseLost(self.network_id)
        await leases.fence(tx, self.lease)

    # -------------------------------------------------------------- who may see whom

    def forget_eligibility(self) -> None:
        """Look anew before the next batch."""
        self.looked_at = 0

    async def eligibility(
        self, tx: Tx, switchboard: Switchboard, now: int
    ) -> Sequence[EligibilityChanged]:
        """Return what changed about the classes that somebody waits in, at most once a second.

        A look that is a second old makes no wrong offer: the offer itself re-reads the rows.
        """
        if now - self.looked_at < FRESH_US:
            return ()
        self.looked_at = now
        waiting = {patient.eligibility for patient in switchboard.waiting()}
        return await self._changed(tx, switchboard, waiting, now)

    async def newcomers(
        self, tx: Tx, switchboard: Switchboard, event: Event, now: int
    ) -> Sequence[EligibilityChanged]:
        """Return who may see a class that an event brings in, unless somebody waits in it."""
        if not isinstance(event, PatientReady | ClassChanged):
            return ()
        if any(one.eligibility == event.eligibility for one in switchboard.waiting()):
            return ()
        return await self._changed(tx, switchboard, {event.eligibility}, now)

    async def _changed(
        self, tx: Tx, switchboard: Switchboard, classes: Iterable[EligibilityClass], now: int
    ) -> Sequence[EligibilityChanged]:
        current = await authorities.members(tx, self.network_id, classes, now=now)
        return [
            EligibilityChanged(eligibility=one, members=who)
            for one, who in current.items()
            if switchboard.members(one) != who
        ]

    # -------------------------------------------------------------- from rows

    def take_whereabouts(self) -> dict[EncounterId, str]:
        """Return where those are who came into line, and forget it."""
        taken, self.whereabouts = self.whereabouts, {}
        return taken

    async def load(self, tx: Tx, now: int) -> Snapshot:
        """Return the committed state of the waiting room."""
        waiting = await encounters.in_visit(tx, self.network_id, "waiting")
        in_exam = await encounters.in_visit(tx, self.network_id, "in_progress")
        since = now - round(self.limits.repass_exclusion_s * 1_000_000)
        duty = await roster.duty_of(tx, self.network_id)
        classes = {_class_of(one) for one in waiting}
        self.looked_at = now
        self.whereabouts = {
            one.encounter_id: one.jurisdiction or "" for one in (*waiting, *in_exam)
        }
        return Snapshot(
            waiting=tuple(_waiting_row(one) for one in waiting),
            in_exam=tuple(_waiting_row(one) for one in in_exam),
            duty=tuple(duty),
            offers=tuple(await roster.offers_since(tx, self.network_id, since)),
            eligibility=await authorities.members(tx, self.network_id, classes, now=now),
        )

    # -------------------------------------------------------------- to rows

    async def perform(self, tx: Tx, records: Sequence[Record], now: Instant) -> None:
        """Write the records, in order.

        Raises:
            StaleEligibility: an offer's practitioner may not see the patient any more.
        """
        for record in records:
            match record:
                case RecordWaiting():
                    await self._waiting(tx, record, now)
                case RecordPriority():
                    await self._priority(tx, record, now)
                case RecordVisit():
                    await self._visit(tx, record, now)
                case RecordOffer(offer=offer):
                    await self._offer(tx, offer, now)
                case RecordDuty():
                    await roster.save_duty(tx, self.network_id, _duty_row(record), now=now)
                case RecordPresence():
                    await encounters.set_presence(
                        tx, record.encounter_id, record.state.value, now=now
                    )

    async def _waiting(self, tx: Tx, record: RecordWaiting, now: int) -> None:
        self.whereabouts[record.encounter_id] = await encounters.set_waiting(
            tx,
            record.encounter_id,
            eligibility=record.eligibility,
            place=record.place,
            ready_at=record.ready_at,
            language=record.language,
            priority=record.priority,
            now=now,
        )
        places = sorted(jurisdictions_of(record.eligibility))
        entry = chart.QueueJoined(place=record.place, jurisdictions=places)
        await self._chart(tx, record.encounter_id, [entry], now)

    async def _priority(self, tx: Tx, record: RecordPriority, now: int) -> None:
        await encounters.set_priority(tx, record.encounter_id, record.priority, now=now)
        entry = chart.QueuePrioritized(priority=record.priority)
        await self._chart(tx, record.encounter_id, [entry], now)

    async def _visit(self, tx: Tx, record: RecordVisit, now: int) -> None:
        encounter = await encounters.get(tx, record.encounter_id, lock=True)
        if isinstance(record.event, visit.Accepted):
            return  # written with the offer, which knows who accepted
        await visits.move(
            tx, self.keyring, encounter, record.event, actor=charting.SYSTEM, now=now
        )

    async def _offer(self, tx: Tx, offer: Offer, now: int) -> None:
        await roster.save_offer(tx, offer)
        encounter = await encounters.get(tx, offer.encounter_id, lock=True)
        try:
            entries = await self._offer_entries(tx, encounter, offer, now)
        except NotAuthorized as error:
            raise StaleEligibility from error
        await self._chart(tx, offer.encounter_id, entries, now)

    async def _offer_entries(
        self, tx: Tx, encounter: Encounter, offer: Offer, now: int
    ) -> list[chart.AnyEntry]:
        who, reason = offer.practitioner_id, str(offer.reason or "other")
        match offer.state:
            case OfferState.RINGING:
                checked = await authorities.checked_entry(tx, encounter, who, "offer", now)
                rung = chart.OfferRung(
                    offer_id=offer.offer_id, practitioner_id=who, expires_at=offer.expires_at
                )
                return [checked, rung]
            case OfferState.ACCEPTED:
                return await self._accepted(tx, encounter, offer, now)
            case OfferState.DECLINED:
                return [
                    chart.OfferDeclined(
                        offer_id=offer.offer_id, practitioner_id=who, reason=reason
                    )
                ]
            case OfferState.MISSED:
                return [chart.OfferMissed(offer_id=offer.offer_id, practitioner_id=who)]
            case OfferState.WITHDRAWN:
                return [
                    chart.OfferWithdrawn(
                        offer_id=offer.offer_id, practitioner_id=who, reason=reason
                    )
                ]

    async def _accepted(
        self, tx: Tx, encounter: Encounter, offer: Offer, now: int
    ) -> list[chart.AnyEntry]:
        """An accept starts the call: its row and first entry belong to this transaction."""
        who = offer.practitioner_id
        checked = await authorities.checked_entry(tx, encounter, who, "accept", now)
        await encounters.set_visit(tx, encounter.encounter_id, "in_progress", now=now)
        await encounters.set_accepted(
            tx, encounter.encounter_id, practitioner_id=who, accepted_at=now
        )
        last = await roster.latest_generation(tx, encounter.encounter_id)
        started = step_call(Call(generation=last), CallStarted(), now=now)
        await roster.save_call(tx, encounter.encounter_id, started, outcome=started.state.value)
        return [
            chart.VisitChanged(before="waiting", after="in_progress"),
            chart.OfferAccepted(offer_id=offer.offer_id, practitioner=checked.practitioner),
            checked,
            chart.CallStarted(generation=started.generation, mode="direct"),
        ]

    async def _chart(
        self, tx: Tx, encounter_id: str, entries: Sequence[chart.AnyEntry], now: int
    ) -> None:
        await charting.write(tx, self.keyring, encounter_id, charting.SYSTEM, entries, now=now)


def _class_of(encounter: Encounter) -> EligibilityClass:
    return EligibilityClass(encounter.eligibility or "")


def _waiting_row(encounter: Encounter) -> WaitingRow:
    return WaitingRow(
        encounter_id=encounter.encounter_id,
        eligibility=_class_of(encounter),
        place=encounter.place or 0,
        ready_at=Instant(encounter.ready_at or 0),
        language=encounter.language,
        priority=encounter.priority,
    )


def _duty_row(record: RecordDuty) -> DutyRow:
    return DutyRow(
        practitioner_id=record.practitioner_id,
        status=record.status,
        licence_count=record.licence_count,
        idle_since=record.idle_since,
        encounter_id=record.encounter_id,
        missed_offers=record.missed_offers,
        paused_until=record.paused_until,
        leaving=record.leaving,
        languages=record.languages,
        shift_ends_at=record.shift_ends_at,
    )
