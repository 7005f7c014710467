"""Rules R75 to R999: what makes it live video, and what lets it be less."""

from dataclasses import replace
from datetime import date

import pytest

from server.conditions.evidencing import reviewable_codes
from server.rules.case import Flag, Treatment
from server.rules.condition_codes import CONDITION_CODES, UNRESOLVED
from server.rules.deciding import decide, prospect
from server.rules.policy import ALWAYS_LIVE, LIVE_ONLY_SHIPPED, Opened
from server.rules.words import (
    Basis,
    Consent,
    Minimum,
    Modality,
    Outcome,
    PatientKind,
    Profession,
    RuleId,
    Severity,
    TreatmentClass,
)
from signaling.identifiers import Instant
from tests.rule_cases import (
    DAY,
    NOW,
    PLACES,
    Asked,
    everything_open,
    follow_up_by_audio,
    licensed,
    peel_in_texas,
    shipped_book,
    texas_asks,
)

STORED = Outcome.STORE_AND_FORWARD_PERMITTED
AUDIO = Outcome.AUDIO_ONLY_PERMITTED
LIVE = Outcome.LIVE_VIDEO_REQUIRED
EXPLICIT = Asked(Minimum.STORE_AND_FORWARD, Basis.EXPLICIT)


def test_store_and_forward_says_what_it_rests_on() -> None:
    (reason,) = decide(peel_in_texas(), shipped_book()).reasons
    assert reason.rule is RuleId.R110
    assert "signed off: counsel-1" in reason.text
    assert {one.name for one in reason.citations} >= {"TX.1", "TX.3"}


@pytest.mark.parametrize("modality", [Modality.LIVE_VIDEO, Modality.HYBRID])
def test_a_hybrid_is_judged_as_live_video(modality: Modality) -> None:
    case = peel_in_texas(requested_modality=modality)
    assert decide(case, shipped_book()).outcome is LIVE


def test_other_is_always_live_whatever_the_operator_takes_off() -> None:
    assert TreatmentClass.OTHER in ALWAYS_LIVE
    policy = everything_open()
    opened = policy.opened | {Opened("TX", Profession.MD, TreatmentClass.OTHER)}
    case = peel_in_texas(
        treatments=(Treatment(TreatmentClass.OTHER),),
        policy=replace(policy, opened=opened),
    )
    decision = decide(case, shipped_book())
    assert decision.outcome is LIVE
    assert RuleId.R80 in {one.rule for one in decision.reasons}


def test_what_ships_live_only_is_what_the_domain_says() -> None:
    assert sorted(LIVE_ONLY_SHIPPED) == [
        "energy_device",
        "filler",
        "glp1",
        "iv_therapy",
        "laser_ipl",
        "other",
        "prp",
        "sclerotherapy",
        "threads",
    ]


@pytest.mark.parametrize("severity", Severity)
def test_a_flag_of_this_class_makes_it_live(severity: Severity) -> None:
    mine = Flag(severity, frozenset({TreatmentClass.CHEMICAL_PEEL}), "open_wound")
    decision = decide(peel_in_texas(flags=(mine,)), shipped_book())
    assert decision.outcome is LIVE
    assert "open_wound" in decision.reasons[0].text
    absolute = severity is Severity.ABSOLUTE
    assert bool(decision.approved_unavailable) is absolute


def test_a_flag_of_another_class_does_not_count() -> None:
    other = Flag(Severity.ABSOLUTE, frozenset({TreatmentClass.FILLER}))
    decision = decide(peel_in_texas(flags=(other,)), shipped_book())
    assert decision.outcome is STORED
    assert decision.approved_unavailable == frozenset()


@pytest.mark.parametrize("code", sorted(UNRESOLVED))
def test_what_was_not_read_to_its_end_is_never_evidenced(code: str) -> None:
    book = texas_asks(replace(EXPLICIT, codes=(code,)))
    decision = decide(peel_in_texas(evidenced=CONDITION_CODES), book)
    assert decision.outcome is LIVE
    assert code in decision.reasons[0].text


def test_every_condition_of_every_matching_rule_must_be_evidenced() -> None:
    book = texas_asks(
        replace(EXPLICIT, codes=("follow_up_provided",)), Asked(codes=("encounter_documented",))
    )
    both = frozenset({"follow_up_provided", "encounter_documented"})
    assert decide(peel_in_texas(evidenced=both), book).outcome is STORED
    for code in both:
        assert decide(peel_in_texas(evidenced=both - {code}), book).outcome is LIVE


