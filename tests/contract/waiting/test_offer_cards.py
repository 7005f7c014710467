"""A practitioner is shown the card of their own offer, and of no other one."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from server import charting
from server.auditing import AuditUnavailable
from server.chart.entries import AnyEntry, IntakeIdentity, IntakeTreatments
from server.keyring import Keyring
from server.live.calls import CallBook
from server.live.connections import Connections
from server.live.hub import LiveHub
from server.live.legs import LegBook
from server.live.operations import Operations
from server.live.presenter import Presenter
from server.live.ringing import TRIES_MAX, card_to_ring
from server.live.settling import Settling
from server.live.showing import OFFER, AuditedPresenter
from server.services import Core
from server.settings import Settings
from server.storage import audit
from server.storage.faults import FaultPoint, ScriptedFaults
from server.views import IdentityForm
from server.waiting.desks import Desks
from signaling.identifiers import OfferId
from signaling.messages import TreatmentRef
from signaling.offers import Offer
from tests.contract.storage import rows
from tests.contract.waiting.test_desk import FIRST, Room, both_ready
from tests.fakes import InPlace

NO_OPERATIONS = cast("Operations", None)  # cards are not their page
IDENTITY = IdentityForm(
    legal_name="Zephyrine Quillfeather",
    birth_date="1987-03-14",
    phone="512 555 0100",
    emergency_name="Luis",
    emergency_phone="512 555 0101",
    language="en",
)


async def presenter_of(
    room: Room, keyring: Keyring, folder: Path, made: type[Presenter] = Presenter
) -> Presenter:
    async with room.database.write() as tx:
        said: list[AnyEntry] = [
            IntakeIdentity(identity=IDENTITY),
            IntakeTreatments(treatments=[TreatmentRef(treatment_class="neurotoxin")]),
        ]
        await charting.write(tx, keyring, FIRST, "patient:1", said, now=rows.NOW)
    core = Core(
        settings=Settings(data_dir=folder),
        clock=room.clock,
        database=room.database,
        keyring=keyring,
        blocking=InPlace(),
        random_bytes=os.urandom,
    )
    presenter = made(
        core, cast("Desks", SimpleNamespace(of=lambda _: room.desk)), NO_OPERATIONS
    )
    no_servers = SimpleNamespace(ports=SimpleNamespace(ice_servers=lambda *_: []))
    presenter.calls = cast("CallBook", no_servers)
    return presenter


async def test_a_ringing_offer_shows_age_and_place_but_no_name(
    room: Room, keyring: Keyring, tmp_path: Path
) -> None:
    presenter = await presenter_of(room, keyring, tmp_path)
    await both_ready(room)
    card = await presenter.offer_card(room.ringing()[-1].offer)
    assert card is not None
    assert (card.age_years, card.site_jurisdiction) == (38, "TX")
    assert "Quillfeather" not in card.model_dump_json()


async def test_an_offer_that_was_replaced_meanwhile_shows_nothing(
    room: Room, keyring: Keyring, tmp_path: Path
) -> None:
    """While the chart is read, the patient may be offered to somebody else."""
    presenter = await presenter_of(room, keyring, tmp_path)
    await both_ready(room)
    earlier = replace(room.ringing()[-1].offer, offer_id=OfferId("an-earlier-offer"))
    assert await presenter.offer_card(earlier) is None


async def test_an_offer_that_rings_is_one_reading_however_often_it_is_shown(
    room: Room, keyring: Keyring, tmp_path: Path
) -> None:
    presenter = await presenter_of(room, keyring, tmp_path, AuditedPresenter)
    await both_ready(room)
    offer = room.ringing()[-1].offer
    for _ in range(3):
        assert await presenter.offer_card(offer) is not None
    async with room.database.read() as tx:
        [entry] = await audit.pending(tx, limit=9)
    assert entry.actor == charting.practitioner(offer.practitioner_id)
    assert (entry.encounter_id, entry.route) == (offer.encounter_id, OFFER)


async def test_an_offer_whose_reading_cannot_be_entered_does_not_ring(
    room: Room, keyring: Keyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    presenter = await presenter_of(room, keyring, tmp_path, AuditedPresenter)
    await both_ready(room)
    faults = ScriptedFaults()
    monkeypatch.setattr(room.database, "_faults", faults)
    with faults.failing(FaultPoint.BEFORE_COMMIT), pytest.raises(AuditUnavailable):
        await presenter.offer_card(room.ringing()[-1].offer)


async def test_an_offer_rings_when_its_reading_can_be_entered_a_moment_later(
    room: Room, keyring: Keyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    presenter = await presenter_of(room, keyring, tmp_path, AuditedPresenter)
    await both_ready(room)
    faults = ScriptedFaults()
    monkeypatch.setattr(room.database, "_faults", faults)
    offer = room.ringing()[-1].offer
    refused = faults.failing(FaultPoint.BEFORE_COMMIT, times=TRIES_MAX)
    with refused, pytest.raises(AuditUnavailable):
        await card_to_ring(presenter, offer, pause_s=0)
    with faults.failing(FaultPoint.BEFORE_COMMIT, times=TRIES_MAX - 1):
        assert await card_to_ring(presenter, offer, pause_s=0) is not None


async def test_the_pages_of_an_encounter_change_though_its_offer_cannot_be_shown(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    await both_ready(room)
    ringing = room.ringing()[-1]
    told: asyncio.Queue[str] = asyncio.Queue()

    async def unreadable(_: Offer) -> None:
        raise LookupError

    nothing = SimpleNamespace(settings=SimpleNamespace(away_after_s=1))
    hub = LiveHub(
        cast("Core", nothing),
        "network-1",
        cast("Desks", nothing),
        cast("Connections", nothing),
        cast("Presenter", SimpleNamespace(offer_card=unreadable)),
        cast("CallBook", nothing),
        cast("LegBook", nothing),
        Settling(frozenset),
    )
    monkeypatch.setattr(hub, "encounter_changed", told.put_nowait)
    hub.tell("network-1", [ringing])
    async with asyncio.timeout(5):
        assert await told.get() == ringing.offer.encounter_id
    await hub.close()
