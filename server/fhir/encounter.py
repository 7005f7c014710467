"""The encounter: virtual, whether it was held live or from what the patient sent.

`VR` of v3-ActCode is an encounter in which patient and practitioner are not in one place, with
exchange of messages among its examples: a store-and-forward review is one as much as a call.
How it was held stands in `type`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fhir.resources.R4B.encounter import Encounter

from server.chart.modality_entries import Modality
from server.fhir.elements import Element, coding, concept, filled, period
from server.fhir.names import Names
from server.fhir.systems import ACT_CODE, PARTICIPATION, SNOMED
from server.treatments import label

HELD: Final[Mapping[Modality, str]] = {
    "live_video": "Good faith exam by live video",
    "hybrid": "Good faith exam by health answers first, then live video",
    "audio_only": "Good faith exam by sound alone",
    "store_and_forward": "Good faith exam by review of what the patient sent",
}
NOT_HELD: Final = "Good faith exam that did not come about"
TELEMEDICINE: Final = ("448337001", "Telemedicine consultation with patient")


def encounter(names: Names) -> Encounter:
    """Return the encounter.

    One in which nothing flowed and nothing was reviewed ended before it began: `cancelled`.
    """
    chart, document = names.chart, names.chart.document
    held = document.modality
    when = period(chart.began_at, chart.ended_at or document.signed_at)
    return Encounter.model_validate(
        filled(
            identifier=[names.encounter.identifier()],
            status="cancelled" if held is None else "finished",
            class_=coding(ACT_CODE, "VR", "virtual"),
            type=[_type(names, held)],
            subject=names.patient.reference(),
            participant=_participants(names, when),
            period=when,
            reasonCode=[
                concept(
                    coding(names.systems.codes("treatment-class"), one.treatment_class),
                    text=label(one.treatment_class, "en"),
                )
                for one in chart.treatments
            ],
            location=_locations(names, when),
            serviceProvider=names.network.reference(document.network_name),
        )
    )


def _type(names: Names, held: Modality | None) -> Element:
    own = names.systems.codes("modality")
    if held is None:
        return concept(coding(own, "none"), text=NOT_HELD)
    return concept(coding(SNOMED, *TELEMEDICINE), coding(own, held), text=HELD[held])


def _participants(names: Names, when: Element) -> list[Element]:
    document = names.chart.document
    performer = coding(PARTICIPATION, "PPRF", "primary performer")
    found: list[Element] = [
        filled(
            type=[concept(performer)],
            period=when,
            individual=names.practitioner.reference(document.practitioner.display_name),
        )
    ]
    if document.guardian is not None:
        words = document.guardian.relationship.replace("_", " ")
        found.append(
            filled(
                type=[concept(text=f"{words}, present")],
                period=when,
                individual=names.guardian.reference(),
            )
        )
    return found


def _locations(names: Names, when: Element) -> list[Element]:
    found: list[Element] = [
        filled(location=names.place.reference(), status="completed", period=when)
    ]
    if names.chart.document.location.at_site:
        site = names.site.reference()
        found.append(filled(location=site, status="completed", period=when))
    return found
