"""A ruling: the entry, the refusal, the class; and the snapshot that an exam is pinned to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from server.authority import eligibility_class, is_registered, professions_of
from server.chart.entries import (
    AnyEntry,
    ConsentWithdrawn,
    IntakeTreatments,
    LocationHeard,
    ModalityRequested,
    ModalityUpgraded,
    RulesDecided,
)
from server.dea import DeaRegistration
from server.rulebooks.standing import Standing, shipped_book
from server.rules.policy import Opened, OperatorPolicy
from server.rules.snapshot import instant_of
from server.rules.words import EXAMINING, Profession, TreatmentClass
from server.rulings.coverage import refusal, unserved
from server.rulings.facts import facts_of
from server.rulings.refusals import InPersonRequired, LocationNotKnown, NotServed
from server.rulings.ruling import Asked, Ruling, is_pinned, rule
from server.storage.directory import PractitionerFile
from signaling.identifiers import Instant
from signaling.messages import TreatmentRef
from tests.admitted import consented, intake, located
from tests.contract.storage import rows

NOW = Instant(instant_of(shipped_book().signed.snapshot.effective_from) + 1)
FILE = PractitionerFile(rows.ANA, (replace(rows.LICENCE, valid_until=NOW * 2),), ())
DAY = 86_400_000_000


def standing(
    *places: str, professions: tuple[Profession, ...] = EXAMINING, version: int = 1
) -> Standing:
    opened = frozenset(
        Opened(place, profession, one)
        for place in places
        for profession in professions
        for one in TreatmentClass
    )
    policy = OperatorPolicy(opened=opened)
    return Standing(version, shipped_book(), published=True, allowed=policy, policy=policy)


def ruling(
    by: Standing,
    *entries: AnyEntry,
    moment: str = "ready",
    now: int = NOW,
    file: PractitionerFile | None = None,
    place: str = "TX",
) -> Ruling:
    facts = facts_of((NOW, one) for one in [*intake(place), *entries])
    asked = Asked(rows.encounter(), facts, file, moment)  # type: ignore[arg-type]
    return rule(asked, by, now)


def test_what_is_open_is_permitted_and_says_by_which_rules() -> None:
    found = ruling(standing("TX"))
    found.require()
    assert found.entry.decision == "live_video_required"
    assert found.entry.rules_version == shipped_book().version
    assert found.entry.professions == ["MD", "DO", "NP", "PA"]
    assert found.eligibility("n") == eligibility_class("n", frozenset({"TX"}))


def test_what_is_not_open_is_refused_by_its_word() -> None:
    found = ruling(standing("AZ"))
    assert found.entry.reason == "not_served"
    with pytest.raises(NotServed):
        found.require()
    assert professions_of(found.eligibility("n")) == frozenset()


def test_a_class_has_only_the_professions_that_are_open() -> None:
    found = ruling(standing("TX", professions=(Profession.MD, Profession.DO)))
    assert professions_of(found.eligibility("n")) == {"MD", "DO"}


def test_nobody_examines_without_consent() -> None:
    found = ruling(standing("TX", "AZ"), located("AZ"))
    assert found.permitted
    assert professions_of(found.eligibility("n")) == frozenset()
    again = ruling(standing("TX", "AZ"), located("AZ"), consented("AZ", "TX"))
    assert professions_of(again.eligibility("n")) == {"MD", "DO", "NP", "PA"}


def test_booked_for_one_place_and_said_to_be_in_another_both_must_be_open() -> None:
    """The site is in Texas; the patient moves to Arizona."""
    found = ruling(standing("TX"), located("AZ"), consented())
    assert found.entry.jurisdictions == ["AZ", "TX"]
    assert found.entry.reason == "not_served"


def test_a_day_later_the_location_must_be_confirmed_again() -> None:
    with pytest.raises(LocationNotKnown):
        ruling(standing("TX"), now=NOW + DAY).require()


def test_a_nurse_who_may_not_practise_alone_is_not_eligible() -> None:
    found = ruling(standing("TX"), file=FILE, moment="accept")
    assert found.entry.reason == "no_eligible_practitioner"
    assert found.entry.practitioner_id == rows.ANA.practitioner_id


def test_only_an_accept_pins() -> None:
    moments = ("ready", "offer", "accept", "connect", "sign")
    pins = {one: ruling(standing("TX"), moment=one).entry.pinned for one in moments}
    assert [one for one, pinned in pins.items() if pinned] == ["accept"]


def pinned() -> RulesDecided:
    return ruling(standing("TX"), moment="accept").entry


@pytest.mark.parametrize(
    "change",
    [
        located("AZ"),
        LocationHeard(jurisdiction="AZ", attested="TX"),
        consented("TX"),
        ConsentWithdrawn(kinds=["telehealth"]),
        IntakeTreatments(treatments=[TreatmentRef(treatment_class="filler")]),
    ],
    ids=["place", "heard", "consent", "withdrawn", "treatments"],
)
def test_what_changes_ends_the_pin(change: AnyEntry) -> None:
    held = facts_of((NOW, one) for one in [*intake("TX"), pinned()])
    assert held.pinned is not None
    moved = facts_of((NOW, one) for one in [*intake("TX"), pinned(), change])
    assert moved.pinned is None
    assert moved.last == pinned()


def test_another_form_of_exam_ends_the_pin() -> None:
    sent = ModalityRequested(modality="store_and_forward")
    begun = [(NOW, one) for one in [sent, *intake("TX"), pinned()]]
    assert facts_of(begun).pinned is not None
    upgraded = ModalityUpgraded(by="practitioner", reason="Not to be judged from photos.")
    assert facts_of([*begun, (NOW, upgraded)]).pinned is None


def test_what_goes_on_after_a_change_is_pinned_anew_and_only_with_consent() -> None:
    physician = replace(rows.LICENCE, profession="MD", valid_until=NOW * 2)
    mine = (physician, replace(physician, jurisdiction="AZ"))
    file = PractitionerFile(replace(rows.ANA, profession="MD"), mine, ())
    heard = LocationHeard(jurisdiction="AZ", attested="TX")
    by = standing("TX", "AZ")
    before = ruling(by, pinned(), heard, moment="changed", file=file)
    assert (before.permitted, before.entry.pinned) == (True, False)
    after = ruling(by, pinned(), heard, consented("AZ", "TX"), moment="changed", file=file)
    assert (after.permitted, after.entry.pinned) == (True, True)


def test_a_pin_that_ran_out_gives_the_rules_that_stand() -> None:
    held = pinned()
    asked = Asked(
        rows.encounter(), facts_of((NOW, one) for one in [*intake("TX"), held]), None, "sign"
    )
    assert is_pinned(asked, held.valid_until - 1)
    assert not is_pinned(asked, held.valid_until)


@pytest.mark.parametrize(
    ("day", "registered", "reason"),
    [
        ("2026-12-15", True, None),
        ("2026-12-15", False, "controlled"),
        ("2027-01-02", True, "controlled"),
    ],
    ids=["case 13", "no registration", "case 14"],
)
def test_phentermine_in_florida_before_and_after_the_window(
    *, day: str, registered: bool, reason: str | None
) -> None:
    """Worked cases 13 and 14, through the chart and the practitioner's file."""
    now = instant_of(datetime.fromisoformat(f"{day}T12:00:00+00:00"))
    licence = replace(
        rows.LICENCE, jurisdiction="FL", profession="MD", valid_until=now * 2, verified_at=now
    )
    dea = DeaRegistration("d", "FL", "AB1234563", now * 2, now, "Credentialing", "DEA")
    file = PractitionerFile(
        replace(rows.ANA, profession="MD"), (licence,), (), (dea,) if registered else ()
    )
    drug = TreatmentRef(treatment_class="weight_loss_drug", product="phentermine")
    off = standing("FL")
    policy = replace(off.policy, controlled_enabled=True)
    facts = facts_of((now, one) for one in intake("FL", treatments=[drug]))
    for moment in ("offer", "accept", "sign"):
        asked = Asked(rows.encounter(), facts, file, moment)
        found = rule(asked, replace(off, policy=policy), now)
        assert found.entry.reason == reason
        if reason is None:
            assert found.entry.decision == "live_video_required"
            assert "R75" in {one.rule for one in found.entry.reasons}
        assert rule(asked, off, now).entry.reason == "controlled", "off by default"
    pool = rule(Asked(rows.encounter(), facts, None, "ready"), replace(off, policy=policy), now)
    if pool.permitted:
        assert is_registered(pool.eligibility("n"))


