"""What a home does with sockets that come, go and fail while others have their turn."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest

from server.access import Principal, Role
from server.console.commands import PractitionerCommands
from server.errors import NotSignedIn
from server.live.application import LiveApplication
from server.live.calls import CallBook
from server.live.connections import Connection, Connections
from server.live.doors import Visitor, Wire
from server.live.hub import LiveHub
from server.live.legs import LegBook
from server.live.patient import PatientCommands
from server.live.recent import RecentCommands
from server.live.streams import StreamBook
from server.live.turns import Turns
from server.services import Services
from server.storage.errors import ChartBroken, ReadFailed
from signaling.messages import Sync


class Silence:
    """A line that nobody listens to."""

    def deliver(self, node: str, sid: str, wire: Wire) -> None:
        """Nothing."""

    def hang_up(self, node: str, sid: str, last_word: Wire) -> None:
        """Nothing."""


class Hub:
    """Remembers who was opened, and fails as it is told to."""

    def __init__(self) -> None:
        self.arrived_sids: list[str] = []
        self.opened_sids: list[str] = []
        self.caught_up_sids: list[str] = []
        self.failing: dict[str, Exception] = {}
        self.goes_on = asyncio.Event()
        self.goes_on.set()
        self.presence = self
        self.leaving = self
        self.over: set[str] = set()

    def is_over(self, id_hash: str) -> bool:
        return id_hash in self.over

    async def arrived(self, connection: Connection) -> None:
        self.arrived_sids.append(connection.sid)

    async def opened(self, connection: Connection) -> None:
        await self.goes_on.wait()
        if connection.sid in self.failing:
            raise self.failing[connection.sid]
        self.opened_sids.append(connection.sid)

    async def caught_up(self, connection: Connection) -> None:
        self.caught_up_sids.append(connection.sid)

    def closed(self, connection: Connection) -> None:
        """Nothing."""


STAFF = Principal("spa", Role.SPA_STAFF, organization_id="spa")


def visitor(sid: str, principal: Principal = STAFF, since: int = 0) -> Visitor:
    return Visitor(sid, "node", "/spa", principal, f"spa:{sid}", "net", since=since)


def in_line(sid: str, since: int) -> Visitor:
    return visitor(sid, Principal("patient", Role.PATIENT, encounter_id=sid), since)


def application(hub: Hub) -> LiveApplication:
    nothing = SimpleNamespace(get=lambda encounter_id: encounter_id == "talks" or None)
    return LiveApplication(
        services=cast("Services", nothing),
        connections=Connections(Silence(), StreamBook("boot"), backlog_max=8),
        hub=cast("LiveHub", hub),
        calls=cast("CallBook", nothing),
        legs=cast("LegBook", nothing),
        patients=cast("PatientCommands", nothing),
        practitioners=cast("PractitionerCommands", nothing),
        recent=RecentCommands(),
    )


async def test_a_socket_that_is_told_again_is_caught_up_and_not_opened_twice() -> None:
    hub = Hub()
    home = application(hub)
    await home.opened([visitor("a")])
    await home.opened([visitor("a"), visitor("b")])
    assert hub.opened_sids == ["a", "b"]
    assert hub.caught_up_sids == ["a"]


async def test_everybody_is_known_to_be_there_before_anybody_is_shown_anything() -> None:
    hub = Hub()
    hub.goes_on.clear()
    home = application(hub)
    names = [f"v{number}" for number in range(40)]
    opening = asyncio.create_task(home.opened([visitor(one) for one in names]))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert [one.sid for one in home.connections.all()] == names
    assert hub.arrived_sids == names
    assert hub.opened_sids == []
    hub.goes_on.set()
    await opening
    assert sorted(hub.opened_sids) == sorted(names)


async def test_one_page_that_cannot_be_shown_is_not_the_others_trouble() -> None:
    hub = Hub()
    hub.failing["b"] = ChartBroken("encounter", 1, "changed")
    home = application(hub)
    await home.opened([visitor("a"), visitor("b"), visitor("c")])
    assert hub.opened_sids == ["a", "c"]


async def test_a_page_that_comes_alone_and_cannot_be_shown_is_refused() -> None:
    hub = Hub()
    hub.failing["a"] = ChartBroken("encounter", 1, "changed")
    with pytest.raises(ChartBroken):
        await application(hub).opened([visitor("a")])


async def test_a_database_that_is_away_has_all_of_them_told_again() -> None:
    hub = Hub()
    hub.failing["b"] = ReadFailed("away")
    with pytest.raises(ReadFailed):
        await application(hub).opened([visitor("a"), visitor("b")])


async def test_consoles_and_calls_are_shown_first_and_then_who_came_last() -> None:
    hub = Hub()
    hub.goes_on.clear()
    home = replace(application(hub), turns=Turns(1))
    crowd = [in_line("here", 1), in_line("old", 2), in_line("new", 3)]
    everybody = [*crowd, in_line("talks", 0), visitor("console")]
    opening = asyncio.create_task(home.opened(everybody))
    for _ in range(5):
        await asyncio.sleep(0)
    hub.goes_on.set()
    await opening
    assert hub.opened_sids == ["here", "talks", "console", "new", "old"]


async def test_nobody_is_let_in_by_a_session_that_is_known_to_be_over() -> None:
    hub = Hub()
    hub.over = {"gone"}
    home = application(hub)
    gone, here = (replace(STAFF, session=one) for one in ("gone", "here"))
    await home.opened([visitor("a", gone), visitor("b", here)])
    assert hub.opened_sids == hub.arrived_sids == ["b"]
    assert home.connections.get("a") is None
    with pytest.raises(NotSignedIn):
        await home._perform(visitor("a", gone), Sync(v=1, id="command-1", type="sync"))
