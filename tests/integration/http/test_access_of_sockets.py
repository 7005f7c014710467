"""Every namespace and command x everybody x every encounter.

Through the gateway and the home's application themselves; in place of what a command does
stands one answer.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from types import SimpleNamespace
from typing import Any, Final, cast

import pytest
from socketio.exceptions import ConnectionRefusedError as Refused

from server import access
from server.access import Principal, Relation, Resource, Role, Rule
from server.charting import practitioner
from server.completeness import command_type
from server.console.commands import PractitionerCommands
from server.ending import end
from server.http.cookies import cookie_name
from server.http.routes import Subject
from server.live.application import LEG_COMMANDS, LiveApplication, address
from server.live.calls import CallBook
from server.live.connections import Connection, Connections
from server.live.doors import Door, Visitor
from server.live.edge import Edge
from server.live.gateway import Application, Gateway
from server.live.hub import LiveHub
from server.live.legs import LegBook
from server.live.patient import PatientCommands
from server.live.recent import RecentCommands
from server.live.streams import StreamBook
from server.live.transport import StrictServer
from server.services import Services
from server.storage import commands, encounters
from server.storage.together import Together
from server.waiting.work import Result
from signaling import messages as wire
from tests.matrix.asking import BLANK, ORIGIN, matters
from tests.matrix.people import BY_NAME, EVERYBODY, Person
from tests.matrix.sockets import DONE, LIVE, NAMESPACE_OF, Line, at_the_door
from tests.matrix.things import NOTHING_THERE, THINGS, Thing

COMMANDS: Final[Mapping[str, type[wire.CommandBase]]] = {
    command_type(one): one for one in (*wire.PATIENT_COMMANDS, *wire.PRACTITIONER_COMMANDS)
}
ENCOUNTERS: Final = THINGS[Subject.ENCOUNTER]
RUNG: Final = ("encounter-own", "examiner")  # where an offer rings, there is a leg
PAST: Final = {"v": 1, "stream": "boot-1", "last_seq": 1}  # nobody just came


# ------------------------------------------------------------------ namespaces


class Ears:
    """A Socket.IO server that keeps what was registered, and serves nobody."""

    def __init__(self) -> None:
        self.manager = SimpleNamespace(eio_sid_from_sid=lambda sid, _namespace: sid)
        self.on_open: object = None
        self.handlers: dict[tuple[str, str], object] = {}

    def on(self, event: str, handler: object, namespace: str) -> None:
        self.handlers[event, namespace] = handler


class Doors:
    """The gateway, as somebody who connects finds it."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._ears = Ears()
        known = Together(services.database, encounters.with_ids)

        async def whose(principal: Principal) -> tuple[str, str]:
            return await address(services, known, principal)

        def door(_network_id: str) -> Door:
            raise AssertionError("nobody goes through")

        self.gateway = Gateway(
            services,
            cast("StrictServer", self._ears),
            cast("Edge", SimpleNamespace(node_id="node")),
            Application(whose, door, lambda _network_id: None, services.clock.now),
        )

    async def connect(self, namespace: str, person: Person, *, origin: str = ORIGIN) -> str:
        """Connect, and return the word of a refusal, or that it was let in."""
        audience = access.NAMESPACES[namespace].audience
        assert audience is not None
        name = cookie_name(self._services.settings, audience)
        headers = {"Origin": origin}
        if person.secret:
            headers["Cookie"] = f"{name}={person.secret}"
        environ = {"aiohttp.request": BLANK.clone(headers=headers)}
        connect = self._ears.handlers["connect", namespace]
        assert callable(connect)
        try:
            await connect(f"{namespace} {person.name}", environ, PAST)
        except Refused as refused:
            return str(refused.error_args["message"])
        return DONE


async def wrong_doors(doors: Doors) -> list[tuple[str, str, str]]:
    """Return who was answered otherwise than the policy has it."""
    return [
        (namespace, person.name, word)
        for namespace in access.NAMESPACES
        for person in EVERYBODY
        if (word := await doors.connect(namespace, person)) != at_the_door(namespace, person)
    ]


