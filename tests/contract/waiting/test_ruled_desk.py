"""The desk asks the rules: what is not open is not offered, what is closed rings no more."""

from __future__ import annotations

import pytest

from server import charting
from server.authority import eligibility_class
from server.chart.entries import RulesDecided, decode
from server.rulebooks.changing import cells_of, close_cells, open_cells
from server.rules.words import EXAMINING, Profession, TreatmentClass
from server.rulings.refusals import NotServed
from server.rulings.ruling import ruling_for
from server.services import Core
from server.storage import chart_log, encounters
from server.waiting.desk import Desk
from signaling import events
from signaling.identifiers import Instant
from tests.admitted import act_of, consented, located
from tests.contract.waiting.test_desk import ANA, FIRST, ON_DUTY, READY, TEXAS, Room, both_ready

EVERYTHING_IN_TEXAS = cells_of(["TX"], EXAMINING, TreatmentClass)
NURSES_IN_TEXAS = cells_of(["TX"], [Profession.NP], TreatmentClass)


async def close(room: Room, *, nurses_only: bool = False) -> None:
    """Close Texas a second later, as compliance would."""
    room.clock.advance(1.0)
    cells = NURSES_IN_TEXAS if nurses_only else EVERYTHING_IN_TEXAS
    async with room.database.write() as tx:
        assert await close_cells(tx, act_of("network-1", room.clock.now()), cells)


async def reopen(room: Room) -> None:
    room.clock.advance(1.0)
    async with room.database.write() as tx:
        await open_cells(tx, act_of("network-1", room.clock.now()), EVERYTHING_IN_TEXAS)


async def rulings(room: Room) -> list[RulesDecided]:
    async with room.database.read() as tx:
        stored = await chart_log.load(tx, FIRST, keyring=room.ledger.keyring)
    entries = [decode(one.plaintext) for one in stored]
    return [one for one in entries if isinstance(one, RulesDecided)]


async def seen(room: Room) -> None:
    """Let a batch pass, in which the desk looks at what changed."""
    await room.desk.submit(events.PatientSeen(FIRST), events.PractitionerSeen(ANA))


async def test_an_offer_says_by_which_rules_it_was_made(room: Room) -> None:
    await both_ready(room)
    (ruled,) = await rulings(room)
    assert (ruled.moment, ruled.practitioner_id) == ("offer", ANA)
    assert ruled.decision == "live_video_required"
    assert ruled.reasons
    assert not ruled.pinned


async def test_an_accept_pins_the_rules(room: Room) -> None:
    offer_id = await both_ready(room)
    await room.desk.submit(events.OfferAccepted(offer_id, ANA))
    assert [(one.moment, one.pinned) for one in await rulings(room)] == [
        ("offer", False),
        ("accept", True),
    ]


async def test_what_was_closed_is_offered_to_nobody_and_keeps_its_place(room: Room) -> None:
    await close(room)
    await room.desk.submit(READY, ON_DUTY)
    assert room.ringing() == []
    assert await room.visit() == "waiting"
    await reopen(room)
    await seen(room)
    assert len(room.ringing()) == 1, "opened again, it rings at the old place"


async def test_closing_withdraws_an_offer_that_rings(room: Room) -> None:
    await both_ready(room)
    await close(room)
    await seen(room)
    assert "offer.withdrawn" in await room.chart_kinds()
    last = (await rulings(room))[-1]
    assert (last.moment, last.decision, last.reason) == (
        "changed",
        "not_permitted",
        "not_served",
    )


async def test_closing_for_one_profession_leaves_the_patient_to_the_others(room: Room) -> None:
    await both_ready(room)  # Ana is an NP
    await close(room, nurses_only=True)
    await seen(room)
    assert room.desk.switchboard is not None
    (patient,) = room.desk.switchboard.waiting()
    others = frozenset({"MD", "DO", "PA"})
    assert patient.eligibility == eligibility_class("network-1", frozenset({"TX"}), others)
    assert room.desk.switchboard.offer_to(ANA) is None


async def test_a_room_that_opens_asks_the_rules_as_soon_as_somebody_serves(room: Room) -> None:
    await room.desk.submit(READY)
    await close(room, nurses_only=True)
    await room.stop()
    room.desk = Desk(room.desk._ports)  # that of the next home
    room.start()
    await room.desk.ready()
    assert room.desk.switchboard is not None
    (stored,) = room.desk.switchboard.waiting()
    assert stored.eligibility == TEXAS, "as its row says: nobody is there to be offered to"
    await room.desk.submit(ON_DUTY)
    await seen(room)
    assert room.desk.switchboard is not None
    (patient,) = room.desk.switchboard.waiting()
    others = frozenset({"MD", "DO", "PA"})
    assert patient.eligibility == eligibility_class("network-1", frozenset({"TX"}), others)
    assert room.ringing() == [], "Ana is an NP"


async def test_a_location_is_confirmed_for_a_day(room: Room) -> None:
    await room.desk.submit(READY)
    room.clock.advance(24 * 3_600.0)
    await room.desk.submit(ON_DUTY)
    assert room.ringing() == []


async def test_another_place_voids_consent_and_nobody_is_offered_until_it_is_given(
    room: Room,
) -> None:
    keyring, patient = room.ledger.keyring, charting.patient(FIRST)
    async with room.database.write() as tx:
        now = room.clock.now()
        await charting.write(tx, keyring, FIRST, patient, [located("NV")], now=now)
        await charting.write(tx, keyring, FIRST, patient, [located("TX")], now=now)
    await room.desk.submit(READY)
    await room.restart()
    await room.desk.submit(ON_DUTY)
    assert room.ringing() == []
    async with room.database.write() as tx:
        now = room.clock.now()
        await charting.write(tx, keyring, FIRST, patient, [consented("TX")], now=now)
    await room.desk.submit(events.ClassChanged(FIRST, TEXAS))
    await seen(room)
    assert len(room.ringing()) == 1


@pytest.mark.parametrize("moment", ["accept", "connect", "sign"])
async def test_what_was_closed_meanwhile_is_refused_whatever_was_pinned(
    room: Room, moment: str, core: Core
) -> None:
    offer_id = await both_ready(room)
    await room.desk.submit(events.OfferAccepted(offer_id, ANA))
    await close(room)
    async with room.database.write() as tx:
        encounter = await encounters.get(tx, FIRST)
        now = Instant(room.clock.now())
        ruling = await ruling_for(tx, core, encounter, ANA, now, moment=moment)  # type: ignore[arg-type]
        with pytest.raises(NotServed) as refused:
            ruling.require()
    assert refused.value.code == "not_served"


async def test_an_exam_is_judged_by_the_rules_that_it_began_under(
    room: Room, core: Core
) -> None:
    offer_id = await both_ready(room)
    await room.desk.submit(events.OfferAccepted(offer_id, ANA))
    async with room.database.write() as tx:
        encounter = await encounters.get(tx, FIRST)
        ruling = await ruling_for(tx, core, encounter, ANA, room.clock.now(), moment="sign")
    pinned = (await rulings(room))[-1]
    assert ruling.permitted
    assert ruling.entry.rules_sha256 == pinned.rules_sha256
