"""Rules R10 to R70, each at its edge."""

from dataclasses import replace

import pytest

from server.rules.case import Case, Guardian, HeldAuthority, Treatment
from server.rules.deciding import decide
from server.rules.refusing import bars
from server.rules.rulebook import Rulebook
from server.rules.words import (
    AuthorityKind,
    Basis,
    Consent,
    DrugBar,
    EmergencyFlag,
    Minimum,
    Outcome,
    Profession,
    RuleId,
    Schedule,
    TreatmentClass,
)
from signaling.identifiers import Instant
from tests.rule_cases import (
    DAY,
    NOW,
    PLACES,
    Asked,
    book_of,
    everything_open,
    law_of,
    licensed,
    peel_in_texas,
    shipped_book,
    texas_asks,
)

PERMITTED = Outcome.STORE_AND_FORWARD_PERMITTED
LIVE = Outcome.LIVE_VIDEO_REQUIRED
REFUSED = Outcome.NOT_PERMITTED
WINDOW_ENDS = Instant(1_798_761_600_000_000)  # 2027-01-01T00:00:00Z


def why(case: Case, book: Rulebook | None = None) -> tuple[Outcome, str]:
    """The outcome, and the text of the first reason that makes it."""
    decision = decide(case, book or shipped_book())
    return decision.outcome, next(
        one.text for one in decision.reasons if one.outcome is decision.outcome
    )


def with_phentermine(**changes: object) -> Case:
    drug = Treatment(TreatmentClass.IM_VITAMIN, Schedule.IV)
    return peel_in_texas(**{"treatments": (drug,), **changes})


def test_an_emergency_names_its_flags_and_asks_for_911() -> None:
    flags = frozenset({EmergencyFlag.CHEST_PAIN, EmergencyFlag.ANAPHYLAXIS})
    outcome, text = why(peel_in_texas(emergency_flags=flags, jurisdiction=None))
    assert outcome is Outcome.ESCALATE_EMERGENCY
    assert "anaphylaxis, chest_pain" in text
    assert "911" in text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"jurisdiction": None}, "where the patient is"),
        ({"jurisdiction": None, "site_jurisdictions": ()}, "where the patient is"),
        ({"site_jurisdictions": ()}, "where the treatment site is"),
        ({"jurisdiction": "PR"}, "PR is none of the 51"),
        ({"site_jurisdictions": ("TX", "outside_us")}, "outside_us is none of the 51"),
        ({"location_confirmed_at": None}, "not confirmed"),
        ({"location_confirmed_at": Instant(NOW + 1)}, "not confirmed"),
        ({"location_confirmed_at": Instant(NOW - DAY)}, "not confirmed"),
    ],
)
def test_a_location_that_is_not_known_here_and_now_refuses(
    changes: dict[str, object], words: str
) -> None:
    outcome, text = why(peel_in_texas(**changes))
    assert outcome is REFUSED
    assert text.startswith("location: ")
    assert words in text


def test_a_location_counts_for_just_less_than_a_day() -> None:
    case = peel_in_texas(location_confirmed_at=Instant(NOW - DAY + 1))
    decision = decide(case, shipped_book())
    assert decision.outcome is PERMITTED
    assert decision.valid_until == NOW + 1


@pytest.mark.parametrize("expired", [True, False])
def test_stale_rules_leave_live_video_and_are_asked_again_at_once(expired: bool) -> None:  # noqa: FBT001
    signed = shipped_book().signed
    if expired:
        dates = {"effective_until": signed.snapshot.effective_from}
        signed = replace(signed, snapshot=signed.snapshot.model_copy(update=dates))
    else:
        signed = replace(signed, signed_by=None)
    decision = decide(peel_in_texas(), Rulebook(signed))
    assert decision.outcome is LIVE
    assert [one.rule for one in decision.reasons] == [RuleId.R30, RuleId.R999]
    assert decision.valid_until == NOW


def test_without_any_rules_there_is_live_video_and_no_version() -> None:
    decision = decide(peel_in_texas(), None)
    assert (decision.outcome, decision.rules_version) == (LIVE, None)


def test_a_hard_stop_refuses_while_rules_are_stale_and_only_then() -> None:
    case = peel_in_texas(policy=everything_open(hard_stop_on_stale_rules=True))
    assert decide(case, shipped_book()).outcome is PERMITTED
    decision = decide(case, None)
    assert decision.outcome is REFUSED
    assert decision.reasons[0].text.startswith("stale_rules: there is no rules snapshot")


