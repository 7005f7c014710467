"""What the desk commits: the switchboard's records as rows and chart entries, and back.

Each `Record` becomes rows (from which the switchboard can be rebuilt) and, where it is about
a patient, an entry in their chart, in one transaction (`posting`). An offer and its acceptance
re-read the practitioner's authority under lock; if it ended in between, the batch begins anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from server.keyring import Keyring
from server.rulebooks.standing import Rulebooks
from server.storage import (
    arrivals,
    commands,
    encounters,
    leases,
    roster,
    versions,
    wait_models,
)
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.storage.errors import LeaseLost
from server.storage.leases import Lease
from server.waiting import authorities
from server.waiting.authorities import Licensure
from server.waiting.learning import Waits
from server.waiting.posting import Posting, StartOf, always_direct
from server.waiting.ruled import RuledBy
from signaling.effects import Record, RecordDuty
from signaling.events import ClassChanged, DemandMeasured, EligibilityChanged
from signaling.identifiers import EligibilityClass, EncounterId, Instant, OfferId
from signaling.limits import Limits
from signaling.participants import WaitingPatient
from signaling.policy import SCARCEST, Policy
from signaling.presence import PresenceState
from signaling.snapshot import DutyRow, Snapshot, WaitingRow
from signaling.switchboard import Switchboard

# Rows that were changed by hand, past this program, are noticed after this time at the latest.
LOOK_EVERY_US: Final = 60_000_000
DEMAND_OVER_S: Final = 4 * 3_600
MEASURE_EVERY_US: Final = 300_000_000
RECORDS_MAX: Final = 2_000  # written together; databases limit the parameters of a statement


@dataclass(slots=True)
class Ledger:
    """The tables of one network's waiting room.

    Attributes:
        network_id: whose waiting room.
        policy: how it matches.
        lease: the right to write; every transaction is fenced with it.
        licensure: who may see patients where, as last looked up.
        whereabouts: where the patients are whose place was written since these were taken.
        start_of: how a call begins that is accepted now.
        waits: what was learned about waits.
        measured_at: microseconds UTC of the last look at how many come.
        rules_version: of the rules by which those who wait are in their classes; None until
            they were asked.
        opened_version: of the rules when the room was read.
    """

    network_id: str
    keyring: Keyring
    limits: Limits
    new_id: Callable[[], str]
    policy: Policy = SCARCEST
    start_of: StartOf = always_direct
    rulebooks: Rulebooks = field(default_factory=Rulebooks)
    lease: Lease | None = None
    licensure: Licensure | None = None
    whereabouts: dict[EncounterId, str] = field(default_factory=dict)
    waits: Waits = field(default_factory=Waits)
    measured_at: int = 0
    rules_version: int | None = None
    opened_version: int | None = None

    @property
    def ruled_by(self) -> RuledBy:
        """Where the network's rules are read."""
        return RuledBy(self.network_id, self.keyring, self.rulebooks)

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
        await leases.fence(tx, self.lease, renews=True)

    # -------------------------------------------------------------- what was answered

    async def recorded(self, tx: Tx, keys: Sequence[commands.Key]) -> dict[commands.Key, str]:
        """Return the outcomes (JSON) of those of these commands that were committed."""
        return await commands.recorded_of(tx, keys)

    async def remember(
        self, tx: Tx, outcomes: Mapping[commands.Key, str], now: Instant
    ) -> None:
        """Commit what is answered to commands, with their effects.

        Raises:
            CommandAlreadyRecorded: another transaction committed one of them first.
        """
        await commands.record_all(tx, outcomes, now)

    # -------------------------------------------------------------- who may see whom

    def forget_eligibility(self) -> None:
        """Look anew before the next batch."""
        self.licensure = None

    async def eligibility(
        self, tx: Tx, switchboard: Switchboard, now: int
    ) -> Sequence[EligibilityChanged | ClassChanged]:
        """Return what changed about the classes that somebody waits in.

        A look that is out of date makes no wrong offer: the offer re-reads the rows, and asks
        the rules again.
        """
        overdue = self.rules_version is None and _is_served(switchboard)
        if not await self._look(tx, now) and not overdue:
            return ()
        moved = await self._reclassed(tx, switchboard, now)
        classes = sorted({*switchboard.waited_for(), *(one.eligibility for one in moved)})
        changed = (self.newcomer(switchboard, one) for one in classes)
        return [*(one for one in changed if one is not None), *moved]

    async def _reclassed(
        self, tx: Tx, switchboard: Switchboard, now: int
    ) -> Sequence[ClassChanged]:
        """Return who belongs into another class, if compliance changed something."""
        standing = await self.ruled_by.standing(tx)
        if standing.version == self.rules_version:
            return ()
        unchanged = standing.version == self.opened_version
        if self.rules_version is None and unchanged and not _is_served(switchboard):
            return ()
        self.rules_version = standing.version
        waiting = await encounters.in_visit(tx, self.network_id, "waiting")
        belongs = await self.ruled_by.classes(tx, waiting, now)
        known = {one.encounter_id: one.eligibility for one in switchboard.waiting()}
        return [
            ClassChanged(EncounterId(one), eligibility)
            for one, eligibility in belongs.items()
            if one in known and known[EncounterId(one)] != eligibility
        ]

    async def class_of(self, tx: Tx, patient: WaitingPatient, now: int) -> EligibilityClass:
        """Return in which class somebody who is seen belongs, as the rules are now."""
        held = await encounters.with_ids(tx, [patient.encounter_id])
        # The row is behind where the batch moved them; the places are those of the class.
        rows = [replace(one, eligibility=patient.eligibility) for one in held.values()]
        belongs = await self.ruled_by.classes(tx, rows, now)
        return belongs.get(patient.encounter_id, patient.eligibility)

    def newcomer(
        self, switchboard: Switchboard, eligibility: EligibilityClass
    ) -> EligibilityChanged | None:
        """Return who may see a class, if the switchboard does not know that."""
        assert self.licensure is not None, "every batch begins with a look"
        members = self.licensure.members(eligibility)
        if switchboard.members(eligibility) == members:
            return None
        return EligibilityChanged(eligibility=eligibility, members=members)

    async def _look(self, tx: Tx, now: int) -> bool:
        """Look up who may see patients where, if that may have changed since the last look."""
        known = self.licensure
        if known is not None and known.looked_at <= now < min(
            known.until, known.looked_at + LOOK_EVERY_US
        ):
            version = await versions.version(tx, versions.DIRECTORY)
            standing = await self.ruled_by.standing(tx)
            unruled = self.rules_version is None
            ruled = self.opened_version if unruled else self.rules_version
            if (version, standing.version) == (known.version, ruled):
                return False
        self.licensure = await self._licensure(tx, now)
        return True

    async def _licensure(self, tx: Tx, now: int) -> Licensure:
        standing = await self.ruled_by.standing(tx)
        return await authorities.licensure(
            tx, self.network_id, now=now, supervised=standing.supervised
        )

    # -------------------------------------------------------------- what is measured

    async def demand(self, tx: Tx, now: int) -> DemandMeasured | None:
        """Return how many patients of each class come, if that was not looked up lately."""
        if 0 <= now - self.measured_at < MEASURE_EVERY_US:
            return None
        return DemandMeasured(await self._measure(tx, now))

    async def _measure(self, tx: Tx, now: int) -> dict[EligibilityClass, float]:
        self.measured_at = now
        since = now - DEMAND_OVER_S * 1_000_000
        counts = await arrivals.per_class(tx, self.network_id, since)
        return {EligibilityClass(one): n / DEMAND_OVER_S for one, n in counts.items()}

    async def keep_waits(self, tx: Tx, now: int) -> None:
        """Write what was learned about waits, if it is not written yet."""
        model = self.waits.model
        if self.waits.kept is not None and model != self.waits.kept:
            await wait_models.save(tx, self.network_id, model, now=now)
            self.waits.kept = model

    # -------------------------------------------------------------- from rows

    def take_whereabouts(self) -> dict[EncounterId, str]:
        """Return where those are who came into line, and forget it."""
        taken, self.whereabouts = self.whereabouts, {}
        return taken

    async def load(self, tx: Tx, now: int, *, ruled: bool = True) -> Snapshot:
        """Return the committed state of the waiting room.

        Args:
            tx: the transaction.
            now: microseconds UTC.
            ruled: the rules are asked who of those who wait belongs where; else each is in the
                class of their row until somebody serves, since that takes long in a long line.
        """
        waiting = await encounters.in_visit(tx, self.network_id, "waiting")
        in_exam = await encounters.in_visit(tx, self.network_id, "in_progress")
        since = now - round(self.limits.repass_exclusion_s * 1_000_000)
        duty = await roster.duty_of(tx, self.network_id)
        self.rules_version = None
        self.opened_version = (await self.ruled_by.standing(tx)).version
        if ruled:
            belongs = await self.ruled_by.classes(tx, waiting, now)
            waiting = [
                replace(one, eligibility=belongs.get(one.encounter_id)) for one in waiting
            ]
            self.rules_version = self.opened_version
        # Who is seen comes back into the line if their practitioner does not return.
        classes = {_class_of(one) for one in (*waiting, *in_exam)}
        self.licensure = await self._licensure(tx, now)
        if self.waits.kept is None:
            self.waits.model = self.waits.kept = await wait_models.load(tx, self.network_id)
        self.whereabouts = {
            one.encounter_id: one.jurisdiction or "" for one in (*waiting, *in_exam)
        }
        return Snapshot(
            waiting=tuple(_waiting_row(one) for one in waiting),
            in_exam=tuple(_waiting_row(one) for one in in_exam),
            duty=tuple(duty),
            offers=tuple(await roster.offers_since(tx, self.network_id, since)),
            eligibility={one: self.licensure.members(one) for one in classes},
            demand=await self._measure(tx, now),
        )

    # -------------------------------------------------------------- to rows

    async def perform(self, tx: Tx, records: Sequence[Record], now: Instant) -> None:
        """Write the records, in order.

        Raises:
            StaleEligibility: an offer's practitioner may not see the patient any more.
            IllegalTransition, OnDutyElsewhere, RowMissing: the rows do not allow a record.
        """
        for start in range(0, len(records), RECORDS_MAX):
            part = records[start : start + RECORDS_MAX]
            posting = await Posting.read(tx, part, now, self.ruled_by, self.start_of)
            for record in part:
                posting.post(record)
            duty = [_duty_row(one) for one in posting.duty()]
            await roster.save_duties(tx, self.network_id, duty, now=now)
            await posting.write(tx, self.keyring)
            self.whereabouts |= posting.whereabouts


def _is_served(switchboard: Switchboard) -> bool:
    """Tell whether anybody could be offered to anybody."""
    there = PresenceState.PRESENT
    return any(one.presence is there for one in switchboard.practitioners())


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
