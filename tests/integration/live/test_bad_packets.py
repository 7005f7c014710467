from __future__ import annotations

import asyncio
import json
import statistics
from contextlib import AsyncExitStack, suppress
from itertools import chain
from typing import Any, NoReturn

import pytest

from server.live.arrivals import BURST
from server.live.edge import OF_SESSION_MAX
from server.rehearsal.live_socket import new_command_id
from server.rehearsal.page import Page
from signaling import messages as wire
from tests.clients import RawSocket, Scene, an_offer

NAMESPACE = "/patient"
TOO_LARGE = 64 * 1024 + 1
FLOOD = 400
LESS_THAN_A_BURST = 78
ASKED = 60
ASKED_EVERY_S = 0.03  # not as often as one may
LATE_S_MAX = 1.0


def sync() -> dict[str, object]:
    return {"v": 1, "id": new_command_id(), "type": "sync"}


def errors_in(log: str) -> int:
    return log.count("[error") + log.count("Traceback")


@pytest.mark.safeguard("V17.3.2")
async def test_a_binary_packet_closes_the_connection(clinic: Scene) -> None:
    ana = await clinic.ready_patient()
    async with RawSocket.opened(ana.patient.page, NAMESPACE) as raw:
        await raw.binary(b"\x00\x01\x02")
        assert await raw.closed_by_server()


@pytest.mark.safeguard("V17.3.2")
@pytest.mark.parametrize(
    "packet",
    [
        '451-/patient,["command",{"_placeholder":true,"num":0}]',
        '4599999-/patient,["command",{"_placeholder":true,"num":0}]',
        '461-/patient,1[{"_placeholder":true,"num":0}]',
        "bAAEC",
    ],
    ids=["event", "many attachments", "acknowledgement", "base64"],
)
async def test_a_header_that_announces_binary_parts_closes_the_connection(
    clinic: Scene, packet: str
) -> None:
    ana = await clinic.ready_patient()
    async with RawSocket.opened(ana.patient.page, NAMESPACE) as raw:
        await raw.text(packet)
        assert await raw.closed_by_server()


@pytest.mark.safeguard("V17.3.2")
async def test_a_message_over_64_kib_closes_the_connection(clinic: Scene) -> None:
    ana = await clinic.ready_patient()
    async with RawSocket.opened(ana.patient.page, NAMESPACE) as raw:
        await raw.text("42" + NAMESPACE + ',["command","' + "x" * TOO_LARGE + '"]')
        assert await raw.closed_by_server()


@pytest.mark.safeguard("V17.3.2")
@pytest.mark.parametrize(
    "packet",
    [
        "42/patient,{",
        '42/patient,["command"',
        "42/patient,[" + "[" * 20_000,
        "4",
        "4x",
        "42/patient,nonsense",
        *("9", "x", "", "0", "2", "2probe", "5", "6"),
        "3" + "[" * 20_000,
        "4" + "[" * 20_000,
        "44/patient,{}",
    ],
    ids=[
        *("half an object", "half a list", "deep", "empty", "no such type", "no JSON"),
        *("no such Engine.IO type", "no type", "nothing", "open", "ping", "probe", "upgrade"),
        *("nothing said", "deep pong", "deep message", "a server's refusal"),
    ],
)
async def test_a_packet_that_cannot_be_read_closes_the_connection(
    clinic: Scene, packet: str
) -> None:
    ana = await clinic.ready_patient()
    said_before = errors_in(clinic.server.log)
    async with RawSocket.opened(ana.patient.page, NAMESPACE) as raw:
        await raw.text(packet)
        assert await raw.closed_by_server()
    # Nothing for each such packet: whoever sends them would write the log.
    assert errors_in(clinic.server.log) == said_before


@pytest.mark.safeguard("V17.3.1")
async def test_a_flood_closes_the_connection(clinic: Scene) -> None:
    ana = await clinic.ready_patient()
    async with RawSocket.opened(ana.patient.page, NAMESPACE) as raw:
        for number in range(FLOOD):
            await raw.command(NAMESPACE, number, sync())
        assert await raw.closed_by_server()


async def flood_on(page: Page, ended: list[Page]) -> NoReturn:
    """Come again after every flood, as long as there is a door."""
    while True:
        async with RawSocket.opened(page) as raw:
            await raw.text(f'40{NAMESPACE},{{"v":1,"stream":null,"last_seq":null}}')
            with suppress(ConnectionError):
                for number in range(FLOOD):
                    await raw.command(NAMESPACE, number, sync())
            assert await raw.closed_by_server()
            ended.append(page)


@pytest.mark.safeguard("V17.3.1")
async def test_v17_3_1_two_who_flood_make_nobody_else_wait(clinic: Scene) -> None:
    ana = await clinic.waiting_patient("Ana Ortiz")
    pages = [
        (await clinic.ready_patient(name)).patient.page for name in ("Eve Stone", "Mal Stone")
    ]
    loop, took, ended = asyncio.get_running_loop(), list[float](), list[Page]()
    floods = [loop.create_task(flood_on(page, ended)) for page in pages]
    try:
        while len(took) < ASKED or {*ended} != {*pages}:
            began = loop.time()
            await ana.socket.ask("sync")
            took.append(loop.time() - began)
            await asyncio.sleep(ASKED_EVERY_S)
            assert not any(one.done() for one in floods)
    finally:
        for one in floods:
            one.cancel()
        await asyncio.gather(*floods, return_exceptions=True)
    assert statistics.quantiles(took, n=20)[-1] < LATE_S_MAX
    assert not ana.socket.closed.is_set()


