"""The card of an offer that begins to ring, though its reading may not be entered at once.

An offer lasts some seconds and is made once: a database that was busy for a moment must not
leave a patient unheard. What it is not: showing without an entry; it waits for one.
"""

from __future__ import annotations

import asyncio
from typing import Final

from server.auditing import AuditUnavailable
from server.live.presenter import Presenter
from signaling import messages as wire
from signaling.offers import Offer

TRIES_MAX: Final = 3
PAUSE_S: Final = 0.5


async def card_to_ring(
    presenter: Presenter, offer: Offer, *, pause_s: float = PAUSE_S
) -> wire.OfferCard | None:
    """Return the card of an offer; None when it rings no longer.

    Args:
        presenter: whose cards may have to be in the audit log.
        offer: which.
        pause_s: between two tries, seconds.

    Raises:
        AuditUnavailable: the entry could not be committed, however often; it does not ring.
    """
    for _ in range(TRIES_MAX - 1):
        try:
            return await presenter.offer_card(offer)
        except AuditUnavailable:
            await asyncio.sleep(pause_s)
    return await presenter.offer_card(offer)
