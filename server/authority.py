"""May this practitioner examine this patient, here and now? Licence is a hard filter.

Pure: facts and the time come in, a snapshot of what was relied upon comes out, or a refusal.
It is asked at offer, accept, connect and sign, always with rows read in the transaction that
relies on the answer. Nothing here is ever relaxed: what is unknown counts as absent.

What it is not: which jurisdictions are open, or which modality the law asks for.

Sources: rule R60 of the decision table (authority where the patient AND the site are; a PA,
or an NP without verified independent practice there, needs an active collaborating
physician) and the mission's "never RN".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from server.errors import NotAuthorizedHere
from signaling.identifiers import EligibilityClass, Instant

EXAMINING_PROFESSIONS: Final = frozenset({"MD", "DO", "NP", "PA"})
PHYSICIANS: Final = frozenset({"MD", "DO"})
ELIGIBILITY_CLASS_MAX: Final = 120  # the column `encounters.eligibility`
ACTIVE: Final = "active"
NOBODY: Final = "nobody"
REGISTERED: Final = ";dea"


class WhyNot(StrEnum):
    """What was missing; the later in this list, the nearer the practitioner came."""

    LOCATION_UNKNOWN = "location_unknown"
    PROFESSION = "profession"
    NO_AUTHORITY = "no_authority"
    OTHER_PROFESSION = "other_profession"
    UNVERIFIED = "unverified"
    NOT_ACTIVE = "not_active"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    NO_COLLABORATOR = "no_collaborator"


NEARNESS: Final = {why: place for place, why in enumerate(WhyNot)}


class NotAuthorized(NotAuthorizedHere):
    """The practitioner may not examine this patient.

    Attributes:
        jurisdiction: where authority is missing; empty when the location is unknown.
        why: what is missing there.
    """

    def __init__(self, jurisdiction: str, why: WhyNot) -> None:
        super().__init__()
        self.jurisdiction = jurisdiction
        self.why = why


@dataclass(frozen=True, slots=True)
class Authority:
    """One licence, registration or permit of one practitioner, as stored.

    Instants are microseconds UTC; it holds from `valid_from` until just before `valid_until`.
    What somebody saw at its source counts until just before `verify_again_at`; without one, as
    long as the authority holds.
    """

    authority_id: str
    jurisdiction: str
    kind: str
    number: str
    profession: str
    valid_from: int
    valid_until: int
    status: str
    verified_at: int | None
    verified_by: str | None
    source: str | None
    independent_practice_verified: bool
    verify_again_at: int | None = None

    def is_verified(self, now: int) -> bool:
        """Tell whether somebody looked at its source, said where, and not too long ago."""
        if self.verified_at is None or self.verified_at > now:
            return False
        if self.verify_again_at is not None and self.verify_again_at <= now:
            return False
        return bool((self.verified_by or "").strip() and (self.source or "").strip())

    def as_planned(self, now: int) -> Authority:
        """Return it as plans have it: looked at again as often as is asked for.

        One whose look is too old `now` stays as it is: somebody has to look first.
        """
        again = self.verify_again_at
        return self if again is None or again <= now else replace(self, verify_again_at=None)


@dataclass(frozen=True, slots=True)
class Collaboration:
    """A physician who answers for a practitioner in one jurisdiction, for a time.

    Attributes:
        physician_id: the physician as a practitioner of the same network, who may read what
            they answer for; None where they are nobody here.
    """

    jurisdiction: str
    physician_name: str
    physician_number: str
    active_from: int
    active_until: int
    physician_id: str | None = None


@dataclass(frozen=True, slots=True)
class AuthoritySnapshot:
    """What was relied upon in one jurisdiction at `checked_at`; goes into the chart."""

    jurisdiction: str
    authority_id: str
    kind: str
    number: str
    profession: str
    valid_from: int
    valid_until: int
    verified_at: int
    verified_by: str
    source: str
    independent_practice_verified: bool
    collaborating_physician: str | None
    collaborating_physician_number: str | None
    collaboration_until: int | None
    checked_at: int


def check_authority(
    profession: str,
    authorities: Iterable[Authority],
    collaborations: Iterable[Collaboration],
    jurisdictions: frozenset[str],
    *,
    now: Instant,
    supervised: frozenset[str] = frozenset(),
) -> tuple[AuthoritySnapshot, ...]:
    """Return what is relied upon, one snapshot per jurisdiction, in their order.

    Args:
        profession: the practitioner's; RN and anything unknown is refused.
        authorities: all rows of this practitioner.
        collaborations: all rows of this practitioner.
        jurisdictions: where the patient is and where the site is; each must be satisfied.
        now: the instant that counts, microseconds UTC.
        supervised: where the rules let no NP practise alone, whatever was verified.

    Raises:
        NotAuthorized: for the first jurisdiction, in their order, that is not satisfied.
    """
    if not jurisdictions or "" in jurisdictions:
        raise NotAuthorized("", WhyNot.LOCATION_UNKNOWN)
    held = tuple(
        replace(one, independent_practice_verified=False)
        if one.jurisdiction in supervised
        else one
        for one in authorities
    )
    physicians = tuple(collaborations)
    return tuple(
        _check_one(profession, held, physicians, jurisdiction, now)
        for jurisdiction in sorted(jurisdictions)
    )


def eligibility_class(
    network_id: str,
    jurisdictions: frozenset[str],
    professions: frozenset[str] = EXAMINING_PROFESSIONS,
    *,
    registered: bool = False,
) -> EligibilityClass:
    """Return the opaque name of everybody who may see a patient of these jurisdictions.

    The same network, jurisdictions and professions always give the same name, whatever their
    order. The rules say which professions; with none of them, nobody may. Where a controlled
    drug is wanted, only those count who are `registered` with the DEA in each of the places.

    Raises:
        ValueError: no jurisdiction, or more of them than the name has room for.
    """
    if not jurisdictions or "" in jurisdictions:
        raise ValueError("a class needs at least one jurisdiction")
    name = f"{network_id}:{'+'.join(sorted(jurisdictions))}"
    if not professions >= EXAMINING_PROFESSIONS:
        name += f"/{'+'.join(sorted(professions)) or NOBODY}"
    if registered and professions:
        name += REGISTERED
    if len(name) > ELIGIBILITY_CLASS_MAX:
        raise ValueError("too many jurisdictions for one class")
    return EligibilityClass(name)


def jurisdictions_of(eligibility: EligibilityClass) -> frozenset[str]:
    """Return the jurisdictions that a class was made of; only `server` may look inside."""
    places = eligibility.rpartition(":")[2].removesuffix(REGISTERED).partition("/")[0]
    return frozenset(places.split("+"))


def professions_of(eligibility: EligibilityClass) -> frozenset[str]:
    """Return the professions that a class was made of."""
    named = eligibility.rpartition(":")[2].removesuffix(REGISTERED).partition("/")[2]
    if not named:
        return EXAMINING_PROFESSIONS
    return frozenset(named.split("+")) - {NOBODY}


def is_registered(eligibility: EligibilityClass) -> bool:
    """Tell whether a class is of those registered with the DEA alone."""
    return eligibility.endswith(REGISTERED)


def network_of(eligibility: EligibilityClass) -> str:
    """Return the network that a class was made for."""
    return eligibility.rpartition(":")[0]


def as_compared(number: str) -> str:
    """Return a licence's number as it is compared with another: letters and digits alone.

    Boards and people write one number in several ways: "NP-12345", "np 12345". What has neither
    letters nor digits is compared as it stands.
    """
    folded = number.strip().casefold()
    return "".join(one for one in folded if one.isalnum()) or folded


def _check_one(
    profession: str,
    authorities: tuple[Authority, ...],
    collaborations: tuple[Collaboration, ...],
    jurisdiction: str,
    now: Instant,
) -> AuthoritySnapshot:
    if profession not in EXAMINING_PROFESSIONS:
        raise NotAuthorized(jurisdiction, WhyNot.PROFESSION)
    physician = _collaborator(collaborations, jurisdiction, now)
    nearest = WhyNot.NO_AUTHORITY
    for authority in authorities:
        if authority.jurisdiction != jurisdiction:
            continue
        why = _fault(authority, profession, physician, now)
        if why is None:
            return _snapshot(authority, physician, now)
        nearest = max(nearest, why, key=NEARNESS.__getitem__)
    raise NotAuthorized(jurisdiction, nearest)


def _collaborator(
    collaborations: tuple[Collaboration, ...], jurisdiction: str, now: Instant
) -> Collaboration | None:
    active = (
        one
        for one in collaborations
        if one.jurisdiction == jurisdiction and one.active_from <= now < one.active_until
    )
    return max(active, key=lambda one: one.active_until, default=None)


def _fault(
    authority: Authority, profession: str, physician: Collaboration | None, now: Instant
) -> WhyNot | None:
    rules = (
        (authority.profession == profession, WhyNot.OTHER_PROFESSION),
        (authority.is_verified(now), WhyNot.UNVERIFIED),
        (authority.status == ACTIVE, WhyNot.NOT_ACTIVE),
        (authority.valid_from <= now, WhyNot.NOT_YET_VALID),
        (now < authority.valid_until, WhyNot.EXPIRED),
        (
            physician is not None or not _needs_collaborator(authority),
            WhyNot.NO_COLLABORATOR,
        ),
    )
    return next((why for holds, why in rules if not holds), None)


def _needs_collaborator(authority: Authority) -> bool:
    if authority.profession in PHYSICIANS:
        return False
    return authority.profession == "PA" or not authority.independent_practice_verified


def _snapshot(
    authority: Authority, physician: Collaboration | None, now: Instant
) -> AuthoritySnapshot:
    relied_upon = physician if _needs_collaborator(authority) else None
    return AuthoritySnapshot(
        jurisdiction=authority.jurisdiction,
        authority_id=authority.authority_id,
        kind=authority.kind,
        number=authority.number,
        profession=authority.profession,
        valid_from=authority.valid_from,
        valid_until=authority.valid_until,
        verified_at=authority.verified_at or 0,
        verified_by=authority.verified_by or "",
        source=authority.source or "",
        independent_practice_verified=authority.independent_practice_verified,
        collaborating_physician=relied_upon.physician_name if relied_upon else None,
        collaborating_physician_number=relied_upon.physician_number if relied_upon else None,
        collaboration_until=relied_upon.active_until if relied_upon else None,
        checked_at=now,
    )
