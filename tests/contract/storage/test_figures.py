"""The rows from which figures are made: visits, offers and time on duty, by when they were."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from server.clock import ManualClock
from server.keyring import Keyring
from server.metrics.day_figures import staff_times
from server.metrics.observatory import Observatory
from server.metrics.staffing import HALF_HOUR_US, StaffTime
from server.metrics.today import Today
from server.services import Core
from server.settings import Settings
from server.storage import encounters, figures, roster
from server.storage.database import Database
from server.storage.errors import LeaseLost, StorageError
from server.storage.faults import FaultPoint, ScriptedFaults
from server.storage.fencing import Fenced
from server.storage.figures import OfferTimes, VisitTimes
from signaling.identifiers import EncounterId, Instant, OfferId, PractitionerId
from signaling.offers import Offer, OfferState
from signaling.participants import PractitionerStatus
from tests.contract.storage import rows
from tests.contract.storage.rows import DAY, NOW, SECOND, Clinic, encounter, put
from tests.fakes import InPlace

NETWORK = "network-1"
UTC = ZoneInfo("UTC")
AWAY, IN_EXAM = PractitionerStatus.AWAY, PractitionerStatus.IN_EXAM


def offer(number: int, state: OfferState, rung_at: int, encounter_id: str) -> Offer:
    ended = Instant(rung_at + 5 * SECOND)
    return Offer(
        OfferId(f"offer-{number}"),
        EncounterId(encounter_id),
        PractitionerId(rows.ANA.practitioner_id),
        state,
        Instant(rung_at),
        Instant(rung_at + 15 * SECOND),
        None if state is OfferState.RINGING else ended,
    )


async def one_ready(
    database: Database, number: int, ready_at: int, **changes: object
) -> EncounterId:
    made = encounter(
        number, jurisdiction="TX", ready_at=Instant(ready_at), **{"visit": "waiting", **changes}
    )
    async with database.write() as tx:
        await encounters.create(tx, made)
    return made.encounter_id


async def test_a_visit_belongs_to_the_time_when_its_patient_was_ready(
    database: Database, clinic: Clinic
) -> None:
    del clinic
    answered = {"visit": "signed", "accepted_at": NOW + 5, "connected_at": NOW + 8}
    await one_ready(database, 2, NOW, signed_at=NOW + 9, **answered)
    await one_ready(database, 3, NOW - 1, visit="left", ended_at=NOW)
    await one_ready(database, 4, NOW + SECOND)
    await one_ready(database, 5, NOW, network_id="network-2")
    async with database.read() as tx:
        found = await figures.visits(tx, NETWORK, NOW, NOW + SECOND)
    assert found == [
        VisitTimes(
            encounter_id=EncounterId("encounter-2"),
            jurisdiction="TX",
            visit="signed",
            ready_at=NOW,
            accepted_at=Instant(NOW + 5),
            connected_at=Instant(NOW + 8),
            ended_at=None,
            signed_at=Instant(NOW + 9),
            changed_at=NOW,
        )
    ]


async def test_an_offer_belongs_to_the_time_when_it_rang(
    database: Database, clinic: Clinic
) -> None:
    del clinic
    elsewhere = await one_ready(database, 5, NOW, network_id="network-2")
    here = await one_ready(database, 2, NOW)
    async with database.write() as tx:
        await roster.save_offer(tx, offer(1, OfferState.MISSED, NOW, here))
        await roster.save_offer(tx, offer(2, OfferState.ACCEPTED, NOW + SECOND, here))
        await roster.save_offer(tx, offer(3, OfferState.MISSED, NOW, elsewhere))
    async with database.read() as tx:
        found = await figures.offers_rung(tx, NETWORK, NOW, NOW + SECOND)
        sites = await figures.site_jurisdictions(tx, [here, "nobody"])
    assert found == [OfferTimes(OfferId("offer-1"), "TX", "missed", NOW)]
    assert sites == {here: "TX"}


async def test_time_on_duty_adds_up(database: Database, clinic: Clinic) -> None:
    del clinic
    starts_at = NOW - NOW % HALF_HOUR_US
    first, more = StaffTime(1_000, 100, 200, 300), StaffTime(10, 1, 2, 3)
    for time in (first, more):
        async with database.write() as tx:
            await figures.add_staffing(tx, NETWORK, {starts_at: asdict(time)})
            await figures.add_staffing(tx, "network-2", {starts_at: asdict(more)})
    async with database.read() as tx:
        found = await figures.staffing(tx, NETWORK, starts_at, starts_at + 1)
        none = await figures.staffing(tx, NETWORK, starts_at + 1, starts_at + DAY)
    assert staff_times(found) == {starts_at: first + more}
    assert none == []


# ------------------------------------------------------------------ the running day


async def look(today: Today, database: Database, now: int) -> tuple[int, int, int]:
    async with database.read() as tx:
        await today.look(tx, now)
    whole = today.figures({}).whole
    return whole.service.arrived, whole.service.answered, whole.offers.missed


async def test_the_running_day_follows_what_changes(database: Database, clinic: Clinic) -> None:
    del clinic
    today = Today(NETWORK, UTC)
    assert await look(today, database, NOW) == (0, 0, 0)
    ana = await one_ready(database, 2, NOW, changed_at=NOW)
    async with database.write() as tx:
        await roster.save_offer(tx, offer(1, OfferState.RINGING, NOW, ana))
    assert await look(today, database, NOW + SECOND) == (1, 0, 0)
    async with database.write() as tx:
        await roster.save_offer(tx, offer(1, OfferState.MISSED, NOW, ana))
        await put(
            tx,
            ana,
            NOW + 60 * SECOND,
            practitioner_id=rows.ANA.practitioner_id,
            accepted_at=NOW + 60 * SECOND,
            parked=False,
        )
    assert await look(today, database, NOW + 61 * SECOND) == (1, 1, 1)


async def test_a_new_day_begins_with_nothing(database: Database, clinic: Clinic) -> None:
    del clinic
    today = Today(NETWORK, UTC)
    await one_ready(database, 2, NOW)
    assert await look(today, database, NOW) == (1, 0, 0)
    assert await look(today, database, NOW + DAY) == (0, 0, 0)


# ------------------------------------------------------------------ saving


def observatory_of(database: Database, keyring: Keyring, folder: Path) -> Observatory:
    clock = ManualClock(NOW)
    core = Core(
        settings=Settings(data_dir=folder),
        clock=clock,
        database=database,
        keyring=keyring,
        blocking=InPlace(),
        random_bytes=os.urandom,
    )
    observatory = Observatory(core)
    observatory.of(NETWORK).staff.change(AWAY, IN_EXAM, NOW)
    clock.advance(10)
    return observatory


async def stored_ms(database: Database) -> int:
    async with database.read() as tx:
        return sum(one.in_exam_ms for one in await figures.staffing(tx, NETWORK, 0, NOW + DAY))


async def test_time_on_duty_is_saved_once(
    database: Database, clinic: Clinic, keyring: Keyring, tmp_path: Path
) -> None:
    del clinic
    observatory = observatory_of(database, keyring, tmp_path)
    await observatory.save()
    await observatory.save()
    await observatory.close()
    assert await stored_ms(database) == 10_000


@pytest.mark.parametrize(
    ("point", "stored"),
    [
        (FaultPoint.BEFORE_COMMIT, 10_000),  # kept for the next time
        (FaultPoint.AFTER_COMMIT, 10_000),  # there already
        (FaultPoint.COMMIT_LOST, 0),  # nobody knows: missing rather than twice
    ],
)
async def test_time_on_duty_never_counts_twice(
    database: Database,
    clinic: Clinic,
    keyring: Keyring,
    tmp_path: Path,
    faults: ScriptedFaults,
    point: FaultPoint,
    stored: int,
) -> None:
    del clinic
    observatory = observatory_of(database, keyring, tmp_path)
    with faults.failing(point), pytest.raises(StorageError):
        await observatory.save()
    await observatory.save()
    assert await stored_ms(database) == stored


async def test_time_on_duty_is_counted_by_the_home_alone(
    database: Database, clinic: Clinic, keyring: Keyring, tmp_path: Path
) -> None:
    del clinic
    observatory = observatory_of(database, keyring, tmp_path)
    counted = b"gfe_provider_online_seconds_total 10.0"
    await observatory.left(NETWORK)  # 10 s on duty are stored, and it is somebody else's
    assert observatory.by_network == {}
    assert await stored_ms(database) == 10_000
    await observatory.save()
    assert await stored_ms(database) == 10_000
    assert counted in await observatory.exposition(), "a counter does not fall"


async def test_time_on_duty_is_not_stored_by_who_lost_the_lease(
    database: Database, clinic: Clinic, keyring: Keyring, tmp_path: Path
) -> None:
    del clinic
    observatory = observatory_of(database, keyring, tmp_path)
    observatory.opened(NETWORK, Fenced(database, "switchboard:lost", lambda: None))
    with pytest.raises(LeaseLost):
        await observatory.save()
    await observatory.left(NETWORK)
    assert await stored_ms(database) == 0, "its next home counts it"
