"""What stands in a practitioner's file beside licences, and until when it is complete. Pure.

    exclusion checks   nobody whom a list of excluded people names may be paid for care
    malpractice        a policy that covers today
    employment         somebody answers for them
    training           hours before the first patient

A network says in its standard what must be there. What was not verified counts as absent, and
so does what was taken back. `clearance` gives one instant: until then the file is complete, and
the practitioner may be matched; afterwards, and where anything is missing, not.

What it is not: licences, collaborations and DEA registrations, which count by jurisdiction
(`server.authority`, `server.dea`).

Sources: 42 USC 1320a-7 and 1320a-7b(f) (the list of excluded individuals of the Office of
Inspector General, which is renewed every month and advises to look as often).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

DAY_US: Final = 86_400 * 1_000_000
NEVER: Final = 2**63 - 1
NOT_CLEARED: Final = 0
LEIE: Final = "leie"  # the federal list: the one that everybody must be looked up in
STATE: Final = "state"  # the list of some state: a look does not say of which
CLEAR: Final = "clear"
MATCH: Final = "match"
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Missing(StrEnum):
    """What a file lacks."""

    EXCLUSION_CHECK = "exclusion_check"  # none yet, or too long ago
    EXCLUDED = "excluded"  # a list names them
    MALPRACTICE = "malpractice"
    EMPLOYMENT = "employment"
    TRAINING = "training"


@dataclass(frozen=True, slots=True)
class Standard:
    """What a network asks of every file.

    Attributes:
        training_minutes_min: of training, in all.
        exclusion_days: how long a look into the lists of excluded people counts.
        malpractice: cover is needed.
        employment: an employment or a contract is needed.
        verify_again_days: how long a look at a licence counts; None: as long as the licence.
    """

    training_minutes_min: int = 40 * 60
    exclusion_days: int = 31
    malpractice: bool = True
    employment: bool = True
    verify_again_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One row of a file; instants in microseconds UTC. One that is not entered has no id yet.

    Attributes:
        entered_by: who wrote it down, as the audit log names them.
        verified_at: it counts from then on; None: it is a claim.
        verified_by: who looked at the source.
        source: which that was.
        document_id: of the paper that was looked at, where it is kept here.
        ended_at: it was taken back then.
    """

    part_id: str = ""
    entered_at: int = 0
    entered_by: str = ""
    verified_at: int | None = None
    verified_by: str | None = None
    source: str | None = None
    document_id: str | None = None
    ended_at: int | None = None

    def counts(self, now: int) -> bool:
        """Tell whether it was verified, and stands."""
        over = self.ended_at is not None and self.ended_at <= now
        return self.verified_at is not None and self.verified_at <= now and not over


@dataclass(frozen=True, slots=True, kw_only=True)
class ExclusionCheck(Part):
    """Somebody looked for them in a list of excluded people."""

    list_name: str  # leie | sam | state
    outcome: str  # clear | match
    checked_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Malpractice(Part):
    """A policy of malpractice insurance; limits in whole US dollars."""

    insurer: str
    policy_number: str
    per_claim_usd: int
    aggregate_usd: int
    valid_from: int
    valid_until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Employment(Part):
    """What they are to the network; without `valid_until` it has no end yet."""

    kind: str  # employee | contractor
    title: str
    valid_from: int
    valid_until: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Training(Part):
    """Training that was completed."""

    topic: str
    provider: str
    minutes: int
    completed_at: int


@dataclass(frozen=True, slots=True)
class Parts:
    """All of a file that is the same in every jurisdiction."""

    exclusion_checks: tuple[ExclusionCheck, ...] = ()
    malpractice: tuple[Malpractice, ...] = ()
    employments: tuple[Employment, ...] = ()
    trainings: tuple[Training, ...] = ()


@dataclass(frozen=True, slots=True)
class Clearance:
    """Until when a file is complete.

    Attributes:
        until: microseconds UTC; `NOT_CLEARED` where something is missing now; None where the
            network asks for nothing.
        missing: what.
        planned: the same for a plan, in which the lists are looked into as often as they are
            to be: a look that is good for a month bars nobody from a day in three months.
    """

    until: int | None
    missing: tuple[Missing, ...] = ()
    planned: int | None = None