@pytest.mark.safeguard("V17.3.1")
async def test_a_session_that_comes_again_and_again_is_sent_away_for_a_while(
    clinic: Scene,
) -> None:
    ana = await clinic.ready_patient()
    answer = ""
    for _ in range(4 * BURST):  # each of several nodes counts for itself
        async with RawSocket.opened(ana.patient.page) as raw:
            await raw.text(f'40{NAMESPACE},{{"v":1}}')
            answer = await raw.read()
        if answer.startswith(f"44{NAMESPACE},"):
            break
    assert json.loads(answer.partition(",")[2])["message"] == "rate_limited"


@pytest.mark.safeguard("V17.3.1")
async def test_a_ninth_socket_of_a_session_closes_the_first_and_no_other(
    clinic: Scene,
) -> None:
    page = await clinic.staff_page("portal", "glow")
    async with AsyncExitStack() as stack:
        windows = [
            await stack.enter_async_context(RawSocket.opened(page, "/spa"))
            for _ in range(OF_SESSION_MAX + 1)
        ]
        first, *others = windows
        while not (told := await first.read()).startswith('42/spa,["event"') or (
            "session.ended" not in told
        ):
            pass
        assert json.loads(told.partition(",")[2])[1]["reason"] == "replaced"
        assert await first.read() == "41/spa,"
        await first.command("/spa", 1, sync())
        for number, one in enumerate(others):
            await one.command("/spa", number, sync())
            assert (await one.acknowledgement("/spa", number))["ok"] is True


async def acknowledged(window: RawSocket, number: int) -> list[dict[str, Any]]:
    """Return so many answers: what is refused is answered before what waits its turn."""
    answers = list[dict[str, Any]]()
    while len(answers) < number:
        packet = await window.read()
        if packet.startswith("43/spa,"):
            answers += json.loads(packet[packet.index("[") :])
    return answers


@pytest.mark.safeguard("V17.3.1")
async def test_two_sockets_of_a_session_ask_for_no_more_than_one_may(clinic: Scene) -> None:
    page = await clinic.staff_page("portal", "glow")
    async with RawSocket.opened(page, "/spa") as one, RawSocket.opened(page, "/spa") as two:
        for number in range(LESS_THAN_A_BURST):
            for window in (one, two):
                await window.command("/spa", number, sync())
        answers = [await acknowledged(window, LESS_THAN_A_BURST) for window in (one, two)]
    refused = [answer["error"]["code"] for answer in chain(*answers) if not answer["ok"]]
    assert set(refused) == {"rate_limited"}


@pytest.mark.safeguard("V17.3.1")
async def test_a_reader_that_does_not_read_is_disconnected(impatient_clinic: Scene) -> None:
    """Sixteen messages may wait for it here; then the server hangs up and keeps no more."""
    ana = await impatient_clinic.waiting_patient()
    avery = await impatient_clinic.practitioner("avery")
    await impatient_clinic.accepted(avery, ana)
    async with RawSocket.opened(ana.patient.page, NAMESPACE) as deaf:
        # Another window of hers takes her place and begins the call anew.
        restarted = await avery.socket.expect(wire.CallStarted)
        deaf.stop_reading()
        description = {"type": "offer", "sdp": an_offer(bytes_about=30_000)}
        for _ in range(600):
            ack = await avery.socket.command(
                "call.description",
                encounter_id=ana.encounter_id,
                generation=restarted.setup.generation,
                description=description,
            )
            if not ack.ok:
                break
        deaf.go_on_reading()
        assert await deaf.closed_by_server()
    assert not avery.socket.closed.is_set()


@pytest.mark.safeguard("V17.3.2")
async def test_garbage_from_one_client_disturbs_nobody_else(clinic: Scene) -> None:
    ana = await clinic.waiting_patient("Ana Ortiz")
    eve = await clinic.ready_patient("Eve Stone")
    for packet in ("42/patient,{", "4", '451-/patient,["command",{}]'):
        async with RawSocket.opened(eve.patient.page, NAMESPACE) as raw:
            await raw.text(packet)
            assert await raw.closed_by_server()
    practitioner = await clinic.practitioner("casey")
    await clinic.accepted(practitioner, ana)
    assert not ana.socket.closed.is_set()
    assert ana.socket.of(wire.DeviceReplaced) == []


@pytest.mark.safeguard("V17.3.2")
async def test_what_is_no_json_object_is_acknowledged_as_invalid(clinic: Scene) -> None:
    ana = await clinic.ready_patient()
    async with RawSocket.opened(ana.patient.page, NAMESPACE) as raw:
        pieces: list[object] = [None, 7, "x", [], {}, {"type": "sync"}]
        for number, nonsense in enumerate(pieces, start=1):
            await raw.command(NAMESPACE, number, nonsense)
            answer = await raw.acknowledgement(NAMESPACE, number)
            assert answer["ok"] is False
            assert answer["error"]["code"] == "invalid_body", json.dumps(nonsense)
        await raw.command(NAMESPACE, 99, sync())
        assert (await raw.acknowledgement(NAMESPACE, 99))["ok"] is True
