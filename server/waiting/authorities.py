"""Who may see whom, read from the rows and decided by `server.authority`.

Read with locks inside the transaction that relies on it (offer, accept, connect, sign), and
without them to fill the classes of the waiting room.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from server.authority import (
    AuthoritySnapshot,
    NotAuthorized,
    check_authority,
    jurisdictions_of,
)
from server.chart.entries import AuthorityChecked, AuthorityFact, Moment, PractitionerFact
from server.errors import NotAuthorizedHere
from server.storage import directory
from server.storage.database import Tx
from server.storage.directory import Practitioner
from server.storage.encounters import Encounter
from signaling.identifiers import EligibilityClass, Instant, PractitionerId

Members = Mapping[EligibilityClass, frozenset[PractitionerId]]


async def members(
    tx: Tx, network_id: str, classes: Iterable[EligibilityClass], *, now: int
) -> Members:
    """Return who may see the patients of each class at `now`."""
    wanted = tuple(classes)
    if not wanted:
        return {}
    files = await directory.practitioner_files(tx, network_id)
    return {
        one: frozenset(
            PractitionerId(file.practitioner.practitioner_id)
            for file in files
            if file.practitioner.active and _may(file, jurisdictions_of(one), now)
        )
        for one in wanted
    }


def _may(file: directory.PractitionerFile, jurisdictions: frozenset[str], now: int) -> bool:
    try:
        check_authority(
            file.practitioner.profession,
            file.authorities,
            file.collaborations,
            jurisdictions,
            now=Instant(now),
        )
    except NotAuthorized:
        return False
    return True


def in_force(file: directory.PractitionerFile, now: int) -> frozenset[str]:
    """Return the jurisdictions in which a practitioner may see patients at `now`."""
    held = {one.jurisdiction for one in file.authorities if file.practitioner.active}
    return frozenset(one for one in held if _may(file, frozenset({one}), now))


async def relied_upon(
    tx: Tx, encounter: Encounter, practitioner_id: str, now: int
) -> tuple[Practitioner, tuple[AuthoritySnapshot, ...]]:
    """Re-read the authority under lock and return what is relied upon.

    Raises:
        NotAuthorized: the practitioner may not see this patient now.
    """
    file = await directory.practitioner_file(tx, practitioner_id, lock=True)
    places = jurisdictions_of(EligibilityClass(encounter.eligibility or ""))
    if not file.practitioner.active or file.practitioner.network_id != encounter.network_id:
        places = frozenset()
    snapshots = check_authority(
        file.practitioner.profession,
        file.authorities,
        file.collaborations,
        places,
        now=Instant(now),
    )
    return file.practitioner, snapshots


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
    who, snapshots = await relied_upon(tx, encounter, practitioner_id, now)
    return AuthorityChecked(
        moment=moment,
        practitioner=fact(who),
        authorities=[AuthorityFact.of(one) for one in snapshots],
    )


def fact(who: Practitioner) -> PractitionerFact:
    """Return a practitioner as the chart names them."""
    return PractitionerFact(
        practitioner_id=who.practitioner_id,
        display_name=who.display_name,
        profession=who.profession,
        npi=who.npi,
    )
