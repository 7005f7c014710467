"""The small parts that the switchboard is made of, where only they show an edge."""

from dataclasses import fields

import pytest

from signaling import errors
from signaling.eligibility import Eligibility
from signaling.errors import SignalingError
from signaling.events import Event
from signaling.identifiers import EligibilityClass, EncounterId, PractitionerId, plus
from signaling.limits import Limits
from signaling.switchboard import HANDLERS
from signaling.timers import COMPACTION_MIN, PatientGrace, Timers
from tests.unit.signaling.scene import START

CA, NY = EligibilityClass("ca"), EligibilityClass("ny")
ANN, BOB = PractitionerId("ann"), PractitionerId("bob")


def test_every_event_has_a_handler() -> None:
    assert set(HANDLERS) == set(Event.__args__)


@pytest.mark.parametrize("name", [field.name for field in fields(Limits)])
@pytest.mark.parametrize("value", [0, -1])
def test_a_limit_is_positive(name: str, value: int) -> None:
    with pytest.raises(ValueError, match=name):
        Limits(**{name: value})


def test_codes_are_stable_and_differ() -> None:
    codes = {
        kind.code
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, SignalingError)
    }
    assert codes == {
        "already_waiting",
        "encounter_unknown",
        "illegal_transition",
        "not_eligible",
        "not_waiting",
        "offer_not_yours",
        "offer_settled",
        "offer_unknown",
        "practitioner_busy",
        "practitioner_unknown",
        "priority_out_of_range",
        "queue_full",
        "roster_full",
        "signaling_error",
    }


def test_a_timer_set_again_is_due_only_at_the_new_time() -> None:
    timers, timer = Timers(), PatientGrace(EncounterId("e1"))
    timers.set(timer, plus(START, 1.0))
    timers.set(timer, plus(START, 5.0))
    assert list(timers.pop_due(plus(START, 4.0))) == []
    assert list(timers.pop_due(plus(START, 5.0))) == [timer]
    assert timers.earliest() is None


def test_a_cleared_timer_is_never_due_and_may_be_cleared_again() -> None:
    timers, timer = Timers(), PatientGrace(EncounterId("e1"))
    timers.set(timer, START)
    timers.clear(timer)
    timers.clear(timer)
    assert list(timers.pop_due(plus(START, 9.0))) == []


def test_timers_due_together_come_in_the_order_in_which_they_were_set() -> None:
    timers = Timers()
    graces = [PatientGrace(EncounterId(f"e{number}")) for number in (3, 1, 2)]
    for grace in graces:
        timers.set(grace, START)
    assert list(timers.pop_due(START)) == graces


def test_a_flapping_connection_does_not_grow_the_timers_without_bound() -> None:
    timers, timer = Timers(), PatientGrace(EncounterId("e1"))
    for number in range(10_000):
        timers.set(timer, plus(START, float(number)))
        timers.clear(timer)
    assert len(timers._heap) <= COMPACTION_MIN + 1
    timers.set(timer, START)
    assert timers.earliest() == START


def test_eligibility_says_who_lost_what_and_forgets_empty_classes() -> None:
    eligibility = Eligibility({CA: frozenset({ANN, BOB})})
    assert eligibility.classes_of(ANN) == {CA}
    assert eligibility.replace(CA, frozenset({BOB})) == {ANN}
    assert eligibility.classes_of(ANN) == frozenset()
    assert not eligibility.allows(ANN, CA)
    assert eligibility.replace(CA, frozenset()) == {BOB}
    assert eligibility.as_mapping() == {}
    assert eligibility.members(NY) == frozenset()
