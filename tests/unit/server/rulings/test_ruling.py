"""A ruling: the entry, the refusal, the class; and the snapshot that an exam is pinned to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.authority import eligibility_class, professions_of
from server.chart.entries import AnyEntry, RulesDecided
from server.rulebooks.standing import Standing, shipped_book
from server.rules.policy import Opened, OperatorPolicy
from server.rules.snapshot import instant_of
from server.rules.words import EXAMINING, Profession, TreatmentClass
from server.rulings.coverage import refusal, unserved
from server.rulings.facts import facts_of
from server.rulings.refusals import InPersonRequired, LocationNotKnown, NotServed
from server.rulings.ruling import Asked, Ruling, rule
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
    again = ruling(standing("TX", "AZ"), located("AZ"), consented())
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


@pytest.mark.parametrize("change", [located("AZ"), consented()], ids=["place", "consent"])
def test_what_changes_ends_the_pin(change: AnyEntry) -> None:
    held = facts_of((NOW, one) for one in [*intake("TX"), pinned()])
    assert held.pinned is not None
    moved = facts_of((NOW, one) for one in [*intake("TX"), pinned(), change])
    assert moved.pinned is None
    assert moved.last == pinned()


def test_an_exam_that_began_may_be_signed_days_after_the_place_was_said() -> None:
    signed = ruling(standing("TX"), pinned(), moment="sign", now=NOW + 3 * DAY)
    assert signed.permitted
    moved = ruling(
        standing("TX", "AZ"), pinned(), located("AZ"), moment="sign", now=NOW + 3 * DAY
    )
    assert moved.entry.reason == "location"


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
