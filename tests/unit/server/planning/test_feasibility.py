from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.planning.feasibility import levels

NAMES = ("AZ", "CA", "NV", "OR", "WA")
WORK = st.dictionaries(st.sampled_from(NAMES), st.floats(0.1, 20.0), min_size=1)
CAPACITY = st.dictionaries(
    st.frozensets(st.sampled_from(NAMES), min_size=1), st.floats(0.1, 20.0), min_size=1
)


def heaviest(work: dict[str, float], capacity: dict[frozenset[str], float]) -> float | None:
    """Try every set of jurisdictions that somebody is licensed in."""
    able = [name for name in work if any(name in one for one in capacity)]
    loads = [
        sum(work[name] for name in chosen)
        / sum(time for one, time in capacity.items() if one & set(chosen))
        for size in range(1, len(able) + 1)
        for chosen in combinations(able, size)
    ]
    return max(loads, default=None)


@given(WORK, CAPACITY)
def test_the_binding_set_is_the_heaviest_of_all_sets(
    work: dict[str, float], capacity: dict[frozenset[str], float]
) -> None:
    found = levels(work, capacity)
    load = heaviest(work, capacity)
    if load is None:
        assert found == []
        return
    assert found[0].load == pytest.approx(load, rel=1e-6)
    assert heaviest(
        {name: work[name] for name in found[0].jurisdictions}, capacity
    ) == pytest.approx(load, rel=1e-6)


@given(WORK, CAPACITY)
def test_every_jurisdiction_that_can_be_served_is_in_one_level(
    work: dict[str, float], capacity: dict[frozenset[str], float]
) -> None:
    found = levels(work, capacity, levels_max=5)
    names = [name for level in found for name in level.jurisdictions]
    assert sorted(names) == sorted(n for n in work if any(n in one for one in capacity))
    loads = [level.load for level in found]
    assert loads == sorted(loads, reverse=True) or loads == pytest.approx(
        sorted(loads, reverse=True)
    )


def test_a_jurisdiction_that_only_a_busy_specialist_serves_binds() -> None:
    capacity = {frozenset({"NV"}): 1.0, frozenset({"AZ", "CA"}): 9.0}
    (binding, rest) = levels({"NV": 1.5, "AZ": 2.0, "CA": 2.0}, capacity)
    assert binding.jurisdictions == {"NV"}
    assert binding.load == pytest.approx(1.5)
    assert rest.load == pytest.approx(4.0 / 9.0)


def test_one_licence_can_unbind_it() -> None:
    capacity = {frozenset({"NV"}): 1.0, frozenset({"AZ", "CA", "NV"}): 9.0}
    (level,) = levels({"NV": 1.5, "AZ": 2.0, "CA": 2.0}, capacity)
    assert level.load == pytest.approx(0.55)


def test_without_work_nothing_binds() -> None:
    assert levels({}, {frozenset({"AZ"}): 1.0}) == []
    assert levels({"NV": 1.0}, {frozenset({"AZ"}): 1.0}) == []
