from __future__ import annotations

import pytest

from server.planning.assumptions import Assumptions, Targets
from server.planning.bound import agents_needed, pooled, square_root_staffing, waiting_share
from server.planning.erlang import erlang_c

LASTING = Assumptions(patience_s=None, no_answer=0.0, accept_s=0.0)
TARGETS = Targets()


def test_without_patience_or_rings_the_bound_is_erlang_c() -> None:
    bound = pooled(50.0, 60, LASTING, TARGETS)
    exact = erlang_c(50.0, 60, 480.0, 31.0)
    assert bound is not None
    assert (bound.asa_s, bound.service_level) == (exact.asa_s, exact.service_level)


def test_the_time_to_accept_is_part_of_the_wait() -> None:
    slow = Assumptions(patience_s=None, no_answer=0.0, accept_s=5.0)
    quick, late = pooled(50.0, 60, LASTING, TARGETS), pooled(50.0, 60, slow, TARGETS)
    assert quick is not None
    assert late is not None
    assert late.asa_s is not None
    assert quick.asa_s is not None
    assert late.asa_s > quick.asa_s + 5.0
    impossible = pooled(50.0, 60, slow, Targets(within_s=4.0))
    assert impossible is not None
    assert impossible.service_level == 0.0


def test_with_nobody_there_is_no_bound() -> None:
    assert pooled(1.0, 0, LASTING, TARGETS) is None


def test_a_missed_offer_costs_its_ring_and_the_pause() -> None:
    assert Assumptions(aht_s=480, accept_s=5, no_answer=0.1).busy_s == pytest.approx(500.0)


@pytest.mark.parametrize("patience_s", [None, 300.0])
@pytest.mark.parametrize("load", [0.5, 5.0, 48.0, 320.0])
def test_as_many_as_are_needed_reach_the_targets_and_one_fewer_does_not(
    load: float, patience_s: float | None
) -> None:
    assumptions = Assumptions(patience_s=patience_s)
    needed = agents_needed(load, assumptions, TARGETS)
    assert needed is not None
    enough = pooled(load, needed, assumptions, TARGETS)
    assert enough is not None
    assert enough.asa_s is not None
    assert enough.service_level >= 0.8
    assert enough.asa_s <= 31.0
    fewer = pooled(load, needed - 1, assumptions, TARGETS)
    assert (
        fewer is None
        or fewer.asa_s is None
        or fewer.service_level < 0.8
        or fewer.asa_s > 31.0
        or fewer.abandonment > 0.05
    )


def test_nobody_is_enough_for_an_answer_before_the_first_ring() -> None:
    assert agents_needed(10.0, Assumptions(accept_s=10.0), Targets(within_s=5.0)) is None


@pytest.mark.parametrize("load", [20.0, 100.0, 1_000.0])
def test_the_square_root_rule_is_within_two_of_the_exact_number(load: float) -> None:
    needed = agents_needed(load, LASTING, Targets(asa_s=1_000.0))
    assert needed is not None
    assert square_root_staffing(load, LASTING, TARGETS) == pytest.approx(needed, abs=2.0)


def test_with_nothing_to_spare_everybody_waits() -> None:
    assert waiting_share(1e-9) == pytest.approx(1.0)
    assert waiting_share(1.0) == pytest.approx(0.2234, abs=1e-4)
