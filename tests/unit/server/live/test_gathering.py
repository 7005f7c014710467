from __future__ import annotations

import asyncio

import pytest

from server.errors import NotFound
from server.live import gathering
from server.live.gathering import Gathering
from server.storage.errors import ReadFailed

TURNS = 300


class Pages:
    """Remembers what was told, and fails as it is told to."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.failing: dict[str, Exception] = {}

    async def encounter(self, encounter_id: str) -> str:
        await self._tell(encounter_id)
        return "net"

    async def network(self, network_id: str) -> None:
        await self._tell(network_id)

    async def _tell(self, name: str) -> None:
        await asyncio.sleep(0)
        if name in self.failing:
            raise self.failing[name]
        self.told.append(name)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "GATHER_S", 0)
    monkeypatch.setattr(gathering, "AGAIN_S", 0)
    monkeypatch.setattr(gathering, "PAUSES", 0)
    monkeypatch.setattr(gathering, "ROUND_MAX", 64)


async def settled() -> None:
    for _ in range(TURNS):
        await asyncio.sleep(0)


async def test_a_burst_of_changes_is_told_once_and_then_its_network() -> None:
    pages = Pages()
    changes = Gathering(pages.encounter, pages.network)
    for _ in range(5):
        changes.encounter("a")
        changes.encounter("b")
    await settled()
    assert pages.told == ["a", "b", "net"]


async def test_what_changes_while_it_is_being_told_is_told_again_afterwards() -> None:
    pages = Pages()
    changes = Gathering(pages.encounter, pages.network)
    changes.encounter("a")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    changes.encounter("a")
    await settled()
    assert pages.told.count("a") == 2
    assert pages.told[-1] == "net"


async def test_when_many_change_the_line_is_told_in_between() -> None:
    pages = Pages()
    changes = Gathering(pages.encounter, pages.network)
    names = [f"e{number}" for number in range(2 * gathering.ROUND_MAX)]
    for name in names:
        changes.encounter(name)
    await settled()
    assert [one for one in pages.told if one != "net"] == names
    assert pages.told[gathering.ROUND_MAX] == "net"


async def test_what_could_not_be_read_is_told_when_it_can_be() -> None:
    pages = Pages()
    pages.failing = {"a": ReadFailed("away"), "net": ReadFailed("away")}
    changes = Gathering(pages.encounter, pages.network)
    changes.encounter("a")
    changes.network("net")
    await settled()
    assert pages.told == []
    pages.failing = {}
    await settled()
    assert sorted(set(pages.told)) == ["a", "net"]
    await changes.close()


async def test_one_encounters_trouble_is_not_anothers() -> None:
    pages = Pages()
    pages.failing = {"a": NotFound(), "b": ZeroDivisionError()}
    changes = Gathering(pages.encounter, pages.network)
    for name in ("a", "b", "c"):
        changes.encounter(name)
    await settled()
    assert pages.told == ["c", "net"]


async def test_what_is_closed_tells_nothing_more() -> None:
    pages = Pages()
    changes = Gathering(pages.encounter, pages.network)
    changes.encounter("a")
    await changes.close()
    await settled()
    assert pages.told == []


async def test_after_a_round_that_took_long_others_have_their_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gathering, "PAUSES", 1_000_000)
    monkeypatch.setattr(gathering, "PAUSE_MAX_S", 60.0)
    pages = Pages()
    changes = Gathering(pages.encounter, pages.network)
    changes.encounter("a")
    await settled()
    assert pages.told == ["a"], "its network is told after the pause"
    await changes.close()
