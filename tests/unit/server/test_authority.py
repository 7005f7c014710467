from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.authority import (
    ELIGIBILITY_CLASS_MAX,
    Authority,
    Collaboration,
    NotAuthorized,
    WhyNot,
    as_compared,
    check_authority,
    eligibility_class,
    jurisdictions_of,
    network_of,
)
from signaling.identifiers import Instant

NOW = Instant(1_790_000_000_000_000)
YEAR = 365 * 86_400 * 1_000_000
ARIZONA = frozenset({"AZ"})
ARIZONA_AND_NEVADA = frozenset({"AZ", "NV"})


def license_in(
    jurisdiction: str, profession: str = "MD", *, independent: bool = False
) -> Authority:
    return Authority(
        authority_id=f"authority-{jurisdiction}",
        jurisdiction=jurisdiction,
        kind="license",
        number=f"{jurisdiction}-1234",
        profession=profession,
        valid_from=NOW - YEAR,
        valid_until=NOW + YEAR,
        status="active",
        verified_at=NOW - 1,
        verified_by="compliance",
        source="board register",
        independent_practice_verified=independent,
    )


def physician_in(jurisdiction: str) -> Collaboration:
    return Collaboration(
        jurisdiction=jurisdiction,
        physician_name="Dr. Ada Reyes",
        physician_number="MD-77",
        active_from=NOW - YEAR,
        active_until=NOW + YEAR,
    )


def why_not(
    profession: str,
    *authorities: Authority,
    collaborations: tuple[Collaboration, ...] = (),
    jurisdictions: frozenset[str] = ARIZONA,
) -> tuple[str, WhyNot]:
    with pytest.raises(NotAuthorized) as refused:
        check_authority(profession, authorities, collaborations, jurisdictions, now=NOW)
    return refused.value.jurisdiction, refused.value.why


@pytest.mark.parametrize("profession", ["MD", "DO"])
def test_a_verified_active_physician_may_examine_without_a_collaborator(
    profession: str,
) -> None:
    (snapshot,) = check_authority(
        profession, [license_in("AZ", profession)], [physician_in("AZ")], ARIZONA, now=NOW
    )
    assert snapshot.number == "AZ-1234"
    assert snapshot.collaborating_physician is None
    assert snapshot.checked_at == NOW


def test_the_patients_and_the_sites_jurisdiction_must_both_be_satisfied() -> None:
    assert why_not("MD", license_in("NV"), jurisdictions=ARIZONA_AND_NEVADA) == (
        "AZ",
        WhyNot.NO_AUTHORITY,
    )
    both = [license_in("NV"), license_in("AZ")]
    snapshots = check_authority("MD", both, [], ARIZONA_AND_NEVADA, now=NOW)
    assert [one.jurisdiction for one in snapshots] == ["AZ", "NV"]


def test_a_look_counts_until_its_last_instant() -> None:
    nearly = replace(license_in("AZ"), verify_again_at=NOW + 1)
    (snapshot,) = check_authority("MD", [nearly], [], ARIZONA, now=NOW)
    assert snapshot.verified_at == NOW - 1


@pytest.mark.parametrize("profession", ["RN", "", "md", "LPN"])
def test_a_nurse_or_an_unknown_profession_is_never_authorized(profession: str) -> None:
    assert why_not(profession, license_in("AZ", profession)) == ("AZ", WhyNot.PROFESSION)


@pytest.mark.parametrize(
    ("authority", "why"),
    [
        (replace(license_in("AZ"), profession="NP"), WhyNot.OTHER_PROFESSION),
        (replace(license_in("AZ"), verified_at=None), WhyNot.UNVERIFIED),
        (replace(license_in("AZ"), verified_at=NOW + 1), WhyNot.UNVERIFIED),
        (replace(license_in("AZ"), verified_by=None), WhyNot.UNVERIFIED),
        (replace(license_in("AZ"), verified_by=" "), WhyNot.UNVERIFIED),
        (replace(license_in("AZ"), source=""), WhyNot.UNVERIFIED),
        (replace(license_in("AZ"), verify_again_at=NOW), WhyNot.UNVERIFIED),
        (replace(license_in("AZ"), status="suspended"), WhyNot.NOT_ACTIVE),
        (replace(license_in("AZ"), status="revoked"), WhyNot.NOT_ACTIVE),
        (replace(license_in("AZ"), status="Active"), WhyNot.NOT_ACTIVE),
        (replace(license_in("AZ"), valid_from=NOW + 1), WhyNot.NOT_YET_VALID),
        (replace(license_in("AZ"), valid_until=NOW), WhyNot.EXPIRED),
    ],
)
def test_one_fault_is_enough_to_be_refused(authority: Authority, why: WhyNot) -> None:
    assert why_not("MD", authority) == ("AZ", why)


def test_a_licence_holds_from_its_first_to_just_before_its_last_microsecond() -> None:
    edge = replace(license_in("AZ"), valid_from=NOW, valid_until=NOW + 1)
    assert check_authority("MD", [edge], [], ARIZONA, now=NOW)


