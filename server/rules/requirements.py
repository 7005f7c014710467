"""What must be done before an exam starts: it blocks the start, never the form of exam.

Words of the vocabulary, and for a pool four more that end in a place or a profession:
`authority:AZ` (each), `profession:MD` (one of them), `collaborator:AZ` (of a PA, and of an NP
who was not verified to practise alone there), `dea_registration`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from server.rules.case import ADULT_YEARS, Case
from server.rules.decision import Pool
from server.rules.unit import Unit
from server.rules.words import PHYSICIANS, Consent, Duty, Outcome

DUTIES_EVERYWHERE: Final = frozenset(
    {Duty.VERIFY_IDENTITY, Duty.CONFIRM_LOCATION, Duty.DISCLOSE_PRACTITIONER}
)
FORMS: Final = {
    Outcome.STORE_AND_FORWARD_PERMITTED: Consent.STORE_AND_FORWARD,
    Outcome.AUDIO_ONLY_PERMITTED: Consent.AUDIO_ONLY,
}
EXAMS: Final = frozenset({*FORMS, Outcome.LIVE_VIDEO_REQUIRED})
SUFFICIENCY: Final = "sufficiency_determined"


def requirements(
    case: Case, outcome: Outcome, units: Iterable[Unit], pool: Pool | None
) -> tuple[str, ...]:
    """Return what is still to be done, in a fixed order; nothing where there is no exam.

    Consents that were given are left out. Duties are all there: each is done in the exam.
    """
    if outcome not in EXAMS:
        return ()
    found = tuple(units)
    return (
        *sorted(_consents(case, outcome, found) - case.consents),
        *sorted(_duties(found)),
        *_conditions(case, outcome),
        *(_of_pool(pool) if pool else ()),
    )


def _consents(case: Case, outcome: Outcome, units: Iterable[Unit]) -> set[Consent]:
    form = FORMS.get(outcome)
    asked = {Consent.TELEHEALTH, *(one for unit in units for one in unit.floor.consents)}
    asked -= {*FORMS.values()} - {form}
    if form is not None:
        asked.add(form)
    if case.age_years is None or case.age_years < ADULT_YEARS:
        asked.add(Consent.GUARDIAN)
    return asked


def _duties(units: Iterable[Unit]) -> set[Duty]:
    books = [unit.place_book for unit in units]
    return {*DUTIES_EVERYWHERE, *(duty for book in books if book for duty in book.duties)}


def _conditions(case: Case, outcome: Outcome) -> Iterator[str]:
    """Yield that whoever reviews a packet must find it sufficient, whatever the place asks."""
    if outcome is Outcome.STORE_AND_FORWARD_PERMITTED and SUFFICIENCY not in case.evidenced:
        yield SUFFICIENCY


def _of_pool(pool: Pool) -> Iterator[str]:
    yield from (f"authority:{place}" for place in pool.jurisdictions)
    yield from (f"profession:{profession}" for profession in pool.professions)
    if not PHYSICIANS.issuperset(pool.professions):
        yield from (f"collaborator:{place}" for place in pool.jurisdictions)
    if pool.dea_registered:
        yield "dea_registration"
