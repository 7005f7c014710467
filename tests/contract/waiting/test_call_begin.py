"""The moment between an accept and its call: what is done, and what nobody waits for."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Final

from media.call import Call, Side
from media.control_messages import CreateLeg, Link
from media.leg_moves import PATIENT, Seat
from server.keyring import Keyring
from server.live.call_ports import CallPorts
from server.live.calls import CallBook
from server.live.legs import LegBook
from server.live.live_call import LiveCall
from server.relays.port import RelayId
from server.services import Core
from server.settings import Settings
from signaling import messages as wire
from tests.contract.waiting.test_desk import FIRST, Room, both_ready
from tests.contract.waiting.test_leg_book import CASEY, OFFER, Scene, connect
from tests.fake_relays import FakePool
from tests.fakes import InPlace

NETWORK: Final = "network"


class Pages:
    """What is told of a call, and a card that is not to be had before `shown` is set."""

    def __init__(self) -> None:
        self.told: list[tuple[str, wire.EventBase]] = []
        self.asked = asyncio.Event()
        self.shown = asyncio.Event()

    def ports(self) -> CallPorts:
        async def disclose(_encounter_id: str) -> None:
            self.asked.set()
            await self.shown.wait()

        async def nothing(*_what: object) -> None:
            return

        return CallPorts(
            tell=lambda recipient, event: self.told.append((recipient, event)),
            present=lambda _recipient: True,
            ice_servers=lambda _encounter_id, _side: [],
            disclose=disclose,
            unauthorized=nothing,
            lost=nothing,
            connected=lambda *_what: None,
            mismatched=lambda *_what: None,
            declared=lambda *_what: None,
            reported=nothing,
            ended=lambda _encounter_id: None,
        )


async def test_legs_are_linked_while_the_card_for_the_patient_is_read(
    room: Room, keyring: Keyring, tmp_path: Path
) -> None:
    await both_ready(room)
    core = Core(
        settings=Settings(data_dir=tmp_path),
        clock=room.clock,
        database=room.database,
        keyring=keyring,
        blocking=InPlace(),
        random_bytes=os.urandom,
    )
    pool = FakePool(answers={CreateLeg: OFFER})
    legs = Scene(LegBook(core, pool), pool, RelayId("embedded.01"))
    connect(legs)
    pool.add("embedded.01")
    await legs.look(CASEY)
    for seat, side in ((PATIENT, Side.PATIENT), (Seat(CASEY), Side.PRACTITIONER)):
        legs.answer(seat, 1)
        legs.connected(side, 1)
    pages = Pages()
    calls = CallBook(core, legs.book)
    calls.ports = pages.ports()
    live = LiveCall(FIRST, NETWORK, CASEY, Call(generation=1, started_at=0), "relay")
    beginning = asyncio.create_task(calls.begin(live))
    await pages.asked.wait()
    await legs.book.lanes.idle()
    assert len(legs.heard(wire.LegLinked)) == 2
    assert len(legs.asked(Link)) == 1
    assert pages.told == []
    pages.shown.set()
    await beginning
    assert [type(event) for _, event in pages.told] == [wire.CallStarted, wire.CallStarted]
    await legs.book.lanes.idle()
    await calls.close()
    await legs.book.close()
