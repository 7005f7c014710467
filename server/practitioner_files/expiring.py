"""What of a file ends, and at which days before its end somebody is told. Pure.

Of things that take each other's place (licences of one jurisdiction, policies) the one counts
with which unbroken cover from now on ends: what was renewed in time ends for nobody, and what
is renewed after a gap, or by a licence whose look is too old, does end. Where nothing covers
now, it is what ended last. Three times somebody is told, 90, 60 and 30 days before; a look into
the lists of excluded people lasts a month, and is asked for anew a week before it is over; one
at a licence a month before it is too old, and a week before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from server.authority import ACTIVE, Authority
from server.credentials import (
    DAY_US,
    NEVER,
    NOT_CLEARED,
    Parts,
    Standard,
    checked_until,
    covered_until,
)
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
    """Return what of a file has an end, the nearest first; of each kind and place one."""
    ends = (
        one for one in _all(file, backings, parts, standard, now) if one.valid_until < NEVER
    )
    return sorted(ends, key=lambda one: (one.valid_until, one.kind, one.jurisdiction or ""))


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


@dataclass(frozen=True, slots=True)
class _Span:
    """From when, and until when, one row covers its place."""

    begins: int
    ending: Ending

    @property
    def ends(self) -> int:
        return self.ending.valid_until


def _all(
    file: PractitionerFile,
    backings: Sequence[Backing],
    parts: Parts,
    standard: Standard | None,
    now: int,
) -> Iterator[Ending]:
    active = (one for one in file.authorities if one.status == ACTIVE)
    held = [one for one in active if one.verified_at is not None]
    for place in dict.fromkeys(one.jurisdiction for one in held):
        yield from _of_licences([one for one in held if one.jurisdiction == place], now)
    spans = [*_collaborations(backings), *_registrations(file), *_of_parts(parts, now)]
    for some in _apart(spans):
        yield _where_cover_ends(some, now)
    if standard is not None:
        until = checked_until(parts.exclusion_checks, standard, now)
        who = file.practitioner.practitioner_id
        if until != NOT_CLEARED:
            yield Ending(EndingKind.EXCLUSION_CHECK, who, None, until)


def _apart(spans: Iterable[_Span]) -> list[list[_Span]]:
    """Return those of each kind and place together, in their order."""
    found: dict[tuple[EndingKind, str | None], list[_Span]] = {}
    for one in spans:
        found.setdefault((one.ending.kind, one.ending.jurisdiction), []).append(one)
    return list(found.values())


def _where_cover_ends(spans: Sequence[_Span], now: int) -> Ending:
    """Return the one with which unbroken cover ends; where none is now, what ended last.

    What has not begun is named only where nothing else is there.
    """
    until = covered_until(((one.begins, one.ends) for one in spans), now)
    if until == NOT_CLEARED:
        spans = [one for one in spans if one.begins <= now] or spans
        until = max(one.ends for one in spans)
    # The first of several that end together, as always: a notice is known by its row.
    return next(one.ending for one in spans if one.ends == until)


def _of_licences(held: Sequence[Authority], now: int) -> Iterator[Ending]:
    """Yield how a place ends: by its licence, or before by the look at it; then both.

    What a look leaves of a licence is what covers. The licence behind a look that ends is named
    as if looks were made again in time; one whose look is over already continues nothing.
    """
    end = _where_cover_ends([_looked_at(one) for one in held], now)
    if end.kind is EndingKind.VERIFICATION:
        yield end
        counting = [one for one in held if _counts_until(one) > now] or held
        end = _where_cover_ends([_licensed(one) for one in counting], now)
    yield next(
        one.ending for one in map(_licensed, held) if one.ending.valid_until == end.valid_until
    )


def _licensed(one: Authority) -> _Span:
    place, until = one.jurisdiction, one.valid_until
    return _Span(one.valid_from, Ending(EndingKind.AUTHORITY, one.authority_id, place, until))


def _looked_at(one: Authority) -> _Span:
    """Return what a look leaves of a licence; it ends by the one or the other."""
    until = _counts_until(one)
    if until == one.valid_until:
        return _licensed(one)
    place = one.jurisdiction
    return _Span(
        one.valid_from, Ending(EndingKind.VERIFICATION, one.authority_id, place, until)
    )


def _counts_until(one: Authority) -> int:
    again = one.verify_again_at
    return one.valid_until if again is None else min(one.valid_until, again)


def _collaborations(backings: Iterable[Backing]) -> Iterator[_Span]:
    for one in backings:
        place, until = one.jurisdiction, one.active_until
        end = Ending(EndingKind.COLLABORATION, one.collaboration_id, place, until)
        yield _Span(one.active_from, end)


def _registrations(file: PractitionerFile) -> Iterator[_Span]:
    for one in file.registrations:
        if one.ended_at is None:  # when it began is not known
            place, until = one.jurisdiction, one.valid_until
            yield _Span(0, Ending(EndingKind.DEA, one.registration_id, place, until))


def _of_parts(parts: Parts, now: int) -> Iterator[_Span]:
    for policy in parts.malpractice:
        if policy.counts(now):
            end = Ending(EndingKind.MALPRACTICE, policy.part_id, None, policy.valid_until)
            yield _Span(policy.valid_from, end)
    for contract in parts.employments:
        if contract.counts(now):
            until = NEVER if contract.valid_until is None else contract.valid_until
            end = Ending(EndingKind.EMPLOYMENT, contract.part_id, None, until)
            yield _Span(contract.valid_from, end)
