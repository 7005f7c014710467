"""What holds of every decision, whatever the case and the rules."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.rules.case import Case, Flag, Treatment
from server.rules.deciding import decide
from server.rules.decision import Decision
from server.rules.policy import OperatorPolicy, is_no_looser, restrict
from server.rules.rulebook import Rulebook
from server.rules.words import (
    EXAMINING,
    RULE_ORDER,
    STRICTNESS,
    Basis,
    Consent,
    DrugBar,
    EmergencyFlag,
    Minimum,
    Outcome,
    PatientKind,
    Profession,
    Schedule,
    Severity,
    TreatmentClass,
)
from signaling.identifiers import Instant
from tests.rule_cases import (
    PLACES,
    Asked,
    asked_rules,
    book_of,
    books,
    cases,
    everything_open,
    few,
    follow_up_by_audio,
    good_cases,
    law_of,
    licensed,
    many,
    peel_in_texas,
    policies,
    shipped_book,
    texas_asks,
)

LESS_THAN_LIVE = {Outcome.STORE_AND_FORWARD_PERMITTED, Outcome.AUDIO_ONLY_PERMITTED}
Restriction = Callable[[Case], Case]


def strictness(decision: Decision) -> int:
    return STRICTNESS[decision.outcome]


def with_policy(case: Case, **changes: object) -> Case:
    return replace(case, policy=replace(case.policy, **changes))  # type: ignore[arg-type]


def with_site(case: Case, place: str) -> Case:
    """Add one, unless none is known: to learn of the first is no restriction."""
    known = case.site_jurisdictions
    return replace(case, site_jurisdictions=(*known, place) if known else ())


def with_practitioner(case: Case, **changes: object) -> Case:
    who = case.practitioner
    changed = replace(who, **changes) if who else None  # type: ignore[arg-type]
    return replace(case, practitioner=changed)


def without_authority(case: Case) -> Case:
    who = case.practitioner
    return with_practitioner(case, authorities=who.authorities[1:]) if who else case


def with_drug(case: Case) -> Case:
    first, *rest = case.treatments
    return replace(case, treatments=(replace(first, controlled_schedule=Schedule.IV), *rest))


RESTRICTIONS: dict[str, Restriction] = {
    "an emergency": lambda c: replace(c, emergency_flags=frozenset({EmergencyFlag.CHEST_PAIN})),
    "no location": lambda c: replace(c, jurisdiction=None),
    "no confirmed location": lambda c: replace(c, location_confirmed_at=None),
    "one more site": lambda c: with_site(c, "NY"),
    "a site abroad": lambda c: with_site(c, "PR"),
    "no site": lambda c: replace(c, site_jurisdictions=()),
    "one more treatment": lambda c: replace(
        c, treatments=(*c.treatments, Treatment(TreatmentClass.FILLER))
    ),
    "a controlled drug": with_drug,
    "a minor": lambda c: replace(c, age_years=17),
    "an unknown age": lambda c: replace(c, age_years=None),
    "no guardian": lambda c: replace(c, guardian=None),
    "no in-person exam": lambda c: replace(c, last_in_person_exam_at=None),
    "an absolute flag": lambda c: replace(c, flags=(*c.flags, Flag(Severity.ABSOLUTE))),
    "a review flag": lambda c: replace(c, flags=(*c.flags, Flag(Severity.REVIEW))),
    "something unanswered": lambda c: replace(c, packet=replace(c.packet, complete=False)),
    "no questionnaire": lambda c: replace(c, packet=replace(c.packet, questionnaire=False)),
    "no images, no records": lambda c: replace(
        c, packet=replace(c.packet, images=0, records=0)
    ),
    "no consents": lambda c: replace(c, consents=frozenset()),
    "one consent less": lambda c: replace(c, consents=c.consents - {Consent.STORE_AND_FORWARD}),
    "nothing evidenced": lambda c: replace(c, evidenced=frozenset()),
    "video works": lambda c: replace(c, connectivity=replace(c.connectivity, video=True)),
    "no audio": lambda c: replace(c, connectivity=replace(c.connectivity, audio=False)),
    "one authority less": without_authority,
    "no collaborators": lambda c: with_practitioner(c, collaborators=frozenset()),
    "no DEA registration": lambda c: with_practitioner(c, dea_registered=False),
    "nothing opened": lambda c: with_policy(c, opened=frozenset()),
    "no store-and-forward": lambda c: with_policy(c, store_and_forward_enabled=False),
    "no audio-only": lambda c: with_policy(c, audio_only_enabled=False),
    "no controlled drugs": lambda c: with_policy(c, controlled_enabled=False),
    "no minors": lambda c: with_policy(c, minors_enabled=frozenset()),
    "all classes live": lambda c: with_policy(c, live_only_classes=frozenset(TreatmentClass)),
    "no low-risk class": lambda c: with_policy(c, low_risk_classes=frozenset()),
    "no unseen class": lambda c: with_policy(c, no_visual_classes=frozenset()),
    "no sign-off": lambda c: with_policy(c, sign_offs={}),
    "no sign-off for audio": lambda c: with_policy(c, audio_only_sign_offs={}),
    "no opinion": lambda c: with_policy(c, counsel_opinions={}),
    "a hard stop": lambda c: with_policy(c, hard_stop_on_stale_rules=True),
}


@pytest.mark.parametrize("name", RESTRICTIONS)
@few
@given(case=cases | good_cases, book=books | st.none() | st.just(shipped_book()))
def test_a_restriction_never_loosens_a_decision(
    name: str, case: Case, book: Rulebook | None
) -> None:
    assert strictness(decide(RESTRICTIONS[name](case), book)) >= strictness(decide(case, book))


@many
@given(
    case=cases | good_cases,
    texas=st.lists(asked_rules, max_size=3),
    more=asked_rules,
    barred=st.sampled_from(DrugBar),
)
def test_one_more_rule_that_restricts_never_loosens_a_decision(
    case: Case, texas: list[Asked], more: Asked, barred: DrugBar
) -> None:
    stricter = replace(more, minimum=Minimum.LIVE_VIDEO)
    looser = book_of(TX=law_of("TX", texas))
    tighter = book_of(TX=law_of("TX", [*texas, stricter], [barred]))
    assert strictness(decide(case, tighter)) >= strictness(decide(case, looser))


@many
@given(case=cases | good_cases, texas=st.lists(asked_rules, max_size=3), more=asked_rules)
def test_one_more_condition_never_loosens_a_decision(
    case: Case, texas: list[Asked], more: Asked
) -> None:
    asking = replace(more, minimum=None, basis=Basis.UNKNOWN)
    looser, tighter = (book_of(TX=law_of("TX", rules)) for rules in (texas, [*texas, asking]))
    assert strictness(decide(case, tighter)) >= strictness(decide(case, looser))


@many
@given(case=cases | good_cases, book=books)
def test_rules_that_cannot_be_relied_upon_never_loosen_a_decision(
    case: Case, book: Rulebook
) -> None:
    unsigned = Rulebook(replace(book.signed, signed_by=None))
    for stale in (unsigned, None):
        decision = decide(case, stale)
        assert decision.outcome not in LESS_THAN_LIVE
        if stale is unsigned:
            assert strictness(decision) >= strictness(decide(case, book))


@many
@given(
    case=good_cases | cases,
    rules=st.lists(
        st.builds(replace, asked_rules, minimum=st.none(), basis=st.sampled_from(Basis)),
        max_size=4,
    ),
)
def test_unknown_law_never_permits_less_than_live_video(case: Case, rules: list[Asked]) -> None:
    book = book_of(**{place: law_of(place, rules) for place in PLACES})
    without_opinion = with_policy(case, counsel_opinions={})
    assert decide(without_opinion, book).outcome not in LESS_THAN_LIVE


@many
@given(case=good_cases | cases, minimum=st.sampled_from(Minimum))
def test_a_definition_alone_permits_nothing_without_an_opinion(
    case: Case, minimum: Minimum
) -> None:
    asked = Asked(minimum=minimum, basis=Basis.DEFINITION_ONLY)
    book = book_of(**{place: law_of(place, [asked]) for place in PLACES})
    without_opinion = with_policy(case, counsel_opinions={})
    assert decide(without_opinion, book).outcome not in LESS_THAN_LIVE


@many
@given(case=cases | good_cases, book=books | st.none())
def test_every_decision_cites_a_rule_that_makes_it(case: Case, book: Rulebook | None) -> None:
    decision = decide(case, book)
    assert decision.outcome in {one.outcome for one in decision.reasons}
    places = [RULE_ORDER[one.rule] for one in decision.reasons]
    assert places == sorted(places)
    assert all(one.text for one in decision.reasons)


@many
@given(case=cases | good_cases, book=books)
def test_the_same_case_and_rules_give_the_same_decision(case: Case, book: Rulebook) -> None:
    turned = replace(
        case,
        treatments=tuple(reversed(case.treatments)),
        site_jurisdictions=tuple(reversed(case.site_jurisdictions)),
    )
    first = decide(case, book)
    assert decide(case, book) == first
    again = decide(turned, Rulebook(book.signed))
    assert (again.outcome, again.requires, again.valid_until) == (
        first.outcome,
        first.requires,
        first.valid_until,
    )
    assert set(again.reasons) == set(first.reasons)


@many
@given(case=cases | good_cases, book=books | st.none(), flag=st.sampled_from(EmergencyFlag))
def test_an_emergency_ignores_all_else(
    case: Case, book: Rulebook | None, flag: EmergencyFlag
) -> None:
    decision = decide(replace(case, emergency_flags=frozenset({flag})), book)
    assert decision.outcome is Outcome.ESCALATE_EMERGENCY
    assert decision.requires == ()


@many
@given(case=cases | good_cases, policy=policies(), book=books | st.just(shipped_book()))
def test_no_policy_is_looser_than_the_law(
    case: Case, policy: OperatorPolicy, book: Rulebook
) -> None:
    floor = decide(replace(case, policy=everything_open()), book)
    assert strictness(decide(replace(case, policy=policy), book)) >= strictness(floor)


@many
@given(
    case=cases | good_cases,
    base=policies(),
    network=policies(),
    book=books | st.just(shipped_book()),
)
def test_a_network_can_only_take_away(
    case: Case, base: OperatorPolicy, network: OperatorPolicy, book: Rulebook
) -> None:
    both = restrict(base, network)
    assert is_no_looser(both, base)
    assert is_no_looser(both, network)
    decided = strictness(decide(replace(case, policy=both), book))
    for one in (base, network):
        assert decided >= strictness(decide(replace(case, policy=one), book))


@many
@given(case=cases | good_cases, book=books, share=st.floats(0, 1, exclude_max=True))
def test_time_alone_changes_nothing_before_a_decision_ends(
    case: Case, book: Rulebook, share: float
) -> None:
    decision = decide(case, book)
    later = Instant(case.now + int((decision.valid_until - case.now) * share))
    assert decide(replace(case, now=later), book) == decision


@many
@given(case=good_cases | cases, book=books | st.just(shipped_book()))
def test_the_pool_is_just_those_who_may(case: Case, book: Rulebook) -> None:
    asked = decide(replace(case, practitioner=None), book)
    assert asked.pool is not None
    for profession in EXAMINING:
        one = replace(case, practitioner=licensed(*PLACES, profession=profession))
        found = decide(one, book)
        if profession in asked.pool.professions:
            assert found.outcome is asked.outcome
        else:
            assert strictness(found) >= strictness(asked)


@many
@given(case=cases, book=books)
def test_nobody_but_the_four_examining_professions_ever_examines(
    case: Case, book: Rulebook
) -> None:
    nurse = replace(case, practitioner=licensed(*PLACES, profession=Profession.RN))
    assert decide(nurse, book).outcome in {Outcome.NOT_PERMITTED, Outcome.ESCALATE_EMERGENCY}


@pytest.mark.parametrize("outcome", Outcome)
def test_the_cases_come_to_every_answer(outcome: Outcome) -> None:
    """Else the properties above would say little."""
    explicit = Asked(Minimum.STORE_AND_FORWARD, Basis.EXPLICIT, patient=PatientKind.NEW)
    examples = {
        Outcome.STORE_AND_FORWARD_PERMITTED: (peel_in_texas(), texas_asks(explicit)),
        Outcome.AUDIO_ONLY_PERMITTED: (follow_up_by_audio(), shipped_book()),
        Outcome.LIVE_VIDEO_REQUIRED: (peel_in_texas(evidenced=frozenset()), shipped_book()),
        Outcome.NOT_PERMITTED: (peel_in_texas(jurisdiction=None), shipped_book()),
        Outcome.ESCALATE_EMERGENCY: (
            peel_in_texas(emergency_flags=frozenset(EmergencyFlag)),
            shipped_book(),
        ),
    }
    assert decide(*examples[outcome]).outcome is outcome