def test_a_definition_needs_an_opinion_and_an_explicit_text_does_not() -> None:
    definition = texas_asks(Asked(None, Basis.DEFINITION_ONLY))
    without = peel_in_texas(policy=everything_open(counsel_opinions={}))
    assert decide(peel_in_texas(), definition).outcome is STORED
    assert decide(without, definition).outcome is LIVE
    assert decide(without, texas_asks(EXPLICIT)).outcome is STORED


def test_a_permission_ends_with_its_review() -> None:
    overdue = replace(EXPLICIT, review_by=date(2026, 11, 21))
    decision = decide(peel_in_texas(), texas_asks(overdue))
    assert decision.outcome is LIVE
    assert "review overdue: TX-1" in decision.reasons[0].text
    last_day = replace(EXPLICIT, review_by=date(2026, 11, 22))
    assert decide(peel_in_texas(), texas_asks(last_day)).outcome is STORED


def test_a_permission_needs_a_citation_and_a_restriction_does_not() -> None:
    assert decide(peel_in_texas(), texas_asks(replace(EXPLICIT, cited=False))).outcome is LIVE
    live = Asked(Minimum.LIVE_VIDEO, Basis.UNKNOWN, cited=False)
    decision = decide(peel_in_texas(), texas_asks(EXPLICIT, live))
    assert [one.rule for one in decision.reasons] == [RuleId.R90]


def test_live_audio_is_not_store_and_forward() -> None:
    book = texas_asks(Asked(Minimum.LIVE_AUDIO, Basis.EXPLICIT), EXPLICIT)
    assert decide(peel_in_texas(), book).outcome is LIVE


def test_audio_only_is_for_somebody_who_was_examined_live() -> None:
    decision = decide(follow_up_by_audio(), shipped_book())
    assert decision.outcome is AUDIO
    assert [one.rule for one in decision.reasons] == [RuleId.R120]
    lacking: tuple[dict[str, object], ...] = (
        {"new_patient": True},
        {"last_live_exam_at": None},
        {"last_live_exam_at": Instant(NOW - 365 * DAY)},
        {"last_live_exam_at": Instant(NOW + 1)},
        {"policy": everything_open(audio_only_sign_offs={})},
        {"policy": everything_open(audio_only_enabled=False)},
        {"policy": everything_open(no_visual_classes=frozenset())},
        {"consents": frozenset({Consent.TELEHEALTH})},
        {"evidenced": frozenset()},
    )
    for changes in lacking:
        assert decide(follow_up_by_audio(**changes), shipped_book()).outcome is LIVE


def test_a_sign_off_for_one_form_is_none_for_the_other() -> None:
    stored = peel_in_texas(policy=everything_open(sign_offs={}))
    assert decide(stored, shipped_book()).outcome is LIVE
    audio = follow_up_by_audio(policy=everything_open(sign_offs={}))
    assert decide(audio, shipped_book()).outcome is AUDIO


def test_a_new_patient_is_not_examined_by_audio_where_the_law_would_accept_it() -> None:
    book = texas_asks(Asked(Minimum.LIVE_AUDIO, Basis.EXPLICIT))
    known = follow_up_by_audio(jurisdiction="TX", site_jurisdictions=("TX",))
    assert decide(known, book).outcome is AUDIO
    decision = decide(replace(known, new_patient=True), book)
    assert decision.outcome is LIVE
    assert "an earlier live exam" in decision.reasons[0].text


def test_a_sign_off_or_opinion_is_for_one_place() -> None:
    two = peel_in_texas(site_jurisdictions=("AZ",))
    assert decide(two, shipped_book()).outcome is STORED
    whole = two.policy
    for name in ("sign_offs", "counsel_opinions"):
        without = {place: "counsel-1" for place in PLACES if place != "AZ"}
        policy = replace(whole, **{name: without})  # type: ignore[arg-type]
        decision = decide(replace(two, policy=policy), shipped_book())
        assert decision.outcome is LIVE
        assert "Arizona" in decision.reasons[0].text


def test_audio_is_no_way_round_a_text_that_accepts_images() -> None:
    book = texas_asks(replace(EXPLICIT, patient=PatientKind.ANY))
    case = follow_up_by_audio(jurisdiction="TX", site_jurisdictions=("TX",))
    assert decide(case, book).outcome is LIVE


