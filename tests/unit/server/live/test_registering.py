from __future__ import annotations

import asyncio

import pytest

from server.errors import Retry
from server.live import registering
from server.live.registering import Registrar


class Home:
    """Answers as often as it is told to refuse, then takes everybody."""

    def __init__(self, refusals: int = 0) -> None:
        self.refusals = refusals
        self.asked: list[str] = []
        self.goes_on = asyncio.Event()
        self.goes_on.set()

    async def register(self, network_id: str) -> None:
        self.asked.append(network_id)
        await self.goes_on.wait()
        if self.refusals:
            self.refusals -= 1
            raise Retry


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registering, "AGAIN_S", 0)


async def test_a_home_that_cannot_be_asked_is_asked_again() -> None:
    home = Home(refusals=2)
    registrar = Registrar(home.register)
    registrar.want("net")
    await settled()
    assert home.asked == ["net"] * 3


async def test_what_is_wanted_meanwhile_is_done_once_more() -> None:
    home = Home()
    home.goes_on.clear()
    registrar = Registrar(home.register)
    for _ in range(3):
        registrar.want("net")
        await settled()
    assert home.asked == ["net"]
    home.goes_on.set()
    await settled()
    assert home.asked == ["net", "net"]


async def test_networks_do_not_wait_for_each_other() -> None:
    home = Home()
    home.goes_on.clear()
    registrar = Registrar(home.register)
    registrar.want("one")
    registrar.want("two")
    await settled()
    assert home.asked == ["one", "two"]


async def test_a_registrar_that_is_closed_asks_nobody_any_more() -> None:
    home = Home(refusals=1_000_000)
    registrar = Registrar(home.register)
    registrar.want("net")
    await settled()
    await registrar.close()
    asked = len(home.asked)
    await settled()
    assert len(home.asked) == asked
