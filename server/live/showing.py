"""Live pages show PHI: opening one, or asking for its whole state again, is a reading.

The presenter of the pages, with an entry in the audit log before anything leaves it. What is
pushed afterwards belongs to the reading that the opening was; an offer that rings is one of
its own, since it shows a patient whom this practitioner never saw.
"""

from __future__ import annotations

from typing import Final

from server import auditing
from server.access import Principal, Role
from server.auditing.event import MARK_CHARS, SHOWN_MAX, Action, AuditEvent
from server.disclosure import NAMESPACES_READ, Reads
from server.live.presenter import Presenter
from signaling import messages as wire
from signaling.offers import Offer

OFFER: Final = "event offer.ringing"


class AuditedPresenter(Presenter):
    """A presenter that shows nothing which is not in the audit log."""

    async def state(self, principal: Principal, network_id: str) -> wire.EventBase:
        """Return the whole state of a principal's page.

        Raises:
            AuditUnavailable: the entry could not be committed; the page is told nothing.
        """
        state = await super().state(principal, network_id)
        namespace = f"/{principal.audience}"
        if NAMESPACES_READ[namespace] is not Reads.NOTHING:
            shown = encounters_in(state)
            event = AuditEvent(
                action=Action.READ,
                actor=auditing.actor_of(principal),
                role=principal.role.value,
                organization_id=principal.organization_id,
                encounter_id=principal.encounter_id,
                network_id=network_id or None,
                route=f"socket {namespace}",
                at=self._core.clock.now(),
                session=principal.session[:MARK_CHARS] or None,
                shown=tuple(shown[:SHOWN_MAX]),
                number=None if principal.role is Role.PATIENT else len(shown),
            )
            await auditing.record(self._core, event)
        return state

    async def offer_card(self, offer: Offer) -> wire.OfferCard | None:
        """Return the card of an offer that still rings; one entry for an offer.

        Raises:
            AuditUnavailable: the entry could not be committed; it does not ring.
        """
        card = await super().offer_card(offer)
        now, repeats = self._core.clock.now(), self._core.audit.repeats
        if card is None or repeats.is_repeat(OFFER, offer.offer_id, now):
            return card
        event = AuditEvent(
            action=Action.READ,
            actor=f"practitioner:{offer.practitioner_id}",
            role=Role.PRACTITIONER.value,
            encounter_id=offer.encounter_id,
            route=OFFER,
            at=now,
        )
        await auditing.record(self._core, event)
        repeats.entered(OFFER, offer.offer_id, now)
        return card


def encounters_in(state: wire.EventBase) -> list[str]:
    """Return the encounters that the state of a page shows, each once, in its order."""
    match state:
        case wire.SpaSync():
            found = [one.encounter_id for one in state.encounters]
        case wire.PractitionerSync():
            offered = [state.offer.encounter_id] if state.offer else []
            own = [state.encounter_id] if state.encounter_id else []
            found = [*offered, *own, *(one.encounter_id for one in state.unsigned)]
        case _:
            found = []
    return list(dict.fromkeys(found))
