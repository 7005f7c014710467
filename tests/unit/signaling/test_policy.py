"""Policies: whose turn it is, who is rung, and how far a preference may go."""

from collections.abc import Callable

import pytest

from signaling.errors import PriorityOutOfRange, UnknownEncounter
from signaling.policy import (
    AUDIT,
    FAIR,
    FIFO,
    POLICIES,
    SCARCEST,
    LongestIdleInBand,
    Policy,
    ScarcestFirst,
)
from tests.unit.signaling.scene import Scene

Stage = Callable[[Policy], Scene]


@pytest.fixture
def stage() -> Stage:
    """Ann sees Californians, Bob also New Yorkers, Cy also Texans: Texas is scarcest."""

    def make(policy: Policy) -> Scene:
        scene = Scene(policy=policy)
        scene.eligible("ca", "ann", "bob", "cy")
        scene.eligible("ny", "bob", "cy")
        scene.eligible("tx", "cy")
        return scene

    return make


def busy(scene: Scene, *practitioners: str) -> None:
    """Bring practitioners on duty, each with a patient of their own."""
    for who in practitioners:
        scene.eligible(f"own-{who}", who)
        scene.available(who)
        scene.ready(f"with-{who}", f"own-{who}")
        scene.accept(scene.offer(f"with-{who}"))


def free(scene: Scene, who: str) -> None:
    scene.freed(who, f"with-{who}")


# Whose turn it is.


def test_below_the_cap_the_scarcest_class_comes_first(stage: Stage) -> None:
    scene = stage(SCARCEST)
    busy(scene, "ann", "bob", "cy")
    scene.ready("californian", "ca")
    scene.ready("new-yorker", "ny")
    scene.ready("texan", "tx")
    free(scene, "cy")
    assert scene.rung() == {"texan": "cy"}


def test_beyond_the_cap_the_oldest_comes_first_however_common(stage: Stage) -> None:
    scene = stage(SCARCEST)
    busy(scene, "ann", "bob", "cy")
    scene.ready("californian", "ca")
    scene.pass_time(60.0)
    scene.ready("texan", "tx")
    scene.pass_time(60.0)
    free(scene, "cy")
    assert scene.rung() == {"californian": "cy"}


def test_a_microsecond_below_the_cap_scarcity_still_counts(stage: Stage) -> None:
    scene = stage(SCARCEST)
    busy(scene, "ann", "bob", "cy")
    scene.ready("californian", "ca")
    scene.pass_time(60.0)
    scene.ready("texan", "tx")
    scene.pass_time(59.999_999)
    free(scene, "cy")
    assert scene.rung() == {"texan": "cy"}


def test_two_beyond_the_cap_go_by_age_and_not_by_scarcity(stage: Stage) -> None:
    scene = stage(SCARCEST)
    busy(scene, "ann", "bob", "cy")
    scene.ready("californian", "ca")
    scene.ready("texan", "tx")
    scene.pass_time(500.0)
    free(scene, "cy")
    assert scene.rung() == {"californian": "cy"}


@pytest.mark.parametrize("policy", [FIFO, AUDIT])
def test_with_a_cap_of_zero_the_oldest_always_comes_first(stage: Stage, policy: Policy) -> None:
    scene = stage(policy)
    busy(scene, "ann", "bob", "cy")
    scene.ready("californian", "ca")
    scene.ready("texan", "tx")
    free(scene, "cy")
    assert scene.rung() == {"californian": "cy"}


def test_scarcity_counts_those_on_duty_and_not_those_who_hold_a_licence(stage: Stage) -> None:
    scene = stage(SCARCEST)
    scene.eligible("tx", "cy", "dan", "eve", "flo")  # as many as you like, all at home
    busy(scene, "ann", "bob", "cy")
    scene.ready("californian", "ca")
    scene.ready("texan", "tx")
    free(scene, "cy")
    assert scene.rung() == {"texan": "cy"}


def test_scarcity_is_judged_by_the_demand_that_was_measured(stage: Stage) -> None:
    scene = stage(SCARCEST)
    busy(scene, "ann", "bob", "cy")
    scene.eligible("wy", "cy", "bob", "ann")
    scene.demand(ca=100.0, ny=0.001, tx=0.001, wy=0.001)
    scene.ready("new-yorker", "ny")
    scene.pass_time(1.0)
    scene.ready("texan", "tx")
    free(scene, "cy")
    assert scene.rung() == {"texan": "cy"}


