"""What other systems are told, in the transaction of what happened.

A message is thin: which encounter, whose site, the spa's own name for its request, hashes. Who
needs more asks for it, with the rights that they have. Nothing of the patient is in it, not
even that there is a treatment or a result.
"""

from __future__ import annotations

from server.storage import outbox
from server.storage.authorizations import AuthorizationRow
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.storage.outbox import Outgoing
from server.views.deliveries import DeliveryTopic


async def requested(tx: Tx, encounter: Encounter) -> None:
    """Tell that an exam was asked for."""
    await _tell(tx, encounter, "encounter.requested", at=encounter.requested_at)


async def signed(tx: Tx, encounter: Encounter, *, chart_head: str, at: int) -> None:
    """Tell that a chart was signed, and which head of it."""
    await _tell(tx, encounter, "encounter.signed", at=at, chart_head=chart_head)
    await _push(tx, encounter, "encounter.signed", encounter.encounter_id, at)


async def amended(tx: Tx, encounter: Encounter, *, chart_head: str, at: int) -> None:
    """Tell that a practitioner added to a signed chart, once for each head that it had."""
    await _tell(tx, encounter, "encounter.amended", chart_head, at=at, chart_head=chart_head)
    await _push(tx, encounter, "encounter.amended", chart_head, at)


async def answered(tx: Tx, encounter: Encounter, *, at: int) -> None:
    """Tell that a review of what a patient sent has ended: signed, or it goes on live."""
    # Live and back again, and a second review ends at another instant.
    await _tell(tx, encounter, "review.answered", f"{encounter.encounter_id}:{at}", at=at)


async def ended(tx: Tx, row: AuthorizationRow, *, at: int) -> None:
    """Tell that an authorization is over before its day."""
    await outbox.put(
        tx,
        Outgoing(
            topic="authorization.ended",
            channel="webhook",
            network_id=row.network_id,
            spa_id=row.spa_id,
            encounter_id=row.encounter_id,
            subject=row.id,
            body={
                "authorization_id": row.id,
                "encounter_id": row.encounter_id,
                "site_id": row.site_id,
            },
            at=at,
        ),
    )
    await _push(tx, row, "authorization.ended", row.id, at)


async def satisfied(tx: Tx, row: AuthorizationRow, *, at: int) -> None:
    """Have record systems know that a condition is met; webhooks tell nothing of it."""
    await _push(tx, row, "encounter.amended", f"{row.id}:{at}", at)


async def _push(
    tx: Tx, of: Encounter | AuthorizationRow, topic: DeliveryTopic, subject: str, at: int
) -> None:
    """Have a chart pushed to record systems: they get it as it is when it is sent."""
    await outbox.put(
        tx,
        Outgoing(
            topic=topic,
            channel="emr",
            network_id=of.network_id,
            spa_id=of.spa_id,
            encounter_id=of.encounter_id,
            subject=subject,
            body={},
            at=at,
        ),
    )


async def _tell(
    tx: Tx,
    encounter: Encounter,
    topic: DeliveryTopic,
    subject: str | None = None,
    *,
    at: int,
    **hashes: str,
) -> None:
    await outbox.put(
        tx,
        Outgoing(
            topic=topic,
            channel="webhook",
            network_id=encounter.network_id,
            spa_id=encounter.spa_id,
            encounter_id=encounter.encounter_id,
            subject=subject or encounter.encounter_id,
            body={
                "encounter_id": encounter.encounter_id,
                "request_id": encounter.request_id,
                "site_id": encounter.site_id,
                **hashes,
            },
            at=at,
        ),
    )
