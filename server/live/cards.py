"""What others are shown of somebody: small pure pictures, each for one reader."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

from server.chart.reading import flags_of
from server.chart.state import ChartState
from server.storage.directory import Practitioner
from server.storage.encounters import Encounter
from signaling.messages import IceServer, OfferCard, PractitionerCard
from signaling.offers import Offer

MS = 1_000


def recipient_of_patient(encounter_id: str) -> str:
    """Return the name of the stream of an encounter's patient."""
    return f"patient:{encounter_id}"


def recipient_of_practitioner(practitioner_id: str) -> str:
    """Return the name of the stream of a practitioner."""
    return f"practitioner:{practitioner_id}"


def age_years(birth_date: str, *, now: int) -> int:
    """Return the age in whole years on the day of `now` (microseconds UTC)."""
    born = date.fromisoformat(birth_date)
    today = datetime.fromtimestamp(now / 1_000_000, UTC).date()
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def offer_card(
    encounter: Encounter,
    site_jurisdiction: str,
    state: ChartState,
    offer: Offer,
    ice_servers: list[IceServer],
    *,
    now: int,
) -> OfferCard:
    """Return what rings: age, places, treatments and flags, but no name."""
    assert state.identity is not None
    return OfferCard(
        offer_id=offer.offer_id,
        encounter_id=encounter.encounter_id,
        age_years=age_years(state.identity.birth_date, now=now),
        jurisdiction=encounter.jurisdiction or "",
        site_jurisdiction=site_jurisdiction,
        language=state.identity.language,
        treatments=list(state.treatments),
        flags=flags_of(state),
        waiting_since_ms=(encounter.ready_at or now) // MS,
        now_ms=now // MS,
        expires_in_ms=max(0, (offer.expires_at - now) // MS),
        ring_ms=(offer.expires_at - offer.rung_at) // MS,
        ice_servers=ice_servers,
    )


def practitioner_card(who: Practitioner, licenses: Iterable[str]) -> PractitionerCard:
    """Return who the patient is about to meet: name, profession and licences."""
    return PractitionerCard(
        display_name=who.display_name,
        profession=who.profession,
        licenses=sorted(licenses),
    )