def clearance(parts: Parts, standard: Standard | None, now: int, time_zone: str) -> Clearance:
    """Return until when somebody with this file may be matched, as far as it is known now.

    `time_zone`: in which the network's days are meant, an IANA name.
    """
    if standard is None:
        return Clearance(None)
    found = excluded(parts.exclusion_checks, now, time_zone)
    ends = {
        Missing.EXCLUDED: NOT_CLEARED if found else NEVER,
        Missing.EXCLUSION_CHECK: checked_until(parts.exclusion_checks, standard, now),
    }
    if standard.malpractice:
        policies = [one for one in parts.malpractice if one.counts(now)]
        ends[Missing.MALPRACTICE] = covered_until(
            ((one.valid_from, one.valid_until) for one in policies), now
        )
    if standard.employment:
        contracts = [one for one in parts.employments if one.counts(now)]
        ends[Missing.EMPLOYMENT] = covered_until(
            ((one.valid_from, one.valid_until or NEVER) for one in contracts), now
        )
    if trained_minutes(parts.trainings, now) < standard.training_minutes_min:
        ends[Missing.TRAINING] = NOT_CLEARED
    missing = tuple(what for what, until in ends.items() if until <= now)
    if missing:
        return Clearance(NOT_CLEARED, missing, NOT_CLEARED)
    lasting = (until for what, until in ends.items() if what is not Missing.EXCLUSION_CHECK)
    return Clearance(min(ends.values()), (), min(lasting))


def verify_again_at(verified_at: int, standard: Standard | None) -> int | None:
    """Return until when a look at a licence counts; None: as long as the licence does."""
    if standard is None or standard.verify_again_days is None:
        return None
    return verified_at + standard.verify_again_days * DAY_US


def excluded(checks: Sequence[ExclusionCheck], now: int, time_zone: str) -> bool:
    """Tell whether some list names them: a look on a later day into it did not clear them.

    Days and not instants are compared, since forms and files say days, as their midnight: a
    match that was found in the afternoon must outlast what was clear that morning.

    What is clear in a state's list lifts nothing: the match may be of another state's, and no
    look says which. It bars until somebody takes it back.
    """
    looks = _looks(checks, now)
    cleared: dict[str, date] = {}
    for one in looks:
        if one.outcome == CLEAR and one.list_name != STATE:
            day = _day(one.checked_at, time_zone)
            cleared[one.list_name] = max(day, cleared.get(one.list_name, day))
    return any(
        _day(one.checked_at, time_zone) >= cleared.get(one.list_name, date.min)
        for one in looks
        if one.outcome == MATCH
    )


def checked_until(checks: Sequence[ExclusionCheck], standard: Standard, now: int) -> int:
    """Return until when the newest look into the federal list counts."""
    term = standard.exclusion_days * DAY_US
    looked = (one.checked_at for one in _looks(checks, now) if one.list_name == LEIE)
    newest = max(looked, default=None)
    return NOT_CLEARED if newest is None else newest + term


def covered_until(spans: Iterable[tuple[int, int]], now: int) -> int:
    """Return until when spans cover every instant from now on, or `NOT_CLEARED`."""
    until = now
    for start, end in sorted(spans):
        if start <= until < end:
            until = end
    return until if until > now else NOT_CLEARED


def trained_minutes(trainings: Sequence[Training], now: int) -> int:
    """Return how much training counts."""
    return sum(one.minutes for one in trainings if one.counts(now) and one.completed_at <= now)


def _looks(checks: Sequence[ExclusionCheck], now: int) -> list[ExclusionCheck]:
    """Return the looks that count, and are not still to come."""
    return [one for one in checks if one.counts(now) and one.checked_at <= now]


def _day(instant: int, time_zone: str) -> date:
    """Return on which day of a calendar an instant falls."""
    moment = EPOCH + timedelta(microseconds=instant)
    return moment.astimezone(ZoneInfo(time_zone)).date()
