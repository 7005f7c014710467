"""Records of compliance, and what a network may take away from them."""

from dataclasses import fields, replace

import pytest
from hypothesis import given

from server.rules.policy import (
    LIVE_ONLY_SHIPPED,
    Opened,
    Opening,
    OperatorPolicy,
    Opinion,
    SignedOff,
    SignOff,
    is_no_looser,
    recorded,
    restrict,
)
from server.rules.words import Profession, TreatmentClass
from signaling.identifiers import Instant
from tests.rule_cases import NOW, everything_open, many, policies

OPENING = Opening(
    "TX",
    frozenset({Profession.MD}),
    frozenset({TreatmentClass.CHEMICAL_PEEL}),
    opened_by="compliance",
    opened_at=NOW,
    reference="ticket-7",
)
SIGN_OFF = SignOff("TX", SignedOff.STORE_AND_FORWARD, "counsel", NOW, "counsel-7")
OPINION = Opinion("AZ", "counsel", NOW, "opinion-7")
SHIPPED = OperatorPolicy()


def of_records(
    *records: Opening | SignOff | Opinion,
    now: Instant = NOW,
    switches: OperatorPolicy = SHIPPED,
) -> OperatorPolicy:
    return recorded(
        [one for one in records if isinstance(one, Opening)],
        [one for one in records if isinstance(one, SignOff)],
        [one for one in records if isinstance(one, Opinion)],
        switches=switches,
        now=now,
    )


def test_every_jurisdiction_ships_closed_and_everything_is_off() -> None:
    said = {one.name: getattr(SHIPPED, one.name) for one in fields(SHIPPED)}
    assert said.pop("live_only_classes") == LIVE_ONLY_SHIPPED
    assert not any(said.values())


def test_records_open_just_what_they_name() -> None:
    policy = of_records(OPENING, SIGN_OFF, OPINION)
    assert policy.opened == {Opened("TX", Profession.MD, TreatmentClass.CHEMICAL_PEEL)}
    assert policy.sign_offs == {"TX": "counsel-7"}
    assert policy.audio_only_sign_offs == {}
    assert policy.counsel_opinions == {"AZ": "opinion-7"}


def test_switches_open_nothing_by_themselves() -> None:
    policy = of_records(switches=everything_open())
    assert policy.opened == frozenset()
    assert policy.sign_offs == policy.audio_only_sign_offs == policy.counsel_opinions == {}


@pytest.mark.parametrize(
    "record",
    [
        replace(OPENING, opened_at=Instant(NOW + 1)),
        replace(OPENING, closed_at=NOW),
        replace(OPENING, opened_by=" "),
        replace(OPENING, reference=""),
        replace(SIGN_OFF, signed_at=Instant(NOW + 1)),
        replace(SIGN_OFF, withdrawn_at=NOW),
        replace(SIGN_OFF, signed_by=""),
        replace(OPINION, given_at=Instant(NOW + 1)),
        replace(OPINION, withdrawn_at=NOW),
        replace(OPINION, reference=" "),
    ],
)
def test_a_record_counts_while_it_stands_and_says_who_and_by_what(
    record: Opening | SignOff | Opinion,
) -> None:
    assert of_records(record) == SHIPPED


def test_a_record_stands_until_just_before_it_ends() -> None:
    assert of_records(replace(OPENING, closed_at=Instant(NOW + 1))).opened


@many
@given(policies(), policies())
def test_both_allow_what_is_left_and_the_order_does_not_matter(
    one: OperatorPolicy, other: OperatorPolicy
) -> None:
    left, right = restrict(one, other), restrict(other, one)
    assert is_no_looser(left, one)
    assert is_no_looser(left, other)
    assert is_no_looser(left, right)
    assert is_no_looser(right, left)
    assert restrict(one, one) == one


@many
@given(policies(), policies(), policies())
def test_a_third_may_be_asked_first_or_last(
    one: OperatorPolicy, two: OperatorPolicy, three: OperatorPolicy
) -> None:
    assert restrict(restrict(one, two), three) == restrict(one, restrict(two, three))


def test_a_looser_policy_is_told_from_a_stricter_one() -> None:
    whole = everything_open()
    taken: tuple[dict[str, object], ...] = (
        {"opened": frozenset()},
        {"live_only_classes": frozenset({TreatmentClass.FILLER})},
        {"sign_offs": {}},
        {"hard_stop_on_stale_rules": True},
    )
    for changes in taken:
        stricter = replace(whole, **changes)  # type: ignore[arg-type]
        assert is_no_looser(stricter, whole)
        assert not is_no_looser(whole, stricter)
