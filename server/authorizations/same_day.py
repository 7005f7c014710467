"""The same-day check: what changed since the exam, as the patient or named staff answers it.

A yes is new health information: it ends what every exam of the patient allowed at this spa.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from server.authorizations.answering import TOPICS, Check, changed
from server.authorizations.ending import end
from server.authorizations.record import Asker
from server.sealing import unseal
from server.services import Core
from server.storage import authorizations as stored
from server.storage.authorizations import CheckRow
from server.storage.database import Tx
from server.storage.patients import Patient
from server.views.authorizations import SameDayForm

ID_BYTES: Final = 16
SEPARATOR: Final = ", "


def as_check(form: SameDayForm) -> Check:
    """Return a form as the core reads it."""
    return {topic: getattr(form, topic) for topic in TOPICS}


async def write(
    tx: Tx,
    core: Core,
    asker: Asker,
    patient: Patient,
    network_id: str,
    day: str,
    form: SameDayForm,
) -> list[str]:
    """Keep a check of today; return the encounters whose charts it changed."""
    check_id = core.random_bytes(ID_BYTES).hex()
    key = await core.keyring.patient_key(tx, patient.id, network_id)
    place = stored.answers_place(check_id, patient.spa_id)
    row = CheckRow(
        id=check_id,
        spa_id=patient.spa_id,
        patient_id=patient.id,
        day=day,
        answered_by=form.answered_by,
        actor=asker.actor,
        recorded_at=core.clock.now(),
        sealed_answers=core.keyring.seal(key, form.model_dump_json().encode(), place),
    )
    await stored.add_check(tx, row)
    if not changed(as_check(form)):
        return []
    live = [
        one
        for one in await stored.of_patient(tx, patient.id, lock=True)
        if one.revoked_at is None
    ]
    for one in live:
        await end(
            tx,
            core,
            one,
            reason="new_health_information",
            actor=asker.actor,
            detail=_detail(day, form),
        )
    return [one.encounter_id for one in live]


async def of_day(
    tx: Tx, core: Core, patient: Patient, network_id: str, day: str
) -> list[Check]:
    """Return the checks that were made for a day."""
    rows = await stored.checks_of(tx, patient.id, day)
    key = await core.keyring.patient_key(tx, patient.id, network_id) if rows else b""
    return [as_check(_opened(key, one)) for one in rows]


def _opened(key: bytes, row: CheckRow) -> SameDayForm:
    place = stored.answers_place(row.id, row.spa_id)
    return SameDayForm.model_validate_json(unseal(key, row.sealed_answers, place=place))


def _detail(day: str, form: SameDayForm) -> str:
    topics: Sequence[str] = [
        topic.replace("_", " ") for topic in TOPICS if getattr(form, topic) is True
    ]
    who = "the patient" if form.answered_by == "patient" else form.staff_name
    return f"Same-day check of {day}, answered by {who}: {SEPARATOR.join(topics)}."