def test_stale_rules_let_through_nothing_that_a_later_rule_refuses() -> None:
    outcome, text = why(peel_in_texas(policy=everything_open(opened=frozenset())), None)
    assert outcome is REFUSED
    assert text.startswith("not_served")


@pytest.mark.parametrize("missing", ["TX", "AZ"])
def test_patient_and_site_must_both_be_served(missing: str) -> None:
    whole = everything_open()
    opened = frozenset(one for one in whole.opened if one.jurisdiction != missing)
    case = peel_in_texas(site_jurisdictions=("AZ",), policy=everything_open(opened=opened))
    outcome, text = why(case)
    assert outcome is REFUSED
    assert text.startswith("not_served: ")


def test_an_opening_is_for_one_profession_and_one_class() -> None:
    whole = everything_open()
    for opened in (
        frozenset(one for one in whole.opened if one.profession is not Profession.MD),
        frozenset(one for one in whole.opened if one.treatment_class != "chemical_peel"),
    ):
        case = peel_in_texas(policy=everything_open(opened=opened))
        assert decide(case, shipped_book()).outcome is REFUSED


def test_a_minimum_in_person_refuses_whatever_its_basis() -> None:
    for basis in Basis:
        book = texas_asks(Asked(Minimum.IN_PERSON, basis))
        outcome, text = why(peel_in_texas(), book)
        assert outcome is REFUSED
        assert text.startswith("in_person: Texas")


@pytest.mark.parametrize(
    ("guardian", "consents", "enabled", "outcome"),
    [
        (Guardian(identified=True, present=True), {Consent.GUARDIAN}, True, PERMITTED),
        (Guardian(identified=True, present=True), {Consent.GUARDIAN}, False, REFUSED),
        (Guardian(identified=False, present=True), {Consent.GUARDIAN}, True, REFUSED),
        (Guardian(identified=True, present=False), {Consent.GUARDIAN}, True, REFUSED),
        (Guardian(identified=True, present=True), set(), True, REFUSED),
        (Guardian(True, True, consented=False), {Consent.GUARDIAN}, True, REFUSED),  # noqa: FBT003
        (None, {Consent.GUARDIAN}, True, REFUSED),
    ],
)
def test_a_minor_needs_an_enabled_class_and_a_guardian_who_is_there(
    guardian: Guardian | None,
    consents: set[Consent],
    enabled: bool,  # noqa: FBT001
    outcome: Outcome,
) -> None:
    classes = frozenset(TreatmentClass) if enabled else frozenset()
    case = peel_in_texas(
        age_years=17,
        guardian=guardian,
        consents=frozenset({Consent.TELEHEALTH, Consent.STORE_AND_FORWARD} | consents),
        policy=everything_open(minors_enabled=classes),
    )
    assert decide(case, shipped_book()).outcome is outcome


def test_eighteen_is_no_minor() -> None:
    policy = everything_open(minors_enabled=frozenset())
    assert (
        decide(peel_in_texas(age_years=18, policy=policy), shipped_book()).outcome is PERMITTED
    )


@pytest.mark.parametrize(
    "held",
    [
        {"verified": False},
        {"jurisdiction": "AZ"},
        {"valid_from": Instant(NOW + 1)},
        {"valid_until": NOW},
    ],
)
def test_an_authority_counts_only_there_verified_and_now(held: dict[str, object]) -> None:
    whole = HeldAuthority(
        "TX", AuthorityKind.LICENSE, verified=True, valid_from=NOW, valid_until=Instant(NOW + 1)
    )
    who = replace(licensed("TX"), authorities=(whole,))
    assert decide(peel_in_texas(practitioner=who), shipped_book()).outcome is PERMITTED
    broken = replace(who, authorities=(replace(whole, **held),))  # type: ignore[arg-type]
    outcome, text = why(peel_in_texas(practitioner=broken))
    assert outcome is REFUSED
    assert text.startswith("no_eligible_practitioner: ")


@pytest.mark.parametrize(
    ("profession", "independent", "collaborator", "eligible"),
    [
        (Profession.MD, False, False, True),
        (Profession.DO, False, False, True),
        (Profession.NP, False, False, False),
        (Profession.NP, True, False, True),
        (Profession.NP, False, True, True),
        (Profession.PA, False, False, False),
        (Profession.PA, True, False, False),
        (Profession.PA, False, True, True),
        (Profession.RN, True, True, False),
    ],
)
def test_who_needs_a_collaborator(
    profession: Profession,
    independent: bool,  # noqa: FBT001
    collaborator: bool,  # noqa: FBT001
    eligible: bool,  # noqa: FBT001
) -> None:
    who = replace(
        licensed("TX", profession=profession),
        independent_practice_verified=frozenset({"TX"} if independent else ()),
        collaborators=frozenset({"TX"} if collaborator else {"AZ"}),
    )
    outcome = decide(peel_in_texas(practitioner=who), shipped_book()).outcome
    assert (outcome is not REFUSED) == eligible


