"""Records of a batch as rows: gathered by encounter in memory, then written together.

    hold the encounters, re-read the authorities under lock -> post each record -> write

A batch that brings a hundred patients into the line is then a dozen statements, and each row
is written once however many records speak of it. Posting is plain and does no I/O. What it is
not: a cache. It is made for one `Ledger.perform`, and everything it knows was read under lock
in that transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, assert_never

from media.call import Call, CallStarted, step_call
from server import charting, visits
from server.authority import NotAuthorized, jurisdictions_of
from server.chart import entries as chart
from server.chart.call_entries import DirectBecause
from server.keyring import Keyring
from server.rulings.refusals import NotPermitted
from server.storage import encounters, reliance, roster
from server.storage.database import Tx
from server.storage.directory import PractitionerFile
from server.storage.encounters import Encounter
from server.waiting import authorities
from server.waiting.ruled import RuledBy, Rules
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
from signaling.identifiers import EligibilityClass, EncounterId, Instant, PractitionerId
from signaling.messages import CallMode
from signaling.offers import Offer, OfferState

RELYING = (OfferState.RINGING, OfferState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class CallStart:
    """How a call begins: how media travels, and why it is direct when there are relays."""

    mode: CallMode = "direct"
    because: DirectBecause | None = None


StartOf = Callable[[str], CallStart]
"""Says how a call of this encounter begins if it is accepted now."""


def always_direct(_encounter_id: str) -> CallStart:
    """Begin every call from browser to browser."""
    return CallStart()


class StaleEligibility(Exception):
    """An authority ended between the look and the lock: begin the batch anew."""


@dataclass(slots=True)
class Page:
    """One encounter while a batch is posted.

    Attributes:
        read: its row, under lock.
        row: what the row will be; the chart's columns come last, when it is written.
        entries: what will be appended to the chart, in order.
    """

    read: Encounter
    row: Encounter
    entries: list[chart.AnyEntry] = field(default_factory=list)


class Posting:
    """What some records come to.

    Attributes:
        whereabouts: the jurisdiction of each patient whose place was posted.
    """

    def __init__(
        self,
        held: Mapping[str, Encounter],
        files: Mapping[str, PractitionerFile],
        generations: Mapping[str, int],
        now: Instant,
        rules: Rules,
        start_of: StartOf = always_direct,
    ) -> None:
        """Begin with rows that the transaction holds; `read` gets them."""
        self._start_of = start_of
        self._pages = {one: Page(row, row) for one, row in held.items()}
        self._files = files
        self._generations = generations
        self._rules = rules
        self.whereabouts: dict[EncounterId, str] = {}
        self._now = now
        self._offers: dict[str, Offer] = {}
        self._duty: dict[PractitionerId, RecordDuty] = {}
        self._calls: dict[str, Call] = {}
        self._modes: dict[str, CallMode] = {}

    @classmethod
    async def read(
        cls,
        tx: Tx,
        records: Sequence[Record],
        now: Instant,
        by: RuledBy,
        start_of: StartOf = always_direct,
    ) -> Posting:
        """Hold every row that the records are about or rely on.

        Raises:
            RowMissing: an encounter or a practitioner is not there.
        """
        held = await encounters.hold(tx, encounters_of(records))
        offers = [one.offer for one in records if isinstance(one, RecordOffer)]
        accepted = [one for one in offers if one.state is OfferState.ACCEPTED]
        return cls(
            held,
            await reliance.files_relied_upon(tx, _relied_upon(records, held)),
            await roster.latest_generations(tx, [one.encounter_id for one in accepted]),
            now,
            await by.rules(tx, _ruled(records, held)),
            start_of,
        )

    # -------------------------------------------------------------- records

    def post(self, record: Record) -> None:
        """Enter one record after the others.

        Raises:
            StaleEligibility: an offer's practitioner may not see the patient any more.
            IllegalTransition: the visit is not where the switchboard believes it to be.
        """
        match record:
            case RecordWaiting():
                self._waiting(record)
            case RecordPriority():
                self._priority(record)
            case RecordVisit():
                self._visit(record)
            case RecordOffer(offer=offer):
                self._offer(offer)
            case RecordDuty():
                self._duty[record.practitioner_id] = record
            case RecordPresence():
                page = self._pages[record.encounter_id]
                page.row = replace(page.row, presence=record.state.value, changed_at=self._now)

    def _waiting(self, record: RecordWaiting) -> None:
        page = self._pages[record.encounter_id]
        if page.row.visit == "in_progress" and page.row.eligibility != record.eligibility:
            # The patient is elsewhere than they said; they have a place in line, and no use
            # for it yet.
            page.row = replace(page.row, eligibility=record.eligibility, changed_at=self._now)
            self.whereabouts[record.encounter_id] = page.row.jurisdiction or ""
            return
        page.row = replace(
            page.row,
            eligibility=record.eligibility,
            place=record.place,
            ready_at=record.ready_at,
            language=record.language,
            priority=record.priority,
            ended_at=None,  # an earlier leaving is undone
            changed_at=self._now,
        )
        self.whereabouts[record.encounter_id] = page.row.jurisdiction or ""
        places = sorted(jurisdictions_of(record.eligibility))
        if page.read.visit == "waiting":  # it moves to another class
            page.entries.append(self._rules.ruling(page.row, None, "changed", self._now).entry)
        page.entries.append(chart.QueueJoined(place=record.place, jurisdictions=places))

    def _priority(self, record: RecordPriority) -> None:
        page = self._pages[record.encounter_id]
        page.row = replace(page.row, priority=record.priority, changed_at=self._now)
        page.entries.append(chart.QueuePrioritized(priority=record.priority))

    def _visit(self, record: RecordVisit) -> None:
        if isinstance(record.event, visit.Accepted):
            return  # entered with the offer, which knows who accepted
        page = self._pages[record.encounter_id]
        before = page.row.visit
        page.row = visits.moved(page.row, record.event, now=self._now)
        if page.row.visit != before:
            page.entries.append(chart.VisitChanged(before=before, after=page.row.visit))

    def _offer(self, offer: Offer) -> None:
        self._offers[offer.offer_id] = offer
        page = self._pages[offer.encounter_id]
        page.entries += self._offer_entries(page, offer)

    def _offer_entries(self, page: Page, offer: Offer) -> list[chart.AnyEntry]:
        offer_id, who = offer.offer_id, offer.practitioner_id
        reason = str(offer.reason or "other")
        match offer.state:
            case OfferState.RINGING:
                rung = chart.OfferRung(
                    offer_id=offer_id, practitioner_id=who, expires_at=offer.expires_at
                )
                return [*self._checked(page, who, "offer"), rung]
            case OfferState.ACCEPTED:
                return self._accepted(page, offer)
            case OfferState.DECLINED:
                return [
                    chart.OfferDeclined(offer_id=offer_id, practitioner_id=who, reason=reason)
                ]
            case OfferState.MISSED:
                return [chart.OfferMissed(offer_id=offer_id, practitioner_id=who)]
            case OfferState.WITHDRAWN:
                return [
                    chart.OfferWithdrawn(offer_id=offer_id, practitioner_id=who, reason=reason)
                ]
            case _:
                assert_never(offer.state)

    def _accepted(self, page: Page, offer: Offer) -> list[chart.AnyEntry]:
        """An accept starts the call: its row and first entry belong to this transaction."""
        encounter_id, who = offer.encounter_id, offer.practitioner_id
        ruled, checked = self._checked(page, who, "accept")
        page.row = replace(
            page.row,
            visit="in_progress",
            practitioner_id=who,
            accepted_at=self._now,
            parked=False,
            changed_at=self._now,
        )
        last = Call(generation=self._generations.get(encounter_id, 0))
        started = step_call(last, CallStarted(), now=self._now)
        start = self._start_of(encounter_id)
        self._calls[encounter_id] = started
        self._modes[encounter_id] = start.mode
        return [
            chart.VisitChanged(before="waiting", after="in_progress"),
            chart.OfferAccepted(offer_id=offer.offer_id, practitioner=checked.practitioner),
            ruled,
            checked,
            chart.CallStarted(
                generation=started.generation, mode=start.mode, because=start.because
            ),
        ]

    def _checked(
        self, page: Page, who: PractitionerId, moment: Literal["offer", "accept"]
    ) -> tuple[chart.RulesDecided, chart.AuthorityChecked]:
        file = self._files[who]
        ruling = self._rules.ruling(page.row, file, moment, self._now)
        try:
            ruling.require()
            checked = authorities.entry_of(file, page.row, moment, self._now)
        except (NotAuthorized, NotPermitted) as error:
            raise StaleEligibility from error
        return ruling.entry, checked

    # -------------------------------------------------------------- to rows

    def duty(self) -> list[RecordDuty]:
        """Return the last record of each practitioner; the ledger knows their rows."""
        return list(self._duty.values())

    async def write(self, tx: Tx, keyring: Keyring) -> None:
        """Write offers, calls, charts and encounters, as posted.

        Raises:
            CommitFailed: a chart grew although it was held.
        """
        await roster.save_offers(tx, self._offers.values())
        await roster.save_calls(tx, self._calls, modes=self._modes)
        pages = [one for one in self._pages.values() if one.entries or one.row != one.read]
        appended = await charting.append_all(
            tx,
            keyring,
            charting.SYSTEM,
            [(one.read, one.entries) for one in pages],
            now=self._now,
        )
        for page, chart_of_page in zip(pages, appended, strict=True):
            page.row = replace(
                page.row, chart_seq=chart_of_page.last, chart_head=chart_of_page.head
            )
        await encounters.save(tx, [(one.read, one.row) for one in pages])


def encounters_of(records: Iterable[Record]) -> frozenset[str]:
    """Return the encounters whose rows or charts these records change."""
    found: set[str] = set()
    for record in records:
        match record:
            case RecordOffer(offer=offer):
                found.add(offer.encounter_id)
            case RecordWaiting() | RecordPriority() | RecordVisit() | RecordPresence():
                found.add(record.encounter_id)
            case RecordDuty():
                pass
    return frozenset(found)


def _ruled(records: Sequence[Record], held: Mapping[str, Encounter]) -> frozenset[str]:
    """Return which encounters the rules are asked about: offered, accepted, moved in line."""
    return frozenset(
        [
            one.offer.encounter_id
            for one in records
            if isinstance(one, RecordOffer) and one.offer.state in RELYING
        ]
        + [
            one.encounter_id
            for one in records
            if isinstance(one, RecordWaiting) and held[one.encounter_id].visit == "waiting"
        ]
    )


def _relied_upon(
    records: Sequence[Record], held: Mapping[str, Encounter]
) -> Mapping[str, frozenset[str]]:
    """Return which jurisdictions of which practitioners the offers rely on."""
    classes: dict[str, set[str]] = {one: {row.eligibility or ""} for one, row in held.items()}
    for record in records:
        if isinstance(record, RecordWaiting):
            classes[record.encounter_id].add(record.eligibility)
    wanted: dict[str, set[str]] = {}
    for record in records:
        if isinstance(record, RecordOffer) and record.offer.state in RELYING:
            places = wanted.setdefault(record.offer.practitioner_id, set())
            for one in classes[record.offer.encounter_id]:
                places |= jurisdictions_of(EligibilityClass(one))
    return {who: frozenset(places) for who, places in wanted.items()}
