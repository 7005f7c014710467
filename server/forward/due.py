"""By when somebody looks at what was submitted."""

from __future__ import annotations

from server.forward.limits import REVIEW_DUE_S
from server.storage.database import Tx
from server.storage.encounters import Encounter
from signaling.identifiers import MICROSECONDS_PER_SECOND


async def ask_for_review(_tx: Tx, _encounter: Encounter, *, now: int) -> int:
    """Return by when a packet that is submitted now is to be looked at, microseconds UTC."""
    return now + REVIEW_DUE_S * MICROSECONDS_PER_SECOND