def test_an_np_is_not_alone_where_it_is_not_known_whether_they_may_be() -> None:
    """New York's independence ended on 2026-07-01 unless it was extended."""
    nurse = replace(
        licensed("NY", profession=Profession.NP),
        independent_practice_verified=frozenset({"NY"}),
    )
    case = peel_in_texas(jurisdiction="NY", site_jurisdictions=("NY",), practitioner=nurse)
    assert decide(case, shipped_book()).outcome is LIVE
    alone = replace(nurse, collaborators=frozenset())
    assert decide(replace(case, practitioner=alone), shipped_book()).outcome is REFUSED


def test_a_controlled_drug_is_live_video_while_the_window_is_open() -> None:
    assert decide(with_phentermine(), shipped_book()).outcome is LIVE
    decision = decide(with_phentermine(now=Instant(WINDOW_ENDS - 1)), shipped_book())
    assert decision.outcome is REFUSED  # the location was confirmed long ago
    late = with_phentermine(
        now=Instant(WINDOW_ENDS - 1), location_confirmed_at=Instant(WINDOW_ENDS - 2)
    )
    decision = decide(late, shipped_book())
    assert (decision.outcome, decision.valid_until) == (LIVE, WINDOW_ENDS)


def test_after_the_window_only_an_exam_in_person_helps() -> None:
    after = with_phentermine(now=WINDOW_ENDS, location_confirmed_at=Instant(WINDOW_ENDS - 1))
    outcome, text = why(after)
    assert outcome is REFUSED
    assert "federal window" in text
    seen = replace(after, last_in_person_exam_at=Instant(WINDOW_ENDS - 10 * DAY))
    assert decide(seen, shipped_book()).outcome is LIVE
    long_ago = replace(after, last_in_person_exam_at=Instant(WINDOW_ENDS - 365 * DAY))
    assert decide(long_ago, shipped_book()).outcome is REFUSED


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"policy": everything_open(controlled_enabled=False)}, "not enabled"),
        (
            {"practitioner": replace(licensed(*PLACES), dea_registered=False)},
            "no DEA registration",
        ),
    ],
)
def test_a_controlled_drug_needs_the_operator_and_a_registration(
    changes: dict[str, object], words: str
) -> None:
    outcome, text = why(with_phentermine(**changes))
    assert outcome is REFUSED
    assert text.startswith("controlled: ")
    assert words in text


def test_controlled_drugs_are_off_without_valid_rules() -> None:
    unsigned = Rulebook(replace(shipped_book().signed, signed_by=None))
    for book in (unsigned, None):
        decision = decide(with_phentermine(), book)
        assert decision.outcome is REFUSED
        assert any("without valid rules" in one.text for one in decision.reasons)


@pytest.mark.parametrize(
    ("barred", "schedule", "expected"),
    [
        (DrugBar.II, Schedule.II, True),
        (DrugBar.II, Schedule.II_NARCOTIC, True),
        (DrugBar.II_NARCOTIC, Schedule.II_NARCOTIC, True),
        (DrugBar.II_NARCOTIC, Schedule.II, False),
        (DrugBar.II, Schedule.III, False),
        (DrugBar.V, Schedule.V, True),
        (DrugBar.OPIOID, Schedule.V, True),
        (DrugBar.BENZODIAZEPINE, Schedule.II, True),
        (DrugBar.CARISOPRODOL, Schedule.IV, True),
    ],
)
def test_what_a_bar_reaches(barred: DrugBar, schedule: Schedule, expected: bool) -> None:  # noqa: FBT001
    assert bars(frozenset({barred}), schedule) is expected


def test_a_state_bar_is_cited_and_yields_to_an_exam_in_person() -> None:
    book = book_of(TX=law_of("TX", [], [DrugBar.IV]))
    outcome, text = why(with_phentermine(), book)
    assert outcome is REFUSED
    assert "Texas bars Schedule IV" in text
    seen = with_phentermine(last_in_person_exam_at=Instant(NOW - DAY))
    assert decide(seen, book).outcome is LIVE


def test_the_pool_of_a_controlled_drug_must_be_registered() -> None:
    decision = decide(with_phentermine(practitioner=None), shipped_book())
    assert decision.pool is not None
    assert decision.pool.dea_registered
    assert "dea_registration" in decision.requires
