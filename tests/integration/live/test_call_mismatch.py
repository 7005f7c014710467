"""Whoever runs the server is told that the ends of a call had different certificates."""

from __future__ import annotations

import re

import aiohttp
import pytest

from signaling import messages as wire
from tests.clients import Attendee, Scene
from tests.servers import RunningServer

EVENT = "call_certificate_mismatch"
COUNTED = re.compile(
    r'^goodfaith_call_certificate_mismatch_total\{mode="(\w+)",side="(\w+)"\} (\S+)$',
    re.MULTILINE,
)


async def counted(server: RunningServer) -> dict[tuple[str, str], float]:
    """Return how many were told of, by mode and side."""
    url = f"http://127.0.0.1:{server.metrics_port}/metrics"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert answer.status == 200
        text = await answer.text()
    return {(mode, side): float(number) for mode, side, number in COUNTED.findall(text)}


def lines_about(server: RunningServer, attendee: Attendee) -> list[str]:
    """Return what the log says of a mismatch in a call."""
    named = f"encounter_id={attendee.encounter_id}"
    return [one for one in server.log.splitlines() if EVENT in one and named in one]


@pytest.mark.safeguard("V17.2.8")
async def test_who_runs_the_server_is_told_once_that_the_words_differ(clinic: Scene) -> None:
    before = await counted(clinic.server)
    ana = await clinic.waiting_patient("Ana Ortiz")
    avery = await clinic.practitioner("avery")
    await clinic.accepted(avery, ana)
    attempt = {"encounter_id": ana.encounter_id, "generation": 1}
    for socket in (ana.socket, avery.socket):
        await socket.command("call.failed", **attempt, reason="fingerprint_mismatch")
    await ana.socket.expect(wire.CallChanged, lambda event: event.call.state == "failed")
    after = await counted(clinic.server)
    assert after == {**before, ("direct", "patient"): before["direct", "patient"] + 1}
    [line] = lines_about(clinic.server, ana)
    for said in ("[warning", "side=patient", "mode=direct", "network_id="):
        assert said in line
    assert "dropped" not in line, "all of it may be said"


@pytest.mark.parametrize("reason", ["ice_failed", "media_device", "other"])
async def test_a_call_that_fails_for_something_else_is_told_to_nobody(
    clinic: Scene, reason: str
) -> None:
    before = await counted(clinic.server)
    ana = await clinic.waiting_patient("Ana Ortiz")
    avery = await clinic.practitioner("avery")
    await clinic.accepted(avery, ana)
    attempt = {"encounter_id": ana.encounter_id, "generation": 1}
    await avery.socket.ask("call.failed", **attempt, reason=reason)
    await ana.socket.expect(wire.CallChanged, lambda event: event.call.state == "failed")
    assert await counted(clinic.server) == before
    assert lines_about(clinic.server, ana) == []
