"""The network test of the device step: what a patient is told, and what the chart keeps."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.actors import Join
from tests.browser.stage import Stage
from tests.clients import scene
from tests.coturn import SECRET, running_coturn
from tests.servers import free_port, running_server

ANA = "Ana Ortiz"
FOUND_MS = 8_000


async def found(stage: Stage, state: str) -> dict[str, Any]:
    """Go to the device step, see what it says of the network, and return what it sends."""
    link = await stage.clinic.request(ANA)
    ana: Join = await stage.patient(ANA)
    await ana.open(link.url)
    await ana.intake(until="device-continue")
    told = ana.page.get_by_test_id("network-test")
    await expect(told).to_have_attribute("data-state", state, timeout=FOUND_MS)
    async with ana.page.expect_request("**/join/device-test") as sent:
        await ana.page.get_by_test_id("device-continue").click()
    await ana.page.get_by_test_id("ready-button").wait_for()
    request = await sent.value
    form: dict[str, Any] = json.loads(request.post_data or "")
    return form


@asynccontextmanager
async def elsewhere(
    stage: Stage, folder: Path, settings: Mapping[str, str]
) -> AsyncIterator[Stage]:
    """The same browser at a server with other settings."""
    with running_server(folder, **settings) as server:
        async with scene(server) as clinic:
            yield replace(stage, server=server, clinic=clinic)


async def test_a_network_that_lets_udp_out_is_good(stage: Stage) -> None:
    form = await found(stage, "good")
    assert form["path"] == "udp"
    assert form["round_trip_ms"] is None


@pytest.mark.long
async def test_a_network_that_lets_nothing_out_is_blocked_and_holds_nobody_up(
    stage: Stage, tmp_path: Path
) -> None:
    async with elsewhere(
        stage, tmp_path, {"ice_servers": f"stun:127.0.0.1:{free_port()}"}
    ) as there:
        at_once = await found(there, "checking")
        waited = await found(there, "blocked")
    assert at_once["path"] == "untested"
    assert waited["path"] == "blocked"


@pytest.mark.long
async def test_where_only_tcp_goes_out_the_relay_is_found_and_measured(
    stage: Stage, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    loopback = {"allow-loopback-peers": "1", "allowed-peer-ip": "127.0.0.1"}
    with running_coturn(tmp_path_factory.mktemp("coturn"), extra=loopback) as coturn:
        only_tcp = {
            "ice_servers": f"stun:127.0.0.1:{free_port()}",
            "turn_urls": f"turn:127.0.0.1:{coturn.port}?transport=tcp",
            "turn_secret": SECRET,
        }
        async with elsewhere(stage, tmp_path, only_tcp) as there:
            form = await found(there, "relayed")
    assert form["path"] == "turn_tls"
    assert 0 <= form["round_trip_ms"] < 500
    assert form["loss_percent"] == 0
