"""Offers, duty and calls, as the switchboard finds them again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from media.call import Call, CallState
from server.storage import encounters, roster
from server.storage.database import Database
from server.storage.errors import ConstraintBroken, OnDutyElsewhere
from signaling.identifiers import EncounterId, Instant, OfferId, PractitionerId
from signaling.offers import Declined, Offer, OfferState, RingTimedOut, settle
from signaling.participants import PractitionerStatus
from signaling.snapshot import DutyRow
from tests.contract.storage import rows
from tests.contract.storage.rows import NOW, SECOND, encounter

ANA, BEN = rows.ANA.practitioner_id, rows.BEN.practitioner_id
RINGING = Offer(
    OfferId("offer-1"),
    EncounterId("encounter-1"),
    PractitionerId(ANA),
    OfferState.RINGING,
    NOW,
    Instant(NOW + 15 * SECOND),
)
DUTY = DutyRow(
    practitioner_id=PractitionerId(ANA),
    status=PractitionerStatus.AVAILABLE,
    licence_count=3,
    idle_since=NOW,
    encounter_id=None,
    missed_offers=1,
    paused_until=Instant(NOW + SECOND),
    leaving=False,
)
pytestmark = pytest.mark.usefixtures("clinic")


async def test_an_offer_comes_back_as_it_was_and_as_it_was_settled(
    database: Database,
) -> None:
    declined = settle(RINGING, Declined("busy"), now=Instant(NOW + 1))
    async with database.write() as tx:
        await roster.save_offer(tx, RINGING)
        assert await roster.get_offer(tx, "offer-1") == RINGING
        await roster.save_offer(tx, declined)
        assert await roster.get_offer(tx, "offer-1") == declined
        assert await roster.get_offer(tx, "nothing") is None


async def test_offers_that_matter_to_a_rebuild(database: Database) -> None:
    missed = settle(
        replace(RINGING, offer_id=OfferId("offer-0"), rung_at=Instant(NOW - 9)),
        RingTimedOut(),
        now=NOW,
    )
    async with database.write() as tx:
        await roster.save_offer(tx, missed)
        await roster.save_offer(tx, RINGING)
    async with database.read() as tx:
        assert await roster.offers_since(tx, "network-1", NOW) == [missed, RINGING]
        assert await roster.offers_since(tx, "network-1", NOW + 1) == [RINGING]
        assert await roster.offers_since(tx, "network-2", 0) == []


@pytest.mark.parametrize(
    "second",
    [
        replace(RINGING, offer_id=OfferId("offer-2"), practitioner_id=PractitionerId(BEN)),
        replace(RINGING, offer_id=OfferId("offer-2"), encounter_id=EncounterId("encounter-2")),
    ],
    ids=["two practitioners for one patient", "two patients for one practitioner"],
)
async def test_the_schema_lets_one_offer_ring(database: Database, second: Offer) -> None:
    async with database.write() as tx:
        await encounters.create(tx, encounter(2))
        await roster.save_offer(tx, RINGING)
    with pytest.raises(ConstraintBroken):
        async with database.write() as tx:
            await roster.save_offer(tx, second)
    async with database.write() as tx:
        await roster.save_offer(tx, settle(RINGING, RingTimedOut(), now=NOW))
        await roster.save_offer(tx, second)


async def test_duty_comes_back_as_it_was(database: Database) -> None:
    in_exam = replace(
        DUTY,
        status=PractitionerStatus.IN_EXAM,
        encounter_id=EncounterId("encounter-1"),
        paused_until=None,
        leaving=True,
    )
    async with database.write() as tx:
        for row in (DUTY, in_exam):
            await roster.save_duty(tx, "network-1", row, now=NOW)
            assert await roster.duty_of(tx, "network-1") == [row]
        assert await roster.duty_of(tx, "network-2") == []


async def test_a_practitioner_is_on_duty_in_one_network(database: Database) -> None:
    async with database.write() as tx:
        await roster.save_duty(tx, "network-1", DUTY, now=NOW)
    with pytest.raises(OnDutyElsewhere):
        async with database.write() as tx:
            await roster.save_duty(tx, "network-2", DUTY, now=NOW)
    away = replace(DUTY, status=PractitionerStatus.AWAY)
    async with database.write() as tx:
        await roster.save_duty(tx, "network-1", away, now=NOW)
        assert await roster.duty_of(tx, "network-1") == []
        await roster.save_duty(tx, "network-2", DUTY, now=NOW)
        assert await roster.duty_of(tx, "network-2") == [DUTY]


async def test_a_call_has_a_row_per_generation(database: Database) -> None:
    first = Call(1, CallState.FAILED, NOW, ended_at=NOW + 10)
    second = Call(2, CallState.CONNECTING, NOW + 20)
    done = replace(
        second,
        patient_first_frame_at=NOW + 21,
        practitioner_first_frame_at=NOW + 22,
        connected_at=NOW + 22,
    )
    async with database.write() as tx:
        assert await roster.latest_generation(tx, "encounter-1") == 0
        for call, outcome in ((first, "failed"), (second, "connecting"), (done, "connected")):
            await roster.save_call(tx, "encounter-1", call, outcome=outcome)
        assert await roster.latest_generation(tx, "encounter-1") == 2
        assert await roster.calls_of(tx, "encounter-1") == [
            roster.CallRow(
                EncounterId("encounter-1"),
                1,
                "direct",
                NOW,
                None,
                None,
                None,
                NOW + 10,
                "failed",
            ),
            roster.CallRow(
                EncounterId("encounter-1"),
                2,
                "direct",
                NOW + 20,
                NOW + 21,
                NOW + 22,
                NOW + 22,
                None,
                "connected",
            ),
        ]
