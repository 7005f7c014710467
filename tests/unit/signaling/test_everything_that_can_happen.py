"""Anything in any order: the invariants live in `Scene` and hold after every single event."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from signaling import events
from signaling.errors import IllegalTransition, SignalingError
from signaling.events import Event
from signaling.identifiers import (
    EligibilityClass,
    EncounterId,
    PractitionerId,
    plus,
    seconds_between,
)
from signaling.limits import Limits
from signaling.offers import Offer
from signaling.participants import PractitionerStatus
from signaling.policy import POLICIES, Policy
from signaling.visit import is_terminal
from tests.unit.signaling.scene import Scene

PRACTITIONERS = {"ann": 1, "bob": 2, "cy": 3, "di": 3}
SPEAKS = {"ann": ("en",), "bob": ("en", "es"), "cy": ("en",), "di": ("es",)}
MIDNIGHT = {"ca": 8 * 3600.0, "ny": 5 * 3600.0, "tx": 6 * 3600.0}  # local, in UTC seconds
DAY_S = 86_400.0
SECOND_OFFERS = Policy(parallel_offers=True, parallel_idle_min=2)
LICENSED = {"ca": ("ann", "bob", "cy", "di"), "ny": ("bob", "cy", "di"), "tx": ("cy", "di")}
CLASSES = (*LICENSED, "wy")
STRANGER = "nobody"

classes = st.sampled_from(CLASSES)
practitioners = st.sampled_from(tuple(PRACTITIONERS))
members = st.sets(practitioners)
index = st.integers(min_value=0, max_value=7)
languages = st.sampled_from(("", "en", "es"))
priorities = st.integers(min_value=-1, max_value=6)
policies = st.sampled_from((*POLICIES.values(), SECOND_OFFERS))

T = TypeVar("T")


def pick(many: Sequence[T], at: int) -> T:
    return many[at % len(many)]


def refusal(event: Callable[[], object]) -> str | None:
    """Return the code with which something was refused, or None if it happened."""
    try:
        event()
    except SignalingError as error:
        return error.code
    return None


class Day(RuleBasedStateMachine):
    scene: Scene
    crashes = False

    def __init__(self) -> None:
        super().__init__()
        self.answered: list[Offer] = []

    @initialize(
        policy=policies,
        licensed=st.fixed_dictionaries(
            {name: st.just(set(who)) | members for name, who in LICENSED.items()}
        ),
        on_duty=members,
        waiting=st.lists(classes, max_size=4),
    )
    def morning(
        self,
        policy: Policy,
        licensed: dict[str, set[str]],
        on_duty: set[str],
        waiting: list[str],
    ) -> None:
        limits = Limits(waiting_max=6, practitioners_max=3)
        self.scene = Scene(limits, policy, crashes=self.crashes)
        for eligibility, who in licensed.items():
            self.scene.eligible(eligibility, *sorted(who))
        for practitioner in sorted(on_duty):
            self.available(practitioner, None)
        for eligibility in waiting:
            self.join(eligibility, "", 0)

    def may(self, event: Event) -> str | None:
        """Let it happen, or return the code of the refusal (`Scene` sees that it is one)."""
        return refusal(lambda: self.scene.apply(event))

    @rule()
    def duplicate_message(self) -> None:
        """Let the last event come a second time: refused, or nothing that matters changes."""
        before = self.scene.switchboard.snapshot()
        last = self.scene.last
        code = refusal(lambda: self.scene.apply(last))
        if isinstance(last, events.OfferAccepted | events.OfferDeclined):
            assert code in {"offer_settled", "offer_unknown", "offer_not_yours"}
        after = self.scene.switchboard.snapshot()
        assert {one.encounter_id for one in after.in_exam} == {
            one.encounter_id for one in before.in_exam
        }

    # Patients.

    @rule(eligibility=classes, language=languages, priority=priorities)
    def join(self, eligibility: str, language: str, priority: int) -> None:
        self.come(f"e{len(self.scene.entered)}", eligibility, language, priority)

    @rule(at=index, eligibility=classes)
    def come_back(self, at: int, eligibility: str) -> None:
        known = [one for one, state in self.scene.rows.visits.items() if not is_terminal(state)]
        if known:
            self.come(pick(known, at), eligibility)

    def come(
        self, encounter: str, eligibility: str, language: str = "", priority: int = 0
    ) -> None:
        code = refusal(lambda: self.scene.ready(encounter, eligibility, language, priority))
        allowed = {None, "already_waiting", "queue_full"}
        assert code in (allowed if 0 <= priority <= 5 else {"priority_out_of_range"})

    @rule(at=index, priority=priorities)
    def prioritize(self, at: int, priority: int) -> None:
        self.may(events.PriorityChanged(self.anybody(at), priority))

    def anybody(self, at: int) -> EncounterId:
        """Return somebody rung for, in line, being seen, or (now and then) unknown."""
        holding = [encounter for _, encounter in self.holding()]
        known = [*self.scene.rung(), *holding, *self.scene.line(), STRANGER]
        return EncounterId(pick(known, at))

    @rule(at=index)
    def leave(self, at: int) -> None:
        self.may(events.PatientLeft(self.anybody(at)))

    @rule(at=index)
    def reconnect(self, at: int) -> None:
        self.scene.seen(self.anybody(at))

    @rule(at=index)
    def lose(self, at: int) -> None:
        self.scene.lost(self.anybody(at))

    @rule(at=index)
    def cancel(self, at: int) -> None:
        self.may(events.EncounterCancelled(self.anybody(at)))

    @rule(at=index, eligibility=classes)
    def correct_location(self, at: int, eligibility: str) -> None:
        self.may(events.ClassChanged(self.anybody(at), EligibilityClass(eligibility)))

    # Practitioners.

    @rule(practitioner=practitioners, shift_s=st.sampled_from((None, 5.0, 30.0, 3600.0)))
    def available(self, practitioner: str, shift_s: float | None) -> None:
        ends_at = None if shift_s is None else plus(self.scene.now, shift_s)
        self.may(
            events.PractitionerAvailable(
                PractitionerId(practitioner),
                PRACTITIONERS[practitioner],
                frozenset(SPEAKS[practitioner]),
                ends_at,
            )
        )

    def on_duty(self, at: int) -> str:
        """Return somebody rung, else on duty, or (now and then) not."""
        return pick([*self.scene.rung().values(), *self.scene.on_duty(), STRANGER], at)

    @rule(at=index)
    def away(self, at: int) -> None:
        self.scene.away(self.on_duty(at))

    @rule(at=index)
    def reconnect_practitioner(self, at: int) -> None:
        self.scene.practitioner_seen(self.on_duty(at))

    @rule(at=index)
    def lose_practitioner(self, at: int) -> None:
        self.scene.practitioner_lost(self.on_duty(at))

    @precondition(lambda self: self.scene.switchboard.ringing())
    @rule(at=index)
    def revoke_the_licence_of_somebody_rung(self, at: int) -> None:
        offer = pick(self.scene.switchboard.ringing(), at)
        eligibility = self.scene.patient(offer.encounter_id).eligibility
        self.revoke_or_grant_a_licence(offer.practitioner_id, eligibility)

    @rule(practitioner=practitioners, eligibility=classes)
    def revoke_or_grant_a_licence(self, practitioner: str, eligibility: str) -> None:
        name = EligibilityClass(eligibility)
        before = self.scene.rows.eligibility.get(name, frozenset())
        self.scene.eligible(eligibility, *(before ^ {PractitionerId(practitioner)}))

    @rule(practitioner=practitioners, eligibility=st.sampled_from(tuple(LICENSED)))
    def a_licence_expires_at_local_midnight(self, practitioner: str, eligibility: str) -> None:
        """Go to the last microsecond of the licence, and then past it."""
        now_s = self.scene.now / 1_000_000
        to_midnight_s = DAY_S - (now_s - MIDNIGHT[eligibility]) % DAY_S
        self.scene.pass_time(to_midnight_s - 0.000_001)
        self.scene.pass_time(0.000_001)
        name, who = EligibilityClass(eligibility), PractitionerId(practitioner)
        members = self.scene.rows.eligibility.get(name, frozenset()) - {who}
        self.scene.eligible(eligibility, *sorted(members))
        offer = self.scene.switchboard.offer_to(who)
        if offer is not None:
            assert self.scene.patient(offer.encounter_id).eligibility != name

    @rule(rates=st.fixed_dictionaries(dict.fromkeys(CLASSES, st.floats(0.0, 9.0))))
    def demand_is_measured(self, rates: dict[str, float]) -> None:
        self.scene.demand(**rates)

    # Offers.

    @precondition(lambda self: self.scene.switchboard.ringing())
    @rule(at=index)
    def accept_after_a_while(self, at: int) -> None:
        self.scene.pass_time(4.0)
        if self.scene.switchboard.ringing():
            self.accept(at)

    @precondition(lambda self: self.scene.switchboard.ringing())
    @rule(at=index)
    def accept(self, at: int) -> None:
        offer = pick(self.scene.switchboard.ringing(), at)
        self.scene.accept(offer)
        self.answered.append(offer)

    @precondition(lambda self: self.scene.switchboard.ringing())
    @rule(at=index)
    def decline(self, at: int) -> None:
        offer = pick(self.scene.switchboard.ringing(), at)
        self.scene.decline(offer)
        self.answered.append(offer)

    @precondition(lambda self: self.answered)
    @rule(at=index, accept=st.booleans())
    def answer_again(self, at: int, *, accept: bool) -> None:
        offer = pick(self.answered, at)
        answer = self.scene.accept if accept else self.scene.decline
        # After a restart only what still matters is remembered.
        assert refusal(lambda: answer(offer)) in {"offer_settled", "offer_unknown"}

    @precondition(lambda self: self.scene.switchboard.ringing())
    @rule(at=index, thief=practitioners)
    def steal(self, at: int, thief: str) -> None:
        offer = pick(self.scene.switchboard.ringing(), at)
        if thief == offer.practitioner_id:
            return
        assert refusal(lambda: self.scene.accept(offer, by=thief)) == "offer_not_yours"

    # Exams.

    @rule(practitioner=practitioners, eligibility=st.sampled_from(tuple(LICENSED)))
    def ring(self, practitioner: str, eligibility: str) -> None:
        """Bring two together, so that offers ring as often as they should."""
        self.available(practitioner, None)
        self.scene.practitioner_seen(practitioner)
        self.join(eligibility, "", 0)

    @rule(practitioner=practitioners)
    def begin_a_visit(self, practitioner: str) -> None:
        """Go the whole way at once, so that exams are as common as they should be."""
        self.available(practitioner, None)
        self.join("ca", "en", 0)
        for offer in self.scene.switchboard.ringing()[:1]:
            self.scene.accept(offer)
            self.answered.append(offer)

    def holding(self) -> list[tuple[str, str]]:
        return [
            (str(one.practitioner_id), str(one.encounter_id))
            for one in self.scene.switchboard.practitioners()
            if one.status in {PractitionerStatus.IN_EXAM, PractitionerStatus.WRAP_UP}
        ]

    @precondition(lambda self: self.holding())
    @rule(at=index)
    def hang_up(self, at: int) -> None:
        self.may(events.CallEnded(EncounterId(pick(self.holding(), at)[1])))

    @precondition(lambda self: self.holding())
    @rule(at=index)
    def call_again(self, at: int) -> None:
        practitioner, encounter = pick(self.holding(), at)
        with suppress(IllegalTransition):
            self.scene.resumed(encounter, by=practitioner)

    @precondition(lambda self: self.holding())
    @rule(at=index)
    def sign(self, at: int) -> None:
        practitioner, encounter = pick(self.holding(), at)
        self.scene.freed(practitioner, encounter)

    @precondition(lambda self: self.holding())
    @rule(at=index)
    def drop_out(self, at: int) -> None:
        practitioner, encounter = pick(self.holding(), at)
        self.may(
            events.PractitionerReleased(PractitionerId(practitioner), EncounterId(encounter))
        )

    @rule(practitioner=practitioners, at=index)
    def free_the_wrong_one(self, practitioner: str, at: int) -> None:
        encounter = self.anybody(at)
        if (practitioner, encounter) not in self.holding():
            event = events.PractitionerFreed(PractitionerId(practitioner), encounter)
            self.may(event)

    # Time and trouble.

    @rule(seconds=st.sampled_from((0.001, 1.0, 5.0, 14.999, 15.0, 61.0, 3600.0)))
    def time_passes(self, seconds: float) -> None:
        self.scene.pass_time(seconds)

    @rule()
    def time_passes_to_the_deadline(self) -> None:
        deadline = self.scene.switchboard.next_deadline()
        if deadline is not None:
            self.scene.pass_time(seconds_between(self.scene.now, deadline))

    @rule(seconds=st.sampled_from((0.0, 1.0, 30.0, 90.0)))
    def restart(self, seconds: float) -> None:
        self.scene.pass_time(seconds)
        self.scene.restart()

    @precondition(lambda self: self.scene.switchboard.ringing())
    @rule(at=index, accept=st.booleans())
    def commit_of_an_answer_fails(self, at: int, *, accept: bool) -> None:
        offer = pick(self.scene.switchboard.ringing(), at)
        if accept:
            event: Event = events.OfferAccepted(offer.offer_id, offer.practitioner_id)
        else:
            event = events.OfferDeclined(offer.offer_id, offer.practitioner_id, "busy")
        self.scene.fail_commit(event)

    @rule(at=index)
    def commit_of_going_away_fails(self, at: int) -> None:
        self.scene.fail_commit(events.PractitionerAway(PractitionerId(self.on_duty(at))))


Day.TestCase.settings = settings(
    max_examples=200,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
TestDay = Day.TestCase


class CrashingDay(Day):
    """The same day, on which the process dies after every single event."""

    crashes = True


CrashingDay.TestCase.settings = settings(Day.TestCase.settings, max_examples=50)
TestCrashingDay = CrashingDay.TestCase


class LongDay(Day):
    """The same day, longer and never the same twice."""


LongDay.TestCase.settings = settings(
    max_examples=1_500,
    stateful_step_count=80,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestLongDay = pytest.mark.timeout(900)(pytest.mark.long(LongDay.TestCase))
