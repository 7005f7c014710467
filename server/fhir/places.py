"""Organizations and locations: the network and the spa, the site, and where the patient was.

Where the patient was is a location of its own, by this encounter: the licence depended on it,
and it is not where they live.
"""

from __future__ import annotations

from typing import Final

from fhir.resources.R4B.location import Location
from fhir.resources.R4B.organization import Organization

from server.fhir.elements import address, coding, concept, filled, printable
from server.fhir.names import Name, Names
from server.fhir.systems import ROLE_CODE

PROVIDER: Final = ("http://terminology.hl7.org/CodeSystem/organization-type", "prov")


def network(names: Names) -> Organization:
    """Return the network of practitioners that holds the chart."""
    return _organization(names, names.network, names.chart.document.network_name)


def spa(names: Names) -> Organization:
    """Return the spa that asked for the exam."""
    return _organization(names, names.spa, names.chart.document.site.spa_name)


def site(names: Names) -> Location:
    """Return the site of the spa where the treatment is to be given."""
    place = names.chart.document.site
    return Location.model_validate(
        filled(
            identifier=[names.site.identifier()],
            status="active",
            name=printable(place.name),
            mode="instance",
            type=[concept(coding(ROLE_CODE, "OF"), text="Site of treatment")],
            address=address(place.street, place.city, place.jurisdiction, place.postal_code),
            managingOrganization=names.spa.reference(),
        )
    )


def patient_location(names: Names) -> Location:
    """Return where the patient attested to be during the exam.

    Away from the site, the spa's view has the city alone, as its paper does.
    """
    place = names.chart.document.location
    whole = names.view == "network" or place.at_site
    street, postal_code = (place.street, place.postal_code) if whole else ("", "")
    where = "at the site" if place.at_site else "elsewhere than the site"
    # Somebody elsewhere need not be at home: no code says so, the words do.
    codes = [coding(ROLE_CODE, "OF")] if place.at_site else []
    return Location.model_validate(
        filled(
            identifier=[names.place.identifier()],
            status="active",
            name="Patient's location, as attested",
            description=f"Attested by the patient for this encounter: {where}",
            mode="instance",
            type=[concept(*codes, text=f"Patient, {where}")],
            address=address(street, place.city, place.jurisdiction, postal_code),
            partOf=names.site.reference() if place.at_site else None,
            managingOrganization=names.spa.reference() if place.at_site else None,
        )
    )


def _organization(names: Names, name: Name, called: str) -> Organization:
    return Organization.model_validate(
        filled(
            identifier=[name.identifier()],
            active=True,
            type=[concept(coding(*PROVIDER))],
            name=printable(called),
            telecom=[{"system": "url", "value": names.systems.origin}],
        )
    )
