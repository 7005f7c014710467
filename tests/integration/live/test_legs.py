"""Calls through a relay: the real server, its own relay, and pages with real peers."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from server.clock import SystemClock
from server.rehearsal.practitioner import Practitioner
from server.relays.folder import RelayFolder
from server.views import ChartView
from signaling import messages as wire
from tests.clients import Attendee, Scene, scene
from tests.leg_pages import LegPage
from tests.servers import RunningServer, Serving

PATIENCE_S = 20.0
TOLD_S = 5.0


@pytest.fixture(scope="module")
def relayed_server(
    tmp_path_factory: pytest.TempPathFactory, serving: Serving
) -> Iterator[RunningServer]:
    """A server with a relay of its own."""
    with serving(tmp_path_factory.mktemp("relayed"), calls="relay", relay_port="0") as running:
        yield running


@pytest.fixture
async def relayed_clinic(relayed_server: RunningServer) -> AsyncIterator[Scene]:
    async with scene(relayed_server) as people:
        yield people


class Pair:
    """A patient and a practitioner with their pages."""

    def __init__(self, clinic: Scene, ana: Attendee, avery: Practitioner) -> None:
        self.clinic = clinic
        self.ana = ana
        self.avery = avery
        self.encounter_id = ana.encounter_id

    async def accepted(self) -> None:
        """Accept, once both legs are answered."""
        offer = await self.avery.offer_for(self.encounter_id, PATIENCE_S)
        await self.avery.socket.expect(wire.LegOffered)
        await self.avery.accept(offer)
        self.clinic._examined.append((self.avery, self.encounter_id))

    async def chart_kinds(self) -> list[str]:
        chart = await self.avery.read_chart(self.encounter_id)
        return kinds_of(chart)


def kinds_of(chart: ChartView) -> list[str]:
    return [line.kind for line in chart.entries]


@asynccontextmanager
async def waiting_pair(clinic: Scene) -> AsyncIterator[tuple[Pair, LegPage, LegPage]]:
    """A patient who waits with a connected leg, and a practitioner who is rung."""
    ana = await clinic.ready_patient()
    async with LegPage.open(ana.socket, ana.encounter_id, SystemClock()) as patient_page:
        await ana.join()
        await patient_page.connected(1)
        avery = await clinic.practitioner("avery", on_duty=False)
        async with LegPage.open(avery.socket, ana.encounter_id, SystemClock()) as console:
            await avery.come_on_duty()  # a leg may be offered before this returns
            yield Pair(clinic, ana, avery), patient_page, console


@asynccontextmanager
async def linked_pair(clinic: Scene) -> AsyncIterator[tuple[Pair, LegPage, LegPage]]:
    """Both in a call, each seeing the other."""
    async with waiting_pair(clinic) as (pair, patient_page, console):
        await pair.accepted()
        for page in (patient_page, console):
            began = await page.socket.expect(wire.CallStarted)
            assert began.setup.mode == "relay"
            linked = await page.socket.expect(wire.LegLinked)
            await page.seen(linked.leg, 2)
            await page.socket.ask(
                "call.first_frame",
                encounter_id=pair.encounter_id,
                generation=began.setup.generation,
                since_accept_ms=1,
            )
        for page in (patient_page, console):
            await page.socket.expect(
                wire.CallChanged, lambda event: event.call.state == "connected"
            )
        yield pair, patient_page, console


async def state(page: LegPage, wanted: str) -> wire.CallStatus:
    told = await page.socket.expect(
        wire.CallChanged, lambda event: event.call.state == wanted, within_s=PATIENCE_S
    )
    return told.call


async def test_an_accepted_call_flows_over_legs_that_were_there_before(
    relayed_clinic: Scene,
) -> None:
    async with linked_pair(relayed_clinic) as (pair, _, console):
        status = console.socket.of(wire.CallChanged)[-1].call
        assert (status.mode, status.interrupted_at_ms) == ("relay", None)
        kinds = await pair.chart_kinds()
        assert kinds.count("leg.linked") == 2
        assert kinds.index("leg.connected") < kinds.index("call.started")
        await pair.avery.hang_up(pair.encounter_id)
        for side in (pair.ana, pair.avery):
            assert (await side.socket.expect(wire.LegClosed)).reason == "call_over"


async def test_a_stalled_leg_is_replaced_and_the_other_side_keeps_its_own(
    relayed_clinic: Scene,
) -> None:
    async with linked_pair(relayed_clinic) as (pair, patient_page, console):
        await patient_page.break_off(1)
        interrupted = await state(console, "interrupted")
        assert interrupted.interrupted_at_ms is not None
        relinked = await patient_page.socket.expect(wire.LegLinked, within_s=PATIENCE_S)
        assert relinked.leg == 2
        await console.seen(1, 5)
        await state(console, "connected")
        closed = await patient_page.socket.expect(wire.LegClosed)
        assert (closed.leg, closed.reason) == (1, "replaced")
        assert [one.leg for one in console.socket.of(wire.LegOffered)] == [1]
        kinds = await pair.chart_kinds()
        steps = ["leg.stalled", "leg.restarted", "leg.replaced"]
        assert [kinds.count(step) for step in steps] == [1, 1, 1]
        assert console.socket.of(wire.CallStarted)[-1].setup.generation == 1


async def test_a_page_that_was_loaded_again_gets_another_leg_in_the_same_attempt(
    relayed_clinic: Scene,
) -> None:
    async with linked_pair(relayed_clinic) as (pair, patient_page, console):
        await pair.ana.socket.drop()
        await patient_page.close()
        again = await relayed_clinic.listening(pair.ana.patient.page, "/patient")
        async with LegPage.open(again, pair.encounter_id, SystemClock()) as reloaded:
            sync = await again.expect(wire.PatientSync)
            assert sync.setup is not None
            assert (sync.setup.mode, sync.setup.generation) == ("relay", 1)
            assert (await again.expect(wire.LegLinked, within_s=PATIENCE_S)).leg == 2
            await reloaded.seen(2, 5)
            await console.seen(1, 5)
            await state(console, "interrupted")
            await state(console, "connected")
            assert [one.leg for one in again.of(wire.LegOffered)] == [2]
        assert len(console.socket.of(wire.CallStarted)) == 1


async def test_the_leg_of_an_offer_that_is_declined_is_closed(relayed_clinic: Scene) -> None:
    async with waiting_pair(relayed_clinic) as (pair, patient_page, console):
        offer = await pair.avery.offer_for(pair.encounter_id, PATIENCE_S)
        await console.connected(1)
        await pair.avery.socket.ask("offer.decline", offer_id=offer.offer_id, reason="busy")
        closed = await console.socket.expect(wire.LegClosed)
        assert (closed.leg, closed.reason) == (1, "offer_over")
        assert patient_page.socket.of(wire.LegClosed) == []


async def test_nobody_answers_the_leg_of_somebody_else(relayed_clinic: Scene) -> None:
    async with waiting_pair(relayed_clinic) as (pair, patient_page, _):
        blake = await relayed_clinic.practitioner("blake", on_duty=False)
        reply = patient_page.peers[1].reply
        assert reply is not None
        answer = reply.model_dump(mode="json")
        command = {"encounter_id": pair.encounter_id, "leg": 1, "restart": 0}
        refused = await blake.socket.command("leg.answer", **command, description=answer)
        assert refused.error is not None
        assert refused.error.code == "not_found"
        twice = await pair.ana.socket.command("leg.answer", **command, description=answer)
        assert twice.error is not None
        assert twice.error.code == "leg_stale"


async def test_a_patient_whose_page_answers_no_leg_is_called_directly(
    relayed_clinic: Scene,
) -> None:
    ana = await relayed_clinic.waiting_patient()
    await ana.socket.expect(wire.LegOffered)
    await asyncio.sleep(2.1)
    avery = await relayed_clinic.practitioner("avery")
    offer = await avery.offer_for(ana.encounter_id, PATIENCE_S)
    await avery.accept(offer)
    relayed_clinic._examined.append((avery, ana.encounter_id))
    for socket in (ana.socket, avery.socket):
        began = await socket.expect(wire.CallStarted)
        assert (began.setup.mode, began.setup.generation) == ("direct", 1)
    chart = await avery.read_chart(ana.encounter_id)
    assert any("leg not connected" in line.summary for line in chart.entries)


async def test_legs_that_do_not_connect_in_time_give_way_to_a_direct_call(
    relayed_clinic: Scene,
) -> None:
    ana = await relayed_clinic.ready_patient()
    async with LegPage.open(ana.socket, ana.encounter_id, SystemClock()) as patient_page:
        await ana.join()
        await patient_page.connected(1)
        avery = await relayed_clinic.practitioner("avery")
        offer = await avery.offer_for(ana.encounter_id, PATIENCE_S)
        await avery.accept(offer)  # its page answers no leg
        relayed_clinic._examined.append((avery, ana.encounter_id))
        for socket in (ana.socket, avery.socket):
            modes = [(await socket.expect(wire.CallStarted)).setup for _ in range(2)]
            assert [(one.mode, one.generation) for one in modes] == [
                ("relay", 1),
                ("direct", 2),
            ]
        closed = await ana.socket.expect(wire.LegClosed)
        assert closed.reason == "went_direct"


async def told_of_a_mismatch(*pages: LegPage) -> None:
    """Wait until every page was told why there is no call."""
    async with asyncio.timeout(TOLD_S):
        for page in pages:
            assert (await state(page, "failed")).reason == "fingerprint_mismatch"


@pytest.mark.safeguard("V17.2.8")
async def test_v17_2_8_another_certificate_than_the_answer_told_of_ends_both_sides(
    relayed_clinic: Scene,
) -> None:
    async with waiting_pair(relayed_clinic) as (pair, patient_page, console):
        console.misread = 1
        console.may_answer.clear()
        await pair.accepted()
        for page in (patient_page, console):
            assert (await page.socket.expect(wire.CallStarted)).setup.mode == "relay"
        patient_page.mute = True  # it has a leg; what is tried afterwards is no part of this
        peers = [page.peers[1] for page in (patient_page, console)]
        console.may_answer.set()
        await told_of_a_mismatch(patient_page, console)
        assert "call.failed" in await pair.chart_kinds()
        assert [peer.pictures for peer in peers] == [0, 0]


@pytest.mark.safeguard("V17.2.8")
async def test_v17_2_8_another_certificate_in_the_midst_of_a_call_ends_both_sides(
    relayed_clinic: Scene,
) -> None:
    async with linked_pair(relayed_clinic) as (pair, patient_page, console):
        patient_page.misread = 2
        console.mute = True
        await patient_page.break_off(1)
        await state(console, "interrupted")
        await told_of_a_mismatch(patient_page, console)
        assert "call.failed" in await pair.chart_kinds()


async def test_a_call_goes_on_over_its_legs_while_the_server_is_started_again(
    tmp_path: Path, serving: Serving
) -> None:
    with serving(tmp_path, calls="relay", relay_port="0") as server:
        async with (
            scene(server) as clinic,
            linked_pair(clinic) as (pair, patient_page, console),
        ):
            server.kill()
            for page in (patient_page, console):
                await page.seen(1, 5)
            server.start()
            ana, avery = pair.ana.socket, pair.avery.socket
            for socket in (ana, avery):
                await socket.connect(*socket.last)
            sync = await ana.expect(wire.PatientSync, lambda event: event.call is not None)
            assert sync.call is not None
            assert (sync.call.state, sync.call.mode) == ("connected", "relay")
            await ana.expect(wire.LegLinked)  # said again: it may have been missed
            for page in (patient_page, console):
                assert list(page.peers) == [1]
                await page.seen(1, 5)
            await patient_page.break_off(1)
            assert (await ana.expect(wire.LegLinked, within_s=PATIENCE_S)).leg == 2
            await console.seen(1, 5)


async def test_a_killed_relay_is_replaced_and_both_legs_with_it(
    tmp_path: Path, serving: Serving
) -> None:
    with serving(tmp_path, calls="relay", relay_port="0") as server:
        async with scene(server) as clinic, linked_pair(clinic) as (_, patient_page, console):
            place = RelayFolder(tmp_path / "data" / "relay").place()
            assert place is not None
            os.kill(place.pid, signal.SIGKILL)
            for page in (patient_page, console):
                linked = await page.socket.expect(wire.LegLinked, within_s=PATIENCE_S)
                assert linked.leg == 2
                await page.seen(2, 5)
            await state(console, "connected")
            assert console.socket.of(wire.CallStarted)[-1].setup.generation == 1


async def test_a_call_that_stays_interrupted_gives_the_patient_the_place_back(
    tmp_path: Path, serving: Serving
) -> None:
    with serving(tmp_path, calls="relay", relay_port="0", interrupted_limit_s="5") as server:
        async with scene(server) as clinic, linked_pair(clinic) as (pair, patient_page, _):
            patient_page.mute = True  # whatever leg it is offered, it does not answer
            await patient_page.break_off(1)
            ended = await pair.ana.socket.expect(
                wire.CallChanged, lambda event: event.call.state == "ended", within_s=PATIENCE_S
            )
            assert ended.call.mode == "relay"
            await pair.ana.socket.expect(
                wire.VisitChanged, lambda event: event.visit == "waiting", within_s=PATIENCE_S
            )