def test_scarcity_follows_somebody_who_comes_on_duty(stage: Stage) -> None:
    scene = stage(SCARCEST)
    scene.eligible("tx", "cy", "dan", "eve", "flo")
    busy(scene, "ann", "bob", "cy")
    for who in ("dan", "eve", "flo"):  # Texas only, so that now New York is scarcer
        busy(scene, who)
    scene.ready("texan", "tx")
    scene.ready("new-yorker", "ny")
    free(scene, "cy")
    assert scene.rung() == {"new-yorker": "cy"}


# Who is rung.


def test_the_fair_mode_rings_the_longest_idle_of_a_band() -> None:
    scene = Scene(policy=FAIR)
    scene.eligible("ca", "ann", "bob")
    scene.available("bob", licences=3)
    scene.pass_time(1.0)
    scene.available("ann", licences=2)
    scene.ready("patient")
    assert scene.rung() == {"patient": "bob"}


def test_the_fair_mode_still_spares_those_of_a_higher_band() -> None:
    scene = Scene(policy=FAIR)
    scene.eligible("ca", "ann", "bob")
    scene.available("bob", licences=4)
    scene.pass_time(1.0)
    scene.available("ann", licences=3)
    scene.ready("patient")
    assert scene.rung() == {"patient": "ann"}


@pytest.mark.parametrize(
    ("licences", "band"), [(1, 0), (2, 1), (3, 1), (4, 2), (8, 2), (9, 3), (20, 3), (21, 4)]
)
def test_the_bands_are_those_of_the_licence_skew(licences: int, band: int) -> None:
    scene = Scene()
    scene.available("ann", licences=licences)
    assert LongestIdleInBand().key(scene.practitioner("ann"))[0] == band


def test_the_audit_mode_rings_the_longest_idle_whatever_their_licences() -> None:
    scene = Scene(policy=AUDIT)
    scene.eligible("ca", "ann", "bob")
    scene.available("bob", licences=40)
    scene.pass_time(1.0)
    scene.available("ann", licences=1)
    scene.ready("patient")
    assert scene.rung() == {"patient": "bob"}


# Languages: preferred, never required, and never over a licence.


def test_a_practitioner_who_speaks_the_patients_language_is_rung_first() -> None:
    scene = Scene()
    scene.eligible("ca", "ann", "bob")
    scene.available("ann", licences=1, speaks=("en",))
    scene.available("bob", licences=9, speaks=("en", "es"))
    scene.ready("patient", language="es")
    assert scene.rung() == {"patient": "bob"}


def test_a_language_that_nobody_idle_speaks_keeps_nobody_waiting() -> None:
    scene = Scene()
    scene.eligible("ca", "ann")
    scene.available("ann", speaks=("en",))
    scene.ready("patient", language="es")
    assert scene.rung() == {"patient": "ann"}


def test_a_language_never_outweighs_a_licence() -> None:
    scene = Scene()
    scene.eligible("ca", "ann")
    scene.available("ann", speaks=("en",))
    scene.available("bob", speaks=("es",))
    scene.ready("patient", language="es")
    assert scene.rung() == {"patient": "ann"}


def test_who_passed_is_not_rung_again_because_they_speak_the_language() -> None:
    scene = Scene()
    scene.eligible("ca", "ann", "bob")
    scene.available("ann", speaks=("en",))
    scene.available("bob", speaks=("es",))
    scene.ready("patient", language="es")
    scene.decline(scene.offer("patient"))
    assert scene.rung() == {"patient": "ann"}


def test_a_freed_practitioner_takes_whom_they_can_talk_to_below_the_cap_only() -> None:
    scene = Scene()
    scene.eligible("ca", "ann")
    busy(scene, "ann")  # and speaks nothing that anybody asked for
    scene.available("ann", speaks=("en",))
    scene.ready("hispanophone", language="es")
    scene.pass_time(30.0)
    scene.ready("anglophone", language="en")
    free(scene, "ann")
    assert scene.rung() == {"anglophone": "ann"}
    scene.decline(scene.offer("anglophone"))
    scene.decline(scene.offer("hispanophone"))
    scene.pass_time(100.0)
    assert scene.rung() == {"hispanophone": "ann"}, "older than the cap"


