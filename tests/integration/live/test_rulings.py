"""The rules decide on a running server: what compliance closes is not joined, nor signed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator

import pytest

from server.rehearsal.failures import Refused
from signaling import messages as wire
from tests.clients import Scene, scene
from tests.integration.live.test_evidence import reported
from tests.rosters import network_of
from tests.servers import RunningServer, Serving


@pytest.fixture(scope="module")
def ruled(
    tmp_path_factory: pytest.TempPathFactory, serving: Serving
) -> Iterator[RunningServer]:
    with serving(tmp_path_factory.mktemp("ruled")) as running:
        yield running


@pytest.fixture
async def opened(ruled: RunningServer) -> AsyncIterator[Scene]:
    """Arizona is open, as the demo network has it, and will be again."""
    async with scene(ruled) as people:
        yield people
    decide(ruled, "open")


def decide(server: RunningServer, what: str, reference: str = "Memo 21") -> str:
    """Open or close Arizona as compliance does, by the command line."""
    network = network_of(server)
    return server.command(
        "rules", what, network, "AZ", "--by", "Compliance", "--reference", reference
    )


async def decided(clinic: Scene, what: str, reference: str = "Memo 21") -> str:
    """Do the same while sockets live on."""
    return await asyncio.to_thread(decide, clinic.server, what, reference)


def code_of(ack: wire.Ack) -> str | None:
    return ack.error.code if ack.error else None


async def test_nobody_waits_where_it_was_closed(opened: Scene) -> None:
    ana = await opened.ready_patient()
    assert (await decided(opened, "close")).strip() == "68 closed"
    assert code_of(await ana.socket.command("queue.join")) == "not_served"
    assert (await decided(opened, "open")).strip() == "68 opened"
    await ana.join()


async def test_what_was_closed_during_an_exam_is_not_approved_but_may_be_deferred(
    opened: Scene,
) -> None:
    ana = await opened.waiting_patient()
    casey = await opened.practitioner("casey")
    await opened.accepted(casey, ana)
    report = {"encounter_id": ana.encounter_id, "generation": 1, "since_accept_ms": 120}
    for side in (ana.socket, casey.socket):
        await side.ask("call.first_frame", **report)
    await reported(ana, casey)
    await casey.examine(ana.encounter_id)
    await casey.hang_up(ana.encounter_id)
    await decided(opened, "close", "Memo 22")
    with pytest.raises(Refused) as refused:
        await casey.sign(ana.encounter_id)
    assert refused.value.code == "not_served"
    for one in (await casey.read_chart(ana.encounter_id)).dispositions:
        await casey.socket.ask(
            "disposition.set",
            encounter_id=ana.encounter_id,
            treatment_class=one.treatment_class,
            disposition="deferred",
            rationale="It is not served here any more.",
            order=None,
            conditions="",
            condition=None,
            reasons=["needs_in_person_exam"],
            valid_months=one.valid_months,
        )
    await casey.sign(ana.encounter_id)


async def test_what_was_closed_before_they_see_each_other_gives_the_patient_back(
    opened: Scene,
) -> None:
    ana = await opened.waiting_patient()
    casey = await opened.practitioner("casey")
    await opened.accepted(casey, ana)
    await decided(opened, "close", "Memo 25")
    report = {"encounter_id": ana.encounter_id, "generation": 1, "since_accept_ms": 120}
    await ana.socket.command("call.first_frame", **report)
    await casey.socket.command("call.first_frame", **report)
    await ana.socket.expect(wire.VisitChanged, lambda event: event.visit == "waiting")


async def test_consent_taken_back_is_decided_again(opened: Scene) -> None:
    ana = await opened.waiting_patient()
    casey = await opened.practitioner("casey")
    await opened.accepted(casey, ana)
    await ana.socket.ask("consent.withdraw")
    chart = await casey.read_chart(ana.encounter_id)
    kinds = [one.kind for one in chart.entries]
    assert kinds[kinds.index("consent.withdrawn") + 1] == "rules.decided"


def test_every_act_is_a_line_of_the_log(ruled: RunningServer) -> None:
    decide(ruled, "close", "Memo 23")
    decide(ruled, "open", "Memo 24")
    listed = json.loads(ruled.command("rules", "log", network_of(ruled), "--json"))
    assert [(one["what"], one["reference"]) for one in listed[:2]] == [
        ("opened", "Memo 24"),
        ("closed", "Memo 23"),
    ]
