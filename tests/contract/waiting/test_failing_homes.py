"""A home that does not open, or not close, keeps its lease from nobody."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest
from structlog.testing import capture_logs

from server import ending
from server.live import homes as module
from server.live.home import Home
from server.services import Core
from server.storage.leases import Lease
from tests.contract.waiting.test_homes import (
    NETWORK,
    MadeUpHome,
    Process,
    _quick,
    comes,
    core,
    opening_fails,
    running,
)

__all__ = ["_quick", "core"]


class Stuck(MadeUpHome):
    """A home that never opens."""

    async def open(self, lease: Lease) -> None:
        del lease
        await asyncio.Event().wait()


async def test_a_home_that_never_opens_gives_the_lease_to_another(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "OPEN_S", 0.1)

    stuck = Process(core, "stuck")
    stuck.homes._build = lambda network_id, _held, _line: cast("Home", Stuck(network_id))
    await stuck.homes.look_for_networks()
    await comes(lambda: "released" in stuck.others.told)
    async with running(core, "b") as (second,):
        await comes(lambda: second.is_home)
        assert not stuck.is_home
    await stuck.homes.close()


async def test_a_home_that_cannot_be_closed_gives_the_lease_back_all_the_same(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_self: MadeUpHome) -> None:
        raise ConnectionError

    monkeypatch.setattr(MadeUpHome, "close", fail)
    async with running(core, "a") as (first,):
        await comes(lambda: first.is_home)
    assert first.others.told == ["opened 1", "closed", "released"]


async def test_a_home_that_is_slow_to_close_is_closed_before_its_lease_is_given_back(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[str] = []

    async def slowly(self: MadeUpHome) -> None:
        await asyncio.sleep(0.3)
        closed.append(self.network_id)

    monkeypatch.setattr(ending, "AGAIN_S", 0.02)  # whoever ends it is impatient
    monkeypatch.setattr(MadeUpHome, "close", slowly)
    async with running(core, "a") as (first,):
        await comes(lambda: first.is_home)
    assert NETWORK in closed
    assert first.others.told == ["opened 1", "closed", "released"]


async def test_what_keeps_a_home_from_opening_is_said_once(core: Core) -> None:
    with capture_logs() as logs:
        async with opening_fails(core, times=5) as first:
            await first.homes.look_for_networks()
            await comes(lambda: first.is_home)
            await first.homes.close()
    assert [one["event"] for one in logs].count("home_failed") == 1
