"""Who comes back before they were missed is not seen anew; everybody else is."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from server.access import Principal, Role
from server.clock import ManualClock
from server.live.calls import CallBook
from server.live.connections import Connection, Connections
from server.live.doors import Visitor, Wire
from server.live.hub import LiveHub
from server.live.legs import LegBook
from server.live.presenter import Presenter
from server.live.settling import Settling
from server.live.streams import StreamBook
from server.services import Core
from server.waiting.desks import Desks
from signaling.presence import PresenceState

ANA = Principal("patient", Role.PATIENT, encounter_id="ana")


class Silence:
    """A line that nobody listens to."""

    def deliver(self, node: str, sid: str, wire: Wire) -> None:
        """Nothing."""

    def hang_up(self, node: str, sid: str, last_word: Wire) -> None:
        """Nothing."""


class Scene:
    """A hub, its connections, and whom it has seen."""

    def __init__(self, presence: PresenceState | None, monkeypatch: pytest.MonkeyPatch) -> None:
        self.connections = Connections(Silence(), StreamBook("boot"), backlog_max=8)
        self.seen: list[str] = []
        patient = None if presence is None else SimpleNamespace(presence=presence)
        switchboard = SimpleNamespace(patient=lambda _name: patient)
        desk = SimpleNamespace(switchboard=switchboard)
        core = SimpleNamespace(settings=SimpleNamespace(away_after_s=1), clock=ManualClock())
        nobody = SimpleNamespace(get=lambda _one: None, of_practitioner=lambda _one: None)
        self.hub = LiveHub(
            cast("Core", core),
            "net",
            cast("Desks", SimpleNamespace(of=lambda _network_id: desk)),
            self.connections,
            cast("Presenter", SimpleNamespace()),
            cast("CallBook", nobody),
            cast("LegBook", SimpleNamespace()),
            Settling(frozenset),
        )

        async def arrived(recipient: str, _network_id: str) -> None:
            self.seen.append(recipient)

        monkeypatch.setattr(self.hub.presence._reporter, "arrived", arrived)

    async def comes(self, node: str, since: int) -> None:
        visitor = Visitor(node, node, "/patient", ANA, "patient:ana", "net", since=since)
        connection = Connection.of(visitor)
        self.connections.add(connection)
        await self.hub.presence.arrived(connection)


@pytest.mark.parametrize(
    ("presence", "times"),
    [(PresenceState.PRESENT, 1), (PresenceState.UNKNOWN, 2), (None, 2)],
)
async def test_a_page_that_comes_by_another_node_is_seen_only_if_it_was_not_there(
    presence: PresenceState | None, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene(presence, monkeypatch)
    await scene.comes("dead", since=1)
    await scene.comes("living", since=2)
    assert scene.seen == ["patient:ana"] * times
    assert [one.sid for one in scene.connections.of("patient:ana")] == ["living"]


async def test_a_page_whose_last_connection_was_gone_is_seen_whatever_the_room_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene = Scene(PresenceState.PRESENT, monkeypatch)  # its departure may be under way
    await scene.comes("first", since=1)
    scene.connections.remove("first")
    await scene.comes("second", since=2)
    assert scene.seen == ["patient:ana", "patient:ana"]
