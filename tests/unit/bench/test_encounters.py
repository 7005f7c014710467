from tests.bench.encounters.figures import figures
from tests.bench.recover import turned


def test_a_percentile_is_one_of_the_values_and_never_kinder_than_it_should_be() -> None:
    ten = figures([float(one) for one in range(1, 11)])
    assert (ten["median"], ten["p95"], ten["min"], ten["max"]) == (5.5, 10.0, 1.0, 10.0)
    hundred = figures([float(one) for one in range(100, 0, -1)])
    assert hundred["p95"] == 95.0
    assert hundred["all"][0] == 100.0
    assert figures([7.0])["p95"] == 7.0


def test_every_fault_has_its_turn_to_be_first_but_the_one_that_ends_a_round() -> None:
    names = ["moved", "killed", "reloaded"]
    assert turned(names, 0) == ["moved", "reloaded", "killed"]
    assert turned(names, 1) == ["reloaded", "moved", "killed"]
    assert turned(["killed"], 3) == ["killed"]
