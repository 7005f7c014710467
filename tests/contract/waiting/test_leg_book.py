"""The book of legs on a real database, with relays that say what they are told to."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from media.call import LegStale, Side
from media.control_messages import (
    AnswerLeg,
    CloseLeg,
    Command,
    ControlRefused,
    CreateLeg,
    Link,
    Observe,
    RestartLeg,
    SealCall,
)
from media.ice_effects import LegId
from media.leg_moves import PATIENT, Because, Seat
from media.relay_events import (
    CloseReason,
    LegClosed,
    LegConnected,
    LegResumed,
    LegStalled,
    LegStanding,
)
from server.errors import NotFound
from server.keyring import Keyring
from server.live.leg_adoption import Whereabouts
from server.live.leg_commands import leg_of
from server.live.leg_ports import LegPorts
from server.live.legs import LegBook
from server.relays.port import RelayId
from server.services import Core
from server.settings import Settings
from server.waiting.posting import CallStart
from signaling import messages as wire
from signaling.errors import SdpRejected
from tests.clients import an_offer
from tests.contract.waiting.test_desk import FIRST, Room, both_ready
from tests.fake_relays import FakePool
from tests.fakes import InPlace

CASEY = "practitioner-casey"
SESSION = "session-1"
OFFER = {"generation": 0, "sdp": "v=0 offer"}
AN_ANSWER = an_offer().replace("actpass", "active")


@dataclass
class Scene:
    """A book, its relays, and everything that was told."""

    book: LegBook
    pool: FakePool
    relay: RelayId
    told: list[tuple[Seat, wire.EventBase]] = field(default_factory=list)
    call: list[object] = field(default_factory=list)
    where: Whereabouts = ("line", None)
    ours: bool = True

    async def look(self, *rung: str, in_line: bool = True) -> None:
        await self.book.look(FIRST, in_line=in_line, here=True, rung=rung)
        await self.book.lanes.idle()

    def answer(self, seat: Seat, leg: int, restart: int = 0, sdp: str = AN_ANSWER) -> None:
        reply = wire.LegReply(type="answer", sdp=sdp)
        self.book.answer(
            seat,
            wire.LegAnswer(
                v=1,
                id="command-1",
                type="leg.answer",
                encounter_id=FIRST,
                leg=leg,
                restart=restart,
                description=reply,
            ),
            SESSION,
        )

    def connected(self, side: Side, leg: int) -> None:
        self.pool.tell(self.relay, LegConnected(name(side, leg)))

    async def in_call(self) -> None:
        await self.look(CASEY)
        for seat, side in ((PATIENT, Side.PATIENT), (Seat(CASEY), Side.PRACTITIONER)):
            self.answer(seat, 1)
            self.connected(side, 1)
        self.book.accepting(FIRST)
        await self.book.begun(FIRST, CASEY, relayed=True)
        await self.book.lanes.idle()

    def asked(self, kind: type[Command]) -> list[Command]:
        return [command for _, command in self.pool.asked if isinstance(command, kind)]

    def heard(self, kind: type[wire.EventBase]) -> list[wire.EventBase]:
        return [event for _, event in self.told if isinstance(event, kind)]


def name(side: Side, leg: int) -> LegId:
    return LegId(f"{FIRST}.{side.value}.{leg}")


@pytest.fixture
async def legs(room: Room, keyring: Keyring, tmp_path: Path) -> AsyncIterator[Scene]:
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
    scene = Scene(LegBook(core, pool), pool, RelayId("embedded.01"))
    connect(scene)
    pool.add("embedded.01")
    yield scene
    await scene.book.lanes.idle()
    await scene.book.close()


def connect(scene: Scene) -> None:
    async def direct(_encounter_id: str, because: Because) -> None:
        scene.call.append(because)

    async def stalled(_encounter_id: str, side: Side) -> None:
        scene.call.append(("stalled", side))

    async def flowing(_encounter_id: str, side: Side) -> None:
        scene.call.append(("flowing", side))

    async def mismatch(_encounter_id: str) -> None:
        scene.call.append("mismatch")

    async def whereabouts(_encounter_id: str) -> Whereabouts:
        return scene.where

    async def still_ours() -> bool:
        return scene.ours

    scene.book.ports = LegPorts(
        tell=lambda _encounter_id, seat, event: scene.told.append((seat, event)),
        ice_servers=lambda _encounter_id, _side: [],
        direct=direct,
        stalled=stalled,
        flowing=flowing,
        mismatch=mismatch,
        whereabouts=whereabouts,
        still_ours=still_ours,
    )


async def test_who_waits_and_who_is_rung_are_offered_a_leg(legs: Scene, room: Room) -> None:
    await legs.look(CASEY)
    assert [seat for seat, _ in legs.told] == [PATIENT, CASEY]
    assert legs.asked(CreateLeg) == [
        CreateLeg(name(Side.PATIENT, 1)),
        CreateLeg(name(Side.PRACTITIONER, 1)),
    ]
    assert (await room.chart_kinds()).count("leg.offered") == 2
    assert legs.book.has_seat(FIRST, CASEY)
    assert not legs.book.has_seat(FIRST, "practitioner-avery")


async def test_an_offer_that_is_over_takes_its_leg_along(legs: Scene) -> None:
    await legs.look(CASEY)
    await legs.look()
    assert legs.asked(CloseLeg) == [CloseLeg(name(Side.PRACTITIONER, 1))]
    closed = legs.heard(wire.LegClosed)
    assert [one.model_dump()["reason"] for one in closed] == ["offer_over"]


async def test_an_accept_observes_links_and_tells_both(legs: Scene, room: Room) -> None:
    assert legs.book.start(FIRST) == CallStart("direct", "leg_not_connected")
    await legs.look(CASEY)
    assert legs.book.start(FIRST) == CallStart("relay")
    await legs.in_call()
    one, other = name(Side.PATIENT, 1), name(Side.PRACTITIONER, 1)
    assert legs.asked(Observe) == [Observe(f"{FIRST}.1", one, other)]
    assert legs.asked(Link) == [Link(one, other)]
    assert len(legs.heard(wire.LegLinked)) == 2
    assert legs.asked(AnswerLeg)[0] == AnswerLeg(one, 0, AN_ANSWER)
    assert "leg.connected" in await room.chart_kinds()


async def test_while_an_accept_is_committed_nobody_loses_a_leg(legs: Scene) -> None:
    await legs.look(CASEY)
    legs.book.accepting(FIRST)
    await legs.look(in_line=False)
    assert legs.asked(CloseLeg) == []


async def test_a_stall_is_told_to_the_call_and_so_is_its_end(legs: Scene) -> None:
    await legs.in_call()
    legs.pool.answers[RestartLeg] = {"generation": 1, "sdp": "v=0 again"}
    legs.pool.tell(legs.relay, LegStalled(name(Side.PATIENT, 1)))
    await legs.book.lanes.idle()
    assert legs.call == [("stalled", Side.PRACTITIONER)]
    again = legs.heard(wire.LegOffered)[-1].model_dump()
    assert (again["leg"], again["restart"]) == (1, 1)
    legs.answer(PATIENT, 1, restart=1)
    legs.pool.tell(legs.relay, LegResumed(name(Side.PATIENT, 1)))
    await legs.book.lanes.idle()
    assert legs.call[-1] == ("flowing", Side.PRACTITIONER)


async def test_a_stale_answer_an_unsafe_one_and_a_strangers_are_refused(legs: Scene) -> None:
    await legs.look()
    with pytest.raises(LegStale):
        legs.answer(PATIENT, 2)
    with pytest.raises(SdpRejected):
        legs.answer(PATIENT, 1, sdp="v=0")
    with pytest.raises(NotFound):
        legs.answer(Seat(CASEY), 1)
    legs.answer(PATIENT, 1)
    with pytest.raises(LegStale):
        legs.answer(PATIENT, 1)


async def test_a_page_without_a_path_gets_a_restart_and_another_leg(
    legs: Scene, room: Room
) -> None:
    await legs.in_call()
    room.clock.advance(5.0)
    refresh = wire.LegRefresh(
        v=1,
        id="command-2",
        type="leg.refresh",
        encounter_id=FIRST,
        leg=1,
        reason="network",
    )
    legs.book.refresh(PATIENT, refresh)
    legs.book.refresh(PATIENT, refresh)
    await legs.book.lanes.idle()
    assert legs.asked(RestartLeg) == [RestartLeg(name(Side.PATIENT, 1))]
    assert legs.asked(CreateLeg)[-1] == CreateLeg(name(Side.PATIENT, 2))
    assert legs.call == [], "the other side still sees and hears"


async def test_a_leg_that_its_page_gives_up_is_closed_and_another_follows(
    legs: Scene,
) -> None:
    await legs.look()
    failed = wire.LegFailed(
        v=1,
        id="command-3",
        type="leg.failed",
        encounter_id=FIRST,
        leg=1,
        reason="connection_failed",
    )
    legs.book.give_up(PATIENT, failed)
    await legs.book.lanes.idle()
    assert legs.asked(CloseLeg) == [CloseLeg(name(Side.PATIENT, 1))]
    with pytest.raises(LegStale):
        legs.book.give_up(PATIENT, failed)


async def test_an_answer_that_the_relay_refuses_closes_the_leg(legs: Scene) -> None:
    legs.pool.answers[AnswerLeg] = ControlRefused("answer_refused", "no")
    await legs.look()
    legs.answer(PATIENT, 1)
    await legs.book.lanes.idle()
    closed = legs.heard(wire.LegClosed)[-1].model_dump()
    assert (closed["leg"], closed["reason"]) == (1, "failed")


async def test_a_full_relay_makes_the_call_direct_and_says_so(legs: Scene) -> None:
    legs.pool.answers[CreateLeg] = ControlRefused("legs_full", "no room")
    await legs.look()
    legs.pool.change(legs.relay, "draining")
    assert legs.book.start(FIRST) == CallStart("direct", "relay_full")


async def test_a_refused_link_is_no_link(legs: Scene) -> None:
    legs.pool.answers[Link] = ControlRefused("generation_stale", "no")
    await legs.in_call()
    assert legs.heard(wire.LegLinked) == []


async def test_what_cannot_be_witnessed_is_linked_all_the_same(legs: Scene) -> None:
    legs.pool.answers[Observe] = ControlRefused("calls_full", "no")
    await legs.in_call()
    assert len(legs.heard(wire.LegLinked)) == 2


@pytest.mark.safeguard("V17.2.8")
async def test_another_certificate_is_told_to_the_call(legs: Scene) -> None:
    await legs.in_call()
    closed = LegClosed(name(Side.PATIENT, 1), CloseReason.FINGERPRINT)
    legs.pool.tell(legs.relay, closed)
    await legs.book.lanes.idle()
    assert "mismatch" in legs.call


async def test_the_end_of_a_call_seals_what_was_witnessed(legs: Scene) -> None:
    await legs.in_call()
    legs.book.ended(FIRST)
    await legs.book.lanes.idle()
    assert legs.asked(SealCall) == [SealCall(f"{FIRST}.1")]
    assert len(legs.asked(CloseLeg)) == 2
    assert not legs.book.has_seat(FIRST, CASEY)


async def test_numbers_go_on_in_a_process_that_begins(
    legs: Scene, room: Room, keyring: Keyring, tmp_path: Path
) -> None:
    await legs.in_call()
    core = Core(
        settings=Settings(data_dir=tmp_path),
        clock=room.clock,
        database=room.database,
        keyring=keyring,
        blocking=InPlace(),
        random_bytes=os.urandom,
    )
    pool = FakePool(answers={CreateLeg: OFFER})
    later = Scene(LegBook(core, pool), pool, legs.relay)
    connect(later)
    pool.add("embedded.01")
    await later.look(CASEY)
    assert pool.asked[0][1] == CreateLeg(name(Side.PATIENT, 2))
    await later.book.close()


async def test_legs_of_a_call_are_adopted_and_those_of_nobody_are_closed(
    legs: Scene,
) -> None:
    one, other = name(Side.PATIENT, 1), name(Side.PRACTITIONER, 1)
    forgotten = LegId("encounter-9.patient.1")
    legs.where = ("call", Seat(CASEY))
    legs.pool.kept = {
        legs.relay: [
            LegStanding(name(Side.PATIENT, 2), answered=False, secured=False, linked_to=None),
            LegStanding(one, answered=True, secured=True, linked_to=other),
            LegStanding(other, answered=True, secured=True, linked_to=one),
        ]
    }
    await legs.book.restored(FIRST, CASEY)
    legs.book.open()
    await legs.book.lanes.idle()
    assert legs.asked(CloseLeg) == [CloseLeg(name(Side.PATIENT, 2))]
    assert legs.asked(CreateLeg) == []
    found = legs.book.legs(FIRST)
    assert found is not None
    assert found.linked is not None
    legs.where = ("over", None)
    legs.pool.kept = {
        legs.relay: [LegStanding(forgotten, answered=True, secured=True, linked_to=None)]
    }
    legs.pool.change(legs.relay, "up")
    await legs.book.lanes.idle()
    assert CloseLeg(forgotten) in legs.asked(CloseLeg)


async def test_a_home_that_is_somebody_elses_by_now_has_relays_do_nothing(legs: Scene) -> None:
    await legs.in_call()
    before = list(legs.pool.asked)
    legs.ours = False  # it was stopped: what is due now is another's to decide
    legs.book.ended(FIRST)
    await legs.book.lanes.idle()
    assert legs.pool.asked == before


async def test_without_relays_nobody_has_legs(
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
    book = LegBook(core, None)
    await book.look(FIRST, in_line=True, here=True, rung=[CASEY])
    assert not book.has_seat(FIRST, CASEY)
    assert book.start(FIRST) == CallStart()


@pytest.mark.parametrize("text", ["", "x", "x.patient", "x.nobody.1", "x.patient.one", ".p.1"])
def test_a_name_that_is_none_of_ours_is_nobodys(text: str) -> None:
    assert leg_of(text) is None
