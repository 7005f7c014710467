"""Every command of every page is sent as its schema allows it and as it does not, in a call.

Whatever it is, it has one acknowledgement, none is a fault of ours, the connection lives, and
somebody else is answered meanwhile.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from server import access
from server.access import Role
from server.rehearsal.live_socket import LiveSocket, new_command_id
from signaling import messages as wire
from tests.clients import RawSocket, Scene
from tests.socket_cases import ALLOWED, FORBIDDEN, cases

FEW: Final = 2
MANY: Final = 60
WHO: Final = {
    "patient": Role.PATIENT,
    "practitioner": Role.PRACTITIONER,
    "spa": Role.SPA_STAFF,
    "ops": Role.OPS,
}
# After these there may be less to ask for: they come last.
ENDING: Final = (
    *("call.failed", "duty.away", "queue.leave", "call.hang_up", "callback.request"),
    *("consent.withdraw", "encounter.no_show", "encounter.release", "encounter.reschedule"),
    *("encounter.park", "encounter.sign", "location.heard"),
)
ACKNOWLEDGED: Final = re.compile(r"43/patient,(\d+)\[")
OPENINGS: Final = 8  # not as many as a session may open


def kinds_of(who: str) -> list[str]:
    """Return the commands that somebody may send."""
    mine = [kind for kind, rule in access.COMMANDS.items() if WHO[who] in rule.grants]
    return sorted(mine, key=lambda kind: (kind in ENDING, kind))


@dataclass
class Call:
    """Two people who see each other, and somebody who waits.

    Attributes:
        about: what a command may be about, by the name of its field.
        codes: how often each kind of answer was given.
    """

    sockets: Mapping[str, LiveSocket]
    honest: LiveSocket
    about: Mapping[str, object]
    codes: Counter[str | None] = field(default_factory=Counter)

    async def send(self, who: str, command: object) -> wire.Ack:
        ack = await self.sockets[who].send(command)
        code = ack.error.code if ack.error else None
        assert code != "internal", command
        assert ack.ok == (code is None)
        self.codes[code] += 1
        return ack


@pytest.fixture
async def call(impatient_clinic: Scene) -> AsyncIterator[Call]:
    """A server that lets everybody talk fast."""
    clinic = impatient_clinic
    ana = await clinic.waiting_patient("Ana Ortiz")
    avery = await clinic.practitioner("avery")
    await clinic.accepted(avery, ana)
    seen = {"encounter_id": ana.encounter_id, "generation": 1, "since_accept_ms": 120}
    for socket in (ana.socket, avery.socket):
        await socket.ask("call.first_frame", **seen)
    bea = await clinic.waiting_patient("Bea Stone")
    sockets = {
        "patient": ana.socket,
        "practitioner": avery.socket,
        "spa": await clinic.listening(await clinic.staff_page("portal", "glow"), "/spa"),
        "ops": await clinic.listening(await clinic.staff_page("ops", "ops"), "/ops"),
    }
    log = clinic.server.log
    yield Call(sockets, bea.socket, {"encounter_id": ana.encounter_id, "generation": 1})
    said = clinic.server.log[len(log) :]
    assert "Traceback" not in said
    assert "command_failed" not in said


def fitting(body: object, about: Mapping[str, object]) -> object:
    """Return a command about what there is: nothing deeper than `not_found` is learned else."""
    assert isinstance(body, dict)
    known = {name: value for name, value in about.items() if name in body}
    return {**body, "id": new_command_id(), **known}


async def made(kind: str, mode: GenerationMode, times: int) -> list[object]:
    """Return cases, made beside the loop: who does not answer pings meanwhile is hung up on."""
    return await asyncio.to_thread(lambda: list(cases(kind, mode, times)))


async def send_all(call: Call, who: str, times: int) -> None:
    for kind in kinds_of(who):
        for body in await made(kind, ALLOWED, times):
            command = fitting(body, call.about)
            ack = await call.send(who, command)
            # The same once more: one effect, and one answer.
            if ack.error is None or not ack.error.retry:
                again = await call.send(who, command)
                assert again == ack, command
        for body in await made(kind, FORBIDDEN, times):
            ack = await call.send(who, body)
            assert ack.error is not None, body
            assert ack.error.code == "invalid_body", body
        await call.honest.ask("sync")
    assert not call.sockets[who].closed.is_set()
    assert call.codes[None] > 0


@pytest.mark.safeguard("V17.3.2")
@pytest.mark.parametrize("who", WHO)
async def test_whatever_is_sent_is_acknowledged_and_no_fault_of_ours(
    call: Call, who: str
) -> None:
    await send_all(call, who, FEW)


@pytest.mark.long
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("who", WHO)
async def test_however_often_it_is_sent_it_is_acknowledged_and_no_fault_of_ours(
    call: Call, who: str
) -> None:
    await send_all(call, who, MANY)


def test_every_command_is_sent_by_somebody() -> None:
    assert {kind for who in WHO for kind in kinds_of(who)} == set(access.COMMANDS)
    assert set(ENDING) <= set(access.COMMANDS)


@pytest.mark.safeguard("V17.3.2")
async def test_each_command_has_one_acknowledgement(impatient_clinic: Scene) -> None:
    ana = await impatient_clinic.waiting_patient()
    about = {"encounter_id": ana.encounter_id}
    sent = [
        fitting(body, about) if mode is ALLOWED else body
        for kind in kinds_of("patient")
        for mode in (ALLOWED, FORBIDDEN)
        for body in await made(kind, mode, FEW)
    ]
    async with RawSocket.opened(ana.patient.page, "/patient") as raw:
        for number, command in enumerate(sent, start=1):
            await raw.command("/patient", number, command)
        last = len(sent) + 1
        await raw.command("/patient", last, {"v": 1, "id": new_command_id(), "type": "sync"})
        seen = Counter[int]()
        while not seen[last]:
            matched = ACKNOWLEDGED.match(await raw.read())
            if matched is not None:
                seen[int(matched[1])] += 1
    assert seen == Counter(range(1, last + 1))


def openings() -> Iterator[dict[str, Any]]:
    """What a page may say of itself when it connects."""
    found: list[dict[str, Any]] = []
    scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
    values = st.recursive(scalars, lambda one: st.lists(one) | st.dictionaries(st.text(), one))
    names = st.sampled_from(["v", "stream", "last_seq"]) | st.text()

    @settings(
        max_examples=OPENINGS,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.dictionaries(names, values))
    def keep(auth: dict[str, Any]) -> None:
        found.append(auth)

    keep()
    return iter(found)


@pytest.mark.safeguard("V17.3.2")
async def test_whatever_a_page_says_of_its_past_it_is_told_how_things_are(
    impatient_clinic: Scene,
) -> None:
    ana = await impatient_clinic.ready_patient()
    for auth in openings():
        async with RawSocket.opened(ana.patient.page) as raw:
            await raw.text(f"40/patient,{json.dumps(auth)}")
            assert (await raw.read()).startswith("40/patient,"), auth
            while "patient.sync" not in await raw.read():
                pass
