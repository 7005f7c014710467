"""One treatment in one jurisdiction by one profession: the unit to which each rule is put.

A case has one for each treatment and each place (where the patient is, where a site is); the
strictest of their answers is the case's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from server.jurisdictions import JURISDICTIONS
from server.rules.case import Case, Practitioner, Treatment
from server.rules.rulebook import NOTHING_KNOWN, Floor, JurisdictionBook, Rulebook
from server.rules.snapshot import Fault
from server.rules.words import PatientKind, Profession, TreatmentClass

NOWHERE = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """What one rule looks at.

    Attributes:
        case: the whole case.
        places: all that it has.
        book: the rules; None if there are none.
        fault: why the rules cannot be relied upon, if so.
        profession: who would examine.
        practitioner: the same as a person; None while the pool is asked.
        treatment: the one in question.
        place: the jurisdiction in question; empty if none is known.
        floor: what the law asks there.
    """

    case: Case
    places: tuple[str, ...]
    book: Rulebook | None
    fault: Fault | None
    profession: Profession
    practitioner: Practitioner | None
    treatment: Treatment
    place: str
    floor: Floor

    @property
    def treatment_class(self) -> TreatmentClass:
        """Return the class in question."""
        return self.treatment.treatment_class

    @property
    def place_name(self) -> str:
        """Return the jurisdiction's English name, or its code where it has none."""
        return JURISDICTIONS.get(self.place, self.place or "an unknown place")

    @property
    def place_book(self) -> JurisdictionBook | None:
        """Return the rest of what the jurisdiction asks."""
        return self.book.jurisdictions.get(self.place) if self.book else None


def units(
    case: Case, book: Rulebook | None, fault: Fault | None, profession: Profession
) -> Iterator[Unit]:
    """Yield every treatment in every place; there is always at least one."""
    kind = PatientKind.ESTABLISHED if case.established else PatientKind.NEW
    places = case.places
    for place in places or (NOWHERE,):
        opinion = place in case.policy.counsel_opinions
        for treatment in case.treatments:
            key = (place, profession, treatment.treatment_class, kind)
            known = book.floor(key, case.now, opinion=opinion) if book else NOTHING_KNOWN
            yield Unit(
                case,
                places,
                book,
                fault,
                profession,
                case.practitioner,
                treatment,
                place,
                known,
            )
