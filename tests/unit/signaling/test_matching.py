"""Who is offered to whom first, and what must never hold anybody up."""

import pytest

from tests.unit.signaling.scene import Scene


@pytest.fixture
def scene() -> Scene:
    scene = Scene()
    scene.eligible("ca", "ann", "bob", "cy")
    scene.eligible("ny", "bob", "cy")
    scene.eligible("tx", "cy")
    return scene


def test_the_oldest_patient_comes_first(scene: Scene) -> None:
    scene.ready("first")
    scene.ready("second")
    scene.available("ann")
    assert scene.rung() == {"first": "ann"}


def test_the_practitioner_with_the_fewest_licences_comes_first(scene: Scene) -> None:
    scene.available("ann", licences=3)
    scene.available("bob", licences=2)
    scene.pass_time(1.0)
    scene.available("cy", licences=1)
    scene.ready("first")
    assert scene.rung() == {"first": "cy"}


def test_among_equal_licences_the_longest_idle_comes_first(scene: Scene) -> None:
    scene.available("cy")
    scene.pass_time(1.0)
    scene.available("bob")
    scene.pass_time(1.0)
    scene.available("ann")
    scene.ready("first")
    assert scene.rung() == {"first": "cy"}


def test_among_equals_the_identifier_decides_so_that_replays_agree(scene: Scene) -> None:
    for practitioner in ("cy", "bob", "ann"):
        scene.available(practitioner)
    scene.ready("first")
    assert scene.rung() == {"first": "ann"}


def test_whoever_was_freed_last_is_idle_for_the_shortest_time(scene: Scene) -> None:
    scene.available("ann")
    scene.pass_time(1.0)
    scene.available("bob")
    scene.ready("first")
    scene.accept(scene.offer("first"))
    scene.pass_time(600.0)
    scene.freed("ann", "first")
    scene.ready("second")
    assert scene.rung() == {"second": "bob"}


def test_nobody_is_offered_a_patient_whom_they_may_not_see(scene: Scene) -> None:
    scene.available("ann")
    scene.available("bob")
    scene.ready("texan", "tx")
    assert scene.rung() == {}


def test_a_class_that_nobody_ever_filled_waits_for_ever_and_is_not_relaxed(
    scene: Scene,
) -> None:
    scene.available("ann")
    scene.ready("nowhere", "wy")
    for _ in range(100):
        scene.pass_time(3600.0)
    assert scene.rung() == {}
    assert scene.line() == ["nowhere"]


def test_a_patient_may_be_offered_as_soon_as_somebody_gains_the_licence(scene: Scene) -> None:
    scene.available("ann")
    scene.ready("texan", "tx")
    scene.eligible("tx", "cy", "ann")
    assert scene.rung() == {"texan": "ann"}


def test_several_freed_practitioners_serve_the_line_in_order(scene: Scene) -> None:
    for encounter, eligibility in (("a", "tx"), ("b", "ny"), ("c", "ca"), ("d", "ca")):
        scene.ready(encounter, eligibility)
    for practitioner in ("ann", "bob", "cy"):
        scene.available(practitioner)
    assert scene.rung() == {"c": "ann", "b": "bob", "a": "cy"}


# Bugs of others, as they would show here. The names are those of their trackers.


def test_asterisk_head_of_line_a_patient_nobody_may_see_does_not_block_those_behind(
    scene: Scene,
) -> None:
    scene.ready("texan", "tx")
    scene.ready("californian", "ca")
    scene.available("ann")
    assert scene.rung() == {"californian": "ann"}


def test_asterisk_1561_1691_scarce_patients_at_the_head_do_not_starve_other_classes(
    scene: Scene,
) -> None:
    for number in range(20):
        scene.ready(f"texan-{number}", "tx")
    scene.ready("new-yorker", "ny")
    scene.available("bob")
    assert scene.rung() == {"new-yorker": "bob"}


def test_asterisk_108_the_oldest_comes_first_across_classes(scene: Scene) -> None:
    scene.ready("new-yorker", "ny")
    scene.ready("californian", "ca")
    scene.ready("texan", "tx")
    scene.available("cy")
    assert scene.rung() == {"new-yorker": "cy"}


def test_chatwoot_10376_a_freed_practitioner_takes_the_oldest_and_not_the_newest(
    scene: Scene,
) -> None:
    scene.available("ann")
    scene.ready("first")
    scene.accept(scene.offer("first"))
    scene.ready("older")
    scene.pass_time(300.0)
    scene.ready("newer")
    scene.freed("ann", "first")
    assert scene.rung() == {"older": "ann"}


def test_nakama_827_a_patient_is_still_matched_after_any_number_of_intervals(
    scene: Scene,
) -> None:
    scene.ready("patient")
    for _ in range(1000):
        scene.pass_time(15.0)
    scene.available("ann")
    assert scene.rung() == {"patient": "ann"}


def test_a_patient_whom_all_passed_does_not_block_those_behind(scene: Scene) -> None:
    scene.available("ann")
    scene.ready("passed")
    scene.ready("next")
    scene.decline(scene.offer("passed"))
    assert scene.rung() == {"next": "ann"}


def test_an_absent_head_is_skipped_and_not_removed(scene: Scene) -> None:
    scene.ready("absent")
    scene.ready("next")
    scene.lost("absent")
    scene.available("ann")
    assert scene.rung() == {"next": "ann"}
    assert scene.line() == ["absent", "next"]
