"""Many nodes, one waiting room, everything failing: nobody is lost, doubled or overtaken.

A seed that fails is played again, exactly, by the command that its message names.
"""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from tests.simulation.cluster import flaws
from tests.simulation.cluster.command import main
from tests.simulation.cluster.flaws import Flaws
from tests.simulation.cluster.world import Played, play

ROOT: Final = Path(__file__).resolve().parents[2]
SEEDS: Final = 300
AT_ONCE: Final = 30
LOOKED_AT: Final = 1_000
LONG_SEEDS: Final = 10_000
LONG_TIMEOUT_S: Final = 2_400


def explained(played: Played) -> str:
    return (
        f"seed {played.seed} after {played.at_s:.3f} s: {played.violation}; "
        f"see scripts/simulate cluster --seed {played.seed} --trace"
    )


def broken(seeds: range) -> list[str]:
    """Play seeds, and explain those in which something did not hold."""
    played = (play(seed) for seed in seeds)
    return [explained(one) for one in played if one.violation is not None]


@pytest.mark.parametrize("first", range(0, SEEDS, AT_ONCE))
def test_nothing_that_fails_in_a_cluster_loses_a_patient(first: int) -> None:
    assert broken(range(first, first + AT_ONCE)) == []


@pytest.mark.long
@pytest.mark.timeout(LONG_TIMEOUT_S)
def test_ten_thousand_seeds_of_a_failing_cluster_lose_nobody() -> None:
    parts = [range(at, at + 100) for at in range(0, LONG_SEEDS, 100)]
    with ProcessPoolExecutor(max_workers=2) as pool:
        assert [one for part in pool.map(broken, parts) for one in part] == []


@pytest.mark.parametrize(
    ("flaw", "likely"),
    [
        ("no_fence", 0),
        ("any_epoch_takes", 13),
        ("told_early", 2),
        ("no_registration", 3),
        ("commands_forgotten", 5),
        ("gaps_ignored", 49),
        ("old_licences", 14),
        ("unread_forgotten", 32),
        ("own_node_only", 57),
    ],
)
def test_a_bug_planted_into_the_protocol_is_found(flaw: str, likely: int) -> None:
    """Some seed finds it; one that did is tried first, to be quick."""
    planted: Flaws = replace(flaws.NONE, **{flaw: True})
    seeds = (likely, *range(LOOKED_AT))
    assert any(play(seed, planted).violation is not None for seed in seeds)


def test_a_seed_is_the_same_in_every_process() -> None:
    """No clock, no other randomness, and no order of a set has a part in it."""
    script = "from tests.simulation.cluster.world import play; print(play(7).digest)"
    digests = {
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
        for hash_seed in ("1", "2")
    }
    assert digests == {play(7).digest}


def test_much_goes_wrong_in_the_seeds_and_patients_are_seen_all_the_same() -> None:
    played = [play(seed) for seed in range(20)]
    assert sum(one.takeovers for one in played) > 30
    assert sum(one.signed for one in played) > 60


def test_a_seed_is_played_again_with_its_trace(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seed", "7", "--trace"]) == 0
    said = capsys.readouterr().out
    assert "no more faults" in said
    assert said.splitlines()[-1].startswith("seed 7: held")