# Priority: a bonus of age, never a level.


def test_priority_counts_as_having_waited_longer() -> None:
    scene = Scene(policy=FIFO)
    scene.eligible("ca", "ann")
    busy(scene, "ann")
    scene.ready("older")
    scene.pass_time(59.0)
    scene.ready("urgent", priority=1)
    free(scene, "ann")
    assert scene.rung() == {"urgent": "ann"}


def test_priority_does_not_starve_whoever_has_waited_longer_than_the_bonus() -> None:
    scene = Scene(policy=FIFO)
    scene.eligible("ca", "ann")
    busy(scene, "ann")
    scene.ready("older")
    scene.pass_time(61.0)
    scene.ready("urgent", priority=1)
    free(scene, "ann")
    assert scene.rung() == {"older": "ann"}


def test_twilio_an_endless_row_of_urgent_patients_does_not_starve_an_ordinary_one() -> None:
    scene = Scene()
    scene.eligible("ca", "ann")
    busy(scene, "ann")
    scene.ready("ordinary")
    holding, turns = "with-ann", 0
    while "ordinary" not in scene.rung():
        turns += 1
        scene.pass_time(30.0)
        scene.ready(f"urgent-{turns}", priority=5)
        scene.freed("ann", holding)
        (holding,) = scene.rung()
        if holding != "ordinary":
            scene.accept(scene.offer(holding))
        assert turns < 20
    assert turns == 10, "five steps of 60 s are as old as ten turns of 30 s"


def test_raising_the_priority_of_somebody_in_line_moves_them_up_and_is_kept() -> None:
    scene = Scene(policy=FIFO)
    scene.eligible("ca", "ann")
    busy(scene, "ann")
    scene.ready("older")
    scene.pass_time(10.0)
    scene.ready("younger")
    scene.prioritized("younger", 2)
    assert scene.line() == ["younger", "older"]
    scene.restart()
    assert scene.line() == ["younger", "older"]
    scene.prioritized("younger", 0)
    assert scene.line() == ["older", "younger"]


def test_a_priority_given_in_the_exam_counts_if_the_patient_comes_back() -> None:
    scene = Scene()
    scene.eligible("ca", "ann")
    scene.available("ann")
    scene.ready("patient")
    scene.accept(scene.offer("patient"))
    scene.prioritized("patient", 3)
    scene.released("patient")
    assert scene.patient("patient").priority == 3


def test_a_priority_beyond_its_limit_or_for_nobody_is_refused() -> None:
    scene = Scene()
    scene.ready("patient")
    for priority in (-1, scene.limits.priority_max + 1):
        with pytest.raises(PriorityOutOfRange):
            scene.prioritized("patient", priority)
        with pytest.raises(PriorityOutOfRange):
            scene.ready("another", priority=priority)
    with pytest.raises(UnknownEncounter):
        scene.prioritized("stranger", 1)


def test_opensips_a_pass_does_not_put_anybody_above_a_higher_priority() -> None:
    scene = Scene(policy=FIFO)
    scene.eligible("ca", "ann", "bob")
    busy(scene, "bob")
    scene.available("ann")
    scene.ready("ordinary")
    offer = scene.offer("ordinary")
    scene.ready("urgent", priority=1)
    scene.decline(offer)
    scene.freed("bob", "with-bob")
    assert scene.rung() == {"urgent": "ann", "ordinary": "bob"}
    assert scene.line() == ["urgent", "ordinary"]


# Values.


def test_a_policy_is_a_value_with_a_name() -> None:
    assert {"scarcest": Policy(), "fifo": FIFO, "fair": FAIR, "audit": AUDIT} == POLICIES
    assert ScarcestFirst(120.0) == SCARCEST.patients


@pytest.mark.parametrize(
    "make",
    [
        lambda: ScarcestFirst(cap_s=-1.0),
        lambda: Policy(priority_bonus_s=-1.0),
        lambda: Policy(parallel_idle_min=1),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(make: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match="must"):
        make()
