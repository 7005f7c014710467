from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from server.clock import ManualClock
from server.simulation.command import Refused, Request, simulate
from server.simulation.disciplines import DISCIPLINES
from server.simulation.replications import Task, replicate
from server.simulation.summary import summarize
from signaling.policy import POLICIES
from tests.unit.server.simulation.small import scenario, text

SCRIPT = Path(__file__).resolve().parents[4] / "scripts" / "simulate"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "small.json"
    path.write_text(text(title="two people"), encoding="utf-8")
    return path


def test_every_policy_of_the_server_can_be_simulated() -> None:
    assert set(DISCIPLINES) == {*POLICIES, "random", "assign_at_arrival"}
    assert next(iter(DISCIPLINES)) == "scarcest"


def test_policies_are_named_with_commas_or_repeatedly_each_once(file: Path) -> None:
    request = Request.read(file, policies=["fifo,audit", "random", "fifo"])
    assert request.disciplines == ("fifo", "audit", "random")
    assert Request.read(file).disciplines == ("scarcest",)


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"policies": ["best"]}, "no policy 'best'. Known: scarcest"),
        ({"policies": ["fifo,"]}, "no policy ''"),
        ({"replications": 0}, "--replications"),
        ({"replications": 1_001}, "--replications"),
        ({"processes": 0}, "--processes"),
        ({"seed": 2**63}, "--seed"),
        ({"horizon_s": -1.0}, "horizon_s: "),
        ({"warmup_s": 1e9}, "warmup_s"),
    ],
)
def test_what_cannot_be_played_is_refused_in_words(
    file: Path, other: dict[str, object], sentence: str
) -> None:
    with pytest.raises(Refused, match=re.escape(sentence)):
        Request.read(file, **other)  # type: ignore[arg-type]


def test_the_horizon_can_be_another_than_the_file_says(file: Path) -> None:
    request = Request.read(file, horizon_s=5_000.0, warmup_s=100.0)
    assert (request.scenario.horizon_s, request.scenario.warmup_s) == (5_000, 100)
    assert request.scenario.practitioners == scenario().practitioners


def test_the_table_has_every_figure_side_by_side(file: Path) -> None:
    request = Request.read(file, policies=["scarcest,audit"], replications=2)
    table = simulate(request, as_json=False)
    assert "two people" in table
    for words in ("p50", "p90", "p95", "worst jurisdiction", "over 31 s", "abandonment"):
        assert words in table
    for words in ("occupancy", "served", "±", "patients per second", "audit", "  NY"):
        assert words in table


def test_the_json_has_every_figure_with_its_interval(file: Path) -> None:
    request = Request.read(file, policies=["scarcest,audit"], replications=2)
    found = json.loads(simulate(request, as_json=True))
    first, second = found["policies"]
    assert (first["policy"], second["policy"]) == ("scarcest", "audit")
    for name in ("mean_s", "p50_s", "p90_s", "p95_s", "over_goal", "abandonment", "occupancy"):
        figure = first[name]
        assert figure["low"] <= figure["value"] <= figure["high"]
    worst = first["worst_jurisdiction"]
    assert worst["value"] == max(one["value"] for one in first["by_jurisdiction"].values())
    assert first["by_jurisdiction"][worst["jurisdiction"]]["value"] == worst["value"]
    assert first["ready"] == first["served"] + first["left"] + first["still_waiting"]
    assert first["mean_above_first_s"]["value"] == 0
    above = second["mean_s"]["value"] - first["mean_s"]["value"]
    assert second["mean_above_first_s"]["value"] == pytest.approx(above)


def test_a_single_run_has_intervals_too(file: Path) -> None:
    found = json.loads(simulate(Request.read(file), as_json=True))
    assert found["policies"][0]["mean_s"]["low"] is not None


def test_what_is_not_known_is_null_and_not_a_number(tmp_path: Path) -> None:
    path = tmp_path / "quiet.json"
    path.write_text(text(arrivals={"CA": 1e-9}), encoding="utf-8")
    found = json.loads(simulate(Request.read(path), as_json=True))
    assert found["policies"][0]["mean_s"] == {"value": None, "low": None, "high": None}
    assert "nobody came" in simulate(Request.read(path), as_json=False)


def test_runs_are_the_same_in_this_process_and_in_others() -> None:
    tasks = [Task(scenario(), name, 1, run) for name in ("fifo", "random") for run in (0, 1)]
    elapsed_s = ManualClock().elapsed_s
    here = list(replicate(tasks, processes=1, elapsed_s=elapsed_s))
    there = list(replicate(tasks, processes=2, elapsed_s=elapsed_s))
    assert [(one.task, one.whole) for one in here] == [(one.task, one.whole) for one in there]
    assert here[0].whole != here[1].whole


def test_a_summary_adds_up_its_runs() -> None:
    tasks = [Task(scenario(), "fifo", 1, run) for run in range(3)]
    runs = list(replicate(tasks, processes=1, elapsed_s=ManualClock().elapsed_s))
    summary = summarize(runs)
    assert summary.counts["ready"] == sum(run.whole.ready for run in runs)
    mean_s = sum(run.whole.mean_s for run in runs) / 3
    assert summary.estimates["mean_s"].value == pytest.approx(mean_s)


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SCRIPT, *arguments], capture_output=True, text=True, check=False
    )


def test_the_script_prints_a_table_and_exits_with_zero(file: Path) -> None:
    done = run(file, "--replications", "1", "--seed", "7")
    assert (done.returncode, done.stderr) == (0, "")
    assert "seed 7" in done.stdout


def test_the_script_says_what_is_wrong_and_exits_with_two(tmp_path: Path) -> None:
    path = tmp_path / "empty.json"
    path.write_text("{}", encoding="utf-8")
    done = run(path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "practitioners: " in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be read"):
        Request.read(tmp_path / "none.json")


@pytest.mark.parametrize("content", ["{}", "nonsense", ""])
def test_a_file_that_is_no_scenario_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "asked.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(Refused, match=r"asked\.json is not a scenario:"):
        Request.read(path)