def test_the_strictest_of_treatments_and_places_decides() -> None:
    two = (Treatment(TreatmentClass.CHEMICAL_PEEL), Treatment(TreatmentClass.FILLER))
    policy = everything_open(live_only_classes=frozenset({TreatmentClass.FILLER}))
    decision = decide(peel_in_texas(treatments=two, policy=policy), shipped_book())
    assert decision.outcome is LIVE
    assert [one.rule for one in decision.reasons] == [RuleId.R80]
    maryland = decide(peel_in_texas(site_jurisdictions=("MD",)), shipped_book())
    assert maryland.outcome is LIVE
    assert "Maryland" in maryland.reasons[0].text


def test_what_comes_first_is_asked_for_and_what_was_given_is_not() -> None:
    bare = peel_in_texas(consents=frozenset(), requested_modality=Modality.LIVE_VIDEO)
    assert decide(bare, shipped_book()).requires == (
        "telehealth",
        "complaint_notice",
        "confirm_location",
        "disclose_practitioner",
        "notice_of_privacy",
        "verify_identity",
    )
    given = replace(bare, consents=frozenset({Consent.TELEHEALTH}))
    assert "telehealth" not in decide(given, shipped_book()).requires


def test_a_reviewer_finds_the_packet_sufficient_whatever_the_place_asks() -> None:
    evidenced = CONDITION_CODES - {"sufficiency_determined"}
    decision = decide(peel_in_texas(evidenced=evidenced), shipped_book())
    assert decision.outcome is STORED
    assert "sufficiency_determined" in decision.requires


def test_a_pool_is_told_in_words() -> None:
    california = peel_in_texas(practitioner=None, jurisdiction="TX", site_jurisdictions=("AZ",))
    decision = decide(california, shipped_book())
    assert decision.outcome is STORED
    assert decision.pool is not None
    assert decision.pool.jurisdictions == ("AZ", "TX")
    assert decision.requires[-8:] == (
        "authority:AZ",
        "authority:TX",
        "profession:MD",
        "profession:DO",
        "profession:NP",
        "profession:PA",
        "collaborator:AZ",
        "collaborator:TX",
    )


def test_a_pool_is_narrowed_to_those_whose_law_permits() -> None:
    """Store-and-forward is for Maryland's established patients, of physicians only."""
    case = peel_in_texas(
        practitioner=None,
        jurisdiction="MD",
        site_jurisdictions=("MD",),
        treatments=(Treatment(TreatmentClass.IM_VITAMIN),),
        new_patient=False,
        last_live_exam_at=Instant(NOW - DAY),
    )
    decision = decide(case, shipped_book())
    assert decision.outcome is STORED
    assert decision.pool is not None
    assert decision.pool.professions == (Profession.MD, Profession.DO)
    nurse = replace(case, practitioner=licensed(*PLACES, profession=Profession.NP))
    assert decide(nurse, shipped_book()).outcome is LIVE


def test_an_unanswered_questionnaire_is_a_gap() -> None:
    case = peel_in_texas()
    bare = replace(case, packet=replace(case.packet, questionnaire=False))
    assert decide(bare, shipped_book()).outcome is LIVE


def test_the_way_to_store_and_forward_says_what_is_still_to_be_evidenced() -> None:
    submitted = peel_in_texas(evidenced=frozenset({"follow_up_provided"}), practitioner=None)
    assert decide(submitted, shipped_book()).outcome is LIVE
    plan = prospect(submitted, shipped_book())
    assert plan.outcome is STORED
    missing = plan.conditions - submitted.evidenced
    assert missing <= set(plan.requires)
    assert "follow_up_provided" not in plan.requires
    assert (
        decide(replace(submitted, evidenced=plan.conditions), shipped_book()).outcome is STORED
    )


def test_what_nobody_can_evidence_in_a_review_is_no_plan() -> None:
    submitted = peel_in_texas(evidenced=frozenset())
    assert prospect(submitted, shipped_book()).outcome is STORED
    hoped = reviewable_codes()
    assert "appropriate_physical_exam" not in hoped
    assert prospect(submitted, shipped_book(), hoped).outcome is LIVE


@pytest.mark.parametrize("code", sorted(UNRESOLVED))
def test_no_way_leads_past_what_was_not_read(code: str) -> None:
    book = texas_asks(replace(EXPLICIT, codes=(code,)))
    assert prospect(peel_in_texas(), book).outcome is LIVE


def test_a_case_has_a_treatment() -> None:
    with pytest.raises(ValueError, match="at least one"):
        decide(peel_in_texas(treatments=()), shipped_book())
