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


def licence(name: str, begins: int, ends: int, look: int | None = None) -> Authority:
    """Return a licence by its days from now; its look is too old on day `look`."""
    return replace(
        LICENCE,
        authority_id=name,
        valid_from=NOW + begins * DAY_US,
        valid_until=NOW + ends * DAY_US,
        verify_again_at=None if look is None else NOW + look * DAY_US,
    )


def of_licences(*held: Authority) -> list[tuple[EndingKind, str, int]]:
    return [
        (one.kind, one.subject_id, days_left(one.valid_until, NOW))
        for one in found(*held)
        if one.kind in {EndingKind.AUTHORITY, EndingKind.VERIFICATION}
    ]


def of_parts(kind: EndingKind, begins: int) -> tuple[str, int]:
    """Return what is named where each part has 20 days left, and is renewed on a day."""
    at, until = NOW + begins * DAY_US, NOW + 800 * DAY_US
    first = NOW + 20 * DAY_US
    next_cover = replace(COVER, part_id="next", valid_from=at, valid_until=until)
    contract = replace(CONTRACT, valid_until=first)
    next_contract = replace(CONTRACT, part_id="next", valid_from=at, valid_until=None)
    backing = replace(BACKING, active_until=first)
    next_backing = replace(BACKING, collaboration_id="next", active_from=at, active_until=until)
    parts = Parts((), (next_cover, COVER), (next_contract, contract))
    ends = found(parts=parts, backings=(next_backing, backing))
    named = (
        (one.subject_id, days_left(one.valid_until, NOW)) for one in ends if one.kind is kind
    )
    return next(named, ("nothing", 0))


PARTS = pytest.mark.parametrize(
    ("kind", "name", "renewed"),
    [
        (EndingKind.MALPRACTICE, "cover", ("next", 800)),
        (EndingKind.EMPLOYMENT, "contract", ("nothing", 0)),
        (EndingKind.COLLABORATION, "backing", ("next", 800)),
    ],
)


@PARTS
def test_what_is_renewed_with_a_gap_ends_all_the_same(
    kind: EndingKind, name: str, renewed: tuple[str, int]
) -> None:
    assert of_parts(kind, 34) == (name, 20)
    assert of_parts(kind, 21) == (name, 20) != renewed


@PARTS
@pytest.mark.parametrize("begins", [20, 5, -5])
def test_what_is_renewed_by_the_day_it_ends_or_before_does_not_end(
    kind: EndingKind, name: str, renewed: tuple[str, int], begins: int
) -> None:
    assert of_parts(kind, begins) == renewed
    assert of_parts(kind, begins) != (name, 20)


def test_a_licence_that_is_renewed_with_a_gap_ends_all_the_same() -> None:
    held = licence("now", -300, 40)
    assert of_licences(held, licence("next", 54, 800)) == [(EndingKind.AUTHORITY, "now", 40)]
    assert of_licences(held, licence("next", 40, 800)) == [(EndingKind.AUTHORITY, "next", 800)]
    assert of_licences(held, licence("next", 10, 800)) == [(EndingKind.AUTHORITY, "next", 800)]


def test_cover_goes_on_from_row_to_row() -> None:
    rows = (licence("c", 90, 120), licence("a", -300, 40), licence("b", 30, 90))
    assert of_licences(*rows) == [(EndingKind.AUTHORITY, "c", 120)]
    assert of_licences(*rows, licence("d", 130, 800)) == [(EndingKind.AUTHORITY, "c", 120)]


def test_a_renewal_whose_look_is_too_old_renews_nothing() -> None:
    held = licence("now", -300, 40)
    lapsed = licence("next", -300, 800, look=-3)
    assert of_licences(held, lapsed) == [(EndingKind.AUTHORITY, "now", 40)]
    too_soon = licence("next", 35, 800, look=10)
    assert of_licences(held, too_soon) == [(EndingKind.AUTHORITY, "now", 40)], "over by then"


def test_a_look_that_ends_before_the_renewal_begins_is_named() -> None:
    held = licence("now", -300, 80, look=20)
    assert of_licences(held, licence("next", 60, 800)) == [
        (EndingKind.VERIFICATION, "now", 20),
        (EndingKind.AUTHORITY, "next", 800),
    ]
    assert of_licences(held, licence("next", 20, 800)) == [(EndingKind.AUTHORITY, "next", 800)]


def test_where_nothing_covers_now_what_ended_last_is_named() -> None:
    over = licence("over", -300, -3)
    assert of_licences(licence("older", -800, -300), over) == [
        (EndingKind.AUTHORITY, "over", -3)
    ]
    assert of_licences(over, licence("next", 9, 800)) == [(EndingKind.AUTHORITY, "over", -3)]
    assert of_licences(licence("next", 9, 800)) == [(EndingKind.AUTHORITY, "next", 800)]
    lapsed = licence("lapsed", -300, 800, look=-9)
    assert of_licences(over, lapsed) == [(EndingKind.AUTHORITY, "over", -3)]
    assert of_licences(licence("older", -800, -300), lapsed) == [
        (EndingKind.VERIFICATION, "lapsed", -9),
        (EndingKind.AUTHORITY, "lapsed", 800),
    ]


def test_of_licences_that_end_together_the_first_is_named_as_ever() -> None:
    """A notice is known by its row: another one would be told a second time."""
    looked = licence("looked", -300, 80, look=20)
    assert of_licences(looked, licence("second", -300, 80)) == [
        (EndingKind.AUTHORITY, "looked", 80)
    ]


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
