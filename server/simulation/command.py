"""What `scripts/simulate` does: check what was asked, play it, and say what came of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from server.clock import SystemClock
from server.simulation import report
from server.simulation.disciplines import DEFAULT, DISCIPLINES
from server.simulation.replications import Task, replicate
from server.simulation.scenario import BYTES_MAX, Scenario, ScenarioRejected, read_scenario
from server.simulation.summary import Summary, summarize

REPLICATIONS_MAX: Final = 1_000
PROCESSES_MAX: Final = 256
SEED_MAX: Final = 2**63


class Refused(ValueError):
    """What was asked cannot be played; the message is for a person at a terminal."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be played.

    Attributes:
        source: where the scenario came from, for the heading.
        scenario: what happens.
        disciplines: names of the policies to compare, each once.
        seed: of everything random.
        replications: runs of each policy.
        processes: how many runs at a time.
    """

    source: str
    scenario: Scenario
    disciplines: tuple[str, ...]
    seed: int
    replications: int
    processes: int

    @classmethod
    def read(
        cls,
        path: Path,
        *,
        policies: Sequence[str] | None = None,
        seed: int = 1,
        replications: int = 1,
        horizon_s: float | None = None,
        warmup_s: float | None = None,
        processes: int = 1,
    ) -> Self:
        """Read a scenario, and check what else was asked.

        Raises:
            Refused: something about it is wrong.
        """
        if not 1 <= replications <= REPLICATIONS_MAX:
            raise Refused(f"--replications is between 1 and {REPLICATIONS_MAX}")
        if not 1 <= processes <= PROCESSES_MAX:
            raise Refused(f"--processes is between 1 and {PROCESSES_MAX}")
        if not -SEED_MAX <= seed < SEED_MAX:
            raise Refused("--seed is a whole number of at most 64 bits")
        instead = {"horizon_s": horizon_s, "warmup_s": warmup_s}
        scenario = _scenario(path, {key: to for key, to in instead.items() if to is not None})
        return cls(str(path), scenario, _names(policies), seed, replications, processes)

    def tasks(self) -> list[Task]:
        """Return every run, those of one policy together."""
        return [
            Task(self.scenario, name, self.seed, replication)
            for name in self.disciplines
            for replication in range(self.replications)
        ]


def simulate(request: Request, *, as_json: bool) -> str:
    """Play it, and return what to print."""
    clock = SystemClock()
    runs = list(
        replicate(request.tasks(), processes=request.processes, elapsed_s=clock.elapsed_s)
    )
    summaries = [
        summarize([run for run in runs if run.task.discipline == name])
        for name in request.disciplines
    ]
    return _as_json(request, summaries) if as_json else _as_text(request, summaries)


def _scenario(path: Path, instead: dict[str, float]) -> Scenario:
    try:
        with path.open("rb") as file:
            text = file.read(BYTES_MAX + 1)
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}") from None
    try:
        scenario = read_scenario(text)
        if instead:
            changed = {**json.loads(scenario.model_dump_json()), **instead}
            scenario = read_scenario(json.dumps(changed))
    except ScenarioRejected as rejected:
        faults = "\n".join(f"  {line}" for line in str(rejected).splitlines())
        raise Refused(f"{path} is not a scenario:\n{faults}") from None
    return scenario


def _names(policies: Sequence[str] | None) -> tuple[str, ...]:
    asked = [name.strip() for words in policies or [DEFAULT] for name in words.split(",")]
    for name in asked:
        if name not in DISCIPLINES:
            raise Refused(f"there is no policy {name!r}. Known: {', '.join(DISCIPLINES)}")
    return tuple(dict.fromkeys(asked))


def _heading(request: Request) -> str:
    scenario = request.scenario
    people = sum(one.count for one in scenario.practitioners)
    title = f": {scenario.title}" if scenario.title else ""
    return (
        f"{request.source}{title}\n"
        f"{people} practitioners, {len(scenario.arrivals)} jurisdictions, "
        f"{request.replications} x {scenario.horizon_s:,.0f} s "
        f"(the first {scenario.warmup_s:,.0f} s not measured), seed {request.seed}\n"
        f"± is a 95 % confidence interval, over "
        f"{'replications' if request.replications > 1 else 'slices of the run'}"
    )


def _as_text(request: Request, summaries: Sequence[Summary]) -> str:
    return f"{_heading(request)}\n\n{report.as_text(summaries)}"


def _as_json(request: Request, summaries: Sequence[Summary]) -> str:
    whole: dict[str, report.Json] = {
        "scenario": request.source,
        "seed": request.seed,
        "horizon_s": request.scenario.horizon_s,
        "warmup_s": request.scenario.warmup_s,
        "confidence": 0.95,
        "policies": [report.as_json(summary, summaries[0]) for summary in summaries],
    }
    return json.dumps(whole, indent=2, allow_nan=False)