@pytest.mark.safeguard("164.312(a)(1)")
async def test_a_namespace_lets_in_whom_the_policy_grants_it_and_nobody_else(
    everybody: Services,
) -> None:
    doors = Doors(everybody)
    assert await wrong_doors(doors) == []
    for namespace, rule in access.NAMESPACES.items():
        let_in = {one.principal.role for one in LIVE if at_the_door(namespace, one) == DONE}
        assert let_in == set(rule.grants)
    await end(doors.gateway._tasks)
    elsewhere = await doors.connect("/spa", BY_NAME["spa_staff own fresh"], origin="https://x")
    assert elsewhere == "origin_refused"


# ------------------------------------------------------------------ commands


class Home(LiveApplication):
    """The application of a home in which every command is only answered."""

    async def _do(self, _connection: Connection, _command: wire.CommandBase) -> Result:
        return {DONE: True}


def home(services: Services) -> Home:
    nothing = SimpleNamespace(get=lambda _encounter_id: None)
    legs = SimpleNamespace(has_seat=lambda encounter_id, who: (encounter_id, who) == RUNG)
    nobody_left = SimpleNamespace(leaving=SimpleNamespace(is_over=lambda _session: False))
    return Home(
        services=services,
        connections=Connections(Line(), StreamBook("boot"), backlog_max=8),
        hub=cast("LiveHub", nobody_left),
        calls=cast("CallBook", nothing),
        legs=cast("LegBook", legs),
        patients=cast("PatientCommands", nothing),
        practitioners=cast("PractitionerCommands", nothing),
        recent=RecentCommands(),
    )


def visitor(person: Person) -> Visitor:
    namespace = NAMESPACE_OF[person.principal.audience]
    return Visitor(person.name, "node", namespace, person.principal, person.name, "net")


def command(name: str, thing: Thing | None, command_id: str) -> wire.CommandBase:
    """Return a command of which only that is filled in by which it is permitted."""
    said: dict[str, Any] = {"v": 1, "id": command_id, "type": name}
    if thing is not None:
        said["encounter_id"] = thing.id
    return COMMANDS[name].model_construct(**said)


def about_what(name: str, person: Person, thing: Thing | None) -> Resource | None:
    who = person.principal
    if thing is None:
        return Resource(who.organization_id, None, who.encounter_id, who.practitioner_id)
    if not issubclass(COMMANDS[name], LEG_COMMANDS):
        return thing.resource
    rings = (thing.id, who.practitioner_id) == RUNG
    return thing.resource if rings else Resource(encounter_id=thing.id)


def commanded(name: str, rule: Rule, person: Person, thing: Thing | None) -> str:
    """Return what the policy has for a command of somebody."""
    resource = about_what(name, person, thing)
    if resource is None or not access.may(rule, person.principal, resource):
        return "not_found"
    if not access.is_proven(rule, person.principal):
        return "enrolment_required"
    if access.asks_fresh(rule, person.principal) and not person.is_fresh:
        return "step_up_required"
    return DONE


def sent(name: str, rule: Rule) -> Iterator[tuple[Person, Thing | None]]:
    """Give who sends a command about what: everything, where it could make a difference."""
    for person in LIVE:
        if not matters(rule, person):
            continue
        if "encounter_id" not in COMMANDS[name].model_fields:
            yield person, None
            continue
        whole = person.proof == "fresh" and person.principal.role in rule.grants
        things = (*ENCOUNTERS, NOTHING_THERE[0]) if whole else (ENCOUNTERS[0],)
        for thing in things:
            yield person, thing


async def acks(
    live: Home, name: str, rule: Rule
) -> AsyncIterator[tuple[Person, Thing | None, wire.Ack]]:
    for number, (person, thing) in enumerate(sent(name, rule)):
        asked = command(name, thing, f"{name}-{number}")
        yield person, thing, await live.perform(visitor(person), asked)


