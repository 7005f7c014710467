"""After a take-over nobody is served before all nodes can have said who waits."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Final, cast

import pytest

from server.clock import ManualClock
from server.live.calls import CallBook
from server.live.connections import Connections
from server.live.hub import LiveHub
from server.live.legs import LegBook
from server.live.presenter import Presenter
from server.services import Core
from server.waiting.desks import Desks
from signaling.events import Event, PatientSeen, PractitionerSeen
from signaling.identifiers import EncounterId, PractitionerId

SOON_S: Final = 0.05
PATIENT = PatientSeen(EncounterId("encounter-1"))
PRACTITIONER = PractitionerSeen(PractitionerId("practitioner-1"))


class Desk:
    """Remembers what was submitted to it."""

    switchboard = None

    def __init__(self) -> None:
        self.events: list[Event] = []

    async def submit(self, *events: Event) -> None:
        self.events += events

    async def settled(self) -> None:
        return None


def hub_of(desk: Desk, *, nodes: bool = True) -> LiveHub:
    settings = SimpleNamespace(away_after_s=1, in_cluster=nodes)
    core = SimpleNamespace(settings=settings, clock=ManualClock())
    nothing = SimpleNamespace(of=lambda _recipient: [])
    return LiveHub(
        cast("Core", core),
        "network-1",
        cast("Desks", SimpleNamespace(of=lambda _network_id: desk)),
        cast("Connections", nothing),
        cast("Presenter", nothing),
        cast(
            "CallBook",
            SimpleNamespace(get=lambda _one: None, of_practitioner=lambda _one: None),
        ),
        cast("LegBook", SimpleNamespace(look=never)),
    )


async def never(*_words: object, **_named: object) -> None:
    """Nobody has legs here."""


async def test_a_practitioner_is_seen_when_all_nodes_can_have_said_who_waits() -> None:
    desk = Desk()
    hub = hub_of(desk)
    hub._settled_at_s = SOON_S
    seen = asyncio.create_task(hub._submit_presence("network-1", PRACTITIONER))
    await hub._submit_presence("network-1", PATIENT)
    assert desk.events == [PATIENT]
    await seen
    assert desk.events == [PATIENT, PRACTITIONER]


async def test_a_home_that_is_open_for_a_while_waits_for_nobody() -> None:
    desk = Desk()
    hub = hub_of(desk)
    seen = asyncio.create_task(hub._submit_presence("network-1", PRACTITIONER))
    for _ in range(5):
        await asyncio.sleep(0)
    assert seen.done()


@pytest.mark.parametrize(("nodes", "waits"), [(True, True), (False, False)])
async def test_only_among_several_nodes_a_home_that_opens_waits(
    nodes: bool,  # noqa: FBT001 - of a parameter's name
    waits: bool,  # noqa: FBT001 - the same
) -> None:
    hub = hub_of(Desk(), nodes=nodes)
    hub.start()
    await asyncio.sleep(0)
    assert (hub._settled_at_s > 0) is waits
    await hub.close()
