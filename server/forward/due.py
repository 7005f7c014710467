"""By when somebody looks at what was submitted."""

from __future__ import annotations

from server.storage import reviews
from server.storage.database import Tx
from server.storage.encounters import Encounter
from signaling.identifiers import MICROSECONDS_PER_SECOND


async def ask_for_review(tx: Tx, encounter: Encounter, *, now: int) -> int:
    """Put a packet that is submitted now into the review queue.

    Returns:
        By when it is to be looked at, as the network has settled, microseconds UTC.
    """
    settled = await reviews.settings(tx, encounter.network_id)
    due_at = now + settled.due_after_s * MICROSECONDS_PER_SECOND
    await reviews.ask(tx, encounter.encounter_id, due_at=due_at)
    return due_at
