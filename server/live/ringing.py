"""What a practitioner hears of an offer: its card when it begins to ring, and how it ended.

An offer lasts some seconds and is made once: a database that was busy for a moment must not
leave a patient unheard. What it is not: showing without an entry; it waits for one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final, Literal

from server.auditing import AuditUnavailable
from server.live.presenter import Presenter
from signaling import messages as wire
from signaling.offers import Offer, OfferState

TRIES_MAX: Final = 3
PAUSE_S: Final = 0.5

Closed = Literal["accepted", "declined", "missed", "withdrawn"]
CLOSED: Final[Mapping[OfferState, Closed]] = {
    OfferState.ACCEPTED: "accepted",
    OfferState.DECLINED: "declined",
    OfferState.MISSED: "missed",
    OfferState.WITHDRAWN: "withdrawn",
}


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


def closed(offer: Offer) -> wire.OfferClosed:
    """Return what a practitioner is told of an offer that rings no more."""
    reason = str(offer.reason) if offer.reason else None
    return wire.OfferClosed(offer_id=offer.offer_id, state=CLOSED[offer.state], reason=reason)
