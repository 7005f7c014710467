from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.planning.erlang import erlang_a, erlang_b, erlang_c
from server.planning.refusals import PlanRefused

LOADS = st.floats(0.01, 80.0)
AGENTS = st.integers(1, 60)
SECONDS = st.floats(1.0, 2_000.0)


@pytest.mark.parametrize(
    ("load", "agents", "aht_s", "target_s", "p_wait", "asa_s", "service_level"),
    [
        (10, 14, 180, 20, ".174132", "7.8359", ".888350"),
        (10, 15, 180, 20, ".102042", "3.6735", ".941453"),
        (48, 55, 240, 15, ".238701", "8.1840", ".845883"),
        (50, 60, 480, 31, ".117302", "5.6305", ".938507"),
        (10, 11, 180, 20, ".682118", "122.7813", ".389614"),
        (18, 21, 180, 20, ".395872", "23.7523", ".716346"),
        (48, 50, 60, 0, ".694456", "20.8337", ".305544"),
        (135, 150, 480, 31, ".140309", "4.4899", ".946745"),
        (360, 400, 480, 31, ".023287", "0.2794", ".998241"),
    ],
)
def test_erlang_c_prints_the_exact_table(
    load: float,
    agents: int,
    aht_s: float,
    target_s: float,
    p_wait: str,
    asa_s: str,
    service_level: str,
) -> None:
    figures = erlang_c(load, agents, aht_s, target_s)
    assert figures.asa_s is not None
    assert f"{figures.p_wait:.6f}".lstrip("0") == p_wait
    assert f"{figures.asa_s:.4f}" == asa_s
    assert f"{figures.service_level:.6f}".lstrip("0") == service_level
    assert figures.occupancy == load / agents


@pytest.mark.parametrize(
    ("load", "agents", "aht_s", "patience_s", "p_wait", "p_abandon", "asa_s"),
    [
        (10, 14, 180, 300, ".145260", ".013984", "4.1951"),
        (48, 50, 60, 120, ".467774", ".030912", "3.7095"),
        (48, 45, 60, 120, ".786867", ".083602", "10.0323"),
        (10, 10, 180, 300, ".599433", ".109438", "32.8314"),
        (10, 12, 180, 300, ".331802", ".042711", "12.8133"),
        (54, 60, 480, 300, ".202679", ".020050", "6.0149"),
        (100, 100, 480, 300, ".456497", ".044513", "13.3539"),
        (6, 5, 1, 2, ".802838", ".226387", "0.4528"),
    ],
)
def test_erlang_a_prints_the_exact_table(
    load: float,
    agents: int,
    aht_s: float,
    patience_s: float,
    p_wait: str,
    p_abandon: str,
    asa_s: str,
) -> None:
    figures = erlang_a(load, agents, aht_s, patience_s)
    assert f"{figures.p_wait:.6f}".lstrip("0") == p_wait
    assert f"{figures.p_abandon:.6f}".lstrip("0") == p_abandon
    assert f"{figures.asa_s:.4f}" == asa_s


def test_the_service_level_of_erlang_a_is_the_published_one() -> None:
    figures = erlang_a(10, 14, 180, 300, 20)
    assert f"{figures.service_level:.6f}" == "0.916792"
    assert f"{figures.occupancy:.6f}" == "0.704297"


def birth_and_death(load: Fraction, agents: int, ratio: Fraction) -> tuple[float, float, float]:
    """Return P(wait), P(abandon) by flow balance and mean waiting, in exact arithmetic."""
    weights = [Fraction(1)]
    for people in range(1, agents + 160):
        waiting = max(0, people - agents)
        weights.append(weights[-1] * load / (min(people, agents) + waiting / ratio))
    everything = sum(weights)
    busy = sum(min(people, agents) * weight for people, weight in enumerate(weights))
    waiting_sum = sum(max(0, n - agents) * weight for n, weight in enumerate(weights))
    return (
        float(sum(weights[agents:]) / everything),
        float(1 - busy / everything / load),
        float(waiting_sum / everything),
    )


@given(st.integers(1, 30), st.integers(1, 20), st.integers(1, 6))
def test_erlang_a_agrees_with_the_birth_and_death_chain(
    load: int, agents: int, ratio: int
) -> None:
    p_wait, p_abandon, waiting = birth_and_death(Fraction(load), agents, Fraction(ratio, 2))
    figures = erlang_a(load, agents, 100.0, 50.0 * ratio)
    assert figures.p_wait == pytest.approx(p_wait, rel=1e-9)
    assert figures.p_abandon == pytest.approx(p_abandon, rel=1e-9)
    # Little's law, from the other side: what waits is what arrives times its wait.
    assert figures.asa_s == pytest.approx(waiting * 100.0 / load, rel=1e-9)


@given(LOADS, AGENTS, SECONDS, SECONDS)
def test_who_abandons_is_the_mean_wait_over_the_patience(
    load: float, agents: int, aht_s: float, patience_s: float
) -> None:
    figures = erlang_a(load, agents, aht_s, patience_s)
    assert figures.p_abandon * patience_s == pytest.approx(figures.asa_s, rel=1e-12)
    # The same from what is served: occupancy accounts for everybody who did not leave.
    served = figures.occupancy * agents / load
    assert served == pytest.approx(1.0 - figures.p_abandon, rel=1e-6)


