from __future__ import annotations

from server.simulation.baselines import RandomClass
from server.simulation.routing import AssignedAtArrival, ByJurisdiction
from server.simulation.staff import staff
from signaling.identifiers import EligibilityClass, EncounterId, Instant, PractitionerId
from signaling.participants import WaitingPatient
from signaling.policy import Turn
from signaling.presence import PresenceState
from tests.unit.server.simulation.small import scenario

JURISDICTIONS = ("CA", "NY", "TX")
EVERYBODY = staff(scenario(practitioners=[["CA"], ["CA", "NY"], ["CA"]]))
P0, P1, P2 = (one.practitioner_id for one in EVERYBODY)


def test_a_jurisdiction_is_a_class_of_those_licensed_there() -> None:
    routing = ByJurisdiction(JURISDICTIONS, EVERYBODY)
    assert routing.members() == {"CA": {P0, P1, P2}, "NY": {P1}}
    assert routing.route(1, set()) == "NY"


def test_assigning_at_arrival_goes_round_those_who_are_on_duty() -> None:
    routing = AssignedAtArrival(JURISDICTIONS, EVERYBODY)
    members = routing.members()
    turns = [members[routing.route(0, {P0, P2})] for _ in range(4)]
    assert turns == [{P0}, {P2}, {P0}, {P2}]


def test_with_nobody_on_duty_the_turn_goes_round_all_the_same() -> None:
    routing = AssignedAtArrival(JURISDICTIONS, EVERYBODY)
    members = routing.members()
    assert [members[routing.route(0, set())] for _ in range(3)] == [{P0}, {P1}, {P2}]


def test_where_nobody_is_licensed_nobody_is_assigned() -> None:
    routing = AssignedAtArrival(JURISDICTIONS, EVERYBODY)
    assert routing.route(2, {P0}) not in routing.members()


def turn(eligibility: str, now: int, place: int = 1) -> Turn:
    patient = WaitingPatient(
        encounter_id=EncounterId(f"e{place}"),
        eligibility=EligibilityClass(eligibility),
        ready_at=Instant(0),
        place=place,
        presence=PresenceState.PRESENT,
        presence_since=Instant(0),
        ages_from=Instant(0),
        excluded={PractitionerId("p"): Instant(1)},
    )
    return Turn(patient, 1.0, 1.0, spoken=True, now=Instant(now))


def test_a_random_class_is_first_as_often_as_any_other() -> None:
    names = ("CA", "NY", "TX")
    order = RandomClass()
    first = [
        min((order.key(turn(name, now)), name) for name in names)[1] for now in range(3_000)
    ]
    assert all(900 < first.count(name) < 1_100 for name in names)


def test_within_a_class_the_oldest_comes_first_and_the_same_dice_fall_twice() -> None:
    order = RandomClass(seed=3)
    assert order.key(turn("CA", 5, place=1)) < order.key(turn("CA", 5, place=2))
    assert order.key(turn("CA", 5)) == order.key(turn("CA", 5))
    assert order.key(turn("CA", 5)) != RandomClass(seed=4).key(turn("CA", 5))
