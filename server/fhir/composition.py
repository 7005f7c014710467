"""The exam as a composition, and, once something was added, as an amended one.

What was signed stays as it is (`final`, the same in every export). An addendum makes another
composition (`amended`): all of the first, the addenda behind it, each with its author. It
`replaces` the first, and the amended one before it, so that a reader who is shown one is shown
all of it.
"""

from __future__ import annotations

from typing import Final

from fhir.resources.R4B.composition import Composition

from server.charting import SYSTEM
from server.fhir.elements import Element, coding, concept, filled, instant, period
from server.fhir.names import Name, Names
from server.fhir.paper import HISTORY_AND_PHYSICAL
from server.fhir.sections import ADDENDA, section, sections
from server.fhir.signed_chart import AddedLater
from server.fhir.systems import LOINC

TITLE: Final = "Good faith exam"
PRACTITIONER: Final = "practitioner"


def signed(names: Names) -> Composition:
    """Return the exam as it was signed."""
    return Composition.model_validate(
        filled(
            **_head(names, names.composition),
            status="final",
            date=instant(names.chart.document.signed_at),
            author=[_examiner(names)],
            title=TITLE,
            section=sections(names),
        )
    )


def amended(names: Names) -> Composition:
    """Return the exam with everything that was added since; there must be something."""
    addenda = names.chart.addenda
    authors = [_examiner(names), *(author(names, one) for one in addenda)]
    unique = {str(one["reference"]): one for one in authors}
    return Composition.model_validate(
        filled(
            **_head(names, names.amended(len(addenda))),
            status="amended",
            date=instant(addenda[-1].at),
            author=list(unique.values()),
            title=f"{TITLE}, with addenda",
            relatesTo=list(_replaced(names)),
            section=[*sections(names), _added(names)],
        )
    )


def author(names: Names, added: AddedLater) -> Element:
    """Return who added something: the practitioner, the spa, or the network's own system.

    Members of a spa's staff are no resources of ours: the spa stands for them.
    """
    role = added.actor.partition(":")[0]
    if role == PRACTITIONER:
        return _examiner(names)
    return (names.network if role == SYSTEM else names.spa).reference()


def _examiner(names: Names) -> Element:
    return names.role.reference(names.chart.document.practitioner.display_name)


def _head(names: Names, name: Name) -> dict[str, Element | list[Element]]:
    """Return what both have."""
    chart, document = names.chart, names.chart.document
    when = period(chart.began_at, chart.ended_at or document.signed_at)
    exam = concept(coding(LOINC, *HISTORY_AND_PHYSICAL), text=TITLE)
    return {
        "identifier": name.identifier(),
        "type": exam,
        "subject": names.patient.reference(),
        "encounter": names.encounter.reference(),
        "attester": [
            {
                "mode": "legal",
                "time": instant(document.signed_at),
                "party": names.practitioner.reference(),
            }
        ],
        "custodian": names.network.reference(document.network_name),
        "event": [{"period": when, "detail": [names.encounter.reference()]}],
    }


def _replaced(names: Names) -> list[Element]:
    count = len(names.chart.addenda)
    first: Element = {"code": "replaces", "targetReference": names.composition.reference()}
    if count == 1:
        return [first]
    before = names.amended(count - 1).identifier()
    return [first, {"code": "replaces", "targetIdentifier": before}]


def _added(names: Names) -> Element:
    whole = section("Addenda", ADDENDA, ["Added after the signature, in this order."])
    parts = [
        filled(
            title=f"Addendum {number}, {instant(one.at)}",
            author=[author(names, one)],
            text=section("", ADDENDA, [one.text])["text"],
        )
        for number, one in enumerate(names.chart.addenda, start=1)
    ]
    return {**whole, "section": parts}
