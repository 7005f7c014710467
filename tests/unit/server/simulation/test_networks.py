from __future__ import annotations

from random import Random

import pytest

from server.simulation.networks import FEASIBLE, LICENSED_MIN, carries, feasible_network
from server.simulation.population import POPULATION

EVERYWHERE = list(POPULATION)


def test_the_population_is_that_of_the_census() -> None:
    assert len(POPULATION) == 51
    assert sum(POPULATION.values()) == 331_449_281


def test_people_who_may_see_everybody_carry_what_they_could_anyhow() -> None:
    assert carries([EVERYWHERE] * 30, 1.0)
    assert not carries([EVERYWHERE] * 30, 1.01)


def test_a_jurisdiction_with_nobody_carries_nothing() -> None:
    assert not carries([[one for one in EVERYWHERE if one != "WY"]] * 30, 0.1)


def test_the_flow_moves_others_aside_where_that_helps() -> None:
    """Those of California must leave the one who may see everybody to all others."""
    share = POPULATION["CA"] / sum(POPULATION.values())
    network = [["CA"], *([EVERYWHERE] * 9)]
    assert share > 1 / 10
    assert carries(network, 1.0)
    alone = [["CA"] for _ in range(5)] + [EVERYWHERE for _ in range(5)]
    assert not carries(alone, 0.9)
    assert carries(alone, 0.5 / (1 - share) - 0.01)


@pytest.mark.parametrize("size", [60, 150])
def test_a_network_can_work_and_leaves_nobody_out(size: int) -> None:
    network = feasible_network(size, Random(4))
    assert len(network) == size
    assert carries(network, FEASIBLE)
    for name in POPULATION:
        assert sum(name in one for one in network) >= LICENSED_MIN


def test_licences_are_skewed_as_they_are_in_life() -> None:
    network = feasible_network(400, Random(4))
    counts = [len(one) for one in network]
    assert sum(one == 1 for one in counts) / 400 == pytest.approx(0.35, abs=0.06)
    assert sum(one >= 21 for one in counts) / 400 == pytest.approx(0.08, abs=0.04)


def test_too_few_people_are_refused() -> None:
    with pytest.raises(ValueError, match="20"):
        feasible_network(19, Random(1))
