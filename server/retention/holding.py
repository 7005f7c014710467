"""Until when a record is held, and by what: the longest of all that apply. Pure.

    six_years           nothing is kept for less (what 45 CFR 164.316(b)(2)(i) asks elsewhere)
    jurisdiction        of the patient and of the site: `server.retention.law`
    contract            of the network or the spa
    minority            of a patient who was a minor: until majority and so many years
    authorization       an order made from it is still in force
    legal_hold          set by compliance; it ends when it is released

Counted from the last contact with the patient, not from each visit: jurisdictions do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from server.retention.law import Law, law_of

FLOOR_YEARS: Final = 6
YEARS_MAX: Final = 100
# Days are those of UTC; at the patient's place it may be one later, and the last day counts.
MARGIN: Final = timedelta(days=2)

Ground = Literal[
    "six_years", "jurisdiction", "contract", "minority", "authorization", "legal_hold"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What decides about a record.

    Attributes:
        seen: day of the visit.
        last_contact: day of the last contact with the patient, `seen` or later.
        jurisdictions: of the patient and the site; None: not known.
        born: date of birth; None: not known, which holds as long as of a newborn.
        contract_years: what contracts ask for, 0 for nothing.
        in_force: last day of the last order that was made from it.
        legal_holds: reasons of holds that are not released.
    """

    seen: date
    last_contact: date
    jurisdictions: Iterable[str | None]
    born: date | None
    contract_years: int = 0
    in_force: date | None = None
    legal_holds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """What holds a record longest.

    Attributes:
        until: the last day; None: until it is released.
        ground: which of the grounds.
        detail: the citation, the contract's years, or compliance's reason.
    """

    until: date | None
    ground: Ground
    detail: str

    def holds_on(self, day: date) -> bool:
        """Tell whether it still holds on a day."""
        return self.until is None or day <= self.until


def hold_until(facts: Facts) -> Held:
    """Return what holds a record longest."""
    if facts.legal_holds:
        return Held(None, "legal_hold", "; ".join(facts.legal_holds))
    last = max(facts.seen, facts.last_contact)
    grounds = [Held(years_after(last, FLOOR_YEARS), "six_years", "45 CFR 164.316(b)(2)(i)")]
    for code in set(facts.jurisdictions) or {None}:
        law = law_of(code)
        detail = f"{code or 'unknown'}: {law.citation}"
        grounds.append(Held(years_after(last, law.years), "jurisdiction", detail))
        grounds.extend(_of_minority(facts, law, last, detail))
    if facts.contract_years:
        years = f"{facts.contract_years} years"
        grounds.append(Held(years_after(last, facts.contract_years), "contract", years))
    if facts.in_force is not None:
        grounds.append(Held(facts.in_force, "authorization", "an order is in force"))
    longest = max(grounds, key=lambda one: one.until or date.max)
    return Held((longest.until or date.max) + MARGIN, longest.ground, longest.detail)


def _of_minority(facts: Facts, law: Law, last: date, detail: str) -> list[Held]:
    """Return what holds the record of somebody who was a minor at the visit."""
    born = facts.born or facts.seen
    of_age = years_after(born, law.majority)
    if facts.seen >= of_age:
        return []
    until = max(years_after(of_age, law.after_majority), years_after(last, law.minor_years))
    return [Held(until, "minority", detail)]


def years_after(day: date, years: int) -> date:
    """Return the same day of a later year; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
