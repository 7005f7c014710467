"""Asking a verification service about a licence, and what comes of its answer."""

from __future__ import annotations

from typing import Final

from server import auditing
from server.accounts import new_id
from server.auditing import AuditEvent
from server.authority import Authority
from server.errors import NotFound
from server.practitioner_files import entering
from server.practitioner_files.entering import Evidence
from server.practitioner_files.verification import (
    Finding,
    Outcome,
    Question,
    Verdict,
    VerificationService,
    judge,
)
from server.services import Core
from server.storage import credentials, directory, licences
from server.storage.credentials import AuthorityCheck
from server.storage.database import Tx
from server.storage.errors import RowMissing

SERVICE: Final = "Verification service"


async def look_up(
    core: Core,
    service: VerificationService,
    practitioner_id: str,
    authority_id: str,
    event: AuditEvent,
) -> Verdict:
    """Ask about a licence as it is entered now, and write down what comes of it, audited.

    Nothing is held while the service is asked. Of what changed meanwhile it confirms nothing;
    another status counts all the same.

    Raises:
        NotFound: this practitioner has no such authority.
        VerificationFailed: the service gave no answer that can be used.
    """
    asked, question = await _question(core, practitioner_id, authority_id)
    finding = await service.look_up(question)
    try:
        async with core.database.write() as tx:
            now = await _authority(tx, practitioner_id, authority_id, lock=True)
            # Of one that was changed meanwhile nothing is known, but what the board says of its
            # number: place, kind and number of a row are never changed. A person has to look.
            is_known = now == asked or finding.outcome is Outcome.OTHER_STATUS
            verdict = judge(finding, now) if is_known else Verdict.DIFFERS
            by = event.actor
            await _decide(tx, core, practitioner_id, now, verdict, finding, by=by)
            await auditing.note(tx, event)
    except RowMissing:
        raise NotFound from None
    return verdict


async def _question(
    core: Core, practitioner_id: str, authority_id: str
) -> tuple[Authority, Question]:
    try:
        async with core.database.read() as tx:
            who = await directory.practitioner(tx, practitioner_id)
            held = await _authority(tx, practitioner_id, authority_id)
    except RowMissing:
        raise NotFound from None
    return held, Question(
        jurisdiction=held.jurisdiction,
        kind=held.kind,
        number=held.number,
        profession=held.profession,
        name=who.display_name,
        npi=who.npi,
    )


async def _authority(
    tx: Tx, practitioner_id: str, authority_id: str, *, lock: bool = False
) -> Authority:
    if lock:
        await licences.hold(tx, practitioner_id, authority_id)
    file = await directory.practitioner_file(tx, practitioner_id)
    for one in file.authorities:
        if one.authority_id == authority_id:
            return one
    raise RowMissing("authorities", authority_id)


async def _decide(
    tx: Tx,
    core: Core,
    practitioner_id: str,
    found: Authority,
    verdict: Verdict,
    finding: Finding,
    *,
    by: str,
) -> None:
    authority_id = found.authority_id
    if verdict is Verdict.CONFIRMED:
        seen = Evidence(SERVICE, finding.source)
        await entering.verify_authority(
            tx, core, practitioner_id, authority_id, seen, by=by, method="service"
        )
        return
    await credentials.add_check(
        tx,
        AuthorityCheck(
            check_id=new_id(core),
            authority_id=authority_id,
            at=core.clock.now(),
            outcome=verdict.value,
            method="service",
            actor=by,
            checked_by=SERVICE,
            source=finding.source,
        ),
    )
    if verdict is Verdict.OTHER_STATUS:
        await entering.set_status(tx, core, practitioner_id, authority_id, "suspended", by=by)