def test_at_home_in_nevada_for_a_spa_in_arizona_takes_both_licences() -> None:
    """Worked case 24, through the chart and the practitioner's file."""
    nevada = replace(rows.LICENCE, jurisdiction="NV", profession="MD", valid_until=NOW * 2)
    arizona = replace(nevada, jurisdiction="AZ")
    who = replace(rows.ANA, profession="MD")
    facts = facts_of((NOW, one) for one in intake("NV", site="AZ"))
    by = standing("AZ", "NV")
    for held, reason in (
        ((nevada,), "no_eligible_practitioner"),
        ((arizona,), "no_eligible_practitioner"),
        ((nevada, arizona), None),
    ):
        file = PractitionerFile(who, held, ())
        asked = Asked(rows.encounter(), facts, file, "accept")
        assert rule(asked, by, NOW).entry.reason == reason


def test_an_exam_that_began_may_be_signed_days_after_the_place_was_said() -> None:
    signed = ruling(standing("TX"), pinned(), moment="sign", now=NOW + 3 * DAY)
    assert signed.permitted
    moved = ruling(
        standing("TX", "AZ"), pinned(), located("AZ"), moment="sign", now=NOW + 3 * DAY
    )
    assert moved.entry.reason == "location"


def test_a_call_that_begins_a_day_later_asks_where_the_patient_is_now() -> None:
    in_time = ruling(standing("TX"), pinned(), moment="connect", now=NOW + DAY - 1)
    assert in_time.permitted
    late = ruling(standing("TX"), pinned(), moment="connect", now=NOW + DAY)
    assert late.entry.reason == "location"


def test_coverage_names_what_is_not_to_be_had_and_why() -> None:
    by = standing("AZ")
    wanted = [TreatmentRef(treatment_class="filler")]
    assert refusal(by, ["AZ"], wanted, NOW) is None
    assert refusal(by, ["AZ", "NV"], wanted, NOW) == "not_served"
    drug = [TreatmentRef(treatment_class="weight_loss_drug", product="phentermine")]
    assert refusal(by, ["AZ"], drug, NOW) == "controlled"
    assert unserved(by, "NV", ["filler"], NOW) == {"filler": "not_served"}
    assert unserved(by, "AZ", ["filler", "hormone"], NOW) == {}


def test_each_refusal_has_a_code_of_its_own() -> None:
    assert len({one.code for one in (NotServed, InPersonRequired, LocationNotKnown)}) == 3
