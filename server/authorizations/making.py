"""Authorizations are made in the transaction of signing: one for each treatment approved.

    approved, approved_with_precaution, conditional -> an authorization for the exam's site
    deferred, declined                              -> none; an older one of the class ends

Never more than the exam says: the class, the order, the site and the last day are the chart's.
A class that the patient was never approved for ends what older exams allowed (the domain's
assumption that an exam is void upon a new class): those exams did not weigh it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from server import charting
from server.authorizations import record, terms
from server.authorizations.ending import end
from server.authorizations.record import About, Asker
from server.chart.requirements import APPROVALS
from server.chart.state import ChartState
from server.documents.exam import valid_until
from server.services import Core
from server.storage import authorizations as stored
from server.storage.authorizations import AuthorizationRow
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.views.authorizations import RevokedReason
from signaling.messages import Message

ID_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class SignedHead:
    """What was signed: the entry, its hash, when (microseconds UTC) and by whom."""

    seq: int
    leaf_hash: str
    signed_at: int
    practitioner_id: str


class Made(Message):
    """What the row of the event keeps."""

    authorization_id: str
    order_sha256: str


async def make(
    tx: Tx, core: Core, encounter: Encounter, state: ChartState, head: SignedHead
) -> list[AuthorizationRow]:
    """Write the authorizations of a chart that is being signed, and end what they replace."""
    wanted = {one.treatment_class for one in state.treatments}
    decided = {name: one for name, one in state.dispositions.items() if name in wanted}
    approved = {name for name, one in decided.items() if one.disposition in APPROVALS}
    older = await stored.of_patient(tx, encounter.patient_id, lock=True)
    await _end_older(tx, core, encounter, older, decided.keys(), approved)
    return [
        await _add(tx, core, encounter, head, terms.decision_of(decided[name]))
        for name in sorted(approved)
    ]


async def _add(
    tx: Tx, core: Core, encounter: Encounter, head: SignedHead, decided: terms.Decision
) -> AuthorizationRow:
    authorization_id = core.random_bytes(ID_BYTES).hex()
    salt = core.random_bytes(ID_BYTES).hex()
    agreed = decided.terms.model_copy(update={"salt": salt})
    owner = (encounter.patient_id, encounter.spa_id, encounter.network_id)
    row = AuthorizationRow(
        id=authorization_id,
        network_id=encounter.network_id,
        spa_id=encounter.spa_id,
        site_id=encounter.site_id,
        patient_id=encounter.patient_id,
        encounter_id=encounter.encounter_id,
        practitioner_id=head.practitioner_id,
        treatment_class=decided.treatment.treatment_class,
        disposition=decided.disposition,
        protocol_id=decided.protocol_id,
        protocol_version=decided.protocol_version,
        chart_seq=head.seq,
        chart_head=head.leaf_hash,
        sealed_terms=await terms.sealed(tx, core.keyring, agreed, authorization_id, owner),
        signed_at=head.signed_at,
        valid_until=min(
            one
            for one in (valid_until(head.signed_at, decided.valid_months), decided.not_after)
            if one
        ),
    )
    await stored.add(tx, row)
    made = Made(authorization_id=authorization_id, order_sha256=agreed.order_sha256)
    await record.record(
        tx,
        core,
        Asker(encounter.spa_id, charting.practitioner(head.practitioner_id)),
        "signed",
        (f"signed:{authorization_id}", made),
        made,
        About(authorization_id, encounter.patient_id),
    )
    return row


async def _end_older(
    tx: Tx,
    core: Core,
    encounter: Encounter,
    older: Sequence[AuthorizationRow],
    decided: Collection[str],
    approved: Collection[str],
) -> None:
    known = {one.treatment_class for one in older}
    for row in older:
        reason = ended_by(row, encounter.site_id, known, decided, approved)
        if row.revoked_at is None and reason is not None:
            await end(tx, core, row, reason=reason, actor=charting.SYSTEM, detail="")


def ended_by(
    row: AuthorizationRow,
    site_id: str,
    known: Collection[str],
    decided: Collection[str],
    approved: Collection[str],
) -> RevokedReason | None:
    """Return why a later exam ends an authorization, or None where it stays. Pure.

    Args:
        row: of an earlier exam of the same patient.
        site_id: of the later exam.
        known: classes that this patient was ever approved for before it.
        decided: classes that the later exam decided on.
        approved: those of them that it approved.
    """
    name = row.treatment_class
    if name in decided and name not in approved:
        return "not_approved_later"
    if name in approved and row.site_id == site_id:
        return "superseded"
    if name not in approved and set(approved) - set(known):
        return "new_class"
    return None
