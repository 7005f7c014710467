"""After a take-over nobody is served before all nodes have said who waits."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Final, cast

import pytest

from server.clock import ManualClock
from server.live.calls import CallBook
from server.live.connections import Connections
from server.live.hub import LiveHub
from server.live.legs import LegBook
from server.live.presenter import Presenter
from server.live.settling import Settling
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


def hub_of(desk: Desk, settling: Settling, here: Sequence[str] = ("a page",)) -> LiveHub:
    settings = SimpleNamespace(away_after_s=1)
    core = SimpleNamespace(settings=settings, clock=ManualClock())
    nothing = SimpleNamespace(of=lambda _recipient: here)
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
        settling,
    )


async def never(*_words: object, **_named: object) -> None:
    """Nobody has legs here."""


async def turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_practitioner_is_seen_when_all_nodes_have_said_whom_they_have() -> None:
    desk, settling = Desk(), Settling(lambda: {"a", "b"})
    hub = hub_of(desk, settling)
    settled = asyncio.create_task(settling.run())
    seen = asyncio.create_task(hub.presence.submit("network-1", PRACTITIONER))
    settling.registered("a")
    waits = asyncio.create_task(hub.presence.submit("network-1", PATIENT))
    await turns()
    assert desk.events == [PATIENT]
    settling.registered("b")
    await settled
    await seen
    assert desk.events == [PATIENT, PRACTITIONER]
    await waits
    await hub.close()


async def test_a_practitioner_who_goes_meanwhile_is_not_seen() -> None:
    desk, settling = Desk(), Settling(lambda: {"a"})
    hub = hub_of(desk, settling, here=())
    seen = asyncio.create_task(hub.presence.submit("network-1", PRACTITIONER))
    settling.registered("a")
    await settling.run()
    await seen
    assert desk.events == []


async def test_a_beat_that_is_late_is_no_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.live.settling.LOOK_S", 0)
    looks = iter([{"a", "b"}, {"a", "b"}, {"a"}, {"a"}])
    settling = Settling(lambda: next(looks, {"a", "b"}))
    settling.registered("a")
    settled = asyncio.create_task(settling.run())
    for _ in range(40):
        await asyncio.sleep(0)
    assert not settled.done()
    settling.registered("b")
    await settled


async def test_a_node_that_is_not_heard_of_any_more_is_not_waited_for() -> None:
    nodes = {"a", "killed"}
    settling = Settling(lambda: nodes)
    settled = asyncio.create_task(settling.run())
    settling.registered("a")
    await turns()
    assert not settled.done()
    nodes.remove("killed")
    await settled
    await settling.wait()


async def test_a_node_that_comes_later_is_not_waited_for() -> None:
    nodes = {"a"}
    settling = Settling(lambda: nodes)
    settled = asyncio.create_task(settling.run())
    await turns()
    nodes.add("new")
    settling.registered("a")
    await settled
    await settling.wait()


async def test_where_there_are_no_other_nodes_nobody_is_waited_for() -> None:
    settling = Settling(frozenset)
    await settling.run()
    await settling.wait()


async def test_a_node_that_hangs_keeps_nobody_from_being_served(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("server.live.settling.SETTLE_MAX_S", SOON_S)
    settling = Settling(lambda: {"a"})
    await settling.run()
    await settling.wait()