def said(ack: wire.Ack) -> str:
    return ack.error.code if ack.error else DONE


@pytest.mark.safeguard("164.312(a)(1)")
async def test_a_command_is_done_for_whom_the_policy_grants_it_and_for_nobody_else(
    everybody: Services,
) -> None:
    """What is not theirs is answered as what does not exist."""
    live = home(everybody)
    for name, rule in access.COMMANDS.items():
        done: set[Role] = set()
        not_there: set[str] = set()
        async for person, thing, ack in acks(live, name, rule):
            assert said(ack) == commanded(name, rule, person, thing), (name, person.name, thing)
            if ack.ok:
                done.add(person.principal.role)
            elif said(ack) == "not_found":
                assert ack.error is not None
                not_there.add(ack.error.model_dump_json())
        assert done == set(rule.grants), name
        assert len(not_there) <= 1, name


def flips(name: str, rule: Rule) -> Iterator[Rule]:
    """Give every rule that lets in one more, or one less, or by less."""
    about_one = "encounter_id" in COMMANDS[name].model_fields
    for role, relation in rule.grants.items():
        yield Rule({k: v for k, v in rule.grants.items() if k is not role}, proof=rule.proof)
        if about_one and relation not in {Relation.ANYBODY, Relation.OWN}:
            yield Rule({**rule.grants, role: Relation.ANYBODY}, proof=rule.proof)
    for role in {one.principal.role for one in LIVE} - set(rule.grants):
        yield Rule({**rule.grants, role: Relation.ANYBODY}, proof=rule.proof)
    if Role.PRACTITIONER in rule.grants:
        for proof in access.Proof:
            if proof is not rule.proof:
                yield Rule(rule.grants, proof=proof)


def test_whatever_grant_of_a_command_is_flipped_somebody_of_the_table_notices() -> None:
    for name, rule in access.COMMANDS.items():
        for other in flips(name, rule):
            assert any(
                commanded(name, rule, *cell) != commanded(name, other, *cell)
                for cell in sent(name, rule)
            ), (name, other)


@pytest.mark.long
@pytest.mark.timeout(1_200)
@pytest.mark.safeguard("164.312(a)(1)")
async def test_a_home_that_goes_by_a_flipped_grant_turns_the_matrix_red(
    everybody: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, rule in list(access.COMMANDS.items()):
        for other in flips(name, rule):
            with monkeypatch.context() as patched:
                patched.setattr(access, "COMMANDS", {**access.COMMANDS, name: other})
                assert await is_red(home(everybody), name, rule), (name, other)


async def is_red(live: Home, name: str, rule: Rule) -> bool:
    async for person, thing, ack in acks(live, name, rule):
        if said(ack) != commanded(name, rule, person, thing):
            return True
    return False


async def test_what_gave_the_patient_back_is_answered_again_and_to_its_sender_alone(
    everybody: Services,
) -> None:
    """By who sent it, a day long, whether or not this process remembers it."""
    colleague, stranger = BY_NAME["colleague fresh"], BY_NAME["stranger fresh"]
    now = everybody.clock.now()
    async with everybody.database.write() as tx:
        actor = practitioner("colleague")
        await commands.record(tx, actor, "once", '{"goes_on": false}', now)
    own, unknown = ENCOUNTERS[0], NOTHING_THERE[0]
    for thing in (own, unknown):  # nothing is learned by it of what there is
        again = command("location.heard", thing, "once")
        live = home(everybody)
        ack = await live.perform(visitor(colleague), again)
        assert (ack.ok, ack.result) == (True, {"goes_on": False})
        for person in (stranger, BY_NAME["examiner enrolling"], BY_NAME["spa_staff own fresh"]):
            assert not (await live.perform(visitor(person), again)).ok, person.name
        other = command("location.heard", thing, "another")
        assert said(await live.perform(visitor(colleague), other)) == "not_found"
