"""What of a file ends, and at which days before its end somebody is told. Pure.

Of things that take each other's place (licences of one jurisdiction, policies) the one that
lasts longest counts: what was renewed ends for nobody. Three times somebody is told, 90, 60 and
30 days before; a look into the lists of excluded people lasts a month, and is asked for anew a
week before it is over; one at a licence a month before it is too old, and a week before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from server.authority import ACTIVE, Authority
from server.credentials import DAY_US, NEVER, NOT_CLEARED, Parts, Standard, checked_until
from server.storage.credentials import Backing
from server.storage.directory import PractitionerFile

DAYS: Final = (90, 60, 30)
EXCLUSION_DAYS: Final = (7,)
VERIFICATION_DAYS: Final = (30, 7)
LEFT_DAYS: Final = 30  # what is over is still named for so long


class EndingKind(StrEnum):
    """What ends."""

    AUTHORITY = "authority"
    VERIFICATION = "verification"  # what was seen of a licence at its source
    COLLABORATION = "collaboration"
    DEA = "dea"
    MALPRACTICE = "malpractice"
    EMPLOYMENT = "employment"
    EXCLUSION_CHECK = "exclusion_check"


DAYS_OF: Final[Mapping[EndingKind, tuple[int, ...]]] = {
    EndingKind.EXCLUSION_CHECK: EXCLUSION_DAYS,
    EndingKind.VERIFICATION: VERIFICATION_DAYS,
}


@dataclass(frozen=True, slots=True)
class Ending:
    """Something of a file that has an end.

    Attributes:
        kind: what it is.
        subject_id: the row that ends; the practitioner's, where many rows make one end.
        jurisdiction: where, if it is not the same everywhere.
        valid_until: microseconds UTC; it counts until just before.
    """

    kind: EndingKind
    subject_id: str
    jurisdiction: str | None
    valid_until: int

    @property
    def days(self) -> tuple[int, ...]:
        """The days before its end at which somebody is told."""
        return DAYS_OF.get(self.kind, DAYS)


def endings(
    file: PractitionerFile,
    backings: Sequence[Backing],
    parts: Parts,
    standard: Standard | None,
    now: int,
) -> list[Ending]:
    """Return what of a file has an end, the nearest first; of each kind and place the last."""
    last: dict[tuple[EndingKind, str | None], Ending] = {}
    for one in _all(file, backings, parts, standard, now):
        key = (one.kind, one.jurisdiction)
        if key not in last or one.valid_until > last[key].valid_until:
            last[key] = one
    ending = (one for one in last.values() if one.valid_until < NEVER)
    return sorted(ending, key=lambda one: (one.valid_until, one.kind, one.jurisdiction or ""))


def near(ends: Iterable[Ending], now: int) -> list[Ending]:
    """Return what is as near to its end as somebody is told, or is over since not long ago."""
    first = now - LEFT_DAYS * DAY_US
    return [one for one in ends if first < one.valid_until <= now + max(one.days) * DAY_US]


def due(one: Ending, now: int) -> int | None:
    """Return at which of its days before the end it stands: the nearest that has come.

    Somebody who is entered with 25 days left is told of 30 days, and not of 60 and 90 too.
    """
    if one.valid_until <= now:
        return None
    come = [days for days in one.days if now >= one.valid_until - days * DAY_US]
    return min(come, default=None)


def days_left(valid_until: int, now: int) -> int:
    """Return how many whole days are left; negative once it is over."""
    return (valid_until - now) // DAY_US


def _all(
    file: PractitionerFile,
    backings: Sequence[Backing],
    parts: Parts,
    standard: Standard | None,
    now: int,
) -> Iterator[Ending]:
    yield from _licensed(file, backings)
    yield from _of_parts(parts, now)
    if standard is not None:
        until = checked_until(parts.exclusion_checks, standard, now)
        who = file.practitioner.practitioner_id
        if until != NOT_CLEARED:
            yield Ending(EndingKind.EXCLUSION_CHECK, who, None, until)


def _licensed(file: PractitionerFile, backings: Sequence[Backing]) -> Iterator[Ending]:
    active = (one for one in file.authorities if one.status == ACTIVE)
    held = [one for one in active if one.verified_at is not None]
    for one in held:
        yield Ending(EndingKind.AUTHORITY, one.authority_id, one.jurisdiction, one.valid_until)
    yield from _looked_at(held)
    for backing in backings:
        yield Ending(
            EndingKind.COLLABORATION,
            backing.collaboration_id,
            backing.jurisdiction,
            backing.active_until,
        )
    for listed in file.registrations:
        if listed.ended_at is None:
            yield Ending(
                EndingKind.DEA, listed.registration_id, listed.jurisdiction, listed.valid_until
            )


def _looked_at(held: Sequence[Authority]) -> Iterator[Ending]:
    """Yield the look that lets each place count longest, where its licence outlives it."""
    longest: dict[str, Authority] = {}
    for one in held:
        place = one.jurisdiction
        if place not in longest or _counts_until(one) > _counts_until(longest[place]):
            longest[place] = one
    for one in longest.values():
        until = _counts_until(one)
        if until < one.valid_until:
            yield Ending(EndingKind.VERIFICATION, one.authority_id, one.jurisdiction, until)


def _counts_until(one: Authority) -> int:
    again = one.verify_again_at
    return one.valid_until if again is None else min(one.valid_until, again)


def _of_parts(parts: Parts, now: int) -> Iterator[Ending]:
    for policy in parts.malpractice:
        if policy.counts(now):
            yield Ending(EndingKind.MALPRACTICE, policy.part_id, None, policy.valid_until)
    for contract in parts.employments:
        if contract.counts(now):
            until = NEVER if contract.valid_until is None else contract.valid_until
            yield Ending(EndingKind.EMPLOYMENT, contract.part_id, None, until)