def test_a_good_licence_counts_beside_a_bad_one() -> None:
    held = [replace(license_in("AZ"), status="revoked"), license_in("AZ")]
    assert check_authority("MD", held, [], ARIZONA, now=NOW)


def test_the_refusal_names_what_came_nearest() -> None:
    far = replace(license_in("AZ"), verified_at=None)
    near = replace(license_in("AZ"), valid_until=NOW)
    assert why_not("MD", near, far) == ("AZ", WhyNot.EXPIRED)


def test_a_physician_assistant_always_needs_a_collaborator() -> None:
    assistant = license_in("AZ", "PA", independent=True)
    assert why_not("PA", assistant) == ("AZ", WhyNot.NO_COLLABORATOR)
    (snapshot,) = check_authority("PA", [assistant], [physician_in("AZ")], ARIZONA, now=NOW)
    assert snapshot.collaborating_physician == "Dr. Ada Reyes"
    assert snapshot.collaborating_physician_number == "MD-77"


def test_a_nurse_practitioner_is_independent_only_where_that_is_verified() -> None:
    held = (license_in("AZ", "NP", independent=True), license_in("NV", "NP"))
    assert check_authority("NP", held, [], ARIZONA, now=NOW)
    assert why_not("NP", *held, jurisdictions=ARIZONA_AND_NEVADA) == (
        "NV",
        WhyNot.NO_COLLABORATOR,
    )


@pytest.mark.parametrize(
    "physician",
    [
        physician_in("NV"),
        replace(physician_in("AZ"), active_from=NOW + 1),
        replace(physician_in("AZ"), active_until=NOW),
    ],
)
def test_a_collaborator_elsewhere_or_at_another_time_does_not_count(
    physician: Collaboration,
) -> None:
    refused = why_not("PA", license_in("AZ", "PA"), collaborations=(physician,))
    assert refused == ("AZ", WhyNot.NO_COLLABORATOR)


@pytest.mark.parametrize("jurisdictions", [frozenset[str](), frozenset({"AZ", ""})])
def test_nobody_is_authorized_for_an_unknown_place(jurisdictions: frozenset[str]) -> None:
    assert why_not("MD", license_in("AZ"), jurisdictions=jurisdictions) == (
        "",
        WhyNot.LOCATION_UNKNOWN,
    )


def test_the_refusal_has_the_code_of_the_protocol() -> None:
    assert NotAuthorized("AZ", WhyNot.EXPIRED).code == "not_authorized_here"


def test_one_class_has_one_name_whatever_the_order() -> None:
    there = eligibility_class("network-1", frozenset({"NV", "AZ"}))
    assert there == eligibility_class("network-1", frozenset({"AZ", "NV"}))
    assert there != eligibility_class("network-2", frozenset({"AZ", "NV"}))
    assert there != eligibility_class("network-1", ARIZONA)


@given(
    network=st.from_regex(r"\A[A-Za-z0-9_-]{8,64}\Z"),
    jurisdictions=st.frozensets(st.sampled_from(["AZ", "NV", "TX", "DC"]), min_size=1),
)
def test_a_class_gives_back_what_it_was_made_of(
    network: str, jurisdictions: frozenset[str]
) -> None:
    there = eligibility_class(network, jurisdictions)
    assert jurisdictions_of(there) == jurisdictions
    assert network_of(there) == network
    assert len(there) <= ELIGIBILITY_CLASS_MAX


def test_a_class_that_does_not_fit_its_column_is_refused() -> None:
    many = frozenset(f"{first}{second}" for first in "ABCDE" for second in "ABCDE")
    with pytest.raises(ValueError, match="too many"):
        eligibility_class("n" * 64, many)
    with pytest.raises(ValueError, match="at least one"):
        eligibility_class("network-1", frozenset())


@given(st.sets(st.sampled_from(["verified_at", "verified_by", "source"]), min_size=1))
def test_any_doubt_about_the_verification_refuses(doubts: set[str]) -> None:
    sound = license_in("AZ")
    doubtful = replace(
        sound,
        verified_at=None if "verified_at" in doubts else sound.verified_at,
        verified_by=None if "verified_by" in doubts else sound.verified_by,
        source=None if "source" in doubts else sound.source,
    )
    assert why_not("MD", doubtful) == ("AZ", WhyNot.UNVERIFIED)


@pytest.mark.parametrize("written", [" np-12345 ", "NP 12345", "Np.12345", "NP\u00a012345"])
def test_a_number_is_the_same_however_it_is_written(written: str) -> None:
    assert as_compared(written) == as_compared("NP12345")


@pytest.mark.parametrize("other", ["NP-12346", "12345", "NP-123450", "--", ""])
def test_other_letters_or_digits_are_another_number(other: str) -> None:
    assert as_compared(other) != as_compared("NP-12345")


def test_numbers_without_letters_and_digits_are_compared_as_they_stand() -> None:
    assert as_compared(" -- ") == "--" != as_compared("-")
