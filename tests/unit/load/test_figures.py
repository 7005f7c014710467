"""Percentiles, rates, memory, bounds: the arithmetic of a load test."""

from __future__ import annotations

import pytest

from tests.load.figures import Counters, phase, spread
from tests.load.machine import Machine, Size, TooMuch, require
from tests.load.memory import Held, kb_each, parsed
from tests.load.plan import read

AMPLE = Machine(files=100_000, memory_mb=64_000, cores=2)
ROLLUP = """\
55d0c0a00000-7ffd1d5f2000 ---p 00000000 00:00 0                          [rollup]
Rss:               20480 kB
Pss:               10240 kB
Pss_Anon:           9000 kB
"""


def test_percentiles_are_values_that_were_measured() -> None:
    found = spread([float(one) for one in range(1, 101)])
    assert found == {"count": 100, "p50_s": 50.0, "p95_s": 95.0, "p99_s": 99.0, "max_s": 100.0}


def test_of_nothing_there_is_no_percentile() -> None:
    assert spread([]) == {
        "count": 0,
        "p50_s": None,
        "p95_s": None,
        "p99_s": None,
        "max_s": None,
    }


def test_rates_are_what_was_added_by_the_time_that_it_took() -> None:
    before, after = Counters(10.0, 100, 10, 0.0, 0.0), Counters(20.0, 300, 30, 5e6, 1e6)
    found = phase(before, after)
    assert (found["received_per_s"], found["sent_per_s"]) == (20.0, 2.0)
    assert (found["nodes_cores"], found["generator_cores"]) == (0.5, 0.1)


def test_memory_is_read_as_the_kernel_writes_it() -> None:
    assert parsed(ROLLUP) == Held(rss=20_480 * 1024, pss=10_240 * 1024)


def test_what_one_costs_is_what_was_added_by_their_number() -> None:
    added = Held(3_000 * 1024, 2_000 * 1024) - Held(1_000 * 1024, 1_000 * 1024)
    assert kb_each(added, 100) == {"rss_kb": 20.0, "pss_kb": 10.0}


@pytest.mark.parametrize(
    ("size", "machine", "says"),
    [
        (Size(3, 2_000, 100), AMPLE, None),
        (Size(3, 50_000, 100), AMPLE, "--waiting"),
        (Size(0, 10, 1), AMPLE, "--nodes"),
        (Size(1, 10, 1, peers=11), AMPLE, "--peers"),
        (Size(3, 4_900, 100), AMPLE, "nginx"),
        (Size(1, 2_000, 100), Machine(1_024, 64_000, 2), "open files"),
        (Size(3, 2_000, 100), Machine(100_000, 512, 2), "MB"),
    ],
)
def test_more_than_is_allowed_or_there_is_refused_and_named(
    size: Size, machine: Machine, says: str | None
) -> None:
    if says is None:
        require(size, machine)
    else:
        with pytest.raises(TooMuch, match=says):
            require(size, machine)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("--ramp-s -1", "--ramp-s"),
        ("--signed 2", "--signed"),
        ("--nodes 1 --kill-node", "--nodes 2"),
    ],
)
def test_a_plan_out_of_bounds_is_refused_and_named(words: str, says: str) -> None:
    with pytest.raises(TooMuch, match=says):
        read(words.split())


def test_a_plan_is_what_was_asked_for() -> None:
    plan = read(["--nodes", "3", "--waiting", "2000", "--steady-s", "5"])
    assert plan.size == Size(3, 2_000, 100)
    assert plan.steady_s == 5.0
