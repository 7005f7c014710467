"""What ends is named once for what follows one another, and told at 90, 60 and 30 days."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.authority import Authority
from server.credentials import DAY_US, Employment, ExclusionCheck, Malpractice, Parts, Standard
from server.dea import DeaRegistration
from server.practitioner_files.expiring import (
    Ending,
    EndingKind,
    days_left,
    due,
    endings,
    near,
)
from server.storage.credentials import Backing
from server.storage.directory import Practitioner, PractitionerFile

NOW = 1_764_000_000_000_000
WHO = Practitioner(
    "casey", "network", "account", "Casey", "NP", "1234567893", "en", active=True
)
LICENCE = Authority(
    authority_id="licence",
    jurisdiction="AZ",
    kind="license",
    number="NP-1",
    profession="NP",
    valid_from=NOW - 365 * DAY_US,
    valid_until=NOW + 80 * DAY_US,
    status="active",
    verified_at=NOW - DAY_US,
    verified_by="R. Alvarez",
    source="azbn.gov",
    independent_practice_verified=False,
)
BACKING = Backing("backing", "AZ", "Dr. Chen", "MD-1", None, NOW - DAY_US, NOW + 70 * DAY_US)
DEA = DeaRegistration(
    registration_id="dea",
    jurisdiction="AZ",
    number="AB1234563",
    valid_until=NOW + 50 * DAY_US,
    verified_at=NOW - DAY_US,
    verified_by="R. Alvarez",
    source="deadiversion.usdoj.gov",
)
COVER = Malpractice(
    part_id="cover",
    verified_at=NOW - DAY_US,
    insurer="Saguaro Mutual",
    policy_number="SM-1",
    per_claim_usd=1_000_000,
    aggregate_usd=3_000_000,
    valid_from=NOW - DAY_US,
    valid_until=NOW + 20 * DAY_US,
)
LOOK = ExclusionCheck(
    part_id="look",
    verified_at=NOW - DAY_US,
    list_name="leie",
    outcome="clear",
    checked_at=NOW - DAY_US,
)
CONTRACT = Employment(
    part_id="contract",
    verified_at=NOW - DAY_US,
    kind="contractor",
    title="NP",
    valid_from=NOW - DAY_US,
    valid_until=NOW + 60 * DAY_US,
)


NOTHING = Parts()


def found(
    *held: Authority, parts: Parts = NOTHING, backings: tuple[Backing, ...] = ()
) -> list[Ending]:
    file = PractitionerFile(WHO, held, (), (DEA,))
    return endings(file, backings, parts, Standard(), NOW)


def test_all_that_has_an_end_is_named_the_nearest_first() -> None:
    parts = Parts((LOOK,), (COVER,), (CONTRACT,))
    ends = found(LICENCE, parts=parts, backings=(BACKING,))
    assert [(one.kind, one.subject_id, days_left(one.valid_until, NOW)) for one in ends] == [
        (EndingKind.MALPRACTICE, "cover", 20),
        (EndingKind.EXCLUSION_CHECK, "casey", 30),
        (EndingKind.DEA, "dea", 50),
        (EndingKind.EMPLOYMENT, "contract", 60),
        (EndingKind.COLLABORATION, "backing", 70),
        (EndingKind.AUTHORITY, "licence", 80),
    ]


def test_what_was_renewed_ends_for_nobody() -> None:
    renewed = replace(LICENCE, authority_id="renewed", valid_until=NOW + 800 * DAY_US)
    assert [one.subject_id for one in found(LICENCE, renewed)] == ["dea", "renewed"]
    assert near(found(LICENCE, renewed), NOW) == near(found(), NOW)
    claimed = replace(renewed, verified_at=None)
    assert [one.subject_id for one in found(LICENCE, claimed)] == ["dea", "licence"]


def test_an_employment_without_an_end_is_not_named() -> None:
    endless = replace(CONTRACT, part_id="endless", valid_until=None)
    kinds = [one.kind for one in found(parts=Parts(employments=(CONTRACT, endless)))]
    assert EndingKind.EMPLOYMENT not in kinds


def test_what_was_revoked_or_taken_back_is_not_named() -> None:
    revoked = replace(LICENCE, status="revoked")
    back = replace(COVER, ended_at=NOW)
    assert [one.kind for one in found(revoked, parts=Parts(malpractice=(back,)))] == [
        EndingKind.DEA
    ]


def looked_at(days: int, *, valid: int = 80, name: str = "licence") -> Authority:
    again, until = NOW + days * DAY_US, NOW + valid * DAY_US
    return replace(LICENCE, authority_id=name, verify_again_at=again, valid_until=until)


def looks(*held: Authority) -> list[tuple[str, int]]:
    return [
        (one.subject_id, days_left(one.valid_until, NOW))
        for one in found(*held)
        if one.kind is EndingKind.VERIFICATION
    ]


def test_a_look_that_is_too_old_before_the_licence_ends_is_named() -> None:
    assert looks(looked_at(20)) == [("licence", 20)]
    assert looks(LICENCE) == []
    assert looks(looked_at(90)) == [], "the licence itself ends first"
    assert looks(looked_at(-3)) == [("licence", -3)]


def test_of_two_licences_in_a_place_the_look_that_lasts_longer_counts() -> None:
    newer = looked_at(50, valid=800, name="newer")
    assert looks(looked_at(20), newer) == [("newer", 50)]
    unlimited = replace(LICENCE, authority_id="unlimited")
    assert looks(looked_at(20), unlimited) == []


@pytest.mark.parametrize(("days", "expected"), [(31, None), (30, 30), (7, 7), (0, None)])
def test_a_look_is_asked_for_anew_a_month_and_a_week_before(
    days: int, expected: int | None
) -> None:
    one = Ending(EndingKind.VERIFICATION, "licence", "AZ", NOW + days * DAY_US)
    assert due(one, NOW) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (91, None),
        (90, 90),
        (61, 90),
        (60, 60),
        (31, 60),
        (30, 30),
        (1, 30),
        (0, None),
        (-3, None),
    ],
)
def test_each_of_ninety_sixty_and_thirty_days_is_told_when_it_comes(
    days: int, expected: int | None
) -> None:
    one = Ending(EndingKind.AUTHORITY, "licence", "AZ", NOW + days * DAY_US)
    assert due(one, NOW) == expected


@pytest.mark.parametrize(
    ("days", "expected"), [(30, None), (8, None), (7, 7), (1, 7), (0, None)]
)
def test_a_look_into_the_lists_is_asked_for_a_week_before(
    days: int, expected: int | None
) -> None:
    one = Ending(EndingKind.EXCLUSION_CHECK, "casey", None, NOW + days * DAY_US)
    assert due(one, NOW) == expected


def test_what_is_over_is_still_named_for_a_month() -> None:
    def ended(days: int) -> list[Ending]:
        one = Ending(EndingKind.AUTHORITY, "licence", "AZ", NOW - days * DAY_US)
        return near([one], NOW)

    assert len(ended(29)) == 1
    assert ended(30) == []
