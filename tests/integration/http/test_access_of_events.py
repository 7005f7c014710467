"""Every encounter x everybody with a page: who is told of it, by the hub itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from types import SimpleNamespace
from typing import cast

import pytest

from server import access
from server.access import Audience
from server.live.application import address
from server.live.calls import CallBook
from server.live.connections import Connection, Connections
from server.live.doors import Visitor
from server.live.hub import LiveHub
from server.live.legs import LegBook
from server.live.operations import Operations
from server.live.presenter import Presenter
from server.live.settling import Settling
from server.live.streams import StreamBook
from server.services import Services
from server.storage import encounters
from server.storage.together import Together
from server.waiting.desks import Desks
from tests.matrix.people import BY_NAME
from tests.matrix.sockets import DONE, LIVE, NAMESPACE_OF, Line, at_the_door
from tests.matrix.things import VISITS, of_visit


@dataclass
class Pages:
    """A hub with a page of everybody who may have one."""

    hub: LiveHub
    line: Line

    @classmethod
    async def open(cls, services: Services, network_id: str) -> Pages:
        async def settled() -> None:
            """Nobody waits in this network."""

        async def look(*_words: object, **_named: object) -> None:
            """Nobody has legs here."""

        line, known = Line(), Together(services.database, encounters.with_ids)
        connections = Connections(line, StreamBook("boot"), backlog_max=8)
        desk = SimpleNamespace(settled=settled, switchboard=None)
        desks = cast("Desks", SimpleNamespace(of=lambda _network_id: desk))
        quiet = SimpleNamespace(
            get=lambda _one: None, of_practitioner=lambda _one: None, look=look
        )
        hub = LiveHub(
            services,
            network_id,
            desks,
            connections,
            Presenter(services, desks, cast("Operations", quiet)),
            cast("CallBook", quiet),
            cast("LegBook", quiet),
            Settling(frozenset),
        )
        for person in LIVE:
            namespace = NAMESPACE_OF[person.principal.audience]
            if at_the_door(namespace, person) == DONE:
                recipient, network = await address(services, known, person.principal)
                came = Visitor(
                    person.name, "node", namespace, person.principal, recipient, network
                )
                connection = Connection.of(came)
                connections.add(connection)
                connection.held = None  # they have their state
        return cls(hub, line)

    def told_of(self, encounter_id: str) -> set[str]:
        """Return who was told something that names an encounter."""
        return {
            sid for sid, event in self.line.told if f'"{encounter_id}"' in json.dumps(event)
        }


def may_be_told(encounter: str, *audiences: Audience) -> set[str]:
    """Return who may be told of an encounter, of those with a page."""
    found = set()
    for person in LIVE:
        namespace = NAMESPACE_OF[person.principal.audience]
        is_here = at_the_door(namespace, person) == DONE
        granted = access.may(access.EVENTS[namespace], person.principal, of_visit(encounter))
        if is_here and granted and person.principal.audience in audiences:
            found.add(person.name)
    return found


@pytest.mark.safeguard("164.312(a)(1)")
@pytest.mark.parametrize("encounter", VISITS)
async def test_of_an_encounter_those_are_told_whom_the_policy_grants_it_and_nobody_else(
    everybody: Services, encounter: str
) -> None:
    name, whose = f"encounter-{encounter}", of_visit(encounter)
    pages = await Pages.open(everybody, whose.network_id or "")
    assert await pages.hub._tell_encounter(name) == whose.network_id
    assert pages.told_of(name) == may_be_told(encounter, "patient", "practitioner", "spa")
    pages.line.told.clear()
    await pages.hub._tell_chart(name, 3)
    assert pages.told_of(name) == may_be_told(encounter, "practitioner")
    for other in set(VISITS) - {encounter}:
        # A practitioner's list of unsigned charts names those that are theirs.
        everyone = may_be_told(other, "patient", "practitioner", "spa", "ops")
        assert pages.told_of(f"encounter-{other}") <= everyone
    await pages.hub.close()


def test_somebody_of_every_namespace_may_be_told_and_somebody_may_not() -> None:
    assert set(access.EVENTS) == set(access.NAMESPACES)
    for namespace, rule in access.EVENTS.items():
        audience = access.NAMESPACES[namespace].audience
        assert audience is not None
        told = {one: may_be_told(one, audience) for one in VISITS}
        assert any(told.values()), namespace
        assert told["own"] != told["far"], namespace
        assert set(rule.grants) == {
            BY_NAME[one].principal.role for who in told.values() for one in who
        }
