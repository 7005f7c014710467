"""Which authorizations that still hold other rules would decide otherwise.

They are asked about by groups, as exams of an adult in the form in which they were held: what
was signed, and by whom with which licence, was checked then, and stays lawful by the rules of
then. So only the law of the places is compared; nothing is opened, and nobody's licence is
looked at again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from server.ages import ADULT_YEARS, day_of
from server.conditions.evidencing import reviewable_codes
from server.rulebooks.standing import Standing
from server.rules.case import Case, HeldAuthority, Packet, Practitioner, Treatment
from server.rules.impact import Stage, Touched, touched
from server.rules.impact import Standing as Somebody
from server.rules.policy import Opened, OperatorPolicy
from server.rules.rulebook import Rulebook
from server.rules.words import (
    AuthorityKind,
    Consent,
    Modality,
    Profession,
    TreatmentClass,
)
from server.rulings.cases import UNNAMED, case_of
from server.rulings.facts import SEEN, Facts
from server.storage import authorization_groups
from server.storage.authorization_groups import Group, Held
from server.storage.database import Tx
from signaling.identifiers import Instant

YEAR: Final = 365 * 86_400 * 1_000_000


@dataclass(frozen=True, slots=True)
class Authorized:
    """One authorization that other rules touch."""

    held: Held
    what: Touched


@dataclass(frozen=True, slots=True)
class Found:
    """Those that are listed, and how many there are in all."""

    listed: Sequence[Authorized]
    total: int


async def authorized(
    tx: Tx, network_id: str, standing: Standing, new: Rulebook, now: int, limit: int
) -> Found:
    """Return which authorizations the new rules decide otherwise, or ask more of.

    Args:
        tx: a transaction, for reading.
        network_id: whose.
        standing: by what is decided now.
        new: the rules that would be published.
        now: microseconds UTC.
        limit: how many to list.
    """
    day = day_of(now).isoformat()
    listed: list[Authorized] = []
    total = 0
    for group, size in (await authorization_groups.groups(tx, network_id, day)).items():
        what = of_group(group, standing, new, now)
        if what is None:
            continue
        total += size
        left = limit - len(listed)
        if left > 0:
            some = await authorization_groups.members(tx, network_id, day, group, left)
            listed += [Authorized(one, what) for one in some]
    return Found(listed, total)


def of_group(group: Group, standing: Standing, new: Rulebook, now: int) -> Touched | None:
    """Return what new rules change about a group; None when that is nothing. Pure."""
    asked = [
        Somebody(group.treatment_class, Stage.AUTHORIZED, one)
        for one in _cases(group, standing.policy, Instant(now))
    ]
    return next(iter(touched(asked, standing.book, new)), None)


def _cases(group: Group, policy: OperatorPolicy, now: Instant) -> Iterator[Case]:
    """Yield the exam of a group; of a class with controlled products, also one of these."""
    places = frozenset({group.place, group.site})
    profession = Profession(group.profession)
    name = TreatmentClass(group.treatment_class)
    opened = {Opened(place, profession, name) for place in places}
    facts = Facts(site=group.site, location=group.place, located_at=now, connectivity=SEEN)
    case = replace(
        case_of(
            facts,
            replace(policy, opened=policy.opened | opened),
            _whoever(profession, places, now),
            now=now,
        ),
        age_years=ADULT_YEARS,
        treatments=(Treatment(name),),
    )
    if group.forward:
        case = replace(
            case,
            requested_modality=Modality.STORE_AND_FORWARD,
            packet=Packet(images=1, records=0, questionnaire=True, complete=True),
            consents=frozenset({Consent.TELEHEALTH, Consent.STORE_AND_FORWARD}),
            evidenced=reviewable_codes(),
        )
    yield case
    schedule = UNNAMED.get(name) if policy.controlled_enabled else None
    if schedule is not None:
        yield replace(case, treatments=(Treatment(name, schedule),))


def _whoever(profession: Profession, places: frozenset[str], now: Instant) -> Practitioner:
    """Return somebody who holds all that may be asked for there."""
    return Practitioner(
        profession=profession,
        authorities=tuple(
            HeldAuthority(
                jurisdiction=one,
                kind=AuthorityKind.LICENSE,
                verified=True,
                valid_from=Instant(now - YEAR),
                valid_until=Instant(now + YEAR),
            )
            for one in sorted(places)
        ),
        independent_practice_verified=places,
        collaborators=places,
        dea_registered=True,
    )
