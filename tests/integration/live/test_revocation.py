"""A session that is ended takes its sockets and its media with it, at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from server.clock import SystemClock
from server.rehearsal.failures import Refused
from server.rehearsal.leg_page import LegPage as AnyLegPage
from server.rehearsal.leg_peer import LegPeer
from server.rehearsal.live_socket import LiveSocket
from server.rehearsal.page import Page
from server.rehearsal.patient import Patient
from server.rehearsal.people import signed_in
from server.rehearsal.practitioner import Practitioner
from server.rehearsal.spa import BIRTH_DATE
from server.views import AccountView, SessionsView
from signaling import messages as wire
from tests.clients import Scene, scene
from tests.integration.live.test_legs import PATIENCE_S, linked_pair, state, waiting_pair
from tests.leg_pages import LegPage
from tests.servers import RunningServer, Serving

AT_ONCE_S = 1.0
CONSOLE = "/api/v1/console"


@pytest.fixture(scope="module")
def relayed_server(
    tmp_path_factory: pytest.TempPathFactory, serving: Serving
) -> Iterator[RunningServer]:
    """A server with a relay of its own."""
    with serving(tmp_path_factory.mktemp("revoked"), calls="relay", relay_port="0") as running:
        yield running


@pytest.fixture
async def relayed_clinic(relayed_server: RunningServer) -> AsyncIterator[Scene]:
    async with scene(relayed_server) as people:
        yield people


@asynccontextmanager
async def elsewhere(clinic: Scene, login: str) -> AsyncIterator[Page]:
    """Give a second session of the same person, in another browser."""
    async with signed_in(clinic.server.url, "console", clinic.server.people[login]) as page:
        yield page


async def end_others(page: Page) -> SessionsView:
    left = await page.request("POST", f"{CONSOLE}/sessions/end-others", "{}")
    assert left[0] == 200, left
    return await page.get(f"{CONSOLE}/sessions", SessionsView)


async def done_by(page: Page, avery: Practitioner, encounter_id: str) -> None:
    """End the exam from another session, so that the next test finds them free."""
    async with LiveSocket.opened(page, "/practitioner") as again:
        await again.expect(wire.PractitionerSync)
        avery.socket = again
        await avery.give_up(encounter_id)
        await again.ask("duty.away")


async def ended_beside(clinic: Scene) -> None:
    """End every session of avery by a command on the same database."""
    password = clinic.server.people["avery"].password
    words = ("account", "password", "practitioner", "avery", "--password-stdin")
    await asyncio.to_thread(clinic.server.command, *words, input_text=password)


async def gone(socket: LiveSocket, reason: str) -> None:
    told = await socket.expect(wire.SessionEnded, within_s=3 * AT_ONCE_S)
    assert told.reason == reason
    async with asyncio.timeout(AT_ONCE_S):
        await socket.closed.wait()


async def until(reached: Callable[[], bool], *, within_s: float) -> None:
    deadline = time.monotonic() + within_s
    while not reached():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


def pictures(page: AnyLegPage) -> int:
    return sum(peer.pictures for peer in page.peers.values())


async def test_media_stops_at_the_relay_within_a_second_whatever_the_page_does(
    relayed_clinic: Scene,
) -> None:
    async with linked_pair(relayed_clinic) as (pair, patient_page, console):
        peer = console.peers[1]  # the page may drop it; whoever holds on to it sends on
        async with elsewhere(relayed_clinic, "avery") as other:
            left = await end_others(other)
            assert [one.here for one in left.sessions] == [True]
            await gone(pair.avery.socket, "revoked")
            await state(patient_page, "interrupted")
            await asyncio.sleep(AT_ONCE_S)
            seen, got = pictures(patient_page), peer.pictures
            await asyncio.sleep(AT_ONCE_S)
            assert pictures(patient_page) == seen, "nothing comes from them"
            assert peer.pictures == got, "and nothing goes to them"
            assert patient_page.socket.of(wire.LegClosed) == [], "the patient keeps the leg"
            with pytest.raises(Refused):
                await pair.avery._page.get(f"{CONSOLE}/session", AccountView)
            await done_by(other, pair.avery, pair.encounter_id)


async def test_whoever_comes_back_by_another_session_is_in_the_call_again(
    relayed_clinic: Scene,
) -> None:
    async with (
        linked_pair(relayed_clinic) as (pair, patient_page, _),
        elsewhere(relayed_clinic, "avery") as other,
    ):
        await end_others(other)
        await gone(pair.avery.socket, "revoked")
        async with (
            LiveSocket.opened(other, "/practitioner") as again,
            LegPage.open(again, pair.encounter_id, SystemClock()) as console,
        ):
            linked = await again.expect(wire.LegLinked, within_s=PATIENCE_S)
            assert linked.leg == 2
            await console.seen(2, 5)
            await patient_page.seen(1, 5)
            await state(patient_page, "connected")
        await done_by(other, pair.avery, pair.encounter_id)


async def test_the_other_session_of_the_same_person_keeps_the_call(
    relayed_clinic: Scene,
) -> None:
    async with elsewhere(relayed_clinic, "avery") as other:
        await other.get(f"{CONSOLE}/session", AccountView)
        async with linked_pair(relayed_clinic) as (pair, patient_page, console):
            await end_others(pair.avery._page)
            with pytest.raises(Refused):
                await other.get(f"{CONSOLE}/session", AccountView)
            await asyncio.sleep(AT_ONCE_S)
            await console.seen(1, 5)
            await patient_page.seen(1, 5)
            assert pair.avery.socket.of(wire.SessionEnded) == []
            assert patient_page.socket.of(wire.LegClosed) == []


async def test_a_leg_that_waits_for_an_accept_is_closed_as_well(relayed_clinic: Scene) -> None:
    async with waiting_pair(relayed_clinic) as (pair, patient_page, console):
        await pair.avery.offer_for(pair.encounter_id, PATIENCE_S)
        await console.connected(1)
        peer = console.peers[1]
        async with elsewhere(relayed_clinic, "avery") as other:
            await end_others(other)
            await gone(pair.avery.socket, "revoked")
            await until(lambda: not peer.is_connected, within_s=3 * AT_ONCE_S)
            await done_by(other, pair.avery, pair.encounter_id)
        assert patient_page.socket.of(wire.LegClosed) == []


async def test_in_a_direct_call_the_other_page_lets_go(clinic: Scene) -> None:
    ana = await clinic.waiting_patient()
    avery = await clinic.practitioner("avery")
    await clinic.accepted(avery, ana)
    async with elsewhere(clinic, "avery") as other:
        await end_others(other)
        await gone(avery.socket, "revoked")
        began = await ana.socket.expect(wire.CallStarted)
        assert (began.setup.mode, began.setup.generation) == ("direct", 2)
        assert [one.setup.generation for one in avery.socket.of(wire.CallStarted)] == [1]
        await done_by(other, avery, ana.encounter_id)


async def test_who_signs_out_in_a_call_leaves_it_at_once(relayed_clinic: Scene) -> None:
    async with linked_pair(relayed_clinic) as (pair, patient_page, _):
        await pair.avery._page.call("DELETE", f"{CONSOLE}/session")
        await gone(pair.avery.socket, "signed_out")
        await state(patient_page, "interrupted")
        async with elsewhere(relayed_clinic, "avery") as other:
            await done_by(other, pair.avery, pair.encounter_id)


async def test_a_session_that_was_ended_beside_the_server_is_hung_up_on(
    relayed_clinic: Scene,
) -> None:
    """Nobody tells the server: it is a command on the same database."""
    async with linked_pair(relayed_clinic) as (pair, patient_page, _):
        await ended_beside(relayed_clinic)
        await gone(pair.avery.socket, "revoked")
        await state(patient_page, "interrupted")
        async with elsewhere(relayed_clinic, "avery") as other:
            await done_by(other, pair.avery, pair.encounter_id)


async def test_a_page_that_hung_up_before_keeps_no_media(relayed_clinic: Scene) -> None:
    """It keeps its leg, as somebody would who does not want to be sent away."""
    async with linked_pair(relayed_clinic) as (pair, patient_page, console):
        peer = console.peers[1]
        await pair.avery.socket.drop()
        await ended_beside(relayed_clinic)
        await state(patient_page, "interrupted")
        seen = pictures(patient_page)
        await until(lambda: not peer.is_connected, within_s=3 * AT_ONCE_S)
        await asyncio.sleep(AT_ONCE_S)
        assert pictures(patient_page) <= seen + 2
        async with elsewhere(relayed_clinic, "avery") as other:
            await done_by(other, pair.avery, pair.encounter_id)


async def ended(page: Page, others: set[str]) -> None:
    """End the sessions of the same person that were there, one by one."""
    known = await page.get(f"{CONSOLE}/sessions", SessionsView)
    theirs = [one.id for one in known.sessions if not one.here and one.id in others]
    assert theirs
    for name in theirs:
        status, _ = await page.request("DELETE", f"{CONSOLE}/sessions/{name}")
        assert status == 200


async def names(page: Page) -> set[str]:
    """Return the sessions of whoever is signed in."""
    return {one.id for one in (await page.get(f"{CONSOLE}/sessions", SessionsView)).sessions}


async def nothing_flows(patient_page: AnyLegPage, peer: LegPeer) -> None:
    """Wait until an old page sends and receives no more, whatever it does."""
    await asyncio.sleep(AT_ONCE_S)
    seen, got = pictures(patient_page), peer.pictures
    await asyncio.sleep(AT_ONCE_S)
    assert (pictures(patient_page), peer.pictures) == (seen, got), "nothing goes on"


async def test_a_session_that_another_one_took_the_call_from_has_no_leg_once_it_is_ended(
    relayed_clinic: Scene,
) -> None:
    """It keeps its connection. The other page stands at the browser's question."""
    async with linked_pair(relayed_clinic) as (pair, patient_page, console):
        peer, stolen = console.peers[1], await names(pair.avery._page)
        async with elsewhere(relayed_clinic, "avery") as other:
            async with LiveSocket.opened(other, "/practitioner") as own:
                await gone(pair.avery.socket, "replaced")
                assert (await own.expect(wire.LegOffered)).leg == 2
                await patient_page.seen(1, 5)
                await console.seen(1, 5)  # it was told nothing that ends its leg
                await ended(other, stolen)
                await nothing_flows(patient_page, peer)
                assert patient_page.socket.of(wire.LegClosed) == [], "the patient keeps theirs"
            async with (
                LiveSocket.opened(other, "/practitioner") as again,
                LegPage.open(again, pair.encounter_id, SystemClock()) as answering,
            ):
                linked = await again.expect(wire.LegLinked, within_s=PATIENCE_S)
                await answering.seen(linked.leg, 5)
                await patient_page.seen(1, 5)
            await done_by(other, pair.avery, pair.encounter_id)