@given(LOADS, AGENTS, SECONDS, SECONDS)
def test_within_a_long_enough_target_everybody_who_stays_is_answered(
    load: float, agents: int, aht_s: float, patience_s: float
) -> None:
    figures = erlang_a(load, agents, aht_s, patience_s, target_s=600_000.0)
    assert figures.service_level == pytest.approx(1.0 - figures.p_abandon, abs=1e-9)


@given(LOADS, AGENTS, SECONDS, SECONDS, SECONDS)
def test_one_more_agent_never_makes_a_line_worse(
    load: float, agents: int, aht_s: float, patience_s: float, target_s: float
) -> None:
    few = erlang_a(load, agents, aht_s, patience_s, target_s)
    more = erlang_a(load, agents + 1, aht_s, patience_s, target_s)
    assert more.p_wait <= few.p_wait
    assert more.p_abandon <= few.p_abandon
    assert more.service_level >= few.service_level - 1e-12
    lasting, longer = (erlang_c(load, n, aht_s, target_s) for n in (agents, agents + 1))
    assert longer.p_wait <= lasting.p_wait
    assert longer.service_level >= lasting.service_level
    if lasting.asa_s is not None and longer.asa_s is not None:
        assert longer.asa_s <= lasting.asa_s


@given(LOADS, AGENTS, SECONDS, SECONDS)
def test_impatience_shortens_the_line(
    load: float, agents: int, aht_s: float, patience_s: float
) -> None:
    patient = erlang_c(load, agents, aht_s, 31.0)
    assert erlang_a(load, agents, aht_s, patience_s).p_wait <= patient.p_wait + 1e-12


def test_erlang_a_becomes_erlang_c_when_nobody_leaves() -> None:
    lasting = erlang_c(50, 60, 480, 31)
    figures = erlang_a(50, 60, 480, 479_000, 31)
    assert figures.p_wait == pytest.approx(lasting.p_wait, rel=1e-2)
    assert figures.service_level == pytest.approx(lasting.service_level, rel=1e-3)


@pytest.mark.parametrize("load", [60.0, 61.0, 10_000.0])
def test_a_line_that_grows_without_end_is_an_answer(load: float) -> None:
    figures = erlang_c(load, 60, 480, 31)
    assert (figures.p_wait, figures.asa_s, figures.service_level) == (1.0, None, 0.0)
    assert figures.occupancy == 1.0


def test_with_no_load_nobody_waits() -> None:
    assert erlang_c(0, 5, 480, 31).service_level == 1.0
    assert erlang_c(0, 5, 480, 31).asa_s == 0.0
    assert erlang_a(0, 5, 480, 300).p_abandon == 0.0
    assert erlang_b(0, 5) == 0.0


@pytest.mark.parametrize(
    ("load", "agents", "aht_s", "patience_s"),
    [(5_000, 5_000, 480, 480_000), (9_999, 1, 480, 48_000), (1e-9, 10_000, 480, 1)],
)
def test_large_and_lopsided_pools_stay_finite(
    load: float, agents: int, aht_s: float, patience_s: float
) -> None:
    figures = erlang_a(load, agents, aht_s, patience_s)
    for share in (figures.p_wait, figures.p_abandon, figures.service_level, figures.occupancy):
        assert 0.0 <= share <= 1.0


def test_a_line_too_long_to_sum_is_refused() -> None:
    with pytest.raises(PlanRefused, match="Erlang C"):
        erlang_a(9_999, 1, 480, 604_800)
    with pytest.raises(PlanRefused, match="Erlang C"):
        erlang_a(9_999, 10_000, 0.001, 604_800)


def test_a_hopeless_pool_serves_what_it_can() -> None:
    figures = erlang_a(5_000, 10, 480, 300)
    assert figures.p_abandon == pytest.approx(1.0 - 10 / 5_000)
    assert figures.occupancy == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("load", "agents", "aht_s", "target_s"),
    [
        (-1, 5, 480, 31),
        (math.nan, 5, 480, 31),
        (math.inf, 5, 480, 31),
        (10_001, 5, 480, 31),
        (1, 0, 480, 31),
        (1, 10_001, 480, 31),
        (1, 5, 0, 31),
        (1, 5, math.nan, 31),
        (1, 5, 604_801, 31),
        (1, 5, 480, -1),
        (1, 5, 480, 604_801),
    ],
)
def test_absurd_sizes_are_refused_with_a_sentence(
    load: float, agents: int, aht_s: float, target_s: float
) -> None:
    with pytest.raises(PlanRefused, match=r"\.$"):
        erlang_c(load, agents, aht_s, target_s)
    with pytest.raises(PlanRefused):
        erlang_a(load, agents, aht_s, 300, target_s)


@pytest.mark.parametrize("patience_s", [0, -1, math.nan, 604_801])
def test_absurd_patience_is_refused(patience_s: float) -> None:
    with pytest.raises(PlanRefused):
        erlang_a(1, 5, 480, patience_s)
