"""What a practitioner may read of others: opened in an emergency, been in, or supervised."""

from __future__ import annotations

from typing import Final

from server.access import Principal
from server.identities import listed
from server.services import Core
from server.storage import directory, emergency_access, encounters, reading
from server.storage.encounters import Encounter
from server.storage.statements import Tx
from server.views.emergency_access import (
    EmergencyAccessesView,
    EmergencyAccessView,
    ReadableExamView,
    ReadablesView,
    ReadableView,
)

MS: Final = 1_000
PAGE: Final = 20
EXAMS_MAX: Final = 20  # of one patient


async def open_accesses(tx: Tx, core: Core, principal: Principal) -> EmergencyAccessesView:
    """Return what somebody has open, with the exams of each patient."""
    now, made = core.clock.now(), []
    for one in await emergency_access.open_of(tx, principal.account_id or "", now=now):
        named = await encounters.get(tx, one.encounter_id)
        who = await listed(tx, core.keyring, named)
        exams = await reading.of_patient(tx, one.patient_id, one.network_id, limit=EXAMS_MAX)
        made.append(
            EmergencyAccessView(
                id=one.id,
                patient_name=who.legal_name,
                birth_date=who.birth_date,
                started_at_ms=one.started_at // MS,
                expires_at_ms=one.expires_at // MS,
                exams=[await exam_view(tx, core, each) for each in exams],
            )
        )
    return EmergencyAccessesView(now_ms=now // MS, open=made)


async def readables(tx: Tx, core: Core, principal: Principal, before: int) -> ReadablesView:
    """Return a page of what somebody was in, or supervises (`before`: microseconds UTC)."""
    found = await reading.readable_by(
        tx,
        principal.practitioner_id or "",
        principal.organization_id or "",
        now=core.clock.now(),
        before=before,
        limit=PAGE + 1,
    )
    exams = [
        ReadableView(
            **(await exam_view(tx, core, one.encounter)).model_dump(),
            why="supervision" if one.supervised else "was_in",
        )
        for one in found[:PAGE]
    ]
    return ReadablesView(exams=exams, more=len(found) > PAGE)


async def exam_view(tx: Tx, core: Core, encounter: Encounter) -> ReadableExamView:
    """Return one exam of a list."""
    site = await directory.site(tx, encounter.site_id)
    examiner = None
    if encounter.practitioner_id is not None:
        examiner = (await directory.practitioner(tx, encounter.practitioner_id)).display_name
    return ReadableExamView(
        encounter_id=encounter.encounter_id,
        patient_name=(await listed(tx, core.keyring, encounter)).legal_name,
        examiner=examiner,
        site_name=site.name,
        jurisdiction=encounter.jurisdiction or site.jurisdiction,
        visit=encounter.visit,
        requested_at_ms=encounter.requested_at // MS,
        signed_at_ms=None if encounter.signed_at is None else encounter.signed_at // MS,
    )
