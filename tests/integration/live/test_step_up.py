"""A signature takes a proof of the last minutes, however long the socket has been open."""

from __future__ import annotations

import pytest

from server.clock import SystemClock
from server.rehearsal.failures import Refused
from server.rehearsal.people import step_up
from server.rehearsal.practitioner import Practitioner
from server.views.auditing import AuditPageView
from signaling import messages as wire
from tests.clients import Scene
from tests.stale import proved_long_ago

LOGIN = "casey"


async def in_exam(clinic: Scene) -> tuple[str, Practitioner]:
    """Return an exam that could be signed, with its call still open, and who holds it."""
    ana = await clinic.waiting_patient()
    casey = await clinic.practitioner(LOGIN)
    await clinic.accepted(casey, ana)
    await casey.examine(ana.encounter_id, looking=False)
    return ana.encounter_id, casey


async def asks_to_sign(casey: Practitioner, encounter_id: str) -> wire.Ack:
    chart = await casey.read_chart(encounter_id)
    return await casey.socket.command(
        "encounter.sign",
        encounter_id=encounter_id,
        attestation_version=chart.attestation_version,
        attested=True,
        chart_head=chart.chart_head,
    )


async def denied(clinic: Scene) -> set[tuple[str, str | None]]:
    """Return what the audit log says was refused."""
    page = await clinic.staff_page("ops", "compliance")
    found = await page.get("/api/v1/compliance/audit?action=denied", AuditPageView)
    return {(one.route, one.reason) for one in found.entries}


def code_of(ack: wire.Ack) -> str | None:
    return ack.error.code if ack.error else None


@pytest.mark.safeguard("164.312(d)")
async def test_a_signature_needs_a_fresh_proof_even_on_an_old_socket(clinic: Scene) -> None:
    encounter_id, casey = await in_exam(clinic)
    who = clinic.server.people[LOGIN]
    await proved_long_ago(clinic.server, LOGIN)
    ack = await asks_to_sign(casey, encounter_id)
    assert code_of(ack) == "step_up_required"
    assert ack.error is not None
    assert not ack.error.retry
    chart = await casey.read_chart(encounter_id)
    assert chart.visit == "in_progress", "a signature that is refused ends no call"

    other = clinic.server.people["blake"]
    with pytest.raises(Refused) as refused:
        await step_up(casey._page, "console", other, SystemClock())
    assert refused.value.code == "sign_in_failed"
    assert code_of(await asks_to_sign(casey, encounter_id)) == "step_up_required"
    assert await denied(clinic) >= {("command encounter.sign", "step_up_required")}

    await step_up(casey._page, "console", who, SystemClock())
    signed = await asks_to_sign(casey, encounter_id)
    assert signed.ok, signed.error
    assert not casey.socket.closed.is_set(), "it is the socket of before"
    assert casey.socket.of(wire.SessionEnded) == []
    assert (await casey.read_chart(encounter_id)).visit == "signed"


async def test_an_addendum_takes_one_as_well_and_what_is_only_written_down_does_not(
    clinic: Scene,
) -> None:
    encounter_id, casey = await in_exam(clinic)
    await casey.hang_up(encounter_id)
    await proved_long_ago(clinic.server, LOGIN)
    revision = (await casey.read_chart(encounter_id)).note_revision
    saved = await casey.socket.command(
        "note.save", encounter_id=encounter_id, base_revision=revision, text="And one more."
    )
    assert saved.ok, saved.error
    await casey.sign(encounter_id)  # who rehearses proves it by themselves
    await proved_long_ago(clinic.server, LOGIN)
    words = {"encounter_id": encounter_id, "text": "Seen again on the phone."}
    ack = await casey.socket.command("addendum.add", **words)
    assert code_of(ack) == "step_up_required"
    await step_up(casey._page, "console", clinic.server.people[LOGIN], SystemClock())
    assert (await casey.socket.command("addendum.add", **words)).ok
