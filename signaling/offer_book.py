"""The book of offers: which ring now, and which were settled lately.

Settled ones are kept only to tell somebody who answers late what happened.
"""

from signaling.errors import OfferAlreadySettled, OfferNotYours, OfferUnknown
from signaling.identifiers import EncounterId, Instant, OfferId, PractitionerId
from signaling.offers import Offer


class OfferBook:
    """At most one ringing offer per practitioner, and per patient one or two."""

    def __init__(self, settled_max: int) -> None:
        """Remember at most `settled_max` settled offers."""
        self._settled_max = settled_max
        self._ringing: dict[OfferId, Offer] = {}
        self._settled: dict[OfferId, Offer] = {}
        self._for_encounter: dict[EncounterId, list[OfferId]] = {}
        self._to_practitioner: dict[PractitionerId, OfferId] = {}

    def open(self, offer: Offer) -> None:
        """Enter an offer that begins to ring."""
        self._ringing[offer.offer_id] = offer
        self._for_encounter.setdefault(offer.encounter_id, []).append(offer.offer_id)
        self._to_practitioner[offer.practitioner_id] = offer.offer_id

    def close(self, settled: Offer) -> None:
        """Enter that an offer rings no more."""
        del self._ringing[settled.offer_id]
        ringing = self._for_encounter[settled.encounter_id]
        ringing.remove(settled.offer_id)
        if not ringing:
            del self._for_encounter[settled.encounter_id]
        del self._to_practitioner[settled.practitioner_id]
        self.remember(settled)

    def remember(self, settled: Offer) -> None:
        """Keep a settled offer, and let go of the oldest one if there are too many."""
        self._settled[settled.offer_id] = settled
        if len(self._settled) > self._settled_max:
            del self._settled[next(iter(self._settled))]

    def answerable(
        self, offer_id: OfferId, practitioner_id: PractitionerId, now: Instant
    ) -> Offer:
        """Return the ringing offer that a practitioner may answer now.

        Raises:
            OfferUnknown: it was never made, or is forgotten.
            OfferNotYours: it rings, or rang, somebody else.
            OfferAlreadySettled: it is settled, or its time is over and the sweep is to come.
        """
        offer = self._ringing.get(offer_id) or self._settled.get(offer_id)
        if offer is None:
            raise OfferUnknown
        if offer.practitioner_id != practitioner_id:
            raise OfferNotYours
        if offer_id in self._settled or offer.is_overdue(now):
            raise OfferAlreadySettled
        return offer

    def get(self, offer_id: OfferId) -> Offer:
        """Return an offer that is known to ring."""
        return self._ringing[offer_id]

    def for_encounter(self, encounter_id: EncounterId) -> tuple[Offer, ...]:
        """Return the offers that ring for a patient, in the order in which they began."""
        return tuple(self._ringing[one] for one in self._for_encounter.get(encounter_id, ()))

    def to_practitioner(self, practitioner_id: PractitionerId) -> Offer | None:
        """Return the offer that rings a practitioner, or None."""
        offer_id = self._to_practitioner.get(practitioner_id)
        return None if offer_id is None else self._ringing[offer_id]

    def ringing(self) -> tuple[Offer, ...]:
        """Return the ringing offers, in the order in which they began."""
        return tuple(self._ringing.values())

    def settled(self) -> tuple[Offer, ...]:
        """Return the settled offers still remembered, the oldest first."""
        return tuple(self._settled.values())
