"""With one class, the simulated waiting room is the queue that Erlang solved."""

from __future__ import annotations

import pytest

from server.simulation.figures import figures
from tests.simulation.theory import (
    ERLANG_A,
    ERLANG_C,
    ErlangA,
    ErlangC,
    interval,
    play,
    runs,
)

LONG_TIMEOUT_S = 1_800
LONG_PATIENTS = 100_000
LONG_RUNS = 16


def within(share: float, value: float, exact: float) -> bool:
    return abs(value - exact) <= share * exact


# Rows at which the waits of so few patients tell anything: the others are left to `long`.
@pytest.mark.parametrize("row", ERLANG_C[:4], ids=str)
def test_the_waits_are_those_of_erlang_c(row: ErlangC) -> None:
    seen = figures(play(row.scenario(50_000), seed=1))
    assert within(0.05, seen.waited, row.p_wait)
    assert within(0.05, seen.mean_s, row.mean_s)
    assert within(0.05, seen.occupancy, row.load / row.agents)


@pytest.mark.parametrize("row", ERLANG_A[:4], ids=str)
def test_waits_and_abandonment_are_those_of_erlang_a(row: ErlangA) -> None:
    seen = figures(play(row.scenario(50_000), seed=1))
    assert within(0.05, seen.waited, row.p_wait)
    assert within(0.05, seen.abandonment, row.p_abandon)
    assert within(0.05, seen.mean_s, row.mean_s)


@pytest.mark.long
@pytest.mark.timeout(LONG_TIMEOUT_S)
@pytest.mark.parametrize("row", ERLANG_C, ids=str)
def test_erlang_c_is_met_within_two_per_cent(row: ErlangC) -> None:
    made = runs(row.scenario(LONG_PATIENTS), seed=2, replications=LONG_RUNS)
    checks = 2 * len(ERLANG_C)
    p_wait = interval(made, lambda one: one.waited, checks)
    mean_s = interval(made, lambda one: one.mean_s, checks)
    assert p_wait.covers(row.p_wait)
    assert within(0.02, p_wait.value, row.p_wait)
    assert mean_s.covers(row.mean_s)
    assert within(0.02, mean_s.value, row.mean_s)


@pytest.mark.long
@pytest.mark.timeout(LONG_TIMEOUT_S)
@pytest.mark.parametrize("row", ERLANG_A, ids=str)
def test_erlang_a_is_met_within_two_per_cent(row: ErlangA) -> None:
    made = runs(row.scenario(LONG_PATIENTS), seed=2, replications=LONG_RUNS)
    checks = 3 * len(ERLANG_A)
    for figure, exact in (
        (interval(made, lambda one: one.waited, checks), row.p_wait),
        (interval(made, lambda one: one.abandonment, checks), row.p_abandon),
        (interval(made, lambda one: one.mean_s, checks), row.mean_s),
    ):
        assert figure.covers(exact)
        assert within(0.02, figure.value, exact)
