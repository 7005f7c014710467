"""Directors and protocols of the demo network, made up and signed at once.

No clinician wrote or read them, and they are nobody's advice: they exist so that a demo can
order something. What the demo signs with is the director's own key, made like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from server.intake.catalogue import catalogue
from server.protocols import register
from server.protocols.protocol import day_of
from server.protocols.register import DirectorDetails
from server.services import Core
from server.storage import directory
from server.storage.database import Tx
from server.storage.directory import Organization, Site
from server.views import ProtocolForm, ProtocolProduct
from signaling.messages import Dose, PerformerRole

DAY_US: Final = 86_400 * 1_000_000
AUTHOR: Final = "system"
VERIFIED_BY: Final = "Demo credentialing"
SOURCE: Final = "Made up for the demo network"
LICENCE_DAYS: Final = 730
PROTOCOL_DAYS: Final = 365
DIRECTORS: Final[Mapping[str, str]] = {
    "Glow Aesthetics": "Sasha Bellweather",
    "Lumen Med Spa": "Jordan Achterberg",
}
STRANGER: Final = "Robin Demarest"
FACE: Final = ("Forehead", "Glabella", "Crow's feet")
BODY: Final = ("Face", "Neck", "Arms", "Legs")


@dataclass(frozen=True, slots=True)
class _Usual:
    """What the demo allows for one class; the same dose for every product, if any."""

    areas: tuple[str, ...] = ()
    performers: tuple[PerformerRole, ...] = ("MD", "DO", "NP", "PA", "RN")
    value: float | None = None
    unit: str = ""
    months: int = 12


USUAL: Final[Mapping[str, _Usual]] = {
    "neurotoxin": _Usual(FACE, value=64.0, unit="units"),
    "filler": _Usual(("Lips", "Cheeks", "Nasolabial folds"), value=3.0, unit="mL"),
    "biostimulator": _Usual(("Cheeks", "Jawline"), value=2.0, unit="vials"),
    "fat_dissolving": _Usual(("Under the chin",), value=10.0, unit="mL"),
    "laser_ipl": _Usual(BODY, ("MD", "DO", "NP", "PA", "RN", "laser_technician")),
    "energy_device": _Usual(BODY),
    "microneedling": _Usual(("Face", "Neck"), ("MD", "DO", "NP", "PA", "RN", "esthetician")),
    "chemical_peel": _Usual(("Face", "Neck"), ("MD", "DO", "NP", "PA", "RN", "esthetician")),
    "iv_therapy": _Usual(performers=("MD", "DO", "NP", "PA", "RN", "paramedic"), months=6),
    "im_vitamin": _Usual(("Upper arm", "Thigh"), value=1.0, unit="mL"),
    "glp1": _Usual(("Abdomen", "Thigh"), value=2.5, unit="mg", months=3),
    "weight_loss_drug": _Usual(months=3),
    "hormone": _Usual(months=6),
    "prp": _Usual(("Face", "Scalp")),
    "threads": _Usual(("Cheeks", "Jawline"), ("MD", "DO", "NP", "PA")),
    "sclerotherapy": _Usual(("Legs",), value=10.0, unit="mL"),
    "other": _Usual(("As described in the exam",), ("MD", "DO", "NP", "PA")),
}
CONDITIONS: Final = ("Emergency kit in the room", "Health check on the day, before it begins")


async def extend(tx: Tx, core: Core, spa: Organization) -> int:
    """Give the sites of a demo spa what they lack; return how many protocols that were.

    A site that ever had a director is left as it is, so what was ended stays ended.
    """
    if not spa.demo or spa.kind != "spa":
        return 0
    sites = await directory.sites_of(tx, spa.organization_id)
    known = await register.directors_of(tx, [one.site_id for one in sites])
    served = {one.site_id for one in known}
    accounts = await directory.accounts_of(tx, spa.organization_id)
    own = next((one for one in accounts if one.role == "medical_director"), None)
    added = 0
    for site in sites:
        if site.site_id not in served:
            account_id = own.account_id if own else None
            added += await _furnish(tx, core, spa, site, account_id)
    return added


async def _furnish(
    tx: Tx, core: Core, spa: Organization, site: Site, account_id: str | None
) -> int:
    now = core.clock.now()
    details = DirectorDetails(
        display_name=director_name(spa.name),
        profession="MD",
        jurisdiction=site.jurisdiction,
        licence_number=f"MD-880{len(site.name):03d}-{site.jurisdiction}",
        licence_from=day_of(now - LICENCE_DAYS * DAY_US),
        licence_until=day_of(now + LICENCE_DAYS * DAY_US),
        verified_by=VERIFIED_BY,
        source=SOURCE,
        account_id=account_id,
    )
    director = await register.add_director(tx, core, site.site_id, details)
    for name in USUAL:
        row = await register.draft(
            tx, core, site.site_id, protocol_form(name, now), author=AUTHOR
        )
        await register.sign(
            tx,
            core,
            row.protocol_id,
            row.version,
            sha256=row.sha256,
            director_id=director.director_id,
        )
    return len(USUAL)


def director_name(spa_name: str) -> str:
    """Return who directs the sites of a demo spa."""
    return DIRECTORS.get(spa_name, STRANGER)


def protocol_form(treatment_class: str, now: int) -> ProtocolForm:
    """Return what the demo allows for one class, for a year."""
    usual = USUAL[treatment_class]
    dose = Dose(value=usual.value, unit=usual.unit) if usual.value is not None else None
    products = catalogue().classes[treatment_class].products
    return ProtocolForm(
        treatment_class=treatment_class,
        products=[ProtocolProduct(product=one, dose_max=dose) for one in products],
        areas=list(usual.areas),
        performers=list(usual.performers),
        conditions=list(CONDITIONS),
        order_months_max=usual.months,
        valid_from=day_of(now),
        valid_until=day_of(now + PROTOCOL_DAYS * DAY_US),
    )
