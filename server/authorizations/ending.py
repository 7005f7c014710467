"""Ending an authorization: its row, an event, and an addendum in the chart of its exam.

A chart whose key was destroyed gets none: it is over for good, and must not keep the patient's
other exams from being signed, or new health information from being told.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from server import addenda
from server.authorizations import record
from server.authorizations.record import About, Asker
from server.delivery import telling
from server.services import Core
from server.storage import authorizations as stored
from server.storage.authorizations import AuthorizationRow
from server.storage.database import Tx
from server.storage.errors import KeyShredded
from server.views.authorizations import RevokedReason
from signaling.messages import Message

WORDS: Final[Mapping[RevokedReason, str]] = {
    "new_health_information": "new health information",
    "new_class": "the patient was examined for a new class of treatment",
    "superseded": "a later exam takes its place",
    "not_approved_later": "a later exam did not approve this treatment",
    "protocol_lapsed": "the protocol of the site lapsed",
    "practitioner_decision": "the practitioner ended it",
}


class Ended(Message):
    """What the row of the event keeps."""

    reason: RevokedReason
    detail: str


async def end(
    tx: Tx,
    core: Core,
    row: AuthorizationRow,
    *,
    reason: RevokedReason,
    actor: str,
    detail: str,
) -> None:
    """Revoke an authorization, for good.

    Args:
        tx: writes.
        core: keys and the time.
        row: locked, and not ended.
        reason: why.
        actor: who, as charts name them.
        detail: more, in words, for the chart.
    """
    now = core.clock.now()
    await stored.revoke(tx, [row.id], reason=reason, actor=actor, now=now)
    ended = Ended(reason=reason, detail=detail)
    await record.record(
        tx,
        core,
        Asker(row.spa_id, actor),
        "revoked",
        (f"revoked:{row.id}", ended),  # no request can have such an id
        ended,
        About(row.id, row.patient_id),
    )
    name = row.treatment_class.replace("_", " ")
    more = f" {detail}" if detail else ""
    text = f"Authorization for {name} ended: {WORDS[reason]}.{more}"
    with suppress(KeyShredded):
        await addenda.write(tx, core, row.encounter_id, actor, text, now=now)
    await telling.ended(tx, row, at=now)
