"""A controlled drug at the desk: who is registered is offered, and only within the window."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from server import charting
from server.authority import eligibility_class
from server.chart.entries import AnyEntry, IntakeTreatments
from server.dea import DeaRegistration
from server.rulebooks.changing import set_switches
from server.rulebooks.switches import Switches
from server.rules.snapshot import instant_of
from server.rulings.controlled import allowed_in
from server.rulings.ruling import ruling_for
from server.services import Core
from server.storage import dea, directory, encounters
from signaling import events
from signaling.messages import TreatmentRef
from tests.admitted import act_of, intake
from tests.contract.storage import rows
from tests.contract.waiting.test_desk import ANA, FIRST, ON_DUTY, Room

PHENTERMINE = TreatmentRef(treatment_class="weight_loss_drug", product="phentermine")
BEFORE = instant_of(datetime.fromisoformat("2026-12-15T12:00:00+00:00"))
AFTER = instant_of(datetime.fromisoformat("2027-01-02T12:00:00+00:00"))
LICENCE = replace(
    rows.LICENCE, authority_id="fl", jurisdiction="FL", valid_until=AFTER * 2, verified_at=1
)
PHYSICIAN = replace(rows.PHYSICIAN, jurisdiction="FL", active_from=1, active_until=AFTER * 2)
DEA = DeaRegistration("dea-1", "FL", "AB1234563", AFTER * 2, BEFORE, "Credentialing", "DEA")


async def in_florida(room: Room, now: int) -> None:
    """Let the patient be in Florida for phentermine, and the operator allow it."""
    room.clock.advance((now - room.clock.now()) / 1_000_000)
    async with room.database.write() as tx:
        said: list[AnyEntry] = [
            *intake("FL", treatments=[PHENTERMINE]),
            IntakeTreatments(treatments=[PHENTERMINE]),
        ]
        patient = charting.patient(FIRST)
        await charting.write(tx, room.ledger.keyring, FIRST, patient, said, now=now)
        await encounters.set_jurisdiction(tx, FIRST, "FL", now=now)
        await directory.add_authority(tx, ANA, LICENCE)
        await directory.add_collaboration(tx, "fl", ANA, PHYSICIAN)
        act = act_of("network-1", now)
        await set_switches(tx, act, "compliance", Switches(controlled_enabled=True))


async def ready(room: Room, core: Core) -> None:
    """Take a place in the class that the rules give."""
    async with room.database.read() as tx:
        encounter = await encounters.get(tx, FIRST)
        ruling = await ruling_for(tx, core, encounter, None, room.clock.now(), lock=False)
    eligibility = ruling.eligibility("network-1")
    place = events.PatientReady(FIRST, eligibility, place=1, ready_at=room.clock.now())
    await room.desk.submit(place, ON_DUTY)


async def test_only_who_is_registered_is_offered_a_controlled_drug(
    room: Room, core: Core
) -> None:
    await in_florida(room, BEFORE)
    await ready(room, core)
    assert room.ringing() == []
    async with room.database.write() as tx:
        await dea.add(tx, ANA, DEA)
    await room.desk.submit(events.PatientSeen(FIRST), events.PractitionerSeen(ANA))
    (offer,) = room.ringing()
    await room.desk.submit(events.OfferAccepted(offer.offer.offer_id, ANA))
    assert await room.visit() == "in_progress"


@pytest.mark.parametrize(
    ("now", "registered", "allowed"),
    [(BEFORE, True, True), (BEFORE, False, False), (AFTER, True, False)],
    ids=["case 13", "no registration", "case 14"],
)
async def test_a_controlled_drug_is_ordered_only_within_the_window_and_by_who_is_registered(
    room: Room, core: Core, *, now: int, registered: bool, allowed: bool
) -> None:
    await in_florida(room, now)
    async with room.database.write() as tx:
        if registered:
            await dea.add(tx, ANA, DEA)
        encounter = replace(await encounters.get(tx, FIRST), practitioner_id=ANA)
        may = await allowed_in(tx, core, encounter, "weight_loss_drug", now, lock=True)
    assert may("phentermine", "IV") is allowed
    nobody = replace(encounter, practitioner_id=None)
    async with room.database.read() as tx:
        without = await allowed_in(tx, core, nobody, "weight_loss_drug", now)
    assert not without("phentermine", "IV")


async def test_the_name_of_the_class_says_that_a_registration_is_needed(
    room: Room, core: Core
) -> None:
    await in_florida(room, BEFORE)
    async with room.database.read() as tx:
        encounter = await encounters.get(tx, FIRST)
        ruling = await ruling_for(tx, core, encounter, None, BEFORE, lock=False)
    named = eligibility_class("network-1", frozenset({"FL"}), registered=True)
    assert ruling.eligibility("network-1") == named
    assert named.endswith(";dea")