async def test_so_has_a_session_whose_call_outlived_a_restart_that_forgot_who_answered(
    tmp_path: Path, serving: Serving
) -> None:
    with serving(tmp_path, calls="relay", relay_port="0") as server:
        async with (
            scene(server) as clinic,
            linked_pair(clinic) as (pair, patient_page, console),
            elsewhere(clinic, "avery") as other,
        ):
            peer, stolen = console.peers[1], await names(pair.avery._page)
            server.kill()
            await patient_page.seen(1, 5)
            server.start()
            await pair.ana.socket.connect(*pair.ana.socket.last)
            await pair.ana.socket.expect(wire.LegLinked, within_s=PATIENCE_S)
            async with LiveSocket.opened(other, "/practitioner") as own:
                await own.expect(wire.LegOffered, within_s=PATIENCE_S)
                await patient_page.seen(1, 5)
                await ended(other, stolen)
                await nothing_flows(patient_page, peer)
            await done_by(other, pair.avery, pair.encounter_id)


async def test_a_device_that_a_newer_one_replaced_has_no_leg_before_that_answers_one(
    relayed_clinic: Scene,
) -> None:
    async with linked_pair(relayed_clinic) as (pair, patient_page, console):
        peer = patient_page.peers[1]
        async with Patient.visiting(
            relayed_clinic.server.url, "Ana Ortiz", BIRTH_DATE
        ) as phone:
            await phone.redeem(pair.ana.link.url, take_over=True)
            async with LiveSocket.opened(phone.page, "/patient") as own:
                await own.expect(wire.PatientSync)
                await pair.ana.socket.expect(wire.DeviceReplaced)
                await nothing_flows(console, peer)
                assert console.socket.of(wire.LegClosed) == [], "the practitioner keeps theirs"


async def test_somebody_elses_session_is_unknown_and_goes_on(clinic: Scene) -> None:
    avery = await clinic.practitioner("avery", on_duty=False)
    (own,) = [
        one
        for one in (await avery._page.get(f"{CONSOLE}/sessions", SessionsView)).sessions
        if one.here
    ]
    async with elsewhere(clinic, "casey") as other:
        status, _ = await other.request("DELETE", f"{CONSOLE}/sessions/{own.id}")
        assert status == 404
    await avery.socket.ask("sync")
