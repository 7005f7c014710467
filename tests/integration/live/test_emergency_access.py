"""Emergency access at the real server: told within seconds; who was in an exam reads on."""

from __future__ import annotations

import json

import pytest

from server.rehearsal.failures import Refused
from server.rehearsal.page import Page
from server.views import ChartView
from server.views.emergency_access import (
    EmergencyAccessesView,
    EmergencyAccessForm,
    EmergencyReviewForm,
    EmergencyReviewsView,
    EmergencyWaitingView,
)
from signaling import messages as wire
from tests.clients import Scene
from tests.integration.live.test_operations import ALERT_S, ops_socket

CONSOLE = "/api/v1/console"
REVIEWING = "/api/v1/compliance/emergency-access"
REASON = "Found unconscious at home, the ambulance asks what she was given."
WRITES: tuple[tuple[str, dict[str, object]], ...] = (
    ("note.save", {"base_revision": 0, "text": "Not mine any more."}),
    ("gate.confirm", {"gate": "identity", "confirmed": True}),
    ("encounter.resume", {}),
    ("encounter.park", {}),
    ("emergency.clear", {}),
    ("chat.say", {"text": "Hello."}),
    ("addendum.add", {"text": "Not mine any more."}),
)


async def read(page: Page, encounter_id: str) -> ChartView:
    return await page.get(f"{CONSOLE}/encounters/{encounter_id}", ChartView)


def alerts(event: wire.OpsSync) -> list[str]:
    return [one.code for one in event.now.alerts]


@pytest.mark.safeguard("164.312(a)(2)(ii)")
async def test_operations_and_compliance_are_told_at_once_and_of_no_patient(
    clinic: Scene,
) -> None:
    ops = await ops_socket(clinic)
    ana = await clinic.ready_patient("Ana Ortiz")
    blake = await clinic.staff_page("console", "blake")
    with pytest.raises(Refused, match="not_found"):
        await read(blake, ana.encounter_id)
    form = EmergencyAccessForm(encounter_id=ana.encounter_id, reason=REASON)
    opened = await blake.send(
        "POST", f"{CONSOLE}/emergency-access", form, EmergencyAccessesView
    )
    assert [one.patient_name for one in opened.open] == ["Ana Ortiz"]
    assert (await read(blake, ana.encounter_id)).identity.legal_name == "Ana Ortiz"
    told = await ops.expect(
        wire.OpsSync, lambda event: "emergency_access" in alerts(event), within_s=ALERT_S
    )
    said = json.dumps([one.model_dump(mode="json") for one in told.now.alerts])
    assert "Ortiz" not in said
    assert ana.encounter_id not in said
    officer = await clinic.staff_page("ops", "compliance")
    assert (await officer.get(f"{REVIEWING}/waiting", EmergencyWaitingView)).waiting == 1
    with pytest.raises(Refused, match="not_signed_in"):
        await read(officer, ana.encounter_id)
    verdict = EmergencyReviewForm(verdict="not_justified", note="Nobody had called.")
    path = f"{REVIEWING}/{opened.open[0].id}/review"
    done = await officer.send("POST", path, verdict, EmergencyReviewsView)
    assert (done.waiting, done.accesses[0].open) == (0, False)
    with pytest.raises(Refused, match="not_found"):
        await read(blake, ana.encounter_id)
    await ops.expect(
        wire.OpsSync, lambda event: "emergency_access" not in alerts(event), within_s=30
    )


async def test_after_a_release_the_former_examiner_still_reads_and_cannot_write(
    clinic: Scene,
) -> None:
    ana = await clinic.waiting_patient("Ana Ortiz")
    casey = await clinic.practitioner("casey")
    await clinic.accepted(casey, ana)
    await casey.socket.ask("encounter.release", encounter_id=ana.encounter_id)
    page = await clinic.staff_page("console", "casey")
    assert (await read(page, ana.encounter_id)).encounter_id == ana.encounter_id
    for kind, fields in WRITES:
        ack = await casey.socket.command(kind, encounter_id=ana.encounter_id, **fields)
        assert ack.error is not None, kind
        assert ack.error.code == "not_found", kind
    blake = await clinic.staff_page("console", "blake")
    with pytest.raises(Refused, match="not_found"):
        await read(blake, ana.encounter_id)
