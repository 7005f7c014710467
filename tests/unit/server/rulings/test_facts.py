"""What a chart says, as the case that the rules decide."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.chart.entries import AnyEntry, IntakeTreatments
from server.rules.policy import OperatorPolicy
from server.rules.words import Consent, Schedule, TreatmentClass
from server.rulings.facts import Facts, case_of, facts_of, practitioner_of
from server.storage.directory import PractitionerFile
from signaling.identifiers import Instant
from signaling.messages import TreatmentRef
from tests.admitted import consented, intake, located
from tests.contract.storage import rows

NOW = rows.NOW


def said(*entries: AnyEntry) -> Facts:
    """Return the facts of an intake in Texas and what came after, a microsecond apart."""
    return facts_of((NOW + at, one) for at, one in enumerate([*intake("TX"), *entries]))


def test_an_intake_says_who_where_and_what() -> None:
    facts = said()
    assert (facts.site, facts.location, facts.consented) == ("TX", "TX", True)
    assert facts.located_at == NOW + 1
    assert [one.treatment_class for one in facts.treatments] == ["neurotoxin"]


def test_another_jurisdiction_voids_consent_until_it_is_given_again() -> None:
    assert not said(located("AZ")).consented
    assert said(located("AZ"), consented()).consented


def test_another_street_in_the_same_jurisdiction_voids_nothing() -> None:
    assert said(located("TX")).consented


def test_patient_and_site_both_count_where_they_differ() -> None:
    facts = facts_of((NOW, one) for one in intake("NV", site="AZ"))
    case = case_of(facts, OperatorPolicy(), None, now=NOW)
    assert case.places == ("AZ", "NV")


def test_places_of_a_correction_that_goes_on_count_too() -> None:
    case = case_of(said(), OperatorPolicy(), None, elsewhere=frozenset({"NV"}), now=NOW)
    assert case.places == ("NV", "TX")


def test_a_chart_that_says_nothing_is_asked_about_as_something_unknown() -> None:
    case = case_of(Facts(), OperatorPolicy(), None, now=NOW)
    assert [one.treatment_class for one in case.treatments] == [TreatmentClass.OTHER]
    assert (case.jurisdiction, case.age_years, case.consents) == (None, None, frozenset())


@pytest.mark.parametrize(
    ("name", "product", "schedule"),
    [
        ("weight_loss_drug", "phentermine", Schedule.IV),
        ("weight_loss_drug", "naltrexone_bupropion", None),
        ("weight_loss_drug", None, Schedule.IV),
        ("hormone", "testosterone_pellet", Schedule.III),
        ("hormone", "estradiol", None),
        ("filler", None, None),
    ],
)
def test_a_controlled_drug_is_known_by_its_product_or_taken_for_the_strictest(
    name: str, product: str | None, schedule: Schedule | None
) -> None:
    chosen = IntakeTreatments(treatments=[TreatmentRef(treatment_class=name, product=product)])
    (treatment,) = case_of(said(chosen), OperatorPolicy(), None, now=NOW).treatments
    assert treatment.controlled_schedule is schedule


def test_consent_is_to_telehealth_and_to_nothing_else() -> None:
    case = case_of(said(), OperatorPolicy(), None, now=NOW)
    assert case.consents == {Consent.TELEHEALTH}


def test_what_is_not_in_order_a_practitioner_does_not_hold() -> None:
    suspended = replace(rows.LICENCE, status="suspended")
    unverified = replace(rows.LICENCE, verified_at=None)
    file = PractitionerFile(rows.ANA, (suspended, unverified), (rows.PHYSICIAN,))
    who = practitioner_of(file, NOW)
    assert [one.verified for one in who.authorities] == [False]
    assert who.collaborators == {"TX"}
    assert not who.dea_registered
    after = practitioner_of(file, Instant(rows.PHYSICIAN.active_until))
    assert after.collaborators == frozenset()
