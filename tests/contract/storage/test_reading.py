"""Who may read an encounter besides its examiner: by part, by supervision, in an emergency."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server import charting
from server.authority import Collaboration
from server.keyring import Keyring
from server.storage import chart_log, directory, encounters, reading, roster
from server.storage.database import Database
from server.storage.reading import Readers
from server.storage.statements import Tx
from signaling.identifiers import EncounterId, Instant, OfferId, PractitionerId
from signaling.offers import Offer, OfferState
from tests.contract.storage.opened import HOUR, opened
from tests.contract.storage.rows import (
    ANA,
    BEN,
    DAY,
    NOW,
    PHYSICIAN,
    SECOND,
    account_of,
    encounter,
    put,
)

IDA = replace(
    ANA,
    practitioner_id="practitioner-ida",
    account_id="account-ida",
    display_name="Ida Lund",
    profession="MD",
)
SUPERVISES = replace(PHYSICIAN, physician_id=IDA.practitioner_id)

pytestmark = pytest.mark.usefixtures("clinic")


async def readers(tx: Tx, now: int = NOW, encounter_id: str = "encounter-1") -> Readers:
    return await reading.readers_of(tx, await encounters.get(tx, encounter_id), now=now)


async def answers_for_ana(tx: Tx, collaboration: Collaboration) -> None:
    await directory.add_account(tx, account_of(IDA))
    await directory.add_practitioner(tx, IDA)
    await directory.add_collaboration(tx, "supervises", ANA.practitioner_id, collaboration)


async def offered(
    tx: Tx, who: str, state: OfferState, number: int = 1, encounter_id: str = "encounter-1"
) -> None:
    rung = Offer(
        offer_id=OfferId(f"offer-{number}"),
        encounter_id=EncounterId(encounter_id),
        practitioner_id=PractitionerId(who),
        state=state,
        rung_at=NOW,
        expires_at=Instant(NOW + 10 * SECOND),
        settled_at=Instant(NOW + SECOND),
    )
    await roster.save_offer(tx, rung)


async def test_an_accepted_offer_lets_read_and_no_other_one_does(database: Database) -> None:
    async with database.write() as tx:
        await offered(tx, ANA.practitioner_id, OfferState.ACCEPTED)
        await offered(tx, BEN.practitioner_id, OfferState.DECLINED, 2)
        assert await readers(tx) == Readers(part=frozenset({ANA.practitioner_id}))
        await encounters.create(tx, encounter(2))
        assert await readers(tx, encounter_id="encounter-2") == Readers()


async def test_who_wrote_in_the_chart_was_in_it(database: Database, keyring: Keyring) -> None:
    """So does a review that was begun and given back, which no offer came before."""
    async with database.write() as tx:
        entries = [
            ("review.begun", charting.practitioner(BEN.practitioner_id), b"{}"),
            ("vitals.taken", "staff:account-staff", b"{}"),
        ]
        await chart_log.append(tx, "encounter-1", entries, keyring=keyring, now=NOW)
        assert await readers(tx) == Readers(part=frozenset({BEN.practitioner_id}))


@pytest.mark.parametrize(("jurisdiction", "there"), [("NV", True), ("TX", True), ("AZ", False)])
async def test_a_supervisor_reads_where_the_patient_or_the_site_is(
    database: Database, jurisdiction: str, *, there: bool
) -> None:
    async with database.write() as tx:
        await answers_for_ana(tx, replace(SUPERVISES, jurisdiction=jurisdiction))
        who = {"practitioner_id": ANA.practitioner_id}
        await put(tx, "encounter-1", NOW, jurisdiction="NV", **who)  # the site is in Texas
        found = frozenset({IDA.practitioner_id}) if there else frozenset()
        assert await readers(tx) == Readers(supervisors=found)


@pytest.mark.parametrize(
    ("signed_at", "now", "there"),
    [
        (None, NOW, True),
        (NOW, NOW + 40 * DAY, True),  # when it was signed
        (NOW - 40 * DAY, NOW, True),  # now
        (NOW - 40 * DAY, NOW + 40 * DAY, False),  # before, and after
        (None, NOW + 30 * DAY, False),  # it ends just before
        (None, NOW - 31 * DAY, False),
    ],
)
async def test_a_supervisor_reads_what_was_signed_then_and_everything_now(
    database: Database, signed_at: int | None, now: int, *, there: bool
) -> None:
    async with database.write() as tx:
        await answers_for_ana(tx, SUPERVISES)
        who = {"practitioner_id": ANA.practitioner_id, "jurisdiction": "TX"}
        await put(tx, "encounter-1", NOW, signed_at=signed_at, **who)
        assert bool((await readers(tx, now)).supervisors) is there


async def test_a_physician_without_a_sign_in_here_supervises_no_chart(
    database: Database,
) -> None:
    async with database.write() as tx:
        await put(
            tx, "encounter-1", NOW, jurisdiction="TX", practitioner_id=ANA.practitioner_id
        )
        assert await readers(tx) == Readers()
        await answers_for_ana(tx, SUPERVISES)
        assert (await readers(tx)).supervisors == {IDA.practitioner_id}
        await put(tx, "encounter-1", NOW, practitioner_id=BEN.practitioner_id)
        assert await readers(tx) == Readers(), "it is somebody else's, for whom she answers not"
        await put(tx, "encounter-1", NOW, practitioner_id=None)
        assert await readers(tx) == Readers()


async def test_what_is_opened_in_an_emergency_is_all_of_one_patient_for_an_hour(
    database: Database, keyring: Keyring
) -> None:
    ana = frozenset({ANA.practitioner_id})
    async with database.write() as tx:
        await encounters.create(tx, encounter(2))
        elsewhere = encounter(3, network_id="network-2")
        await encounters.create(tx, elsewhere)
        await opened(tx, keyring, "emergency-1")
        for one in ("encounter-1", "encounter-2"):
            assert (await readers(tx, encounter_id=one)).emergency == ana
            assert (await readers(tx, NOW + HOUR, one)).emergency == frozenset()
        assert await readers(tx, encounter_id="encounter-3") == Readers(), "another network"


async def test_lists_have_what_one_was_in_or_supervises_and_not_what_one_has(
    database: Database,
) -> None:
    ana, ida = ANA.practitioner_id, IDA.practitioner_id
    async with database.write() as tx:
        await answers_for_ana(tx, SUPERVISES)
        for number in range(2, 6):
            await encounters.create(tx, encounter(number, requested_at=NOW + number * SECOND))
        await put(tx, "encounter-1", NOW, practitioner_id=ana, jurisdiction="TX", signed_at=NOW)
        await put(tx, "encounter-2", NOW, practitioner_id=ana, jurisdiction="TX")  # unsigned
        await offered(tx, ida, OfferState.ACCEPTED, 3, "encounter-3")  # given back since
        await offered(tx, ida, OfferState.ACCEPTED, 4, "encounter-4")
        await put(tx, "encounter-4", NOW, practitioner_id=ida)  # it is hers still
        await offered(tx, ida, OfferState.DECLINED, 5, "encounter-5")

        async def listed(before: int = NOW + DAY, network: str = "network-1") -> list[object]:
            found = await reading.readable_by(tx, ida, network, now=NOW, before=before, limit=9)
            return [(one.encounter.encounter_id, one.supervised) for one in found]

        assert await listed() == [("encounter-3", False), ("encounter-1", True)]
        assert await listed(before=NOW + 3 * SECOND) == [("encounter-1", True)]
        assert await listed(network="network-2") == []


async def test_a_patients_charts_are_those_that_were_begun_the_last_first(
    database: Database,
) -> None:
    async with database.write() as tx:
        for number in (2, 3):
            await encounters.create(tx, encounter(number, requested_at=NOW + number * SECOND))
        await put(tx, "encounter-1", NOW, jurisdiction="TX")
        await put(tx, "encounter-3", NOW, jurisdiction="NV")
        found = await reading.of_patient(tx, "patient-1", "network-1", limit=9)
        assert [one.encounter_id for one in found] == ["encounter-3", "encounter-1"]
        assert await reading.of_patient(tx, "patient-1", "network-2", limit=9) == []
