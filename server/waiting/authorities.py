"""Who may see whom, read from the rows and decided by `server.authority`.

Read with locks inside the transaction that relies on it (offer, accept, connect, sign), and
without them to fill the classes of the waiting room.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from server.authority import (
    EXAMINING_PROFESSIONS,
    AuthoritySnapshot,
    NotAuthorized,
    check_authority,
    is_registered,
    jurisdictions_of,
    professions_of,
)
from server.chart.entries import AuthorityChecked, AuthorityFact, Moment, PractitionerFact
from server.dea import registered_in
from server.errors import NotAuthorizedHere
from server.storage import directory, versions
from server.storage.database import Tx
from server.storage.directory import Practitioner, PractitionerFile
from server.storage.encounters import Encounter
from signaling.identifiers import EligibilityClass, Instant, PractitionerId

Members = Mapping[EligibilityClass, frozenset[PractitionerId]]

NEVER: Final = 2**63 - 1
NOBODY: Final[frozenset[PractitionerId]] = frozenset()
NOWHERE: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Licensure:
    """Who of a network may see patients where, as it was looked up.

    Attributes:
        version: of the directory, before the look.
        looked_at: the instant for which it was decided, microseconds UTC.
        until: from then on something begins or ends, and it must be decided anew.
        by_jurisdiction: who may see patients there.
        by_profession: who is what.
        registered: who has a DEA registration there.
    """

    version: int
    looked_at: int
    until: int
    by_jurisdiction: Mapping[str, frozenset[PractitionerId]]
    by_profession: Mapping[str, frozenset[PractitionerId]] = field(default_factory=dict)
    registered: Mapping[str, frozenset[PractitionerId]] = field(default_factory=dict)

    def members(self, eligibility: EligibilityClass) -> frozenset[PractitionerId]:
        """Return who may see the patients of a class: each of its jurisdictions counts."""
        where = jurisdictions_of(eligibility)
        places = [self.by_jurisdiction.get(one, NOBODY) for one in where]
        if is_registered(eligibility):
            places += [self.registered.get(one, NOBODY) for one in where]
        professions = professions_of(eligibility)
        if professions >= EXAMINING_PROFESSIONS:
            return frozenset.intersection(*places)
        who = (self.by_profession.get(one, NOBODY) for one in professions)
        return frozenset.intersection(NOBODY.union(*who), *places)


async def licensure(
    tx: Tx, network_id: str, *, now: int, supervised: frozenset[str] = NOWHERE
) -> Licensure:
    """Look up who may see patients where: all files of the network.

    Args:
        tx: a transaction, for reading.
        network_id: whose practitioners.
        now: microseconds UTC.
        supervised: where the rules let no NP practise alone.
    """
    # The version first: what changes between the two reads is then looked up again.
    version = await versions.version(tx, versions.DIRECTORY)
    files = await directory.practitioner_files(tx, network_id)
    by_jurisdiction: dict[str, set[PractitionerId]] = {}
    by_profession: dict[str, set[PractitionerId]] = {}
    registered: dict[str, set[PractitionerId]] = {}
    for file in files:
        who = PractitionerId(file.practitioner.practitioner_id)
        by_profession.setdefault(file.practitioner.profession, set()).add(who)
        for place in in_force(file, now, supervised):
            by_jurisdiction.setdefault(place, set()).add(who)
        for place in registered_in(file.registrations, now):
            registered.setdefault(place, set()).add(who)
    return Licensure(
        version=version,
        looked_at=now,
        until=min((at for file in files for at in _turns(file) if at > now), default=NEVER),
        by_jurisdiction={place: frozenset(who) for place, who in by_jurisdiction.items()},
        by_profession={one: frozenset(who) for one, who in by_profession.items()},
        registered={place: frozenset(who) for place, who in registered.items()},
    )


async def members(
    tx: Tx, network_id: str, classes: Iterable[EligibilityClass], *, now: int
) -> Members:
    """Return who may see the patients of each class at `now`."""
    found = await licensure(tx, network_id, now=now)
    return {one: found.members(one) for one in classes}


def _turns(file: PractitionerFile) -> Iterator[int]:
    """Yield the instants at which an authority of this file may begin or end, and the file."""
    yield file.practitioner.cleared_until or 0
    for one in file.authorities:
        yield from (one.valid_from, one.valid_until)
        yield from (one.verified_at or 0, one.verify_again_at or 0)
    for backing in file.collaborations:
        yield from (backing.active_from, backing.active_until)
    for listed in file.registrations:
        yield from (listed.verified_at, listed.valid_until)


def _may(
    file: PractitionerFile, jurisdictions: frozenset[str], now: int, supervised: frozenset[str]
) -> bool:
    try:
        check_authority(
            file.practitioner.profession,
            file.authorities,
            file.collaborations,
            jurisdictions,
            now=Instant(now),
            supervised=supervised,
        )
    except NotAuthorized:
        return False
    return True


def in_force(
    file: PractitionerFile,
    now: int,
    supervised: frozenset[str] = NOWHERE,
    *,
    planned_at: int | None = None,
) -> frozenset[str]:
    """Return the jurisdictions in which a practitioner may see patients.

    Args:
        file: of theirs.
        now: the instant that counts.
        supervised: where somebody has to answer for them.
        planned_at: it is still to come, and planned at this instant
            (`Practitioner.may_be_planned`, `Authority.as_planned`).
    """
    who = file.practitioner
    if planned_at is None:
        may = who.may_examine(now)
    else:
        may = who.may_be_planned(now, now=planned_at)
        ahead = tuple(one.as_planned(planned_at) for one in file.authorities)
        file = replace(file, authorities=ahead)
    held = {one.jurisdiction for one in file.authorities if may}
    return frozenset(one for one in held if _may(file, frozenset({one}), now, supervised))


async def relied_upon(
    tx: Tx, encounter: Encounter, practitioner_id: str, now: int
) -> tuple[Practitioner, tuple[AuthoritySnapshot, ...]]:
    """Re-read the authority under lock and return what is relied upon.

    Raises:
        NotAuthorized: the practitioner may not see this patient now.
    """
    file = await directory.practitioner_file(tx, practitioner_id, lock=True)
    return file.practitioner, _judged(file, encounter, now)


def _judged(
    file: PractitionerFile, encounter: Encounter, now: int
) -> tuple[AuthoritySnapshot, ...]:
    places = jurisdictions_of(EligibilityClass(encounter.eligibility or ""))
    who = file.practitioner
    if not who.may_examine(now) or who.network_id != encounter.network_id:
        places = frozenset()
    return check_authority(
        file.practitioner.profession,
        file.authorities,
        file.collaborations,
        places,
        now=Instant(now),
    )


async def require_authority(tx: Tx, encounter: Encounter, who: str, now: int) -> None:
    """Refuse in the wire's words.

    Raises:
        NotAuthorizedHere: no verified authority where the patient and the site are.
    """
    try:
        await relied_upon(tx, encounter, who, now)
    except NotAuthorized:
        raise NotAuthorizedHere from None


async def checked_entry(
    tx: Tx, encounter: Encounter, practitioner_id: str, moment: Moment, now: int
) -> AuthorityChecked:
    """Check the authority and return the chart entry that says so.

    Raises:
        NotAuthorized: the practitioner may not see this patient now.
    """
    file = await directory.practitioner_file(tx, practitioner_id, lock=True)
    return entry_of(file, encounter, moment, now)


def entry_of(
    file: PractitionerFile, encounter: Encounter, moment: Moment, now: int
) -> AuthorityChecked:
    """Judge a file that was read under lock and return the chart entry that says so.

    Raises:
        NotAuthorized: the practitioner may not see this patient now.
    """
    return AuthorityChecked(
        moment=moment,
        practitioner=fact(file.practitioner),
        authorities=[AuthorityFact.of(one) for one in _judged(file, encounter, now)],
    )


def fact(who: Practitioner) -> PractitionerFact:
    """Return a practitioner as the chart names them."""
    return PractitionerFact(
        practitioner_id=who.practitioner_id,
        display_name=who.display_name,
        profession=who.profession,
        npi=who.npi,
    )
